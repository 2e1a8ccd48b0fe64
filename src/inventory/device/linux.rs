//! Cameras by sysfs; microphones and speakers by ALSA's cards, jack switches and connected Bluetooth headsets.

use crate::inventory::display::input;
use crate::inventory::tree::Tree;
use crate::inventory::unknown::AllUnknown;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Bus, Device};

use super::Sound;
use super::alsa::{Card, Pcm, Pins, cards, monitor, pcms, pins};
use super::usb::attachment;
use super::video;

const ASOUND: &str = "proc/asound";

/// Reads the cameras.
pub(super) fn cameras(tree: &Tree) -> Fact<Vec<Device>> {
    video::cameras(tree)
}

/// What was found in one direction, and why more may be there than could be seen.
#[derive(Debug, Default)]
struct Found {
    devices: Vec<Device>,
    unsure: Option<String>,
}

impl Found {
    fn push(&mut self, device: Device) {
        if !self
            .devices
            .iter()
            .any(|d| d.name == device.name && d.bus == device.bus)
        {
            self.devices.push(device);
        }
    }

    fn unsure(&mut self, what: impl FnOnce() -> String) {
        self.unsure.get_or_insert_with(what);
    }

    /// An empty list is a proved absence only where nothing was left unseen.
    fn fact(self, source: &str) -> Fact<Vec<Device>> {
        match self.unsure {
            Some(what) if self.devices.is_empty() => {
                Fact::unknown_because(UnknownCode::NotSupported, what)
            }
            _ => Fact::known(self.devices, source),
        }
    }
}

/// Reads the microphones and speakers.
pub(super) fn sound(tree: &Tree) -> Sound {
    let list = match tree.text(&format!("{ASOUND}/cards")) {
        Ok(text) => cards(&text),
        Err(e) if !no_sound_driver(tree) => return Sound::all_unknown(&e),
        Err(_) => Vec::new(),
    };
    let streams = if list.is_empty() {
        Vec::new()
    } else {
        match tree.text(&format!("{ASOUND}/pcm")) {
            Ok(text) => pcms(&text),
            Err(e) => return Sound::all_unknown(&e),
        }
    };
    let jacks = Jacks::read(tree);
    let (mut microphones, mut speakers) = (Found::default(), Found::default());
    for card in &list {
        one_card(
            tree,
            card,
            &streams,
            &jacks,
            &mut microphones,
            &mut speakers,
        );
    }
    bluetooth(tree, &mut microphones, &mut speakers);
    let source = if list.is_empty() {
        "no sound card in /proc/asound or /sys/class/sound".to_owned()
    } else {
        format!("/{ASOUND}")
    };
    Sound {
        microphones: microphones.fact(&source),
        speakers: speakers.fact(&source),
    }
}

/// A kernel without any sound driver has neither directory.
fn no_sound_driver(tree: &Tree) -> bool {
    let cards = match tree.list("sys/class/sound") {
        Ok(names) => names.iter().any(|n| n.starts_with("card")),
        Err(why) => why.code != UnknownCode::NotFound,
    };
    tree.has_whole_sysfs() && !tree.exists(ASOUND) && !cards
}

