//! AMD names.

use super::super::rule::CpuSegment::{self, Desktop, Embedded, Mobile, Server};
use super::CpuName;
use super::text::{Number, Text, digit, number, starts, stated_cores};

/// Words that only AMD names hold, for names typed without the maker.
pub(super) fn speaks(text: &Text<'_>) -> bool {
    text.find("amd").is_some()
        || text.words.first().is_some_and(|w| {
            [
                "ryzen",
                "threadripper",
                "epyc",
                "athlon",
                "phenom",
                "opteron",
            ]
            .iter()
            .any(|name| w.eq_ignore_ascii_case(name))
                || starts(w, "fx-")
        })
}

pub(super) fn decode(text: &Text<'_>) -> CpuName {
    let mut name = CpuName::of("amd");
    name.base_clock = text.clock.or(text.ending);
    name.cores = stated_cores(&text.words);
    for (index, word) in text.words.iter().enumerate() {
        if word.eq_ignore_ascii_case("ryzen") {
            ryzen(&mut name, text, index + 1);
            return name;
        }
        if word.eq_ignore_ascii_case("threadripper") {
            threadripper(&mut name, text, index + 1);
            return name;
        }
        if word.eq_ignore_ascii_case("epyc") {
            server(&mut name, text, index + 1, "epyc");
            return name;
        }
        if word.eq_ignore_ascii_case("opteron") {
            server(&mut name, text, index + 1, "opteron");
            return name;
        }
        for tier in ["athlon", "phenom", "sempron", "turion"] {
            if word.eq_ignore_ascii_case(tier) {
                classic(&mut name, text, index + 1, tier);
                return name;
            }
        }
        if starts(word, "fx") && (word.len() == 2 || starts(word, "fx-")) {
            fx(&mut name, text, index);
            return name;
        }
        // `A10 PRO-7800B`
        if let Some(class) = word.strip_prefix('A')
            && a_class(class)
            && let Some(model) = text.at(index + 1).and_then(|w| w.strip_prefix("PRO-"))
        {
            name.tier = Some(format!("amd-a{class}"));
            name.model = Some(format!("A{class} PRO-{model}"));
            return name;
        }
        if let Some(n) = e_series(word) {
            name.tier = Some("amd-e".to_owned());
            name.model = Some((*word).to_owned());
            name.segment = (n.suffix == "e").then_some(Mobile);
            name.suffix = some(n.suffix);
            return name;
        }
        if let Some((class, model)) = a_series(word) {
            name.tier = Some(format!("amd-a{class}"));
            if let Some(n) = number(model).filter(|n| n.prefix.is_empty() && n.digits.len() == 4) {
                // Without a letter both kinds are sold: A8-7600 is a desktop processor, A8-7410 a laptop one.
                name.segment = match n.suffix {
                    "M" | "MX" | "P" | "C" | "e" => Some(Mobile),
                    "K" | "E" => Some(Desktop),
                    _ => None,
                };
                name.model = Some((*word).to_owned());
                name.suffix = some(n.suffix);
            }
            return name;
        }
    }
    name
}

/// `A10-7850K`: the class and the number.
fn a_series(word: &str) -> Option<(&str, &str)> {
    let (class, model) = word.strip_prefix(['A', 'a'])?.split_once('-')?;
    a_class(class).then_some((class, model))
}

fn a_class(class: &str) -> bool {
    matches!(class.len(), 1 | 2) && class.bytes().all(|b| b.is_ascii_digit())
}

/// `E-350`, `E1-1200`, `E2-9000e`: entry processors of laptops and small desktops, soldered, so of no segment but where
/// the letter tells.
fn e_series(word: &str) -> Option<Number<'_>> {
    let (class, model) = word.strip_prefix('E')?.split_once('-')?;
    let n = number(model).filter(|n| n.prefix.is_empty() && matches!(n.digits.len(), 3 | 4))?;
    matches!(class, "" | "1" | "2").then_some(n)
}

