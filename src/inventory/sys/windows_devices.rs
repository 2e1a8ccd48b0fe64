//! Device nodes, by `SetupAPI`. Nothing is opened or activated: no camera light goes on.

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use windows::Win32::Devices::DeviceAndDriverInstallation::{
    CM_DEVNODE_STATUS_FLAGS, CM_Get_DevNode_Status, CM_Get_Device_IDW, CM_Get_Parent, CM_PROB,
    CR_SUCCESS, DIGCF_ALLCLASSES, DIGCF_DEVICEINTERFACE, DIGCF_PRESENT, DN_HAS_PROBLEM, DN_STARTED,
    HDEVINFO, SETUP_DI_GET_CLASS_DEVS_FLAGS, SETUP_DI_REGISTRY_PROPERTY, SP_DEVINFO_DATA,
    SPDRP_BASE_CONTAINERID, SPDRP_CLASS, SPDRP_DEVICEDESC, SPDRP_FRIENDLYNAME, SPDRP_HARDWAREID,
    SPDRP_REMOVAL_POLICY, SetupDiDestroyDeviceInfoList, SetupDiEnumDeviceInfo,
    SetupDiGetClassDevsW, SetupDiGetDeviceInstanceIdW, SetupDiGetDeviceRegistryPropertyW,
};
use windows::Win32::Foundation::ERROR_NO_MORE_ITEMS;
use windows::core::{GUID, HRESULT, PCWSTR};

use crate::model::fact::Unknown;

use super::windows::{refused, wide};
use super::windows_rows::DeviceRow;

/// Most nodes that are listed.
const MAX_NODES: u32 = 8192;
/// How far up the tree parents are noted: a camera's USB hub and the controller above it.
const MAX_ANCESTORS: usize = 6;

/// `KSCATEGORY_VIDEO_CAMERA`: cameras that give pictures (Windows 10 1607 and later).
pub(in crate::inventory) const VIDEO_CAMERA: u128 = 0xe532_3777_f976_4f5b_9b55_b946_99c4_6e44;
/// `KSCATEGORY_SENSOR_CAMERA`: infrared and depth cameras.
pub(in crate::inventory) const SENSOR_CAMERA: u128 = 0x24e5_52d7_6523_47f7_a647_d346_5bf1_f5ca;
/// `KSCATEGORY_CAPTURE`, which every Windows has. Tuners and sound devices may be in it, too.
pub(in crate::inventory) const CAPTURE: u128 = 0x65e8_773d_8f56_11d0_a3b9_00a0_c922_3196;

/// A list of nodes, given back when dropped.
struct List(HDEVINFO);

impl List {
    fn open(class: Option<GUID>, flags: SETUP_DI_GET_CLASS_DEVS_FLAGS) -> Result<Self, Unknown> {
        let class = class.as_ref().map(std::ptr::from_ref);
        // SAFETY: the class id outlives the call.
        unsafe { SetupDiGetClassDevsW(class, PCWSTR::null(), None, flags) }
            .map(Self)
            .map_err(|e| refused("SetupDiGetClassDevs", &e))
    }

    fn nodes(&self) -> Result<Vec<SP_DEVINFO_DATA>, Unknown> {
        let mut nodes = Vec::new();
        for index in 0..MAX_NODES {
            let mut node = SP_DEVINFO_DATA {
                cbSize: u32::try_from(size_of::<SP_DEVINFO_DATA>()).unwrap_or(0),
                ..Default::default()
            };
            // SAFETY: the list is open; the structure states its size.
            match unsafe { SetupDiEnumDeviceInfo(self.0, index, &raw mut node) } {
                Ok(()) => nodes.push(node),
                Err(e) if e.code() == HRESULT::from_win32(ERROR_NO_MORE_ITEMS.0) => break,
                Err(e) => return Err(refused("SetupDiEnumDeviceInfo", &e)),
            }
        }
        Ok(nodes)
    }

    fn instance(&self, node: &SP_DEVINFO_DATA) -> String {
        let mut id = [0_u16; 400];
        // SAFETY: list and node belong together; the slice carries its length.
        match unsafe { SetupDiGetDeviceInstanceIdW(self.0, node, Some(&mut id), None) } {
            Ok(()) => wide(&id),
            Err(_) => String::new(),
        }
    }

