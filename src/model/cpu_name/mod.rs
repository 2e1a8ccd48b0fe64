//! What a processor's name tells, by rules. Parts that a name does not tell are `None`, never guessed.
//!
//! The rules follow how vendors build names (Intel: "About Intel Processor Numbers"; AMD: "Processor naming
//! convention"), not lists of models, so that a model of tomorrow decodes like one of today. Names that hypervisors
//! make up, and names cut short or garbled, give their parts as unknown.

mod amd;
mod intel;
mod line_up;
mod other;
mod signature;
mod text;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::CpuSignature;
use super::rule::CpuSegment;
use super::units::Megahertz;
use text::{Text, clean};

pub use line_up::{LineUp, line_up};

/// A decoded processor name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CpuName {
    /// `intel`, `amd`, `apple`, `qualcomm` ….
    pub vendor: Option<String>,
    /// Family id, such as `core-i5`, `core-ultra-7`, `core-5`, `ryzen-5`, `apple-m`, `xeon`, `pentium`.
    pub tier: Option<String>,
    /// Intel Core i generation, Ultra or Core series, Apple M number.
    pub generation: Option<u32>,
    /// Ryzen series (thousands), such as 5000; three-digit names count in hundreds, such as 300.
    pub series: Option<u32>,
    /// Desktop, mobile ….
    pub segment: Option<CpuSegment>,
    /// Model, cleaned of marks: `i5-8500T`, `M2 Pro`.
    pub model: Option<String>,
    /// Letters at the end of the model number, such as `T`, `HX`.
    pub suffix: Option<String>,
    /// Cores that the name itself states (`6-Core Processor`, `2C+3G`).
    pub cores: Option<u32>,
    /// Clock behind `@`: the base clock on Intel names.
    pub base_clock: Option<Megahertz>,
    /// Microarchitecture, where family and model were read beside the name: a hint, no rule asks for it.
    pub microarchitecture: Option<String>,
    /// Name and CPUID family and model cannot be of one processor: only the maker is told then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contradicted: bool,
}

impl CpuName {
    fn of(vendor: &str) -> Self {
        Self {
            vendor: Some(vendor.to_owned()),
            ..Self::default()
        }
    }

    /// The series as the maker counts it: Ryzen by thousands or hundreds; Core Ultra and Core without an i by ones,
    /// where requirements call the same figure the generation.
    pub fn makers_series(&self) -> Option<u32> {
        let by_series = |tier: &str| {
            tier.strip_prefix("core-ultra-")
                .or_else(|| tier.strip_prefix("core-"))
                .is_some_and(|class| matches!(class, "3" | "5" | "7" | "9"))
        };
        self.series.or_else(|| {
            self.generation
                .filter(|_| self.tier.as_deref().is_some_and(by_series))
        })
    }
}

/// Names are at most 48 characters in CPUID (Intel SDM, leaves 8000_0002H to 8000_0004H); ARM names are longer. What is
/// longer than this is no name.
const LONGEST: usize = 256;

/// Decodes a processor name as the system shows it, or as a person types it (`i5-8500T`).
pub fn decode(brand: &str) -> CpuName {
    if brand.len() > LONGEST {
        return CpuName::default();
    }
    // Typed by hand: the letters behind a model number mean the same in either case. AMD has small ones of its own.
    let by_hand = brand.bytes().any(|b| b.is_ascii_lowercase())
        && !brand.bytes().any(|b| b.is_ascii_uppercase());
    let mut cleaned = clean(brand);
    if by_hand && intel::speaks(&Text::new(brand, &cleaned)) {
        cleaned.make_ascii_uppercase();
    }
    let text = Text::new(brand, &cleaned);
    if text.has("virtualapple") {
        // Rosetta makes up the rest, the clock too (osquery/osquery#7053).
        return CpuName::of("apple");
    }
    let intel = intel::speaks(&text);
    let amd = amd::speaks(&text);
    match (intel, amd) {
        (true, true) => CpuName::default(),
        (true, false) if text.masked => CpuName::of("intel"),
        (false, true) if text.masked => CpuName::of("amd"),
        (true, false) => intel::decode(&text),
        (false, true) => amd::decode(&text),
        (false, false) => other::decode(&text),
    }
}

/// Decodes a processor name and checks it against CPUID family, model and stepping. Names that a hypervisor made up
/// stay as they are: so may the signature be.
pub fn decode_with(brand: &str, signature: Option<&CpuSignature>) -> CpuName {
    let name = decode(brand);
    match signature {
        Some(signature) if !is_made_up(brand) => signature::cross_check(name, *signature),
        _ => name,
    }
}

fn is_made_up(brand: &str) -> bool {
    let cleaned = clean(brand);
    Text::new(brand, &cleaned).masked
}
