//! Proves ports against a reflector: leases them, tries them over each address family, and asks the reflector what
//! arrived.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub use super::ports_choice::{Cost, PortAsk, cost};
use super::ports_choice::{MOST_FOLLOWED, choose, is_wide, middles};
use super::ports_control::Control;
pub use super::ports_control::{COMPARED_UDP, compared_otherwise};
pub use super::ports_pace::FLOW_LIFE;
use super::reflector::Session;
use super::{ports_sweep, ports_tcp, ports_udp};
use crate::model::fact::{Fact, UnknownCode};
use crate::model::network::{
    Direction, Failure, FailureCode, Family, Grade, PortOutcome, PortReading, PortState,
    RangeMethod, RangeSample,
};
use crate::model::rule::{PortRange, Transport};
use crate::model::{EvidenceId, Percent};
use crate::net::Deadline;
use crate::wire::control::{LeaseReply, LeaseRequest, PortLog, RefusedReason};
use crate::wire::loss::clopper_pearson_95;

/// Ports that are leased and tried together. Two families at both ends stay below the smallest limits on open files.
pub const CHUNK: usize = 96;
/// A silent port is tried at least so often.
pub const LEAST_TRIES: u32 = 3;
/// A silent port is tried at most so often, on a path that loses much.
pub const MOST_TRIES: u32 = 10;

/// How to prove.
#[derive(Debug, Clone)]
pub struct Options {
    /// Chooses the sample.
    pub seed: u64,
    /// Nothing is begun after this; ports not tried by then are `cancelled`.
    pub deadline: Deadline,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// Readings are `port-<n>` from this number on.
    pub first_id: usize,
    /// Datagrams a second at most, for few ports.
    pub pace: u32,
    /// Datagrams a second at most, for many. A reflector takes 20,000 of one session.
    pub sweep_pace: u32,
    /// Live flows at most: ports that were first tried within the time that a NAT remembers.
    pub max_flows: u32,
}

/// Live flows at most unless told otherwise: the smallest routers have room for a few thousand in all.
pub const MAX_FLOWS: u32 = 2_048;

impl Options {
    /// The usual ones.
    pub fn new(reflector: EvidenceId, first_id: usize, seed: u64, limit: Duration) -> Self {
        Self {
            seed,
            deadline: Deadline::after(limit),
            reflector,
            first_id,
            pace: 2_000,
            sweep_pace: 18_000,
            max_flows: MAX_FLOWS,
        }
    }
}

/// What came of one port on the wire, before the reflector's log is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    /// The reflector's own answer.
    Proved,
    /// Connected, but not the reflector's answer.
    Unproved(Failure),
    /// RST or ICMP.
    Rejected(Failure),
    /// Nothing, after so many tries.
    Silent(u32),
    /// Not tried.
    NotTried(Failure),
}

/// What came of a chunk over one family.
#[derive(Debug, Default)]
pub(super) struct ChunkSeen {
    pub(super) ports: BTreeMap<u16, Seen>,
    /// What answered before and after, of those asked for or beside them: silence is then a port's, not the path's.
    pub(super) controls: Vec<Control>,
}

/// Proves ports; one reading for each address family in which the reflector has an address. Never fails as a whole: what
/// could not be tried says why.
pub async fn prove(session: &Session, ask: &PortAsk, options: &Options) -> Vec<PortReading> {
    if is_wide(ask) {
        return prove_wide(session, ask, options).await;
    }
    let (method, ports) = choose(ask, options.seed);
    let mut families = session.families();
    if families.is_empty() {
        families.push(Family::Ipv4);
    }
    let mut work = Work {
        session,
        ask,
        options,
        states: families.iter().map(|f| (*f, BTreeMap::new())).collect(),
        families,
        dead: None,
    };
    work.run(&ports).await;
    if method != RangeMethod::Every {
        // Each round halves the gap between an open and a blocked neighbour.
        let mut followed = 0;
        loop {
            let mut between = work.between();
            between.truncate(MOST_FOLLOWED - followed);
            if between.is_empty() || work.dead.is_some() {
                break;
            }
            followed += between.len();
            work.run(&between).await;
        }
    }
    work.states
        .into_iter()
        .enumerate()
        .map(|(n, (family, states))| reading(session, ask, method, options, n, family, states))
        .collect()
}

