//! Packet trains: when their packets leave, and what their arrivals tell. All rates are IP-layer rates.

use serde::{Deserialize, Serialize};

use super::delay::Slope;
use super::stamp::{NtpTime, SenderPacket};
use crate::model::Bps;
use crate::model::network::Family;

/// Size of every packet of a train at the IP layer, bytes: like video packets, and below the 1,280 that every IPv6
/// path carries (RFC 8200 section 5).
pub const PACKET_BYTES: u32 = 1_200;

/// Most packets in one train; bounds the memory of both ends whatever a peer asks for.
pub const MOST_PACKETS: u32 = 60_000;

/// Highest rate of a train. Enough to prove 1080p video for a dozen people twice over; a reflector is no load generator.
pub const HIGHEST_RATE: Bps = crate::model::units::HIGHEST_SENT;

/// Longest train, milliseconds.
pub const LONGEST_MS: u32 = 4_000;

/// Bytes of IP and UDP header in front of a payload (RFC 791, RFC 8200, RFC 768, no options).
pub fn header_bytes(family: Family) -> u32 {
    match family {
        Family::Ipv4 => 28,
        Family::Ipv6 => 48,
    }
}

/// A part of a train with one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// Rate, at the IP layer.
    pub rate: Bps,
    /// How long it lasts, milliseconds.
    pub ms: u32,
}

/// A train to be sent: stretches one behind another, of packets of [`PACKET_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrainPlan(pub Vec<Stretch>);

/// Why a train is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No packet, or a stretch without a rate.
    #[error("the train has no packets")]
    Empty,
    /// More than [`MOST_PACKETS`] packets or longer than [`LONGEST_MS`].
    #[error("the train is longer than {LONGEST_MS} ms or {MOST_PACKETS} packets")]
    TooLong,
    /// Faster than [`HIGHEST_RATE`].
    #[error("the train is faster than {HIGHEST_RATE}")]
    TooFast,
}

impl TrainPlan {
    /// When each packet leaves, nanoseconds after the first, and the number of the stretch that it belongs to.
    pub fn departures(&self) -> Result<Vec<(u64, usize)>, PlanError> {
        let mut out = Vec::new();
        let mut start = 0_u64;
        for (index, stretch) in self.0.iter().enumerate() {
            let end = start.saturating_add(u64::from(stretch.ms) * 1_000_000);
            if end > u64::from(LONGEST_MS) * 1_000_000 {
                return Err(PlanError::TooLong);
            }
            if stretch.rate > HIGHEST_RATE {
                return Err(PlanError::TooFast);
            }
            let step = packet_ns(stretch.rate).ok_or(PlanError::Empty)?;
            let mut at = start;
            while at < end {
                if out.len() >= MOST_PACKETS as usize {
                    return Err(PlanError::TooLong);
                }
                out.push((at, index));
                at = at.saturating_add(step);
            }
            start = end;
        }
        if out.is_empty() {
            return Err(PlanError::Empty);
        }
        Ok(out)
    }

    /// The highest rate of its stretches.
    pub fn peak(&self) -> Bps {
        self.0.iter().map(|s| s.rate).max().unwrap_or_default()
    }

    /// Bytes at the IP layer, at most.
    pub fn bytes(&self) -> u64 {
        self.0
            .iter()
            .map(|s| s.rate.0.saturating_mul(u64::from(s.ms)) / 8_000 + u64::from(PACKET_BYTES))
            .fold(0, u64::saturating_add)
    }

    /// How long it takes to send.
    pub fn span(&self) -> std::time::Duration {
        let ms = self.0.iter().map(|s| u64::from(s.ms)).sum();
        std::time::Duration::from_millis(ms)
    }
}

/// Nanoseconds that one packet takes at a rate; `None` for no rate.
pub fn packet_ns(rate: Bps) -> Option<u64> {
    (u64::from(PACKET_BYTES) * 8 * 1_000_000_000).checked_div(rate.0)
}

