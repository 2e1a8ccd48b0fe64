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
mod virtual_product;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::fact::Fact;
use crate::model::inventory::Device;

use super::InventorySource;
use virtual_product::{Kind, marked};

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

/// Cameras, real and virtual; nodes that deliver no pictures for calls are left out.
pub(super) fn cameras(source: &InventorySource) -> Fact<Vec<Device>> {
    marked(Kind::Camera, readers::cameras(source))
}

/// Microphones and speakers.
pub(super) fn sound(source: &InventorySource) -> Sound {
    let Sound {
        microphones,
        speakers,
    } = readers::sound(source);
    Sound {
        microphones: marked(Kind::Sound, microphones),
        speakers: marked(Kind::Sound, speakers),
    }
}

/// What each system lists.
mod readers {
    #[cfg(target_os = "macos")]
    use super::macos;
    #[cfg(target_os = "windows")]
    use super::windows;
    use super::{Device, Fact, Sound, linux};
    use crate::inventory::part::reader;

    reader!(
        /// Cameras.
        cameras -> Fact<Vec<Device>>
    );
    reader!(
        /// Microphones and speakers.
        sound -> Sound
    );
}
