//! The local facts of one device. Every field is a [`Fact`]; a field that is absent from a file was not collected.
//!
//! Facts of a device that meetready cannot run on (an iPad) are supplied by hand in the same shape.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::device_use::{DeviceState, PrivacyFacts, Trial};
use super::fact::Fact;
use super::power::PowerFacts;
use super::units::{Dbm, Mbps, Mebibytes, Megahertz};
use super::version::Version;

/// Everything read locally.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Inventory {
    /// The operating system.
    pub os: OsFacts,
    /// The processor.
    pub cpu: CpuFacts,
    /// The memory.
    pub memory: MemoryFacts,
    /// Real and virtual capture devices; an empty list is a proved absence.
    pub cameras: Fact<Vec<Device>>,
    /// Microphones.
    pub microphones: Fact<Vec<Device>>,
    /// Speakers and headphones.
    pub speakers: Fact<Vec<Device>>,
    /// Whether programs may use cameras and microphones.
    pub privacy: PrivacyFacts,
    /// Connected displays and touch.
    pub display: DisplayFacts,
    /// Installed browsers.
    pub browsers: Fact<Vec<Software>>,
    /// Installed apps that requirements speak of.
    pub apps: Fact<Vec<Software>>,
    /// The interface that carries the traffic.
    pub link: LinkFacts,
    /// Virtual machine, remote desktop, VDI.
    pub session: SessionFacts,
    /// Mains or battery, power plan.
    pub power: PowerFacts,
}

/// Operating system families.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OsFamily {
    /// Windows, client or server.
    Windows,
    /// macOS.
    Macos,
    /// Linux.
    Linux,
    /// iOS on an iPhone.
    Ios,
    /// iPadOS, and iOS on an iPad.
    Ipados,
    /// Android.
    Android,
    /// Anything else.
    Other,
}

/// Operating system facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OsFacts {
    /// Family.
    pub family: Fact<OsFamily>,
    /// Name to show, such as `Windows 11 Pro` or `Debian GNU/Linux 12`.
    pub name: Fact<String>,
    /// The version that requirements compare: Windows `7`, `8`, `8.1`, `10`, `11` (client) or `2022` (server);
    /// macOS `15.1`; Linux the distribution's `VERSION_ID`; iOS and Android their number.
    pub version: Fact<Version>,
    /// Build or kernel: Windows `22631.4037`, macOS `24B83`, Linux the kernel release.
    pub build: Fact<String>,
    /// Windows edition such as `Professional`; Linux distribution id such as `debian`.
    pub edition: Fact<String>,
    /// True for a server edition of Windows.
    pub server: Fact<bool>,
    /// The architecture of the machine, not of this program: `x86`, `x86_64`, `aarch64` ….
    pub architecture: Fact<String>,
    /// The architecture this program was built for, where it differs it runs emulated.
    pub process_architecture: Fact<String>,
}

/// CPUID family, model and stepping (display values: extended parts added in).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CpuSignature {
    /// Display family, such as 6 or 25.
    pub family: u32,
    /// Display model, such as 158.
    pub model: u32,
    /// Stepping.
    pub stepping: u32,
}

/// Processor facts, raw: what the name means is decoded when judging.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CpuFacts {
    /// The brand string, untouched.
    pub brand: Fact<String>,
    /// The vendor string, such as `GenuineIntel`, `AuthenticAMD`, `Apple`.
    pub vendor: Fact<String>,
    /// CPUID signature.
    pub signature: Fact<CpuSignature>,
    /// Physical cores.
    pub physical_cores: Fact<u32>,
    /// Logical processors.
    pub logical_cores: Fact<u32>,
    /// Logical processors that a program may keep busy here: less than `logical_cores` under an affinity or a
    /// container's limit, which says nothing of the machine.
    pub usable_processors: Fact<u32>,
    /// Performance cores, where the system tells kinds of cores apart. Equal to `physical_cores` on a proved uniform CPU.
    pub performance_cores: Fact<u32>,
    /// Efficiency cores, low-power ones included. 0 on a proved uniform CPU.
    pub efficiency_cores: Fact<u32>,
    /// Base clock (of the performance cores where kinds differ); never a turbo or momentary figure.
    pub base_clock: Fact<Megahertz>,
    /// Maximum clock.
    pub max_clock: Fact<Megahertz>,
}

