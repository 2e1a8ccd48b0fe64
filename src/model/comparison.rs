//! What differs between two reports of the same place or device: before and after.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::evidence::{Redaction, Tool};
use super::ids::{EditionId, ProductId, RequirementId, ScenarioId, VariantId};
use super::network::{Direction, Family, ProbeKind, ReflectorRole};
use super::quantity::Value;
use super::reason::Reason;
use super::report::LimitedBy;
use super::rule::{PortRange, Transport};
use super::verdict::Verdict;

/// Schema name of comparisons written by this version.
pub const COMPARISON_SCHEMA: &str = "meetready/comparison/1";

/// Two reports compared. Holds what differs, and how many things do not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// `meetready/comparison/1`.
    pub schema: String,
    /// The earlier report.
    pub before: Side,
    /// The later report.
    pub after: Side,
    /// What a reader must know before taking a difference for a change of the PC or network.
    pub remarks: Vec<Remark>,
    /// How the verdicts together went.
    pub trend: Trend,
    /// Verdicts of products and variants, changed or not.
    pub products: Vec<ProductChange>,
    /// Requirements whose verdict or reason differs.
    pub requirements: Vec<ResultChange>,
    /// Scenarios whose verdict differs.
    pub scenarios: Vec<ScenarioChange>,
    /// Facts of the PC that differ.
    pub facts: Vec<FactChange>,
    /// Network readings that differ.
    pub network: Vec<NetworkChange>,
    /// How many requirements, scenarios, facts and network readings are the same in both.
    pub unchanged: Unchanged,
}

/// Counts of what is the same in both reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unchanged {
    /// Requirements.
    pub requirements: usize,
    /// Scenarios.
    pub scenarios: usize,
    /// Facts.
    pub facts: usize,
    /// Network readings.
    pub network: usize,
}

/// Which report a side is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The program that judged.
    pub tool: Tool,
    /// Host name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Which masking was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Redaction>,
    /// When gathering began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub collected_at: Option<jiff::Timestamp>,
    /// Edition.
    pub edition: EditionId,
    /// SHA-256 over the edition's files.
    pub sha256: String,
    /// Verdict of all products together.
    pub verdict: Verdict,
}

/// Why a difference may be none of the PC or the network.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// The reports are of different hosts.
    OtherHost,
    /// A host name is missing or masked, so that it is not known whether both are of one host.
    HostUnknown,
    /// The reports were made by different versions of the program.
    OtherTool,
    /// The reports were judged against different editions, or different files of one.
    OtherEdition,
    /// Different products or variants were judged.
    OtherProducts,
    /// The needs were multiplied by different numbers of participants.
    OtherParticipants,
    /// The network was measured against different reflectors.
    OtherReflector,
    /// One of them did not test the network.
    NetworkOnce,
    /// A reflector was the program itself: its readings are left out.
    SelfReflector,
    /// The report given as the later one is the earlier one.
    Reversed,
    /// A report has no time, so that it is not known which is the earlier one.
    TimeUnknown,
}

impl Remark {
    /// Every remark.
    pub const ALL: [Self; 11] = [
        Self::OtherHost,
        Self::HostUnknown,
        Self::OtherTool,
        Self::OtherEdition,
        Self::OtherProducts,
        Self::OtherParticipants,
        Self::OtherReflector,
        Self::NetworkOnce,
        Self::SelfReflector,
        Self::Reversed,
        Self::TimeUnknown,
    ];
}

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trend {
    /// Proved to be better.
    Better,
    /// Proved to be worse.
    Worse,
    /// The same in both.
    Same,
    /// The figures differ, and no change is proved: the intervals overlap, or one side was not proved.
    Unproved,
    /// Changed, neither for the better nor for the worse.
    Changed,
}

impl Trend {
    /// Every trend.
    pub const ALL: [Self; 5] = [
        Self::Better,
        Self::Worse,
        Self::Same,
        Self::Unproved,
        Self::Changed,
    ];
}

/// A product's verdict, before and after. A side that did not judge it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductChange {
    /// Product.
    pub product: ProductId,
    /// Its proper name.
    pub name: String,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Verdict before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Verdict>,
    /// Verdict after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Verdict>,
    /// Which way it went.
    pub trend: Trend,
}

/// A verdict and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// A requirement, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultChange {
    /// Requirement.
    pub requirement: RequirementId,
    /// Rule kind.
    pub kind: String,
    /// Product.
    pub product: ProductId,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Before; absent where it was not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Outcome>,
    /// After; absent where it was not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Outcome>,
    /// Which way it went.
    pub trend: Trend,
}

/// A scenario's verdict and what limits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioOutcome {
    /// Verdict.
    pub verdict: Verdict,
    /// What limits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<LimitedBy>,
}

/// A scenario, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioChange {
    /// Scenario.
    pub id: ScenarioId,
    /// Product.
    pub product: ProductId,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ScenarioOutcome>,
    /// After.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ScenarioOutcome>,
    /// Which way it went.
    pub trend: Trend,
}

/// A fact of the PC, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactChange {
    /// Its path within the inventory, such as `memory.installed`.
    pub path: String,
    /// The fact before, as in the report.
    pub before: Json,
    /// The fact after.
    pub after: Json,
    /// Which way it went.
    pub trend: Trend,
}

/// What a network reading is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum NetworkSubject {
    /// Bandwidth in one direction.
    Bandwidth {
        /// Direction.
        direction: Direction,
        /// Address family.
        family: Family,
        /// Where the reflector stands.
        role: ReflectorRole,
    },
    /// Loss in one direction.
    Loss {
        /// Direction.
        direction: Direction,
        /// Address family.
        family: Family,
        /// Where the reflector stands.
        role: ReflectorRole,
    },
    /// Jitter in one direction.
    Jitter {
        /// Direction.
        direction: Direction,
        /// Address family.
        family: Family,
        /// Where the reflector stands.
        role: ReflectorRole,
    },
    /// Round trip delay.
    RoundTrip {
        /// Direction of the stream.
        direction: Direction,
        /// Address family.
        family: Family,
        /// Where the reflector stands.
        role: ReflectorRole,
    },
    /// Ports that went the same way.
    Ports {
        /// TCP or UDP.
        transport: Transport,
        /// Which.
        ports: Vec<PortRange>,
        /// Address family.
        family: Family,
        /// Where the reflector stands.
        role: ReflectorRole,
    },
    /// A name of the service.
    Name {
        /// What was done.
        probe: ProbeKind,
        /// Host.
        host: String,
        /// Port; 0 for name resolution.
        port: u16,
        /// Address family.
        family: Family,
    },
}

/// What a network reading said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum NetworkValue {
    /// An amount.
    Amount(Value),
    /// A state of ports or a name.
    State(NetworkState),
}

/// States of ports and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkState {
    /// Proved open; the name answered.
    Open,
    /// Proved blocked; the name did not answer.
    Blocked,
    /// Neither is proved.
    Unproved,
    /// Answered, with TLS opened on the way.
    Inspected,
}

impl NetworkState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::Blocked, Self::Unproved, Self::Inspected];
}

/// A network reading, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkChange {
    /// What it is of.
    pub of: NetworkSubject,
    /// Before.
    pub before: NetworkValue,
    /// After.
    pub after: NetworkValue,
    /// Which way it went.
    pub trend: Trend,
}
