//! Installed apps.

use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::model::fact::Fact;
use crate::model::inventory::Software;

use super::parse_windows::apps;

/// Reads it.
pub(super) fn read() -> Fact<Vec<Software>> {
    apps(&ThisRegistry)
}
