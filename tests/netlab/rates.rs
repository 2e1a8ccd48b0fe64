//! Bandwidth: links of known rate, judged scenario by scenario; and what a run really sends, held against its plan.

use std::time::Duration;

use meetready::model::network::Direction;
use meetready::model::report::LimitedBy;
use meetready::model::{Reason, Report, Verdict};

use crate::alone;
use crate::support::lab::{Lab, Way};
use crate::support::peer::{Peer, Peers};
use crate::support::read::Read as _;

/// The bandwidth verdict of a requirement.
fn verdict(report: &Report, scenario: &str) -> Verdict {
    report
        .result(&format!("meetings.bandwidth-{scenario}"))
        .verdict
}

/// What the line was found to carry, in kbit/s: at least, at most.
fn bracket(report: &Report, direction: Direction) -> (u64, u64) {
    let readings = || {
        report
            .network()
            .capacity
            .iter()
            .filter(move |c| c.direction == direction)
    };
    let low = readings().filter_map(|c| c.at_least).map(|b| b.0).max();
    let high = readings().filter_map(|c| c.at_most).map(|b| b.0).min();
    (low.unwrap_or(0) / 1_000, high.unwrap_or(u64::MAX) / 1_000)
}

fn shaped(up: u32, down: u32) -> Option<Report> {
    let lab = Lab::new()?;
    lab.rate(Way::Up, up, 5_000);
    lab.rate(Way::Down, down, 5_000);
    let (_reflector, url) = lab.reflector(&[]);
    let arguments = [
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--reflector",
        &url,
    ];
    let report = lab.check(&arguments).report;
    // Shaping counts the Ethernet header, requirements do not: at full-size packets one percent less.
    for (direction, rate) in [(Direction::Up, up), (Direction::Down, down)] {
        let (low, high) = bracket(&report, direction);
        let rate = u64::from(rate);
        assert!(
            low <= rate,
            "{direction:?}: at least {low} of {rate} kbit/s"
        );
        assert!(
            high >= rate * 9 / 10,
            "{direction:?}: at most {high} of {rate} kbit/s"
        );
    }
    Some(report)
}

#[test]
fn a_line_of_two_up_and_six_down_carries_what_it_can() {
    let _turn = alone();
    let Some(report) = shaped(2_000, 6_000) else {
        return;
    };
    for scenario in [
        "one-to-one-hq",
        "one-to-one-720p",
        "group-hq",
        "gallery-25",
        "gallery-49",
        "voip",
    ] {
        assert_eq!(
            verdict(&report, scenario),
            Verdict::Pass,
            "{scenario}: {:?}",
            report.network().capacity
        );
    }
    for scenario in ["one-to-one-1080p", "group-720p", "group-1080p"] {
        assert_eq!(
            verdict(&report, scenario),
            Verdict::Fail,
            "{scenario}: {:?}",
            report.network().capacity
        );
        assert_eq!(
            report.scenario(scenario).limited_by,
            Some(LimitedBy::Up),
            "{scenario}"
        );
    }
}

#[test]
fn a_narrow_way_down_is_told_from_a_narrow_way_up() {
    let _turn = alone();
    let Some(report) = shaped(10_000, 1_500) else {
        return;
    };
    for scenario in ["one-to-one-hq", "one-to-one-720p", "group-hq", "voip"] {
        assert_eq!(
            verdict(&report, scenario),
            Verdict::Pass,
            "{scenario}: {:?}",
            report.network().capacity
        );
    }
    for scenario in [
        "one-to-one-1080p",
        "group-1080p",
        "gallery-25",
        "gallery-49",
    ] {
        assert_eq!(
            verdict(&report, scenario),
            Verdict::Fail,
            "{scenario}: {:?}",
            report.network().capacity
        );
        assert_eq!(
            report.scenario(scenario).limited_by,
            Some(LimitedBy::Down),
            "{scenario}"
        );
    }
}

/// A check of a line whose faults `spoil` puts in: every claim must hold the rate at the IP layer, which shapers that
/// count the Ethernet header bring down to 1,200 of 1,214 bytes of each packet. A shaper of a tiny bucket on a machine
/// that is busy otherwise carries less than it was told: its own counters say what it carried, in the best half second.
/// Returns the report.
fn held(truth: [(Direction, u64); 2], spoil: impl Fn(&Lab)) -> Option<Report> {
    let lab = Lab::new()?;
    spoil(&lab);
    let (_reflector, url) = lab.reflector(&[]);
    let arguments = [
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--reflector",
        &url,
    ];
    let meters = [lab.meter(Way::Up), lab.meter(Way::Down)];
    let report = lab.check(&arguments).report;
    for ((direction, kbit), meter) in truth.into_iter().zip(meters) {
        let (low, high) = bracket(&report, direction);
        let carried = meter.highest(Duration::from_millis(500));
        assert!(
            low <= kbit && carried.min(kbit) <= high,
            "{direction:?}: {low} to {high} kbit/s do not hold {kbit}, {carried} seen: {:?}",
            report.network().capacity
        );
        eprintln!("{direction:?}: {low} to {high} kbit/s hold {kbit}, {carried} seen");
    }
    Some(report)
}

