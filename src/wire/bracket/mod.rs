//! From trains to an interval that holds the line's capacity. Pure: trains are planned and read here, sent elsewhere.
//!
//! A line is taken for a fixed rate behind a queue and a token bucket of at most [`BUCKET_BYTES`] or two seconds of its
//! rate, whichever is more. Such a line never delivers more than `bucket + rate x time`; that bound needs no guess and is the first floor. A bucket once emptied
//! lets packets through at the line's own rate, so the spacing of arrivals *is* the rate: that is the ceiling. A last
//! train empties the bucket, then runs just below the ceiling: passing there without growth of delay and without loss
//! is the second, tight floor.

pub mod both;

use std::ops::Range;
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
/// The same where the burst may not exceed the limit enough to empty a bucket: then what arrives must prove the need
/// whatever the bucket held.
const BELOW_LONG_MS: u32 = 1_800;
/// Where that stretch runs, as a share of the estimate.
const BELOW: f64 = 0.975;
/// What the floor leaves below the rate that passed: one packet in 200 that loss, counted in whole packets, cannot tell.
const GRAIN: f64 = 0.995;
/// What the ceiling leaves above the estimate: link headers that a shaper counts and IP does not weigh less in larger
/// packets (14 bytes in 1,214 against 14 in 1,514), and a packet in a hundred for the ends of the span that is counted.
const CEILING: f64 = 1.015;
/// Delay above the least that was seen which proves a queue: packet times and nanoseconds, whichever is more. A packet
/// waits for one that is being sent without any queue, and systems schedule in steps of a few milliseconds.
const CLEAR_PACKETS: u64 = 3;
const CLEAR_NS: i64 = 5_000_000;
/// Arrivals that make a rate: so many, over so long. Then a packet more or less is no more than the ceiling leaves.
const MANY: u64 = 12;
const LONG_NS: u64 = 150_000_000;

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
    let burst = Bps(estimate.0.saturating_add(drain.0));
    TrainPlan(vec![
        Stretch {
            rate: burst.min(limit),
            ms: DRAIN_MS,
        },
        Stretch {
            rate: scaled(estimate, BELOW).min(limit),
            ms: if burst > limit {
                BELOW_LONG_MS
            } else {
                BELOW_MS
            },
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
    let (Some(sent), Some(settled)) = (sent, settled_rate(bins)) else {
        proved.at_least = None;
        return First::Done(proved);
    };
    let clear =
        !grows(bins) && little_loss(bins) && as_f64(settled.0) >= as_f64(sent.0) * KEPT_PACE;
    if clear {
        First::Done(proved)
    } else {
        let all = &seen.digest.bins;
        let estimate = full(all, base(all), bins).map_or(settled, |stood| stood.mean());
        First::Again { estimate }
    }
}

/// Whether a later train was itself too fast, because the bucket was larger than was thought, the line slowed down, or
/// other traffic gave way to the train before: the estimate for the next one.
pub fn read_later(seen: &Seen) -> Option<Bps> {
    let below = seen.digest.stretch(1);
    if !overloaded(calm(below)) {
        return None;
    }
    let all = &seen.digest.bins;
    let settled = settled_rate(below)?;
    Some(full(all, base(all), below).map_or(settled, |stood| stood.mean()))
}

/// Reads all trains: the first, and those behind it in order. Without any of these, only what the first proved by
/// itself.
pub fn conclude(first: &Seen, later: &[Seen]) -> Bracket {
    let main = first.digest.stretch(decisive(first));
    let below = later.last().map_or(main, |seen| seen.digest.stretch(1));
    let paced = std::iter::once(first).chain(later).all(kept_pace);
    // Where a line was seen to be too slow, nothing above what it settled at is claimed, whatever a bucket let through.
    let tails = later.iter().map(|seen| seen.digest.stretch(1));
    let too_fast = |tail: &[Bin]| crowded(calm(tail), main, below);
    let cap = tails
        .chain([main])
        .filter(|tail| too_fast(tail))
        .filter_map(settled_rate)
        .min();
    let capped = |b: Bps| cap.map_or(b, |c| b.min(c));
    // A train that was too many for the line may have pushed aside what else uses it: it proves no free rate.
    let alone = delivered(first).filter(|_| !too_fast(main)).map(capped);
    let Some((last, before)) = later.split_last() else {
        return Bracket {
            at_least: alone,
            at_most: None,
            sender_limited: !paced,
        };
    };
    let base = std::iter::once(first)
        .chain(later)
        .filter_map(|seen| base(&seen.digest.bins))
        .min();
    let (above, bins) = match before.last() {
        Some(seen) => (Above::of(seen, 1), &seen.digest.bins),
        None => (Above::of(first, decisive(first)), &first.digest.bins),
    };
    let drain = last.digest.stretch(0);
    let standing = full(&last.digest.bins, base, below);
    let filled = standing.is_some() || !little_loss(drain) || rose(drain) || grows(drain);
    // The bucket was seen to be empty before this stretch began: what passes now passes at the line's own rate.
    let floor = last
        .sent
        .get(1)
        .and_then(|s| s.rate())
        .filter(|_| filled && !too_fast(below))
        .map(|sent| {
            let good = scaled(sent, share(received(calm(below)), planned(calm(below))));
            scaled(good, GRAIN / (1.0 + overload(below)))
        });
    // A line about as fast as the limit: the burst could not fill it, and then the bucket's share is taken off.
    let passed = delivered_in(last, 1..2).filter(|_| !too_fast(below));
    let at_least = [alone, floor.map(capped), passed.map(capped)]
        .into_iter()
        .flatten()
        .max();
    let at_most = above
        .ceiling(
            full(bins, base, above.bins).as_ref(),
            standing.as_ref(),
            calm(below),
        )
        .filter(|most| at_least.is_none_or(|least| least <= *most));
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

    /// A ceiling needs a line that was proved full: by a queue that stood, with delay that grew or loss that a lower
    /// rate does not have; or by such loss alone, where there is no queue. Never by the mere rate of arrivals, which
    /// falls as well when a sender pauses.
    fn ceiling(
        &self,
        stood: Option<&Stood<'_>>,
        standing: Option<&Stood<'_>>,
        below: &[Bin],
    ) -> Option<Bps> {
        let eases = loss_eases(self.bins, below);
        let estimate = match stood {
            Some(Stood { rate, bins }) => {
                Some(*rate).filter(|_| eases || grows(bins) || grows(self.bins))
            }
            None => unpaused(self.bins).filter(|_| eases),
        }?;
        if self.sent.is_none_or(|s| estimate >= s) {
            return None;
        }
        // Loss that stays below the ceiling is the path's: it thinned the arrivals that the estimate is made of.
        let through = if little_loss(below) {
            1.0
        } else {
            let [_, most] = clopper_pearson_95(lost(below), planned(below));
            (1.0 - most.0 / 100.0).max(0.1)
        };
        let top = estimate.max(standing.map_or(Bps(0), |stood| stood.rate));
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
    grows(bins) || heavy_loss(bins)
}

/// Whether these packets were too many for the line, by what is known after all trains: loss that was the same at the
/// fastest and at the slowest stretch is the path's own.
fn crowded(bins: &[Bin], fastest: &[Bin], slowest: &[Bin]) -> bool {
    grows(bins) || heavy_loss(bins) && (fastest == slowest || loss_eases(fastest, slowest))
}

fn heavy_loss(bins: &[Bin]) -> bool {
    as_f64(lost(bins)) > as_f64(planned(bins)) * HEAVY_LOSS
}

/// What the arrivals of a train prove however full a bucket was: all bytes but the bucket's, over the time they took. A
/// bucket that holds some time's worth of the rate is the same as that much more time.
fn delivered(seen: &Seen) -> Option<Bps> {
    delivered_in(seen, 0..seen.plan.0.len())
}

/// The same for some of its stretches.
fn delivered_in(seen: &Seen, stretches: Range<usize>) -> Option<Bps> {
    let bins: Vec<Bin> = stretches
        .clone()
        .flat_map(|s| seen.digest.stretch(s).iter().copied())
        .collect();
    let bytes = received(&bins).checked_sub(1)? * u64::from(PACKET_BYTES);
    let beyond = bytes.checked_sub(BUCKET_BYTES)? * 8;
    // Jitter may have pushed the first and the last arrival together: never less than the train took to send.
    let sent = seen.sent.iter().enumerate();
    let sending = sent
        .filter(|(index, _)| stretches.contains(index))
        .map(|(_, s)| s.span_ns)
        .sum();
    let span = Duration::from_nanos(arrival_span_ns(&bins)?.max(sending));
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

/// The least delay of these bins, in the terms of [`Bin::least_ns`].
fn base(bins: &[Bin]) -> Option<i64> {
    let arrived = bins.iter().filter(|b| b.received > 0);
    arrived.map(|b| b.least_ns).min()
}

/// Arrivals through a queue that stood all the time, and the rate of their fastest long part.
struct Stood<'a> {
    rate: Bps,
    bins: &'a [Bin],
}

impl Stood<'_> {
    /// The rate of all of them: the best estimate, where `rate` is the safe side of a ceiling.
    fn mean(&self) -> Bps {
        arrival_rate(self.bins).unwrap_or(self.rate)
    }
}

/// The rate of a line while a queue stood before it: not one packet came through without a wait that is well above the
/// least delay that was seen, so the line was never idle, whatever the sender did, and its bucket was empty. The highest
/// rate over any long part of the longest such run: what is read or sent late can only lower that of other parts.
/// `scale` tells how long a packet takes.
fn full<'a>(bins: &'a [Bin], base: Option<i64>, scale: &[Bin]) -> Option<Stood<'a>> {
    let packets = packet_ns(arrival_rate(scale)?)?.saturating_mul(CLEAR_PACKETS);
    let wait = i64::try_from(packets).ok()?.max(CLEAR_NS);
    let clear = base?.saturating_add(wait);
    // Where all packets of a bin were lost, those around it tell.
    let stands = |b: &Bin| b.received == 0 || b.least_ns >= clear;
    let runs = bins.split(|b| !stands(b));
    let bins = runs.max_by_key(|run| arrival_span_ns(run).unwrap_or(0))?;
    let rate = fastest_part(bins)?;
    Some(Stood { rate, bins })
}

