//! From trains to an interval that holds the line's capacity. Pure: trains are planned and read here, sent elsewhere.
//!
//! A line is taken for a fixed rate behind a queue and a token bucket of at most [`BUCKET_BYTES`] or two seconds of its
//! rate, whichever is more. Such a line never delivers more than `bucket + rate x time`; that bound needs no guess and is the first floor. A bucket once emptied
//! lets packets through at the line's own rate, so the spacing of arrivals *is* the rate: that is the ceiling. A last
//! train empties the bucket, then runs just below the ceiling: passing there without growth of delay and without loss
//! is the second, tight floor.

use std::time::Duration;

use super::delay::FEWEST_POINTS;
use super::loss::clopper_pearson_95;
use super::train::{
    Bin, Digest, PACKET_BYTES, SentStretch, Stretch, TrainPlan, arrival_rate, arrival_span_ns,
    delay_slope, packet_ns, planned, received,
};
use crate::model::Bps;

/// Largest token bucket that must not fool a reading, bytes: home routers and providers set up to 64 KiB; the rest
/// covers a device's own small queue behind it.
pub const BUCKET_BYTES: u64 = 72 * 1024;

/// Time for which a token bucket sized by the rate may let a line pass more: Cisco advises 1.5 s of the rate ("Comparing
/// Traffic Policing and Traffic Shaping for Bandwidth Limiting"), and Linux nftables' limit holds one second of the rate
/// beside its burst.
const BUCKET_TIME: Duration = Duration::from_secs(2);

/// The most that a later train sends to empty what has gathered in a bucket.
const LARGE_BUCKET_BYTES: u64 = 512 * 1024;

/// Delay that grows by less than this, milliseconds per second, is no overload: clocks alone drift by up to 0.2, and
/// 1 % too much load makes 10.
const GROWTH: f64 = 3.0;

/// A train below this share of what was asked did not keep its pace.
const KEPT_PACE: f64 = 0.97;

/// Loss at or below this share is no sign of a full line.
const LITTLE_LOSS: f64 = 0.005;

/// Loss above this share counts as overload until a lower rate shows otherwise.
const HEAVY_LOSS: f64 = 0.05;

/// How the first train begins: milliseconds, and by what the rate is divided. A deep queue shows here already, before
/// the full rate fills it with seconds of data.
const RAMP: [(u32, u64); 2] = [(150, 16), (150, 4)];
/// Least and greatest length of the first train's full rate, milliseconds.
const FIRST_MS: (u32, u32) = (1_000, 2_500);
/// Length of the burst that empties a bucket, milliseconds.
const DRAIN_MS: u32 = 250;
/// Length of the stretch just below the ceiling, milliseconds.
const BELOW_MS: u32 = 900;
/// Where that stretch runs, as a share of the estimate.
const BELOW: f64 = 0.96;
/// What the floor leaves below the rate that passed: one packet in 200 that loss, counted in whole packets, cannot tell.
const GRAIN: f64 = 0.995;
/// What the ceiling leaves above the estimate: link headers that a shaper counts and IP does not (14 of 1,214 bytes)
/// the grain of timers, and what a busy PC reads too late (up to 6 % seen on a line of 6 Mbit/s).
const CEILING: f64 = 1.07;

/// A train that was sent, and what arrived of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What was asked.
    pub plan: TrainPlan,
    /// What left, one entry a stretch.
    pub sent: Vec<SentStretch>,
    /// What arrived.
    pub digest: Digest,
}

/// What trains proved of the line, at the IP layer. `at_least <= at_most` where both stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bracket {
    /// The line carries at least this.
    pub at_least: Option<Bps>,
    /// The line carries at most this.
    pub at_most: Option<Bps>,
    /// A sender could not keep the pace.
    pub sender_limited: bool,
}

/// What the first train says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum First {
    /// All came through, or nothing more can be learnt.
    Done(Bracket),
    /// The line, or something on it, held it back: a second train decides.
    Again {
        /// Estimate of the line's rate.
        estimate: Bps,
    },
}

/// The rate that a first train wants: three times the need, and so much above it that within about a second even a full
/// bucket cannot make up the need on a line that is too slow.
pub fn top_rate(need: Bps) -> Bps {
    let thrice = need.0.saturating_mul(3);
    let bucket = need.0.saturating_add(need.0 / 20);
    Bps(thrice.max(bucket.saturating_add(BUCKET_BYTES * 8)))
}

