//! Requirements, scenarios, findings and facts.

use maud::{Markup, html};

use crate::l10n::Texts;
use crate::model::report::{CheckResult, ProductVerdict, ScenarioResult};
use crate::model::requirement::Level;
use crate::model::units::Bps;
use crate::model::verdict::Verdict;

use super::super::{facts as pc, findings as found, firewall as sheet, text, words};
use super::{Page, evidence, part};

/// Requirement ids named under a finding.
const IDS: usize = 12;
/// Places in the document named under a finding.
const SOURCES: usize = 6;

/// One table a product: the result, what is asked, what was found, and where the requirement stands.
pub(super) fn requirements(page: &Page<'_>) -> Markup {
    html! {
        @for (n, product) in page.products().enumerate() { (of_product(page, product, n)) }
        (page.left_out(page.report.products.len(), page.limits.products))
    }
}

fn of_product(page: &Page<'_>, product: &ProductVerdict, n: usize) -> Markup {
    let (report, texts) = (page.report, page.texts);
    let rows = text::shown(report, product);
    let hidden = text::results(report, product).count() - rows.len();
    let head = [
        "col-result",
        "col-item",
        "col-required",
        "col-measured",
        "page-source",
    ];
    let [_, _, required, measured, source] = head.map(|k| texts.get(k));
    html! {
        h3 { (part::badge(product.verdict, texts)) " " (text::product_name(product, texts)) }
        @if rows.is_empty() {
            p { (texts.get("no-requirements")) }
        } @else {
            table.requirements {
                caption { (texts.format("page-requirements-of", &[("product", text::product_name(product, texts).into())])) }
                thead { tr { @for key in head { th scope="col" { (texts.get(key)) } } } }
                tbody {
                    @for (place, r) in rows.iter().take(page.limits.rows).enumerate() {
                        tr class=(part::class(r.verdict)) {
                            td.verdict { (part::badge(r.verdict, texts)) }
                            th scope="row" { (item(page, r, evidence::anchor(page, n, place))) }
                            td data-l=(required) { (part::lines(&words::required(r, texts))) }
                            td data-l=(measured) { (part::lines(&text::measured_and_why(r, texts))) }
                            td.source data-l=(source) { (text::short_source(&r.source, texts)) }
                        }
                    }
                }
            }
            (page.left_out(rows.len(), page.limits.rows))
        }
        @if hidden > 0 {
            p.quiet { (texts.format("hidden-requirements", &[("count", hidden.into())])) }
        }
    }
}

fn item(page: &Page<'_>, result: &CheckResult, anchor: Option<String>) -> Markup {
    let texts = page.texts;
    html! {
        (text::kind(result, texts))
        @if result.level != Level::Required { " " span.level { (texts.code(result.level)) } }
        @match anchor {
            Some(anchor) => a.id href={ "#" (anchor) } { (text::short_id(result)) },
            None => span.id { (text::short_id(result)) },
        }
    }
}

