//! The link that carries the traffic, from the adapters and the routing table.

use std::net::IpAddr;

use crate::inventory::sys::windows_rows::AdapterRow;
use crate::inventory::unknown::AllUnknown;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{LinkFacts, LinkKind, Subnet};
use crate::model::units::Mbps;

const ADAPTERS: &str = "GetAdaptersAddresses";

/// IANA `ifType` numbers (iana.org, `ianaiftype-mib`).
mod if_type {
    pub(super) const ETHERNET: u32 = 6;
    pub(super) const PPP: u32 = 23;
    pub(super) const LOOPBACK: u32 = 24;
    pub(super) const VIRTUAL: u32 = 53;
    pub(super) const WIFI: u32 = 71;
    pub(super) const TUNNEL: u32 = 131;
    pub(super) const MOBILE_GSM: u32 = 243;
    pub(super) const MOBILE_CDMA: u32 = 244;
}

/// `NDIS_PHYSICAL_MEDIUM` (ntddndis.h).
mod medium {
    pub(super) const WIRELESS_LAN: i32 = 1;
    pub(super) const WIRELESS_WAN: i32 = 8;
    pub(super) const NATIVE_802_11: i32 = 9;
    pub(super) const BLUETOOTH: i32 = 10;
}

/// What the calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkRows {
    /// All adapters.
    pub(super) adapters: Result<Vec<AdapterRow>, Unknown>,
    /// Interface index of the route to a public IPv4 address.
    pub(super) route4: Result<u32, Unknown>,
    /// Interface index of the route to a public IPv6 address.
    pub(super) route6: Result<u32, Unknown>,
    /// Inside a virtual machine every Ethernet is virtual: the guest cannot see what carries it.
    pub(super) guest: bool,
}

/// The facts.
pub(super) fn link(rows: &LinkRows) -> LinkFacts {
    let adapters = match &rows.adapters {
        Ok(adapters) => adapters,
        Err(said) => return all(said),
    };
    let by_index = |index: &u32, of: fn(&AdapterRow) -> u32| {
        adapters.iter().find(|a| *index != 0 && of(a) == *index)
    };
    let found = match (&rows.route4, &rows.route6) {
        (Ok(index), _) if by_index(index, |a| a.index).is_some() => by_index(index, |a| a.index),
        (_, Ok(index)) => by_index(index, |a| a.index6),
        _ => None,
    };
    let Some(adapter) = found else {
        return no_route(adapters, rows);
    };
    let kind = kind(adapter, rows.guest);
    LinkFacts {
        interface: Fact::known(adapter.name.clone(), ADAPTERS),
        underlying: match kind.value() {
            Some(LinkKind::Vpn) => underlying(adapters, adapter, rows.guest),
            _ => Fact::unknown_because(UnknownCode::NotFound, "the link is no tunnel"),
        },
        kind,
        speed: speed(adapter),
        technology: Fact::unknown_because(
            UnknownCode::NotSupported,
            "asking for the Wi-Fi standard needs the location permission on Windows 11",
        ),
        full_duplex: Fact::unknown(UnknownCode::NotSupported),
        frequency: Fact::unknown(UnknownCode::NotSupported),
        signal: Fact::unknown(UnknownCode::NotSupported),
        subnets: Fact::known(subnets(adapter), ADAPTERS),
    }
}

fn all(said: &Unknown) -> LinkFacts {
    LinkFacts::all_unknown(said)
}

/// No interface leads outwards: with nothing but loopback up that is a fact, else it is not known what would carry it.
fn no_route(adapters: &[AdapterRow], rows: &LinkRows) -> LinkFacts {
    let said = match (&rows.route4, &rows.route6) {
        (Err(said), _) | (_, Err(said)) => said.clone(),
        _ => Unknown {
            code: UnknownCode::NotFound,
            detail: Some("the routing table names an interface that is not listed".to_owned()),
        },
    };
    let only_loopback = adapters
        .iter()
        .all(|a| !a.up || a.if_type == if_type::LOOPBACK || a.addresses.is_empty());
    let mut facts = all(&said);
    if only_loopback {
        facts.kind = Fact::known(LinkKind::Loopback, ADAPTERS);
    }
    facts
}

