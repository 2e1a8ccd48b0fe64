//! Which clock figures may be called a base clock.

use crate::model::units::Megahertz;

/// The clock behind `@` in an Intel brand string, which is the vendor's base clock. A name cut short (`@ 3.20GH`) still
/// tells it.
///
/// Not believed: Rosetta's invented name, and 11th-generation embedded parts (`…G7E`, `…GRE`), whose name states
/// another of their configurable clocks.
pub(super) fn clock_in_brand(brand: &str) -> Option<Megahertz> {
    if brand.contains("VirtualApple") || brand.split_whitespace().any(is_embedded_tiger_lake) {
        return None;
    }
    let (_, behind) = brand.rsplit_once('@')?;
    let behind = behind.trim();
    let digits = behind
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(behind.len());
    let (number, unit) = behind.split_at(digits);
    let scale = match unit.trim_start().chars().next() {
        Some('G' | 'g') => 1_000.0,
        Some('M' | 'm') => 1.0,
        _ => return None,
    };
    plausible(number.parse::<f64>().ok()? * scale)
}

fn is_embedded_tiger_lake(word: &str) -> bool {
    let Some((_, model)) = word.split_once('-') else {
        return false;
    };
    let letters: String = model
        .chars()
        .skip_while(char::is_ascii_digit)
        .collect::<String>()
        .to_ascii_uppercase();
    model.starts_with("11") && letters.starts_with('G') && letters.ends_with('E')
}

/// A clock in MHz that a PC processor can have.
pub(super) fn plausible(mhz: f64) -> Option<Megahertz> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie between 100 and 10,000"
    )]
    (100.0..=10_000.0)
        .contains(&mhz)
        .then(|| Megahertz(mhz.round() as u32))
}

/// A clock in kHz, as sysfs writes them.
pub(super) fn from_khz(khz: u64) -> Option<Megahertz> {
    let mhz = u32::try_from(khz / 1_000).ok()?;
    plausible(f64::from(mhz))
}

/// Whether CPUID leaf 16h states the vendor's base clock for a processor of this name. It does for Intel's desktop
/// parts; on mobile parts it states another figure for most. Of those, only the names without `@` (12th generation and
/// later) ever need it.
#[cfg(any(
    test,
    target_os = "windows",
    all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64"))
))]
pub(super) fn leaf_16h_is_base(brand: &str) -> bool {
    const DESKTOP: [&str; 9] = ["", "F", "K", "KF", "KS", "T", "TE", "S", "E"];
    let words: Vec<&str> = brand.split_whitespace().collect();
    let split = |model: &str| -> Option<(u32, String)> {
        let end = model
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(model.len());
        let (digits, suffix) = model.split_at(end);
        Some((digits.parse().ok()?, suffix.to_owned()))
    };
    words.windows(3).any(|w| match w {
        // `Intel(R) Core(TM) Ultra 7 265K`: desktop is series 2 only; series 1 and 3 are laptop silicon.
        ["Ultra", _, model] => split(model).is_some_and(|(number, suffix)| {
            (200..300).contains(&number) && DESKTOP.contains(&suffix.as_str())
        }),
        _ => false,
    }) || words.iter().any(|word| {
        // `12th Gen Intel(R) Core(TM) i5-12500T`
        let Some((tier, model)) = word.split_once('-') else {
            return false;
        };
        matches!(tier, "i3" | "i5" | "i7" | "i9")
            && split(model).is_some_and(|(number, suffix)| {
                (12_000..15_000).contains(&number) && DESKTOP.contains(&suffix.as_str())
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_names() {
        let mhz = |s: &str| clock_in_brand(s).map(|m| m.0);
        assert_eq!(mhz("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz"), Some(2_100));
        assert_eq!(mhz("Intel(R) Core(TM) i5 CPU 650 @ 3.20GH"), Some(3_200));
        assert_eq!(mhz("Intel(R) Atom(TM) CPU @ 900MHz"), Some(900));
        assert_eq!(mhz("Intel(R) Core(TM) i5 CPU"), None);
        assert_eq!(mhz("VirtualApple @ 2.50GHz processor"), None);
        assert_eq!(mhz("11th Gen Intel(R) Core(TM) i7-1185GRE @ 2.80GHz"), None);
        assert_eq!(mhz("11th Gen Intel(R) Core(TM) i5-1145G7E @ 2.60GHz"), None);
        assert_eq!(
            mhz("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz"),
            Some(2_800)
        );
        assert_eq!(mhz("x @ 0.00GHz"), None);
        assert_eq!(mhz("x @ "), None);
        assert_eq!(mhz("x @ 99999GHz"), None);
        assert_eq!(mhz("x @ 1.2.3GHz"), None);
    }

    #[test]
    fn leaf_16h_only_for_desktop_names() {
        for name in [
            "12th Gen Intel(R) Core(TM) i5-12500T",
            "Intel(R) Core(TM) i9-14900KF",
            "Intel(R) Core(TM) Ultra 7 265K",
            "Intel(R) Core(TM) Ultra 5 235",
        ] {
            assert!(leaf_16h_is_base(name), "{name}");
        }
        for name in [
            "12th Gen Intel(R) Core(TM) i5-1240P",
            "12th Gen Intel(R) Core(TM) i7-12700H",
            "13th Gen Intel(R) Core(TM) i9-13980HX",
            "Intel(R) Core(TM) Ultra 5 125H",
            "Intel(R) Core(TM) Ultra 7 355",
            "Intel(R) Core(TM) 7 150U",
            "AMD Ryzen 7 7700X 8-Core Processor",
            "Intel Core Processor (Skylake, IBRS)",
        ] {
            assert!(!leaf_16h_is_base(name), "{name}");
        }
    }
}
