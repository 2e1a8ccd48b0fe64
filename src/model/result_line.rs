//! One result by itself, as a line of JSON Lines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{EditionId, ProductId, RequirementId, VariantId};
use super::quantity::{Bound, Quantity};
use super::reason::{NextStep, Owner, Reason};
use super::requirement::{Level, Source};
use super::verdict::Verdict;

/// Schema name of such lines.
pub const RESULT_SCHEMA: &str = "meetready/result/1";

/// One result, with what tells whose and when it is: a line stands by itself in a log of many PCs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultLine {
    /// `meetready/result/1`.
    pub schema: String,
    /// When the readings were taken; null where the evidence has no time.
    #[schemars(with = "Option<String>")]
    pub collected_at: Option<jiff::Timestamp>,
    /// The device, masked where the report is; null where it is not known.
    pub host: Option<String>,
    /// The edition judged against.
    pub edition: EditionId,
    /// The verdict of the whole report, the same in every line of it.
    pub report_verdict: Verdict,
    /// Product, or company's own policy.
    pub product: ProductId,
    /// Variant; null where the product has none.
    pub variant: Option<VariantId>,
    /// Whether this is a company's own policy and no requirement of the vendor.
    pub policy: bool,
    /// Requirement.
    pub requirement: RequirementId,
    /// Rule kind, such as `cpu`.
    pub kind: String,
    /// How binding it is.
    pub level: Level,
    /// Verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// Who must act; null when nobody needs to.
    pub owner: Option<Owner>,
    /// What to do next; null when nothing needs doing.
    pub next_step: Option<NextStep>,
    /// What was found.
    pub measured: Vec<Quantity>,
    /// What is asked.
    pub required: Vec<Bound>,
    /// Where the requirement stands.
    pub source: Source,
}
