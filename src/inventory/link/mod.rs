//! The link that carries the default route.

mod kind;
mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(any(target_os = "windows", test))]
mod parse_windows;
mod routes;
#[cfg(target_os = "windows")]
mod windows;

use crate::model::inventory::LinkFacts;

use super::part::reader;

reader!(
    /// Reads it.
    read -> LinkFacts
);
