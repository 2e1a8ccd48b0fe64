//! Levels of recorded sound. Samples are counted and forgotten.

use crate::model::device_use::{Trial, TrialOutcome};
use crate::model::units::DbfsTenths;

/// Digital silence: no sample above two steps of 16 bits (-84.3 dBFS). The quietest room gives more through a
/// microphone that works; a muted one gives zeros, at most with the dither of a converter.
const SILENCE: f32 = 2.0 / 32_768.0;

/// Running figures of one recording.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::inventory) struct Levels {
    squares: f64,
    peak: f32,
    count: u64,
}

/// How the bytes of a recording hold samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inventory) enum SampleKind {
    /// 32-bit floating point, little-endian, full scale 1.0.
    Float32,
    /// Signed little-endian integers of so many bytes, 1 to 4, left-justified.
    #[cfg(any(target_os = "windows", test))]
    Integer(usize),
}

impl Levels {
    /// Counts one sample, full scale 1.0. What is no number is left out.
    pub(in crate::inventory) fn sample(&mut self, sample: f32) {
        if sample.is_finite() {
            self.squares += f64::from(sample) * f64::from(sample);
            self.peak = self.peak.max(sample.abs());
            self.count += 1;
        }
    }

    /// Counts the samples of a block; a cut one at its end is left out.
    pub(in crate::inventory) fn bytes(&mut self, bytes: &[u8], kind: SampleKind) {
        match kind {
            SampleKind::Float32 => {
                for chunk in bytes.chunks_exact(4) {
                    self.sample(f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]));
                }
            }
            #[cfg(any(target_os = "windows", test))]
            SampleKind::Integer(size) => {
                let size = size.clamp(1, 4);
                for chunk in bytes.chunks_exact(size) {
                    // Moved to the top of 32 bits, so that every size has the same full scale.
                    let mut wide = [0_u8; 4];
                    wide[4 - size..].copy_from_slice(chunk);
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "24 bits are more than a level needs"
                    )]
                    let value = i32::from_le_bytes(wide) as f32;
                    self.sample(value / 2_147_483_648.0);
                }
            }
        }
    }

    /// Counts so many samples of silence (a system that hands over silence without its bytes).
    #[cfg(target_os = "windows")]
    pub(in crate::inventory) fn silence(&mut self, samples: u64) {
        self.count += samples;
    }

    /// Whether anything was recorded.
    pub(in crate::inventory) fn is_empty(self) -> bool {
        self.count == 0
    }

    /// What the recording proves.
    pub(in crate::inventory) fn trial(self) -> Trial {
        if self.is_empty() {
            return Trial::without(TrialOutcome::TimedOut, "no sample arrived");
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "two seconds of samples are far below 2^52"
        )]
        let mean = (self.squares / self.count as f64).sqrt();
        Trial {
            outcome: if self.peak <= SILENCE {
                TrialOutcome::Silent
            } else {
                TrialOutcome::Works
            },
            detail: None,
            rms: dbfs(mean),
            peak: dbfs(f64::from(self.peak)),
            luminance: None,
            width: None,
            height: None,
        }
    }
}

/// Tenths of a decibel below full scale; none for zero, which has no logarithm.
fn dbfs(level: f64) -> Option<DbfsTenths> {
    let tenths = (200.0 * level.log10()).round();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to what an i32 holds"
    )]
    (level > 0.0).then_some(DbfsTenths(tenths.clamp(-10_000.0, 10_000.0) as i32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(samples: impl IntoIterator<Item = f32>) -> Trial {
        let mut levels = Levels::default();
        samples.into_iter().for_each(|s| levels.sample(s));
        levels.trial()
    }

    #[test]
    fn a_tone_and_silence() {
        let tone = of((0..48_000_u16).map(|n| (f32::from(n) * 0.1).sin() * 0.5));
        assert_eq!(tone.outcome, TrialOutcome::Works);
        // Half of full scale peaks at -6.0 dBFS; a sine's mean is 3.0 dB below its peak.
        assert_eq!(tone.peak, Some(DbfsTenths(-60)));
        assert_eq!(tone.rms, Some(DbfsTenths(-90)));
        let muted = of([0.0; 1_000]);
        assert_eq!((muted.outcome, muted.rms), (TrialOutcome::Silent, None));
        assert_eq!(of([1.0 / 32_768.0; 99]).outcome, TrialOutcome::Silent);
        assert_eq!(of([0.001; 99]).outcome, TrialOutcome::Works);
        assert_eq!(of([]).outcome, TrialOutcome::TimedOut);
        assert_eq!(of([f32::NAN]).outcome, TrialOutcome::TimedOut);
    }

    #[test]
    fn every_size_has_one_full_scale() {
        for (bytes, kind) in [
            (&[0x00, 0x40][..], SampleKind::Integer(2)),
            (&[0x00, 0x00, 0x40], SampleKind::Integer(3)),
            (&[0x00, 0x00, 0x00, 0xc0], SampleKind::Integer(4)),
            (&0.5_f32.to_le_bytes(), SampleKind::Float32),
        ] {
            let mut levels = Levels::default();
            levels.bytes(bytes, kind);
            assert_eq!(levels.trial().peak, Some(DbfsTenths(-60)), "{kind:?}");
        }
    }

    proptest! {
        /// No recording panics, whatever its bytes.
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), size in 0_usize..9) {
            let mut levels = Levels::default();
            levels.bytes(&bytes, SampleKind::Float32);
            levels.bytes(&bytes, SampleKind::Integer(size));
            let _ = levels.trial();
        }
    }
}
