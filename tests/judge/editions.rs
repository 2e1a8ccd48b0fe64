//! The published editions, judged for whole PCs.

use std::sync::OnceLock;

use meetready::judge::judge;
use meetready::manifest::Catalog;
use meetready::model::report::{CheckResult, Report};
use meetready::model::selection::Target;
use meetready::model::{Evidence, NextStep, Owner, Reason, Verdict};
use serde_json::{Value, json};

use super::network_cases::{open, reading, silent};
use super::support::{evidence, known};

/// Read once: the tests judge against it thousands of times.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().expect("embedded editions"))
}

/// Every product and variant of an edition.
pub fn targets(edition: &meetready::model::Edition) -> Vec<Target> {
    edition
        .products
        .values()
        .flat_map(|product| {
            let target = |variant| Target {
                product: product.product.clone(),
                variant,
            };
            if product.variants.is_empty() {
                vec![target(None)]
            } else {
                product
                    .variants
                    .iter()
                    .map(|v| target(Some(v.id.clone())))
                    .collect()
            }
        })
        .collect()
}

/// A desktop PC with Windows 11 on a good line, measured against a reflector outside and one in the room.
pub fn good_pc() -> Value {
    serde_json::from_str(include_str!("../data/evidence_windows.json")).expect("evidence")
}

fn judged(edition: &str, target: &str, facts: &Value) -> Report {
    let catalog = catalog();
    let (edition, selection) = catalog
        .select(
            Some(&edition.parse().expect("edition id")),
            &[target.parse().expect("target")],
            &[],
            1,
        )
        .expect("selection");
    judge(edition, evidence(facts), &selection)
}

fn result<'a>(report: &'a Report, requirement: &str) -> &'a CheckResult {
    report
        .results
        .iter()
        .find(|r| r.requirement.as_str() == requirement)
        .unwrap_or_else(|| panic!("no {requirement}"))
}

fn outcome(edition: &str, target: &str, facts: &Value, requirement: &str) -> (Verdict, Reason) {
    let report = judged(edition, target, facts);
    let result = result(&report, requirement);
    (result.verdict, result.reason)
}

fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut facts = good_pc();
    change(&mut facts);
    facts
}

fn with_os(family: &str, version: &str) -> Value {
    changed(|f| {
        f["inventory"]["os"]["family"] = known(family);
        f["inventory"]["os"]["version"] = known(version);
    })
}

fn with_cpu(brand: &str, cores: u32) -> Value {
    changed(|f| {
        f["inventory"]["cpu"] = json!({ "brand": known(brand), "physical_cores": known(cores) });
    })
}

#[test]
fn a_good_pc_is_ready_for_everything_on_a_pc() {
    for target in [
        "meetings",
        "phone",
        "contact-center",
        "webinars:panelist",
        "rooms:1-screen",
        "rooms:3-screens",
    ] {
        let report = judged("2025-05", target, &good_pc());
        let short: Vec<String> = report
            .results
            .iter()
            .filter(|r| !matches!(r.verdict, Verdict::Pass | Verdict::NotApplicable))
            .map(|r| format!("{} {:?} {:?}", r.requirement, r.verdict, r.reason))
            .collect();
        assert!(short.is_empty(), "{target}: {short:?}");
        assert_eq!(report.verdict, Verdict::Pass, "{target}");
        assert!(
            report.scenarios.iter().all(|s| s.verdict == Verdict::Pass),
            "{target}"
        );
    }
}

#[test]
fn windows_7_is_listed_in_2021_and_ends_in_2025() {
    let old = |client: Option<&str>| {
        let mut facts = with_os("windows", "7");
        facts["inventory"]["apps"] = match client {
            Some(version) => {
                known(json!([{ "id": "zoom-client", "name": "Zoom", "version": known(version) }]))
            }
            None => known(json!([])),
        };
        facts
    };
    for facts in [old(None), old(Some("5.17.5")), old(Some("6.1"))] {
        assert_eq!(
            outcome("2021-10", "meetings", &facts, "meetings.os"),
            (Verdict::Pass, Reason::Met)
        );
    }
    assert_eq!(
        outcome("2025-05", "meetings", &old(None), "meetings.os"),
        (Verdict::Warn, Reason::OsEnding)
    );
    assert_eq!(
        outcome("2025-05", "meetings", &old(Some("5.17.5")), "meetings.os"),
        (Verdict::Warn, Reason::OsEnding)
    );
    assert_eq!(
        outcome("2025-05", "meetings", &old(Some("6.1")), "meetings.os"),
        (Verdict::Fail, Reason::OsEnded)
    );
    assert_eq!(
        outcome("2025-05", "rooms", &old(None), "rooms.os"),
        (Verdict::Fail, Reason::OsTooOld)
    );
}

