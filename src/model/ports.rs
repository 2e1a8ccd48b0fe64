//! What a port requirement's ports came to, each port in exactly one set: the ground of a request to a firewall's owner.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::network::Family;
use super::rule::{PortRange, Scope, Transport};

/// What is known of a port over one address family.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PortStanding {
    /// Proved open.
    Open,
    /// Proved blocked: nothing that was sent arrived at the far end.
    BlockedUp,
    /// Proved blocked: it arrived, and the answers were lost.
    BlockedDown,
    /// Proved blocked, in a direction that is not known.
    Blocked,
    /// Proved blocked: a RST or an ICMP error came back in place of the far end's answer.
    Rejected,
    /// Somebody else answered in place of the far end.
    Intercepted,
    /// Tried, and proved neither open nor blocked.
    Unproved,
    /// Could not be tried, because the far end could not hold it.
    NotTestable,
    /// Not tried: lies between ports that are proved blocked, with no open one between them.
    BetweenBlocked,
    /// Not tried: in a range of which a sufficient sample is proved open.
    Sampled,
    /// Not tried.
    Untried,
}

/// The ports of one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortFindings {
    /// TCP or UDP.
    pub transport: Transport,
    /// Where the far end stands.
    pub scope: Scope,
    /// The ports that the requirement asks for.
    pub asked: Vec<PortRange>,
    /// The TCP port that media falls back to when these are blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_tcp: Option<u16>,
    /// That port is proved open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fallback_open: bool,
    /// The address families over which something was tried; empty: nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyPorts>,
}

/// What the ports came to over one address family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FamilyPorts {
    /// The family.
    pub family: Family,
    /// The asked ports, by what is known of them; none without ports.
    pub standings: Vec<StandingPorts>,
}

/// Ports of one standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandingPorts {
    /// What is known of them.
    pub standing: PortStanding,
    /// Which.
    pub ports: Vec<PortRange>,
}
