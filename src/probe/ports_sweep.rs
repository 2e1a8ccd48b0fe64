//! Many UDP ports over one address family: one socket, leases that roll over the range, a rate that follows the path, and
//! the exact edges of blocked blocks.
//!
//! Ports are tried side by side and each until it answers or has been tried often enough. Where only some ports of a range
//! are tried, the ports half way between an open and a silent one follow as soon as they are known, so that the edges are
//! found while the silent ones are still being tried again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::ports::{LEAST_TRIES, Options, PortAsk, Seen, held, refusals};
use super::ports_choice::{MOST_FOLLOWED, middles};
use super::ports_control::{COMPARED_UDP, Control, otherwise};
use super::ports_pace::Pace;
use super::ports_udp::{SEQUENCE, base_wait, from_path};
use super::reflector::Session;
use crate::model::network::{Failure, FailureCode, Family, RangeMethod};
use crate::model::rule::{PortRange, Transport};
use crate::net::pace::is_full;
use crate::net::{clock, failure_of, socket};
use crate::wire::control::{LeaseReply, LeaseRequest, MAX_PORTS, RefusedReason};
use crate::wire::keys::PortKey;
use crate::wire::stamp::{ErrorEstimate, NtpTime, ReflectorPacket, SenderPacket};

/// Ports that are asked for in one lease.
const LEASE: usize = 1_024;
/// Leases under way at once.
const LEASES: usize = 3;
/// Given back when so many are done, or when the rest is needed.
const RELEASE: usize = 512;
/// Ports of a session that are left to the probes beside this one.
const RESERVE: u32 = 128;
/// A silent port is tried at most so often; a path that would need more leaves it unproved.
pub(super) const MOST_TRIES: u32 = 14;
/// Shortest time from the first try of a silent port to its last: a short gap of a radio link is no block. Controls answer
/// in the same time, so it need not be longer.
const SPREAD: Duration = Duration::from_millis(400);
/// Sockets that look for ICMP errors at once: those tell a reject from silence, and reach connected sockets only.
const LOOKOUTS: usize = 64;
/// Ports that are tried beside the others for comparison, at most.
const CONTROLS: usize = 4;
/// How often, while others are silent.
const CONTROL_GAP: Duration = Duration::from_millis(150);
/// Datagrams sent before answers are read again.
const AT_ONCE: usize = 32;

/// What is asked of one family.
pub(super) struct Wide<'a> {
    pub(super) session: &'a Session,
    pub(super) ask: &'a PortAsk,
    pub(super) method: RangeMethod,
    /// The ports to begin with.
    pub(super) ports: &'a [u16],
    pub(super) options: &'a Options,
    pub(super) family: Family,
    pub(super) ip: IpAddr,
    /// Families that are tried side by side and share rate, leases and flows.
    pub(super) families: u32,
}

/// What came of the ports, and which port answered at the same time as the silent ones were tried.
#[derive(Debug, Default)]
pub(super) struct Swept {
    pub(super) ports: BTreeMap<u16, (Seen, Vec<Control>)>,
    /// Only some of the ports were tried after all, because nothing answers on any.
    pub(super) thinned: bool,
}

impl Swept {
    /// None of the ports could be tried.
    pub(super) fn not_tried(ports: &[u16], failure: &Failure) -> Self {
        let none = |p: &u16| (*p, (Seen::NotTried(failure.clone()), Vec::new()));
        Self {
            ports: ports.iter().map(none).collect(),
            thinned: false,
        }
    }
}

/// One port under way.
struct Port {
    key: PortKey,
    sent: Vec<(SenderPacket, Instant)>,
    /// Its last try ended without an answer in time, so often.
    late: u32,
    rejected: Option<Failure>,
    /// Why nothing left, while nothing did.
    unsent: Option<Failure>,
    control: bool,
}

impl Port {
    fn tries(&self) -> u32 {
        u32::try_from(self.sent.len()).unwrap_or(u32::MAX)
    }
    /// The number of the packet that these octets answer.
    fn answered_by(&self, bytes: &[u8]) -> Option<u32> {
        let answer = ReflectorPacket::parse(bytes, &self.key).ok()?;
        let known = self.sent.iter().any(|(s, _)| answer.answers(s));
        known.then_some(answer.sender_sequence)
    }
}

/// A port that is done.
enum Done {
    Open,
    NotTried(Failure),
    Silent(Box<Port>),
}

