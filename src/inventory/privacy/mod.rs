//! Whether this user's desktop programs may use cameras and microphones. Nothing is opened to find out.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::device_use::PrivacyFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> PrivacyFacts
);
