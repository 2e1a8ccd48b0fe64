//! What is not as it should be, gathered so that one cause is told once, with the next step spelled out.

use std::collections::BTreeMap;

use crate::l10n::Texts;
use crate::model::network::ReflectorRole;
use crate::model::quantity::{Limit, Value, What};
use crate::model::reason::{NextStep, Owner, Reason};
use crate::model::report::{CheckResult, Report};
use crate::model::requirement::Level;
use crate::model::rule::{PortRange, Scope, Transport};
use crate::model::verdict::Verdict;

use super::clean::{clean_to, cut};
use super::words;

/// Columns that one list of amounts may take within a sentence.
const LIST: usize = 160;

/// Results with the same verdict, reason, owner and next step.
pub(super) struct Finding<'a> {
    pub verdict: Verdict,
    pub reason: Reason,
    pub owner: Option<Owner>,
    pub next: Option<NextStep>,
    pub level: Level,
    /// The far end of its ports stands on the room's LAN.
    pub lan: bool,
    /// It is of a company's own policy: never told together with the vendor's requirements.
    pub own: bool,
    pub results: Vec<&'a CheckResult>,
}

/// Which findings come first: proved failures of what is required, then what keeps the verdict open, then warnings.
fn rank(verdict: Verdict, level: Level) -> (u8, u8) {
    let verdict = match verdict {
        Verdict::Fail => 0,
        Verdict::Inconclusive => 1,
        Verdict::Warn => 2,
        Verdict::Pass => 3,
        Verdict::NotApplicable => 4,
    };
    let level = match level {
        Level::Required => 0,
        Level::Recommended => 1,
        Level::Informative => 2,
    };
    (verdict, level)
}

/// Whether a result calls for anybody's attention.
pub(super) fn matters(result: &CheckResult) -> bool {
    matches!(
        result.verdict,
        Verdict::Fail | Verdict::Inconclusive | Verdict::Warn
    )
}

/// Every finding, the weightiest first.
pub(super) fn gather(report: &Report) -> Vec<Finding<'_>> {
    let mut found: Vec<Finding<'_>> = Vec::new();
    for result in report.results.iter().filter(|r| matters(r)) {
        let lan = is_lan(report, result);
        let own = super::is_policy(report, &result.product);
        let same = found.iter_mut().find(|f| {
            f.verdict == result.verdict
                && f.reason == result.reason
                && f.owner == result.owner
                && f.next == result.next_step
                && f.lan == lan
                && f.own == own
        });
        match same {
            Some(finding) => {
                if rank(result.verdict, result.level) < rank(finding.verdict, finding.level) {
                    finding.level = result.level;
                }
                finding.results.push(result);
            }
            None => found.push(Finding {
                verdict: result.verdict,
                reason: result.reason,
                owner: result.owner,
                next: result.next_step,
                level: result.level,
                lan,
                own,
                results: vec![result],
            }),
        }
    }
    found.sort_by_key(|f| rank(f.verdict, f.level));
    found
}

/// What to do, and by whom, without doubles.
pub(super) struct Step {
    pub owner: Option<Owner>,
    pub text: String,
}

