//! Cameras, microphones, speakers, displays and touch.

#![cfg(unix)]

use meetready::model::fact::{Fact, UnknownCode};
use meetready::model::inventory::{Bus, Device};

use crate::support::Tree;

const USB: &str = "sys/devices/pci0000:00/0000:00:14.0/usb1";

/// A USB device with an interface, as sysfs shows it.
fn usb(tree: &Tree, port: &str, ids: (&str, &str), removable: &str) -> String {
    let device = format!("{USB}/1-{port}");
    tree.file(&format!("{device}/idVendor"), ids.0.as_bytes());
    tree.file(&format!("{device}/idProduct"), ids.1.as_bytes());
    tree.file(&format!("{device}/removable"), removable.as_bytes());
    tree.dir(&format!("{device}/1-{port}:1.0"));
    format!("{device}/1-{port}:1.0")
}

fn video(tree: &Tree, node: u32, name: &str, index: u32, device: &str, udev: Option<&str>) {
    let class = format!("{device}/video4linux/video{node}");
    tree.file(&format!("{class}/name"), name.as_bytes());
    tree.file(&format!("{class}/index"), index.to_string().as_bytes());
    tree.file(&format!("{class}/dev"), format!("81:{node}\n").as_bytes());
    tree.link(&format!("{class}/device"), "../..");
    tree.link(
        &format!("sys/class/video4linux/video{node}"),
        &format!("/{class}"),
    );
    if let Some(capabilities) = udev {
        tree.file(
            &format!("run/udev/data/c81:{node}"),
            format!("E:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES={capabilities}\n").as_bytes(),
        );
    }
}

fn names(fact: &Fact<Vec<Device>>) -> Vec<(String, Option<Bus>)> {
    fact.value()
        .unwrap_or_else(|| panic!("{fact:?}"))
        .iter()
        .map(|d| (d.name.clone(), d.bus.value().copied()))
        .collect()
}

fn pair(name: &str, bus: Bus) -> (String, Option<Bus>) {
    (name.to_owned(), Some(bus))
}

#[test]
fn a_notebook_with_two_sensors_and_a_webcam() {
    for told in [true, false] {
        let tree = Tree::with(&[]);
        let inside = usb(&tree, "8", ("04f2", "b6dd"), "fixed\n");
        let infrared = inside.replace(":1.0", ":1.2");
        tree.dir(&infrared);
        let outside = usb(&tree, "2", ("046d", "082d"), "removable\n");
        let (yes, no) = if told {
            (Some(":capture:"), Some(":"))
        } else {
            (None, None)
        };
        video(&tree, 0, "Integrated Camera: Integrated C", 0, &inside, yes);
        video(&tree, 1, "Integrated Camera: Integrated C", 1, &inside, no);
        video(
            &tree,
            2,
            "Integrated Camera: Integrated I",
            0,
            &infrared,
            yes,
        );
        video(
            &tree,
            3,
            "Integrated Camera: Integrated I",
            1,
            &infrared,
            no,
        );
        // The numbering has a hole: a camera was unplugged.
        video(&tree, 6, "HD Pro Webcam C920", 0, &outside, yes);
        video(&tree, 7, "HD Pro Webcam C920", 1, &outside, no);
        let cameras = tree.read().inventory.cameras;
        let list = cameras.value().unwrap();
        assert_eq!(list.len(), 3, "{list:?}");
        let infrared: Vec<bool> = list.iter().map(|d| d.infrared).collect();
        assert_eq!(infrared.iter().filter(|ir| **ir).count(), 1);
        let webcam = list.iter().find(|d| d.name.contains("C920")).unwrap();
        assert_eq!(webcam.bus.value(), Some(&Bus::Usb));
        assert_eq!(webcam.vendor_id.as_deref(), Some("046d"));
        assert_eq!(webcam.product_id.as_deref(), Some("082d"));
        let inside = list
            .iter()
            .find(|d| !d.infrared && d.name.contains("Integrated"));
        assert_eq!(inside.unwrap().bus.value(), Some(&Bus::BuiltIn));
        assert_eq!(webcam.default.value(), None);
    }
}

