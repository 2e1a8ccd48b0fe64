//! Intel names.

use super::super::rule::CpuSegment::{self, Desktop, Embedded, Mobile, Server};
use super::CpuName;
use super::text::{Number, Text, digit, number, starts, stated_cores};

/// Words that only Intel names begin with, for names typed without the maker.
pub(super) fn speaks(text: &Text<'_>) -> bool {
    if text.has("intel") || text.find("amd").is_some() {
        return text.has("intel");
    }
    text.words.iter().take(2).any(|w| {
        ["pentium", "celeron", "xeon", "atom", "core"]
            .iter()
            .any(|name| starts(w, name) && w.len() <= name.len() + 1)
    }) || text.words.first().is_some_and(|w| core_i(w).is_some())
        || text
            .words
            .first()
            .is_some_and(|w| w.eq_ignore_ascii_case("ultra"))
}

pub(super) fn decode(text: &Text<'_>) -> CpuName {
    let mut name = CpuName::of("intel");
    name.base_clock = text.clock.or(text.ending);
    decode_words(&mut name, text);
    let core = name
        .tier
        .as_deref()
        .is_some_and(|tier| tier.starts_with("core-") && tier != "core-2" && tier != "core-duo");
    // Core names have their base clock behind `@` or none at all: another figure is somebody's turbo.
    if core {
        name.base_clock = text.clock.filter(|_| !states_another_clock(&name));
    }
    name
}

/// 11th-generation embedded models (`1185GRE`, `1145G7E`) state another of their configurable clocks.
fn states_another_clock(name: &CpuName) -> bool {
    name.generation == Some(11)
        && name
            .suffix
            .as_deref()
            .is_some_and(|s| s.starts_with('G') && s.ends_with('E'))
}

fn decode_words(name: &mut CpuName, text: &Text<'_>) {
    for (index, word) in text.words.iter().enumerate() {
        if let Some((class, rest)) = core_i(word) {
            core_i_name(name, text, index, class, rest);
            return;
        }
        if let Some(rest) = core_m(word) {
            core_m_name(name, word, rest);
            return;
        }
        if word.eq_ignore_ascii_case("ultra") {
            ultra(name, text, index + 1);
            return;
        }
        if starts(word, "core") && word.len() <= 5 && core_number(name, text, index + 1) {
            return;
        }
        for (brand, tier) in [
            ("pentium", "pentium"),
            ("celeron", "celeron"),
            ("atom", "atom"),
            ("xeon", "xeon"),
        ] {
            if word.eq_ignore_ascii_case(brand) {
                entry(name, text, index + 1, tier);
                return;
            }
        }
    }
    bare_number(name, text);
}

/// `i5`, `i5-8500T`, `i7+8700`: the class digit, and what stands behind the separator.
fn core_i(word: &str) -> Option<(u32, &str)> {
    let rest = word.strip_prefix(['i', 'I'])?;
    let class = digit(rest, 0).filter(|d| matches!(d, 3 | 5 | 7 | 9))?;
    let rest = rest.get(1..)?;
    if rest.is_empty() {
        return Some((class, ""));
    }
    rest.strip_prefix(['-', '+']).map(|rest| (class, rest))
}

/// `m3-6Y30`, `M-5Y71`: the word behind the separator.
fn core_m(word: &str) -> Option<&str> {
    let rest = word.strip_prefix(['m', 'M'])?;
    let rest = rest
        .strip_prefix(['3', '5', '7'])
        .unwrap_or(rest)
        .strip_prefix('-')?;
    rest.contains(['Y', 'y']).then_some(rest)
}

fn core_m_name(name: &mut CpuName, word: &str, rest: &str) {
    name.tier = Some(match digit(word, 1) {
        Some(class) => format!("core-m{class}"),
        None => "core-m".to_owned(),
    });
    name.segment = Some(Mobile);
    let Some(n) = number(rest).filter(|n| n.prefix.is_empty()) else {
        return;
    };
    // `6Y30`: the digit before Y; `8100Y` puts the Y last.
    name.generation = match (n.digits.len(), n.suffix.as_bytes()) {
        (1, [b'Y', b'0'..=b'9', b'0'..=b'9', ..]) => digit(n.digits, 0),
        (4, [b'Y']) => digit(n.digits, 0).filter(|d| *d > 1),
        _ => return,
    };
    name.model = Some(word.to_owned());
    name.suffix = Some("Y".to_owned());
}

