//! Power supplies and the platform's profile, by sysfs.

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::power::{PowerFacts, PowerSupply};

const SUPPLIES: &str = "sys/class/power_supply";

/// Reads it.
pub(super) fn read(tree: &Tree) -> PowerFacts {
    let mut mains = None;
    let mut discharging = None;
    let mut charge = None;
    for name in tree.list(SUPPLIES).unwrap_or_default() {
        let file = |leaf: &str| tree.line(&format!("{SUPPLIES}/{name}/{leaf}"));
        // Mice, headsets and pens have batteries, too.
        if file("scope").as_deref() == Some("Device") {
            continue;
        }
        match file("type").as_deref() {
            Some("Mains" | "USB" | "USB_C" | "USB_PD" | "Wireless") => {
                let online = file("online").is_some_and(|o| o != "0");
                if online || mains.is_none() {
                    mains = Some((online, format!("/{SUPPLIES}/{name}/online")));
                }
            }
            Some("Battery") if file("present").as_deref() != Some("0") => {
                let status = file("status").unwrap_or_default();
                if status == "Discharging" || discharging.is_none() {
                    discharging = Some((
                        status == "Discharging",
                        format!("/{SUPPLIES}/{name}/status"),
                    ));
                }
                let percent = file("capacity").and_then(|c| c.parse::<u8>().ok());
                if let Some(percent) = percent.filter(|p| *p <= 100) {
                    charge.get_or_insert((percent, format!("/{SUPPLIES}/{name}/capacity")));
                }
            }
            _ => {}
        }
    }
    let supply = match (mains, discharging) {
        (_, Some((true, source))) => Fact::known(PowerSupply::Battery, source),
        (Some((true, source)), _) | (_, Some((false, source))) => {
            Fact::known(PowerSupply::Mains, source)
        }
        // A desktop's supply is in no list, and a list without a battery is a desktop's or a guest's.
        _ => Fact::unknown_because(UnknownCode::NotFound, format!("/{SUPPLIES}")),
    };
    PowerFacts {
        supply,
        charge: charge.map_or_else(
            || Fact::unknown_because(UnknownCode::NotFound, format!("/{SUPPLIES}: no battery")),
            |(percent, source)| Fact::known(percent, source),
        ),
        plan: plan(tree),
    }
}

/// `low-power`, `balanced`, `performance` …: what power-profiles-daemon and others set in the firmware; without it the
/// governor of the first processor.
fn plan(tree: &Tree) -> Fact<String> {
    let file = |path: &str| {
        let value = tree.line(path)?;
        (!value.is_empty()).then(|| Fact::known(value, format!("/{path}")))
    };
    file("sys/firmware/acpi/platform_profile")
        .or_else(|| file("sys/devices/system/cpu/cpufreq/policy0/energy_performance_preference"))
        .or_else(|| file("sys/devices/system/cpu/cpufreq/policy0/scaling_governor"))
        .unwrap_or_else(|| {
            Fact::unknown_because(
                UnknownCode::NotFound,
                "/sys/firmware/acpi/platform_profile, cpufreq",
            )
        })
}
