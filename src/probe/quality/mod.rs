//! Media quality against a reflector: a voice-like stream both ways on the idle line, then voice and video as a call
//! sends them.
//!
//! The reflector answers each packet at its own size, so that every stream runs both ways at once; its own numbers tell
//! which way a packet was lost.

mod read;
mod send;

use std::time::Duration;

use super::lane::{self, Answer, Lane};
use super::reflector::Session;
use crate::model::media::{LineLoad, MediaKind};
use crate::model::network::{Failure, FailureCode, Family, QualityReading};
use crate::model::{Bps, EvidenceId, Millis};
use crate::wire::control::{Heard, LoadReply, LoadRequest};
use crate::wire::train::{MOST_PACKETS, header_bytes};
use send::{Left, Outgoing};

/// UDP payload of each voice packet, bytes: 12 of RTP and 20 ms of G.711 (RFC 3551 section 4.5.14).
pub const PAYLOAD_BYTES: usize = 172;
/// Distance of voice packets: one frame.
pub const DISTANCE: Duration = Duration::from_millis(20);
/// UDP payload of each video packet, bytes: what conferencing clients fill, below every usual path's limit.
pub const VIDEO_PAYLOAD_BYTES: usize = 1_100;
/// How long a stream lasts unless told otherwise: no loss in its 300 voice packets bounds the loss below 2 %
/// where losses come singly or in pairs ([`crate::wire::loss::ASSUMED_RUN`]).
pub const DURATION: Duration = Duration::from_secs(6);
/// How long the idle line is listened to before a call's load: its delay alone is asked.
pub const IDLE: Duration = Duration::from_secs(3);
/// Longest stream; beyond it no rule asks anything.
const LONGEST: Duration = Duration::from_secs(120);
/// How long the last answers are waited for.
const TAIL: Duration = Duration::from_secs(1);

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// How many quality readings there are already: the first of these is numbered one higher.
    pub after: usize,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// Address family.
    pub family: Family,
    /// UDP ports to use, best first: those that were proved open. Empty: a port of the reflector's choice.
    pub ports: Vec<u16>,
    /// Length of the longest stream, at most two minutes.
    pub duration: Duration,
    /// Rate of the whole call each way, at the IP layer, voice included; it must have been proved that the line carries
    /// it, or the stream measures a full queue. None: voice alone, on the idle line.
    pub call: Option<Bps>,
}

/// What a measurement sends at most, for plans: packets and IP-layer bytes both ways, and how long it takes.
pub fn cost(duration: Duration, call: Option<Bps>, family: Family) -> (u64, u64, Duration) {
    let lasts = duration.min(LONGEST);
    let (audio, video) = (
        size(PAYLOAD_BYTES, family),
        size(VIDEO_PAYLOAD_BYTES, family),
    );
    let voice = |lasts: Duration| 2 * (count(lasts, DISTANCE) + 16);
    match call.and_then(|rate| video_distance(rate, family)) {
        None => {
            let packets = voice(lasts);
            (
                packets,
                packets * audio,
                lasts + TAIL + Duration::from_secs(5),
            )
        }
        Some(distance) => {
            let voices = voice(IDLE.min(lasts)) + voice(lasts);
            let videos = 2 * (count(lasts, distance) + 16);
            (
                voices + videos,
                voices * audio + videos * video,
                lasts + IDLE.min(lasts) + TAIL * 2 + Duration::from_secs(8),
            )
        }
    }
}

/// IP-layer length of a packet with this UDP payload.
fn size(payload: usize, family: Family) -> u64 {
    payload as u64 + u64::from(header_bytes(family))
}

fn count(lasts: Duration, distance: Duration) -> u64 {
    let n = lasts.as_nanos() / distance.as_nanos().max(1);
    u64::try_from(n)
        .unwrap_or(u64::MAX)
        .clamp(2, MOST_PACKETS.into())
}

/// IP-layer rate of the voice stream each way.
pub fn voice_rate(family: Family) -> Bps {
    let per_second = 1_000 / u64::try_from(DISTANCE.as_millis()).unwrap_or(1).max(1);
    Bps(size(PAYLOAD_BYTES, family) * 8 * per_second)
}

/// Distance of video packets that fill a call of this rate beside its voice; none when voice fills it.
fn video_distance(call: Bps, family: Family) -> Option<Duration> {
    let rate = call
        .0
        .checked_sub(voice_rate(family).0)
        .filter(|r| *r > 0)?;
    let bits = size(VIDEO_PAYLOAD_BYTES, family) * 8;
    // Slower than four packets a second tells nothing.
    let distance = Duration::from_nanos(bits.saturating_mul(1_000_000_000) / rate);
    (distance <= Duration::from_millis(250)).then_some(distance)
}

