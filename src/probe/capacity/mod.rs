//! Bandwidth in one direction against a reflector: paced trains, read by [`crate::wire::bracket`].

mod down;
pub mod together;
mod up;

use std::time::{Duration, Instant};

use super::lane::{self, Lane};
use super::reflector::Session;
use crate::model::network::{
    CapacityReading, Direction, Failure, FailureCode, Family, TrainReading,
};
use crate::model::{Bps, EvidenceId, Millis};
use crate::wire::bracket::{self, Bracket, First, Seen, conclude, first_train, later_train};
use crate::wire::control::LoadRequest;
use crate::wire::stamp::AUTH_LEN;
use crate::wire::train::{
    self, HIGHEST_RATE, PACKET_BYTES, arrival_rate, delay_slope, planned, received,
};

/// Trains behind the first, at most: each behind the next only where that one was itself too fast, as where other
/// traffic gives way step by step.
const LATER_TRAINS: u32 = 3;

/// A queue that holds packets of a first train for longer than this is full enough to tell.
const DEEP_QUEUE: Duration = Duration::from_millis(150);
/// The same for later trains, which fill a queue on purpose and run at about the line's rate.
const DEEPER_QUEUE: Duration = Duration::from_secs(1);

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Evidence id of the reading.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// Direction.
    pub direction: Direction,
    /// Address family.
    pub family: Family,
    /// UDP ports to use, best first: those that were proved open. Empty: a port of the reflector's choice.
    pub ports: Vec<u16>,
    /// The highest rate that any requirement asks in this direction, for all participants, at the IP layer.
    pub need: Bps,
    /// Nothing is sent faster than this; never above [`HIGHEST_RATE`].
    pub limit: Bps,
}

/// The highest rate that a measurement sends to prove a need.
pub fn top_rate(need: Bps) -> Bps {
    bracket::top_rate(need).min(HIGHEST_RATE)
}

/// What a measurement sends at most, for plans: packets, IP-layer bytes, and how long it takes.
pub fn cost(need: Bps, limit: Bps) -> (u64, u64, Duration) {
    let limit = limit.min(HIGHEST_RATE);
    let first = first_train(need, limit);
    // Later trains follow only when the line is slower than the first, and then run at the line's rate.
    let second = later_train(first.peak(), Duration::from_secs(1), limit);
    // Greeting and signs of life: ten packets of 140 bytes a second each way.
    let (small, each) = (120, 160);
    let bytes = 2 * first.bytes() + u64::from(LATER_TRAINS) * second.bytes();
    (
        bytes / u64::from(PACKET_BYTES) + small,
        bytes + small * each,
        Duration::from_secs(20) + lane::LONGEST_TURN,
    )
}

/// Measures. Always gives a reading; what was not proved is absent from it, and what went wrong is its failure.
///
/// Takes 1.5 s on a line with headroom, 3 to 4 s on one without, longer where queues are deeper than a second.
pub async fn measure(session: &Session, ask: &Ask) -> CapacityReading {
    let mut reading = CapacityReading {
        id: ask.id.clone(),
        reflector: ask.reflector.clone(),
        role: session.role(),
        direction: ask.direction,
        family: ask.family,
        at_least: None,
        at_most: None,
        trains: Vec::new(),
        sender_limited: false,
        failure: None,
    };
    match Way::open(session, ask).await {
        Ok(way) => {
            let limit = ask.limit.min(HIGHEST_RATE);
            let (bracket, failure) = trains(&way, ask.need, limit, &mut reading.trains).await;
            reading.at_least = bracket.at_least;
            reading.at_most = bracket.at_most;
            reading.sender_limited = bracket.sender_limited;
            reading.failure = failure;
            lane::stop(session, way.lane.ssid()).await;
        }
        Err(failure) => reading.failure = Some(failure),
    }
    reading
}

/// A path that was seen to answer, and the direction to measure on it.
struct Way<'a> {
    session: &'a Session,
    lane: Lane,
    direction: Direction,
}

/// A train that was sent and read, with what only the sender's side knows.
struct Sent {
    seen: Seen,
    late_p99: Option<Duration>,
    /// When its turn came.
    begun: Instant,
    /// When the line fell idle, at the earliest.
    idle_since: Instant,
}

impl<'a> Way<'a> {
    async fn open(session: &'a Session, ask: &Ask) -> Result<Self, Failure> {
        let ssid = lane::flow(session, &LoadRequest::Source).await?;
        let lane = match Lane::open(session, ask.family, &ask.ports, ssid).await {
            Ok(lane) => lane,
            Err(failure) => {
                lane::stop(session, ssid).await;
                return Err(failure);
            }
        };
        Ok(Self {
            session,
            lane,
            direction: ask.direction,
        })
    }

