//! The firewall sheet: what to ask of whoever runs the firewall, for every port that is blocked or not proved.
//!
//! Rows are made of what judging found port by port. Ports that several products need stand in one row, and in no row
//! twice over one address family.

mod render;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::ids::ScenarioId;
use crate::model::network::Family;
use crate::model::ports::{FamilyPorts, PortFindings, PortStanding};
use crate::model::report::{CheckResult, Report};
use crate::model::requirement::{Level, Source};
use crate::model::rule::{PortRange, Scope, Transport};
use crate::model::verdict::Verdict;
use crate::model::{ProductId, RequirementId, VariantId};

pub(super) use render::{cards, csv, section, ticket_lines, whole};

/// One rule to ask for: ports that fare alike and that the same requirements need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// TCP or UDP.
    pub transport: Transport,
    /// The ports, as blocks.
    pub blocks: Vec<Block>,
    /// The address families that this holds for; empty: nothing was tried over either.
    pub families: Vec<Family>,
    /// Which way to open.
    pub opening: Opening,
    /// Where connections begin.
    pub from: Place,
    /// Where they go.
    pub to: Place,
    /// The vendor's names for the far end; empty for the control PC.
    pub names: Vec<String>,
    /// Where the vendor publishes the addresses of the far end.
    pub address_lists: Vec<String>,
    /// What is known of the ports.
    pub standing: PortStanding,
    /// Who needs them.
    pub needs: Vec<Need>,
    /// The scenarios of those products that were judged.
    pub scenarios: Vec<ScenarioId>,
    /// What happens while they are not open.
    pub without: Without,
}

/// A block of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The ports.
    pub ports: PortRange,
    /// How many of them were tried. The others lie between ports that came to the same.
    pub tried: u32,
}

/// Which way to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    /// Outbound, and with it the return traffic of what it opened.
    Outbound,
    /// Outbound traffic passes already; its return traffic does not.
    Return,
}

/// Where an end of a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The network that this PC stands in.
    PcNetwork,
    /// The network of a room's controllers.
    ControllerNetwork,
    /// The vendor's cloud.
    Cloud,
    /// The room's control PC.
    ControlPc,
}

/// A requirement that needs the ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Product.
    pub product: ProductId,
    /// Its proper name.
    pub name: String,
    /// Variant.
    pub variant: Option<VariantId>,
    /// Requirement.
    pub requirement: RequirementId,
    /// How binding it is.
    pub level: Level,
    /// All the ports that it asks for.
    pub asked: Vec<PortRange>,
    /// Where it stands.
    pub source: Source,
}

/// What happens while the ports are not open, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Without {
    /// What needs them may not work at all.
    Fails,
    /// Media takes this TCP port in their place: works, in lower quality.
    FallsBack {
        /// The TCP port.
        port: u16,
        /// It is proved open.
        proved: bool,
    },
    /// A recommendation is missed.
    Recommended,
    /// The document names them for information.
    Informative,
}

/// What makes two stretches of ports parts of one row.
type Key = (u8, Scope, Transport, PortStanding, Vec<usize>);

