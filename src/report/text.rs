//! The report for a terminal: verdict, limits and first steps at the top, evidence below.

use std::collections::BTreeSet;

use crate::l10n::Texts;
use crate::model::evidence::Redaction;
use crate::model::ids::{ProductId, VariantId};
use crate::model::reason::Owner;
use crate::model::report::{
    CheckResult, LimitedBy, ProductVerdict, Readiness, Report, ScenarioResult,
};
use crate::model::requirement::{Level, Source};
use crate::model::verdict::Verdict;

use super::RenderOptions;
use super::clean::{clean, clean_to};
use super::exit::exit_meaning;
use super::findings::{self, Finding};
use super::layout::Page;
use super::{facts, firewall, network, words};

/// Steps named at the top.
const FIRST_STEPS: usize = 3;
/// Requirement ids named under a finding.
const IDS: usize = 8;
/// Places in the document named under a finding.
const SOURCES: usize = 3;
/// Lines of network readings.
const NETWORK_LINES: usize = 60;

pub(super) fn render(report: &Report, texts: &Texts, options: &RenderOptions) -> String {
    let mut page = Page::new(texts, options.width, options.colour);
    let found = findings::gather(report);
    top(&mut page, report, &found);
    for product in &report.products {
        requirements(&mut page, report, product);
    }
    scenarios(&mut page, report);
    list_findings(&mut page, report, &found);
    firewall::section(&mut page, report);
    list_facts(&mut page, report);
    list_network(&mut page, report);
    foot(&mut page, report);
    page.finish()
}

fn top(page: &mut Page<'_>, report: &Report, found: &[Finding<'_>]) {
    let texts = page.texts;
    page.verdict_line(report.verdict, &overall(report.verdict, texts));
    for product in &report.products {
        page.verdict_line(product.verdict, &product_sentence(report, product, texts));
        for line in proved(report, product, texts) {
            page.indented("      ", "      ", &line);
        }
    }
    for notice in notices(report, texts) {
        page.blank();
        page.indented("! ", "  ", &notice);
    }
    let steps = findings::first_steps(report, found, FIRST_STEPS, texts);
    if !steps.is_empty() {
        page.heading(&texts.get("head-first-steps"));
        for (i, step) in steps.iter().enumerate() {
            let text = by_owner(step.owner, &step.text, texts);
            page.indented(&format!("{}. ", i + 1), "   ", &text);
        }
    }
}

/// The verdict of the whole report as a sentence.
pub(super) fn overall(verdict: Verdict, texts: &Texts) -> String {
    texts.get(match verdict {
        Verdict::Pass => "overall-pass",
        Verdict::Warn => "overall-warn",
        Verdict::Fail => "overall-fail",
        Verdict::Inconclusive => "overall-inconclusive",
        Verdict::NotApplicable => "overall-not-applicable",
    })
}

pub(super) fn by_owner(owner: Option<Owner>, text: &str, texts: &Texts) -> String {
    match owner {
        Some(owner) => texts.format(
            "by-owner",
            &[("owner", texts.code(owner).into()), ("text", text.into())],
        ),
        None => text.to_owned(),
    }
}

fn of_product(product: &ProductVerdict, id: &ProductId, variant: Option<&VariantId>) -> bool {
    product.product == *id && product.variant.as_ref() == variant
}

/// The results of one product.
pub(super) fn results<'a>(
    report: &'a Report,
    product: &'a ProductVerdict,
) -> impl Iterator<Item = &'a CheckResult> {
    report
        .results
        .iter()
        .filter(|r| of_product(product, &r.product, r.variant.as_ref()))
}

pub(super) fn product_name(product: &ProductVerdict, texts: &Texts) -> String {
    let name = words::product(
        &product.name,
        product.variant.as_ref().map(VariantId::as_str),
        texts,
    );
    match &product.policy {
        Some(policy) => texts.format(
            "policy-name",
            &[
                ("name", name.into()),
                ("publisher", clean_to(&policy.publisher, words::NAME).into()),
            ],
        ),
        None => name,
    }
}

