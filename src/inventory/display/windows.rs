//! Displays and touch.

use crate::inventory::sys::windows;
use crate::inventory::sys::windows_devices::present;
use crate::inventory::sys::windows_display;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::model::inventory::DisplayFacts;

use super::parse_windows::{DisplayRows, displays};

/// `SM_DIGITIZER`.
const DIGITIZER: i32 = 94;
/// `SM_REMOTESESSION`.
const REMOTE_SESSION: i32 = 0x1000;

/// Reads it.
pub(super) fn read() -> DisplayFacts {
    let rows = DisplayRows {
        connected: windows_display::connected(),
        desktop: windows_display::desktop(),
        digitizer: windows::metric(DIGITIZER),
        remote: windows::metric(REMOTE_SESSION) != 0,
        devices: present(),
    };
    displays(&rows, &ThisRegistry)
}
