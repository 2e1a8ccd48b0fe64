//! Ports: each fault is named with its ports and its direction, and nothing else is called blocked.

use std::time::Duration;

use meetready::model::Verdict;
use meetready::model::fact::Fact;
use meetready::model::network::{Direction, FailureCode, Family, PortState};
use meetready::model::quantity::What;
use meetready::model::reason::Reason;
use meetready::model::rule::Transport;

use crate::support::lab::{Checked, Fault, Lab, SERVER6, Way};
use crate::support::peer::{Authority, Peer, Peers};
use crate::support::read::{Read as _, named};
use crate::{alone, beside_others};

/// Ports with the smallest scenario: its rates are low, so such runs do not disturb each other.
pub fn check(lab: &Lab, url: &str) -> Checked {
    lab.check(&[
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--scenario",
        "voip",
        "--reflector",
        url,
    ])
}

/// Where a silent port's exchange died, when something else showed that it is the port's own silence.
pub fn died(state: Option<&PortState>) -> Option<Direction> {
    match state {
        Some(PortState::Silent {
            control: true,
            died: Fact::Known { value, .. },
            ..
        }) => Some(*value),
        _ => None,
    }
}

#[test]
fn a_clean_path_is_proved_open_and_raises_no_alarm() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    let (_reflector, url) = lab.reflector(&[]);
    let Checked { report, code } = lab.check(&[
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--reflector",
        &url,
    ]);
    assert_eq!(report.not_open(), []);
    for port in [80, 443, 8801, 8802] {
        for family in [Family::Ipv4, Family::Ipv6] {
            assert!(report.port(Transport::Tcp, port, family).is_some());
        }
    }
    for port in [3478, 3479, 8801, 8805, 8810] {
        for family in [Family::Ipv4, Family::Ipv6] {
            assert!(report.port(Transport::Udp, port, family).is_some());
        }
    }
    for result in &report.results {
        let network = ["port", "bandwidth", "quality"].contains(&result.kind.as_str());
        if !network || result.verdict == Verdict::NotApplicable {
            continue;
        }
        // A machine that is busy otherwise cannot keep the pace, and says so: that is no alarm.
        let busy = result.reason == Reason::BandwidthSenderLimited;
        if !(busy && result.verdict == Verdict::Inconclusive) {
            assert_eq!(result.verdict, Verdict::Pass, "{result:?}");
        }
    }
    assert!(
        (0..=5).contains(&code) && code != 1 && code != 2,
        "exit code {code}"
    );
}

#[test]
fn udp_dropped_on_the_way_out_is_named_with_its_ports() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("udp", "8801-8810", Way::Up, Fault::Drop);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    let result = report.result("meetings.ports-udp");
    assert_eq!(
        named(result, What::PortsBlocked),
        "8801-8810",
        "{:?}",
        report.not_open()
    );
    for port in 8801..=8810 {
        let state = report.port(Transport::Udp, port, Family::Ipv4);
        assert_eq!(died(state), Some(Direction::Up), "{port}: {state:?}");
    }
    // TCP 443 passes, so media falls back: degraded, not impossible.
    assert_eq!(
        (result.verdict, result.reason),
        (Verdict::Warn, Reason::PortsFallBack)
    );
    assert_eq!(report.result("meetings.ports-tcp").verdict, Verdict::Pass);
    assert!(lab.counted().iter().all(|n| *n > 0), "the fault was met");
}

#[test]
fn lost_replies_are_told_from_lost_requests() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("udp", "8801-8810", Way::Down, Fault::Drop);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    let result = report.result("meetings.ports-udp");
    assert_eq!(named(result, What::PortsBlocked), "8801-8810");
    for port in 8801..=8810 {
        let state = report.port(Transport::Udp, port, Family::Ipv4);
        assert_eq!(died(state), Some(Direction::Down), "{port}: {state:?}");
    }
}

#[test]
fn a_reset_is_a_reject_of_that_port_only() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("tcp", "8801", Way::Up, Fault::Reset);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    let result = report.result("meetings.ports-tcp");
    assert_eq!(
        (result.verdict, result.reason),
        (Verdict::Fail, Reason::PortsRejected),
        "{result:?}"
    );
    assert_eq!(named(result, What::PortsBlocked), "8801");
    let state = report.port(Transport::Tcp, 8801, Family::Ipv4);
    assert!(
        matches!(state, Some(PortState::Rejected { failure }) if failure.code == FailureCode::Refused),
        "{state:?}"
    );
    assert_eq!(report.result("meetings.ports-udp").verdict, Verdict::Pass);
}

