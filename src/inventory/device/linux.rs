//! Cameras, microphones and speakers.

use crate::inventory::tree::Tree;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::Device;

use super::Sound;

/// Reads it.
pub(super) fn cameras(_tree: &Tree) -> Fact<Vec<Device>> {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}

/// Reads it.
pub(super) fn sound(_tree: &Tree) -> Sound {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
