//! Loss, jitter and delay.

use crate::model::media::LineLoad;
use crate::model::network::{Direction, Family, NetworkEvidence, QualityReading, ReflectorRole};
use crate::model::quantity::{Limit, Quantity, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{QualityMetric, QualityRule, Scope};
use crate::model::{Millis, Percent, Reason, Verdict};

use crate::model::watch::{WatchFigures, WatchWindow};

use super::context::Context;
use super::outcome::Outcome;
use super::reflector::why_nothing;

pub(super) fn judge(
    rule: &QualityRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let outcome = match context.network {
        None => Outcome::inconclusive(Reason::NetworkNotAsked),
        Some(network) => {
            let once = decide(rule, requirement, network);
            watched(rule, requirement, network, once)
        }
    };
    require(outcome, rule)
}

/// Adds what the windows of a watched line say. A window that is proved beyond the limit is a breach; a line that was
/// fine once and breached later is not fine.
fn watched(
    rule: &QualityRule,
    requirement: &Requirement,
    network: &NetworkEvidence,
    mut outcome: Outcome,
) -> Outcome {
    let Some(watch) = network
        .watch
        .as_ref()
        .filter(|w| w.role == Some(ReflectorRole::Outside))
    else {
        return outcome;
    };
    let found: Vec<(&WatchWindow, bool)> = watch
        .windows
        .iter()
        .filter_map(|w| Some((w, breach(rule, w)?)))
        .collect();
    let sum = |of: &dyn Fn(bool) -> bool| -> u64 {
        let counted = found.iter().filter(|(_, breached)| of(*breached));
        counted.map(|(w, _)| u64::from(w.stands_for)).sum()
    };
    let (breached, all) = (sum(&|b| b), sum(&|_| true));
    if all == 0 {
        return outcome;
    }
    let worst = found
        .iter()
        .filter(|(_, breached)| *breached)
        .map(|(w, _)| *w)
        .max_by(|a, b| {
            let order = a.badness().partial_cmp(&b.badness());
            order.unwrap_or(std::cmp::Ordering::Equal)
        });
    if breached > 0 {
        let verdict = Verdict::worst([outcome.verdict, requirement.on_fail.into()]);
        if outcome.verdict != verdict || outcome.verdict == Verdict::Inconclusive {
            outcome.verdict = requirement.on_fail.into();
            outcome.reason = Reason::BreachedInWindows;
        }
    }
    outcome.measured.push(Quantity {
        what: What::WindowsBreached,
        value: Value::Windows {
            breached,
            of: all,
            worst: worst.map(|w| w.at),
        },
    });
    outcome.from(&watch.id.0)
}

/// Whether a window is proved beyond the limit; none where it tells nothing of it.
fn breach(rule: &QualityRule, window: &WatchWindow) -> Option<bool> {
    let sides = [(Direction::Up, window.up), (Direction::Down, window.down)];
    let asked: Vec<WatchFigures> = sides
        .into_iter()
        .filter(|(d, _)| rule.direction.is_none_or(|asked| asked == *d))
        .filter_map(|(_, figures)| figures)
        .collect();
    let over = |value: Option<Millis>, times: f64| Some(value?.0 > rule.max_ms?.0 * times);
    match rule.metric {
        QualityMetric::Loss if asked.is_empty() => None,
        QualityMetric::Loss => {
            let limit = rule.max_percent?;
            Some(asked.iter().any(|f| f.loss_interval[0] > limit))
        }
        QualityMetric::Jitter => {
            let limit = rule.max_ms?;
            let worst = asked.iter().map(|f| f.jitter.0).reduce(f64::max)?;
            Some(worst > limit.0)
        }
        QualityMetric::RoundTrip => over(window.round_trip_p50, 1.0),
        QualityMetric::OneWayDelay => over(window.round_trip_p50, 2.0),
    }
}

fn decide(rule: &QualityRule, requirement: &Requirement, network: &NetworkEvidence) -> Outcome {
    let of_role = |role: ReflectorRole| -> Vec<&QualityReading> {
        network
            .quality
            .iter()
            .filter(|r| r.role == role && rule.direction.is_none_or(|d| r.direction == d))
            .collect()
    };
    let readings = of_role(ReflectorRole::Outside);
    if readings.is_empty() {
        let reason = why_nothing(network, Scope::Cloud);
        let outcome = Outcome::inconclusive(reason);
        if reason == Reason::SelfOnly {
            let own = of_role(ReflectorRole::SelfTest);
            let shown = [Family::Ipv4, Family::Ipv6].map(|family| judged(&own, family));
            return show(outcome, rule, &shown.concat());
        }
        return outcome;
    }
    // A call takes one family: the better one counts. Within it, both directions and every stream do.
    let best = [Family::Ipv4, Family::Ipv6]
        .into_iter()
        .map(|family| judged(&readings, family))
        .filter(|of_family| !of_family.is_empty())
        .map(|of_family| {
            let (verdict, reason) = worst(rule, requirement, &of_family);
            (verdict, reason, of_family)
        })
        .min_by_key(|(verdict, _, _)| preference(*verdict));
    let Some((verdict, reason, shown)) = best else {
        return Outcome::inconclusive(Reason::MeasurementFailed);
    };
    show(Outcome::new(verdict, reason), rule, &shown)
}

/// Of several streams the worst figure is shown, the one that decides; the evidence names them all.
fn show(mut outcome: Outcome, rule: &QualityRule, readings: &[&QualityReading]) -> Outcome {
    let badness = |quantity: &Quantity| match &quantity.value {
        Value::ShareBetween { upper, .. } => upper.0,
        Value::Time(time) => time.0,
        _ => 0.0,
    };
    for reading in readings {
        outcome = outcome.from(&reading.id.0);
        let Some(found) = measured(rule, reading) else {
            continue;
        };
        match outcome.measured.iter_mut().find(|m| m.what == found.what) {
            Some(shown) if badness(shown) >= badness(&found) => {}
            Some(shown) => *shown = found,
            None => outcome.measured.push(found),
        }
    }
    outcome
}

/// The streams of one family that decide: those of a call where there are any, else those of the idle line. A call's
/// line is never idle, and the idle stream beside it is short: it is there to be compared with.
fn judged<'a>(readings: &[&'a QualityReading], family: Family) -> Vec<&'a QualityReading> {
    let of = |load: LineLoad| -> Vec<&'a QualityReading> {
        readings
            .iter()
            .filter(|r| r.family == family && r.detail.load == load)
            .copied()
            .collect()
    };
    let call = of(LineLoad::Call);
    if call.is_empty() {
        of(LineLoad::Idle)
    } else {
        call
    }
}

