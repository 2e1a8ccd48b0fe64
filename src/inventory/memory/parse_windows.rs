//! Memory, from what the calls return and, where the firmware's sum is not to be had, from its list of modules.

use crate::inventory::unknown::why;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::MemoryFacts;
use crate::model::units::Mebibytes;

use super::smbios;

/// What the calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MemoryRows {
    /// `GetPhysicallyInstalledSystemMemory`, KiB.
    pub(super) installed_kib: Result<u64, Unknown>,
    /// `GetSystemFirmwareTable('RSMB')`.
    pub(super) smbios: Result<Vec<u8>, Unknown>,
    /// `GlobalMemoryStatusEx`, bytes.
    pub(super) usable_bytes: Result<u64, Unknown>,
}

/// More than any PC has: 64 TiB. Above is a wrong unit.
const LARGEST: u64 = 64 << 20;

/// The facts.
pub(super) fn memory(rows: &MemoryRows) -> MemoryFacts {
    let usable = match &rows.usable_bytes {
        Ok(bytes) => Fact::known(Mebibytes(bytes >> 20), "GlobalMemoryStatusEx ullTotalPhys"),
        Err(said) => Fact::Unknown(said.clone()),
    };
    let least = usable.value().map_or(1, |u| u.0.max(1));
    let plausible = |mebibytes: u64, source: &str| {
        if (least..=LARGEST).contains(&mebibytes) {
            Fact::known(Mebibytes(mebibytes), source)
        } else {
            Fact::unknown_because(
                UnknownCode::Unparsable,
                format!("{source}: {mebibytes} MiB installed, {least} MiB usable"),
            )
        }
    };
    let stated = match &rows.installed_kib {
        Ok(kib) => plausible(kib >> 10, "GetPhysicallyInstalledSystemMemory"),
        Err(said) => Fact::Unknown(said.clone()),
    };
    let installed = stated.or_else(|| {
        let modules = rows
            .smbios
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|table| modules(table));
        match modules {
            Ok(sum) => plausible(sum, "SMBIOS type 17, sum of the modules"),
            Err(said) => Fact::Unknown(said),
        }
    });
    MemoryFacts { installed, usable }
}

/// Sum of the memory modules in MiB, from the table with the 8 bytes that Windows puts before it (`RawSMBIOSData`).
fn modules(raw: &[u8]) -> Result<u64, Unknown> {
    raw.get(8..)
        .and_then(smbios::module_sum)
        .map(|(kib, _)| kib >> 10)
        .ok_or_else(|| why(UnknownCode::Unparsable, "SMBIOS: no sum of the modules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(sizes: &[(u16, u32, u8)]) -> Vec<u8> {
        let mut raw = vec![0_u8; 8];
        // A BIOS structure with texts before the modules, as every machine has.
        raw.extend([0, 6, 1, 0, 1, 2]);
        raw.extend(b"Vendor\0Version\0\0");
        for (size, extended, kind) in sizes {
            let mut body = vec![0_u8; 0x22];
            body[0] = 17;
            body[1] = 0x22;
            body[0x0c..0x0e].copy_from_slice(&size.to_le_bytes());
            body[0x12] = *kind;
            body[0x1c..0x20].copy_from_slice(&extended.to_le_bytes());
            raw.extend(body);
            raw.extend([0, 0]);
        }
        raw.extend([127, 4, 0, 0, 0, 0]);
        raw
    }
    fn rows(installed: Option<u64>, table: Vec<u8>, usable_mib: u64) -> MemoryRows {
        MemoryRows {
            installed_kib: installed.ok_or_else(|| why(UnknownCode::Failed, "error 13")),
            smbios: Ok(table),
            usable_bytes: Ok(usable_mib << 20),
        }
    }
    fn installed(rows: &MemoryRows) -> Option<(u64, String)> {
        let fact = memory(rows).installed;
        fact.value()
            .map(|m| (m.0, fact.source().unwrap_or_default().to_owned()))
    }

    #[test]
    fn installed_not_usable_is_what_counts() {
        let facts = memory(&rows(Some(4_194_304), Vec::new(), 3_993));
        assert_eq!(facts.installed.value(), Some(&Mebibytes(4_096)));
        assert_eq!(facts.usable.value(), Some(&Mebibytes(3_993)));
    }

    #[test]
    fn a_failed_call_leaves_the_modules() {
        let read = installed(&rows(
            None,
            table(&[(8_192, 0, 26), (0, 0, 2), (0x7fff, 32_768, 26)]),
            40_000,
        ));
        let (size, source) = read.expect("a sum");
        assert_eq!(size, 40_960);
        assert!(source.contains("type 17"));
        // Firmware flash is no memory; sizes may be in KiB.
        let flash = table(&[(16, 0, 9), (0x8000 | 0x4000, 0, 3), (2_048, 0, 3)]);
        assert_eq!(
            installed(&rows(None, flash, 2_000)).map(|r| r.0),
            Some(2_064)
        );
    }

    #[test]
    fn figures_that_cannot_be_are_not_taken() {
        // Less than Windows uses, and a wrong unit.
        for kib in [1_024, 7_850_120 << 30] {
            let read = installed(&rows(Some(kib), table(&[(8_192, 0, 26)]), 7_900));
            assert_eq!(read.map(|r| r.0), Some(8_192), "{kib}");
        }
        assert_eq!(installed(&rows(Some(1_024), Vec::new(), 7_900)), None);
    }

    #[test]
    fn broken_tables_end_without_a_panic() {
        let whole = table(&[(8_192, 0, 26)]);
        for end in 0..whole.len() {
            let _ = modules(&whole[..end]);
        }
        for bad in [
            vec![0; 9],
            vec![0xff; 64],
            vec![0, 0, 0, 0, 0, 0, 0, 0, 17, 0],
        ] {
            assert!(modules(&bad).is_err(), "{bad:?}");
        }
    }
}