#[test]
fn icmp_errors_are_rejects() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("udp", "3478-3479", Way::Up, Fault::Unreachable);
    lab.block("tcp", "8802", Way::Up, Fault::Prohibited);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    for (transport, port) in [
        (Transport::Udp, 3478),
        (Transport::Udp, 3479),
        (Transport::Tcp, 8802),
    ] {
        let state = report.port(transport, port, Family::Ipv4);
        assert!(
            matches!(state, Some(PortState::Rejected { .. })),
            "{port}: {state:?}"
        );
    }
    let tcp = report.result("meetings.ports-tcp");
    assert_eq!(named(tcp, What::PortsBlocked), "8802");
    let udp = report.result("meetings.ports-udp");
    assert_eq!(named(udp, What::PortsBlocked), "3478-3479");
}

#[test]
fn a_network_of_tcp_443_only_falls_back() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.only("tcp dport { 443, 7443 }");
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    let udp = report.result("meetings.ports-udp");
    assert_eq!(
        (udp.verdict, udp.reason),
        (Verdict::Warn, Reason::PortsFallBack),
        "{udp:?}"
    );
    assert_eq!(named(udp, What::PortsBlocked), "3478-3479, 8801-8810");
    for port in [3478, 3479, 8801, 8805, 8810] {
        for family in [Family::Ipv4, Family::Ipv6] {
            let state = report.port(Transport::Udp, port, family);
            assert_eq!(died(state), Some(Direction::Up), "{port}: {state:?}");
        }
    }
    let tcp = report.result("meetings.ports-tcp");
    assert_eq!(tcp.verdict, Verdict::Fail, "{tcp:?}");
    assert_eq!(named(tcp, What::PortsBlocked), "80, 8801-8802");
    for result in report.results.iter().filter(|r| r.kind == "bandwidth") {
        let unmeasured = matches!(
            result.verdict,
            Verdict::Inconclusive | Verdict::NotApplicable
        );
        assert!(unmeasured, "nothing could be measured over UDP: {result:?}");
    }
}

/// Loss is not a block: with enough tries every port answers.
fn lossy(percent: u32) {
    let Some(lab) = Lab::new() else { return };
    lab.loss(Way::Up, percent);
    lab.loss(Way::Down, percent);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    assert_eq!(report.not_open(), []);
    for id in ["meetings.ports-tcp", "meetings.ports-udp"] {
        assert_eq!(report.result(id).verdict, Verdict::Pass, "{id}");
    }
    let lost: u64 = lab.counted().iter().sum();
    assert!(lost > 0, "the fault was met");
}

#[test]
fn two_and_five_percent_loss_block_nothing() {
    let _turn = beside_others();
    std::thread::scope(|scope| {
        scope.spawn(|| lossy(2));
        lossy(5);
    });
}

#[test]
fn address_translation_changes_nothing_but_the_address() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.masquerade();
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    assert_eq!(report.not_open(), []);
    let reflector = report.network().reflectors.first().expect("a reflector");
    assert_eq!(
        reflector.seen_from.map(|a| a.to_string()).as_deref(),
        Some("198.51.100.1")
    );
}

#[test]
fn a_pc_without_ipv6_is_not_blocked_over_ipv6() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.without_ipv6();
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    for (transport, family, ports, state) in report.not_open() {
        assert_eq!(family, Family::Ipv6, "{transport:?} {ports} {state:?}");
        assert!(
            matches!(&state, PortState::NotTested { failure } if failure.code == FailureCode::NoLocalAddress),
            "{state:?}"
        );
    }
    assert_eq!(report.result("meetings.ports-udp").verdict, Verdict::Pass);
    assert_eq!(report.result("meetings.ports-tcp").verdict, Verdict::Pass);
}

