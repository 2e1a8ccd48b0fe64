//! One run judged against two editions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::{Subject, Tool};
use super::ids::{ProductId, RequirementId, ScenarioId, VariantId};
use super::report::{CheckResult, ManifestRef, ScenarioResult};
use super::verdict::Verdict;

/// Schema name of such comparisons.
pub const DRIFT_SCHEMA: &str = "meetready/drift/1";

/// How the same run fares under two editions. What differs is a difference of two documents: the PC and the network
/// were read once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// `meetready/drift/1`.
    pub schema: String,
    /// The program that judged.
    pub tool: Tool,
    /// The device judged.
    pub subject: Subject,
    /// The day and time of the readings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub collected_at: Option<jiff::Timestamp>,
    /// The edition named first.
    pub old: DriftSide,
    /// The edition named last.
    pub new: DriftSide,
    /// The two documents come from different publishers.
    pub publishers_differ: bool,
    /// Each product and variant asked for.
    pub products: Vec<ProductDrift>,
}

/// One of the two editions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftSide {
    /// The requirements judged against.
    pub manifest: ManifestRef,
    /// The verdict of all products together.
    pub verdict: Verdict,
}

/// One product under both editions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductDrift {
    /// Product.
    pub product: ProductId,
    /// Its proper name.
    pub name: String,
    /// Variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Its verdict under the first edition; absent where that does not speak of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Verdict>,
    /// Its verdict under the last edition; absent where that does not speak of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Verdict>,
    /// Requirements whose outcome differs, or that only one edition has.
    pub changes: Vec<RequirementDrift>,
    /// Number of requirements with the same verdict under both.
    pub unchanged: usize,
    /// Scenarios whose outcome differs, or that only one edition has.
    pub scenarios: Vec<ScenarioDrift>,
}

/// How an outcome changed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Passed then (or passed with a warning), fails now.
    NowFails,
    /// Failed then, passes now (or with a warning).
    NowPasses,
    /// Another verdict, neither of the above.
    Other,
    /// Only the first edition asks for it.
    OldOnly,
    /// Only the last edition asks for it.
    NewOnly,
}

impl Change {
    /// Every change, in the order to show them.
    pub const ALL: [Self; 5] = [
        Self::NowFails,
        Self::NowPasses,
        Self::Other,
        Self::NewOnly,
        Self::OldOnly,
    ];

    /// The change between two verdicts; none where they are the same.
    pub fn between(old: Option<Verdict>, new: Option<Verdict>) -> Option<Self> {
        let good = |v: Verdict| matches!(v, Verdict::Pass | Verdict::Warn);
        match (old, new) {
            (None, None) => None,
            (Some(_), None) => Some(Self::OldOnly),
            (None, Some(_)) => Some(Self::NewOnly),
            (Some(a), Some(b)) if a == b => None,
            (Some(a), Some(Verdict::Fail)) if good(a) => Some(Self::NowFails),
            (Some(Verdict::Fail), Some(b)) if good(b) => Some(Self::NowPasses),
            (Some(_), Some(_)) => Some(Self::Other),
        }
    }
}

/// One requirement under both editions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementDrift {
    /// Requirement.
    pub requirement: RequirementId,
    /// How its outcome changed.
    pub change: Change,
    /// The result under the first edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<CheckResult>,
    /// The result under the last edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<CheckResult>,
}

/// One scenario under both editions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioDrift {
    /// Scenario.
    pub id: ScenarioId,
    /// How its outcome changed.
    pub change: Change,
    /// The row under the first edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<ScenarioResult>,
    /// The row under the last edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<ScenarioResult>,
}
