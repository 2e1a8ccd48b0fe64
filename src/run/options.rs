//! What a run is asked to do beside the requirements.

use std::time::Duration;

use crate::wire::join::JoinUrl;

/// Which reflectors are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReflectorChoice {
    /// None: only the vendor's own names are probed.
    #[default]
    None,
    /// One inside this process, on loopback: proves the agent, not the network.
    SelfTest,
    /// These, in this order.
    Urls(Vec<JoinUrl>),
}

/// How the network is probed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkOptions {
    /// False for `--no-network`: nothing is sent at all.
    pub enabled: bool,
    /// Which reflectors are asked.
    pub reflectors: ReflectorChoice,
    /// Goes on watching the first of them; none: once is enough.
    pub watch: Option<Watch>,
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
            watch: None,
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
