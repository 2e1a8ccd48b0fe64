//! Both directions at once, as a call loads a line: half-duplex media such as Wi-Fi and shared uplinks carry less
//! together than apart.

use std::time::Duration;

use super::{Ask, DEEPER_QUEUE, Sent, Way, is_cut, readings};
use crate::model::network::{
    CapacityReading, Direction, Failure, FailureCode, Family, TogetherReading, TogetherSide,
};
use crate::model::{Bps, EvidenceId};
use crate::probe::lane;
use crate::probe::reflector::Session;
use crate::wire::bracket::both::{read_side, side_train};
use crate::wire::train::{HIGHEST_RATE, PACKET_BYTES};

/// Pairs of rates that are tried in one run, at most.
pub const TRIES: u32 = 3;
/// How often one pair is tried, where the two trains did not run side by side.
const ATTEMPTS: u32 = 2;
/// The share of a train that must run beside the other's.
const BESIDE: f64 = 0.8;

/// What to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// Evidence id of the reading.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// Address family.
    pub family: Family,
    /// UDP ports to use, best first.
    pub ports: Vec<u16>,
    /// The rates to carry, up and down, at the IP layer.
    pub need: (Bps, Bps),
}

/// What one try sends at most, for plans: packets, IP-layer bytes, and how long it takes.
pub fn cost(need: (Bps, Bps)) -> (u64, u64, Duration) {
    let both = Bps(need.0.0.saturating_add(need.1.0));
    let train = |need| side_train(need, both, Some(HIGHEST_RATE), HIGHEST_RATE).bytes();
    let bytes = u64::from(ATTEMPTS) * (train(need.0) + train(need.1));
    let (small, each) = (120, 160);
    (
        bytes / u64::from(PACKET_BYTES) + small,
        bytes + small * each,
        Duration::from_secs(20) + lane::LONGEST_TURN,
    )
}

/// Sends both trains at the same time. `alone` is what each direction came to by itself.
pub async fn together(
    session: &Session,
    ask: &Together,
    alone: (&CapacityReading, &CapacityReading),
) -> TogetherReading {
    let mut reading = blank(session, ask);
    match attempt(session, ask, alone).await {
        Ok((up, down)) => {
            reading.sender_limited = up.1 || down.1;
            (reading.up, reading.down) = (up.0, down.0);
        }
        Err(failure) => reading.failure = Some(failure),
    }
    reading
}

/// The reading before anything was sent.
pub fn blank(session: &Session, ask: &Together) -> TogetherReading {
    let side = |need| TogetherSide {
        need,
        at_least: None,
        at_most: None,
        trains: Vec::new(),
    };
    TogetherReading {
        id: ask.id.clone(),
        reflector: ask.reflector.clone(),
        role: session.role(),
        family: ask.family,
        up: side(ask.need.0),
        down: side(ask.need.1),
        sender_limited: false,
        failure: None,
    }
}

type Side = (TogetherSide, bool);

async fn attempt(
    session: &Session,
    ask: &Together,
    alone: (&CapacityReading, &CapacityReading),
) -> Result<(Side, Side), Failure> {
    let open = |direction| {
        let ask = Ask {
            id: ask.id.clone(),
            reflector: ask.reflector.clone(),
            direction,
            family: ask.family,
            ports: ask.ports.clone(),
            need: Bps(0),
            limit: HIGHEST_RATE,
        };
        async move { Way::open(session, &ask).await }
    };
    let up = open(Direction::Up).await?;
    let down = match open(Direction::Down).await {
        Ok(down) => down,
        Err(failure) => {
            lane::stop(session, up.lane.ssid()).await;
            return Err(failure);
        }
    };
    let out = side_by_side(&up, &down, ask, alone).await;
    lane::stop(session, up.lane.ssid()).await;
    lane::stop(session, down.lane.ssid()).await;
    out
}

async fn side_by_side(
    up: &Way<'_>,
    down: &Way<'_>,
    ask: &Together,
    alone: (&CapacityReading, &CapacityReading),
) -> Result<(Side, Side), Failure> {
    let both = Bps(ask.need.0.0.saturating_add(ask.need.1.0));
    let most = alone.0.at_most.max(alone.1.at_most);
    let plan = |need| side_train(need, both, most, HIGHEST_RATE);
    for _ in 0..ATTEMPTS {
        let (one, other) = tokio::join!(
            up.send(plan(ask.need.0), DEEPER_QUEUE),
            down.send(plan(ask.need.1), DEEPER_QUEUE),
        );
        let (one, other) = (one?, other?);
        let (begun, other_begun) = (one.begun, other.begun);
        // Both wait for their turn at a busy reflector, and then perhaps not for the same time. One that ended early had
        // filled a queue: that proves its own side only.
        let apart = begun.max(other_begun) - begun.min(other_begun);
        let span = one.seen.plan.span().mul_f64(1.0 - BESIDE);
        let (cut, other_cut) = (is_cut(&one.seen), is_cut(&other.seen));
        if apart <= span {
            let side = |sent: &Sent, need, alone: &CapacityReading, trust: bool| {
                let read = read_side(&sent.seen, usual(alone));
                let side = TogetherSide {
                    need,
                    at_least: read.at_least.filter(|_| trust),
                    at_most: read.at_most,
                    trains: readings(sent),
                };
                (side, read.sender_limited)
            };
            let trust = !cut && !other_cut;
            return Ok((
                side(&one, ask.need.0, alone.0, trust),
                side(&other, ask.need.1, alone.1, trust),
            ));
        }
    }
    let why = "the trains of both directions did not run side by side";
    Err(Failure::because(FailureCode::Busy, why))
}

/// What was lost in this direction alone, of how many packets, in the slowest train that had enough of them.
fn usual(alone: &CapacityReading) -> (u64, u64) {
    let many = alone.trains.iter().filter(|t| t.packets_sent >= 50);
    many.min_by_key(|t| t.sent).map_or((0, 0), |t| {
        let lost = t.packets_sent.saturating_sub(t.packets_received);
        (lost, t.packets_sent)
    })
}
