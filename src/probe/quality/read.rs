//! From what was sent and heard to readings.

use std::time::Duration;

use super::{DISTANCE, Measured, size};
use crate::model::media::{LineLoad, MediaKind, Mos, StreamDetail};
use crate::model::network::{Direction, QualityReading, ReflectorRole};
use crate::model::{EvidenceId, Millis};
use crate::probe::lane::Answer;
use crate::wire::loss::share;
use crate::wire::mos;
use crate::wire::stamp::NtpTime;
use crate::wire::stream::{Arrived, DEADLINE_NS, Figures, Stream};

/// Readings of all streams, numbered on from `ask.after`.
pub(super) fn readings(
    ask: &super::Ask,
    role: ReflectorRole,
    all: &[Measured],
) -> Vec<QualityReading> {
    let mut out: Vec<QualityReading> = Vec::new();
    let mut idle_p95 = None;
    for measured in all {
        let (up, down) = both_ways(measured);
        let round_trip_p95 = down.round_trip.percentile(95.0);
        let voice = measured.media == MediaKind::Audio;
        let delay_added = match measured.load {
            LineLoad::Idle => {
                idle_p95 = round_trip_p95;
                None
            }
            LineLoad::Call => round_trip_p95
                .zip(idle_p95)
                .filter(|_| voice)
                .map(|(now, idle)| Millis((now.0 - idle.0).max(0.0))),
        };
        for (direction, figures) in [(Direction::Up, &up), (Direction::Down, &down)] {
            let id = EvidenceId::numbered("quality", ask.after + out.len() + 1);
            // Round trips are the same exchange, whichever direction is looked at.
            let reading = reading(ask, role, measured, direction, figures, &down, id);
            if let Some(mut reading) = reading {
                reading.detail.delay_added = delay_added;
                out.push(reading);
            }
        }
    }
    out
}

fn reading(
    ask: &super::Ask,
    role: ReflectorRole,
    measured: &Measured,
    direction: Direction,
    figures: &Figures,
    exchange: &Figures,
    id: EvidenceId,
) -> Option<QualityReading> {
    let count = figures.count;
    let rtt = |percent| exchange.round_trip.percentile(percent);
    let variation = |percent| figures.variation.percentile(percent);
    let mos = (measured.media == MediaKind::Audio)
        .then(|| opinion(figures, rtt(50.0)))
        .flatten();
    Some(QualityReading {
        id,
        reflector: ask.reflector.clone(),
        role,
        direction,
        family: ask.family,
        port: measured.port,
        packets_sent: count.sent,
        packets_received: count.received,
        loss: share(count.lost, count.sent)?,
        loss_interval: count.loss_interval_95(),
        longest_burst: count.longest_burst,
        jitter: figures.jitter?,
        round_trip_p50: rtt(50.0),
        round_trip_p95: rtt(95.0),
        round_trip_p99: rtt(99.0),
        duration: measured.duration(),
        detail: StreamDetail {
            media: measured.media,
            load: measured.load,
            packet_bytes: u32::try_from(size(measured.payload, ask.family)).ok(),
            rate: Some(measured.rate(ask.family)),
            variation_p50: variation(50.0),
            variation_p95: variation(95.0),
            variation_p99: variation(99.0),
            deadline: Some(Millis::from_duration(deadline())),
            late: figures.late,
            reordered: Some(count.reordered),
            // The reflector answers a number once: copies on the way up are not told apart from nothing.
            duplicates: (direction == Direction::Down).then_some(count.duplicates),
            delay_added: None,
            mos,
            send_late_p99: (direction == Direction::Up)
                .then(|| measured.left.lateness_p99().map(Millis::from_duration))
                .flatten(),
        },
        timeline: figures.moments.clone(),
    })
}

fn deadline() -> Duration {
    Duration::from_nanos(DEADLINE_NS.unsigned_abs())
}

/// Late packets count as lost; the ear is behind half the round trip, the playout buffer and one frame.
fn opinion(figures: &Figures, round_trip_p50: Option<Millis>) -> Option<Mos> {
    let count = figures.count;
    let missing = share(count.lost + figures.late?, count.sent)?;
    let buffered = Millis::from_duration(deadline() + DISTANCE).0;
    mos::score(round_trip_p50?.0 / 2.0 + buffered, missing.0)
}

/// The stream up and down.
fn both_ways(m: &Measured) -> (Figures, Figures) {
    let sent = m.left.at_ns.len();
    let last = u32::try_from(sent).unwrap_or(u32::MAX).saturating_sub(1);
    let came: Vec<u64> = m
        .heard
        .runs
        .iter()
        .filter(|(first, _)| sent > 0 && *first <= last)
        .flat_map(|(first, to)| *first..=(*to).min(last))
        .map(u64::from)
        // Whatever the reflector claims, no more than two for each packet are looked at.
        .take(2 * sent)
        .collect();
    let base = m.answers.first().map(|a| a.packet.sender_timestamp);
    let since = |t: NtpTime| base.map_or(0, |b| t.nanos_since(b));
    let mut by_answer: Vec<&Answer> = m.answers.iter().collect();
    by_answer.sort_by_key(|a| a.packet.sequence);
    by_answer.dedup_by_key(|a| a.packet.sequence);
    let up_arrived: Vec<Arrived> = by_answer
        .iter()
        .map(|a| Arrived {
            number: a.packet.sender_sequence.into(),
            left_ns: since(a.packet.sender_timestamp),
            arrived_ns: since(a.packet.received),
            round_trip_ns: round_trip(a),
        })
        .collect();
    let down_arrived: Vec<Arrived> = m
        .answers
        .iter()
        .map(|a| Arrived {
            number: a.packet.sequence.into(),
            left_ns: since(a.packet.timestamp),
            arrived_ns: since(a.arrived),
            round_trip_ns: round_trip(a),
        })
        .collect();
    // The n-th answer left about when the n-th packet that arrived did; that is near enough for drawing.
    let mut asked = came.clone();
    asked.sort_unstable();
    asked.dedup();
    let down_left: Vec<i64> = asked
        .iter()
        .take(m.heard.answered as usize)
        .filter_map(|n| m.left.at_ns.get(usize::try_from(*n).ok()?).copied())
        .collect();
    let down_came: Vec<u64> = down_arrived.iter().map(|a| a.number).collect();
    let up = Stream {
        left: &m.left.at_ns,
        came: &came,
        arrived: &up_arrived,
    };
    let down = Stream {
        left: &down_left,
        came: &down_came,
        arrived: &down_arrived,
    };
    (up.figures(), down.figures())
}

fn round_trip(a: &Answer) -> Option<i64> {
    i64::try_from(a.packet.round_trip(a.arrived).as_nanos()).ok()
}
