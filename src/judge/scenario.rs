//! One row per scenario: bandwidth with all else that a call of that kind needs.

use crate::model::ids::{ScenarioId, VariantId};
use crate::model::network::{Direction, ReflectorRole};
use crate::model::report::{CheckResult, LimitedBy, Readiness, ScenarioResult};
use crate::model::requirement::{Level, ProductManifest, Requirement};
use crate::model::rule::{BandwidthRule, Need, Scope};
use crate::model::units::{Bps, HIGHEST_SENT, Kbps};
use crate::model::{Reason, Rule, Verdict};

use super::bandwidth;
use super::context::Context;

/// The scenarios of one product. Each weighs its bandwidth, the required ports to the vendor's cloud, the limits on
/// quality, and what the device is proved to lack; the first of them with the worst verdict limits it.
pub(super) fn rows(
    judged: &[(&Requirement, CheckResult)],
    product: &ProductManifest,
    variant: Option<&VariantId>,
    context: &Context<'_>,
) -> Vec<ScenarioResult> {
    let shared = shared(judged);
    let proved = |direction| {
        context
            .network
            .and_then(|n| bandwidth::rate(n, ReflectorRole::Outside, direction).at_least)
    };
    let (up_bps, down_bps) = (proved(Direction::Up), proved(Direction::Down));
    judged
        .iter()
        .filter_map(|(requirement, result)| match &requirement.rule {
            Rule::Bandwidth(rule) if result.verdict != Verdict::NotApplicable => {
                let own = own(rule, requirement, result, context);
                let causes = || std::iter::once(own).chain(shared.iter().copied());
                let verdict = Verdict::worst(causes().map(|(verdict, _)| verdict));
                let limited_by = causes()
                    .find(|(v, _)| *v == verdict && *v != Verdict::Pass)
                    .map(|(_, limit)| limit);
                Some(row(
                    rule, product, variant, context, verdict, limited_by, up_bps, down_bps,
                ))
            }
            _ => None,
        })
        .collect()
}

#[expect(
    clippy::too_many_arguments,
    reason = "the fields of one row, in their order"
)]
fn row(
    rule: &BandwidthRule,
    product: &ProductManifest,
    variant: Option<&VariantId>,
    context: &Context<'_>,
    verdict: Verdict,
    limited_by: Option<LimitedBy>,
    up_bps: Option<Bps>,
    down_bps: Option<Bps>,
) -> ScenarioResult {
    let up = rule.up.map(|need| times(need, context.participants));
    let down = rule.down.map(|need| times(need, context.participants));
    let short = [
        (up, up_bps, Direction::Up),
        (down, down_bps, Direction::Down),
    ]
    .into_iter()
    .filter(|(need, proved, _)| need.is_some_and(|need| !has_room(need, *proved)))
    .map(|(_, _, direction)| direction);
    let short: Vec<Direction> = short.collect();
    let readiness = match verdict {
        Verdict::Pass if short.is_empty() => Readiness::Ready,
        Verdict::Pass | Verdict::Warn => Readiness::Tight,
        Verdict::Fail => Readiness::NotReady,
        Verdict::Inconclusive | Verdict::NotApplicable => Readiness::NotProved,
    };
    let limited_by = limited_by.or(match (verdict, short.as_slice()) {
        (Verdict::Pass, [Direction::Up]) => Some(LimitedBy::Up),
        (Verdict::Pass, [Direction::Down]) => Some(LimitedBy::Down),
        (Verdict::Pass, [_, ..]) => Some(LimitedBy::UpAndDown),
        _ => None,
    });
    let one = [(rule.up, up_bps), (rule.down, down_bps)];
    ScenarioResult {
        id: rule.scenario.clone(),
        product: product.product.clone(),
        variant: variant.cloned(),
        verdict,
        limited_by,
        up,
        down,
        up_bps,
        down_bps,
        readiness: Some(readiness),
        at_once: at_once(one),
        beyond_test: [up, down]
            .iter()
            .flatten()
            .any(|need| need.upper_kbps.bps() > HIGHEST_SENT),
    }
}

/// What is proved must be this share of the need, in percent, to have room: a call's rate swings by about a quarter, and
/// note 4 of the specifications says that traffic may exceed the figures.
const ROOM_PERCENT: u64 = 125;

fn has_room(need: Need, proved: Option<Bps>) -> bool {
    let asked = need.upper_kbps.max(need.lower_kbps).bps().0;
    proved.is_some_and(|p| p.0.saturating_mul(100) >= asked.saturating_mul(ROOM_PERCENT))
}

