//! Measured and required amounts in words.

use crate::l10n::{Coded, Lang, Texts};
use crate::model::fact::{Fact, Unknown};
use crate::model::quantity::{Bound, Limit, Quantity, Value, What};
use crate::model::report::CheckResult;
use crate::model::requirement::Source;
use crate::model::rule::{Need, PortRange, Transport};
use crate::model::selection::Target;
use crate::model::units::{Bps, Kbps, Mbps, Mebibytes, Megahertz, Millis, Percent};

use super::clean::{clean_to, cut};

/// Columns that one outside name may take.
pub(super) const NAME: usize = 60;
/// Bytes that a phrase with a text of its own may have.
const PHRASE: usize = 120;
/// Names shown of a list before "and N more".
const NAMES: usize = 4;
/// OS families shown of a list; a document lists fewer.
const SYSTEMS: usize = 8;
/// Port ranges shown of a list before "and N more".
const RANGES: usize = 12;

/// At most two decimals, without zeros at the end.
fn decimal(value: f64) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// A rate in kbps below 1 Mbps, else in Mbps; what does not fit two decimals is cut off, so that a figure never
/// looks better than it is.
pub(super) fn rate(bps: Bps) -> String {
    if bps.0 < 1_000_000 {
        let (whole, part) = (bps.0 / 1_000, bps.0 % 1_000 / 100);
        if part == 0 || whole >= 10 {
            format!("{whole} kbps")
        } else {
            format!("{whole}.{part} kbps")
        }
    } else {
        let (whole, part) = (bps.0 / 1_000_000, bps.0 % 1_000_000 / 10_000);
        let digits = format!("{whole}.{part:02}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        format!("{digits} Mbps")
    }
}

/// The same, rounded up: for upper bounds.
fn rate_up(bps: Bps) -> String {
    let step = if bps.0 < 10_000 {
        100
    } else if bps.0 < 1_000_000 {
        1_000
    } else {
        10_000
    };
    rate(Bps(bps.0.div_ceil(step).saturating_mul(step)))
}

fn kbps(rate_kbps: Kbps) -> String {
    rate(rate_kbps.bps())
}

/// A need: one figure or a printed range.
pub(super) fn need(need: Need) -> String {
    if need.lower_kbps == need.upper_kbps {
        kbps(need.lower_kbps)
    } else {
        format!("{} - {}", kbps(need.lower_kbps), kbps(need.upper_kbps))
    }
}

pub(super) fn memory(mib: Mebibytes) -> String {
    if mib.0 < 1_024 {
        return format!("{} MB", mib.0);
    }
    // Cut off, not rounded: 7.98 GB must not read as 8 GB.
    let hundredths = mib.0.saturating_mul(100) / 1_024;
    let digits = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits} GB")
}

pub(super) fn clock(mhz: Megahertz) -> String {
    format!("{} GHz", decimal(f64::from(mhz.0) / 1_000.0))
}

pub(super) fn speed(mbps: Mbps) -> String {
    if mbps.0 >= 1_000 {
        format!("{} Gbps", decimal(f64::from(mbps.0) / 1_000.0))
    } else {
        format!("{} Mbps", mbps.0)
    }
}

pub(super) fn time(ms: Millis) -> String {
    // Exact seconds are read more easily; a measured time rarely is one.
    if ms.0 >= 1_000.0 && ms.0 % 1_000.0 == 0.0 {
        return format!("{} s", decimal(ms.0 / 1_000.0));
    }
    format!("{} ms", decimal(ms.0))
}

pub(super) fn share(percent: Percent) -> String {
    format!("{} %", decimal(percent.0))
}

/// `44,001`, as both languages write it.
pub(super) fn grouped(count: u32) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `8801-8810, 3478`, at most so many ranges.
pub(super) fn ranges(ports: &[PortRange], texts: &Texts) -> String {
    listed(ports.iter().map(PortRange::to_string), RANGES, texts)
}

/// `UDP 8801-8810, 3478`.
pub(super) fn ports(transport: Transport, ports: &[PortRange], texts: &Texts) -> String {
    if ports.is_empty() {
        return texts.get("none");
    }
    format!("{} {}", transport.word(), ranges(ports, texts))
}

/// The first of some names, and how many more there are.
pub(super) fn listed(
    names: impl IntoIterator<Item = String>,
    most: usize,
    texts: &Texts,
) -> String {
    listed_by(names, most, ", ", texts)
}

