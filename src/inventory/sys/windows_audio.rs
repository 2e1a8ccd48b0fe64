//! Audio endpoints, by the multimedia device API (Windows Vista and later).

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use windows::Win32::Devices::FunctionDiscovery::{
    PKEY_Device_EnumeratorName, PKEY_Device_FriendlyName, PKEY_DeviceInterface_FriendlyName,
};
use windows::Win32::Foundation::PROPERTYKEY;
use windows::Win32::Media::Audio::{
    DEVICE_STATE, DEVICE_STATE_ACTIVE, DEVICE_STATE_DISABLED, DEVICE_STATE_UNPLUGGED, EDataFlow,
    ERole, IMMDevice, IMMDeviceEnumerator, MMDeviceEnumerator, PKEY_AudioEndpoint_FormFactor,
    eCapture, eCommunications, eConsole, eRender,
};
use windows::Win32::System::Com::StructuredStorage::{PROPVARIANT, PropVariantClear};
use windows::Win32::System::Com::{
    CLSCTX_ALL, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx, CoTaskMemFree,
    CoUninitialize, STGM_READ,
};
use windows::Win32::System::Variant::{VT_LPWSTR, VT_UI4};
use windows::Win32::UI::Shell::PropertiesSystem::IPropertyStore;
use windows::core::{GUID, HRESULT};

use crate::model::device_use::DeviceState;
use crate::model::fact::Unknown;

use super::windows::refused;
use super::windows_rows::{EndpointRow, SoundFlow};

/// Most endpoints that are listed.
const MAX_ENDPOINTS: u32 = 256;
/// The states of endpoints that are listed.
const PRESENT: DEVICE_STATE =
    DEVICE_STATE(DEVICE_STATE_ACTIVE.0 | DEVICE_STATE_DISABLED.0 | DEVICE_STATE_UNPLUGGED.0);
/// `ERROR_NOT_FOUND` as a COM result: no device is the default because there is none.
const NO_DEFAULT: HRESULT = HRESULT::from_win32(1168);
/// The device node that carries the endpoint, as `{1}.<instance id>`. Not documented; only used where it is there.
const CARRIER: PROPERTYKEY = PROPERTYKEY {
    fmtid: GUID::from_u128(0xb3f8_fa53_0004_438e_9003_51a4_6e13_9bfc),
    pid: 2,
};

/// COM on this thread, ended when dropped.
struct Com;

impl Com {
    fn start() -> Result<Self, Unknown> {
        // SAFETY: balanced by CoUninitialize in drop, on the same thread (the guard never leaves `endpoints`).
        unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }
            .ok()
            .map(|()| Self)
            .map_err(|e| refused("CoInitializeEx", &e))
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        // SAFETY: balances the successful CoInitializeEx.
        unsafe { CoUninitialize() }
    }
}

/// The endpoints of one flow that this PC has now: those of devices that were taken away (`NOTPRESENT`) are left out.
pub(in crate::inventory) fn endpoints(flow: SoundFlow) -> Result<Vec<EndpointRow>, Unknown> {
    let _com = Com::start()?;
    let flow = match flow {
        SoundFlow::Capture => eCapture,
        SoundFlow::Render => eRender,
    };
    // SAFETY: COM is started on this thread; the interface asked for is the one the class has.
    let enumerator: IMMDeviceEnumerator =
        unsafe { CoCreateInstance(&MMDeviceEnumerator, None, CLSCTX_ALL) }
            .map_err(|e| refused("CoCreateInstance(MMDeviceEnumerator)", &e))?;
    let default = default_id(&enumerator, flow, eConsole);
    let communications = default_id(&enumerator, flow, eCommunications);
    // SAFETY: plain calls on a live interface.
    let all = unsafe { enumerator.EnumAudioEndpoints(flow, PRESENT) }
        .map_err(|e| refused("EnumAudioEndpoints", &e))?;
    // SAFETY: as above.
    let count = unsafe { all.GetCount() }.map_err(|e| refused("IMMDeviceCollection", &e))?;
    let mut rows = Vec::new();
    for index in 0..count.min(MAX_ENDPOINTS) {
        // SAFETY: as above. One that was pulled out in between is left out.
        if let Ok(device) = unsafe { all.Item(index) } {
            let mut row = row(&device);
            row.id = id(&device);
            let is = |default: &Result<Option<String>, Unknown>| match (default, &row.id) {
                (Ok(default), Some(id)) => Some(default.as_deref() == Some(id.as_str())),
                _ => None,
            };
            (row.default, row.communications) = (is(&default), is(&communications));
            rows.push(row);
        }
    }
    Ok(rows)
}

fn default_id(
    enumerator: &IMMDeviceEnumerator,
    flow: EDataFlow,
    role: ERole,
) -> Result<Option<String>, Unknown> {
    // SAFETY: a plain call on a live interface.
    match unsafe { enumerator.GetDefaultAudioEndpoint(flow, role) } {
        Ok(device) => Ok(id(&device)),
        Err(e) if e.code() == NO_DEFAULT => Ok(None),
        Err(e) => Err(refused("GetDefaultAudioEndpoint", &e)),
    }
}

fn id(device: &IMMDevice) -> Option<String> {
    // SAFETY: the text is ours to free; it ends with a zero.
    unsafe {
        let text = device.GetId().ok()?;
        let id = text.to_string().ok();
        CoTaskMemFree(Some(text.as_ptr().cast_const().cast()));
        id
    }
}

fn row(device: &IMMDevice) -> EndpointRow {
    // SAFETY: a plain call on a live interface.
    let Ok(store) = (unsafe { device.OpenPropertyStore(STGM_READ) }) else {
        return EndpointRow::default();
    };
    // SAFETY: as above.
    let state = match unsafe { device.GetState() } {
        Ok(DEVICE_STATE_DISABLED) => DeviceState::Disabled,
        Ok(DEVICE_STATE_UNPLUGGED) => DeviceState::Unplugged,
        _ => DeviceState::Active,
    };
    EndpointRow {
        state,
        name: text(&store, &PKEY_Device_FriendlyName).unwrap_or_default(),
        adapter: text(&store, &PKEY_DeviceInterface_FriendlyName),
        enumerator: text(&store, &PKEY_Device_EnumeratorName),
        instance: text(&store, &CARRIER),
        form_factor: value(&store, &PKEY_AudioEndpoint_FormFactor, |v| {
            // SAFETY: the type tag says which union member holds.
            unsafe {
                let inner = &v.Anonymous.Anonymous;
                (inner.vt == VT_UI4).then(|| inner.Anonymous.ulVal)
            }
        }),
        ..EndpointRow::default()
    }
}

fn text(store: &IPropertyStore, key: &PROPERTYKEY) -> Option<String> {
    value(store, key, |v| {
        // SAFETY: the type tag says which union member holds; such a text ends with a zero.
        unsafe {
            let inner = &v.Anonymous.Anonymous;
            if inner.vt == VT_LPWSTR && !inner.Anonymous.pwszVal.is_null() {
                inner.Anonymous.pwszVal.to_string().ok()
            } else {
                None
            }
        }
    })
    .filter(|t| !t.is_empty())
}

fn value<T>(
    store: &IPropertyStore,
    key: &PROPERTYKEY,
    read: impl FnOnce(&PROPVARIANT) -> Option<T>,
) -> Option<T> {
    // SAFETY: the key outlives the call; the value is cleared once after it was read.
    unsafe {
        let mut value = store.GetValue(key).ok()?;
        let read = read(&value);
        // Clearing fails only for types that hold nothing.
        let _ = PropVariantClear(&raw mut value);
        read
    }
}
