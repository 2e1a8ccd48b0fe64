//! Compares two reports: what changed in the PC, the network and the verdicts, and which way. Pure.
//!
//! A change is called better or worse only where it is proved: measured intervals that overlap, and verdicts that were
//! inconclusive on either side, show no change.

mod facts;
mod network;

use crate::model::comparison::{
    COMPARISON_SCHEMA, Comparison, Outcome, ProductChange, Remark, ResultChange, ScenarioChange,
    ScenarioOutcome, Side, Trend, Unchanged,
};
use crate::model::network::{NetworkEvidence, ReflectorRole};
use crate::model::report::Report;
use crate::model::verdict::Verdict;

/// Compares an earlier report with a later one.
pub fn compare(before: &Report, after: &Report) -> Comparison {
    let mut unchanged = Unchanged::default();
    let products = products(before, after);
    let requirements = requirements(before, after, &mut unchanged.requirements);
    let scenarios = scenarios(before, after, &mut unchanged.scenarios);
    let facts = facts::changes(
        &before.evidence.inventory,
        &after.evidence.inventory,
        &mut unchanged.facts,
    );
    let network = match (&before.evidence.network, &after.evidence.network) {
        (Some(b), Some(a)) => network::changes(b, a, &mut unchanged.network),
        _ => Vec::new(),
    };
    Comparison {
        schema: COMPARISON_SCHEMA.to_owned(),
        before: side(before),
        after: side(after),
        remarks: remarks(before, after),
        trend: trend(Some(before.verdict), Some(after.verdict)),
        products,
        requirements,
        scenarios,
        facts,
        network,
        unchanged,
    }
}

fn side(report: &Report) -> Side {
    Side {
        tool: report.tool.clone(),
        host: report.subject.host.clone(),
        redaction: report.subject.redaction,
        collected_at: report.evidence.collected_at,
        edition: report.manifest.edition.clone(),
        sha256: report.manifest.sha256.clone(),
        verdict: report.verdict,
    }
}

fn remarks(before: &Report, after: &Report) -> Vec<Remark> {
    use crate::model::evidence::Redaction;
    let mut out = Vec::new();
    let masked = |r: &Report| r.subject.redaction == Some(Redaction::Public);
    match (&before.subject.host, &after.subject.host) {
        (Some(b), Some(a)) if !masked(before) && !masked(after) => {
            if !b.eq_ignore_ascii_case(a) {
                out.push(Remark::OtherHost);
            }
        }
        _ => out.push(Remark::HostUnknown),
    }
    if before.tool != after.tool || before.evidence.tool != after.evidence.tool {
        out.push(Remark::OtherTool);
    }
    if before.manifest.edition != after.manifest.edition
        || before.manifest.sha256 != after.manifest.sha256
    {
        out.push(Remark::OtherEdition);
    }
    let targets = |r: &Report| {
        let mut all: Vec<String> = r
            .manifest
            .products
            .iter()
            .map(ToString::to_string)
            .collect();
        all.sort_unstable();
        all
    };
    if targets(before) != targets(after) {
        out.push(Remark::OtherProducts);
    }
    if before.manifest.participants != after.manifest.participants {
        out.push(Remark::OtherParticipants);
    }
    match (&before.evidence.network, &after.evidence.network) {
        (Some(b), Some(a)) => {
            if reflectors(b) != reflectors(a) {
                out.push(Remark::OtherReflector);
            }
            if own(b) || own(a) {
                out.push(Remark::SelfReflector);
            }
        }
        (None, None) => {}
        _ => out.push(Remark::NetworkOnce),
    }
    match (before.evidence.collected_at, after.evidence.collected_at) {
        (Some(b), Some(a)) if a < b => out.push(Remark::Reversed),
        (Some(_), Some(_)) => {}
        _ => out.push(Remark::TimeUnknown),
    }
    out
}

fn own(network: &NetworkEvidence) -> bool {
    let own = |r: &crate::model::network::ReflectorReading| {
        r.role.value() == Some(&ReflectorRole::SelfTest)
    };
    network.reflectors.iter().any(own)
}

/// The reflectors that were used; the program itself listens on another port each time.
fn reflectors(network: &NetworkEvidence) -> Vec<String> {
    let mut all: Vec<String> = network
        .reflectors
        .iter()
        .filter(|r| r.failure.is_none())
        .map(|r| match r.role.value() {
            Some(ReflectorRole::SelfTest) => "self".to_owned(),
            _ => r.address.to_lowercase(),
        })
        .collect();
    all.sort_unstable();
    all
}

