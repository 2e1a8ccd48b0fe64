//! What is known of the PC, each fact with where it was read.

use crate::l10n::Texts;
use crate::model::device_use::Trial;
use crate::model::fact::Fact;
use crate::model::inventory::{Device, Display, Inventory, Software};
use crate::model::units::Megahertz;

use super::clean::clean_to;
use super::words;

/// One line of the summary.
pub(super) struct Row {
    pub label: String,
    pub value: String,
    pub source: String,
}

/// Devices or programs shown of one kind.
const MOST: usize = 5;

/// The facts that requirements speak of, in a fixed order; unknown ones say why.
pub(super) fn rows(inventory: &Inventory, texts: &Texts) -> Vec<Row> {
    let Inventory {
        os,
        cpu,
        memory,
        cameras,
        microphones,
        speakers,
        privacy,
        display,
        browsers,
        apps,
        link,
        session,
        power,
    } = inventory;
    let name = |n: &String| clean_to(n, words::NAME);
    let count = |n: &u32| n.to_string();
    let flag = |f: &bool| words::yes_no(*f, texts);
    let version = |v: &crate::model::version::Version| clean_to(v.as_str(), words::NAME);
    let mut rows = Rows {
        rows: Vec::new(),
        texts,
    };
    rows.add("what-os", &os.name, name);
    rows.add("fact-os-version", &os.version, version);
    rows.maybe("fact-os-build", &os.build, name);
    rows.maybe("fact-architecture", &os.architecture, name);
    if os.architecture.value() != os.process_architecture.value()
        && os.architecture.value().is_some()
    {
        rows.maybe("fact-process-architecture", &os.process_architecture, name);
    }
    rows.add("what-cpu-model", &cpu.brand, name);
    rows.add("fact-cores", &cpu.physical_cores, count);
    limits(&mut rows, inventory);
    rows.maybe("fact-performance-cores", &cpu.performance_cores, count);
    rows.maybe("fact-efficiency-cores", &cpu.efficiency_cores, count);
    rows.add("fact-base-clock", &cpu.base_clock, |c| words::clock(*c));
    rows.maybe("fact-max-clock", &cpu.max_clock, |c| words::clock(*c));
    rows.add("fact-memory", &memory.installed, |m| words::memory(*m));
    rows.maybe("fact-memory-usable", &memory.usable, |m| words::memory(*m));
    rows.add("device-camera", cameras, |d| devices(d, texts));
    rows.add("device-microphone", microphones, |d| devices(d, texts));
    rows.add("device-speaker", speakers, |d| devices(d, texts));
    rows.maybe("fact-camera-access", &privacy.camera, |a| texts.code(*a));
    rows.maybe("fact-microphone-access", &privacy.microphone, |a| {
        texts.code(*a)
    });
    rows.add("kind-display", &display.displays, |d| displays(d, texts));
    rows.maybe("fact-touch", &display.touch, flag);
    rows.maybe("fact-touch-driver", &display.touch_driver, flag);
    rows.add("fact-browsers", browsers, |s| software(s, texts));
    rows.add("fact-apps", apps, |s| software(s, texts));
    rows.add("kind-link", &link.kind, |k| texts.code(*k));
    rows.maybe("fact-link-underlying", &link.underlying, |k| texts.code(*k));
    rows.maybe("fact-link-technology", &link.technology, name);
    rows.maybe("fact-link-speed", &link.speed, |s| words::speed(*s));
    rows.maybe("fact-link-duplex", &link.full_duplex, |full| {
        texts.get(if *full { "duplex-full" } else { "duplex-half" })
    });
    rows.maybe("fact-link-band", &link.frequency, |f| band(*f));
    rows.maybe("fact-link-signal", &link.signal, |s| format!("{} dBm", s.0));
    rows.add("kind-session", &session.virtual_desktop, |v| {
        if v == "none" {
            texts.get("none")
        } else {
            name(v)
        }
    });
    rows.maybe("fact-virtual-machine", &session.virtual_machine, flag);
    rows.maybe("fact-power-supply", &power.supply, |s| texts.code(*s));
    rows.maybe("fact-power-charge", &power.charge, |p| format!("{p} %"));
    rows.maybe("fact-power-plan", &power.plan, |plan| {
        texts
            .find(&format!("power-plan-{plan}"), &[])
            .unwrap_or_else(|| name(plan))
    });
    rows.rows
}

/// What keeps a program from using the whole processor: worth a line only where something does.
fn limits(rows: &mut Rows<'_>, inventory: &Inventory) {
    let cpu = &inventory.cpu;
    let less = cpu
        .usable_processors
        .value()
        .zip(cpu.logical_cores.value())
        .is_some_and(|(usable, all)| usable < all);
    if less {
        rows.add("fact-usable-processors", &cpu.usable_processors, |n| {
            n.to_string()
        });
    }
}

