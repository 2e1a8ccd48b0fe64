//! Installed browsers.

use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::UnknownCode;
use crate::model::{fact::Fact, inventory::Software};

/// Reads it.
pub(super) fn read(_mac: &dyn Mac) -> Fact<Vec<Software>> {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
