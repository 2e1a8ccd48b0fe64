//! Several reflectors: the first of each place that can be used is used, and the report says which and why.

use meetready::model::network::{FailureCode, ReflectorRole};
use meetready::model::reason::Reason;
use meetready::model::{EvidenceId, Verdict};

use crate::beside_others;
use crate::support::lab::Lab;
use crate::support::read::Read as _;

const ARGUMENTS: [&str; 6] = [
    "--for",
    "meetings",
    "--edition",
    "2025-05",
    "--scenario",
    "voip",
];

#[test]
fn the_first_reflector_that_answers_is_used_and_named() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (_first, one) = lab.reflector(&["--listen", "198.51.100.2:7443"]);
    let (_second, two) = lab.reflector(&["--listen", "198.51.100.2:7444"]);
    // Nobody listens there; nobody is there.
    let refused = one.replace(":7443", ":7445");
    let gone = one.replace("198.51.100.2", "198.51.100.77");
    let urls = [&refused, &gone, &one, &two];
    let mut arguments = ARGUMENTS.to_vec();
    for url in urls {
        arguments.extend(["--reflector", url]);
    }
    let report = lab.check(&arguments).report;
    let seen = &report.network().reflectors;
    assert_eq!(seen.len(), 4, "{seen:?}");
    let failed = |n: usize| seen[n].failure.as_ref().map(|f| f.code);
    assert_eq!(failed(0), Some(FailureCode::Refused));
    assert!(failed(1).is_some(), "{seen:?}");
    assert_eq!((failed(2), &seen[2].passed_over_for), (None, &None));
    assert_eq!(seen[2].role.value(), Some(&ReflectorRole::Outside));
    assert_eq!(
        seen[3].passed_over_for,
        Some(EvidenceId("reflector-3".into())),
        "{seen:?}"
    );
    let used = |id: &EvidenceId| *id == seen[2].id;
    assert!(report.network().ports.iter().all(|p| used(&p.reflector)));
    assert!(report.network().capacity.iter().all(|c| used(&c.reflector)));
    assert_eq!(report.result("meetings.ports-udp").verdict, Verdict::Pass);
}

#[test]
fn when_none_answers_nothing_is_claimed_and_each_failure_is_told() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (mut first, one) = lab.reflector(&["--listen", "198.51.100.2:7443"]);
    first.kill();
    let two = one.replace("198.51.100.2", "198.51.100.77");
    let mut arguments = ARGUMENTS.to_vec();
    arguments.extend(["--reflector", &one, "--reflector", &two]);
    let report = lab.check(&arguments).report;
    let seen = &report.network().reflectors;
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.iter().all(|r| r.failure.is_some()), "{seen:?}");
    let result = report.result("meetings.ports-udp");
    assert_eq!(
        (result.verdict, result.reason),
        (Verdict::Inconclusive, Reason::ReflectorUnusable)
    );
}
