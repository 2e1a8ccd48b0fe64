//! Windows system calls about the machine and the session. Everything returned is a plain value.
//!
//! What is newer than Windows 7 is looked up while running, so that its absence is one unknown fact and not a program
//! that does not start. (The standard library itself asks for Windows 10.)

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use std::ffi::c_void;

use windows::Wdk::System::SystemServices::RtlGetVersion;
use windows::Win32::Foundation::HANDLE;
use windows::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows::Win32::System::Power::{
    CallNtPowerInformation, GetSystemPowerStatus, PROCESSOR_POWER_INFORMATION,
    ProcessorInformation, SYSTEM_POWER_STATUS,
};
use windows::Win32::System::RemoteDesktop::{ProcessIdToSessionId, WTSGetActiveConsoleSessionId};
use windows::Win32::System::SystemInformation::{
    ComputerNamePhysicalDnsHostname, GetComputerNameExW, GetLogicalProcessorInformationEx,
    GetNativeSystemInfo, GetPhysicallyInstalledSystemMemory, GetSystemFirmwareTable,
    GlobalMemoryStatusEx, IMAGE_FILE_MACHINE, MEMORYSTATUSEX, OSVERSIONINFOEXW, RSMB,
    RelationProcessorCore, SYSTEM_INFO,
};
use windows::Win32::System::Threading::{GetCurrentProcess, GetCurrentProcessId};
use windows::Win32::System::WindowsProgramming::GetUserNameW;
use windows::Win32::UI::WindowsAndMessaging::{GetSystemMetrics, SYSTEM_METRICS_INDEX};
use windows::core::{HRESULT, PWSTR, s, w};

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

use super::windows_rows::{PowerRow, VersionRow};

/// A Windows error as a reason; `call` names what failed.
pub(super) fn refused(call: &str, e: &windows::core::Error) -> Unknown {
    why(code_of(e.code()), format!("{call}: {e}"))
}

/// A Win32 error number as a reason.
pub(super) fn refused_win32(call: &str, error: u32) -> Unknown {
    refused(
        call,
        &windows::core::Error::from_hresult(HRESULT::from_win32(error)),
    )
}

/// Which kind of reason an error is.
pub(super) fn code_of(code: HRESULT) -> UnknownCode {
    const NOT_FOUND: [u32; 4] = [2, 3, 1168, 1462]; // file, path, element, no site
    const NOT_SUPPORTED: [u32; 3] = [50, 120, 127]; // not supported, not implemented, no such procedure
    let is = |all: &[u32]| all.iter().any(|n| HRESULT::from_win32(*n) == code);
    if is(&NOT_FOUND) {
        UnknownCode::NotFound
    } else if is(&[5]) {
        UnknownCode::NotPermitted
    } else if is(&NOT_SUPPORTED) || code == windows::Win32::Foundation::E_NOTIMPL {
        UnknownCode::NotSupported
    } else {
        UnknownCode::Failed
    }
}

/// Text up to the first zero.
pub(super) fn wide(text: &[u16]) -> String {
    let end = text.iter().position(|c| *c == 0).unwrap_or(text.len());
    String::from_utf16_lossy(text.get(..end).unwrap_or_default())
}

fn size_u32<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(u32::MAX)
}

/// Mains or battery, and the charge.
pub(in crate::inventory) fn power_status() -> Result<PowerRow, Unknown> {
    let mut status = SYSTEM_POWER_STATUS::default();
    // SAFETY: the structure lives until the call returns.
    unsafe { GetSystemPowerStatus(&raw mut status) }
        .map_err(|e| refused("GetSystemPowerStatus", &e))?;
    Ok(PowerRow {
        ac_line: status.ACLineStatus,
        battery_flag: status.BatteryFlag,
        percent: status.BatteryLifePercent,
    })
}

/// The version that the kernel states; unlike `GetVersionEx` it does not depend on the program's manifest.
pub(in crate::inventory) fn version() -> Result<VersionRow, Unknown> {
    let mut info = OSVERSIONINFOEXW {
        dwOSVersionInfoSize: size_u32::<OSVERSIONINFOEXW>(),
        ..Default::default()
    };
    // SAFETY: RtlGetVersion takes the longer structure when its size field says so; it writes nothing beyond it.
    let status = unsafe { RtlGetVersion((&raw mut info).cast()) };
    if status.is_err() {
        return Err(refused(
            "RtlGetVersion",
            &windows::core::Error::from_hresult(status.to_hresult()),
        ));
    }
    Ok(VersionRow {
        major: info.dwMajorVersion,
        minor: info.dwMinorVersion,
        build: info.dwBuildNumber,
        product_type: info.wProductType,
    })
}

