//! A line watched for a while, window by window.

use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::EvidenceId;
use super::network::{Failure, Family, ReflectorRole};
use super::units::Millis;

/// Windows that are kept one by one; beyond it the worse of each two neighbours stands for both.
pub const MOST_WINDOWS: usize = 2_880;

/// A line watched for a while (`--repeat`, `--every`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Host and port of the reflector.
    pub reflector: String,
    /// Its role; absent when it was never reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ReflectorRole>,
    /// Distance of windows.
    pub every: Millis,
    /// Length of the stream of each window.
    pub window: Millis,
    /// How long it was to go on; absent: until stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Millis>,
    /// True when somebody ended it before its time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// The windows, in order.
    pub windows: Vec<WatchWindow>,
}

/// One window: a voice-like stream both ways, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchWindow {
    /// When it began.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// How many windows it stands for: the worst of them. One unless there were too many to keep.
    pub stands_for: u32,
    /// Address family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// The address that the reflector saw us come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_from: Option<IpAddr>,
    /// True when the session was made anew before it: the network or the reflector had gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reconnected: bool,
    /// How long this PC slept before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slept: Option<Millis>,
    /// The way up; absent when nothing of it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<WatchFigures>,
    /// The way down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<WatchFigures>,
    /// Round trip, median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_p50: Option<Millis>,
    /// Round trip, 95th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_p95: Option<Millis>,
    /// Why there are no figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// One direction of a window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchFigures {
    /// Packets sent.
    pub sent: u64,
    /// Packets received.
    pub received: u64,
    /// Ends of the 95 % interval of the loss.
    pub loss_interval: [super::units::Percent; 2],
    /// RFC 3550 jitter.
    pub jitter: Millis,
    /// Packets behind the playout deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<u64>,
}

impl WatchReading {
    /// Takes in a window; beyond [`MOST_WINDOWS`] the worse of each two neighbours is kept for both.
    pub fn push(&mut self, window: WatchWindow) {
        self.windows.push(window);
        if self.windows.len() > MOST_WINDOWS {
            let all = std::mem::take(&mut self.windows);
            let mut rest = all.into_iter();
            while let Some(first) = rest.next() {
                self.windows.push(match rest.next() {
                    Some(second) => first.worse(second),
                    None => first,
                });
            }
        }
    }

    /// Windows that were measured or tried.
    pub fn total(&self) -> u64 {
        self.windows.iter().map(|w| u64::from(w.stands_for)).sum()
    }
}

impl WatchWindow {
    /// Packets of both directions that did not come, a failed window being worse than any.
    pub fn badness(&self) -> (bool, u64, f64) {
        let lost = |f: &Option<WatchFigures>| f.map_or(0, |f| f.sent.saturating_sub(f.received));
        (
            self.failure.is_some(),
            lost(&self.up) + lost(&self.down),
            self.round_trip_p95.map_or(0.0, |m| m.0),
        )
    }

    fn worse(self, other: Self) -> Self {
        let stands_for = self.stands_for.saturating_add(other.stands_for);
        let keep = if self.badness() >= other.badness() {
            self
        } else {
            other
        };
        Self { stands_for, ..keep }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stay_bounded_and_the_worst_is_kept() {
        let mut watch = WatchReading {
            id: EvidenceId("watch-1".into()),
            reflector: "r".into(),
            role: None,
            every: Millis(1.0),
            window: Millis(1.0),
            asked: None,
            stopped: false,
            windows: Vec::new(),
        };
        let count = 10_000_u32;
        for n in 0..count {
            watch.push(WatchWindow {
                at: Timestamp::UNIX_EPOCH,
                stands_for: 1,
                family: None,
                seen_from: None,
                reconnected: false,
                slept: None,
                up: None,
                down: None,
                round_trip_p50: None,
                round_trip_p95: Some(Millis(f64::from(n % 100))),
                failure: (n == 4_711)
                    .then(|| Failure::new(super::super::network::FailureCode::TimedOut)),
            });
        }
        assert!(watch.windows.len() <= MOST_WINDOWS);
        assert_eq!(watch.total(), u64::from(count));
        assert_eq!(
            watch.windows.iter().filter(|w| w.failure.is_some()).count(),
            1
        );
    }
}
