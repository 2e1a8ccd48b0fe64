//! What a check came to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The outcome of a check, a scenario, a product or a whole report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Proved to meet the requirement.
    Pass,
    /// Works, with something to know or mend.
    Warn,
    /// Proved not to meet the requirement.
    Fail,
    /// Not proved either way.
    Inconclusive,
    /// The requirement does not speak of this PC or this choice.
    NotApplicable,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [
        Self::Pass,
        Self::Warn,
        Self::Fail,
        Self::Inconclusive,
        Self::NotApplicable,
    ];
    /// How much this verdict weighs in a sum: fail, then inconclusive, then warn, then pass; the rest weighs nothing.
    fn weight(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Warn => 2,
            Self::Inconclusive => 3,
            Self::Fail => 4,
        }
    }
    /// The verdict of many: the weightiest of them; `NotApplicable` of none.
    pub fn worst(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter()
            .max_by_key(|v| v.weight())
            .unwrap_or(Self::NotApplicable)
    }
    /// The word used in reports and on the one-line output, in capitals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Warn => "WARN",
            Self::Fail => "FAIL",
            Self::Inconclusive => "INCONCLUSIVE",
            Self::NotApplicable => "N/A",
        }
    }
}
