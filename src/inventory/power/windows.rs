//! Power of Windows.

use crate::inventory::sys::windows::power_status;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::model::power::PowerFacts;

/// Reads it.
pub(super) fn read() -> PowerFacts {
    super::parse_windows::power(&power_status(), &ThisRegistry)
}
