//! Name resolution: what this PC's own resolver says, beside what its DNS servers say when asked directly.
//!
//! Programs use the system's resolver (hosts file, VPN rules and caches included), so its answer decides. It cannot
//! tell "no such name" from "server unreachable" in a portable way; the direct question can.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::{Ended, Target, begin};
use crate::model::Millis;
use crate::model::network::{Failure, FailureCode, Family, Grade, Observation, ProbeKind, Step};
use crate::net::resolve::{Dns, system_addresses};

/// Who is asked for addresses.
pub struct Resolver {
    /// The DNS servers, asked directly; or why there are none.
    servers: Result<Dns, Failure>,
    /// Whether the system's own resolver is asked too.
    system: bool,
}

/// What came of asking for a name's addresses of one family.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// `resolve` for the system's resolver, `resolve-dns` for its DNS servers.
    pub steps: Vec<Step>,
    /// The addresses a program on this PC would use, in the order given.
    pub addresses: Vec<IpAddr>,
    /// Why there are none.
    pub failure: Option<Failure>,
}

/// Both families' answers for a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// IPv4 (A).
    pub v4: Answer,
    /// IPv6 (AAAA).
    pub v6: Answer,
}

impl Answers {
    /// The answer of one family.
    pub fn of(&self, family: Family) -> &Answer {
        match family {
            Family::Ipv4 => &self.v4,
            Family::Ipv6 => &self.v6,
        }
    }
}

impl Resolver {
    /// The system's resolver, and the DNS servers that it is set to.
    pub fn of_this_machine() -> Self {
        Self {
            servers: Dns::system(),
            system: true,
        }
    }

    /// Only the given DNS servers, over UDP and TCP.
    pub fn of_servers(servers: &[SocketAddr]) -> Self {
        Self {
            servers: Dns::of_servers(servers),
            system: false,
        }
    }

    /// Asks for A and AAAA at once, within `limit`.
    pub async fn resolve(&self, host: &str, limit: Duration) -> Answers {
        let (system, v4, v6) = tokio::join!(
            self.ask_system(host, limit),
            self.ask_servers(host, Family::Ipv4, limit),
            self.ask_servers(host, Family::Ipv6, limit),
        );
        Answers {
            v4: combine(Family::Ipv4, system.as_ref(), v4),
            v6: combine(Family::Ipv6, system.as_ref(), v6),
        }
    }

    async fn ask_system(&self, host: &str, limit: Duration) -> Option<Told> {
        if !self.system {
            return None;
        }
        let began = Instant::now();
        let result = system_addresses(host, limit).await;
        Some(Told {
            result,
            took: began.elapsed(),
        })
    }

    async fn ask_servers(&self, host: &str, family: Family, limit: Duration) -> Told {
        let began = Instant::now();
        let result = match &self.servers {
            Ok(dns) => dns.addresses(host, family, limit).await.map_err(named),
            Err(failure) => Err(failure.clone()),
        };
        Told {
            result,
            took: began.elapsed(),
        }
    }
}

/// What one of the two sources said, and how long that took.
struct Told {
    result: Result<Vec<IpAddr>, Failure>,
    took: Duration,
}

impl Told {
    fn step(&self, name: &str, failure: Option<Failure>) -> Step {
        Step {
            name: name.to_owned(),
            took: Millis::from_duration(self.took),
            failure,
        }
    }
}

/// Puts both sources together: the system's answer decides, the servers' answer explains.
fn combine(family: Family, system: Option<&Told>, servers: Told) -> Answer {
    let direct = servers.step("resolve-dns", servers.result.as_ref().err().cloned());
    let Some(system) = system else {
        return answer(vec![direct], servers.result);
    };
    let mine = match &system.result {
        Ok(all) => Ok(all
            .iter()
            .copied()
            .filter(|a| Family::from(*a) == family)
            .collect::<Vec<_>>()),
        Err(failure) => Err(failure.clone()),
    };
    let decided = match (mine, servers.result) {
        (Ok(mine), _) if !mine.is_empty() => Ok(mine),
        // The name has addresses of the other family only, or of neither: the servers tell which.
        (Ok(_), Err(direct)) if direct.code == FailureCode::DnsNoSuchName => Err(direct),
        (Ok(_), _) => Err(Failure::new(FailureCode::DnsNoAddress)),
        (Err(_), Err(direct)) => Err(direct),
        (Err(mine), Ok(_)) => Err(Failure::because(
            FailureCode::DnsRefused,
            format!(
                "the system's resolver failed, its DNS servers did not: {}",
                mine.detail.unwrap_or_default()
            ),
        )),
    };
    let first = system.step("resolve", decided.as_ref().err().cloned());
    answer(vec![first, direct], decided)
}

fn answer(steps: Vec<Step>, decided: Result<Vec<IpAddr>, Failure>) -> Answer {
    match decided {
        Ok(addresses) => Answer {
            steps,
            addresses,
            failure: None,
        },
        Err(failure) => Answer {
            steps,
            addresses: Vec::new(),
            failure: Some(failure),
        },
    }
}

/// A resolver that says nothing is unreachable, as far as names go.
fn named(failure: Failure) -> Failure {
    match failure.code {
        FailureCode::TimedOut => Failure {
            code: FailureCode::DnsUnreachable,
            ..failure
        },
        _ => failure,
    }
}

/// The observation of a name's resolution for one family.
pub fn observe(host: &str, family: Family, answer: &Answer) -> Observation {
    let target = Target {
        host,
        port: 0,
        family,
    };
    let mut o = begin(ProbeKind::Dns, target);
    o.steps.clone_from(&answer.steps);
    o.address = answer.addresses.first().copied();
    o.grade = match &answer.failure {
        // Somebody answered; only a later step proves that the address is the vendor's.
        None => Grade::HandshakeOnly,
        Some(failure) => grade(failure),
    };
    o.failure.clone_from(&answer.failure);
    o
}

fn grade(failure: &Failure) -> Grade {
    match failure.code {
        FailureCode::DnsNoSuchName | FailureCode::DnsNoAddress | FailureCode::DnsRefused => {
            Grade::Reject
        }
        _ => Grade::Silence,
    }
}

/// Why a probe that needs an address cannot begin.
pub(crate) fn ended(failure: Failure) -> Ended {
    Ended {
        grade: grade(&failure),
        failure,
    }
}
