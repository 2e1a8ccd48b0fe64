//! Bandwidth: links of known rate, judged scenario by scenario; and what a run really sends, held against its plan.

use meetready::model::network::Direction;
use meetready::model::report::LimitedBy;
use meetready::model::{Report, Verdict};

use crate::alone;
use crate::support::lab::{Lab, Way};
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
