//! The steps against reflectors: sessions with all of them; then ports, rates and quality against the first of each place
//! (outside, on the LAN) that could be used. Rates one at a time: two measurements side by side would measure each other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::options::{Given, ReflectorChoice};
use super::schedule::Schedule;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::network::{
    CapacityReading, Direction, Failure, FailureCode, Family, NatReading, NetworkEvidence,
    PortOutcome, PortReading, PortState, QualityReading, RangeMethod, ReflectorReading,
    ReflectorRole,
};
use crate::model::plan::PlanAction;
use crate::model::rule::{PortRange, Scope, Transport};
use crate::model::{Bps, EvidenceId};
use crate::probe::capacity::together::{self, Together};
use crate::probe::ports::{self, PortAsk};
use crate::probe::reflector::{Limits, Session, lan, reading};
use crate::probe::{capacity, nat, quality};
use crate::reflector::{Config, Reflector};
use crate::wire::join::JoinUrl;

/// How much of a step's time the probe itself may use; the rest is for calls that end it.
const OWN_SHARE: f64 = 0.85;
/// How long closing a session may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// A reflector that is asked: its name in the plan, and how to reach it.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) given: Result<Given, Failure>,
}

/// A reflector that is being used.
struct Open {
    name: String,
    id: EvidenceId,
    session: Session,
}

/// Carries out every reflector step of the plan. `quiet` becomes true when nothing else uses the line any more.
pub(super) async fn measure(
    schedule: &Arc<Schedule>,
    choice: &ReflectorChoice,
    mut quiet: watch::Receiver<bool>,
) -> NetworkEvidence {
    let mut evidence = NetworkEvidence::default();
    // Held until the end: it stops when dropped.
    let (asked, _own) = asked(choice).await;
    let mut open: Vec<Open> = Vec::new();
    for (name, mut seen, session) in all_controls(schedule, asked).await {
        match session {
            Ok(session) => {
                let same = open.iter().find(|o| o.session.role() == session.role());
                if let Some(first) = same {
                    seen.passed_over_for = Some(first.id.clone());
                    skip_all(schedule, &name, None);
                    let _ = tokio::time::timeout(GOODBYE, session.close()).await;
                } else {
                    let id = seen.id.clone();
                    open.push(Open { name, id, session });
                }
            }
            Err(failure) => skip_all(schedule, &name, Some(&failure)),
        }
        evidence.reflectors.push(seen);
    }
    for used in &open {
        evidence.ports.extend(all_ports(schedule, used).await);
        let translated = translation(schedule, used, &evidence.ports).await;
        evidence.nat.extend(translated);
    }
    for (n, reading) in evidence.ports.iter_mut().enumerate() {
        reading.id = EvidenceId::numbered("port", n + 1);
    }
    for (n, reading) in evidence.nat.iter_mut().enumerate() {
        reading.id = EvidenceId::numbered("nat", n + 1);
    }
    // Ends with an error only when the other side is gone, and then the line is quiet too.
    let _ = quiet.wait_for(|quiet| *quiet).await;
    for used in open {
        media(schedule, &used, &mut evidence).await;
        // It ends by itself when nobody says goodbye.
        let _ = tokio::time::timeout(GOODBYE, used.session.close()).await;
    }
    evidence
}

pub(super) async fn asked(choice: &ReflectorChoice) -> (Vec<Asked>, Option<Reflector>) {
    let names = choice.addresses();
    match choice {
        ReflectorChoice::None => (Vec::new(), None),
        ReflectorChoice::Given(all) => {
            let named = names.into_iter().zip(all).map(|(name, given)| Asked {
                name,
                given: Ok(given.clone()),
            });
            (named.collect(), None)
        }
        ReflectorChoice::SelfTest => {
            let (given, own) = match Reflector::start(Config::self_test()).await {
                Ok(own) => (Ok(Given::Url(own.join_url().clone())), Some(own)),
                Err(e) => (
                    Err(Failure::because(FailureCode::LocalSocket, e.to_string())),
                    None,
                ),
            };
            let name = names.into_iter().next().unwrap_or_default();
            (vec![Asked { name, given }], own)
        }
    }
}

