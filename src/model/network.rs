//! What the probes saw. Raw enough to be judged again; says nothing about verdicts.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::EvidenceId;
use super::fact::Fact;
use super::media::{QualityMoment, StreamDetail};
use super::public::SpeedReading;
use super::rule::{PortRange, Scope, Transport};
use super::units::{Bps, Millis, Percent};
use super::watch::WatchReading;

/// Everything that the probes saw in one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkEvidence {
    /// The reflectors that were given, and what came of them.
    pub reflectors: Vec<ReflectorReading>,
    /// Name resolution, TCP, TLS and HTTP against the vendor's names, one per target and address family.
    pub observations: Vec<Observation>,
    /// Ports tested against a reflector.
    pub ports: Vec<PortReading>,
    /// Bandwidth measurements.
    pub capacity: Vec<CapacityReading>,
    /// Both directions at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<TogetherReading>,
    /// Media quality measurements.
    pub quality: Vec<QualityReading>,
    /// What NATs on the way do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nat: Vec<NatReading>,
    /// What speed-test servers told that were asked by name. No verdict comes of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub speed: Vec<SpeedReading>,
    /// The line watched over time; absent when it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchReading>,
}

/// Address families, kept apart everywhere.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl From<IpAddr> for Family {
    fn from(a: IpAddr) -> Self {
        if a.is_ipv4() { Self::Ipv4 } else { Self::Ipv6 }
    }
}

/// Where a reflector stands, which decides what its answers prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReflectorRole {
    /// Inside this process: proves the agent, not the network.
    SelfTest,
    /// Outside the firewall, where the vendor's cloud would be.
    Outside,
    /// On the room's LAN (`reflect --lan`).
    Lan,
}

/// One reflector and what came of asking it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReflectorReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Host and port of its control address, without the access key.
    pub address: String,
    /// Where it stands; unknown when it could not be asked.
    pub role: Fact<ReflectorRole>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it could not be used; none means that it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The address that it saw us come from (our side of the NAT).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_from: Option<IpAddr>,
    /// It could be used, but this other one, which stands at the same place and was named before it, was used in its
    /// stead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_over_for: Option<EvidenceId>,
}

/// Stable codes for what stopped a probe, the same on every OS.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCode {
    /// The name does not exist.
    DnsNoSuchName,
    /// The name exists but has no address of this family.
    DnsNoAddress,
    /// The resolver could not be reached or did not answer.
    DnsUnreachable,
    /// The resolver answered with an error.
    DnsRefused,
    /// No answer within the time limit.
    TimedOut,
    /// Connection refused (TCP RST, ICMP port unreachable).
    Refused,
    /// The connection was reset after it stood.
    Reset,
    /// The connection was closed before the exchange was over.
    Closed,
    /// No route to the network.
    NetworkUnreachable,
    /// No route to the host.
    HostUnreachable,
    /// An ICMP administratively-prohibited answer or a local firewall.
    Prohibited,
    /// This machine has no address of this family.
    NoLocalAddress,
    /// TLS failed for another reason than its certificate.
    TlsFailed,
    /// A certificate that the system does not trust.
    CertificateUntrusted,
    /// A certificate that is not the pinned one: something on the path ended the TLS connection.
    CertificateNotPinned,
    /// The certificate is for another name.
    CertificateWrongName,
    /// The certificate is out of date, or this PC's clock is wrong.
    CertificateExpired,
    /// The proxy asked for a login.
    ProxyAuthenticationRequired,
    /// The proxy refused or broke the connection.
    ProxyFailed,
    /// The answer was not what the protocol says.
    BadReply,
    /// The echo did not carry our keyed nonce: somebody else answered.
    NotOurReflector,
    /// The reflector refused our access key.
    AccessDenied,
    /// The reflector is too busy, or its limits are reached.
    Busy,
    /// The reflector cannot hold this port (in use there, or no right to bind).
    PortNotHeld,
    /// This machine could not open a socket for it.
    LocalSocket,
    /// The time for the whole run was over.
    Cancelled,
    /// Anything else; the detail says more.
    Other,
}

/// A failure code and what the system said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Stable code.
    pub code: FailureCode,
    /// Untranslated detail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Failure {
    /// A failure without detail.
    pub fn new(code: FailureCode) -> Self {
        Self { code, detail: None }
    }
    /// A failure with what the system said.
    pub fn because(code: FailureCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: Some(detail.into()),
        }
    }
}

