//! Cameras and microphones that are software, told by what they are called: the last resort after driver, bus and
//! `DirectShow` registration, on every system alike.
//!
//! A name decides only where no hardware is proved: a USB webcam stays one, whatever its maker calls it. The names are
//! those that the makers' own pages give for the device that a user picks in a meeting program.

use crate::model::fact::Fact;
use crate::model::inventory::{Bus, Device};

/// Names of cameras, each the beginning of the device's name in lower case, without signs between the words.
const CAMERAS: &[&str] = &[
    // obsproject.com, "Virtual Camera Guide"; `OBS-Camera` of the plug-in before it. OBSBOT makes real cameras.
    "obs virtual",
    "obs camera",
    "streamlabs desktop virtual",
    // help.manycam.com: "ManyCam Virtual Webcam", "ManyCam Video Source".
    "manycam",
    // Snap Inc.: "Snap Camera".
    "snap camera",
    // xsplit.com, VCam and Broadcaster.
    "xsplit",
    // mmhmm.app: "mmhmm Camera".
    "mmhmm",
    // Logitech: "Logi Capture", also shown as "Logitech Capture".
    "logi capture",
    "logicapture",
    "logitech capture",
    // e2esoft.com: "e2eSoft VCam", "VCam".
    "e2esoft",
    "vcam",
    "ivcam",
    // Zoom's own camera for meetings inside other programs, and in virtual desktops.
    "zoom virtual",
    "zoomvirtualcamera",
    // v4l2loopback's default card label and its own name.
    "dummy video device",
    "v4l2loopback",
    // Telephones and other programs as cameras.
    "droidcam",
    "epoccam",
    "iriun",
    "camo",
    "reincubate camo",
    "splitcam",
    "sparkocam",
    "altercam",
    "chromacam",
    "camtwist",
    "cyberlink youcam",
    "youcam",
    "vmix video",
    "ndi video",
    "ndi webcam",
    "newtek ndi",
    "unity video capture",
    "webcamoid",
    "akvcam",
    "ecamm live",
    "wirecast virtual",
    "prezi camera",
    "prezi video",
];

/// Names of microphones and of the outputs that feed them.
const SOUND: &[&str] = &[
    // vb-audio.com: "CABLE Output (VB-Audio Virtual Cable)", "VoiceMeeter Out B1 (VB-Audio VoiceMeeter VAIO)",
    // "VB-Cable" on a Mac.
    "cable output",
    "cable input",
    "cable in",
    "hi fi cable",
    "vb cable",
    "voicemeeter",
    // krisp.ai: "Krisp Microphone", "Krisp Speaker".
    "krisp",
    // existential.audio: "BlackHole 2ch", "BlackHole 16ch".
    "blackhole",
    // rogueamoeba.com: "Loopback Audio", "Loopback Audio 2".
    "loopback audio",
    // "Soundflower (2ch)", "Soundflower (64ch)".
    "soundflower",
    // Programs for meetings that share the sound of the PC.
    "zoomaudiodevice",
    "zoom audio",
    "microsoft teams audio",
    // Others.
    "steam streaming",
    "background music",
    "ishowu audio",
];

/// Words anywhere in a name that only makers of software devices use: Windows puts its own, translated word for
/// "microphone" before the name of the product.
const ANYWHERE: &[&str] = &[
    "virtual camera",
    "virtual webcam",
    "virtual cam",
    "virtual microphone",
    "virtual mic",
    "virtual audio device",
    "virtual audio cable",
    // nvidia.com, Broadcast setup guide: "Camera (NVIDIA Broadcast)", "Microphone (NVIDIA Broadcast)".
    "nvidia broadcast",
    "nvidia rtx voice",
    "vb audio",
    "krisp audio",
    "voicemod virtual",
    "仮想カメラ",
    "仮想マイク",
];

/// Which names apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Cameras.
    Camera,
    /// Microphones and speakers.
    Sound,
}

/// Marks the devices that are software.
pub(super) fn marked(kind: Kind, devices: Fact<Vec<Device>>) -> Fact<Vec<Device>> {
    devices.map(|list| list.into_iter().map(|device| mark(kind, device)).collect())
}

fn mark(kind: Kind, device: Device) -> Device {
    // Known already, with a better source.
    let known = device.bus.value() == Some(&Bus::Virtual);
    if known || has_hardware(&device) || !is_software(kind, &device.name) {
        return device;
    }
    Device {
        bus: Fact::known(Bus::Virtual, "the product's name"),
        ..device
    }
}

/// Something that can be touched is behind it: an id of USB or PCI, or a bus that only hardware is on. "Built in" and
/// "other" are what is left when nothing else is told, so they prove none.
fn has_hardware(device: &Device) -> bool {
    let on_a_bus = match device.bus.value() {
        Some(Bus::Usb | Bus::Bluetooth | Bus::Hdmi) => true,
        Some(Bus::BuiltIn | Bus::Virtual | Bus::Other) | None => false,
    };
    on_a_bus || device.vendor_id.is_some()
}

