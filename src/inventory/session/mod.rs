//! Virtual machine, remote desktop, VDI.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
mod products;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::inventory::SessionFacts;

use super::part::reader;

pub(super) use linux::is_virtual_machine;
#[cfg(any(target_os = "macos", test))]
pub(super) use macos::virtual_machine as is_virtual_mac;
#[cfg(target_os = "windows")]
pub(super) use windows::is_virtual_machine as windows_is_virtual_machine;

reader!(
    /// Reads it.
    read -> SessionFacts
);
