//! Ports.

mod ledger;
mod ranges;

use crate::model::network::{FailureCode, Family, NetworkEvidence, ProbeKind, ReflectorRole};
use crate::model::ports::{FamilyPorts, PortFindings};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{PortRange, PortRule, Scope, Transport};
use crate::model::{Reason, Verdict};

use super::context::Context;
use super::outcome::Outcome;
use super::reflector::{role_for, why_nothing};
use ledger::{Ledger, observations, readings};
use ranges::Ports;

pub(super) use ledger::is_blocked;

const FAMILIES: [Family; 2] = [Family::Ipv4, Family::Ipv6];

pub(super) fn judge(rule: &PortRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let asked = Limit::Is(ports_value(rule, &Ports::new(rule.ports.iter().copied())));
    let Some(network) = context.network else {
        let mut outcome = Outcome::inconclusive(Reason::NetworkNotAsked);
        outcome.ports = Some(findings(rule, false, &[]));
        return outcome.require(What::Ports, asked);
    };
    let standing = role_for(rule.scope);
    let ledgers = FAMILIES.map(|family| Ledger::read(network, rule, standing, family));
    let mut outcome = combine(rule, requirement, network, &ledgers);
    if outcome.reason == Reason::SelfOnly {
        outcome = show_self(outcome, rule, network);
    }
    let fallback_open = rule.fallback_tcp.is_some_and(|p| tcp_is_open(network, p));
    outcome.ports = Some(findings(rule, fallback_open, &ledgers));
    outcome = outcome.require(What::Ports, asked);
    for reading in readings(network, rule, standing) {
        outcome = outcome.from(&reading.id.0);
    }
    for seen in observations(network, rule) {
        outcome = outcome.from(&seen.id.0);
    }
    outcome
}

/// What the ports came to, port by port. A reflector inside this process proves no port of the network.
fn findings(rule: &PortRule, fallback_open: bool, ledgers: &[Ledger]) -> PortFindings {
    PortFindings {
        transport: rule.transport,
        scope: rule.scope,
        asked: rule.ports.clone(),
        fallback_tcp: rule.fallback_tcp,
        fallback_open,
        families: FAMILIES
            .into_iter()
            .zip(ledgers)
            .filter(|(_, ledger)| ledger.is_tried())
            .map(|(family, ledger)| FamilyPorts {
                family,
                standings: ledger.standings(),
            })
            .collect(),
    }
}

/// What one address family says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Passes(Reason),
    Blocked(Reason),
    Unproved(Reason),
    /// Not tried over this family.
    Nothing,
}

/// One family that passes is enough: media takes the one that works. A family that is proved blocked beside it warns,
/// because clients prefer one by their own rules, and so does one in which somebody else answers; a family that was not
/// proved says nothing.
fn combine(
    rule: &PortRule,
    requirement: &Requirement,
    network: &NetworkEvidence,
    ledgers: &[Ledger; 2],
) -> Outcome {
    let says: Vec<Says> = ledgers.iter().map(|l| say(l, network, rule)).collect();
    let pick = |wanted: fn(&Says) -> bool| says.iter().zip(ledgers).find(|(said, _)| wanted(said));
    let passing = pick(|s| matches!(s, Says::Passes(_)));
    let blocked = pick(|s| matches!(s, Says::Blocked(_)));
    let unproved = pick(|s| matches!(s, Says::Unproved(_)));
    match (passing, blocked, unproved) {
        (Some((_, open)), Some((_, shut)), _) => {
            let outcome = Outcome::new(Verdict::Warn, Reason::OneFamilyOnly);
            let outcome = show(outcome, rule, &open.open, What::PortsOpen);
            show_blocks(outcome, rule, shut)
        }
        (Some((Says::Passes(reason), ledger)), None, _) => {
            let other = says
                .iter()
                .zip(ledgers)
                .find(|(said, _)| **said == Says::Unproved(Reason::PortsIntercepted));
            if let Some((_, other)) = other {
                let outcome = Outcome::new(Verdict::Warn, Reason::PortsIntercepted);
                let outcome = show(outcome, rule, &ledger.open, What::PortsOpen);
                return show(outcome, rule, &other.intercepted, What::PortsUnproved);
            }
            let inspected = ledgers.iter().any(|l| l.inspected);
            let outcome = if inspected {
                Outcome::new(Verdict::Warn, Reason::PortsIntercepted)
            } else {
                Outcome::pass(*reason)
            };
            show_ledger(outcome, rule, ledger)
        }
        (_, Some((Says::Blocked(reason), ledger)), _) => {
            let falls_back = rule
                .fallback_tcp
                .is_some_and(|port| tcp_is_open(network, port));
            let outcome = if falls_back {
                Outcome::new(Verdict::Warn, Reason::PortsFallBack)
            } else {
                Outcome::missed(requirement, *reason)
            };
            show_ledger(outcome, rule, ledger)
        }
        (_, _, Some((Says::Unproved(reason), ledger))) => {
            show_ledger(Outcome::inconclusive(*reason), rule, ledger)
        }
        _ => Outcome::inconclusive(why_untried(network, rule)),
    }
}

