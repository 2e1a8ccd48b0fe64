//! Tries microphones and cameras for a moment: two seconds of sound, a few pictures. Only when asked to
//! (`--try-devices`), and nothing is kept but levels and brightness.

#[cfg(any(target_os = "linux", target_os = "windows", test))]
mod level;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(target_os = "linux", target_os = "windows", test))]
mod picture;
#[cfg(target_os = "windows")]
mod windows;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(any(target_os = "linux", target_os = "windows"))]
pub(super) use level::{Levels, SampleKind};
#[cfg(any(target_os = "linux", target_os = "windows", test))]
pub(super) use picture::trial as picture_trial;
#[cfg(any(target_os = "linux", target_os = "windows"))]
pub(super) use picture::{Pixels, luminance};

use crate::model::Inventory;
use crate::model::device_use::{Trial, TrialOutcome};
use crate::model::inventory::Device;

/// How long sound is recorded.
#[cfg(any(target_os = "linux", target_os = "windows", test))]
pub(super) const RECORD: Duration = Duration::from_secs(2);
/// Longest that one microphone may take: the recording, and what the system needs to open and close it.
const MICROPHONE_LIMIT: Duration = Duration::from_secs(9);
/// Longest that one camera may take; some need seconds to wake.
const CAMERA_LIMIT: Duration = Duration::from_secs(10);
/// Most devices of a kind that are tried.
const MOST: usize = 8;
/// How long all of it may take at most.
pub const AT_MOST: Duration = Duration::from_secs(90);

/// A device that can be opened.
#[derive(Debug, Clone)]
struct Handle {
    /// The names under which the inventory may list it.
    names: Vec<String>,
    /// What opens it.
    open: String,
}

impl Handle {
    /// `HDA Intel PCH: ALC295 Analog` is a stream of the card `HDA Intel PCH`.
    fn is(&self, device: &Device) -> bool {
        self.names.iter().any(|name| {
            device.name == *name
                || device
                    .name
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with(": "))
        })
    }
}

/// How one system lists and opens devices.
struct System {
    microphones: fn() -> Result<Vec<Handle>, String>,
    cameras: fn() -> Result<Vec<Handle>, String>,
    record: fn(&str) -> Trial,
    look: fn(&str) -> Trial,
}

/// Tries the devices of this machine's inventory and writes down what came of it. One that hangs or panics is only
/// itself lost.
pub fn try_devices(inventory: &mut Inventory) {
    let system = this_system();
    let end = Instant::now() + AT_MOST;
    if let crate::model::Fact::Known { value, .. } = &mut inventory.microphones {
        try_all(
            value,
            system.microphones,
            system.record,
            MICROPHONE_LIMIT,
            end,
        );
    }
    if let crate::model::Fact::Known { value, .. } = &mut inventory.cameras {
        // One after the other: two on one USB hub may not have the bandwidth for both.
        for device in value.iter_mut().filter(|d| !d.infrared) {
            let one = std::slice::from_mut(device);
            try_all(one, system.cameras, system.look, CAMERA_LIMIT, end);
        }
    }
}

fn try_all(
    devices: &mut [Device],
    list: fn() -> Result<Vec<Handle>, String>,
    attempt: fn(&str) -> Trial,
    limit: Duration,
    end: Instant,
) {
    let handles = within(limit, list)
        .finish()
        .unwrap_or_else(|| Err("listing the devices took too long".to_owned()));
    let mut handles = match handles {
        Ok(handles) => handles,
        Err(said) => {
            for device in devices {
                device.trial = Some(Trial::without(TrialOutcome::NotSupported, said.clone()));
            }
            return;
        }
    };
    let mut running: Vec<(&mut Device, Attempt<Trial>)> = Vec::new();
    for (place, device) in devices.iter_mut().enumerate() {
        if !device.state.is_active() {
            continue;
        }
        // Two devices of one name are two handles.
        let found = handles.iter().position(|h| h.is(device));
        let Some(handle) = found.map(|at| handles.remove(at)) else {
            device.trial = Some(Trial::without(
                TrialOutcome::NotSupported,
                "the system does not list it for opening",
            ));
            continue;
        };
        if place >= MOST || Instant::now() >= end {
            let said = "too many devices to try them all";
            device.trial = Some(Trial::without(TrialOutcome::NotSupported, said));
            continue;
        }
        let begun = within(limit, move || attempt(&handle.open));
        running.push((device, begun));
    }
    for (device, begun) in running {
        device.trial = Some(begun.finish().unwrap_or_else(|| {
            Trial::without(
                TrialOutcome::TimedOut,
                format!("no answer within {} s", limit.as_secs()),
            )
        }));
    }
}

