//! Installed apps that requirements speak of.

use crate::inventory::tree::Tree;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::UnknownCode;
use crate::model::{fact::Fact, inventory::Software};

/// Reads it.
pub(super) fn read(_tree: &Tree) -> Fact<Vec<Software>> {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
