//! Cameras from device nodes, microphones and speakers from audio endpoints.

use crate::inventory::sys::windows_rows::{DeviceRow, EndpointRow, Key, Registry, SoundFlow};
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{Bus, Device};

/// `DirectShow`'s category of video sources: where programs register cameras that are software only.
const SOFTWARE_CAMERAS: &str =
    r"SOFTWARE\Classes\CLSID\{860BB310-5D01-11D0-BD3B-00A0C911CE86}\Instance";
/// Container id of devices that are part of the computer (Microsoft Learn, "Container IDs for 1394, ACPI … devices").
const COMPUTER: &str = "{00000000-0000-0000-FFFF-FFFFFFFFFFFF}";
/// `CM_REMOVAL_POLICY_EXPECT_NO_REMOVAL`.
const NO_REMOVAL: u32 = 1;
const SETUP: &str = "SetupAPI device node";
const ENDPOINT: &str = "IMMDevice endpoint";

/// What the calls returned about cameras.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CameraRows {
    /// Present device nodes.
    pub(super) devices: Result<Vec<DeviceRow>, Unknown>,
    /// Instance ids with `KSCATEGORY_VIDEO_CAMERA`; empty before Windows 10.
    pub(super) video: Vec<String>,
    /// Instance ids with `KSCATEGORY_SENSOR_CAMERA`; empty before Windows 10.
    pub(super) sensor: Vec<String>,
    /// Instance ids with `KSCATEGORY_CAPTURE`.
    pub(super) capture: Vec<String>,
}

/// The cameras that work now. A device node is one when it offers pictures: sensors of a camera module, scanners and
/// sound devices sit in the same classes without being one.
pub(super) fn cameras(rows: &CameraRows, registry: &dyn Registry) -> Fact<Vec<Device>> {
    let devices = match &rows.devices {
        Ok(devices) => devices,
        Err(said) => return Fact::Unknown(said.clone()),
    };
    let mut cameras: Vec<Device> = devices
        .iter()
        .filter(|row| row.started != Some(false) && row.problem.is_none())
        .filter_map(|row| camera(row, rows))
        .collect();
    cameras.extend(software_cameras(registry));
    Fact::known(cameras, SETUP)
}

fn camera(row: &DeviceRow, rows: &CameraRows) -> Option<Device> {
    let among = |ids: &[String]| ids.iter().any(|id| id.eq_ignore_ascii_case(&row.instance));
    let class = row.class.as_deref().unwrap_or_default();
    let is = |name: &str| class.eq_ignore_ascii_case(name);
    let video = among(&rows.video);
    let sensor = among(&rows.sensor);
    let pictures = is("Camera") || is("Image");
    if !(video || sensor || pictures && among(&rows.capture)) {
        return None;
    }
    let name = row.name.clone().unwrap_or_else(|| row.instance.clone());
    let infrared = sensor && !video || is_infrared(&name);
    let (vendor_id, product_id) = ids(&row.instance);
    Some(Device {
        bus: camera_bus(row),
        name,
        vendor_id,
        product_id,
        default: Fact::unknown_because(
            UnknownCode::NotSupported,
            "Windows has no default camera for desktop programs",
        ),
        infrared,
        ..Device::default()
    })
}

fn camera_bus(row: &DeviceRow) -> Fact<Bus> {
    let fixed = row
        .container
        .as_deref()
        .is_some_and(|c| c.eq_ignore_ascii_case(COMPUTER))
        || row.removal_policy == Some(NO_REMOVAL);
    std::iter::once(&row.instance)
        .chain(&row.ancestors)
        .find_map(|instance| bus_of(enumerator(instance)).map(|bus| (bus, instance)))
        .map_or_else(
            || Fact::unknown_because(UnknownCode::Unparsable, row.instance.as_str()),
            |(bus, instance)| match bus {
                Bus::Usb if fixed => Fact::known(Bus::BuiltIn, format!("{SETUP} container id")),
                bus => Fact::known(bus, format!("{SETUP} {}", enumerator(instance))),
            },
        )
}

/// `USB` of `USB\VID_046D&PID_0825\…`.
fn enumerator(instance: &str) -> &str {
    instance.split('\\').next().unwrap_or_default()
}

