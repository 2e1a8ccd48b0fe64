//! Displays, by the display configuration (Windows 7 and later) or the desktop's monitors.

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use windows::Win32::Devices::Display::{
    DISPLAYCONFIG_DEVICE_INFO_GET_TARGET_NAME, DISPLAYCONFIG_MODE_INFO,
    DISPLAYCONFIG_MODE_INFO_TYPE_SOURCE, DISPLAYCONFIG_PATH_INFO, DISPLAYCONFIG_TARGET_DEVICE_NAME,
    DisplayConfigGetDeviceInfo, GetDisplayConfigBufferSizes, QDC_ALL_PATHS, QDC_ONLY_ACTIVE_PATHS,
    QUERY_DISPLAY_CONFIG_FLAGS, QueryDisplayConfig,
};
use windows::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS};
use windows::Win32::Graphics::Gdi::{
    DEVMODEW, DISPLAY_DEVICE_ACTIVE, DISPLAY_DEVICE_ATTACHED_TO_DESKTOP,
    DISPLAY_DEVICE_MIRRORING_DRIVER, DISPLAY_DEVICEW, ENUM_CURRENT_SETTINGS, EnumDisplayDevicesW,
    EnumDisplaySettingsW,
};
use windows::core::PCWSTR;

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

use super::windows::{refused_win32, wide};
use super::windows_rows::DisplayRow;

/// `DISPLAYCONFIG_PATH_ACTIVE`.
const PATH_ACTIVE: u32 = 1;
/// `EDD_GET_DEVICE_INTERFACE_NAME`: ask for the path that leads to the EDID.
const INTERFACE_NAME: u32 = 1;
/// Most of anything that is listed here.
const MAX: u32 = 4096;

/// Every connected display: those switched off, too, and both of a mirrored pair.
pub(in crate::inventory) fn connected() -> Result<Vec<DisplayRow>, Unknown> {
    targets(QDC_ALL_PATHS).or_else(|_| targets(QDC_ONLY_ACTIVE_PATHS))
}

fn query(
    flags: QUERY_DISPLAY_CONFIG_FLAGS,
) -> Result<(Vec<DISPLAYCONFIG_PATH_INFO>, Vec<DISPLAYCONFIG_MODE_INFO>), Unknown> {
    // A display may come or go between asking for the size and asking for the rows: a few tries.
    let mut error = ERROR_INSUFFICIENT_BUFFER;
    for _ in 0..4 {
        let (mut paths, mut modes) = (0, 0);
        // SAFETY: writes two numbers.
        error = unsafe { GetDisplayConfigBufferSizes(flags, &raw mut paths, &raw mut modes) };
        if error != ERROR_SUCCESS {
            break;
        }
        let (mut paths, mut modes) = (paths.min(MAX), modes.min(MAX));
        let size = |n: u32| usize::try_from(n).unwrap_or(0);
        let mut path_rows = vec![DISPLAYCONFIG_PATH_INFO::default(); size(paths)];
        let mut mode_rows = vec![DISPLAYCONFIG_MODE_INFO::default(); size(modes)];
        // SAFETY: both buffers hold as many rows as the counts say.
        error = unsafe {
            QueryDisplayConfig(
                flags,
                &raw mut paths,
                path_rows.as_mut_ptr(),
                &raw mut modes,
                mode_rows.as_mut_ptr(),
                None,
            )
        };
        if error == ERROR_SUCCESS {
            path_rows.truncate(size(paths));
            mode_rows.truncate(size(modes));
            return Ok((path_rows, mode_rows));
        }
        if error != ERROR_INSUFFICIENT_BUFFER {
            break;
        }
    }
    Err(refused_win32("QueryDisplayConfig", error.0))
}

