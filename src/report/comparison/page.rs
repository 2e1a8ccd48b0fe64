//! A comparison as one HTML file.

use maud::{Markup, html};

use crate::l10n::Texts;
use crate::model::comparison::{Comparison, Side, Trend};
use crate::model::verdict::Verdict;

use super::super::html::{badge, document, term, trend_badge};
use super::super::words;
use super::{COLUMNS, Row, parts, products, side, trend_sentence};
use crate::report::clean::clean_to;

/// Rows of one table.
const ROWS: usize = 300;

pub(super) fn render(comparison: &Comparison, texts: &Texts) -> String {
    let title = texts.get("compare-title");
    document(
        &title,
        texts,
        &html! {
            header.top {
                p.brand { "meetready" span { (title) } }
                h1 { (trend_badge(comparison.trend, texts)) " " (trend_sentence(comparison, texts)) }
                ul.products {
                    (card(&comparison.before, "compare-col-before", texts))
                    (card(&comparison.after, "compare-col-after", texts))
                }
            }
            @if !comparison.remarks.is_empty() {
                div.remarks { @for r in &comparison.remarks {
                    p.notice { strong { (texts.get("page-notice")) } " " (texts.code(*r)) }
                } }
            }
            section {
                h2 { (texts.get("compare-products")) }
                (table(&products(comparison, texts), &texts.get("compare-products"), texts))
            }
            @for (key, rows, same) in parts(comparison, texts) {
                section {
                    h2 { (texts.get(key)) }
                    @if rows.is_empty() { p { (texts.get("compare-none")) } }
                    @else { (table(&rows, &texts.get(key), texts)) }
                    @if rows.len() > ROWS {
                        p.quiet { (texts.format("page-left-out", &[("count", (rows.len() - ROWS).into())])) }
                    }
                    @if same > 0 { p.quiet { (texts.format("compare-unchanged", &[("count", same.into())])) } }
                }
            }
            section { p.quiet { (texts.get("compare-how")) } p.quiet { (texts.get("page-self-contained")) } }
        },
    )
}

fn card(of: &Side, key: &str, texts: &Texts) -> Markup {
    let class = match of.verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
        Verdict::Inconclusive => "open",
        Verdict::NotApplicable => "na",
    };
    let host = of
        .host
        .as_deref()
        .map_or_else(|| "-".to_owned(), |h| clean_to(h, words::NAME));
    html! {
        li class={ "product " (class) } {
            h2 { (texts.get(key)) " " (badge(of.verdict, texts)) }
            dl.meta { (term(&texts.get("page-host"), &host)) }
            p.proved { (side(of, texts)) }
        }
    }
}

fn table(rows: &[Row], caption: &str, texts: &Texts) -> Markup {
    let [_, _, before, after] = COLUMNS.map(|k| texts.get(k));
    html! {
        table.compare {
            caption { (caption) }
            thead { tr { @for key in COLUMNS { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for row in rows.iter().take(ROWS) {
                    tr {
                        td.verdict { (trend_badge(row.trend, texts)) }
                        th scope="row" { (row.of) }
                        td data-l=(before) { (row.before) }
                        td data-l=(after) { @if row.trend == Trend::Same { (row.after) } @else { strong { (row.after) } } }
                    }
                }
            }
        }
    }
}