/// The first train: a short ramp, then [`top_rate`] or `limit`, whichever is less, for as long as it takes until what
/// arrives proves the need whatever the bucket held.
pub fn first_train(need: Bps, limit: Bps) -> TrainPlan {
    let rate = top_rate(need).min(limit);
    // The need and a packet's grain; what a line of this rate lets through besides: its bucket, and the ramp's time.
    let needed = as_f64(need.0) * 1.03;
    let spare = (as_f64(rate.0) - needed).max(1.0);
    let ramp = RAMP.iter().map(|(ms, _)| f64::from(*ms)).sum::<f64>() / 1e3;
    let by_time = needed * (ramp + BUCKET_TIME.as_secs_f64()) / spare;
    let by_size = (needed * ramp + as_f64(BUCKET_BYTES * 8)) / spare;
    let (shortest, longest) = FIRST_MS;
    let seconds = by_time
        .max(by_size)
        .clamp(f64::from(shortest) / 1e3, f64::from(longest) / 1e3);
    let ms = u32::try_from(Duration::from_secs_f64(seconds).as_millis()).unwrap_or(longest);
    let ramp = RAMP.iter().map(|(ms, part)| Stretch {
        rate: Bps((rate.0 / part).max(1)),
        ms: *ms,
    });
    TrainPlan(ramp.chain([Stretch { rate, ms }]).collect())
}

/// A train behind the first: empties what may have gathered in a bucket while the line was idle, then runs just below
/// the estimate. `idle` is the time since the last packet of the train before left.
pub fn later_train(estimate: Bps, idle: Duration, limit: Bps) -> TrainPlan {
    let refill = scaled(Bps(estimate.0 / 8), idle.as_secs_f64()).0;
    // A tenth for what the idle time was misjudged by, and packets enough that their loss shows.
    let surplus = (refill + refill / 10).min(LARGE_BUCKET_BYTES) + 16 * u64::from(PACKET_BYTES);
    let drain = per_second(surplus * 8, Duration::from_millis(DRAIN_MS.into()));
    TrainPlan(vec![
        Stretch {
            rate: Bps(estimate.0.saturating_add(drain.0)).min(limit),
            ms: DRAIN_MS,
        },
        Stretch {
            rate: scaled(estimate, BELOW).min(limit),
            ms: BELOW_MS,
        },
    ])
}

/// Reads the first train.
pub fn read_first(seen: &Seen) -> First {
    let stretch = decisive(seen);
    let bins = seen.digest.stretch(stretch);
    let sent = seen.sent.get(stretch).and_then(|s| s.rate());
    let asked = seen.plan.0.get(stretch).map_or(Bps(0), |s| s.rate);
    let mut proved = Bracket {
        at_least: delivered(seen),
        at_most: None,
        sender_limited: sent.is_none_or(|s| as_f64(s.0) < as_f64(asked.0) * KEPT_PACE),
    };
    let (Some(sent), Some(estimate)) = (sent, settled_rate(bins)) else {
        proved.at_least = None;
        return First::Done(proved);
    };
    let clear =
        !grows(bins) && little_loss(bins) && as_f64(estimate.0) >= as_f64(sent.0) * KEPT_PACE;
    if clear {
        First::Done(proved)
    } else {
        First::Again { estimate }
    }
}

/// Whether a later train was itself too fast, because the bucket was larger than was thought or the line slowed down:
/// the estimate for the next one.
pub fn read_later(seen: &Seen) -> Option<Bps> {
    let below = seen.digest.stretch(1);
    overloaded(calm(below))
        .then(|| settled_rate(below))
        .flatten()
}

