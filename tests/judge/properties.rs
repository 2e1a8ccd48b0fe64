//! Whatever evidence parses is judged without a panic, and what is erased never turns into a pass.

use meetready::judge::judge;
use meetready::model::{Edition, Evidence, Report, Selection, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::editions::{catalog, good_pc, targets};
use super::support::{selection, unknown};

fn everything(edition: &Edition, participants: u32) -> Selection {
    let mut all = selection("meetings", participants);
    all.targets = targets(edition);
    all
}

fn parsed(facts: &Value) -> Option<Evidence> {
    let mut whole = facts.clone();
    whole["schema"] = json!("meetready/evidence/1");
    serde_json::from_value(whole).ok()
}

/// Every place in a JSON value, as a pointer.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    let inside = |key: &str| format!("{at}/{key}");
    match value {
        Value::Object(map) => {
            for (key, v) in map {
                places(v, &inside(key), out);
            }
        }
        Value::Array(list) => {
            for (i, v) in list.iter().enumerate() {
                places(v, &inside(&i.to_string()), out);
            }
        }
        _ => {}
    }
    if !at.is_empty() {
        out.push(at.to_owned());
    }
}

fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(unknown()),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e12f64..1e12).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "windows",
            "macos",
            "ipados",
            "16.0",
            "10.16",
            "0",
            "18446744073709551615",
            "ipv6",
            "down",
            "self-test",
            "lan",
            "udp",
            "sample",
            "1-65535",
            "65535",
            "virtual",
            "vpn",
            "Apple M9",
            "i5-8500T",
            "AMD Ryzen 5",
            "::1",
            "255.255.255.255"
        ])
        .prop_map(Value::from),
    ]
}

fn holds_together(report: &Report) -> Result<(), TestCaseError> {
    for r in &report.results {
        let nothing_to_do = matches!(r.verdict, Verdict::Pass | Verdict::NotApplicable);
        prop_assert_eq!(r.owner.is_none(), nothing_to_do, "{}", r.requirement);
        prop_assert_eq!(r.next_step.is_none(), nothing_to_do, "{}", r.requirement);
    }
    for s in &report.scenarios {
        prop_assert_eq!(
            s.limited_by.is_none(),
            s.verdict == Verdict::Pass,
            "{}",
            s.id
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_evidence_that_parses_makes_the_judge_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), strange()), 1..6),
        participants in any::<u32>(),
    ) {
        let mut facts = good_pc();
        for (place, value) in changes {
            let mut all = Vec::new();
            places(&facts, "", &mut all);
            let at = place.get(&all).clone();
            let before = facts.clone();
            if let Some(slot) = facts.pointer_mut(&at) {
                *slot = value;
            }
            // What does not parse is refused at the door; the next change starts from what does.
            if parsed(&facts).is_none() {
                facts = before;
            }
        }
        let evidence = parsed(&facts).expect("kept only what parses");
        for edition in catalog().editions() {
            let asked = everything(edition, participants);
            let report = judge(edition, evidence.clone(), &asked);
            holds_together(&report)?;
            prop_assert_eq!(&report, &judge(edition, evidence.clone(), &asked));
        }
    }
}

/// Erasing a fact may leave a result as it was or make it less certain; it never makes a miss a pass.
#[test]
fn an_erased_fact_never_mends_a_miss() {
    let mut bad = good_pc();
    bad["inventory"]["os"]["version"] = super::support::known("8.2");
    bad["inventory"]["cpu"]["brand"] =
        super::support::known("Intel(R) Celeron(R) N4020 CPU @ 1.10GHz");
    bad["inventory"]["cpu"]["base_clock"] = super::support::known(1100);
    bad["inventory"]["cpu"]["physical_cores"] = super::support::known(1);
    bad["inventory"]["memory"] = json!({
        "installed": super::support::known(2048), "usable": super::support::known(1900)
    });
    bad["inventory"]["cameras"] = super::support::known(json!([]));
    bad["inventory"]["display"]["displays"] = super::support::known(json!([]));
    bad["inventory"]["display"]["touch"] = super::support::known(false);
    bad["inventory"]["apps"] = super::support::known(json!([]));
    bad["inventory"]["browsers"] = super::support::known(json!([]));
    bad["inventory"]["link"]["kind"] = super::support::known("other");
    bad["inventory"]["session"]["virtual_desktop"] = super::support::known("citrix");
    bad["inventory"]["session"]["remote"] = super::support::known(true);
    let mut all = Vec::new();
    places(&bad["inventory"], "/inventory", &mut all);
    let facts: Vec<&str> = all
        .iter()
        .filter_map(|p| p.strip_suffix("/known"))
        .collect();
    assert!(facts.len() > 20);
    for edition in catalog().editions() {
        let asked = everything(edition, 1);
        let whole = judge(edition, parsed(&bad).expect("evidence"), &asked);
        for fact in &facts {
            let mut erased = bad.clone();
            if let Some(slot) = erased.pointer_mut(fact) {
                *slot = unknown();
            }
            let Some(evidence) = parsed(&erased) else {
                continue;
            };
            let report = judge(edition, evidence, &asked);
            for (before, after) in whole.results.iter().zip(&report.results) {
                let missed = matches!(before.verdict, Verdict::Fail | Verdict::Warn);
                assert!(
                    !(missed && after.verdict == Verdict::Pass),
                    "{}: without {fact} {:?} became a pass",
                    before.requirement,
                    before.reason
                );
            }
        }
    }
}
