//! What the chosen requirements want to know of the network.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::inventory::OsFamily;
use crate::model::network::Direction;
use crate::model::requirement::{Edition, ProductManifest, Requirement, Variant};
use crate::model::rule::{BandwidthRule, Need, PortRange, Rule, Scope, Transport};
use crate::model::selection::Target;
use crate::model::{Bps, Selection};

/// Fastest call that is imitated: 3,800 packets a second each way are what a small reflector still answers on time.
const HIGHEST_CALL: Bps = Bps(33_000_000);

/// Everything that must be measured for a selection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Ports by whose they are and transport, merged over every rule.
    pub(super) ports: BTreeMap<(Scope, Transport), Vec<PortRange>>,
    /// The rates that decide bandwidth rules, each direction sorted and without repeats, times participants.
    pub(super) up: Vec<Bps>,
    /// As `up`, for the other direction.
    pub(super) down: Vec<Bps>,
    /// What scenarios need up and down at once, times participants, highest sum first and without repeats.
    pub(super) pairs: Vec<[Bps; 2]>,
    /// Rates of calls that go both ways, the same each way: what a scenario asks for in both, sorted, times
    /// participants, none above what is ever sent.
    pub(super) calls: Vec<Bps>,
    /// A product that carries media is among the targets: loss, jitter and delay are asked.
    pub(super) quality: bool,
}

impl Wanted {
    /// What the selection asks for on this platform.
    pub(super) fn of(edition: &Edition, selection: &Selection, platform: OsFamily) -> Self {
        let mut wanted = Self::default();
        let mut ports: BTreeMap<(Scope, Transport), Vec<u16>> = BTreeMap::new();
        for target in &selection.targets {
            let Some(product) = edition.products.get(&target.product) else {
                continue;
            };
            let variant = variant_of(product, target);
            for requirement in &product.requirements {
                if !speaks(requirement, variant, platform) {
                    continue;
                }
                match &requirement.rule {
                    Rule::Port(rule) => {
                        let all = ports.entry((rule.scope, rule.transport)).or_default();
                        all.extend(rule.ports.iter().flat_map(|r| r.ports()));
                        // Whether media can fall back decides how bad blocked ports are.
                        let tcp = ports.entry((rule.scope, Transport::Tcp)).or_default();
                        tcp.extend(rule.fallback_tcp);
                    }
                    Rule::Bandwidth(rule) => wanted.add(rule, selection),
                    _ => {}
                }
            }
        }
        wanted.ports = ports
            .into_iter()
            .filter(|(_, all)| !all.is_empty())
            .map(|(key, all)| (key, PortRange::compress(all)))
            .collect();
        wanted
            .pairs
            .sort_unstable_by_key(|[up, down]| (Reverse(up.0.saturating_add(down.0)), *up));
        wanted.pairs.dedup();
        for rates in [&mut wanted.up, &mut wanted.down, &mut wanted.calls] {
            rates.sort_unstable();
            rates.dedup();
        }
        wanted
    }

    fn add(&mut self, rule: &BandwidthRule, selection: &Selection) {
        self.quality = true;
        let chosen = selection.scenarios.is_empty() || selection.scenarios.contains(&rule.scenario);
        if !chosen {
            return;
        }
        let times = u64::from(selection.participants.max(1));
        if let (Some(up), Some(down)) = (rule.up, rule.down) {
            let rate = |need: Need| Bps(need.upper_kbps.bps().0.saturating_mul(times));
            self.pairs.push([rate(up), rate(down)]);
            let both = up.upper_kbps.min(down.upper_kbps).bps().0;
            let both = Bps(both.saturating_mul(times));
            self.calls.extend((both <= HIGHEST_CALL).then_some(both));
        }
        for (need, rates) in [(rule.up, &mut self.up), (rule.down, &mut self.down)] {
            for kbps in need.iter().flat_map(|n| [n.lower_kbps, n.upper_kbps]) {
                rates.push(Bps(kbps.bps().0.saturating_mul(times)));
            }
        }
    }

    /// The rates of one direction, lowest first.
    pub(super) fn rates(&self, direction: Direction) -> &[Bps] {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }
}

fn variant_of<'a>(product: &'a ProductManifest, target: &Target) -> Option<&'a Variant> {
    match &target.variant {
        Some(id) => product.variants.iter().find(|v| v.id == *id),
        None => product.variants.iter().find(|v| v.default),
    }
}

/// Whether a requirement holds for this variant on this platform. A variant that is another kind of device (an iPad
/// controller) brings its own platform: its ports are tested from here all the same.
fn speaks(requirement: &Requirement, variant: Option<&Variant>, platform: OsFamily) -> bool {
    let applies = &requirement.applies;
    let of_variant =
        applies.variants.is_empty() || variant.is_some_and(|v| applies.variants.contains(&v.id));
    let kinds: &[OsFamily] = match variant {
        Some(v) if !v.platforms.is_empty() && !v.platforms.contains(&platform) => &v.platforms,
        _ => &[platform],
    };
    let of_platform =
        applies.platforms.is_empty() || applies.platforms.iter().any(|p| kinds.contains(p));
    of_variant && of_platform
}
