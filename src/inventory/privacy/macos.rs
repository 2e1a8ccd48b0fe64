//! Privacy settings of a Mac. What each app was granted stands in a database that no ordinary program may read, and the
//! system answers only about the asking program itself: so a grant is never known here. A prohibition by a profile is.

use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::why;
use crate::model::device_use::{Access, PrivacyFacts};
use crate::model::fact::{Fact, UnknownCode};

const RESTRICTIONS: &str = "/Library/Managed Preferences/com.apple.applicationaccess";

/// Reads them.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> PrivacyFacts {
    let unknown = || {
        Fact::Unknown(why(
            UnknownCode::NotPermitted,
            "macOS tells each app only about itself",
        ))
    };
    let forbidden = mac
        .run("/usr/bin/defaults", &["read", RESTRICTIONS, "allowCamera"])
        .is_ok_and(|text| matches!(text.trim(), "0" | "false"));
    PrivacyFacts {
        camera: if forbidden {
            Fact::known(
                Access::DeniedByPolicy,
                format!("{RESTRICTIONS} allowCamera"),
            )
        } else {
            unknown()
        },
        microphone: unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::{Noise, recorded};

    #[test]
    fn a_grant_is_never_known_a_prohibition_is() {
        assert_eq!(read(&recorded("imac-intel")).camera.value(), None);
        let managed = read(&Noise("0\n".to_owned()));
        assert_eq!(managed.camera.value(), Some(&Access::DeniedByPolicy));
        assert_eq!(managed.microphone.value(), None);
    }
}
