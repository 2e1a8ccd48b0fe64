//! Displays and touch, from the display configuration, EDID and device nodes.

use crate::inventory::sys::windows_rows::{DeviceRow, DisplayRow, Key, Registry};
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{Display, DisplayFacts};

use super::edid;

/// `GetSystemMetrics(SM_DIGITIZER)` bits (Microsoft Learn, `GetSystemMetrics`).
const INTEGRATED_TOUCH: i32 = 0x01;
const EXTERNAL_TOUCH: i32 = 0x02;
/// Hardware id of a HID touch screen: usage page 0Dh "Digitizers", usage 04h "Touch Screen" (HID Usage Tables).
const TOUCH_SCREEN: &str = "HID_DEVICE_UP:000D_U:0004";
/// `DISPLAYCONFIG_OUTPUT_TECHNOLOGY_INDIRECT_VIRTUAL`: a display that is software only.
const INDIRECT_VIRTUAL: i32 = 17;

/// What the calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DisplayRows {
    /// `QueryDisplayConfig`.
    pub(super) connected: Result<Vec<DisplayRow>, Unknown>,
    /// `EnumDisplayDevices`.
    pub(super) desktop: Result<Vec<DisplayRow>, Unknown>,
    /// `SM_DIGITIZER`.
    pub(super) digitizer: i32,
    /// `SM_REMOTESESSION` is not 0.
    pub(super) remote: bool,
    /// Present device nodes.
    pub(super) devices: Result<Vec<DeviceRow>, Unknown>,
}

/// The facts.
pub(super) fn displays(rows: &DisplayRows, registry: &dyn Registry) -> DisplayFacts {
    if rows.remote {
        // Displays and touch of the other side would be read, not those that stand here.
        let elsewhere = || {
            (
                UnknownCode::NotSupported,
                "this is a remote session: its displays are those of the machine it is shown on",
            )
        };
        let (code, said) = elsewhere();
        return DisplayFacts {
            displays: Fact::unknown_because(code, said),
            touch: Fact::unknown_because(code, said),
            touch_driver: Fact::unknown_because(code, said),
        };
    }
    let (touch, touch_driver) = touch(rows.digitizer, &rows.devices);
    DisplayFacts {
        displays: list(rows, registry),
        touch,
        touch_driver,
    }
}

fn list(rows: &DisplayRows, registry: &dyn Registry) -> Fact<Vec<Display>> {
    let shown = |found: &[DisplayRow], source: &str| {
        Fact::known(
            found
                .iter()
                .filter(|row| row.technology != Some(INDIRECT_VIRTUAL))
                .map(|row| display(row, source, registry))
                .collect(),
            source,
        )
    };
    match (&rows.connected, &rows.desktop) {
        (Ok(found), _) if !found.is_empty() => shown(found, "QueryDisplayConfig"),
        (_, Ok(found)) if !found.is_empty() => shown(found, "EnumDisplayDevices"),
        (Ok(_), _) => shown(&[], "QueryDisplayConfig"),
        (Err(said), _) => Fact::Unknown(said.clone()),
    }
}

fn display(row: &DisplayRow, source: &str, registry: &dyn Registry) -> Display {
    let pixels = |pick: fn((u32, u32)) -> u32| match row.size.map(pick) {
        Some(n) if n > 0 => Fact::known(n, source),
        _ => Fact::unknown_because(UnknownCode::NotFound, "the display is switched off"),
    };
    let name = match (row.name.trim(), row.path.as_deref()) {
        ("", Some(path)) => model_of(path).unwrap_or_default(),
        (name, _) => name.to_owned(),
    };
    Display {
        name,
        width: pixels(|s| s.0),
        height: pixels(|s| s.1),
        diagonal_tenths: diagonal(row.path.as_deref(), registry),
    }
}

/// The parts of `\\?\DISPLAY#DEL40F4#5&1a2b3c&0&UID4353#{…}`: model and instance.
fn parts(path: &str) -> Option<(&str, &str)> {
    let (_, rest) = path.split_once("DISPLAY#")?;
    let mut parts = rest.split('#');
    let model = parts.next()?;
    let instance = parts.next()?;
    // The parts go into a registry path: nothing that could lead elsewhere.
    let plain = |p: &str| !p.is_empty() && !p.contains(['\\', '/']);
    (plain(model) && plain(instance)).then_some((model, instance))
}

fn model_of(path: &str) -> Option<String> {
    parts(path).map(|(model, _)| model.to_owned())
}

