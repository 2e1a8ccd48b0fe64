//! The file that travels: what was read and seen, before any judging.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::Inventory;
use super::network::NetworkEvidence;

/// Schema name of evidence files written by this version.
pub const EVIDENCE_SCHEMA: &str = "meetready/evidence/1";

/// Names a piece of network evidence within its file, such as `port-3`; local facts are named by path, such as
/// `inventory.cpu.brand`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct EvidenceId(pub String);

impl EvidenceId {
    /// A numbered id such as `port-3`.
    pub fn numbered(kind: &str, n: usize) -> Self {
        Self(format!("{kind}-{n}"))
    }
}

/// What one run gathered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// `meetready/evidence/1`.
    pub schema: String,
    /// The program that gathered it.
    #[serde(default)]
    pub tool: Tool,
    /// When gathering began, UTC. Decides the age of dated data; without it, such data counts as stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub collected_at: Option<jiff::Timestamp>,
    /// The device it speaks of.
    #[serde(default)]
    pub subject: Subject,
    /// Local facts.
    #[serde(default)]
    pub inventory: Inventory,
    /// What the probes saw; absent when the network was not asked (`--no-network`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkEvidence>,
}

/// The program that wrote a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tool {
    /// `meetready`, or who else wrote it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The device that evidence speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Subject {
    /// Host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// User name of who ran it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Which masking was applied: absent for none, else `internal` or `public`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Redaction>,
    /// The facts were read from a `--sysroot` tree, not from the running machine.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_sysroot: bool,
}

/// Masking profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// For people of the same organisation: user name masked, host and addresses kept.
    Internal,
    /// For outsiders: user, host, addresses, serials, network names masked.
    Public,
}