fn is_software(kind: Kind, name: &str) -> bool {
    let name = words(name);
    let begins = match kind {
        Kind::Camera => CAMERAS,
        Kind::Sound => SOUND,
    };
    begins.iter().any(|begin| starts_with_words(&name, begin))
        || ANYWHERE.iter().any(|words| has_words(&name, words))
}

/// Lower case, words parted by single spaces.
fn words(name: &str) -> String {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whole words: "camo" is not the beginning of "camouflage".
fn starts_with_words(name: &str, begin: &str) -> bool {
    name.strip_prefix(begin).is_some_and(ends_a_word)
}

fn has_words(name: &str, words: &str) -> bool {
    name.match_indices(words).any(|(at, _)| {
        let before = name.get(..at).unwrap_or_default();
        let behind = name.get(at + words.len()..).unwrap_or_default();
        // Japanese is written without spaces.
        !words.is_ascii() || ((before.is_empty() || before.ends_with(' ')) && ends_a_word(behind))
    })
}

/// A number may follow without a space: "ManyCam2", "BlackHole16ch".
fn ends_a_word(rest: &str) -> bool {
    rest.chars()
        .next()
        .is_none_or(|c| c == ' ' || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::UnknownCode;

    fn device(name: &str, bus: Option<Bus>, vendor: Option<&str>) -> Device {
        Device {
            name: name.to_owned(),
            bus: bus.map_or_else(
                || Fact::unknown(UnknownCode::NotFound),
                |bus| Fact::known(bus, "test"),
            ),
            vendor_id: vendor.map(str::to_owned),
            ..Device::default()
        }
    }
    fn bus(kind: Kind, device: Device) -> Option<Bus> {
        mark(kind, device).bus.value().copied()
    }

    #[test]
    fn products_are_known_by_the_names_that_they_show() {
        for name in [
            "OBS Virtual Camera",
            "OBS-Camera",
            "ManyCam Virtual Webcam",
            "ManyCam Video Source",
            "Snap Camera",
            "XSplit VCam",
            "mmhmm Camera",
            "Camera (NVIDIA Broadcast)",
            "NVIDIA Broadcast",
            "Logi Capture",
            "e2eSoft VCam",
            "VCam",
            "e2eSoft iVCam",
            "Zoom Virtual Camera",
            "ZoomVirtualCamera",
            "カメラ (NVIDIA Broadcast)",
            "Dummy video device (0x0000)",
            "DroidCam Source 3",
            "Some Maker's Virtual Camera",
            "会社の仮想カメラ",
        ] {
            let seen = bus(Kind::Camera, device(name, None, None));
            assert_eq!(seen, Some(Bus::Virtual), "{name}");
        }
        for name in [
            "CABLE Output (VB-Audio Virtual Cable)",
            "VoiceMeeter Output (VB-Audio VoiceMeeter VAIO)",
            "VB-Cable",
            "Krisp Microphone",
            "Mikrofon (Krisp Audio)",
            "Microphone (NVIDIA Broadcast)",
            "マイク (NVIDIA Broadcast)",
            "BlackHole 2ch",
            "Loopback Audio",
            "Soundflower (2ch)",
            "ZoomAudioDevice",
            "Microsoft Teams Audio",
        ] {
            let seen = bus(Kind::Sound, device(name, Some(Bus::Other), None));
            assert_eq!(seen, Some(Bus::Virtual), "{name}");
        }
    }

    #[test]
    fn hardware_stays_hardware_and_likeness_is_no_proof() {
        // A name is no proof against an id or a bus.
        let real = device("Snap Camera", Some(Bus::Usb), Some("046d"));
        assert_eq!(bus(Kind::Camera, real), Some(Bus::Usb));
        let real = device("Virtual Camera", Some(Bus::Other), Some("1cd7"));
        assert_eq!(bus(Kind::Camera, real), Some(Bus::Other));
        let real = device("Loopback Audio", Some(Bus::Bluetooth), None);
        assert_eq!(bus(Kind::Sound, real), Some(Bus::Bluetooth));
        for name in [
            "OBSBOT Tiny 2",
            "Camouflage Cam",
            "FaceTime HD Camera",
            "Integrated Camera",
            "Iriunix",
            "Capture Card",
            "Intel MIPI Camera",
        ] {
            let seen = bus(Kind::Camera, device(name, Some(Bus::BuiltIn), None));
            assert_eq!(seen, Some(Bus::BuiltIn), "{name}");
        }
        for name in [
            "MacBook Pro Microphone",
            "Cable Matters USB Adapter",
            "Microphone Array (Realtek(R) Audio)",
        ] {
            let seen = bus(Kind::Sound, device(name, Some(Bus::BuiltIn), None));
            assert_eq!(seen, Some(Bus::BuiltIn), "{name}");
        }
    }

    #[test]
    fn a_better_source_is_kept_and_an_unread_list_stays_unread() {
        let known = mark(
            Kind::Camera,
            device("OBS Virtual Camera", Some(Bus::Virtual), None),
        );
        assert_eq!(known.bus.source(), Some("test"));
        let unread: Fact<Vec<Device>> = Fact::unknown(UnknownCode::TimedOut);
        assert_eq!(marked(Kind::Camera, unread.clone()), unread);
    }
}
