//! System calls: the only place of unsafe code.

#[cfg(target_os = "linux")]
pub(super) mod linux;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(target_os = "windows")]
pub(super) mod windows;
