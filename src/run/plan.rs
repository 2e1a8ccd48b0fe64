//! Plans a run: pure, and sends nothing.

use std::time::Duration;

use super::cost::{self, Cost};
use super::options::{LAN, NetworkOptions, ReflectorChoice};
use super::reflectors::DIRECTIONS;
use super::wanted::Wanted;
use crate::inventory::TRIAL_AT_MOST;
use crate::model::inventory::OsFamily;
use crate::model::network::ReflectorRole;
use crate::model::plan::{PLAN_SCHEMA, PlanAction, PlanStep};
use crate::model::requirement::Edition;
use crate::model::rule::{PortRange, Transport};
use crate::model::{Millis, Plan, Selection};
use crate::probe::StepLimits;
use crate::probe::capacity::top_rate;
use crate::probe::ports::{COMPARED_UDP, PortAsk, compared_otherwise};
use crate::probe::ports_choice::EVERY_UP_TO;

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
        for name in options.reflectors.addresses() {
            reflector(&name, options, &wanted, &mut steps);
        }
        for asked in &options.speed {
            let (service, server) = asked.shown();
            let action = PlanAction::Speed { service, server };
            steps.push(cost::speed(StepLimits::default()).of(action));
        }
    }
    let total = steps.iter().fold(Cost::default(), |sum, s: &PlanStep| {
        sum + Cost {
            packets: s.packets,
            bytes: s.bytes,
            time: time_of(s),
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
        line: None,
    }
}

/// Adds the trial of cameras and microphones to a plan.
pub fn with_devices(mut plan: Plan) -> Plan {
    plan.steps.push(PlanStep {
        action: PlanAction::TryDevices,
        packets: 0,
        bytes: 0,
        at_most: Millis::from_duration(TRIAL_AT_MOST),
    });
    plan.at_most = Millis(plan.at_most.0 + Millis::from_duration(TRIAL_AT_MOST).0);
    plan
}

/// The steps against one reflector.
fn reflector(name: &str, options: &NetworkOptions, wanted: &Wanted, steps: &mut Vec<PlanStep>) {
    let own = matches!(options.reflectors, ReflectorChoice::SelfTest);
    let reflector = || name.to_owned();
    let begin = steps.len();
    for ((scope, transport), ranges) in &wanted.ports {
        for asked in by_size(ranges) {
            let ask = PortAsk {
                method: options.ranges,
                ..PortAsk::new(*scope, *transport, asked.clone())
            };
            let cost::Ports { cost, tried, flows } = cost::ports(&ask, options.max_flows);
            steps.push(cost.of(PlanAction::Ports {
                reflector: reflector(),
                scope: *scope,
                transport: *transport,
                asked,
                compared: compared(*transport),
                otherwise: compared_otherwise(*transport).1,
                method: options.ranges,
                tried,
                flows,
            }));
        }
    }
    let udp = wanted.ports.keys().any(|(_, t)| *t == Transport::Udp);
    if udp && !own {
        let gaps = options.nat_gaps.clone();
        steps.push(cost::nat(&gaps).of(PlanAction::Nat {
            reflector: reflector(),
            gaps,
        }));
    }
    for direction in DIRECTIONS {
        if let Some(highest) = wanted.rates(direction).last() {
            let up_to = top_rate(*highest);
            steps.push(cost::capacity(*highest, up_to).of(PlanAction::Capacity {
                reflector: reflector(),
                direction,
                need: *highest,
                up_to,
            }));
        }
    }
    if let Some(highest) = wanted.pairs.first() {
        steps.push(cost::together(*highest).of(PlanAction::Together {
            reflector: reflector(),
            pairs: wanted.pairs.clone(),
        }));
    }
    if wanted.quality {
        let (cost, rate) = cost::quality(wanted.calls.last().copied());
        steps.push(cost.of(PlanAction::Quality {
            reflector: reflector(),
            rate,
            calls: wanted.calls.clone(),
        }));
    }
    if let Some(watch) = &options.watch {
        steps.push(cost::watch(watch).of(PlanAction::Watch {
            reflector: reflector(),
            every: Millis::from_duration(watch.every),
            lasts: watch.lasts.map(Millis::from_duration),
            rate: cost::quality(None).1,
        }));
    }
    // The session lives as long as the steps that use it.
    let lives = steps.iter().skip(begin).map(time_of).sum();
    let searched = name == LAN;
    let mut control = cost::control(lives);
    if searched {
        control = control + cost::search();
    }
    let control = control.of(PlanAction::Control {
        reflector: reflector(),
        role: own.then_some(ReflectorRole::SelfTest),
        searched,
    });
    steps.insert(begin, control);
}

/// What is tried beside the ports asked for. Over TCP that is the control port, which its own step lists.
fn compared(transport: Transport) -> Vec<PortRange> {
    match transport {
        Transport::Tcp => Vec::new(),
        Transport::Udp => PortRange::compress(COMPARED_UDP),
    }
}

/// Small ranges together, each large one by itself: those are tried in part, and their readings say so.
fn by_size(ranges: &[PortRange]) -> Vec<Vec<PortRange>> {
    let (small, large): (Vec<PortRange>, Vec<PortRange>) =
        ranges.iter().partition(|r| r.len() <= EVERY_UP_TO);
    let mut out: Vec<Vec<PortRange>> = large.into_iter().map(|r| vec![r]).collect();
    if !small.is_empty() {
        out.insert(0, small);
    }
    out
}

fn time_of(step: &PlanStep) -> Duration {
    Duration::try_from_secs_f64(step.at_most.0 / 1_000.0).unwrap_or_default()
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
