//! The consent store and the policies above it.
//!
//! Windows asks from the top down: a policy of the organisation, the switch of the PC (`HKLM`), the user's switch for
//! all apps (`HKCU`), the user's one switch for all desktop programs (`NonPackaged`), and the program's own key. A
//! "Deny" anywhere decides; a level that is not there denies nothing, and `NonPackaged` is absent on many PCs where
//! everything is granted. The policies' lists of single apps name packages only, which desktop programs are not.

use crate::inventory::sys::windows_rows::{Key, Registry};
use crate::model::device_use::{Access, PrivacyFacts};
use crate::model::fact::{Fact, Unknown, UnknownCode};

const STORE: &str =
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore";
const VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
/// Windows 10 1803: the first that keeps consent there.
const FIRST_BUILD: u32 = 17_134;

/// The settings of both kinds of devices.
pub(super) fn privacy(registry: &dyn Registry) -> PrivacyFacts {
    PrivacyFacts {
        camera: access(registry, "webcam", "LetAppsAccessCamera")
            .unwrap_or_else(|| camera_policy(registry)),
        microphone: access(registry, "microphone", "LetAppsAccessMicrophone")
            .unwrap_or_else(|| settled(registry, "microphone")),
    }
}

/// A refusal; none where nothing refuses. A level that cannot be read is told instead of passed over.
fn access(registry: &dyn Registry, capability: &str, policy: &str) -> Option<Fact<Access>> {
    /// "Force deny" of the policy.
    const FORCE_DENY: u32 = 2;
    for place in [
        r"SOFTWARE\Policies\Microsoft\Windows\AppPrivacy",
        r"SOFTWARE\Microsoft\PolicyManager\current\device\Privacy",
    ] {
        let key = Key::machine(place);
        match registry.number(&key, policy) {
            Ok(FORCE_DENY) => {
                return Some(Fact::known(
                    Access::DeniedByPolicy,
                    format!("{key}\\{policy}"),
                ));
            }
            Ok(_) => {}
            Err(e) if e.code == UnknownCode::NotFound => {}
            Err(e) => return Some(Fact::Unknown(e)),
        }
    }
    let pc = Key::machine(format!("{STORE}\\{capability}"));
    let user = Key::user(format!("{STORE}\\{capability}"));
    let mut levels = vec![
        (pc.clone(), Access::DeniedForPc),
        (pc.child("NonPackaged"), Access::DeniedForPc),
        (user.clone(), Access::DeniedByUser),
        (user.child("NonPackaged"), Access::DeniedByUser),
    ];
    // A program's own key is named after its path, with `#` in place of the backslashes.
    let programs = user.child("NonPackaged");
    for name in registry.keys(&programs).unwrap_or_default() {
        if name.to_ascii_lowercase().ends_with("#zoom.exe") {
            levels.push((programs.child(&name), Access::DeniedByUser));
        }
    }
    for (key, denied) in levels {
        match registry.text(&key, "Value") {
            Ok(value) if value.trim().eq_ignore_ascii_case("Deny") => {
                return Some(Fact::known(denied, format!("{key}\\Value")));
            }
            Ok(_) => {}
            Err(e) if e.code == UnknownCode::NotFound => {}
            Err(e) => return Some(Fact::Unknown(e)),
        }
    }
    None
}

/// The policy that switches cameras off altogether (ADMX `Camera`, CSP `Camera/AllowCamera`).
fn camera_policy(registry: &dyn Registry) -> Fact<Access> {
    for place in [
        r"SOFTWARE\Policies\Microsoft\Camera",
        r"SOFTWARE\Microsoft\PolicyManager\current\device\Camera",
    ] {
        let key = Key::machine(place);
        if registry.number(&key, "AllowCamera") == Ok(0) {
            return Fact::known(Access::DeniedByPolicy, format!("{key}\\AllowCamera"));
        }
    }
    settled(registry, "webcam")
}

