//! The processor of a Mac, by `sysctl`.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::inventory::mac::sysctl;
use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::AllUnknown;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{CpuFacts, CpuSignature};
use crate::model::units::Megahertz;

use super::clock::clock_in_brand;

struct Values(BTreeMap<String, String>);

impl Values {
    fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.0.get(name)?.parse().ok()
    }

    fn fact<T: FromStr>(&self, name: &str) -> Fact<T> {
        match self.0.get(name).map(|v| v.parse()) {
            Some(Ok(value)) => Fact::known(value, format!("sysctl {name}")),
            Some(Err(_)) => {
                Fact::unknown_because(UnknownCode::Unparsable, format!("sysctl {name}"))
            }
            None => Fact::unknown_because(UnknownCode::NotFound, format!("sysctl {name}")),
        }
    }

    /// A count, of which there is at least one.
    fn count(&self, name: &str) -> Fact<u32> {
        match self.fact(name) {
            Fact::Known { value: 0, source } => {
                Fact::unknown_because(UnknownCode::Unparsable, format!("{source} is 0"))
            }
            fact => fact,
        }
    }
}

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> CpuFacts {
    let values = match sysctl(mac, &["hw", "machdep.cpu"]) {
        Ok(values) => Values(values),
        Err(why) => return CpuFacts::all_unknown(&why),
    };
    let brand: Fact<String> = match values.fact::<String>("machdep.cpu.brand_string") {
        // Rosetta's invention, where even the native way was answered in its place.
        Fact::Known { value, .. } if value.starts_with("VirtualApple") => {
            Fact::unknown_because(UnknownCode::NotSupported, value)
        }
        fact => fact,
    };
    let apple = brand.value().is_some_and(|b| b.starts_with("Apple "));
    let physical_cores = values.count("hw.physicalcpu");
    let (performance_cores, efficiency_cores) = kinds(&values, apple, &physical_cores);
    CpuFacts {
        vendor: if apple {
            Fact::known("Apple".to_owned(), "sysctl machdep.cpu.brand_string")
        } else {
            values.fact("machdep.cpu.vendor")
        },
        signature: signature(&values),
        logical_cores: values.count("hw.logicalcpu"),
        usable_processors: Fact::unknown_because(
            UnknownCode::NotSupported,
            "macOS binds no process to processors",
        ),
        performance_cores,
        efficiency_cores,
        base_clock: base_clock(apple, &brand),
        max_clock: Fact::unknown_because(UnknownCode::NotSupported, "macOS does not tell it"),
        physical_cores,
        brand,
    }
}

fn signature(values: &Values) -> Fact<CpuSignature> {
    let read = |name: &str| values.number::<u32>(&format!("machdep.cpu.{name}"));
    match (read("family"), read("model"), read("stepping")) {
        (Some(family), Some(model), Some(stepping)) => Fact::known(
            CpuSignature {
                family,
                model,
                stepping,
            },
            "sysctl machdep.cpu.family, model, stepping",
        ),
        _ => Fact::unknown_because(UnknownCode::NotSupported, "sysctl machdep.cpu.family"),
    }
}

/// Level 0 is the strongest kind of core, the last level the efficiency cores.
fn kinds(values: &Values, apple: bool, physical: &Fact<u32>) -> (Fact<u32>, Fact<u32>) {
    let uniform = |source: &str| (physical.clone(), Fact::known(0, source));
    match values.number::<u32>("hw.nperflevels") {
        Some(1) => uniform("sysctl hw.nperflevels 1"),
        Some(levels @ 2..=8) => {
            let level = |n: u32| values.count(&format!("hw.perflevel{n}.physicalcpu"));
            let efficiency = level(levels - 1);
            let mut performance = level(0);
            for n in 1..levels - 1 {
                performance = match (performance, level(n).value()) {
                    (Fact::Known { value, source }, Some(more)) => {
                        Fact::known(value.saturating_add(*more), source)
                    }
                    (fact, _) => fact,
                };
            }
            (performance, efficiency)
        }
        // No Mac with an Intel processor has cores of two kinds.
        None if !apple && values.0.contains_key("machdep.cpu.vendor") => {
            uniform("sysctl machdep.cpu.vendor: Macs with Intel processors have one kind of core")
        }
        _ => {
            let none = || Fact::unknown_because(UnknownCode::NotFound, "sysctl hw.nperflevels");
            (none(), none())
        }
    }
}

fn base_clock(apple: bool, brand: &Fact<String>) -> Fact<Megahertz> {
    if apple {
        return Fact::unknown_because(
            UnknownCode::NotSupported,
            "Apple states no base clock for its processors",
        );
    }
    match brand.value().and_then(|b| clock_in_brand(b)) {
        Some(clock) => Fact::known(clock, "clock in the name, sysctl machdep.cpu.brand_string"),
        None => Fact::unknown_because(UnknownCode::NotFound, "the name states no clock"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn apple_silicon() {
        let cpu = read(&recorded("macbook-pro-m1-pro"));
        assert_eq!(cpu.brand.value().map(String::as_str), Some("Apple M1 Pro"));
        assert_eq!(cpu.vendor.value().map(String::as_str), Some("Apple"));
        assert_eq!(cpu.physical_cores.value(), Some(&10));
        assert_eq!(cpu.performance_cores.value(), Some(&8));
        assert_eq!(cpu.efficiency_cores.value(), Some(&2));
        assert_eq!(cpu.base_clock.value(), None);
        assert_eq!(cpu.signature.value(), None);
    }

    #[test]
    fn intel() {
        let cpu = read(&recorded("imac-intel").built_for("x86_64"));
        assert_eq!(cpu.vendor.value().map(String::as_str), Some("GenuineIntel"));
        assert_eq!(cpu.base_clock.value(), Some(&Megahertz(3_400)));
        assert_eq!(cpu.physical_cores.value(), Some(&4));
        assert_eq!(cpu.performance_cores.value(), Some(&4));
        assert_eq!(cpu.efficiency_cores.value(), Some(&0));
        assert_eq!(cpu.signature.value().map(|s| s.model), Some(158));
    }

    #[test]
    fn rosetta_is_looked_through() {
        let cpu = read(&recorded("rosetta").built_for("x86_64"));
        assert_eq!(cpu.brand.value().map(String::as_str), Some("Apple M2"));
        assert_eq!(cpu.base_clock.value(), None);
        assert_eq!(cpu.performance_cores.value(), Some(&4));
    }
}
