//! One alternative of a processor rule. Every condition must hold; what is proved missing decides before what is
//! unknown, and the most telling of several misses is named.

use crate::model::Megahertz;
use crate::model::cpu_name::{LineUp, line_up};
use crate::model::requirement::{Requirement, Severity};
use crate::model::rule::CpuClause;
use crate::model::{Reason, Verdict};

use super::super::context::Context;
use super::super::memory::{self, MemoryIs};
use super::super::outcome::unlisted_severity;
use super::family::{Listed, listed};
use super::{Segment, class, segment_is};

/// The figures of this processor, read or implied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub cores: Option<u32>,
    pub performance_cores: Option<u32>,
    pub efficiency_cores: Option<u32>,
    pub base_clock: Option<Megahertz>,
    pub max_clock: Option<Megahertz>,
    /// At least so many cores, by class.
    class_cores: Option<u32>,
    /// At least this clock, by class.
    class_clock: Option<Megahertz>,
}

impl Figures {
    pub fn of(context: &Context<'_>) -> Self {
        let facts = &context.inventory.cpu;
        let name = &context.cpu;
        // Virtual machines report zero cores or a clock of zero (anrieff/libcpuid#50): not read.
        let count = |fact: &crate::model::Fact<u32>| fact.value().copied();
        let clock = |fact: &crate::model::Fact<Megahertz>| {
            fact.value().copied().filter(|clock| clock.0 > 0)
        };
        let physical = count(&facts.physical_cores).filter(|n| *n > 0);
        let sold = as_sold(context, physical);
        Self {
            cores: physical.or(sold.map(|s| s.cores)),
            performance_cores: count(&facts.performance_cores)
                .filter(|n| *n > 0)
                .or(sold.and_then(|s| s.performance)),
            efficiency_cores: count(&facts.efficiency_cores).or(sold.and_then(|s| s.efficiency)),
            // The clock behind `@` is the base clock on Intel names (equal to ARK on 574 of 577), and the only clock
            // on Qualcomm's.
            base_clock: clock(&facts.base_clock).or(name.base_clock),
            max_clock: clock(&facts.max_clock),
            class_cores: class::cores(name),
            class_clock: class::base_clock(name),
        }
    }
}

/// The cores that such a processor is sold with, where nothing speaks against all of them being there: it is no virtual
/// machine, and the system counts neither other cores nor fewer logical processors than there are cores.
fn as_sold(context: &Context<'_>, physical: Option<u32>) -> Option<LineUp> {
    let logical = context.inventory.cpu.logical_cores.value().copied();
    let guest = context.inventory.session.virtual_machine.value() == Some(&true);
    line_up(&context.cpu).filter(|sold| {
        !guest
            && physical.is_none_or(|n| n == sold.cores)
            && logical.is_none_or(|n| n == 0 || n >= sold.cores)
    })
}

/// What an alternative came to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged {
    pub verdict: Verdict,
    pub reason: Reason,
    /// How far down the list of conditions the first miss stands: the further, the nearer to being met.
    reached: usize,
}

impl Judged {
    pub fn beats(&self, other: &Self) -> bool {
        let rank = |j: &Self| {
            let verdict = match j.verdict {
                Verdict::Pass => 4,
                Verdict::Warn => 3,
                Verdict::Inconclusive => 2,
                Verdict::Fail => 1,
                Verdict::NotApplicable => 0,
            };
            (verdict, j.reached)
        };
        rank(self) > rank(other)
    }
}

/// How one condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Met,
    Unlisted,
    OnlyMaxClock,
    NotTold(Reason),
    Missed(Reason),
}

pub(super) fn judge(
    clause: &CpuClause,
    requirement: &Requirement,
    figures: &Figures,
    context: &Context<'_>,
) -> Judged {
    // In the order in which a miss is named: first what kind of processor it is, then its figures.
    let conditions = [
        family(clause, context),
        segment(clause, context),
        cores(clause, figures, context),
        hybrid(clause, figures, context),
        clock(clause, figures, context),
        bits(clause, context),
        memory(clause, context),
    ];
    let misses = || {
        conditions.iter().enumerate().filter_map(|(i, c)| match c {
            Condition::Missed(reason) => Some((i, *reason)),
            _ => None,
        })
    };
    let end = conditions.len();
    if let Some((reached, reason)) = misses().next() {
        return Judged {
            verdict: requirement.on_fail.into(),
            reason,
            // A wrong family is the farthest from being met, whatever else is right.
            reached,
        };
    }
    let unlisted = conditions.contains(&Condition::Unlisted);
    let severity = unlisted_severity(requirement);
    if unlisted && severity == Severity::Fail {
        return Judged {
            verdict: Verdict::Fail,
            reason: Reason::CpuUnlisted,
            reached: 0,
        };
    }
    if let Some((reached, reason)) = conditions.iter().enumerate().find_map(|(i, c)| match c {
        Condition::NotTold(reason) => Some((i, *reason)),
        _ => None,
    }) {
        return Judged {
            verdict: Verdict::Inconclusive,
            reason,
            reached,
        };
    }
    if unlisted {
        Judged {
            verdict: severity.into(),
            reason: Reason::CpuUnlisted,
            reached: 0,
        }
    } else if conditions.contains(&Condition::OnlyMaxClock) {
        Judged {
            verdict: Verdict::Warn,
            reason: Reason::CpuOnlyMaxClock,
            reached: end,
        }
    } else {
        Judged {
            verdict: Verdict::Pass,
            reason: Reason::Met,
            reached: end,
        }
    }
}

