//! Documentation addresses in place of real ones.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::inventory::Subnet;

/// Prefix length of a masked IPv4 network: eight of them fit into 192.0.2.0/24 (RFC 5737).
const V4_PREFIX: u8 = 27;
/// Prefix length of a masked IPv6 network within `2001:db8::/32` (RFC 3849).
const V6_PREFIX: u8 = 64;

/// Gives every address a documentation address, the same one each time, and keeps known networks apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Addresses {
    given: HashMap<IpAddr, IpAddr>,
    /// Addresses that stand in the file: none of them may come out as a mask.
    taken: HashSet<IpAddr>,
    networks: Vec<Network>,
    loose_v4: u32,
    loose_v6: u64,
}

#[derive(Debug, Clone)]
struct Network {
    address: IpAddr,
    prefix: u8,
    /// Which network of its family it is.
    index: u32,
    hosts: u64,
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                let shift = 32 - u32::from(self.prefix.min(32));
                (u32::from(a) ^ u32::from(b))
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                let shift = 128 - u32::from(self.prefix.min(128));
                (u128::from(a) ^ u128::from(b))
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

impl Addresses {
    /// Remembers a network that the file names, so that its members stay together.
    pub(super) fn learn(&mut self, subnet: &Subnet) {
        // A host route, or "everything", is no network that others could share.
        let whole = if subnet.address.is_ipv4() { 32 } else { 128 };
        if subnet.prefix == 0 || subnet.prefix >= whole || keeps(subnet.address) {
            return;
        }
        if self.networks.iter().any(|n| n.holds(subnet.address)) {
            return;
        }
        let of_family = |n: &&Network| n.address.is_ipv4() == subnet.address.is_ipv4();
        let index =
            u32::try_from(self.networks.iter().filter(of_family).count()).unwrap_or(u32::MAX);
        self.networks.push(Network {
            address: subnet.address,
            prefix: subnet.prefix,
            index,
            hosts: 0,
        });
    }

    /// Every address that was masked so far.
    pub(super) fn seen(&self) -> HashSet<IpAddr> {
        self.given.keys().copied().collect()
    }

    /// Gives out none of these: a file may hold documentation addresses that mean something.
    pub(super) fn avoid(&mut self, taken: HashSet<IpAddr>) {
        self.taken = taken;
    }

    /// The documentation address that stands for this one.
    pub(super) fn mask(&mut self, address: IpAddr) -> IpAddr {
        if keeps(address) {
            return address;
        }
        // An IPv4 address written as IPv6 is the same machine.
        if let IpAddr::V6(v6) = address
            && let Some(v4) = v6.to_ipv4_mapped()
        {
            return match self.mask(IpAddr::V4(v4)) {
                IpAddr::V4(masked) => IpAddr::V6(masked.to_ipv6_mapped()),
                v6 @ IpAddr::V6(_) => v6,
            };
        }
        if let Some(given) = self.given.get(&address) {
            return *given;
        }
        let mut masked = self.next(address);
        while masked == address || self.taken.contains(&masked) {
            masked = self.next(address);
        }
        self.given.insert(address, masked);
        masked
    }

    /// The network of the masked address that stands for this one's.
    pub(super) fn mask_subnet(&mut self, subnet: &Subnet) -> Subnet {
        if keeps(subnet.address) {
            return subnet.clone();
        }
        let whole = if subnet.address.is_ipv4() { 32 } else { 128 };
        let prefix = if subnet.prefix == 0 || subnet.prefix >= whole {
            subnet.prefix
        } else if subnet.address.is_ipv4() {
            V4_PREFIX
        } else {
            V6_PREFIX
        };
        Subnet {
            address: self.mask(subnet.address),
            prefix,
        }
    }

