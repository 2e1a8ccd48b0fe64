//! What a rule kind hands back: codes and numbers, before owner, next step and source are added.

use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::ports::PortFindings;
use crate::model::quantity::{Bound, Limit, Quantity, Value, What};
use crate::model::requirement::{Requirement, Severity};
use crate::model::{Reason, Verdict};

/// The outcome of one rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    pub verdict: Verdict,
    pub reason: Reason,
    pub measured: Vec<Quantity>,
    pub required: Vec<Bound>,
    pub evidence: Vec<String>,
    pub ports: Option<PortFindings>,
}

impl Outcome {
    pub fn new(verdict: Verdict, reason: Reason) -> Self {
        Self {
            verdict,
            reason,
            measured: Vec::new(),
            required: Vec::new(),
            evidence: Vec::new(),
            ports: None,
        }
    }
    pub fn pass(reason: Reason) -> Self {
        Self::new(Verdict::Pass, reason)
    }
    pub fn inconclusive(reason: Reason) -> Self {
        Self::new(Verdict::Inconclusive, reason)
    }
    /// Proved not to be met: the verdict that the manifest sets for that.
    pub fn missed(requirement: &Requirement, reason: Reason) -> Self {
        Self::new(requirement.on_fail.into(), reason)
    }
    /// Not listed in the document: the verdict that the manifest sets for that.
    pub fn unlisted(requirement: &Requirement, reason: Reason) -> Self {
        Self::new(unlisted_severity(requirement).into(), reason)
    }
    /// A fact that is needed is not there.
    pub fn without<T>(fact: &Fact<T>) -> Self {
        Self::inconclusive(unknown_reason(fact))
    }

    pub fn measure(mut self, what: What, value: Value) -> Self {
        self.measured.push(Quantity { what, value });
        self
    }
    pub fn require(mut self, what: What, limit: Limit) -> Self {
        self.required.push(Bound { what, limit });
        self
    }
    /// Names what this was judged from.
    pub fn from(mut self, path: &str) -> Self {
        self.evidence.push(path.to_owned());
        self
    }
}

/// The verdict for what a document does not list.
pub(super) fn unlisted_severity(requirement: &Requirement) -> Severity {
    requirement.on_unlisted.unwrap_or(requirement.on_fail)
}

/// Why a fact is not there: nobody tried, or the system could not tell.
pub(super) fn unknown_reason<T>(fact: &Fact<T>) -> Reason {
    match fact.reason() {
        None
        | Some(Unknown {
            code: UnknownCode::NotCollected,
            ..
        }) => Reason::NotCollected,
        Some(_) => Reason::Unknown,
    }
}
