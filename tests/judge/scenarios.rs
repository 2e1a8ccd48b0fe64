//! Scenario rows, product verdicts, and what a selection leaves out.

use meetready::judge::judge;
use meetready::model::report::LimitedBy;
use meetready::model::units::Bps;
use meetready::model::{Edition, Verdict};
use serde_json::{Value, json};

use super::network_cases::{open, reading, reflector, silent, stream};
use super::support::{edition, evidence, known, requirement, selection};

fn one(id: &str, rule: &Value, more: &Value) -> Value {
    let mut r = requirement(rule, more);
    r["id"] = json!(id);
    r
}

fn bandwidth(id: &str, scenario: &str, kbps: u32) -> Value {
    one(
        id,
        &json!({ "bandwidth": {
            "scenario": scenario,
            "up": { "lower_kbps": kbps, "upper_kbps": kbps }, "down": { "lower_kbps": kbps, "upper_kbps": kbps }
        } }),
        &json!({}),
    )
}

fn sample() -> Edition {
    edition(
        &json!([]),
        &[
            one(
                "m.ram",
                &json!({ "memory": { "at_least": 4096 } }),
                &json!({}),
            ),
            one(
                "m.udp",
                &json!({ "port": { "transport": "udp", "ports": ["8801"], "scope": "cloud", "fallback_tcp": 443 } }),
                &json!({}),
            ),
            one(
                "m.camera",
                &json!({ "device": { "kind": "camera", "buses": ["usb"] } }),
                &json!({ "level": "informative" }),
            ),
            bandwidth("m.hq", "hq", 600),
            bandwidth("m.hd", "hd", 3000),
        ],
        &[one(
            "q.loss",
            &json!({ "quality": { "metric": "loss", "max_percent": 2.0 } }),
            &json!({ "level": "recommended", "on_fail": "warn" }),
        )],
    )
}

fn rate(direction: &str, at_least: Value, at_most: Value) -> Value {
    json!({
        "id": format!("capacity-{direction}"), "reflector": "reflector-1", "role": "outside",
        "direction": direction, "family": "ipv4", "at_least": at_least, "at_most": at_most, "trains": []
    })
}

/// A PC and line where all is well, but for what is changed.
fn well(change: impl FnOnce(&mut Value)) -> Value {
    let mut all = json!({
        "inventory": { "memory": { "installed": known(8192) }, "cameras": known(json!([])) },
        "network": {
            "reflectors": [reflector("outside")],
            "ports": [reading("outside", "udp", "ipv4", &["8801"], json!([open(&["8801"])]))],
            "capacity": [rate("up", json!(6_000_000), Value::Null), rate("down", json!(6_000_000), Value::Null)],
            "quality": [stream("up", "ipv4", json!({})), stream("down", "ipv4", json!({}))]
        }
    });
    change(&mut all);
    all
}

fn rows(facts: &Value) -> Vec<(String, Verdict, Option<LimitedBy>)> {
    judge(&sample(), evidence(facts), &selection("meetings", 1))
        .scenarios
        .into_iter()
        .map(|s| (s.id.to_string(), s.verdict, s.limited_by))
        .collect()
}

fn both(
    verdict: Verdict,
    limited_by: Option<LimitedBy>,
) -> Vec<(String, Verdict, Option<LimitedBy>)> {
    vec![
        ("hq".to_owned(), verdict, limited_by),
        ("hd".to_owned(), verdict, limited_by),
    ]
}

#[test]
fn a_good_line_carries_every_scenario() {
    assert_eq!(rows(&well(|_| {})), both(Verdict::Pass, None));
    let report = judge(
        &sample(),
        evidence(&well(|_| {})),
        &selection("meetings", 1),
    );
    assert_eq!(
        report.verdict,
        Verdict::Pass,
        "an informative miss does not count"
    );
    assert_eq!(
        report.results.len(),
        6,
        "the baseline is judged with the product"
    );
    assert_eq!(report.scenarios[0].up_bps, Some(Bps(6_000_000)));
}

#[test]
fn a_narrow_line_limits_only_what_it_cannot_carry() {
    let facts = well(|all| {
        all["network"]["capacity"] = json!([
            rate("up", json!(6_000_000), Value::Null),
            rate("down", json!(1_500_000), json!(1_600_000))
        ]);
    });
    assert_eq!(
        rows(&facts),
        [
            ("hq".to_owned(), Verdict::Pass, None),
            ("hd".to_owned(), Verdict::Fail, Some(LimitedBy::Down))
        ]
    );
    let facts = well(|all| {
        all["network"]["capacity"] = json!([
            rate("up", json!(300_000), json!(400_000)),
            rate("down", json!(300_000), json!(400_000))
        ]);
    });
    assert_eq!(
        rows(&facts),
        both(Verdict::Fail, Some(LimitedBy::UpAndDown))
    );
}