/// Where each own policy is from, and that it is none of the vendor's.
pub(super) fn policy_lines(report: &Report, texts: &Texts) -> Vec<String> {
    let own = report.products.iter();
    own.filter_map(|product| {
        let policy = product.policy.as_ref()?;
        let sha: String = clean(&policy.sha256).chars().take(12).collect();
        Some(texts.format(
            "policy-against",
            &[
                ("name", clean_to(&product.name, words::NAME).into()),
                ("publisher", clean_to(&policy.publisher, words::NAME).into()),
                ("date", clean_to(&policy.as_of, 20).into()),
                ("sha", sha.into()),
            ],
        ))
    })
    .collect()
}

/// One sentence on a product, with what was found how often.
pub(super) fn product_sentence(report: &Report, product: &ProductVerdict, texts: &Texts) -> String {
    let count = |verdict: Verdict| {
        results(report, product)
            .filter(|r| r.level != Level::Informative && r.verdict == verdict)
            .count()
    };
    let key = match product.verdict {
        Verdict::Pass => "product-pass",
        Verdict::Warn => "product-warn",
        Verdict::Fail => "product-fail",
        Verdict::Inconclusive => "product-inconclusive",
        Verdict::NotApplicable => "product-not-applicable",
    };
    texts.format(
        key,
        &[
            ("product", product_name(product, texts).into()),
            ("failed", count(Verdict::Fail).into()),
            ("warned", count(Verdict::Warn).into()),
            ("open", count(Verdict::Inconclusive).into()),
            ("passed", count(Verdict::Pass).into()),
        ],
    )
}

fn weight(s: &ScenarioResult) -> u64 {
    let most = |n: Option<crate::model::rule::Need>| n.map_or(0, |n| n.upper_kbps.bps().0);
    most(s.up).saturating_add(most(s.down))
}

/// The most demanding scenario that the line carries, and what keeps the least demanding other one.
pub(super) fn proved(report: &Report, product: &ProductVerdict, texts: &Texts) -> Vec<String> {
    let all: Vec<&ScenarioResult> = report
        .scenarios
        .iter()
        .filter(|s| of_product(product, &s.product, s.variant.as_ref()))
        .filter(|s| s.verdict != Verdict::NotApplicable)
        .collect();
    if all.is_empty() {
        return Vec::new();
    }
    let name = |s: &ScenarioResult| words::named("scenario", s.id.as_str(), texts);
    let best = match &product.carries {
        Some(id) => all.iter().find(|s| s.id == *id),
        // Reports of earlier versions do not name it.
        None => all
            .iter()
            .filter(|s| s.readiness.is_none())
            .filter(|s| matches!(s.verdict, Verdict::Pass | Verdict::Warn))
            .max_by_key(|s| weight(s)),
    };
    let own = report
        .evidence
        .network
        .as_ref()
        .is_some_and(network::only_self);
    let mut lines = vec![match best {
        Some(s) => {
            let key = match s.readiness {
                Some(Readiness::Tight) => "carries-tight",
                _ => "carries-ready",
            };
            texts.format(
                key,
                &[
                    ("scenario", name(s).into()),
                    ("need", super::describe::needs(s.up, s.down, texts).into()),
                ],
            )
        }
        None if own => texts.get("carries-self"),
        None => texts.get("carries-none"),
    }];
    let limits = |s: &&&ScenarioResult| matches!(s.verdict, Verdict::Fail | Verdict::Inconclusive);
    if let Some(s) = all.iter().filter(limits).min_by_key(|s| weight(s)) {
        let limit = s.limited_by.unwrap_or(LimitedBy::NotMeasured);
        lines.push(texts.format(
            "limited-from",
            &[
                ("scenario", name(s).into()),
                ("limit", texts.code(limit).into()),
            ],
        ));
    }
    lines
}

