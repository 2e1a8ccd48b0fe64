//! Interarrival jitter of a stream, as RTP defines it.

use crate::model::Millis;

/// Running interarrival jitter (RFC 3550 section 6.4.1): `J += (|D| - J) / 16`, where `D` is how much longer this
/// packet travelled than the one that arrived before it. Clocks at the ends need not agree, only run at one speed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Jitter {
    previous: Option<i64>,
    nanos: Option<f64>,
}

impl Jitter {
    /// Takes in the next arrival: when it left by the sender's clock and arrived by the receiver's, in nanoseconds
    /// from any start.
    pub fn arrived(&mut self, sent_ns: i64, received_ns: i64) {
        let transit = received_ns.saturating_sub(sent_ns);
        if let Some(previous) = self.previous {
            let d = as_f64(transit.saturating_sub(previous).saturating_abs());
            let j = self.nanos.unwrap_or(0.0);
            self.nanos = Some(j + (d - j) / 16.0);
        }
        self.previous = Some(transit);
    }

    /// The jitter so far; `None` before the second arrival.
    pub fn value(&self) -> Option<Millis> {
        self.nanos.map(|n| Millis(n / 1e6))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a difference of delays below 2^52 ns, 52 days"
)]
fn as_f64(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn one_packet_has_no_jitter_yet() {
        let mut j = Jitter::default();
        assert_eq!(j.value(), None);
        j.arrived(0, 5 * MS);
        assert_eq!(j.value(), None);
        j.arrived(20 * MS, 25 * MS);
        assert_eq!(j.value(), Some(Millis(0.0)));
    }

    /// By hand: D = 16, 0, 16 ms gives 1, 0.9375, 1.87890625 ms.
    #[test]
    fn follows_the_formula() {
        let mut j = Jitter::default();
        for (sent, received) in [(0, 0), (20, 36), (40, 56), (60, 60)] {
            j.arrived(sent * MS, received * MS);
        }
        assert!((j.value().unwrap().0 - 1.878_906_25).abs() < 1e-9);
    }

    proptest! {
        /// Delay alternating by ±d/2 settles at d, whatever the clocks' offset.
        #[test]
        fn settles_at_a_constant_difference(d in 0_i64..100, offset in -1_000_000_i64..1_000_000) {
            let mut j = Jitter::default();
            for n in 0..400_i64 {
                j.arrived(n * 20 * MS, n * 20 * MS + offset * MS + (n % 2) * d * MS);
            }
            #[expect(clippy::cast_precision_loss, reason = "below 100")]
            let want = d as f64;
            prop_assert!((j.value().unwrap().0 - want).abs() < 1e-3);
        }

        /// No input makes it negative, infinite or panic.
        #[test]
        fn stays_finite(times in proptest::collection::vec(any::<(i64, i64)>(), 2..50)) {
            let mut j = Jitter::default();
            for (sent, received) in times {
                j.arrived(sent, received);
            }
            let v = j.value().unwrap().0;
            prop_assert!(v.is_finite() && v >= 0.0);
        }
    }
}
