//! The processor.

use crate::inventory::sys::windows;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::inventory::sys::windows_rows::CpuidRow;
use crate::model::inventory::CpuFacts;

use super::parse_windows::{CpuRows, cpu};

/// Reads it.
pub(super) fn read() -> CpuFacts {
    let rows = CpuRows {
        cores: windows::cores(),
        max_mhz: windows::max_mhz(),
        cpuid: cpuid(),
        tells_kinds: windows::version().is_ok_and(|v| v.major >= 10),
    };
    cpu(&rows, &ThisRegistry)
}

/// CPUID of the real processor: a program for x86 that runs on ARM is answered by the emulator.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn cpuid() -> Option<CpuidRow> {
    windows::is_native_x86().then(crate::inventory::sys::windows_cpuid::cpuid)
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn cpuid() -> Option<CpuidRow> {
    None
}
