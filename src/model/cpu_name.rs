//! What a processor's name tells, by rules. Parts that a name does not tell are `None`, never guessed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::CpuSegment;
use super::units::Megahertz;

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
    /// Ryzen series (thousands), such as 5000.
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
}
