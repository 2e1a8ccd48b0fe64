//! Media quality: loss that is put into one direction, held against what the router counted.

use meetready::model::network::{Direction, QualityReading};
use meetready::model::quantity::{Value, What};
use meetready::model::{Millis, Reason, Report, Verdict};

use crate::cases::check;
use crate::support::lab::{Lab, Way};
use crate::support::read::Read as _;
use crate::support::relay::{self, Path};
use crate::{alone, beside_others};

/// What the router counted of a voice stream.
#[derive(Debug, Clone, Copy)]
struct Counted {
    came: u64,
    dropped: u64,
}

/// A run in which `pattern` loses voice packets on their way.
fn lossy(way: Way, pattern: &str) -> Option<(Report, Counted)> {
    let lab = Lab::new()?;
    lab.voice_loss(way, pattern);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    match lab.counted()[..] {
        [came, dropped] => Some((report, Counted { came, dropped })),
        ref other => panic!("{other:?}"),
    }
}

/// The stream of a direction: the smallest scenario has no other.
fn stream(report: &Report, direction: Direction) -> &QualityReading {
    let all: Vec<&QualityReading> = report
        .network()
        .quality
        .iter()
        .filter(|q| q.direction == direction)
        .collect();
    match all[..] {
        [one] => one,
        _ => panic!("{direction:?}: {all:?}"),
    }
}

