//! The processor.

use crate::inventory::sys::windows;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::inventory::sys::windows_rows::{CpuidRow, Key, Registry};
use crate::model::inventory::CpuFacts;

use super::parse_windows::{CpuRows, cores, cpu};

/// Reads it.
pub(super) fn read() -> CpuFacts {
    let rows = CpuRows {
        cores: windows::core_rows().and_then(|raw| cores(&raw, size_of::<usize>())),
        max_mhz: windows::max_mhz(),
        cpuid: cpuid(),
        tells_kinds: is_10_or_later(),
    };
    cpu(&rows, &ThisRegistry)
}

/// A program in a compatibility mode is told an older version; this value exists since Windows 10.
fn is_10_or_later() -> bool {
    let key = Key::machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion");
    windows::version().is_ok_and(|v| v.major >= 10)
        || ThisRegistry
            .number(&key, "CurrentMajorVersionNumber")
            .is_ok_and(|major| major >= 10)
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