/// Work in a thread of its own; one that is stuck in a driver is left behind.
struct Attempt<T> {
    answer: Option<Receiver<T>>,
    until: Instant,
}

fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Attempt<T> {
    let (send, answer) = sync_channel(1);
    let begun = thread::Builder::new().spawn(move || {
        if let Ok(done) = catch_unwind(AssertUnwindSafe(work)) {
            // Nobody listens any more once the time limit has passed.
            let _ = send.send(done);
        }
    });
    Attempt {
        answer: begun.ok().map(|_| answer),
        until: Instant::now() + limit,
    }
}

impl<T> Attempt<T> {
    fn finish(self) -> Option<T> {
        let wait = self.until.saturating_duration_since(Instant::now());
        self.answer?.recv_timeout(wait).ok()
    }
}

#[cfg(target_os = "linux")]
fn this_system() -> System {
    System {
        microphones: linux::microphones,
        cameras: linux::cameras,
        record: linux::record,
        look: linux::look,
    }
}

#[cfg(target_os = "windows")]
fn this_system() -> System {
    System {
        microphones: windows::microphones,
        cameras: windows::cameras,
        record: windows::record,
        look: windows::look,
    }
}

/// macOS ends a command-line program that touches a camera without `NSCameraUsageDescription` in its bundle, and
/// hands silence to one that was not granted the microphone: a trial would prove nothing.
#[cfg(not(any(target_os = "linux", target_os = "windows")))]
fn this_system() -> System {
    fn none() -> Result<Vec<Handle>, String> {
        Err(
            "macOS lets only app bundles with a usage description (NSCameraUsageDescription, \
             NSMicrophoneUsageDescription) open cameras and microphones"
                .to_owned(),
        )
    }
    fn never(_: &str) -> Trial {
        Trial::without(TrialOutcome::NotSupported, "not an app bundle")
    }
    System {
        microphones: none,
        cameras: none,
        record: never,
        look: never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str) -> Device {
        Device {
            name: name.to_owned(),
            ..Device::default()
        }
    }
    #[expect(clippy::unnecessary_wraps, reason = "the shape of a system's listing")]
    fn handles() -> Result<Vec<Handle>, String> {
        let handle = |name: &str| Handle {
            names: vec![name.to_owned()],
            open: name.to_owned(),
        };
        Ok(["hangs", "panics", "works", "card"].map(handle).to_vec())
    }
    fn attempt(name: &str) -> Trial {
        match name {
            "hangs" => loop {
                thread::park();
            },
            "panics" => panic!("boom"),
            _ => picture_trial(Some(100), 1, 1),
        }
    }

    #[test]
    fn one_device_never_stops_another() {
        let mut devices = [
            "hangs",
            "panics",
            "works",
            "card: PCM",
            "card: PCM",
            "other",
        ]
        .map(device);
        let soon = Duration::from_millis(300);
        let end = Instant::now() + Duration::from_secs(60);
        try_all(&mut devices, handles, attempt, soon, end);
        let outcomes = devices.map(|d| d.trial.expect("tried").outcome);
        assert_eq!(
            outcomes,
            [
                TrialOutcome::TimedOut,
                TrialOutcome::TimedOut,
                TrialOutcome::Works,
                TrialOutcome::Works,
                TrialOutcome::NotSupported,
                TrialOutcome::NotSupported,
            ]
        );
    }

    #[test]
    fn a_device_that_is_switched_off_is_left_alone() {
        let mut devices = [device("works")];
        devices[0].state = crate::model::device_use::DeviceState::Disabled;
        let end = Instant::now() + Duration::from_secs(60);
        try_all(&mut devices, handles, attempt, RECORD, end);
        assert_eq!(devices[0].trial, None);
    }

    #[test]
    fn where_nothing_can_be_listed_every_device_says_why() {
        fn refused() -> Result<Vec<Handle>, String> {
            Err("no sound server".to_owned())
        }
        let mut devices = [device("a")];
        let end = Instant::now() + Duration::from_secs(60);
        try_all(&mut devices, refused, attempt, RECORD, end);
        let trial = devices[0].trial.as_ref().expect("tried");
        assert_eq!(trial.outcome, TrialOutcome::NotSupported);
        assert_eq!(trial.detail.as_deref(), Some("no sound server"));
    }
}
