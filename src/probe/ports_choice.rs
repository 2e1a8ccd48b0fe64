//! Which ports of the ranges asked for are tried. Pure, so that a plan can say it beforehand.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::model::network::RangeMethod;
use crate::model::rule::{PortRange, Scope, Transport};

/// Ranges of up to so many ports are tried port by port.
pub const EVERY_UP_TO: u32 = 256;
/// How many ports of a larger range are sampled. When all of 300 answer, less than 1 % of the range is blocked, with 95 %
/// confidence.
pub const SAMPLE: u32 = 300;
/// Distance between the ports of a grid: finds every blocked block of at least so many ports.
pub const GRID_STRIDE: u16 = 64;

/// Ports that are tried beside those of a sample or grid to find the edges of blocked blocks, at most: some 50 blocks.
pub const MOST_FOLLOWED: usize = 1_024;

/// Ports to prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortAsk {
    /// Which requirement scope is tested.
    pub scope: Scope,
    /// TCP or UDP.
    pub transport: Transport,
    /// The ports.
    pub ranges: Vec<PortRange>,
    /// How ranges of more than [`EVERY_UP_TO`] ports are tried; smaller ones are tried port by port.
    pub method: RangeMethod,
}

impl PortAsk {
    /// The ports asked for, large ranges sampled.
    pub fn new(scope: Scope, transport: Transport, ranges: Vec<PortRange>) -> Self {
        Self {
            scope,
            transport,
            ranges,
            method: RangeMethod::Sample,
        }
    }
}

/// Whether these are so many UDP ports that they are swept: see [`super::ports_sweep`].
pub(super) fn is_wide(ask: &PortAsk) -> bool {
    let large = |r: &PortRange| r.len() > EVERY_UP_TO;
    let ranges = PortRange::compress(ask.ranges.iter().flat_map(|r| r.ports()));
    ask.transport == Transport::Udp && ranges.iter().any(large)
}

/// The ports to try, in order and without doubles, and the method that the reading names. The same seed gives the same
/// ports.
pub fn choose(ask: &PortAsk, seed: u64) -> (RangeMethod, Vec<u16>) {
    let mut method = RangeMethod::Every;
    let mut ports = Vec::new();
    let mut random = StdRng::seed_from_u64(seed);
    for range in PortRange::compress(ask.ranges.iter().flat_map(|r| r.ports())) {
        if range.len() <= EVERY_UP_TO || ask.method == RangeMethod::Every {
            ports.extend(range.ports());
            continue;
        }
        method = ask.method;
        match ask.method {
            RangeMethod::Grid => ports.extend(grid(range)),
            RangeMethod::Sample | RangeMethod::Every => ports.extend(sample(range, &mut random)),
        }
    }
    ports.sort_unstable();
    ports.dedup();
    (method, ports)
}

fn grid(range: PortRange) -> impl Iterator<Item = u16> {
    range
        .ports()
        .step_by(usize::from(GRID_STRIDE))
        .chain(std::iter::once(range.last()))
}

/// Both edges, and one port of each of equally long strata between them.
fn sample(range: PortRange, random: &mut StdRng) -> Vec<u16> {
    let inner = u32::from(range.last() - range.first()).saturating_sub(1);
    let strata = (SAMPLE - 2).min(inner);
    let mut out = vec![range.first(), range.last()];
    for n in 0..strata {
        let start = u64::from(inner) * u64::from(n) / u64::from(strata);
        let end = u64::from(inner) * u64::from(n + 1) / u64::from(strata);
        let offset = random.random_range(start..end.max(start + 1));
        if let Ok(port) = u16::try_from(u64::from(range.first()) + 1 + offset) {
            out.push(port);
        }
    }
    out
}

/// Ports half way between neighbours that differ, within one of the ranges: the next step of finding an edge.
pub(super) fn middles(open: &BTreeMap<u16, bool>, ranges: &[PortRange]) -> Vec<u16> {
    open.iter()
        .zip(open.iter().skip(1))
        .filter(|((a, was), (b, is))| {
            was != is && **b - **a > 1 && ranges.iter().any(|r| r.contains(**a) && r.contains(**b))
        })
        .map(|((a, _), (b, _))| a + (b - a) / 2)
        .collect()
}

/// The most that proving these ports sends and receives over one address family, for a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Ports tried.
    pub tried: u32,
    /// Packets both ways.
    pub packets: u64,
    /// Octets both ways, at the IP layer.
    pub bytes: u64,
    /// They are swept, not tried in small pieces.
    pub wide: bool,
}

/// A request and an answer of 112 octets, with UDP and IPv6 headers.
const DATAGRAM: u64 = 112 + 8 + 40;
/// Where nothing answers, the other transport is tried before and after: two TCP ports twice at 20 packets of 250 octets,
/// or two UDP ports three times both ways, whichever is more.
const OTHERWISE: u64 = 2 * 2 * 2 * 20;

