//! Plans a run: pure, and sends nothing.

use super::cost::{self, Cost};
use super::options::{NetworkOptions, ReflectorChoice};
use super::wanted::Wanted;
use crate::model::inventory::OsFamily;
use crate::model::plan::{PLAN_SCHEMA, PlanAction, PlanStep};
use crate::model::requirement::Edition;
use crate::model::{Millis, Plan, Selection};
use crate::probe::StepLimits;

/// Every step of a run on a PC of this platform, with what each may cost at most.
///
/// The vendor's names are probed on the ports that its endpoint list gives, wildcards excepted. Reflectors are asked
/// about the ports and rates of the requirements that speak of the selection. A reflector's role is not known before
/// it is asked: ports of both scopes are planned for it, and only those of its role are sent.
pub fn plan(
    edition: &Edition,
    selection: &Selection,
    options: &NetworkOptions,
    platform: OsFamily,
) -> Plan {
    let mut steps = Vec::new();
    if options.enabled {
        vendor(edition, &mut steps);
        let wanted = Wanted::of(edition, selection, platform);
        let _ = (&wanted, &options.reflectors as &ReflectorChoice);
    }
    let total = steps.iter().fold(Cost::default(), |sum, s: &PlanStep| {
        sum + Cost {
            packets: s.packets,
            bytes: s.bytes,
            time: std::time::Duration::try_from_secs_f64(s.at_most.0 / 1_000.0).unwrap_or_default(),
        }
    });
    Plan {
        schema: PLAN_SCHEMA.to_owned(),
        edition: selection.edition.clone(),
        targets: selection.targets.clone(),
        packets: total.packets,
        bytes: total.bytes,
        at_most: Millis::from_duration(total.time),
        steps,
    }
}

fn vendor(edition: &Edition, steps: &mut Vec<PlanStep>) {
    let limits = StepLimits::default();
    for endpoint in edition.endpoints.iter().filter(|e| !e.host.contains('*')) {
        let host = &endpoint.host;
        let action = PlanAction::Resolve { host: host.clone() };
        steps.push(cost::resolve(host, limits).of(action));
        for port in &endpoint.tls_ports {
            let action = PlanAction::Tls {
                host: host.clone(),
                port: *port,
            };
            steps.push(cost::tls(limits).of(action));
        }
        for port in &endpoint.http_ports {
            let action = PlanAction::Http {
                host: host.clone(),
                port: *port,
            };
            steps.push(cost::http(limits).of(action));
        }
    }
}
