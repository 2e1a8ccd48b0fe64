//! Power of a Mac, by `pmset`.

use crate::inventory::sys::macos::Mac;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::power::{PowerFacts, PowerSupply};

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> PowerFacts {
    const BATT: &str = "pmset -g batt";
    let (supply, charge) = match mac.run("/usr/bin/pmset", &["-g", "batt"]) {
        Err(why) => (Fact::Unknown(why.clone()), Fact::Unknown(why)),
        Ok(text) => (supply(&text, BATT), charge(&text, BATT)),
    };
    PowerFacts {
        supply,
        charge,
        plan: match mac.run("/usr/bin/pmset", &["-g"]) {
            Err(why) => Fact::Unknown(why),
            Ok(text) => plan(&text),
        },
    }
}

/// `Now drawing from 'Battery Power'`.
fn supply(text: &str, source: &str) -> Fact<PowerSupply> {
    let supply = if text.contains("'AC Power'") {
        PowerSupply::Mains
    } else if text.contains("'Battery Power'") {
        PowerSupply::Battery
    } else {
        return Fact::unknown_because(UnknownCode::Unparsable, source);
    };
    Fact::known(supply, source)
}

/// ` -InternalBattery-0 (id=1234)  87%; discharging; …`; a UPS is listed in the same way and is none of it.
fn charge(text: &str, source: &str) -> Fact<u8> {
    text.lines()
        .filter(|line| line.contains("InternalBattery"))
        .find_map(|line| {
            let (before, _) = line.split_once('%')?;
            let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse().ok().filter(|p| *p <= 100)
        })
        .map_or_else(
            || Fact::unknown_because(UnknownCode::NotFound, source),
            |percent| Fact::known(percent, source),
        )
}

/// ` lowpowermode         1`, on newer Macs ` powermode            2` (0 automatic, 1 low, 2 high).
fn plan(text: &str) -> Fact<String> {
    let field = |name: &str| {
        text.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some(name)).then(|| words.next().unwrap_or_default().to_owned())
        })
    };
    let name = match (
        field("powermode").as_deref(),
        field("lowpowermode").as_deref(),
    ) {
        (Some("2"), _) => "performance",
        (Some("1"), _) | (None, Some("1")) => "power-saver",
        (Some("0"), _) | (None, Some("0")) => "balanced",
        _ => return Fact::unknown_because(UnknownCode::NotFound, "pmset -g"),
    };
    Fact::known(name.to_owned(), "pmset -g")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pmset_prints() {
        let on_battery = "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=21561443)\t87%; discharging; 5:12 remaining present: true\n";
        assert_eq!(supply(on_battery, "x").value(), Some(&PowerSupply::Battery));
        assert_eq!(charge(on_battery, "x").value(), Some(&87));
        assert_eq!(
            supply("Now drawing from 'AC Power'\n", "x").value(),
            Some(&PowerSupply::Mains)
        );
        assert_eq!(charge("Now drawing from 'AC Power'\n", "x").value(), None);
        assert_eq!(charge("InternalBattery é999%", "x").value(), None);
        assert_eq!(
            plan("Currently in use:\n lowpowermode         1\n")
                .value()
                .map(String::as_str),
            Some("power-saver")
        );
        assert_eq!(plan("").value(), None);
    }
}
