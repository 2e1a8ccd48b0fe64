//! A room's LAN: a controller and a control PC behind one switch, or in two subnets, with faults between them.

use meetready::model::network::{Direction, ReflectorRole};
use meetready::model::quantity::What;
use meetready::model::reason::Reason;
use meetready::model::rule::Transport;
use meetready::model::{Report, Verdict};
use meetready::report::{Format, RenderOptions, render};

use crate::beside_others;
use crate::cases::died;
use crate::support::lab::{Fault, Lab, Running, Way, check_in, reflector_in};
use crate::support::read::{Read as _, named};
use crate::support::shell::{Namespace, fresh_name};

/// Two devices on the ports of one switch, which has an address of its own.
struct Room {
    switch: Namespace,
    controller: Namespace,
    pc: Namespace,
}

impl Room {
    /// Makes it where a lab can be made.
    fn new() -> Option<Self> {
        // Says that it skips, or fails, where there is no lab.
        drop(Lab::new()?);
        let name = fresh_name();
        let made = |end: char| Namespace::new(format!("{name}{end}")).expect("a namespace");
        let room = Self {
            switch: made('w'),
            controller: made('c'),
            pc: made('p'),
        };
        let switch = &room.switch;
        switch.ip("link add br0 type bridge").expect("a bridge");
        switch
            .ip("addr add 192.0.2.1/24 dev br0")
            .expect("an address");
        switch.ip("link set br0 up").expect("a bridge that is up");
        for (space, port, host) in [(&room.controller, "p1", 11), (&room.pc, "p2", 12)] {
            let at = format!(
                "link add e0 type veth peer name {port} netns {}",
                switch.name
            );
            space.ip(&at).expect("a cable");
            space
                .ip(&format!("addr add 192.0.2.{host}/24 dev e0"))
                .expect("an address");
            space.ip("link set e0 up").expect("a link");
            space
                .ip("route add default via 192.0.2.1")
                .expect("a route");
            switch
                .ip(&format!("link set {port} master br0"))
                .expect("a port");
            switch.ip(&format!("link set {port} up")).expect("a port");
            space
                .etc("resolv.conf", "nameserver 127.0.0.1\n")
                .expect("no resolver");
            space.etc("hosts", "127.0.0.1 localhost\n").expect("hosts");
        }
        Some(room)
    }
    /// Keeps the two from each other, as access points do with their guests.
    fn isolate(&self) {
        for port in ["p1", "p2"] {
            self.switch
                .run(&format!("bridge link set dev {port} isolated on"))
                .expect("an isolated port");
        }
    }
}

fn check(space: &Namespace, product: &str, reflector: &str) -> Report {
    let arguments = [
        "--for",
        product,
        "--edition",
        "2025-05",
        "--reflector",
        reflector,
    ];
    check_in(space, &arguments, &[]).report
}

fn page(report: &Report) -> String {
    render(report, Format::Room, &RenderOptions::default())
}

/// The code that `reflect --lan` shows.
fn code(running: &Running) -> String {
    running.line(|line| line.strip_prefix("lan:").map(|_| line.to_owned()))
}

#[test]
fn one_switch_is_one_network_and_its_ports_are_proved() {
    let _turn = beside_others();
    let Some(room) = Room::new() else { return };
    let (running, url) = reflector_in(&room.pc, &["--lan"]);
    let report = check(&room.controller, "rooms-controller", &url);
    for id in [
        "rooms-controller.same-network",
        "rooms-controller.ports-lan",
    ] {
        assert_eq!(
            report.result(id).verdict,
            Verdict::Pass,
            "{id}: {:?}",
            report.result(id)
        );
    }
    let shown = page(&report);
    assert!(
        shown.contains("TCP 9090") && shown.contains("open (proved)"),
        "{shown}"
    );
    assert!(
        shown.contains("Nothing. Every port that was tried"),
        "{shown}"
    );
    // The code alone finds it, and so does the code with the address.
    let code = code(&running);
    for name in [code.clone(), format!("{}@192.0.2.12", code.to_lowercase())] {
        let report = check(&room.controller, "rooms-controller", &name);
        let seen = &report.network().reflectors;
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(
            seen[0].role.value(),
            Some(&ReflectorRole::Lan),
            "{name}: {seen:?}"
        );
        assert_eq!(seen[0].address, "192.0.2.12:7443");
        let result = report.result("rooms-controller.ports-lan");
        assert_eq!(result.verdict, Verdict::Pass, "{name}: {result:?}");
    }
    // Another code gets nothing.
    let report = check(&room.controller, "rooms-controller", "lan:0000-0000");
    let seen = &report.network().reflectors[0];
    assert!(seen.failure.is_some(), "{seen:?}");
    let result = report.result("rooms-controller.ports-lan");
    assert_eq!(result.verdict, Verdict::Inconclusive, "{result:?}");
}

