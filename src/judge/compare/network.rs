//! The network readings that differ. Readings of the program itself say nothing about the network and are left out.

use std::collections::BTreeMap;

use crate::model::comparison::{NetworkChange, NetworkState, NetworkSubject, NetworkValue, Trend};
use crate::model::network::{
    CapacityReading, Direction, Family, NetworkEvidence, Observation, PortState, QualityReading,
    ReflectorRole,
};
use crate::model::quantity::Value;
use crate::model::rule::{PortRange, Transport};
use crate::model::units::Millis;

pub(super) fn changes(
    before: &NetworkEvidence,
    after: &NetworkEvidence,
    same: &mut usize,
) -> Vec<NetworkChange> {
    let mut all = Vec::new();
    names(before, after, &mut all);
    ports(before, after, &mut all);
    bandwidth(before, after, &mut all);
    quality(before, after, &mut all);
    let (kept, gone): (Vec<_>, Vec<_>) = all.into_iter().partition(|c| c.trend != Trend::Same);
    *same += gone.len();
    kept
}

/// The only reading on both sides that a key names; doubles cannot be told apart and are left out.
fn both<'a, T, K: Ord>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&'a T) -> Option<K>,
) -> Vec<(&'a T, &'a T)> {
    let by_key = |all: &'a [T]| {
        let mut map: BTreeMap<K, Vec<&T>> = BTreeMap::new();
        for item in all {
            if let Some(key) = key(item) {
                map.entry(key).or_default().push(item);
            }
        }
        map
    };
    let (before, after) = (by_key(before), by_key(after));
    let mut out = Vec::new();
    for (key, is) in after {
        if let ([is], Some([was])) = (is.as_slice(), before.get(&key).map(Vec::as_slice)) {
            out.push((*was, *is));
        }
    }
    out
}

/// Roles in an order, the program itself left out.
fn outside(role: ReflectorRole) -> Option<u8> {
    match role {
        ReflectorRole::SelfTest => None,
        ReflectorRole::Outside => Some(0),
        ReflectorRole::Lan => Some(1),
    }
}

fn way(direction: Direction) -> u8 {
    match direction {
        Direction::Up => 0,
        Direction::Down => 1,
    }
}

fn names(before: &NetworkEvidence, after: &NetworkEvidence, out: &mut Vec<NetworkChange>) {
    let key = |o: &Observation| {
        let probe = serde_json::to_string(&o.probe).unwrap_or_default();
        Some((o.host.to_lowercase(), o.port, probe, o.family))
    };
    for (was, is) in both(&before.observations, &after.observations, key) {
        let state = |o: &Observation| match (&o.failure, o.intercepted) {
            (Some(_), _) => NetworkState::Blocked,
            (None, true) => NetworkState::Inspected,
            (None, false) => NetworkState::Open,
        };
        let (b, a) = (state(was), state(is));
        out.push(NetworkChange {
            of: NetworkSubject::Name {
                probe: is.probe,
                host: is.host.clone(),
                port: is.port,
                family: is.family,
            },
            before: NetworkValue::State(b),
            after: NetworkValue::State(a),
            trend: of_states(b, a),
        });
    }
}

fn of_states(before: NetworkState, after: NetworkState) -> Trend {
    use NetworkState::{Blocked, Inspected, Open, Unproved};
    match (before, after) {
        (b, a) if b == a => Trend::Same,
        (Unproved, _) | (_, Unproved) => Trend::Unproved,
        (Blocked, Open | Inspected) | (Inspected, Open) => Trend::Better,
        (Open | Inspected, Blocked) | (Open, Inspected) => Trend::Worse,
        _ => Trend::Changed,
    }
}

/// Ports with the same standing before and after, by transport, family and role.
type PortKey = (Transport, Family, u8);

fn standings(network: &NetworkEvidence) -> BTreeMap<PortKey, BTreeMap<u16, NetworkState>> {
    let mut out: BTreeMap<PortKey, BTreeMap<u16, NetworkState>> = BTreeMap::new();
    for reading in &network.ports {
        let Some(role) = outside(reading.role) else {
            continue;
        };
        let ports = out
            .entry((reading.transport, reading.family, role))
            .or_default();
        for outcome in &reading.outcomes {
            let state = match &outcome.state {
                PortState::Open { .. } => NetworkState::Open,
                PortState::Rejected { .. } | PortState::Silent { control: true, .. } => {
                    NetworkState::Blocked
                }
                PortState::Unproved { .. }
                | PortState::Silent { control: false, .. }
                | PortState::NotTested { .. } => NetworkState::Unproved,
            };
            for port in outcome.ports.iter().flat_map(|r| r.ports()) {
                ports.insert(port, state);
            }
        }
    }
    out
}

