//! Takes out what names people, machines and networks, the same thing always behind the same mask.
//!
//! Two ways at once: what the file itself says is private (user, host, proxy, reflector, interface addresses) is
//! looked for in every text, and what looks private wherever it stands (addresses, home folders, labelled serials)
//! is masked too. Typed fields stay typed: addresses become documentation addresses (RFC 5737, RFC 3849), and two
//! addresses share a network after masking just when they did before, as far as the file tells, so that a masked
//! file is judged as the unmasked one is.

mod addresses;
mod masker;
mod scan;
#[cfg(test)]
mod tests;
mod unescape;
mod walk;

use crate::model::evidence::{Evidence, Redaction, Subject};
use crate::model::report::Report;

use masker::Masker;
use walk::Mask;

/// A report with what the profile masks taken out, in every text that came from outside.
#[must_use]
pub fn redact_report(report: &Report, profile: Redaction) -> Report {
    let mut masker = Masker::new(profile);
    masker.learn_subject(&report.subject);
    masker.learn_evidence(&report.evidence);
    let mut out = masked(report, masker);
    seal(&mut out.subject, profile);
    seal(&mut out.evidence.subject, profile);
    out
}

/// Evidence with what the profile masks taken out, in every text that came from outside.
#[must_use]
pub fn redact_evidence(evidence: &Evidence, profile: Redaction) -> Evidence {
    let mut masker = Masker::new(profile);
    masker.learn_evidence(evidence);
    let mut out = masked(evidence, masker);
    seal(&mut out.subject, profile);
    out
}

/// Masks a copy. A first pass only finds out which addresses there are, so that none of them is given out as a mask.
fn masked<T: Mask + Clone>(value: &T, mut masker: Masker) -> T {
    let mut first = masker.clone();
    value.clone().mask(&mut first);
    masker.avoid_addresses_of(&first);
    let mut out = value.clone();
    out.mask(&mut masker);
    out
}

/// Says which masking was applied; a file that was masked for outsiders before stays so marked.
fn seal(subject: &mut Subject, profile: Redaction) {
    subject.redaction = Some(match subject.redaction {
        Some(Redaction::Public) => Redaction::Public,
        _ => profile,
    });
}