/// Nothing refuses. That is a permission where the consent store is there, or where Windows has none yet.
fn settled(registry: &dyn Registry, capability: &str) -> Fact<Access> {
    let pc = Key::machine(format!("{STORE}\\{capability}"));
    let user = Key::user(format!("{STORE}\\{capability}"));
    for key in [&user.child("NonPackaged"), &user, &pc] {
        match registry.text(key, "Value") {
            Ok(value) if value.trim().eq_ignore_ascii_case("Allow") => {
                return Fact::known(Access::Allowed, format!("{key}\\Value"));
            }
            // "Prompt" and words that are not known here.
            Ok(value) => {
                return Fact::unknown_because(
                    UnknownCode::Unparsable,
                    format!("{key}\\Value: {value}"),
                );
            }
            Err(_) => {}
        }
    }
    let version = Key::machine(VERSION);
    let build = registry
        .text(&version, "CurrentBuildNumber")
        .ok()
        .and_then(|text| text.trim().parse::<u32>().ok());
    match build {
        Some(build) if build < FIRST_BUILD => Fact::known(
            Access::Allowed,
            format!("{version}\\CurrentBuildNumber {build}: no such switch"),
        ),
        _ => Fact::Unknown(Unknown {
            code: UnknownCode::NotFound,
            detail: Some(pc.to_string()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;

    const KEY: &str =
        r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore";

    fn camera(text: &str) -> Option<Access> {
        let text = text.replace("STORE", KEY);
        privacy(&Recorded::new(&text)).camera.value().copied()
    }

    #[test]
    fn every_level_can_refuse() {
        let granted = "[HKLM\\STORE\\webcam]\nValue=Allow\n[HKCU\\STORE\\webcam]\nValue=Allow\n";
        assert_eq!(camera(granted), Some(Access::Allowed));
        for (more, expected) in [
            (
                "[HKCU\\STORE\\webcam\\NonPackaged]\nValue=Allow",
                Access::Allowed,
            ),
            (
                "[HKCU\\STORE\\webcam\\NonPackaged]\nValue=Deny",
                Access::DeniedByUser,
            ),
            (
                "[HKCU\\STORE\\webcam\\NonPackaged\\C:#Program Files#Zoom#bin#Zoom.exe]\nValue=Deny",
                Access::DeniedByUser,
            ),
            (
                "[HKCU\\STORE\\webcam\\NonPackaged\\C:#other.exe]\nValue=Deny",
                Access::Allowed,
            ),
            (
                "[HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\AppPrivacy]\nLetAppsAccessCamera=#2",
                Access::DeniedByPolicy,
            ),
            (
                "[HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\AppPrivacy]\nLetAppsAccessCamera=#0",
                Access::Allowed,
            ),
            (
                "[HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\AppPrivacy]\nLetAppsAccessMicrophone=#2",
                Access::Allowed,
            ),
            (
                "[HKLM\\SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\Camera]\nAllowCamera=#0",
                Access::DeniedByPolicy,
            ),
        ] {
            assert_eq!(
                camera(&format!("{granted}{more}\n")),
                Some(expected),
                "{more}"
            );
        }
        assert_eq!(
            camera("[HKLM\\STORE\\webcam]\nValue=Deny\n[HKCU\\STORE\\webcam]\nValue=Allow\n"),
            Some(Access::DeniedForPc)
        );
        assert_eq!(
            camera("[HKLM\\STORE\\webcam]\nValue=Allow\n[HKCU\\STORE\\webcam]\nValue=deny\n"),
            Some(Access::DeniedByUser)
        );
    }

    #[test]
    fn what_is_not_told_stays_unknown() {
        let version = |build: &str| {
            format!(
                "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nCurrentBuildNumber={build}\n"
            )
        };
        assert_eq!(camera(&version("7601")), Some(Access::Allowed));
        assert_eq!(camera(&version("22631")), None);
        assert_eq!(camera(""), None);
        assert_eq!(camera("[HKLM\\STORE\\webcam]\nValue=Prompt\n"), None);
        assert_eq!(camera("[HKLM\\STORE\\webcam]\nValue=#1\n"), None);
    }
}