/// The plan's steps for one reflector.
pub(super) fn steps_of<'a>(schedule: &'a Schedule, name: &str) -> Vec<(usize, &'a PlanAction)> {
    let of = |action: &PlanAction| match action {
        PlanAction::Control { reflector, .. }
        | PlanAction::Ports { reflector, .. }
        | PlanAction::Nat { reflector, .. }
        | PlanAction::Capacity { reflector, .. }
        | PlanAction::Together { reflector, .. }
        | PlanAction::Quality { reflector, .. }
        | PlanAction::Watch { reflector, .. } => reflector == name,
        PlanAction::Resolve { .. }
        | PlanAction::Tls { .. }
        | PlanAction::Http { .. }
        | PlanAction::Speed { .. }
        | PlanAction::TryDevices => false,
    };
    let steps = schedule.plan.steps.iter().enumerate();
    steps
        .filter(|(_, s)| of(&s.action))
        .map(|(index, s)| (index, &s.action))
        .collect()
}

/// What came of each reflector, in the order in which they were named. All are asked at once: one that is down must not
/// hold up the others.
async fn all_controls(
    schedule: &Arc<Schedule>,
    asked: Vec<Asked>,
) -> Vec<(String, ReflectorReading, Result<Session, Failure>)> {
    let mut running = JoinSet::new();
    for (n, asked) in asked.into_iter().enumerate() {
        let schedule = schedule.clone();
        running.spawn(async move {
            let id = EvidenceId::numbered("reflector", n + 1);
            let (seen, session) = control(&schedule, &asked, id).await;
            (n, (asked.name, seen, session))
        });
    }
    let mut found = Vec::new();
    while let Some(done) = running.join_next().await {
        found.extend(done);
    }
    found.sort_by_key(|(n, _)| *n);
    found.into_iter().map(|(_, one)| one).collect()
}

fn skip_all(schedule: &Schedule, name: &str, failure: Option<&Failure>) {
    for (index, action) in steps_of(schedule, name) {
        if !matches!(
            action,
            PlanAction::Control { .. } | PlanAction::Watch { .. }
        ) {
            schedule.skip(index, failure.cloned());
        }
    }
}

async fn control(
    schedule: &Schedule,
    asked: &Asked,
    id: EvidenceId,
) -> (ReflectorReading, Result<Session, Failure>) {
    let step = steps_of(schedule, &asked.name)
        .into_iter()
        .find(|(_, action)| matches!(action, PlanAction::Control { .. }));
    let Some((index, _)) = step else {
        let failure = Failure::because(FailureCode::Other, "the plan does not ask this reflector");
        return (unusable(id, &asked.name, &failure), Err(failure));
    };
    let work = async {
        let limits = Limits::default();
        let url = reach(&asked.given.clone()?, &limits).await?;
        let session = Session::open(&url, &limits).await?;
        Ok((url, session))
    };
    let opened = schedule
        .step(
            index,
            work,
            |o: &Result<_, Failure>| o.as_ref().err().cloned(),
            Err,
        )
        .await;
    match opened {
        Ok((url, session)) => {
            let session = Ok(session);
            (reading(id, &url, &session), session)
        }
        Err(failure) => (unusable(id, &asked.name, &failure), Err(failure)),
    }
}

/// The join URL of a reflector; one on the LAN is looked for.
pub(super) async fn reach(given: &Given, limits: &Limits) -> Result<JoinUrl, Failure> {
    match given {
        Given::Url(url) => Ok(url.clone()),
        Given::Lan(name) => lan::find(name, limits).await,
    }
}

fn unusable(id: EvidenceId, name: &str, failure: &Failure) -> ReflectorReading {
    ReflectorReading {
        id,
        address: name.to_owned(),
        role: Fact::unknown(UnknownCode::Failed),
        version: None,
        failure: Some(failure.clone()),
        seen_from: None,
        passed_over_for: None,
    }
}