fn listed_by(
    names: impl IntoIterator<Item = String>,
    most: usize,
    between: &str,
    texts: &Texts,
) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(most).collect();
    let more = names.count();
    let shown = shown.join(between);
    if more == 0 {
        shown
    } else {
        texts.format(
            "and-more",
            &[("shown", shown.into()), ("count", more.into())],
        )
    }
}

/// Codes in words, comma between.
pub(super) fn codes<C: Coded>(all: &[C], texts: &Texts) -> String {
    let mut words: Vec<String> = Vec::new();
    for code in all {
        let word = texts.code(*code);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}

/// An amount in words that fit what it is of.
fn amount(what: What, of: &Value, texts: &Texts) -> String {
    match (what, of) {
        (What::CpuTier, Value::Text(tier)) => named("cpu", tier, texts),
        (What::CpuTier, Value::Names(names)) if !names.is_empty() => families(names, texts),
        _ => value(of, texts),
    }
}

/// A typed amount.
pub(super) fn value(value: &Value, texts: &Texts) -> String {
    match value {
        Value::Text(text) => clean_to(text, NAME),
        Value::Names(names) if names.is_empty() => texts.get("none"),
        Value::Names(names) => listed(names.iter().map(|n| clean_to(n, NAME)), NAMES, texts),
        Value::Count(count) => count.to_string(),
        Value::Flag(flag) => yes_no(*flag, texts),
        Value::Memory(mib) => memory(*mib),
        Value::Clock(mhz) => clock(*mhz),
        Value::Rate(bps) => rate(*bps),
        Value::RateBetween { at_least, at_most } => between(*at_least, *at_most, texts),
        Value::Speed(mbps) => speed(*mbps),
        Value::Time(ms) => time(*ms),
        Value::Windows {
            breached,
            of,
            worst,
        } => {
            let key = if worst.is_some() {
                "windows-worst"
            } else {
                "windows-none"
            };
            let at = worst.map(super::network::local_time).unwrap_or_default();
            texts.format(
                key,
                &[
                    ("breached", (*breached).into()),
                    ("count", (*of).into()),
                    ("at", at.into()),
                ],
            )
        }
        Value::Share(percent) => share(*percent),
        Value::ShareBetween {
            value,
            lower,
            upper,
        } => format!(
            "{} (95 %: {} - {})",
            share(*value),
            share(*lower),
            share(*upper)
        ),
        Value::Ports {
            transport,
            ports: list,
        } => ports(*transport, list, texts),
        Value::Buses(buses) => codes(buses, texts),
        Value::Links(links) => codes(links, texts),
        Value::Segment(segment) => texts.code(*segment),
        Value::InchTenths(tenths) => texts.format(
            "inch",
            &[("value", format!("{}.{}", tenths / 10, tenths % 10).into())],
        ),
        Value::Stance(stance) => texts.code(*stance),
    }
}

fn between(at_least: Option<Bps>, at_most: Option<Bps>, texts: &Texts) -> String {
    match (at_least, at_most) {
        (Some(low), Some(high)) => format!("{} - {}", rate(low), rate_up(high)),
        (Some(low), None) => texts.format("bound-at-least", &[("value", rate(low).into())]),
        (None, Some(high)) => texts.format("bound-at-most", &[("value", rate_up(high).into())]),
        (None, None) => texts.get("not-measured"),
    }
}

pub(super) fn yes_no(flag: bool, texts: &Texts) -> String {
    texts.get(if flag { "yes" } else { "no" })
}

/// CPU families by name: `core-i5 8+` and `core-i7 8+` read "Core i5, i7 generation 8 or later".
fn families(names: &[String], texts: &Texts) -> String {
    let mut groups: Vec<(Vec<String>, &str)> = Vec::new();
    for name in names.iter().take(NAMES) {
        let (tier, generations) = name.split_once(' ').unwrap_or((name, ""));
        let tier = named("cpu", tier, texts);
        match groups.last_mut() {
            Some((tiers, of)) if *of == generations => tiers.push(tier),
            _ => groups.push((vec![tier], generations)),
        }
    }
    let shown: Vec<String> = groups
        .iter()
        .map(|(tiers, generations)| with_generations(without_repeats(tiers), generations, texts))
        .collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => texts.format(
            "and-more",
            &[("shown", shown.into()), ("count", more.into())],
        ),
    }
}

