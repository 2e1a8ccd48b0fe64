//! One run under two editions: what passed then and fails now, and the reverse.

mod page;

use crate::l10n::Texts;
use crate::model::drift::{Change, Drift, ProductDrift, RequirementDrift, ScenarioDrift};
use crate::model::ids::VariantId;
use crate::model::report::{CheckResult, LimitedBy, ManifestRef, ScenarioResult};
use crate::model::verdict::Verdict;

use super::clean::clean_to;
use super::layout::Page;
use super::{Format, RenderOptions, json, words};

/// Renders a comparison as JSON or HTML, else as text. Ends with a line break.
pub fn render_drift(drift: &Drift, format: Format, options: &RenderOptions) -> String {
    let texts = &Texts::new(options.lang);
    match format {
        Format::Json => json(drift),
        Format::Html => page::render(drift, texts),
        Format::Text
        | Format::Ticket
        | Format::Firewall
        | Format::FirewallCsv
        | Format::Room
        | Format::OneLine
        | Format::JsonLines
        | Format::Junit => terminal(drift, texts, options),
    }
}

fn terminal(drift: &Drift, texts: &Texts, options: &RenderOptions) -> String {
    let mut page = Page::new(texts, options.width, options.colour);
    page.line(&texts.format(
        "drift-old",
        &[("edition", title(&drift.old.manifest, texts).into())],
    ));
    page.verdict_line(
        drift.old.verdict,
        &super::text::overall(drift.old.verdict, texts),
    );
    page.line(&texts.format(
        "drift-new",
        &[("edition", title(&drift.new.manifest, texts).into())],
    ));
    page.verdict_line(
        drift.new.verdict,
        &super::text::overall(drift.new.verdict, texts),
    );
    page.indented("! ", "  ", &texts.get("drift-documents"));
    if drift.publishers_differ {
        page.indented("! ", "  ", &texts.get("note-two-publishers"));
    }
    for product in &drift.products {
        one(&mut page, product);
    }
    page.finish()
}

fn title(manifest: &ManifestRef, texts: &Texts) -> String {
    texts.format(
        "drift-title",
        &[
            ("edition", manifest.edition.to_string().into()),
            ("document", clean_to(&manifest.document, 80).into()),
            ("publisher", clean_to(&manifest.publisher, 80).into()),
        ],
    )
}

fn verdict(verdict: Option<Verdict>, texts: &Texts) -> String {
    verdict.map_or_else(|| texts.get("diff-not-printed"), |v| texts.code(v))
}

fn name(product: &ProductDrift, texts: &Texts) -> String {
    let variant = product.variant.as_ref().map(VariantId::as_str);
    words::product(&product.name, variant, texts)
}

fn one(page: &mut Page<'_>, product: &ProductDrift) {
    let texts = page.texts;
    page.heading(&texts.format(
        "drift-product",
        &[
            ("product", name(product, texts).into()),
            ("old", verdict(product.old, texts).into()),
            ("new", verdict(product.new, texts).into()),
        ],
    ));
    // What only one edition asks for says nothing where the edition does not have the product.
    let both = product.old.is_some() && product.new.is_some();
    for change in Change::ALL {
        let rows: Vec<&RequirementDrift> = product
            .changes
            .iter()
            .filter(|c| c.change == change && c.shown())
            .collect();
        let scenarios: Vec<&ScenarioDrift> = product
            .scenarios
            .iter()
            .filter(|s| s.change == change)
            .collect();
        if rows.is_empty() && scenarios.is_empty() {
            continue;
        }
        page.line(&texts.get(key(change)));
        if !both {
            page.indented(
                "- ",
                "  ",
                &texts.format("drift-count", &[("count", rows.len().into())]),
            );
            continue;
        }
        let rows = rows.into_iter().map(|row| requirement(row, texts));
        for group in folded(rows) {
            show(page, &group);
        }
        for group in folded(scenarios.into_iter().map(|row| scenario(row, texts))) {
            show(page, &group);
        }
    }
    page.line(&texts.format("drift-unchanged", &[("count", product.unchanged.into())]));
}

fn key(change: Change) -> &'static str {
    match change {
        Change::NowFails => "drift-now-fails",
        Change::NowPasses => "drift-now-passes",
        Change::Other => "drift-other",
        Change::OldOnly => "drift-old-only",
        Change::NewOnly => "drift-new-only",
    }
}

