//! The local facts: read raw (thin, per OS), then parse (portable, tested from fixtures).
//!
//! Each part is a directory: `mod.rs` picks the reader of this OS, `linux.rs`, `windows.rs` and `macos.rs` read, the
//! other files parse. Linux trees (`--sysroot`) are read on every OS.

mod app;
mod browser;
#[cfg(any(target_os = "macos", test))]
mod bundles;
mod cpu;
mod device;
mod display;
#[cfg(any(target_os = "windows", test))]
mod installed_windows;
mod link;
#[cfg(any(target_os = "macos", test))]
mod mac;
mod memory;
mod os;
mod packages;
mod part;
mod power;
mod privacy;
mod session;
mod subject;
mod sys;
mod tree;
mod unknown;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::model::Inventory;
use crate::model::evidence::Subject;

use part::Part;

/// Which device the facts are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InventorySource {
    /// The machine that this program runs on.
    ThisMachine,
    /// A directory that holds the `/etc`, `/proc`, `/sys` … of a Linux machine; readable on every OS.
    Sysroot(PathBuf),
}

/// What was read locally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// The facts.
    pub inventory: Inventory,
    /// Whose facts they are.
    pub subject: Subject,
}

/// Reads every local fact; never fails as a whole.
///
/// All parts are read at once, each in a thread of its own. A part that is not done after `limit` becomes unknown
/// (`TimedOut`), one that panics becomes unknown (`Failed`); the others are not touched by it.
pub fn collect(source: &InventorySource, limit: Duration) -> Collected {
    let os = Part::start("os", source, os::read);
    let cpu = Part::start("cpu", source, cpu::read);
    let memory = Part::start("memory", source, memory::read);
    let cameras = Part::start("cameras", source, device::cameras);
    let sound = Part::start("sound", source, device::sound);
    let display = Part::start("display", source, display::read);
    let browsers = Part::start("browsers", source, browser::read);
    let apps = Part::start("apps", source, app::read);
    let link = Part::start("link", source, link::read);
    let session = Part::start("session", source, session::read);
    let privacy = Part::start("privacy", source, privacy::read);
    let power = Part::start("power", source, power::read);
    let subject = Part::start("subject", source, subject::read);
    let deadline = Instant::now() + limit;
    let sound = sound.finish(deadline);
    Collected {
        inventory: Inventory {
            os: os.finish(deadline),
            cpu: cpu.finish(deadline),
            memory: memory.finish(deadline),
            cameras: cameras.finish(deadline),
            microphones: sound.microphones,
            speakers: sound.speakers,
            privacy: privacy.finish(deadline),
            display: display.finish(deadline),
            browsers: browsers.finish(deadline),
            apps: apps.finish(deadline),
            link: link.finish(deadline),
            session: session.finish(deadline),
            power: power.finish(deadline),
        },
        subject: Subject {
            from_sysroot: matches!(source, InventorySource::Sysroot(_)),
            ..subject.finish(deadline)
        },
    }
}
