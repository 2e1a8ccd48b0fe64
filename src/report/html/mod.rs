//! The report as one HTML file: no script, no outside reference, for the screen, the phone and paper.
//!
//! maud writes every tag, so that tags balance and every text is escaped; what comes from outside has also gone through
//! [`clean`](super::clean). The style sheet stands in the file and is allowed by its hash, and nothing else may load:
//! a report that a mail carries can do nothing, whatever names stand in it.

mod charts;
mod evidence;
mod network;
mod part;
mod ports;
mod sign;
mod summary;
mod tables;
mod watch;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::l10n::Texts;
use crate::model::report::{ProductVerdict, Report};

pub(super) use part::{badge, class, trend as trend_badge, trend_sign};

use super::clean::clean_to;
use super::exit::exit_meaning;
use super::{findings, text, words};

/// The one style sheet of every page.
const STYLE: &str = include_str!("style.css");

/// A page stays below this, so that any mail takes it.
pub(super) const MOST_BYTES: usize = 295_000;

/// A row with its evidence takes more than 300 bytes, so that more rows than this do not fit.
const MOST_ROWS: usize = 1_000;

/// How much of a report that is larger than a page is shown; the JSON form holds all of it.
#[derive(Clone, Copy)]
struct Limits {
    /// Products told of.
    products: usize,
    /// Rows of one table.
    rows: usize,
    /// Findings, and readings of the network of one kind.
    findings: usize,
    /// Results of one product whose evidence is spelled out, the worst first.
    evidence: usize,
    /// Readings and notes are spelled out at each result; else once for all results.
    inline: bool,
}

/// From everything to what fits in any case.
const LIMITS: [Limits; 7] = [
    Limits {
        products: 400,
        rows: 4_000,
        findings: 2_000,
        evidence: 4_000,
        inline: true,
    },
    Limits {
        products: 400,
        rows: 4_000,
        findings: 2_000,
        evidence: 4_000,
        inline: false,
    },
    Limits {
        products: 60,
        rows: 200,
        findings: 100,
        evidence: 24,
        inline: false,
    },
    Limits {
        products: 60,
        rows: 100,
        findings: 60,
        evidence: 8,
        inline: false,
    },
    Limits {
        products: 30,
        rows: 60,
        findings: 60,
        evidence: 3,
        inline: false,
    },
    Limits {
        products: 12,
        rows: 24,
        findings: 24,
        evidence: 2,
        inline: false,
    },
    Limits {
        products: 8,
        rows: 8,
        findings: 8,
        evidence: 0,
        inline: false,
    },
];

/// What every part of the page is drawn from.
struct Page<'a> {
    limits: Limits,
    report: &'a Report,
    texts: &'a Texts,
    found: Vec<findings::Finding<'a>>,
    readings: evidence::Readings,
}

impl<'a> Page<'a> {
    /// The products that there is room for.
    fn products(&self) -> impl Iterator<Item = &'a ProductVerdict> {
        self.report.products.iter().take(self.limits.products)
    }

    /// What is said of a list that was cut.
    fn left_out(&self, all: usize, most: usize) -> Markup {
        html! {
            @if all > most {
                p.quiet { (self.texts.format("page-left-out", &[("count", (all - most).into())])) }
            }
        }
    }
    fn get(&self, key: &str) -> String {
        self.texts.get(key)
    }
}

/// A part of the page that the list of contents leads to.
struct Section {
    id: &'static str,
    title: String,
    body: Markup,
}

pub(super) fn render(report: &Report, texts: &Texts) -> String {
    // So many rows never fit: drawing them all only to drop them would take seconds.
    let rows: usize = report
        .products
        .iter()
        .map(|p| text::results(report, p).count())
        .sum();
    let from = usize::from(rows > MOST_ROWS);
    let mut page = Page {
        limits: LIMITS[from],
        report,
        texts,
        found: findings::gather(report),
        readings: evidence::Readings::of(report, texts),
    };
    let mut out = whole(&page);
    for limits in &LIMITS[from + 1..] {
        if out.len() < MOST_BYTES {
            break;
        }
        page.limits = *limits;
        out = whole(&page);
    }
    out
}

fn whole(page: &Page<'_>) -> String {
    let (report, texts) = (page.report, page.texts);
    let mut sections: Vec<Section> = Vec::new();
    let mut add = |id, key: &str, body: Option<Markup>| {
        sections.extend(body.map(|body| Section {
            id,
            title: texts.get(key),
            body,
        }));
    };
    add(
        "requirements",
        "page-requirements",
        Some(tables::requirements(page)),
    );
    add("scenarios", "head-scenarios", tables::scenarios(page));
    add("findings", "head-findings", tables::findings(page));
    add("firewall", "firewall-title", tables::firewall(page));
    add("network", "page-network", network::section(page));
    add("pc", "head-facts", Some(tables::facts(page)));
    add("evidence", "page-evidence", evidence::section(page));
    add("about", "head-about", Some(about(page)));
    let host = report
        .subject
        .host
        .as_deref()
        .map(|h| clean_to(h, words::NAME));
    let title = match host {
        Some(host) => texts.format("page-title-of", &[("host", host.into())]),
        None => texts.get("page-title"),
    };
    document(
        &title,
        texts,
        &html! {
            (summary::top(page))
            (sign::section(page))
            nav.contents aria-labelledby="contents" {
                h2 #contents { (texts.get("page-contents")) }
                ul { @for s in &sections { li { a href={ "#" (s.id) } { (s.title) } } } }
            }
            @for s in &sections {
                section #(s.id) aria-labelledby={ (s.id) "-title" } {
                    h2 #{ (s.id) "-title" } { (s.title) }
                    (s.body)
                }
            }
        },
    )
}

/// The frame of a page around its main part.
pub(super) fn document(title: &str, texts: &Texts, main: &Markup) -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang=(texts.lang()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { (texts.get("page-skip")) }
                (part::icons())
                main #main { (main) }
            }
        }
    };
    let mut out = page.into_string();
    out.push('\n');
    out
}

fn about(page: &Page<'_>) -> Markup {
    let (report, texts) = (page.report, page.texts);
    html! {
        ul.plain {
            li { (text::edition_line(report, texts)) }
            li { (text::subject_line(report, texts)) }
            li { (text::tool_line(report, texts)) }
            li { (exit_meaning(report.verdict, texts)) }
            li { (texts.get("page-self-contained")) }
        }
    }
}