/// Native machine (`IMAGE_FILE_MACHINE_…`) by `IsWow64Process2`, which exists since Windows 10 1511.
pub(in crate::inventory) fn native_machine() -> Result<u16, Unknown> {
    type IsWow64Process2 =
        unsafe extern "system" fn(HANDLE, *mut IMAGE_FILE_MACHINE, *mut IMAGE_FILE_MACHINE) -> i32;
    // SAFETY: kernel32 is loaded in every process and is never unloaded.
    let found = unsafe {
        GetModuleHandleW(w!("kernel32.dll"))
            .ok()
            .and_then(|kernel| GetProcAddress(kernel, s!("IsWow64Process2")))
    };
    let Some(found) = found else {
        return Err(why(
            UnknownCode::NotSupported,
            "this Windows has no IsWow64Process2",
        ));
    };
    let (mut process, mut native) = (IMAGE_FILE_MACHINE(0), IMAGE_FILE_MACHINE(0));
    // SAFETY: the documented signature of this export of kernel32; both results outlive the call.
    let ok = unsafe {
        let call: IsWow64Process2 = std::mem::transmute(found);
        call(GetCurrentProcess(), &raw mut process, &raw mut native)
    };
    if ok == 0 {
        return Err(refused(
            "IsWow64Process2",
            &windows::core::Error::from_thread(),
        ));
    }
    Ok(native.0)
}

/// Whether the processor itself is of the x86 family: only then CPUID speaks of it.
pub(in crate::inventory) fn is_native_x86() -> bool {
    const X86: [u16; 2] = [0x014c, 0x8664];
    // Without the call there is no emulation of x86 either.
    native_machine().map_or(true, |machine| X86.contains(&machine))
}

/// `wProcessorArchitecture` of `GetNativeSystemInfo`. On ARM it may speak of the emulated machine.
pub(in crate::inventory) fn native_processor_architecture() -> u16 {
    let mut info = SYSTEM_INFO::default();
    // SAFETY: fills the structure, cannot fail; the union's struct member is the documented one.
    unsafe {
        GetNativeSystemInfo(&raw mut info);
        info.Anonymous.Anonymous.wProcessorArchitecture.0
    }
}

/// All physical cores of all processor groups, as the call writes them: rows of different length.
pub(in crate::inventory) fn core_rows() -> Result<Vec<u8>, Unknown> {
    const CALL: &str = "GetLogicalProcessorInformationEx";
    let mut length = 0;
    // SAFETY: asks for the length only; the error that this ends with is the documented way.
    let _ =
        unsafe { GetLogicalProcessorInformationEx(RelationProcessorCore, None, &raw mut length) };
    if length == 0 {
        return Err(refused(CALL, &windows::core::Error::from_thread()));
    }
    // Rows are 8-byte aligned; a few words more, should a processor be added between the calls.
    let words = usize::try_from(length).unwrap_or(0) / 8 + 64;
    let mut buffer = vec![0_u64; words];
    length = u32::try_from(words * 8).unwrap_or(length);
    // SAFETY: the buffer is `length` bytes long and aligned for the rows.
    unsafe {
        GetLogicalProcessorInformationEx(
            RelationProcessorCore,
            Some(buffer.as_mut_ptr().cast()),
            &raw mut length,
        )
    }
    .map_err(|e| refused(CALL, &e))?;
    let mut bytes: Vec<u8> = buffer.iter().flat_map(|word| word.to_ne_bytes()).collect();
    bytes.truncate(usize::try_from(length).unwrap_or(0));
    Ok(bytes)
}

/// `MaxMhz` of each logical processor of this process's group: the "maximum specified clock frequency".
pub(in crate::inventory) fn max_mhz() -> Result<Vec<u32>, Unknown> {
    const CALL: &str = "CallNtPowerInformation(ProcessorInformation)";
    // The structure's field layout is documented; the count is that of the active group, at most 64.
    let mut rows = vec![PROCESSOR_POWER_INFORMATION::default(); 64];
    let mut info = SYSTEM_INFO::default();
    // SAFETY: fills the structure, cannot fail.
    unsafe { GetNativeSystemInfo(&raw mut info) };
    let count = usize::try_from(info.dwNumberOfProcessors)
        .unwrap_or(0)
        .clamp(1, rows.len());
    let bytes = u32::try_from(count * size_of::<PROCESSOR_POWER_INFORMATION>()).unwrap_or(0);
    // SAFETY: the output buffer is at least `bytes` long.
    let status = unsafe {
        CallNtPowerInformation(
            ProcessorInformation,
            None,
            0,
            Some(rows.as_mut_ptr().cast::<c_void>()),
            bytes,
        )
    };
    if status.is_err() {
        return Err(refused(
            CALL,
            &windows::core::Error::from_hresult(status.to_hresult()),
        ));
    }
    Ok(rows.iter().take(count).map(|r| r.MaxMhz).collect())
}