#[test]
fn pipeline_stages_are_no_cameras() {
    let tree = Tree::with(&[]);
    let ipu = "sys/devices/pci0000:00/0000:00:05.0";
    tree.dir(ipu);
    for node in 0..32 {
        video(
            &tree,
            node,
            &format!("Intel IPU6 ISYS Capture {node}"),
            0,
            ipu,
            Some(":capture:"),
        );
    }
    let cameras = tree.read().inventory.cameras;
    assert_eq!(
        cameras.reason().map(|u| u.code),
        Some(UnknownCode::NotSupported),
        "neither a camera nor a proved absence"
    );
    // A relay makes the sensor usable.
    let relay = "sys/devices/virtual/video4linux/video50";
    tree.file(&format!("{relay}/name"), b"Intel MIPI Camera\n");
    tree.file(&format!("{relay}/index"), b"0\n");
    tree.link("sys/class/video4linux/video50", &format!("/{relay}"));
    assert_eq!(
        names(&tree.read().inventory.cameras),
        [pair("Intel MIPI Camera", Bus::BuiltIn)]
    );
}

#[test]
fn virtual_cameras_and_capture_cards_are_not_usb() {
    let tree = Tree::with(&[]);
    let loopback = "sys/devices/virtual/video4linux/video9";
    tree.file(&format!("{loopback}/name"), b"OBS Virtual Camera\n");
    tree.link("sys/class/video4linux/video9", &format!("/{loopback}"));
    let card = "sys/devices/pci0000:00/0000:03:00.0";
    tree.file(&format!("{card}/vendor"), b"0x1cd7\n");
    video(&tree, 1, "Pro Capture HDMI", 0, card, Some(":capture:"));
    let mut found = names(&tree.read().inventory.cameras);
    found.sort();
    assert_eq!(
        found,
        [
            pair("OBS Virtual Camera", Bus::Virtual),
            pair("Pro Capture HDMI", Bus::Other)
        ]
    );
}

#[test]
fn cameras_of_drivers_without_hardware_are_virtual() {
    let tree = Tree::with(&[]);
    let test_driver = "sys/devices/platform/vivid.0";
    video(
        &tree,
        0,
        "vivid-000-vid-cap",
        0,
        test_driver,
        Some(":capture:"),
    );
    // A module on the board stands beside it.
    let board = "sys/devices/platform/soc/fe801000.csi";
    video(&tree, 1, "Board Camera", 0, board, Some(":capture:"));
    // A loopback that hangs on a platform device: its product's name is what tells.
    let relay = "sys/devices/platform/relay.0";
    video(&tree, 2, "DroidCam", 0, relay, Some(":capture:"));
    let mut found = names(&tree.read().inventory.cameras);
    found.sort();
    assert_eq!(
        found,
        [
            pair("Board Camera", Bus::BuiltIn),
            pair("DroidCam", Bus::Virtual),
            pair("vivid-000-vid-cap", Bus::Virtual),
        ]
    );
}

#[test]
fn absence_is_proved_only_by_a_whole_sysfs() {
    let tree = Tree::with(&[]);
    tree.dir("sys/class/tty").dir("sys/class/mem");
    assert_eq!(tree.read().inventory.cameras.value(), None);
    tree.dir("sys/class/net/lo");
    let i = tree.read().inventory;
    assert_eq!(i.cameras.value(), Some(&Vec::new()));
    assert_eq!(i.microphones.value(), Some(&Vec::new()));
    assert_eq!(i.display.displays.value(), Some(&Vec::new()));
}

fn notebook_sound(tree: &Tree) {
    tree.file(
        "proc/asound/cards",
        b" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xe2\n",
    );
    tree.file(
        "proc/asound/pcm",
        b"00-00: ALC295 Analog : ALC295 Analog : playback 1 : capture 1\n00-03: HDMI 0 : HDMI 0 : playback 1\n00-07: HDMI 1 : HDMI 1 : playback 1\n",
    );
}

#[test]
fn a_notebook_s_own_sound() {
    let tree = Tree::with(&[]);
    notebook_sound(&tree);
    tree.file(
        "proc/asound/card0/codec#0",
        b"Node 0x12\n  Pin Default 0x90a60130: [Fixed] Mic at Int N/A\n  Pin Default 0x90170110: [Fixed] Speaker at Int N/A\n",
    );
    tree.file(
        "proc/asound/card0/eld#2.0",
        b"monitor_present\t\t0\neld_valid\t\t0\n",
    );
    tree.file(
        "proc/asound/card0/eld#2.1",
        b"monitor_present\t\t1\neld_valid\t\t1\nmonitor_name\t\tDELL U2720Q\nsad_count\t\t1\n",
    );
    let i = tree.read().inventory;
    assert_eq!(
        names(&i.microphones),
        [pair("HDA Intel PCH: ALC295 Analog", Bus::BuiltIn)]
    );
    assert_eq!(
        names(&i.speakers),
        [
            pair("DELL U2720Q", Bus::Hdmi),
            pair("HDA Intel PCH: ALC295 Analog", Bus::BuiltIn)
        ]
    );
}

