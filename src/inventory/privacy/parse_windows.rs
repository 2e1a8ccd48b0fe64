//! The consent store and the policies above it.
//!
//! Zoom is a desktop program, and of those Windows documents three levels (Microsoft Learn, "Handle the Windows camera
//! privacy setting": the whole device, all unpackaged apps, single packaged apps): the switch of the PC (`HKLM`), the
//! user's one switch for all desktop programs (`NonPackaged`), and what Windows keeps for the program itself. A "Deny"
//! there decides, and a level that is absent denies nothing: `NonPackaged` is absent on many PCs where everything is
//! granted.
//!
//! The policies `LetAppsAccess…` and the user's switch for all apps speak of Store apps. Whether they also reach desktop
//! programs is not documented and differs between versions, so their "deny" makes the state undecided, never denied.

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
        camera: access(registry, "webcam", "LetAppsAccessCamera", camera_policy),
        microphone: access(registry, "microphone", "LetAppsAccessMicrophone", |_| None),
    }
}

/// What the levels say together: a proved refusal, else one that is not proved for desktop programs, else a level that
/// cannot be read, else a permission.
fn access(
    registry: &dyn Registry,
    capability: &str,
    policy: &str,
    device_policy: fn(&dyn Registry) -> Option<Fact<Access>>,
) -> Fact<Access> {
    let (refusal, unreadable) = match refusal(registry, capability) {
        Ok(refusal) => (refusal, None),
        Err(said) => (None, Some(said)),
    };
    if let Some(refused) = refusal.or_else(|| device_policy(registry)) {
        return refused;
    }
    match store_apps_refusal(registry, capability, policy) {
        Ok(Some(read)) => Fact::unknown_because(UnknownCode::Undecided, read),
        Err(said) => Fact::Unknown(said),
        Ok(None) => match unreadable {
            Some(said) => Fact::Unknown(said),
            None => settled(registry, capability),
        },
    }
}

/// Whether a level is there and says "Deny".
fn denies(registry: &dyn Registry, key: &Key) -> Result<bool, Unknown> {
    match registry.text(key, "Value") {
        Ok(value) => Ok(value.trim().eq_ignore_ascii_case("Deny")),
        Err(said) if said.code == UnknownCode::NotFound => Ok(false),
        Err(said) => Err(said),
    }
}

/// A refusal that holds for desktop programs. A level that cannot be read is told, unless another one refuses.
fn refusal(registry: &dyn Registry, capability: &str) -> Result<Option<Fact<Access>>, Unknown> {
    let programs = Key::user(format!("{STORE}\\{capability}")).child("NonPackaged");
    let mut levels = vec![
        (
            Key::machine(format!("{STORE}\\{capability}")),
            Access::DeniedForPc,
        ),
        (programs.clone(), Access::DeniedByUser),
    ];
    // A program's own key is named after its path, with `#` in place of the backslashes.
    for name in registry.keys(&programs).unwrap_or_default() {
        if name.to_ascii_lowercase().ends_with("#zoom.exe") {
            levels.push((programs.child(&name), Access::DeniedByUser));
        }
    }
    let mut unreadable = None;
    for (key, denied) in levels {
        match denies(registry, &key) {
            Ok(true) => return Ok(Some(Fact::known(denied, format!("{key}\\Value")))),
            Ok(false) => {}
            Err(said) => unreadable = unreadable.or(Some(said)),
        }
    }
    unreadable.map_or(Ok(None), Err)
}

/// Where Store apps are refused, and what stands there.
fn store_apps_refusal(
    registry: &dyn Registry,
    capability: &str,
    policy: &str,
) -> Result<Option<String>, Unknown> {
    /// "Force deny" of the policy.
    const FORCE_DENY: u32 = 2;
    for place in [
        r"SOFTWARE\Policies\Microsoft\Windows\AppPrivacy",
        r"SOFTWARE\Microsoft\PolicyManager\current\device\Privacy",
    ] {
        let key = Key::machine(place);
        match registry.number(&key, policy) {
            Ok(FORCE_DENY) => return Ok(Some(format!("{key}\\{policy} = {FORCE_DENY}"))),
            Ok(_) => {}
            Err(said) if said.code == UnknownCode::NotFound => {}
            Err(said) => return Err(said),
        }
    }
    for key in [
        Key::user(format!("{STORE}\\{capability}")),
        Key::machine(format!("{STORE}\\{capability}")).child("NonPackaged"),
    ] {
        if denies(registry, &key)? {
            return Ok(Some(format!("{key}\\Value = Deny")));
        }
    }
    Ok(None)
}