/// Which way a verdict went. From and to inconclusive nothing is proved, except that a verdict which stayed is the
/// same.
fn trend(before: Option<Verdict>, after: Option<Verdict>) -> Trend {
    let rank = |v: Verdict| match v {
        Verdict::Pass => Some(2),
        Verdict::Warn => Some(1),
        Verdict::Fail => Some(0),
        Verdict::Inconclusive | Verdict::NotApplicable => None,
    };
    match (before, after) {
        (b, a) if b == a => Trend::Same,
        (Some(b), Some(a)) => match (rank(b), rank(a)) {
            (Some(b), Some(a)) if a > b => Trend::Better,
            (Some(b), Some(a)) if a < b => Trend::Worse,
            _ if b == Verdict::Inconclusive || a == Verdict::Inconclusive => Trend::Unproved,
            _ => Trend::Changed,
        },
        _ => Trend::Changed,
    }
}

/// Pairs of both lists with the same key, in the order of the later list, then what only the earlier one has. The n-th
/// of a key goes with the n-th of the other side.
fn pairs<'a, T, K: PartialEq>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let mut left: Vec<(K, &T)> = before.iter().map(|t| (key(t), t)).collect();
    let mut out = Vec::new();
    for item in after {
        let k = key(item);
        let at = left.iter().position(|(b, _)| *b == k);
        out.push((at.map(|at| left.remove(at).1), Some(item)));
    }
    out.extend(left.into_iter().map(|(_, t)| (Some(t), None)));
    out
}

fn products(before: &Report, after: &Report) -> Vec<ProductChange> {
    pairs(&before.products, &after.products, |p| {
        (&p.product, &p.variant)
    })
    .into_iter()
    .filter_map(|(b, a)| {
        let either = a.or(b)?;
        let (was, is) = (b.map(|p| p.verdict), a.map(|p| p.verdict));
        Some(ProductChange {
            product: either.product.clone(),
            name: either.name.clone(),
            variant: either.variant.clone(),
            before: was,
            after: is,
            trend: trend(was, is),
        })
    })
    .collect()
}

fn requirements(before: &Report, after: &Report, same: &mut usize) -> Vec<ResultChange> {
    let mut out = Vec::new();
    let key = |r| {
        let r: &crate::model::report::CheckResult = r;
        (&r.product, &r.variant, &r.requirement)
    };
    for (b, a) in pairs(&before.results, &after.results, key) {
        let Some(either) = a.or(b) else { continue };
        let outcome = |r: &crate::model::report::CheckResult| Outcome {
            verdict: r.verdict,
            reason: r.reason,
        };
        let (was, is) = (b.map(outcome), a.map(outcome));
        if was == is {
            *same += 1;
            continue;
        }
        let trend = match trend(was.map(|o| o.verdict), is.map(|o| o.verdict)) {
            // The same verdict for another reason.
            Trend::Same => Trend::Changed,
            trend => trend,
        };
        out.push(ResultChange {
            requirement: either.requirement.clone(),
            kind: either.kind.clone(),
            product: either.product.clone(),
            variant: either.variant.clone(),
            before: was,
            after: is,
            trend,
        });
    }
    out.sort_by_key(|c| order(c.trend));
    out
}

/// What a reader asks for first: what got worse.
fn order(trend: Trend) -> u8 {
    match trend {
        Trend::Worse => 0,
        Trend::Better => 1,
        Trend::Changed => 2,
        Trend::Unproved => 3,
        Trend::Same => 4,
    }
}

fn scenarios(before: &Report, after: &Report, same: &mut usize) -> Vec<ScenarioChange> {
    let mut out = Vec::new();
    let key = |s| {
        let s: &crate::model::report::ScenarioResult = s;
        (&s.product, &s.variant, &s.id)
    };
    for (b, a) in pairs(&before.scenarios, &after.scenarios, key) {
        let Some(either) = a.or(b) else { continue };
        let outcome = |s: &crate::model::report::ScenarioResult| ScenarioOutcome {
            verdict: s.verdict,
            limited_by: s.limited_by,
        };
        let (was, is) = (b.map(outcome), a.map(outcome));
        if was == is {
            *same += 1;
            continue;
        }
        let trend = match trend(was.map(|o| o.verdict), is.map(|o| o.verdict)) {
            Trend::Same => Trend::Changed,
            trend => trend,
        };
        out.push(ScenarioChange {
            id: either.id.clone(),
            product: either.product.clone(),
            variant: either.variant.clone(),
            before: was,
            after: is,
            trend,
        });
    }
    out.sort_by_key(|c| order(c.trend));
    out
}