#[test]
fn a_desktop_s_sockets_are_no_microphone() {
    let tree = Tree::with(&[("sys/class/dmi/id/chassis_type", "3\n")]);
    notebook_sound(&tree);
    for codec in [
        None,
        Some(&b"  Pin Default 0x01a19840: [Jack] Mic at Ext Rear\n  Pin Default 0x01014010: [Jack] Line Out at Ext Rear\n"[..]),
    ] {
        if let Some(codec) = codec {
            tree.file("proc/asound/card0/codec#0", codec);
        }
        let i = tree.read().inventory;
        assert_eq!(
            i.microphones.reason().map(|u| u.code),
            Some(UnknownCode::NotSupported)
        );
        assert_eq!(
            i.speakers.reason().map(|u| u.code),
            Some(UnknownCode::NotSupported)
        );
    }
}

#[test]
fn a_headset_a_loopback_and_a_bluetooth_speaker() {
    let tree = Tree::with(&[
        (
            "proc/asound/cards",
            " 1 [H390           ]: USB-Audio - Logitech USB Headset\n                      Logitech at usb-0000:00:14.0-3, full speed\n 2 [Loopback       ]: Loopback - Loopback\n                      Loopback 1\n",
        ),
        (
            "proc/asound/pcm",
            "01-00: USB Audio : USB Audio : playback 1 : capture 1\n02-00: Loopback PCM : Loopback PCM : playback 8 : capture 8\n",
        ),
        ("proc/asound/card1/usbid", "046d:0a8f\n"),
        (
            "proc/bus/input/devices",
            "I: Bus=0005 Vendor=054c Product=0cd3 Version=0001\nN: Name=\"WH-1000XM3 (AVRCP)\"\nH: Handlers=kbd event9\n",
        ),
    ]);
    let i = tree.read().inventory;
    assert_eq!(
        names(&i.microphones),
        [
            pair("Logitech USB Headset", Bus::Usb),
            pair("Loopback", Bus::Virtual)
        ]
    );
    assert_eq!(
        names(&i.speakers),
        [
            pair("Logitech USB Headset", Bus::Usb),
            pair("Loopback", Bus::Virtual),
            pair("WH-1000XM3", Bus::Bluetooth)
        ]
    );
    assert_eq!(
        i.microphones.value().unwrap()[0].vendor_id.as_deref(),
        Some("046d")
    );
}

#[test]
fn displays_are_what_is_connected() {
    let tree = Tree::with(&[
        ("sys/class/drm/version", "drm 1.1.0\n"),
        ("sys/class/drm/card0-eDP-1/status", "connected\n"),
        ("sys/class/drm/card0-eDP-1/modes", "1920x1200\n1920x1080\n"),
        ("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n"),
        ("sys/class/drm/card0-DP-1/status", "connected\n"),
        ("sys/class/drm/card0-DP-1/edid", "not an edid"),
        ("sys/class/drm/card0-Writeback-1/status", "unknown\n"),
    ]);
    tree.dir("sys/class/drm/card0");
    let display = tree.read().inventory.display;
    let list = display.displays.value().unwrap();
    let names: Vec<&str> = list.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["DP-1", "eDP-1"]);
    assert_eq!(list[1].width.value(), Some(&1_920));
    assert_eq!(list[1].height.value(), Some(&1_200));
    assert_eq!(list[0].width.value(), None);
    assert_eq!(list[0].diagonal_tenths.value(), None);
    assert_eq!(display.touch.value(), None, "no list of input devices");
}

#[test]
fn a_card_without_connectors_hides_its_displays() {
    let tree = Tree::with(&[]);
    tree.dir("sys/class/drm/card0");
    assert_eq!(
        tree.read()
            .inventory
            .display
            .displays
            .reason()
            .map(|u| u.code),
        Some(UnknownCode::NotSupported)
    );
}
