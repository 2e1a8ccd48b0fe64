//! Two editions compared, so that whoever runs firewalls and PCs sees what to do.

use crate::l10n::Texts;
use crate::model::edition_diff::{
    BandwidthChange, ChangedPart, EditionDiff, EditionRef, PortsChange, Presence, ProductDiff,
    RequirementChange,
};
use crate::model::requirement::{Level, Requirement};
use crate::model::rule::{Need, PortRange, Rule};

use super::clean::clean_to;
use super::describe::describe;
use super::layout::Page;
use super::requirements::applies;
use super::{Format, RenderOptions, json, words};

/// Renders a comparison of two editions: JSON for [`Format::Json`], else text.
pub fn render_edition_diff(diff: &EditionDiff, format: Format, options: &RenderOptions) -> String {
    if format == Format::Json {
        return json(diff);
    }
    let texts = &Texts::new(options.lang);
    let mut page = Page::new(texts, options.width, false);
    page.line(&texts.format("diff-old", &[("edition", title(&diff.old, texts).into())]));
    page.line(&texts.format("diff-new", &[("edition", title(&diff.new, texts).into())]));
    if diff.publishers_differ {
        page.indented("! ", "  ", &texts.get("note-two-publishers"));
    }
    ports(&mut page, diff);
    bandwidth(&mut page, diff);
    for product in &diff.products {
        one(&mut page, product);
    }
    page.finish()
}

fn title(edition: &EditionRef, texts: &Texts) -> String {
    texts.format(
        "edition-title",
        &[
            ("edition", edition.edition.to_string().into()),
            ("document", clean_to(&edition.document, 80).into()),
            ("version", clean_to(&edition.version, 20).into()),
            ("publisher", clean_to(&edition.publisher, 80).into()),
            ("date", clean_to(&edition.as_of, 20).into()),
        ],
    )
}

fn name(product: &ProductDiff, texts: &Texts) -> String {
    words::title(&product.name, texts)
}

/// One of the two lists of a change of ports.
type RangesOf = fn(&PortsChange) -> &[PortRange];

/// The firewall's part: what to open, and what may be closed.
fn ports(page: &mut Page<'_>, diff: &EditionDiff) {
    let texts = page.texts;
    page.heading(&texts.get("head-diff-ports"));
    let mut any = false;
    let lists: [(&str, RangesOf); 2] = [
        ("diff-ports-added", |c| &c.added),
        ("diff-ports-removed", |c| &c.removed),
    ];
    for (key, of) in lists {
        for product in &diff.products {
            for change in product.ports.iter().filter(|c| !of(c).is_empty()) {
                any = true;
                let words = texts.format(
                    key,
                    &[
                        ("product", name(product, texts).into()),
                        (
                            "ports",
                            words::ports(change.transport, of(change), texts).into(),
                        ),
                        ("scope", texts.code(change.scope).into()),
                    ],
                );
                page.indented("- ", "  ", &words);
            }
        }
    }
    if !any {
        page.line(&texts.get("diff-none"));
    }
}

fn bandwidth(page: &mut Page<'_>, diff: &EditionDiff) {
    let texts = page.texts;
    page.heading(&texts.get("head-diff-bandwidth"));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for product in &diff.products {
        for change in &product.bandwidth {
            rows.push(vec![
                name(product, texts),
                words::named("scenario", change.scenario.as_str(), texts),
                needs(
                    change,
                    Presence::NewOnly,
                    change.old_up,
                    change.old_down,
                    texts,
                ),
                needs(
                    change,
                    Presence::OldOnly,
                    change.new_up,
                    change.new_down,
                    texts,
                ),
                more(change, texts),
            ]);
        }
    }
    if rows.is_empty() {
        page.line(&texts.get("diff-none"));
    } else {
        let header = [
            "diff-col-product",
            "col-scenario",
            "diff-col-old",
            "diff-col-new",
            "diff-col-by",
        ];
        page.table(&header.map(|k| texts.get(k)), &rows);
    }
}

fn needs(
    change: &BandwidthChange,
    missing_when: Presence,
    up: Option<Need>,
    down: Option<Need>,
    texts: &Texts,
) -> String {
    if change.presence == missing_when {
        return texts.get("diff-not-printed");
    }
    let one = |n: Option<Need>| n.map_or_else(|| "-".to_owned(), words::need);
    format!("{} / {}", one(up), one(down))
}

