//! Both directions at once: whether what a line carries each way by itself it also carries together. Pure.

use std::time::Duration;

use super::super::loss::clopper_pearson_95;
use super::{
    BUCKET_BYTES, Bracket, CEILING, DRAIN_MS, GRAIN, LARGE_BUCKET_BYTES, Seen, base, calm, full,
    grows, heavy_loss, kept_pace, lost, overload, per_second, scaled, share, unpaused,
};
use crate::model::Bps;
use crate::wire::train::{Stretch, TrainPlan, planned, received};

/// How far above the need both directions are sent.
pub const ABOVE: f64 = 1.05;
/// How long both run side by side, milliseconds: 5 % too much makes 100 ms of queue.
const TOGETHER_MS: u32 = 2_000;

/// One direction's train beside the other's: a burst that takes its part of what a bucket may hold, then 5 % above the
/// need. `both` is what is needed in both directions; `most` what the line is known to fill its bucket with at most.
pub fn side_train(need: Bps, both: Bps, most: Option<Bps>, limit: Bps) -> TrainPlan {
    // The bucket filled for as long as the trains before took to be read.
    let refill = most.map_or(0, |m| m.0 / 8).min(LARGE_BUCKET_BYTES);
    let bucket = BUCKET_BYTES.max(refill);
    let part = scaled(Bps(bucket * 8), share(need.0, both.0)).0;
    let rate = scaled(need, ABOVE);
    let burst = per_second(part, Duration::from_millis(DRAIN_MS.into()));
    TrainPlan(vec![
        Stretch {
            rate: Bps(rate.0.saturating_add(burst.0)).min(limit),
            ms: DRAIN_MS,
        },
        Stretch {
            rate: rate.min(limit),
            ms: TOGETHER_MS,
        },
    ])
}

/// Reads one direction's train. `usual` is what was lost of how many packets in this direction alone, below its limit.
pub fn read_side(seen: &Seen, usual: (u64, u64)) -> Bracket {
    let below = seen.digest.stretch(1);
    let tail = calm(below);
    let paced = kept_pace(seen);
    let [least, _] = clopper_pearson_95(lost(tail), planned(tail));
    let [_, most] = clopper_pearson_95(usual.0, usual.1);
    let loses_more = least.0 > most.0;
    let sent = seen.sent.get(1).and_then(|s| s.rate());
    let nothing = Bracket {
        sender_limited: !paced,
        ..Bracket::default()
    };
    let Some(sent) = sent else { return nothing };
    let too_fast = grows(tail) || heavy_loss(tail) && (usual.1 == 0 || loses_more);
    if !too_fast {
        let good = scaled(sent, share(received(tail), planned(tail)));
        return Bracket {
            at_least: Some(scaled(good, GRAIN / (1.0 + overload(tail)))),
            ..nothing
        };
    }
    let all = &seen.digest.bins;
    let rate = match full(all, base(all), below) {
        Some(stood) if loses_more || grows(stood.bins) || grows(tail) => Some(stood.rate),
        Some(_) => None,
        None => unpaused(below).filter(|_| loses_more),
    };
    Bracket {
        at_most: rate.map(|r| scaled(r, CEILING)).filter(|_| paced),
        ..nothing
    }
}
