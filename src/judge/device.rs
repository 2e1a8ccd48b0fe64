//! Cameras, microphones and speakers.

use crate::model::device_use::{Access, DeviceState, TrialOutcome};
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Bus, Device};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{DeviceKind, DeviceRule};
use crate::model::{Reason, Verdict};

use super::context::Context;
use super::outcome::Outcome;

/// What is asked of one kind of device.
struct Asked<'a> {
    found: &'a Fact<Vec<Device>>,
    path: &'static str,
    /// Whether programs may use it, and where that stands.
    access: Option<(&'a Fact<Access>, &'static str)>,
}

pub(super) fn judge(
    rule: &DeviceRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let asked = asked(rule.kind, context);
    let mut outcome = match asked.found {
        Fact::Unknown(_) => Outcome::without(asked.found),
        Fact::Known { value, .. } => {
            // Infrared cameras are for signing in; no meeting sees through them.
            let usable = |d: &&Device| !d.infrared && d.state.is_active();
            let devices: Vec<&Device> = value.iter().filter(usable).collect();
            let disabled = value.iter().any(|d| d.state == DeviceState::Disabled);
            let mut outcome = if devices.is_empty() && disabled {
                Outcome::missed(requirement, Reason::DeviceDisabled)
            } else {
                let outcome = decide(rule, requirement, &devices);
                match outcome.verdict {
                    Verdict::Pass => in_use(rule, requirement, &devices, &asked, outcome),
                    _ => outcome,
                }
            };
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
        .from(asked.path)
}

fn asked<'a>(kind: DeviceKind, context: &Context<'a>) -> Asked<'a> {
    let inventory = context.inventory;
    match kind {
        DeviceKind::Camera => Asked {
            found: &inventory.cameras,
            path: "inventory.cameras",
            access: Some((&inventory.privacy.camera, "inventory.privacy.camera")),
        },
        DeviceKind::Microphone => Asked {
            found: &inventory.microphones,
            path: "inventory.microphones",
            access: Some((
                &inventory.privacy.microphone,
                "inventory.privacy.microphone",
            )),
        },
        DeviceKind::Speaker => Asked {
            found: &inventory.speakers,
            path: "inventory.speakers",
            access: None,
        },
    }
}

/// Devices that are there and listed: may programs use them, and if they were tried, did they give anything? What was
/// not read of either changes nothing; a sign of a refusal that proves none takes the pass away.
fn in_use(
    rule: &DeviceRule,
    requirement: &Requirement,
    devices: &[&Device],
    asked: &Asked<'_>,
    met: Outcome,
) -> Outcome {
    let outcomes: Vec<TrialOutcome> = devices
        .iter()
        .filter(|d| d.bus.value().is_some_and(|b| is_listed(rule, *b)))
        .filter_map(|d| d.trial.as_ref().map(|t| t.outcome))
        .collect();
    // A device that gave something is proof against any setting.
    if outcomes.contains(&TrialOutcome::Works) {
        return met;
    }
    if let Some((access, path)) = asked.access
        && let Some(access) = access.value()
        && access.is_denied()
    {
        let reason = match access {
            Access::Allowed | Access::DeniedByUser => Reason::DeviceDenied,
            Access::DeniedForPc | Access::DeniedByPolicy | Access::DeniedByPermission => {
                Reason::DeviceDeniedByIt
            }
        };
        return Outcome::missed(requirement, reason).from(path);
    }
    let all = |of: &[TrialOutcome]| !outcomes.is_empty() && outcomes.iter().all(|o| of.contains(o));
    if all(&[TrialOutcome::Denied]) {
        return Outcome::missed(requirement, Reason::DeviceDenied);
    }
    // Silence and darkness were proved, a defect was not: someone may have muted or covered it on purpose.
    if all(&[
        TrialOutcome::Silent,
        TrialOutcome::Black,
        TrialOutcome::Failed,
        TrialOutcome::Denied,
    ]) {
        return Outcome::new(Verdict::Warn, Reason::DeviceNoSignal);
    }
    if let Some((access, path)) = asked.access
        && access
            .reason()
            .is_some_and(|why| why.code == UnknownCode::Undecided)
    {
        return Outcome::inconclusive(Reason::DeviceAccessUndecided).from(path);
    }
    met
}

fn is_listed(rule: &DeviceRule, bus: Bus) -> bool {
    if rule.buses.is_empty() {
        bus != Bus::Virtual
    } else {
        rule.buses.contains(&bus)
    }
}

fn decide(rule: &DeviceRule, requirement: &Requirement, devices: &[&Device]) -> Outcome {
    if devices.is_empty() {
        return Outcome::missed(requirement, Reason::DeviceMissing);
    }
    if devices
        .iter()
        .any(|d| d.bus.value().is_some_and(|b| is_listed(rule, *b)))
    {
        return Outcome::pass(Reason::Met);
    }
    match devices.iter().find(|d| d.bus.value().is_none()) {
        Some(unclear) => Outcome::without(&unclear.bus),
        None => Outcome::unlisted(requirement, Reason::DeviceUnlisted),
    }
}
