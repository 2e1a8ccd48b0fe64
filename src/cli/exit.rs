//! Exit codes: documented in the README, the same on every OS, and none collides with what installers use.

use crate::model::Verdict;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything asked for is met.
    Ready = 0,
    /// A mistake in meetready itself, or a system that failed it.
    Internal = 1,
    /// The command line, a manifest or an input file cannot be used.
    Usage = 2,
    /// At least one requirement is proved not to be met.
    NotReady = 3,
    /// Nothing fails, something warns.
    Warnings = 4,
    /// Nothing fails, something could not be proved.
    Inconclusive = 5,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Ready,
            Verdict::Warn => Self::Warnings,
            Verdict::Fail => Self::NotReady,
            // Nothing spoke of this PC: that proves nothing, so it is never "ready".
            Verdict::Inconclusive | Verdict::NotApplicable => Self::Inconclusive,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_its_documented_code() {
        let code = |v: Verdict| Exit::from(v) as u8;
        assert_eq!(
            [Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Inconclusive, Verdict::NotApplicable].map(code),
            [0, 3, 4, 5, 5]
        );
    }
}