struct Rows<'a> {
    rows: Vec<Row>,
    texts: &'a Texts,
}

impl Rows<'_> {
    fn add<T>(&mut self, key: &str, fact: &Fact<T>, show: impl Fn(&T) -> String) {
        self.rows.push(Row {
            label: self.texts.get(key),
            value: words::fact(fact, self.texts, show),
            source: fact
                .source()
                .map(|s| clean_to(s, words::NAME))
                .unwrap_or_default(),
        });
    }
    /// Only where it is known: facts that few requirements ask for.
    fn maybe<T>(&mut self, key: &str, fact: &Fact<T>, show: impl Fn(&T) -> String) {
        if fact.value().is_some() {
            self.add(key, fact, show);
        }
    }
}

fn devices(devices: &[Device], texts: &Texts) -> String {
    if devices.is_empty() {
        return texts.get("none");
    }
    let one = |d: &Device| {
        let name = clean_to(&d.name, words::NAME);
        let mut more: Vec<String> = Vec::new();
        more.extend(d.bus.value().map(|bus| texts.code(*bus)));
        if d.infrared {
            more.push(texts.get("device-infrared"));
        }
        if d.default.value() == Some(&true) {
            more.push(texts.get("device-default"));
        }
        if let Some(profile) = &d.profile {
            let known = texts.find(&format!("bluetooth-{profile}"), &[]);
            more.push(known.unwrap_or_else(|| clean_to(profile, words::NAME)));
        }
        if !d.state.is_active() {
            more.push(texts.code(d.state));
        }
        more.extend(d.trial.as_ref().map(|t| trial(t, texts)));
        if more.is_empty() {
            name
        } else {
            format!("{name} ({})", more.join(", "))
        }
    };
    words::listed(devices.iter().map(one), MOST, texts)
}

/// `works: -34.2 dBFS`, `works: 640x480, brightness 117`, `silent`.
fn trial(trial: &Trial, texts: &Texts) -> String {
    let outcome = texts.code(trial.outcome);
    let mut figures: Vec<String> = Vec::new();
    figures.extend(trial.rms.map(|level| {
        let tenths = level.0.unsigned_abs();
        let sign = if level.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{} dBFS", tenths / 10, tenths % 10)
    }));
    if let (Some(width), Some(height)) = (trial.width, trial.height) {
        figures.push(format!("{width}x{height}"));
    }
    figures.extend(
        trial
            .luminance
            .map(|mean| texts.format("trial-luminance", &[("mean", u64::from(mean).into())])),
    );
    if figures.is_empty() {
        outcome
    } else {
        format!("{outcome}: {}", figures.join(", "))
    }
}

/// The Wi-Fi band of a channel's frequency (IEEE 802.11-2020 annex E; 6 GHz from 5,925 MHz).
fn band(frequency: Megahertz) -> String {
    let band = match frequency.0 {
        2_400..=2_500 => "2.4 GHz",
        4_900..=5_924 => "5 GHz",
        5_925..=7_125 => "6 GHz",
        _ => return words::clock(frequency),
    };
    format!("{band} ({} MHz)", frequency.0)
}

fn displays(displays: &[Display], texts: &Texts) -> String {
    if displays.is_empty() {
        return texts.get("none");
    }
    let one = |d: &Display| {
        let name = clean_to(&d.name, words::NAME);
        match (d.width.value(), d.height.value()) {
            (Some(w), Some(h)) => format!("{name} ({w}x{h})"),
            _ => name,
        }
    };
    words::listed(displays.iter().map(one), MOST, texts)
}

fn software(all: &[Software], texts: &Texts) -> String {
    if all.is_empty() {
        return texts.get("none");
    }
    let one = |s: &Software| {
        let name = clean_to(&s.name, words::NAME);
        match s.version.value() {
            Some(v) => format!("{name} {}", clean_to(v.as_str(), 24)),
            None => name,
        }
    };
    words::listed(all.iter().map(one), MOST, texts)
}

/// The version of the vendor's client, where it is known: what a support form asks for.
pub(super) fn client_version(inventory: &Inventory) -> Option<String> {
    let apps = inventory.apps.value()?;
    ["zoom-client", "zoom-rooms", "zoom-rooms-controller"]
        .into_iter()
        .find_map(|id| apps.iter().find(|a| a.id == id))
        .and_then(|a| a.version.value())
        .map(|v| clean_to(v.as_str(), 24))
}