/// One stream that was measured.
struct Measured {
    media: MediaKind,
    load: LineLoad,
    port: u16,
    payload: usize,
    distance: Duration,
    left: Left,
    heard: Heard,
    answers: Vec<Answer>,
}

/// Sends the streams and reads both ways: one reading a stream and direction, up first; the idle voice, the voice of the
/// call, its video. A direction in which fewer than two packets arrived has no jitter, hence no reading.
///
/// # Errors
/// Why there is no reading at all: no port answers, or the control channel failed.
pub async fn measure(session: &Session, ask: &Ask) -> Result<Vec<QualityReading>, Failure> {
    let lasts = ask.duration.min(LONGEST);
    let voice = greeted(session, ask).await?;
    let distance = ask.call.and_then(|rate| video_distance(rate, ask.family));
    let idle = if distance.is_some() {
        IDLE.min(lasts)
    } else {
        lasts
    };
    let mut all = side_by_side(
        session,
        &[(&voice, MediaKind::Audio, PAYLOAD_BYTES, DISTANCE)],
        LineLoad::Idle,
        idle,
    )
    .await?;
    if let Some(distance) = distance {
        // A line that fails meanwhile leaves what was measured of the idle one.
        if let Ok(video) = greeted(session, ask).await {
            let streams = [
                (&voice, MediaKind::Audio, PAYLOAD_BYTES, DISTANCE),
                (&video, MediaKind::Video, VIDEO_PAYLOAD_BYTES, distance),
            ];
            if let Ok(call) = side_by_side(session, &streams, LineLoad::Call, lasts).await {
                all.extend(call);
            }
        }
    }
    let readings = read::readings(ask, session.role(), &all);
    if readings.is_empty() {
        let why = "the port answered, but nothing of the stream came back";
        return Err(Failure::because(FailureCode::TimedOut, why));
    }
    Ok(readings)
}

/// A path to a port that answers.
async fn greeted(session: &Session, ask: &Ask) -> Result<Lane, Failure> {
    let greeting = lane::flow(session, &LoadRequest::Source).await?;
    let lane = Lane::open(session, ask.family, &ask.ports, greeting).await;
    lane::stop(session, greeting).await;
    lane
}

/// Sends streams at once, each over its own path and in a flow of its own: both sides number its packets from 0.
async fn side_by_side(
    session: &Session,
    streams: &[(&Lane, MediaKind, usize, Duration)],
    load: LineLoad,
    lasts: Duration,
) -> Result<Vec<Measured>, Failure> {
    let mut outgoing = Vec::new();
    for (lane, _, payload, distance) in streams {
        let ssid = lane::flow(session, &LoadRequest::Source).await?;
        lane.turn_to(ssid);
        outgoing.push(Outgoing {
            distance: *distance,
            send: Box::new(lane.sender(ssid, *payload)),
        });
    }
    let stop = Stop::default();
    let told = stop.0.clone();
    let go_on = move || !told.load(std::sync::atomic::Ordering::Relaxed);
    let sent = tokio::task::spawn_blocking(move || send::send(&mut outgoing, lasts, go_on)).await;
    let sent = sent.map_err(|e| Failure::because(FailureCode::Other, e.to_string()))?;
    let all = || {
        streams
            .iter()
            .zip(&sent)
            .all(|((lane, ..), left)| lane.heard().answers.len() >= left.at_ns.len())
    };
    let until = tokio::time::Instant::now() + TAIL;
    while !all() && tokio::time::Instant::now() < until {
        tokio::time::sleep(DISTANCE).await;
    }
    let mut out = Vec::new();
    for ((lane, media, payload, distance), left) in streams.iter().zip(sent) {
        let ssid = lane.ssid();
        let heard = session.load(&LoadRequest::Heard { ssid }).await;
        lane::stop(session, ssid).await;
        let heard = match heard? {
            LoadReply::Heard(heard) => heard,
            other => return Err(lane::unexpected(&other)),
        };
        out.push(Measured {
            media: *media,
            load,
            port: lane.port,
            payload: *payload,
            distance: *distance,
            left,
            heard,
            answers: std::mem::take(&mut lane.heard().answers),
        });
    }
    Ok(out)
}

/// Ends the sending thread when the measurement is dropped.
#[derive(Default)]
struct Stop(std::sync::Arc<std::sync::atomic::AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Measured {
    /// Length of the stream.
    fn duration(&self) -> Millis {
        let sent = u32::try_from(self.left.at_ns.len()).unwrap_or(u32::MAX);
        Millis::from_duration(self.distance.saturating_mul(sent))
    }

    /// Its IP-layer rate each way.
    fn rate(&self, family: Family) -> Bps {
        let bits = size(self.payload, family) * 8;
        let ns = u64::try_from(self.distance.as_nanos())
            .unwrap_or(u64::MAX)
            .max(1);
        Bps(bits.saturating_mul(1_000_000_000) / ns)
    }
}
