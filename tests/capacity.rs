//! Capacity and quality against a reflector of this process, over loopback.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::time::Duration;

use meetready::model::network::{CapacityReading, Direction, FailureCode, Family};
use meetready::model::{Bps, EvidenceId};
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
        up: EvidenceId("quality-1".into()),
        down: EvidenceId("quality-2".into()),
        reflector: EvidenceId("reflector-1".into()),
        family: Family::Ipv4,
        ports: Vec::new(),
        duration: Duration::from_secs(2),
    };
    let readings = quality::measure(&session, &ask).await.unwrap();
    let directions: Vec<Direction> = readings.iter().map(|r| r.direction).collect();
    assert_eq!(directions, [Direction::Up, Direction::Down]);
    for r in &readings {
        assert_eq!((r.packets_sent, r.packets_received), (100, 100));
        assert_eq!((r.loss.0, r.longest_burst), (0.0, 0));
        assert!(r.loss_interval[1].0 > 3.0 && r.loss_interval[1].0 < 4.0);
        assert!(r.jitter.0.is_finite() && r.jitter.0 >= 0.0);
        let (p50, p99) = (r.round_trip_p50.unwrap().0, r.round_trip_p99.unwrap().0);
        assert!(p50 > 0.0 && p50 <= p99);
    }
}
