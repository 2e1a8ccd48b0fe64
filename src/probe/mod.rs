//! Probes: each asks one kind of question of the network and records what came back. None of them judges.

#![forbid(unsafe_code)]

pub mod capacity;
pub mod dns;
pub mod http;
mod lane;
pub mod nat;
pub mod ndt7;
pub mod ports;
pub mod ports_choice;
mod ports_control;
mod ports_pace;
mod ports_sweep;
mod ports_tcp;
mod ports_udp;
pub mod proxy;
pub mod quality;
pub mod reflector;
pub mod tcp;
pub mod tls;

use std::time::{Duration, Instant};

use crate::model::network::{Failure, Family, Grade, Observation, ProbeKind, Step};
use crate::model::{EvidenceId, Millis};

/// How long a single step of a vendor probe may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepLimits {
    /// Name resolution, both families together.
    pub resolve: Duration,
    /// One TCP connect. Six seconds leave room for the first three SYNs of a usual stack (0, 1 and 3 s).
    pub connect: Duration,
    /// The `CONNECT` exchange with a proxy.
    pub proxy: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// An HTTP request and the head of its reply.
    pub request: Duration,
}

impl Default for StepLimits {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(6),
            connect: Duration::from_secs(6),
            proxy: Duration::from_secs(8),
            tls: Duration::from_secs(8),
            request: Duration::from_secs(8),
        }
    }
}

/// How many addresses of one family are tried for one target.
pub const ADDRESSES_TRIED: usize = 2;

/// What the probes of vendor names use of this machine. Production code takes [`Surroundings::of_this_machine`].
pub struct Surroundings {
    /// Who turns names into addresses.
    pub resolver: dns::Resolver,
    /// Which certificates are trusted.
    pub trust: tls::Trust,
    /// Which proxy stands before which URL.
    pub proxies: proxy::Proxies,
    /// Time limits.
    pub limits: StepLimits,
}

impl Surroundings {
    /// The system's own resolver, certificate store and proxy settings.
    pub fn of_this_machine() -> Self {
        Self {
            resolver: dns::Resolver::of_this_machine(),
            trust: tls::Trust::of_this_machine(),
            proxies: proxy::Proxies::of_this_machine(),
            limits: StepLimits::default(),
        }
    }
}

/// What ended a probe, and what kind of answer that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) failure: Failure,
    pub(crate) grade: Grade,
}

/// Where a vendor probe goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) family: Family,
}

/// An observation in the making.
pub(crate) fn begin(probe: ProbeKind, target: Target<'_>) -> Observation {
    Observation {
        id: EvidenceId(String::new()),
        probe,
        host: target.host.to_owned(),
        port: target.port,
        family: target.family,
        address: None,
        proxy: None,
        steps: Vec::new(),
        grade: Grade::Silence,
        failure: None,
        issuer: None,
        intercepted: false,
    }
}

/// Records how a step went and how long it took since `began`.
pub(crate) fn step(name: &str, began: Instant, failure: Option<Failure>) -> Step {
    Step {
        name: name.to_owned(),
        took: Millis::from_duration(began.elapsed()),
        failure,
    }
}

/// Gives every observation an id that is unique in its file: `dns-1`, `tls-1`, `tls-2` ….
pub fn number(observations: &mut [Observation]) {
    let mut counts = [0_usize; 4];
    for o in observations {
        let (word, slot) = match o.probe {
            ProbeKind::Dns => ("dns", 0),
            ProbeKind::Tcp => ("tcp", 1),
            ProbeKind::Tls => ("tls", 2),
            ProbeKind::Http => ("http", 3),
        };
        if let Some(n) = counts.get_mut(slot) {
            *n += 1;
            o.id = EvidenceId::numbered(word, *n);
        }
    }
}

impl Surroundings {
    /// The families over which `scheme://host:port` is probed: both, or the one question to the proxy where the
    /// proxy, not this PC, chooses the address.
    pub fn families(&self, scheme: &str, host: &str, port: u16) -> &'static [Family] {
        match self.proxies.before(scheme, host, port) {
            Some(_) => &[Family::Ipv4],
            None => &[Family::Ipv4, Family::Ipv6],
        }
    }
}

/// A target that was not probed, or not to its end, because the run was over.
pub fn cancelled(
    probe: ProbeKind,
    host: &str,
    port: u16,
    family: Family,
    failure: &Failure,
) -> Observation {
    let mut o = begin(probe, Target { host, port, family });
    o.failure = Some(failure.clone());
    o
}