#[test]
fn windows_11_came_after_the_2021_list() {
    let report = judged("2021-10", "meetings", &good_pc());
    let os = result(&report, "meetings.os");
    assert_eq!((os.verdict, os.reason), (Verdict::Fail, Reason::OsUnlisted));
    assert_eq!(
        (os.owner, os.next_step),
        (Some(Owner::Reseller), Some(NextStep::AskReseller))
    );
    assert_eq!(report.verdict, Verdict::Fail);
    assert_eq!(
        outcome("2025-05", "meetings", &good_pc(), "meetings.os"),
        (Verdict::Pass, Reason::Met)
    );
}

#[test]
fn other_systems() {
    let met = (Verdict::Pass, Reason::Met);
    let os = |edition, family, version| {
        outcome(
            edition,
            "meetings",
            &with_os(family, version),
            "meetings.os",
        )
    };
    assert_eq!(os("2025-05", "macos", "16.0"), met);
    assert_eq!(
        os("2025-05", "macos", "10.12"),
        (Verdict::Fail, Reason::OsTooOld)
    );
    assert_eq!(
        os("2021-10", "macos", "15.0"),
        (Verdict::Fail, Reason::OsUnlisted)
    );
    assert_eq!(
        os("2025-05", "linux", "24.04"),
        (Verdict::Fail, Reason::OsUnlisted)
    );
    assert_eq!(
        os("2025-05", "windows", "2025"),
        (Verdict::Fail, Reason::OsUnlisted)
    );
    let phone = with_os("ios", "12.5");
    assert_eq!(
        outcome("2025-05", "meetings", &phone, "meetings.os-ios"),
        (Verdict::Fail, Reason::OsTooOld)
    );
    assert_eq!(
        outcome("2025-05", "meetings", &phone, "meetings.os"),
        (Verdict::NotApplicable, Reason::OtherPlatform)
    );
}