/// What a reader must know before believing the rest.
pub(super) fn notices(report: &Report, texts: &Texts) -> Vec<String> {
    let mut out = Vec::new();
    match &report.evidence.network {
        None => out.push(texts.get("notice-no-network")),
        Some(n) if network::only_self(n) => out.push(texts.get("notice-self")),
        Some(n) => {
            for r in n.reflectors.iter().filter(|r| r.failure.is_some()) {
                let came = r.failure.as_ref().map(|f| network::failure(f, texts));
                out.push(texts.format(
                    "notice-reflector",
                    &[
                        ("address", clean_to(&r.address, words::NAME).into()),
                        ("came", came.unwrap_or_default().into()),
                    ],
                ));
            }
        }
    }
    if report.subject.from_sysroot {
        out.push(texts.get("notice-sysroot"));
    }
    if report.manifest.participants > 1 {
        let count = u64::from(report.manifest.participants);
        out.push(texts.format("notice-participants", &[("count", count.into())]));
    }
    out
}

fn order(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Inconclusive => 1,
        Verdict::Warn => 2,
        Verdict::Pass => 3,
        Verdict::NotApplicable => 4,
    }
}

/// The end of a source's section path, which names the row.
pub(super) fn short_source(source: &Source, texts: &Texts) -> String {
    let mut short = source.clone();
    if let Some((_, row)) = source.section.rsplit_once(" > ") {
        row.clone_into(&mut short.section);
    }
    words::source(&short, texts)
}

fn requirements(page: &mut Page<'_>, report: &Report, product: &ProductVerdict) {
    let texts = page.texts;
    page.heading(&texts.format(
        "head-requirements",
        &[("product", product_name(product, texts).into())],
    ));
    // Bandwidth has its own table, one row a scenario.
    let (bandwidth, shown): (Vec<&CheckResult>, Vec<&CheckResult>) = shown(report, product)
        .into_iter()
        .partition(|r| r.kind == "bandwidth");
    let hidden = results(report, product).count() - shown.len() - bandwidth.len();
    if shown.is_empty() {
        page.line(&texts.get("no-requirements"));
    } else {
        let header = ["col-result", "col-item", "col-required", "col-measured"];
        let rows: Vec<Vec<String>> = shown.iter().map(|r| row(r, texts)).collect();
        page.table(&header.map(|k| texts.get(k)), &rows);
    }
    if hidden > 0 {
        page.line(&texts.format("hidden-requirements", &[("count", hidden.into())]));
    }
}

/// The results of one product that say something about this PC, the worst first.
pub(super) fn shown<'a>(report: &'a Report, product: &'a ProductVerdict) -> Vec<&'a CheckResult> {
    let mut shown: Vec<&CheckResult> = results(report, product)
        .filter(|r| r.verdict != Verdict::NotApplicable)
        .collect();
    shown.sort_by_key(|r| order(r.verdict));
    shown
}

/// The kind of a result's requirement in words.
pub(super) fn kind(result: &CheckResult, texts: &Texts) -> String {
    kind_name(&result.kind, texts)
}

/// A kind of requirement in words.
pub(super) fn kind_name(kind: &str, texts: &Texts) -> String {
    let name = texts.get(&format!("kind-{kind}"));
    if name.starts_with("kind-") {
        clean_to(kind, 20)
    } else {
        name
    }
}

/// The requirement's id without the product, which the heading above names.
pub(super) fn short_id(result: &CheckResult) -> &str {
    without_product(result.requirement.as_str(), &result.product)
}

/// A requirement's id without its product.
pub(super) fn without_product<'a>(id: &'a str, product: &ProductId) -> &'a str {
    id.strip_prefix(product.as_str())
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(id)
}

/// What was found, and why it is not enough or not known.
pub(super) fn measured_and_why(result: &CheckResult, texts: &Texts) -> Vec<String> {
    let mut measured = words::measured(result, texts);
    if result.verdict != Verdict::Pass || measured.is_empty() {
        let title = texts.code(result.reason);
        measured.push(texts.format("because", &[("reason", title.into())]));
    }
    measured
}

