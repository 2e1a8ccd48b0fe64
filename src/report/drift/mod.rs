//! One run under two editions: what passed then and fails now, and the reverse.

mod page;

use crate::l10n::Texts;
use crate::model::drift::{Change, Drift, ProductDrift, RequirementDrift, ScenarioDrift};
use crate::model::ids::VariantId;
use crate::model::report::{CheckResult, ManifestRef, ScenarioResult};
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
        for row in rows {
            requirement(page, row);
        }
        for row in scenarios {
            scenario(page, row);
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

fn requirement(page: &mut Page<'_>, row: &RequirementDrift) {
    let texts = page.texts;
    let measured = row
        .new
        .as_ref()
        .or(row.old.as_ref())
        .map(|r| words::measured(r, texts).join("; "))
        .filter(|m| !m.is_empty());
    let id = row.requirement.to_string();
    let line = match measured {
        Some(m) => format!("{id}: {m}"),
        None => id,
    };
    page.indented("- ", "  ", &line);
    let sides = [("diff-was", &row.old), ("diff-is", &row.new)];
    for (key, result) in sides {
        if let Some(result) = result {
            let words = outcome(result, texts).into();
            page.indented("    ", "      ", &texts.format(key, &[("words", words)]));
        }
    }
}

fn scenario(page: &mut Page<'_>, row: &ScenarioDrift) {
    let texts = page.texts;
    page.indented(
        "- ",
        "  ",
        &words::named("scenario", row.id.as_str(), texts),
    );
    let side = |s: &ScenarioResult| {
        texts.format(
            "drift-outcome",
            &[
                ("verdict", texts.code(s.verdict).into()),
                ("reason", limit(s, texts).into()),
                (
                    "required",
                    super::describe::needs(s.up, s.down, texts).into(),
                ),
            ],
        )
    };
    for (key, result) in [("diff-was", &row.old), ("diff-is", &row.new)] {
        if let Some(result) = result {
            let words = side(result).into();
            page.indented("    ", "      ", &texts.format(key, &[("words", words)]));
        }
    }
}
