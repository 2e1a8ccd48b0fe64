//! What a processor's name tells, and which lines such a PC would meet.

use crate::l10n::Texts;
use crate::model::cpu_line::{CpuLine, CpuOutcome};
use crate::model::cpu_name::{CpuName, LineUp, line_up};
use crate::model::inventory::OsFamily;
use crate::model::rule::{MemoryRule, Rule};
use crate::model::verdict::Verdict;

use super::clean::clean_to;
use super::describe::describe;
use super::layout::Page;
use super::{RenderOptions, words};

/// A name and what was found out about it.
#[derive(Debug, Clone, Copy)]
pub struct CpuAnswer<'a> {
    /// The name as it was given.
    pub given: &'a str,
    /// What it tells.
    pub name: &'a CpuName,
    /// The lines of the editions.
    pub lines: &'a [CpuLine],
    /// How it stands against them.
    pub outcomes: &'a [CpuOutcome],
}

/// Renders one answer for a terminal. Ends with a line break.
pub fn render_cpu(answer: &CpuAnswer<'_>, options: &RenderOptions) -> String {
    let texts = &Texts::new(options.lang);
    let mut page = Page::new(texts, options.width, options.colour);
    page.heading(&clean_to(answer.given, 100));
    for (what, value) in told(answer.name, texts) {
        page.indented(
            "",
            "  ",
            &texts.format("amount", &[("what", what.into()), ("value", value.into())]),
        );
    }
    if answer.name.contradicted {
        page.line(&texts.get("reason-cpu-name-contradicted-why"));
    }
    let os = match answer.name.vendor.as_deref() {
        Some("apple") => OsFamily::Macos,
        _ => OsFamily::Windows,
    };
    let mut editions: Vec<_> = answer.lines.iter().map(|l| &l.edition).collect();
    editions.dedup();
    for edition in editions {
        page.blank();
        page.line(&texts.format(
            "cpuname-edition",
            &[("edition", edition.to_string().into())],
        ));
        let of_edition: Vec<(&CpuLine, &CpuOutcome)> = answer
            .outcomes
            .iter()
            .filter_map(|o| Some((answer.lines.get(o.line)?, o)))
            .filter(|(line, _)| line.edition == *edition)
            .collect();
        if of_edition.is_empty() {
            page.line(&texts.get("cpuname-no-line"));
            continue;
        }
        let header = [
            "cpuname-col-verdict",
            "cpuname-col-line",
            "cpuname-col-why",
            "cpuname-col-beside",
        ]
        .map(|key| texts.get(key));
        let rows: Vec<Vec<String>> = of_edition
            .iter()
            .map(|(line, outcome)| row(line, **outcome, os, texts))
            .collect();
        page.table(&header, &rows);
    }
    page.blank();
    page.line(&texts.get("cpuname-closing"));
    page.finish()
}

fn row(line: &CpuLine, outcome: CpuOutcome, os: OsFamily, texts: &Texts) -> Vec<String> {
    let name = clean_to(&line.product_name, words::NAME);
    let variants: Vec<String> = line
        .variants
        .iter()
        .map(|v| words::named("variant", v.as_str(), texts))
        .collect();
    let product = if variants.is_empty() {
        name
    } else {
        texts.format(
            "product-variant",
            &[
                ("product", name.into()),
                ("variant", variants.join(", ").into()),
            ],
        )
    };
    let why = texts.get(&format!("reason-{}", outcome.reason.code()));
    let memory = line.beside.iter().filter_map(|(_, rule)| match rule {
        Rule::Memory(rule) => Some(rule.at_least),
        _ => None,
    });
    let memory = memory.max().map(|at_least| {
        texts.format(
            "amount",
            &[
                ("what", texts.get("kind-memory").into()),
                (
                    "value",
                    describe(&Rule::Memory(MemoryRule { at_least }), texts).into(),
                ),
            ],
        )
    });
    let systems = line.beside.iter().filter_map(|(_, rule)| {
        let Rule::Os(rule) = rule else { return None };
        let mut rule = rule.clone();
        rule.listed.retain(|listed| listed.family == os);
        Some(describe(&Rule::Os(rule), texts)).filter(|words| !words.is_empty())
    });
    let mut beside: Vec<String> = memory.into_iter().chain(systems).collect();
    beside.dedup();
    let beside = match outcome.verdict {
        // Nothing helps where the processor is the wrong one.
        Verdict::Fail => String::new(),
        _ => beside.join("; "),
    };
    vec![
        texts.code(outcome.verdict),
        format!(
            "{product}\n{} ({})",
            line.requirement,
            texts.code(line.level)
        ),
        why,
        beside,
    ]
}

/// Each part of the name in words; what it does not tell says so.
fn told(name: &CpuName, texts: &Texts) -> Vec<(String, String)> {
    let unknown = || texts.get("cpuname-not-told");
    let or_unknown = |value: Option<String>| value.unwrap_or_else(unknown);
    let id = |id: &Option<String>| id.as_deref().map(|id| words::named("cpu", id, texts));
    let sold = line_up(name);
    let mut family = or_unknown(id(&name.tier));
    if let Some(model) = name.model.as_deref() {
        family = format!("{family} ({})", clean_to(model, words::NAME));
    }
    let mut out = vec![
        (texts.get("cpuname-vendor"), or_unknown(id(&name.vendor))),
        (texts.get("what-cpu-tier"), family),
    ];
    out.push(match (name.makers_series(), name.generation) {
        (Some(series), _) => (texts.get("cpuname-series"), series.to_string()),
        (None, generation) => (
            texts.get("what-cpu-generation"),
            or_unknown(generation.map(|g| g.to_string())),
        ),
    });
    out.push((
        texts.get("what-cpu-segment"),
        or_unknown(name.segment.map(|s| texts.code(s))),
    ));
    if let Some(suffix) = name.suffix.as_deref() {
        out.push((texts.get("cpuname-suffix"), clean_to(suffix, words::NAME)));
    }
    out.push((
        texts.get("what-cores"),
        or_unknown(sold.map(|s| cores(s, texts))),
    ));
    out.push((
        texts.get("what-base-clock"),
        or_unknown(name.base_clock.map(words::clock)),
    ));
    out
}

fn cores(sold: LineUp, texts: &Texts) -> String {
    match (sold.performance, sold.efficiency) {
        (Some(performance), Some(efficiency)) => texts.format(
            "cpuname-cores-of-kinds",
            &[
                ("cores", u64::from(sold.cores).into()),
                ("performance", u64::from(performance).into()),
                ("efficiency", u64::from(efficiency).into()),
            ],
        ),
        _ => sold.cores.to_string(),
    }
}
