//! Capacity and quality against a reflector of this process, over loopback.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::time::Duration;

use meetready::model::media::{LineLoad, MediaKind, QualityMoment};
use meetready::model::network::{CapacityReading, Direction, FailureCode, Family, QualityReading};
use meetready::model::{Bps, EvidenceId, Millis};
use meetready::probe::reflector::{Limits, Session};
use meetready::probe::{capacity, quality};
use meetready::reflector::{Config, Reflector};

async fn reflector() -> (Reflector, Session) {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &Limits::default())
        .await
        .unwrap();
    (reflector, session)
}

fn ask(direction: Direction, need: u64) -> capacity::Ask {
    capacity::Ask {
        id: EvidenceId("capacity-1".into()),
        reflector: EvidenceId("reflector-1".into()),
        direction,
        family: Family::Ipv4,
        ports: Vec::new(),
        need: Bps(need),
        limit: Bps(100_000_000),
    }
}

fn sound(reading: &CapacityReading) {
    if let (Some(least), Some(most)) = (reading.at_least, reading.at_most) {
        assert!(least <= most, "{reading:?}");
    }
    for train in &reading.trains {
        assert!(train.packets_received <= train.packets_sent, "{reading:?}");
        assert!(train.delay_slope.is_none_or(f64::is_finite));
    }
    serde_json::to_string(reading).unwrap();
}

/// Loopback has no limit worth the name: the need is proved in one train, and no ceiling is claimed. A machine that is
/// too busy to keep the pace must say so instead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loopback_carries_what_is_asked() {
    let (_reflector, session) = reflector().await;
    for direction in [Direction::Up, Direction::Down] {
        let reading = capacity::measure(&session, &ask(direction, 3_800_000)).await;
        sound(&reading);
        assert_eq!(reading.failure, None);
        assert_eq!(reading.direction, direction);
        assert!(!reading.trains.is_empty());
        let proved = reading.at_least.is_some_and(|b| b >= Bps(3_800_000));
        assert!(proved || reading.sender_limited, "{reading:?}");
    }
}

/// More agents than a reflector has places: they wait for their turn, and each is measured.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_agents_at_once_are_all_measured() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let url = reflector.join_url();
    for direction in [Direction::Up, Direction::Down] {
        let one = || async {
            let session = Session::open(url, &Limits::default()).await.unwrap();
            capacity::measure(&session, &ask(direction, 600_000)).await
        };
        let (a, b, c) = tokio::join!(one(), one(), one());
        for reading in [a, b, c] {
            sound(&reading);
            assert_eq!(reading.failure, None);
            let proved = reading.at_least.is_some_and(|b| b >= Bps(600_000));
            assert!(proved || reading.sender_limited, "{reading:?}");
        }
    }
}

/// A silent path claims nothing: here the reflector is gone behind the agent's back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reflector_that_is_gone_proves_nothing() {
    let (reflector, session) = reflector().await;
    reflector.shutdown().await;
    for direction in [Direction::Up, Direction::Down] {
        let reading = capacity::measure(&session, &ask(direction, 1_000_000)).await;
        assert!(reading.failure.is_some());
        assert_eq!((reading.at_least, reading.at_most), (None, None));
        assert!(reading.trains.is_empty());
    }
}

/// A family that the reflector has no address of is a failure of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_family_is_named() {
    let config = Config::on(
        meetready::model::network::ReflectorRole::SelfTest,
        "127.0.0.1:0".parse().unwrap(),
    );
    let reflector = Reflector::start(config).await.unwrap();
    let session = Session::open(reflector.join_url(), &Limits::default())
        .await
        .unwrap();
    let mut ask = ask(Direction::Up, 1_000_000);
    ask.family = Family::Ipv6;
    let failure = capacity::measure(&session, &ask).await.failure.unwrap();
    assert_eq!(failure.code, FailureCode::DnsNoAddress);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loopback_quality_loses_nothing() {
    let (_reflector, session) = reflector().await;
    let ask = quality::Ask {
        after: 0,
        reflector: EvidenceId("reflector-1".into()),
        family: Family::Ipv4,
        ports: Vec::new(),
        duration: Duration::from_secs(2),
        call: None,
    };
    let readings = quality::measure(&session, &ask).await.unwrap();
    let directions: Vec<Direction> = readings.iter().map(|r| r.direction).collect();
    assert_eq!(directions, [Direction::Up, Direction::Down]);
    for r in &readings {
        assert_eq!((r.packets_sent, r.packets_received), (100, 100));
        assert_eq!((r.loss.0, r.longest_burst), (0.0, 0));
        assert!(
            r.loss_interval[1].0 > 5.0 && r.loss_interval[1].0 < 6.5,
            "{:?}",
            r.loss_interval
        );
        assert!(r.jitter.0.is_finite() && r.jitter.0 >= 0.0);
        let (p50, p99) = (r.round_trip_p50.unwrap().0, r.round_trip_p99.unwrap().0);
        assert!(p50 > 0.0 && p50 <= p99);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_measured_beside_the_idle_line() {
    let (_reflector, session) = reflector().await;
    let ask = quality::Ask {
        after: 4,
        reflector: EvidenceId("reflector-1".into()),
        family: Family::Ipv4,
        ports: Vec::new(),
        duration: Duration::from_secs(2),
        call: Some(Bps(1_200_000)),
    };
    let readings = quality::measure(&session, &ask).await.unwrap();
    let found: Vec<_> = readings
        .iter()
        .map(|r| (r.id.0.as_str(), r.direction, r.detail.media, r.detail.load))
        .collect();
    let (up, down) = (Direction::Up, Direction::Down);
    assert_eq!(
        found,
        [
            ("quality-5", up, MediaKind::Audio, LineLoad::Idle),
            ("quality-6", down, MediaKind::Audio, LineLoad::Idle),
            ("quality-7", up, MediaKind::Audio, LineLoad::Call),
            ("quality-8", down, MediaKind::Audio, LineLoad::Call),
            ("quality-9", up, MediaKind::Video, LineLoad::Call),
            ("quality-10", down, MediaKind::Video, LineLoad::Call),
        ]
    );
    // Voice and video together are the call's rate, at the IP layer.
    let rate = |r: &QualityReading| r.detail.rate.unwrap().0;
    let call = rate(&readings[2]) + rate(&readings[4]);
    assert!(call.abs_diff(1_200_000) < 2_000, "{call}");
    for r in &readings {
        assert_eq!(r.packets_sent, r.packets_received);
        let sum = |of: fn(&QualityMoment) -> u64| r.timeline.iter().map(of).sum::<u64>();
        assert_eq!(
            (sum(|m| m.sent), sum(|m| m.received)),
            (r.packets_sent, r.packets_sent)
        );
        assert_eq!(r.detail.deadline, Some(Millis(60.0)));
        assert_eq!(r.detail.mos.is_some(), r.detail.media == MediaKind::Audio);
        let added = r.detail.load == LineLoad::Call && r.detail.media == MediaKind::Audio;
        assert_eq!(r.detail.delay_added.is_some(), added);
    }
}
