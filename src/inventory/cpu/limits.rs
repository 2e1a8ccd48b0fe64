//! How many processors a program may keep busy: the affinity it was started with, and the quota of its control groups.

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};

use super::topology::{Topology, cpu_list};

const CGROUPS: &str = "sys/fs/cgroup";

/// Logical processors, rounded up to whole ones: a quota of one and a half keeps two busy at times.
pub(super) fn usable_processors(tree: &Tree, topology: Option<&Topology>) -> Fact<u32> {
    let allowed = allowed(tree, topology);
    match (allowed, quota(tree)) {
        (Some((allowed, _)), Some((quota, source))) if quota < allowed => {
            Fact::known(quota, source)
        }
        (Some((allowed, source)), _) => Fact::known(allowed, source),
        (None, Some((quota, source))) => Fact::known(quota, source),
        (None, None) => {
            Fact::unknown_because(UnknownCode::NotFound, "/proc/self/status Cpus_allowed_list")
        }
    }
}

/// The affinity, less what is switched off.
fn allowed(tree: &Tree, topology: Option<&Topology>) -> Option<(u32, String)> {
    let status = tree.text("proc/self/status").ok()?;
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let allowed = cpu_list(list)?;
    let count = match topology {
        Some(topology) => allowed
            .iter()
            .filter(|cpu| topology.core_of.contains_key(cpu))
            .count(),
        None => allowed.len(),
    };
    let count = u32::try_from(count).ok().filter(|n| *n > 0)?;
    Some((count, "/proc/self/status Cpus_allowed_list".to_owned()))
}

/// The smallest quota of the control groups that this process is in, from its own up to the root.
fn quota(tree: &Tree) -> Option<(u32, String)> {
    let groups = tree.text("proc/self/cgroup").ok()?;
    groups
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(3, ':');
            let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
            if controllers.is_empty() {
                smallest(path, |dir| unified(tree, dir))
            } else if controllers.split(',').any(|c| c == "cpu") {
                smallest(path, |dir| by_controller(tree, dir))
            } else {
                None
            }
        })
        .min()
}

/// Of a group and those above it. In a container the path may not be there: then the root of what is mounted decides.
fn smallest(path: &str, quota: impl Fn(&str) -> Option<(u32, String)>) -> Option<(u32, String)> {
    const DEEPEST: usize = 32;
    let parts: Vec<&str> = path
        .split('/')
        .filter(|p| !p.is_empty() && *p != "..")
        .take(DEEPEST)
        .collect();
    (0..=parts.len())
        .filter_map(|depth| quota(&parts.get(..depth)?.join("/")))
        .min()
}

/// Version 2: `cpu.max` holds `max 100000`, or quota and period.
fn unified(tree: &Tree, dir: &str) -> Option<(u32, String)> {
    let path = file(CGROUPS, dir, "cpu.max");
    let text = tree.line(&path)?;
    let (quota, period) = text.split_once(' ')?;
    processors(quota.parse().ok()?, period.trim().parse().ok()?, &path)
}

/// Version 1: a quota of -1 is none.
fn by_controller(tree: &Tree, dir: &str) -> Option<(u32, String)> {
    ["cpu,cpuacct", "cpu"].iter().find_map(|controller| {
        let root = format!("{CGROUPS}/{controller}");
        let path = file(&root, dir, "cpu.cfs_quota_us");
        let quota = tree.line(&path)?.parse().ok()?;
        let period = tree
            .line(&file(&root, dir, "cpu.cfs_period_us"))?
            .parse()
            .ok()?;
        processors(quota, period, &path)
    })
}

fn file(root: &str, dir: &str, name: &str) -> String {
    if dir.is_empty() {
        format!("{root}/{name}")
    } else {
        format!("{root}/{dir}/{name}")
    }
}

fn processors(quota: i64, period: i64, path: &str) -> Option<(u32, String)> {
    let (quota, period) = (u64::try_from(quota).ok()?, u64::try_from(period).ok()?);
    if quota == 0 || period == 0 {
        return None;
    }
    let count = u32::try_from(quota.div_ceil(period)).ok()?;
    Some((count, format!("/{path}")))
}