/// The rows of a report, proved blocks first. Empty where every port that is asked for is proved.
pub fn rows(report: &Report) -> Vec<Row> {
    let asking: Vec<(&CheckResult, &PortFindings)> = report
        .results
        .iter()
        .filter(|r| !matches!(r.verdict, Verdict::Pass | Verdict::NotApplicable))
        .filter_map(|r| Some((r, r.ports.as_ref()?)))
        .collect();
    let mut found: BTreeMap<Key, BTreeMap<Option<Family>, Vec<Block>>> = BTreeMap::new();
    for scope in [Scope::Cloud, Scope::Lan] {
        for transport in [Transport::Tcp, Transport::Udp] {
            for family in [Some(Family::Ipv4), Some(Family::Ipv6), None] {
                let cells = cells(&asking, scope, transport, family);
                for (standing, needs, block) in blocks(&cells) {
                    let key = (rank(standing), scope, transport, standing, needs);
                    let families = found.entry(key).or_default();
                    families.entry(family).or_default().push(block);
                }
            }
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    for (key, families) in found {
        let mut same: Vec<(Vec<Block>, Vec<Family>)> = Vec::new();
        for (family, blocks) in families {
            match same.iter_mut().find(|(known, _)| *known == blocks) {
                Some((_, families)) => families.extend(family),
                None => same.push((blocks, family.into_iter().collect())),
            }
        }
        rows.extend(
            same.into_iter()
                .map(|(blocks, families)| row(report, &asking, &key, blocks, families)),
        );
    }
    rows
}

/// What is proved comes first.
fn rank(standing: PortStanding) -> u8 {
    match standing {
        PortStanding::BlockedUp
        | PortStanding::BlockedDown
        | PortStanding::Blocked
        | PortStanding::BetweenBlocked => 0,
        PortStanding::Rejected => 1,
        PortStanding::Intercepted => 2,
        PortStanding::Unproved => 3,
        PortStanding::NotTestable => 4,
        PortStanding::Untried => 5,
        PortStanding::Open | PortStanding::Sampled => 6,
    }
}

/// Ports of one standing, and the index of the result that asks for them.
struct Cell {
    ports: PortRange,
    standing: PortStanding,
    need: usize,
}

fn cells(
    asking: &[(&CheckResult, &PortFindings)],
    scope: Scope,
    transport: Transport,
    family: Option<Family>,
) -> Vec<Cell> {
    let mut out = Vec::new();
    for (need, (_, findings)) in asking.iter().enumerate() {
        if findings.scope != scope || findings.transport != transport {
            continue;
        }
        let Some(family) = family else {
            // Nothing was tried over any family: the ports as they are asked for.
            if findings.families.is_empty() {
                out.extend(findings.asked.iter().map(|ports| Cell {
                    ports: *ports,
                    standing: PortStanding::Untried,
                    need,
                }));
            }
            continue;
        };
        let passes = |f: &FamilyPorts| f.standings.iter().all(|s| is_fine(s.standing));
        let any_passes = findings.families.iter().any(passes);
        for seen in findings.families.iter().filter(|f| f.family == family) {
            for set in &seen.standings {
                // Where another family passes, what is not proved over this one is nothing to ask for.
                if any_passes && !is_known(set.standing) {
                    continue;
                }
                out.extend(set.ports.iter().map(|ports| Cell {
                    ports: *ports,
                    standing: set.standing,
                    need,
                }));
            }
        }
    }
    out
}

fn is_fine(standing: PortStanding) -> bool {
    matches!(standing, PortStanding::Open | PortStanding::Sampled)
}

/// Blocked, rejected or answered by somebody else.
fn is_known(standing: PortStanding) -> bool {
    rank(standing) <= 2
}

/// The ports of all cells, cut where any of them begins or ends, and joined again where neighbours have the same
/// standing and needs. What lies between blocked ports takes the standing of the port before it.
fn blocks(cells: &[Cell]) -> Vec<(PortStanding, Vec<usize>, Block)> {
    let cuts: BTreeSet<u32> = cells
        .iter()
        .flat_map(|c| [u32::from(c.ports.first()), u32::from(c.ports.last()) + 1])
        .collect();
    let mut out: Vec<(PortStanding, Vec<usize>, Block)> = Vec::new();
    for (from, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        let (Ok(first), Ok(last)) = (u16::try_from(*from), u16::try_from(end - 1)) else {
            continue;
        };
        let covering = || cells.iter().filter(|c| c.ports.contains(first));
        let Some(standing) = covering().map(|c| c.standing).min() else {
            continue;
        };
        if is_fine(standing) {
            continue;
        }
        let Some(ports) = PortRange::new(first, last) else {
            continue;
        };
        let needs: BTreeSet<usize> = covering().map(|c| c.need).collect();
        let needs: Vec<usize> = needs.into_iter().collect();
        let between = standing == PortStanding::BetweenBlocked;
        let tried = if between || standing == PortStanding::Untried {
            0
        } else {
            ports.len()
        };
        let before = out
            .last_mut()
            .filter(|(_, n, b)| *n == needs && u32::from(b.ports.last()) + 1 == *from);
        match before {
            Some((was, _, block)) if between || *was == standing => {
                block.tried += tried;
                block.ports = PortRange::new(block.ports.first(), last).unwrap_or(block.ports);
            }
            _ => out.push((standing, needs, Block { ports, tried })),
        }
    }
    out
}

fn row(
    report: &Report,
    asking: &[(&CheckResult, &PortFindings)],
    key: &Key,
    blocks: Vec<Block>,
    families: Vec<Family>,
) -> Row {
    let (_, scope, transport, standing, indices) = key;
    let of_row: Vec<&(&CheckResult, &PortFindings)> =
        indices.iter().filter_map(|n| asking.get(*n)).collect();
    let products: BTreeSet<(&ProductId, Option<&VariantId>)> = of_row
        .iter()
        .map(|(r, _)| (&r.product, r.variant.as_ref()))
        .collect();
    let mut scenarios: Vec<ScenarioId> = Vec::new();
    for scenario in &report.scenarios {
        let needs = products.contains(&(&scenario.product, scenario.variant.as_ref()));
        if needs && scenario.verdict != Verdict::NotApplicable && !scenarios.contains(&scenario.id)
        {
            scenarios.push(scenario.id.clone());
        }
    }
    let cloud = *scope == Scope::Cloud;
    let (from, to) = match scope {
        Scope::Cloud => (Place::PcNetwork, Place::Cloud),
        Scope::Lan => (Place::ControllerNetwork, Place::ControlPc),
    };
    let destinations = report.manifest.destinations.iter().filter(|_| cloud);
    let lists = report.manifest.address_lists.iter().filter(|l| {
        cloud && (l.products.is_empty() || products.iter().any(|(p, _)| l.products.contains(p)))
    });
    Row {
        transport: *transport,
        blocks,
        families,
        opening: if *standing == PortStanding::BlockedDown {
            Opening::Return
        } else {
            Opening::Outbound
        },
        from,
        to,
        names: destinations.map(|d| d.host.clone()).collect(),
        address_lists: lists.map(|l| l.url.clone()).collect(),
        standing: *standing,
        needs: of_row.iter().map(|(r, f)| need(report, r, f)).collect(),
        scenarios,
        without: of_row
            .iter()
            .map(|(r, f)| without(r, f))
            .min()
            .unwrap_or(Without::Fails),
    }
}

fn need(report: &Report, result: &CheckResult, findings: &PortFindings) -> Need {
    let product = report.products.iter().find(|p| p.product == result.product);
    Need {
        product: result.product.clone(),
        name: product.map_or_else(|| result.product.to_string(), |p| p.name.clone()),
        variant: result.variant.clone(),
        requirement: result.requirement.clone(),
        level: result.level,
        asked: findings.asked.clone(),
        source: result.source.clone(),
    }
}

fn without(result: &CheckResult, findings: &PortFindings) -> Without {
    match (result.level, findings.fallback_tcp) {
        (Level::Informative, _) => Without::Informative,
        (_, Some(port)) => Without::FallsBack {
            port,
            proved: findings.fallback_open,
        },
        (Level::Recommended, None) => Without::Recommended,
        (Level::Required, None) => Without::Fails,
    }
}
