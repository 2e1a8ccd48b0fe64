//! Displays and touch.

use crate::model::fact::Fact;
use crate::model::inventory::Display;
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::DisplayRule;
use crate::model::{Reason, Verdict};

use super::context::Context;
use super::outcome::{Outcome, unknown_reason};

pub(super) fn judge(
    rule: &DisplayRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let facts = &context.inventory.display;
    let miss = |reason| (Verdict::from(requirement.on_fail), reason);
    let mut found: Vec<(Verdict, Reason)> = Vec::with_capacity(4);
    let mut shown = Outcome::pass(Reason::Met);

    if let Some(least) = rule.min_displays {
        found.push(match facts.displays.value() {
            Some(displays) if displays.len() as u64 >= u64::from(least) => {
                (Verdict::Pass, Reason::Met)
            }
            Some(_) => miss(Reason::DisplayTooFew),
            None => unknown(&facts.displays),
        });
        if let Some(displays) = facts.displays.value() {
            shown = shown.measure(What::Displays, Value::Count(displays.len() as u64));
        }
        shown = shown
            .require(
                What::Displays,
                Limit::AtLeast(Value::Count(u64::from(least))),
            )
            .from("inventory.display.displays");
    }
    if rule.touch {
        found.push(match (facts.touch.value(), facts.touch_driver.value()) {
            (Some(false), _) => miss(Reason::TouchMissing),
            (Some(true), Some(false)) => miss(Reason::TouchNoDriver),
            (Some(true), Some(true)) => (Verdict::Pass, Reason::Met),
            (Some(true), None) => unknown(&facts.touch_driver),
            (None, _) => unknown(&facts.touch),
        });
        if let Some(touch) = facts.touch.value() {
            shown = shown.measure(What::Touch, Value::Flag(*touch));
        }
        if let Some(driver) = facts.touch_driver.value() {
            shown = shown.measure(What::TouchDriver, Value::Flag(*driver));
        }
        shown = shown
            .require(What::Touch, Limit::Is(Value::Flag(true)))
            .require(What::TouchDriver, Limit::Is(Value::Flag(true)))
            .from("inventory.display.touch")
            .from("inventory.display.touch_driver");
    }
    if let Some(wanted) = rule
        .min_diagonal_tenths
        .max(rule.recommended_diagonal_tenths)
    {
        let least = rule.min_diagonal_tenths.unwrap_or(0);
        let largest = largest(&facts.displays);
        found.push(match (&facts.displays, largest) {
            (Fact::Unknown(_), _) => unknown(&facts.displays),
            (Fact::Known { value, .. }, _) if value.is_empty() => miss(Reason::DisplayTooFew),
            (_, Largest { tenths, .. }) if tenths >= Some(wanted) => (Verdict::Pass, Reason::Met),
            // A display of unknown size may be larger than the ones that are known.
            (
                _,
                Largest {
                    complete: false, ..
                },
            ) => (Verdict::Inconclusive, Reason::Unknown),
            (_, Largest { tenths, .. }) if tenths < Some(least) => miss(Reason::DisplayTooSmall),
            _ => (Verdict::Warn, Reason::DisplaySmall),
        });
        if let Some(tenths) = largest.tenths {
            shown = shown.measure(What::Diagonal, Value::InchTenths(tenths));
        }
        let limit = if least > 0 && least < wanted {
            Limit::Between {
                lower: Value::InchTenths(least),
                upper: Value::InchTenths(wanted),
            }
        } else {
            Limit::AtLeast(Value::InchTenths(wanted))
        };
        shown = shown
            .require(What::Diagonal, limit)
            .from("inventory.display.displays");
    }

    let worst = Verdict::worst(found.iter().map(|(verdict, _)| *verdict));
    if let Some((verdict, reason)) = found.into_iter().find(|(verdict, _)| *verdict == worst) {
        shown.verdict = verdict;
        shown.reason = reason;
    }
    shown
}

fn unknown<T>(fact: &Fact<T>) -> (Verdict, Reason) {
    (Verdict::Inconclusive, unknown_reason(fact))
}

#[derive(Debug, Clone, Copy)]
struct Largest {
    /// The largest diagonal that is known.
    tenths: Option<u32>,
    /// Every display told its size.
    complete: bool,
}

fn largest(displays: &Fact<Vec<Display>>) -> Largest {
    let all = displays.value().map_or(&[][..], Vec::as_slice);
    Largest {
        tenths: all
            .iter()
            .filter_map(|d| d.diagonal_tenths.value().copied())
            .max(),
        complete: all.iter().all(|d| d.diagonal_tenths.value().is_some()),
    }
}