/// Reads all trains: the first, and those behind it in order. Without any of these, only what the first proved by
/// itself.
pub fn conclude(first: &Seen, later: &[Seen]) -> Bracket {
    let all = || std::iter::once(first).chain(later);
    // Where a line was seen to be too slow, nothing above what it settled at is claimed, whatever a bucket let through.
    let fullest = |tail: &[Bin]| overloaded(calm(tail)).then(|| settled_rate(tail)).flatten();
    let main = decisive(first);
    let tails = later.iter().map(|seen| seen.digest.stretch(1));
    let ceiling = tails
        .chain([first.digest.stretch(main)])
        .filter_map(fullest)
        .min();
    let capped = |b: Bps| ceiling.map_or(b, |c| b.min(c));
    let alone = all().filter_map(delivered).max().map(capped);
    let paced = all().all(kept_pace);
    let Some((last, before)) = later.split_last() else {
        return Bracket {
            at_least: alone,
            at_most: None,
            sender_limited: !paced,
        };
    };
    let above = match before.last() {
        Some(seen) => Above::of(seen, 1),
        None => Above::of(first, main),
    };
    let (drain, below) = (last.digest.stretch(0), last.digest.stretch(1));
    let standing = standing_rate(&first.digest.bins, below);
    let filled = standing.is_some() || !little_loss(drain) || rose(drain);
    // The bucket was seen to be empty before this stretch began: what passes now passes at the line's own rate.
    let floor = last
        .sent
        .get(1)
        .and_then(|s| s.rate())
        .filter(|_| filled)
        .map(|sent| {
            let good = scaled(sent, share(received(calm(below)), planned(calm(below))));
            scaled(good, GRAIN / (1.0 + overload(below)))
        });
    let at_least = [alone, floor.map(capped)].into_iter().flatten().max();
    let at_most = above
        .ceiling(calm(below), standing)
        .filter(|most| filled && at_least.is_none_or(|least| least <= *most));
    Bracket {
        at_least,
        at_most,
        sender_limited: !paced && at_most.is_none(),
    }
}

/// A stretch that the line could not carry, as far as is known.
struct Above<'a> {
    bins: &'a [Bin],
    sent: Option<Bps>,
}

impl<'a> Above<'a> {
    fn of(seen: &'a Seen, stretch: usize) -> Self {
        Self {
            bins: seen.digest.stretch(stretch),
            sent: seen.sent.get(stretch).and_then(|s| s.rate()),
        }
    }

    /// A ceiling needs a line that was seen full: by growing delay, or by loss that a lower rate does not have.
    fn ceiling(&self, below: &[Bin], standing: Option<Bps>) -> Option<Bps> {
        let estimate = settled_rate(self.bins)?;
        let full = grows(self.bins) || loss_eases(self.bins, below);
        if !full || self.sent.is_none_or(|s| estimate >= s) {
            return None;
        }
        // Loss that stays below the ceiling is the path's: it thinned the arrivals that the estimate is made of.
        let through = if little_loss(below) {
            1.0
        } else {
            let [_, most] = clopper_pearson_95(lost(below), planned(below));
            (1.0 - most.0 / 100.0).max(0.1)
        };
        let top = estimate.max(standing.unwrap_or_default());
        Some(scaled(top, CEILING / through))
    }
}

/// The stretch of the first train that tells of the line: its last, or, where it ended early, the last that is long
/// enough to show growth of delay.
fn decisive(seen: &Seen) -> usize {
    let last = seen.plan.0.len().saturating_sub(1);
    let long = |index: &usize| {
        let bins = seen.digest.stretch(*index);
        bins.iter().filter(|b| b.received > 0).count() >= FEWEST_POINTS
    };
    (0..=last).rev().find(long).unwrap_or(last)
}

/// Whether every stretch left at the rate that was asked. One that ended before it began says nothing.
fn kept_pace(seen: &Seen) -> bool {
    seen.sent.iter().zip(&seen.plan.0).all(|(sent, asked)| {
        sent.rate()
            .is_none_or(|s| as_f64(s.0) >= as_f64(asked.rate.0) * KEPT_PACE)
    })
}

/// A stretch without its beginning: the queue that was filled before it may still drop the first packets.
fn calm(bins: &[Bin]) -> &[Bin] {
    bins.get(bins.len() / 8..).unwrap_or_default()
}

/// Whether these packets were too many for the line, or met a path that loses one in twenty whatever the rate.
fn overloaded(bins: &[Bin]) -> bool {
    grows(bins) || as_f64(lost(bins)) > as_f64(planned(bins)) * HEAVY_LOSS
}

/// What these arrivals prove however full a bucket was: all bytes but the bucket's, over the time they took. A bucket
/// that holds some time's worth of the rate is the same as that much more time.
fn delivered(seen: &Seen) -> Option<Bps> {
    let bins = &seen.digest.bins;
    let bytes = received(bins).checked_sub(1)? * u64::from(PACKET_BYTES);
    let beyond = bytes.checked_sub(BUCKET_BYTES)? * 8;
    // Jitter may have pushed the first and the last arrival together: never less than the train took to send.
    let sending = seen.sent.iter().map(|s| s.span_ns).sum();
    let span = Duration::from_nanos(arrival_span_ns(bins)?.max(sending));
    let by_time = per_second(bytes * 8, span + BUCKET_TIME);
    (beyond > 0 && !span.is_zero()).then(|| per_second(beyond, span).min(by_time))
}

