//! The rule kinds that manifests use. Adding one here makes the compiler list what else must learn it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::ScenarioId;
use super::inventory::{Bus, LinkKind, OsFamily};
use super::network::Direction;
use super::units::{Kbps, Mebibytes, Megahertz, Millis, Percent};
use super::version::Version;

/// A rule and its parameters. In JSON: one key, the kind, with an object of parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Operating system and version.
    Os(OsRule),
    /// Processor.
    Cpu(CpuRule),
    /// Memory.
    Memory(MemoryRule),
    /// Camera, microphone or speaker.
    Device(DeviceRule),
    /// Displays and touch.
    Display(DisplayRule),
    /// Browser and version.
    Browser(BrowserRule),
    /// Installed app and version.
    App(AppRule),
    /// Kind of network link.
    Link(LinkRule),
    /// Two devices in one network.
    SameNetwork(SameNetworkRule),
    /// Virtual desktop.
    Session(SessionRule),
    /// Ports.
    Port(PortRule),
    /// Bandwidth of one scenario.
    Bandwidth(BandwidthRule),
    /// Loss, jitter or delay.
    Quality(QualityRule),
    /// A statement of the document that no measurement answers (feature tables, supported software lists).
    /// Judged `not_applicable`; shown by `requirements show`.
    Statement(StatementRule),
}

impl Rule {
    /// The kind's name, as it is written in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Os(_) => "os",
            Self::Cpu(_) => "cpu",
            Self::Memory(_) => "memory",
            Self::Device(_) => "device",
            Self::Display(_) => "display",
            Self::Browser(_) => "browser",
            Self::App(_) => "app",
            Self::Link(_) => "link",
            Self::SameNetwork(_) => "same_network",
            Self::Session(_) => "session",
            Self::Port(_) => "port",
            Self::Bandwidth(_) => "bandwidth",
            Self::Quality(_) => "quality",
            Self::Statement(_) => "statement",
        }
    }
    /// True for kinds that speak of the device itself, not of its network.
    pub fn is_about_device(&self) -> bool {
        match self {
            Self::Os(_)
            | Self::Cpu(_)
            | Self::Memory(_)
            | Self::Device(_)
            | Self::Display(_)
            | Self::Browser(_)
            | Self::App(_)
            | Self::Session(_)
            | Self::Link(_) => true,
            Self::SameNetwork(_)
            | Self::Port(_)
            | Self::Bandwidth(_)
            | Self::Quality(_)
            | Self::Statement(_) => false,
        }
    }
}

/// The OS must be one of those listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OsRule {
    /// Listed systems; the first entry that covers the OS decides.
    pub listed: Vec<ListedOs>,
}

/// One listed system: exact versions, or a version and later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListedOs {
    /// Family.
    pub family: OsFamily,
    /// Exactly these versions (`8.1` is not `8`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exactly: Vec<Version>,
    /// This version or later, where "or later" is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Version>,
    /// Support ends with this release of this app: an installed one of that version or later fails, else it warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_with: Option<AppVersion>,
}

/// An app and a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppVersion {
    /// App id, as in the inventory.
    pub app: String,
    /// Version.
    pub version: Version,
}

/// The processor must satisfy any one of the clauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CpuRule {
    /// Alternatives, such as the bullets of smart gallery.
    pub any_of: Vec<CpuClause>,
}

/// One alternative; every condition given must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CpuClause {
    /// Named families, each with its least generation or series. A CPU of another family that meets the figures is
    /// "unlisted". Empty: any family.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<CpuFamily>,
    /// Exact models in place of families, such as `Apple M2 Pro`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// Least physical cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_cores: Option<u32>,
    /// Least performance cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_performance_cores: Option<u32>,
    /// Least efficiency cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_efficiency_cores: Option<u32>,
    /// Least base clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_base_clock: Option<Megahertz>,
    /// Must be of this segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<CpuSegment>,
    /// Must be a 64-bit processor.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bits_64: bool,
    /// Memory printed in the same line, judged with this clause (a CPU line that reads "8 GB" beside the CPU).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_memory: Option<Mebibytes>,
}