/// Sweeps many UDP ports, all families side by side.
async fn prove_wide(session: &Session, ask: &PortAsk, options: &Options) -> Vec<PortReading> {
    let (method, ports) = choose(ask, options.seed);
    let mut families = session.families();
    if families.is_empty() {
        families.push(Family::Ipv4);
    }
    let ways: Vec<(Family, Result<IpAddr, Failure>)> =
        families.iter().map(|f| (*f, way(session, *f))).collect();
    let count = ways.iter().filter(|(_, way)| way.is_ok()).count();
    let runs = ways.into_iter().map(|(family, way)| {
        let ports = &ports;
        async move {
            let swept = match way {
                Ok(ip) => {
                    let wide = ports_sweep::Wide {
                        session,
                        ask,
                        method,
                        ports,
                        options,
                        family,
                        ip,
                        families: u32::try_from(count).unwrap_or(u32::MAX),
                    };
                    ports_sweep::run(&wide).await
                }
                Err(failure) => ports_sweep::Swept::not_tried(ports, &failure),
            };
            (family, swept)
        }
    });
    let swept = join_all(runs).await;
    let silent: BTreeSet<u16> = swept
        .iter()
        .flat_map(|(_, s)| &s.ports)
        .filter(|(_, (seen, _))| !matches!(seen, Seen::Proved | Seen::NotTried(_)))
        .map(|(port, _)| *port)
        .collect();
    let silent: Vec<u16> = silent.into_iter().collect();
    let log = session.log_of(ask.transport, &silent).await;
    let log = log.as_ref().map(|ports| Log::of(ports));
    let mut out = Vec::new();
    for (n, (family, swept)) in swept.into_iter().enumerate() {
        let thinned = swept.thinned;
        let states: BTreeMap<u16, PortState> = swept
            .ports
            .into_iter()
            .map(|(port, (seen, controls))| {
                let log = log.as_ref().map_err(|e| *e);
                let state = state_of(&seen, port, family, ask.transport, &controls, log);
                (port, state)
            })
            .collect();
        let method = if thinned { RangeMethod::Sample } else { method };
        let sample = sample_of(ask, method, &ports, &states);
        let mut reading = reading(session, ask, method, options, n, family, states);
        reading.sample = sample;
        out.push(reading);
    }
    out
}

/// What the random ports of a sample alone say of the whole range; those that follow edges are not random.
fn sample_of(
    ask: &PortAsk,
    method: RangeMethod,
    ports: &[u16],
    states: &BTreeMap<u16, PortState>,
) -> Option<RangeSample> {
    if method != RangeMethod::Sample {
        return None;
    }
    let of: u32 = ask.ranges.iter().map(|r| r.len()).sum();
    let (mut tried, mut silent) = (0_u32, 0_u32);
    for state in ports.iter().filter_map(|p| states.get(p)) {
        match state {
            PortState::NotTested { .. } => {}
            PortState::Open { .. } => tried += 1,
            PortState::Unproved { .. } | PortState::Rejected { .. } | PortState::Silent { .. } => {
                tried += 1;
                silent += 1;
            }
        }
    }
    let [low, high] = clopper_pearson_95(u64::from(silent), u64::from(tried));
    // With none seen there is no lower end to guard, and all of the 5 % lies above.
    let high = if silent == 0 {
        Percent((1.0 - 0.05_f64.powf(1.0 / f64::from(tried.max(1)))) * 100.0)
    } else {
        high
    };
    (tried > 0).then_some(RangeSample {
        tried,
        not_open: silent,
        of,
        interval: [low, high],
    })
}

/// What was learnt so far.
struct Work<'a> {
    session: &'a Session,
    ask: &'a PortAsk,
    options: &'a Options,
    families: Vec<Family>,
    states: BTreeMap<Family, BTreeMap<u16, PortState>>,
    /// Why nothing more can be tried.
    dead: Option<Failure>,
}

