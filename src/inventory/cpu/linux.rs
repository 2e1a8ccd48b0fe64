//! The processor: `/proc/cpuinfo` and sysfs; CPUID where the machine itself is read.

use std::collections::BTreeSet;

use crate::inventory::tree::Tree;
use crate::inventory::unknown::{AllUnknown, why};
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::CpuFacts;
use crate::model::units::Megahertz;

use super::clock::{clock_in_brand, from_khz};
use super::cpuinfo::{Processor, apple_chip, arm_implementer, processors};
use super::kinds::{Kinds, kinds};
use super::limits::usable_processors;
use super::topology::{Topology, from_cpuinfo, from_sysfs};

const CPUS: &str = "sys/devices/system/cpu";

/// Reads it.
pub(super) fn read(tree: &Tree) -> CpuFacts {
    let text = match tree.text("proc/cpuinfo") {
        Ok(text) => text,
        Err(why) => return CpuFacts::all_unknown(&why),
    };
    let cpus = processors(&text);
    let Some(first) = cpus.first() else {
        return CpuFacts::all_unknown(&why(
            UnknownCode::Unparsable,
            "/proc/cpuinfo names no processor",
        ));
    };
    let brand = brand(tree, first);
    let topology = from_sysfs(tree).or_else(|| from_cpuinfo(&cpus));
    let kinds = topology
        .as_ref()
        .and_then(|topology| find_kinds(tree, &cpus, topology));
    let (performance_cores, efficiency_cores) = kind_counts(topology.as_ref(), kinds.as_ref());
    let base_clock = base_clock(
        tree,
        first,
        brand.value().map(String::as_str),
        kinds.as_ref(),
    );
    CpuFacts {
        vendor: vendor(first),
        signature: match first.signature() {
            Some(signature) => Fact::known(signature, "/proc/cpuinfo cpu family, model, stepping"),
            None => missing(UnknownCode::NotSupported, "/proc/cpuinfo cpu family"),
        },
        physical_cores: physical_cores(topology.as_ref()),
        logical_cores: logical_cores(topology.as_ref(), &cpus),
        usable_processors: usable_processors(tree, topology.as_ref()),
        performance_cores,
        efficiency_cores,
        base_clock,
        max_clock: max_clock(tree, topology.as_ref()),
        brand,
    }
}

fn missing<T>(code: UnknownCode, what: &str) -> Fact<T> {
    Fact::unknown_because(code, what)
}

fn brand(tree: &Tree, first: &Processor<'_>) -> Fact<String> {
    if let Some(name) = first.field("model name") {
        // 32-bit ARM kernels print the core's design here, not a product name.
        let design = name.starts_with("ARMv") || name.starts_with("AArch64");
        if !design && !name.eq_ignore_ascii_case("unknown") {
            return Fact::known(name.to_owned(), "/proc/cpuinfo model name");
        }
    }
    if let Ok(compatible) = tree.bytes("proc/device-tree/compatible")
        && let Some(chip) = apple_chip(&compatible)
    {
        return Fact::known(chip.to_owned(), "/proc/device-tree/compatible");
    }
    missing(UnknownCode::NotFound, "/proc/cpuinfo model name")
}

fn vendor(first: &Processor<'_>) -> Fact<String> {
    if let Some(vendor) = first.field("vendor_id") {
        return Fact::known(vendor.to_owned(), "/proc/cpuinfo vendor_id");
    }
    match first.number("CPU implementer") {
        Some(code) => match arm_implementer(code) {
            Some(name) => Fact::known(name.to_owned(), "/proc/cpuinfo CPU implementer"),
            None => missing(
                UnknownCode::Unparsable,
                &format!("/proc/cpuinfo CPU implementer {code:#x}"),
            ),
        },
        None => missing(UnknownCode::NotFound, "/proc/cpuinfo vendor_id"),
    }
}

fn count(n: usize, source: &str, offline: u32) -> Fact<u32> {
    let source = match offline {
        0 => source.to_owned(),
        n => format!("{source} ({n} logical processors are switched off)"),
    };
    match u32::try_from(n) {
        Ok(n) if n > 0 => Fact::known(n, source),
        _ => Fact::unknown_because(UnknownCode::Unparsable, source),
    }
}

fn physical_cores(topology: Option<&Topology>) -> Fact<u32> {
    match topology {
        Some(t) => count(t.cores(), &t.source, t.offline),
        None => missing(
            UnknownCode::NotFound,
            "no core ids in /sys or /proc/cpuinfo",
        ),
    }
}

