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
        // Before it, i7 desktop processors have 4; i5 have 2 in some T models (i5-3470T).
        ("core-i3", Some(8..=14), true) | ("core-i7", Some(1..=7), true) => Some(4),
        ("core-i5", Some(8..=14), true) | ("core-i7", Some(8), true) => Some(6),
        ("core-i7" | "core-i9", Some(9..=14), true)
        | ("core-ultra-5" | "core-ultra-7" | "core-ultra-9", Some(1..=2), _)
        // M1: 4 + 4. Every later one has as many or more.
        | ("apple-m", Some(_), _) => Some(8),
        ("core-i3" | "core-i5" | "core-i7" | "core-i9", _, _) => Some(2),
        ("core-2", _, _) => name.cores,
        _ => None,
    };
    name.cores.max(intel)
}

/// At least this base clock, of the performance cores. Names stopped giving the clock with Intel's 12th generation, and
/// AMD's never did.
pub(super) fn base_clock(name: &CpuName) -> Option<Megahertz> {
    let tier = name.tier.as_deref()?;
    let suffix = name.suffix.as_deref().unwrap_or("");
    let mhz = match (tier, name.segment) {
        ("core-i3" | "core-i5" | "core-i7" | "core-i9", Some(segment))
            if matches!(name.generation, Some(12..=14)) =>
        {
            match (segment, suffix) {
                // The slowest: i9-13900K at 3.0 GHz.
                (CpuSegment::Desktop, "K" | "KF" | "KS") => 3_000,
                // The i9-13900 at 2.0 GHz, where T and E models are slower; the i5-12450H and the i7-12650HX at 2.0 GHz.
                (CpuSegment::Desktop, "" | "F") | (CpuSegment::Mobile, "H" | "HK" | "HX") => 2_000,
                _ => return None,
            }
        }
        // The Ultra 7 265 and 255HX at 2.4 GHz.
        ("core-ultra-5" | "core-ultra-7" | "core-ultra-9", Some(segment))
            if name.generation == Some(2) =>
        {
            match (segment, suffix) {
                (CpuSegment::Desktop, "" | "F" | "K" | "KF") | (CpuSegment::Mobile, "HX") => 2_400,
                _ => return None,
            }
        }
        // Apple states no base clock, and has no turbo beyond the figure: the M1's performance cores run at 3.2 GHz
        // (AnandTech, "The 2020 Mac Mini Unleashed", 2020-11-17), later ones faster.
        ("apple-m", _) if name.generation.is_some() => 3_200,
        ("ryzen-3" | "ryzen-5" | "ryzen-7" | "ryzen-9", Some(segment)) => {
            ryzen_clock(name.series?, segment, suffix)?
        }
        // 2.0 GHz on all of them but the Max, which are faster.
        ("ryzen-ai-5" | "ryzen-ai-7" | "ryzen-ai-9" | "ryzen-ai-max", _)
            if name.series == Some(300) =>
        {
            2_000
        }
        // The PRO 7995WX at 2.5 GHz.
        ("threadripper", Some(CpuSegment::Desktop))
            if matches!(name.series, Some(1_000..=9_000)) =>
        {
            2_500
        }
        // The FX-8100 at 2.8 GHz.
        ("fx", Some(CpuSegment::Desktop)) => 2_800,
        _ => return None,
    };
    Some(Megahertz(mhz))
}

fn ryzen_clock(series: u32, segment: CpuSegment, suffix: &str) -> Option<u32> {
    match (segment, series, suffix) {
        // The Ryzen 7 1700 and the Ryzen 9 5900 at 3.0 GHz; low-power models are faster.
        (CpuSegment::Desktop, 1_000..=9_000, _) => Some(3_000),
        // The Ryzen 5 3550H at 2.1 GHz; of the U models the 2300U, 7530U and 7730U at 2.0 GHz. Those of the 4000 and
        // 5000 series go below.
        (CpuSegment::Mobile, 2_000..=8_000, "H" | "HS" | "HX")
        | (CpuSegment::Mobile, 2_000 | 3_000 | 6_000..=8_000, "U")
        | (CpuSegment::Mobile, 200, "") => Some(2_000),
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
