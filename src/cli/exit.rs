//! Exit codes: documented in the README, the same on every OS, and none collides with what installers use.

use crate::model::Verdict;
use crate::report::exit_code;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(u8);

impl Exit {
    /// The command did what was asked.
    pub const DONE: Self = Self(0);
    /// A mistake in meetready itself, or a system that failed it.
    pub const INTERNAL: Self = Self(1);
    /// The command line, a manifest or an input file cannot be used.
    pub const USAGE: Self = Self(2);
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        Self(exit_code(verdict))
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}
