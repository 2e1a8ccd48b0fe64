//! What a run would send, listed before anything is sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::EditionId;
use super::network::{Direction, RangeMethod, ReflectorRole};
use super::rule::{PortRange, Scope, Transport};
use super::selection::Target;
use super::units::{Bps, Millis};

/// Schema name of plans.
pub const PLAN_SCHEMA: &str = "meetready/plan/1";

/// Every endpoint, packet and byte of a run, as upper bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// `meetready/plan/1`.
    pub schema: String,
    /// Edition.
    pub edition: EditionId,
    /// Products and variants.
    pub targets: Vec<Target>,
    /// Steps in the order they would run.
    pub steps: Vec<PlanStep>,
    /// Sum of `packets`, at most.
    pub packets: u64,
    /// Sum of `bytes`, both directions, at the IP layer, at most.
    pub bytes: u64,
    /// How long it takes at most.
    pub at_most: Millis,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    /// What is done.
    pub action: PlanAction,
    /// Packets both ways, at most.
    pub packets: u64,
    /// IP-layer bytes both ways, at most.
    pub bytes: u64,
    /// Time, at most.
    pub at_most: Millis,
}

/// Kinds of steps, with all that a run needs to carry them out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PlanAction {
    /// Ask the system's resolver for a name, A and AAAA.
    Resolve {
        /// The name.
        host: String,
    },
    /// TCP and TLS to a vendor name.
    Tls {
        /// The name.
        host: String,
        /// The port.
        port: u16,
    },
    /// TCP and an HTTP request to a vendor name.
    Http {
        /// The name.
        host: String,
        /// The port.
        port: u16,
    },
    /// Open a session with a reflector.
    Control {
        /// Host and port, without the key.
        reflector: String,
        /// What it is known to be beforehand; none: it will be asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<ReflectorRole>,
    },
    /// Prove ports against the reflector.
    Ports {
        /// The reflector.
        reflector: String,
        /// Whose ports.
        scope: Scope,
        /// TCP or UDP.
        transport: Transport,
        /// Ranges asked for.
        asked: Vec<PortRange>,
        /// Ports tried beside them, so that silence has something to be compared with. The reflector adds one of its
        /// own choice, above 1023, for each 96 ports tried.
        compared: Vec<PortRange>,
        /// Ports of the other transport that are tried when nothing answers over this one, beside the control port.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        otherwise: Vec<PortRange>,
        /// How ranges of many ports are tried.
        method: RangeMethod,
        /// How many ports are tried, at most.
        tried: u32,
        /// How many flows live at once, at most, both address families together. A flow is one port of this PC and one of
        /// the reflector; routers and firewalls remember each for a while.
        flows: u32,
    },
    /// Measure bandwidth.
    Capacity {
        /// The reflector.
        reflector: String,
        /// Direction.
        direction: Direction,
        /// Highest rate that a requirement asks for, for all participants.
        need: Bps,
        /// Highest rate that is sent.
        up_to: Bps,
    },
    /// Load both directions at once with what a scenario needs, the highest first that passed in each by itself.
    Together {
        /// The reflector.
        reflector: String,
        /// Rates up and down that scenarios ask for, for all participants, highest sum first. So many of them are tried
        /// as it takes to decide them all, three at most.
        pairs: Vec<[Bps; 2]>,
    },
    /// Send a media-like stream both ways.
    Quality {
        /// The reflector.
        reflector: String,
        /// Rate of the voice each way.
        rate: Bps,
        /// Rates of whole calls each way; the highest that the line is proved to carry is sent beside it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calls: Vec<Bps>,
    },
}