/// One packet that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Its number, from 0.
    pub number: u32,
    /// When it left, by the sender's clock, nanoseconds from any start.
    pub sent_ns: u64,
    /// When it arrived, by the receiver's clock, nanoseconds from any start.
    pub received_ns: u64,
}

impl Arrival {
    /// A test packet of a train, and when it arrived by the receiver's clock.
    pub fn of(packet: &SenderPacket, received: NtpTime) -> Self {
        Self {
            number: packet.sequence,
            sent_ns: nanos(packet.timestamp),
            received_ns: nanos(received),
        }
    }
}

/// A packet's time as nanoseconds from the start of its era, which a train does not cross but once in 136 years.
pub fn nanos(t: NtpTime) -> u64 {
    u64::try_from((u128::from(t.0) * 1_000_000_000) >> 32).unwrap_or(u64::MAX)
}

/// What left in one stretch, as the sender saw it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentStretch {
    /// Packets.
    pub packets: u32,
    /// From the first packet's departure to the last one's, nanoseconds.
    pub span_ns: u64,
}

impl SentStretch {
    /// The rate that really left; `None` with fewer than two packets.
    pub fn rate(self) -> Option<Bps> {
        rate_between(u64::from(self.packets), self.span_ns)
    }
}

/// The rate of so many packets of which the first and the last are so far apart: the first one's bytes fall before the
/// span and do not count.
pub fn rate_between(packets: u64, span_ns: u64) -> Option<Bps> {
    let bits =
        u128::from(packets.checked_sub(1).filter(|n| *n > 0)?) * u128::from(PACKET_BYTES) * 8;
    let bps = (bits * 1_000_000_000).checked_div(u128::from(span_ns))?;
    u64::try_from(bps).ok().map(Bps)
}

/// Neighbouring packets of one stretch, as they arrived.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bin {
    /// Number of the stretch.
    pub stretch: usize,
    /// Packets planned in it.
    pub planned: u32,
    /// Different packets that arrived.
    pub received: u32,
    /// Earliest arrival, receiver's clock; 0 when none arrived.
    pub first_ns: u64,
    /// Latest arrival, receiver's clock; 0 when none arrived.
    pub last_ns: u64,
    /// Middle packet's departure, sender's clock; 0 when none arrived.
    pub sent_ns: u64,
    /// Median of arrival less departure, nanoseconds: delay plus the unknown difference of the two clocks; 0 when none
    /// arrived.
    pub transit_ns: i64,
    /// The least of the same: every packet of the bin took at least so long; 0 when none arrived.
    pub least_ns: i64,
    /// The longest by which the sender fell behind its plan between two packets that arrived, the last one of the bin
    /// before counted in, nanoseconds.
    pub pause_ns: u64,
}

/// What a train's arrivals came to, small enough to be sent back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// The bins in the order of departure.
    pub bins: Vec<Bin>,
    /// Second arrivals of the same packet.
    pub duplicates: u64,
}

/// Most bins in a stretch. 40 points settle a slope's sign at 5 % overload; more would only cost bytes.
const BINS: usize = 40;

impl Digest {
    /// Sorts arrivals into bins. Arrivals with numbers beyond the plan are passed over.
    pub fn of(plan: &TrainPlan, arrivals: &[Arrival]) -> Result<Self, PlanError> {
        let departures = plan.departures()?;
        let mut by_number: Vec<Option<Arrival>> = vec![None; departures.len()];
        let mut duplicates = 0;
        for a in arrivals {
            match by_number.get_mut(a.number as usize) {
                Some(slot @ None) => *slot = Some(*a),
                Some(Some(_)) => duplicates += 1,
                None => {}
            }
        }
        let mut bins = Vec::new();
        let mut before = None;
        for (index, _) in plan.0.iter().enumerate() {
            let from = departures.partition_point(|d| d.1 < index);
            let to = departures.partition_point(|d| d.1 <= index);
            let stretch = by_number.get(from..to).unwrap_or_default();
            let per_bin = stretch.len().div_ceil(BINS).max(2);
            for packets in stretch.chunks(per_bin) {
                let mut bin = Bin::of(index, packets);
                for arrival in packets.iter().flatten() {
                    let late = lateness(&departures, arrival);
                    let grown = late.saturating_sub(before.unwrap_or(late));
                    bin.pause_ns = bin.pause_ns.max(u64::try_from(grown).unwrap_or(0));
                    before = Some(late);
                }
                bins.push(bin);
            }
        }
        Ok(Self { bins, duplicates })
    }

