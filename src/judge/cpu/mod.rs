//! Processors.

mod class;
mod clause;
mod family;
mod name;

use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{CpuClause, CpuRule, CpuSegment};
use crate::model::{Reason, Verdict};

use super::context::Context;
use super::outcome::Outcome;
use clause::{Figures, Judged};

pub use name::CpuNameJudge;

pub(super) fn judge(rule: &CpuRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let figures = Figures::of(context);
    let judged = best(rule, requirement, &figures, context);
    let clause = judged.map(|(clause, _)| clause);
    let (verdict, reason) = judged.map_or(
        // A rule without alternatives asks for nothing.
        (Verdict::Pass, Reason::Met),
        |(_, judged)| (judged.verdict, judged.reason),
    );
    let outcome = measured(Outcome::new(verdict, reason), &figures, context);
    match clause {
        Some(clause) => required(outcome, clause),
        None => outcome,
    }
}

/// The alternative that comes out best. Among those that fail, the one that came nearest names the reason.
fn best<'a>(
    rule: &'a CpuRule,
    requirement: &Requirement,
    figures: &Figures,
    context: &Context<'_>,
) -> Option<(&'a CpuClause, Judged)> {
    rule.any_of
        .iter()
        .map(|clause| (clause, clause::judge(clause, requirement, figures, context)))
        .reduce(|best, next| if next.1.beats(&best.1) { next } else { best })
}

fn measured(mut outcome: Outcome, figures: &Figures, context: &Context<'_>) -> Outcome {
    let facts = &context.inventory.cpu;
    let name = &context.cpu;
    if let Some(brand) = facts.brand.value() {
        outcome = outcome
            .measure(What::CpuModel, Value::Text(brand.clone()))
            .from("inventory.cpu.brand");
    }
    if let Some(tier) = &name.tier {
        outcome = outcome.measure(What::CpuTier, Value::Text(tier.clone()));
    }
    if let Some(generation) = name.generation.or(name.series) {
        outcome = outcome.measure(What::CpuGeneration, Value::Count(u64::from(generation)));
    }
    if let Some(segment) = name.segment {
        outcome = outcome.measure(What::CpuSegment, Value::Segment(segment));
    }
    for (what, count, path) in [
        (What::Cores, figures.cores, "inventory.cpu.physical_cores"),
        (
            What::PerformanceCores,
            figures.performance_cores,
            "inventory.cpu.performance_cores",
        ),
        (
            What::EfficiencyCores,
            figures.efficiency_cores,
            "inventory.cpu.efficiency_cores",
        ),
    ] {
        if let Some(count) = count {
            outcome = outcome
                .measure(what, Value::Count(u64::from(count)))
                .from(path);
        }
    }
    if let Some(clock) = figures.base_clock {
        outcome = outcome.measure(What::BaseClock, Value::Clock(clock));
        if facts.base_clock.value().is_some() {
            outcome = outcome.from("inventory.cpu.base_clock");
        }
    }
    if let Some(clock) = figures.max_clock {
        outcome = outcome
            .measure(What::MaxClock, Value::Clock(clock))
            .from("inventory.cpu.max_clock");
    }
    outcome
}

fn required(mut outcome: Outcome, clause: &CpuClause) -> Outcome {
    if !clause.models.is_empty() {
        outcome = outcome.require(
            What::CpuModel,
            Limit::Is(Value::Names(clause.models.clone())),
        );
    }
    if !clause.families.is_empty() {
        let names = clause
            .families
            .iter()
            .map(|f| match (f.min_generation, f.max_generation) {
                (None, None) => f.tier.clone(),
                (Some(least), None) => format!("{} {least}+", f.tier),
                (None, Some(last)) => format!("{} -{last}", f.tier),
                (Some(first), Some(last)) => format!("{} {first}-{last}", f.tier),
            })
            .collect();
        outcome = outcome.require(What::CpuTier, Limit::Is(Value::Names(names)));
    }
    if let Some(segment) = clause.segment {
        outcome = outcome.require(What::CpuSegment, Limit::Is(Value::Segment(segment)));
    }
    for (what, least) in [
        (What::Cores, clause.min_cores),
        (What::PerformanceCores, clause.min_performance_cores),
        (What::EfficiencyCores, clause.min_efficiency_cores),
    ] {
        if let Some(least) = least {
            outcome = outcome.require(what, Limit::AtLeast(Value::Count(u64::from(least))));
        }
    }
    if let Some(clock) = clause.min_base_clock {
        outcome = outcome.require(What::BaseClock, Limit::AtLeast(Value::Clock(clock)));
    }
    if clause.bits_64 {
        outcome = outcome.require(What::Bits, Limit::Is(Value::Count(64)));
    }
    if let Some(memory) = clause.min_memory {
        outcome = outcome.require(What::MemoryInstalled, Limit::AtLeast(Value::Memory(memory)));
    }
    outcome
}

/// Whether the clause's segment is met, missed, or not told.
fn segment_is(asked: CpuSegment, found: Option<CpuSegment>) -> Segment {
    match found {
        None => Segment::NotTold,
        Some(found) if found == asked => Segment::Met,
        // Embedded and server processors are neither listed nor laptop processors.
        Some(CpuSegment::Embedded | CpuSegment::Server) if asked == CpuSegment::Desktop => {
            Segment::Unlisted
        }
        Some(_) => Segment::Wrong,
    }
}

enum Segment {
    Met,
    Unlisted,
    Wrong,
    NotTold,
}
