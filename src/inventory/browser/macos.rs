//! Installed browsers of a Mac.

use crate::inventory::bundles::{Bundle, installed};
use crate::inventory::sys::macos::Mac;
use crate::model::fact::Fact;
use crate::model::inventory::Software;

const BROWSERS: [Bundle; 5] = [
    Bundle {
        id: "safari",
        name: "Safari",
        places: &[
            "Safari.app",
            "/System/Cryptexes/App/System/Applications/Safari.app",
            "/System/Applications/Safari.app",
        ],
    },
    Bundle {
        id: "chrome",
        name: "Google Chrome",
        places: &["Google Chrome.app"],
    },
    Bundle {
        id: "edge",
        name: "Microsoft Edge",
        places: &["Microsoft Edge.app"],
    },
    Bundle {
        id: "firefox",
        name: "Firefox",
        places: &["Firefox.app"],
    },
    Bundle {
        id: "chromium",
        name: "Chromium",
        places: &["Chromium.app"],
    },
];

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> Fact<Vec<Software>> {
    installed(mac, &BROWSERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn recorded_mac() {
        let found = read(&recorded("macbook-pro-m1-pro"));
        let list: Vec<(&str, Option<&str>)> = found
            .value()
            .unwrap()
            .iter()
            .map(|s| {
                (
                    s.id.as_str(),
                    s.version.value().map(crate::model::Version::as_str),
                )
            })
            .collect();
        assert_eq!(
            list,
            [("safari", Some("18.1")), ("chrome", Some("131.0.6778.86"))]
        );
    }
}
