//! Virtual machine and screen sharing on a Mac.

use crate::inventory::mac::sysctl;
use crate::inventory::sys::macos::Mac;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::SessionFacts;

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> SessionFacts {
    let remote = remote(mac);
    SessionFacts {
        virtual_machine: virtual_machine(mac),
        hypervisor: hypervisor(mac),
        virtual_desktop: match &remote {
            Fact::Known {
                value: false,
                source,
            } => Fact::known("none".to_owned(), source.clone()),
            Fact::Known { source, .. } => Fact::known("screen-sharing".to_owned(), source.clone()),
            Fact::Unknown(why) => Fact::Unknown(why.clone()),
        },
        remote,
    }
}

/// `kern.hv_vmm_present` is 1 in a guest only, not on a Mac that runs guests.
pub(in crate::inventory) fn virtual_machine(mac: &dyn Mac) -> Fact<bool> {
    const NAME: &str = "kern.hv_vmm_present";
    let model = sysctl(mac, &["hw.model"])
        .ok()
        .and_then(|mut values| values.remove("hw.model"));
    if model.as_deref().is_some_and(is_virtual_model) {
        return Fact::known(true, "sysctl hw.model");
    }
    match sysctl(mac, &[NAME]) {
        Ok(values) => match values.get(NAME).map(String::as_str) {
            Some("0") => Fact::known(false, format!("sysctl {NAME}")),
            Some("1") => Fact::known(true, format!("sysctl {NAME}")),
            _ => Fact::unknown_because(UnknownCode::Unparsable, format!("sysctl {NAME}")),
        },
        Err(why) => Fact::Unknown(why),
    }
}

fn is_virtual_model(model: &str) -> bool {
    ["VirtualMac", "VMware", "Parallels", "VirtualBox"]
        .iter()
        .any(|name| model.starts_with(name))
}

fn hypervisor(mac: &dyn Mac) -> Fact<String> {
    let model = sysctl(mac, &["hw.model"])
        .ok()
        .and_then(|mut values| values.remove("hw.model"))
        .unwrap_or_default();
    for (prefix, name) in [
        ("VirtualMac", "apple-virtualization"),
        ("VMware", "vmware"),
        ("Parallels", "parallels"),
        ("VirtualBox", "virtualbox"),
    ] {
        if model.starts_with(prefix) {
            return Fact::known(name.to_owned(), "sysctl hw.model");
        }
    }
    Fact::unknown_because(UnknownCode::NotFound, "sysctl hw.model names none")
}

/// The screen sharing server is started when someone connects. That it runs does not prove that this session is
/// looked at from elsewhere; that it does not run proves that it is not.
fn remote(mac: &dyn Mac) -> Fact<bool> {
    match mac.run("/bin/ps", &["-axo", "comm="]) {
        Ok(text) if text.trim().is_empty() => {
            Fact::unknown_because(UnknownCode::Unparsable, "ps lists nothing")
        }
        Ok(text) => {
            if text.lines().any(|l| l.trim().ends_with("screensharingd")) {
                Fact::unknown_because(
                    UnknownCode::NotSupported,
                    "the screen sharing server runs; whether it shows this session is not told",
                )
            } else {
                Fact::known(false, "no screensharingd among the processes")
            }
        }
        Err(why) => Fact::Unknown(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn recorded_macs() {
        let session = read(&recorded("macbook-pro-m1-pro"));
        assert_eq!(session.virtual_machine.value(), Some(&false));
        assert_eq!(session.remote.value(), Some(&false));
        assert_eq!(
            session.virtual_desktop.value().map(String::as_str),
            Some("none")
        );
        let session = read(&recorded("rosetta").built_for("x86_64"));
        assert_eq!(session.virtual_machine.value(), Some(&true));
        assert_eq!(
            session.hypervisor.value().map(String::as_str),
            Some("apple-virtualization")
        );
        assert_eq!(session.remote.value(), None);
    }
}