/// The highest rate of arrivals over any part of these bins that is at least half of them and long enough to tell.
fn fastest_part(bins: &[Bin]) -> Option<Bps> {
    let least_span = (arrival_span_ns(bins)? / 2).max(LONG_NS);
    let parts = (0..bins.len()).flat_map(|from| (from + 1..=bins.len()).map(move |to| from..to));
    parts
        .filter_map(|part| bins.get(part))
        .filter(|part| arrival_span_ns(part).is_some_and(|s| s >= least_span))
        .filter(|part| received(part) >= MANY)
        .filter_map(arrival_rate)
        .max()
}

/// The rate of arrivals of a line without a queue, once its bucket ran dry: of the later part of a stretch, and as if
/// the sender's pauses had not been, in which such a line may have been idle.
fn unpaused(bins: &[Bin]) -> Option<Bps> {
    let tail = bins.get(bins.len() / 5..)?;
    let rate = fastest_part(tail)?;
    let paused: u64 = tail.iter().map(|b| b.pause_ns).sum();
    let busy = arrival_span_ns(tail)?.checked_sub(paused)?;
    (busy > paused).then(|| scaled(rate, as_f64(busy + paused) / as_f64(busy)))
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
    let rise = last.least_ns.saturating_sub(first.least_ns);
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
