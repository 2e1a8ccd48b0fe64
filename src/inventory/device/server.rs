//! What the sound server knows beside the sound cards: defaults, Bluetooth profiles, sources that are software.

use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Bus, Device};

const SERVER: &str = "the sound server (PulseAudio protocol)";

/// A source or sink of the sound server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers of the server, one each"
)]
pub(in crate::inventory) struct ServerRow {
    /// The server's own name for it, which opens it.
    pub(in crate::inventory) name: String,
    /// The name that people see.
    pub(in crate::inventory) description: String,
    /// `device.bus`: `usb`, `pci`, `bluetooth`.
    pub(in crate::inventory) bus: Option<String>,
    /// `device.api`: `alsa`, `bluez5`.
    pub(in crate::inventory) api: Option<String>,
    /// The name of its ALSA card.
    pub(in crate::inventory) card: Option<String>,
    /// Bluetooth profile, such as `headset_head_unit` or `a2dp-sink`.
    pub(in crate::inventory) profile: Option<String>,
    /// Vendor id, as the server writes it.
    pub(in crate::inventory) vendor_id: Option<String>,
    /// Product id, as the server writes it.
    pub(in crate::inventory) product_id: Option<String>,
    /// It is the default of its direction.
    pub(in crate::inventory) is_default: bool,
    /// It repeats what a speaker plays.
    pub(in crate::inventory) is_monitor: bool,
    /// It is muted.
    pub(in crate::inventory) muted: bool,
    /// Sound over a display cable.
    pub(in crate::inventory) is_hdmi: bool,
    /// Whether something is in its socket, where the socket can tell.
    pub(in crate::inventory) plugged: Option<bool>,
}

impl ServerRow {
    fn is_bluetooth(&self) -> bool {
        self.bus.as_deref() == Some("bluetooth")
            || self
                .api
                .as_deref()
                .is_some_and(|api| api.starts_with("bluez"))
    }

    /// Names under which the inventory lists its device.
    pub(in crate::inventory) fn names(&self) -> Vec<String> {
        std::iter::once(self.description.clone())
            .chain(self.card.clone())
            .collect()
    }

    fn is(&self, device: &Device) -> bool {
        self.names().iter().any(|name| {
            device.name == *name
                || device
                    .name
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with(": "))
        })
    }

    fn device(&self) -> Option<Device> {
        let bus = match self.bus.as_deref() {
            _ if self.is_bluetooth() => Bus::Bluetooth,
            _ if self.is_hdmi => Bus::Hdmi,
            Some("usb") => Bus::Usb,
            // A socket of the machine is a device only with something in it; the sound cards tell of the rest.
            Some("pci") if self.plugged != Some(true) => return None,
            Some("pci") => Bus::BuiltIn,
            _ if self.api.as_deref() == Some("alsa") => return None,
            _ => Bus::Virtual,
        };
        if bus == Bus::Hdmi && self.plugged == Some(false) {
            return None;
        }
        Some(Device {
            name: self.description.clone(),
            bus: Fact::known(bus, format!("{SERVER} device.bus")),
            vendor_id: hex_id(self.vendor_id.as_deref()),
            product_id: hex_id(self.product_id.as_deref()),
            profile: self.profile(),
            ..Device::default()
        })
    }

    fn profile(&self) -> Option<String> {
        let profile = self
            .profile
            .as_deref()?
            .to_ascii_lowercase()
            .replace('_', "-");
        Some(if profile.starts_with("a2dp") {
            "a2dp".to_owned()
        } else if profile.starts_with("headset") || profile.starts_with("handsfree") {
            "hands-free".to_owned()
        } else {
            profile
        })
    }
}

/// `046d` of `046d` or `usb:046d`.
fn hex_id(text: Option<&str>) -> Option<String> {
    let digits = text?.rsplit([':', 'x']).next()?.to_ascii_lowercase();
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}

