//! What only the processor itself tells: CPUID, on the running machine.

use std::collections::BTreeSet;

use raw_cpuid::{CpuId, native_cpuid::cpuid_count};

use crate::model::units::Megahertz;

use super::clock::{leaf_16h_is_base, plausible};

/// Base clock by leaf 16h: only where the leaf exists, is not zero, is not shown by a hypervisor, and is known to be
/// the vendor's base clock for a processor of this name.
pub(super) fn base_clock(brand: &str) -> Option<Megahertz> {
    if !leaf_16h_is_base(brand) || in_guest() || cpuid_count(0, 0).eax < 0x16 {
        return None;
    }
    plausible(f64::from(cpuid_count(0x16, 0).eax & 0xffff))
}

fn in_guest() -> bool {
    CpuId::new()
        .get_feature_info()
        .is_none_or(|features| features.has_hypervisor())
}

/// Performance and efficiency cores by the core type of leaf 1Ah, read on each processor in turn. None where the CPU
/// does not call itself hybrid (leaf 7, EDX bit 15), a hypervisor is in between, or one processor could not be asked.
#[cfg(target_os = "linux")]
pub(super) fn kinds(online: &[u32]) -> Option<(BTreeSet<u32>, BTreeSet<u32>)> {
    if in_guest() || cpuid_count(0, 0).eax < 0x1a || cpuid_count(7, 0).edx & (1 << 15) == 0 {
        return None;
    }
    let types =
        crate::inventory::sys::linux::on_each_cpu(online, || cpuid_count(0x1a, 0).eax >> 24)?;
    let (mut performance, mut efficiency) = (BTreeSet::new(), BTreeSet::new());
    for (cpu, kind) in online.iter().zip(types) {
        match kind {
            0x40 => performance.insert(*cpu),
            0x20 => efficiency.insert(*cpu),
            _ => return None,
        };
    }
    Some((performance, efficiency))
}
