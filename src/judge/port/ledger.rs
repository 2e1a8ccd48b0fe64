//! What is known of each port over one address family.

use crate::model::Reason;
use crate::model::network::{
    Direction, Failure, FailureCode, Family, Grade, NetworkEvidence, Observation, PortReading,
    PortState, ProbeKind, RangeMethod, ReflectorRole,
};
use crate::model::ports::{PortStanding, StandingPorts};
use crate::model::rule::{PortRange, PortRule, Scope, Transport};

use super::super::reflector::role_for;
use super::ranges::Ports;

/// Silence proves a block only after at least this many tries. At an ordinary loss of 2 % each way, three lost probes
/// in a row happen to 6 ports in 100,000.
const TRIES: u32 = 3;

/// So many open ports of a random sample, with none blocked, bound the blocked share below 5 % at 95 % confidence
/// (0.95^59 < 0.05). A smaller sample says too little of the ports that were not tried.
const SAMPLE: u32 = 59;

/// What a tested port came to, best evidence first: where readings of one port differ, the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Open,
    BlockedUp,
    BlockedDown,
    Blocked,
    Rejected,
    Intercepted,
    Unproved,
    NotTestable,
}

/// The asked ports of one address family, each in exactly one set.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub open: Ports,
    blocked_up: Ports,
    blocked_down: Ports,
    blocked_somewhere: Ports,
    rejected: Ports,
    pub intercepted: Ports,
    pub unproved: Ports,
    pub not_testable: Ports,
    /// Not tried; between blocked ports of a range whose edges were looked for.
    pub between: Ports,
    /// Not tried; inside a range of which a sufficient sample was tried.
    pub sampled: Ports,
    /// Not tried at all.
    pub untried: Ports,
    /// The vendor's own service on these ports is answered by something else.
    pub inspected: bool,
}

impl Ledger {
    pub fn blocked(&self) -> Ports {
        self.blocked_up
            .union(&self.blocked_down)
            .union(&self.blocked_somewhere)
            .union(&self.rejected)
    }
    /// The blocked ports as blocks, with what lies between them.
    pub fn blocks(&self) -> Ports {
        self.blocked().union(&self.between)
    }
    /// Every asked port and what is known of it.
    pub fn standings(&self) -> Vec<StandingPorts> {
        let sets = [
            (PortStanding::Open, &self.open),
            (PortStanding::BlockedUp, &self.blocked_up),
            (PortStanding::BlockedDown, &self.blocked_down),
            (PortStanding::Blocked, &self.blocked_somewhere),
            (PortStanding::Rejected, &self.rejected),
            (PortStanding::Intercepted, &self.intercepted),
            (PortStanding::Unproved, &self.unproved),
            (PortStanding::NotTestable, &self.not_testable),
            (PortStanding::BetweenBlocked, &self.between),
            (PortStanding::Sampled, &self.sampled),
            (PortStanding::Untried, &self.untried),
        ];
        sets.into_iter()
            .filter(|(_, ports)| !ports.is_empty())
            .map(|(standing, ports)| StandingPorts {
                standing,
                ports: ports.ranges().to_vec(),
            })
            .collect()
    }
    /// Why ports are blocked; none when none is proved to be.
    pub fn why_blocked(&self) -> Option<Reason> {
        let kinds = [
            (&self.blocked_up, Reason::PortsBlockedUp),
            (&self.blocked_down, Reason::PortsBlockedDown),
            (&self.blocked_somewhere, Reason::PortsBlocked),
            (&self.rejected, Reason::PortsRejected),
        ];
        let mut found = kinds.iter().filter(|(ports, _)| !ports.is_empty());
        let first = found.next()?;
        Some(if found.next().is_some() {
            Reason::PortsBlocked
        } else {
            first.1
        })
    }
    pub fn tried(&self) -> u32 {
        self.open.count()
            + self.blocked().count()
            + self.intercepted.count()
            + self.unproved.count()
    }
    /// Something was tried over this family.
    pub fn is_tried(&self) -> bool {
        self.tried() + self.not_testable.count() > 0
    }

