//! Cameras, microphones and speakers.

use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::Device;

use super::Sound;

/// Reads it.
pub(super) fn cameras(_mac: &dyn Mac) -> Fact<Vec<Device>> {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}

/// Reads it.
pub(super) fn sound(_mac: &dyn Mac) -> Sound {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
