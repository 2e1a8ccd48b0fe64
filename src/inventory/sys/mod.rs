//! System calls: the only place of unsafe code.

#[cfg(target_os = "linux")]
pub(super) mod linux;
#[cfg(target_os = "linux")]
pub(super) mod linux_video;
#[cfg(any(target_os = "macos", test))]
pub(super) mod macos;
#[cfg(target_os = "windows")]
pub(super) mod windows;
#[cfg(target_os = "windows")]
pub(super) mod windows_audio;
#[cfg(all(
    target_os = "windows",
    any(target_arch = "x86", target_arch = "x86_64")
))]
pub(super) mod windows_cpuid;
#[cfg(target_os = "windows")]
pub(super) mod windows_devices;
#[cfg(target_os = "windows")]
pub(super) mod windows_display;
#[cfg(target_os = "windows")]
pub(super) mod windows_files;
#[cfg(target_os = "windows")]
pub(super) mod windows_net;
#[cfg(test)]
pub(super) mod windows_recorded;
#[cfg(target_os = "windows")]
pub(super) mod windows_registry;
#[cfg(any(target_os = "windows", test))]
pub(super) mod windows_rows;
#[cfg(target_os = "windows")]
pub(super) mod windows_trial;
