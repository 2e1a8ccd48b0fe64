//! The evidence behind each verdict: which readings it rests on, what they said, and where they were read.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::l10n::Texts;
use crate::model::report::{CheckResult, Report};

use super::super::clean::clean_to;
use super::super::{network, reading, text, words};
use super::{Page, part};

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
    Some(html! {
        p.lead { (texts.get("page-evidence-lead")) }
        @for (n, product) in page.products().enumerate() {
            @let rows = text::shown(report, product);
            @if !rows.is_empty() {
                h3 { (text::product_name(product, texts)) }
                @for (place, result) in rows.iter().take(most).enumerate() { (one(page, result, n, place)) }
                (page.left_out(rows.len(), most))
            }
        }
    })
}

fn one(page: &Page<'_>, result: &CheckResult, product: usize, place: usize) -> Markup {
    let texts = page.texts;
    html! {
        details.evidence {
            summary { (part::badge(result.verdict, texts)) " " (text::kind(result, texts)) " " code { (text::short_id(result)) } }
            // The anchor stands inside, so that following it opens the details.
            dl id=[anchor(page, product, place)] {
                dt { (texts.get("page-why")) }
                dd { (texts.code(result.reason)) ": " (texts.get(&format!("reason-{}-why", result.reason.code()))) }
                dt { (texts.get("page-readings")) }
                dd {
                    @if result.evidence.is_empty() { (texts.get("page-no-readings")) }
                    @else { ul { @for name in &result.evidence { li { (one_reading(page, name)) } } } }
                }
                dt { (texts.get("page-source")) }
                dd { (words::full_source(&result.source, texts)) }
                @if !result.notes.is_empty() {
                    dt { (texts.get("page-notes")) }
                    dd { ul { @for note in &result.notes { li { (words::named("note", note, texts)) } } } }
                }
            }
        }
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
