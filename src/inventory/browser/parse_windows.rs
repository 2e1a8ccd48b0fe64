//! Installed browsers: from "App Paths" and the version inside the program file, else from what the browser wrote into
//! the registry.

use crate::inventory::installed_windows::{Installed, installed};
use crate::inventory::sys::windows_rows::{Key, Registry};
use crate::inventory::unknown::why;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::Software;
use crate::model::version::Version;

const APP_PATHS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths";

/// How one browser is found.
struct Browser {
    id: &'static str,
    name: &'static str,
    /// Its program under "App Paths".
    program: Option<&'static str>,
    /// Key and value in which it writes its own version, below the user's or the machine's tree.
    writes: &'static [(&'static str, &'static str)],
    /// How its name begins in the list of installed programs, in lower case.
    listed: &'static str,
}

const BROWSERS: [Browser; 4] = [
    Browser {
        id: "chrome",
        name: "Google Chrome",
        program: Some("chrome.exe"),
        writes: &[(r"Software\Google\Chrome\BLBeacon", "version")],
        listed: "google chrome",
    },
    Browser {
        id: "edge",
        name: "Microsoft Edge",
        program: Some("msedge.exe"),
        writes: &[(r"Software\Microsoft\Edge\BLBeacon", "version")],
        listed: "microsoft edge",
    },
    Browser {
        id: "firefox",
        name: "Mozilla Firefox",
        program: Some("firefox.exe"),
        writes: &[(r"SOFTWARE\Mozilla\Mozilla Firefox", "CurrentVersion")],
        listed: "mozilla firefox",
    },
    Browser {
        id: "chromium",
        name: "Chromium",
        program: None,
        writes: &[(r"Software\Chromium\BLBeacon", "version")],
        listed: "chromium",
    },
];

/// Reads the version inside a program file.
pub(super) type FileVersion<'a> = &'a dyn Fn(&str) -> Result<[u16; 4], Unknown>;

/// The installed browsers. A program file decides; entries that a removed browser left behind do not count by
/// themselves.
pub(super) fn browsers(registry: &dyn Registry, version_of: FileVersion) -> Fact<Vec<Software>> {
    let list = installed(registry);
    if let Fact::Unknown(said) = &list {
        return Fact::Unknown(said.clone());
    }
    let list = list.value().map(Vec::as_slice).unwrap_or_default();
    let found = BROWSERS
        .iter()
        .filter_map(|browser| find(browser, list, registry, version_of))
        .collect();
    Fact::known(found, "App Paths and Uninstall keys of HKLM and HKCU")
}

fn find(
    browser: &Browser,
    list: &[Installed],
    registry: &dyn Registry,
    version_of: FileVersion,
) -> Option<Software> {
    let software = |name: &str, version: Fact<Version>| Software {
        id: browser.id.to_owned(),
        name: name.to_owned(),
        version,
    };
    // The newest of the program files that are there.
    let mut best: Option<Fact<Version>> = None;
    for path in browser
        .program
        .map(|p| paths(registry, p))
        .unwrap_or_default()
    {
        let version = match version_of(&path) {
            Ok(parts) => match file_version(browser.id, parts) {
                Some(version) => Fact::known(version, path.as_str()),
                None => Fact::unknown_because(UnknownCode::Unparsable, path.as_str()),
            },
            Err(said) if said.code == UnknownCode::NotFound => continue,
            Err(said) => Fact::Unknown(said),
        };
        let newer = match (&best, version.value()) {
            (None, _) => true,
            (Some(known), Some(v)) => known.value().is_none_or(|k| v > k),
            (Some(_), None) => false,
        };
        if newer {
            best = Some(version);
        }
    }
    let entry = list.iter().find(|entry| is_listed(browser, &entry.name));
    match (best, entry) {
        (Some(version), entry) => Some(software(
            entry.map_or(browser.name, |e| e.name.as_str()),
            version
                .or_else(|| entry.map_or_else(Fact::default, Installed::version))
                .or_else(|| written(browser, registry)),
        )),
        (None, Some(entry)) => Some(software(
            &entry.name,
            entry.version().or_else(|| written(browser, registry)),
        )),
        (None, None) => None,
    }
}

