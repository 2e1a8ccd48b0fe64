//! Memory.

use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::MemoryRule;
use crate::model::{Mebibytes, Reason};

use super::context::Context;
use super::outcome::{Outcome, unknown_reason};

/// How memory stands against a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemoryIs {
    Enough,
    TooLittle,
    /// Only usable memory is known, and it is so near the figure that no smaller set of modules leaves it.
    EnoughWithReserve,
    /// Only usable memory is known, and the missing part may be reserved.
    NearlyEnough,
    Unknown(Reason),
}

pub(super) fn judge(
    rule: &MemoryRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let memory = &context.inventory.memory;
    let mut outcome = match compare(rule.at_least, context) {
        MemoryIs::Enough => Outcome::pass(Reason::Met),
        MemoryIs::EnoughWithReserve => Outcome::pass(Reason::MemoryNearlyMet),
        MemoryIs::TooLittle => Outcome::missed(requirement, Reason::MemoryTooLittle),
        MemoryIs::NearlyEnough => Outcome::inconclusive(Reason::MemoryNearlyMet),
        MemoryIs::Unknown(reason) => Outcome::inconclusive(reason),
    };
    if let Some(installed) = memory.installed.value() {
        outcome = outcome
            .measure(What::MemoryInstalled, Value::Memory(*installed))
            .from("inventory.memory.installed");
    }
    if let Some(usable) = memory.usable.value() {
        outcome = outcome
            .measure(What::MemoryUsable, Value::Memory(*usable))
            .from("inventory.memory.usable");
    }
    outcome.require(
        What::MemoryInstalled,
        Limit::AtLeast(Value::Memory(rule.at_least)),
    )
}

/// Installed memory decides. Usable memory is always less: it proves enough where it reaches the figure by itself, and
/// too little only where no usual reserve explains the gap.
///
/// The reserve: firmware and kernel take a few percent (3.9 of 4 GB, rcmaehl/WhyNotWin11#6; 62.4 of 64 GB,
/// fastfetch-cli/fastfetch#2026), built-in graphics up to 2 of 8 GB, and 32-bit systems see little over 3 of 4 GB. So
/// from five eighths of the figure on, the gap may be reserve, and only the installed figure could tell 3 from 4, 6
/// from 8, or 12 from 16 GB, which are all sold.
///
/// From seven eighths on nothing else is sold that leaves so much (3.5 of 4, 7 of 8, 14 of 16 GB), so the figure is
/// met. Not in virtual machines, which are given any size, nor where it is not known whether this is one.
pub(super) fn compare(need: Mebibytes, context: &Context<'_>) -> MemoryIs {
    let memory = &context.inventory.memory;
    // A sum of zero is what unreadable firmware tables add up to, not a PC without memory.
    if let Some(installed) = memory.installed.value().filter(|m| m.0 > 0) {
        return if *installed >= need {
            MemoryIs::Enough
        } else {
            MemoryIs::TooLittle
        };
    }
    let Some(usable) = memory.usable.value().filter(|m| m.0 > 0) else {
        return MemoryIs::Unknown(if memory.installed.value().is_some() {
            Reason::Unknown
        } else {
            unknown_reason(&memory.installed)
        });
    };
    let real = context.inventory.session.virtual_machine.value() == Some(&false);
    if *usable >= need {
        MemoryIs::Enough
    } else if real && u128::from(usable.0) * 8 >= u128::from(need.0) * 7 {
        MemoryIs::EnoughWithReserve
    } else if u128::from(usable.0) * 8 >= u128::from(need.0) * 5 {
        MemoryIs::NearlyEnough
    } else {
        MemoryIs::TooLittle
    }
}
