//! What `GetSystemPowerStatus` and the registry's power plans say.

use crate::inventory::sys::windows_rows::{Key, PowerRow, Registry};
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::power::{PowerFacts, PowerSupply};

const STATUS: &str = "GetSystemPowerStatus";
const SCHEMES: &str = r"SYSTEM\CurrentControlSet\Control\Power\User\PowerSchemes";
/// The plans that every Windows has, and the positions of the slider that Windows 10 and 11 lay over the balanced one
/// (winnt.h: `GUID_MAX_POWER_SAVINGS` and its siblings; powersetting.h: `GUID_POWER_MODE_…`).
const NAMES: [(&str, &str); 7] = [
    ("a1841308-3541-4fab-bc81-f71556f20b4a", "power-saver"),
    ("381b4222-f694-41f0-9685-ff5bb260df2e", "balanced"),
    ("8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c", "performance"),
    (
        "e9a42b02-d5df-448d-aa00-03f14749eb61",
        "ultimate-performance",
    ),
    ("961cc777-2547-4f9d-8174-7d86181b8a7a", "power-saver"),
    ("3af9b8d9-7c97-431d-ad78-34a8bfea439f", "better-performance"),
    ("ded574b5-45a0-4f42-8737-46345c09c238", "performance"),
];

/// The facts.
pub(super) fn power(status: &Result<PowerRow, Unknown>, registry: &dyn Registry) -> PowerFacts {
    let (supply, charge) = match status {
        Err(said) => (Fact::Unknown(said.clone()), Fact::Unknown(said.clone())),
        Ok(row) => (
            match row.ac_line {
                0 => Fact::known(PowerSupply::Battery, STATUS),
                1 => Fact::known(PowerSupply::Mains, STATUS),
                _ => Fact::unknown_because(UnknownCode::NotFound, STATUS),
            },
            // Flag 128: no battery; all ones: unknown. 255 percent: unknown.
            if row.battery_flag & 128 == 0 && row.percent <= 100 {
                Fact::known(row.percent, STATUS)
            } else {
                Fact::unknown_because(UnknownCode::NotFound, format!("{STATUS}: no battery"))
            },
        ),
    };
    let on_battery = supply.value() == Some(&PowerSupply::Battery);
    PowerFacts {
        plan: plan(registry, on_battery),
        supply,
        charge,
    }
}

fn plan(registry: &dyn Registry, on_battery: bool) -> Fact<String> {
    let key = Key::machine(SCHEMES);
    let named = |id: &str| {
        let id = id.trim().trim_matches(['{', '}']);
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(id))
            .map(|(_, name)| (*name).to_owned())
    };
    let active = match registry.text(&key, "ActivePowerScheme") {
        Ok(active) => active,
        Err(said) => return Fact::Unknown(said),
    };
    let slider = if on_battery {
        "ActiveOverlayDcPowerScheme"
    } else {
        "ActiveOverlayAcPowerScheme"
    };
    // The middle position of the slider is all zeros: then the plan itself holds.
    let overlay = registry.text(&key, slider).ok();
    if let Some(name) = overlay.as_deref().and_then(named) {
        return Fact::known(name, format!("{key}\\{slider}"));
    }
    let source = format!("{key}\\ActivePowerScheme");
    // A maker's or company's own plan: `@%SystemRoot%\system32\powrprof.dll,-15,Balanced` or a plain name.
    let own = || {
        let name = registry
            .text(&key.child(active.trim()), "FriendlyName")
            .ok()?;
        let name = name
            .rsplit(',')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        (!name.is_empty()).then_some(name)
    };
    match named(&active).or_else(own) {
        Some(name) => Fact::known(name, source),
        None => Fact::unknown_because(UnknownCode::Unparsable, format!("{source} {active}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;

    fn facts(ac_line: u8, battery_flag: u8, percent: u8, plans: &str) -> PowerFacts {
        let row = PowerRow {
            ac_line,
            battery_flag,
            percent,
        };
        power(
            &Ok(row),
            &Recorded::new(&plans.replace("PLANS", &format!("HKLM\\{SCHEMES}"))),
        )
    }
    fn plan_of(facts: &PowerFacts) -> Option<&str> {
        facts.plan.value().map(String::as_str)
    }

    #[test]
    fn laptops_desktops_and_plans() {
        let laptop = facts(
            0,
            0,
            41,
            "[PLANS]\nActivePowerScheme=381B4222-f694-41f0-9685-ff5bb260df2e\n\
             ActiveOverlayDcPowerScheme=961cc777-2547-4f9d-8174-7d86181b8a7a\n\
             ActiveOverlayAcPowerScheme=ded574b5-45a0-4f42-8737-46345c09c238\n",
        );
        assert_eq!(laptop.supply.value(), Some(&PowerSupply::Battery));
        assert_eq!(laptop.charge.value(), Some(&41));
        assert_eq!(plan_of(&laptop), Some("power-saver"));
        let desktop = facts(
            1,
            128,
            255,
            "[PLANS]\nActivePowerScheme=11111111-0000-0000-0000-000000000001\n\
             ActiveOverlayAcPowerScheme=00000000-0000-0000-0000-000000000000\n\
             [PLANS\\11111111-0000-0000-0000-000000000001]\n\
             FriendlyName=@%SystemRoot%\\system32\\vendor.dll,-15,Vendor plan\n",
        );
        assert_eq!(desktop.supply.value(), Some(&PowerSupply::Mains));
        assert_eq!(desktop.charge.value(), None);
        assert_eq!(plan_of(&desktop), Some("Vendor plan"));
        let unknown = facts(255, 255, 255, "[PLANS]\nActivePowerScheme=7\n");
        assert_eq!(unknown.supply.value(), None);
        assert_eq!(unknown.charge.value(), None);
        assert_eq!(plan_of(&unknown), None);
    }
}