/// Installed memory in KiB, as the firmware states it. Fails where the firmware's tables are broken.
pub(in crate::inventory) fn installed_kib() -> Result<u64, Unknown> {
    let mut kib = 0;
    // SAFETY: writes one number.
    unsafe { GetPhysicallyInstalledSystemMemory(&raw mut kib) }
        .map_err(|e| refused("GetPhysicallyInstalledSystemMemory", &e))?;
    Ok(kib)
}

/// Memory that Windows can use, in bytes.
pub(in crate::inventory) fn usable_bytes() -> Result<u64, Unknown> {
    let mut status = MEMORYSTATUSEX {
        dwLength: size_u32::<MEMORYSTATUSEX>(),
        ..Default::default()
    };
    // SAFETY: the structure states its length.
    unsafe { GlobalMemoryStatusEx(&raw mut status) }
        .map_err(|e| refused("GlobalMemoryStatusEx", &e))?;
    Ok(status.ullTotalPhys)
}

/// The raw SMBIOS table as `RSMB` gives it: 8 bytes of head, then the structures.
pub(in crate::inventory) fn smbios() -> Result<Vec<u8>, Unknown> {
    const CALL: &str = "GetSystemFirmwareTable(RSMB)";
    const LARGEST: u32 = 1 << 20;
    // SAFETY: asks for the size only.
    let size = unsafe { GetSystemFirmwareTable(RSMB, 0, None) };
    if size == 0 || size > LARGEST {
        return Err(refused(CALL, &windows::core::Error::from_thread()));
    }
    let mut table = vec![0; usize::try_from(size).unwrap_or(0)];
    // SAFETY: the slice carries its own length.
    let got = unsafe { GetSystemFirmwareTable(RSMB, 0, Some(&mut table)) };
    if got == 0 || got > size {
        return Err(refused(CALL, &windows::core::Error::from_thread()));
    }
    table.truncate(usize::try_from(got).unwrap_or(0));
    Ok(table)
}

/// One of `GetSystemMetrics`; 0 also means that this Windows does not know the index.
pub(in crate::inventory) fn metric(index: i32) -> i32 {
    // SAFETY: reads a number.
    unsafe { GetSystemMetrics(SYSTEM_METRICS_INDEX(index)) }
}

/// This process's session, and the one shown on the console (none while nobody is attached to it).
pub(in crate::inventory) fn sessions() -> Result<(u32, Option<u32>), Unknown> {
    let mut own = 0;
    // SAFETY: writes one number.
    unsafe { ProcessIdToSessionId(GetCurrentProcessId(), &raw mut own) }
        .map_err(|e| refused("ProcessIdToSessionId", &e))?;
    // SAFETY: reads a number.
    let console = unsafe { WTSGetActiveConsoleSessionId() };
    Ok((own, (console != u32::MAX).then_some(console)))
}

/// Host name.
pub(in crate::inventory) fn host_name() -> Option<String> {
    let mut buffer = [0_u16; 260];
    let mut length = u32::try_from(buffer.len()).ok()?;
    // SAFETY: the buffer is `length` characters long.
    unsafe {
        GetComputerNameExW(
            ComputerNamePhysicalDnsHostname,
            Some(PWSTR(buffer.as_mut_ptr())),
            &raw mut length,
        )
    }
    .ok()?;
    Some(wide(&buffer)).filter(|n| !n.is_empty())
}

/// User name.
pub(in crate::inventory) fn user_name() -> Option<String> {
    let mut buffer = [0_u16; 260];
    let mut length = u32::try_from(buffer.len()).ok()?;
    // SAFETY: the buffer is `length` characters long.
    unsafe { GetUserNameW(Some(PWSTR(buffer.as_mut_ptr())), &raw mut length) }.ok()?;
    Some(wide(&buffer)).filter(|n| !n.is_empty())
}