/// What a lookout saw.
enum Sight {
    Answer(u32, Instant),
    Reject(Failure),
    Nothing,
}

struct Sweep<'a> {
    wide: &'a Wide<'a>,
    socket: UdpSocket,
    pace: Pace,
    todo: VecDeque<u16>,
    leased: usize,
    budget: usize,
    leases: JoinSet<(Vec<u16>, Result<LeaseReply, Failure>)>,
    releases: JoinSet<usize>,
    give_back: Vec<u16>,
    active: BTreeMap<u16, Port>,
    /// Leased and not tried yet.
    fresh: VecDeque<u16>,
    /// Tried, and when to try again or give up.
    due: BinaryHeap<Reverse<(Instant, u16)>>,
    /// Given up after too few tries for the loss that showed later; what came of those.
    revived: BTreeMap<u16, Port>,
    lookouts: JoinSet<(u16, Sight)>,
    done: BTreeMap<u16, Done>,
    controls: Vec<u16>,
    /// When datagrams were sent that were answered.
    alive: Vec<(Instant, u16)>,
    /// The ports that were begun with.
    asked: Vec<u16>,
    followed: usize,
    next_control: Option<Instant>,
    dead: Option<Failure>,
    thinned: bool,
}

/// Tries the ports over one family.
pub(super) async fn run(wide: &Wide<'_>) -> Swept {
    let local = SocketAddr::new(socket::unspecified(wide.family), 0);
    let socket = match socket::udp(local) {
        Ok(socket) => socket,
        Err(e) => {
            let failure = failure_of(&e);
            let failure = Failure {
                code: FailureCode::LocalSocket,
                ..failure
            };
            return Swept::not_tried(wide.ports, &failure);
        }
    };
    let mut sweep = Sweep::new(wide, socket);
    sweep.warm_up().await;
    // Nothing answered: what TCP proves before and after tells a path that is down from one that lets no UDP through.
    let quiet = sweep.alive.is_empty();
    let before = if quiet {
        otherwise(wide.session, wide.ip, Transport::Udp, wide.options).await
    } else {
        Vec::new()
    };
    if quiet && wide.method == RangeMethod::Every {
        sweep.thin_out();
    }
    sweep.work().await;
    let mut other: Vec<Control> = Vec::new();
    if sweep.alive.is_empty() {
        other = otherwise(wide.session, wide.ip, Transport::Udp, wide.options).await;
        other.retain(|c| before.contains(c));
    } else {
        sweep.last_look().await;
    }
    sweep.end(&other).await
}

impl<'a> Sweep<'a> {
    fn new(wide: &'a Wide<'a>, socket: UdpSocket) -> Self {
        let families = wide.families.max(1);
        let ports = wide.session.max_ports().min(MAX_PORTS);
        let budget = ports.saturating_sub(RESERVE).max(ports / 2) / families;
        let options = wide.options;
        let pace = Pace::new(
            options.sweep_pace / families,
            options.max_flows / families,
            base_wait(wide.session),
            Instant::now(),
        );
        Self {
            wide,
            socket,
            pace,
            todo: wide.ports.iter().copied().collect(),
            leased: 0,
            budget: usize::try_from(budget).unwrap_or(usize::MAX).max(16),
            leases: JoinSet::new(),
            releases: JoinSet::new(),
            give_back: Vec::new(),
            active: BTreeMap::new(),
            fresh: VecDeque::new(),
            due: BinaryHeap::new(),
            revived: BTreeMap::new(),
            lookouts: JoinSet::new(),
            done: BTreeMap::new(),
            controls: Vec::new(),
            alive: Vec::new(),
            asked: wide.ports.to_vec(),
            followed: 0,
            next_control: None,
            dead: None,
            thinned: false,
        }
    }

    fn port(&self, port: u16, control: bool) -> Port {
        Port {
            key: self.wide.session.key().port(Transport::Udp, port),
            sent: Vec::new(),
            late: 0,
            rejected: None,
            unsent: None,
            control,
        }
    }

    /// Whether one of the ports for comparison answered.
    fn compared(&self) -> bool {
        let mut known = self.alive.iter();
        known.any(|(_, port)| self.controls.contains(port))
    }

