//! Virtual machine, remote desktop, VDI.

use crate::inventory::tree::Tree;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::UnknownCode;
use crate::model::inventory::SessionFacts;

/// Reads it.
pub(super) fn read(_tree: &Tree) -> SessionFacts {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
