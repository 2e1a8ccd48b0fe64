//! The link that carries the traffic.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::inventory::sys::windows_net::{adapters, route_to};
use crate::model::inventory::LinkFacts;

use super::parse_windows::{LinkRows, link};

/// Public addresses that the routing table is asked about; nothing is sent to them. The first lies in a block of the
/// vendor's (170.114.0.0/16), so that a tunnel that leaves the vendor's traffic out is seen to do so.
const OUTWARDS_4: Ipv4Addr = Ipv4Addr::new(170, 114, 0, 1);
const OUTWARDS_6: Ipv6Addr = Ipv6Addr::new(0x2620, 0x123, 0x2000, 0, 0, 0, 0, 1);

/// Reads it.
pub(super) fn read() -> LinkFacts {
    link(&LinkRows {
        adapters: adapters(),
        route4: route_to(IpAddr::V4(OUTWARDS_4)),
        route6: route_to(IpAddr::V6(OUTWARDS_6)),
    })
}