    /// Sends a train, which ends early where a queue holds its packets for longer than `deep`.
    async fn send(&self, plan: train::TrainPlan, deep: Duration) -> Result<Sent, Failure> {
        match self.direction {
            Direction::Up => up::send(self.session, &self.lane, plan, deep).await,
            Direction::Down => down::send(self.session, &self.lane, plan, deep).await,
        }
    }
}

/// Sends one train, and others behind it if the first did not settle it.
async fn trains(
    way: &Way<'_>,
    need: Bps,
    limit: Bps,
    log: &mut Vec<TrainReading>,
) -> (Bracket, Option<Failure>) {
    let mut tries = 0;
    let (first, mut estimate) = loop {
        let first = match way.send(first_train(need, limit), DEEP_QUEUE).await {
            Ok(sent) => sent,
            Err(failure) => return (Bracket::default(), Some(failure)),
        };
        log.extend(readings(&first));
        if first.seen.digest.received() == 0 {
            let why = "the port answered, but nothing of the train arrived";
            let failure = Failure::because(FailureCode::TimedOut, why);
            return (Bracket::default(), Some(failure));
        }
        tries += 1;
        match bracket::read_first(&first.seen) {
            // A busy PC deserves a second chance before it is told that it was too slow to tell; so does a pause of
            // the path that looked like a deep queue.
            First::Done(b)
                if (b.sender_limited || is_cut(&first.seen))
                    && b.at_least.is_none_or(|l| l < need)
                    && tries < 2 => {}
            First::Done(bracket) => return (bracket, None),
            First::Again { estimate } => break (first, estimate),
        }
    };
    let (mut later, mut idle_since) = (Vec::new(), first.idle_since);
    let mut failure = None;
    for _ in 0..LATER_TRAINS {
        // What passes until the next train begins: this call's own round trips.
        let idle = idle_since.elapsed() + way.session.round_trip() * 2;
        let plan = later_train(estimate, idle, limit);
        match way.send(plan, DEEPER_QUEUE).await {
            Ok(sent) => {
                log.extend(readings(&sent));
                idle_since = sent.idle_since;
                later.push(sent.seen);
            }
            Err(e) => {
                failure = Some(e);
                break;
            }
        }
        let Some(next) = later.last().and_then(bracket::read_later) else {
            break;
        };
        estimate = next;
    }
    (conclude(&first.seen, &later), failure)
}

/// Whether a train ended early.
fn is_cut(seen: &Seen) -> bool {
    let left: usize = seen.sent.iter().map(|s| s.packets as usize).sum();
    seen.plan.departures().is_ok_and(|all| left < all.len())
}

/// How often small packets may be sent beside a train: they are to take no more than a hundredth of its rate.
fn every(plan: &train::TrainPlan, shortest: Duration) -> Duration {
    let bits = (AUTH_LEN as u64 + u64::from(train::header_bytes(Family::Ipv6))) * 8 * 100;
    let rate = plan.0.last().map_or(1, |s| s.rate.0.max(1));
    let millis = bits.saturating_mul(1_000).checked_div(rate).unwrap_or(0);
    shortest.max(Duration::from_millis(millis))
}

/// One reading for each stretch of a train of which anything left.
fn readings(sent: &Sent) -> Vec<TrainReading> {
    let stretches = sent.seen.plan.0.iter().zip(&sent.seen.sent);
    stretches
        .enumerate()
        .filter(|(_, (_, left))| left.packets > 0)
        .map(|(index, (asked, left))| {
            let bins = sent.seen.digest.stretch(index);
            let span = Duration::from_millis(asked.ms.into());
            TrainReading {
                asked: asked.rate,
                sent: left
                    .rate()
                    .unwrap_or_else(|| over(u64::from(left.packets), span)),
                received: arrival_rate(bins).unwrap_or_else(|| over(received(bins), span)),
                packets_sent: u64::from(left.packets).min(planned(bins)),
                packets_received: received(bins),
                duration: Millis::from_duration(Duration::from_nanos(left.span_ns)),
                delay_slope: delay_slope(bins).map(|s| s.estimate),
                late_p99: sent.late_p99.map(Millis::from_duration),
            }
        })
        .collect()
}

/// The rate of too few packets to have a spacing: their bytes over the time that was theirs.
fn over(packets: u64, span: Duration) -> Bps {
    let bits = u128::from(packets) * u128::from(PACKET_BYTES) * 8_000;
    let bps = bits.checked_div(span.as_millis()).unwrap_or(0);
    Bps(u64::try_from(bps).unwrap_or(u64::MAX))
}