fn logical_cores(topology: Option<&Topology>, cpus: &[Processor<'_>]) -> Fact<u32> {
    match topology {
        Some(t) => count(t.core_of.len(), &t.source, t.offline),
        None => count(cpus.len(), "/proc/cpuinfo processor", 0),
    }
}

fn find_kinds(tree: &Tree, cpus: &[Processor<'_>], topology: &Topology) -> Option<Kinds> {
    kinds(tree, cpus, topology).or_else(|| kinds_by_cpuid(tree, topology))
}

#[cfg(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64")))]
fn kinds_by_cpuid(tree: &Tree, topology: &Topology) -> Option<Kinds> {
    if !tree.is_live() {
        return None;
    }
    let online: Vec<u32> = topology.core_of.keys().copied().collect();
    let (performance, efficiency) = super::cpuid::kinds(&online)?;
    Some(Kinds {
        performance,
        efficiency,
        source: "CPUID leaf 1Ah on each processor".to_owned(),
    })
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64"))))]
fn kinds_by_cpuid(_: &Tree, _: &Topology) -> Option<Kinds> {
    None
}

fn kind_counts(topology: Option<&Topology>, kinds: Option<&Kinds>) -> (Fact<u32>, Fact<u32>) {
    let told = topology.zip(kinds);
    let of = |set: fn(&Kinds) -> &BTreeSet<u32>| match told {
        Some((topology, kinds)) => match u32::try_from(topology.cores_among(set(kinds))) {
            Ok(n) => Fact::known(n, kinds.source.clone()),
            Err(e) => Fact::unknown_because(UnknownCode::Unparsable, e.to_string()),
        },
        None => missing(
            UnknownCode::NotFound,
            "nothing tells kinds of cores apart or proves them alike",
        ),
    };
    (of(|k| &k.performance), of(|k| &k.efficiency))
}

/// Base clock, best source first. Never a momentary or turbo figure.
fn base_clock(
    tree: &Tree,
    first: &Processor<'_>,
    brand: Option<&str>,
    kinds: Option<&Kinds>,
) -> Fact<Megahertz> {
    if let Some(clock) = brand.and_then(clock_in_brand) {
        return Fact::known(clock, "clock in the name, /proc/cpuinfo model name");
    }
    if let Some((clock, cpu)) = base_frequency(tree, kinds) {
        return Fact::known(clock, format!("/{CPUS}/cpu{cpu}/cpufreq/base_frequency"));
    }
    if first.has_flag("hypervisor") {
        return Fact::unknown_because(
            UnknownCode::NotSupported,
            "a virtual machine does not show the base clock",
        );
    }
    if first.field("vendor_id") == Some("AuthenticAMD")
        && let Some(found) = amd_base(tree)
    {
        return found;
    }
    #[cfg(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64")))]
    if tree.is_live()
        && let Some(clock) = brand.and_then(super::cpuid::base_clock)
    {
        return Fact::known(clock, "CPUID leaf 16h");
    }
    Fact::Unknown(Unknown {
        code: UnknownCode::NotFound,
        detail: Some("neither the name nor the system states the base clock".to_owned()),
    })
}

/// `base_frequency` of the performance cores; the lowest, should they differ. Where the kinds of cores are not told,
/// the highest of all is that of the performance cores.
fn base_frequency(tree: &Tree, kinds: Option<&Kinds>) -> Option<(Megahertz, u32)> {
    let read = |cpu: u32| {
        let khz = tree.number(&format!("{CPUS}/cpu{cpu}/cpufreq/base_frequency"))?;
        Some((from_khz(khz)?, cpu))
    };
    match kinds {
        Some(kinds) => kinds.performance.iter().filter_map(|cpu| read(*cpu)).min(),
        None => cpu_numbers(tree).into_iter().filter_map(read).max(),
    }
}

/// AMD: the base clock is P-state 0, the highest that the ACPI driver lists (boost is not in its list), and the
/// nominal frequency of CPPC ("maximum sustained performance", ACPI specification 8.4.6).
fn amd_base(tree: &Tree) -> Option<Fact<Megahertz>> {
    let cpufreq = format!("{CPUS}/cpu0/cpufreq");
    if tree.line(&format!("{cpufreq}/scaling_driver")).as_deref() == Some("acpi-cpufreq") {
        let path = format!("{cpufreq}/scaling_available_frequencies");
        let highest = tree
            .line(&path)
            .unwrap_or_default()
            .split_whitespace()
            .filter_map(|khz| from_khz(khz.parse().ok()?))
            .max();
        if let Some(clock) = highest {
            return Some(Fact::known(clock, format!("/{path}")));
        }
    }
    let path = format!("{CPUS}/cpu0/acpi_cppc/nominal_freq");
    let mhz: u64 = tree.number(&path)?;
    let clock = from_khz(mhz.checked_mul(1_000)?)?;
    Some(Fact::known(clock, format!("/{path}")))
}

fn cpu_numbers(tree: &Tree) -> Vec<u32> {
    tree.list(CPUS)
        .unwrap_or_default()
        .iter()
        .filter_map(|name| name.strip_prefix("cpu")?.parse().ok())
        .collect()
}

fn max_clock(tree: &Tree, topology: Option<&Topology>) -> Fact<Megahertz> {
    let cpus = match topology {
        Some(t) => t.core_of.keys().copied().collect(),
        None => cpu_numbers(tree),
    };
    let highest = cpus
        .into_iter()
        .filter_map(|cpu| {
            let khz = tree.number(&format!("{CPUS}/cpu{cpu}/cpufreq/cpuinfo_max_freq"))?;
            Some((from_khz(khz)?, cpu))
        })
        .max();
    match highest {
        Some((clock, cpu)) => {
            Fact::known(clock, format!("/{CPUS}/cpu{cpu}/cpufreq/cpuinfo_max_freq"))
        }
        None => missing(
            UnknownCode::NotFound,
            "/sys/devices/system/cpu/cpu*/cpufreq",
        ),
    }
}