/// Memory facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryFacts {
    /// Sum of the modules, or what the firmware states as installed.
    pub installed: Fact<Mebibytes>,
    /// What the OS can use: installed less what firmware, graphics and kernel reserve.
    pub usable: Fact<Mebibytes>,
}

/// How a device is attached.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Bus {
    /// Part of the machine (sound codec, MIPI camera, a built-in USB camera that says that it is fixed).
    BuiltIn,
    /// USB.
    Usb,
    /// Bluetooth.
    Bluetooth,
    /// Sound over a display cable.
    Hdmi,
    /// A network or software device.
    Virtual,
    /// Another known kind.
    Other,
}

/// A camera, microphone or speaker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Device {
    /// The name the system shows.
    pub name: String,
    /// How it is attached.
    pub bus: Fact<Bus>,
    /// USB or PCI vendor id, four hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_id: Option<String>,
    /// USB or PCI product id, four hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The default device of its kind; unknown where the system does not tell.
    pub default: Fact<bool>,
    /// The default device for calls, where the system keeps one beside the default device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub communications: Option<bool>,
    /// Whether it can be used as it is.
    #[serde(skip_serializing_if = "DeviceState::is_active")]
    pub state: DeviceState,
    /// Bluetooth: the profile in use, `hands-free` (calls, with microphone) or `a2dp` (music, without).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What came of trying it; absent where it was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// An infrared camera (face sign-in), not one for video calls.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub infrared: bool,
}

/// A connected display.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Display {
    /// Name or connector.
    pub name: String,
    /// Width in pixels of the mode in use.
    pub width: Fact<u32>,
    /// Height in pixels of the mode in use.
    pub height: Fact<u32>,
    /// Diagonal in tenths of an inch.
    pub diagonal_tenths: Fact<u32>,
}

/// Displays and touch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DisplayFacts {
    /// Connected displays.
    pub displays: Fact<Vec<Display>>,
    /// A touch screen digitizer is present.
    pub touch: Fact<bool>,
    /// The touch digitizer's driver is installed and working.
    pub touch_driver: Fact<bool>,
}

/// An installed browser or app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Browsers: `chrome`, `edge`, `firefox`, `safari`, `chromium`; apps: `zoom-client`, `zoom-rooms`,
    /// `zoom-rooms-controller`, `zoom-outlook-plugin` ….
    pub id: String,
    /// The name the system shows.
    pub name: String,
    /// Installed version.
    #[serde(default)]
    pub version: Fact<Version>,
}

/// Kinds of network links.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Ethernet.
    Wired,
    /// Wi-Fi.
    Wifi,
    /// Mobile network.
    Cellular,
    /// A tunnel; what carries it is in `underlying`.
    Vpn,
    /// A virtual switch or a container's or guest's virtual interface: what carries it cannot be seen from here.
    Virtual,
    /// Only loopback is up.
    Loopback,
    /// Another kind.
    Other,
}

/// Address of an interface with its prefix length.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// The interface's own address.
    pub address: std::net::IpAddr,
    /// Prefix length, 0 to 32 or 128.
    pub prefix: u8,
}

/// The link that carries the default route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LinkFacts {
    /// Interface name.
    pub interface: Fact<String>,
    /// Kind of link.
    pub kind: Fact<LinkKind>,
    /// Where `kind` is `vpn`: the kind of link beneath it.
    pub underlying: Fact<LinkKind>,
    /// Negotiated speed.
    pub speed: Fact<Mbps>,
    /// Wi-Fi standard as the system names it, such as `802.11ac`, or mobile generation such as `lte`.
    pub technology: Fact<String>,
    /// Both directions at once.
    pub full_duplex: Fact<bool>,
    /// Wi-Fi: frequency of the channel, which tells the band (2.4, 5 or 6 GHz).
    pub frequency: Fact<Megahertz>,
    /// Wi-Fi: strength of the signal.
    pub signal: Fact<Dbm>,
    /// Addresses of the interface.
    pub subnets: Fact<Vec<Subnet>>,
}

/// Virtual machine, remote desktop and VDI.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionFacts {
    /// Runs in a virtual machine (a hypervisor host with its own Windows is not one).
    pub virtual_machine: Fact<bool>,
    /// Name of the hypervisor or container, where told.
    pub hypervisor: Fact<String>,
    /// This session is shown on another machine.
    pub remote: Fact<bool>,
    /// Virtual desktop product, such as `citrix`, `horizon`, `rdp`, `avd`; `none` when proved absent.
    pub virtual_desktop: Fact<String>,
}