    /// Leases the ports for comparison and waits for the first answer: it gives the round trip, and the first datagrams of
    /// a path may be lost to address resolution.
    async fn warm_up(&mut self) {
        let request = LeaseRequest {
            transport: Transport::Udp,
            ports: PortRange::compress(COMPARED_UDP),
            any: 1,
        };
        match self.wide.session.lease(&request).await {
            Ok(reply) => {
                self.controls = held(&reply, self.wide.family);
                self.controls.truncate(CONTROLS);
            }
            Err(failure) => {
                self.dead = Some(failure);
                return;
            }
        }
        let until = Instant::now() + base_wait(self.wide.session) * 2;
        let mut again = Instant::now();
        while self.alive.is_empty() && Instant::now() < until && !self.controls.is_empty() {
            if Instant::now() >= again {
                again = Instant::now() + base_wait(self.wide.session) * 2 / 3;
                self.send_controls();
            }
            let wait = until.min(again).saturating_duration_since(Instant::now());
            self.receive_for(wait).await;
        }
    }

    /// One datagram to each port for comparison.
    fn send_controls(&mut self) {
        for port in self.controls.clone() {
            if !self.active.contains_key(&port) {
                let entry = self.port(port, true);
                self.active.insert(port, entry);
            }
            self.send(port);
        }
        self.next_control = Some(Instant::now() + CONTROL_GAP.max(self.pace.late()));
    }

    async fn receive_for(&mut self, wait: Duration) {
        if tokio::time::timeout(wait, self.socket.readable())
            .await
            .is_ok()
        {
            self.receive();
        }
    }

    /// Keeps a few ports of the range where nothing answers: that many tell as much as all.
    fn thin_out(&mut self) {
        let all = self.todo.len();
        let step = all
            .div_ceil(super::ports_choice::EVERY_UP_TO as usize)
            .max(1);
        self.todo = self.todo.iter().copied().step_by(step).collect();
        self.asked = self.todo.iter().copied().collect();
        self.thinned = true;
    }