    /// A property's bytes as 16-bit units.
    fn property(&self, node: &SP_DEVINFO_DATA, which: SETUP_DI_REGISTRY_PROPERTY) -> Vec<u16> {
        let mut bytes = [0_u8; 4096];
        let mut size = 0;
        // SAFETY: list and node belong together; the slice carries its length.
        let got = unsafe {
            SetupDiGetDeviceRegistryPropertyW(
                self.0,
                node,
                which,
                None,
                Some(&mut bytes),
                Some(&raw mut size),
            )
        };
        if got.is_err() {
            return Vec::new();
        }
        let size = usize::try_from(size).unwrap_or(0).min(bytes.len());
        bytes
            .get(..size)
            .unwrap_or_default()
            .chunks_exact(2)
            .map(|pair| match pair {
                [low, high] => u16::from_le_bytes([*low, *high]),
                _ => 0,
            })
            .collect()
    }

    fn text(&self, node: &SP_DEVINFO_DATA, which: SETUP_DI_REGISTRY_PROPERTY) -> Option<String> {
        Some(wide(&self.property(node, which))).filter(|t| !t.is_empty())
    }

    fn row(&self, node: &SP_DEVINFO_DATA) -> DeviceRow {
        let (started, problem) = status(node.DevInst);
        let removal = self.property(node, SPDRP_REMOVAL_POLICY);
        DeviceRow {
            instance: self.instance(node),
            name: self
                .text(node, SPDRP_FRIENDLYNAME)
                .or_else(|| self.text(node, SPDRP_DEVICEDESC)),
            class: self.text(node, SPDRP_CLASS),
            hardware: self
                .property(node, SPDRP_HARDWAREID)
                .split(|c| *c == 0)
                .filter(|id| !id.is_empty())
                .map(wide)
                .collect(),
            ancestors: ancestors(node.DevInst),
            started,
            problem,
            removal_policy: match removal.as_slice() {
                [low, high] => Some(u32::from(*low) | u32::from(*high) << 16),
                _ => None,
            },
            container: self.text(node, SPDRP_BASE_CONTAINERID),
        }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: opened by us, closed once. Nothing can be done about a failure.
        let _ = unsafe { SetupDiDestroyDeviceInfoList(self.0) };
    }
}

fn status(node: u32) -> (Option<bool>, Option<u32>) {
    let mut flags = CM_DEVNODE_STATUS_FLAGS::default();
    let mut problem = CM_PROB::default();
    // SAFETY: writes two numbers.
    let answer = unsafe { CM_Get_DevNode_Status(&raw mut flags, &raw mut problem, node, 0) };
    if answer != CR_SUCCESS {
        return (None, None);
    }
    let has = |flag: CM_DEVNODE_STATUS_FLAGS| flags.0 & flag.0 != 0;
    (
        Some(has(DN_STARTED)),
        has(DN_HAS_PROBLEM).then_some(problem.0),
    )
}

fn ancestors(node: u32) -> Vec<String> {
    let mut ids = Vec::new();
    let mut at = node;
    while ids.len() < MAX_ANCESTORS {
        let mut parent = 0;
        let mut id = [0_u16; 400];
        // SAFETY: writes one number; the slice carries its length.
        let found = unsafe {
            CM_Get_Parent(&raw mut parent, at, 0) == CR_SUCCESS
                && CM_Get_Device_IDW(parent, &mut id, 0) == CR_SUCCESS
        };
        if !found {
            break;
        }
        ids.push(wide(&id));
        at = parent;
    }
    ids
}

/// All devices that are present now.
pub(in crate::inventory) fn present() -> Result<Vec<DeviceRow>, Unknown> {
    let list = List::open(None, DIGCF_PRESENT | DIGCF_ALLCLASSES)?;
    Ok(list.nodes()?.iter().map(|n| list.row(n)).collect())
}

/// The instance ids of present devices that offer an interface.
pub(in crate::inventory) fn with_interface(interface: u128) -> Result<Vec<String>, Unknown> {
    let list = List::open(
        Some(GUID::from_u128(interface)),
        DIGCF_PRESENT | DIGCF_DEVICEINTERFACE,
    )?;
    Ok(list.nodes()?.iter().map(|n| list.instance(n)).collect())
}
