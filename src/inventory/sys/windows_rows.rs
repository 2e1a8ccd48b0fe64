//! What the Windows calls return, as plain rows. Nothing here is a system call: the parsers that read these rows are
//! tested from recorded ones on every OS.

use std::fmt;
use std::net::IpAddr;

use crate::model::device_use::DeviceState;
use crate::model::fact::Unknown;

/// The two registry trees that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::inventory) enum Hive {
    /// `HKEY_LOCAL_MACHINE`.
    Machine,
    /// `HKEY_CURRENT_USER`.
    User,
}

/// Which of the two registry views of a 64-bit Windows; a 32-bit one has a single view and ignores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::inventory) enum View {
    /// What 64-bit programs see.
    Bits64,
    /// What 32-bit programs see (`WOW6432Node`).
    Bits32,
}

/// A registry key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::inventory) struct Key {
    /// Tree.
    pub(in crate::inventory) hive: Hive,
    /// View.
    pub(in crate::inventory) view: View,
    /// Path below the tree, with backslashes.
    pub(in crate::inventory) path: String,
}

impl Key {
    /// A key of this machine, as 64-bit programs see it.
    pub(in crate::inventory) fn machine(path: impl Into<String>) -> Self {
        Self {
            hive: Hive::Machine,
            view: View::Bits64,
            path: path.into(),
        }
    }
    /// A key of this user.
    pub(in crate::inventory) fn user(path: impl Into<String>) -> Self {
        Self {
            hive: Hive::User,
            view: View::Bits64,
            path: path.into(),
        }
    }
    /// The same key, as 32-bit programs see it.
    pub(in crate::inventory) fn bits32(mut self) -> Self {
        self.view = View::Bits32;
        self
    }
    /// A key below this one.
    pub(in crate::inventory) fn child(&self, name: &str) -> Self {
        Self {
            path: format!("{}\\{name}", self.path),
            ..self.clone()
        }
    }
}

/// The way people write it: `HKLM\SOFTWARE\…`, with `(32-bit view)` where that is the one.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hive = match self.hive {
            Hive::Machine => "HKLM",
            Hive::User => "HKCU",
        };
        let view = match self.view {
            View::Bits64 => "",
            View::Bits32 => " (32-bit view)",
        };
        write!(f, "{hive}\\{}{view}", self.path)
    }
}

/// A registry that can be asked: the running one, or a recorded one.
pub(in crate::inventory) trait Registry {
    /// A text value; `""` names the key's default value.
    fn text(&self, key: &Key, name: &str) -> Result<String, Unknown>;
    /// A 32-bit number.
    fn number(&self, key: &Key, name: &str) -> Result<u32, Unknown>;
    /// A binary value.
    fn bytes(&self, key: &Key, name: &str) -> Result<Vec<u8>, Unknown>;
    /// The names of the keys below.
    fn keys(&self, key: &Key) -> Result<Vec<String>, Unknown>;
}

/// `RtlGetVersion`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inventory) struct VersionRow {
    /// Major version: 6 for Windows 7 to 8.1, 10 for 10 and 11.
    pub(in crate::inventory) major: u32,
    /// Minor version.
    pub(in crate::inventory) minor: u32,
    /// Build number.
    pub(in crate::inventory) build: u32,
    /// `wProductType`: 1 workstation, 2 domain controller, 3 server.
    pub(in crate::inventory) product_type: u8,
}

/// One physical core (`RelationProcessorCore`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inventory) struct CoreRow {
    /// Higher means faster; 0 on every core of a uniform processor, and on every core before Windows 10.
    pub(in crate::inventory) efficiency_class: u8,
    /// Logical processors of this core.
    pub(in crate::inventory) threads: u32,
}

/// Which way sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inventory) enum SoundFlow {
    /// Microphones.
    Capture,
    /// Speakers.
    Render,
}

/// One audio endpoint (`IMMDevice`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::inventory) struct EndpointRow {
    /// `PKEY_Device_FriendlyName`, such as `Microphone (Realtek(R) Audio)`.
    pub(in crate::inventory) name: String,
    /// `PKEY_DeviceInterface_FriendlyName`: the adapter, such as `Realtek(R) Audio`.
    pub(in crate::inventory) adapter: Option<String>,
    /// `PKEY_Device_EnumeratorName` of the endpoint, such as `HDAUDIO`, `USB`, `BTHENUM`.
    pub(in crate::inventory) enumerator: Option<String>,
    /// Instance id of the device that carries it (property `{b3f8fa53-…},2`), such as `{1}.USB\VID_046D&PID_0825…`.
    pub(in crate::inventory) instance: Option<String>,
    /// `PKEY_AudioEndpoint_FormFactor` (`EndpointFormFactor`).
    pub(in crate::inventory) form_factor: Option<u32>,
    /// It is the default device of its flow; none where the system did not tell.
    pub(in crate::inventory) default: Option<bool>,
    /// It is the default device for calls; none where the system did not tell.
    pub(in crate::inventory) communications: Option<bool>,
    /// Whether it can be used as it is.
    pub(in crate::inventory) state: DeviceState,
    /// `IMMDevice::GetId`: what opens it again.
    pub(in crate::inventory) id: Option<String>,
}

