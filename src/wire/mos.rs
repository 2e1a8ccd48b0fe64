//! Opinion score of a voice call, a secondary figure.

use crate::model::media::Mos;

/// The codec whose published impairment figures are used. Conferencing codecs have none that are published for their
/// usual settings, so a score for them would be a guess.
const CODEC: &str = "G.711 with packet loss concealment (G.113)";
/// Robustness of G.711 with concealment against random loss (ITU-T G.113 appendix I, table I.4).
const BPL: f64 = 25.1;
/// Equipment impairment of G.711.
const IE: f64 = 0.0;
/// Rating with every default of ITU-T G.107 section 7.7.
const R_DEFAULT: f64 = 93.2;

/// The score of a call over a path with this one-way delay mouth to ear (ms) and loss (percent, late packets
/// included). `None` for figures that are no delay and no share.
///
/// The delay impairment is the usual two-line approximation of the E-model's curve (R. G. Cole and J. H. Rosenbluth,
/// ACM SIGCOMM CCR 31-2, 2001), within one point of rating below 400 ms; loss is taken as random (`BurstR = 1`).
pub fn score(one_way_ms: f64, loss_percent: f64) -> Option<Mos> {
    if !(one_way_ms.is_finite() && one_way_ms >= 0.0 && (0.0..=100.0).contains(&loss_percent)) {
        return None;
    }
    let delay = 0.024 * one_way_ms + 0.11 * (one_way_ms - 177.3).max(0.0);
    let equipment = IE + (95.0 - IE) * loss_percent / (loss_percent + BPL);
    let r = (R_DEFAULT - delay - equipment).clamp(0.0, 100.0);
    let score = 1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6;
    Some(Mos {
        score: (score.clamp(1.0, 4.5) * 100.0).round() / 100.0,
        codec: CODEC.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(delay: f64, loss: f64) -> f64 {
        score(delay, loss).unwrap().score
    }

    /// The recommendation's own default: R = 93.2 is 4.41.
    #[test]
    fn a_perfect_path_scores_the_default() {
        assert!((of(0.0, 0.0) - 4.41).abs() < 0.005);
    }

    /// R = 70 (delay 0, equipment 23.2) is 3.60, the border of "some users dissatisfied" in G.107 annex B.
    #[test]
    fn a_known_border_is_met() {
        let loss = 23.2 * BPL / (95.0 - 23.2);
        assert!((of(0.0, loss) - 3.60).abs() < 0.02, "{}", of(0.0, loss));
    }

    #[test]
    fn worse_paths_score_less_and_within_the_scale() {
        let mut last = 5.0;
        for step in 0..20 {
            let s = of(f64::from(step) * 40.0, f64::from(step) * 5.0);
            assert!((1.0..=4.5).contains(&s) && s <= last);
            last = s;
        }
        assert_eq!(score(f64::NAN, 0.0), None);
        assert_eq!(score(10.0, 101.0), None);
    }
}
