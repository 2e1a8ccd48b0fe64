//! The evidence behind each verdict: which readings it rests on, what they said, and where they were read.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::l10n::Texts;
use crate::model::report::{CheckResult, Report};
use crate::model::requirement::{Confidence, Source};

use super::super::clean::clean_to;
use super::super::{network, reading, text, words};
use super::{Page, part};

/// Columns of the place of a requirement.
const SECTION: usize = 200;

/// One reading that verdicts rest on.
struct Reading {
    lines: Vec<String>,
    source: String,
}

/// The readings by the names that results give them.
pub(super) struct Readings(BTreeMap<String, Reading>);

impl Readings {
    pub(super) fn of(report: &Report, texts: &Texts) -> Self {
        // Paths such as `inventory.cpu.brand` are those of the JSON form.
        let inventory = serde_json::to_value(&report.evidence.inventory).unwrap_or_default();
        let probes = report
            .evidence
            .network
            .iter()
            .flat_map(|n| network::by_id(n, texts));
        let mut all: BTreeMap<String, Reading> = probes
            .map(|(id, lines)| {
                let source = String::new();
                (id, Reading { lines, source })
            })
            .collect();
        for name in report.results.iter().flat_map(|r| &r.evidence) {
            let Some(path) = name.strip_prefix("inventory.") else {
                continue;
            };
            let fact = path
                .split('.')
                .try_fold(&inventory, |at, key| at.get(key))
                .filter(|f| f.get("known").is_some() || f.get("unknown").is_some());
            if let Some(fact) = fact {
                all.entry(name.clone()).or_insert_with(|| Reading {
                    lines: vec![reading::fact(path, fact, texts)],
                    source: reading::source(fact),
                });
            }
        }
        Self(all)
    }
}

/// The name, within the page, of the evidence of a result by the places of its product and of itself in that
/// product's list; none where the page has no room for it.
pub(super) fn anchor(page: &Page<'_>, product: usize, place: usize) -> Option<String> {
    (place < page.limits.evidence).then(|| format!("e{}-{}", product + 1, place + 1))
}

pub(super) fn section(page: &Page<'_>) -> Option<Markup> {
    let (report, texts) = (page.report, page.texts);
    let most = page.limits.evidence;
    if most == 0 {
        return None;
    }
    let mut shared = Shared::default();
    let results = html! {
        @for (n, product) in page.products().enumerate() {
            @let rows = text::shown(report, product);
            @if !rows.is_empty() {
                h3 { (text::product_name(product, texts)) }
                @for (place, result) in rows.iter().take(most).enumerate() {
                    (one(page, &mut shared, result, anchor(page, n, place)))
                }
                (page.left_out(rows.len(), most))
            }
        }
    };
    Some(html! {
        p.lead { (texts.get("page-evidence-lead")) }
        (results)
        (list(&texts.get("page-readings"), "q", &shared.readings))
        (list(&texts.get("page-notes"), "n", &shared.notes))
    })
}

/// What several results share, told once and numbered, where there is no room to tell it at each of them.
#[derive(Default)]
struct Shared {
    readings: Vec<(String, Markup)>,
    notes: Vec<(String, Markup)>,
}

/// A link to an entry of a list, which is added where it is not there yet.
fn link(
    to: &mut Vec<(String, Markup)>,
    prefix: &str,
    name: &str,
    label: impl FnOnce(usize) -> String,
    tell: impl FnOnce() -> Markup,
) -> Markup {
    let at = to.iter().position(|(n, _)| n == name);
    let at = at.unwrap_or_else(|| {
        to.push((name.to_owned(), tell()));
        to.len() - 1
    });
    html! { a href={ "#" (prefix) (at + 1) } { (label(at + 1)) } }
}

fn list(title: &str, prefix: &str, entries: &[(String, Markup)]) -> Markup {
    html! {
        @if !entries.is_empty() {
            h3 { (title) }
            ol.shared {
                @for (n, (_, told)) in entries.iter().enumerate() { li id={ (prefix) (n + 1) } { (told) } }
            }
        }
    }
}

fn one(page: &Page<'_>, shared: &mut Shared, result: &CheckResult, id: Option<String>) -> Markup {
    let texts = page.texts;
    let inline = page.limits.inline;
    html! {
        details.evidence {
            summary { (part::badge(result.verdict, texts)) " " (text::kind(result, texts)) " " code { (text::short_id(result)) } }
            // The anchor stands inside, so that following it opens the details.
            dl id=[id] {
                dt { (texts.get("page-why")) }
                dd {
                    (texts.code(result.reason))
                    @if inline { ": " (texts.get(&format!("reason-{}-why", result.reason.code()))) }
                }
                dt { (texts.get("page-readings")) }
                dd { (readings(page, shared, result)) }
                dt { (texts.get("page-source")) }
                dd { (source(page, &result.source)) }
                @if !result.notes.is_empty() {
                    dt { (texts.get("page-notes")) }
                    dd { (notes(page, shared, result)) }
                }
            }
        }
    }
}

fn readings(page: &Page<'_>, shared: &mut Shared, result: &CheckResult) -> Markup {
    if result.evidence.is_empty() {
        return html! { (page.get("page-no-readings")) };
    }
    html! {
        @if page.limits.inline {
            ul { @for name in &result.evidence { li { (one_reading(page, name)) } } }
        } @else {
            @for (i, name) in result.evidence.iter().enumerate() {
                @if i > 0 { ", " }
                (link(&mut shared.readings, "q", name, |_| clean_to(name, words::NAME), || one_reading(page, name)))
            }
        }
    }
}

fn notes(page: &Page<'_>, shared: &mut Shared, result: &CheckResult) -> Markup {
    let told = |note: &str| words::named("note", note, page.texts);
    html! {
        @if page.limits.inline {
            ul { @for note in &result.notes { li { (told(note)) } } }
        } @else {
            @for (i, note) in result.notes.iter().enumerate() {
                @if i > 0 { ", " }
                (link(&mut shared.notes, "n", note, |n| n.to_string(), || html! { (told(note)) }))
            }
        }
    }
}

/// Where a requirement stands. The document that was judged against is named at the top of the page and not again.
fn source(page: &Page<'_>, source: &Source) -> String {
    let judged = &page.report.manifest.document;
    let own = source.confidence == Confidence::Document && judged.starts_with(&source.document);
    if own {
        clean_to(&source.section, SECTION)
    } else {
        words::full_source(source, page.texts)
    }
}

fn one_reading(page: &Page<'_>, name: &str) -> Markup {
    html! {
        code { (clean_to(name, words::NAME)) }
        @match page.readings.0.get(name) {
            Some(Reading { lines, source }) => {
                ": " @for (i, line) in lines.iter().enumerate() { @if i > 0 { br; } (line) }
                @if !source.is_empty() { " " span.from { (page.texts.format("page-read-from", &[("source", source.into())])) } }
            }
            None => { ": " (page.get("page-reading-gone")) }
        }
    }
}