/// A word that says nothing of the model.
fn is_filler(word: &str) -> bool {
    word.eq_ignore_ascii_case("cpu") || word.eq_ignore_ascii_case("processor")
}

fn core_i_name(name: &mut CpuName, text: &Text<'_>, index: usize, class: u32, rest: &str) {
    name.tier = Some(format!("core-i{class}"));
    if !rest.is_empty() {
        numbered(name, text, index, class, rest);
        return;
    }
    let mut at = index + 1;
    while text.at(at).is_some_and(is_filler) {
        at += 1;
    }
    let Some(word) = text.at(at) else {
        return;
    };
    // First generation: `i5 CPU M 520`, `i5 CPU M520`, `i7 CPU 920`.
    let letter = (word.len() == 1).then_some(word);
    let found = match letter {
        Some(_) => text
            .at(at + 1)
            .and_then(number)
            .filter(|n| n.prefix.is_empty()),
        None => number(word),
    };
    let Some(n) = found else {
        return;
    };
    let kind = letter.unwrap_or(n.prefix);
    if n.digits.len() == 3 && first_generation_number(n.digits) {
        first_generation(name, class, kind, n);
    } else if kind.is_empty() && n.digits.len() > 3 {
        // Written by hand: `Core i5 8500T`.
        numbered(name, text, at, class, word);
    }
}

/// 330 (i3-330M) to 995 (i7-995X).
fn first_generation_number(digits: &str) -> bool {
    digit(digits, 0).is_some_and(|d| (3..=9).contains(&d))
}

fn first_generation(name: &mut CpuName, class: u32, kind: &str, n: Number<'_>) {
    name.generation = Some(1);
    let mobile_extreme = digit(n.digits, 0) == Some(9) && digit(n.digits, 1).is_some_and(|d| d < 6);
    // Intel's lists write the letter behind the number: `M 520` is the i5-520M, `Q 720` the i7-720QM.
    let (suffix, segment) = match (kind, n.suffix) {
        ("", "") => ("", Some(Desktop)),
        ("", suffix) => (suffix, suffix_segment(Some(1), suffix)),
        ("M", "") => ("M", Some(Mobile)),
        ("Q", "") => ("QM", Some(Mobile)),
        ("U", "") => ("UM", Some(Mobile)),
        ("L", "") => ("LM", Some(Mobile)),
        ("K", "") => ("K", Some(Desktop)),
        ("S", "") => ("S", Some(Desktop)),
        // 920XM and 940XM are mobile, 965 and above are not.
        ("X", "") if mobile_extreme => ("XM", Some(Mobile)),
        ("X", "") => ("X", Some(Desktop)),
        ("E", "") => ("E", Some(Embedded)),
        _ => ("", None),
    };
    name.segment = segment;
    if segment.is_some() {
        name.model = Some(format!("i{class}-{}{suffix}", n.digits));
        name.suffix = some(suffix);
    }
}