#[test]
fn what_else_a_call_needs_limits_it_too() {
    let blocked = json!([reading(
        "outside",
        "udp",
        "ipv4",
        &["8801"],
        json!([silent(&["8801"], 5, true, known("up"))])
    )]);
    let facts = well(|all| all["network"]["ports"] = blocked.clone());
    assert_eq!(rows(&facts), both(Verdict::Fail, Some(LimitedBy::Ports)));

    let facts = well(|all| {
        let mut ports = blocked.clone();
        if let Some(list) = ports.as_array_mut() {
            list.push(reading(
                "outside",
                "tcp",
                "ipv4",
                &["443"],
                json!([open(&["443"])]),
            ));
        }
        all["network"]["ports"] = ports;
    });
    assert_eq!(
        rows(&facts),
        both(Verdict::Warn, Some(LimitedBy::TcpFallback))
    );

    let facts = well(|all| {
        all["network"]["quality"] = json!([stream(
            "up",
            "ipv4",
            json!({ "loss": 9.0, "loss_interval": [8.0, 10.0] })
        )]);
    });
    assert_eq!(rows(&facts), both(Verdict::Warn, Some(LimitedBy::Quality)));

    let facts = well(|all| all["inventory"]["memory"]["installed"] = known(2048));
    assert_eq!(rows(&facts), both(Verdict::Fail, Some(LimitedBy::Device)));
}

#[test]
fn what_was_not_measured_is_not_ready() {
    let facts = well(|all| all["network"] = Value::Null);
    assert_eq!(
        rows(&facts),
        both(Verdict::Inconclusive, Some(LimitedBy::NotMeasured))
    );
    let report = judge(&sample(), evidence(&facts), &selection("meetings", 1));
    assert_eq!(report.verdict, Verdict::Inconclusive);
}

#[test]
fn only_the_scenarios_asked_for_are_judged() {
    let mut asked = selection("meetings", 1);
    asked.scenarios = vec!["hd".parse().expect("scenario")];
    let report = judge(&sample(), evidence(&well(|_| {})), &asked);
    assert_eq!(report.scenarios.len(), 1);
    assert!(
        report
            .results
            .iter()
            .all(|r| r.requirement.as_str() != "m.hq")
    );
}

#[test]
fn participants_multiply_the_needs() {
    let report = judge(
        &sample(),
        evidence(&well(|_| {})),
        &selection("meetings", 3),
    );
    let verdicts: Vec<Verdict> = report.scenarios.iter().map(|s| s.verdict).collect();
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Inconclusive]);
    assert_eq!(report.scenarios[1].up.map(|n| n.upper_kbps.0), Some(9_000));
    // More than the units hold is still a need that no line meets, and no overflow.
    let report = judge(
        &sample(),
        evidence(&well(|_| {})),
        &selection("meetings", u32::MAX),
    );
    assert_eq!(report.scenarios[1].verdict, Verdict::Inconclusive);
}

#[test]
fn requirements_of_other_variants_are_left_out() {
    let edition = edition(
        &json!([{ "id": "one", "default": true }, { "id": "two" }]),
        &[
            one(
                "m.one",
                &json!({ "memory": { "at_least": 1 } }),
                &json!({ "applies": { "variants": ["one"] } }),
            ),
            one(
                "m.two",
                &json!({ "memory": { "at_least": 2 } }),
                &json!({ "applies": { "variants": ["two"] } }),
            ),
            one("m.all", &json!({ "memory": { "at_least": 3 } }), &json!({})),
        ],
        &[],
    );
    let ids = |target: &str| -> Vec<String> {
        judge(&edition, evidence(&json!({})), &selection(target, 1))
            .results
            .iter()
            .map(|r| {
                format!(
                    "{} {:?}",
                    r.requirement,
                    r.variant.as_ref().map(meetready::model::VariantId::as_str)
                )
            })
            .collect()
    };
    assert_eq!(
        ids("meetings"),
        ["m.one Some(\"one\")", "m.all Some(\"one\")"]
    );
    assert_eq!(
        ids("meetings:two"),
        ["m.two Some(\"two\")", "m.all Some(\"two\")"]
    );
}

#[test]
fn a_product_that_the_edition_lacks_is_not_applicable() {
    let report = judge(&sample(), evidence(&json!({})), &selection("phone", 1));
    assert_eq!(report.products[0].verdict, Verdict::NotApplicable);
    assert!(report.results.is_empty());
}

#[test]
fn the_worst_product_decides_the_report() {
    let mut asked = selection("meetings", 1);
    asked.targets.push("phone".parse().expect("target"));
    let facts = well(|all| all["inventory"]["memory"]["installed"] = known(2048));
    let report = judge(&sample(), evidence(&facts), &asked);
    assert_eq!(report.products.len(), 2);
    assert_eq!(report.verdict, Verdict::Fail);
}
