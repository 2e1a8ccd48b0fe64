//! Trains at the reflector: those that agents send are recorded, those that agents ask for are sent.
//!
//! Nothing is sent unasked: a train goes only to an address that has shown, in this session and on this port, that it
//! receives what is sent to it; it is capped in rate, bytes and time; it stops when the agent's packets stop.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::places::{Permit, Places};
use super::session::{Arrived, Flow, Session};
use crate::model::rule::Transport;
use crate::net::clock;
use crate::net::pace::{Departed, send_train};
use crate::wire::control::{Heard, PathProof, TrainReport};
use crate::wire::stamp::{ErrorEstimate, NtpTime, SenderPacket};
use crate::wire::train::{
    Arrival, Digest, MOST_PACKETS, PACKET_BYTES, PlanError, TrainPlan, header_bytes, nanos,
};

/// Bytes that one session may have sent to it, at the IP layer: ten trains at the highest rate of one second.
pub const SESSION_BYTES: u64 = 128 * 1024 * 1024;
/// A train stops when nothing of its agent arrived for so long; agents send ten packets a second meanwhile.
const SILENT_MS: u64 = 600;
/// A train that arrives is over when nothing more came for so long.
const QUIET_NS: u64 = 350_000_000;
/// Answers of a flow that can still prove a path; an agent's ten a second outlast a queue of many seconds.
const REMEMBERED: usize = 256;

/// Records one train that an agent sends.
#[derive(Debug)]
pub(crate) struct Sink {
    plan: TrainPlan,
    planned: usize,
    arrivals: Mutex<Vec<Arrival>>,
    _place: Option<Permit>,
}

impl Sink {
    /// Ready for this train, which has a place as long as this lives.
    ///
    /// # Errors
    /// A train beyond the limits of [`crate::wire::train`].
    pub(crate) fn new(plan: TrainPlan, place: Option<Permit>) -> Result<Self, PlanError> {
        let planned = plan.departures()?.len();
        Ok(Self {
            plan,
            planned,
            arrivals: Mutex::default(),
            _place: place,
        })
    }

    /// Beyond twice the planned number, nothing more is kept.
    fn record(&self, packet: &SenderPacket, received: NtpTime) {
        let mut arrivals = lock(&self.arrivals);
        if arrivals.len() < self.planned.saturating_mul(2) {
            arrivals.push(Arrival::of(packet, received));
        }
    }

    /// What arrived so far, and whether more is to be waited for.
    fn report_at(&self, now: NtpTime) -> TrainReport {
        let arrivals = lock(&self.arrivals).clone();
        let last = arrivals.iter().map(|a| a.received_ns).max();
        let quiet = last.is_none_or(|l| nanos(now).saturating_sub(l) > QUIET_NS);
        let digest = Digest::of(&self.plan, &arrivals).unwrap_or_default();
        let whole = digest.received() >= self.planned as u64;
        TrainReport::Arrived {
            over: whole || quiet,
            digest,
        }
    }
}

impl Flow for Sink {
    fn on_packet(&self, a: &Arrived<'_>) {
        self.record(&a.packet, a.received);
        a.session
            .count(Transport::Udp, a.socket.port, a.socket.family, 1, 0);
    }
    fn report(&self) -> Option<TrainReport> {
        Some(self.report_at(NtpTime::from_unix(clock::now())))
    }
}

/// Sends trains to an agent that keeps showing that it receives what is sent to it. Packets of the agent are answered
/// at their own size; each answer that it can tell of proves its address.
pub(crate) struct Source {
    /// Packet numbers that arrived. A number counts once in a flow, so that copies by others are not answered.
    seen: Mutex<Numbers>,
    answered: Mutex<Answered>,
    life: Arc<Life>,
    senders: Places,
}

/// What one train needs.
#[derive(Debug)]
pub struct Order<'a> {
    /// Whose train it is.
    pub session: &'a Arc<Session>,
    /// Session identifier that its packets carry.
    pub ssid: u16,
    /// The train.
    pub plan: TrainPlan,
    /// Shows the address that it goes to.
    pub proof: PathProof,
}

/// Why a train is not sent.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Beyond the limits of a train.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The proof is not one of the latest answers.
    #[error("no answer of this flow had this number and time: the path back is not proved")]
    Path,
    /// The port was given back, or never held.
    #[error("this session does not lease that port")]
    Port,
    /// One train at a time.
    #[error("a train of this flow is under way")]
    UnderWay,
    /// [`SESSION_BYTES`] are spent.
    #[error("this session has had all the bytes that one session may have")]
    Budget,
    /// All [`super::places::PLACES`] are taken: how long to wait before asking again.
    #[error("other trains are under way")]
    Busy(Duration),
    /// The system gave no thread.
    #[error("no thread for the train")]
    Thread(#[from] std::io::Error),
}

