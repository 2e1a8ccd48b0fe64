//! Installed browsers.

use crate::inventory::packages::{Program, installed};
use crate::inventory::tree::Tree;
use crate::model::fact::Fact;
use crate::model::inventory::Software;

const BROWSERS: [Program; 5] = [
    Program {
        id: "chrome",
        name: "Google Chrome",
        packages: &["google-chrome-stable", "google-chrome"],
        flatpaks: &["com.google.Chrome"],
        snaps: &[],
        version_files: &[],
        marks: &["opt/google/chrome/chrome", "usr/bin/google-chrome-stable"],
        last_version: &[".config/google-chrome/Last Version"],
    },
    Program {
        id: "chromium",
        name: "Chromium",
        packages: &["chromium", "chromium-browser"],
        flatpaks: &["org.chromium.Chromium"],
        snaps: &["chromium"],
        version_files: &[],
        marks: &[
            "usr/lib64/chromium-browser/chromium-browser",
            "usr/bin/chromium-browser",
            "usr/bin/chromium",
        ],
        last_version: &[".config/chromium/Last Version"],
    },
    Program {
        id: "edge",
        name: "Microsoft Edge",
        packages: &["microsoft-edge-stable", "microsoft-edge-stable-bin"],
        flatpaks: &["com.microsoft.Edge"],
        snaps: &[],
        version_files: &[],
        marks: &[
            "opt/microsoft/msedge/msedge",
            "usr/bin/microsoft-edge-stable",
        ],
        last_version: &[".config/microsoft-edge/Last Version"],
    },
    Program {
        id: "firefox",
        name: "Firefox",
        packages: &["firefox"],
        flatpaks: &["org.mozilla.firefox"],
        snaps: &["firefox"],
        version_files: &[
            "usr/lib/firefox/application.ini",
            "usr/lib64/firefox/application.ini",
            "opt/firefox/application.ini",
        ],
        marks: &["usr/lib/firefox/firefox", "usr/lib64/firefox/firefox"],
        last_version: &[],
    },
    Program {
        id: "firefox",
        name: "Firefox ESR",
        packages: &["firefox-esr"],
        flatpaks: &[],
        snaps: &[],
        version_files: &[
            "usr/lib/firefox-esr/application.ini",
            "usr/lib64/firefox-esr/application.ini",
        ],
        marks: &["usr/lib/firefox-esr/firefox-esr"],
        last_version: &[],
    },
];

/// Reads it.
pub(super) fn read(tree: &Tree) -> Fact<Vec<Software>> {
    installed(tree, &BROWSERS)
}