/// A named processor family and the generations of it that are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CpuFamily {
    /// Tier id as the name decoder gives it, such as `core-i5`, `core-ultra-7`, `ryzen-5`, `apple-m`.
    pub tier: String,
    /// Least generation or series, counted within this tier's own naming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_generation: Option<u32>,
    /// Last generation or series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_generation: Option<u32>,
}

/// Where a processor is meant to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CpuSegment {
    /// Desktop.
    Desktop,
    /// Laptop.
    Mobile,
    /// Server.
    Server,
    /// Embedded.
    Embedded,
}

/// Memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemoryRule {
    /// Least installed memory.
    pub at_least: Mebibytes,
}

/// Kinds of media devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// Camera.
    Camera,
    /// Microphone.
    Microphone,
    /// Speaker or headphones.
    Speaker,
}

/// At least one device of a kind, attached in a listed way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceRule {
    /// Which kind.
    pub kind: DeviceKind,
    /// Listed kinds of attachment.
    pub buses: Vec<Bus>,
}

/// Displays and touch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DisplayRule {
    /// Least number of connected displays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_displays: Option<u32>,
    /// A touch display must be connected and its driver installed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub touch: bool,
    /// Least diagonal in tenths of an inch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_diagonal_tenths: Option<u32>,
    /// Recommended diagonal in tenths of an inch; between the two it warns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommended_diagonal_tenths: Option<u32>,
}

/// A listed browser must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserRule {
    /// Listed browsers, by inventory id.
    pub browsers: Vec<String>,
    /// How many major releases before the latest are supported; none: the name alone decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases_before_latest: Option<u32>,
    /// Least versions by inventory id, where a plain number is printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_least: Vec<AppVersion>,
    /// An installed app that does instead of a browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or_app: Option<String>,
}

/// An app must be installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppRule {
    /// App id, as in the inventory.
    pub app: String,
    /// Least version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Version>,
}

/// The link must be of a listed kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRule {
    /// Listed kinds.
    pub kinds: Vec<LinkKind>,
    /// Wi-Fi standards printed, such as `802.11n`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wifi: Vec<String>,
    /// Mobile generations printed, such as `3g`, `lte`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cellular: Vec<String>,
}

/// This device and its peer must be in one network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SameNetworkRule {
    /// What the peer is: `rooms` for a controller, `rooms-controller` for a control PC.
    pub peer: String,
}

/// Virtual desktops are discouraged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRule {
    /// What the document says of a virtual desktop.
    pub virtual_desktop: VirtualDesktopStance,
}

/// What a document says of virtual desktops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VirtualDesktopStance {
    /// Operation is not guaranteed.
    NotGuaranteed,
    /// Use is not recommended.
    NotRecommended,
}

/// TCP or UDP.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// `TCP` or `UDP`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

/// Where the far end of a port stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The vendor's cloud.
    Cloud,
    /// The control PC on the room's LAN.
    Lan,
}

/// A port or a range of ports, both ends included; written `443` or `20000-64000`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct PortRange {
    first: u16,
    last: u16,
}

/// The text is not a port or range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a port range: write 1 to 65535, or two of them with '-' between, the smaller first"
)]
pub struct PortRangeError(pub String);

