//! Mains or battery, charge, power plan.

mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::power::PowerFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> PowerFacts
);
