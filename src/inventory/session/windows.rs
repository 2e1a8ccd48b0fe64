//! Virtual machine, remote session, virtual desktop.

use crate::inventory::sys::windows;
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::inventory::sys::windows_rows::HypervisorRow;
use crate::model::inventory::SessionFacts;

use super::parse_windows::{SessionRows, machine, session};

/// `SM_REMOTESESSION`.
const REMOTE_SESSION: i32 = 0x1000;

/// Reads it.
pub(super) fn read() -> SessionFacts {
    let rows = SessionRows {
        hypervisor: hypervisor(),
        remote_metric: windows::metric(REMOTE_SESSION) != 0,
        sessions: windows::sessions(),
        session_name: std::env::var("SESSIONNAME").ok(),
        horizon_client: std::env::var("ViewClient_Machine_Name").ok(),
        host: windows::host_name(),
    };
    session(&rows, &ThisRegistry)
}

/// Whether this Windows runs in a virtual machine, for parts that read differently there.
pub(in crate::inventory) fn is_virtual_machine() -> bool {
    machine(hypervisor().as_ref(), &ThisRegistry).0.value() == Some(&true)
}

/// CPUID of the real processor: a program for x86 that runs on ARM is answered by the emulator.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn hypervisor() -> Option<HypervisorRow> {
    windows::is_native_x86().then(crate::inventory::sys::windows_cpuid::hypervisor)
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn hypervisor() -> Option<HypervisorRow> {
    None
}