/// The kind of attachment that an enumerator stands for; none for one that says nothing of it.
fn bus_of(enumerator: &str) -> Option<Bus> {
    const BUILT_IN: [&str; 10] = [
        "PCI",
        "ACPI",
        "HDAUDIO",
        "INTELAUDIO",
        "DISPLAY",
        "SOUNDWIRE",
        "AMDACP",
        "ACP",
        "QCOM",
        "SOC",
    ];
    let name = enumerator.to_ascii_uppercase();
    if name == "USB" || name == "USB4" || name == "USBAUDIO" {
        Some(Bus::Usb)
    } else if name.starts_with("BTH") {
        Some(Bus::Bluetooth)
    } else if name == "ROOT" || name == "SWD" || name == "SW" || name == "SOFTWARE" {
        Some(Bus::Virtual)
    } else if name == "TS_USB_HUB_ENUMERATOR" || name.starts_with("TSBUS") {
        // Passed through by a remote desktop.
        Some(Bus::Virtual)
    } else if BUILT_IN.iter().any(|b| name.starts_with(b)) {
        Some(Bus::BuiltIn)
    } else if name == "1394" || name == "AVC" || name == "PCMCIA" {
        Some(Bus::Other)
    } else {
        None
    }
}

/// `Integrated IR Camera`; not `RGB/IR`, which sees both.
fn is_infrared(name: &str) -> bool {
    let mut words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_ascii_uppercase);
    let all: Vec<String> = words.by_ref().collect();
    let has = |word: &str| all.iter().any(|w| w == word);
    (has("IR") || has("INFRARED")) && !has("RGB")
}

/// Vendor and product id in an instance or hardware id, in lower case as the other systems write them.
fn ids(instance: &str) -> (Option<String>, Option<String>) {
    let upper = instance.to_ascii_uppercase();
    let after = |marks: [&str; 3]| {
        marks.iter().find_map(|mark| {
            let (_, rest) = upper.split_once(mark)?;
            let digits = rest.get(..4)?;
            digits
                .chars()
                .all(|c| c.is_ascii_hexdigit())
                .then(|| digits.to_ascii_lowercase())
        })
    };
    (
        // Bluetooth writes `VID&0002046D` (source, then id); four digits behind the mark would be the source.
        after(["VID_", "VEN_", "VID&0002"]),
        after(["PID_", "DEV_", "PID&"]),
    )
}

/// Cameras that are registered as `DirectShow` filters, such as that of a streaming program. Both views: a filter is
/// seen by programs of its own bitness.
fn software_cameras(registry: &dyn Registry) -> Vec<Device> {
    let mut names: Vec<(String, String)> = Vec::new();
    let machine = Key::machine(SOFTWARE_CAMERAS);
    let user = Key::user(SOFTWARE_CAMERAS);
    for key in [
        machine.clone(),
        machine.bits32(),
        user.clone(),
        user.bits32(),
    ] {
        for child in registry.keys(&key).unwrap_or_default() {
            let Ok(name) = registry.text(&key.child(&child), "FriendlyName") else {
                continue;
            };
            if !name.trim().is_empty() && !names.iter().any(|(n, _)| *n == name) {
                names.push((name, key.to_string()));
            }
        }
    }
    names
        .into_iter()
        .map(|(name, place)| Device {
            name,
            bus: Fact::known(Bus::Virtual, place),
            default: Fact::unknown(UnknownCode::NotSupported),
            ..Device::default()
        })
        .collect()
}

/// Microphones or speakers; endpoints that only play back what the PC itself says are left out.
pub(super) fn sound(flow: SoundFlow, rows: Result<Vec<EndpointRow>, Unknown>) -> Fact<Vec<Device>> {
    match rows {
        Err(said) => Fact::Unknown(said),
        Ok(rows) => Fact::known(
            rows.iter()
                .filter(|row| flow == SoundFlow::Render || !is_loopback(&row.name))
                .map(endpoint)
                .collect(),
            ENDPOINT,
        ),
    }
}

fn endpoint(row: &EndpointRow) -> Device {
    let (vendor_id, product_id) = ids(row.instance.as_deref().unwrap_or_default());
    Device {
        name: if row.name.is_empty() {
            row.adapter.clone().unwrap_or_default()
        } else {
            row.name.clone()
        },
        bus: sound_bus(row),
        vendor_id,
        product_id,
        default: match row.default {
            Some(default) => Fact::known(default, "IMMDeviceEnumerator::GetDefaultAudioEndpoint"),
            None => Fact::unknown_because(
                UnknownCode::Failed,
                "IMMDeviceEnumerator::GetDefaultAudioEndpoint",
            ),
        },
        communications: row.communications,
        state: row.state,
        profile: profile(row),
        ..Device::default()
    }
}

