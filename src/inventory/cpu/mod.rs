//! The processor.

#[cfg(any(target_os = "windows", test))]
mod base_clock;
#[cfg(any(target_os = "windows", test))]
mod clock;
mod linux;
#[cfg(any(target_os = "macos", test))]
mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::inventory::CpuFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> CpuFacts
);
