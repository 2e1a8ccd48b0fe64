//! The operating system of a Mac.

use crate::inventory::mac::{is_translated, sysctl};
use crate::inventory::sys::macos::Mac;
use crate::model::Version;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{OsFacts, OsFamily};

use super::parse::true_macos_version;

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> OsFacts {
    let stated = mac.run("/usr/bin/sw_vers", &[]);
    let field = |name: &str| -> Fact<String> {
        match &stated {
            Ok(text) => {
                let value = text.lines().find_map(|line| {
                    let (key, value) = line.split_once(':')?;
                    (key.trim() == name).then(|| value.trim().to_owned())
                });
                match value {
                    Some(value) => Fact::known(value, format!("sw_vers {name}")),
                    None => {
                        Fact::unknown_because(UnknownCode::Unparsable, format!("sw_vers {name}"))
                    }
                }
            }
            Err(why) => Fact::Unknown(why.clone()),
        }
    };
    let kernel = sysctl(mac, &["kern.osrelease"])
        .ok()
        .and_then(|mut values| values.remove("kern.osrelease"));
    let version = match field("ProductVersion") {
        Fact::Known { value, source } => match true_macos_version(&value, kernel.as_deref()) {
            Some(version) => Fact::known(version, source),
            None => Fact::unknown_because(UnknownCode::Unparsable, format!("{source}: {value}")),
        },
        Fact::Unknown(why) => Fact::Unknown(why),
    };
    OsFacts {
        family: Fact::known(OsFamily::Macos, "the program itself"),
        name: version.clone().map(|v: Version| format!("macOS {v}")),
        version,
        build: field("BuildVersion"),
        edition: Fact::unknown_because(UnknownCode::NotSupported, "macOS has no editions"),
        server: Fact::known(false, "macOS has no server edition of Windows"),
        architecture: if mac.built_for() == "aarch64" || is_translated(mac) {
            Fact::known("aarch64".to_owned(), "sysctl.proc_translated")
        } else {
            Fact::known(mac.built_for().to_owned(), "the program itself")
        },
        process_architecture: Fact::known(mac.built_for().to_owned(), "the program itself"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn recorded_macs() {
        let os = read(&recorded("macbook-pro-m1-pro"));
        assert_eq!(os.version.value().map(Version::as_str), Some("15.1"));
        assert_eq!(os.name.value().map(String::as_str), Some("macOS 15.1"));
        assert_eq!(os.build.value().map(String::as_str), Some("24B83"));
        assert_eq!(os.architecture.value().map(String::as_str), Some("aarch64"));

        let os = read(&recorded("imac-intel").built_for("x86_64"));
        assert_eq!(os.version.value().map(Version::as_str), Some("10.15.7"));
        assert_eq!(os.architecture.value().map(String::as_str), Some("x86_64"));
    }

    #[test]
    fn under_rosetta() {
        let os = read(&recorded("rosetta").built_for("x86_64"));
        assert_eq!(os.architecture.value().map(String::as_str), Some("aarch64"));
        assert_eq!(
            os.process_architecture.value().map(String::as_str),
            Some("x86_64")
        );
        // Told 16.0 as a program for an older system is; the kernel says which it is.
        assert_eq!(os.version.value().map(Version::as_str), Some("26.0"));
    }
}
