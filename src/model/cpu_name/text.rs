//! A name cut into words, without trade marks.

use super::super::units::Megahertz;

/// The name with trade marks and repeated spaces taken out.
pub(super) fn clean(brand: &str) -> String {
    let mut out = String::with_capacity(brand.len());
    let mut rest = brand;
    while let Some(c) = rest.chars().next() {
        if let Some(mark) = mark_length(rest) {
            rest = rest.get(mark..).unwrap_or("");
            push_space(&mut out);
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        // Underscores stand for blanks where a name went through a file name or an inventory tool.
        if c.is_whitespace() || c.is_control() || matches!(c, '®' | '™' | ',' | '_') {
            push_space(&mut out);
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

fn mark_length(rest: &str) -> Option<usize> {
    let starts = |mark: &str| {
        rest.get(..mark.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(mark))
    };
    ["(R)", "(TM)", "(C)"]
        .into_iter()
        .find(|mark| starts(mark))
        .map(str::len)
}

/// A cleaned name in words.
pub(super) struct Text<'a> {
    /// The words before `@` and before `with …` or `w/ …`.
    pub words: Vec<&'a str>,
    /// The clock behind `@`.
    pub clock: Option<Megahertz>,
    /// Without `@`, the clock that old names end with.
    pub ending: Option<Megahertz>,
    /// Something follows the words: `@` or `with`.
    pub goes_on: bool,
    /// The name carries trade marks, so a machine wrote it, not a person.
    pub marked: bool,
    /// A hypervisor made the name up.
    pub masked: bool,
}

impl<'a> Text<'a> {
    pub fn new(brand: &str, cleaned: &'a str) -> Self {
        let (head, tail) = match cleaned.split_once('@') {
            Some((head, tail)) => (head, Some(tail)),
            None => (cleaned, None),
        };
        let mut goes_on = tail.is_some();
        let mut words: Vec<&str> = Vec::with_capacity(12);
        for word in head.split(' ').filter(|w| !w.is_empty()) {
            if word.eq_ignore_ascii_case("with") || word.eq_ignore_ascii_case("w/") {
                goes_on = true;
                break;
            }
            words.push(word);
        }
        let (clock, ending) = match tail {
            Some(tail) => (clock(tail), None),
            None => (None, words.last().and_then(|word| clock(word))),
        };
        let masked = is_masked(cleaned, &words);
        Self {
            words,
            clock,
            goes_on,
            ending,
            marked: has_mark(brand),
            masked,
        }
    }
    /// Whether a word begins so, whatever the case.
    pub fn has(&self, start: &str) -> bool {
        self.words.iter().any(|w| starts(w, start))
    }
    /// Where a word stands, whatever the case.
    pub fn find(&self, word: &str) -> Option<usize> {
        self.words.iter().position(|w| w.eq_ignore_ascii_case(word))
    }
    /// The word at a place.
    pub fn at(&self, index: usize) -> Option<&'a str> {
        self.words.get(index).copied()
    }
    /// Nothing stands behind this word: the name may have been cut off inside it.
    pub fn ends_at(&self, index: usize) -> bool {
        !self.goes_on && index + 1 >= self.words.len()
    }
}

/// Whether a word begins so, whatever the case.
pub(super) fn starts(word: &str, start: &str) -> bool {
    word.get(..start.len())
        .is_some_and(|w| w.eq_ignore_ascii_case(start))
}

fn has_mark(brand: &str) -> bool {
    brand.contains(['®', '™'])
        || brand
            .char_indices()
            .any(|(i, c)| c == '(' && brand.get(i..).is_some_and(|r| mark_length(r).is_some()))
}

/// Hypervisors write `Intel Core Processor (Skylake, IBRS)`, `QEMU Virtual CPU version 2.5+`, `Common KVM processor`,
/// `AMD EPYC-Rome Processor`, `Intel Core i7 9xx (Nehalem Class Core i7)` (QEMU, target/i386/cpu.c). No maker leaves
/// brackets in a name beside its trade marks.
fn is_masked(cleaned: &str, words: &[&str]) -> bool {
    cleaned.contains('(')
        || words.iter().any(|w| {
            starts(w, "qemu")
                || starts(w, "kvm")
                || w.eq_ignore_ascii_case("virtual")
                || starts(w, "epyc-")
                || placeholder(w)
        })
}

/// `9xx`, `E312xx`, `4x0`: digits left open. (`X3D` and `X2` are none: they hold a digit after the letter, not before.)
fn placeholder(word: &str) -> bool {
    let digit_before = |at: usize| {
        at.checked_sub(1)
            .and_then(|i| word.as_bytes().get(i))
            .is_some_and(u8::is_ascii_digit)
    };
    word.find("xx").is_some_and(digit_before)
        || (word.len() == 3 && word.find('x').is_some_and(digit_before))
}

/// `3.20GHz`, `3.20GH` (cut off), `1000MHz`. A figure whose unit is missing may itself be cut off: `3.2` of `3.20`.
fn clock(text: &str) -> Option<Megahertz> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = unit.trim_start();
    // Makers write two decimals. Tools that put the momentary or highest clock there write three (`@ 4.700GHz`).
    if number
        .split_once('.')
        .is_some_and(|(_, decimals)| decimals.len() > 2)
    {
        return None;
    }
    let value: f64 = number.parse().ok()?;
    let mhz = if starts(unit, "g") {
        value * 1_000.0
    } else if starts(unit, "m") {
        value
    } else {
        return None;
    };
    // A clock outside this is an engineering sample's or a reading gone wrong.
    if !(100.0..=10_000.0).contains(&mhz) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 100 and 10,000"
    )]
    Some(Megahertz(mhz.round() as u32))
}

