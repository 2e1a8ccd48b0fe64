//! Memory.

use crate::inventory::sys::windows;
use crate::model::inventory::MemoryFacts;

use super::parse_windows::{MemoryRows, memory};

/// Reads it.
pub(super) fn read() -> MemoryFacts {
    memory(&MemoryRows {
        installed_kib: windows::installed_kib(),
        smbios: windows::smbios(),
        usable_bytes: windows::usable_bytes(),
    })
}
