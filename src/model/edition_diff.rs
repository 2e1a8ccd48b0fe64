//! What differs between two requirement editions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{EditionId, ProductId, RequirementId, ScenarioId, VariantId};
use super::requirement::Requirement;
use super::rule::{Need, PortRange, Scope, Transport};

/// Schema name of edition comparisons written by this version.
pub const EDITION_DIFF_SCHEMA: &str = "meetready/edition-diff/1";

/// Two editions compared, product by product. A difference is one of documents: it does not tell that the vendor
/// changed anything, the less so where the publishers differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionDiff {
    /// `meetready/edition-diff/1`.
    pub schema: String,
    /// The old edition.
    pub old: EditionRef,
    /// The new edition.
    pub new: EditionRef,
    /// The two come from two publishers.
    pub publishers_differ: bool,
    /// Products of either edition, by id.
    pub products: Vec<ProductDiff>,
}

/// Which document an edition is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionRef {
    /// Edition.
    pub edition: EditionId,
    /// Document title.
    pub document: String,
    /// Document version.
    pub version: String,
    /// Publisher.
    pub publisher: String,
    /// The date its facts hold for.
    pub as_of: String,
    /// SHA-256 over its files.
    pub sha256: String,
}

/// One product compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductDiff {
    /// Product.
    pub product: ProductId,
    /// Its proper name.
    pub name: String,
    /// Which of the editions have it.
    pub presence: Presence,
    /// Variants that only the new edition has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants_added: Vec<VariantId>,
    /// Variants that only the old edition has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants_removed: Vec<VariantId>,
    /// Ports that are asked for anew or no longer; informative ones left out. What a firewall's owner acts on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortsChange>,
    /// Scenarios whose need differs, or that one edition alone has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bandwidth: Vec<BandwidthChange>,
    /// Requirements of the new edition alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Requirement>,
    /// Requirements of the old edition alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Requirement>,
    /// Requirements of both that differ in more than their source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<RequirementChange>,
    /// How many requirements are the same in both.
    pub unchanged: usize,
}

/// Which of two editions have a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Both.
    Both,
    /// The old one alone.
    OldOnly,
    /// The new one alone.
    NewOnly,
}

/// One requirement that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementChange {
    /// Its id in the new edition.
    pub id: RequirementId,
    /// Which parts differ.
    pub parts: Vec<ChangedPart>,
    /// As it was.
    pub old: Requirement,
    /// As it is.
    pub new: Requirement,
}

/// Parts of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangedPart {
    /// Its id: the same requirement under another name.
    Id,
    /// What is asked.
    Rule,
    /// How binding it is.
    Level,
    /// The verdict when it is missed or unlisted.
    Severity,
    /// Where it holds.
    Applies,
    /// Rulings and printed notes.
    Notes,
}

/// Ports of one kind and place that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortsChange {
    /// TCP or UDP.
    pub transport: Transport,
    /// Where the far end stands.
    pub scope: Scope,
    /// Asked for by the new edition alone: to open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<PortRange>,
    /// Asked for by the old edition alone: no longer asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<PortRange>,
}

/// The need of one scenario, old and new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BandwidthChange {
    /// Scenario.
    pub scenario: ScenarioId,
    /// Which of the editions have it.
    pub presence: Presence,
    /// Up, old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_up: Option<Need>,
    /// Up, new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_up: Option<Need>,
    /// Down, old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_down: Option<Need>,
    /// Down, new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_down: Option<Need>,
    /// By how many kbps the need up rose (fell, when negative), at the upper end of printed ranges.
    pub up_by_kbps: i64,
    /// By how many kbps the need down rose (fell, when negative), at the upper end of printed ranges.
    pub down_by_kbps: i64,
}
