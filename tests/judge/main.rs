//! The judge: every verdict and reason of every rule kind, the vectors of real processors, and the published editions.

#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON values are written in place"
)]
#![expect(
    clippy::too_many_lines,
    reason = "tables of cases read best in one piece"
)]

mod cases;
mod cpu_cases;
mod editions;
mod names;
mod network_cases;
mod processors;
mod properties;
mod scenarios;
mod support;

use std::collections::BTreeSet;

use meetready::model::{Reason, Verdict};

use support::{Case, run};

fn all_cases() -> Vec<Case> {
    let mut all = cases::all();
    all.extend(cpu_cases::all());
    all.extend(network_cases::all());
    all
}

#[test]
fn every_case_gets_its_verdict_and_reason() {
    let mut wrong = Vec::new();
    for case in all_cases() {
        let result = run(&case);
        if (result.verdict, result.reason) != (case.verdict, case.reason) {
            wrong.push(format!(
                "{}: {:?} {:?} in place of {:?} {:?}\n  measured {:?}",
                case.name,
                result.verdict,
                result.reason,
                case.verdict,
                case.reason,
                result.measured
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn who_must_act_is_named_wherever_something_is_to_be_done() {
    for case in all_cases() {
        let result = run(&case);
        let nothing_to_do = matches!(result.verdict, Verdict::Pass | Verdict::NotApplicable);
        assert_eq!(result.owner.is_none(), nothing_to_do, "{}", case.name);
        assert_eq!(result.next_step.is_none(), nothing_to_do, "{}", case.name);
    }
}

#[test]
fn every_reason_is_reached_by_some_case() {
    let reached: BTreeSet<Reason> = all_cases().iter().map(|case| run(case).reason).collect();
    let missing: Vec<&Reason> = Reason::ALL
        .iter()
        .filter(|r| !reached.contains(r))
        .collect();
    assert!(missing.is_empty(), "no case reaches {missing:?}");
}

#[test]
fn every_measurable_kind_can_pass_be_missed_and_be_inconclusive() {
    let mut seen: BTreeSet<(String, u8)> = BTreeSet::new();
    for case in all_cases() {
        let result = run(&case);
        let class = match result.verdict {
            Verdict::Pass => 0,
            Verdict::Warn | Verdict::Fail => 1,
            Verdict::Inconclusive => 2,
            Verdict::NotApplicable => 3,
        };
        seen.insert((result.kind, class));
    }
    for kind in [
        "os",
        "cpu",
        "memory",
        "device",
        "display",
        "browser",
        "app",
        "link",
        "same_network",
        "session",
        "port",
        "bandwidth",
        "quality",
    ] {
        for class in 0..3 {
            assert!(seen.contains(&(kind.to_owned(), class)), "{kind} {class}");
        }
    }
    assert!(seen.contains(&("statement".to_owned(), 3)));
}