fn ryzen(name: &mut CpuName, text: &Text<'_>, index: usize) {
    let Some(word) = text.at(index) else {
        return;
    };
    if word.eq_ignore_ascii_case("threadripper") {
        threadripper(name, text, index + 1);
    } else if word.eq_ignore_ascii_case("embedded") {
        name.tier = Some("ryzen-embedded".to_owned());
        name.segment = Some(Embedded);
        name.model = text.at(index + 1).map(|m| format!("Ryzen Embedded {m}"));
    } else if word.eq_ignore_ascii_case("ai") {
        ryzen_ai(name, text, index + 1);
    } else if matches!(word, "Z1" | "Z2") {
        // Handhelds.
        handheld(name, text, index);
    } else if matches!(word, "3" | "5" | "7" | "9") {
        name.tier = Some(format!("ryzen-{word}"));
        let pro = text.at(index + 1).is_some_and(is_pro);
        let at = index + 1 + usize::from(pro);
        let Some(n) = text.at(at).and_then(number).filter(|n| n.prefix.is_empty()) else {
            return;
        };
        let (series, segment) = match n.digits.len() {
            4 => (
                digit(n.digits, 0).filter(|d| *d > 0).map(|d| d * 1_000),
                four_digits(n.suffix),
            ),
            // Ryzen 100 and 200 are laptop processors, and graphics always follow their names: elsewhere a digit may be
            // missing.
            3 if text.goes_on && n.suffix.is_empty() => (
                digit(n.digits, 0).filter(|d| *d > 0).map(|d| d * 100),
                Some(Mobile),
            ),
            _ => return,
        };
        if series.is_none() {
            return;
        }
        name.series = series;
        name.segment = segment;
        let pro = if pro { "PRO " } else { "" };
        name.model = text.at(at).map(|m| format!("Ryzen {word} {pro}{m}"));
        name.suffix = some(n.suffix);
    }
}

/// `Ryzen Z1 Extreme`, `Ryzen Z2 Go`, `Ryzen AI Z2 Extreme`: handhelds.
fn handheld(name: &mut CpuName, text: &Text<'_>, index: usize) {
    name.tier = Some("ryzen-z".to_owned());
    name.segment = Some(Mobile);
    let grade = text
        .at(index + 1)
        .filter(|w| matches!(*w, "Extreme" | "Go" | "A"));
    name.model = text.at(index).map(|z| match grade {
        Some(grade) => format!("Ryzen {z} {grade}"),
        None => format!("Ryzen {z}"),
    });
}

fn is_pro(word: &str) -> bool {
    word.eq_ignore_ascii_case("pro")
}

fn four_digits(suffix: &str) -> Option<CpuSegment> {
    Some(match suffix {
        "" | "X" | "XT" | "X3D" | "G" | "GE" | "GT" | "F" | "AF" => Desktop,
        "U" | "H" | "HS" | "HX" | "HX3D" | "C" | "E" | "Z" => Mobile,
        _ => return None,
    })
}

/// `Ryzen AI 9 HX 370`, `Ryzen AI 7 PRO 360`, `Ryzen AI Max+ 395`.
fn ryzen_ai(name: &mut CpuName, text: &Text<'_>, index: usize) {
    let Some(class) = text.at(index) else {
        return;
    };
    name.tier = Some(match class {
        "3" | "5" | "7" | "9" => format!("ryzen-ai-{class}"),
        "Max" | "Max+" | "MAX" | "MAX+" => "ryzen-ai-max".to_owned(),
        "Z1" | "Z2" => {
            handheld(name, text, index);
            return;
        }
        _ => return,
    });
    let mut at = index + 1;
    let mut letters = "";
    let mut words = format!("Ryzen AI {class}");
    while let Some(word) = text
        .at(at)
        .filter(|w| is_pro(w) || matches!(*w, "HX" | "H"))
    {
        if !is_pro(word) {
            letters = word;
        }
        words.push(' ');
        words.push_str(word);
        at += 1;
    }
    let Some(word) = text.at(at) else {
        return;
    };
    let Some(n) = number(word).filter(|n| n.prefix.is_empty() && n.digits.len() == 3) else {
        return;
    };
    name.series = digit(n.digits, 0).filter(|d| *d > 0).map(|d| d * 100);
    name.segment = match n.suffix {
        "" => Some(Mobile),
        "G" | "GE" => Some(Desktop),
        _ => None,
    };
    name.model = Some(format!("{words} {word}"));
    name.suffix = some(if n.suffix.is_empty() {
        letters
    } else {
        n.suffix
    });
}