/// Which Bluetooth profile carries it. A headset that is on its hands-free one sounds like a telephone; on the other
/// it has no microphone.
fn profile(row: &EndpointRow) -> Option<String> {
    let carrier = format!(
        "{} {}",
        row.enumerator.as_deref().unwrap_or_default(),
        row.instance.as_deref().unwrap_or_default()
    )
    .to_ascii_uppercase();
    if carrier.contains("BTHHFENUM") || carrier.contains("BTHHFPAUDIO") {
        Some("hands-free".to_owned())
    } else if carrier.contains("BTHENUM") && carrier.contains("0000110B-0000-1000-8000") {
        // Service class Audio Sink (Bluetooth Assigned Numbers).
        Some("a2dp".to_owned())
    } else {
        None
    }
}

/// `EndpointFormFactor` (mmdeviceapi.h).
mod form {
    pub(super) const REMOTE_NETWORK_DEVICE: u32 = 0;
    pub(super) const UNKNOWN_DIGITAL_PASSTHROUGH: u32 = 7;
    pub(super) const SPDIF: u32 = 8;
    pub(super) const DIGITAL_AUDIO_DISPLAY_DEVICE: u32 = 9;
}

fn sound_bus(row: &EndpointRow) -> Fact<Bus> {
    // A digital socket is always there, whether something is plugged into it or not: no speaker is proved by it.
    match row.form_factor {
        Some(form::REMOTE_NETWORK_DEVICE) => {
            return Fact::known(Bus::Virtual, "PKEY_AudioEndpoint_FormFactor");
        }
        Some(form::DIGITAL_AUDIO_DISPLAY_DEVICE) => {
            return Fact::known(Bus::Hdmi, "PKEY_AudioEndpoint_FormFactor");
        }
        Some(form::SPDIF | form::UNKNOWN_DIGITAL_PASSTHROUGH) => {
            return Fact::known(Bus::Other, "PKEY_AudioEndpoint_FormFactor");
        }
        _ => {}
    }
    // The carrier `{1}.USB\VID_…` where the endpoint's own enumerator is missing.
    let carrier = row
        .instance
        .as_deref()
        .and_then(|i| i.split_once("}.").map(|(_, id)| enumerator(id)));
    let Some(enumerator) = row.enumerator.as_deref().or(carrier) else {
        return Fact::unknown_because(UnknownCode::NotFound, "PKEY_Device_EnumeratorName");
    };
    let names = format!(
        "{} {}",
        row.name,
        row.adapter.as_deref().unwrap_or_default()
    )
    .to_ascii_lowercase();
    let source = format!("PKEY_Device_EnumeratorName {enumerator}");
    match bus_of(enumerator) {
        // Intel's sound processor also carries Bluetooth and USB sound and names its device after it.
        Some(Bus::BuiltIn) if names.contains("bluetooth") => Fact::known(Bus::Bluetooth, source),
        Some(Bus::BuiltIn)
            if enumerator.eq_ignore_ascii_case("INTELAUDIO") && names.contains("usb") =>
        {
            Fact::known(Bus::Usb, source)
        }
        Some(bus) => Fact::known(bus, source),
        None => Fact::unknown_because(UnknownCode::Unparsable, source),
    }
}

