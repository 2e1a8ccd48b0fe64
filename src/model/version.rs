//! Dotted version numbers, compared number by number.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A version such as `10.13`, `6.0.0` or `5.17.5.2543`. Missing parts count as 0: `6.0` equals `6.0.0`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Version {
    text: String,
    parts: Vec<u64>,
}

/// The text is not a version number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a version: write numbers with dots between them, such as 10.13")]
pub struct VersionError(pub String);

impl Version {
    /// The leading number: 10 of `10.13`.
    pub fn major(&self) -> u64 {
        self.parts.first().copied().unwrap_or(0)
    }
    /// The parts, most significant first; never empty.
    pub fn parts(&self) -> &[u64] {
        &self.parts
    }
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// Reads the version at the start of free text such as `6.0.11 (39959)` or `131.0.6778.86-1`.
    pub fn leading(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        text.get(..end)?.trim_end_matches('.').parse().ok()
    }
}

impl FromStr for Version {
    type Err = VersionError;
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let refused = || VersionError(text.chars().take(80).collect());
        let parts: Vec<u64> = text
            .split('.')
            .map(|p| {
                if p.bytes().all(|b| b.is_ascii_digit()) {
                    p.parse().ok()
                } else {
                    None
                }
            })
            .collect::<Option<_>>()
            .ok_or_else(refused)?;
        if parts.len() > 8 {
            return Err(refused());
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }
}
impl TryFrom<String> for Version {
    type Error = VersionError;
    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}
impl From<Version> for String {
    fn from(v: Version) -> String {
        v.text
    }
}
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let len = self.parts.len().max(other.parts.len());
        let part = |v: &Self, i: usize| v.parts.get(i).copied().unwrap_or(0);
        (0..len)
            .map(|i| part(self, i).cmp(&part(other, i)))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}
impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Version {}