/// Upper bound of what [`super::ports::prove`] moves over one address family.
pub fn cost(ask: &PortAsk, seed: u64) -> Cost {
    let (method, ports) = choose(ask, seed);
    let asked: u64 = ask.ranges.iter().map(|r| u64::from(r.len())).sum();
    let begun = u64::try_from(ports.len()).unwrap_or(u64::MAX);
    let followed = match method {
        RangeMethod::Every => 0,
        RangeMethod::Sample | RangeMethod::Grid => MOST_FOLLOWED as u64,
    };
    let tried = begun.saturating_add(followed).min(asked);
    if is_wide(ask) {
        return sweep_cost(tried);
    }
    let chunks = tried.div_ceil(super::ports::CHUNK as u64);
    let (packets, size) = match ask.transport {
        // Each chunk adds control ports.
        Transport::Udp => (
            (tried + chunks * 4) * u64::from(super::ports::MOST_TRIES) * 2,
            DATAGRAM,
        ),
        // A try is a handshake, a TLS 1.3 exchange and a proof: at most 20 packets and 5,000 octets. Three tries.
        Transport::Tcp => ((tried + chunks * 2) * 3 * 20, 250),
    };
    let otherwise = chunks * OTHERWISE;
    // Leases, logs and releases over the control channel, those of the other transport included: below 100 packets and
    // 60 kB a chunk.
    Cost {
        tried: u32::try_from(tried).unwrap_or(u32::MAX),
        packets: packets + otherwise + chunks * 100,
        bytes: packets * size + otherwise * 250 + chunks * 60_000,
        wide: false,
    }
}

/// Upper bound for ports that are swept.
fn sweep_cost(tried: u64) -> Cost {
    // Ports for comparison are sent to every 150 ms at most, while silent ones are tried: not more often than those.
    let packets = (tried * u64::from(super::ports_sweep::MOST_TRIES) + 1_024) * 2;
    // Leases and releases of at least 256 ports, and as many small ones as edges are halved; logs of 4,096 ports with
    // 250 octets for each over both families.
    let calls = (tried / 256 + 1) * 3 + 64;
    Cost {
        tried: u32::try_from(tried).unwrap_or(u32::MAX),
        packets: packets + OTHERWISE + calls * 40,
        bytes: packets * DATAGRAM + OTHERWISE * 250 + calls * 24_000 + tried * 250,
        wide: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(ranges: &[(u16, u16)], method: RangeMethod) -> PortAsk {
        let ranges = ranges
            .iter()
            .filter_map(|(a, b)| PortRange::new(*a, *b))
            .collect();
        PortAsk {
            method,
            ..PortAsk::new(Scope::Cloud, Transport::Udp, ranges)
        }
    }

    #[test]
    fn small_ranges_are_tried_whole_and_doubles_once() {
        let (method, ports) = choose(
            &ask(
                &[(8801, 8810), (8805, 8812), (3478, 3479)],
                RangeMethod::Sample,
            ),
            1,
        );
        assert_eq!(method, RangeMethod::Every);
        assert_eq!(
            ports,
            [3478, 3479]
                .into_iter()
                .chain(8801..=8812)
                .collect::<Vec<u16>>()
        );
    }

    #[test]
    fn a_large_range_is_sampled_evenly_with_its_edges() {
        let phone = ask(&[(20_000, 64_000), (5091, 5091)], RangeMethod::Sample);
        let (method, ports) = choose(&phone, 7);
        assert_eq!(method, RangeMethod::Sample);
        assert_eq!(ports.len(), 301);
        assert_eq!((ports[0], ports[1], ports[300]), (5091, 20_000, 64_000));
        // Strata: no gap is longer than two of them.
        let widest = ports[1..].windows(2).map(|w| w[1] - w[0]).max().unwrap();
        assert!(widest <= 2 * 44_001u16.div_ceil(298), "{widest}");
        assert_eq!(choose(&phone, 7).1, ports);
        assert_ne!(choose(&phone, 8).1, ports);
    }

    #[test]
    fn a_grid_meets_every_block_of_its_stride() {
        let (method, ports) = choose(&ask(&[(20_000, 64_000)], RangeMethod::Grid), 1);
        assert_eq!((method, ports.len()), (RangeMethod::Grid, 689));
        assert_eq!(ports.last(), Some(&64_000));
        assert!(ports.windows(2).all(|w| w[1] - w[0] <= GRID_STRIDE));
        // The exact edges of a blocked block are found in as many rounds as halve the stride.
        let range = [PortRange::new(20_000, 64_000).unwrap()];
        let truth = |p: u16| !(30_000..35_000).contains(&p);
        let mut known: BTreeMap<u16, bool> = ports.iter().map(|p| (*p, truth(*p))).collect();
        for _ in 0..GRID_STRIDE.ilog2() {
            known.extend(middles(&known, &range).into_iter().map(|p| (p, truth(p))));
        }
        assert!(middles(&known, &range).is_empty());
        for edge in [29_999, 30_000, 34_999, 35_000] {
            assert!(known.contains_key(&edge), "{edge}");
        }
        let (method, all) = choose(&ask(&[(1, 65_535)], RangeMethod::Every), 1);
        assert_eq!((method, all.len()), (RangeMethod::Every, 65_535));
    }
}
