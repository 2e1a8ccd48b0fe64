//! Names that manifests, evidence and reports refer to each other by.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} is not a valid {kind}: use 1 to 64 of a-z, 0-9, '.' and '-', starting with a letter or digit"
)]
pub struct IdError {
    /// What was being named, such as `product`.
    pub kind: &'static str,
    /// The text that was refused, shortened to 80 characters.
    pub name: String,
}

fn checked(kind: &'static str, name: &str) -> Result<String, IdError> {
    let good = (1..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    if good {
        Ok(name.to_owned())
    } else {
        Err(IdError {
            kind,
            name: name.chars().take(80).collect(),
        })
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(value: String) -> Result<Self, IdError> {
                checked($kind, &value).map(Self)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(value: &str) -> Result<Self, IdError> {
                checked($kind, value).map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

id!(
    /// A requirement edition, such as `2025-05`.
    EditionId, "edition"
);
id!(
    /// A product, such as `meetings` or `rooms`.
    ProductId, "product"
);
id!(
    /// A variant of a product, such as `2-screens`.
    VariantId, "variant"
);
id!(
    /// A requirement, unique within its product and edition, such as `meetings.ram`.
    RequirementId, "requirement id"
);
id!(
    /// A use of a product with its own bandwidth need, such as `group-1080p`.
    ScenarioId, "scenario"
);