/// `i5-8500T`: the number behind the class.
fn numbered(name: &mut CpuName, text: &Text<'_>, index: usize, class: u32, word: &str) {
    let Some(n) = number(word) else {
        return;
    };
    match n.prefix {
        "" => {}
        // `i3-N305` is an entry processor, not of the i3 class.
        "N" => {
            n_series(name, n);
            return;
        }
        // Lakefield: `i5-L16G7` has no generation.
        "L" if n.digits.len() == 2 && n.suffix.starts_with('G') => {
            name.segment = Some(Mobile);
            name.model = Some(format!("i{class}-{word}"));
            return;
        }
        _ => return,
    }
    let first = digit(n.digits, 0);
    let second = digit(n.digits, 1);
    let short = n.digits.len() == 4 && first == Some(1);
    let generation = match (n.digits.len(), first, second) {
        // `i7-7Y75`.
        (1, Some(g), _) if is_y(n.suffix) && g > 1 => Some(g),
        // `i5-1135G7`, `i5-10400`: the first two digits.
        (4 | 5, Some(1), Some(d)) => Some(10 + d),
        (4, Some(g), _) if g > 1 => Some(g),
        // `i7-920` is how people write it; machines write `i7 CPU 920`, so where nothing follows it was cut off.
        (3, _, _)
            if first_generation_number(n.digits)
                // Another ending is a longer number gone wrong: `825OU`.
                && matches!(
                    n.suffix,
                    "" | "E" | "K" | "M" | "S" | "X" | "LM" | "QM" | "UM" | "XM"
                )
                && (!text.marked || !text.ends_at(index) || !n.suffix.is_empty())
                && stated_generation(text).is_none() =>
        {
            first_generation(name, class, "", n);
            return;
        }
        _ => return,
    };
    let Some(g) = generation else {
        return;
    };
    let agrees = stated_generation(text).is_none_or(|stated| stated == g);
    if !agrees {
        return;
    }
    name.generation = Some(g);
    let suffix = n.suffix;
    if !suffix.is_empty()
        && !suffix
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        return;
    }
    // Up to the 11th generation `CPU` or `@` stands behind the number: where nothing does, the end may be cut off.
    let cut = text.marked && text.ends_at(index) && g <= 11;
    // The numbers of laptop models that were cut off before their letter: every desktop model since the 12th
    // generation has a round number.
    let odd = g >= 12 && !n.digits.ends_with("00");
    name.segment = match suffix {
        "" if short || cut || odd => None,
        "" => Some(Desktop),
        "X" | "E" if cut => None,
        _ if n.digits.len() == 1 => Some(Mobile),
        suffix => suffix_segment(Some(g), suffix),
    };
    name.model = Some(format!("i{class}-{word}"));
    name.suffix = if n.digits.len() == 1 {
        Some("Y".to_owned())
    } else {
        some(suffix)
    };
}

fn is_y(suffix: &str) -> bool {
    matches!(suffix.as_bytes(), [b'Y', b'0'..=b'9', b'0'..=b'9'])
}

/// `12th Gen` before the name: used only to cross-check, because names before the 11th and after the 13th lack it.
fn stated_generation(text: &Text<'_>) -> Option<u32> {
    let gen_at = text.find("gen")?;
    let ordinal = text.at(gen_at.checked_sub(1)?)?;
    let digits = ordinal
        .strip_suffix("th")
        .or_else(|| ordinal.strip_suffix("nd"))
        .or_else(|| ordinal.strip_suffix("rd"))
        .or_else(|| ordinal.strip_suffix("st"))?;
    digits.parse().ok()
}

/// Where a processor is meant to be used, by the letters behind the number. Some letters changed their meaning over the
/// Core i generations; names by series (Ultra, Core 7) have no generation.
fn suffix_segment(generation: Option<u32>, suffix: &str) -> Option<CpuSegment> {
    Some(match suffix {
        "K" | "KF" | "KS" | "KA" | "F" | "T" | "TE" | "S" | "X" | "XE" | "C" | "R" => Desktop,
        // `i5-3350P` is a desktop processor without graphics, `i5-1240P` a laptop one.
        "P" if generation.is_some_and(|g| g <= 6) => Desktop,
        "P" | "PE" | "PRE" if generation.is_some_and(|g| g >= 12) => Mobile,
        // Soldered: laptop silicon in the 8th generation; later ones differ.
        "B" if generation == Some(8) => Mobile,
        // Laptop silicon in a socket, sold as embedded.
        "UL" | "HL" | "E" | "EQ" | "LE" => Embedded,
        "U" | "UE" | "URE" | "UM" | "H" | "HE" | "HRE" | "HX" | "HK" | "HQ" | "HF" | "M" | "MQ"
        | "ME" | "MX" | "QE" | "QM" | "XM" | "LM" | "Y" | "V" => Mobile,
        _ if is_graphics(suffix) => Mobile,
        _ => return None,
    })
}

/// `G`, `G7`, `NG7`: laptop processors named by their graphics.
fn is_graphics(suffix: &str) -> bool {
    matches!(
        suffix.strip_prefix('N').unwrap_or(suffix).as_bytes(),
        [b'G'] | [b'G', b'0'..=b'9']
    )
}