/// `GetSystemPowerStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inventory) struct PowerRow {
    /// 0 battery, 1 mains, 255 unknown.
    pub(in crate::inventory) ac_line: u8,
    /// Bit 7: no battery; 255 unknown.
    pub(in crate::inventory) battery_flag: u8,
    /// Charge in percent; 255 unknown.
    pub(in crate::inventory) percent: u8,
}

/// One device node (`SetupDiEnumDeviceInfo`), present now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::inventory) struct DeviceRow {
    /// Instance id, such as `USB\VID_046D&PID_0825&MI_00\7&1A2B3C4D&0&0000`.
    pub(in crate::inventory) instance: String,
    /// Friendly name, else the description.
    pub(in crate::inventory) name: Option<String>,
    /// Setup class name, such as `Camera`, `Image`, `HIDClass`; none for a device without a driver.
    pub(in crate::inventory) class: Option<String>,
    /// Hardware ids, most special first.
    pub(in crate::inventory) hardware: Vec<String>,
    /// Instance ids of parent and grandparents, nearest first.
    pub(in crate::inventory) ancestors: Vec<String>,
    /// `DN_STARTED` of the node's status.
    pub(in crate::inventory) started: Option<bool>,
    /// Problem code (`CM_PROB_…`) where the status says that there is one.
    pub(in crate::inventory) problem: Option<u32>,
    /// Removal policy: 1 means that nobody is expected to take it out.
    pub(in crate::inventory) removal_policy: Option<u32>,
    /// Container id: devices with the same one are one thing to the user; the computer itself has its own.
    pub(in crate::inventory) container: Option<String>,
}

/// One display target that is connected (`QueryDisplayConfig`), or one monitor of the desktop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::inventory) struct DisplayRow {
    /// Name of the monitor, may be empty.
    pub(in crate::inventory) name: String,
    /// Device path `\\?\DISPLAY#…`, which leads to its EDID.
    pub(in crate::inventory) path: Option<String>,
    /// Size in pixels of the mode in use; none for a display that is connected but switched off.
    pub(in crate::inventory) size: Option<(u32, u32)>,
    /// `DISPLAYCONFIG_VIDEO_OUTPUT_TECHNOLOGY`; none where the list came from the desktop's monitors.
    pub(in crate::inventory) technology: Option<i32>,
}

/// One network adapter (`GetAdaptersAddresses`, `GetIfEntry2`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::inventory) struct AdapterRow {
    /// IPv4 interface index; 0 when IPv4 is off.
    pub(in crate::inventory) index: u32,
    /// IPv6 interface index; 0 when IPv6 is off.
    pub(in crate::inventory) index6: u32,
    /// Connection name, such as `Ethernet 2`.
    pub(in crate::inventory) name: String,
    /// Driver's description, such as `Intel(R) Wi-Fi 6 AX201 160MHz`.
    pub(in crate::inventory) description: String,
    /// IANA `ifType`.
    pub(in crate::inventory) if_type: u32,
    /// Operational.
    pub(in crate::inventory) up: bool,
    /// It has a gateway.
    pub(in crate::inventory) gateway: bool,
    /// IPv4 interface metric.
    pub(in crate::inventory) metric: u32,
    /// Bits per second; `u64::MAX` and 0 mean unknown.
    pub(in crate::inventory) bits_per_second: u64,
    /// Unicast addresses with prefix lengths.
    pub(in crate::inventory) addresses: Vec<(IpAddr, u8)>,
    /// `HardwareInterface`: a network adapter of hardware stands behind it.
    pub(in crate::inventory) hardware: Option<bool>,
    /// `NDIS_PHYSICAL_MEDIUM`, 0 when not told.
    pub(in crate::inventory) medium: Option<i32>,
}

/// What CPUID says of a hypervisor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::inventory) struct HypervisorRow {
    /// Leaf 1 ECX bit 31.
    pub(in crate::inventory) present: bool,
    /// The twelve characters of leaf `0x4000_0000`, such as `Microsoft Hv`.
    pub(in crate::inventory) signature: Option<String>,
    /// Leaf `0x4000_0003` EBX bit 0 (`CreatePartitions`), only asked of `Microsoft Hv`: set in the root partition.
    pub(in crate::inventory) root_partition: Option<bool>,
}

impl HypervisorRow {
    /// Runs in a virtual machine. The root partition of Hyper-V is Windows on the hardware itself: that is how Windows
    /// 10 and 11 run wherever virtualization-based security is on.
    pub(in crate::inventory) fn is_guest(&self) -> bool {
        self.present && self.root_partition != Some(true)
    }
}

/// What CPUID says of the processor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::inventory) struct CpuidRow {
    /// Leaf 16h: base and maximum MHz, the largest of all processors; none where there is no such leaf or it is empty.
    pub(in crate::inventory) leaf_16: Option<(u32, u32)>,
    /// Leaf 7 EDX bit 15: more than one kind of core.
    pub(in crate::inventory) hybrid: bool,
    /// Hypervisor.
    pub(in crate::inventory) hypervisor: HypervisorRow,
}
