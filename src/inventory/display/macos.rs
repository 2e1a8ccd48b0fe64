//! Displays and touch.

use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::UnknownCode;
use crate::model::inventory::DisplayFacts;

/// Reads it.
pub(super) fn read(_mac: &dyn Mac) -> DisplayFacts {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
