//! The link, and what hides it.

#![cfg(unix)]

use std::net::IpAddr;

use meetready::model::inventory::{LinkFacts, LinkKind};
use meetready::model::units::Mbps;

use crate::support::Tree;

const HEADER: &str =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

fn default_by(interface: &str, metric: u32) -> String {
    format!("{interface}\t00000000\t0101A8C0\t0003\t0\t0\t{metric}\t00000000\t0\t0\t0\n")
}

fn real(tree: &Tree, name: &str, driver: &str) {
    let device = format!("sys/devices/pci0000:00/{name}-device");
    tree.file(&format!("{device}/net/{name}/type"), b"1\n");
    tree.link(&format!("{device}/net/{name}/device"), "../..");
    tree.dir(&format!("sys/bus/drivers/{driver}"));
    tree.link(
        &format!("{device}/driver"),
        &format!("/sys/bus/drivers/{driver}"),
    );
    tree.link(
        &format!("sys/class/net/{name}"),
        &format!("/{device}/net/{name}"),
    );
}

fn link(tree: &Tree) -> LinkFacts {
    tree.read().inventory.link
}

fn kind(tree: &Tree) -> Option<LinkKind> {
    link(tree).kind.value().copied()
}

#[test]
fn wired_with_its_speed_and_addresses() {
    let tree = Tree::with(&[
        (
            "proc/net/route",
            &(HEADER.to_owned()
                + &default_by("eth0", 100)
                + "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"),
        ),
        (
            "proc/net/fib_trie",
            "Local:\n     |-- 192.168.1.7\n        /32 host LOCAL\n",
        ),
        (
            "proc/net/if_inet6",
            "fe80000000000000020000fffe000001 02 40 20 80     eth0\n",
        ),
    ]);
    real(&tree, "eth0", "e1000e");
    tree.file("sys/class/net/eth0/speed", b"1000\n");
    let link = link(&tree);
    assert_eq!(link.kind.value(), Some(&LinkKind::Wired));
    assert_eq!(link.speed.value(), Some(&Mbps(1_000)));
    let subnets = link.subnets.value().unwrap();
    assert_eq!(subnets.len(), 2);
    assert_eq!(subnets[0].address, IpAddr::from([192, 168, 1, 7]));
    assert_eq!(subnets[0].prefix, 24);
    assert_eq!(link.underlying.value(), None);
    tree.file("sys/class/net/eth0/speed", b"-1\n");
    assert_eq!(tree.read().inventory.link.speed.value(), None);
}

#[test]
fn wifi_under_a_tunnel_is_told() {
    for (uevent, halves) in [("DEVTYPE=wireguard\n", false), ("INTERFACE=tun0\n", true)] {
        let tree = Tree::with(&[]);
        let way = if halves {
            "tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\ntun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n".to_owned()
        } else {
            default_by("tun0", 50)
        };
        tree.file(
            "proc/net/route",
            (HEADER.to_owned() + &default_by("wlan0", 600) + &way).as_bytes(),
        );
        tree.file("sys/class/net/tun0/uevent", uevent.as_bytes());
        tree.file("sys/class/net/tun0/type", b"65534\n");
        real(&tree, "wlan0", "iwlwifi");
        tree.dir("sys/class/net/wlan0/phy80211");
        let link = link(&tree);
        assert_eq!(link.interface.value().map(String::as_str), Some("tun0"));
        assert_eq!(link.kind.value(), Some(&LinkKind::Vpn));
        assert_eq!(link.underlying.value(), Some(&LinkKind::Wifi));
    }
}

#[test]
fn a_tunnel_alone_hides_what_carries_it() {
    let tree = Tree::with(&[(
        "proc/net/route",
        &(HEADER.to_owned() + &default_by("wg0", 0)),
    )]);
    tree.file("sys/class/net/wg0/uevent", b"DEVTYPE=wireguard\n");
    let link = link(&tree);
    assert_eq!(link.kind.value(), Some(&LinkKind::Vpn));
    assert_eq!(link.underlying.value(), None);
}

#[test]
fn layers_are_looked_through() {
    let tree = Tree::with(&[(
        "proc/net/route",
        &(HEADER.to_owned() + &default_by("br0", 0)),
    )]);
    tree.file("sys/class/net/br0/uevent", b"DEVTYPE=bridge\n");
    tree.file("sys/class/net/br0/type", b"1\n");
    assert_eq!(kind(&tree), Some(LinkKind::Virtual), "nothing beneath");
    real(&tree, "eth0", "igb");
    tree.dir("sys/class/net/br0/lower_bond0.5");
    tree.dir("sys/class/net/bond0.5/lower_bond0");
    tree.file("sys/class/net/bond0/bonding/active_slave", b"eth0\n");
    assert_eq!(kind(&tree), Some(LinkKind::Wired));
    // A loop of layers ends.
    tree.file("sys/class/net/bond0/bonding/active_slave", b"br0\n");
    assert_eq!(kind(&tree), Some(LinkKind::Virtual));
}

#[test]
fn what_a_guest_sees_is_virtual() {
    let tree = Tree::with(&[(
        "proc/net/route",
        &(HEADER.to_owned() + &default_by("eth0", 0)),
    )]);
    real(&tree, "eth0", "virtio_net");
    assert_eq!(kind(&tree), Some(LinkKind::Virtual));
    // An emulated card looks real; the machine does not.
    let tree = Tree::with(&[
        (
            "proc/net/route",
            &(HEADER.to_owned() + &default_by("eth0", 0)),
        ),
        ("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n"),
    ]);
    real(&tree, "eth0", "e1000");
    assert_eq!(kind(&tree), Some(LinkKind::Virtual));
}

#[test]
fn modems_and_telephones() {
    let tree = Tree::with(&[(
        "proc/net/route",
        &(HEADER.to_owned() + &default_by("wwan0", 0)),
    )]);
    real(&tree, "wwan0", "cdc_mbim");
    assert_eq!(kind(&tree), Some(LinkKind::Cellular));
    let tree = Tree::with(&[(
        "proc/net/route",
        &(HEADER.to_owned() + &default_by("usb0", 0)),
    )]);
    real(&tree, "usb0", "rndis_host");
    assert_eq!(kind(&tree), Some(LinkKind::Other));
}

#[test]
fn no_way_out() {
    let tree = Tree::with(&[("proc/net/route", HEADER)]);
    tree.file("sys/class/net/lo/type", b"772\n");
    tree.file("sys/class/net/lo/operstate", b"unknown\n");
    assert_eq!(kind(&tree), Some(LinkKind::Loopback));
    real(&tree, "eth0", "e1000e");
    tree.file("sys/class/net/eth0/operstate", b"up\n");
    assert_eq!(
        kind(&tree),
        Some(LinkKind::Wired),
        "a LAN without a way out"
    );
    real(&tree, "eth1", "e1000e");
    tree.file("sys/class/net/eth1/operstate", b"up\n");
    assert_eq!(kind(&tree), None, "which of the two is not told");
}

#[test]
fn ipv6_only() {
    let tree = Tree::with(&[(
        "proc/net/ipv6_route",
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0\n",
    )]);
    real(&tree, "eth0", "e1000e");
    let link = link(&tree);
    assert_eq!(link.interface.value().map(String::as_str), Some("eth0"));
    assert!(link.interface.source().unwrap().contains("ipv6"));
}
