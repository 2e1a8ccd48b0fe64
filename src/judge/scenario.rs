//! One row per scenario: bandwidth with all else that a call of that kind needs.

use crate::model::ids::VariantId;
use crate::model::network::{Direction, ReflectorRole};
use crate::model::report::{CheckResult, LimitedBy, ScenarioResult};
use crate::model::requirement::{Level, ProductManifest, Requirement};
use crate::model::rule::{BandwidthRule, Need, Scope};
use crate::model::units::{Bps, Kbps};
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
    ScenarioResult {
        id: rule.scenario.clone(),
        product: product.product.clone(),
        variant: variant.cloned(),
        verdict,
        limited_by,
        up: rule.up.map(|need| times(need, context.participants)),
        down: rule.down.map(|need| times(need, context.participants)),
        up_bps,
        down_bps,
    }
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
