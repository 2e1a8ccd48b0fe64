//! Loss: exact intervals for a share, and what became of a numbered stream.

use statrs::distribution::{Beta, ContinuousCDF};

use crate::model::Percent;

/// The 95 % Clopper-Pearson interval of a share: `hits` of `of`, two-sided, both ends in 0 to 100 %, low end first.
///
/// It covers the true share in at least 95 of 100 cases when the trials are independent; losses in bursts are not, so
/// [`SequenceCount::longest_burst`] belongs beside it. Nothing tried gives the whole range: nothing is known. More
/// hits than trials count as all of them.
///
/// Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413, in its form by quantiles of the beta
/// distribution.
pub fn clopper_pearson_95(hits: u64, of: u64) -> [Percent; 2] {
    interval_95(as_f64(hits.min(of)), as_f64(of))
}

/// The interval for numbers that need not be whole, such as an effective number of trials; `hits` at most `of`.
fn interval_95(hits: f64, of: f64) -> [Percent; 2] {
    const TAIL: f64 = 0.025;
    let misses = of - hits;
    if of <= 0.0 {
        return [Percent(0.0), Percent(100.0)];
    }
    let low = if hits <= 0.0 {
        0.0
    } else {
        beta_quantile(hits, misses + 1.0, TAIL)
    };
    let high = if misses <= 0.0 {
        1.0
    } else {
        beta_quantile(hits + 1.0, misses, 1.0 - TAIL)
    };
    [Percent(low * 100.0), Percent(high * 100.0)]
}

/// `x` with `P(X <= x) = p` for `X ~ Beta(a, b)`, `a` and `b` at least 1. By bisection of the distribution function:
/// 60 halvings are exact to the last bits of what is printed, and no start value can lead it astray.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let Ok(beta) = Beta::new(a, b) else {
        return p; // never: both shapes are 1 or more and finite
    };
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if beta.cdf(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "packet counts stay far below 2^52"
)]
fn as_f64(n: u64) -> f64 {
    n as f64
}

/// The share of `part` in `whole`, in percent; `None` of nothing.
pub fn share(part: u64, whole: u64) -> Option<Percent> {
    (whole > 0).then(|| Percent(as_f64(part.min(whole)) / as_f64(whole) * 100.0))
}

/// What became of a stream of packets numbered 0, 1, 2 … `sent - 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SequenceCount {
    /// Packets sent.
    pub sent: u64,
    /// Different packets that arrived.
    pub received: u64,
    /// Packets that never arrived.
    pub lost: u64,
    /// Arrivals of a packet that had arrived before.
    pub duplicates: u64,
    /// First arrivals behind a packet with a higher number (RFC 4737 section 3.3).
    pub reordered: u64,
    /// Longest run of neighbours that never arrived.
    pub longest_burst: u64,
    /// Runs of neighbours that never arrived.
    pub bursts: u64,
}

impl SequenceCount {
    /// The 95 % interval of the loss. Losses in runs are not independent trials: with a mean run of `b` there are about
    /// `b` times fewer of them, and for a run length that is itself drawn (geometric, as a two-state line has it) the
    /// variance grows by `2b - 1`. The exact interval of that many fewer trials is given; single losses keep their own.
    ///
    /// Source: the effective sample size of a two-state Markov chain, `n (1 - r) / (1 + r)` with the correlation of
    /// neighbours `r`, here estimated from the runs.
    pub fn loss_interval_95(&self) -> [Percent; 2] {
        if self.bursts == 0 || self.bursts == self.lost {
            return clopper_pearson_95(self.lost, self.sent);
        }
        let (lost, sent, bursts) = (as_f64(self.lost), as_f64(self.sent), as_f64(self.bursts));
        let stay = 1.0 - bursts / lost;
        let enter = bursts / (sent - lost).max(bursts);
        let correlation = (stay - enter).clamp(0.0, 0.999);
        let share = (1.0 - correlation) / (1.0 + correlation);
        interval_95(lost * share, (sent * share).max(1.0))
    }

    /// Counts arrivals, given in the order of arrival. Numbers at or above `sent` are not part of the stream and are
    /// passed over.
    pub fn of(sent: u64, arrivals: impl IntoIterator<Item = u64>) -> Self {
        let mut count = Self {
            sent,
            ..Self::default()
        };
        let mut seen = std::collections::BTreeSet::new();
        for number in arrivals.into_iter().filter(|n| *n < sent) {
            if seen.last().is_some_and(|highest| number < *highest) && !seen.contains(&number) {
                count.reordered += 1;
            }
            if !seen.insert(number) {
                count.duplicates += 1;
            }
        }
        let mut next = 0;
        for number in &seen {
            count.longest_burst = count.longest_burst.max(number - next);
            count.bursts += u64::from(*number > next);
            next = number + 1;
        }
        count.longest_burst = count.longest_burst.max(sent - next);
        count.bursts += u64::from(sent > next);
        count.received = u64::try_from(seen.len()).unwrap_or(u64::MAX);
        count.lost = sent - count.received;
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: Percent, want: f64) {
        assert!((got.0 - want).abs() < 0.0005, "{got} is not {want} %");
    }

