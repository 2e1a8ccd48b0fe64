//! Versions of macOS applications, by their `Info.plist`.

use crate::model::Version;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::Software;

use super::sys::macos::Mac;

/// An application and the bundles by which it is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bundle {
    /// Inventory id.
    pub(super) id: &'static str,
    /// Its proper name.
    pub(super) name: &'static str,
    /// Bundle directories: below `/Applications` and the user's own, or full paths.
    pub(super) places: &'static [&'static str],
}

/// The applications that are there.
pub(super) fn installed(mac: &dyn Mac, bundles: &[Bundle]) -> Fact<Vec<Software>> {
    let home = mac.env("HOME").unwrap_or_default();
    let mut found = Vec::new();
    for bundle in bundles {
        let paths = bundle.places.iter().flat_map(|place| {
            if place.starts_with('/') {
                vec![(*place).to_owned()]
            } else {
                vec![
                    format!("/Applications/{place}"),
                    format!("{home}/Applications/{place}"),
                ]
            }
        });
        for path in paths {
            let Some(version) = version(mac, &format!("{path}/Contents/Info.plist")) else {
                continue;
            };
            found.push(Software {
                id: bundle.id.to_owned(),
                name: bundle.name.to_owned(),
                version,
            });
            // The same application at a second path is most often the same bundle behind a link.
            break;
        }
    }
    Fact::known(found, "/Applications")
}

/// None where the bundle is not there.
fn version(mac: &dyn Mac, path: &str) -> Option<Fact<Version>> {
    const KEY: &str = "CFBundleShortVersionString";
    let bytes = match mac.file(path) {
        Ok(bytes) => bytes,
        Err(Unknown {
            code: UnknownCode::NotFound,
            ..
        }) => return None,
        Err(why) => return Some(Fact::Unknown(why)),
    };
    let stated = if bytes.starts_with(b"bplist") {
        mac.run(
            "/usr/libexec/PlistBuddy",
            &["-c", &format!("Print :{KEY}"), path],
        )
        .ok()
    } else {
        string_of(&String::from_utf8_lossy(&bytes), KEY)
    };
    // `6.2.11 (43613)`
    Some(match stated.as_deref().and_then(Version::leading) {
        Some(version) => Fact::known(version, format!("{path} {KEY}")),
        None => Fact::unknown_because(UnknownCode::Unparsable, format!("{path} {KEY}")),
    })
}

/// The string behind a key of an XML property list.
fn string_of(xml: &str, key: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<key>{key}</key>"))?;
    let value = rest.trim_start().strip_prefix("<string>")?;
    let (value, _) = value.split_once("</string>")?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn property_lists() {
        let xml =
            "<dict>\n<key>A</key>\n<true/>\n<key>V</key>\n\t<string>6.2.11 (43613)</string></dict>";
        assert_eq!(string_of(xml, "V").as_deref(), Some("6.2.11 (43613)"));
        assert_eq!(
            string_of(xml, "A"),
            None,
            "the next key's string is not its own"
        );
        assert_eq!(string_of("<key>V</key><string>", "V"), None);
    }
}