fn ports(before: &NetworkEvidence, after: &NetworkEvidence, out: &mut Vec<NetworkChange>) {
    let (before, after) = (standings(before), standings(after));
    for (key, is) in &after {
        let Some(was) = before.get(key) else { continue };
        let mut moved: BTreeMap<(u8, u8), Vec<u16>> = BTreeMap::new();
        for (port, is) in is {
            if let Some(was) = was.get(port) {
                moved
                    .entry((place(*was), place(*is)))
                    .or_default()
                    .push(*port);
            }
        }
        for ((was, is), ports) in moved {
            let (b, a) = (
                NetworkState::ALL[usize::from(was)],
                NetworkState::ALL[usize::from(is)],
            );
            out.push(NetworkChange {
                of: NetworkSubject::Ports {
                    transport: key.0,
                    ports: PortRange::compress(ports),
                    family: key.1,
                    role: if key.2 == 0 {
                        ReflectorRole::Outside
                    } else {
                        ReflectorRole::Lan
                    },
                },
                before: NetworkValue::State(b),
                after: NetworkValue::State(a),
                trend: of_states(b, a),
            });
        }
    }
}

/// The place of a state in [`NetworkState::ALL`].
fn place(state: NetworkState) -> u8 {
    match state {
        NetworkState::Open => 0,
        NetworkState::Blocked => 1,
        NetworkState::Unproved => 2,
        NetworkState::Inspected => 3,
    }
}

fn bandwidth(before: &NetworkEvidence, after: &NetworkEvidence, out: &mut Vec<NetworkChange>) {
    let key = |c: &CapacityReading| Some((outside(c.role)?, way(c.direction), c.family));
    for (was, is) in both(&before.capacity, &after.capacity, key) {
        let amount = |c: &CapacityReading| Value::RateBetween {
            at_least: c.at_least,
            at_most: c.at_most,
        };
        let above = |low: &CapacityReading, high: &CapacityReading| matches!((low.at_most, high.at_least), (Some(most), Some(least)) if least > most);
        let trend = if amount(was) == amount(is) {
            Trend::Same
        } else if above(was, is) {
            Trend::Better
        } else if above(is, was) {
            Trend::Worse
        } else {
            Trend::Unproved
        };
        out.push(NetworkChange {
            of: NetworkSubject::Bandwidth {
                direction: is.direction,
                family: is.family,
                role: is.role,
            },
            before: NetworkValue::Amount(amount(was)),
            after: NetworkValue::Amount(amount(is)),
            trend,
        });
    }
}

/// Which way a figure went of which less is better, from intervals `[lower, upper]`.
fn less_is_better(was: [f64; 2], is: [f64; 2]) -> Trend {
    if is[1] < was[0] {
        Trend::Better
    } else if is[0] > was[1] {
        Trend::Worse
    } else {
        Trend::Unproved
    }
}

fn quality(before: &NetworkEvidence, after: &NetworkEvidence, out: &mut Vec<NetworkChange>) {
    let key = |q: &QualityReading| Some((outside(q.role)?, way(q.direction), q.family));
    for (was, is) in both(&before.quality, &after.quality, key) {
        let (direction, family, role) = (is.direction, is.family, is.role);
        let loss = |q: &QualityReading| Value::ShareBetween {
            value: q.loss,
            lower: q.loss_interval[0],
            upper: q.loss_interval[1],
        };
        let interval = |q: &QualityReading| q.loss_interval.map(|p| p.0);
        let mut push = |of, b: Value, a: Value, trend| {
            let trend = if b == a { Trend::Same } else { trend };
            out.push(NetworkChange {
                of,
                before: NetworkValue::Amount(b),
                after: NetworkValue::Amount(a),
                trend,
            });
        };
        push(
            NetworkSubject::Loss {
                direction,
                family,
                role,
            },
            loss(was),
            loss(is),
            less_is_better(interval(was), interval(is)),
        );
        // Jitter is one figure without an interval: two of them prove no change.
        push(
            NetworkSubject::Jitter {
                direction,
                family,
                role,
            },
            Value::Time(was.jitter),
            Value::Time(is.jitter),
            Trend::Unproved,
        );
        // Delays that a call sees lie between the median and the 95th percentile.
        let spread = |q: &QualityReading| Some([q.round_trip_p50?, q.round_trip_p95?]);
        if let (Some(b), Some(a)) = (spread(was), spread(is)) {
            push(
                NetworkSubject::RoundTrip {
                    direction,
                    family,
                    role,
                },
                Value::Time(b[0]),
                Value::Time(a[0]),
                less_is_better(b.map(|Millis(ms)| ms), a.map(|Millis(ms)| ms)),
            );
        }
    }
}
