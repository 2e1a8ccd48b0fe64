//! Figures of a numbered media stream in one direction.

use std::collections::HashSet;

use super::delay::Delays;
use super::jitter::Jitter;
use super::loss::SequenceCount;
use crate::model::Millis;
use crate::model::media::{MOST_MOMENTS, QualityMoment};

/// How long a receiver waits for a packet, counted from when the stream's fastest would have come. A usual playout
/// buffer of conferencing; no specification of this product's names one.
pub const DEADLINE_NS: i64 = 60_000_000;
/// Length of one moment of the time series.
const MOMENT_NS: i64 = 250_000_000;

/// A packet that arrived. Times are in nanoseconds; each end's clock has its own start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// Its number in the stream.
    pub number: u64,
    /// When it left, by the sender's clock.
    pub left_ns: i64,
    /// When it arrived, by the receiver's clock.
    pub arrived_ns: i64,
    /// Round trip of the exchange that it belongs to.
    pub round_trip_ns: Option<i64>,
}

/// A stream as it was sent and as it arrived.
#[derive(Debug)]
pub struct Stream<'a> {
    /// When each packet left, in nanoseconds from the start of the stream; packets are numbered by it.
    pub left: &'a [i64],
    /// Packets known to have arrived, whether or not their times are known.
    pub came: &'a [u64],
    /// Arrivals with their times, in order of arrival. Copies included.
    pub arrived: &'a [Arrived],
}

/// What a stream came to.
#[derive(Debug)]
pub struct Figures {
    /// Loss and bursts.
    pub count: SequenceCount,
    /// RFC 3550 jitter; none before the second arrival.
    pub jitter: Option<Millis>,
    /// One-way delay above the fastest packet's.
    pub variation: Delays,
    /// Round trips.
    pub round_trip: Delays,
    /// First arrivals behind the deadline; none when no arrival's time is known.
    pub late: Option<u64>,
    /// The stream over time.
    pub moments: Vec<QualityMoment>,
}

impl Stream<'_> {
    /// Reads the stream.
    pub fn figures(&self) -> Figures {
        let sent = self.left.len() as u64;
        let mut count = SequenceCount::of(sent, self.came.iter().copied());
        let timed = SequenceCount::of(sent, self.arrived.iter().map(|a| a.number));
        (count.reordered, count.duplicates) = (timed.reordered, timed.duplicates);
        let fastest = self.arrived.iter().map(transit).min();
        let mut jitter = Jitter::default();
        let (mut variation, mut round_trip) = (Delays::new(), Delays::new());
        let mut late = 0;
        let mut moments = Moments::new(self.left);
        for number in self.came.iter().collect::<HashSet<_>>() {
            moments.came(*number);
        }
        let mut seen = HashSet::new();
        for a in self.arrived.iter().filter(|a| a.number < sent) {
            if !seen.insert(a.number) {
                continue;
            }
            jitter.arrived(a.left_ns, a.arrived_ns);
            let above = transit(a).saturating_sub(fastest.unwrap_or_default());
            variation.record(above.unsigned_abs());
            if let Some(ns) = a.round_trip_ns {
                round_trip.record(ns.unsigned_abs());
            }
            let is_late = above > DEADLINE_NS;
            late += u64::from(is_late);
            moments.timed(a, above, is_late);
        }
        Figures {
            count,
            jitter: jitter.value(),
            variation,
            round_trip,
            late: fastest.map(|_| late),
            moments: moments.finish(),
        }
    }
}

fn transit(a: &Arrived) -> i64 {
    a.arrived_ns.saturating_sub(a.left_ns)
}

/// Moments in the making: the delays of each are kept until its median is taken.
struct Moments<'a> {
    left: &'a [i64],
    width: i64,
    all: Vec<(QualityMoment, Vec<i64>, Vec<i64>)>,
}

impl<'a> Moments<'a> {
    fn new(left: &'a [i64]) -> Self {
        let end = left.last().copied().unwrap_or_default().max(0);
        // A stream that is too long for its moments has wider ones.
        let most = i64::try_from(MOST_MOMENTS).unwrap_or(1);
        let width = MOMENT_NS.max(end / most + 1);
        let mut out = Self {
            left,
            width,
            all: Vec::new(),
        };
        if left.is_empty() {
            return out;
        }
        for n in 0..=end / width {
            let moment = QualityMoment {
                offset: millis(n * width),
                ..QualityMoment::default()
            };
            out.all.push((moment, Vec::new(), Vec::new()));
        }
        for number in 0..left.len() as u64 {
            if let Some((m, _, _)) = out.at(number) {
                m.sent += 1;
            }
        }
        out
    }

    fn at(&mut self, number: u64) -> Option<&mut (QualityMoment, Vec<i64>, Vec<i64>)> {
        let left = self.left.get(usize::try_from(number).ok()?)?;
        self.all
            .get_mut(usize::try_from(left.max(&0) / self.width).ok()?)
    }

