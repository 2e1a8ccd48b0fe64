//! Measured and required amounts: numbers and codes that a renderer turns into words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::{Bus, LinkKind};
use super::rule::{CpuSegment, PortRange, Transport, VirtualDesktopStance};
use super::units::{Bps, Mbps, Mebibytes, Megahertz, Millis, Percent};

/// What an amount is of; translated in l10n as `what-<code>`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Operating system, with its version.
    Os,
    /// Processor model.
    CpuModel,
    /// Processor family (tier).
    CpuTier,
    /// Processor generation or series.
    CpuGeneration,
    /// Desktop, mobile ….
    CpuSegment,
    /// Physical cores.
    Cores,
    /// Performance cores.
    PerformanceCores,
    /// Efficiency cores.
    EfficiencyCores,
    /// Base clock.
    BaseClock,
    /// Maximum clock.
    MaxClock,
    /// Word width of the processor.
    Bits,
    /// Installed memory.
    MemoryInstalled,
    /// Usable memory.
    MemoryUsable,
    /// Devices found.
    Devices,
    /// Kinds of attachment.
    DeviceBus,
    /// Number of displays.
    Displays,
    /// Display diagonal.
    Diagonal,
    /// Touch screen.
    Touch,
    /// Touch driver.
    TouchDriver,
    /// Browser and version.
    Browser,
    /// App and version.
    App,
    /// Kind of link.
    Link,
    /// Wi-Fi standard or mobile generation.
    LinkTechnology,
    /// Link speed.
    LinkSpeed,
    /// Networks.
    Network,
    /// Virtual desktop.
    VirtualDesktop,
    /// Ports asked for.
    Ports,
    /// Ports proved open.
    PortsOpen,
    /// Ports proved blocked.
    PortsBlocked,
    /// Ports neither proved open nor blocked.
    PortsUnproved,
    /// Number of ports that lie between blocked ones and were not tried.
    PortsBetween,
    /// Number of ports tried.
    PortsTried,
    /// Bandwidth up.
    Up,
    /// Bandwidth down.
    Down,
    /// Packet loss up.
    LossUp,
    /// Packet loss down.
    LossDown,
    /// Jitter up.
    JitterUp,
    /// Jitter down.
    JitterDown,
    /// Round trip delay.
    RoundTrip,
    /// One-way delay.
    OneWayDelay,
    /// Windows of a watched line in which the limit was breached.
    WindowsBreached,
}

/// One measured amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// What it is of.
    pub what: What,
    /// How much.
    pub value: Value,
}

/// A typed amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A name from outside: device, OS, CPU. Never translated.
    Text(String),
    /// Several names from outside.
    Names(Vec<String>),
    /// A count.
    Count(u64),
    /// Yes or no.
    Flag(bool),
    /// Memory.
    Memory(Mebibytes),
    /// Clock.
    Clock(Megahertz),
    /// Rate.
    Rate(Bps),
    /// A rate known only from below and above; a missing end is not known.
    RateBetween {
        /// At least this.
        at_least: Option<Bps>,
        /// At most this.
        at_most: Option<Bps>,
    },
    /// Link speed.
    Speed(Mbps),
    /// Time.
    Time(Millis),
    /// Windows of a watched line.
    Windows {
        /// Proved beyond the limit.
        breached: u64,
        /// Windows that told.
        of: u64,
        /// When the worst of those began.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        worst: Option<jiff::Timestamp>,
    },
    /// Share.
    Share(Percent),
    /// Share with its 95 % interval.
    ShareBetween {
        /// The share seen.
        value: Percent,
        /// Lower end.
        lower: Percent,
        /// Upper end.
        upper: Percent,
    },
    /// Ports.
    Ports {
        /// TCP or UDP.
        transport: Transport,
        /// Which.
        ports: Vec<PortRange>,
    },
    /// Kinds of attachment.
    Buses(Vec<Bus>),
    /// Kinds of links.
    Links(Vec<LinkKind>),
    /// A processor segment.
    Segment(CpuSegment),
    /// Length in tenths of an inch.
    InchTenths(u32),
    /// Stance on virtual desktops.
    Stance(VirtualDesktopStance),
}

/// What was asked of an amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// What it is of.
    pub what: What,
    /// How it is bound.
    pub limit: Limit,
}

/// Kinds of bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// At least.
    AtLeast(Value),
    /// At most.
    AtMost(Value),
    /// Exactly, or one of several.
    Is(Value),
    /// A printed range: pass at the upper end, warn in between.
    Between {
        /// Lower end.
        lower: Value,
        /// Upper end.
        upper: Value,
    },
}
