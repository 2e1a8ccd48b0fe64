//! What a run would send, listed before anything is sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{EditionId, ScenarioId};
use super::network::{Direction, RangeMethod, ReflectorRole};
use super::public::SpeedService;
use super::rule::{Need, PortRange, Scope, Transport};
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
    /// What a line of given rates carries (`--line`); computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineAnswer>,
}

/// How many people or rooms at once a line of given rates carries. Computed from the rates alone: nothing was measured,
/// and nothing is left for other traffic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineAnswer {
    /// Rate up that was given, taken as an IP-layer rate.
    pub up: Bps,
    /// Rate down that was given.
    pub down: Bps,
    /// The scenarios of the chosen products.
    pub scenarios: Vec<LineScenario>,
}

/// One scenario on such a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineScenario {
    /// Product and variant.
    pub target: Target,
    /// Scenario.
    pub id: ScenarioId,
    /// Need of one, up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Need>,
    /// Need of one, down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Need>,
    /// How many at once; absent where the scenario asks for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<u32>,
    /// The direction that is used up first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<Direction>,
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
        /// It is looked for on the LAN first, by multicast DNS.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        searched: bool,
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
    /// Look at how addresses are translated, and for how long a silent flow is remembered.
    Nat {
        /// The reflector.
        reflector: String,
        /// Silent gaps to try, seconds; none: only the translation is looked at.
        gaps: Vec<u32>,
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
    /// Record two seconds from each microphone and take a few pictures with each camera. Sends nothing, and keeps
    /// nothing but levels and brightness.
    TryDevices,
    /// Ask a speed-test server that the user named, or Measurement Lab's Locate service for one: ten seconds of TCP each
    /// way.
    Speed {
        /// Who runs it.
        service: SpeedService,
        /// The server, or the Locate service.
        server: String,
    },
    /// Load both directions at once with what a scenario needs, the highest first that passed in each by itself.
    Together {
        /// The reflector.
        reflector: String,
        /// Rates up and down that scenarios ask for, for all participants, highest sum first. So many of them are tried
        /// as it takes to decide them all, three at most.
        pairs: Vec<[Bps; 2]>,
    },
    /// Send a voice-like stream both ways again and again.
    Watch {
        /// The reflector.
        reflector: String,
        /// Distance of windows.
        every: Millis,
        /// How long; none: until stopped, and the cost is that of one hour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lasts: Option<Millis>,
        /// Rate of each stream each way.
        rate: Bps,
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