fn threadripper(name: &mut CpuName, text: &Text<'_>, index: usize) {
    name.tier = Some("threadripper".to_owned());
    let pro = text.at(index).is_some_and(is_pro);
    let at = index + usize::from(pro);
    let Some(n) = text.at(at).and_then(number).filter(|n| n.prefix.is_empty()) else {
        return;
    };
    if n.digits.len() != 4 {
        return;
    }
    name.series = digit(n.digits, 0).filter(|d| *d > 0).map(|d| d * 1_000);
    name.segment = matches!(n.suffix, "X" | "WX").then_some(Desktop);
    let pro = if pro { "PRO " } else { "" };
    name.model = text.at(at).map(|m| format!("Threadripper {pro}{m}"));
    name.suffix = some(n.suffix);
}

/// EPYC and Opteron. A hypervisor's `AMD EPYC Processor` has no number: the host may be something else.
fn server(name: &mut CpuName, text: &Text<'_>, index: usize, tier: &str) {
    let words = text.words.get(index..).unwrap_or(&[]);
    let Some(word) = words.iter().find(|w| {
        w.len() >= 3 && w.bytes().next().is_some_and(|b| b.is_ascii_digit()) && !w.contains('-')
    }) else {
        return;
    };
    name.tier = Some(tier.to_owned());
    name.segment = Some(Server);
    name.model = Some((*word).to_owned());
}

fn fx(name: &mut CpuName, text: &Text<'_>, index: usize) {
    name.tier = Some("fx".to_owned());
    // `FX(tm)-8350` leaves `FX -8350`.
    let model = match text.at(index).and_then(|w| w.split_once('-')) {
        Some((_, model)) => Some(model),
        None => text.at(index + 1).and_then(|w| w.strip_prefix('-')),
    };
    let Some(n) = model
        .and_then(number)
        .filter(|n| n.prefix.is_empty() && n.digits.len() == 4)
    else {
        return;
    };
    name.segment = match n.suffix {
        "P" => Some(Mobile),
        // FX-7500 is a laptop processor without a letter.
        "" if digit(n.digits, 0) == Some(7) => Some(Mobile),
        "" | "E" => Some(Desktop),
        _ => None,
    };
    name.model = model.map(|m| format!("FX-{m}"));
    name.suffix = some(n.suffix);
}

/// Athlon, Phenom, Sempron and Turion.
fn classic(name: &mut CpuName, text: &Text<'_>, index: usize, tier: &str) {
    name.tier = Some(tier.to_owned());
    let words = text.words.get(index..).unwrap_or(&[]);
    let multi = words.iter().find_map(|w| core_count_mark(w));
    name.cores = name.cores.or(multi);
    let mobile = tier == "turion" || words.iter().any(|w| w.eq_ignore_ascii_case("mobile"));
    let model: Option<(&str, Number<'_>)> = words
        .iter()
        .filter(|w| core_count_mark(w).is_none())
        .find_map(|w| number(w).map(|n| (*w, n)))
        .filter(|(_, n)| n.digits.len() >= 3 || !n.prefix.is_empty() && n.digits.len() == 2);
    name.segment = mobile.then_some(Mobile);
    let Some((word, n)) = model else {
        return;
    };
    let by_number = match (n.prefix, n.digits.len(), n.suffix) {
        ("M" | "N" | "P", 3, _) | ("", 3 | 4, "U") | ("", 4, "e") => Some(Mobile),
        ("", 3 | 4, "G" | "GE" | "K") => Some(Desktop),
        ("", 3, "") | ("", 4, "T") if multi.is_some() => Some(Desktop),
        _ => None,
    };
    name.segment = name.segment.or(by_number);
    name.model = Some(word.to_owned());
    name.suffix = some(n.suffix);
}

/// `X4`: four cores.
fn core_count_mark(word: &str) -> Option<u32> {
    match word.as_bytes() {
        [b'X', n @ (b'2' | b'3' | b'4' | b'6' | b'8')] => Some(u32::from(n - b'0')),
        _ => None,
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