fn preference(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::Warn => 1,
        Verdict::Inconclusive | Verdict::NotApplicable => 2,
        Verdict::Fail => 3,
    }
}

fn worst(
    rule: &QualityRule,
    requirement: &Requirement,
    readings: &[&QualityReading],
) -> (Verdict, Reason) {
    let found: Vec<(Verdict, Reason)> = readings
        .iter()
        .map(|reading| match against(rule, reading) {
            Against::Within => (Verdict::Pass, Reason::Met),
            Against::Beyond(reason) => (requirement.on_fail.into(), reason),
            Against::Unclear => (Verdict::Inconclusive, Reason::QualityUnclear),
            Against::NotMeasured => (Verdict::Inconclusive, Reason::MeasurementFailed),
        })
        .collect();
    let verdict = Verdict::worst(found.iter().map(|(v, _)| *v));
    found
        .into_iter()
        .find(|(v, _)| *v == verdict)
        .unwrap_or((Verdict::Inconclusive, Reason::MeasurementFailed))
}

/// How one stream stands against the limit.
enum Against {
    Within,
    Beyond(Reason),
    Unclear,
    NotMeasured,
}

fn against(rule: &QualityRule, reading: &QualityReading) -> Against {
    match rule.metric {
        QualityMetric::Loss => match rule.max_percent {
            Some(limit) => loss(reading, limit),
            None => Against::Within,
        },
        QualityMetric::Jitter => within(
            (reading.packets_received > 1).then_some(reading.jitter),
            rule.max_ms,
            Reason::JitterTooHigh,
        ),
        QualityMetric::RoundTrip => {
            within(reading.round_trip_p50, rule.max_ms, Reason::DelayTooHigh)
        }
        QualityMetric::OneWayDelay => match rule.max_ms {
            Some(limit) => one_way(reading.round_trip_p50, limit, rule.direction),
            None => Against::Within,
        },
    }
}