/// The policy that switches camera devices off altogether, whoever asks (ADMX "Allow Use of Camera", CSP
/// `Camera/AllowCamera`).
fn camera_policy(registry: &dyn Registry) -> Option<Fact<Access>> {
    [
        r"SOFTWARE\Policies\Microsoft\Camera",
        r"SOFTWARE\Microsoft\PolicyManager\current\device\Camera",
    ]
    .into_iter()
    .map(Key::machine)
    .find(|key| registry.number(key, "AllowCamera") == Ok(0))
    .map(|key| Fact::known(Access::DeniedByPolicy, format!("{key}\\AllowCamera")))
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

    /// The detail of an undecided state.
    fn undecided(text: &str) -> Option<String> {
        let text = text.replace("STORE", KEY);
        let facts = privacy(&Recorded::new(&text));
        let why = facts.camera.reason()?;
        (why.code == UnknownCode::Undecided)
            .then(|| why.detail.clone())
            .flatten()
    }

    const GRANTED: &str =
        "[HKLM\\STORE\\webcam]\nValue=Allow\n[HKCU\\STORE\\webcam]\nValue=Allow\n";
    const POLICY: &str =
        "[HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\AppPrivacy]\nLetAppsAccessCamera=#2\n";

    #[test]
    fn what_refuses_desktop_programs() {
        assert_eq!(camera(GRANTED), Some(Access::Allowed));
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
                "[HKCU\\STORE\\webcam\\NonPackaged\\C:#Program Files#Zoom#bin#Zoom.exe]\nValue=deny",
                Access::DeniedByUser,
            ),
            (
                "[HKCU\\STORE\\webcam\\NonPackaged\\C:#other.exe]\nValue=Deny",
                Access::Allowed,
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
            let text = format!("{GRANTED}{more}\n");
            assert_eq!(camera(&text), Some(expected), "{more}");
        }
        assert_eq!(
            camera("[HKLM\\STORE\\webcam]\nValue=Deny\n[HKCU\\STORE\\webcam]\nValue=Allow\n"),
            Some(Access::DeniedForPc)
        );
    }

    #[test]
    fn what_refuses_store_apps_decides_nothing_for_desktop_programs() {
        for (text, read) in [
            (
                format!("{GRANTED}{POLICY}"),
                r"AppPrivacy\LetAppsAccessCamera = 2",
            ),
            (
                format!(
                    "{GRANTED}[HKLM\\SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\Privacy]\nLetAppsAccessCamera=#2\n"
                ),
                r"Privacy\LetAppsAccessCamera = 2",
            ),
            (
                "[HKLM\\STORE\\webcam]\nValue=Allow\n[HKCU\\STORE\\webcam]\nValue=Deny\n".to_owned(),
                r"webcam\Value = Deny",
            ),
            // The user's own switch for desktop programs is on, the one above it is off.
            (
                "[HKCU\\STORE\\webcam]\nValue=Deny\n[HKCU\\STORE\\webcam\\NonPackaged]\nValue=Allow\n"
                    .to_owned(),
                r"webcam\Value = Deny",
            ),
        ] {
            let detail = undecided(&text).expect(read);
            assert!(detail.ends_with(read), "{detail}");
        }
    }

    #[test]
    fn a_proved_refusal_outweighs_one_that_is_not() {
        let gate = format!("[HKLM\\STORE\\webcam]\nValue=Deny\n{POLICY}");
        assert_eq!(camera(&gate), Some(Access::DeniedForPc));
        let own = format!("{GRANTED}{POLICY}[HKCU\\STORE\\webcam\\NonPackaged]\nValue=Deny\n");
        assert_eq!(camera(&own), Some(Access::DeniedByUser));
        // A level that cannot be read beside one that refuses.
        let odd =
            "[HKLM\\STORE\\webcam]\nValue=#1\n[HKCU\\STORE\\webcam\\NonPackaged]\nValue=Deny\n";
        assert_eq!(camera(odd), Some(Access::DeniedByUser));
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
