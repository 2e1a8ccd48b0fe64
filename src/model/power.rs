//! Where the power comes from: a laptop on battery slows down and blanks its screen in the middle of a meeting.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::Fact;

/// Power supplies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PowerSupply {
    /// Mains, or a charger.
    Mains,
    /// Battery.
    Battery,
}

/// Power facts: shown, and judged by no requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PowerFacts {
    /// What the PC runs on now.
    pub supply: Fact<PowerSupply>,
    /// Charge of the battery, 0 to 100 percent.
    pub charge: Fact<u8>,
    /// Power plan or mode, as the system names it: `balanced`, `power-saver`, `performance` ….
    pub plan: Fact<String>,
}