/// The first steps to take, at most so many.
pub(super) fn first_steps(
    report: &Report,
    findings: &[Finding<'_>],
    most: usize,
    texts: &Texts,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // What only informs comes after everything that decides.
    let (deciding, informing): (Vec<_>, Vec<_>) =
        findings.iter().partition(|f| f.level != Level::Informative);
    for finding in deciding.into_iter().chain(informing) {
        if steps.len() == most {
            break;
        }
        let Some(text) = next_step(report, finding, texts) else {
            continue;
        };
        if !steps.iter().any(|s| s.text == text) {
            steps.push(Step {
                owner: finding.owner,
                text,
            });
        }
    }
    steps
}

/// The next step of a finding as a sentence that names what to do.
pub(super) fn next_step(report: &Report, finding: &Finding<'_>, texts: &Texts) -> Option<String> {
    let next = finding.next?;
    let or_requirement = |words: String| {
        if words.is_empty() {
            texts.get("see-requirement")
        } else {
            words
        }
    };
    let amounts = |of: fn(&CheckResult, &Texts) -> Vec<String>| {
        let mut all: Vec<String> = Vec::new();
        for words in finding.results.iter().flat_map(|r| of(r, texts)) {
            if !all.contains(&words) {
                all.push(words);
            }
        }
        or_requirement(cut(&all.join("; "), LIST))
    };
    let args = [
        ("required", amounts(words::required).into()),
        ("measured", amounts(words::measured).into()),
        (
            "ports",
            or_requirement(affected_ports(&finding.results, texts)).into(),
        ),
        ("hosts", hosts(report, finding, texts).into()),
    ];
    Some(texts.format(&format!("next-{}", next.code()), &args))
}

/// The ports to act on: those proved blocked, else those unproved, else those asked for.
pub(super) fn affected_ports(results: &[&CheckResult], texts: &Texts) -> String {
    let measured = |what: What| {
        ports_of(results.iter().flat_map(|r| {
            r.measured
                .iter()
                .filter(move |q| q.what == what)
                .map(|q| &q.value)
        }))
    };
    let asked = || {
        ports_of(results.iter().flat_map(|r| {
            r.required.iter().filter_map(|b| match &b.limit {
                Limit::AtLeast(v) | Limit::AtMost(v) | Limit::Is(v) => Some(v),
                Limit::Between { .. } => None,
            })
        }))
    };
    let ports = [
        measured(What::PortsBlocked),
        measured(What::PortsUnproved),
        asked(),
    ]
    .into_iter()
    .find(|p| !p.is_empty())
    .unwrap_or_default();
    let words: Vec<String> = ports
        .iter()
        .map(|(transport, ranges)| words::ports(*transport, ranges, texts))
        .collect();
    words.join(", ")
}

fn ports_of<'a>(values: impl Iterator<Item = &'a Value>) -> BTreeMap<Transport, Vec<PortRange>> {
    let mut all: BTreeMap<Transport, Vec<PortRange>> = BTreeMap::new();
    for value in values {
        if let Value::Ports { transport, ports } = value {
            all.entry(*transport).or_default().extend(ports);
        }
    }
    all.retain(|_, ranges| {
        *ranges = merge(std::mem::take(ranges));
        !ranges.is_empty()
    });
    all
}

/// The fewest ranges that hold the same ports.
fn merge(mut ranges: Vec<PortRange>) -> Vec<PortRange> {
    ranges.sort_unstable();
    let mut out: Vec<PortRange> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if u32::from(range.first()) <= u32::from(last.last()) + 1 => {
                let end = last.last().max(range.last());
                if let Some(joined) = PortRange::new(last.first(), end) {
                    *last = joined;
                }
            }
            _ => out.push(range),
        }
    }
    out
}

/// Whether the far end of a result's ports stands on the room's LAN, as far as its evidence tells.
fn is_lan(report: &Report, result: &CheckResult) -> bool {
    if matches!(
        result.reason,
        Reason::NeedsLanReflector | Reason::OtherSubnet
    ) {
        return true;
    }
    let mut ports = report.evidence.network.iter().flat_map(|n| &n.ports);
    ports.any(|p| {
        let lan = p.role == ReflectorRole::Lan || p.scope == Scope::Lan;
        lan && result.evidence.contains(&p.id.0)
    })
}

/// The far end by name: the control PC, else the vendor's names that were asked, else the cloud.
fn hosts(report: &Report, finding: &Finding<'_>, texts: &Texts) -> String {
    if finding.lan {
        return texts.code(Scope::Lan);
    }
    let observations = report.evidence.network.iter().flat_map(|n| &n.observations);
    let cited = |id: &str| {
        finding
            .results
            .iter()
            .any(|r| r.evidence.iter().any(|e| e == id))
    };
    let mut all: Vec<String> = Vec::new();
    let mut named: Vec<String> = Vec::new();
    for o in observations {
        let host = clean_to(&o.host, words::NAME);
        if cited(&o.id.0) && !named.contains(&host) {
            named.push(host.clone());
        }
        if !all.contains(&host) {
            all.push(host);
        }
    }
    let hosts = if named.is_empty() { all } else { named };
    if hosts.is_empty() {
        texts.code(Scope::Cloud)
    } else {
        words::listed(hosts, 6, texts)
    }
}

/// The requirements of a finding, `product: id`, without doubles.
pub(super) fn requirements(finding: &Finding<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for result in &finding.results {
        let id = result.requirement.to_string();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: u16, last: u16) -> PortRange {
        PortRange::new(first, last).expect("a range")
    }

    #[test]
    fn ranges_that_touch_or_overlap_become_one() {
        let merged = merge(vec![
            range(8801, 8810),
            range(443, 443),
            range(8811, 8811),
            range(8805, 8820),
            range(65535, 65535),
        ]);
        assert_eq!(
            merged,
            [range(443, 443), range(8801, 8820), range(65535, 65535)]
        );
    }
}
