//! The whole exchange over loopback: a real reflector, real sessions, real sockets.

#[path = "support/loopback.rs"]
mod support;

use std::time::Duration;

use meetready::model::EvidenceId;
use meetready::model::network::{
    Direction, FailureCode, Family, Grade, PortReading, PortState, RangeMethod,
};
use meetready::model::rule::{PortRange, Scope, Transport};
use meetready::probe::ports::{Options, PortAsk, prove};
use meetready::probe::reflector::Session;
use meetready::reflector::{Config, Reflector};
use meetready::wire::control::{LeaseRequest, LoadReply, LoadRequest, RefusedReason};
use support::{free_ports, limits};

fn options() -> Options {
    Options::new(
        EvidenceId("reflector-1".into()),
        1,
        42,
        Duration::from_mins(1),
    )
}

fn ask(transport: Transport, ports: &[u16]) -> PortAsk {
    PortAsk::new(
        Scope::Cloud,
        transport,
        PortRange::compress(ports.iter().copied()),
    )
}

fn state(reading: &PortReading, port: u16) -> &PortState {
    let hit = reading
        .outcomes
        .iter()
        .filter(|o| o.ports.iter().any(|r| r.contains(port)));
    let hit: Vec<_> = hit.collect();
    assert_eq!(
        hit.len(),
        1,
        "port {port} is in exactly one outcome: {reading:?}"
    );
    &hit[0].state
}