    fn came(&mut self, number: u64) {
        if let Some((m, _, _)) = self.at(number) {
            m.received += 1;
        }
    }

    fn timed(&mut self, a: &Arrived, above: i64, late: bool) {
        if let Some((m, variation, round_trip)) = self.at(a.number) {
            m.late += u64::from(late);
            variation.push(above);
            round_trip.extend(a.round_trip_ns);
        }
    }

    fn finish(self) -> Vec<QualityMoment> {
        let of = |mut all: Vec<i64>| {
            all.sort_unstable();
            let middle = all.get(all.len().saturating_sub(1) / 2).copied();
            (middle.map(millis), all.last().copied().map(millis))
        };
        let finish = |(mut m, variation, round_trip): (QualityMoment, Vec<i64>, Vec<i64>)| {
            (m.variation_p50, m.variation_max) = of(variation);
            (m.round_trip_p50, m.round_trip_max) = of(round_trip);
            m
        };
        self.all.into_iter().map(finish).collect()
    }
}

fn millis(ns: i64) -> Millis {
    Millis(std::time::Duration::from_nanos(ns.max(0).unsigned_abs()).as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: i64 = 1_000_000;

    fn every_20_ms(count: u32) -> Vec<i64> {
        (0..i64::from(count)).map(|n| n * 20 * MS).collect()
    }

    /// Arrivals with this delay each, none for what is lost.
    fn through(left: &[i64], delay: impl Fn(usize) -> Option<i64>) -> Vec<Arrived> {
        let mut all: Vec<Arrived> = left
            .iter()
            .enumerate()
            .filter_map(|(n, left)| {
                Some(Arrived {
                    number: n as u64,
                    left_ns: *left,
                    // The receiver's clock is three hours off.
                    arrived_ns: left + delay(n)? + 10_800_000 * MS,
                    round_trip_ns: Some(2 * delay(n)?),
                })
            })
            .collect();
        all.sort_by_key(|a| a.arrived_ns);
        all
    }

    fn figures(left: &[i64], arrived: &[Arrived]) -> Figures {
        let came: Vec<u64> = arrived.iter().map(|a| a.number).collect();
        Stream {
            left,
            came: &came,
            arrived,
        }
        .figures()
    }

    #[test]
    fn late_packets_are_those_behind_the_deadline() {
        let left = every_20_ms(100);
        let slow = [10, 40, 70];
        let all = through(&left, |n| {
            Some(if slow.contains(&n) { 95 * MS } else { 30 * MS })
        });
        let f = figures(&left, &all);
        assert_eq!(f.late, Some(3));
        assert_eq!(f.count.lost, 0);
        assert_eq!(f.count.reordered, 3, "each is overtaken");
        assert!((f.variation.percentile(99.0).unwrap().0 - 65.0).abs() < 0.1);
        assert!((f.round_trip.percentile(50.0).unwrap().0 - 60.0).abs() < 0.1);
    }

    #[test]
    fn the_time_series_shows_where_it_happened() {
        let left = every_20_ms(100);
        let all = through(&left, |n| (!(50..60).contains(&n)).then_some(25 * MS));
        let f = figures(&left, &all);
        assert_eq!(f.count.longest_burst, 10);
        assert_eq!(f.moments.len(), 8, "1.98 s in quarters of a second");
        let lost: Vec<u64> = f.moments.iter().map(|m| m.sent - m.received).collect();
        assert_eq!(lost, [0, 0, 0, 0, 10, 0, 0, 0]);
        assert_eq!(f.moments.iter().map(|m| m.sent).sum::<u64>(), 100);
        assert!((f.moments[0].round_trip_p50.unwrap().0 - 50.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_arrived_is_not_zero() {
        let left = every_20_ms(30);
        let f = figures(&left, &[]);
        assert_eq!((f.jitter, f.late), (None, None));
        assert_eq!(f.count.lost, 30);
        assert!(
            f.moments
                .iter()
                .all(|m| m.round_trip_max.is_none() && m.variation_p50.is_none())
        );
        assert_eq!(figures(&[], &[]).moments, []);
    }

    proptest! {
        #[test]
        fn outside_data_never_panics(
            left in proptest::collection::vec(any::<i64>(), 0..40),
            came in proptest::collection::vec(any::<u64>(), 0..60),
            arrived in proptest::collection::vec(any::<(u8, i64, i64, Option<i64>)>(), 0..60),
        ) {
            let arrived: Vec<Arrived> = arrived.into_iter().map(|(number, left_ns, arrived_ns, round_trip_ns)| Arrived {
                number: number.into(), left_ns, arrived_ns, round_trip_ns,
            }).collect();
            let f = Stream { left: &left, came: &came, arrived: &arrived }.figures();
            prop_assert!(f.moments.len() <= MOST_MOMENTS + 1);
            prop_assert!(f.count.received + f.count.lost == f.count.sent);
        }
    }
}
