//! Whose facts they are: host and user name.

use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::evidence::Subject;
use crate::model::fact::UnknownCode;

/// Reads it.
pub(super) fn read(_mac: &dyn Mac) -> Subject {
    AllUnknown::all_unknown(&why(UnknownCode::NotSupported, "not read on this system"))
}
