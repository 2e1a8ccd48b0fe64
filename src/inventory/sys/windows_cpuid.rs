//! CPUID, asked on every processor of this thread's group where kinds of cores may answer differently.

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use raw_cpuid::native_cpuid::cpuid_count;
use windows::Win32::System::Threading::{GetCurrentThread, SetThreadAffinityMask};

use super::windows_rows::{CpuidRow, HypervisorRow};

/// What CPUID says.
pub(in crate::inventory) fn cpuid() -> CpuidRow {
    let max_leaf = cpuid_count(0, 0).eax;
    CpuidRow {
        leaf_16: (max_leaf >= 0x16).then(leaf_16).flatten(),
        hybrid: max_leaf >= 7 && cpuid_count(7, 0).edx & (1 << 15) != 0,
        hypervisor: hypervisor(),
    }
}

/// What CPUID says of a hypervisor.
pub(in crate::inventory) fn hypervisor() -> HypervisorRow {
    let present = cpuid_count(1, 0).ecx & (1 << 31) != 0;
    if !present {
        return HypervisorRow::default();
    }
    let head = cpuid_count(0x4000_0000, 0);
    let signature: Vec<u8> = [head.ebx, head.ecx, head.edx]
        .iter()
        .flat_map(|r| r.to_le_bytes())
        .collect();
    let signature = String::from_utf8_lossy(&signature)
        .trim_matches('\0')
        .to_owned();
    // "Hypervisor Top-Level Functional Specification", Microsoft: leaf 0x40000003 EBX holds the partition's rights.
    let root_partition = (signature == "Microsoft Hv" && head.eax >= 0x4000_0003)
        .then(|| cpuid_count(0x4000_0003, 0).ebx & 1 != 0);
    HypervisorRow {
        present,
        signature: Some(signature).filter(|s| !s.is_empty()),
        root_partition,
    }
}

/// Leaf 16h of the fastest kind of core: a hybrid processor answers for the core that asks.
fn leaf_16() -> Option<(u32, u32)> {
    let here = || {
        let leaf = cpuid_count(0x16, 0);
        (leaf.eax & 0xffff, leaf.ebx & 0xffff)
    };
    let mut best = here();
    for processor in 0..usize::BITS {
        // SAFETY: the pseudo handle is that of this very thread, which only reads the inventory.
        let before = unsafe { SetThreadAffinityMask(GetCurrentThread(), 1 << processor) };
        if before != 0 {
            best = best.max(here());
            // SAFETY: as above.
            unsafe { SetThreadAffinityMask(GetCurrentThread(), before) };
        }
    }
    (best.0 != 0).then_some(best)
}