/// Kinds of probes against the vendor's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    /// Name resolution.
    Dns,
    /// TCP connect.
    Tcp,
    /// TCP, then TLS with certificate check.
    Tls,
    /// TCP, then an HTTP request.
    Http,
}

/// How well an open port is proved, best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Our reflector returned our keyed nonce.
    AuthenticatedEcho,
    /// TLS or HTTP from the vendor.
    ServiceReply,
    /// A SYN-ACK only: a proxy or firewall may have answered.
    HandshakeOnly,
    /// A RST or ICMP error came back.
    Reject,
    /// Nothing came back.
    Silence,
}

/// One step of an observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `resolve`, `connect`, `proxy`, `tls`, `request`.
    pub name: String,
    /// How long it took.
    pub took: Millis,
    /// Why it failed; none means that it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// One probe of one vendor target over one address family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Evidence id.
    pub id: EvidenceId,
    /// What was done.
    pub probe: ProbeKind,
    /// The vendor's host name.
    pub host: String,
    /// The port; 0 for name resolution.
    pub port: u16,
    /// The address family.
    pub family: Family,
    /// The address that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Through which proxy, if any (scheme, host and port; no credentials).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The grade of the answer; `silence` or `reject` when it failed.
    pub grade: Grade,
    /// The failure that ended it; none means that it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Issuer of the certificate that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// True when the certificate is trusted by this PC but not by the public roots: TLS is being inspected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub intercepted: bool,
}

/// How the ports of a range were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RangeMethod {
    /// Every port.
    Every,
    /// A stratified random sample.
    Sample,
    /// A regular grid with bisection of edges.
    Grid,
}

/// Directions, seen from this PC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From this PC to the far end (上り).
    Up,
    /// From the far end to this PC (下り).
    Down,
}

/// Ports of one transport over one address family, tested against one reflector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// The reflector's role, which decides what this proves.
    pub role: ReflectorRole,
    /// Which requirement scope was tested.
    pub scope: Scope,
    /// TCP or UDP.
    pub transport: Transport,
    /// Address family.
    pub family: Family,
    /// What was asked for.
    pub asked: Vec<PortRange>,
    /// How the ports to try were chosen.
    pub method: RangeMethod,
    /// How many ports were tried.
    pub tried: u32,
    /// What came of them; ports with the same outcome are one entry. Every tried port is in exactly one.
    pub outcomes: Vec<PortOutcome>,
    /// What the random ports of a sample say of the whole range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<RangeSample>,
}

/// How addresses are translated on the way, in the terms of RFC 4787 section 4.1.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum NatMapping {
    /// The reflector sees this PC's own address.
    Untranslated,
    /// One mapping for every destination.
    EndpointIndependent,
    /// A mapping for each destination address.
    AddressDependent,
    /// A mapping for each destination address and port.
    PortDependent,
    /// The same mapping for two ports of one address; whether it is the same for another address is not known.
    NotPortDependent,
}

/// What a NAT on the way does to UDP, as far as one reflector proves it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NatReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// The reflector's role.
    pub role: ReflectorRole,
    /// Address family.
    pub family: Family,
    /// Its mapping.
    pub mapping: Fact<NatMapping>,
    /// The far end sees the port that this PC uses.
    pub port_kept: Fact<bool>,
    /// Silent gaps that were tried, shortest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<IdleReading>,
}

/// A flow that was used, then silent, then spoken to by the far end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdleReading {
    /// How long it was silent.
    pub gap: Millis,
    /// What the far end sent after it arrived.
    pub kept: Fact<bool>,
}

/// A random sample of a range of ports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeSample {
    /// Ports of the sample that were tried. Ports tried to find edges are not among them.
    pub tried: u32,
    /// Those that did not answer.
    pub not_open: u32,
    /// Ports of the range.
    pub of: u32,
    /// 95 % Clopper-Pearson interval of the share of the range that does not answer; one-sided when all answered.
    pub interval: [Percent; 2],
}

/// One outcome and the ports that share it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortOutcome {
    /// The ports.
    pub ports: Vec<PortRange>,
    /// What came of each of them.
    pub state: PortState,
}