/// Windows keeps each display's EDID beside its driver settings.
fn diagonal(path: Option<&str>, registry: &dyn Registry) -> Fact<u32> {
    let Some((model, instance)) = path.and_then(parts) else {
        return Fact::unknown_because(UnknownCode::NotFound, "no path to the display's EDID");
    };
    let key = Key::machine(format!(
        r"SYSTEM\CurrentControlSet\Enum\DISPLAY\{model}\{instance}\Device Parameters"
    ));
    match registry.bytes(&key, "EDID") {
        Err(said) => Fact::Unknown(said),
        Ok(bytes) => match edid::parse(&bytes).and_then(|e| e.diagonal_tenths) {
            Some(tenths) => Fact::known(tenths, format!("{key}\\EDID")),
            None => Fact::unknown_because(
                UnknownCode::Unparsable,
                format!("{key}\\EDID states no size"),
            ),
        },
    }
}

/// A touch screen, and whether its driver works.
///
/// `SM_DIGITIZER` proves presence only, and pen tablets set its pen bits without any touch; the driver is judged by
/// the touch screen's own device node. With a device around that has no working driver, absence is not proved: it
/// might be the touch screen.
fn touch(digitizer: i32, devices: &Result<Vec<DeviceRow>, Unknown>) -> (Fact<bool>, Fact<bool>) {
    const METRIC: &str = "GetSystemMetrics(SM_DIGITIZER)";
    const NODE: &str = "SetupAPI HID touch screen";
    let by_metric = digitizer & (INTEGRATED_TOUCH | EXTERNAL_TOUCH) != 0;
    let devices = match devices {
        Ok(devices) => devices,
        Err(said) => {
            let touch = if by_metric {
                Fact::known(true, METRIC)
            } else {
                Fact::Unknown(said.clone())
            };
            return (touch, Fact::Unknown(said.clone()));
        }
    };
    let screens: Vec<&DeviceRow> = devices
        .iter()
        .filter(|d| {
            d.hardware
                .iter()
                .any(|id| id.eq_ignore_ascii_case(TOUCH_SCREEN))
        })
        .collect();
    if !screens.is_empty() {
        let works = |d: &&DeviceRow| d.started == Some(true) && d.problem.is_none();
        let told = screens.iter().all(|d| d.started.is_some());
        let driver = if screens.iter().any(works) {
            Fact::known(true, NODE)
        } else if told {
            Fact::known(false, NODE)
        } else {
            Fact::unknown_because(UnknownCode::Failed, "CM_Get_DevNode_Status")
        };
        return (Fact::known(true, NODE), driver);
    }
    if by_metric {
        return (
            Fact::known(true, METRIC),
            Fact::unknown_because(
                UnknownCode::NotFound,
                "no HID touch screen: another kind of driver serves it",
            ),
        );
    }
    if let Some(doubtful) = devices.iter().find(|d| may_be_touch(d)) {
        let said = format!(
            "{} has no working driver; it may be a touch screen",
            doubtful.name.as_deref().unwrap_or(&doubtful.instance)
        );
        return (
            Fact::unknown_because(UnknownCode::Failed, said.as_str()),
            Fact::unknown_because(UnknownCode::Failed, said),
        );
    }
    (
        Fact::known(false, format!("{METRIC}, {NODE}")),
        Fact::unknown_because(UnknownCode::NotFound, "no touch screen"),
    )
}

