//! The processor.

mod clock;
#[cfg(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64")))]
mod cpuid;
mod cpuinfo;
mod kinds;
mod linux;
#[cfg(any(target_os = "macos", test))]
mod macos;
mod topology;
#[cfg(any(target_os = "windows", test))]
mod base_clock;
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
