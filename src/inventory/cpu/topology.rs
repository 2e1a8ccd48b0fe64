//! Cores, counted from what the kernel says of each logical processor.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::tree::Tree;

use super::cpuinfo::Processor;

const CPUS: &str = "sys/devices/system/cpu";

/// The logical processors that are online, each with the core that it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Topology {
    /// Core of each online processor. Cores are named by their lowest processor.
    pub(super) core_of: BTreeMap<u32, u32>,
    /// Processors that the kernel knows of and that are switched off.
    pub(super) offline: u32,
    /// Where it was read.
    pub(super) source: String,
}

impl Topology {
    /// Physical cores online.
    pub(super) fn cores(&self) -> usize {
        self.core_of.values().collect::<BTreeSet<_>>().len()
    }

    /// Physical cores online among these processors.
    pub(super) fn cores_among(&self, cpus: &BTreeSet<u32>) -> usize {
        self.core_of
            .iter()
            .filter(|(cpu, _)| cpus.contains(cpu))
            .map(|(_, core)| core)
            .collect::<BTreeSet<_>>()
            .len()
    }
}

/// A list of processors such as `0-3,8`, as the kernel writes them.
pub(super) fn cpu_list(text: &str) -> Option<BTreeSet<u32>> {
    const MOST: u32 = 1 << 16;
    let mut out = BTreeSet::new();
    for part in text.trim().split(',').filter(|p| !p.trim().is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        if first > last || last >= MOST {
            return None;
        }
        out.extend(first..=last);
    }
    Some(out)
}

/// The topology by sysfs.
pub(super) fn from_sysfs(tree: &Tree) -> Option<Topology> {
    let online = tree
        .line(&format!("{CPUS}/online"))
        .and_then(|text| cpu_list(&text));
    let all: Vec<u32> = tree
        .list(CPUS)
        .ok()?
        .iter()
        .filter_map(|name| name.strip_prefix("cpu")?.parse().ok())
        .collect();
    let mut by_core: BTreeMap<String, u32> = BTreeMap::new();
    let mut out = Topology {
        source: format!("/{CPUS}/cpu*/topology"),
        ..Topology::default()
    };
    for cpu in all {
        let dir = format!("{CPUS}/cpu{cpu}");
        let on = match &online {
            Some(set) => set.contains(&cpu),
            // The first processor often has no such file, because it cannot be switched off.
            None => tree.line(&format!("{dir}/online")).is_none_or(|v| v == "1"),
        };
        if !on {
            out.offline += 1;
            continue;
        }
        let key = core_key(tree, &dir)?;
        let core = *by_core.entry(key).or_insert(cpu);
        out.core_of.insert(cpu, core);
    }
    (!out.core_of.is_empty()).then_some(out)
}

/// What tells a core from the others. The siblings' list is best: core ids repeat between packages, dies and, on ARM,
/// clusters.
fn core_key(tree: &Tree, dir: &str) -> Option<String> {
    for list in ["core_cpus_list", "thread_siblings_list"] {
        if let Some(siblings) = tree.line(&format!("{dir}/topology/{list}")) {
            return Some(siblings);
        }
    }
    for mask in ["core_cpus", "thread_siblings"] {
        if let Some(siblings) = tree.line(&format!("{dir}/topology/{mask}")) {
            return Some(siblings);
        }
    }
    let core = tree.line(&format!("{dir}/topology/core_id"))?;
    let of = |name: &str| {
        tree.line(&format!("{dir}/topology/{name}"))
            .unwrap_or_default()
    };
    Some(format!(
        "{}/{}/{core}",
        of("physical_package_id"),
        of("die_id")
    ))
}

/// The topology by `/proc/cpuinfo`, where sysfs is not there. It lists the processors that are online, and prints core
/// ids on x86 only.
pub(super) fn from_cpuinfo(cpus: &[Processor<'_>]) -> Option<Topology> {
    let mut by_core: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let mut out = Topology {
        source: "/proc/cpuinfo physical id, core id".to_owned(),
        ..Topology::default()
    };
    for cpu in cpus {
        let number = cpu.number("processor")?;
        let key = (cpu.number("physical id")?, cpu.number("core id")?);
        let core = *by_core.entry(key).or_insert(number);
        out.core_of.insert(number, core);
    }
    (!out.core_of.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::super::cpuinfo::processors;
    use super::*;

    #[test]
    fn lists() {
        assert_eq!(cpu_list("0-2,8\n"), Some(BTreeSet::from([0, 1, 2, 8])));
        assert_eq!(cpu_list(""), Some(BTreeSet::new()));
        assert_eq!(cpu_list("3-1"), None);
        assert_eq!(cpu_list("0-4294967295"), None);
        assert_eq!(cpu_list("a"), None);
    }

    #[test]
    fn cpuinfo_counts_cores_per_package() {
        let text = "processor:0\nphysical id:0\ncore id:0\n\nprocessor:1\nphysical id:1\ncore id:0\n\n\
                    processor:2\nphysical id:0\ncore id:0\n";
        let topology = from_cpuinfo(&processors(text)).unwrap();
        assert_eq!((topology.cores(), topology.core_of.len()), (2, 3));
        assert_eq!(
            from_cpuinfo(&processors("processor:0\ncpu cores:0\n")),
            None
        );
    }
}