/// What kind of link it is. `ifType` alone is not enough: most VPN drivers and all virtual switches call themselves
/// Ethernet.
fn kind(adapter: &AdapterRow, guest: bool) -> Fact<LinkKind> {
    let text = format!("{} {}", adapter.description, adapter.name).to_ascii_lowercase();
    let described = |marks: &[&str]| marks.iter().any(|m| text.contains(m));
    let by_type = |kind| Fact::known(kind, format!("{ADAPTERS} IfType {}", adapter.if_type));
    let by_name = |kind| {
        Fact::known(
            kind,
            format!("{ADAPTERS} Description {}", adapter.description),
        )
    };
    match adapter.if_type {
        if_type::LOOPBACK => return by_type(LinkKind::Loopback),
        if_type::PPP if described(&["pppoe"]) => return by_name(LinkKind::Wired),
        if_type::PPP | if_type::TUNNEL => return by_type(LinkKind::Vpn),
        if_type::MOBILE_GSM | if_type::MOBILE_CDMA => return by_type(LinkKind::Cellular),
        _ => {}
    }
    if described(&VPN) {
        return by_name(LinkKind::Vpn);
    }
    if described(&VIRTUAL) {
        return by_name(LinkKind::Virtual);
    }
    if described(&SHARED_PHONE) {
        return by_name(LinkKind::Other);
    }
    let by_medium = |kind, medium| Fact::known(kind, format!("GetIfEntry2 medium {medium}"));
    match (adapter.if_type, adapter.medium) {
        (if_type::VIRTUAL, _) => by_type(LinkKind::Vpn),
        (if_type::WIFI, _) => by_type(LinkKind::Wifi),
        (_, Some(m @ (medium::WIRELESS_LAN | medium::NATIVE_802_11))) => {
            by_medium(LinkKind::Wifi, m)
        }
        (_, Some(m @ medium::WIRELESS_WAN)) => by_medium(LinkKind::Cellular, m),
        (_, Some(m @ medium::BLUETOOTH)) => by_medium(LinkKind::Other, m),
        // No hardware stands behind it, and its name says nothing: a driver of some software.
        (if_type::ETHERNET, _) if adapter.hardware == Some(false) => {
            Fact::known(LinkKind::Virtual, "GetIfEntry2 HardwareInterface, IfType 6")
        }
        (if_type::ETHERNET, _) if guest => by_name(LinkKind::Virtual),
        (if_type::ETHERNET, _) => by_type(LinkKind::Wired),
        _ => by_type(LinkKind::Other),
    }
}

/// Descriptions of VPN drivers, in lower case.
const VPN: [&str; 27] = [
    "vpn",
    "wireguard",
    "wintun",
    "tap-windows",
    "tap-win32",
    "openvpn",
    "anyconnect",
    "cisco secure client",
    "fortinet",
    "fortissl",
    "pangp",
    "globalprotect",
    "juniper",
    "pulse secure",
    "ivanti secure",
    "check point virtual",
    "sonicwall",
    "netextender",
    "zscaler",
    "zerotier",
    "tailscale",
    "netskope",
    "cloudflare warp",
    "cloudflarewarp",
    "hamachi",
    "softether",
    "wan miniport",
];
/// Descriptions of virtual switches and of what guests see in place of an adapter. What carries these cannot be seen.
const VIRTUAL: [&str; 16] = [
    "hyper-v virtual",
    "hyper-v network adapter",
    "vethernet",
    "virtual switch",
    "vmware virtual ethernet",
    "vmxnet",
    "virtualbox",
    "virtio",
    "xen net",
    "xen pv network",
    "parallels ethernet",
    "npcap loopback",
    "kvm network",
    "amazon elastic network",
    "amazon pv network",
    "mellanox connectx-3 virtual function",
];
/// A phone's connection over its cable: looks like Ethernet, goes by whatever the phone has.
const SHARED_PHONE: [&str; 3] = [
    "apple mobile device ethernet",
    "remote ndis based internet sharing",
    "bluetooth device (personal area network)",
];

/// Beneath a tunnel: the adapter with a gateway that Windows would prefer, by its metric.
fn underlying(adapters: &[AdapterRow], tunnel: &AdapterRow, guest: bool) -> Fact<LinkKind> {
    let mut beneath: Vec<(&AdapterRow, LinkKind, String)> = adapters
        .iter()
        .filter(|a| a.up && a.gateway && *a != tunnel)
        .filter_map(|a| match kind(a, guest) {
            Fact::Known { value, source }
                if !matches!(value, LinkKind::Vpn | LinkKind::Loopback) =>
            {
                Some((a, value, source))
            }
            _ => None,
        })
        .collect();
    beneath.sort_by_key(|(a, _, _)| a.metric);
    match beneath.into_iter().next() {
        Some((_, kind, source)) => Fact::known(kind, source),
        None => Fact::unknown_because(
            UnknownCode::NotFound,
            "no other adapter with a gateway is up",
        ),
    }
}

