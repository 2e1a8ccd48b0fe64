//! What a run really sends, counted by the kernel and held against its plan.

use std::collections::BTreeMap;

use meetready::model::Plan;
use meetready::model::plan::PlanAction;
use meetready::model::rule::{PortRange, Transport};
use serde_json::Value;

use crate::alone;
use crate::support::lab::{Lab, MEETREADY, SERVER};
use crate::support::peer::{Authority, Peer, Peers, Zone};

/// A second address of the server, where the vendor's names lead.
const VENDOR: &str = "198.51.100.3";

/// Counts everything that leaves and reaches the client, and each place that something is sent to.
const AUDIT: &str = "table inet audit {
 set sent4 {
 type ipv4_addr . inet_proto . inet_service
 size 65535
 flags dynamic
 }
 set sent6 {
 type ipv6_addr . inet_proto . inet_service
 size 65535
 flags dynamic
 }
 chain out {
 type filter hook output priority 0
 oifname lo accept
 meta l4proto { tcp, udp } counter
 meta nfproto ipv4 meta l4proto { tcp, udp } add @sent4 { ip daddr . meta l4proto . th dport }
 meta nfproto ipv6 meta l4proto { tcp, udp } add @sent6 { ip6 daddr . meta l4proto . th dport }
 }
 chain in {
 type filter hook input priority 0
 iifname lo accept
 meta l4proto { tcp, udp } counter
 }
}";

/// Packets and bytes both ways, and the places: address, protocol, port.
fn counted(lab: &Lab) -> (u64, u64, Vec<(String, Transport, u16)>) {
    let list = lab
        .client
        .run("nft -j list table inet audit")
        .expect("the audit");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let (mut packets, mut bytes, mut places) = (0, 0, Vec::new());
    for entry in list["nftables"].as_array().expect("entries") {
        for expression in entry["rule"]["expr"].as_array().into_iter().flatten() {
            packets += expression["counter"]["packets"].as_u64().unwrap_or(0);
            bytes += expression["counter"]["bytes"].as_u64().unwrap_or(0);
        }
        for element in entry["set"]["elem"].as_array().into_iter().flatten() {
            let parts = &element["concat"];
            let transport = match parts[1].as_str() {
                Some("tcp") => Transport::Tcp,
                _ => Transport::Udp,
            };
            let port = parts[2].as_u64().and_then(|p| u16::try_from(p).ok());
            let address = parts[0].as_str().unwrap_or("?").to_owned();
            places.push((address, transport, port.unwrap_or(0)));
        }
    }
    (packets, bytes, places)
}

/// The ports that the plan names at the reflector, by transport.
fn planned(plan: &Plan, control: u16) -> BTreeMap<Transport, Vec<PortRange>> {
    let mut out: BTreeMap<Transport, Vec<PortRange>> = BTreeMap::new();
    out.entry(Transport::Tcp)
        .or_default()
        .extend(PortRange::single(control));
    for step in &plan.steps {
        if let PlanAction::Ports {
            transport,
            asked,
            compared,
            ..
        } = &step.action
        {
            let all = out.entry(*transport).or_default();
            all.extend(asked);
            all.extend(compared);
        }
    }
    out
}

#[test]
fn nothing_is_sent_that_the_plan_does_not_list() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    lab.server
        .ip(&format!("addr add {VENDOR}/24 dev e0"))
        .expect("a second address");
    let names = ["zoom.us", "zoom.com"];
    let at = |port: u16| format!("{VENDOR}:{port}").parse().expect("an address");
    let address = VENDOR.parse().expect("an address");
    let zone: Zone = names.map(|n| (n.to_owned(), vec![address])).into();
    let identity = Authority::new("Stranger").identity(&names, false);
    let reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned();
    let _vendor = Peers::start(
        &lab.server,
        &[
            Peer::Dns { at: at(53), zone },
            Peer::Tls {
                at: at(443),
                identity,
            },
            Peer::Says { at: at(80), reply },
        ],
    );
    lab.client
        .etc("resolv.conf", &format!("nameserver {VENDOR}\n"))
        .expect("a resolver");
    let listen = format!("{SERVER}:7443");
    let (_reflector, url) = lab.reflector(&["--listen", &listen]);
    let flags = [
        "--for",
        "meetings",
        "--for",
        "phone",
        "--edition",
        "2025-05",
        "--reflector",
        &url,
    ];
    let mut command = lab.client.command(MEETREADY);
    command.args(["plan", "--format", "json"]).args(flags);
    lab.client.nft(AUDIT).expect("an audit");
    let output = command.output().expect("meetready plan");
    let plan: Plan = serde_json::from_slice(&output.stdout).expect("a plan");
    assert_eq!(counted(&lab), (0, 0, Vec::new()), "planning sends nothing");

    lab.check(&flags);
    let (packets, bytes, places) = counted(&lab);
    assert!(
        packets > 0 && packets <= plan.packets,
        "{packets} of {}",
        plan.packets
    );
    assert!(
        bytes > 0 && bytes <= plan.bytes,
        "{bytes} of {}",
        plan.bytes
    );
    let planned = planned(&plan, 7443);
    let mut beside: BTreeMap<Transport, u32> = BTreeMap::new();
    for (address, transport, port) in places {
        let listed = match address.as_str() {
            VENDOR => matches!((transport, port), (_, 53) | (Transport::Tcp, 80 | 443)),
            SERVER => planned[&transport].iter().any(|r| r.contains(port)),
            _ => false,
        };
        if !listed {
            // Only the reflector's own choice for comparison may be unnamed, and never a service's port.
            assert_eq!(address, SERVER, "{transport:?} {port}");
            assert!(port >= 1_024, "{transport:?} {port}");
            *beside.entry(transport).or_default() += 1;
        }
    }
    for (transport, count) in beside {
        let chunks: u32 = plan
            .steps
            .iter()
            .filter_map(|s| match &s.action {
                PlanAction::Ports {
                    transport: t,
                    tried,
                    ..
                } if *t == transport => Some(tried.div_ceil(96)),
                _ => None,
            })
            .sum();
        assert!(
            count <= chunks,
            "{count} unnamed {transport:?} ports, {chunks} chunks"
        );
    }
}