/// The 95 % interval decides, not the share seen: 1 of 50 lost may be 0.05 % or 10 %.
fn loss(reading: &QualityReading, limit: Percent) -> Against {
    let [lower, upper] = reading.loss_interval;
    if reading.packets_sent == 0 {
        Against::NotMeasured
    } else if upper <= limit {
        Against::Within
    } else if lower > limit {
        Against::Beyond(Reason::LossTooHigh)
    } else {
        Against::Unclear
    }
}

fn within(value: Option<Millis>, limit: Option<Millis>, reason: Reason) -> Against {
    match (value, limit) {
        (_, None) => Against::Within,
        (Some(value), Some(limit)) if value <= limit => Against::Within,
        (Some(value), Some(limit)) if value > limit => Against::Beyond(reason),
        _ => Against::NotMeasured,
    }
}

/// Clocks are not synchronised, so only the round trip is known. It bounds each way from above: a round trip within the
/// limit proves both ways. More than twice the limit proves that one way is over it, not which one.
fn one_way(round_trip: Option<Millis>, limit: Millis, direction: Option<Direction>) -> Against {
    match round_trip {
        None => Against::NotMeasured,
        Some(both) if both <= limit => Against::Within,
        Some(both) if both.0 > limit.0 * 2.0 && direction.is_none() => {
            Against::Beyond(Reason::DelayTooHigh)
        }
        Some(_) => Against::Unclear,
    }
}

fn measured(rule: &QualityRule, reading: &QualityReading) -> Option<Quantity> {
    let by_direction = |up, down| match reading.direction {
        Direction::Up => up,
        Direction::Down => down,
    };
    let (what, value) = match rule.metric {
        QualityMetric::Loss => {
            let [lower, upper] = reading.loss_interval;
            (
                by_direction(What::LossUp, What::LossDown),
                Value::ShareBetween {
                    value: reading.loss,
                    lower,
                    upper,
                },
            )
        }
        QualityMetric::Jitter if reading.packets_received < 2 => return None,
        QualityMetric::Jitter => (
            by_direction(What::JitterUp, What::JitterDown),
            Value::Time(reading.jitter),
        ),
        QualityMetric::RoundTrip | QualityMetric::OneWayDelay => {
            (What::RoundTrip, Value::Time(reading.round_trip_p50?))
        }
    };
    Some(Quantity { what, value })
}

fn require(mut outcome: Outcome, rule: &QualityRule) -> Outcome {
    let each = |up, down| match rule.direction {
        None => vec![up, down],
        Some(Direction::Up) => vec![up],
        Some(Direction::Down) => vec![down],
    };
    let asked = match rule.metric {
        QualityMetric::Loss => each(What::LossUp, What::LossDown),
        QualityMetric::Jitter => each(What::JitterUp, What::JitterDown),
        QualityMetric::RoundTrip => vec![What::RoundTrip],
        QualityMetric::OneWayDelay => vec![What::OneWayDelay],
    };
    let limit = match rule.metric {
        QualityMetric::Loss => rule.max_percent.map(Value::Share),
        QualityMetric::Jitter | QualityMetric::RoundTrip | QualityMetric::OneWayDelay => {
            rule.max_ms.map(Value::Time)
        }
    };
    if let Some(limit) = limit {
        for what in asked {
            outcome = outcome.require(what, Limit::AtMost(limit.clone()));
        }
    }
    outcome
}