/// What a shaper of this rate leaves to the IP layer, kbit/s.
fn at_ip(kbit: u64) -> u64 {
    kbit * 1_200 / 1_214
}

/// A policer lets a second of its rate and more pass before it drops anything: that is no proof of a fast line.
#[test]
fn a_policer_with_a_large_bucket_fools_no_one() {
    let _turn = alone();
    let truth = [(Direction::Up, 3_000), (Direction::Down, 100_000_000)];
    let Some(report) = held(truth, |lab| lab.policer(Way::Up, 375_000, 375_000)) else {
        return;
    };
    assert_ne!(verdict(&report, "one-to-one-1080p"), Verdict::Pass);
    assert_eq!(verdict(&report, "voip"), Verdict::Pass);
}

/// A queue without end under a line that has a sixth of what is needed: seconds of data would stand in it.
#[test]
fn a_deep_queue_is_measured_without_being_filled() {
    let _turn = alone();
    let truth = [(Direction::Up, at_ip(600)), (Direction::Down, at_ip(600))];
    let Some(report) = held(truth, |lab| {
        lab.deep_queue(Way::Up, 600);
        lab.deep_queue(Way::Down, 600);
    }) else {
        return;
    };
    for direction in [Direction::Up, Direction::Down] {
        let (low, high) = bracket(&report, direction);
        assert!(low >= 300 && high <= 700, "{direction:?}: {low} to {high}");
    }
    assert_eq!(verdict(&report, "group-1080p"), Verdict::Fail);
}

#[test]
fn an_asymmetric_line_is_held_on_both_sides() {
    let _turn = alone();
    let truth = [
        (Direction::Up, at_ip(1_200)),
        (Direction::Down, at_ip(6_000)),
    ];
    let Some(report) = held(truth, |lab| {
        lab.rate(Way::Up, 1_200, 32_000);
        lab.rate(Way::Down, 6_000, 1_600);
    }) else {
        return;
    };
    for (direction, kbit) in truth {
        let (low, high) = bracket(&report, direction);
        assert!(
            low >= kbit * 8 / 10 && high <= kbit * 12 / 10,
            "{direction:?}: {low} to {high} of {kbit} kbit/s"
        );
    }
    assert_eq!(verdict(&report, "group-1080p"), Verdict::Fail);
}

/// Needs of a few hundred kbit/s are proved too, and no ceiling is claimed where none was met.
#[test]
fn a_clean_line_carries_meetings_and_phone() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    let (_reflector, url) = lab.reflector(&[]);
    for (product, need) in [("meetings", 3_800), ("phone", 100)] {
        let report = lab.check(&["--for", product, "--reflector", &url]).report;
        for direction in [Direction::Up, Direction::Down] {
            let (low, high) = bracket(&report, direction);
            assert!(low >= need, "{product} {direction:?}: {low} kbit/s");
            assert_eq!(high, u64::MAX / 1_000, "{product} {direction:?}");
        }
    }
}

/// Up and down share one rate: each by itself has what 1080p one to one needs (3.8 and 3.0 Mbit/s), both at once have
/// not. What needs less in sum holds.
#[test]
fn a_line_that_shares_its_rate_is_told_from_one_that_does_not() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    lab.shared_rate(5_500, 16_000);
    let (_reflector, url) = lab.reflector(&[]);
    let arguments = [
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--reflector",
        &url,
    ];
    let report = lab.check(&arguments).report;
    let seen = || {
        format!(
            "{:?} {:?}",
            report.network().capacity,
            report.network().together
        )
    };
    let result = report.result("meetings.bandwidth-one-to-one-1080p");
    assert_eq!(
        (result.verdict, result.reason),
        (Verdict::Fail, Reason::BandwidthNotTogether),
        "{}",
        seen()
    );
    for scenario in ["one-to-one-hq", "one-to-one-720p", "group-hq", "voip"] {
        assert_eq!(
            verdict(&report, scenario),
            Verdict::Pass,
            "{scenario}: {}",
            seen()
        );
    }
}

/// Other traffic takes its part: what is free is the truth. Random loss on a fast line is no lack of rate.
#[test]
fn other_traffic_and_loss_are_told_from_a_slow_line() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    lab.rate(Way::Down, 6_000, 5_000);
    lab.loss(Way::Up, 2);
    let at = "0.0.0.0:9000".parse().expect("an address");
    let to = "192.0.2.2:9".parse().expect("an address");
    // Nobody listens there, and the answers that say so are few.
    let _peers = Peers::start(
        &lab.server,
        &[Peer::Traffic {
            at,
            to,
            kbit: 2_000,
        }],
    );
    let (_reflector, url) = lab.reflector(&[]);
    let arguments = [
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--reflector",
        &url,
    ];
    let report = lab.check(&arguments).report;
    let (low, high) = bracket(&report, Direction::Down);
    // 6,000 less 2,000 and its Ethernet headers, at packets of 1,200 bytes.
    let free = (6_000 - 2_028) * 1_200 / 1_214;
    assert!(
        low <= free * 103 / 100 && high >= free,
        "{low} to {high} kbit/s do not hold {free}: {:?}",
        report.network().capacity
    );
    let (low, high) = bracket(&report, Direction::Up);
    assert!(
        low >= 3_800 && high == u64::MAX / 1_000,
        "up: {low} to {high}"
    );
}
