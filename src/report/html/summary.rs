//! The top of the page: what a reader sees in ten seconds.

use maud::{Markup, html};

use crate::model::report::ProductVerdict;
use crate::model::requirement::Level;
use crate::model::verdict::Verdict;

use super::super::clean::clean_to;
use super::super::{findings, text, words};
use super::{Page, part};

/// Steps named at the top.
const FIRST_STEPS: usize = 3;

pub(super) fn top(page: &Page<'_>) -> Markup {
    let (report, texts) = (page.report, page.texts);
    html! {
        header.top {
            p.brand { "meetready" span { (page.get("page-title")) } }
            h1 { (part::badge(report.verdict, texts)) " " (text::overall(report.verdict, texts)) }
            (meta(page))
        }
        section.summary aria-labelledby="summary-title" {
            h2 #summary-title { (page.get("page-summary")) }
            @for notice in text::notices(report, texts) {
                p.notice { strong { (page.get("page-notice")) } " " (notice) }
            }
            ul.products { @for product in page.products() { (card(page, product)) } }
            (page.left_out(report.products.len(), page.limits.products))
            h3 { (page.get("head-first-steps")) }
            (steps(page))
        }
    }
}

/// What was judged, when, and against what.
fn meta(page: &Page<'_>) -> Markup {
    let (report, texts) = (page.report, page.texts);
    let name = |n: &Option<String>| {
        n.as_deref()
            .map_or_else(|| "-".to_owned(), |n| clean_to(n, words::NAME))
    };
    let edition = texts.format(
        "page-edition",
        &[
            ("edition", report.manifest.edition.to_string().into()),
            ("document", clean_to(&report.manifest.document, 80).into()),
        ],
    );
    html! {
        dl.meta {
            (part::term(&page.get("page-host"), &name(&report.subject.host)))
            (part::term(&page.get("page-user"), &name(&report.subject.user)))
            (part::term(&page.get("page-time"), &text::collected_at(report, texts)))
            (part::term(&page.get("page-judged"), &edition))
            (part::term(&page.get("page-masking"), &text::masking(report, texts)))
        }
    }
}

fn card(page: &Page<'_>, product: &ProductVerdict) -> Markup {
    let (report, texts) = (page.report, page.texts);
    html! {
        li class={ "product " (part::class(product.verdict)) } {
            h3 { (part::badge(product.verdict, texts)) " " (text::product_name(product, texts)) }
            p { (text::product_sentence(report, product, texts)) }
            (tally(page, product))
            @for line in text::proved(report, product, texts) { p.proved { (line) } }
        }
    }
}

/// How many requirements came to what, as a bar; the sentence beside it says the same in words.
fn tally(page: &Page<'_>, product: &ProductVerdict) -> Markup {
    const WIDTH: usize = 240;
    let shown = [
        Verdict::Fail,
        Verdict::Inconclusive,
        Verdict::Warn,
        Verdict::Pass,
    ];
    let count = |verdict| {
        text::results(page.report, product)
            .filter(|r| r.level != Level::Informative && r.verdict == verdict)
            .count()
    };
    let counts = shown.map(count);
    let all: usize = counts.iter().sum();
    let mut before = 0;
    let parts = shown.iter().zip(counts).map(|(verdict, n)| {
        let (x, end) = (
            before * WIDTH / all.max(1),
            (before + n) * WIDTH / all.max(1),
        );
        before += n;
        (part::class(*verdict), x, end - x)
    });
    html! {
        @if all > 0 {
            svg.tally aria-hidden="true" viewBox={ "0 0 " (WIDTH) " 6" } preserveAspectRatio="none" {
                @for (class, x, width) in parts {
                    @if width > 0 { rect class={ "f-" (class) } x=(x) y="0" width=(width) height="6" {} }
                }
            }
        }
    }
}

fn steps(page: &Page<'_>) -> Markup {
    let steps = findings::first_steps(page.report, &page.found, FIRST_STEPS, page.texts);
    html! {
        @if steps.is_empty() {
            p { (page.get("page-no-steps")) }
        } @else {
            ol.steps {
                @for step in &steps {
                    li { div { (part::owner(step.owner, page.texts)) p { (step.text) } } }
                }
            }
        }
    }
}