impl PortRange {
    /// The range from `first` to `last`, none when it is empty or holds port 0.
    pub fn new(first: u16, last: u16) -> Option<Self> {
        (first >= 1 && first <= last).then_some(Self { first, last })
    }
    /// A single port; none for port 0.
    pub fn single(port: u16) -> Option<Self> {
        Self::new(port, port)
    }
    /// First port.
    pub fn first(self) -> u16 {
        self.first
    }
    /// Last port.
    pub fn last(self) -> u16 {
        self.last
    }
    /// How many ports.
    pub fn len(self) -> u32 {
        u32::from(self.last) - u32::from(self.first) + 1
    }
    /// Never: a range holds at least one port.
    pub fn is_empty(self) -> bool {
        false
    }
    /// Whether the port is inside.
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
    /// Every port.
    pub fn ports(self) -> impl Iterator<Item = u16> {
        self.first..=self.last
    }
    /// The fewest ranges that hold exactly these ports.
    pub fn compress(ports: impl IntoIterator<Item = u16>) -> Vec<Self> {
        let mut sorted: Vec<u16> = ports.into_iter().filter(|p| *p > 0).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut out: Vec<Self> = Vec::new();
        for port in sorted {
            match out.last_mut() {
                Some(r) if r.last.checked_add(1) == Some(port) => r.last = port,
                _ => out.push(Self {
                    first: port,
                    last: port,
                }),
            }
        }
        out
    }
}
impl TryFrom<String> for PortRange {
    type Error = PortRangeError;
    fn try_from(text: String) -> Result<Self, PortRangeError> {
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        let number = |t: &str| {
            if t.bytes().all(|b| b.is_ascii_digit()) {
                t.parse::<u16>().ok()
            } else {
                None
            }
        };
        number(first)
            .zip(number(last))
            .and_then(|(a, b)| Self::new(a, b))
            .ok_or_else(|| PortRangeError(text.chars().take(80).collect()))
    }
}
impl From<PortRange> for String {
    fn from(r: PortRange) -> String {
        r.to_string()
    }
}
impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// Ports that must pass outbound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortRule {
    /// TCP or UDP.
    pub transport: Transport,
    /// The ports, as printed.
    pub ports: Vec<PortRange>,
    /// Where the far end stands.
    pub scope: Scope,
    /// When these ports are blocked and this TCP port passes, media falls back to it: degraded, judged `warn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_tcp: Option<u16>,
}

/// A bandwidth figure: a single number, or a printed range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Below this the need is missed.
    pub lower_kbps: Kbps,
    /// At this or above it is met; between the two it warns. Equal to `lower_kbps` where one number is printed.
    pub upper_kbps: Kbps,
}

/// Bandwidth of one scenario, as IP-layer rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BandwidthRule {
    /// The scenario.
    pub scenario: ScenarioId,
    /// Up; absent: none asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Need>,
    /// Down; absent: none asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Need>,
    /// The figures as printed where a ruling judges others (a misprint).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<PrintedNeed>,
}

/// Figures as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrintedNeed {
    /// Up, kbps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_kbps: Option<Kbps>,
    /// Down, kbps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_kbps: Option<Kbps>,
}

/// A limit on media quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityRule {
    /// What is limited.
    pub metric: QualityMetric,
    /// Direction it holds for; absent: both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Most loss, for `loss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_percent: Option<Percent>,
    /// Most delay or jitter, for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_ms: Option<Millis>,
}

/// What a quality rule limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QualityMetric {
    /// Packet loss.
    Loss,
    /// RFC 3550 interarrival jitter.
    Jitter,
    /// Round trip delay, median.
    RoundTrip,
    /// One-way delay; with unsynchronised clocks bounded by the round trip.
    OneWayDelay,
}

/// A printed statement that nothing on this PC can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementRule {
    /// What it is about.
    pub about: StatementAbout,
    /// Rows: what is said of each item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<StatementRow>,
}

/// Subjects of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatementAbout {
    /// Web client against app.
    ClientFeatures,
    /// Web client by browser.
    BrowserFeatures,
    /// Software that the reseller supports.
    SupportedSoftware,
    /// Software to install and where it is got.
    Download,
    /// A condition that a person must see to.
    Condition,
}

/// One row of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementRow {
    /// The item: a feature or software code, translated in l10n as `item-<code>`, else shown as it is.
    pub item: String,
    /// Column codes and what is said of them: `yes`, `no`, or a code such as `cloud-only`.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub says: std::collections::BTreeMap<String, String>,
}