/// `Core i3`, `Core i5` as `Core i3, i5`.
fn without_repeats(names: &[String]) -> String {
    let head = |name: &str| name.rsplit_once(' ').map(|(head, _)| head.to_owned());
    let mut out = String::new();
    let mut before: Option<String> = None;
    for name in names {
        let own = head(name);
        let shown = match &own {
            Some(head) if own == before => name.get(head.len() + 1..).unwrap_or(name),
            _ => name,
        };
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(shown);
        before = own;
    }
    out
}

/// `8+`, `4-7`, `-7` as the report writes them behind a family.
fn with_generations(name: String, generations: &str, texts: &Texts) -> String {
    let number = |text: &str| text.parse::<u64>().ok();
    let arg = || ("name", name.clone().into());
    if let Some(min) = generations.strip_suffix('+').and_then(number) {
        return texts.format("cpu-family-from", &[arg(), ("min", min.into())]);
    }
    match generations
        .split_once('-')
        .map(|(min, max)| (number(min), number(max)))
    {
        Some((Some(min), Some(max))) => texts.format(
            "cpu-family-between",
            &[arg(), ("min", min.into()), ("max", max.into())],
        ),
        Some((None, Some(max))) => texts.format("cpu-family-to", &[arg(), ("max", max.into())]),
        _ => name,
    }
}

/// What an amount is of needs no word where the amount says it itself.
fn says_itself(what: What, value: &Value) -> bool {
    matches!(
        what,
        What::Os
            | What::CpuModel
            | What::CpuTier
            | What::CpuSegment
            | What::Devices
            | What::DeviceBus
            | What::MemoryInstalled
            | What::Browser
            | What::App
            | What::Link
            | What::VirtualDesktop
            | What::Ports
    ) && !matches!(value, Value::Count(_) | Value::Flag(_))
}

fn with_what(what: What, value: &Value, words: String, texts: &Texts) -> String {
    if says_itself(what, value) {
        words
    } else {
        texts.format(
            "amount",
            &[("what", texts.code(what).into()), ("value", words.into())],
        )
    }
}

/// A measured amount and what it is of.
pub(super) fn quantity(quantity: &Quantity, texts: &Texts) -> String {
    let words = amount(quantity.what, &quantity.value, texts);
    with_what(quantity.what, &quantity.value, words, texts)
}

/// An app or browser that is asked for, `edge 153+` by its proper name: `Edge 153 or later`.
fn asked_app(name: &str, texts: &Texts) -> String {
    let (id, version) = name.split_once(' ').unwrap_or((name, ""));
    let name = named("app", id, texts);
    match version.strip_suffix('+') {
        Some(least) => {
            let value = format!("{name} {}", clean_to(least, NAME));
            texts.format("bound-or-later", &[("value", value.into())])
        }
        None if version.is_empty() => name,
        None => format!("{name} {}", clean_to(version, NAME)),
    }
}

/// The systems that a document lists, the versions of a family together: `Windows 7, 8, 8.1, 10, 11; macOS 10.13 or
/// later`. None is left out: a reader looks for his own.
fn systems(names: &[String], texts: &Texts) -> String {
    let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in names {
        let (family, version) = name.rsplit_once(' ').unwrap_or((name, ""));
        match families.iter_mut().find(|(f, _)| *f == family) {
            Some((_, versions)) => versions.push(version),
            None => families.push((family, vec![version])),
        }
    }
    let families: Vec<String> = families
        .into_iter()
        .map(|(family, versions)| {
            let versions: Vec<String> = versions
                .into_iter()
                .filter(|v| !v.is_empty())
                .map(|v| match v.strip_suffix('+') {
                    Some(least) => {
                        texts.format("bound-or-later", &[("value", clean_to(least, NAME).into())])
                    }
                    None => clean_to(v, NAME),
                })
                .collect();
            format!("{} {}", clean_to(family, NAME), versions.join(", "))
                .trim_end()
                .to_owned()
        })
        .collect();
    listed_by(families, SYSTEMS, "; ", texts)
}