/// What came of testing a port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PortState {
    /// The reflector's own answer came back.
    Open {
        /// `authenticated-echo` here.
        grade: Grade,
    },
    /// TCP connected but the reflector's proof did not come: somebody else answered, or the data was cut off. Or it was
    /// rejected, and the reflector could not be reached over this address family at all.
    Unproved {
        /// What went wrong after the handshake.
        failure: Failure,
    },
    /// A RST or ICMP error came back although the reflector held the port, and answered on another over the same address
    /// family or was said to be prohibited.
    Rejected {
        /// Which.
        failure: Failure,
    },
    /// Nothing came back.
    Silent {
        /// How often it was tried.
        tries: u32,
        /// The reflector held the port, and answered on another port over the same address family in the same seconds.
        /// That is a port of the same transport unless none of it answers.
        control: bool,
        /// Where it died, from the reflector's log: `up` when nothing arrived there, `down` when its answers were lost.
        died: Fact<Direction>,
    },
    /// It could not be tested.
    NotTested {
        /// Why, such as `port-not-held`.
        failure: Failure,
    },
}

/// A paced bandwidth measurement in one direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// The reflector's role.
    pub role: ReflectorRole,
    /// Direction.
    pub direction: Direction,
    /// Address family.
    pub family: Family,
    /// The line carries at least this; absent when nothing was proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Bps>,
    /// The line carries at most this; absent when no limit was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Bps>,
    /// The trains that were sent.
    pub trains: Vec<TrainReading>,
    /// The PC or reflector could not keep the pace: the line was not the limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sender_limited: bool,
    /// Why it ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// Both directions loaded at the same time, as a call does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TogetherReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// The reflector's role.
    pub role: ReflectorRole,
    /// Address family.
    pub family: Family,
    /// From the PC.
    pub up: TogetherSide,
    /// To the PC.
    pub down: TogetherSide,
    /// The PC or reflector could not keep the pace: the line was not the limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sender_limited: bool,
    /// Why it ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl TogetherReading {
    /// One direction's side.
    pub fn side(&self, direction: Direction) -> &TogetherSide {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }
}

/// One direction while the other was loaded too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TogetherSide {
    /// The rate that was to be carried, at the IP layer.
    pub need: Bps,
    /// The line carried at least this beside the other direction; absent when nothing was proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Bps>,
    /// The line carried at most this beside the other direction; absent when no limit was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Bps>,
    /// The train's stretches.
    pub trains: Vec<TrainReading>,
}

/// One paced packet train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainReading {
    /// Rate asked for, at the IP layer.
    pub asked: Bps,
    /// Rate that really left.
    pub sent: Bps,
    /// Rate that arrived, over the time the packets took to arrive.
    pub received: Bps,
    /// Packets sent.
    pub packets_sent: u64,
    /// Packets received.
    pub packets_received: u64,
    /// Length of the train.
    pub duration: Millis,
    /// Growth of one-way delay over the train, milliseconds per second; absent with too few packets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_slope: Option<f64>,
    /// How late packets left against their pace, at the 99th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_p99: Option<Millis>,
}

/// A media-like stream and what became of it in one direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// The reflector's role.
    pub role: ReflectorRole,
    /// Direction of the loss and jitter figures.
    pub direction: Direction,
    /// Address family.
    pub family: Family,
    /// UDP port used at the reflector.
    pub port: u16,
    /// Packets sent.
    pub packets_sent: u64,
    /// Packets received.
    pub packets_received: u64,
    /// Share lost.
    pub loss: Percent,
    /// 95 % Clopper-Pearson interval of the loss.
    pub loss_interval: [Percent; 2],
    /// Longest run of lost packets.
    pub longest_burst: u64,
    /// RFC 3550 section 6.4.1 interarrival jitter at the end of the stream.
    pub jitter: Millis,
    /// Round trip delay, median; absent when no packet came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_p50: Option<Millis>,
    /// Round trip delay, 95th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_p95: Option<Millis>,
    /// Round trip delay, 99th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_p99: Option<Millis>,
    /// Length of the stream.
    pub duration: Millis,
    /// What it carried, beside which load, and its further figures.
    #[serde(default)]
    pub detail: StreamDetail,
    /// The stream in steps of about 250 ms, at most 480; empty where it was not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<QualityMoment>,
}
