//! Privacy settings of Windows.

use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::model::device_use::PrivacyFacts;

/// Reads them.
pub(super) fn read() -> PrivacyFacts {
    super::parse_windows::privacy(&ThisRegistry)
}