/// Adds what the server knows to what the sound cards showed.
pub(super) fn overlay(found: Fact<Vec<Device>>, rows: &[ServerRow]) -> Fact<Vec<Device>> {
    let (mut devices, source, unknown) = match found {
        Fact::Known { value, .. } if value.is_empty() => (value, SERVER.to_owned(), None),
        Fact::Known { value, source } => (value, source, None),
        Fact::Unknown(why) => (Vec::new(), SERVER.to_owned(), Some(why)),
    };
    let real = |row: &&ServerRow| !row.is_monitor && row.name != "auto_null";
    for row in rows.iter().filter(real) {
        let known = devices.iter_mut().find(|d| row.is(d));
        let default = Fact::known(row.is_default, SERVER);
        if let Some(device) = known {
            if row.is_default || device.default.value().is_none() {
                device.default = default;
            }
            device.profile = device.profile.take().or_else(|| row.profile());
        } else if let Some(device) = row.device() {
            devices.push(Device { default, ..device });
        }
    }
    match unknown {
        Some(why) if devices.is_empty() => Fact::Unknown(why),
        _ => {
            for device in &mut devices {
                if device
                    .default
                    .reason()
                    .is_some_and(|r| r.code != UnknownCode::Failed)
                {
                    device.default = Fact::known(false, SERVER);
                }
            }
            Fact::known(devices, source)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, description: &str) -> ServerRow {
        ServerRow {
            name: name.to_owned(),
            description: description.to_owned(),
            ..ServerRow::default()
        }
    }
    fn shown(fact: &Fact<Vec<Device>>) -> Vec<(&str, Option<Bus>, Option<bool>)> {
        let list = fact.value().expect("a list").iter();
        list.map(|d| {
            let default = d.default.value().copied();
            (d.name.as_str(), d.bus.value().copied(), default)
        })
        .collect()
    }

    #[test]
    fn cards_get_their_default_and_what_alsa_does_not_know_is_added() {
        let card = |name: &str, bus| Device {
            name: name.to_owned(),
            bus: Fact::known(bus, "x"),
            ..Device::default()
        };
        let found = Fact::known(
            vec![
                card("HDA Intel PCH: ALC295 Analog", Bus::BuiltIn),
                card("HD Pro Webcam C920", Bus::Usb),
            ],
            "/proc/asound",
        );
        let alsa = |name: &str, card: &str, bus: &str| ServerRow {
            bus: Some(bus.to_owned()),
            api: Some("alsa".to_owned()),
            card: Some(card.to_owned()),
            ..row(name, "Built-in Audio Analog Stereo")
        };
        let rows = [
            alsa("alsa_input.pci", "HDA Intel PCH", "pci"),
            ServerRow {
                is_default: true,
                ..alsa("alsa_input.usb", "HD Pro Webcam C920", "usb")
            },
            ServerRow {
                is_monitor: true,
                ..row("alsa_output.pci.monitor", "Monitor of Built-in Audio")
            },
            ServerRow {
                api: Some("bluez5".to_owned()),
                profile: Some("headset_head_unit".to_owned()),
                ..row("bluez_input.AA", "WH-1000XM4")
            },
            row("auto_null", "Dummy Output"),
            row("virtual_mic", "Noise suppression"),
            // A socket of a card, with nothing in it.
            ServerRow {
                plugged: Some(false),
                ..alsa("alsa_input.pci2", "Other card", "pci")
            },
        ];
        let all = overlay(found, &rows);
        assert_eq!(
            shown(&all),
            [
                (
                    "HDA Intel PCH: ALC295 Analog",
                    Some(Bus::BuiltIn),
                    Some(false)
                ),
                ("HD Pro Webcam C920", Some(Bus::Usb), Some(true)),
                ("WH-1000XM4", Some(Bus::Bluetooth), Some(false)),
                ("Noise suppression", Some(Bus::Virtual), Some(false)),
            ]
        );
        let headset = &all.value().expect("a list")[2];
        assert_eq!(headset.profile.as_deref(), Some("hands-free"));
    }

    #[test]
    fn a_server_without_devices_proves_no_absence() {
        let unknown: Fact<Vec<Device>> = Fact::unknown(UnknownCode::NotSupported);
        let only_monitor = [ServerRow {
            is_monitor: true,
            ..row("m", "Monitor")
        }];
        assert_eq!(overlay(unknown.clone(), &only_monitor), unknown);
        let found = overlay(unknown, &[row("v", "Virtual")]);
        assert_eq!(
            shown(&found),
            [("Virtual", Some(Bus::Virtual), Some(false))]
        );
    }
}
