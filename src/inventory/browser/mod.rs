//! Installed browsers.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::{fact::Fact, inventory::Software};

use super::part::reader;

reader!(
    /// Reads it.
    read -> Fact<Vec<Software>>
);