    /// Takes away what was planned behind the first so many packets, where the train ended early: what never left was
    /// not lost.
    pub fn cut(&mut self, packets: u64) {
        let mut left = packets;
        self.bins.retain_mut(|bin| {
            let kept = u64::from(bin.planned).min(left);
            left -= kept;
            bin.planned = u32::try_from(kept).unwrap_or(bin.planned);
            bin.received = bin.received.min(bin.planned);
            kept > 0
        });
    }

    /// Different packets that arrived.
    pub fn received(&self) -> u64 {
        received(&self.bins)
    }

    /// The bins of one stretch.
    pub fn stretch(&self, index: usize) -> &[Bin] {
        let from = self.bins.partition_point(|b| b.stretch < index);
        let to = self.bins.partition_point(|b| b.stretch <= index);
        self.bins.get(from..to).unwrap_or_default()
    }
}

impl Bin {
    fn of(stretch: usize, packets: &[Option<Arrival>]) -> Self {
        let arrived = || packets.iter().flatten();
        let mut transits: Vec<i64> = arrived()
            .map(|a| {
                let transit = i128::from(a.received_ns) - i128::from(a.sent_ns);
                i64::try_from(transit).unwrap_or(i64::MAX)
            })
            .collect();
        transits.sort_unstable();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let middle = transits.len() / 2;
        Self {
            stretch,
            planned: count(packets.len()),
            received: count(transits.len()),
            first_ns: arrived().map(|a| a.received_ns).min().unwrap_or(0),
            last_ns: arrived().map(|a| a.received_ns).max().unwrap_or(0),
            sent_ns: arrived().nth(middle).map_or(0, |a| a.sent_ns),
            transit_ns: transits.get(middle).copied().unwrap_or(0),
            least_ns: transits.first().copied().unwrap_or(0),
            pause_ns: 0,
        }
    }
}

/// How far a packet's departure lies behind its plan, nanoseconds from any start.
fn lateness(departures: &[(u64, usize)], arrival: &Arrival) -> i64 {
    let planned = departures.get(arrival.number as usize).map_or(0, |d| d.0);
    arrival.sent_ns.wrapping_sub(planned).cast_signed()
}

/// Packets that arrived in these bins.
pub fn received(bins: &[Bin]) -> u64 {
    bins.iter().map(|b| u64::from(b.received)).sum()
}

/// Packets planned in these bins.
pub fn planned(bins: &[Bin]) -> u64 {
    bins.iter().map(|b| u64::from(b.planned)).sum()
}

/// From the earliest to the latest arrival in these bins, nanoseconds; `None` when nothing arrived.
pub fn arrival_span_ns(bins: &[Bin]) -> Option<u64> {
    let arrived = || bins.iter().filter(|b| b.received > 0);
    let first = arrived().map(|b| b.first_ns).min()?;
    let last = arrived().map(|b| b.last_ns).max()?;
    last.checked_sub(first)
}

/// The receiver's rate over these bins: bytes behind the first arrival over the time to the last. `None` with fewer
/// than two arrivals.
pub fn arrival_rate(bins: &[Bin]) -> Option<Bps> {
    rate_between(received(bins), arrival_span_ns(bins)?)
}