fn speed(adapter: &AdapterRow) -> Fact<Mbps> {
    let source = "GetAdaptersAddresses TransmitLinkSpeed";
    let bits = adapter.bits_per_second;
    // Virtual adapters name figures that nothing stands behind; unknown is all ones or zero.
    match u32::try_from(bits / 1_000_000) {
        Ok(mbps) if mbps > 0 => Fact::known(Mbps(mbps), source),
        _ => Fact::unknown_because(UnknownCode::NotFound, format!("{source}: {bits}")),
    }
}

/// The addresses, without link-local ones of IPv6, which every interface has.
fn subnets(adapter: &AdapterRow) -> Vec<Subnet> {
    adapter
        .addresses
        .iter()
        .filter(|(address, prefix)| match address {
            IpAddr::V4(_) => *prefix <= 32,
            IpAddr::V6(a) => *prefix <= 128 && !a.is_unicast_link_local(),
        })
        .map(|(address, prefix)| Subnet {
            address: *address,
            prefix: *prefix,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::unknown::why;

    fn adapter(index: u32, if_type: u32, name: &str, description: &str) -> AdapterRow {
        AdapterRow {
            index,
            index6: index,
            name: name.to_owned(),
            description: description.to_owned(),
            if_type,
            up: true,
            gateway: true,
            metric: 25,
            bits_per_second: 1_000_000_000,
            addresses: vec![
                (IpAddr::from([192, 168, 1, 20]), 24),
                ("fe80::1".parse().expect("an address"), 64),
            ],
            hardware: Some(true),
            medium: Some(14),
        }
    }
    fn rows(route4: u32, adapters: Vec<AdapterRow>) -> LinkRows {
        LinkRows {
            adapters: Ok(adapters),
            route4: Ok(route4),
            route6: Err(why(UnknownCode::Failed, "no route")),
            guest: false,
        }
    }
    fn kind_of(if_type: u32, description: &str) -> Option<LinkKind> {
        kind(&adapter(1, if_type, "x", description), false)
            .value()
            .copied()
    }

    #[test]
    fn an_ordinary_cable() {
        let facts = link(&rows(
            7,
            vec![
                adapter(3, 71, "Wi-Fi", "Intel(R) Wi-Fi 6 AX201 160MHz"),
                adapter(
                    7,
                    6,
                    "Ethernet",
                    "Intel(R) Ethernet Connection (14) I219-LM",
                ),
            ],
        ));
        assert_eq!(
            facts.interface.value().map(String::as_str),
            Some("Ethernet")
        );
        assert_eq!(facts.kind.value(), Some(&LinkKind::Wired));
        assert_eq!(facts.speed.value(), Some(&Mbps(1_000)));
        assert_eq!(
            facts.subnets.value(),
            Some(&vec![Subnet {
                address: IpAddr::from([192, 168, 1, 20]),
                prefix: 24
            }])
        );
        assert!(facts.underlying.value().is_none() && facts.technology.value().is_none());
    }

    #[test]
    fn what_calls_itself_ethernet_without_being_it() {
        for (if_type, description, expected) in [
            (6, "Realtek PCIe GbE Family Controller", LinkKind::Wired),
            (
                6,
                "ASIX AX88179 USB 3.0 to Gigabit Ethernet Adapter",
                LinkKind::Wired,
            ),
            (6, "Hyper-V Virtual Ethernet Adapter #2", LinkKind::Virtual),
            (6, "Microsoft Hyper-V Network Adapter", LinkKind::Virtual),
            (6, "vmxnet3 Ethernet Adapter", LinkKind::Virtual),
            (6, "Red Hat VirtIO Ethernet Adapter", LinkKind::Virtual),
            (6, "TAP-Windows Adapter V9", LinkKind::Vpn),
            (
                6,
                "Cisco AnyConnect Virtual Miniport Adapter for Windows x64",
                LinkKind::Vpn,
            ),
            (
                6,
                "Fortinet Virtual Ethernet Adapter (NDIS 6.30)",
                LinkKind::Vpn,
            ),
            (6, "PANGP Virtual Ethernet Adapter #2", LinkKind::Vpn),
            (53, "Wintun Userspace Tunnel", LinkKind::Vpn),
            (53, "Tailscale Tunnel", LinkKind::Vpn),
            (23, "WAN Miniport (IKEv2)", LinkKind::Vpn),
            (23, "WAN Miniport (PPPOE)", LinkKind::Wired),
            (131, "Microsoft Teredo Tunneling Adapter", LinkKind::Vpn),
            (71, "Intel(R) Wi-Fi 6E AX211 160MHz", LinkKind::Wifi),
            (243, "Snapdragon X55 5G Modem", LinkKind::Cellular),
            (
                6,
                "Remote NDIS based Internet Sharing Device",
                LinkKind::Other,
            ),
            (6, "Apple Mobile Device Ethernet", LinkKind::Other),
            (24, "Software Loopback Interface 1", LinkKind::Loopback),
            (9, "Token ring", LinkKind::Other),
        ] {
            assert_eq!(
                kind_of(if_type, description),
                Some(expected),
                "{description}"
            );
        }
    }

    #[test]
    fn a_medium_says_more_than_the_type() {
        let mut row = adapter(1, 6, "x", "Some adapter");
        row.medium = Some(9);
        assert_eq!(kind(&row, false).value(), Some(&LinkKind::Wifi));
        row.medium = Some(8);
        assert_eq!(kind(&row, false).value(), Some(&LinkKind::Cellular));
        row.medium = Some(14);
        row.hardware = Some(false);
        assert_eq!(kind(&row, false).value(), Some(&LinkKind::Virtual));
    }

    #[test]
    fn beneath_a_tunnel() {
        let mut cable = adapter(7, 6, "Ethernet", "Intel(R) Ethernet");
        cable.metric = 50;
        let wifi = adapter(3, 71, "Wi-Fi", "Intel(R) Wi-Fi 6 AX201");
        let mut other = adapter(9, 6, "vEthernet", "Hyper-V Virtual Ethernet Adapter");
        other.gateway = false;
        let tunnel = adapter(12, 53, "office", "WireGuard Tunnel");
        let facts = link(&rows(12, vec![tunnel.clone(), cable, other, wifi]));
        assert_eq!(facts.kind.value(), Some(&LinkKind::Vpn));
        assert_eq!(facts.underlying.value(), Some(&LinkKind::Wifi));
        let alone = link(&rows(12, vec![tunnel]));
        assert!(alone.underlying.value().is_none());
    }

    #[test]
    fn a_guests_cable_is_virtual_its_tunnel_a_tunnel() {
        let mut inside = rows(4, vec![adapter(4, 6, "Ethernet", "Intel(R) PRO/1000 MT")]);
        inside.guest = true;
        assert_eq!(link(&inside).kind.value(), Some(&LinkKind::Virtual));
        inside.adapters = Ok(vec![adapter(4, 53, "office", "WireGuard Tunnel")]);
        assert_eq!(link(&inside).kind.value(), Some(&LinkKind::Vpn));
    }

    #[test]
    fn speeds_that_say_nothing() {
        let mut row = adapter(1, 71, "x", "y");
        for bits in [0, u64::MAX, 9_600] {
            row.bits_per_second = bits;
            assert!(speed(&row).value().is_none(), "{bits}");
        }
    }

    #[test]
    fn only_ipv6_leads_outwards() {
        let mut one = rows(0, vec![adapter(4, 6, "Ethernet", "Intel")]);
        one.route4 = Err(why(UnknownCode::Failed, "no route"));
        one.route6 = Ok(4);
        assert_eq!(link(&one).kind.value(), Some(&LinkKind::Wired));
    }

    #[test]
    fn no_route_is_loopback_only_when_nothing_else_is_up() {
        let mut cut = rows(0, vec![adapter(4, 6, "Ethernet", "Intel")]);
        cut.route4 = Err(why(UnknownCode::Failed, "unreachable"));
        assert!(link(&cut).kind.value().is_none());
        if let Ok(adapters) = &mut cut.adapters {
            adapters[0].up = false;
            adapters.push(adapter(1, 24, "Loopback", "Software Loopback Interface 1"));
        }
        assert_eq!(link(&cut).kind.value(), Some(&LinkKind::Loopback));
        cut.adapters = Err(why(UnknownCode::Failed, "no"));
        assert!(link(&cut).kind.value().is_none());
    }
}
