//! What a run is asked to do beside the requirements.

use crate::model::network::RangeMethod;
use crate::probe::ports::MAX_FLOWS;
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
    Urls(Vec<JoinUrl>),
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
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            reflectors: ReflectorChoice::None,
            ranges: RangeMethod::Sample,
            max_flows: MAX_FLOWS,
        }
    }
}

/// Name of the reflector inside this process, in plans and progress.
pub const SELF: &str = "self";

impl ReflectorChoice {
    /// The reflectors' names as plans and reports show them: host and port, without the key.
    pub fn addresses(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::SelfTest => vec![SELF.to_owned()],
            Self::Urls(urls) => urls.iter().map(JoinUrl::address).collect(),
        }
    }
}