/// Whether a reflector in this role says anything about ports of this scope.
fn proves(role: ReflectorRole, scope: Scope) -> bool {
    match role {
        ReflectorRole::SelfTest => true,
        ReflectorRole::Outside => scope == Scope::Cloud,
        ReflectorRole::Lan => scope == Scope::Lan,
    }
}

/// Every port step of one reflector, side by side.
async fn all_ports(schedule: &Arc<Schedule>, used: &Open) -> Vec<PortReading> {
    let mut running = JoinSet::new();
    for (index, action) in steps_of(schedule, &used.name) {
        let PlanAction::Ports {
            scope,
            transport,
            asked,
            method,
            flows,
            ..
        } = action
        else {
            continue;
        };
        if !proves(used.session.role(), *scope) {
            schedule.skip(index, None);
            continue;
        }
        let ask = PortAsk {
            method: *method,
            ..PortAsk::new(*scope, *transport, asked.clone())
        };
        let flows = *flows;
        let (schedule, session, id) = (schedule.clone(), used.session.clone(), used.id.clone());
        running.spawn(async move {
            (
                index,
                one_ask(&schedule, index, &session, ask, flows, &id).await,
            )
        });
    }
    let mut found = Vec::new();
    while let Some(done) = running.join_next().await {
        // A probe that panicked loses its own readings, and nobody else's.
        found.extend(done);
    }
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().flat_map(|(_, all)| all).collect()
}

async fn one_ask(
    schedule: &Schedule,
    index: usize,
    session: &Session,
    ask: PortAsk,
    max_flows: u32,
    reflector: &EvidenceId,
) -> Vec<PortReading> {
    let limit = own_limit(schedule, index);
    let seed = rand::random();
    let options = ports::Options {
        max_flows,
        ..ports::Options::new(reflector.clone(), 1, seed, limit)
    };
    let work = ports::prove(session, &ask, &options);
    let failure_of = |readings: &Vec<PortReading>| {
        let states = || readings.iter().flat_map(|r| r.outcomes.iter());
        states()
            .all(|o| matches!(o.state, PortState::NotTested { .. }))
            .then(|| states().next())
            .flatten()
            .and_then(|o| match &o.state {
                PortState::NotTested { failure } => Some(failure.clone()),
                _ => None,
            })
    };
    let cut = |failure: Failure| untried(session, &ask, reflector, &failure);
    schedule.step(index, work, failure_of, cut).await
}

fn own_limit(schedule: &Schedule, index: usize) -> Duration {
    let at_most = schedule.plan.steps.get(index).map_or(0.0, |s| s.at_most.0);
    Duration::try_from_secs_f64(at_most * OWN_SHARE / 1_000.0).unwrap_or_default()
}

/// The readings of ports that were not tried, or whose tries were cut off.
fn untried(
    session: &Session,
    ask: &PortAsk,
    reflector: &EvidenceId,
    failure: &Failure,
) -> Vec<PortReading> {
    let families = session.families();
    let one = |family: Family| PortReading {
        id: EvidenceId(String::new()),
        reflector: reflector.clone(),
        role: session.role(),
        scope: ask.scope,
        transport: ask.transport,
        family,
        asked: ask.ranges.clone(),
        method: RangeMethod::Every,
        tried: 0,
        outcomes: vec![PortOutcome {
            ports: ask.ranges.clone(),
            state: PortState::NotTested {
                failure: failure.clone(),
            },
        }],
        sample: None,
    };
    families.into_iter().map(one).collect()
}

