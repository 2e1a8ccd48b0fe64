//! A reading of this PC: known, with where it was read, or unknown, with why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One local reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fact<T> {
    /// The value was read.
    Known {
        /// The value.
        value: T,
        /// Where it was read, such as `/proc/cpuinfo model name` or `HKLM\…\CurrentBuildNumber`.
        source: String,
    },
    /// The value could not be read.
    Unknown(Unknown),
}

/// Why a reading is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unknown {
    /// The kind of reason, for programs and translations.
    pub code: UnknownCode,
    /// What the system said, untranslated: an error text, a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The kinds of reasons for an unknown reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownCode {
    /// Nobody tried: the fact was not part of what was collected or supplied.
    NotCollected,
    /// This system has no way of telling.
    NotSupported,
    /// The place where it would stand is not there.
    NotFound,
    /// The system refused to tell.
    NotPermitted,
    /// Something stood there that is not a value of this kind.
    Unparsable,
    /// What stood there points one way without proving it.
    Undecided,
    /// It took longer than its time limit.
    TimedOut,
    /// The system reported an error.
    Failed,
    /// Taken out when the file was redacted.
    Redacted,
}

impl<T> Fact<T> {
    /// A known value and where it was read.
    pub fn known(value: T, source: impl Into<String>) -> Self {
        Self::Known {
            value,
            source: source.into(),
        }
    }
    /// An unknown value and the kind of reason.
    pub fn unknown(code: UnknownCode) -> Self {
        Self::Unknown(Unknown { code, detail: None })
    }
    /// An unknown value, with what the system said.
    pub fn unknown_because(code: UnknownCode, detail: impl Into<String>) -> Self {
        Self::Unknown(Unknown {
            code,
            detail: Some(detail.into()),
        })
    }
    /// The value, if it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Unknown(_) => None,
        }
    }
    /// Where it was read, if it is known.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Known { source, .. } => Some(source),
            Self::Unknown(_) => None,
        }
    }
    /// The reason, if it is unknown.
    pub fn reason(&self) -> Option<&Unknown> {
        match self {
            Self::Known { .. } => None,
            Self::Unknown(u) => Some(u),
        }
    }
    /// Turns the value into another, keeping source or reason.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known { value, source } => Fact::Known {
                value: f(value),
                source,
            },
            Self::Unknown(u) => Fact::Unknown(u),
        }
    }
    /// This fact, or the other where this one is unknown. Keeps this one's reason when both are.
    #[must_use]
    pub fn or_else(self, other: impl FnOnce() -> Fact<T>) -> Fact<T> {
        match self {
            Self::Known { .. } => self,
            Self::Unknown(_) => match other() {
                known @ Self::Known { .. } => known,
                Self::Unknown(_) => self,
            },
        }
    }
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self::unknown(UnknownCode::NotCollected)
    }
}

/// An I/O error as a reason.
impl From<&std::io::Error> for Unknown {
    fn from(e: &std::io::Error) -> Self {
        let code = match e.kind() {
            std::io::ErrorKind::NotFound => UnknownCode::NotFound,
            std::io::ErrorKind::PermissionDenied => UnknownCode::NotPermitted,
            std::io::ErrorKind::TimedOut => UnknownCode::TimedOut,
            _ => UnknownCode::Failed,
        };
        Self {
            code,
            detail: Some(e.to_string()),
        }
    }
}
