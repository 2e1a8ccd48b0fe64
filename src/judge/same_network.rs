//! Two devices in one network.

use std::net::{IpAddr, SocketAddr};

use crate::model::inventory::Subnet;
use crate::model::network::{
    NetworkEvidence, PortReading, PortState, ReflectorReading, ReflectorRole,
};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{SameNetworkRule, Scope};
use crate::model::{Reason, Verdict};

use super::context::Context;
use super::outcome::Outcome;
use super::port::is_blocked;

/// The same subnet passes; otherwise the LAN ports decide (rulings). The peer is the reflector that runs on it.
pub(super) fn judge(
    rule: &SameNetworkRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    decide(requirement, context).require(What::Network, Limit::Is(Value::Text(rule.peer.clone())))
}

fn decide(requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let Some(network) = context.network else {
        return Outcome::inconclusive(Reason::NetworkNotAsked);
    };
    let peers: Vec<&ReflectorReading> = network
        .reflectors
        .iter()
        .filter(|r| r.failure.is_none() && r.role.value() == Some(&ReflectorRole::Lan))
        .collect();
    if peers.is_empty() {
        let failed = network.reflectors.iter().any(|r| {
            r.failure.is_some() && r.role.value().is_none_or(|r| *r == ReflectorRole::Lan)
        });
        return Outcome::inconclusive(if failed {
            Reason::ReflectorUnusable
        } else {
            Reason::PeerUnknown
        });
    }
    let own: &[Subnet] = context
        .inventory
        .link
        .subnets
        .value()
        .map_or(&[], Vec::as_slice);
    let places: Vec<Place> = peers.iter().map(|p| place(&p.address, own)).collect();
    let mut outcome = if places.contains(&Place::SameSubnet) {
        Outcome::pass(Reason::Met)
    } else if places.iter().all(|p| *p == Place::ThisDevice) {
        Outcome::inconclusive(Reason::SelfOnly)
    } else {
        by_ports(requirement, network, places.contains(&Place::Elsewhere))
    };
    outcome = outcome.measure(
        What::Network,
        Value::Names(
            own.iter()
                .map(|s| format!("{}/{}", s.address, s.prefix))
                .chain(peers.iter().map(|p| p.address.clone()))
                .collect(),
        ),
    );
    outcome = outcome.from("inventory.link.subnets");
    for peer in peers {
        outcome = outcome.from(&peer.id.0);
    }
    outcome
}

fn by_ports(requirement: &Requirement, network: &NetworkEvidence, elsewhere: bool) -> Outcome {
    let readings: Vec<&PortReading> = network
        .ports
        .iter()
        .filter(|r| r.role == ReflectorRole::Lan && r.scope == Scope::Lan)
        .collect();
    let states = || readings.iter().flat_map(|r| &r.outcomes);
    let mut outcome = if readings.is_empty() {
        Outcome::inconclusive(Reason::PortsUnproved)
    } else if states().any(|o| is_blocked(&o.state)) {
        Outcome::missed(
            requirement,
            if elsewhere {
                Reason::OtherSubnet
            } else {
                Reason::PortsBlocked
            },
        )
    } else if states().next().is_some()
        && states().all(|o| matches!(o.state, PortState::Open { .. }))
    {
        Outcome::new(
            Verdict::Pass,
            if elsewhere {
                Reason::OtherSubnetPortsOpen
            } else {
                Reason::Met
            },
        )
    } else {
        Outcome::inconclusive(Reason::PortsUnproved)
    };
    for reading in readings {
        outcome = outcome.from(&reading.id.0);
    }
    outcome
}

/// Where the peer stands, seen from this device's own addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The peer's address is this device's own: it proves nothing about a network.
    ThisDevice,
    SameSubnet,
    Elsewhere,
    /// The peer was given by name, or this device's subnets are not known.
    NotTold,
}

fn place(address: &str, own: &[Subnet]) -> Place {
    let Some(peer) = host_address(address) else {
        return Place::NotTold;
    };
    if peer.is_loopback() || own.iter().any(|s| s.address == peer) {
        return Place::ThisDevice;
    }
    let comparable = |s: &&Subnet| s.address.is_ipv4() == peer.is_ipv4();
    if !own.iter().any(|s| comparable(&s)) {
        return Place::NotTold;
    }
    if own.iter().any(|s| holds(s, peer)) {
        Place::SameSubnet
    } else {
        Place::Elsewhere
    }
}

/// The address in `192.0.2.1:8443`, `[2001:db8::1]:8443` or a bare address; none for a name.
fn host_address(text: &str) -> Option<IpAddr> {
    let unmapped = |ip: IpAddr| ip.to_canonical();
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(unmapped(socket.ip()));
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().ok().map(unmapped)
}

fn holds(subnet: &Subnet, peer: IpAddr) -> bool {
    // A prefix of 0 would hold everything: it is a route, not a subnet.
    match (subnet.address, peer) {
        (IpAddr::V4(own), IpAddr::V4(peer)) => {
            (1..=32).contains(&subnet.prefix)
                && (own.to_bits() ^ peer.to_bits()).leading_zeros() >= u32::from(subnet.prefix)
        }
        (IpAddr::V6(own), IpAddr::V6(peer)) => {
            (1..=128).contains(&subnet.prefix)
                && (own.to_bits() ^ peer.to_bits()).leading_zeros() >= u32::from(subnet.prefix)
        }
        _ => false,
    }
}
