//! Bandwidth of one scenario.

use crate::model::network::{CapacityReading, Direction, NetworkEvidence, ReflectorRole};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{BandwidthRule, Need, Scope};
use crate::model::units::{Bps, Kbps};
use crate::model::{Reason, Verdict};

use super::context::Context;
use super::outcome::Outcome;
use super::reflector::why_nothing;
use super::together::{Both, both};

/// What is proved of the line in one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rate {
    pub at_least: Option<Bps>,
    pub at_most: Option<Bps>,
    sender_limited: bool,
    measured: bool,
}

/// How one direction stands against its need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side {
    pub direction: Direction,
    pub verdict: Verdict,
    pub reason: Reason,
}

pub(super) fn judge(
    rule: &BandwidthRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let sides = sides(rule, requirement, context);
    let worst = Verdict::worst(sides.iter().map(|s| s.verdict));
    let both = both_ways(rule, context).filter(|_| worst == Verdict::Pass);
    let mut outcome = match sides.iter().find(|s| s.verdict == worst) {
        Some(_) if matches!(both, Some(Both::Short(_))) => {
            Outcome::new(requirement.on_fail.into(), Reason::BandwidthNotTogether)
        }
        Some(_) if matches!(both, Some(Both::Unclear(_))) => {
            Outcome::new(Verdict::Inconclusive, Reason::BandwidthUnclear)
        }
        Some(side) => Outcome::new(side.verdict, side.reason),
        // A rule that asks for no direction asks for nothing.
        None => Outcome::pass(Reason::Met),
    };
    let standing = if outcome.reason == Reason::SelfOnly {
        ReflectorRole::SelfTest
    } else {
        ReflectorRole::Outside
    };
    for (direction, need) in needs(rule) {
        let what = match direction {
            Direction::Up => What::Up,
            Direction::Down => What::Down,
        };
        outcome = outcome.require(what, limit(need, context.participants));
        let Some(network) = context.network else {
            continue;
        };
        // What is measured is what decided.
        let rate = match both {
            Some(Both::Short(r) | Both::Unclear(r)) => Rate {
                at_least: r.side(direction).at_least,
                at_most: r.side(direction).at_most,
                ..Rate::default()
            },
            _ => rate(network, standing, direction),
        };
        if rate.at_least.is_some() || rate.at_most.is_some() {
            outcome = outcome.measure(
                what,
                Value::RateBetween {
                    at_least: rate.at_least,
                    at_most: rate.at_most,
                },
            );
        }
        for reading in readings(network, standing, direction) {
            outcome = outcome.from(&reading.id.0);
        }
    }
    match both {
        Some(Both::Held(r) | Both::Short(r) | Both::Unclear(r)) => outcome.from(&r.id.0),
        Some(Both::Untold) | None => outcome,
    }
}

/// What was proved of both directions at once, where the rule asks for both.
fn both_ways<'a>(rule: &BandwidthRule, context: &Context<'a>) -> Option<Both<'a>> {
    let of = |need: Need| times(need.lower_kbps.max(need.upper_kbps), context.participants);
    Some(both(context.network?, of(rule.up?), of(rule.down?)))
}

/// Each asked direction by itself.
pub(super) fn sides(
    rule: &BandwidthRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Vec<Side> {
    needs(rule)
        .map(|(direction, need)| {
            let (verdict, reason) = match context.network {
                None => (Verdict::Inconclusive, Reason::NetworkNotAsked),
                Some(network) => compare(
                    need,
                    rate(network, ReflectorRole::Outside, direction),
                    requirement,
                    network,
                    context.participants,
                ),
            };
            Side {
                direction,
                verdict,
                reason,
            }
        })
        .collect()
}

fn compare(
    need: Need,
    rate: Rate,
    requirement: &Requirement,
    network: &NetworkEvidence,
    participants: u32,
) -> (Verdict, Reason) {
    let lower = times(need.lower_kbps.min(need.upper_kbps), participants);
    let upper = times(need.upper_kbps.max(need.lower_kbps), participants);
    if rate.at_least.is_some_and(|r| r >= upper) {
        (Verdict::Pass, Reason::Met)
    } else if rate.at_most.is_some_and(|r| r < lower) {
        (requirement.on_fail.into(), Reason::BandwidthTooLow)
    } else if rate.at_least.is_some_and(|r| r >= lower) && rate.at_most.is_some_and(|r| r < upper) {
        (Verdict::Warn, Reason::WithinRange)
    } else if rate.sender_limited {
        (Verdict::Inconclusive, Reason::BandwidthSenderLimited)
    } else if rate.at_least.is_some() || rate.at_most.is_some() {
        (Verdict::Inconclusive, Reason::BandwidthUnclear)
    } else if rate.measured {
        (Verdict::Inconclusive, Reason::MeasurementFailed)
    } else {
        (Verdict::Inconclusive, why_nothing(network, Scope::Cloud))
    }
}

/// The best that was proved. Readings over different families are different lines: the better one carries the call, and
/// only when every line that told something is bounded from above is there a bound for the call.
pub(super) fn rate(network: &NetworkEvidence, role: ReflectorRole, direction: Direction) -> Rate {
    let mut out = Rate::default();
    let mut bounded = true;
    for reading in readings(network, role, direction) {
        out.measured = true;
        out.sender_limited |= reading.sender_limited;
        out.at_least = out.at_least.max(reading.at_least);
        match reading.at_most {
            // An upper bound found while the sender was too slow is the sender's.
            Some(most) if !reading.sender_limited => {
                out.at_most = out.at_most.max(Some(most));
            }
            _ if reading.at_least.is_some() || reading.sender_limited => bounded = false,
            _ => {}
        }
    }
    if !bounded || out.at_least > out.at_most {
        out.at_most = None;
    }
    out
}

fn readings(
    network: &NetworkEvidence,
    role: ReflectorRole,
    direction: Direction,
) -> impl Iterator<Item = &CapacityReading> {
    network
        .capacity
        .iter()
        .filter(move |r| r.role == role && r.direction == direction)
}

fn needs(rule: &BandwidthRule) -> impl Iterator<Item = (Direction, Need)> {
    let up = rule.up.map(|need| (Direction::Up, need));
    let down = rule.down.map(|need| (Direction::Down, need));
    up.into_iter().chain(down)
}

fn times(need: Kbps, participants: u32) -> Bps {
    Bps(need.bps().0.saturating_mul(u64::from(participants)))
}

fn limit(need: Need, participants: u32) -> Limit {
    let lower = Value::Rate(times(need.lower_kbps, participants));
    let upper = Value::Rate(times(need.upper_kbps, participants));
    if need.lower_kbps == need.upper_kbps {
        Limit::AtLeast(upper)
    } else {
        Limit::Between { lower, upper }
    }
}
