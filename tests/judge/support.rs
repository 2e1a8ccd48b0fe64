//! Small manifests and evidence, written as the JSON that files hold.

use std::collections::BTreeMap;

use meetready::judge::judge;
use meetready::model::report::CheckResult;
use meetready::model::requirement::{BrowserReleases, EditionInfo, ProductManifest};
use meetready::model::{Edition, Evidence, Reason, Report, Selection, Verdict};
use serde_json::{Value, json};

/// One rule, one set of facts, and what must come of them.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: &'static str,
    /// The rule, as in a manifest.
    pub rule: Value,
    /// Further keys of the requirement: `on_fail`, `on_unlisted`, `applies`, `level`.
    pub requirement: Value,
    /// Variants of the product.
    pub variants: Value,
    /// Further keys of the evidence: `inventory`, `network`, `collected_at`.
    pub evidence: Value,
    pub target: &'static str,
    pub participants: u32,
    pub verdict: Verdict,
    pub reason: Reason,
}

/// A case with everything usual: `on_fail` fail, no variants.
pub fn case(
    name: &'static str,
    rule: Value,
    evidence: Value,
    verdict: Verdict,
    reason: Reason,
) -> Case {
    Case {
        name,
        rule,
        requirement: json!({}),
        variants: json!([]),
        evidence,
        target: "meetings",
        participants: 1,
        verdict,
        reason,
    }
}

impl Case {
    /// With further keys of the requirement.
    pub fn with(mut self, requirement: Value) -> Self {
        self.requirement = requirement;
        self
    }
}

/// A known fact.
pub fn known(value: impl Into<Value>) -> Value {
    json!({ "known": { "value": value.into(), "source": "test" } })
}

/// A fact of which something was read that proves nothing.
pub fn undecided() -> Value {
    json!({ "unknown": { "code": "undecided", "detail": "HKLM\\x = 2" } })
}

/// A fact that the system could not tell.
pub fn unknown() -> Value {
    json!({ "unknown": { "code": "not-supported" } })
}

/// Evidence with an inventory alone.
pub fn inventory(inventory: Value) -> Value {
    json!({ "inventory": inventory })
}

fn merged(base: Value, more: &Value) -> Value {
    match (base, more) {
        (Value::Object(mut base), Value::Object(more)) => {
            for (key, value) in more {
                base.insert(key.clone(), value.clone());
            }
            Value::Object(base)
        }
        (base, _) => base,
    }
}

/// One requirement around a rule.
pub fn requirement(rule: &Value, more: &Value) -> Value {
    merged(
        json!({
            "id": "meetings.case",
            "level": "required",
            "rule": rule,
            "on_fail": "fail",
            "source": { "document": "test", "section": "1", "confidence": "document" }
        }),
        more,
    )
}

/// Releases up to the day given as `as_of`.
pub fn browser_data() -> BrowserReleases {
    let release = |version: &str, date: &str| json!({ "version": version, "date": date });
    serde_json::from_value(json!({
        "as_of": "2026-06-01",
        "source": { "document": "test", "section": "1", "confidence": "document" },
        "browsers": {
            "chrome": [
                release("107", "2026-01-13"), release("108", "2026-02-10"), release("109", "2026-03-10"),
                release("110", "2026-04-07"), release("111", "2026-05-05")
            ],
            "safari": [
                release("17.6", "2024-07-29"), release("18.0", "2024-09-16"), release("18.5", "2025-05-12"),
                release("26.0", "2025-09-15"), release("26.4", "2026-03-24")
            ],
            "young": [release("3", "2026-05-01")]
        }
    }))
    .expect("browser data")
}

/// An edition of one product, with the baseline given.
pub fn edition(variants: &Value, requirements: &[Value], baseline: &[Value]) -> Edition {
    let product: ProductManifest = serde_json::from_value(json!({
        "product": "meetings", "name": "Zoom Meetings", "variants": variants, "requirements": requirements
    }))
    .expect("product");
    let info: EditionInfo = serde_json::from_value(json!({
        "edition": "test", "vendor": "zoom", "document": "Test", "version": "1", "publisher": "P", "as_of": "2026-01"
    }))
    .expect("edition");
    Edition {
        policies: BTreeMap::new(),
        info,
        products: BTreeMap::from([(product.product.clone(), product)]),
        sha256: "00".repeat(32),
        baseline: baseline
            .iter()
            .map(|b| serde_json::from_value(b.clone()).expect("baseline"))
            .collect(),
        browsers: Some(browser_data()),
        endpoints: Vec::new(),
        address_lists: Vec::new(),
    }
}

/// Evidence of this version from its further keys.
pub fn evidence(more: &Value) -> Evidence {
    serde_json::from_value(merged(json!({ "schema": "meetready/evidence/1" }), more))
        .unwrap_or_else(|e| panic!("{e}: {more}"))
}

/// What was asked for.
pub fn selection(target: &str, participants: u32) -> Selection {
    Selection {
        edition: "test".parse().expect("edition id"),
        targets: vec![target.parse().expect("target")],
        scenarios: Vec::new(),
        participants,
    }
}

/// The report of a case.
pub fn report(case: &Case) -> Report {
    let edition = edition(
        &case.variants,
        &[requirement(&case.rule, &case.requirement)],
        &[],
    );
    judge(
        &edition,
        evidence(&case.evidence),
        &selection(case.target, case.participants),
    )
}

/// The one result of a case.
pub fn run(case: &Case) -> CheckResult {
    let mut report = report(case);
    assert_eq!(report.results.len(), 1, "{}", case.name);
    report.results.remove(0)
}
