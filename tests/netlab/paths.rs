//! Ports where a path fails as a whole: in one transport, in one family, for a second, or in a block of a large range.

use meetready::model::Verdict;
use meetready::model::network::{Direction, FailureCode, Family, PortState};
use meetready::model::quantity::What;
use meetready::model::reason::Reason;
use meetready::model::rule::Transport;

use crate::beside_others;
use crate::cases::{check, died};
use crate::support::lab::{Fault, Lab, SERVER, Way};
use crate::support::peer::{Peer, Peers};
use crate::support::read::{Read as _, each, named};

#[test]
fn answers_of_all_udp_lost_are_told_by_tcp_beside_them() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("udp", "1-65535", Way::Down, Fault::Drop);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    for port in [3478, 3479, 8801, 8805, 8810] {
        let state = report.port(Transport::Udp, port, Family::Ipv4);
        assert_eq!(died(state), Some(Direction::Down), "{port}: {state:?}");
    }
    let udp = report.result("meetings.ports-udp");
    assert_eq!(
        (udp.verdict, udp.reason),
        (Verdict::Warn, Reason::PortsFallBack),
        "{udp:?}"
    );
    assert_eq!(report.result("meetings.ports-tcp").verdict, Verdict::Pass);
}

#[test]
fn a_network_of_udp_only_is_told_by_udp() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    // The control channel goes through a proxy at the router, as it does where TCP leaves by proxies alone.
    let at = "192.0.2.1:3128".parse().expect("an address");
    let to = format!("{SERVER}:7443").parse().expect("an address");
    let _proxy = Peers::start(&lab.router, &[Peer::Tunnel { at, to }]);
    lab.only("meta l4proto udp");
    let (_reflector, url) = lab.reflector(&[]);
    let arguments = [
        "--for",
        "meetings",
        "--edition",
        "2025-05",
        "--scenario",
        "voip",
        "--reflector",
        &url,
    ];
    let proxy = [("https_proxy", "http://192.0.2.1:3128")];
    let report = lab.check_with(&arguments, &proxy).report;
    let tcp = report.result("meetings.ports-tcp");
    assert_eq!(
        (tcp.verdict, tcp.reason),
        (Verdict::Fail, Reason::PortsBlocked),
        "{:?}",
        report.not_open()
    );
    assert_eq!(named(tcp, What::PortsBlocked), "80, 443, 8801-8802");
    assert_eq!(report.result("meetings.ports-udp").verdict, Verdict::Pass);
}

#[test]
fn a_gap_of_a_second_blocks_nothing() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    // The first three tries of ten ports, at 112 octets with headers of 28 each.
    lab.gap("8801-8810", 3 * 10 * 140);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    assert_eq!(report.not_open(), []);
    assert_eq!(report.result("meetings.ports-udp").verdict, Verdict::Pass);
    assert_eq!(lab.counted(), [30], "the fault was met");
}

/// IPv6 leads nowhere although the reflector names an address: that is no block of these ports.
fn ipv6_leads_nowhere(fault: &str) {
    let Some(lab) = Lab::new() else { return };
    lab.no_way_over_ipv6(fault);
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    let not_open = report.not_open();
    assert!(!not_open.is_empty(), "IPv6 was tried");
    for (transport, family, ports, state) in not_open {
        assert_eq!(family, Family::Ipv6, "{transport:?} {ports} {state:?}");
        let accuses = matches!(
            state,
            PortState::Silent { control: true, .. } | PortState::Rejected { .. }
        );
        assert!(!accuses, "{transport:?} {ports} {state:?}");
    }
    for id in ["meetings.ports-tcp", "meetings.ports-udp"] {
        let result = report.result(id);
        assert_eq!(
            (result.verdict, result.reason),
            (Verdict::Pass, Reason::Met),
            "{result:?}"
        );
    }
    assert!(lab.counted().iter().all(|n| *n > 0), "the fault was met");
}

#[test]
fn ipv6_that_leads_nowhere_is_not_blocked() {
    let _turn = beside_others();
    std::thread::scope(|scope| {
        scope.spawn(|| ipv6_leads_nowhere("drop"));
        ipv6_leads_nowhere("reject with icmpv6 type no-route");
    });
}

#[test]
fn ipv6_of_the_link_only_is_no_ipv6() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.link_local_only();
    let (_reflector, url) = lab.reflector(&[]);
    let report = check(&lab, &url).report;
    let not_open = report.not_open();
    assert!(!not_open.is_empty(), "IPv6 was asked for");
    for (transport, family, ports, state) in not_open {
        assert_eq!(family, Family::Ipv6, "{transport:?} {ports} {state:?}");
        assert!(
            matches!(&state, PortState::NotTested { failure } if failure.code == FailureCode::NoLocalAddress),
            "{transport:?} {ports} {state:?}"
        );
    }
    assert_eq!(report.result("meetings.ports-udp").verdict, Verdict::Pass);
}

#[test]
fn a_blocked_block_of_a_large_range_is_named() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("udp", "30000-34999", Way::Up, Fault::Drop);
    let (_reflector, url) = lab.reflector(&[]);
    let report = lab
        .check(&[
            "--for",
            "phone",
            "--edition",
            "2025-05",
            "--reflector",
            &url,
        ])
        .report;
    let blocked: Vec<u16> = report
        .not_open()
        .into_iter()
        .inspect(|(_, _, ports, state)| {
            assert_eq!(died(Some(state)), Some(Direction::Up), "{ports} {state:?}");
        })
        .flat_map(|(_, _, ports, _)| each(&ports))
        .collect();
    let outside: Vec<u16> = blocked
        .iter()
        .copied()
        .filter(|p| !(30_000..35_000).contains(p))
        .collect();
    assert_eq!(outside, Vec::<u16>::new(), "only the block is named");
    assert!(blocked.len() >= 30, "{blocked:?}");
    // A stratum is 148 ports: the first and last that were tried are at most two of them from the block's edges.
    let (first, last) = (blocked.iter().min(), blocked.iter().max());
    assert!(first.is_some_and(|p| *p < 30_300), "{first:?}");
    assert!(last.is_some_and(|p| *p > 34_700), "{last:?}");
    let result = report
        .results
        .iter()
        .find(|r| named(r, What::PortsBlocked).contains('3') && r.verdict == Verdict::Fail)
        .expect("a result that names them");
    assert_eq!(result.reason, Reason::PortsBlockedUp, "{result:?}");
}