/// The loss that the result of the loss limit gives for a direction, and its lower end.
fn judged(report: &Report, direction: Direction) -> [f64; 2] {
    let what = match direction {
        Direction::Up => What::LossUp,
        Direction::Down => What::LossDown,
    };
    let result = report.result("quality.loss");
    result
        .measured
        .iter()
        .find_map(|q| match q.value {
            Value::ShareBetween { value, lower, .. } if q.what == what => Some([value.0, lower.0]),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no {what:?}: {result:?}"))
}

fn lost_nothing(reading: &QualityReading) {
    assert_eq!(
        reading.packets_sent, reading.packets_received,
        "{reading:?}"
    );
    assert_eq!(reading.longest_burst, 0, "{reading:?}");
    assert_eq!(reading.detail.reordered, Some(0), "{reading:?}");
}

/// Every loss and no other is counted, in the direction that it was put into, and the interval holds the router's count.
fn told_with_its_direction(way: Way, pattern: &str) {
    let Some((report, counted)) = lossy(way, pattern) else {
        return;
    };
    let (hit, clean) = match way {
        Way::Up => (Direction::Up, Direction::Down),
        Way::Down => (Direction::Down, Direction::Up),
    };
    let reading = stream(&report, hit);
    let what = format!("{pattern}: {counted:?}, {reading:?}");
    let lost = reading.packets_sent - reading.packets_received;
    assert_eq!(
        [reading.packets_sent, lost],
        [counted.came, counted.dropped],
        "{what}"
    );
    let [low, high] = reading.loss_interval.map(|p| p.0);
    #[expect(clippy::cast_precision_loss, reason = "packets of a few seconds")]
    let truth = 100.0 * counted.dropped as f64 / counted.came as f64;
    assert!(low <= truth && truth <= high, "{what}");
    lost_nothing(stream(&report, clean));
    let result = report.result("quality.loss");
    let [loss, low] = judged(&report, hit);
    // One of several hundred draws at random loses nothing: then nothing must be told.
    let met = counted.dropped > 0;
    assert_eq!((loss > 0.0, low > 0.0), (met, met), "{what} {result:?}");
    let [loss, low] = judged(&report, clean);
    assert!(loss <= 0.0 && low <= 0.0, "{result:?}");
}

#[test]
fn loss_is_told_with_its_direction_and_its_interval_holds_the_count() {
    let _turn = beside_others();
    std::thread::scope(|scope| {
        scope.spawn(|| told_with_its_direction(Way::Up, "numgen random mod 50 < 1"));
        told_with_its_direction(Way::Down, "numgen inc mod 100 < 1");
    });
}

/// Runs of ten, 5 % in all: their length is named. So few of them in six seconds neither keep nor break a limit of 2 %.
#[test]
fn the_longest_run_of_losses_is_named() {
    let _turn = beside_others();
    let Some((report, counted)) = lossy(Way::Up, "numgen inc mod 200 100-109") else {
        return;
    };
    let reading = stream(&report, Direction::Up);
    assert!(counted.dropped >= 10, "the fault was met: {counted:?}");
    assert_eq!(reading.longest_burst, 10, "{counted:?} {reading:?}");
    let [low, high] = reading.loss_interval.map(|p| p.0);
    assert!(low <= 5.0 && 5.0 <= high, "{reading:?}");
    lost_nothing(stream(&report, Direction::Down));
    let result = report.result("quality.loss");
    assert_eq!(
        (result.verdict, result.reason),
        (Verdict::Inconclusive, Reason::QualityUnclear),
        "{result:?}"
    );
}

#[test]
fn a_path_without_loss_raises_nothing() {
    let _turn = beside_others();
    let Some((report, counted)) = lossy(Way::Up, "numgen inc mod 65536 65535") else {
        return;
    };
    assert!(counted.came > 0 && counted.dropped == 0, "{counted:?}");
    for direction in [Direction::Up, Direction::Down] {
        let reading = stream(&report, direction);
        lost_nothing(reading);
        let [low, high] = reading.loss_interval.map(|p| p.0);
        assert!(
            low <= 0.0 && high > 0.0,
            "silence is no proof of 0 %: {reading:?}"
        );
    }
    let result = report.result("quality.loss");
    assert_eq!(result.verdict, Verdict::Pass, "{result:?}");
}

/// A run of the smallest scenario over such a path.
fn over(path: Path) -> Option<Report> {
    let lab = Lab::new()?;
    let (_reflector, url) = lab.reflector(&[]);
    let _relay = relay::start_path(&lab, path);
    Some(check(&lab, &url).report)
}

/// Whether a figure is within `room` of the truth.
fn near(figure: Option<Millis>, truth: f64, room: f64) -> bool {
    figure.is_some_and(|ms| (ms.0 - truth).abs() <= room)
}

/// One in ten packets is overtaken, in one direction: counted there, exactly, and nowhere else; nothing is lost.
#[test]
fn reordering_is_counted_in_its_direction_and_is_no_loss() {
    let _turn = alone();
    for (late_every, hit, clean) in [
        ([10, 0], Direction::Up, Direction::Down),
        ([0, 10], Direction::Down, Direction::Up),
    ] {
        let path = Path {
            delay_ms: 20,
            late_every,
            ..Path::default()
        };
        let Some(report) = over(path) else { return };
        let reading = stream(&report, hit);
        assert_eq!(
            reading.packets_sent, reading.packets_received,
            "{reading:?}"
        );
        let reordered = reading.detail.reordered.expect("a count");
        // The last of the stream has nobody behind it to be overtaken by.
        let truth = reading.packets_sent / 10;
        assert!(
            reordered == truth || reordered + 1 == truth,
            "{truth}: {reading:?}"
        );
        lost_nothing(stream(&report, clean));
        // A round trip takes the held-back packets' time at its 95th percentile, and not at its median.
        assert!(near(reading.round_trip_p50, 40.0, 6.0), "{reading:?}");
        assert!(near(reading.round_trip_p95, 90.0, 10.0), "{reading:?}");
    }
}

/// Copies are counted where this PC sees them, and never taken for more packets than were sent.
#[test]
fn copies_are_counted_and_hide_no_loss() {
    let _turn = alone();
    let path = Path {
        delay_ms: 5,
        twice_every: [7, 5],
        ..Path::default()
    };
    let Some(report) = over(path) else { return };
    let [up, down] = [Direction::Up, Direction::Down].map(|d| stream(&report, d));
    for reading in [up, down] {
        lost_nothing(reading);
    }
    // The reflector drops what it has answered, so that copies on the way up cannot be told from none.
    assert_eq!(up.detail.duplicates, None, "{up:?}");
    assert_eq!(
        down.detail.duplicates,
        Some(down.packets_sent / 5),
        "{down:?}"
    );
    assert_eq!(report.result("quality.loss").verdict, Verdict::Pass);
}

/// Delay that differs at random: its spread and the jitter of RFC 3550 come out, and nothing is called lost.
#[test]
fn jitter_is_measured_as_it_is() {
    let _turn = alone();
    let path = Path {
        delay_ms: 30,
        jitter_ms: 20,
        ..Path::default()
    };
    let Some(report) = over(path) else { return };
    for direction in [Direction::Up, Direction::Down] {
        let reading = stream(&report, direction);
        assert_eq!(
            reading.packets_sent, reading.packets_received,
            "{reading:?}"
        );
        // Uniform from 0 to 20 ms, of packets 20 ms apart: the median of the spread is 10, and two of them differ by 6.7
        // on average (a third of the width), which RFC 3550 smooths over sixteen packets.
        assert!(near(reading.detail.variation_p50, 10.0, 2.5), "{reading:?}");
        assert!(near(reading.detail.variation_p95, 19.0, 2.5), "{reading:?}");
        assert!(near(Some(reading.jitter), 6.7, 3.0), "{reading:?}");
        assert!(near(reading.round_trip_p50, 80.0, 5.0), "{reading:?}");
    }
}

/// Long paths: the round trip comes out, and is judged.
#[test]
fn delay_is_measured_and_judged() {
    let _turn = alone();
    for (delay_ms, verdict) in [(40, Verdict::Pass), (170, Verdict::Warn)] {
        let path = Path {
            delay_ms,
            ..Path::default()
        };
        let Some(report) = over(path) else { return };
        for direction in [Direction::Up, Direction::Down] {
            let reading = stream(&report, direction);
            lost_nothing(reading);
            #[expect(clippy::cast_precision_loss, reason = "a few hundred milliseconds")]
            let truth = 2.0 * delay_ms as f64;
            assert!(near(reading.round_trip_p50, truth, 5.0), "{reading:?}");
            assert!(near(reading.detail.variation_p95, 0.0, 4.0), "{reading:?}");
        }
        let result = report.result("quality.round-trip");
        assert_eq!(
            result.verdict, verdict,
            "{delay_ms} ms each way: {result:?}"
        );
    }
}