impl RequirementDrift {
    /// Bandwidth is told scenario by scenario.
    fn shown(&self) -> bool {
        let kind = self
            .new
            .as_ref()
            .or(self.old.as_ref())
            .map(|r| r.kind.as_str());
        kind != Some("bandwidth")
    }
}

/// What the edition asks for.
fn required(result: &CheckResult, texts: &Texts) -> String {
    let required = words::required(result, texts).join("; ");
    if required.is_empty() {
        "-".to_owned()
    } else {
        required
    }
}

/// What keeps a scenario from being proved.
fn limit(scenario: &ScenarioResult, texts: &Texts) -> String {
    let limit = scenario.limited_by;
    limit.map_or_else(|| "-".to_owned(), |l| texts.code(l))
}

fn outcome(result: &CheckResult, texts: &Texts) -> String {
    texts.format(
        "drift-outcome",
        &[
            ("verdict", texts.code(result.verdict).into()),
            ("reason", texts.code(result.reason).into()),
            ("required", required(result, texts).into()),
        ],
    )
}

/// Rows with the same cause, shown as one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    /// What changed: requirements or scenarios.
    names: Vec<String>,
    /// What was measured, and the outcome then and now.
    measured: Option<String>,
    sides: Vec<String>,
}

/// Joins rows that differ in nothing but their name, in the order of the first of each.
fn folded(rows: impl Iterator<Item = Group>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let same = |g: &&mut Group| g.measured == row.measured && g.sides == row.sides;
        match groups.iter_mut().find(same) {
            Some(group) => group.names.extend(row.names),
            None => groups.push(row),
        }
    }
    groups
}

fn show(page: &mut Page<'_>, group: &Group) {
    let names = group.names.join("; ");
    let line = match &group.measured {
        Some(m) => format!("{names}: {m}"),
        None => names,
    };
    page.indented("- ", "  ", &line);
    for side in &group.sides {
        page.indented("    ", "      ", side);
    }
}

fn requirement(row: &RequirementDrift, texts: &Texts) -> Group {
    let measured = row
        .new
        .as_ref()
        .or(row.old.as_ref())
        .map(|r| words::measured(r, texts).join("; "))
        .filter(|m| !m.is_empty());
    let sides = [("diff-was", &row.old), ("diff-is", &row.new)];
    let sides = sides.into_iter().filter_map(|(key, result)| {
        let words = outcome(result.as_ref()?, texts).into();
        Some(texts.format(key, &[("words", words)]))
    });
    Group {
        names: vec![row.requirement.to_string()],
        measured,
        sides: sides.collect(),
    }
}

fn scenario(row: &ScenarioDrift, texts: &Texts) -> Group {
    // Where the line is the limit, or one edition has nothing to compare with, the need is what counts. A cause that
    // fails every scenario, such as the processor, is told once for all of them.
    let sides = [("diff-was", &row.old), ("diff-is", &row.new)];
    let with_need = sides.iter().any(|(_, s)| match s {
        Some(s) => by_need(s),
        None => true,
    });
    let side = |s: &ScenarioResult| {
        let verdict = ("verdict", texts.code(s.verdict).into());
        let reason = ("reason", limit(s, texts).into());
        if with_need {
            let need = super::describe::needs(s.up, s.down, texts).into();
            texts.format("drift-outcome", &[verdict, reason, ("required", need)])
        } else {
            texts.format("drift-outcome-short", &[verdict, reason])
        }
    };
    let sides = sides.into_iter().filter_map(|(key, result)| {
        let words = side(result.as_ref()?).into();
        Some(texts.format(key, &[("words", words)]))
    });
    Group {
        names: vec![words::named("scenario", row.id.as_str(), texts)],
        measured: None,
        sides: sides.collect(),
    }
}

/// Whether the need for bandwidth decides the outcome.
fn by_need(scenario: &ScenarioResult) -> bool {
    match scenario.limited_by {
        Some(LimitedBy::Up | LimitedBy::Down | LimitedBy::UpAndDown) => true,
        Some(
            LimitedBy::Ports
            | LimitedBy::TcpFallback
            | LimitedBy::Quality
            | LimitedBy::Device
            | LimitedBy::NotMeasured,
        )
        | None => false,
    }
}
