//! Delay: percentiles, and whether it grows over a train.

use hdrhistogram::Histogram;

use crate::model::Millis;

/// How sure a slope's interval is: 3.3 standard deviations, about one wrong claim in a thousand. Pathload-like tests
/// draw many trains; a looser bound would call a quiet line full every few runs.
const Z: f64 = 3.3;

/// Fewest points that can tell a slope at [`Z`]: with fewer, not even perfectly ordered points are beyond chance.
pub const FEWEST_POINTS: usize = 8;

/// Growth of delay over time, in milliseconds per second, with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Lower end of the interval.
    pub low: f64,
    /// The estimate.
    pub estimate: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Slope {
    /// Median of the slopes between all pairs of points `(seconds, milliseconds)`, with its distribution-free
    /// interval. Up to 29 % of the points may be arbitrarily wrong (a burst of cross traffic, a Wi-Fi pause) before the
    /// estimate can follow them. `None` with fewer than [`FEWEST_POINTS`] points at different times.
    ///
    /// Source: P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379-1389; the interval takes ranks from the normal
    /// approximation of Kendall's score, whose variance is `n(n-1)(2n+5)/18`.
    pub fn of(points: &[(f64, f64)]) -> Option<Self> {
        let good: Vec<(f64, f64)> = points
            .iter()
            .copied()
            .filter(|(t, d)| t.is_finite() && d.is_finite())
            .collect();
        let mut slopes = Vec::with_capacity(good.len() * good.len() / 2);
        for (i, a) in good.iter().enumerate() {
            for b in good.get(i + 1..).unwrap_or_default() {
                let s = (b.1 - a.1) / (b.0 - a.0);
                if s.is_finite() {
                    slopes.push(s);
                }
            }
        }
        if good.len() < FEWEST_POINTS || slopes.len() < FEWEST_POINTS * (FEWEST_POINTS - 1) / 2 {
            return None;
        }
        slopes.sort_by(f64::total_cmp);
        let n = as_f64(good.len());
        let spread = Z * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
        let middle = as_f64(slopes.len()) / 2.0;
        Some(Self {
            low: at(&slopes, middle - spread / 2.0)?,
            estimate: at(&slopes, middle)?,
            high: at(&slopes, middle + spread / 2.0)?,
        })
    }
}

/// The value at a rank, ranks beyond the ends meaning the ends.
fn at(sorted: &[f64], rank: f64) -> Option<f64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the slice first"
    )]
    let i = rank.clamp(0.0, as_f64(sorted.len().saturating_sub(1))) as usize;
    sorted.get(i).copied()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of points stay far below 2^52"
)]
fn as_f64(n: usize) -> f64 {
    n as f64
}

/// Percentiles of delays, kept to three significant digits from a microsecond to a minute.
#[derive(Debug)]
pub struct Delays {
    micros: Option<Histogram<u64>>,
}

impl Default for Delays {
    fn default() -> Self {
        Self::new()
    }
}

impl Delays {
    /// No delays yet.
    pub fn new() -> Self {
        Self {
            micros: Histogram::new_with_bounds(1, 60_000_000, 3).ok(),
        }
    }

    /// Takes in one delay in nanoseconds. Above a minute counts as a minute.
    pub fn record(&mut self, nanos: u64) {
        if let Some(h) = &mut self.micros {
            h.saturating_record((nanos / 1_000).max(1));
        }
    }

    /// The delay that `percent` of all stay within; `None` before the first.
    pub fn percentile(&self, percent: f64) -> Option<Millis> {
        let h = self.micros.as_ref().filter(|h| !h.is_empty())?;
        let micros = h.value_at_quantile((percent / 100.0).clamp(0.0, 1.0));
        Some(Millis(
            std::time::Duration::from_micros(micros).as_secs_f64() * 1e3,
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(slope: f64, n: u32) -> Vec<(f64, f64)> {
        (0..n)
            .map(|i| {
                let t = f64::from(i) / f64::from(n);
                (t, 7.0 + slope * t)
            })
            .collect()
    }

    #[test]
    fn too_few_points_tell_nothing() {
        assert_eq!(Slope::of(&line(50.0, 7)), None);
        assert_eq!(Slope::of(&[(1.0, 2.0); 40]), None, "all at one time");
        assert!(Slope::of(&line(50.0, 8)).is_some());
    }

    /// 5 % overload of a line: 50 ms a second; a third of the points hit by pauses of up to 80 ms.
    #[test]
    fn pauses_do_not_hide_a_slope_nor_make_one() {
        for (slope, name) in [(50.0, "overloaded"), (0.0, "idle")] {
            let mut points = line(slope, 40);
            for (i, p) in points.iter_mut().enumerate() {
                if i % 4 == 1 {
                    p.1 += 20.0 + f64::from(u32::try_from(i).unwrap()) * 1.5;
                }
            }
            let s = Slope::of(&points).unwrap();
            assert!(s.low <= slope && slope <= s.high, "{name}: {s:?}");
            if slope > 0.0 {
                assert!(s.low > 10.0, "{name}: {s:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn finds_an_exact_line(slope in -500.0_f64..500.0, n in 8_u32..80) {
            let s = Slope::of(&line(slope, n)).unwrap();
            prop_assert!((s.estimate - slope).abs() < 1e-6);
            prop_assert!(s.low <= s.estimate && s.estimate <= s.high);
        }

        /// Jitter without growth is hardly ever called growth: the interval holds zero.
        #[test]
        fn jitter_alone_is_not_a_slope(noise in proptest::collection::vec(0.0_f64..30.0, 40)) {
            let points: Vec<(f64, f64)> = noise.iter().enumerate()
                .map(|(i, d)| (f64::from(u32::try_from(i).unwrap()) / 40.0, *d)).collect();
            let s = Slope::of(&points).unwrap();
            // z = 3.3 leaves one in a thousand; proptest draws 256. A wide miss would be a wrong formula.
            prop_assert!(s.low < 12.0 && s.high > -12.0, "{s:?}");
        }

        #[test]
        fn outside_data_never_panics(points in proptest::collection::vec(any::<(f64, f64)>(), 0..30)) {
            let _ = Slope::of(&points);
        }

        #[test]
        fn percentiles_are_near_the_sorted_list(mut micros in proptest::collection::vec(1_u64..10_000_000, 1..200)) {
            let mut d = Delays::new();
            for m in &micros {
                d.record(m * 1_000);
            }
            micros.sort_unstable();
            let top = d.percentile(100.0).unwrap().0 * 1e3;
            #[expect(clippy::cast_precision_loss, reason = "below 10^7")]
            let want = *micros.last().unwrap() as f64;
            prop_assert!((top - want).abs() <= want * 0.001 + 1.0);
            prop_assert!(d.percentile(50.0).unwrap().0 <= d.percentile(95.0).unwrap().0);
        }
    }

    #[test]
    fn no_delays_have_no_percentile() {
        assert_eq!(Delays::new().percentile(50.0), None);
    }
}