/// What NATs on the way to one reflector do: over IPv4, where they are, if any port is open there.
async fn translation(
    schedule: &Schedule,
    used: &Open,
    readings: &[PortReading],
) -> Vec<NatReading> {
    let mut out = Vec::new();
    for (index, action) in steps_of(schedule, &used.name) {
        let PlanAction::Nat { gaps, .. } = action else {
            continue;
        };
        let mut open = open_udp(used, readings);
        let v4 = open.remove(&Family::Ipv4).unwrap_or_default();
        let (family, ports) = if v4.is_empty() {
            let v6 = open.remove(&Family::Ipv6).unwrap_or_default();
            (Family::Ipv6, v6)
        } else {
            (Family::Ipv4, v4)
        };
        if ports.is_empty() {
            schedule.skip(index, None);
            continue;
        }
        let ask = nat::Ask {
            id: EvidenceId::numbered("nat", index),
            reflector: used.id.clone(),
            family,
            ports,
            gaps: gaps
                .iter()
                .map(|s| Duration::from_secs(u64::from(*s)))
                .collect(),
        };
        let cut = |_: Failure| None;
        let work = async { Some(nat::measure(&used.session, &ask).await) };
        out.extend(schedule.step(index, work, |_| None, cut).await);
    }
    out
}

/// The UDP ports that one reflector proves open, by family.
fn open_udp(used: &Open, readings: &[PortReading]) -> HashMap<Family, Vec<u16>> {
    let mut open: HashMap<Family, Vec<u16>> = HashMap::new();
    let mine = readings
        .iter()
        .filter(|r| r.reflector == used.id && r.transport == Transport::Udp);
    for reading in mine {
        let proved = reading
            .outcomes
            .iter()
            .filter(|o| matches!(o.state, PortState::Open { .. }));
        let ports = proved.flat_map(|o| o.ports.iter().copied().flat_map(PortRange::ports));
        open.entry(reading.family).or_default().extend(ports);
    }
    open
}

/// Rates and quality of one reflector.
async fn media(schedule: &Schedule, used: &Open, evidence: &mut NetworkEvidence) {
    let (family, open_ports) = best_way(used, &evidence.ports);
    for (index, action) in steps_of(schedule, &used.name) {
        let speaks = proves(used.session.role(), Scope::Cloud);
        match action {
            PlanAction::Capacity { .. }
            | PlanAction::Together { .. }
            | PlanAction::Quality { .. }
                if !speaks =>
            {
                schedule.skip(index, None);
            }
            PlanAction::Capacity {
                direction,
                need,
                up_to,
                ..
            } => {
                let ask = capacity::Ask {
                    id: EvidenceId::numbered("capacity", evidence.capacity.len() + 1),
                    reflector: used.id.clone(),
                    direction: *direction,
                    family,
                    ports: open_ports.clone(),
                    need: *need,
                    limit: *up_to,
                };
                let done = one_rate(schedule, index, &used.session, &ask).await;
                evidence.capacity.push(done);
            }
            PlanAction::Together { pairs, .. } => {
                both_ways(
                    schedule,
                    index,
                    used,
                    (family, &open_ports),
                    pairs,
                    evidence,
                )
                .await;
            }
            PlanAction::Quality { calls, .. } => {
                let ask = quality::Ask {
                    after: evidence.quality.len(),
                    reflector: used.id.clone(),
                    family,
                    ports: open_ports.clone(),
                    duration: quality::DURATION,
                    call: highest_proved(calls, &evidence.capacity, &used.id),
                };
                let done = one_stream(schedule, index, &used.session, &ask).await;
                evidence.quality.extend(done.unwrap_or_default());
            }
            _ => {}
        }
    }
}

/// The highest of these rates that this reflector's path was proved to carry in both directions: beside a higher one, a
/// stream would measure the queue that it fills itself.
pub(super) fn highest_proved(
    calls: &[Bps],
    capacity: &[CapacityReading],
    reflector: &EvidenceId,
) -> Option<Bps> {
    let proved = |direction| {
        capacity
            .iter()
            .filter(|c| c.reflector == *reflector && c.direction == direction)
            .filter_map(|c| c.at_least)
            .max()
    };
    let most = proved(Direction::Up)?.min(proved(Direction::Down)?);
    calls.iter().copied().filter(|rate| *rate <= most).max()
}

