//! The memory: modules by SMBIOS (root) or by udev's copy of it, else the kernel's memory blocks; usable by `meminfo`.

use crate::inventory::session::is_virtual_machine;
use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::MemoryFacts;
use crate::model::units::Mebibytes;

use super::smbios::module_sum;

/// Reads it.
pub(super) fn read(tree: &Tree) -> MemoryFacts {
    let usable = usable(tree);
    let least = usable.value().copied();
    // Firmware that states less than the system uses states something else.
    let believed = |fact: Fact<Mebibytes>| match (&fact, least) {
        (Fact::Known { value, source }, Some(usable)) if *value < usable => Fact::unknown_because(
            UnknownCode::Unparsable,
            format!("{source}: {value} is less than what the system uses"),
        ),
        _ => fact,
    };
    MemoryFacts {
        installed: believed(by_smbios(tree))
            .or_else(|| believed(by_udev(tree)))
            .or_else(|| believed(by_blocks(tree))),
        usable,
    }
}

fn usable(tree: &Tree) -> Fact<Mebibytes> {
    let text = match tree.text("proc/meminfo") {
        Ok(text) => text,
        Err(why) => return Fact::Unknown(why),
    };
    let kib: Option<u64> = text.lines().find_map(|line| {
        let rest = line.strip_prefix("MemTotal:")?;
        rest.trim().strip_suffix("kB")?.trim().parse().ok()
    });
    match kib {
        Some(kib) if kib > 0 => Fact::known(Mebibytes(kib / 1_024), "/proc/meminfo MemTotal"),
        _ => Fact::unknown_because(UnknownCode::Unparsable, "/proc/meminfo MemTotal"),
    }
}

fn by_smbios(tree: &Tree) -> Fact<Mebibytes> {
    const PATH: &str = "sys/firmware/dmi/tables/DMI";
    match tree.bytes(PATH) {
        Ok(table) => match module_sum(&table) {
            Some((kib, modules)) => Fact::known(
                Mebibytes(kib / 1_024),
                format!("/{PATH} type 17, {modules} modules"),
            ),
            None => Fact::unknown_because(UnknownCode::Unparsable, format!("/{PATH}")),
        },
        Err(why) => Fact::Unknown(why),
    }
}

/// systemd's udev reads the same table as root and leaves the sizes where everyone may read them.
fn by_udev(tree: &Tree) -> Fact<Mebibytes> {
    const PATH: &str = "run/udev/data/+dmi:id";
    let text = match tree.text(PATH) {
        Ok(text) => text,
        Err(why) => return Fact::Unknown(why),
    };
    let sizes = text.lines().filter_map(|line| {
        let (key, value) = line.strip_prefix("E:MEMORY_DEVICE_")?.split_once('=')?;
        key.strip_suffix("_SIZE")?.parse::<u32>().ok()?;
        Some(value.trim().parse::<u64>().ok())
    });
    let mut sum = 0_u64;
    for size in sizes {
        let Some(total) = size.and_then(|size| sum.checked_add(size)) else {
            return Fact::unknown_because(UnknownCode::Unparsable, format!("/{PATH}"));
        };
        sum = total;
    }
    match sum >> 20 {
        0 => Fact::unknown_because(UnknownCode::NotFound, format!("/{PATH} MEMORY_DEVICE")),
        mib => Fact::known(Mebibytes(mib), format!("/{PATH} MEMORY_DEVICE_*_SIZE")),
    }
}

/// The blocks of memory that the kernel was given. On a real machine a graphics chip may have taken whole blocks out,
/// so only a sum that modules can have (1, 3 or 5 times a power of two GiB) is what is installed.
fn by_blocks(tree: &Tree) -> Fact<Mebibytes> {
    const DIR: &str = "sys/devices/system/memory";
    let source = || format!("/{DIR} blocks online");
    let block = tree
        .line(&format!("{DIR}/block_size_bytes"))
        .and_then(|hex| u64::from_str_radix(&hex, 16).ok());
    let (Some(block), Ok(names)) = (block, tree.list(DIR)) else {
        return Fact::unknown_because(UnknownCode::NotFound, source());
    };
    let online = names
        .iter()
        .filter(|name| {
            name.strip_prefix("memory")
                .is_some_and(|n| n.parse::<u32>().is_ok())
        })
        .filter(|name| {
            let state = tree.line(&format!("{DIR}/{name}/online"));
            state.is_none_or(|state| state == "1")
        })
        .count();
    let bytes = u64::try_from(online)
        .ok()
        .and_then(|n| n.checked_mul(block));
    match bytes.map(|bytes| bytes >> 20) {
        None | Some(0) => Fact::unknown_because(UnknownCode::NotFound, source()),
        Some(mib) if is_module_sum(mib) || is_virtual_machine(tree).value() == Some(&true) => {
            Fact::known(Mebibytes(mib), source())
        }
        Some(mib) => Fact::unknown_because(
            UnknownCode::NotSupported,
            format!("{}: {mib} MiB, of which part was taken before", source()),
        ),
    }
}

fn is_module_sum(mib: u64) -> bool {
    let odd = mib.checked_shr(mib.trailing_zeros()).unwrap_or(0);
    mib >= 512 && matches!(odd, 1 | 3 | 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_modules_can_have() {
        for gib in [1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128] {
            assert!(is_module_sum(gib << 10), "{gib}");
        }
        for mib in [0, 3_968, 14 << 10, 15 << 10, 16_000, 62 << 10] {
            assert!(!is_module_sum(mib), "{mib}");
        }
    }
}
