//! The memory.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
mod smbios;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::inventory::MemoryFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> MemoryFacts
);
