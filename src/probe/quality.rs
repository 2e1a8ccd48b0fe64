//! Media quality against a reflector: a voice-like stream both ways at once.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::lane::{self, Answer, Lane};
use super::reflector::Session;
use crate::model::network::{Direction, Failure, FailureCode, Family, QualityReading};
use crate::model::{EvidenceId, Millis};
use crate::wire::control::{Heard, LoadReply, LoadRequest};
use crate::wire::delay::Delays;
use crate::wire::jitter::Jitter;
use crate::wire::loss::{SequenceCount, clopper_pearson_95, share};
use crate::wire::stamp::NtpTime;
use crate::wire::train::header_bytes;

/// UDP payload of each packet, bytes: 12 of RTP and 20 ms of G.711 (RFC 3551 section 4.5.14).
pub const PAYLOAD_BYTES: usize = 172;
/// Distance of packets: one frame of voice.
pub const DISTANCE: Duration = Duration::from_millis(20);
/// How long a stream lasts unless told otherwise: no loss in its 300 packets bounds the loss below 1.3 %.
pub const DURATION: Duration = Duration::from_secs(6);
/// Longest stream; beyond it no rule asks anything.
const LONGEST: Duration = Duration::from_secs(120);
/// How long the last answers are waited for.
const TAIL: Duration = Duration::from_secs(1);

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Evidence id of the reading of the way up.
    pub up: EvidenceId,
    /// Evidence id of the reading of the way down.
    pub down: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// Address family.
    pub family: Family,
    /// UDP ports to use, best first: those that were proved open. Empty: a port of the reflector's choice.
    pub ports: Vec<u16>,
    /// Length of the stream, at most two minutes.
    pub duration: Duration,
}

/// What a measurement sends at most, for plans: packets and IP-layer bytes both ways, and how long it takes.
pub fn cost(duration: Duration, family: Family) -> (u64, u64, Duration) {
    let packets = 2 * (u64::from(packets(duration)) + 16);
    let each = PAYLOAD_BYTES as u64 + u64::from(header_bytes(family));
    let took = duration.min(LONGEST) + TAIL + Duration::from_secs(5);
    (packets, packets * each, took)
}

fn packets(duration: Duration) -> u32 {
    let count = duration.min(LONGEST).as_millis() / DISTANCE.as_millis();
    u32::try_from(count).unwrap_or(u32::MAX).max(2)
}

/// Sends the stream and reads both ways: one reading a direction, up first. A direction in which fewer than two packets
/// arrived has no jitter, hence no reading.
///
/// # Errors
/// Why there is no reading at all: no port answers, or the control channel failed.
pub async fn measure(session: &Session, ask: &Ask) -> Result<Vec<QualityReading>, Failure> {
    let greeting = lane::flow(session, &LoadRequest::Source).await?;
    let lane = Lane::open(session, ask.family, &ask.ports, greeting).await;
    lane::stop(session, greeting).await;
    let lane = lane?;
    // A flow of its own: both sides number its packets from 0.
    let ssid = lane::flow(session, &LoadRequest::Source).await?;
    lane.turn_to(ssid);
    let sent = stream(&lane, packets(ask.duration)).await;
    let heard = session.load(&LoadRequest::Heard { ssid }).await;
    lane::stop(session, ssid).await;
    let heard = match heard? {
        LoadReply::Heard(heard) => heard,
        other => return Err(lane::unexpected(&other)),
    };
    let answers = std::mem::take(&mut lane.heard().answers);
    let readings = read(ask, session, lane.port, sent, &heard, &answers);
    if readings.is_empty() {
        let why = "the port answered, but nothing of the stream came back";
        return Err(Failure::because(FailureCode::TimedOut, why));
    }
    Ok(readings)
}

/// Sends the packets at their distance and waits for the last answers; how many left.
async fn stream(lane: &Lane, count: u32) -> u32 {
    let mut tick = tokio::time::interval(DISTANCE);
    // After a pause of this machine the distance is kept; a burst would measure itself.
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = 0;
    let mut depart = lane.sender(lane.ssid(), PAYLOAD_BYTES);
    for _ in 0..count {
        tick.tick().await;
        // Numbered by what left: a packet that this system refused was not lost on the way.
        if depart(sent).is_ok() {
            sent += 1;
        }
    }
    let all = |lane: &Lane| lane.heard().answers.len() >= sent as usize;
    let until = tokio::time::Instant::now() + TAIL;
    while !all(lane) && tokio::time::Instant::now() < until {
        tokio::time::sleep(DISTANCE).await;
    }
    sent
}

fn read(
    ask: &Ask,
    session: &Session,
    port: u16,
    sent: u32,
    heard: &Heard,
    answers: &[Answer],
) -> Vec<QualityReading> {
    let arrived = heard
        .runs
        .iter()
        .flat_map(|(first, last)| *first..=(*last).min(sent))
        .map(u64::from)
        // Whatever the reflector claims, no more than two for each packet are looked at.
        .take(2 * sent as usize);
    let up = SequenceCount::of(sent.into(), arrived);
    let numbers = answers.iter().map(|a| u64::from(a.packet.sequence));
    let down = SequenceCount::of(heard.answered.into(), numbers);
    let (jitter_up, jitter_down) = jitters(answers);
    let mut delays = Delays::new();
    for a in answers {
        let nanos = a.packet.round_trip(a.arrived).as_nanos();
        delays.record(u64::try_from(nanos).unwrap_or(u64::MAX));
    }
    let one = |id: &EvidenceId, direction, count: SequenceCount, jitter: Option<Millis>| {
        Some(QualityReading {
            id: id.clone(),
            reflector: ask.reflector.clone(),
            role: session.role(),
            direction,
            family: ask.family,
            port,
            packets_sent: count.sent,
            packets_received: count.received,
            loss: share(count.lost, count.sent)?,
            loss_interval: clopper_pearson_95(count.lost, count.sent),
            longest_burst: count.longest_burst,
            jitter: jitter?,
            round_trip_p50: delays.percentile(50.0),
            round_trip_p95: delays.percentile(95.0),
            round_trip_p99: delays.percentile(99.0),
            duration: Millis::from_duration(DISTANCE * sent),
        })
    };
    [
        one(&ask.up, Direction::Up, up, jitter_up),
        one(&ask.down, Direction::Down, down, jitter_down),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Jitter up and down. Up goes by the order in which the reflector answered, which is the order of arrival there.
fn jitters(answers: &[Answer]) -> (Option<Millis>, Option<Millis>) {
    let base = answers.first().map(|a| a.packet.sender_timestamp);
    let since = |t: NtpTime| base.map_or(0, |b| t.nanos_since(b));
    let mut down = Jitter::default();
    for a in answers {
        down.arrived(since(a.packet.timestamp), since(a.arrived));
    }
    let mut by_arrival: Vec<&Answer> = answers.iter().collect();
    by_arrival.sort_by_key(|a| a.packet.sequence);
    by_arrival.dedup_by_key(|a| a.packet.sequence);
    let mut up = Jitter::default();
    for a in by_arrival {
        up.arrived(since(a.packet.sender_timestamp), since(a.packet.received));
    }
    (up.value(), down.value())
}
