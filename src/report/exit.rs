//! What a verdict means for the exit code.

use crate::l10n::Texts;
use crate::model::verdict::Verdict;

/// The exit code of a verdict: 0 ready, 3 not ready, 4 ready with warnings, 5 inconclusive.
///
/// A report in which nothing applied proves nothing, so it is inconclusive.
pub fn exit_code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::Fail => 3,
        Verdict::Warn => 4,
        Verdict::Inconclusive | Verdict::NotApplicable => 5,
    }
}

/// The exit code of a verdict and its meaning, in one line.
pub fn exit_meaning(verdict: Verdict, texts: &Texts) -> String {
    texts.get(match exit_code(verdict) {
        0 => "exit-0",
        3 => "exit-3",
        4 => "exit-4",
        _ => "exit-5",
    })
}

/// The verdict of a whole report in words that are the same in every language.
pub(super) fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "READY",
        Verdict::Fail => "NOT READY",
        Verdict::Warn => "READY WITH WARNINGS",
        Verdict::Inconclusive | Verdict::NotApplicable => "INCONCLUSIVE",
    }
}