fn row(result: &CheckResult, texts: &Texts) -> Vec<String> {
    let level = match result.level {
        Level::Required => String::new(),
        level => format!(" ({})", texts.code(level)),
    };
    vec![
        texts.code(result.verdict),
        format!("{}{level}\n{}", kind(result, texts), short_id(result)),
        words::required(result, texts).join("\n"),
        measured_and_why(result, texts).join("\n"),
    ]
}

/// The product and variant of a scenario, as they are asked for.
pub(super) fn target_of(s: &ScenarioResult) -> String {
    s.variant
        .as_ref()
        .map_or_else(|| s.product.to_string(), |v| format!("{}:{v}", s.product))
}

fn scenarios(page: &mut Page<'_>, report: &Report) {
    let texts = page.texts;
    let shown: Vec<&ScenarioResult> = report
        .scenarios
        .iter()
        .filter(|s| s.verdict != Verdict::NotApplicable)
        .collect();
    if shown.is_empty() {
        return;
    }
    page.heading(&texts.get("head-scenarios"));
    let need = |n: Option<crate::model::rule::Need>| n.map_or_else(|| "-".to_owned(), words::need);
    let got = |b: Option<crate::model::units::Bps>| b.map_or_else(|| "-".to_owned(), words::rate);
    let several = report.products.len() > 1;
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|s| {
            let mut name = words::named("scenario", s.id.as_str(), texts);
            if several {
                name = format!("{name}\n{}", target_of(s));
            }
            vec![
                s.readiness
                    .map_or_else(|| texts.code(s.verdict), |r| texts.code(r)),
                name,
                format!("{} / {}", need(s.up), need(s.down)),
                format!("{} / {}", got(s.up_bps), got(s.down_bps)),
                at_once(s, texts),
                s.limited_by
                    .map_or_else(|| "-".to_owned(), |l| texts.code(l)),
            ]
        })
        .collect();
    let header = [
        "col-result",
        "col-scenario",
        "col-need",
        "col-proved",
        "col-at-once",
        "col-limit",
    ];
    page.table(&header.map(|k| texts.get(k)), &rows);
}

/// Where the requirements of a finding stand, at most so many places.
pub(super) fn sources(finding: &Finding<'_>, most: usize, texts: &Texts) -> String {
    let sources: BTreeSet<String> = finding
        .results
        .iter()
        .map(|r| short_source(&r.source, texts))
        .collect();
    words::listed(sources, most, texts)
}

/// How many at once the proved rates carry.
pub(super) fn at_once(s: &ScenarioResult, texts: &Texts) -> String {
    let count = s.at_once.map_or_else(|| "-".to_owned(), |n| n.to_string());
    if s.beyond_test {
        texts.format("beyond-test", &[("count", count.into())])
    } else {
        count
    }
}

fn list_findings(page: &mut Page<'_>, report: &Report, found: &[Finding<'_>]) {
    let texts = page.texts;
    if found.is_empty() {
        return;
    }
    page.heading(&texts.get("head-findings"));
    for finding in found {
        page.verdict_line(finding.verdict, &texts.code(finding.reason));
        let indent = "      ";
        let why = texts.get(&format!("reason-{}-why", finding.reason.code()));
        page.indented(indent, indent, &why);
        let ids = words::listed(findings::requirements(finding), IDS, texts);
        page.indented(
            indent,
            indent,
            &texts.format("finding-for", &[("requirements", ids.into())]),
        );
        let sources = sources(finding, SOURCES, texts);
        page.indented(
            indent,
            indent,
            &texts.format("show-source", &[("source", sources.into())]),
        );
        if let Some(next) = findings::next_step(report, finding, texts) {
            let next = by_owner(finding.owner, &next, texts);
            page.indented(
                indent,
                indent,
                &texts.format("finding-next", &[("next", next.into())]),
            );
        }
    }
}

fn list_facts(page: &mut Page<'_>, report: &Report) {
    let texts = page.texts;
    page.heading(&texts.get("head-facts"));
    let rows: Vec<Vec<String>> = facts::rows(&report.evidence.inventory, texts)
        .into_iter()
        .map(|r| vec![r.label, r.value, r.source])
        .collect();
    let header = ["col-fact", "col-value", "col-read-from"];
    page.table(&header.map(|k| texts.get(k)), &rows);
}

