//! The base clock, from the places that are known to state it. A turbo or momentary figure is never taken for it.

use crate::model::fact::{Fact, UnknownCode};
use crate::model::units::Megahertz;

use super::clock::{clock_in_brand, leaf_16h_is_base};

/// No processor that is meant here is slower or faster than this, in MHz. Outside: another leaf's data, or garbage.
const PLAUSIBLE: std::ops::RangeInclusive<u32> = 400..=7_000;

/// What the places say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ClockHints {
    /// Brand string.
    pub(super) brand: Option<String>,
    /// Vendor string.
    pub(super) vendor: Option<String>,
    /// Display family.
    pub(super) family: Option<u32>,
    /// CPUID leaf 16h: base and maximum in MHz, of the fastest processor kind; none below that leaf.
    pub(super) leaf_16: Option<(u32, u32)>,
    /// Rate of the time-stamp counter in MHz as the system measured it, and where that is written.
    pub(super) counter: Option<(u32, String)>,
    /// A guest of a hypervisor: only the name is to be trusted then.
    pub(super) guest: bool,
}

/// The base clock, in this order:
///
/// 1. The figure behind `@` in an Intel brand. (Qualcomm and Apple's Rosetta write other clocks there.)
/// 2. CPUID leaf 16h (Intel SDM vol. 2A, `CPUID`: "Processor Base Frequency"), on Intel desktop processors only: on
///    laptop ones it differs from the vendor's base clock.
/// 3. On AMD from family 17h the rate of the time-stamp counter, which counts at the frequency of P-state 0 (AMD PPR
///    for family 17h, "TSC"), the highest one that is not a boost. Overclocking that state raises it.
pub(super) fn base_clock(hints: &ClockHints) -> Fact<Megahertz> {
    let intel = hints.vendor.as_deref() == Some("GenuineIntel")
        || hints.brand.as_deref().is_some_and(|b| b.contains("Intel"));
    let brand = hints.brand.as_deref().unwrap_or_default();
    if intel && let Some(clock) = clock_in_brand(brand) {
        return Fact::known(clock, "processor name, figure behind @");
    }
    if hints.guest {
        return Fact::unknown_because(
            UnknownCode::NotSupported,
            "a virtual machine does not tell the processor's base clock",
        );
    }
    if intel
        && leaf_16h_is_base(brand)
        && let Some((base, max)) = hints.leaf_16
        && PLAUSIBLE.contains(&base)
        && (max == 0 || base <= max)
    {
        return Fact::known(Megahertz(base), "CPUID leaf 16h");
    }
    let amd = hints.vendor.as_deref() == Some("AuthenticAMD");
    if amd
        && hints.family.is_some_and(|f| f >= 0x17)
        && let Some((rate, place)) = &hints.counter
        && PLAUSIBLE.contains(rate)
    {
        return Fact::known(
            Megahertz(nominal(*rate)),
            format!("{place} (time-stamp counter, which counts at the base clock on this family)"),
        );
    }
    Fact::unknown_because(
        UnknownCode::NotFound,
        "neither the processor's name nor the system states the base clock",
    )
}

