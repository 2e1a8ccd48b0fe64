//! One run under two editions, as one HTML file.

use maud::{Markup, html};

use crate::l10n::Texts;
use crate::model::comparison::Trend;
use crate::model::drift::{
    Change, Drift, DriftSide, ProductDrift, RequirementDrift, ScenarioDrift,
};
use crate::model::report::{CheckResult, ScenarioResult};
use crate::model::verdict::Verdict;

use super::super::clean::clean_to;
use super::super::html::{MOST_BYTES, badge, class, document, trend_sign};
use super::super::{text, words};
use super::{key, limit, name, required, title, verdict};

/// Rows of one table.
const ROWS: usize = 150;
/// Products told of.
const PRODUCTS: usize = 40;
/// Rows of the whole page: from what any document of two changes to what fits in any case.
const ALL_ROWS: [usize; 4] = [1_000, 240, 60, 10];

const COLUMNS: [&str; 3] = ["col-item", "drift-col-old", "drift-col-new"];

/// What of one change stands in one row.
struct Row {
    of: Markup,
    old: Markup,
    new: Markup,
}

pub(super) fn render(drift: &Drift, texts: &Texts) -> String {
    let mut out = String::new();
    for room in ALL_ROWS {
        out = whole(drift, room, texts);
        if out.len() < MOST_BYTES {
            break;
        }
    }
    out
}

fn whole(drift: &Drift, mut room: usize, texts: &Texts) -> String {
    let page_title = texts.get("drift-page-title");
    document(
        &page_title,
        texts,
        &html! {
            header.top {
                p.brand { "meetready" span { (page_title) } }
                h1 { (badge(drift.new.verdict, texts)) " " (text::overall(drift.new.verdict, texts)) }
                p.proved { (subject(drift, texts)) }
                ul.products {
                    (card(&drift.old, "drift-col-old", texts))
                    (card(&drift.new, "drift-col-new", texts))
                }
            }
            div.remarks {
                p.notice { strong { (texts.get("page-notice")) } " " (texts.get("drift-documents")) }
                @if drift.publishers_differ {
                    p.notice { strong { (texts.get("page-notice")) } " " (texts.get("note-two-publishers")) }
                }
            }
            section {
                h2 { (texts.get("compare-products")) }
                (products(drift, texts))
                (left_out(drift.products.len(), PRODUCTS, texts))
            }
            @for product in drift.products.iter().take(PRODUCTS) { (one(product, &mut room, texts)) }
            section { p.quiet { (texts.get("page-self-contained")) } }
        },
    )
}

/// Which PC, and when it was read.
fn subject(drift: &Drift, texts: &Texts) -> String {
    let host = drift.subject.host.as_deref();
    let host = host.map_or_else(|| "-".to_owned(), |h| clean_to(h, words::NAME));
    let time = drift.collected_at.map_or_else(
        || texts.get("time-unknown"),
        |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    );
    format!("{host}, {time}")
}

fn card(side: &DriftSide, key: &str, texts: &Texts) -> Markup {
    html! {
        li class={ "product " (class(side.verdict)) } {
            h2 { (texts.get(key)) " " (badge(side.verdict, texts)) }
            p.proved { (title(&side.manifest, texts)) }
        }
    }
}

fn left_out(all: usize, most: usize, texts: &Texts) -> Markup {
    html! {
        @if all > most { p.quiet { (texts.format("page-left-out", &[("count", (all - most).into())])) } }
    }
}

/// The verdict of a product or row; a document may not speak of it.
fn judged(of: Option<Verdict>, texts: &Texts) -> Markup {
    html! {
        @match of {
            Some(of) => (badge(of, texts)),
            None => span.none { (verdict(None, texts)) },
        }
    }
}

fn products(drift: &Drift, texts: &Texts) -> Markup {
    let rows: Vec<Row> = drift
        .products
        .iter()
        .take(PRODUCTS)
        .map(|p| Row {
            of: html! { (name(p, texts)) },
            old: judged(p.old, texts),
            new: judged(p.new, texts),
        })
        .collect();
    table(&rows, rows.len(), &texts.get("compare-products"), texts)
}