#[test]
fn real_processors_against_the_rooms_lines() {
    let met = (Verdict::Pass, Reason::Met);
    let one = |brand, cores| {
        outcome(
            "2025-05",
            "rooms:1-screen",
            &with_cpu(brand, cores),
            "rooms.cpu-1-screen",
        )
    };
    let three = |brand, cores| {
        outcome(
            "2025-05",
            "rooms:3-screens",
            &with_cpu(brand, cores),
            "rooms.cpu-3-screens",
        )
    };
    assert_eq!(one("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", 6), met);
    assert_eq!(
        one("Intel(R) Core(TM) i5-8259U CPU @ 2.30GHz", 4),
        (Verdict::Fail, Reason::CpuWrongSegment)
    );
    assert_eq!(three("Intel(R) Core(TM) i7-10700T CPU @ 2.00GHz", 8), met);
    assert_eq!(
        three("Intel(R) Core(TM) i7-9700T CPU @ 2.00GHz", 8),
        (Verdict::Fail, Reason::CpuGenerationTooOld)
    );
    assert_eq!(
        three("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 4).0,
        Verdict::Fail
    );
    assert_eq!(
        one("AMD Ryzen 5 3600 6-Core Processor", 6),
        (Verdict::Warn, Reason::CpuUnlisted)
    );
    assert_eq!(
        one("AMD Ryzen 5 5500U with Radeon Graphics", 6),
        (Verdict::Fail, Reason::CpuWrongSegment)
    );
    let gallery = |brand, p: u32, e: u32| {
        let mut facts = with_cpu(brand, p + e);
        facts["inventory"]["cpu"]["performance_cores"] = known(p);
        facts["inventory"]["cpu"]["efficiency_cores"] = known(e);
        outcome(
            "2025-05",
            "rooms:smart-gallery",
            &facts,
            "rooms.cpu-smart-gallery",
        )
    };
    assert_eq!(gallery("12th Gen Intel(R) Core(TM) i5-12500T", 6, 0), met);
    assert_eq!(gallery("12th Gen Intel(R) Core(TM) i5-1240P", 4, 8), met);
    assert_eq!(
        gallery("12th Gen Intel(R) Core(TM) i5-1235U", 2, 8),
        (Verdict::Warn, Reason::CpuTooFewHybridCores)
    );
    assert_eq!(
        gallery("Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz", 4, 0),
        met
    );
    assert_eq!(
        gallery("Intel(R) Core(TM) i5-6500T CPU @ 2.50GHz", 4, 0),
        (Verdict::Warn, Reason::CpuClockTooLow)
    );
}

#[test]
fn macs_for_rooms() {
    let mac = |brand: &str| {
        let mut facts = with_os("macos", "15.1");
        facts["inventory"]["cpu"]["brand"] = known(brand);
        outcome("2025-05", "rooms:1-screen", &facts, "rooms.mac-1-screen")
    };
    assert_eq!(mac("Apple M2 Pro"), (Verdict::Pass, Reason::Met));
    assert_eq!(mac("Apple M4"), (Verdict::Warn, Reason::CpuUnlisted));
    assert_eq!(
        mac("Intel(R) Core(TM) i5-8500B CPU @ 3.00GHz"),
        (Verdict::Fail, Reason::CpuIntelMac)
    );
}

#[test]
fn an_ipad_is_judged_by_its_own_facts() {
    let report = judged("2025-05", "rooms-controller:ipad", &good_pc());
    let os = result(&report, "rooms-controller.os-ipad");
    assert_eq!(
        (os.verdict, os.reason),
        (Verdict::Inconclusive, Reason::OtherDevice)
    );
    assert_eq!(os.next_step, Some(NextStep::SupplyFacts));
    assert_eq!(
        result(&report, "rooms-controller.ports-lan").verdict,
        Verdict::Pass
    );
    let ipad = with_os("ipados", "17.5");
    assert_eq!(
        outcome(
            "2025-05",
            "rooms-controller:ipad",
            &ipad,
            "rooms-controller.os-ipad"
        ),
        (Verdict::Pass, Reason::Met)
    );
}

#[test]
fn a_firewall_that_blocks_media_is_named_with_its_ports() {
    let udp = ["3478-3479", "8801-8810"];
    let facts = changed(|f| {
        f["network"]["ports"][0] = reading(
            "outside",
            "udp",
            "ipv4",
            &udp,
            json!([
                open(&["3478-3479"]),
                silent(&["8801-8810"], 4, true, known("up"))
            ]),
        );
    });
    let report = judged("2025-05", "meetings", &facts);
    let ports = result(&report, "meetings.ports-udp");
    assert_eq!(
        (ports.verdict, ports.reason),
        (Verdict::Warn, Reason::PortsFallBack)
    );
    assert_eq!(
        (ports.owner, ports.next_step),
        (Some(Owner::Network), Some(NextStep::OpenPorts))
    );
    let shown = serde_json::to_value(&ports.measured).expect("json");
    assert_eq!(shown[1]["value"]["ports"]["ports"], json!(["8801-8810"]));
    assert_eq!(shown[1]["what"], "ports-blocked");
    assert_eq!(ports.evidence[0], "port-ipv4");
}

#[test]
fn nothing_known_is_neither_pass_nor_fail() {
    for edition in catalog().editions() {
        let mut selection = super::support::selection("meetings", 1);
        selection.targets = targets(edition);
        let report = judge(edition, evidence(&json!({})), &selection);
        assert!(report.results.len() > 40);
        for r in &report.results {
            assert!(
                matches!(r.verdict, Verdict::Inconclusive | Verdict::NotApplicable),
                "{} {:?} {:?}",
                r.requirement,
                r.verdict,
                r.reason
            );
        }
        assert_eq!(report.verdict, Verdict::Inconclusive);
    }
}

#[test]
fn judging_again_gives_the_same_report() {
    let first = judged("2025-05", "rooms:2-screens", &good_pc());
    let saved = serde_json::to_string(&first.evidence).expect("json");
    let again: Evidence = serde_json::from_str(&saved).expect("evidence");
    let facts = serde_json::to_value(again).expect("json");
    assert_eq!(judged("2025-05", "rooms:2-screens", &facts), first);
}