/// Why the name tells nothing: it was not collected, could not be read, or says too little.
fn not_told(context: &Context<'_>) -> Condition {
    let brand = &context.inventory.cpu.brand;
    Condition::NotTold(if context.cpu.contradicted {
        Reason::CpuNameContradicted
    } else if brand.value().is_some() {
        Reason::CpuNotDecoded
    } else {
        super::super::outcome::unknown_reason(brand)
    })
}

fn family(clause: &CpuClause, context: &Context<'_>) -> Condition {
    match listed(clause, &context.cpu, context.os_family()) {
        Listed::Yes => Condition::Met,
        Listed::No => Condition::Unlisted,
        Listed::Below(reason) => Condition::Missed(reason),
        Listed::NotTold => not_told(context),
    }
}

fn segment(clause: &CpuClause, context: &Context<'_>) -> Condition {
    let Some(asked) = clause.segment else {
        return Condition::Met;
    };
    match segment_is(asked, context.cpu.segment) {
        Segment::Met => Condition::Met,
        Segment::Unlisted => Condition::Unlisted,
        Segment::Wrong => Condition::Missed(Reason::CpuWrongSegment),
        Segment::NotTold => not_told(context),
    }
}

fn cores(clause: &CpuClause, figures: &Figures, context: &Context<'_>) -> Condition {
    let Some(least) = clause.min_cores else {
        return Condition::Met;
    };
    match (figures.cores, figures.class_cores) {
        (Some(found), _) if found >= least => Condition::Met,
        (Some(_), _) => Condition::Missed(Reason::CpuTooFewCores),
        (None, Some(found)) if found >= least => Condition::Met,
        (None, _) => {
            let fact = &context.inventory.cpu.physical_cores;
            // There can be no more cores than logical processors.
            match context.inventory.cpu.logical_cores.value() {
                Some(logical) if (1..least).contains(logical) => {
                    Condition::Missed(Reason::CpuTooFewCores)
                }
                _ => Condition::NotTold(if fact.value().is_some() {
                    Reason::Unknown
                } else {
                    super::super::outcome::unknown_reason(fact)
                }),
            }
        }
    }
}

fn hybrid(clause: &CpuClause, figures: &Figures, context: &Context<'_>) -> Condition {
    let performance = clause.min_performance_cores.unwrap_or(0);
    let efficiency = clause.min_efficiency_cores.unwrap_or(0);
    if performance == 0 && efficiency == 0 {
        return Condition::Met;
    }
    let short = |found: Option<u32>, least: u32| found.is_some_and(|n| n < least);
    let both = u64::from(performance) + u64::from(efficiency);
    if short(figures.performance_cores, performance)
        || short(figures.efficiency_cores, efficiency)
        || figures.cores.is_some_and(|all| u64::from(all) < both)
    {
        return Condition::Missed(Reason::CpuTooFewHybridCores);
    }
    let facts = &context.inventory.cpu;
    let unknown = |asked: u32, found: Option<u32>| asked > 0 && found.is_none();
    if unknown(performance, figures.performance_cores) {
        let fact = &facts.performance_cores;
        Condition::NotTold(if fact.value().is_some() {
            Reason::Unknown
        } else {
            super::super::outcome::unknown_reason(fact)
        })
    } else if unknown(efficiency, figures.efficiency_cores) {
        Condition::NotTold(super::super::outcome::unknown_reason(
            &facts.efficiency_cores,
        ))
    } else {
        Condition::Met
    }
}

/// The base clock decides. Where only the maximum reaches the figure it warns; where the base clock is unknown, a
/// maximum below the figure proves it missed, and one above proves nothing.
fn clock(clause: &CpuClause, figures: &Figures, _context: &Context<'_>) -> Condition {
    let Some(least) = clause.min_base_clock else {
        return Condition::Met;
    };
    let max_reaches = figures.max_clock.map(|max| max >= least);
    match figures.base_clock {
        Some(base) if base >= least => Condition::Met,
        Some(_) if max_reaches == Some(true) => Condition::OnlyMaxClock,
        Some(_) => Condition::Missed(Reason::CpuClockTooLow),
        None if figures.class_clock.is_some_and(|clock| clock >= least) => Condition::Met,
        None if max_reaches == Some(false) => Condition::Missed(Reason::CpuClockTooLow),
        None => Condition::NotTold(Reason::CpuClockUnknown),
    }
}

fn bits(clause: &CpuClause, context: &Context<'_>) -> Condition {
    if !clause.bits_64 {
        return Condition::Met;
    }
    let architecture = &context.inventory.os.architecture;
    match architecture.value() {
        Some(found) if found.contains("64") || found == "s390x" => Condition::Met,
        // A 32-bit system on a 64-bit processor is still a 64-bit processor.
        _ if class::is_64_bit(&context.cpu) => Condition::Met,
        Some(_) => Condition::Missed(Reason::CpuNot64Bit),
        None => Condition::NotTold(super::super::outcome::unknown_reason(architecture)),
    }
}

fn memory(clause: &CpuClause, context: &Context<'_>) -> Condition {
    let Some(need) = clause.min_memory else {
        return Condition::Met;
    };
    match memory::compare(need, context) {
        MemoryIs::Enough | MemoryIs::EnoughWithReserve => Condition::Met,
        MemoryIs::TooLittle => Condition::Missed(Reason::MemoryTooLittle),
        MemoryIs::NearlyEnough => Condition::NotTold(Reason::MemoryNearlyMet),
        MemoryIs::Unknown(reason) => Condition::NotTold(reason),
    }
}
