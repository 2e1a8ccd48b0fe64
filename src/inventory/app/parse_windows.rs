//! Installed apps, from the list that Windows shows under "Apps".

use crate::inventory::installed_windows::{Installed, installed};
use crate::inventory::sys::windows_rows::Registry;
use crate::model::fact::Fact;
use crate::model::inventory::Software;
use crate::model::version::Version;

/// The apps that requirements speak of. The list is known even when it is empty: Windows keeps all installed programs
/// in it.
pub(super) fn apps(registry: &dyn Registry) -> Fact<Vec<Software>> {
    let all = match installed(registry) {
        Fact::Known { value, .. } => value,
        Fact::Unknown(said) => return Fact::Unknown(said),
    };
    let mut apps: Vec<Software> = Vec::new();
    for entry in &all {
        let Some(id) = identify(entry) else { continue };
        let found = Software {
            id: id.to_owned(),
            name: entry.name.clone(),
            version: entry.version(),
        };
        // One app may be there twice: installed by a user and for everyone. The one that says more, or is newer, counts.
        match apps.iter_mut().find(|a| a.id == id) {
            None => apps.push(found),
            Some(known) => {
                if newest(known.version.value(), found.version.value()) {
                    *known = found;
                }
            }
        }
    }
    apps.sort_by(|a, b| a.id.cmp(&b.id));
    Fact::known(apps, "Uninstall keys of HKLM and HKCU")
}

fn newest(known: Option<&Version>, found: Option<&Version>) -> bool {
    match (known, found) {
        (Some(known), Some(found)) => found > known,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

/// Which of the apps it is. Names change between releases, languages, bitness and installers: `Zoom`, `Zoom(32bit)`,
/// `Zoom (64-bit)`, `Zoom Workplace`, `Zoom Workplace (64-bit)`; the per-user installer's key is always `ZoomUMX`.
fn identify(entry: &Installed) -> Option<&'static str> {
    let key = entry.key.to_ascii_lowercase();
    match key.as_str() {
        "zoomumx" => return Some("zoom-client"),
        "zoomrooms" => return Some("zoom-rooms"),
        _ => {}
    }
    let name = words(&entry.name);
    let publisher = entry.publisher.to_ascii_lowercase();
    if !publisher.is_empty() && !publisher.contains("zoom") {
        return None;
    }
    let name: Vec<&str> = name.iter().map(String::as_str).collect();
    match name.as_slice() {
        ["zoom"] | ["zoom", "workplace" | "client" | "meetings"] => Some("zoom-client"),
        ["zoom", "rooms"] => Some("zoom-rooms"),
        ["zoom", "rooms" | "room", "controller"] => Some("zoom-rooms-controller"),
        ["zoom", "vdi", ..] | ["zoom", "workplace", "vdi", ..] => Some("zoom-vdi"),
        ["zoom", rest @ ..] | ["zoom", "workplace", rest @ ..]
            if rest.contains(&"outlook") && rest.iter().any(|w| w.starts_with("plug")) =>
        {
            Some("zoom-outlook-plugin")
        }
        _ => None,
    }
}

/// The words of a name, in lower case, without bitness and system: `Zoom Workplace (64-bit)` gives `zoom`, `workplace`.
fn words(name: &str) -> Vec<String> {
    const BITNESS: [&str; 11] = [
        "32bit", "64bit", "32", "64", "bit", "x64", "x86", "arm64", "msi", "for", "windows",
    ];
    name.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|w| !w.is_empty() && !BITNESS.contains(&w.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;
    use crate::model::fact::UnknownCode;

    const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";

    fn read(entries: &[(&str, &str, &str)]) -> Vec<(String, String)> {
        let mut text = format!("[HKLM\\{UNINSTALL}]\n");
        for (place, name, version) in entries {
            let (hive, key) = place.split_once(':').expect("hive and key");
            let entry = format!(
                "[{hive}\\{UNINSTALL}\\{key}]\nDisplayName={name}\nDisplayVersion={version}\n\
                 Publisher=Zoom Communications, Inc.\n"
            );
            text.push_str(&entry);
        }
        apps(&Recorded::new(&text))
            .value()
            .expect("a list")
            .iter()
            .map(|a| {
                (
                    a.id.clone(),
                    a.version
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
    fn the_client_by_all_its_names() {
        for (place, name, version, read_version) in [
            ("HKCU:ZoomUMX", "Zoom Workplace", "6.2.11 (50939)", "6.2.11"),
            ("HKCU:ZoomUMX", "Zoom", "5.17.5 (31030)", "5.17.5"),
            (
                "HKLM:{E2B8A1E6-5D7C-4F43-9F34-3D2A3B6B1A11}",
                "Zoom Workplace (64-bit)",
                "6.2.50939",
                "6.2.50939",
            ),
            (
                "HKLM32:{86B1B4A4-8B5C-4E0A-8F1B-1B8E1C2D3E4F}",
                "Zoom(32bit)",
                "5.13.11434",
                "5.13.11434",
            ),
            ("HKLM:{1}", "Zoom (64-bit)", "6.0.0", "6.0.0"),
        ] {
            assert_eq!(
                read(&[(place, name, version)]),
                [is("zoom-client", read_version)],
                "{name}"
            );
        }
    }

    #[test]
    fn its_siblings_are_not_the_client() {
        assert_eq!(
            read(&[
                ("HKLM:ZoomRooms", "Zoom Rooms", "6.1.0 (4902)"),
                ("HKLM:{2}", "Zoom Outlook Plugin", "5.17.3"),
                ("HKLM:{3}", "Zoom Workplace VDI (64-bit)", "6.1.25370"),
                ("HKLM:{4}", "Zoom Rooms Controller", "6.1.0"),
                ("HKLM:{5}", "Zoom Notes Plug-in for IBM", "5.0"),
                ("HKLM:{6}", "Zoom Player MAX", "18"),
            ]),
            [
                is("zoom-outlook-plugin", "5.17.3"),
                is("zoom-rooms", "6.1.0"),
                is("zoom-rooms-controller", "6.1.0"),
                is("zoom-vdi", "6.1.25370"),
            ]
        );
    }

    #[test]
    fn the_newer_of_two_counts() {
        assert_eq!(
            read(&[
                ("HKLM:{1}", "Zoom (64-bit)", "5.13.11434"),
                ("HKCU:ZoomUMX", "Zoom Workplace", "6.2.11 (50939)"),
                ("HKLM32:{2}", "Zoom(32bit)", "?"),
            ]),
            [is("zoom-client", "6.2.11")]
        );
    }

    #[test]
    fn an_unreadable_version_is_unknown_not_absent() {
        assert_eq!(
            read(&[("HKCU:ZoomUMX", "Zoom", "new")]),
            [is("zoom-client", "")]
        );
    }

    #[test]
    fn another_maker_is_another_app() {
        let text = format!(
            "[HKLM\\{UNINSTALL}\\X]\nDisplayName=Zoom\nDisplayVersion=1.0\nPublisher=ZyXEL"
        );
        let list = apps(&Recorded::new(&text));
        assert_eq!(list.value(), Some(&Vec::new()));
    }

    #[test]
    fn no_list_is_unknown() {
        let list = apps(&Recorded::default());
        assert_eq!(list.reason().map(|r| r.code), Some(UnknownCode::NotFound));
    }
}