/// A model number: letters before, digits, what is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number<'a> {
    pub prefix: &'a str,
    pub digits: &'a str,
    pub suffix: &'a str,
}

/// Cuts a word into at most one letter, digits, and letters and digits. None when there is anything else in it.
pub(super) fn number(word: &str) -> Option<Number<'_>> {
    if !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let start = word.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = word.split_at_checked(start)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, suffix) = rest.split_at_checked(end)?;
    (prefix.len() <= 1 && suffix.len() <= 4).then_some(Number {
        prefix,
        digits,
        suffix,
    })
}

/// The value of a digit at a place.
pub(super) fn digit(digits: &str, index: usize) -> Option<u32> {
    digits
        .as_bytes()
        .get(index)
        .filter(|b| b.is_ascii_digit())
        .map(|b| u32::from(b - b'0'))
}

/// Cores that the words state: `6-Core`, `64-Cores`, `Quad-Core`, `Dual Core`, `4C+6G`.
pub(super) fn stated_cores(words: &[&str]) -> Option<u32> {
    words.iter().enumerate().find_map(|(i, word)| {
        let next_is_core = words
            .get(i + 1)
            .is_some_and(|w| w.eq_ignore_ascii_case("core") || w.eq_ignore_ascii_case("cores"));
        if let Some((count, core)) = word.split_once('-')
            && (core.eq_ignore_ascii_case("core") || core.eq_ignore_ascii_case("cores"))
        {
            return counted(count);
        }
        if let Some((cpu, gpu)) = word.split_once('+')
            && let (Some(cpu), Some(gpu)) =
                (cpu.strip_suffix(['C', 'c']), gpu.strip_suffix(['G', 'g']))
            && gpu.bytes().all(|b| b.is_ascii_digit())
        {
            return counted(cpu).filter(|_| cpu.bytes().all(|b| b.is_ascii_digit()));
        }
        // "10 COMPUTE CORES" counts graphics too.
        if next_is_core && !word.bytes().all(|b| b.is_ascii_digit()) {
            return counted(word);
        }
        None
    })
}

fn counted(word: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 8] = [
        ("Single", 1),
        ("Dual", 2),
        ("Triple", 3),
        ("Quad", 4),
        ("Six", 6),
        ("Eight", 8),
        ("Twelve", 12),
        ("Sixteen", 16),
    ];
    match word.parse::<u32>() {
        Ok(n) => (1..=1024).contains(&n).then_some(n),
        Err(_) => WORDS
            .iter()
            .find(|(w, _)| w.eq_ignore_ascii_case(word))
            .map(|(_, n)| *n),
    }
}
