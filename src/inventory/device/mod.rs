//! Cameras, microphones and speakers.

mod alsa;
mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
#[cfg(any(target_os = "linux", test))]
mod server;
mod usb;
mod video;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::fact::Fact;
use crate::model::inventory::Device;

use super::part::reader;

#[cfg(target_os = "linux")]
pub(super) use server::ServerRow;

/// Sound devices: both directions come from one listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sound {
    /// Microphones and line inputs.
    pub(super) microphones: Fact<Vec<Device>>,
    /// Speakers and headphones.
    pub(super) speakers: Fact<Vec<Device>>,
}

reader!(
    /// Cameras, real and virtual; nodes that deliver no pictures for calls are left out.
    cameras -> Fact<Vec<Device>>
);
reader!(
    /// Microphones and speakers.
    sound -> Sound
);
