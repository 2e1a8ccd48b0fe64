//! The operating system.

use crate::inventory::tree::Tree;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::UnknownCode;
use crate::model::inventory::OsFacts;

/// Reads it.
pub(super) fn read(_tree: &Tree) -> OsFacts {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