/// `Ultra 7 155H`, `Ultra X9 388H`, `Ultra 7 270K Plus`.
fn ultra(name: &mut CpuName, text: &Text<'_>, index: usize) {
    let Some(word) = text.at(index) else {
        return;
    };
    let (class_word, joined) = match word.split_once('-') {
        Some((class, rest)) => (class, Some(rest)),
        None => (word, None),
    };
    let class = class_word.strip_prefix('X').unwrap_or(class_word);
    if !matches!(class, "3" | "5" | "7" | "9") {
        return;
    }
    name.tier = Some(format!("core-ultra-{class}"));
    let mut at = index + 1;
    while text.at(at).is_some_and(is_filler) {
        at += 1;
    }
    let Some(model) = joined.or_else(|| text.at(at)) else {
        return;
    };
    let Some(n) = number(model).filter(|n| n.prefix.is_empty() && n.digits.len() == 3) else {
        return;
    };
    let Some(series) = digit(n.digits, 0).filter(|s| *s > 0) else {
        return;
    };
    name.generation = Some(series);
    name.segment = match (series, n.suffix) {
        // Desktop numbers end in 5 (265); 258 is the 258V, cut off.
        (2, "") => n.digits.ends_with('5').then_some(Desktop),
        // Panther Lake laptop processors go without a letter: Ultra 7 355.
        (3, "") => Some(Mobile),
        (_, "") => None,
        (_, suffix) => suffix_segment(None, suffix),
    };
    let plus = if text.at(at + 1).is_some_and(|w| w == "Plus") {
        " Plus"
    } else {
        ""
    };
    name.model = Some(format!("Ultra {class_word} {model}{plus}"));
    name.suffix = some(n.suffix);
}

/// `Core 7 150U`, `Core 3 N355`, `Core 2 Duo E8400`. False when no such number follows `Core`.
fn core_number(name: &mut CpuName, text: &Text<'_>, index: usize) -> bool {
    let Some(word) = text.at(index) else {
        return false;
    };
    if word == "2" || word.eq_ignore_ascii_case("duo") || word.eq_ignore_ascii_case("solo") {
        core_2(name, text, index);
        return true;
    }
    if !matches!(word, "3" | "5" | "7" | "9") {
        return false;
    }
    let mut at = index + 1;
    while text.at(at).is_some_and(is_filler) {
        at += 1;
    }
    let found = text.at(at).and_then(number);
    if let Some(n) = found.filter(|n| n.prefix == "N") {
        n_series(name, n);
        return true;
    }
    name.tier = Some(format!("core-{word}"));
    let Some(n) = found.filter(|n| n.prefix.is_empty() && n.digits.len() == 3) else {
        return true;
    };
    name.generation = digit(n.digits, 0).filter(|s| *s > 0);
    name.segment = match (name.generation, n.suffix) {
        (Some(3), "") => Some(Mobile),
        (_, "") | (None, _) => None,
        (Some(_), suffix) => suffix_segment(None, suffix),
    };
    name.model = text.at(at).map(|model| format!("Core {word} {model}"));
    name.suffix = some(n.suffix);
    true
}

fn core_2(name: &mut CpuName, text: &Text<'_>, index: usize) {
    let words = text.words.get(index..).unwrap_or(&[]);
    let has = |wanted: &str| words.iter().any(|w| w.eq_ignore_ascii_case(wanted));
    name.tier = Some(if text.at(index) == Some("2") {
        "core-2".to_owned()
    } else {
        "core-duo".to_owned()
    });
    name.cores = if has("quad") {
        Some(4)
    } else if has("duo") {
        Some(2)
    } else if has("solo") {
        Some(1)
    } else {
        None
    };
    let Some((word, n)) = words
        .iter()
        .skip(1)
        .find_map(|w| number(w).map(|n| (*w, n)))
        .filter(|(_, n)| n.digits.len() == 4)
    else {
        return;
    };
    name.segment = match n.prefix {
        "E" => Some(Desktop),
        "T" | "P" | "L" | "U" => Some(Mobile),
        // Q9000 and Q9100 are laptop processors.
        "Q" if !n.digits.starts_with("90") && !n.digits.starts_with("91") => Some(Desktop),
        _ => None,
    };
    name.model = Some(word.to_owned());
}

