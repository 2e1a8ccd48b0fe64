//! Cameras, microphones and speakers of a Mac, by `system_profiler`. It asks for no permission and opens no device.

use serde_json::Value;

use crate::inventory::mac::{list, profile, text};
use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::AllUnknown;
use crate::model::Version;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Bus, Device};

use super::Sound;

/// Reads the cameras.
pub(in crate::inventory) fn cameras(mac: &dyn Mac) -> Fact<Vec<Device>> {
    const REPORT: &str = "SPCameraDataType";
    match profile(mac, REPORT) {
        Ok(items) => {
            let found: Vec<Device> = items.iter().filter_map(camera).collect();
            if found.is_empty() && may_hide_cameras(mac) {
                return Fact::unknown_because(
                    UnknownCode::NotPermitted,
                    "macOS 26 lists no camera to programs without permission, and does not say so",
                );
            }
            Fact::known(found, format!("system_profiler {REPORT}"))
        }
        Err(why) => Fact::Unknown(why),
    }
}

fn may_hide_cameras(mac: &dyn Mac) -> bool {
    mac.run("/usr/bin/sw_vers", &["-productVersion"])
        .ok()
        .and_then(|text| Version::leading(&text))
        .is_none_or(|version| version.major() >= 16)
}

fn camera(item: &Value) -> Option<Device> {
    let name = text(item, "_name")?;
    let model = text(item, "spcamera_model-id").unwrap_or_default();
    // `UVC Camera VendorID_1133 ProductID_2093`
    let id = |label: &str| {
        let (_, rest) = model.split_once(label)?;
        let number: u16 = rest.split_whitespace().next()?.parse().ok()?;
        Some(format!("{number:04x}"))
    };
    let (vendor_id, product_id) = (id("VendorID_"), id("ProductID_"));
    let source = "system_profiler SPCameraDataType spcamera_model-id";
    let own = ["FaceTime", "MacBook", "iMac"]
        .iter()
        .any(|own| name.contains(own));
    let bus = if own {
        Fact::known(Bus::BuiltIn, "its name")
    } else if vendor_id.is_some() {
        Fact::known(Bus::Usb, source)
    } else if model.starts_with("iPhone") || model.starts_with("iPad") {
        Fact::known(Bus::Other, source)
    } else if ["Virtual", "Extension"]
        .iter()
        .any(|w| model.contains(w) || name.contains(w))
    {
        Fact::known(Bus::Virtual, source)
    } else {
        Fact::unknown_because(UnknownCode::NotFound, source)
    };
    Some(Device {
        name: name.to_owned(),
        bus,
        vendor_id,
        product_id,
        default: Fact::unknown_because(UnknownCode::NotSupported, "system_profiler does not tell"),
        ..Device::default()
    })
}

/// Reads the microphones and speakers.
pub(in crate::inventory) fn sound(mac: &dyn Mac) -> Sound {
    const REPORT: &str = "SPAudioDataType";
    let groups = match profile(mac, REPORT) {
        Ok(groups) => groups,
        Err(why) => return Sound::all_unknown(&why),
    };
    let devices: Vec<&Value> = groups.iter().flat_map(|g| list(g, "_items")).collect();
    let with = |channels: &str, default: &str| {
        let found = devices
            .iter()
            .filter(|d| {
                let count = d.get(channels);
                // A number, or a text in reports of older systems.
                count.and_then(Value::as_u64).is_some_and(|n| n > 0)
                    || count
                        .and_then(Value::as_str)
                        .is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 0))
            })
            .filter_map(|d| audio(d, default))
            .collect();
        Fact::known(found, format!("system_profiler {REPORT}"))
    };
    Sound {
        microphones: with(
            "coreaudio_device_input",
            "coreaudio_default_audio_input_device",
        ),
        speakers: with(
            "coreaudio_device_output",
            "coreaudio_default_audio_output_device",
        ),
    }
}

fn audio(item: &Value, default: &str) -> Option<Device> {
    let source = "system_profiler SPAudioDataType coreaudio_device_transport";
    let transport = text(item, "coreaudio_device_transport").unwrap_or_default();
    let bus = match transport.trim_start_matches("coreaudio_device_type_") {
        "builtin" => Bus::BuiltIn,
        "usb" => Bus::Usb,
        "bluetooth" | "bluetooth_le" | "bluetoothle" => Bus::Bluetooth,
        "hdmi" | "displayport" => Bus::Hdmi,
        "virtual" | "aggregate" | "autoaggregate" | "airplay" => Bus::Virtual,
        _ => Bus::Other,
    };
    Some(Device {
        name: text(item, "_name")?.to_owned(),
        bus: match transport {
            "" | "coreaudio_device_type_unknown" => {
                Fact::unknown_because(UnknownCode::NotFound, source)
            }
            _ => Fact::known(bus, source),
        },
        vendor_id: None,
        product_id: None,
        default: Fact::known(
            text(item, default) == Some("spaudio_yes"),
            format!("system_profiler SPAudioDataType {default}"),
        ),
        ..Device::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    fn seen(fact: &Fact<Vec<Device>>) -> Vec<(&str, Option<Bus>, Option<bool>)> {
        fact.value()
            .expect("a list")
            .iter()
            .map(|d| {
                (
                    d.name.as_str(),
                    d.bus.value().copied(),
                    d.default.value().copied(),
                )
            })
            .collect()
    }

    #[test]
    fn a_macbook_with_a_webcam_and_a_telephone() {
        let mac = recorded("macbook-pro-m1-pro");
        let found = cameras(&mac);
        assert_eq!(
            seen(&found),
            [
                ("FaceTime HD Camera", Some(Bus::BuiltIn), None),
                ("Logitech StreamCam", Some(Bus::Usb), None),
                ("Someone's iPhone Camera", Some(Bus::Other), None),
                ("OBS Virtual Camera", Some(Bus::Virtual), None),
            ]
        );
        let webcam = &found.value().unwrap()[1];
        assert_eq!(webcam.vendor_id.as_deref(), Some("046d"));
        assert_eq!(webcam.product_id.as_deref(), Some("0893"));
        let sound = sound(&mac);
        assert_eq!(
            seen(&sound.microphones),
            [
                ("WH-1000XM3", Some(Bus::Bluetooth), Some(false)),
                ("MacBook Pro Microphone", Some(Bus::BuiltIn), Some(true)),
                ("ZoomAudioDevice", Some(Bus::Virtual), Some(false)),
            ]
        );
        assert_eq!(
            seen(&sound.speakers),
            [
                ("DELL U2720Q", Some(Bus::Hdmi), Some(false)),
                ("WH-1000XM3", Some(Bus::Bluetooth), Some(true)),
                ("MacBook Pro Speakers", Some(Bus::BuiltIn), Some(false)),
                ("ZoomAudioDevice", Some(Bus::Virtual), Some(false)),
            ]
        );
    }

    #[test]
    fn no_camera_is_believed_only_where_it_would_be_shown() {
        assert_eq!(cameras(&recorded("imac-intel")).value(), Some(&Vec::new()));
        let hidden = cameras(&recorded("rosetta"));
        assert_eq!(
            hidden.reason().map(|u| u.code),
            Some(UnknownCode::NotPermitted)
        );
    }
}