/// A measured rate as the nominal one: clocks are multiples of 100 MHz, seldom of 25, and measuring is off by up to
/// 0.4 % (spread spectrum, a reference of 99.8 MHz).
fn nominal(rate: u32) -> u32 {
    let hundreds = (rate + 50) / 100 * 100;
    if rate.abs_diff(hundreds) * 1_000 <= rate * 4 {
        hundreds
    } else {
        (rate + 12) / 25 * 25
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intel(brand: &str, leaf_16: Option<(u32, u32)>) -> ClockHints {
        ClockHints {
            brand: Some(brand.to_owned()),
            vendor: Some("GenuineIntel".to_owned()),
            family: Some(6),
            leaf_16,
            ..ClockHints::default()
        }
    }
    fn mhz(hints: &ClockHints) -> Option<u32> {
        base_clock(hints).value().map(|m| m.0)
    }

    #[test]
    fn the_name_comes_first() {
        for (brand, clock) in [
            ("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", Some(2_100)),
            ("Intel(R) Core(TM) i7-2600 CPU @ 3.20GH", Some(3_200)),
            ("Intel(R) Core(TM)2 CPU 6600 @ 2.40GHz", Some(2_400)),
            ("Intel(R) Atom(TM) CPU N270 @ 1.60GHz", Some(1_600)),
            ("Intel(R) Core(TM) i7-1065G7 CPU @ 1.30GHz", Some(1_300)),
            ("Intel(R) Xeon(R) CPU @ 900MHz", Some(900)),
            ("Intel(R) Core(TM) i5 CPU", None),
            ("Intel(R) Core(TM) i5 CPU @ ", None),
            ("Intel(R) Core(TM) i5 CPU @ 99999999999.0GHz", None),
            ("Intel(R) Core(TM) i5 CPU @ 0.00GHz", None),
        ] {
            // The leaf says another figure: on these names it must not be asked.
            assert_eq!(mhz(&intel(brand, Some((9, 9)))), clock, "{brand}");
        }
    }

    #[test]
    fn a_figure_behind_at_is_no_base_clock_on_other_vendors() {
        for (brand, vendor) in [
            (
                "Snapdragon (TM) 8cx Gen 3 @ 3.0 GHz",
                "Qualcomm Technologies Inc",
            ),
            ("VirtualApple @ 2.50GHz processor", "VirtualApple"),
        ] {
            let hints = ClockHints {
                brand: Some(brand.to_owned()),
                vendor: Some(vendor.to_owned()),
                ..ClockHints::default()
            };
            assert_eq!(mhz(&hints), None, "{brand}");
        }
    }

    #[test]
    fn leaf_16_speaks_for_desktop_processors_only() {
        let leaf = Some((2_000, 4_600));
        for brand in [
            "12th Gen Intel(R) Core(TM) i5-12500T",
            "13th Gen Intel(R) Core(TM) i7-13700",
            "Intel(R) Core(TM) i9-14900KS",
            "Intel(R) Core(TM) Ultra 7 265K",
            "Intel(R) Core(TM) Ultra 5 225",
        ] {
            assert_eq!(mhz(&intel(brand, leaf)), Some(2_000), "{brand}");
        }
        for brand in [
            "12th Gen Intel(R) Core(TM) i5-1240P",
            "13th Gen Intel(R) Core(TM) i7-13700H",
            "13th Gen Intel(R) Core(TM) i9-13980HX",
            "Intel(R) Core(TM) Ultra 5 125H",
            "Intel(R) Core(TM) Ultra 7 355",
            "Intel(R) Core(TM) Ultra 7 258V",
            "Intel(R) Core(TM) i3-N305",
            "Intel(R) N100",
            "Intel Core Processor (Skylake, IBRS)",
        ] {
            assert_eq!(mhz(&intel(brand, leaf)), None, "{brand}");
        }
    }

    #[test]
    fn leaf_16_garbage_and_guests_are_refused() {
        let brand = "12th Gen Intel(R) Core(TM) i5-12500";
        for leaf in [None, Some((0, 0)), Some((7, 0)), Some((4_600, 3_000))] {
            assert_eq!(mhz(&intel(brand, leaf)), None, "{leaf:?}");
        }
        let guest = ClockHints {
            guest: true,
            ..intel(brand, Some((3_000, 4_600)))
        };
        assert_eq!(mhz(&guest), None);
    }

    #[test]
    fn the_counter_speaks_for_amd_from_family_17h() {
        let amd = |family, rate| ClockHints {
            brand: Some("AMD Ryzen 5 3600 6-Core Processor".to_owned()),
            vendor: Some("AuthenticAMD".to_owned()),
            family: Some(family),
            counter: Some((rate, "~MHz".to_owned())),
            ..ClockHints::default()
        };
        for (rate, clock) in [
            (3_593, 3_600),
            (3_194, 3_200),
            (2_095, 2_100),
            (4_686, 4_700),
            (3_700, 3_700),
            (2_325, 2_325),
        ] {
            assert_eq!(mhz(&amd(0x17, rate)), Some(clock), "{rate}");
            assert_eq!(mhz(&amd(0x1a, rate)), Some(clock), "{rate}");
        }
        assert_eq!(mhz(&amd(0x15, 3_600)), None);
        assert_eq!(mhz(&amd(0x17, 0)), None);
        let guest = ClockHints {
            guest: true,
            ..amd(0x19, 3_593)
        };
        assert_eq!(mhz(&guest), None);
        // Intel's counter does not run at the base clock of every model.
        let other = ClockHints {
            counter: Some((3_600, "~MHz".to_owned())),
            ..intel("12th Gen Intel(R) Core(TM) i5-1240P", None)
        };
        assert_eq!(mhz(&other), None);
    }
}