fn one_card(
    tree: &Tree,
    card: &Card,
    streams: &[Pcm],
    jacks: &Jacks,
    microphones: &mut Found,
    speakers: &mut Found,
) {
    let mine: Vec<&Pcm> = streams.iter().filter(|p| p.card == card.number).collect();
    let directory = format!("{ASOUND}/card{}", card.number);
    let device = attachment(tree, &format!("sys/class/sound/card{}/device", card.number));
    let make = |name: String, bus: Fact<Bus>| Device {
        name,
        bus,
        vendor_id: device
            .as_ref()
            .and_then(|d| d.vendor_id.clone())
            .or_else(|| {
                let ids = tree.line(&format!("{directory}/usbid"))?;
                Some(ids.split_once(':')?.0.to_owned())
            }),
        product_id: device
            .as_ref()
            .and_then(|d| d.product_id.clone())
            .or_else(|| {
                let ids = tree.line(&format!("{directory}/usbid"))?;
                Some(ids.split_once(':')?.1.to_owned())
            }),
        default: Fact::unknown_because(
            UnknownCode::NotSupported,
            "the sound server's choice is not in the system's files",
        ),
        ..Device::default()
    };
    let is_usb = card.driver == "USB-Audio" || tree.exists(&format!("{directory}/usbid"));
    if is_usb {
        let bus = || match &device {
            Some(d) => d.bus.clone(),
            None => Fact::known(Bus::Usb, format!("/{ASOUND}/cards {}", card.driver)),
        };
        if mine.iter().any(|p| p.capture) {
            microphones.push(make(card.name.clone(), bus()));
        }
        if mine.iter().any(|p| p.playback) {
            speakers.push(make(card.name.clone(), bus()));
        }
        return;
    }
    if matches!(
        card.driver.as_str(),
        "Loopback" | "Dummy" | "VirMIDI" | "pcsp"
    ) {
        let bus = || Fact::known(Bus::Virtual, format!("/{ASOUND}/cards {}", card.driver));
        if card.driver != "pcsp" && mine.iter().any(|p| p.capture) {
            microphones.push(make(card.name.clone(), bus()));
        }
        if card.driver != "pcsp" && mine.iter().any(|p| p.playback) {
            speakers.push(make(card.name.clone(), bus()));
        }
        return;
    }
    let files = tree.list(&directory).unwrap_or_default();
    for eld in files.iter().filter(|f| f.starts_with("eld#")) {
        let path = format!("{directory}/{eld}");
        if let Some(name) = tree.text(&path).ok().as_deref().and_then(monitor) {
            speakers.push(make(name, Fact::known(Bus::Hdmi, format!("/{path}"))));
        }
    }
    let pins = files
        .iter()
        .filter(|f| f.starts_with("codec#"))
        .filter_map(|codec| tree.text(&format!("{directory}/{codec}")).ok())
        .fold(Pins::default(), |sum, text| sum.and(pins(&text)));
    for pcm in mine {
        let label = format!("{}: {}", card.name, pcm.name);
        let source = format!("/{ASOUND}/pcm {}", pcm.name);
        let built_in = || make(label.clone(), Fact::known(Bus::BuiltIn, source.clone()));
        if pcm.capture {
            match presence(tree, pcm, pins, jacks, Side::Input) {
                Presence::Proved => microphones.push(built_in()),
                Presence::Absent => {}
                Presence::Untold => microphones
                    .unsure(|| format!("{label}: whether a microphone is plugged in is not told")),
            }
        }
        if pcm.playback {
            match presence(tree, pcm, pins, jacks, Side::Output) {
                Presence::Proved => speakers.push(built_in()),
                Presence::Absent => {}
                Presence::Untold => speakers
                    .unsure(|| format!("{label}: whether a speaker is plugged in is not told")),
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Input,
    Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Proved,
    Absent,
    Untold,
}

/// Whether something that records or plays hangs on a built-in stream. A socket alone is no microphone.
fn presence(tree: &Tree, pcm: &Pcm, pins: Pins, jacks: &Jacks, side: Side) -> Presence {
    let name = pcm.name.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| name.contains(w));
    // Counted by the monitor that is connected.
    if says(&["hdmi", "displayport", "dp out"]) {
        return Presence::Absent;
    }
    let (fixed, jack, plugged) = match side {
        Side::Input => {
            if says(&["dmic", "digital mic", "microphone", "internal mic"]) {
                return Presence::Proved;
            }
            (pins.fixed_microphone, pins.input_jack, jacks.microphone)
        }
        Side::Output => {
            if says(&["speaker", "smart amp", "smartamp"]) {
                return Presence::Proved;
            }
            (pins.fixed_speaker, pins.output_jack, jacks.output)
        }
    };
    // Digital out is a socket for a wire that tells nothing; an alternative stream is the same hardware again.
    if says(&["digital", "s/pdif", "spdif", "iec958"]) {
        return Presence::Untold;
    }
    if fixed || plugged == Some(true) {
        return Presence::Proved;
    }
    if pins.told {
        return match (jack, plugged) {
            (false, _) | (true, Some(false)) => Presence::Absent,
            (true, _) => Presence::Untold,
        };
    }
    if says(&["jack", "headset", "headphone", "line"]) || is_desktop(tree) {
        return Presence::Untold;
    }
    Presence::Proved
}

/// Enclosures that have no microphone of their own (SMBIOS type 3: desktop, low profile, pizza box, mini tower, tower,
/// main server, rack mount, mini PC, stick PC).
fn is_desktop(tree: &Tree) -> bool {
    matches!(
        tree.number::<u32>("sys/class/dmi/id/chassis_type"),
        Some(3 | 4 | 5 | 6 | 7 | 17 | 23 | 35 | 36)
    )
}

/// What the jack switches say, where they can be asked.
#[derive(Debug, Default)]
struct Jacks {
    microphone: Option<bool>,
    output: Option<bool>,
}

impl Jacks {
    #[cfg(target_os = "linux")]
    fn read(tree: &Tree) -> Self {
        let mut out = Self::default();
        if !tree.is_live() {
            return out;
        }
        let text = tree.text("proc/bus/input/devices").unwrap_or_default();
        for device in input::devices(&text) {
            // The kernel names them after the card: `HDA Intel PCH Front Mic`.
            let microphone = device.name.ends_with("Mic") || device.name.ends_with("Line");
            let output = ["Headphone", "Line Out", "Headset", "Front", "Speaker"]
                .iter()
                .any(|kind| device.name.contains(kind));
            let Some(event) = device.event.filter(|_| microphone || output) else {
                continue;
            };
            let node = std::path::Path::new("/dev/input").join(event);
            let Ok(state) = crate::inventory::sys::linux::switches(&node) else {
                continue;
            };
            // SW_MICROPHONE_INSERT 4, SW_LINEIN_INSERT 13; SW_HEADPHONE_INSERT 2, SW_LINEOUT_INSERT 6.
            let merge = |old: Option<bool>, mask: u32| Some(old == Some(true) || state & mask != 0);
            if microphone {
                out.microphone = merge(out.microphone, 1 << 4 | 1 << 13);
            } else {
                out.output = merge(out.output, 1 << 2 | 1 << 6);
            }
        }
        out
    }

    #[cfg(not(target_os = "linux"))]
    fn read(_: &Tree) -> Self {
        Self::default()
    }
}

/// Bluetooth sound is not ALSA's. A connected speaker or headset shows itself by its remote control (AVRCP); whether
/// it has a microphone only the sound server knows.
fn bluetooth(tree: &Tree, microphones: &mut Found, speakers: &mut Found) {
    const BLUETOOTH: u32 = 5;
    let text = tree.text("proc/bus/input/devices").unwrap_or_default();
    let mut named = false;
    for device in input::devices(&text) {
        if device.bus != BLUETOOTH {
            continue;
        }
        if let Some(name) = device.name.strip_suffix(" (AVRCP)") {
            named = true;
            speakers.push(Device {
                name: name.to_owned(),
                bus: Fact::known(Bus::Bluetooth, "/proc/bus/input/devices"),
                ..Device::default()
            });
        }
    }
    // `hci0:256` is a connection of adapter `hci0`.
    let connected = tree
        .list("sys/class/bluetooth")
        .is_ok_and(|names| names.iter().any(|n| n.contains(':')));
    if named || connected {
        let what = || "a connected Bluetooth device may be a headset".to_owned();
        microphones.unsure(what);
        speakers.unsure(what);
    }
}
