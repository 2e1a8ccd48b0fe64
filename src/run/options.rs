//! What a run is asked to do beside the requirements.

use std::str::FromStr;
use std::time::Duration;

use hyper::Uri;

use crate::model::network::RangeMethod;
use crate::model::public::SpeedService;
use crate::probe::ndt7::Server;
use crate::probe::ports::MAX_FLOWS;
use crate::probe::reflector::lan::LanName;
use crate::wire::join::JoinUrl;

/// Which reflectors are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReflectorChoice {
    /// None: only the vendor's own names are probed.
    #[default]
    None,
    /// One inside this process, on loopback: proves the agent, not the network.
    SelfTest,
    /// The first of these that can be used, for each place where reflectors stand.
    Given(Vec<Given>),
}

/// A reflector as its user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// By its join URL.
    Url(JoinUrl),
    /// By the code that it shows on the LAN.
    Lan(LanName),
}

impl Given {
    /// Its name in plans: host and port without secrets, or `lan` where it has to be looked for.
    pub fn name(&self) -> String {
        match self {
            Self::Url(url) => url.address(),
            Self::Lan(LanName { at: None, .. }) => LAN.to_owned(),
            Self::Lan(LanName {
                at: Some((host, port)),
                ..
            }) if host.contains(':') => format!("[{host}]:{port}"),
            Self::Lan(LanName {
                at: Some((host, port)),
                ..
            }) => format!("{host}:{port}"),
        }
    }
}

/// How the network is probed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkOptions {
    /// False for `--no-network`: nothing is sent at all.
    pub enabled: bool,
    /// Which reflectors are asked.
    pub reflectors: ReflectorChoice,
    /// How ranges of many ports are tried.
    pub ranges: RangeMethod,
    /// Live flows at most while many UDP ports are tried, both address families together.
    pub max_flows: u32,
    /// Silent gaps to try, seconds: how long is a UDP flow remembered on the way? None by default, for it takes minutes.
    pub nat_gaps: Vec<u32>,
    /// Speed-test servers that are asked. None by default: they belong to others.
    pub speed: Vec<SpeedServer>,
    /// Goes on watching the first of them that can be used; none: once is enough.
    pub watch: Option<Watch>,
}

/// A speed-test server that the user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeedServer {
    /// By its name.
    Named(Server),
    /// One of Measurement Lab's.
    MLab {
        /// URL of the Locate service.
        locate: String,
        /// When the user consented to what Measurement Lab publishes. Without it nothing is sent, not even to the Locate
        /// service.
        consented_at: Option<jiff::Timestamp>,
    },
}

impl SpeedServer {
    /// Who runs it, and its name in plans.
    pub fn shown(&self) -> (SpeedService, String) {
        match self {
            Self::Named(server) => (SpeedService::Ndt7, server.address()),
            Self::MLab { locate, .. } => (
                SpeedService::MLab,
                Uri::from_str(locate)
                    .ok()
                    .and_then(|u| u.authority().map(ToString::to_string))
                    .unwrap_or_default(),
            ),
        }
    }
}

/// How a line is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// Distance of windows, 2 seconds at least.
    pub every: Duration,
    /// How long; none: until stopped.
    pub lasts: Option<Duration>,
}

impl Watch {
    /// Length of each window's stream: 6 s, or what fits between windows with time for their ends.
    pub fn window(&self) -> Duration {
        Duration::from_secs(6)
            .min(self.every.saturating_sub(Duration::from_millis(1_500)))
            .max(Duration::from_millis(500))
    }
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            reflectors: ReflectorChoice::None,
            ranges: RangeMethod::Sample,
            max_flows: MAX_FLOWS,
            nat_gaps: Vec::new(),
            speed: Vec::new(),
            watch: None,
        }
    }
}

/// Name of the reflector inside this process, in plans and progress.
pub const SELF: &str = "self";
/// Name of the reflector on the LAN that is looked for by its code.
pub const LAN: &str = "lan";

impl ReflectorChoice {
    /// The reflectors' names as plans and reports show them: host and port, without the key.
    pub fn addresses(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::SelfTest => vec![SELF.to_owned()],
            Self::Given(all) => all.iter().map(Given::name).collect(),
        }
    }
}
