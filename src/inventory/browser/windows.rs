//! Installed browsers.

use crate::inventory::sys::windows_files::file_version;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::model::fact::Fact;
use crate::model::inventory::Software;

use super::parse_windows::browsers;

/// Reads it.
pub(super) fn read() -> Fact<Vec<Software>> {
    browsers(&ThisRegistry, &file_version)
}
