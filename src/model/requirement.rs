//! Requirement editions: what a published document asks for, product by product.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{EditionId, ProductId, RequirementId, VariantId};
use super::inventory::OsFamily;
use super::report::PolicyRef;
use super::rule::Rule;
use super::verdict::Verdict;
use super::version::Version;

/// `requirements/<vendor>/<edition>/edition.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionInfo {
    /// JSON Schema for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Edition id; the same as its folder.
    pub edition: EditionId,
    /// Vendor id; the same as its folder.
    pub vendor: String,
    /// Document title.
    pub document: String,
    /// Document version, such as `4.0`.
    pub version: String,
    /// Who published it.
    pub publisher: String,
    /// The date its facts hold for, `YYYY-MM-DD` or `YYYY-MM`.
    pub as_of: String,
    /// Numbered notes and general conditions of the document, as codes translated in l10n as `note-<code>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// `requirements/<vendor>/<edition>/<product>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductManifest {
    /// JSON Schema for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Product id; the same as its file name.
    pub product: ProductId,
    /// Proper name to show, such as `Zoom Meetings`.
    pub name: String,
    /// Variants; empty: the product has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// The requirements, in the order to show them.
    pub requirements: Vec<Requirement>,
}

/// A variant of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Id, as in `rooms:2-screens`. Shown by l10n as `variant-<id>`, else as it is.
    pub id: VariantId,
    /// Taken when none is asked for; at most one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// The device kinds that this variant is (`ipados` for an iPad controller). Facts of another kind of device
    /// do not speak of it: its device requirements are then inconclusive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<OsFamily>,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Id, unique in its edition.
    pub id: RequirementId,
    /// Where it holds; absent: everywhere.
    #[serde(default, skip_serializing_if = "Applies::is_everywhere")]
    pub applies: Applies,
    /// How binding it is.
    pub level: Level,
    /// What is asked.
    pub rule: Rule,
    /// Verdict when it is proved not to be met.
    pub on_fail: Severity,
    /// Verdict when the document does not list what was found; absent: as `on_fail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_unlisted: Option<Severity>,
    /// Where it stands in the document.
    pub source: Source,
    /// Rulings used and printed notes, as codes translated in l10n as `note-<code>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Where a requirement holds. Empty lists mean everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Applies {
    /// Only on these platforms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<OsFamily>,
    /// Only for these variants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantId>,
}

impl Applies {
    /// No condition is set.
    pub fn is_everywhere(&self) -> bool {
        self.platforms.is_empty() && self.variants.is_empty()
    }
}

/// How binding a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Must be met.
    Required,
    /// Should be met.
    Recommended,
    /// Shown, and never part of a product's verdict.
    Informative,
}

/// Verdicts that a manifest may set for a requirement that is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Fail.
    Fail,
    /// Warn.
    Warn,
}

impl From<Severity> for Verdict {
    fn from(s: Severity) -> Self {
        match s {
            Severity::Fail => Self::Fail,
            Severity::Warn => Self::Warn,
        }
    }
}

/// Where a requirement comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Document title, or page id such as `KB0065712`.
    pub document: String,
    /// Version of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Section and table row, in the document's own words where it is a heading.
    pub section: String,
    /// Date the fact holds for, `YYYY-MM-DD` or `YYYY-MM`; absent where the source has no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// How far a source can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The edition's own document; for a baseline or dated data, the standard or data set that `document` names.
    Document,
    /// A page of the vendor.
    VendorPage,
    /// Commonly quoted, not seen in a page of the vendor.
    Unverified,
}

/// `requirements/baseline/*.json`: requirements that hold beside every edition, for every product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// JSON Schema for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The requirements, in the order to show them.
    pub requirements: Vec<Requirement>,
}

/// A company's own requirements, given with `--policy`. They stand beside the vendor's and are judged by themselves:
/// nothing in them changes what is said of an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// JSON Schema for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Id, such as `example-corp`; none that a product has.
    pub policy: ProductId,
    /// Name to show, such as `PC standard 2026`.
    pub name: String,
    /// Who set it: the company or department.
    pub publisher: String,
    /// The date it holds from, `YYYY-MM-DD` or `YYYY-MM`.
    pub as_of: String,
    /// The requirements, in the order to show them.
    pub requirements: Vec<Requirement>,
}

/// A loaded and validated edition with all its products, and the dated data that judging needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// What the edition is.
    pub info: EditionInfo,
    /// Its products.
    pub products: BTreeMap<ProductId, ProductManifest>,
    /// SHA-256 over the edition's files, lower-case hexadecimal.
    pub sha256: String,
    /// Media quality limits that hold beside the edition, for every product.
    pub baseline: Vec<Requirement>,
    /// Browser releases; none: no such data was found.
    pub browsers: Option<BrowserReleases>,
    /// The vendor's names that probes ask, and where they are from.
    pub endpoints: Vec<Endpoint>,
    /// Which of the products are companies' own policies.
    pub policies: BTreeMap<ProductId, PolicyRef>,
    /// Where the vendor publishes its addresses.
    pub address_lists: Vec<AddressList>,
}

/// `requirements/<vendor>/browsers.json`: dated releases, from outside the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserReleases {
    /// JSON Schema for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The day the data was taken; older than 60 days it is stale.
    #[schemars(with = "String")]
    pub as_of: jiff::civil::Date,
    /// Where it is from.
    pub source: Source,
    /// Releases per browser id, oldest first.
    pub browsers: BTreeMap<String, Vec<BrowserRelease>>,
}

/// One release of a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserRelease {
    /// Version as released.
    pub version: Version,
    /// Release day.
    #[schemars(with = "String")]
    pub date: jiff::civil::Date,
}

/// `requirements/<vendor>/endpoints.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// JSON Schema for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The names.
    pub endpoints: Vec<Endpoint>,
    /// Where the vendor publishes the addresses behind them, for firewalls that know no names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_lists: Vec<AddressList>,
}

/// A list of addresses that the vendor publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressList {
    /// Where it is got; `https://…`. Never fetched by meetready.
    pub url: String,
    /// The products it is for; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// Where this is from.
    pub source: Source,
}

/// A vendor name that anybody may ask, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Host name, or a wildcard for firewall rules such as `*.zoom.us` (not probed).
    pub host: String,
    /// TCP ports that speak TLS there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls_ports: Vec<u16>,
    /// TCP ports that speak plain HTTP there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http_ports: Vec<u16>,
    /// Where this is from.
    pub source: Source,
}
