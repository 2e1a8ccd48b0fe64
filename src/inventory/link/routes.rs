//! `/proc/net`: routes and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::inventory::Subnet;

/// One row of a routing table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) interface: String,
    pub(super) destination: IpAddr,
    pub(super) prefix: u8,
    pub(super) has_gateway: bool,
    pub(super) metric: u32,
}

impl Route {
    /// A default route, or one of the two halves by which VPN programs take its place.
    pub(super) fn is_default(&self) -> bool {
        let half = match self.destination {
            IpAddr::V4(d) => d == Ipv4Addr::new(128, 0, 0, 0),
            IpAddr::V6(d) => d == Ipv6Addr::new(0x8000, 0, 0, 0, 0, 0, 0, 0),
        };
        (self.prefix == 0 && self.destination.is_unspecified())
            || (self.prefix == 1 && (half || self.destination.is_unspecified()))
    }
}

/// Flags of linux/route.h.
const UP: u32 = 1;
const GATEWAY: u32 = 2;
const REJECT: u32 = 0x200;

/// Rows of `/proc/net/route`: hexadecimal in the byte order of the machine, which is little-endian on every PC.
pub(super) fn ipv4_routes(text: &str) -> Vec<Route> {
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [interface, destination, _, flags, _, _, metric, mask, ..] = *fields.as_slice()
            else {
                return None;
            };
            let address = |hex| u32::from_str_radix(hex, 16).ok().map(u32::swap_bytes);
            let flags = u32::from_str_radix(flags, 16).ok()?;
            (flags & UP != 0 && flags & REJECT == 0).then_some(())?;
            Some(Route {
                interface: interface.to_owned(),
                destination: Ipv4Addr::from(address(destination)?).into(),
                prefix: u8::try_from(address(mask)?.leading_ones()).ok()?,
                has_gateway: flags & GATEWAY != 0,
                metric: metric.parse().ok()?,
            })
        })
        .collect()
}

/// Rows of `/proc/net/ipv6_route`.
pub(super) fn ipv6_routes(text: &str) -> Vec<Route> {
    text.lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [destination, prefix, _, _, _, metric, _, _, flags, interface] = *fields.as_slice()
            else {
                return None;
            };
            let flags = u32::from_str_radix(flags, 16).ok()?;
            (flags & UP != 0 && flags & REJECT == 0).then_some(())?;
            Some(Route {
                interface: interface.to_owned(),
                destination: ipv6(destination)?.into(),
                prefix: u8::from_str_radix(prefix, 16).ok().filter(|p| *p <= 128)?,
                has_gateway: flags & GATEWAY != 0,
                metric: u32::from_str_radix(metric, 16).ok()?,
            })
        })
        .collect()
}

fn ipv6(hex: &str) -> Option<Ipv6Addr> {
    (hex.len() == 32).then_some(())?;
    u128::from_str_radix(hex, 16).ok().map(Ipv6Addr::from)
}

/// Addresses of one interface in `/proc/net/if_inet6`.
pub(super) fn ipv6_addresses(text: &str, interface: &str) -> Vec<Subnet> {
    text.lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [address, _, prefix, _, _, name] = *fields.as_slice() else {
                return None;
            };
            (name == interface).then_some(())?;
            Some(Subnet {
                address: ipv6(address)?.into(),
                prefix: u8::from_str_radix(prefix, 16).ok().filter(|p| *p <= 128)?,
            })
        })
        .collect()
}

/// IPv4 addresses of one interface: `fib_trie` lists the machine's own addresses but not their interfaces; those whose
/// directly connected network belongs to the interface are its own.
pub(super) fn ipv4_addresses(fib_trie: &str, routes: &[Route], interface: &str) -> Vec<Subnet> {
    let mut out: Vec<Subnet> = Vec::new();
    let mut last: Option<Ipv4Addr> = None;
    for line in fib_trie.lines() {
        let line = line.trim();
        if let Some(leaf) = line.strip_prefix("|-- ") {
            last = leaf.parse().ok();
        } else if line.starts_with("/32 host LOCAL")
            && let Some(own) = last.filter(|a| !a.is_loopback())
        {
            let network = routes
                .iter()
                .filter(|r| r.interface == interface && !r.has_gateway && r.prefix > 1)
                .filter_map(|r| match r.destination {
                    IpAddr::V4(net) => same_network(own, net, r.prefix).then_some(r.prefix),
                    IpAddr::V6(_) => None,
                })
                .max();
            if let Some(prefix) = network {
                let subnet = Subnet {
                    address: own.into(),
                    prefix,
                };
                if !out.contains(&subnet) {
                    out.push(subnet);
                }
            }
        }
    }
    out
}

fn same_network(a: Ipv4Addr, b: Ipv4Addr, prefix: u8) -> bool {
    let mask = u32::MAX
        .checked_shl(32 - u32::from(prefix.min(32)))
        .unwrap_or(0);
    u32::from(a) & mask == u32::from(b) & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0
tun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0
lo\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0
";

    #[test]
    fn halves_of_the_default_route() {
        let routes = ipv4_routes(ROUTES);
        assert_eq!(routes.len(), 4, "the rejecting one is left out");
        let default: Vec<&str> = routes
            .iter()
            .filter(|r| r.is_default())
            .map(|r| r.interface.as_str())
            .collect();
        assert_eq!(default, ["tun0", "tun0", "wlan0"]);
        assert_eq!(routes[3].prefix, 24);
    }

    #[test]
    fn addresses_by_connected_networks() {
        let trie = "Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 127.0.0.1\n        /32 host LOCAL\n\
                    \x20    |-- 192.168.1.7\n        /32 host LOCAL\n     |-- 10.8.0.2\n        /32 host LOCAL\n\
                    \x20    |-- 192.168.1.255\n        /32 link BROADCAST\n";
        let found = ipv4_addresses(trie, &ipv4_routes(ROUTES), "wlan0");
        assert_eq!(
            found,
            [Subnet {
                address: Ipv4Addr::new(192, 168, 1, 7).into(),
                prefix: 24
            }]
        );
    }

    #[test]
    fn ipv6_tables() {
        let routes = "\
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
broken line
";
        let routes = ipv6_routes(routes);
        assert_eq!(routes.len(), 1);
        assert!(routes[0].is_default());
        let own = ipv6_addresses(
            "fe80000000000000020000fffe000001 02 40 20 80     eth0\n",
            "eth0",
        );
        assert_eq!(own[0].prefix, 64);
        assert_eq!(ipv6_addresses("é 02 40 20 80 eth0", "eth0"), []);
    }
}