/// Every use and how far it is proved.
pub(super) fn scenarios(page: &Page<'_>) -> Option<Markup> {
    let texts = page.texts;
    let shown: Vec<&ScenarioResult> = page
        .report
        .scenarios
        .iter()
        .filter(|s| s.verdict != Verdict::NotApplicable)
        .collect();
    if shown.is_empty() {
        return None;
    }
    let several = page.report.products.len() > 1;
    let head = [
        "col-result",
        "col-scenario",
        "col-need",
        "col-proved",
        "col-at-once",
        "col-limit",
    ];
    let [_, _, need, proved, at_once, limit] = head.map(|k| texts.get(k));
    Some(html! {
        p.lead { (texts.get("page-scenarios-lead")) }
        table.scenarios {
            caption { (texts.get("page-scenarios-caption")) }
            thead { tr { @for key in head { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for s in shown.iter().take(page.limits.rows) {
                    tr class=(part::class(s.verdict)) {
                        td.verdict {
                            @match s.readiness {
                                Some(readiness) => (part::readiness(readiness, texts)),
                                None => (part::badge(s.verdict, texts)),
                            }
                        }
                        th scope="row" {
                            (words::named("scenario", s.id.as_str(), texts))
                            @if several { span.id { (text::target_of(s)) } }
                        }
                        td.figure data-l=(need) { (pair(s.up.map(words::need), s.down.map(words::need))) }
                        td.figure data-l=(proved) { (pair(s.up_bps.map(words::rate), s.down_bps.map(words::rate))) }
                        td.figure data-l=(at_once) { (text::at_once(s, texts)) }
                        td data-l=(limit) { (s.limited_by.map_or_else(|| "-".to_owned(), |l| texts.code(l))) }
                    }
                }
            }
        }
        (page.left_out(shown.len(), page.limits.rows))
    })
}

fn pair(up: Option<String>, down: Option<String>) -> String {
    let or_none = |v: Option<String>| v.unwrap_or_else(|| "-".to_owned());
    format!("{} / {}", or_none(up), or_none(down))
}

/// What is not as it should be: one cause is told once.
pub(super) fn findings(page: &Page<'_>) -> Option<Markup> {
    let (report, texts) = (page.report, page.texts);
    if page.found.is_empty() {
        return None;
    }
    Some(html! {
        ol.findings {
            @for finding in page.found.iter().take(page.limits.findings) {
                li class=(part::class(finding.verdict)) {
                    h3 { (part::badge(finding.verdict, texts)) " " (texts.code(finding.reason)) }
                    p { (texts.get(&format!("reason-{}-why", finding.reason.code()))) }
                    @if let Some(next) = found::next_step(report, finding, texts) {
                        p.next { (part::owner(finding.owner, texts)) " " (next) }
                    }
                    p.quiet { (texts.format("finding-for", &[("requirements", words::listed(found::requirements(finding), IDS, texts).into())])) }
                    p.quiet { (texts.format("show-source", &[("source", text::sources(finding, SOURCES, texts).into())])) }
                }
            }
        }
        (page.left_out(page.found.len(), page.limits.findings))
    })
}

/// What to ask of whoever runs the firewall, row by row; nothing where every port is proved.
pub(super) fn firewall(page: &Page<'_>) -> Option<Markup> {
    let texts = page.texts;
    let cards = sheet::cards(page.report, texts);
    if cards.is_empty() {
        return None;
    }
    let most = page.limits.findings;
    Some(html! {
        p.lead { (texts.get("firewall-intro")) }
        ol.firewall {
            @for card in cards.iter().take(most) {
                li {
                    h3 { (card.title) }
                    dl.fields { @for (label, value) in &card.fields { div { dt { (label) } dd { (value) } } } }
                }
            }
        }
        (page.left_out(cards.len(), most))
        p.quiet { (texts.get("firewall-how")) }
    })
}

/// What is known of the PC.
pub(super) fn facts(page: &Page<'_>) -> Markup {
    let texts = page.texts;
    let head = ["col-fact", "col-value", "col-read-from"];
    let [_, value, from] = head.map(|k| texts.get(k));
    html! {
        table.facts {
            caption { (texts.get("page-facts-caption")) }
            thead { tr { @for key in head { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for row in pc::rows(&page.report.evidence.inventory, texts) {
                    tr {
                        th scope="row" { (row.label) }
                        td data-l=(value) { (row.value) }
                        td.source data-l=(from) { @if row.source.is_empty() { "-" } @else { (row.source) } }
                    }
                }
            }
        }
    }
}

/// A need and the rate that is proved, for the network part.
pub(super) fn interval(low: Option<Bps>, high: Option<Bps>, texts: &Texts) -> String {
    let value = crate::model::quantity::Value::RateBetween {
        at_least: low,
        at_most: high,
    };
    words::value(&value, texts)
}
