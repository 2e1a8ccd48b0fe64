//! The operating system.

use crate::inventory::sys::windows;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::model::inventory::OsFacts;

use super::parse_windows::{OsRows, os};

/// Reads it.
pub(super) fn read() -> OsFacts {
    let rows = OsRows {
        version: windows::version(),
        native_machine: windows::native_machine(),
        processor_architecture: windows::native_processor_architecture(),
        built_for: std::env::consts::ARCH,
    };
    os(&rows, &ThisRegistry)
}