fn targets(flags: QUERY_DISPLAY_CONFIG_FLAGS) -> Result<Vec<DisplayRow>, Unknown> {
    let (mut paths, modes) = query(flags)?;
    // Active paths first: the same target is listed once more for every source that could drive it.
    paths.sort_by_key(|p| p.flags & PATH_ACTIVE == 0);
    let mut seen = Vec::new();
    let mut rows = Vec::new();
    for path in paths {
        let target = path.targetInfo;
        let id = (
            target.adapterId.HighPart,
            target.adapterId.LowPart,
            target.id,
        );
        if !target.targetAvailable.as_bool() || seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let size = (path.flags & PATH_ACTIVE != 0)
            .then(|| {
                // SAFETY: without virtual modes asked for, the union holds the index.
                let index = unsafe { path.sourceInfo.Anonymous.modeInfoIdx };
                let mode = modes.get(usize::try_from(index).ok()?)?;
                // SAFETY: the type tag says that the source member holds.
                (mode.infoType == DISPLAYCONFIG_MODE_INFO_TYPE_SOURCE)
                    .then(|| unsafe { mode.Anonymous.sourceMode })
                    .map(|m| (m.width, m.height))
            })
            .flatten();
        let (name, device_path) = target_name(&path);
        rows.push(DisplayRow {
            name,
            path: device_path,
            size,
            technology: Some(target.outputTechnology.0),
        });
    }
    Ok(rows)
}

fn target_name(path: &DISPLAYCONFIG_PATH_INFO) -> (String, Option<String>) {
    let mut request = DISPLAYCONFIG_TARGET_DEVICE_NAME::default();
    request.header.r#type = DISPLAYCONFIG_DEVICE_INFO_GET_TARGET_NAME;
    request.header.size = u32::try_from(size_of::<DISPLAYCONFIG_TARGET_DEVICE_NAME>()).unwrap_or(0);
    request.header.adapterId = path.targetInfo.adapterId;
    request.header.id = path.targetInfo.id;
    // SAFETY: the head states kind and size of the whole structure, to which the pointer leads.
    let answer = unsafe { DisplayConfigGetDeviceInfo((&raw mut request).cast()) };
    if answer != 0 {
        return (String::new(), None);
    }
    (
        wide(&request.monitorFriendlyDeviceName),
        Some(wide(&request.monitorDevicePath)).filter(|p| !p.is_empty()),
    )
}

fn device(of: Option<&[u16]>, index: u32, flags: u32) -> Option<DISPLAY_DEVICEW> {
    let mut device = DISPLAY_DEVICEW {
        cb: u32::try_from(size_of::<DISPLAY_DEVICEW>()).unwrap_or(0),
        ..Default::default()
    };
    let name = of.map_or(PCWSTR::null(), |n| PCWSTR(n.as_ptr()));
    // SAFETY: the name ends with a zero (it came from this call); the structure states its size.
    unsafe { EnumDisplayDevicesW(name, index, &raw mut device, flags) }
        .as_bool()
        .then_some(device)
}

/// The monitors that the desktop is shown on.
pub(in crate::inventory) fn desktop() -> Result<Vec<DisplayRow>, Unknown> {
    let mut rows = Vec::new();
    let mut adapters = 0;
    while let Some(adapter) = (adapters < MAX)
        .then(|| device(None, adapters, 0))
        .flatten()
    {
        adapters += 1;
        let has = |flag: windows::Win32::Graphics::Gdi::DISPLAY_DEVICE_STATE_FLAGS| {
            adapter.StateFlags.0 & flag.0 != 0
        };
        if !has(DISPLAY_DEVICE_ATTACHED_TO_DESKTOP) || has(DISPLAY_DEVICE_MIRRORING_DRIVER) {
            continue;
        }
        let mut mode = DEVMODEW {
            dmSize: u16::try_from(size_of::<DEVMODEW>()).unwrap_or(0),
            ..Default::default()
        };
        let name = adapter.DeviceName;
        // SAFETY: the name ends with a zero; the structure states its size.
        let size = unsafe {
            EnumDisplaySettingsW(PCWSTR(name.as_ptr()), ENUM_CURRENT_SETTINGS, &raw mut mode)
        }
        .as_bool()
        .then_some((mode.dmPelsWidth, mode.dmPelsHeight));
        let mut index = 0;
        while let Some(monitor) = (index < MAX)
            .then(|| device(Some(&name), index, INTERFACE_NAME))
            .flatten()
        {
            index += 1;
            if monitor.StateFlags.0 & DISPLAY_DEVICE_ACTIVE.0 != 0 {
                rows.push(DisplayRow {
                    name: wide(&monitor.DeviceString),
                    path: Some(wide(&monitor.DeviceID)).filter(|p| !p.is_empty()),
                    size,
                    technology: None,
                });
            }
        }
    }
    if adapters == 0 {
        return Err(why(
            UnknownCode::Failed,
            "EnumDisplayDevices: this session has no display device",
        ));
    }
    Ok(rows)
}
