//! Processor facts, from the registry, the topology calls and CPUID.

use crate::inventory::sys::windows_rows::{CoreRow, CpuidRow, Key, Registry};
use crate::inventory::unknown::why;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{CpuFacts, CpuSignature};
use crate::model::units::Megahertz;

use super::base_clock::{ClockHints, base_clock};

const PROCESSOR: &str = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0";
const TOPOLOGY: &str = "GetLogicalProcessorInformationEx";

/// What the calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CpuRows {
    /// Physical cores.
    pub(super) cores: Result<Vec<CoreRow>, Unknown>,
    /// `MaxMhz` of each logical processor.
    pub(super) max_mhz: Result<Vec<u32>, Unknown>,
    /// CPUID; none where this program does not run on an x86 processor itself.
    pub(super) cpuid: Option<CpuidRow>,
    /// Windows 10 or later: kinds of cores are told apart.
    pub(super) tells_kinds: bool,
}

/// The rows of `GetLogicalProcessorInformationEx(RelationProcessorCore)`, on a system whose pointers are `pointer`
/// bytes long: relationship and size (4 bytes each), then `PROCESSOR_RELATIONSHIP`: flags, class, 20 reserved bytes,
/// count of groups (2 bytes), and for each group its mask (a pointer's length) and 8 bytes more.
pub(super) fn cores(raw: &[u8], pointer: usize) -> Result<Vec<CoreRow>, Unknown> {
    const MASKS: usize = 32;
    let mut rows = Vec::new();
    let mut rest = raw;
    while let Some(size) = number(rest, 4, 4).and_then(|n| usize::try_from(n).ok()) {
        let Some(row) = rest.get(..size).filter(|r| r.len() >= MASKS) else {
            break;
        };
        let groups = number(row, 30, 2).and_then(|n| usize::try_from(n).ok());
        let threads = row
            .get(MASKS..)
            .unwrap_or_default()
            .chunks_exact(pointer + 8)
            .take(groups.unwrap_or(0))
            .filter_map(|group| number(group, 0, pointer))
            .map(u64::count_ones)
            .sum();
        if number(row, 0, 4) == Some(0) {
            rows.push(CoreRow {
                efficiency_class: row.get(9).copied().unwrap_or(0),
                threads,
            });
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    if rows.is_empty() {
        return Err(why(UnknownCode::Unparsable, format!("{TOPOLOGY}: no core")));
    }
    Ok(rows)
}

/// A little-endian number of up to 8 bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
}

/// The facts.
pub(super) fn cpu(rows: &CpuRows, registry: &dyn Registry) -> CpuFacts {
    let key = Key::machine(PROCESSOR);
    let text = |name: &str| match registry.text(&key, name) {
        // Intel pads its brand with blanks in front and at the end.
        Ok(text) if !text.trim().is_empty() => {
            Fact::known(text.trim().to_owned(), format!("{key}\\{name}"))
        }
        Ok(_) => Fact::unknown_because(UnknownCode::NotFound, format!("{key}\\{name} is empty")),
        Err(said) => Fact::Unknown(said),
    };
    let brand = text("ProcessorNameString");
    let vendor = text("VendorIdentifier");
    let signature = match registry.text(&key, "Identifier") {
        Err(said) => Fact::Unknown(said),
        Ok(text) => match signature(&text) {
            Some(signature) => Fact::known(signature, format!("{key}\\Identifier")),
            None => Fact::unknown_because(
                UnknownCode::Unparsable,
                format!(
                    "{key}\\Identifier: {}",
                    text.chars().take(80).collect::<String>()
                ),
            ),
        },
    };
    let guest = rows.cpuid.as_ref().is_some_and(|c| c.hypervisor.is_guest());
    let base_clock = base_clock(&ClockHints {
        brand: brand.value().cloned(),
        vendor: vendor.value().cloned(),
        family: signature.value().map(|s| s.family),
        leaf_16: rows.cpuid.as_ref().and_then(|c| c.leaf_16),
        counter: registry
            .number(&key, "~MHz")
            .ok()
            .map(|rate| (rate, format!("{key}\\~MHz"))),
        guest,
    });
    let (performance_cores, efficiency_cores) = kinds(rows);
    CpuFacts {
        brand,
        vendor,
        signature,
        physical_cores: count(&rows.cores, |c| u32::try_from(c.len()).ok()),
        logical_cores: count(&rows.cores, |c| {
            c.iter().map(|r| r.threads).try_fold(0, u32::checked_add)
        }),
        usable_processors: Fact::unknown_because(
            UnknownCode::NotSupported,
            "limits of a process are not asked for",
        ),
        performance_cores,
        efficiency_cores,
        base_clock,
        max_clock: max_clock(rows, guest),
    }
}

fn count(
    cores: &Result<Vec<CoreRow>, Unknown>,
    number: impl FnOnce(&[CoreRow]) -> Option<u32>,
) -> Fact<u32> {
    match cores {
        Err(said) => Fact::Unknown(said.clone()),
        Ok(cores) => match number(cores) {
            Some(n) if n > 0 => Fact::known(n, TOPOLOGY),
            _ => Fact::unknown_because(UnknownCode::Unparsable, format!("{TOPOLOGY}: no core")),
        },
    }
}

/// Performance and efficiency cores. The highest class is the fastest (Microsoft Learn, `PROCESSOR_RELATIONSHIP`);
/// all lower ones, low-power cores among them, count as efficient.
fn kinds(rows: &CpuRows) -> (Fact<u32>, Fact<u32>) {
    let both = |said: &Unknown| (Fact::Unknown(said.clone()), Fact::Unknown(said.clone()));
    let cores = match &rows.cores {
        Ok(cores) => cores,
        Err(said) => return both(said),
    };
    let Some(best) = cores.iter().map(|c| c.efficiency_class).max() else {
        return both(&why(
            UnknownCode::Unparsable,
            format!("{TOPOLOGY}: no core"),
        ));
    };
    let fast = cores.iter().filter(|c| c.efficiency_class == best).count();
    let slow = cores.len() - fast;
    if slow == 0 && !rows.tells_kinds {
        return both(&why(
            UnknownCode::NotSupported,
            "Windows before 10 does not tell kinds of cores apart",
        ));
    }
    if rows.cpuid.as_ref().is_some_and(|c| c.hypervisor.is_guest()) {
        return both(&why(
            UnknownCode::NotSupported,
            "what kind of core a virtual processor runs on changes from moment to moment",
        ));
    }
    if slow == 0 && rows.cpuid.as_ref().is_some_and(|c| c.hybrid) {
        return both(&why(
            UnknownCode::NotSupported,
            format!("{TOPOLOGY} shows one kind of core, CPUID leaf 7 says that there are more"),
        ));
    }
    let known = |n: usize| {
        u32::try_from(n).map_or_else(
            |_| Fact::unknown(UnknownCode::Unparsable),
            |n| Fact::known(n, format!("{TOPOLOGY} EfficiencyClass")),
        )
    };
    (known(fast), known(slow))
}

fn max_clock(rows: &CpuRows, guest: bool) -> Fact<Megahertz> {
    if !guest
        && let Some((base, max)) = rows.cpuid.as_ref().and_then(|c| c.leaf_16)
        && (base..=7_000).contains(&max)
        && max >= 400
    {
        return Fact::known(Megahertz(max), "CPUID leaf 16h");
    }
    match &rows.max_mhz {
        Err(said) => Fact::Unknown(said.clone()),
        Ok(all) => match all
            .iter()
            .copied()
            .filter(|m| (400..=7_000).contains(m))
            .max()
        {
            // What Windows calls the maximum leaves boost out on most machines: the true one is not lower.
            Some(max) => Fact::known(
                Megahertz(max),
                "CallNtPowerInformation MaxMhz (may leave out boost)",
            ),
            None => Fact::unknown_because(
                UnknownCode::Unparsable,
                "CallNtPowerInformation MaxMhz: no plausible figure",
            ),
        },
    }
}

/// `Intel64 Family 6 Model 158 Stepping 10`. On ARM the same value holds another kind of numbers.
fn signature(identifier: &str) -> Option<CpuSignature> {
    if identifier.trim_start().starts_with("ARM") {
        return None;
    }
    let mut words = identifier.split_ascii_whitespace();
    let mut number = |label: &str| {
        words
            .by_ref()
            .find(|w| w.eq_ignore_ascii_case(label))
            .and_then(|_| words.next())
            .and_then(|n| n.parse().ok())
    };
    Some(CpuSignature {
        family: number("Family")?,
        model: number("Model")?,
        stepping: number("Stepping")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;
    use crate::inventory::sys::windows_rows::HypervisorRow;

    fn all(kinds: &[(u8, u32, usize)]) -> Vec<CoreRow> {
        kinds
            .iter()
            .flat_map(|(class, threads, n)| {
                std::iter::repeat_n(
                    CoreRow {
                        efficiency_class: *class,
                        threads: *threads,
                    },
                    *n,
                )
            })
            .collect()
    }
    fn rows(kinds: &[(u8, u32, usize)]) -> CpuRows {
        CpuRows {
            cores: Ok(all(kinds)),
            max_mhz: Ok(vec![2_100; 4]),
            cpuid: Some(CpuidRow::default()),
            tells_kinds: true,
        }
    }
    fn registry(brand: &str, vendor: &str, identifier: &str, mhz: u32) -> Recorded {
        Recorded::new(&format!(
            "[HKLM\\{PROCESSOR}]\nProcessorNameString={brand}\nVendorIdentifier={vendor}\n\
             Identifier={identifier}\n~MHz=#{mhz}"
        ))
    }
    fn counts(facts: &CpuFacts) -> [Option<u32>; 4] {
        [
            facts.physical_cores.value().copied(),
            facts.logical_cores.value().copied(),
            facts.performance_cores.value().copied(),
            facts.efficiency_cores.value().copied(),
        ]
    }

    #[test]
    fn rows_of_the_call() {
        for pointer in [4_usize, 8] {
            let mut raw = Vec::new();
            // Two groups' masks in the second row: more than 64 processors.
            for (class, masks) in [(1_u8, vec![0b11_u64]), (0, vec![0b100, 0b1])] {
                let size = 32 + masks.len() * (pointer + 8);
                raw.extend(0_u32.to_le_bytes());
                raw.extend(u32::try_from(size).expect("a size").to_le_bytes());
                raw.extend([u8::from(class == 1), class]);
                raw.extend([0; 20]);
                raw.extend(u16::try_from(masks.len()).expect("a count").to_le_bytes());
                for mask in masks {
                    raw.extend(&mask.to_le_bytes()[..pointer]);
                    raw.extend([0; 8]);
                }
            }
            let row = |efficiency_class, threads| CoreRow {
                efficiency_class,
                threads,
            };
            assert_eq!(cores(&raw, pointer), Ok(vec![row(1, 2), row(0, 2)]));
            // Cut anywhere, it ends without a panic.
            for end in 0..raw.len() {
                let _ = cores(&raw[..end], pointer);
            }
        }
        assert!(cores(&[0; 64], 8).is_err(), "a row of no length");
        assert!(cores(&[0xff; 64], 8).is_err());
    }

    #[test]
    fn a_uniform_desktop() {
        let facts = cpu(
            &rows(&[(0, 1, 6)]),
            &registry(
                "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz",
                "GenuineIntel",
                "Intel64 Family 6 Model 158 Stepping 10",
                2_112,
            ),
        );
        assert_eq!(counts(&facts), [Some(6), Some(6), Some(6), Some(0)]);
        assert_eq!(facts.base_clock.value(), Some(&Megahertz(2_100)));
        assert_eq!(
            facts.signature.value(),
            Some(&CpuSignature {
                family: 6,
                model: 158,
                stepping: 10
            })
        );
        assert_eq!(
            facts.brand.source(),
            Some(r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0\ProcessorNameString")
        );
    }

    #[test]
    fn higher_class_means_performance() {
        // i7-1370P: 6 P with two threads, 8 E with one.
        let facts = cpu(&rows(&[(0, 1, 8), (1, 2, 6)]), &Recorded::default());
        assert_eq!(counts(&facts), [Some(14), Some(20), Some(6), Some(8)]);
        // Core Ultra 7 155H: 6 P, 8 E, 2 low-power E.
        let facts = cpu(
            &rows(&[(2, 2, 6), (1, 1, 8), (0, 1, 2)]),
            &Recorded::default(),
        );
        assert_eq!(counts(&facts), [Some(16), Some(22), Some(6), Some(10)]);
        // E-cores switched off in the firmware: eight of one kind.
        let facts = cpu(&rows(&[(1, 2, 8)]), &Recorded::default());
        assert_eq!(counts(&facts), [Some(8), Some(16), Some(8), Some(0)]);
    }

    #[test]
    fn kinds_that_windows_does_not_tell_apart_are_unknown() {
        let mut old = rows(&[(0, 1, 4)]);
        old.tells_kinds = false;
        let facts = cpu(&old, &Recorded::default());
        assert_eq!(counts(&facts), [Some(4), Some(4), None, None]);
        let mut hidden = rows(&[(0, 1, 14)]);
        hidden.cpuid = Some(CpuidRow {
            hybrid: true,
            ..CpuidRow::default()
        });
        let facts = cpu(&hidden, &Recorded::default());
        assert_eq!(counts(&facts), [Some(14), Some(14), None, None]);
    }

    #[test]
    fn amd_base_clock_is_its_counter_but_not_in_a_guest() {
        let ryzen = registry(
            "AMD Ryzen 5 3600 6-Core Processor              ",
            "AuthenticAMD",
            "AMD64 Family 23 Model 113 Stepping 0",
            3_593,
        );
        let mut real = rows(&[(0, 2, 6)]);
        let facts = cpu(&real, &ryzen);
        assert_eq!(facts.base_clock.value(), Some(&Megahertz(3_600)));
        assert_eq!(
            facts.brand.value().map(String::as_str),
            Some("AMD Ryzen 5 3600 6-Core Processor")
        );
        let hyper_v = |root| {
            Some(CpuidRow {
                hypervisor: HypervisorRow {
                    present: true,
                    signature: Some("Microsoft Hv".to_owned()),
                    root_partition: Some(root),
                },
                ..CpuidRow::default()
            })
        };
        real.cpuid = hyper_v(true);
        assert_eq!(
            cpu(&real, &ryzen).base_clock.value(),
            Some(&Megahertz(3_600))
        );
        real.cpuid = hyper_v(false);
        let guest = cpu(&real, &ryzen);
        assert_eq!(guest.base_clock.value(), None);
        assert_eq!(counts(&guest), [Some(6), Some(12), None, None]);
    }

    #[test]
    fn arm_has_no_signature_and_no_base_clock() {
        let facts = cpu(
            &CpuRows {
                cpuid: None,
                ..rows(&[(0, 1, 4), (1, 1, 4)])
            },
            &registry(
                "Snapdragon (TM) 8cx Gen 3 @ 3.0 GHz",
                "Qualcomm Technologies Inc",
                "ARMv8 (64-bit) Family 8 Model D4B Revision 0",
                2_995,
            ),
        );
        assert_eq!(facts.signature.value(), None);
        assert_eq!(facts.base_clock.value(), None);
        assert_eq!(facts.max_clock.value(), Some(&Megahertz(2_100)));
    }

    #[test]
    fn nothing_read_is_nothing_known() {
        let failed = why(UnknownCode::Failed, "no");
        let facts = cpu(
            &CpuRows {
                cores: Err(failed.clone()),
                max_mhz: Err(failed),
                cpuid: None,
                tells_kinds: true,
            },
            &Recorded::default(),
        );
        assert_eq!(counts(&facts), [None; 4]);
        assert!(facts.brand.value().is_none() && facts.max_clock.value().is_none());
        let zero = cpu(&rows(&[]), &Recorded::default());
        assert_eq!(counts(&zero), [None; 4]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_of_the_topology_call(
            raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400),
            length in 0_u8..80,
            wide in proptest::prelude::any::<bool>(),
        ) {
            let pointer = if wide { 8 } else { 4 };
            let _ = cores(&raw, pointer);
            // The same with a row length that leads deeper.
            let mut led = raw;
            for row in led.chunks_mut(usize::from(length).max(8)) {
                if let Some(at) = row.get_mut(..8) {
                    at.copy_from_slice(&[0, 0, 0, 0, length, 0, 0, 0]);
                }
            }
            let _ = cores(&led, pointer);
        }

        #[test]
        fn any_registry_texts(
            brand in "\\PC{0,60}",
            vendor in "(GenuineIntel|AuthenticAMD|\\PC{0,12})",
            identifier in "(Intel64 Family [0-9]{1,12} Model [0-9]{0,12}( Stepping [0-9]{0,12})?|\\PC{0,40})",
            mhz in proptest::prelude::any::<u32>(),
            base in proptest::prelude::any::<u32>(),
            max in proptest::prelude::any::<u32>(),
        ) {
            // '#' and ':' begin numbers and bytes in recorded rows; here all is text.
            let line = |text: &str| {
                let one = text.replace(['\r', '\n'], " ");
                one.trim_start_matches(['#', ':']).to_owned()
            };
            let mut rows = rows(&[(0, 2, 4)]);
            if let Some(cpuid) = &mut rows.cpuid {
                cpuid.leaf_16 = Some((base, max));
            }
            let facts = cpu(
                &rows,
                &registry(&line(&brand), &line(&vendor), &line(&identifier), mhz),
            );
            proptest::prop_assert!(
                facts.base_clock.value().is_none_or(|c| (100..=10_000).contains(&c.0))
            );
        }
    }
}