/// Packet numbers below [`MOST_PACKETS`]; higher ones are never new, which ends a flow that runs for too long.
#[derive(Debug, Default)]
struct Numbers(Vec<bool>);

impl Numbers {
    /// Remembers a number; whether it is new.
    fn insert(&mut self, number: u32) -> bool {
        if number >= MOST_PACKETS {
            return false;
        }
        let index = number as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, false);
        }
        self.0
            .get_mut(index)
            .is_some_and(|seen| !std::mem::replace(seen, true))
    }

    fn runs(&self) -> Vec<(u32, u32)> {
        let mut out: Vec<(u32, u32)> = Vec::new();
        for (number, _) in (0_u32..).zip(&self.0).filter(|(_, seen)| **seen) {
            match out.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
                _ => out.push((number, number)),
            }
        }
        out
    }
}

/// The latest answers and where they went.
#[derive(Debug, Default)]
struct Answered {
    next: u32,
    latest: VecDeque<(PathProof, SocketAddr)>,
}

/// What the thread that sends shares with its flow.
#[derive(Debug, Default)]
struct Life {
    heard_ms: AtomicU64,
    stopped: AtomicBool,
    halted: AtomicBool,
    train: Mutex<Option<TrainReport>>,
}

impl Life {
    fn beat(&self) {
        self.heard_ms.store(now_ms(), Ordering::Release);
    }
    fn goes_on(&self) -> bool {
        let silent = now_ms().saturating_sub(self.heard_ms.load(Ordering::Acquire));
        silent <= SILENT_MS
            && !self.stopped.load(Ordering::Acquire)
            && !self.halted.load(Ordering::Acquire)
    }
}

fn now_ms() -> u64 {
    u64::try_from(clock::now().as_millis()).unwrap_or(u64::MAX)
}

impl Source {
    /// A flow that sends only while one of these places is free.
    pub(crate) fn new(senders: Places) -> Self {
        Self {
            seen: Mutex::default(),
            answered: Mutex::default(),
            life: Arc::default(),
            senders,
        }
    }

    fn proved(&self, proof: &PathProof) -> Option<SocketAddr> {
        let answered = lock(&self.answered);
        let found = answered.latest.iter().find(|(p, _)| p == proof);
        found.map(|(_, to)| *to)
    }
}

impl Flow for Source {
    fn on_packet(&self, a: &Arrived<'_>) {
        if !lock(&self.seen).insert(a.packet.sequence) {
            return;
        }
        self.life.beat();
        let mut answered = lock(&self.answered);
        let time = NtpTime::from_unix(clock::now());
        let answer = a.packet.answer(answered.next, a.received, time);
        if !a.socket.send(&answer.encode_for(a.bytes, a.key), a.from) {
            return;
        }
        let proof = PathProof {
            port: a.socket.port,
            family: a.socket.family,
            sequence: answered.next,
            time: time.0,
        };
        answered.next = answered.next.wrapping_add(1);
        if answered.latest.len() >= REMEMBERED {
            answered.latest.pop_front();
        }
        answered.latest.push_back((proof, a.from));
        drop(answered);
        a.session
            .count(Transport::Udp, a.socket.port, a.socket.family, 1, 1);
    }

    fn stop(&self) {
        self.life.stopped.store(true, Ordering::Release);
    }

    fn halt(&self) {
        self.life.halted.store(true, Ordering::Release);
    }

    fn report(&self) -> Option<TrainReport> {
        lock(&self.life.train).clone()
    }

    fn heard(&self) -> Option<Heard> {
        Some(Heard {
            runs: lock(&self.seen).runs(),
            answered: lock(&self.answered).next,
        })
    }

    fn send(&self, order: Order<'_>) -> Option<Result<(), Refused>> {
        Some(self.begin(order))
    }
}