    /// Until every port is done or the time is over.
    async fn work(&mut self) {
        loop {
            if self.wide.options.deadline.passed() {
                self.dead
                    .get_or_insert(Failure::new(FailureCode::Cancelled));
            }
            if self.dead.is_some() {
                return;
            }
            self.lease_more();
            self.release_some(false);
            self.follow_edges();
            if self.is_over() && !self.revive() {
                return;
            }
            let wait = self.send_due();
            tokio::select! {
                biased;
                _ = self.socket.readable() => self.receive(),
                Some(Ok((asked, reply))) = self.leases.join_next(), if !self.leases.is_empty() => {
                    self.on_lease(asked, reply);
                }
                Some(Ok(count)) = self.releases.join_next(), if !self.releases.is_empty() => {
                    self.leased = self.leased.saturating_sub(count);
                }
                Some(Ok((port, sight))) = self.lookouts.join_next(), if !self.lookouts.is_empty() => {
                    self.on_sight(port, sight);
                }
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        self.todo.is_empty()
            && self.leases.is_empty()
            && self.active.values().all(|p| p.control)
            && self.lookouts.is_empty()
    }

    /// Puts ports back that were given up after fewer tries than the loss asks for by now; whether there are any.
    fn revive(&mut self) -> bool {
        let needed = self.needed().min(MOST_TRIES);
        let few = |d: &Done| matches!(d, Done::Silent(p) if p.tries() < needed);
        let again: Vec<u16> = self
            .done
            .iter()
            .filter(|(_, d)| few(d))
            .map(|(p, _)| *p)
            .collect();
        for port in &again {
            if let Some(Done::Silent(entry)) = self.done.remove(port) {
                self.revived.insert(*port, *entry);
            }
            self.todo.push_back(*port);
        }
        !again.is_empty()
    }

    fn lease_more(&mut self) {
        while !self.todo.is_empty() && self.leases.len() < LEASES {
            let room = self.budget.saturating_sub(self.leased);
            let count = self.todo.len().min(LEASE);
            // Small pieces cost as many calls as large ones.
            if room == 0 || (room < count && room < LEASE / 4 && self.leased > 0) {
                self.release_some(true);
                return;
            }
            let chunk: Vec<u16> = self.todo.drain(..count.min(room)).collect();
            self.leased += chunk.len();
            let request = LeaseRequest {
                transport: Transport::Udp,
                ports: PortRange::compress(chunk.iter().copied()),
                any: 0,
            };
            let session = self.wide.session.clone();
            self.leases
                .spawn(async move { (chunk, session.lease(&request).await) });
        }
    }

    fn on_lease(&mut self, asked: Vec<u16>, reply: Result<LeaseReply, Failure>) {
        let reply = match reply {
            Ok(reply) => reply,
            Err(failure) => {
                self.leased = self.leased.saturating_sub(asked.len());
                for port in asked {
                    self.done.insert(port, Done::NotTried(failure.clone()));
                }
                self.dead = Some(failure);
                return;
            }
        };
        let got = held(&reply, self.wide.family);
        // Held over the other family only: of no use here, so it is given back at once.
        let other = held(
            &reply,
            match self.wide.family {
                Family::Ipv4 => Family::Ipv6,
                Family::Ipv6 => Family::Ipv4,
            },
        );
        let refused = refusals(&reply);
        let now = Instant::now();
        let mut limited = Vec::new();
        let mut lost = 0;
        for port in asked {
            if got.binary_search(&port).is_ok() {
                if let Some(entry) = self.revived.remove(&port) {
                    self.active.insert(port, entry);
                    self.due.push(Reverse((now, port)));
                } else {
                    let entry = self.port(port, false);
                    self.active.insert(port, entry);
                    self.fresh.push_back(port);
                }
                continue;
            }
            if other.binary_search(&port).is_ok() {
                self.give_back.push(port);
            } else {
                lost += 1;
            }
            match refused.get(&(self.wide.family, port)) {
                Some((RefusedReason::Limit, _)) => limited.push(port),
                Some((_, failure)) => {
                    self.done.insert(port, Done::NotTried(failure.clone()));
                }
                None => {
                    let failure = Failure::because(
                        FailureCode::PortNotHeld,
                        "the reflector has no address of this family",
                    );
                    self.done.insert(port, Done::NotTried(failure));
                }
            }
        }
        self.leased = self.leased.saturating_sub(lost);
        if !limited.is_empty() {
            // So many it can hold: the rest waits for those that are given back.
            self.budget = self.leased.clamp(1, self.budget);
            if self.leased == 0 {
                for port in limited {
                    let busy =
                        Failure::because(FailureCode::Busy, "the reflector's limit is reached");
                    self.done.insert(port, Done::NotTried(busy));
                }
            } else {
                for port in limited.into_iter().rev() {
                    self.todo.push_front(port);
                }
            }
        }
    }

    /// Gives back what is done, in large pieces unless it is needed now.
    fn release_some(&mut self, now: bool) {
        if self.give_back.is_empty() || (!now && self.give_back.len() < RELEASE) {
            return;
        }
        let ports = std::mem::take(&mut self.give_back);
        let count = ports.len();
        let request = LeaseRequest {
            transport: Transport::Udp,
            ports: PortRange::compress(ports),
            any: 0,
        };
        let session = self.wide.session.clone();
        self.releases.spawn(async move {
            // What cannot be given back ends with the session.
            let _ = session.release(&request).await;
            count
        });
    }

    /// Sends what is due, as the pace allows; the time until something may be due again.
    fn send_due(&mut self) -> Duration {
        for _ in 0..AT_ONCE {
            let now = Instant::now();
            if self.next_control.is_none_or(|at| at <= now) {
                self.next_control = Some(now + CONTROL_GAP);
                if self.active.values().any(|p| !p.control && p.late > 0) {
                    self.send_controls();
                }
            }
            let again = self.due.peek().filter(|Reverse((at, _))| *at <= now);
            let again = again.map(|Reverse((_, port))| *port);
            let sent = match (again, self.fresh.front().copied()) {
                (Some(port), _) => self.try_again(port, now),
                (None, Some(port)) => self.try_first(port, now),
                (None, None) => {
                    let next = self.due.peek().map_or(CONTROL_GAP, |Reverse((at, _))| {
                        at.saturating_duration_since(now)
                    });
                    return next.min(CONTROL_GAP);
                }
            };
            if let Err(wait) = sent {
                let next = self.due.peek().map_or(wait, |Reverse((at, _))| {
                    at.saturating_duration_since(now).max(self.pace.wait())
                });
                return wait.min(next).min(CONTROL_GAP);
            }
        }
        Duration::ZERO
    }

    /// A first try; the time to wait if it cannot be now.
    fn try_first(&mut self, port: u16, now: Instant) -> Result<(), Duration> {
        self.pace.flow_room(now)?;
        self.leave(port, now)?;
        self.pace.begin_flow(now);
        self.fresh.pop_front();
        Ok(())
    }

    /// A further try of a port whose answer is late, or the end of its tries.
    fn try_again(&mut self, port: u16, now: Instant) -> Result<(), Duration> {
        let Some(entry) = self.active.get_mut(&port) else {
            self.due.pop();
            return Ok(());
        };
        let tries = entry.tries();
        entry.late = tries;
        let first = entry.sent.first().map(|(_, at)| *at);
        if self.is_enough(tries, first, now) {
            self.due.pop();
            self.finish(port);
            return Ok(());
        }
        // Its entry in the queue is replaced by the one for the time after.
        self.leave(port, now).map(|()| {
            self.due.pop();
        })
    }

    /// Lets one datagram leave, and says when its port is due again.
    fn leave(&mut self, port: u16, now: Instant) -> Result<(), Duration> {
        let Some(entry) = self.active.get(&port) else {
            return Ok(());
        };
        let tries = entry.tries();
        let first = entry.sent.first().map_or(now, |(_, at)| *at);
        if !self.pace.take(now) {
            return Err(self.pace.wait());
        }
        if tries == 1 && self.lookouts.len() < LOOKOUTS {
            self.look_out(port);
        } else if !self.send(port) {
            return Err(Duration::from_millis(2));
        }
        let wait = self.until_next(tries + 1, first, now);
        self.due.push(Reverse((now + wait, port)));
        Ok(())
    }

    /// Whether a port was tried often enough to be called silent.
    fn is_enough(&self, tries: u32, first: Option<Instant>, now: Instant) -> bool {
        let spread = first.map_or(Duration::ZERO, |f| now.saturating_duration_since(f));
        tries >= self.needed().min(MOST_TRIES) && spread >= SPREAD
    }

    fn needed(&self) -> u32 {
        let families = usize::try_from(self.wide.families).unwrap_or(1);
        let ports = self.wide.ports.len().saturating_add(self.followed);
        self.pace
            .tries_needed(ports.saturating_mul(families), LEAST_TRIES)
    }

    /// Time from a try to the next: until its answer is late, longer each time, and so that the last comes late enough.
    fn until_next(&self, tries: u32, first: Instant, now: Instant) -> Duration {
        let late = self.pace.late();
        let wait = late.mul_f64(1.0 + 0.5 * f64::from(tries.saturating_sub(1).min(4)));
        if tries + 1 == self.needed() {
            // The next try is the last one: not before the spread is nearly over.
            let spread = (first + SPREAD.saturating_sub(late)).saturating_duration_since(now);
            return wait.max(spread);
        }
        wait
    }

    fn packet(&self) -> SenderPacket {
        SenderPacket {
            sequence: SEQUENCE.fetch_add(1, Ordering::Relaxed),
            timestamp: NtpTime::from_unix(clock::now()),
            error: ErrorEstimate::UNSYNCHRONISED,
            ssid: self.wide.session.ssid(),
        }
    }

    /// Sends one datagram to a port; false when the system has no room for it.
    fn send(&mut self, port: u16) -> bool {
        let packet = self.packet();
        let to = SocketAddr::new(self.wide.ip, port);
        let Some(entry) = self.active.get_mut(&port) else {
            return true;
        };
        match self.socket.try_send_to(&packet.encode(&entry.key, 0), to) {
            Ok(_) => {
                entry.unsent = None;
                entry.sent.push((packet, Instant::now()));
            }
            Err(e) if is_full(&e) => return false,
            Err(e) => {
                // A try that did not leave counts as one, or a firewall of this PC would be asked for ever.
                if entry.sent.is_empty() || entry.unsent.is_some() {
                    entry.unsent = Some(failure_of(&e));
                }
                entry.sent.push((packet, Instant::now()));
            }
        }
        true
    }

    /// Sends a try from a socket of its own, which is told of ICMP errors.
    fn look_out(&mut self, port: u16) {
        let packet = self.packet();
        let wait = self.pace.late();
        let to = SocketAddr::new(self.wide.ip, port);
        let Some(entry) = self.active.get_mut(&port) else {
            return;
        };
        entry.sent.push((packet, Instant::now()));
        let key = entry.key.clone();
        self.lookouts
            .spawn(async move { (port, look(to, &packet, &key, wait).await) });
    }

    fn on_sight(&mut self, port: u16, sight: Sight) {
        match sight {
            Sight::Nothing => {}
            Sight::Answer(sequence, at) => self.answered(port, sequence, at),
            Sight::Reject(failure) => {
                if let Some(entry) = self.active.get_mut(&port) {
                    entry.rejected = Some(failure);
                } else if let Some(Done::Silent(entry)) = self.done.get_mut(&port) {
                    entry.rejected = Some(failure);
                }
            }
        }
    }

    fn receive(&mut self) {
        let mut buffer = [0; 2_048];
        for _ in 0..256 {
            match self.socket.try_recv_from(&mut buffer) {
                Ok((len, from)) => {
                    let at = Instant::now();
                    if from.ip().to_canonical() == self.wide.ip.to_canonical() {
                        let bytes = buffer.get(..len).unwrap_or_default();
                        let entry = match self.active.get(&from.port()) {
                            Some(entry) => Some(entry),
                            None => match self.done.get(&from.port()) {
                                Some(Done::Silent(entry)) => Some(entry.as_ref()),
                                _ => None,
                            },
                        };
                        if let Some(sequence) = entry.and_then(|e| e.answered_by(bytes)) {
                            self.answered(from.port(), sequence, at);
                        }
                    }
                }
                // Windows reports ICMP errors of earlier datagrams here; they do not say of which.
                Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset => {}
                Err(_) => return,
            }
        }
    }

    fn answered(&mut self, port: u16, sequence: u32, at: Instant) {
        let Some(entry) = self.active.get_mut(&port) else {
            // It was given up a moment ago: an answer is a proof all the same.
            if let Some(done @ Done::Silent(..)) = self.done.get_mut(&port) {
                *done = Done::Open;
            }
            return;
        };
        let Some(index) = entry.sent.iter().position(|(s, _)| s.sequence == sequence) else {
            return;
        };
        let Some((_, sent)) = entry.sent.get(index) else {
            return;
        };
        self.alive.push((*sent, port));
        let took = at.saturating_duration_since(*sent);
        let lost = u32::try_from(index).unwrap_or(u32::MAX);
        if entry.control {
            // What was sent before this one is settled.
            entry.sent.drain(..=index);
        } else {
            self.active.remove(&port);
            self.done.insert(port, Done::Open);
            // One stays leased for comparison, where those meant for it do not answer.
            if self.controls.len() < CONTROLS && !self.compared() {
                self.controls.push(port);
                self.leased = self.leased.saturating_sub(1);
            } else {
                self.give_back.push(port);
            }
        }
        self.pace.answered(took, lost, at);
    }

    fn finish(&mut self, port: u16) {
        let Some(entry) = self.active.remove(&port) else {
            return;
        };
        self.give_back.push(port);
        let done = match entry.unsent {
            Some(failure) => Done::NotTried(failure),
            None => Done::Silent(Box::new(entry)),
        };
        self.done.insert(port, done);
    }

    /// Once all that is under way has answered or is late: the ports between those that differ.
    fn follow_edges(&mut self) {
        let waits = self.wide.method == RangeMethod::Every
            || !self.todo.is_empty()
            || !self.leases.is_empty()
            || self.followed >= MOST_FOLLOWED;
        if waits {
            return;
        }
        let under_way = || self.active.iter().filter(|(_, p)| !p.control);
        let likely = self.pace.tries_likely(under_way().count());
        if under_way().any(|(_, p)| p.late < likely.min(LEAST_TRIES)) {
            return;
        }
        let mut known: BTreeMap<u16, bool> = BTreeMap::new();
        for (port, done) in &self.done {
            match done {
                Done::Open => known.insert(*port, true),
                Done::Silent(..) => known.insert(*port, false),
                Done::NotTried(_) => None,
            };
        }
        known.extend(under_way().map(|(port, _)| (*port, false)));
        let mut more = middles(&known, &self.wide.ask.ranges);
        more.retain(|p| !self.done.contains_key(p) && !self.active.contains_key(p));
        more.truncate(MOST_FOLLOWED - self.followed);
        self.followed += more.len();
        self.todo.extend(more);
    }

    /// Whether something else answered to what was sent after a port's last try: else its silence may be the path's.
    async fn last_look(&mut self) {
        let last = |d: &Done| match d {
            Done::Silent(p) => p.sent.last().map(|(_, at)| *at),
            _ => None,
        };
        let Some(latest) = self.done.values().filter_map(last).max() else {
            return;
        };
        let settled = |s: &Self| s.alive.iter().any(|(at, _)| *at > latest);
        for _ in 0..self.needed().min(MOST_TRIES) {
            if settled(self) {
                return;
            }
            self.send_controls();
            let until = Instant::now() + self.pace.late() * 2;
            while !settled(self) && Instant::now() < until {
                self.receive_for(until.saturating_duration_since(Instant::now()))
                    .await;
            }
        }
    }

    async fn end(mut self, other: &[Control]) -> Swept {
        let needed = self.needed();
        self.leases.shutdown().await;
        self.lookouts.shutdown().await;
        let mut rest = std::mem::take(&mut self.give_back);
        rest.extend(self.active.keys().chain(&self.controls));
        let failure = self
            .dead
            .clone()
            .unwrap_or(Failure::new(FailureCode::Cancelled));
        let left: Vec<u16> = self
            .active
            .iter()
            .filter(|(_, p)| !p.control)
            .map(|(p, _)| *p)
            .chain(self.todo.drain(..))
            .chain(self.asked.iter().copied())
            .collect();
        for port in left {
            self.done
                .entry(port)
                .or_insert_with(|| Done::NotTried(failure.clone()));
        }
        let release = LeaseRequest {
            transport: Transport::Udp,
            ports: PortRange::compress(rest),
            any: 0,
        };
        while self.releases.join_next().await.is_some() {}
        let _ = self.wide.session.release(&release).await;
        self.alive.sort_unstable();
        let ports = self.done.iter().map(|(port, done)| {
            let seen = match done {
                Done::Open => (Seen::Proved, Vec::new()),
                Done::NotTried(failure) => (Seen::NotTried(failure.clone()), Vec::new()),
                Done::Silent(entry) => {
                    // Too few tries for the loss on this path prove nothing.
                    let controls = if entry.tries() >= needed {
                        self.comparison(*port, entry, other)
                    } else {
                        Vec::new()
                    };
                    match &entry.rejected {
                        Some(failure) => (Seen::Rejected(failure.clone()), controls),
                        None => (Seen::Silent(entry.tries()), controls),
                    }
                }
            };
            (*port, seen)
        });
        Swept {
            ports: ports.collect(),
            thinned: self.thinned,
        }
    }

    /// What answered both while a silent port was tried and after its last try.
    fn comparison(&self, port: u16, entry: &Port, other: &[Control]) -> Vec<Control> {
        let (Some((_, first)), Some((_, last))) = (entry.sent.first(), entry.sent.last()) else {
            return Vec::new();
        };
        if self.alive.is_empty() {
            return other.to_vec();
        }
        let after = self.alive.partition_point(|(at, _)| at <= last);
        let begun = self.alive.partition_point(|(at, _)| at < first);
        let from = self.alive.get(begun.saturating_sub(1)..after);
        let during = from.unwrap_or_default().iter().any(|(_, p)| *p != port);
        match self.alive.get(after) {
            Some((_, control)) if during => vec![(Transport::Udp, *control)],
            _ => Vec::new(),
        }
    }
}

/// One datagram from a socket of its own, and what comes back in time.
async fn look(to: SocketAddr, packet: &SenderPacket, key: &PortKey, wait: Duration) -> Sight {
    let Ok(socket) = socket::udp_to(to) else {
        return Sight::Nothing;
    };
    if socket.send(&packet.encode(key, 0)).await.is_err() {
        return Sight::Nothing;
    }
    let until = tokio::time::Instant::now() + wait.max(Duration::from_millis(100)) * 2;
    let mut buffer = [0; 2_048];
    loop {
        match tokio::time::timeout_at(until, socket.recv(&mut buffer)).await {
            Err(_) => return Sight::Nothing,
            Ok(Ok(len)) => {
                let bytes = buffer.get(..len).unwrap_or_default();
                let answers =
                    ReflectorPacket::parse(bytes, key).is_ok_and(|answer| answer.answers(packet));
                if answers {
                    return Sight::Answer(packet.sequence, Instant::now());
                }
            }
            Ok(Err(e)) => {
                return from_path(failure_of(&e)).map_or(Sight::Nothing, Sight::Reject);
            }
        }
    }
}
