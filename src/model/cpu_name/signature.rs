//! What CPUID family, model and stepping say of a name: they fill in what it leaves out where only one answer is left,
//! and show where the two cannot be of one processor.
//!
//! Source: Intel SDM vol. 4, table 2-1 (models by microarchitecture), AMD's processor programming references, and the
//! brands observed beside signatures in linuxhw/DMI and InstLatx64.

use super::super::inventory::CpuSignature;
use super::CpuName;

/// Intel family 6: models, microarchitecture, and the Core i generations that are sold with it. Where a model was sold
/// in several, all are given.
const INTEL: &[(&[u32], &str, &[u32])] = &[
    (&[15, 22, 23, 29], "Core", &[]),
    (&[26, 30, 31, 46], "Nehalem", &[1]),
    (&[37, 44, 47], "Westmere", &[1]),
    (&[42], "Sandy Bridge", &[2]),
    (&[45], "Sandy Bridge", &[2, 3]),
    (&[58], "Ivy Bridge", &[3]),
    (&[62], "Ivy Bridge", &[3, 4]),
    (&[60, 69, 70], "Haswell", &[4]),
    (&[63], "Haswell", &[4, 5]),
    (&[61, 71], "Broadwell", &[5]),
    (&[79, 86], "Broadwell", &[5, 6]),
    (&[78, 94], "Skylake", &[6]),
    (&[85], "Skylake", &[7, 9, 10]),
    (&[142], "Kaby Lake", &[7, 8, 10]),
    (&[158], "Kaby Lake", &[7, 8, 9]),
    (&[102], "Cannon Lake", &[8]),
    (&[125, 126], "Ice Lake", &[10]),
    (&[138], "Lakefield", &[]),
    (&[140, 141], "Tiger Lake", &[11]),
    (&[165, 166], "Comet Lake", &[10]),
    (&[167], "Rocket Lake", &[11]),
    (&[151, 154], "Alder Lake", &[12, 13, 14]),
    (&[183, 186, 191], "Raptor Lake", &[12, 13, 14]),
    (&[190], "Alder Lake-N", &[]),
    (&[170, 172], "Meteor Lake", &[]),
    (&[189], "Lunar Lake", &[]),
    (&[181, 197, 198], "Arrow Lake", &[]),
    (&[204], "Panther Lake", &[]),
];

/// AMD: family, microarchitectures, and the series of Ryzen that are sold with it.
const AMD: &[(u32, &str, &[u32])] = &[
    (15, "K8", &[]),
    (16, "K10", &[]),
    (17, "K8", &[]),
    (18, "K10", &[]),
    (20, "Bobcat", &[]),
    (21, "Bulldozer", &[]),
    (22, "Jaguar", &[]),
    (
        23,
        "Zen, Zen+ or Zen 2",
        &[1_000, 2_000, 3_000, 4_000, 5_000, 7_000],
    ),
    (
        25,
        "Zen 3 or Zen 4",
        &[5_000, 6_000, 7_000, 8_000, 9_000, 100, 200],
    ),
    (26, "Zen 5", &[8_000, 9_000, 200, 300, 400]),
];

/// The name with what the signature adds; only its maker where they contradict.
pub(super) fn cross_check(mut name: CpuName, signature: CpuSignature) -> CpuName {
    match name.vendor.as_deref() {
        Some("intel") if signature.family == 6 => {
            let Some((_, architecture, generations)) = INTEL
                .iter()
                .find(|(models, ..)| models.contains(&signature.model))
            else {
                return name;
            };
            name.microarchitecture = Some((*architecture).to_owned());
            let core_i = name
                .tier
                .as_deref()
                .is_some_and(|t| t.starts_with("core-i"));
            if !core_i {
                return name;
            }
            match (name.generation, *generations) {
                // Lakefield is sold as i3 and i5 without a generation.
                (Some(_), []) => contradicted(&name),
                (Some(found), known) if !known.contains(&found) => contradicted(&name),
                (None, [only]) => {
                    name.generation = Some(*only);
                    name
                }
                _ => name,
            }
        }
        Some("amd") => {
            let Some((_, architecture, series)) =
                AMD.iter().find(|(family, ..)| *family == signature.family)
            else {
                return name;
            };
            name.microarchitecture = Some((*architecture).to_owned());
            let ryzen = name.tier.as_deref().is_some_and(|t| {
                matches!(t, "ryzen-3" | "ryzen-5" | "ryzen-7" | "ryzen-9")
                    || t.starts_with("ryzen-ai")
            });
            let belongs = name
                .series
                .is_none_or(|s| series.contains(&s) || s % 100 != 0);
            if ryzen && (series.is_empty() || !belongs) {
                return contradicted(&name);
            }
            name
        }
        _ => name,
    }
}

fn contradicted(name: &CpuName) -> CpuName {
    CpuName {
        vendor: name.vendor.clone(),
        microarchitecture: None,
        contradicted: true,
        ..CpuName::default()
    }
}