/// A bound and what it is of.
pub(super) fn bound(bound: &Bound, texts: &Texts) -> String {
    match (bound.what, &bound.limit) {
        (What::Os, Limit::Is(Value::Names(names))) if !names.is_empty() => {
            return systems(names, texts);
        }
        (What::App | What::Browser, Limit::Is(Value::Names(names))) if !names.is_empty() => {
            return listed(names.iter().map(|n| asked_app(n, texts)), SYSTEMS, texts);
        }
        (What::App | What::Browser, Limit::Is(Value::Text(name))) => {
            return asked_app(name, texts);
        }
        (What::App | What::Browser, Limit::AtLeast(Value::Text(name))) => {
            let value = asked_app(name, texts).into();
            return texts.format("bound-or-later", &[("value", value)]);
        }
        (What::Network, Limit::Is(Value::Text(peer))) => {
            return texts.format(
                "rule-same-network",
                &[("peer", named("product", peer, texts).into())],
            );
        }
        _ => {}
    }
    let (words, of) = match &bound.limit {
        Limit::AtLeast(v) => (
            texts.format("bound-at-least", &[("value", value(v, texts).into())]),
            v,
        ),
        Limit::AtMost(v) => (
            texts.format("bound-at-most", &[("value", value(v, texts).into())]),
            v,
        ),
        Limit::Is(v) => (amount(bound.what, v, texts), v),
        Limit::Between { lower, upper } => (
            format!("{} - {}", value(lower, texts), value(upper, texts)),
            lower,
        ),
    };
    with_what(bound.what, of, words, texts)
}

