//! The operating system.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
mod parse;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::inventory::OsFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> OsFacts
);
