//! Requirement editions: the list of them, and what one of them asks.

use crate::l10n::Texts;
use crate::model::ids::VariantId;
use crate::model::inventory::OsFamily;
use crate::model::requirement::{Edition, EditionInfo, ProductManifest, Requirement};
use crate::model::rule::Rule;
use crate::model::selection::Target;

use super::clean::clean_to;
use super::describe::describe;
use super::layout::Page;
use super::{RenderOptions, words};

/// Lists editions with their products, variants and scenarios, as `requirements list` shows them.
pub fn render_editions(editions: &[Edition], options: &RenderOptions) -> String {
    let texts = &Texts::new(options.lang);
    let mut page = Page::new(texts, options.width, false);
    for (i, edition) in editions.iter().enumerate() {
        if i > 0 {
            page.blank();
        }
        page.line(&edition_title(&edition.info, texts));
        let sha = clean_to(&edition.sha256, 64);
        page.indented(
            "  ",
            "  ",
            &texts.format("list-sha", &[("sha", sha.into())]),
        );
        for product in edition.products.values() {
            let name = words::title(&product.name, texts);
            let variants: Vec<String> = product
                .variants
                .iter()
                .map(|v| {
                    let words = words::named("variant", v.id.as_str(), texts);
                    let mark = if v.default {
                        texts.get("list-default")
                    } else {
                        String::new()
                    };
                    format!("{}:{} {words}{mark}", product.product, v.id)
                })
                .collect();
            page.indented("  ", "    ", &format!("{}  {name}", product.product));
            for variant in variants {
                page.indented("    ", "      ", &variant);
            }
            let scenarios = scenarios(product);
            if !scenarios.is_empty() {
                let words = texts.format(
                    "list-scenarios",
                    &[("scenarios", scenarios.join(", ").into())],
                );
                page.indented("    ", "      ", &words);
            }
        }
    }
    page.finish()
}

fn scenarios(product: &ProductManifest) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for requirement in &product.requirements {
        if let Rule::Bandwidth(rule) = &requirement.rule {
            let id = rule.scenario.to_string();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}

/// Document, version and publisher of an edition.
pub(super) fn edition_title(info: &EditionInfo, texts: &Texts) -> String {
    texts.format(
        "edition-title",
        &[
            ("edition", info.edition.to_string().into()),
            ("document", clean_to(&info.document, 80).into()),
            ("version", clean_to(&info.version, 20).into()),
            ("publisher", clean_to(&info.publisher, 80).into()),
            ("date", clean_to(&info.as_of, 20).into()),
        ],
    )
}

/// Shows what an edition asks: every requirement of the targets, or of all products where none is given, with what
/// is asked, how binding it is, where it stands and which notes apply.
pub fn render_edition(edition: &Edition, targets: &[Target], options: &RenderOptions) -> String {
    let texts = &Texts::new(options.lang);
    let mut page = Page::new(texts, options.width, false);
    page.line(&edition_title(&edition.info, texts));
    for note in &edition.info.notes {
        page.indented("- ", "  ", &words::named("note", note, texts));
    }
    if targets.is_empty() {
        for product in edition.products.values() {
            show(&mut page, product, None);
        }
    } else {
        for target in targets {
            if let Some(product) = edition.products.get(&target.product) {
                show(&mut page, product, Some(target));
            }
        }
    }
    if !edition.baseline.is_empty() {
        page.heading(&texts.get("head-baseline"));
        for requirement in &edition.baseline {
            one(&mut page, requirement);
        }
    }
    page.finish()
}

fn show(page: &mut Page<'_>, product: &ProductManifest, target: Option<&Target>) {
    let texts = page.texts;
    let variant = target.and_then(|t| t.variant.as_ref());
    page.heading(&words::product(
        &product.name,
        variant.map(VariantId::as_str),
        texts,
    ));
    for requirement in &product.requirements {
        let of = &requirement.applies.variants;
        if of.is_empty() || variant.is_none_or(|v| of.contains(v)) {
            one(page, requirement);
        }
    }
}

/// Where a requirement holds, in words; empty: everywhere.
pub(super) fn applies(requirement: &Requirement, texts: &Texts) -> String {
    let platforms = &requirement.applies.platforms;
    let mut parts: Vec<String> = platforms
        .iter()
        .map(|p| texts.code::<OsFamily>(*p))
        .collect();
    let variants = requirement.applies.variants.iter();
    parts.extend(variants.map(|v| words::named("variant", v.as_str(), texts)));
    parts.join(", ")
}

fn one(page: &mut Page<'_>, requirement: &Requirement) {
    let texts = page.texts;
    let kind = texts.get(&format!("kind-{}", requirement.rule.kind()));
    let level = texts.code(requirement.level);
    page.indented("", "  ", &format!("{} - {kind} ({level})", requirement.id));
    let indent = "    ";
    let asked = describe(&requirement.rule, texts);
    page.indented(
        indent,
        "      ",
        &texts.format("show-asks", &[("asked", asked.into())]),
    );
    let applies = applies(requirement, texts);
    if !applies.is_empty() {
        page.indented(
            indent,
            "      ",
            &texts.format("show-applies", &[("applies", applies.into())]),
        );
    }
    let missed = texts.code(crate::model::verdict::Verdict::from(requirement.on_fail));
    let unlisted = requirement.on_unlisted.unwrap_or(requirement.on_fail);
    let unlisted = texts.code(crate::model::verdict::Verdict::from(unlisted));
    if !matches!(requirement.rule, Rule::Statement(_)) {
        let words = texts.format(
            "show-missed",
            &[("missed", missed.into()), ("unlisted", unlisted.into())],
        );
        page.indented(indent, "      ", &words);
    }
    let source = words::full_source(&requirement.source, texts);
    page.indented(
        indent,
        "      ",
        &texts.format("show-source", &[("source", source.into())]),
    );
    for note in &requirement.notes {
        let note = words::named("note", note, texts);
        page.indented(
            indent,
            "      ",
            &texts.format("show-note", &[("note", note.into())]),
        );
    }
}