fn one(product: &ProductDrift, room: &mut usize, texts: &Texts) -> Markup {
    // What only one edition asks for says nothing where the edition does not have the product.
    let both = product.old.is_some() && product.new.is_some();
    html! {
        section {
            h2 { (name(product, texts)) }
            @for change in Change::ALL {
                @let rows = rows(product, change, texts);
                @if !rows.is_empty() {
                    @let heading = texts.get(key(change));
                    @let heading = heading.trim_end_matches(':');
                    h3 { (trend_sign(trend(change))) " " (heading) }
                    @if both {
                        @let most = rows.len().min(ROWS).min(*room);
                        @if most > 0 { (table(&rows, most, heading, texts)) }
                        (left_out(rows.len(), most, texts))
                        @let () = *room -= most;
                    } @else {
                        p { (texts.format("drift-count", &[("count", rows.len().into())])) }
                    }
                }
            }
            p.quiet { (texts.format("drift-unchanged", &[("count", product.unchanged.into())])) }
        }
    }
}

/// A requirement that the PC now meets is good news for it, one that it no longer meets is bad.
fn trend(change: Change) -> Trend {
    match change {
        Change::NowFails => Trend::Worse,
        Change::NowPasses => Trend::Better,
        Change::Other | Change::OldOnly | Change::NewOnly => Trend::Changed,
    }
}

fn rows(product: &ProductDrift, change: Change, texts: &Texts) -> Vec<Row> {
    let requirements = product.changes.iter();
    let requirements = requirements
        .filter(|c| c.change == change && c.shown())
        .map(|c| requirement(product, c, texts));
    let scenarios = product.scenarios.iter();
    let scenarios = scenarios
        .filter(|s| s.change == change)
        .map(|s| scenario(s, texts));
    requirements.chain(scenarios).collect()
}

fn requirement(product: &ProductDrift, row: &RequirementDrift, texts: &Texts) -> Row {
    let side = |result: Option<&CheckResult>| {
        html! {
            (judged(result.map(|r| r.verdict), texts))
            @if let Some(r) = result { " " (texts.code(r.reason)) (told("col-required", &required(r, texts), texts)) }
        }
    };
    let shown = row.new.as_ref().or(row.old.as_ref());
    let id = text::without_product(row.requirement.as_str(), &product.product);
    Row {
        of: html! {
            @if let Some(r) = shown { (text::kind(r, texts)) }
            span.id { (id) }
            @if let Some(r) = shown { (told("col-measured", &words::measured(r, texts).join("; "), texts)) }
        },
        old: side(row.old.as_ref()),
        new: side(row.new.as_ref()),
    }
}

/// What is required, or was found, with the word for it.
fn told(key: &str, words: &str, texts: &Texts) -> Markup {
    let amount = [("what", texts.get(key).into()), ("value", words.into())];
    html! { @if !words.is_empty() { p.proved { (texts.format("amount", &amount)) } } }
}

fn scenario(row: &ScenarioDrift, texts: &Texts) -> Row {
    let side = |s: Option<&ScenarioResult>| {
        html! {
            (judged(s.map(|s| s.verdict), texts))
            @if let Some(s) = s {
                @if s.limited_by.is_some() { " " (limit(s, texts)) }
                (told("col-required", &super::super::describe::needs(s.up, s.down, texts), texts))
            }
        }
    };
    Row {
        of: html! { (words::named("scenario", row.id.as_str(), texts)) },
        old: side(row.old.as_ref()),
        new: side(row.new.as_ref()),
    }
}

fn table(rows: &[Row], most: usize, caption: &str, texts: &Texts) -> Markup {
    let [_, old, new] = COLUMNS.map(|k| texts.get(k));
    html! {
        table.compare {
            caption { (caption) }
            thead { tr { @for key in COLUMNS { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for row in rows.iter().take(most) {
                    tr {
                        th scope="row" { (row.of) }
                        td data-l=(old) { div { (row.old) } }
                        td data-l=(new) { div { (row.new) } }
                    }
                }
            }
        }
    }
}