    fn next(&mut self, address: IpAddr) -> IpAddr {
        let network = self
            .networks
            .iter_mut()
            .find(|n| n.holds(address))
            .map(|n| {
                n.hosts += 1;
                (n.index, n.hosts)
            });
        if address.is_ipv4() {
            if let Some((index @ 0..8, host @ 1..=30)) = network {
                let host = u8::try_from(u64::from(index) * 32 + host).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::new(192, 0, 2, host))
            } else {
                self.loose_v4 += 1;
                IpAddr::V4(loose_v4(self.loose_v4))
            }
        } else {
            let (segment, host) = if let Some((index, host)) = network {
                // Networks take the segments from 1 on.
                (index.saturating_add(1), host)
            } else {
                self.loose_v6 += 1;
                // Every loose address has a network of its own: it shares one with nobody.
                let n = u32::try_from(self.loose_v6).unwrap_or(u32::MAX);
                (n.saturating_add(0x8000_0000), 1)
            };
            let high = (0x2001_0db8_u128 << 96) | (u128::from(segment) << 64);
            IpAddr::V6(Ipv6Addr::from(high | u128::from(host)))
        }
    }
}

/// The n-th address outside the known networks: 198.51.100.0/24, then 203.0.113.0/24 (RFC 5737), then the benchmark
/// range 198.18.0.0/15 (RFC 2544), which no real machine has either.
fn loose_v4(n: u32) -> Ipv4Addr {
    match n {
        1..=254 => Ipv4Addr::from(0xc633_6400 + n),
        255..=508 => Ipv4Addr::from(0xcb00_7100 + (n - 254)),
        _ => Ipv4Addr::from(0xc612_0000 + (n - 508) % 0x1_fffe + 1),
    }
}

/// Addresses that are the same on every machine and tell nothing.
fn keeps(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified() || address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }
    fn subnet(address: &str, prefix: u8) -> Subnet {
        Subnet {
            address: ip(address),
            prefix,
        }
    }
    fn together(subnet: &Subnet, address: IpAddr) -> bool {
        Network {
            address: subnet.address,
            prefix: subnet.prefix,
            index: 0,
            hosts: 0,
        }
        .holds(address)
    }

    #[test]
    fn neighbours_stay_neighbours_and_strangers_strangers() {
        for (own, prefix, neighbour, stranger) in [
            ("10.1.2.3", 16, "10.1.200.9", "10.2.2.3"),
            ("192.168.0.5", 24, "192.168.0.6", "192.168.1.6"),
            ("fd00:1:2:3::5", 64, "fd00:1:2:3:4::", "fd00:1:2:4::5"),
            ("fe80::1", 10, "fe80::2", "2400::1"),
        ] {
            let mut all = Addresses::default();
            let own = subnet(own, prefix);
            all.learn(&own);
            let masked = all.mask_subnet(&own);
            assert!(together(&masked, all.mask(ip(neighbour))), "{own:?}");
            assert!(!together(&masked, all.mask(ip(stranger))), "{own:?}");
            assert_eq!(
                all.mask(own.address),
                masked.address,
                "same thing, same mask"
            );
        }
    }

    #[test]
    fn no_two_addresses_share_a_mask() {
        let mut all = Addresses::default();
        all.learn(&subnet("10.0.0.1", 8));
        let mut seen = std::collections::HashSet::new();
        for n in 0..2_000_u32 {
            assert!(
                seen.insert(all.mask(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + n + 1)))),
                "{n}"
            );
            assert!(
                seen.insert(all.mask(IpAddr::V4(Ipv4Addr::from(0x0b00_0000 + n)))),
                "{n}"
            );
            assert!(
                seen.insert(all.mask(IpAddr::V6(Ipv6Addr::from(
                    0xfd00_u128 << 112 | u128::from(n)
                )))),
                "{n}"
            );
        }
    }

    #[test]
    fn documentation_addresses_of_the_file_are_masked_too() {
        let mut all = Addresses::default();
        let own = subnet("192.0.2.1", 24);
        all.learn(&own);
        all.avoid([ip("192.0.2.1"), ip("192.0.2.2"), ip("198.51.100.1")].into());
        assert_eq!(all.mask_subnet(&own), subnet("192.0.2.3", 27));
        assert_eq!(all.mask(ip("198.51.100.1")), ip("198.51.100.2"));
    }

    #[test]
    fn what_tells_nothing_is_kept_and_masks_are_stable() {
        let mut all = Addresses::default();
        for kept in ["127.0.0.1", "::1", "0.0.0.0"] {
            assert_eq!(all.mask(ip(kept)), ip(kept));
        }
        assert_eq!(all.mask(ip("::ffff:8.8.8.8")), ip("::ffff:198.51.100.1"));
        assert_eq!(all.mask(ip("8.8.8.8")), ip("198.51.100.1"));
    }
}