    /// Against the closed forms for none and all, and sums of exact binomial terms for the rest.
    #[test]
    fn intervals_have_their_known_values() {
        for n in [1_u32, 10, 59, 300, 3_000] {
            let [low, high] = clopper_pearson_95(0, u64::from(n));
            close(low, 0.0);
            close(high, (1.0 - 0.025_f64.powf(1.0 / f64::from(n))) * 100.0);
        }
        close(clopper_pearson_95(0, 300)[1], 1.2221);
        close(clopper_pearson_95(300, 300)[0], 98.7779);
        let [low, high] = clopper_pearson_95(5, 10);
        close(low, 18.7086);
        close(high, 81.2914);
        let [low, high] = clopper_pearson_95(6, 300);
        close(low, 0.7374);
        close(high, 4.3021);
        assert_eq!(
            clopper_pearson_95(0, 0),
            [Percent(0.0), Percent(100.0)],
            "nothing tried, nothing known"
        );
    }

    /// The chance of any of so many hits in `n` trials, summed term by term: shares no code with the beta quantile.
    fn binomial_sum(hits: std::ops::RangeInclusive<u64>, n: u64, p: f64) -> f64 {
        let ln_factorial = |n: u64| (1..=n).map(|i| as_f64(i).ln()).sum::<f64>();
        let all = ln_factorial(n);
        let mut term = all - ln_factorial(*hits.start()) - ln_factorial(n - hits.start());
        let mut sum = 0.0;
        for k in hits {
            sum += (term + as_f64(k) * p.ln() + as_f64(n - k) * (-p).ln_1p()).exp();
            term += as_f64(n - k).ln() - as_f64(k + 1).ln();
        }
        sum
    }

    proptest! {
        /// The definition: at the high end, so few hits or fewer come with 2.5 %; at the low end, so many or more.
        #[test]
        fn each_end_leaves_its_tail(n in 1_u64..2_000, share in 0.0_f64..=1.0) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test's own small numbers")]
            let hits = (as_f64(n) * share) as u64;
            let [low, high] = clopper_pearson_95(hits, n);
            prop_assert!(low.0 <= as_f64(hits) / as_f64(n) * 100.0 + 1e-9);
            prop_assert!(high.0 >= as_f64(hits) / as_f64(n) * 100.0 - 1e-9);
            if hits < n {
                prop_assert!((binomial_sum(0..=hits, n, high.0 / 100.0) - 0.025).abs() < 1e-6);
            }
            if hits > 0 {
                prop_assert!((binomial_sum(hits..=n, n, low.0 / 100.0) - 0.025).abs() < 1e-6);
            }
        }

        /// Every way of losing, doubling and shuffling is counted as it was done.
        #[test]
        fn sequences_add_up(
            kept in proptest::collection::vec(any::<bool>(), 0..200),
            order in any::<u64>(),
            doubled in 0_usize..5,
        ) {
            let sent = kept.len() as u64;
            let mut arrivals: Vec<u64> = (0..sent).filter(|n| kept[usize::try_from(*n).unwrap()]).collect();
            let received = arrivals.len() as u64;
            let again: Vec<u64> = arrivals.iter().copied().take(doubled).collect();
            let in_order = SequenceCount::of(sent, arrivals.iter().copied());
            prop_assert_eq!(in_order.reordered, 0);
            if !arrivals.is_empty() {
                let at = usize::try_from(order % received).unwrap();
                arrivals.rotate_left(at);
            }
            arrivals.extend(&again);
            let count = SequenceCount::of(sent, arrivals);
            prop_assert_eq!(count.received, received);
            prop_assert_eq!(count.lost, sent - received);
            prop_assert_eq!(count.duplicates, again.len() as u64);
            prop_assert_eq!(count.longest_burst, in_order.longest_burst);
            let longest = kept.split(|k| *k).map(<[bool]>::len).max().unwrap_or(0) as u64;
            prop_assert_eq!(count.longest_burst, longest);
        }
    }

    #[test]
    fn one_late_packet_is_one_reordered_packet() {
        let count = SequenceCount::of(5, [0, 2, 3, 1, 4]);
        assert_eq!((count.reordered, count.lost, count.duplicates), (1, 0, 0));
    }

    #[test]
    fn numbers_that_were_never_sent_do_not_count() {
        let count = SequenceCount::of(2, [0, 7, 1, u64::MAX]);
        assert_eq!((count.received, count.lost, count.reordered), (2, 0, 0));
    }

    #[test]
    fn shares_of_nothing_are_not_zero() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(1, 4), Some(Percent(25.0)));
    }
}