    /// Sorts the rule's ports by what readings and observations of this family say.
    pub fn read(
        network: &NetworkEvidence,
        rule: &PortRule,
        standing: ReflectorRole,
        family: Family,
    ) -> Self {
        let mut entries: Vec<(Class, PortRange)> = Vec::new();
        let mut samples: Vec<PortRange> = Vec::new();
        for reading in readings(network, rule, standing).filter(|r| r.family == family) {
            for outcome in &reading.outcomes {
                let class = classify(&outcome.state);
                entries.extend(outcome.ports.iter().map(|p| (class, *p)));
            }
            match reading.method {
                RangeMethod::Every => {}
                RangeMethod::Sample | RangeMethod::Grid => samples.extend(&reading.asked),
            }
        }
        let mut ledger = Self::default();
        // Only a reflector's own standing proves its readings; the vendor's answers prove the vendor's ports.
        if standing == role_for(Scope::Cloud) {
            for seen in observations(network, rule).filter(|o| o.family == family) {
                let class = classify_observation(seen);
                ledger.inspected |= class == Class::Intercepted;
                entries.extend(PortRange::single(seen.port).map(|p| (class, p)));
            }
        }

        let mut left = Ports::new(rule.ports.iter().copied());
        let mut take = |class: Class| {
            let of_class = Ports::new(
                entries
                    .iter()
                    .filter(|(c, _)| *c == class)
                    .map(|(_, ports)| *ports),
            );
            let taken = left.and(&of_class);
            left = left.without(&taken);
            taken
        };
        ledger.open = take(Class::Open);
        ledger.blocked_up = take(Class::BlockedUp);
        ledger.blocked_down = take(Class::BlockedDown);
        ledger.blocked_somewhere = take(Class::Blocked);
        ledger.rejected = take(Class::Rejected);
        ledger.intercepted = take(Class::Intercepted);
        ledger.unproved = take(Class::Unproved);
        ledger.not_testable = take(Class::NotTestable);

        let samples = Ports::new(samples);
        // A port that the reflector could not hold is one that was not tried.
        let idle = left.union(&ledger.not_testable).and(&samples);
        ledger.between = ledger.blocked().gaps().within(&idle);
        ledger.not_testable = ledger.not_testable.without(&ledger.between);
        left = left.without(&ledger.between);
        if ledger.open.and(&samples).count() >= SAMPLE {
            ledger.sampled = left.union(&ledger.not_testable).and(&samples);
            ledger.not_testable = ledger.not_testable.without(&samples);
            left = left.without(&samples);
        }
        ledger.untried = left;
        ledger
    }
}

/// The readings that speak of a rule's ports, from reflectors of one role.
pub(super) fn readings<'a>(
    network: &'a NetworkEvidence,
    rule: &'a PortRule,
    standing: ReflectorRole,
) -> impl Iterator<Item = &'a PortReading> {
    network.ports.iter().filter(move |r| {
        r.role == standing
            && r.transport == rule.transport
            && (r.scope == rule.scope || standing == ReflectorRole::SelfTest)
    })
}

/// The vendor's answers on a rule's ports.
pub(super) fn observations<'a>(
    network: &'a NetworkEvidence,
    rule: &'a PortRule,
) -> impl Iterator<Item = &'a Observation> {
    network.observations.iter().filter(move |o| {
        rule.scope == Scope::Cloud
            && rule.transport == Transport::Tcp
            && o.probe != ProbeKind::Dns
            && rule.ports.iter().any(|p| p.contains(o.port))
    })
}

/// Whether a state proves a block.
pub(in super::super) fn is_blocked(state: &PortState) -> bool {
    match classify(state) {
        Class::BlockedUp | Class::BlockedDown | Class::Blocked | Class::Rejected => true,
        Class::Open | Class::Intercepted | Class::Unproved | Class::NotTestable => false,
    }
}

fn classify(state: &PortState) -> Class {
    match state {
        PortState::Open { grade } => match grade {
            Grade::AuthenticatedEcho | Grade::ServiceReply => Class::Open,
            Grade::HandshakeOnly | Grade::Reject | Grade::Silence => Class::Unproved,
        },
        PortState::Unproved { failure } => {
            if is_interception(failure) {
                Class::Intercepted
            } else {
                Class::Unproved
            }
        }
        PortState::Rejected { .. } => Class::Rejected,
        PortState::Silent {
            tries,
            control: true,
            died,
        } if *tries >= TRIES => match died.value() {
            Some(Direction::Up) => Class::BlockedUp,
            Some(Direction::Down) => Class::BlockedDown,
            None => Class::Blocked,
        },
        PortState::Silent { .. } => Class::Unproved,
        PortState::NotTested { .. } => Class::NotTestable,
    }
}

/// The vendor gives no positive control: where its name does not answer, nothing is proved.
fn classify_observation(seen: &Observation) -> Class {
    if seen.intercepted || seen.failure.as_ref().is_some_and(is_interception) {
        return Class::Intercepted;
    }
    match seen.grade {
        Grade::AuthenticatedEcho | Grade::ServiceReply if seen.failure.is_none() => Class::Open,
        _ => Class::Unproved,
    }
}

/// Failures that show another party answering in place of the far end.
fn is_interception(failure: &Failure) -> bool {
    matches!(
        failure.code,
        FailureCode::CertificateNotPinned
            | FailureCode::CertificateUntrusted
            | FailureCode::CertificateWrongName
            | FailureCode::NotOurReflector
    )
}