impl Source {
    fn begin(&self, order: Order<'_>) -> Result<(), Refused> {
        order.plan.departures()?;
        let to = self.proved(&order.proof).ok_or(Refused::Path)?;
        let (port, family) = (order.proof.port, order.proof.family);
        let socket = order.session.udp(port, family).ok_or(Refused::Port)?;
        let key = order
            .session
            .port_key(Transport::Udp, port)
            .ok_or(Refused::Port)?;
        let mut train = lock(&self.life.train);
        if matches!(*train, Some(TrainReport::Departed { over: false, .. })) {
            return Err(Refused::UnderWay);
        }
        let permit = self
            .senders
            .take(order.session.ssid, Instant::now())
            .map_err(Refused::Busy)?;
        if !order.session.load.take(&order.plan) {
            return Err(Refused::Budget);
        }
        self.life.halted.store(false, Ordering::Release);
        let life = self.life.clone();
        let (plan, ssid) = (order.plan, order.ssid);
        std::thread::Builder::new()
            .name("train".into())
            .spawn(move || {
                let size = (PACKET_BYTES - header_bytes(family)) as usize;
                let departed = send_train(
                    &plan,
                    || life.goes_on(),
                    |number| {
                        let packet = SenderPacket {
                            sequence: number,
                            timestamp: NtpTime::from_unix(clock::now()),
                            error: ErrorEstimate::UNSYNCHRONISED,
                            ssid,
                        };
                        let bytes = packet.encode(&key, size);
                        socket.socket().try_send_to(&bytes, to).map(|_| ())
                    },
                );
                drop(permit);
                *lock(&life.train) = Some(report_of(&departed, true));
            })?;
        *train = Some(report_of(&Departed::default(), false));
        Ok(())
    }
}

fn report_of(departed: &Departed, over: bool) -> TrainReport {
    TrainReport::Departed {
        over,
        stretches: departed.stretches.clone(),
        late_p99_ns: departed
            .lateness_p99()
            .map(|d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)),
        error: departed.error.as_ref().map(ToString::to_string),
    }
}

/// What one session has had sent to it, bytes at the IP layer.
#[derive(Debug, Default)]
pub(crate) struct Budget(AtomicU64);

impl Budget {
    /// Takes a train's bytes; `false` when what is left of [`SESSION_BYTES`] does not suffice.
    pub(crate) fn take(&self, plan: &TrainPlan) -> bool {
        let more = |spent: u64| {
            spent
                .checked_add(plan.bytes())
                .filter(|s| *s <= SESSION_BYTES)
        };
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .is_ok()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Bps;
    use crate::wire::train::Stretch;

    fn plan(rate: u64, ms: u32) -> TrainPlan {
        TrainPlan(vec![Stretch {
            rate: Bps(rate),
            ms,
        }])
    }

    #[test]
    fn a_train_is_over_when_whole_or_quiet_and_a_flood_is_not_kept() {
        let sink = Sink::new(plan(960_000, 100), None).unwrap();
        let start = NtpTime::from_unix(Duration::from_secs(1_000_000));
        let later =
            |ms| NtpTime::from_unix(Duration::from_secs(1_000_000) + Duration::from_millis(ms));
        let packet = |sequence| SenderPacket {
            sequence,
            timestamp: start,
            error: ErrorEstimate::UNSYNCHRONISED,
            ssid: 1,
        };
        let over = |at| match sink.report_at(at) {
            TrainReport::Arrived { over, digest } => (over, digest.received()),
            TrainReport::Departed { .. } => unreachable!("a sink reports arrivals"),
        };
        sink.record(&packet(3), later(10));
        assert_eq!(over(later(100)), (false, 1));
        assert_eq!(over(later(600)), (true, 1));
        (0..10).for_each(|n| sink.record(&packet(n), later(20)));
        assert_eq!(over(later(21)), (true, 10));
        (0..1_000).for_each(|n| sink.record(&packet(n), later(20)));
        assert_eq!(lock(&sink.arrivals).len(), 20);
        assert!(Sink::new(plan(u64::MAX, 100), None).is_err());
        assert!(Sink::new(plan(1_000, u32::MAX), None).is_err());
    }

    #[test]
    fn numbers_are_new_once_and_come_back_as_runs() {
        let mut numbers = Numbers::default();
        for n in [5, 0, 1, 2, 9, 5, 8] {
            numbers.insert(n);
        }
        assert_eq!(numbers.runs(), [(0, 2), (5, 5), (8, 9)]);
        assert!(!numbers.insert(5) && numbers.insert(6));
        assert!(!numbers.insert(u32::MAX), "memory is bounded");
    }

    #[test]
    fn bytes_run_out() {
        let budget = Budget::default();
        let second = plan(100_000_000, 1_000);
        assert_eq!((0..1_000).filter(|_| budget.take(&second)).count(), 10);
    }

    #[test]
    fn an_agent_that_falls_silent_or_stops_is_not_sent_to() {
        let source = Source::new(Places::default());
        assert!(!source.life.goes_on(), "nothing was heard yet");
        source.life.beat();
        assert!(source.life.goes_on());
        source.stop();
        assert!(!source.life.goes_on());
    }
}