/// Pentium, Celeron, Atom and Xeon.
fn entry(name: &mut CpuName, text: &Text<'_>, index: usize, tier: &str) {
    name.tier = Some(tier.to_owned());
    let words = text.words.get(index..).unwrap_or(&[]);
    name.cores = stated_cores(words).or_else(|| {
        words
            .iter()
            .any(|w| w.eq_ignore_ascii_case("dual"))
            .then_some(2)
    });
    let has = |wanted: &str| words.contains(&wanted);
    if tier == "xeon" {
        xeon(name, words);
        return;
    }
    if has("M") {
        name.segment = Some(Mobile);
    }
    // `x5-Z8350`, and `G4560`.
    let found = words.iter().find_map(|w| {
        let tail = w.rsplit('-').next().unwrap_or(w);
        number(tail)
            .filter(|n| n.digits.len() >= 3)
            .map(|n| (*w, n))
    });
    let Some((word, n)) = found.filter(|(w, n)| !w.contains('.') && !n.suffix.ends_with("Hz"))
    else {
        return;
    };
    let by_prefix = match (tier, n.prefix) {
        (_, "G" | "J") | ("pentium" | "celeron", "E") | ("atom", "D") => Some(Desktop),
        (_, "N" | "Z") | ("pentium" | "celeron", "B" | "P" | "T") => Some(Mobile),
        ("atom", "E") => Some(Embedded),
        ("atom", "C" | "P") => Some(Server),
        _ => None,
    };
    let by_suffix = match n.suffix {
        "U" | "UE" | "M" | "Y" => Some(Mobile),
        "RE" | "RAE" | "E" | "FE" => Some(Embedded),
        _ => None,
    };
    name.segment = name.segment.or(by_suffix).or(by_prefix);
    name.model = Some(word.to_owned());
    name.suffix = some(n.suffix);
}

fn xeon(name: &mut CpuName, words: &[&str]) {
    let Some(word) = words
        .iter()
        .find(|w| w.bytes().any(|b| b.is_ascii_digit()) && !is_version(w))
    else {
        return;
    };
    // `8592+` has more cores than the 8592.
    let tail = word
        .rsplit('-')
        .next()
        .unwrap_or(word)
        .trim_end_matches('+');
    let Some(n) = number(tail).filter(|n| n.digits.len() >= 4) else {
        return;
    };
    name.segment = if n.suffix == "M" {
        Some(Mobile)
    } else if starts(word, "w") {
        // Workstation: neither of the segments.
        None
    } else {
        Some(Server)
    };
    name.model = Some((*word).to_owned());
    name.suffix = some(n.suffix);
}

/// `v3` behind a Xeon number.
fn is_version(word: &str) -> bool {
    word.len() == 2 && starts(word, "v")
}

/// `N100`, `U300` right behind the maker's name.
fn bare_number(name: &mut CpuName, text: &Text<'_>) {
    let Some(maker) = text.find("intel") else {
        return;
    };
    let mut at = maker + 1;
    while text
        .at(at)
        .is_some_and(|w| w.eq_ignore_ascii_case("processor"))
    {
        at += 1;
    }
    let Some(n) = text.at(at).and_then(number) else {
        return;
    };
    match n.prefix {
        "N" => n_series(name, n),
        "U" if n.digits.len() == 3 => {
            name.tier = Some("intel-u".to_owned());
            name.segment = n.suffix.is_empty().then_some(Mobile);
            name.model = Some(format!("U{}{}", n.digits, n.suffix));
            name.suffix = some(n.suffix);
        }
        _ => {}
    }
}

/// `N100`, `N305`, `N97`: entry processors without a generation.
fn n_series(name: &mut CpuName, n: Number<'_>) {
    name.tier = Some("intel-n".to_owned());
    if !(2..=3).contains(&n.digits.len()) {
        return;
    }
    // Three digits are laptop processors; two are also sold as embedded.
    name.segment = (n.digits.len() == 3 && n.suffix.is_empty()).then_some(Mobile);
    name.model = Some(format!("N{}{}", n.digits, n.suffix));
    name.suffix = some(n.suffix);
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
