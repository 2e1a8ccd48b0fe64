//! Processors.

mod class;
mod clause;
mod family;

use crate::model::cpu_name::{self, CpuName};
use crate::model::evidence::{EVIDENCE_SCHEMA, Evidence, Subject, Tool};
use crate::model::fact::Fact;
use crate::model::ids::{ProductId, RequirementId, VariantId};
use crate::model::inventory::{Inventory, OsFamily};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::{Applies, Edition, Requirement};
use crate::model::rule::{CpuClause, CpuRule, CpuSegment};
use crate::model::{Reason, Rule, Verdict};

use super::context::Context;
use super::outcome::Outcome;
use clause::{Figures, Judged};

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
                (Some(least), Some(last)) => format!("{} {least}-{last}", f.tier),
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

/// What one processor line of an edition says of a PC with this processor, judged from the name alone.
#[derive(Debug, Clone, PartialEq)]
pub struct CpuLine {
    /// Product.
    pub product: ProductId,
    /// Requirement.
    pub requirement: RequirementId,
    /// The variants that it speaks of; empty: all.
    pub variants: Vec<VariantId>,
    /// `pass`: the name alone proves it; `inconclusive`: such a PC could meet it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// Judges a processor's name against every processor line of an edition that speaks of PCs. Memory printed in the same
/// line is left out: the name says nothing of it.
pub fn judge_cpu_name(edition: &Edition, brand: &str) -> (CpuName, Vec<CpuLine>) {
    let name = cpu_name::decode(brand);
    // Apple chips are in Macs alone; every other processor is taken for a PC with Windows, where most lines are.
    let os = if name.vendor.as_deref() == Some("apple") {
        OsFamily::Macos
    } else {
        OsFamily::Windows
    };
    let mut inventory = Inventory::default();
    inventory.cpu.brand = Fact::known(brand.to_owned(), "name");
    inventory.os.family = Fact::known(os, "name");
    let evidence = Evidence {
        schema: EVIDENCE_SCHEMA.to_owned(),
        tool: Tool::default(),
        collected_at: None,
        subject: Subject::default(),
        inventory,
        network: None,
    };
    let context = Context::new(edition, &evidence, 1);
    let figures = Figures::of(&context);
    let lines = edition
        .products
        .values()
        .flat_map(|product| product.requirements.iter().map(move |r| (product, r)))
        .filter(|(_, requirement)| speaks_of(&requirement.applies, os))
        .filter_map(|(product, requirement)| {
            let Rule::Cpu(rule) = &requirement.rule else {
                return None;
            };
            let without_memory = CpuRule {
                any_of: rule
                    .any_of
                    .iter()
                    .map(|clause| CpuClause {
                        min_memory: None,
                        ..clause.clone()
                    })
                    .collect(),
            };
            let (_, judged) = best(&without_memory, requirement, &figures, &context)?;
            Some(CpuLine {
                product: product.product.clone(),
                requirement: requirement.id.clone(),
                variants: requirement.applies.variants.clone(),
                verdict: judged.verdict,
                reason: judged.reason,
            })
        })
        .collect();
    (name, lines)
}

fn speaks_of(applies: &Applies, os: OsFamily) -> bool {
    applies.platforms.is_empty() || applies.platforms.contains(&os)
}

/// Whether the clause's segment is met, missed, or not told.
fn segment_is(asked: CpuSegment, found: Option<CpuSegment>) -> Segment {
    match found {
        None => Segment::NotTold,
        Some(found) if found == asked => Segment::Met,
        Some(CpuSegment::Mobile) => Segment::Wrong,
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
