//! EDID: a monitor's own description (VESA E-EDID 1.3 and 1.4, base block).

/// What the base block tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Edid {
    /// The monitor's name, from its name descriptor.
    pub(crate) name: Option<String>,
    /// Diagonal in tenths of an inch; none where no true size is stated (projectors, a mere aspect ratio).
    pub(crate) diagonal_tenths: Option<u32>,
    /// Width and height in pixels of the preferred timing.
    pub(crate) preferred: Option<(u32, u32)>,
}

/// Reads a base block; none when it is not one.
pub(crate) fn parse(bytes: &[u8]) -> Option<Edid> {
    let block = bytes.get(..128)?;
    let header = block.starts_with(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]);
    let sum = block.iter().fold(0_u8, |sum, b| sum.wrapping_add(*b));
    if !header || sum != 0 {
        return None;
    }
    let descriptors: Vec<&[u8]> = block.get(54..126)?.chunks_exact(18).collect();
    // Text and range descriptors begin with three zero bytes, timings with their pixel clock.
    let name = descriptors.iter().find_map(|d| match d {
        [0, 0, 0, 0xfc, _, text @ ..] => readable(text),
        _ => None,
    });
    let timing = descriptors.first().filter(|d| d.get(..2) != Some(&[0, 0]));
    let at = |d: &[u8], i: usize| u32::from(d.get(i).copied().unwrap_or(0));
    let preferred = timing.map(|d| {
        (
            at(d, 2) | (at(d, 4) >> 4) << 8,
            at(d, 5) | (at(d, 7) >> 4) << 8,
        )
    });
    let timing_mm = timing.map(|d| {
        let high = at(d, 14);
        (at(d, 12) | (high >> 4) << 8, at(d, 13) | (high & 15) << 8)
    });
    let rough_mm = (at(block, 21) * 10, at(block, 22) * 10);
    Some(Edid {
        name,
        diagonal_tenths: diagonal(timing_mm, rough_mm),
        preferred: preferred.filter(|(w, h)| *w > 0 && *h > 0),
    })
}

fn readable(text: &[u8]) -> Option<String> {
    let line = text.split(|b| *b == b'\n').next()?;
    let name: String = line
        .iter()
        .map(|b| char::from(*b))
        .filter(char::is_ascii_graphic_or_space)
        .collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

trait GraphicOrSpace {
    fn is_ascii_graphic_or_space(&self) -> bool;
}
impl GraphicOrSpace for char {
    fn is_ascii_graphic_or_space(&self) -> bool {
        self.is_ascii_graphic() || *self == ' '
    }
}

/// The millimetres of the timing are exact, the centimetres of the block are rounded: they must agree, or the timing's
/// are an aspect ratio.
fn diagonal(timing: Option<(u32, u32)>, rough: (u32, u32)) -> Option<u32> {
    const ASPECTS: [(u32, u32); 6] = [
        (1600, 900),
        (1600, 1000),
        (160, 90),
        (160, 100),
        (16, 9),
        (16, 10),
    ];
    let usable = |(w, h): &(u32, u32)| *w > 0 && *h > 0 && !ASPECTS.contains(&(*w, *h));
    let near = |a: u32, b: u32| a.abs_diff(b) <= 10;
    let (w, h) = match timing.filter(usable) {
        Some((w, h)) if !usable(&rough) || (near(w, rough.0) && near(h, rough.1)) => (w, h),
        _ => Some(rough).filter(usable)?,
    };
    // A tenth of an inch is 2.54 mm.
    let tenths = f64::from(w).hypot(f64::from(h)) / 2.54;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the diagonal of two 12-bit numbers"
    )]
    Some(tenths.round() as u32)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A base block with this size, timing and name.
    pub(crate) fn block(cm: (u8, u8), px: (u16, u16), mm: (u16, u16), name: &str) -> Vec<u8> {
        let mut b = vec![0_u8; 128];
        b[..8].copy_from_slice(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]);
        (b[21], b[22]) = cm;
        let low = |v: u16| u8::try_from(v & 0xff).unwrap();
        let high = |v: u16| u8::try_from(v >> 8).unwrap();
        b[54..56].copy_from_slice(&[0x02, 0x3a]);
        (b[56], b[58]) = (low(px.0), high(px.0) << 4);
        (b[59], b[61]) = (low(px.1), high(px.1) << 4);
        (b[66], b[67], b[68]) = (low(mm.0), low(mm.1), high(mm.0) << 4 | high(mm.1));
        b[72..77].copy_from_slice(&[0, 0, 0, 0xfc, 0]);
        for (i, c) in name.bytes().chain([b'\n']).take(13).enumerate() {
            b[77 + i] = c;
        }
        let sum = b.iter().fold(0_u8, |s, v| s.wrapping_add(*v));
        b[127] = 0_u8.wrapping_sub(sum);
        b
    }

    #[test]
    fn a_monitor() {
        let edid = parse(&block((60, 34), (3840, 2160), (597, 336), "DELL U2720Q")).unwrap();
        assert_eq!(edid.name.as_deref(), Some("DELL U2720Q"));
        assert_eq!(edid.preferred, Some((3840, 2160)));
        assert_eq!(edid.diagonal_tenths, Some(270));
    }

    #[test]
    fn no_true_size() {
        let tenths = |cm, mm| {
            parse(&block(cm, (1920, 1080), mm, "P"))
                .unwrap()
                .diagonal_tenths
        };
        assert_eq!(tenths((0, 0), (0, 0)), None, "a projector");
        assert_eq!(tenths((160, 90), (1600, 900)), None, "an aspect ratio");
        assert_eq!(tenths((0, 79), (0, 0)), None, "an aspect ratio of EDID 1.4");
        assert_eq!(tenths((60, 34), (160, 90)), Some(272), "centimetres only");
    }

    #[test]
    fn damage_is_seen() {
        let good = block((60, 34), (1920, 1080), (597, 336), "X");
        let mut bad = good.clone();
        bad[30] ^= 1;
        assert_eq!(parse(&bad), None);
        assert_eq!(parse(&good[..127]), None);
        assert_eq!(parse(&[]), None);
    }

    proptest! {
        #[test]
        fn any_block(mut body in proptest::collection::vec(any::<u8>(), 128)) {
            body[..8].copy_from_slice(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]);
            let sum = body[..127].iter().fold(0_u8, |s, v| s.wrapping_add(*v));
            body[127] = 0_u8.wrapping_sub(sum);
            prop_assert!(parse(&body).is_some());
        }
    }
}