#[test]
fn a_pc_of_ipv6_only_is_measured_over_ipv6() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.without_ipv4();
    let (_reflector, url) = lab.reflector(&["--host", SERVER6]);
    let report = check(&lab, &url).report;
    for port in [443, 8801] {
        let state = report.port(Transport::Tcp, port, Family::Ipv6);
        assert!(matches!(state, Some(PortState::Open { .. })), "{state:?}");
    }
    for result in report.results.iter().filter(|r| r.kind == "bandwidth") {
        let bad = matches!(result.verdict, Verdict::Fail | Verdict::Warn);
        assert!(!bad, "{result:?}");
    }
}

#[test]
fn a_reflector_that_dies_half_way_takes_nothing_with_it() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (mut reflector, url) = lab.reflector(&[]);
    let checked = std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            lab.check(&[
                "--for",
                "meetings",
                "--edition",
                "2025-05",
                "--reflector",
                &url,
            ])
        });
        std::thread::sleep(Duration::from_millis(3_500));
        reflector.kill();
        running.join().expect("a check")
    });
    let report = checked.report;
    // Whatever had been proved before stays; nothing is called blocked for want of a reflector.
    for (transport, family, ports, state) in report.not_open() {
        let accused = matches!(
            state,
            PortState::Silent { control: true, .. } | PortState::Rejected { .. }
        );
        assert!(!accused, "{transport:?} {family:?} {ports}: {state:?}");
    }
    assert_eq!(report.network().reflectors.len(), 1);
    for result in report.results.iter().filter(|r| r.kind == "bandwidth") {
        assert_ne!(result.verdict, Verdict::Fail, "{result:?}");
    }
    assert!(
        !report.network().ports.is_empty(),
        "ports were proved before it died"
    );
    assert!(report.evidence.inventory.os.family.value().is_some());
}

#[test]
fn a_listener_that_is_no_reflector_proves_nothing() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    // A join URL of a real reflector that has ended; others sit on its ports now.
    let url = lab.reflector(&[]).1;
    let at = |port: u16| format!("0.0.0.0:{port}").parse().expect("an address");
    let mut peers: Vec<Peer> = [80, 443, 8801, 8802]
        .map(|p| Peer::Mute { at: at(p) })
        .to_vec();
    peers.extend((8801..=8810).map(|p| Peer::Echo { at: at(p) }));
    peers.push(Peer::Says {
        at: at(7443),
        reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
    });
    let _peers = Peers::start(&lab.server, &peers);
    let report = check(&lab, &url).report;
    let reflector = report.network().reflectors.first().expect("a reflector");
    assert!(reflector.failure.is_some(), "{reflector:?}");
    for id in ["meetings.ports-tcp", "meetings.ports-udp"] {
        let result = report.result(id);
        assert_eq!(
            (result.verdict, result.reason),
            (Verdict::Inconclusive, Reason::ReflectorUnusable),
            "{id}"
        );
    }
}

#[test]
fn somebody_else_on_one_port_is_told_from_the_reflector() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    // The router ends TCP 8801 and 8802 itself, as transparent proxies do: one says nothing, one speaks TLS.
    let at = |port: u16| format!("[::]:{port}").parse().expect("an address");
    let identity = Authority::new("Inspector").identity(&["reflector.example"], false);
    let peers = [
        Peer::Mute { at: at(9998) },
        Peer::Tls {
            at: at(9999),
            identity,
        },
    ];
    let _peers = Peers::start(&lab.router, &peers);
    lab.router
        .nft(
            "table inet nat {\n chain pre {\n type nat hook prerouting priority -100\n \
             iifname tc tcp dport 8801 redirect to :9998\n \
             iifname tc tcp dport 8802 redirect to :9999\n }\n}",
        )
        .expect("transparent proxies");
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    for (port, expected) in [
        (8801, FailureCode::TimedOut),
        (8802, FailureCode::CertificateNotPinned),
    ] {
        let state = report.port(Transport::Tcp, port, Family::Ipv4);
        assert!(
            matches!(state, Some(PortState::Unproved { failure }) if failure.code == expected),
            "{port}: {state:?}"
        );
    }
    let result = report.result("meetings.ports-tcp");
    assert_ne!(result.verdict, Verdict::Pass, "{result:?}");
    assert!(
        matches!(
            result.reason,
            Reason::PortsIntercepted | Reason::PortsUnproved
        ),
        "{result:?}"
    );
    assert_eq!(named(result, What::PortsOpen), "80, 443");
}
