//! Brightness of a picture. The picture is averaged and forgotten.

use crate::model::device_use::{Trial, TrialOutcome};

/// Pictures up to this mean brightness are black. Video black is 16 of 255; a sensor under its cover adds a little noise.
const BLACK: u8 = 20;

/// Pixel formats whose brightness is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    all(target_os = "windows", not(test)),
    expect(dead_code, reason = "Media Foundation converts to one format")
)]
pub(in crate::inventory) enum Pixels {
    /// Brightness in the even bytes: YUYV, YUY2.
    LumaEven,
    /// Brightness in the odd bytes: UYVY.
    LumaOdd,
    /// Brightness first, one byte a pixel, colour behind: NV12, NV21, I420, YV12, GREY.
    LumaFirst,
    /// Three bytes a pixel, in any order.
    Rgb24,
    /// Four bytes a pixel, of which the last is unused or alpha.
    Rgb32,
    /// Compressed or unknown: a picture came, and its brightness is not read.
    Opaque,
}

/// Mean brightness, 0 to 255; none where the format hides it or the picture is empty.
pub(in crate::inventory) fn luminance(
    picture: &[u8],
    pixels: Pixels,
    width: u32,
    height: u32,
) -> Option<u8> {
    let count = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    let mean = |bytes: &mut dyn Iterator<Item = u8>| {
        let (sum, count) = bytes.fold((0_u64, 0_u64), |(sum, count), byte| {
            (sum + u64::from(byte), count + 1)
        });
        u8::try_from(sum.checked_div(count)?).ok()
    };
    match pixels {
        Pixels::LumaEven => mean(&mut picture.iter().step_by(2).copied()),
        Pixels::LumaOdd => mean(&mut picture.iter().skip(1).step_by(2).copied()),
        Pixels::LumaFirst => mean(&mut picture.iter().take(count).copied()),
        // For telling black from a picture the plain mean of the colours is enough.
        Pixels::Rgb24 => mean(&mut picture.iter().copied()),
        Pixels::Rgb32 => mean(&mut picture.chunks_exact(4).flat_map(|p| &p[..3]).copied()),
        Pixels::Opaque => None,
    }
}

/// What the brightest picture of a trial proves; none for its brightness: it could not be read.
pub(in crate::inventory) fn trial(luminance: Option<u8>, width: u32, height: u32) -> Trial {
    Trial {
        outcome: match luminance {
            Some(mean) if mean <= BLACK => TrialOutcome::Black,
            _ => TrialOutcome::Works,
        },
        detail: None,
        rms: None,
        peak: None,
        luminance,
        width: Some(width),
        height: Some(height),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn brightness_by_format() {
        let yuyv: Vec<u8> = [200, 128, 200, 128].repeat(8);
        assert_eq!(luminance(&yuyv, Pixels::LumaEven, 4, 4), Some(200));
        assert_eq!(luminance(&yuyv, Pixels::LumaOdd, 4, 4), Some(128));
        let nv12: Vec<u8> = [vec![90; 16], vec![128; 8]].concat();
        assert_eq!(luminance(&nv12, Pixels::LumaFirst, 4, 4), Some(90));
        assert_eq!(luminance(&[30; 48], Pixels::Rgb24, 4, 4), Some(30));
        let bgra: Vec<u8> = [10, 10, 10, 255].repeat(16);
        assert_eq!(luminance(&bgra, Pixels::Rgb32, 4, 4), Some(10));
        assert_eq!(luminance(&yuyv, Pixels::Opaque, 4, 4), None);
        assert_eq!(luminance(&[], Pixels::LumaFirst, 0, 0), None);
    }

    #[test]
    fn black_and_not() {
        assert_eq!(trial(Some(16), 640, 480).outcome, TrialOutcome::Black);
        assert_eq!(trial(Some(60), 640, 480).outcome, TrialOutcome::Works);
        // A compressed picture came: that it is black is not proved.
        assert_eq!(trial(None, 640, 480).outcome, TrialOutcome::Works);
    }

    proptest! {
        #[test]
        fn any_picture(bytes in proptest::collection::vec(any::<u8>(), 0..300), w in any::<u32>(), h in any::<u32>()) {
            for pixels in [Pixels::LumaEven, Pixels::LumaOdd, Pixels::LumaFirst, Pixels::Rgb24, Pixels::Rgb32, Pixels::Opaque] {
                let _ = luminance(&bytes, pixels, w, h);
            }
        }
    }
}
