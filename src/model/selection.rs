//! What a run was asked to judge.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{EditionId, IdError, ProductId, ScenarioId, VariantId};

/// A product, and which variant of it, as in `rooms:2-screens`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The product.
    pub product: ProductId,
    /// The variant; none means the product's default variant where it has variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
}

impl FromStr for Target {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Ok(match text.split_once(':') {
            Some((product, variant)) => Self {
                product: product.parse()?,
                variant: Some(variant.parse()?),
            },
            None => Self {
                product: text.parse()?,
                variant: None,
            },
        })
    }
}
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variant {
            Some(v) => write!(f, "{}:{v}", self.product),
            None => write!(f, "{}", self.product),
        }
    }
}

/// Everything that the judge needs beside requirements and evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// The edition to judge against.
    pub edition: EditionId,
    /// The products and variants, in the order asked for; variants are filled in.
    pub targets: Vec<Target>,
    /// Only these scenarios; empty means every scenario of the targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<ScenarioId>,
    /// How many people or rooms use the line at once, at least 1: bandwidth needs are multiplied by it.
    #[serde(default = "one")]
    pub participants: u32,
}

fn one() -> u32 {
    1
}