/// A USB, I2C or HID device with a problem, without a class or of the HID class. A device that was switched off by a
/// person (problem 22) of the HID class counts, too: the touch screen may be what was switched off.
fn may_be_touch(device: &DeviceRow) -> bool {
    let class = device.class.as_deref().unwrap_or_default();
    let bus = ["USB\\", "HID\\", "ACPI\\"]
        .iter()
        .any(|b| device.instance.to_ascii_uppercase().starts_with(b));
    device.problem.is_some() && bus && (class.is_empty() || class.eq_ignore_ascii_case("HIDClass"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;
    use crate::inventory::unknown::why;

    const PATH: &str =
        r"\\?\DISPLAY#DEL40F4#5&1a2b3c4d&0&UID4353#{e6f07b5f-ee97-4a90-b076-33f57bf4eaa7}";

    fn rows() -> DisplayRows {
        DisplayRows {
            connected: Ok(vec![DisplayRow {
                name: "DELL U2415".to_owned(),
                path: Some(PATH.to_owned()),
                size: Some((1_920, 1_200)),
                technology: Some(5),
            }]),
            desktop: Err(why(UnknownCode::Failed, "not asked")),
            digitizer: 0,
            remote: false,
            devices: Ok(Vec::new()),
        }
    }
    /// An EDID that states a picture of 52 cm by 32 cm.
    fn registry() -> Recorded {
        let mut edid = vec![0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];
        edid.resize(128, 0);
        edid[18] = 1;
        edid[19] = 3;
        edid[21] = 52;
        edid[22] = 32;
        let sum = edid.iter().fold(0_u8, |s, b| s.wrapping_add(*b));
        edid[127] = 0_u8.wrapping_sub(sum);
        let digit = |n: u8| char::from_digit(u32::from(n), 16).expect("a digit");
        let hex: String = edid
            .iter()
            .flat_map(|b| [digit(b >> 4), digit(b & 15)])
            .collect();
        Recorded::new(&format!(
            "[HKLM\\SYSTEM\\CurrentControlSet\\Enum\\DISPLAY\\DEL40F4\\5&1a2b3c4d&0&UID4353\\Device Parameters]\n\
             EDID=:{hex}"
        ))
    }

    #[test]
    fn size_in_pixels_and_inches() {
        let facts = displays(&rows(), &registry());
        let list = facts.displays.value().expect("a list");
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].name, "DELL U2415");
        assert_eq!(list[0].width.value(), Some(&1_920));
        assert_eq!(list[0].height.value(), Some(&1_200));
        assert_eq!(list[0].diagonal_tenths.value(), Some(&240));
    }

    #[test]
    fn a_display_that_is_switched_off_is_connected_all_the_same() {
        let mut off = rows();
        if let Ok(list) = &mut off.connected {
            list.push(DisplayRow {
                name: String::new(),
                path: Some(PATH.to_owned()),
                size: None,
                technology: Some(10),
            });
            list.push(DisplayRow {
                technology: Some(INDIRECT_VIRTUAL),
                ..DisplayRow::default()
            });
        }
        let facts = displays(&off, &Recorded::default());
        let list = facts.displays.value().expect("a list");
        assert_eq!(list.len(), 2, "a display of software is none");
        assert_eq!(list[1].name, "DEL40F4");
        assert!(list[1].width.value().is_none());
        assert!(list[1].diagonal_tenths.value().is_none());
    }

    #[test]
    fn the_desktop_stands_in_and_failure_is_no_zero() {
        let mut old = rows();
        old.desktop = old.connected.clone();
        old.connected = Err(why(UnknownCode::NotSupported, "no"));
        let facts = displays(&old, &registry());
        assert_eq!(facts.displays.value().map(Vec::len), Some(1));
        assert_eq!(facts.displays.source(), Some("EnumDisplayDevices"));
        old.desktop = Err(why(UnknownCode::Failed, "no"));
        assert!(displays(&old, &registry()).displays.value().is_none());
    }

    #[test]
    fn a_remote_session_says_nothing_of_the_room() {
        let mut remote = rows();
        remote.remote = true;
        remote.digitizer = 0xff;
        let facts = displays(&remote, &registry());
        assert!(facts.displays.value().is_none() && facts.touch.value().is_none());
    }

    fn screen(started: bool, problem: Option<u32>) -> DeviceRow {
        DeviceRow {
            instance: r"HID\ELAN2514&COL01\5&1".to_owned(),
            class: Some("HIDClass".to_owned()),
            hardware: vec![
                r"HID\ELAN2514&COL01".to_owned(),
                TOUCH_SCREEN.to_ascii_lowercase(),
            ],
            started: Some(started),
            problem,
            ..DeviceRow::default()
        }
    }
    fn touched(digitizer: i32, devices: Vec<DeviceRow>) -> (Option<bool>, Option<bool>) {
        let (touch, driver) = touch(digitizer, &Ok(devices));
        (touch.value().copied(), driver.value().copied())
    }

    #[test]
    fn touch_and_its_driver() {
        assert_eq!(
            touched(0xc1, vec![screen(true, None)]),
            (Some(true), Some(true))
        );
        assert_eq!(
            touched(0x00, vec![screen(false, Some(10))]),
            (Some(true), Some(false))
        );
        // Presence alone does not prove the driver.
        assert_eq!(touched(0xc2, Vec::new()), (Some(true), None));
        // A pen tablet: integrated pen, ready, no touch.
        assert_eq!(touched(0x84, Vec::new()), (Some(false), None));
        assert_eq!(touched(0, Vec::new()), (Some(false), None));
    }

    #[test]
    fn a_device_without_driver_leaves_touch_open() {
        let mut unknown = screen(false, Some(28));
        unknown.instance = r"USB\VID_0EEF&PID_C000\1".to_owned();
        unknown.class = None;
        unknown.hardware = vec![r"USB\VID_0EEF&PID_C000".to_owned()];
        assert_eq!(touched(0, vec![unknown.clone()]), (None, None));
        // A printer without a driver is no doubt.
        unknown.class = Some("Printer".to_owned());
        assert_eq!(touched(0, vec![unknown]), (Some(false), None));
        let (touch, driver) = touch(0, &Err(why(UnknownCode::Failed, "no")));
        assert!(touch.value().is_none() && driver.value().is_none());
    }

    #[test]
    fn hostile_paths_lead_nowhere() {
        for path in [
            "",
            r"\\?\DISPLAY#",
            r"\\?\DISPLAY#A",
            r"\\?\DISPLAY#..\..\X#Y#",
            r"\\?\DISPLAY#A#B\C#",
        ] {
            assert_eq!(parts(path), None, "{path}");
        }
    }
}