#[tokio::test(flavor = "multi_thread")]
async fn every_port_that_the_reflector_holds_is_proved() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    assert!(session.seen_from().is_loopback());
    for transport in [Transport::Tcp, Transport::Udp] {
        let ports = free_ports(transport, 5);
        let readings = prove(&session, &ask(transport, &ports), &options()).await;
        assert_eq!(readings.len(), session.families().len());
        for reading in &readings {
            assert_eq!((reading.tried, reading.method), (5, RangeMethod::Every));
            for port in &ports {
                let open = PortState::Open {
                    grade: Grade::AuthenticatedEcho,
                };
                assert_eq!(
                    state(reading, *port),
                    &open,
                    "{transport:?} {port} {:?}",
                    reading.family
                );
            }
        }
        let log = session.log().await.unwrap();
        for port in &ports {
            let count = log
                .ports
                .iter()
                .find(|l| l.port == *port && l.transport == transport)
                .unwrap();
            assert!(
                count.requests >= 1 && count.replies == count.requests,
                "{count:?}"
            );
        }
    }
    session.close().await.unwrap();
    reflector.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_port_itself_can_be_proved() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let port = reflector.join_url().port;
    let readings = prove(&session, &ask(Transport::Tcp, &[port]), &options()).await;
    assert_eq!(
        state(&readings[0], port),
        &PortState::Open {
            grade: Grade::AuthenticatedEcho
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_there_is_not_tested_and_says_why() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = taken.local_addr().unwrap().port();
    let free = free_ports(Transport::Tcp, 1)[0];
    let readings = prove(&session, &ask(Transport::Tcp, &[busy, free]), &options()).await;
    let v4 = readings.iter().find(|r| r.family == Family::Ipv4).unwrap();
    let PortState::NotTested { failure } = state(v4, busy) else {
        panic!("{v4:?}");
    };
    assert_eq!(failure.code, FailureCode::PortNotHeld);
    assert!(
        failure.detail.as_ref().unwrap().contains("in use"),
        "{failure:?}"
    );
    assert_eq!(
        state(v4, free),
        &PortState::Open {
            grade: Grade::AuthenticatedEcho
        }
    );
    assert_eq!(v4.tried, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_range_is_sampled_in_pieces() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let phone = PortAsk::new(
        Scope::Cloud,
        Transport::Udp,
        vec![PortRange::new(20_000, 64_000).unwrap()],
    );
    let begun = std::time::Instant::now();
    let readings = prove(&session, &phone, &options()).await;
    for reading in &readings {
        assert_eq!(reading.method, RangeMethod::Sample);
        // Other programs of this machine may hold some; those are not tested, and nothing is silent.
        assert!(reading.tried >= 280, "{}", reading.tried);
        for outcome in &reading.outcomes {
            assert!(
                matches!(
                    outcome.state,
                    PortState::Open { .. } | PortState::NotTested { .. }
                ),
                "{outcome:?}"
            );
        }
        let total: u32 = reading
            .outcomes
            .iter()
            .flat_map(|o| &o.ports)
            .map(|r| r.len())
            .sum();
        assert_eq!(total, 300);
    }
    eprintln!("sampled in {:?}", begun.elapsed());
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    // All was given back.
    let held = session.heartbeat().await.unwrap();
    assert_eq!(held.ports, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_share_ports_and_keep_their_own_counts() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let one = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let two = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    assert_ne!(one.ssid(), two.ssid());
    let ports = free_ports(Transport::Udp, 3);
    let same = ask(Transport::Udp, &ports);
    let (options_one, options_two) = (options(), options());
    let (a, b) = tokio::join!(
        prove(&one, &same, &options_one),
        prove(&two, &same, &options_two)
    );
    for reading in a.iter().chain(&b) {
        for port in &ports {
            assert_eq!(
                state(reading, *port),
                &PortState::Open {
                    grade: Grade::AuthenticatedEcho
                }
            );
        }
    }
    for session in [&one, &two] {
        let log = session.log().await.unwrap();
        let count = log
            .ports
            .iter()
            .find(|l| l.port == ports[0] && l.family == Family::Ipv4)
            .unwrap();
        assert_eq!(count.requests, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_told_and_nothing_is_held_beyond_them() {
    let mut config = Config::self_test();
    config.limits.ports_per_session = 10;
    config.limits.sessions_per_source = 2;
    let reflector = Reflector::start(config).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let ports = PortRange::compress(free_ports(Transport::Udp, 8));
    let request = LeaseRequest {
        transport: Transport::Udp,
        ports: ports.clone(),
        any: 0,
    };
    let reply = session.lease(&request).await.unwrap();
    assert!(reply.refused.is_empty(), "{reply:?}");
    let more = LeaseRequest {
        transport: Transport::Tcp,
        ports: PortRange::compress(free_ports(Transport::Tcp, 8)),
        any: 0,
    };
    let reply = session.lease(&more).await.unwrap();
    assert!(
        reply
            .refused
            .iter()
            .any(|r| r.reason == RefusedReason::Limit),
        "{reply:?}"
    );
    let many = LeaseRequest {
        transport: Transport::Udp,
        ports: vec![PortRange::new(20_000, 20_010).unwrap()],
        any: 0,
    };
    assert_eq!(
        session.lease(&many).await.unwrap_err().code,
        FailureCode::BadReply
    );
    let _second = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let third = Session::open(reflector.join_url(), &limits()).await;
    assert_eq!(third.unwrap_err().code, FailureCode::Busy);
    session.close().await.unwrap();
    Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_limit_only_makes_the_pieces_smaller() {
    let mut config = Config::self_test();
    config.limits.ports = 12;
    let reflector = Reflector::start(config).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let ports = free_ports(Transport::Udp, 40);
    let readings = prove(&session, &ask(Transport::Udp, &ports), &options()).await;
    for reading in &readings {
        for port in &ports {
            assert_eq!(
                state(reading, *port),
                &PortState::Open {
                    grade: Grade::AuthenticatedEcho
                }
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_two_probes_share_is_held_until_both_are_done() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let request = LeaseRequest {
        transport: Transport::Udp,
        ports: PortRange::compress(free_ports(Transport::Udp, 1)),
        any: 0,
    };
    for _ in 0..2 {
        let reply = session.lease(&request).await.unwrap();
        assert!(!reply.held.is_empty(), "{reply:?}");
    }
    for left in [1, 0, 0] {
        session.release(&request).await.unwrap();
        assert_eq!(session.heartbeat().await.unwrap().ports, left);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_heartbeat_ends() {
    let mut config = Config::self_test();
    config.limits.heartbeat = Duration::from_millis(200);
    let reflector = Reflector::start(config).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    session
        .heartbeat()
        .await
        .expect("the background heartbeat kept it");
    let port = free_ports(Transport::Udp, 1)[0];
    let lease = LeaseRequest {
        transport: Transport::Udp,
        ports: PortRange::compress([port]),
        any: 0,
    };
    session.lease(&lease).await.unwrap();
    // Dropping it stops the heartbeat; the reflector then gives the port back.
    drop(session);
    let free_again = async {
        while std::net::UdpSocket::bind(("127.0.0.1", port)).is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), free_again)
        .await
        .expect("the port is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_have_identifiers_of_their_own() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let LoadReply::Flow { ssid } = session.load(&LoadRequest::Reflect).await.unwrap() else {
        panic!("no flow");
    };
    assert_ne!(ssid, session.ssid());
    let stopped = session.load(&LoadRequest::Stop { ssid }).await.unwrap();
    assert_eq!(stopped, LoadReply::Stopped { ssid });
    for gone in [ssid, session.ssid()] {
        let failure = session
            .load(&LoadRequest::Stop { ssid: gone })
            .await
            .unwrap_err();
        assert_eq!(failure.code, FailureCode::BadReply);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reflector_that_dies_half_way_leaves_what_was_read() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let phone = PortAsk::new(
        Scope::Cloud,
        Transport::Udp,
        vec![PortRange::new(20_000, 64_000).unwrap()],
    );
    let task = tokio::spawn({
        let session = session.clone();
        async move { prove(&session, &phone, &options()).await }
    });
    // Until it has proved something, then gone.
    loop {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if session.log().await.is_ok_and(|l| !l.ports.is_empty()) {
            break;
        }
    }
    drop(reflector);
    let readings = tokio::time::timeout(Duration::from_mins(1), task)
        .await
        .expect("no hang")
        .unwrap();
    for reading in readings {
        let count = |f: fn(&PortState) -> bool| -> u32 {
            reading
                .outcomes
                .iter()
                .filter(|o| f(&o.state))
                .flat_map(|o| &o.ports)
                .map(|r| r.len())
                .sum()
        };
        assert!(
            count(|s| matches!(s, PortState::NotTested { .. })) > 0,
            "{reading:?}"
        );
        // Nothing may be called silent with a positive control after the reflector is gone.
        assert_eq!(
            count(|s| matches!(s, PortState::Silent { control: true, .. })),
            0,
            "{reading:?}"
        );
        assert_eq!(
            count(|s| matches!(s, PortState::Rejected { .. })),
            0,
            "its machine rejected, not the path"
        );
        let died_up = |s: &PortState| matches!(s, PortState::Silent { died, .. } if died.value() == Some(&Direction::Up));
        assert_eq!(count(died_up), 0);
    }
}