#[test]
fn isolated_devices_are_not_called_blocked_and_isolation_is_named_as_one_cause() {
    let _turn = beside_others();
    let Some(room) = Room::new() else { return };
    let (_running, url) = reflector_in(&room.pc, &["--lan"]);
    room.isolate();
    // The truth: each reaches the gateway, and not the other.
    assert!(room.controller.run("ping -c1 -W1 192.0.2.1").is_ok() || !has_ping());
    let report = check(&room.controller, "rooms-controller", &url);
    for id in [
        "rooms-controller.same-network",
        "rooms-controller.ports-lan",
    ] {
        let result = report.result(id);
        assert_eq!(
            (result.verdict, result.reason),
            (Verdict::Inconclusive, Reason::ReflectorUnusable),
            "{id}"
        );
    }
    let shown = page(&report);
    assert!(
        shown.contains("not reached") && shown.contains("isolation"),
        "{shown}"
    );
    assert!(!shown.contains("blocked"), "{shown}");
}

fn has_ping() -> bool {
    crate::support::shell::run("ping -V").is_ok()
}

#[test]
fn a_router_that_blocks_9090_between_two_subnets_is_named() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("tcp", "9090", Way::Up, Fault::Drop);
    let (_running, url) = lab.reflector(&["--lan"]);
    let report = check(&lab.client, "rooms-controller", &url);
    let ports = report.result("rooms-controller.ports-lan");
    assert_eq!(
        (ports.verdict, ports.reason),
        (Verdict::Fail, Reason::PortsBlocked),
        "{ports:?}"
    );
    assert_eq!(named(ports, What::PortsBlocked), "9090");
    let network = report.result("rooms-controller.same-network");
    assert_eq!(
        (network.verdict, network.reason),
        (Verdict::Fail, Reason::OtherSubnet)
    );
    let shown = page(&report);
    assert!(
        shown.contains("TCP 9090") && shown.contains("blocked"),
        "{shown}"
    );
    assert!(shown.contains("allow TCP 9090"), "{shown}");
}

#[test]
fn udp_8889_that_is_blocked_one_way_is_named_with_its_way() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    lab.block("udp", "8889", Way::Down, Fault::Drop);
    let (_running, url) = lab.reflector(&["--lan"]);
    let report = check(&lab.client, "rooms", &url);
    let result = report.result("rooms.ports-lan-udp");
    assert_eq!(
        (result.verdict, result.reason),
        (Verdict::Fail, Reason::PortsBlockedDown),
        "{result:?}"
    );
    assert_eq!(named(result, What::PortsBlocked), "8889");
    for family in [
        meetready::model::network::Family::Ipv4,
        meetready::model::network::Family::Ipv6,
    ] {
        let state = report.port(Transport::Udp, 8889, family);
        assert!(
            state.is_none() || died(state) == Some(Direction::Down),
            "{family:?}: {state:?}"
        );
    }
    assert_eq!(report.result("rooms.ports-lan-tcp").verdict, Verdict::Pass);
    assert_eq!(
        report.result("rooms.ports-lan-controller").verdict,
        Verdict::Pass
    );
    let shown = page(&report);
    assert!(shown.contains("blocked on the way back"), "{shown}");
    assert!(
        shown.contains("answers of the control PC on UDP 8889"),
        "{shown}"
    );
}
