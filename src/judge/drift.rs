//! Two reports of one run, each against its own edition, laid side by side.

use std::collections::BTreeMap;

use crate::model::drift::{
    Change, DRIFT_SCHEMA, Drift, DriftSide, ProductDrift, RequirementDrift, ScenarioDrift,
};
use crate::model::ids::RequirementId;
use crate::model::report::{CheckResult, ProductVerdict, Report, ScenarioResult};
use crate::model::verdict::Verdict;

/// What changes between two editions for the device and network of one run. `renamed` tells which requirement of the
/// old edition speaks of the same thing under another id of the new one.
///
/// A product whose verdict is `not_applicable` without any result is one that the edition does not have.
pub fn drift(
    old: &Report,
    new: &Report,
    renamed: &BTreeMap<RequirementId, RequirementId>,
) -> Drift {
    let mut targets: Vec<&ProductVerdict> = new.products.iter().collect();
    targets.extend(old.products.iter().filter(|o| find(new, o).is_none()));
    Drift {
        schema: DRIFT_SCHEMA.to_owned(),
        tool: new.tool.clone(),
        subject: new.subject.clone(),
        collected_at: new.evidence.collected_at,
        old: side(old),
        new: side(new),
        publishers_differ: old.manifest.publisher != new.manifest.publisher,
        products: targets
            .into_iter()
            .map(|target| product(old, new, target, renamed))
            .collect(),
    }
}

fn side(report: &Report) -> DriftSide {
    DriftSide {
        manifest: report.manifest.clone(),
        verdict: report.verdict,
    }
}

fn find<'a>(report: &'a Report, target: &ProductVerdict) -> Option<&'a ProductVerdict> {
    report
        .products
        .iter()
        .find(|p| p.product == target.product && p.variant == target.variant)
}

fn results<'a>(report: &'a Report, target: &ProductVerdict) -> Vec<&'a CheckResult> {
    report
        .results
        .iter()
        .filter(|r| {
            r.product == target.product
                && r.variant == target.variant
                && r.verdict != Verdict::NotApplicable
        })
        .collect()
}

fn product(
    old: &Report,
    new: &Report,
    target: &ProductVerdict,
    renamed: &BTreeMap<RequirementId, RequirementId>,
) -> ProductDrift {
    let verdict = |report: &Report| {
        find(report, target)
            .map(|p| p.verdict)
            .filter(|v| *v != Verdict::NotApplicable || !results(report, target).is_empty())
    };
    let (mut then, now) = (results(old, target), results(new, target));
    let mut changes = Vec::new();
    let mut unchanged = 0;
    let mut note =
        |requirement: &RequirementId, old: Option<&CheckResult>, new: Option<&CheckResult>| {
            match Change::between(old.map(|r| r.verdict), new.map(|r| r.verdict)) {
                Some(change) => changes.push(RequirementDrift {
                    requirement: requirement.clone(),
                    change,
                    old: old.cloned(),
                    new: new.cloned(),
                }),
                None => unchanged += 1,
            }
        };
    for result in now {
        let same = |r: &&CheckResult| {
            let id = renamed.get(&r.requirement).unwrap_or(&r.requirement);
            *id == result.requirement
        };
        let before = then.iter().position(same).map(|at| then.remove(at));
        note(&result.requirement, before, Some(result));
    }
    for left in then {
        note(&left.requirement, Some(left), None);
    }
    ProductDrift {
        product: target.product.clone(),
        name: target.name.clone(),
        variant: target.variant.clone(),
        old: verdict(old),
        new: verdict(new),
        changes,
        unchanged,
        scenarios: scenarios(old, new, target),
    }
}

fn scenarios(old: &Report, new: &Report, target: &ProductVerdict) -> Vec<ScenarioDrift> {
    let rows = |report: &Report| -> Vec<ScenarioResult> {
        report
            .scenarios
            .iter()
            .filter(|s| s.product == target.product && s.variant == target.variant)
            .filter(|s| s.verdict != Verdict::NotApplicable)
            .cloned()
            .collect()
    };
    let (mut then, now) = (rows(old), rows(new));
    let mut out = Vec::new();
    let mut note = |old: Option<ScenarioResult>, new: Option<ScenarioResult>| {
        let id = new.as_ref().or(old.as_ref()).map(|s| s.id.clone());
        let change = Change::between(
            old.as_ref().map(|s| s.verdict),
            new.as_ref().map(|s| s.verdict),
        );
        if let (Some(id), Some(change)) = (id, change) {
            out.push(ScenarioDrift {
                id,
                change,
                old,
                new,
            });
        }
    };
    for row in now {
        let before = then
            .iter()
            .position(|s| s.id == row.id)
            .map(|at| then.remove(at));
        note(before, Some(row));
    }
    for left in then {
        note(Some(left), None);
    }
    out
}
