//! Performance and efficiency cores, from whatever the kernel tells them apart by.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::tree::Tree;

use super::cpuinfo::Processor;
use super::topology::{Topology, cpu_list};

/// The kinds of cores, as sets of logical processors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kinds {
    /// Performance cores.
    pub(super) performance: BTreeSet<u32>,
    /// Efficiency cores, low-power ones included. Empty on a CPU whose cores are proved alike.
    pub(super) efficiency: BTreeSet<u32>,
    /// What told them apart, or proved them alike.
    pub(super) source: String,
}

/// Finds the kinds; none where nothing proves either.
pub(super) fn kinds(tree: &Tree, cpus: &[Processor<'_>], topology: &Topology) -> Option<Kinds> {
    let first = cpus.first()?;
    if first.field("CPU implementer").is_some() {
        return arm_parts(tree, cpus, topology);
    }
    if first.has_flag("hypervisor") {
        // What kind of core a virtual processor runs on changes from moment to moment.
        return None;
    }
    pmu_directories(tree, topology)
        .or_else(|| base_frequencies(tree, first, topology))
        .or_else(|| all_alike(tree, topology))
}

fn online(topology: &Topology) -> BTreeSet<u32> {
    topology.core_of.keys().copied().collect()
}

/// Hybrid Intel CPUs have one performance monitor per kind of core, each with the list of its processors.
fn pmu_directories(tree: &Tree, topology: &Topology) -> Option<Kinds> {
    let list = |name: &str| {
        let text = tree.line(&format!("sys/devices/{name}/cpus"))?;
        cpu_list(&text)
    };
    let (core, atom, low) = (list("cpu_core"), list("cpu_atom"), list("cpu_lowpower"));
    if core.is_none() && atom.is_none() {
        return None;
    }
    let online = online(topology);
    let performance: BTreeSet<u32> = core
        .unwrap_or_default()
        .intersection(&online)
        .copied()
        .collect();
    let efficiency = online.difference(&performance).copied().collect();
    let mut told = performance.clone();
    told.extend(atom.unwrap_or_default());
    told.extend(low.unwrap_or_default());
    // Lists that leave a processor out do not tell its kind.
    online.is_subset(&told).then(|| Kinds {
        performance,
        efficiency,
        source: "/sys/devices/cpu_core/cpus, cpu_atom/cpus".to_owned(),
    })
}

/// The kinds have base clocks of their own. Xeons are left out: some have cores with a raised base clock (Intel Speed
/// Select) that are alike otherwise.
fn base_frequencies(tree: &Tree, first: &Processor<'_>, topology: &Topology) -> Option<Kinds> {
    let intel = first.field("vendor_id") == Some("GenuineIntel");
    let xeon = first
        .field("model name")
        .is_some_and(|n| n.contains("Xeon"));
    if !intel || xeon {
        return None;
    }
    let mut by_clock: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
    for cpu in topology.core_of.keys() {
        let khz = tree.number(&format!(
            "sys/devices/system/cpu/cpu{cpu}/cpufreq/base_frequency"
        ))?;
        by_clock.entry(khz).or_default().insert(*cpu);
    }
    let (_, performance) = by_clock.pop_last()?;
    if by_clock.is_empty() {
        return None;
    }
    Some(Kinds {
        performance,
        efficiency: by_clock.into_values().flatten().collect(),
        source: "/sys/devices/system/cpu/cpu*/cpufreq/base_frequency".to_owned(),
    })
}

/// Cores of different kinds differ in the size or the sharing of their caches, or in their highest clock. Where all
/// that is there and the same, they are alike.
fn all_alike(tree: &Tree, topology: &Topology) -> Option<Kinds> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for cpu in topology.core_of.keys() {
        let dir = format!("sys/devices/system/cpu/cpu{cpu}");
        let mut mark = tree.line(&format!("{dir}/cpufreq/cpuinfo_max_freq"))?;
        for cache in ["index0", "index2"] {
            let shared = tree.line(&format!("{dir}/cache/{cache}/shared_cpu_list"))?;
            let size = tree.line(&format!("{dir}/cache/{cache}/size"))?;
            let sharers = cpu_list(&shared)?.len();
            mark = format!("{mark}/{size}/{sharers}");
        }
        seen.insert(mark);
    }
    (seen.len() == 1).then(|| Kinds {
        performance: online(topology),
        efficiency: BTreeSet::new(),
        source: "/sys/devices/system/cpu/cpu*: the same caches and highest clock on every core"
            .to_owned(),
    })
}

/// ARM: cores of different kinds have different part numbers; the kernel's capacity says which kind is the weakest.
/// Where there are three kinds, the upper two are performance cores.
fn arm_parts(tree: &Tree, cpus: &[Processor<'_>], topology: &Topology) -> Option<Kinds> {
    let mut by_part: BTreeMap<(u32, u32), BTreeSet<u32>> = BTreeMap::new();
    for cpu in cpus {
        let part = (cpu.number("CPU implementer")?, cpu.number("CPU part")?);
        by_part
            .entry(part)
            .or_default()
            .insert(cpu.number("processor")?);
    }
    let told: BTreeSet<u32> = by_part.values().flatten().copied().collect();
    if told != online(topology) {
        return None;
    }
    if by_part.len() == 1 {
        return Some(Kinds {
            performance: told,
            efficiency: BTreeSet::new(),
            source: "/proc/cpuinfo CPU part: the same on every core".to_owned(),
        });
    }
    let mut by_strength: Vec<(u64, BTreeSet<u32>)> = Vec::new();
    for cpus in by_part.into_values() {
        let capacity = cpus
            .iter()
            .filter_map(|cpu| {
                tree.number::<u64>(&format!("sys/devices/system/cpu/cpu{cpu}/cpu_capacity"))
            })
            .max()?;
        by_strength.push((capacity, cpus));
    }
    by_strength.sort_by_key(|(capacity, _)| *capacity);
    let mut groups = by_strength.into_iter();
    let (weakest, efficiency) = groups.next()?;
    let rest: Vec<_> = groups.collect();
    // Two kinds of equal strength: nothing says which one is the efficient one.
    if rest.iter().any(|(capacity, _)| *capacity == weakest) {
        return None;
    }
    Some(Kinds {
        performance: rest.into_iter().flat_map(|(_, cpus)| cpus).collect(),
        efficiency,
        source: "/proc/cpuinfo CPU part, /sys/devices/system/cpu/cpu*/cpu_capacity".to_owned(),
    })
}
