//! What a class of processors implies where a single figure could not be read.
//!
//! Only lower bounds that hold for every model of the class, so they can prove a figure met and never missed. Checked
//! against Intel's product specifications (ark.intel.com) as the joined catalogues give them; a new class that is not
//! here simply implies nothing.

use crate::model::Megahertz;
use crate::model::cpu_name::CpuName;
use crate::model::rule::CpuSegment;

/// At least so many physical cores.
pub(super) fn cores(name: &CpuName) -> Option<u32> {
    let tier = name.tier.as_deref()?;
    let desktop = name.segment == Some(CpuSegment::Desktop);
    let generation = name.generation;
    let intel = match (tier, generation, desktop) {
        // From the 8th generation on: i3 4, i5 6; i7 6, then 8; i9 8. No T or F model has fewer.
        ("core-i3", Some(8..=14), true) => Some(4),
        ("core-i5", Some(8..=14), true) => Some(6),
        ("core-i7", Some(8), true) => Some(6),
        ("core-i7", Some(9..=14), true) => Some(8),
        ("core-i9", Some(9..=14), true) => Some(8),
        // Before it, i7 desktop processors have 4; i5 have 2 in some T models (i5-3470T).
        ("core-i7", Some(1..=7), true) => Some(4),
        ("core-i3" | "core-i5" | "core-i7" | "core-i9", _, _) => Some(2),
        ("core-ultra-5" | "core-ultra-7" | "core-ultra-9", Some(1..=3), _) => Some(8),
        ("core-2", _, _) => name.cores,
        // M1: 4 + 4. Every later one has as many or more.
        ("apple-m", Some(_), _) => Some(8),
        _ => None,
    };
    name.cores.max(intel)
}

/// At least this base clock, of the performance cores.
pub(super) fn base_clock(name: &CpuName) -> Option<Megahertz> {
    let tier = name.tier.as_deref()?;
    let plain = matches!(name.suffix.as_deref(), None | Some("F" | "K" | "KF" | "KS"));
    match (tier, name.generation, name.segment) {
        // Names stopped giving the clock with the 12th generation. The slowest of these is the i9-13900 at 2.0 GHz;
        // T and E models are slower.
        (
            "core-i3" | "core-i5" | "core-i7" | "core-i9",
            Some(12..=14),
            Some(CpuSegment::Desktop),
        ) if plain => Some(Megahertz(2_000)),
        // Apple states no base clock, and has no turbo beyond the figure: the M1's performance cores run at 3.2 GHz
        // (AnandTech, "The 2020 Mac Mini Unleashed", 2020-11-17), later ones faster.
        ("apple-m", Some(_), _) => Some(Megahertz(3_200)),
        _ => None,
    }
}

/// Every processor of the family has 64 bits.
pub(super) fn is_64_bit(name: &CpuName) -> bool {
    name.tier.as_deref().is_some_and(|tier| {
        [
            "core-i",
            "core-m",
            "core-ultra",
            "core-2",
            "core-3",
            "core-5",
            "core-7",
            "core-9",
            "intel-n",
            "intel-u",
            "ryzen",
            "threadripper",
            "epyc",
            "opteron",
            "fx",
            "phenom",
            "amd-a",
            "apple-m",
        ]
        .iter()
        .any(|family| tier.starts_with(family))
    })
}