/// Growth of one-way delay over these bins.
pub fn delay_slope(bins: &[Bin]) -> Option<Slope> {
    let origin = bins.iter().find(|b| b.received > 0)?;
    let points: Vec<(f64, f64)> = bins
        .iter()
        .filter(|b| b.received > 0)
        .map(|b| {
            let t = i128::from(b.sent_ns) - i128::from(origin.sent_ns);
            let d = i128::from(b.transit_ns) - i128::from(origin.transit_ns);
            (as_f64(t) / 1e9, as_f64(d) / 1e6)
        })
        .collect();
    Slope::of(&points)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "differences within a train, far below 2^52 ns"
)]
fn as_f64(n: i128) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(stretches: &[(u64, u32)]) -> TrainPlan {
        let stretch = |(rate, ms): &(u64, u32)| Stretch {
            rate: Bps(*rate),
            ms: *ms,
        };
        TrainPlan(stretches.iter().map(stretch).collect())
    }

    #[test]
    fn departures_keep_the_rate() {
        let d = plan(&[(960_000, 100), (96_000, 200)]).departures().unwrap();
        // 9,600 bits a packet: one every 10 ms, then one every 100 ms.
        let times: Vec<u64> = d.iter().map(|(t, _)| t / 1_000_000).collect();
        assert_eq!(times, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200]);
        assert_eq!(d.iter().filter(|(_, s)| *s == 1).count(), 2);
    }

    #[test]
    fn impossible_plans_are_refused() {
        assert_eq!(plan(&[]).departures(), Err(PlanError::Empty));
        assert_eq!(plan(&[(0, 100)]).departures(), Err(PlanError::Empty));
        assert_eq!(
            plan(&[(1_000, 4_001)]).departures(),
            Err(PlanError::TooLong)
        );
        assert_eq!(
            plan(&[(u64::MAX, 10)]).departures(),
            Err(PlanError::TooFast)
        );
        assert_eq!(
            plan(&[(1, u32::MAX), (1, u32::MAX)]).departures(),
            Err(PlanError::TooLong)
        );
    }

    proptest! {
        /// A line that spaces packets at its own rate is read at that rate, at any offset of clocks.
        #[test]
        fn spacing_is_the_rate(rate in 200_000_u64..45_000_000, offset in 0_u64..u64::MAX / 2) {
            let plan = plan(&[(rate * 2, 1_000)]);
            let step = packet_ns(Bps(rate)).unwrap();
            let arrivals: Vec<Arrival> = plan.departures().unwrap().iter().enumerate().map(|(i, (t, _))| Arrival {
                number: u32::try_from(i).unwrap(),
                sent_ns: *t,
                received_ns: offset + step * i as u64,
            }).collect();
            let digest = Digest::of(&plan, &arrivals).unwrap();
            prop_assert_eq!(digest.received(), arrivals.len() as u64);
            let got = arrival_rate(&digest.bins).unwrap().0;
            prop_assert!(got.abs_diff(rate) <= rate / 500 + 1, "{got} for {rate}");
            // Sent at twice the rate: every second adds a second of delay.
            let slope = delay_slope(&digest.bins).unwrap();
            prop_assert!(slope.low > 900.0 && slope.high < 1_100.0, "{slope:?}");
        }

        /// No arrivals from outside make it panic.
        #[test]
        fn hostile_arrivals(all in proptest::collection::vec(any::<(u32, u64, u64)>(), 0..100)) {
            let plan = plan(&[(1_000_000, 300)]);
            let arrivals: Vec<Arrival> = all.iter()
                .map(|(n, s, r)| Arrival { number: n % 40, sent_ns: *s, received_ns: *r }).collect();
            let digest = Digest::of(&plan, &arrivals).unwrap();
            let _ = (arrival_rate(&digest.bins), delay_slope(&digest.bins));
        }
    }

    #[test]
    fn too_little_is_not_a_rate() {
        assert_eq!(rate_between(0, 1_000), None);
        assert_eq!(rate_between(1, 1_000), None);
        assert_eq!(rate_between(2, 0), None);
        assert_eq!(arrival_rate(&[]), None);
        assert_eq!(delay_slope(&[]), None);
    }
}
