//! Whether a processor's name is one of those a clause means.

use crate::model::Reason;
use crate::model::cpu_name::CpuName;
use crate::model::inventory::OsFamily;
use crate::model::rule::{CpuClause, CpuFamily};

/// How a name stands against the families and models of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    Yes,
    /// The name is of none of them, and no order says more.
    No,
    /// The name is proved to be below what is asked.
    Below(Reason),
    /// The name does not tell.
    NotTold,
}

pub(super) fn listed(clause: &CpuClause, name: &CpuName, os: Option<OsFamily>) -> Listed {
    if clause.families.is_empty() && clause.models.is_empty() {
        return Listed::Yes;
    }
    if clause.models.iter().any(|model| is_model(name, model)) {
        return Listed::Yes;
    }
    if asks_apple(clause) && os == Some(OsFamily::Macos) && name.vendor.as_deref() == Some("intel")
    {
        return Listed::Below(Reason::CpuIntelMac);
    }
    let vendor = name.vendor.as_deref().unwrap_or("");
    let whole_vendor = |f: &&CpuFamily| {
        f.tier == vendor && f.min_generation.is_none() && f.max_generation.is_none()
    };
    if clause.families.iter().any(|f| whole_vendor(&f)) {
        return Listed::Yes;
    }
    let Some(tier) = name.tier.as_deref() else {
        return Listed::NotTold;
    };
    let mut too_old = false;
    let mut not_told = false;
    // A family may be a tier, or a vendor whose every tier is meant ("or AMD equivalent").
    for family in clause
        .families
        .iter()
        .filter(|f| f.tier == tier || f.tier == vendor)
    {
        if family.min_generation.is_none() && family.max_generation.is_none() {
            return Listed::Yes;
        }
        match name.generation.or(name.series) {
            None => not_told = true,
            Some(g) if family.min_generation.is_some_and(|least| g < least) => too_old = true,
            Some(g) if family.max_generation.is_some_and(|last| g > last) => {}
            Some(_) => return Listed::Yes,
        }
    }
    if not_told {
        return Listed::NotTold;
    }
    if too_old {
        return Listed::Below(Reason::CpuGenerationTooOld);
    }
    if is_lower_class(clause, tier, vendor) {
        return Listed::Below(Reason::CpuClassTooLow);
    }
    // `Apple M…` whose number could not be read may be the very model that is listed.
    if !clause.models.is_empty() && name.model.is_none() {
        return Listed::NotTold;
    }
    Listed::No
}

/// Whether the clause means Apple chips alone.
fn asks_apple(clause: &CpuClause) -> bool {
    clause
        .models
        .iter()
        .map(String::as_str)
        .chain(clause.families.iter().map(|f| f.tier.as_str()))
        .all(|text| {
            text.get(..5)
                .is_some_and(|s| s.eq_ignore_ascii_case("apple"))
        })
}

/// Compares models by letters and digits: `Apple M2 Pro`, `M2 Pro` and `M2Pro` are one.
fn is_model(name: &CpuName, listed: &str) -> bool {
    let (Some(model), Some(vendor)) = (&name.model, &name.vendor) else {
        return false;
    };
    let plain = |text: &'static str, of: &str| -> Vec<u8> {
        text.bytes()
            .chain(of.bytes())
            .filter(u8::is_ascii_alphanumeric)
            .map(|b| b.to_ascii_lowercase())
            .collect()
    };
    let asked = plain("", listed);
    let bare = plain("", model);
    let full: Vec<u8> = plain("", vendor).into_iter().chain(bare.clone()).collect();
    asked == bare || asked == full
}

/// Classes that a maker itself orders by a number: `core-i3` below `core-i5`.
fn class_of(tier: &str) -> Option<(&str, u32)> {
    ["core-i", "core-ultra-", "core-", "ryzen-ai-", "ryzen-"]
        .into_iter()
        .find_map(|line| {
            let class = tier.strip_prefix(line)?.parse().ok()?;
            Some((line, class))
        })
}

/// Below every class that the clause lists of the same line of names. Across lines there is no order, with one
/// exception that Intel's own brand levels give: Pentium, Celeron, Atom and the N processors are below Core i5.
fn is_lower_class(clause: &CpuClause, tier: &str, vendor: &str) -> bool {
    let least_of = |line: &str| {
        clause
            .families
            .iter()
            .filter_map(|f| class_of(&f.tier))
            .filter(|(of, _)| *of == line)
            .map(|(_, class)| class)
            .min()
    };
    match class_of(tier) {
        Some((line, class)) => least_of(line).is_some_and(|least| class < least),
        None => {
            vendor == "intel"
                && matches!(tier, "pentium" | "celeron" | "atom" | "intel-n" | "intel-u")
                && least_of("core-i").is_some_and(|least| least >= 5)
        }
    }
}
