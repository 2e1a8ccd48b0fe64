//! Speed-test servers that speak ndt7, honest and not, on loopback: what each came to is named exactly, and none of it
//! stops the rest.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

#[path = "support/speed.rs"]
mod server;

use meetready::model::EvidenceId;
use meetready::model::network::{Failure, FailureCode};
use meetready::model::public::{SpeedReading, SpeedService};
use meetready::probe::ndt7::{self, Server};
use meetready::probe::{Surroundings, proxy::Proxies};
use server::{Manner, serve};

fn around() -> Surroundings {
    Surroundings {
        proxies: Proxies::none(),
        ..Surroundings::of_this_machine()
    }
}

async fn measure(manner: Manner) -> SpeedReading {
    let at = serve("127.0.0.1:0".parse().unwrap(), manner).await.unwrap();
    let server: Server = format!("ws://{at}").parse().unwrap();
    let mut reading = SpeedReading {
        id: EvidenceId::numbered("speed", 1),
        service: SpeedService::Ndt7,
        server: server.address(),
        consented_at: None,
        address: None,
        proxy: None,
        down: None,
        up: None,
        failure: None,
    };
    ndt7::measure(&around(), &server, &mut reading).await;
    assert_eq!(reading.address, Some(at.ip()));
    reading
}

fn failures(reading: &SpeedReading) -> [Option<&Failure>; 2] {
    [&reading.down, &reading.up].map(|side| side.as_ref().and_then(|t| t.failure.as_ref()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_server_gives_both_directions() {
    let reading = measure(Manner::Honest).await;
    assert_eq!(failures(&reading), [None, None]);
    let (down, up) = (reading.down.unwrap(), reading.up.unwrap());
    // Loopback is fast: what is sent is bounded, and the bound holds.
    for side in [&down, &up] {
        assert!(side.rate.is_some_and(|r| r.0 > 10_000_000), "{side:?}");
        assert!(side.bytes <= ndt7::MOST_BYTES + (1 << 20), "{side:?}");
    }
    assert_eq!(down.retransmitted.map(|p| p.0.round()), Some(2.0));
    assert_eq!(down.least_round_trip.map(|ms| ms.0), Some(21.0));
    assert_eq!(up.retransmitted, None, "only the sender knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_measurement_changes_nothing() {
    let reading = measure(Manner::Chatty).await;
    assert_eq!(failures(&reading), [None, None]);
    let down = reading.down.unwrap();
    assert!(down.rate.is_some() && down.round_trip.is_none() && down.retransmitted.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_named_and_gives_no_rate() {
    for (manner, code, said) in [
        (Manner::Silent, FailureCode::TimedOut, "silent"),
        (Manner::Early, FailureCode::Closed, ""),
        (Manner::Status(429), FailureCode::BadReply, "HTTP 429"),
        (Manner::Status(401), FailureCode::BadReply, "HTTP 401"),
        (Manner::NoProtocol, FailureCode::BadReply, "ubprotocol"),
    ] {
        let reading = measure(manner).await;
        let down = reading.down.as_ref().unwrap();
        assert_eq!(down.rate, None, "{manner:?}");
        let failure = down.failure.as_ref().unwrap();
        let detail = failure.detail.as_deref().unwrap_or_default();
        assert_eq!(failure.code, code, "{manner:?}: {failure:?}");
        assert!(detail.contains(said), "{manner:?}: {failure:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_counted_has_no_rate() {
    for (manner, said) in [
        (Manner::Mute, "did not say what arrived"),
        (Manner::Answers, "sent data during the upload"),
    ] {
        let reading = measure(manner).await;
        let [down, up] = failures(&reading);
        assert_eq!(down, None, "{manner:?}");
        let detail = up.unwrap().detail.clone().unwrap();
        assert!(detail.contains(said), "{manner:?}: {detail}");
        assert_eq!(reading.up.as_ref().unwrap().rate, None, "{manner:?}");
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_refused() {
    let server: Server = "ws://127.0.0.1:9".parse().unwrap();
    let mut reading = measure(Manner::Status(503)).await;
    let taken = ndt7::measure(&around(), &server, &mut reading).await;
    assert!(!taken);
    let [down, _] = failures(&reading);
    assert_eq!(down.unwrap().code, FailureCode::Refused);
}