fn unique(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        if !word.is_empty() && !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

/// Everything measured for a result, each amount once.
pub(super) fn measured(result: &CheckResult, texts: &Texts) -> Vec<String> {
    unique(result.measured.iter().map(|q| quantity(q, texts)))
}

/// Everything required by a result, each bound once.
pub(super) fn required(result: &CheckResult, texts: &Texts) -> Vec<String> {
    unique(result.required.iter().map(|b| bound(b, texts)))
}

/// A product's name: the one of this language where the requirement file's own name has one, else that name.
pub(super) fn title(name: &str, texts: &Texts) -> String {
    phrase("title", name, texts).unwrap_or_else(|| clean_to(name, NAME))
}

/// The text of an English phrase of data, under a key made of its words; none where there is no text.
fn phrase(prefix: &str, english: &str, texts: &Texts) -> Option<String> {
    if english.len() > PHRASE {
        return None;
    }
    let words: Vec<String> = english
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    texts.find(&format!("{prefix}-{}", words.join("-")), &[])
}

/// A product and its variant.
pub(super) fn product(name: &str, variant: Option<&str>, texts: &Texts) -> String {
    let name = title(name, texts);
    match variant {
        Some(id) => texts.format(
            "product-variant",
            &[
                ("product", name.into()),
                ("variant", named("variant", id, texts).into()),
            ],
        ),
        None => name,
    }
}

/// The text of a code that a manifest made up, else the code itself.
pub(super) fn named(prefix: &str, code: &str, texts: &Texts) -> String {
    let code = clean_to(code, NAME);
    // Ids may hold dots, keys may not.
    let key = format!("{prefix}-{}", code.replace('.', "_"));
    texts.find(&key, &[]).unwrap_or(code)
}

/// `rooms:2-screens`, as it is asked for.
pub(super) fn target(target: &Target) -> String {
    cut(&target.to_string(), NAME)
}

/// Why a reading is not there.
pub(super) fn unknown(unknown: &Unknown, texts: &Texts) -> String {
    let word = texts.code(unknown.code);
    match unknown.detail.as_deref().and_then(|d| detail(d, texts)) {
        Some(detail) if !detail.is_empty() => format!("{word}: {detail}"),
        _ => word,
    }
}

/// What a reader said of a missing value. Readers speak English; in another language only the place they name (a file,
/// a registry key) is of use, and the whole stands in the JSON report.
fn detail(detail: &str, texts: &Texts) -> Option<String> {
    phrase("detail", detail, texts).or_else(|| {
        let shown = texts.lang() == Lang::En || detail.contains(['/', '\\']);
        shown.then(|| clean_to(detail, NAME))
    })
}

/// A reading's value in words, or why it is not there.
pub(super) fn fact<T>(fact: &Fact<T>, texts: &Texts, show: impl Fn(&T) -> String) -> String {
    match fact {
        Fact::Known { value, .. } => show(value),
        Fact::Unknown(u) => unknown(u, texts),
    }
}

/// Where a requirement stands: section, and what is not the edition's own document.
pub(super) fn source(source: &Source, texts: &Texts) -> String {
    use crate::model::requirement::Confidence;
    let section = clean_to(&source.section, NAME);
    match source.confidence {
        Confidence::Document => section,
        Confidence::VendorPage | Confidence::Unverified => {
            let document = clean_to(&source.document, NAME);
            format!("{document}: {section} ({})", texts.code(source.confidence))
        }
    }
}

/// A source in full: document, version, section, date and how far it can be trusted.
pub(super) fn full_source(source: &Source, texts: &Texts) -> String {
    let version = source.version.as_deref().map(|v| clean_to(v, 20));
    let date = source.as_of.as_deref().map(|d| clean_to(d, 20));
    let parts = [
        Some(clean_to(&source.document, 80)),
        version,
        Some(clean_to(&source.section, 200)),
        date,
        Some(texts.code(source.confidence)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|p| !p.is_empty())
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::l10n::Lang;

    #[test]
    fn figures_never_look_better_than_they_are() {
        assert_eq!(rate(Bps(3_799_999)), "3.79 Mbps");
        assert_eq!(rate(Bps(3_800_000)), "3.8 Mbps");
        assert_eq!(rate(Bps(600_000)), "600 kbps");
        assert_eq!(rate_up(Bps(2_990_001)), "3 Mbps");
        assert_eq!(memory(Mebibytes(8_191)), "7.99 GB");
        assert_eq!(memory(Mebibytes(16_384)), "16 GB");
        assert_eq!(memory(Mebibytes(512)), "512 MB");
    }

    #[test]
    fn numbers_that_are_none_are_not_shown_as_numbers() {
        assert_eq!(time(Millis(f64::NAN)), "? ms");
        assert_eq!(share(Percent(f64::INFINITY)), "? %");
        assert_eq!(rate_up(Bps(u64::MAX)), rate(Bps(u64::MAX)));
    }

    #[test]
    fn lists_say_how_many_they_leave_out() {
        let en = Texts::new(Lang::En);
        let names = (0..9).map(|n| n.to_string());
        assert_eq!(listed(names, 4, &en), "0, 1, 2, 3 and 5 more");
    }

    #[test]
    fn families_are_shown_by_name() {
        let of = |names: &[&str], lang| {
            let names = names.iter().map(|n| (*n).to_owned()).collect();
            let b = Bound {
                what: What::CpuTier,
                limit: Limit::Is(Value::Names(names)),
            };
            bound(&b, &Texts::new(lang))
        };
        let many = ["core-i3", "core-i5", "core-i7", "core-i9", "core-3", "amd"];
        assert_eq!(of(&many, Lang::En), "Core i3, i5, i7, i9 and 2 more");
        assert_eq!(
            of(&["core-i5 8+", "core-i7 8+", "core-ultra-5"], Lang::En),
            "Core i5, i7 generation 8 or later, Core Ultra 5"
        );
        assert_eq!(
            of(&["core-i5 4-7", "apple-m"], Lang::En),
            "Core i5 generation 4 to 7, Apple M"
        );
        assert_eq!(of(&["own-family"], Lang::Ja), "own-family");
    }

    #[test]
    fn every_listed_system_is_shown_with_its_family() {
        let names = [
            "Windows 7",
            "Windows 8",
            "Windows 8.1",
            "Windows 10",
            "Windows 11",
            "macOS 10.13+",
        ];
        let b = Bound {
            what: What::Os,
            limit: Limit::Is(Value::Names(names.map(str::to_owned).to_vec())),
        };
        assert_eq!(
            bound(&b, &Texts::new(Lang::En)),
            "Windows 7, 8, 8.1, 10, 11; macOS 10.13 or later"
        );
        assert_eq!(
            bound(&b, &Texts::new(Lang::Ja)),
            "Windows 7, 8, 8.1, 10, 11; macOS 10.13以降"
        );
    }

    #[test]
    fn bounds_read_as_sentences_do() {
        let b = Bound {
            what: What::MemoryInstalled,
            limit: Limit::AtLeast(Value::Memory(Mebibytes(4_096))),
        };
        assert_eq!(bound(&b, &Texts::new(Lang::En)), "4 GB or more");
        assert_eq!(bound(&b, &Texts::new(Lang::Ja)), "4 GB以上");
    }
}
