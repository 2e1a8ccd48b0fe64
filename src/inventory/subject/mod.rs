//! Whose facts they are: host and user name.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::evidence::Subject;

use super::part::reader;

reader!(
    /// Reads it.
    read -> Subject
);