impl Work<'_> {
    async fn run(&mut self, ports: &[u16]) {
        let mut todo: Vec<Vec<u16>> = ports.chunks(CHUNK).rev().map(<[u16]>::to_vec).collect();
        while let Some(chunk) = todo.pop() {
            if self.options.deadline.passed() {
                self.dead
                    .get_or_insert(Failure::new(FailureCode::Cancelled));
            }
            if let Some(failure) = self.dead.clone() {
                self.not_tested(&chunk, &failure);
                continue;
            }
            match one_chunk(self.session, self.ask, &chunk, &self.families, self.options).await {
                Ok(done) => {
                    // What did not fit is tried again in smaller pieces, once the rest is given back.
                    let (again, rest) = done.split_limited(chunk.len());
                    for (family, port, state) in rest {
                        self.states.entry(family).or_default().insert(port, state);
                    }
                    let half = again.len().div_ceil(2).max(1);
                    todo.extend(again.chunks(half).map(<[u16]>::to_vec));
                }
                Err(failure) => {
                    self.not_tested(&chunk, &failure);
                    self.dead = Some(failure);
                }
            }
        }
    }

    fn not_tested(&mut self, ports: &[u16], failure: &Failure) {
        for states in self.states.values_mut() {
            let state = PortState::NotTested {
                failure: failure.clone(),
            };
            states.extend(ports.iter().map(|p| (*p, state.clone())));
        }
    }

    /// Ports in the middle between an open and a blocked one.
    fn between(&self) -> Vec<u16> {
        let mut out: Vec<u16> = Vec::new();
        for states in self.states.values() {
            let open = |s: &PortState| match s {
                PortState::Open { .. } => Some(true),
                PortState::NotTested { .. } => None,
                PortState::Unproved { .. }
                | PortState::Rejected { .. }
                | PortState::Silent { .. } => Some(false),
            };
            let known = states
                .iter()
                .filter_map(|(port, state)| Some((*port, open(state)?)))
                .collect();
            out.extend(
                middles(&known, &self.ask.ranges)
                    .into_iter()
                    .filter(|p| !states.contains_key(p)),
            );
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

fn reading(
    session: &Session,
    ask: &PortAsk,
    method: RangeMethod,
    options: &Options,
    n: usize,
    family: Family,
    states: BTreeMap<u16, PortState>,
) -> PortReading {
    let mut outcomes: Vec<(PortState, Vec<u16>)> = Vec::new();
    let tried = states
        .values()
        .filter(|s| !matches!(s, PortState::NotTested { .. }))
        .count();
    for (port, state) in states {
        match outcomes.iter_mut().find(|(s, _)| *s == state) {
            Some((_, ports)) => ports.push(port),
            None => outcomes.push((state, vec![port])),
        }
    }
    PortReading {
        id: EvidenceId::numbered("port", options.first_id + n),
        reflector: options.reflector.clone(),
        role: session.role(),
        scope: ask.scope,
        transport: ask.transport,
        family,
        asked: ask.ranges.clone(),
        method,
        tried: u32::try_from(tried).unwrap_or(u32::MAX),
        outcomes: outcomes
            .into_iter()
            .map(|(state, ports)| PortOutcome {
                ports: PortRange::compress(ports),
                state,
            })
            .collect(),
        sample: None,
    }
}

/// What came of a chunk: the states, and among them the ports that did not fit the reflector's limits.
struct ChunkDone {
    states: Vec<(Family, u16, PortState)>,
    limited: Vec<u16>,
}

impl ChunkDone {
    /// Ports to be tried again, and the states of the others. A single port that does not fit never will.
    fn split_limited(self, tried: usize) -> (Vec<u16>, Vec<(Family, u16, PortState)>) {
        if tried <= 1 || self.limited.is_empty() {
            return (Vec::new(), self.states);
        }
        let limited = self.limited;
        let rest = self
            .states
            .into_iter()
            .filter(|(_, p, _)| !limited.contains(p))
            .collect();
        (limited, rest)
    }
}

/// Why ports are not held, by family and port.
pub(super) fn refusals(reply: &LeaseReply) -> HashMap<(Family, u16), (RefusedReason, Failure)> {
    let mut out = HashMap::new();
    for refused in &reply.refused {
        let (code, reason) = match refused.reason {
            RefusedReason::InUse => (
                FailureCode::PortNotHeld,
                "in use on the reflector's machine",
            ),
            RefusedReason::NotPermitted => (
                FailureCode::PortNotHeld,
                "the reflector has no right to use it",
            ),
            RefusedReason::Limit => (FailureCode::Busy, "the reflector's limit is reached"),
            RefusedReason::NoAddress => (
                FailureCode::PortNotHeld,
                "the reflector has no address of this family",
            ),
            RefusedReason::Other => (FailureCode::PortNotHeld, "the reflector could not use it"),
        };
        let said: String = refused.detail.chars().take(200).collect();
        let detail = if said.is_empty() {
            reason.to_owned()
        } else {
            format!("{reason}: {said}")
        };
        for port in refused.ports.iter().flat_map(|r| r.ports()) {
            out.insert(
                (refused.family, port),
                (refused.reason, Failure::because(code, detail.clone())),
            );
        }
    }
    out
}

pub(super) fn held(reply: &LeaseReply, family: Family) -> Vec<u16> {
    let of_family = reply.held.iter().filter(|h| h.family == family);
    of_family
        .flat_map(|h| h.ports.iter().flat_map(|r| r.ports()))
        .collect()
}

/// Ports that are tried beside those asked for, so that silence has something to be compared with.
fn control_ports(session: &Session, transport: Transport) -> Vec<u16> {
    match transport {
        // The control port of the reflector proves itself.
        Transport::Tcp => vec![session.join_url().port],
        Transport::Udp => COMPARED_UDP.to_vec(),
    }
}

async fn one_chunk(
    session: &Session,
    ask: &PortAsk,
    chunk: &[u16],
    families: &[Family],
    options: &Options,
) -> Result<ChunkDone, Failure> {
    let asked = |port: &u16| chunk.contains(port);
    let extra = control_ports(session, ask.transport);
    let request = LeaseRequest {
        transport: ask.transport,
        ports: PortRange::compress(chunk.iter().copied().chain(extra)),
        any: 1,
    };
    let reply = session.lease(&request).await?;
    let refused = refusals(&reply);
    let mut states = Vec::new();
    let mut seen: Vec<(Family, ChunkSeen)> = Vec::new();
    let runs = families.iter().map(|family| {
        let held = held(&reply, *family);
        let targets: Vec<u16> = chunk.iter().copied().filter(|p| held.contains(p)).collect();
        let mut controls: Vec<u16> = held.into_iter().filter(|p| !asked(p)).collect();
        controls.sort_unstable();
        one_family(session, ask.transport, *family, targets, controls, options)
    });
    for (family, result) in families.iter().zip(join_all(runs).await) {
        seen.push((*family, result));
    }
    // The log is asked for after the last datagram had its time: what is not in it did not arrive.
    let log = session.log_of(ask.transport, chunk).await;
    let log = log.as_ref().map(|ports| Log::of(ports));
    let back: Vec<u16> = reply
        .held
        .iter()
        .flat_map(|h| h.ports.iter().flat_map(|r| r.ports()))
        .collect();
    let release = LeaseRequest {
        transport: ask.transport,
        ports: PortRange::compress(back),
        any: 0,
    };
    // What cannot be given back ends with the session.
    let _ = session.release(&release).await;
    let mut limited: Vec<u16> = Vec::new();
    for (family, result) in seen {
        for port in chunk {
            let state = match (result.ports.get(port), refused.get(&(family, *port))) {
                (Some(seen), _) => state_of(
                    seen,
                    *port,
                    family,
                    ask.transport,
                    &result.controls,
                    log.as_ref().map_err(|e| *e),
                ),
                (None, Some((reason, failure))) => {
                    if *reason == RefusedReason::Limit && !limited.contains(port) {
                        limited.push(*port);
                    }
                    PortState::NotTested {
                        failure: failure.clone(),
                    }
                }
                (None, None) => PortState::NotTested {
                    failure: Failure::because(
                        FailureCode::PortNotHeld,
                        "the reflector has no address of this family",
                    ),
                },
            };
            states.push((family, *port, state));
        }
    }
    Ok(ChunkDone { states, limited })
}

/// Runs futures side by side; their results in order.
pub(super) async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, result) in &mut waiting {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    waiting
        .into_iter()
        .filter_map(|(_, result)| result)
        .collect()
}

/// The reflector's address of a family, if this PC has a way to it.
fn way(session: &Session, family: Family) -> Result<IpAddr, Failure> {
    let ip = session.peer(family).ok_or_else(|| {
        Failure::because(
            FailureCode::DnsNoAddress,
            "the reflector's name does not resolve here",
        )
    })?;
    crate::net::socket::source_for(ip).map(|_| ip)
}

async fn one_family(
    session: &Session,
    transport: Transport,
    family: Family,
    targets: Vec<u16>,
    controls: Vec<u16>,
    options: &Options,
) -> ChunkSeen {
    let not_tried = |failure: Failure| ChunkSeen {
        ports: targets
            .iter()
            .map(|p| (*p, Seen::NotTried(failure.clone())))
            .collect(),
        controls: Vec::new(),
    };
    let peer = match way(session, family) {
        Ok(ip) => SocketAddr::new(ip, 0),
        Err(failure) => return not_tried(failure),
    };
    match transport {
        Transport::Tcp => ports_tcp::run(session, peer, &targets, &controls, options).await,
        Transport::Udp => ports_udp::run(session, peer, &targets, &controls, options).await,
    }
}

/// The reflector's counts of requests and replies.
struct Log(HashMap<(Transport, Family, u16), (u64, u64)>);

impl Log {
    fn of(ports: &[PortLog]) -> Self {
        let counts = ports
            .iter()
            .map(|l| ((l.transport, l.family, l.port), (l.requests, l.replies)));
        Self(counts.collect())
    }
}

fn state_of(
    seen: &Seen,
    port: u16,
    family: Family,
    transport: Transport,
    controls: &[Control],
    log: Result<&Log, &Failure>,
) -> PortState {
    let controlled = controls.iter().any(|c| *c != (transport, port));
    match seen {
        Seen::Proved => PortState::Open {
            grade: Grade::AuthenticatedEcho,
        },
        // Another certificate is somebody else's, whether the reflector still lives or not.
        Seen::Unproved(failure)
            if log.is_ok() || failure.code == FailureCode::CertificateNotPinned =>
        {
            PortState::Unproved {
                failure: failure.clone(),
            }
        }
        // Who prohibits says so himself. Any other reject may come from a machine that is not the reflector's, or from one
        // that finds no way to it, unless the reflector was reached over this family.
        Seen::Rejected(failure)
            if log.is_ok() && (controlled || failure.code == FailureCode::Prohibited) =>
        {
            PortState::Rejected {
                failure: failure.clone(),
            }
        }
        Seen::Rejected(failure) if log.is_ok() => PortState::Unproved {
            failure: failure.clone(),
        },
        // A reflector that has gone no longer holds the port: its machine rejects then, not the path.
        Seen::Unproved(_) | Seen::Rejected(_) => PortState::NotTested {
            failure: log
                .err()
                .cloned()
                .unwrap_or(Failure::new(FailureCode::Other)),
        },
        Seen::NotTried(failure) => PortState::NotTested {
            failure: failure.clone(),
        },
        Seen::Silent(tries) => PortState::Silent {
            tries: *tries,
            // Without its log afterwards, the reflector may have gone meanwhile.
            control: log.is_ok() && controlled,
            died: match log {
                Ok(log) => died(transport, log.0.get(&(transport, family, port))),
                Err(failure) => Fact::unknown_because(
                    UnknownCode::Failed,
                    format!("the reflector's log could not be read: {:?}", failure.code),
                ),
            },
        },
    }
}

/// Where the exchange died, by the reflector's counts.
fn died(transport: Transport, count: Option<&(u64, u64)>) -> Fact<Direction> {
    let source = "reflector log";
    match (transport, count) {
        (_, Some((1.., 1..))) => Fact::known(Direction::Down, source),
        (_, Some((1.., 0))) => Fact::unknown_because(
            UnknownCode::Failed,
            "requests arrived, but the reflector could not answer",
        ),
        (Transport::Udp, _) => Fact::known(Direction::Up, source),
        (Transport::Tcp, _) => Fact::unknown_because(
            UnknownCode::NotSupported,
            "a lost SYN and a lost SYN-ACK look the same to the reflector",
        ),
    }
}
