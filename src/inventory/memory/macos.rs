//! The memory.

use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::UnknownCode;
use crate::model::inventory::MemoryFacts;

/// Reads it.
pub(super) fn read(_mac: &dyn Mac) -> MemoryFacts {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
