//! Cameras, microphones and speakers.

use crate::model::Reason;
use crate::model::fact::Fact;
use crate::model::inventory::{Bus, Device};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{DeviceKind, DeviceRule};

use super::context::Context;
use super::outcome::Outcome;

pub(super) fn judge(
    rule: &DeviceRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let (found, path) = match rule.kind {
        DeviceKind::Camera => (&context.inventory.cameras, "inventory.cameras"),
        DeviceKind::Microphone => (&context.inventory.microphones, "inventory.microphones"),
        DeviceKind::Speaker => (&context.inventory.speakers, "inventory.speakers"),
    };
    let mut outcome = match found {
        Fact::Unknown(_) => Outcome::without(found),
        Fact::Known { value, .. } => {
            // Infrared cameras are for signing in; no meeting sees through them.
            let devices: Vec<&Device> = value.iter().filter(|d| !d.infrared).collect();
            let mut outcome = decide(rule, requirement, &devices);
            if !devices.is_empty() {
                outcome = outcome.measure(
                    What::Devices,
                    Value::Names(devices.iter().map(|d| d.name.clone()).collect()),
                );
            }
            let mut buses: Vec<Bus> = devices
                .iter()
                .filter_map(|d| d.bus.value().copied())
                .collect();
            buses.sort_unstable();
            buses.dedup();
            if !buses.is_empty() {
                outcome = outcome.measure(What::DeviceBus, Value::Buses(buses));
            }
            outcome
        }
    };
    if !rule.buses.is_empty() {
        outcome = outcome.require(What::DeviceBus, Limit::Is(Value::Buses(rule.buses.clone())));
    }
    outcome
        .require(What::Devices, Limit::AtLeast(Value::Count(1)))
        .from(path)
}

fn decide(rule: &DeviceRule, requirement: &Requirement, devices: &[&Device]) -> Outcome {
    let listed = |bus: Bus| {
        if rule.buses.is_empty() {
            bus != Bus::Virtual
        } else {
            rule.buses.contains(&bus)
        }
    };
    if devices.is_empty() {
        return Outcome::missed(requirement, Reason::DeviceMissing);
    }
    if devices
        .iter()
        .any(|d| d.bus.value().is_some_and(|b| listed(*b)))
    {
        return Outcome::pass(Reason::Met);
    }
    match devices.iter().find(|d| d.bus.value().is_none()) {
        Some(unclear) => Outcome::without(&unclear.bus),
        None => Outcome::unlisted(requirement, Reason::DeviceUnlisted),
    }
}
