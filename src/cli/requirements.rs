//! `requirements list | show | diff | validate | schema`.

use serde::Serialize;

use super::args::{ListFormat, RequirementsAction};
use super::exit::Exit;
use super::{CliError, Context, print};
use crate::manifest;
use crate::model::Edition;
use crate::report::{self, RenderOptions};

/// Carries out one of them.
pub fn requirements(context: &Context, action: RequirementsAction) -> Result<Exit, CliError> {
    let options = RenderOptions {
        lang: context.lang,
        width: super::width(),
        colour: false,
    };
    match action {
        RequirementsAction::List { format } => {
            let catalog = context.catalog()?;
            let editions: Vec<Edition> = catalog.editions().cloned().collect();
            match format {
                ListFormat::Json => json(&editions.iter().map(Listed::of).collect::<Vec<_>>()),
                ListFormat::Text => print(&report::render_editions(&editions, &options)),
            }
        }
        RequirementsAction::Show {
            edition,
            targets,
            format,
        } => {
            let catalog = context.catalog()?;
            let edition = edition.or_else(|| context.config.edition.clone());
            let (edition, targets) = if targets.is_empty() {
                let edition = match &edition {
                    Some(id) => catalog.edition(id)?,
                    None => catalog.latest()?,
                };
                (edition, Vec::new())
            } else {
                let (edition, selection) = catalog.select(edition.as_ref(), &targets, &[], 1)?;
                (edition, selection.targets)
            };
            match format {
                ListFormat::Json => {
                    let shown = |id| targets.is_empty() || targets.iter().any(|t| t.product == id);
                    let products: Vec<_> = edition
                        .products
                        .values()
                        .filter(|p| shown(p.product.clone()))
                        .collect();
                    json(&serde_json::json!({
                        "edition": edition.info,
                        "sha256": edition.sha256,
                        "products": products,
                        "baseline": edition.baseline,
                        "endpoints": edition.endpoints,
                    }))
                }
                ListFormat::Text => print(&report::render_edition(edition, &targets, &options)),
            }
        }
        RequirementsAction::Diff { from, to, format } => {
            let catalog = context.catalog()?;
            let diff = manifest::diff(catalog.edition(&from)?, catalog.edition(&to)?);
            let format = match format {
                ListFormat::Json => report::Format::Json,
                ListFormat::Text => report::Format::Text,
            };
            print(&report::render_edition_diff(&diff, format, &options))
        }
        RequirementsAction::Validate { file, format } => {
            let summary = manifest::validate_file(&file)?;
            match format {
                ListFormat::Json => json(&summary),
                ListFormat::Text => {
                    let entries: Vec<(&str, crate::l10n::Arg)> = vec![
                        ("path", summary.file.clone().into()),
                        ("id", summary.id.clone().into()),
                        ("entries", summary.entries.into()),
                        ("place", summary.belongs_at.clone().into()),
                    ];
                    let key = match summary.kind {
                        manifest::FileKind::Policy => "cli-valid-policy",
                        _ => "cli-valid",
                    };
                    print(&context.texts.format(key, &entries))
                }
            }
        }
        RequirementsAction::Schema { name, format } => {
            let schemas = manifest::schemas();
            let names: Vec<&str> = schemas.iter().map(|(name, _)| *name).collect();
            let Some(name) = name else {
                return match format {
                    ListFormat::Json => json(&names),
                    ListFormat::Text => print(&names.join("\n")),
                };
            };
            match schemas.iter().find(|(known, _)| *known == name) {
                Some((_, schema)) => json(schema),
                None => Err(CliError::Schema {
                    name: name.chars().take(80).collect(),
                    known: names.join(", "),
                }),
            }
        }
    }
}

/// An edition in a list: what can be asked of it.
#[derive(Serialize)]
struct Listed<'a> {
    edition: &'a crate::model::requirement::EditionInfo,
    sha256: &'a str,
    products: Vec<ListedProduct<'a>>,
}

#[derive(Serialize)]
struct ListedProduct<'a> {
    product: &'a crate::model::ProductId,
    name: &'a str,
    variants: Vec<&'a crate::model::VariantId>,
    default_variant: Option<&'a crate::model::VariantId>,
    scenarios: Vec<&'a crate::model::ScenarioId>,
}

impl<'a> Listed<'a> {
    fn of(edition: &'a Edition) -> Self {
        let products = edition.products.values().map(|p| ListedProduct {
            product: &p.product,
            name: &p.name,
            variants: p.variants.iter().map(|v| &v.id).collect(),
            default_variant: p.variants.iter().find(|v| v.default).map(|v| &v.id),
            scenarios: p
                .requirements
                .iter()
                .filter_map(|r| match &r.rule {
                    crate::model::Rule::Bandwidth(b) => Some(&b.scenario),
                    _ => None,
                })
                .collect(),
        });
        Self {
            edition: &edition.info,
            sha256: &edition.sha256,
            products: products.collect(),
        }
    }
}

fn json<T: Serialize>(value: &T) -> Result<Exit, CliError> {
    print(&serde_json::to_string_pretty(value).map_err(|e| CliError::Start(e.to_string()))?)
}