fn say(ledger: &Ledger, network: &NetworkEvidence, rule: &PortRule) -> Says {
    if !ledger.is_tried() {
        return Says::Nothing;
    }
    if let Some(reason) = ledger.why_blocked() {
        return Says::Blocked(reason);
    }
    let tested_here = readings(network, rule, role_for(rule.scope))
        .next()
        .is_some();
    Says::Unproved(if !ledger.intercepted.is_empty() {
        Reason::PortsIntercepted
    } else if !ledger.untried.is_empty() && !tested_here {
        why_untried(network, rule)
    } else if !ledger.unproved.is_empty() || !ledger.untried.is_empty() {
        Reason::PortsUnproved
    } else if !ledger.not_testable.is_empty() {
        Reason::PortsNotTestable
    } else if ledger.sampled.is_empty() {
        return Says::Passes(Reason::Met);
    } else {
        return Says::Passes(Reason::PortsSampled);
    })
}

/// The fall-back port is proved open over any family.
fn tcp_is_open(network: &NetworkEvidence, port: u16) -> bool {
    let rule = PortRule {
        transport: Transport::Tcp,
        ports: PortRange::single(port).into_iter().collect(),
        scope: Scope::Cloud,
        fallback_tcp: None,
    };
    FAMILIES.iter().any(|family| {
        !Ledger::read(network, &rule, role_for(Scope::Cloud), *family)
            .open
            .is_empty()
    })
}

/// Why no port was tried: where no name resolves, that comes before the want of a reflector.
fn why_untried(network: &NetworkEvidence, rule: &PortRule) -> Reason {
    match why_nothing(network, rule.scope) {
        Reason::NoReflector if names_fail(network, rule) => Reason::DnsFailed,
        other => other,
    }
}

/// No vendor name could be resolved at all. A name without an address of one family is no failure.
fn names_fail(network: &NetworkEvidence, rule: &PortRule) -> bool {
    let failed = |code: FailureCode| {
        matches!(
            code,
            FailureCode::DnsNoSuchName | FailureCode::DnsUnreachable | FailureCode::DnsRefused
        )
    };
    let speaks = rule.scope == Scope::Cloud && rule.transport == Transport::Tcp;
    let codes = || {
        network
            .observations
            .iter()
            .map(|o| o.failure.as_ref().map(|f| f.code))
    };
    speaks
        && codes().any(|code| code.is_some_and(failed))
        && codes().all(|code| {
            code.is_some_and(|c| {
                failed(c) || c == FailureCode::DnsNoAddress || c == FailureCode::NoLocalAddress
            })
        })
        && network
            .observations
            .iter()
            .any(|o| o.probe == ProbeKind::Dns || rule.ports.iter().any(|p| p.contains(o.port)))
}

fn ports_value(rule: &PortRule, ports: &Ports) -> Value {
    Value::Ports {
        transport: rule.transport,
        ports: ports.ranges().to_vec(),
    }
}

fn show(outcome: Outcome, rule: &PortRule, ports: &Ports, what: What) -> Outcome {
    if ports.is_empty() {
        outcome
    } else {
        outcome.measure(what, ports_value(rule, ports))
    }
}

/// The blocked blocks, and how many of their ports were not tried.
fn show_blocks(outcome: Outcome, rule: &PortRule, ledger: &Ledger) -> Outcome {
    let outcome = show(outcome, rule, &ledger.blocks(), What::PortsBlocked);
    match ledger.between.count() {
        0 => outcome,
        count => outcome.measure(What::PortsBetween, Value::Count(u64::from(count))),
    }
}

fn show_ledger(outcome: Outcome, rule: &PortRule, ledger: &Ledger) -> Outcome {
    let neither = ledger
        .intercepted
        .union(&ledger.unproved)
        .union(&ledger.not_testable)
        .union(&ledger.untried);
    let outcome = show(outcome, rule, &ledger.open, What::PortsOpen);
    let outcome = show_blocks(outcome, rule, ledger);
    let outcome = show(outcome, rule, &neither, What::PortsUnproved);
    outcome.measure(What::PortsTried, Value::Count(u64::from(ledger.tried())))
}

/// What this process reached in itself: shown, and no proof of the network.
fn show_self(outcome: Outcome, rule: &PortRule, network: &NetworkEvidence) -> Outcome {
    let own = FAMILIES
        .map(|family| Ledger::read(network, rule, ReflectorRole::SelfTest, family))
        .into_iter()
        .find(Ledger::is_tried);
    let mut outcome = outcome;
    if let Some(own) = own {
        outcome.measured.clear();
        outcome = show_ledger(outcome, rule, &own);
    }
    for reading in readings(network, rule, ReflectorRole::SelfTest) {
        outcome = outcome.from(&reading.id.0);
    }
    outcome
}
