//! Whose facts they are: host and user name.

use crate::inventory::sys::windows;
use crate::model::evidence::Subject;

/// Reads it.
pub(super) fn read() -> Subject {
    Subject {
        host: windows::host_name(),
        user: windows::user_name(),
        ..Subject::default()
    }
}