async fn one_rate(
    schedule: &Schedule,
    index: usize,
    session: &Session,
    ask: &capacity::Ask,
) -> CapacityReading {
    let failure_of = |r: &CapacityReading| r.failure.clone();
    let cut = |failure: Failure| CapacityReading {
        id: ask.id.clone(),
        reflector: ask.reflector.clone(),
        role: session.role(),
        direction: ask.direction,
        family: ask.family,
        at_least: None,
        at_most: None,
        trains: Vec::new(),
        sender_limited: false,
        failure: Some(failure),
    };
    let work = capacity::measure(session, ask);
    schedule.step(index, work, failure_of, cut).await
}

/// Both directions at once: the highest pair that passed in each by itself, then what that left undecided.
async fn both_ways(
    schedule: &Schedule,
    index: usize,
    used: &Open,
    (family, ports): (Family, &[u16]),
    pairs: &[[Bps; 2]],
    evidence: &mut NetworkEvidence,
) {
    let alone = |direction| {
        let mut all = evidence.capacity.iter().rev();
        all.find(|c| c.reflector == used.id && c.direction == direction)
            .cloned()
    };
    let (Some(up), Some(down)) = (alone(Direction::Up), alone(Direction::Down)) else {
        schedule.skip(index, None);
        return;
    };
    let carried = |rate: Bps, c: &CapacityReading| c.at_least.is_some_and(|least| least >= rate);
    let mut left: Vec<[Bps; 2]> = pairs
        .iter()
        .copied()
        .filter(|[u, d]| carried(*u, &up) && carried(*d, &down))
        .collect();
    if left.is_empty() {
        schedule.skip(index, None);
        return;
    }
    let mut found = Vec::new();
    let work = async {
        for n in 1..=together::TRIES {
            let Some(pair) = left.first().copied() else {
                break;
            };
            let ask = Together {
                id: EvidenceId::numbered("together", evidence.together.len() + n as usize),
                reflector: used.id.clone(),
                family,
                ports: ports.to_vec(),
                need: pair.into(),
            };
            let reading = together::together(&used.session, &ask, (&up, &down)).await;
            let failure = reading.failure.clone();
            // A pair that passed decides all smaller ones; one that did not, all that are no smaller than its limit.
            let most =
                reading.up.at_most.unwrap_or(pair[0]).0 + reading.down.at_most.unwrap_or(pair[1]).0;
            let passed = reading.up.at_most.is_none() && reading.down.at_most.is_none();
            found.push(reading);
            if passed || failure.is_some() {
                return failure;
            }
            left.retain(|[u, d]| (u.0 + d.0) < most.min(pair[0].0 + pair[1].0));
        }
        None
    };
    let failure = schedule.step(index, work, Clone::clone, Some).await;
    if let (true, Some(_)) = (found.is_empty(), failure) {
        return;
    }
    evidence.together.extend(found);
}

async fn one_stream(
    schedule: &Schedule,
    index: usize,
    session: &Session,
    ask: &quality::Ask,
) -> Result<Vec<QualityReading>, Failure> {
    let work = quality::measure(session, ask);
    schedule
        .step(index, work, |r| r.as_ref().err().cloned(), Err)
        .await
}

/// The family over which most UDP ports are proved open (IPv4 where both are equal), and those ports. Media goes where
/// it was seen to pass.
fn best_way(used: &Open, readings: &[PortReading]) -> (Family, Vec<u16>) {
    let mut open = open_udp(used, readings);
    let count = |family| open.get(&family).map_or(0, Vec::len);
    let (v4, v6) = (count(Family::Ipv4), count(Family::Ipv6));
    let family = if v4 == 0 && v6 == 0 {
        let families = used.session.families();
        families.first().copied().unwrap_or(Family::Ipv4)
    } else if v6 > v4 {
        Family::Ipv6
    } else {
        Family::Ipv4
    };
    (family, open.remove(&family).unwrap_or_default())
}

/// Directions in the order in which they are measured.
pub(super) const DIRECTIONS: [Direction; 2] = [Direction::Up, Direction::Down];