/// The rate of arrivals once a bucket has run dry: the least over the later parts of the train.
fn settled_rate(bins: &[Bin]) -> Option<Bps> {
    let tail = |tenths: &usize| {
        let tail = bins.get(bins.len() * tenths / 10..)?;
        (received(tail) >= 8).then(|| arrival_rate(tail)).flatten()
    };
    // A train that ended early is too short to leave its beginning out.
    [2, 3, 4, 5]
        .iter()
        .filter_map(tail)
        .min()
        .or_else(|| tail(&0))
}

/// The rate of arrivals while packets still stood in a queue: delays well above the least that either train saw. Both
/// trains must use the same clocks.
fn standing_rate(first: &[Bin], below: &[Bin]) -> Option<Bps> {
    let arrived = |b: &&Bin| b.received > 0;
    let least = first
        .iter()
        .chain(below)
        .filter(arrived)
        .map(|b| b.transit_ns)
        .min()?;
    let rate = arrival_rate(below)?;
    let packets = i64::try_from(packet_ns(rate)?).ok()?.saturating_mul(3);
    let clear = least.saturating_add(packets.max(5_000_000));
    let until = below
        .iter()
        .filter(arrived)
        .position(|b| b.transit_ns < clear);
    let queued = below.get(..until.unwrap_or(below.len()))?;
    let long = arrival_span_ns(queued)? >= 150_000_000 && received(queued) >= 12;
    long.then(|| arrival_rate(queued)).flatten()
}

/// The most by which a stretch may have been too fast: sent at `1 + x` times the line's rate, delay grows by `x` seconds
/// a second. Never below 0; a queue that empties says nothing more.
fn overload(bins: &[Bin]) -> f64 {
    match delay_slope(bins) {
        Some(slope) => (slope.high / 1_000.0).max(0.0),
        None => 1.0 - KEPT_PACE,
    }
}

/// Whether delay is proved to grow.
fn grows(bins: &[Bin]) -> bool {
    delay_slope(bins).is_some_and(|s| s.low > GROWTH)
}

/// Whether the last delays of a short burst stand above its first by two packet times: a queue began.
fn rose(bins: &[Bin]) -> bool {
    let mut arrived = bins.iter().filter(|b| b.received > 0);
    let (Some(first), Some(last)) = (arrived.next(), arrived.next_back()) else {
        return false;
    };
    let step = arrival_rate(bins).and_then(packet_ns).unwrap_or(u64::MAX);
    let rise = last.transit_ns.saturating_sub(first.transit_ns);
    u64::try_from(rise).is_ok_and(|r| r > step.saturating_mul(2).max(3_000_000))
}

fn lost(bins: &[Bin]) -> u64 {
    planned(bins).saturating_sub(received(bins))
}

/// At most half a percent lost, or a single packet.
fn little_loss(bins: &[Bin]) -> bool {
    lost(bins) <= 1 || as_f64(lost(bins)) <= as_f64(planned(bins)) * LITTLE_LOSS
}

/// Whether loss is proved to be lower below the ceiling than above it, and was spread over the train's later part: a
/// pause of either machine loses packets too, but in one place.
fn loss_eases(above: &[Bin], below: &[Bin]) -> bool {
    let tail = above.get(above.len() / 2..).unwrap_or_default();
    let hit = tail.iter().filter(|b| b.received < b.planned).count();
    let [least, _] = clopper_pearson_95(lost(tail), planned(tail));
    let [_, most] = clopper_pearson_95(lost(below), planned(below));
    hit * 2 >= tail.len() && least.0 > most.0
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        as_f64(part) / as_f64(whole)
    }
}

fn per_second(bits: u64, span: Duration) -> Bps {
    let bps = (u128::from(bits) * 1_000_000_000).checked_div(span.as_nanos());
    Bps(bps.and_then(|b| u64::try_from(b).ok()).unwrap_or(u64::MAX))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "rates and counts stay far below 2^52"
)]
fn as_f64(n: u64) -> f64 {
    n as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float to integer casts saturate, and no rate is negative"
)]
fn scaled(rate: Bps, by: f64) -> Bps {
    Bps((as_f64(rate.0) * by) as u64)
}

#[cfg(test)]
mod tests;
