//! The judged report: codes and numbers only; words appear when it is rendered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, Subject, Tool};
use super::ids::{EditionId, ProductId, RequirementId, ScenarioId, VariantId};
use super::ports::PortFindings;
use super::quantity::{Bound, Quantity};
use super::reason::{NextStep, Owner, Reason};
use super::requirement::{AddressList, Level, Source};
use super::rule::Need;
use super::selection::Target;
use super::units::Bps;
use super::verdict::Verdict;

/// Schema name of reports written by this version.
pub const REPORT_SCHEMA: &str = "meetready/report/1";

/// A judged run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// `meetready/report/1`.
    pub schema: String,
    /// The program that judged.
    pub tool: Tool,
    /// The device judged.
    pub subject: Subject,
    /// The requirements judged against.
    pub manifest: ManifestRef,
    /// The verdict of all products together.
    pub verdict: Verdict,
    /// One verdict per product and variant asked for.
    pub products: Vec<ProductVerdict>,
    /// One result per requirement that speaks of a chosen product and variant.
    pub results: Vec<CheckResult>,
    /// One row per scenario.
    pub scenarios: Vec<ScenarioResult>,
    /// Where and by whom it was installed; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_off: Option<SignOff>,
    /// What all this is judged from.
    pub evidence: Evidence,
}

/// What an installer puts on a report that is signed: free texts, as given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignOff {
    /// Site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// Who installed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installer: Option<String>,
}

/// The requirements that a report was judged against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestRef {
    /// Edition.
    pub edition: EditionId,
    /// Document title and version.
    pub document: String,
    /// Who published it.
    pub publisher: String,
    /// Products and variants judged.
    pub products: Vec<Target>,
    /// SHA-256 over the edition's files.
    pub sha256: String,
    /// Participants the bandwidth needs were multiplied by.
    pub participants: u32,
    /// The vendor's names that firewall rules are to allow, such as `*.zoom.us`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<Destination>,
    /// Where the vendor publishes its addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_lists: Vec<AddressList>,
}

/// A name that firewall rules are to allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Host name, or a wildcard.
    pub host: String,
    /// Where this is from.
    pub source: Source,
}

/// The verdict of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductVerdict {
    /// Product.
    pub product: ProductId,
    /// Its proper name.
    pub name: String,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Worst verdict of its required and recommended results.
    pub verdict: Verdict,
}

/// The result of one requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckResult {
    /// Requirement.
    pub requirement: RequirementId,
    /// Rule kind, such as `cpu`.
    pub kind: String,
    /// Product.
    pub product: ProductId,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// How binding it is.
    pub level: Level,
    /// Verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What was found.
    pub measured: Vec<Quantity>,
    /// What is asked.
    pub required: Vec<Bound>,
    /// Where it was read or seen: evidence ids, and paths such as `inventory.cpu.brand`.
    pub evidence: Vec<String>,
    /// Who must act; absent when nobody needs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What to do next; absent when nothing needs doing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// Rulings and printed notes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Where the requirement stands.
    pub source: Source,
    /// What each of its ports came to, for a port requirement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<PortFindings>,
}

/// What keeps a scenario from being ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitedBy {
    /// Bandwidth up.
    Up,
    /// Bandwidth down.
    Down,
    /// Bandwidth in both directions.
    UpAndDown,
    /// A required port is blocked.
    Ports,
    /// UDP is blocked and media falls back to TCP.
    TcpFallback,
    /// Loss, jitter or delay.
    Quality,
    /// The device: OS, processor, memory ….
    Device,
    /// Nothing was measured that could tell.
    NotMeasured,
}

/// One scenario of one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioResult {
    /// Scenario.
    pub id: ScenarioId,
    /// Product.
    pub product: ProductId,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Verdict.
    pub verdict: Verdict,
    /// What limits it; absent when it is ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<LimitedBy>,
    /// Need up, times participants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Need>,
    /// Need down, times participants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Need>,
    /// Proved rate up (a lower bound); absent when not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_bps: Option<Bps>,
    /// Proved rate down (a lower bound); absent when not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_bps: Option<Bps>,
}