/// Inputs that record what the PC plays, by the names that drivers give them, in English and Japanese.
fn is_loopback(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "stereo mix",
        "what u hear",
        "wave out mix",
        "rec. playback",
        "loopback",
        "monitor of ",
        "ステレオ ミキサー",
        "ステレオミキサー",
        "ステレオ ミックス",
    ]
    .iter()
    .any(|mark| name.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;
    use crate::inventory::unknown::why;

    const FIXED: &str = "{00000000-0000-0000-ffff-ffffffffffff}";

    fn node(instance: &str, class: &str, name: &str) -> DeviceRow {
        DeviceRow {
            instance: instance.to_owned(),
            class: Some(class.to_owned()),
            name: Some(name.to_owned()),
            started: Some(true),
            container: Some("{5d1a8e2c-6a0f-5c4b-9d57-0a3f1f5c7b11}".to_owned()),
            removal_policy: Some(3),
            ..DeviceRow::default()
        }
    }
    fn rows(
        devices: Vec<DeviceRow>,
        video: &[&str],
        sensor: &[&str],
        capture: &[&str],
    ) -> CameraRows {
        let own = |ids: &[&str]| ids.iter().map(|i| (*i).to_owned()).collect();
        CameraRows {
            devices: Ok(devices),
            video: own(video),
            sensor: own(sensor),
            capture: own(capture),
        }
    }
    fn seen(rows: &CameraRows) -> Vec<(String, Option<Bus>, bool)> {
        cameras(rows, &Recorded::default())
            .value()
            .expect("a list")
            .iter()
            .map(|d| (d.name.clone(), d.bus.value().copied(), d.infrared))
            .collect()
    }

    #[test]
    fn usb_built_in_and_infrared_cameras() {
        let usb = r"USB\VID_046D&PID_0825&MI_00\7&1A2B3C4D&0&0000";
        let rgb = r"USB\VID_04F2&PID_B6DD&MI_00\6&11&0&0000";
        let ir = r"USB\VID_04F2&PID_B6DD&MI_02\6&11&0&0002";
        let inside = |mut row: DeviceRow| {
            row.container = Some(FIXED.to_owned());
            row
        };
        let all = rows(
            vec![
                node(usb, "Camera", "Logi C270 HD WebCam"),
                inside(node(rgb, "Camera", "Integrated Camera")),
                inside(node(ir, "Camera", "Integrated IR Camera")),
            ],
            &[usb, rgb],
            &[ir],
            &[usb, rgb, ir],
        );
        assert_eq!(
            seen(&all),
            [
                ("Logi C270 HD WebCam".to_owned(), Some(Bus::Usb), false),
                ("Integrated Camera".to_owned(), Some(Bus::BuiltIn), false),
                ("Integrated IR Camera".to_owned(), Some(Bus::BuiltIn), true),
            ]
        );
        let list = cameras(&all, &Recorded::default());
        let first = list.value().and_then(|l| l.first()).expect("one");
        assert_eq!(first.vendor_id.as_deref(), Some("046d"));
        assert_eq!(first.product_id.as_deref(), Some("0825"));
    }

    #[test]
    fn what_sits_in_the_same_classes_without_being_a_camera() {
        let scanner = r"USB\VID_04A9&PID_190F\1";
        let sensor_chip = r"ACPI\OVTI2740\4&1";
        let microphone = r"USB\VID_046D&PID_0825&MI_02\7";
        let off = r"USB\VID_0BDA&PID_5634\2";
        let mut disabled = node(off, "Camera", "Switched off");
        disabled.started = Some(false);
        disabled.problem = Some(22);
        let all = rows(
            vec![
                node(scanner, "Image", "CanoScan LiDE"),
                node(sensor_chip, "Camera", "Camera Sensor OV2740"),
                node(microphone, "MEDIA", "USB Audio Device"),
                disabled,
            ],
            &[off],
            &[],
            &[microphone, off],
        );
        assert_eq!(seen(&all), []);
    }

    #[test]
    fn windows_7_cameras_are_in_the_image_class() {
        let id = r"usb\vid_046d&pid_0825&mi_00\7&1";
        let upper = id.to_ascii_uppercase();
        let all = rows(vec![node(id, "Image", "Logitech")], &[], &[], &[&upper]);
        assert_eq!(seen(&all), [("Logitech".to_owned(), Some(Bus::Usb), false)]);
    }

    #[test]
    fn modules_on_the_board_and_cameras_of_software() {
        let board = r"DISPLAY\INT3480\4&2";
        let phone = r"SWD\VCAMDEVAPI\B1";
        let all = rows(
            vec![
                node(board, "Camera", "Surface Camera Front"),
                node(phone, "Camera", "Phone (Windows Virtual Camera)"),
            ],
            &[board, phone],
            &[],
            &[],
        );
        assert_eq!(
            seen(&all),
            [
                ("Surface Camera Front".to_owned(), Some(Bus::BuiltIn), false),
                (
                    "Phone (Windows Virtual Camera)".to_owned(),
                    Some(Bus::Virtual),
                    false
                ),
            ]
        );
        let registry = Recorded::new(&format!(
            "[HKLM\\{SOFTWARE_CAMERAS}\\{{A3FCE0F5-3493-419F-958A-ABA1250EC20B}}]\nFriendlyName=OBS Virtual Camera\n\
             [HKLM32\\{SOFTWARE_CAMERAS}\\{{A3FCE0F5-3493-419F-958A-ABA1250EC20B}}]\nFriendlyName=OBS Virtual Camera"
        ));
        let list = cameras(&rows(Vec::new(), &[], &[], &[]), &registry);
        let list = list.value().expect("a list");
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].bus.value(), Some(&Bus::Virtual));
    }

    #[test]
    fn no_list_is_unknown_and_an_empty_one_is_known() {
        let mut none = rows(Vec::new(), &[], &[], &[]);
        assert_eq!(
            cameras(&none, &Recorded::default()).value(),
            Some(&Vec::new())
        );
        none.devices = Err(why(UnknownCode::Failed, "no"));
        assert!(cameras(&none, &Recorded::default()).value().is_none());
    }

    #[test]
    fn infrared_by_name() {
        for (name, infrared) in [
            ("USB2.0 IR UVC WebCam", true),
            ("HP IR Camera", true),
            ("Infrared Camera", true),
            ("RGB/IR Camera", false),
            ("AirCam", false),
            ("FaceTime HD Camera (Built-in)", false),
        ] {
            assert_eq!(is_infrared(name), infrared, "{name}");
        }
    }

    fn point(name: &str, enumerator: Option<&str>, form_factor: Option<u32>) -> EndpointRow {
        EndpointRow {
            name: name.to_owned(),
            enumerator: enumerator.map(str::to_owned),
            form_factor,
            default: Some(false),
            ..EndpointRow::default()
        }
    }
    fn bus(row: &EndpointRow) -> Option<Bus> {
        sound_bus(row).value().copied()
    }

    #[test]
    fn buses_of_sound() {
        for (enumerator, form, expected) in [
            ("HDAUDIO", Some(4), Some(Bus::BuiltIn)),
            ("INTELAUDIO", Some(4), Some(Bus::BuiltIn)),
            ("HDAUDIO", Some(9), Some(Bus::Hdmi)),
            ("HDAUDIO", Some(8), Some(Bus::Other)),
            ("USB", Some(5), Some(Bus::Usb)),
            ("BTHENUM", Some(3), Some(Bus::Bluetooth)),
            ("BTHHFENUM", Some(5), Some(Bus::Bluetooth)),
            ("BTHLEENUM", None, Some(Bus::Bluetooth)),
            ("ROOT", Some(4), Some(Bus::Virtual)),
            ("SWD", Some(1), Some(Bus::Virtual)),
            ("SOMETHING", Some(1), None),
            ("SWD", Some(0), Some(Bus::Virtual)),
        ] {
            assert_eq!(
                bus(&point("x", Some(enumerator), form)),
                expected,
                "{enumerator} {form:?}"
            );
        }
        assert_eq!(bus(&point("x", None, None)), None);
        let mut offloaded = point("Headset", Some("INTELAUDIO"), Some(5));
        offloaded.adapter = Some("Intel® Smart Sound Technology for Bluetooth® Audio".to_owned());
        assert_eq!(bus(&offloaded), Some(Bus::Bluetooth));
        let mut carried = point("Mic", None, Some(4));
        carried.instance = Some(r"{1}.USB\VID_0B0E&PID_0420&MI_00\6&1".to_owned());
        assert_eq!(bus(&carried), Some(Bus::Usb));
        assert_eq!(endpoint(&carried).vendor_id.as_deref(), Some("0b0e"));
    }

    #[test]
    fn monitors_are_no_microphones() {
        let rows = || {
            Ok(vec![
                point("Stereo Mix (Realtek(R) Audio)", Some("HDAUDIO"), Some(2)),
                point("ステレオ ミキサー (Realtek Audio)", Some("HDAUDIO"), None),
                point("Monitor of Null Output", Some("ROOT"), None),
                point("Microphone (Realtek(R) Audio)", Some("HDAUDIO"), Some(4)),
            ])
        };
        let microphones = sound(SoundFlow::Capture, rows());
        let names: Vec<&str> = microphones
            .value()
            .expect("a list")
            .iter()
            .map(|d| d.name.as_str())
            .collect();
        assert_eq!(names, ["Microphone (Realtek(R) Audio)"]);
        assert_eq!(
            sound(SoundFlow::Render, rows()).value().map(Vec::len),
            Some(4)
        );
    }
}