/// `Microsoft Edge`, but neither `Microsoft Edge WebView2 Runtime` nor `Microsoft Edge Update`; `Mozilla Firefox ESR
/// (x64 ja)`, but not `Mozilla Firefox Private Network`.
fn is_listed(browser: &Browser, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.strip_prefix(browser.listed).is_some_and(|rest| {
        let rest = rest.trim();
        rest.is_empty()
            || rest.starts_with('(')
            || rest.starts_with("esr")
            || rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The program's path, for everyone (both views) and for this user.
fn paths(registry: &dyn Registry, program: &str) -> Vec<String> {
    let machine = Key::machine(format!("{APP_PATHS}\\{program}"));
    let mut paths: Vec<String> = [
        machine.clone(),
        machine.bits32(),
        Key::user(format!("{APP_PATHS}\\{program}")),
    ]
    .iter()
    .filter_map(|key| registry.text(key, "").ok())
    .map(|path| path.trim().trim_matches('"').to_owned())
    .filter(|path| is_local(path))
    .collect();
    paths.dedup();
    paths
}

/// A path on a drive of this PC: `C:\…`. A network path could make the program wait, or log on somewhere.
fn is_local(path: &str) -> bool {
    let mut chars = path.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && chars.next() == Some('\\')
}

/// Firefox writes four parts of which the last are zero or a build date; its own number has up to three.
fn file_version(id: &str, parts: [u16; 4]) -> Option<Version> {
    let [a, b, c, d] = parts;
    let text = match id {
        "firefox" if c == 0 => format!("{a}.{b}"),
        "firefox" => format!("{a}.{b}.{c}"),
        _ => format!("{a}.{b}.{c}.{d}"),
    };
    if parts == [0; 4] {
        return None;
    }
    text.parse().ok()
}

/// What the browser itself wrote, in the user's tree first.
fn written(browser: &Browser, registry: &dyn Registry) -> Fact<Version> {
    let mut said = why(UnknownCode::NotFound, "the browser wrote no version");
    for (path, value) in browser.writes {
        for key in [
            Key::user(*path),
            Key::machine(*path),
            Key::machine(*path).bits32(),
        ] {
            match registry.text(&key, value) {
                Ok(text) => {
                    if let Some(version) = Version::leading(&text) {
                        return Fact::known(version, format!("{key}\\{value}"));
                    }
                    said = why(UnknownCode::Unparsable, format!("{key}\\{value}"));
                }
                Err(reason) if reason.code == UnknownCode::NotFound => {}
                Err(reason) => said = reason,
            }
        }
    }
    Fact::Unknown(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;

    const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";

    fn files(path: &str) -> Result<[u16; 4], Unknown> {
        match path {
            r"C:\Program Files\Google\Chrome\Application\chrome.exe" => Ok([131, 0, 6_778, 86]),
            r"C:\Users\u\AppData\Local\Google\Chrome\Application\chrome.exe" => {
                Ok([129, 0, 6_668, 59])
            }
            r"C:\Program Files\Mozilla Firefox\firefox.exe" => Ok([132, 0, 1, 0]),
            r"C:\refused.exe" => Err(why(UnknownCode::NotPermitted, "refused")),
            _ => Err(why(UnknownCode::NotFound, "no such file")),
        }
    }
    fn read(text: &str) -> Vec<(String, String)> {
        let text = format!("[HKLM\\{UNINSTALL}]\n{text}");
        browsers(&Recorded::new(&text), &files)
            .value()
            .expect("a list")
            .iter()
            .map(|b| {
                (
                    b.id.clone(),
                    b.version
                        .value()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                )
            })
            .collect()
    }
    fn is(id: &str, version: &str) -> (String, String) {
        (id.to_owned(), version.to_owned())
    }

    #[test]
    fn by_program_file() {
        let text = format!(
            "[HKLM\\{APP_PATHS}\\chrome.exe]\n=C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe\n\
             [HKCU\\{APP_PATHS}\\chrome.exe]\n=C:\\Users\\u\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe\n\
             [HKLM32\\{APP_PATHS}\\firefox.exe]\n=\"C:\\Program Files\\Mozilla Firefox\\firefox.exe\"\n"
        );
        assert_eq!(
            read(&text),
            [is("chrome", "131.0.6778.86"), is("firefox", "132.0.1")]
        );
    }

    #[test]
    fn what_a_removed_browser_left_behind_does_not_count() {
        let text = format!(
            "[HKLM\\{APP_PATHS}\\chrome.exe]\n=C:\\Gone\\chrome.exe\n\
             [HKCU\\Software\\Google\\Chrome\\BLBeacon]\nversion=100.0.4896.60\n\
             [HKLM\\{APP_PATHS}\\msedge.exe]\n=\\\\server\\share\\msedge.exe\n"
        );
        assert_eq!(read(&text), []);
    }

    #[test]
    fn listed_browsers_and_what_only_looks_like_one() {
        let text = format!(
            "[HKLM32\\{UNINSTALL}\\Microsoft Edge]\nDisplayName=Microsoft Edge\nDisplayVersion=131.0.2903.70\n\
             [HKLM32\\{UNINSTALL}\\Microsoft EdgeWebView]\nDisplayName=Microsoft Edge WebView2 Runtime\n\
             DisplayVersion=140.0.1.1\n\
             [HKLM\\{UNINSTALL}\\Mozilla Firefox 128.5.0 ESR (x64 ja)]\nDisplayName=Mozilla Firefox ESR (x64 ja)\n\
             DisplayVersion=128.5.0\n\
             [HKLM\\{UNINSTALL}\\MozillaMaintenanceService]\nDisplayName=Mozilla Maintenance Service\n"
        );
        assert_eq!(
            read(&text),
            [is("edge", "131.0.2903.70"), is("firefox", "128.5.0")]
        );
    }

    #[test]
    fn a_file_that_is_there_but_silent_falls_back_and_then_stays_unknown() {
        let path = format!("[HKLM\\{APP_PATHS}\\msedge.exe]\n=C:\\refused.exe\n");
        assert_eq!(read(&path), [is("edge", "")]);
        let beacon =
            format!("{path}[HKCU\\Software\\Microsoft\\Edge\\BLBeacon]\nversion=131.0.2903.70\n");
        assert_eq!(read(&beacon), [is("edge", "131.0.2903.70")]);
    }

    #[test]
    fn paths_of_this_pc_only() {
        for (path, local) in [
            (r"C:\x.exe", true),
            (r"\\server\x.exe", false),
            (r"\\?\C:\x.exe", false),
            ("C:x.exe", false),
            ("", false),
            ("日本", false),
        ] {
            assert_eq!(is_local(path), local, "{path}");
        }
    }
}