fn list_network(page: &mut Page<'_>, report: &Report) {
    let texts = page.texts;
    let Some(evidence) = &report.evidence.network else {
        return;
    };
    page.heading(&texts.get("head-network"));
    let lines = network::lines(evidence, texts);
    if lines.is_empty() {
        page.line(&texts.get("none"));
    }
    for line in lines.iter().take(NETWORK_LINES) {
        // Lines that belong to the one before them are set in.
        let lead = if line.starts_with(' ') { "  " } else { "" };
        page.indented(lead, "    ", line.trim_start());
    }
    if lines.len() > NETWORK_LINES {
        page.line(&more(lines.len() - NETWORK_LINES, texts));
    }
}

pub(super) fn more(count: usize, texts: &Texts) -> String {
    texts.format("more-lines", &[("count", count.into())])
}

/// The document, edition and publisher that were judged against.
pub(super) fn edition_line(report: &Report, texts: &Texts) -> String {
    let m = &report.manifest;
    texts.format(
        "judged-against",
        &[
            ("edition", m.edition.to_string().into()),
            ("document", clean_to(&m.document, 80).into()),
            ("publisher", clean_to(&m.publisher, 80).into()),
            (
                "sha",
                clean(&m.sha256).chars().take(12).collect::<String>().into(),
            ),
        ],
    )
}

/// Which program wrote the report.
pub(super) fn tool_line(report: &Report, texts: &Texts) -> String {
    texts.format(
        "made-by",
        &[
            ("name", clean_to(&report.tool.name, 40).into()),
            ("version", clean_to(&report.tool.version, 40).into()),
            ("time", collected_at(report, texts).into()),
        ],
    )
}

/// When the readings were taken.
pub(super) fn collected_at(report: &Report, texts: &Texts) -> String {
    report.evidence.collected_at.map_or_else(
        || texts.get("time-unknown"),
        |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// The device, and what was masked.
pub(super) fn subject_line(report: &Report, texts: &Texts) -> String {
    let name = |n: &Option<String>| {
        n.as_deref()
            .map_or_else(|| "-".to_owned(), |n| clean_to(n, words::NAME))
    };
    texts.format(
        "subject",
        &[
            ("host", name(&report.subject.host).into()),
            ("user", name(&report.subject.user).into()),
            ("masked", masking(report, texts).into()),
        ],
    )
}

/// What was masked.
pub(super) fn masking(report: &Report, texts: &Texts) -> String {
    texts.get(match report.subject.redaction {
        None => "masked-none",
        Some(Redaction::Internal) => "masked-internal",
        Some(Redaction::Public) => "masked-public",
    })
}

/// Where and by whom it was installed, where somebody said.
pub(super) fn sign_off_line(report: &Report, texts: &Texts) -> Option<String> {
    let sign_off = report.sign_off.as_ref()?;
    let name = |n: &Option<String>| {
        n.as_deref()
            .map_or_else(|| "-".to_owned(), |n| clean_to(n, words::NAME))
    };
    Some(texts.format(
        "sign-line",
        &[
            ("site", name(&sign_off.site).into()),
            ("room", name(&sign_off.room).into()),
            ("installer", name(&sign_off.installer).into()),
        ],
    ))
}

fn foot(page: &mut Page<'_>, report: &Report) {
    let texts = page.texts;
    page.heading(&texts.get("head-about"));
    page.line(&edition_line(report, texts));
    for line in policy_lines(report, texts) {
        page.line(&line);
    }
    page.line(&subject_line(report, texts));
    if let Some(line) = sign_off_line(report, texts) {
        page.line(&line);
        page.blank();
        for key in ["sign-by-installer", "sign-by-customer"] {
            let (who, date) = (texts.get(key), texts.get("sign-date"));
            page.line(&format!(
                "{who}: ____________________  {date}: ____________"
            ));
        }
        page.blank();
    }
    page.line(&tool_line(report, texts));
    page.line(&exit_meaning(report.verdict, texts));
}