/// How many times the needs of one fit into the proved rates, in every direction that is asked.
fn at_once(sides: [(Option<Need>, Option<Bps>); 2]) -> Option<u32> {
    let mut least = None;
    for (need, proved) in sides {
        let Some(need) = need else { continue };
        let times = proved?
            .0
            .checked_div(need.upper_kbps.max(need.lower_kbps).bps().0)?;
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        least = Some(least.map_or(times, |l: u32| l.min(times)));
    }
    least
}

/// The most demanding of these scenarios that is proved ready, by the figures of the manifest.
pub(super) fn highest(rows: &[ScenarioResult]) -> Option<ScenarioId> {
    let weight = |s: &ScenarioResult| {
        let most = |n: Option<Need>| n.map_or(0, |n| u64::from(n.upper_kbps.0));
        most(s.up) + most(s.down)
    };
    rows.iter()
        .filter(|s| matches!(s.readiness, Some(Readiness::Ready | Readiness::Tight)))
        .max_by_key(|s| weight(s))
        .map(|s| s.id.clone())
}

type Cause = (Verdict, LimitedBy);

/// The scenario's own bandwidth, and in which direction it is short.
fn own(
    rule: &BandwidthRule,
    requirement: &Requirement,
    result: &CheckResult,
    context: &Context<'_>,
) -> Cause {
    let short = |direction| {
        bandwidth::sides(rule, requirement, context)
            .iter()
            .any(|s| s.direction == direction && s.verdict == result.verdict)
    };
    let limit = match result.verdict {
        Verdict::Inconclusive | Verdict::NotApplicable => LimitedBy::NotMeasured,
        Verdict::Pass | Verdict::Warn | Verdict::Fail => {
            match (short(Direction::Up), short(Direction::Down)) {
                // Neither by itself: both at once.
                (true, true) | (false, false) => LimitedBy::UpAndDown,
                (false, true) => LimitedBy::Down,
                (true, false) => LimitedBy::Up,
            }
        }
    };
    (result.verdict, limit)
}

/// What every scenario of the product meets alike, in the order in which it is named as the cause.
fn shared(judged: &[(&Requirement, CheckResult)]) -> Vec<Cause> {
    let mut causes: Vec<(u8, Cause)> = judged
        .iter()
        .filter_map(|(requirement, result)| {
            let verdict = result.verdict;
            let unproved = verdict == Verdict::Inconclusive;
            match &requirement.rule {
                Rule::Port(port)
                    if port.scope == Scope::Cloud && result.level == Level::Required =>
                {
                    let limit = if unproved {
                        LimitedBy::NotMeasured
                    } else if result.reason == Reason::PortsFallBack {
                        LimitedBy::TcpFallback
                    } else {
                        LimitedBy::Ports
                    };
                    Some((0, (verdict, limit)))
                }
                Rule::Quality(_) if result.level != Level::Informative => {
                    let limit = if unproved {
                        LimitedBy::NotMeasured
                    } else {
                        LimitedBy::Quality
                    };
                    Some((1, (verdict, limit)))
                }
                rule if rule.is_about_device()
                    && result.level == Level::Required
                    && verdict == Verdict::Fail =>
                {
                    Some((2, (verdict, LimitedBy::Device)))
                }
                _ => None,
            }
        })
        .collect();
    causes.sort_by_key(|(order, _)| *order);
    causes.into_iter().map(|(_, cause)| cause).collect()
}

fn times(need: Need, participants: u32) -> Need {
    let times = |kbps: Kbps| Kbps(kbps.0.saturating_mul(participants));
    Need {
        lower_kbps: times(need.lower_kbps),
        upper_kbps: times(need.upper_kbps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(kbps: u32) -> Need {
        Need {
            lower_kbps: Kbps(kbps),
            upper_kbps: Kbps(kbps),
        }
    }

    #[test]
    fn room_is_a_quarter_of_the_need() {
        let need = need(3_800);
        assert!(has_room(need, Some(Bps(4_750_000))));
        assert!(!has_room(need, Some(Bps(4_749_999))));
        assert!(!has_room(need, None));
    }

    #[test]
    fn the_scarcer_direction_bounds_how_many_at_once() {
        let line = (Some(Bps(10_000_000)), Some(Bps(100_000_000)));
        assert_eq!(
            at_once([(Some(need(3_800)), line.0), (Some(need(3_000)), line.1)]),
            Some(2)
        );
        assert_eq!(
            at_once([(None, None), (Some(need(3_000)), line.1)]),
            Some(33)
        );
        assert_eq!(
            at_once([(Some(need(3_800)), None), (Some(need(3_000)), line.1)]),
            None,
            "not measured is not zero"
        );
        assert_eq!(at_once([(None, None), (None, None)]), None);
    }
}