/// By how much a need grew or shrank.
fn more(change: &BandwidthChange, texts: &Texts) -> String {
    if change.presence != Presence::Both {
        return "-".to_owned();
    }
    let by = |kbps: i64| match kbps {
        0 => texts.get("diff-same"),
        n => format!("{n:+} kbps"),
    };
    format!("{} / {}", by(change.up_by_kbps), by(change.down_by_kbps))
}

/// Ports and bandwidth have their own parts above.
fn told_above(rule: &Rule) -> bool {
    matches!(rule, Rule::Bandwidth(_) | Rule::Port(_))
}

fn one(page: &mut Page<'_>, product: &ProductDiff) {
    let texts = page.texts;
    page.heading(&name(product, page.texts));
    match product.presence {
        Presence::OldOnly => page.line(&texts.get("diff-product-old-only")),
        Presence::NewOnly => page.line(&texts.get("diff-product-new-only")),
        Presence::Both => {}
    }
    for (key, variants) in [
        ("diff-variants-added", &product.variants_added),
        ("diff-variants-removed", &product.variants_removed),
    ] {
        if !variants.is_empty() {
            let all = variants
                .iter()
                .map(|v| words::named("variant", v.as_str(), texts));
            let all: Vec<String> = all.collect();
            page.line(&texts.format(key, &[("variants", all.join(", ").into())]));
        }
    }
    for (key, requirements) in [
        ("diff-added", &product.added),
        ("diff-removed", &product.removed),
    ] {
        for requirement in requirements.iter().filter(|r| !told_above(&r.rule)) {
            page.indented(
                "- ",
                "  ",
                &texts.format(
                    key,
                    &[("requirement", requirement_line(requirement, texts).into())],
                ),
            );
        }
    }
    let mut only_notes = 0_usize;
    for change in product.changed.iter().filter(|c| !told_above(&c.new.rule)) {
        if change.parts == [ChangedPart::Notes] {
            only_notes += 1;
        } else {
            changed(page, change);
        }
    }
    page.line(&texts.format(
        "diff-unchanged",
        &[
            ("count", product.unchanged.into()),
            ("notes", only_notes.into()),
        ],
    ));
}

fn requirement_line(requirement: &Requirement, texts: &Texts) -> String {
    let level = match requirement.level {
        Level::Required => String::new(),
        level => format!(" ({})", texts.code(level)),
    };
    format!(
        "{}{level}: {}",
        requirement.id,
        describe(&requirement.rule, texts)
    )
}

fn changed(page: &mut Page<'_>, change: &RequirementChange) {
    let texts = page.texts;
    let RequirementChange {
        id,
        parts,
        old,
        new,
    } = change;
    page.indented(
        "- ",
        "  ",
        &texts.format("diff-changed", &[("requirement", id.to_string().into())]),
    );
    for part in parts {
        let (was, is) = match part {
            ChangedPart::Id => (old.id.to_string(), new.id.to_string()),
            ChangedPart::Rule => (describe(&old.rule, texts), describe(&new.rule, texts)),
            ChangedPart::Level => (texts.code(old.level), texts.code(new.level)),
            ChangedPart::Severity => (severity(old, texts), severity(new, texts)),
            ChangedPart::Applies => (applies_or_all(old, texts), applies_or_all(new, texts)),
            ChangedPart::Notes => continue,
        };
        page.indented(
            "    ",
            "      ",
            &texts.format("diff-was", &[("words", was.into())]),
        );
        page.indented(
            "    ",
            "      ",
            &texts.format("diff-is", &[("words", is.into())]),
        );
    }
}

fn severity(requirement: &Requirement, texts: &Texts) -> String {
    use crate::model::verdict::Verdict;
    let unlisted = requirement.on_unlisted.unwrap_or(requirement.on_fail);
    texts.format(
        "show-missed",
        &[
            (
                "missed",
                texts.code(Verdict::from(requirement.on_fail)).into(),
            ),
            ("unlisted", texts.code(Verdict::from(unlisted)).into()),
        ],
    )
}

fn applies_or_all(requirement: &Requirement, texts: &Texts) -> String {
    let words = applies(requirement, texts);
    let words = if words.is_empty() {
        texts.get("everywhere")
    } else {
        words
    };
    texts.format("show-applies", &[("applies", words.into())])
}
