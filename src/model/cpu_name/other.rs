//! Apple, Qualcomm and other names.

use super::super::rule::CpuSegment::{Mobile, Server};
use super::CpuName;
use super::text::{Text, number, starts, stated_cores};

pub(super) fn decode(text: &Text<'_>) -> CpuName {
    if text.find("apple") == Some(0) {
        return apple(text);
    }
    // `ARMv8 Processor rev 1 (v8l)` is the kernel's own name, not a hypervisor's.
    if text.masked && !text.has("arm") {
        return CpuName::default();
    }
    // Microsoft's name for Snapdragon 8cx chips in its own devices.
    let surface = text.find("microsoft").is_some_and(|at| {
        text.at(at + 1)
            .is_some_and(|w| matches!(w, "SQ1" | "SQ2" | "SQ3"))
    });
    if surface || text.has("snapdragon") || text.has("qualcomm") {
        let mut name = CpuName::of("qualcomm");
        if surface || text.has("snapdragon") {
            name.tier = Some("snapdragon".to_owned());
            name.segment = Some(Mobile);
            name.model = snapdragon(text);
        }
        name.cores = stated_cores(&text.words);
        name.base_clock = text.clock.or(text.ending);
        return name;
    }
    let Some((vendor, tier, segment)) = [
        ("cortex-a", "arm", Some("cortex-a"), None),
        ("neoverse", "arm", Some("neoverse"), Some(Server)),
        ("arm", "arm", None, None),
        ("ampere", "ampere", Some("altra"), Some(Server)),
        ("mediatek", "mediatek", None, Some(Mobile)),
        ("dimensity", "mediatek", None, Some(Mobile)),
        ("helio", "mediatek", None, Some(Mobile)),
        ("samsung", "samsung", None, None),
        ("exynos", "samsung", None, Some(Mobile)),
        ("google", "google", None, None),
        ("tensor", "google", None, Some(Mobile)),
        ("unisoc", "unisoc", None, Some(Mobile)),
        ("kirin", "huawei", None, Some(Mobile)),
        ("via", "via", None, None),
        ("zhaoxin", "zhaoxin", None, None),
        ("hygon", "hygon", None, None),
        ("huawei", "huawei", None, None),
    ]
    .into_iter()
    .find(|(start, ..)| {
        text.words
            .iter()
            .any(|w| starts(w, start) && boundary(w, start))
    })
    .map(|(_, vendor, tier, segment)| (vendor, tier, segment)) else {
        return CpuName::default();
    };
    let mut name = CpuName::of(vendor);
    name.tier = tier.map(str::to_owned);
    name.segment = segment;
    name.base_clock = text.clock.or(text.ending);
    name.cores = stated_cores(&text.words);
    name
}

/// `X1E78100`: the part number of the X chips, in which the letter is the grade (E Elite, P Plus).
fn snapdragon(text: &Text<'_>) -> Option<String> {
    text.words
        .iter()
        .find(|word| {
            let bytes = word.as_bytes();
            matches!(bytes, [b'X', b'1' | b'2', ..])
                && bytes.len() >= 7
                && bytes.iter().skip(3).all(u8::is_ascii_digit)
        })
        .map(|word| (*word).to_owned())
}

/// `ARMv8` and `Cortex-A72` go on with a digit or `v`; `Armada` is another word.
fn boundary(word: &str, start: &str) -> bool {
    match word.get(start.len()..) {
        None | Some("") => true,
        Some(rest) => {
            rest.starts_with(|c: char| !c.is_ascii_alphabetic())
                || rest
                    .strip_prefix(['v', 'V'])
                    .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
        }
    }
}

/// Exactly `Apple M1`, `Apple M2 Pro`, `Apple M3 Max`, `Apple M2 Ultra`: Apple writes nothing else there.
fn apple(text: &Text<'_>) -> CpuName {
    let mut name = CpuName::of("apple");
    let (chip, grade) = match text.words.as_slice() {
        [_, chip] => (*chip, None),
        [_, chip, grade @ ("Pro" | "Max" | "Ultra")] => (*chip, Some(*grade)),
        _ => return name,
    };
    if text.goes_on || text.masked {
        return name;
    }
    let Some(n) = number(chip).filter(|n| n.prefix == "M" && n.suffix.is_empty()) else {
        return name;
    };
    name.generation = n.digits.parse().ok().filter(|g| (1..100).contains(g));
    if name.generation.is_none() {
        return name;
    }
    name.tier = Some("apple-m".to_owned());
    name.model = Some(match grade {
        Some(grade) => format!("{chip} {grade}"),
        None => chip.to_owned(),
    });
    name
}
