//! The processor.

#[cfg(any(target_os = "windows", test))]
mod base_clock;
mod clock;
#[cfg(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64")))]
mod cpuid;
mod cpuinfo;
mod kinds;
mod limits;
mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
mod topology;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::inventory::CpuFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> CpuFacts
);
