//! From what was asked on the command line to what is judged: defaults filled in, unknown names refused.

use std::collections::BTreeSet;

use crate::model::requirement::{ProductManifest, Requirement};
use crate::model::{Edition, EditionId, ProductId, Rule, ScenarioId, Selection, Target, VariantId};

use super::Catalog;
use super::error::{Allowed, Meant, meant};

/// The product that is judged when none is asked for.
const DEFAULT_PRODUCT: &str = "meetings";

/// Most participants: a hundred thousand calls at once is beyond any line that this measures.
pub const MOST_PARTICIPANTS: u32 = 100_000;

/// Something was asked for that the requirements do not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// The catalog is empty.
    #[error("no requirement edition is known")]
    NoEditions,
    /// No such edition.
    #[error("unknown edition {asked:?}; {}{}", Allowed(.known), Meant(.meant))]
    UnknownEdition {
        /// What was asked for.
        asked: String,
        /// Known editions.
        known: Vec<String>,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// The edition has no such product.
    #[error("edition {edition} has no product {asked:?}; {}{}{}", Allowed(.known), Meant(.meant), Elsewhere(.elsewhere))]
    UnknownProduct {
        /// What was asked for.
        asked: String,
        /// The edition.
        edition: String,
        /// Its products.
        known: Vec<String>,
        /// What was probably meant.
        meant: Option<String>,
        /// Editions that have it.
        elsewhere: Vec<String>,
    },
    /// The product has no such variant.
    #[error("product {product} of edition {edition} has no variant {asked:?}; {}{}{}", Allowed(.known), Meant(.meant), Elsewhere(.elsewhere))]
    UnknownVariant {
        /// What was asked for.
        asked: String,
        /// The product.
        product: String,
        /// The edition.
        edition: String,
        /// Its variants; empty: it has none.
        known: Vec<String>,
        /// What was probably meant.
        meant: Option<String>,
        /// Editions that have it.
        elsewhere: Vec<String>,
    },
    /// The product has variants, none of which is the default.
    #[error("product {product} needs a variant, as in {product}:{}; {}", .known.first().map_or("", String::as_str), Allowed(.known))]
    VariantNeeded {
        /// The product.
        product: String,
        /// Its variants.
        known: Vec<String>,
    },
    /// None of the products asked for has such a scenario.
    #[error("unknown scenario {asked:?} for {targets}; {}{}", Allowed(.known), Meant(.meant))]
    UnknownScenario {
        /// What was asked for.
        asked: String,
        /// The products and variants asked for.
        targets: String,
        /// Their scenarios.
        known: Vec<String>,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// No participant, or more than any line carries.
    #[error("{0} participants cannot be judged; give 1 to {MOST_PARTICIPANTS}")]
    Participants(u32),
}

struct Elsewhere<'a>(&'a [String]);
impl std::fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            Ok(())
        } else {
            write!(f, "; edition {} has it", self.0.join(", "))
        }
    }
}

pub(super) fn known_edition<'a>(
    asked: &EditionId,
    known: impl Iterator<Item = &'a EditionId> + Clone,
) -> SelectionError {
    SelectionError::UnknownEdition {
        asked: asked.to_string(),
        meant: meant(asked.as_str(), known.clone().map(EditionId::as_str)),
        known: known.map(ToString::to_string).collect(),
    }
}

impl Catalog {
    /// Fills in what was left open: the latest edition, the product `meetings` (or the only one there is), each
    /// product's default variant. A product and variant asked for twice is judged once.
    ///
    /// # Errors
    /// When an edition, product, variant or scenario is not known, or `participants` is 0 or above
    /// [`MOST_PARTICIPANTS`].
    pub fn select(
        &self,
        edition: Option<&EditionId>,
        targets: &[Target],
        scenarios: &[ScenarioId],
        participants: u32,
    ) -> Result<(&Edition, Selection), SelectionError> {
        if !(1..=MOST_PARTICIPANTS).contains(&participants) {
            return Err(SelectionError::Participants(participants));
        }
        let edition = match edition {
            Some(id) => self.edition(id)?,
            None => self.latest()?,
        };
        let asked = if targets.is_empty() {
            default_target(edition)
        } else {
            targets.to_vec()
        };
        let mut filled: Vec<Target> = Vec::new();
        for target in asked {
            let target = self.fill(edition, target)?;
            if !filled.contains(&target) {
                filled.push(target);
            }
        }
        let known = scenarios_of(edition, &filled);
        let mut wanted: Vec<ScenarioId> = Vec::new();
        for scenario in scenarios {
            if !known.contains(scenario) {
                return Err(SelectionError::UnknownScenario {
                    asked: scenario.to_string(),
                    targets: join(&filled),
                    meant: meant(scenario.as_str(), known.iter().map(|s| s.as_str())),
                    known: known.iter().map(ToString::to_string).collect(),
                });
            }
            if !wanted.contains(scenario) {
                wanted.push(scenario.clone());
            }
        }
        let selection = Selection {
            edition: edition.info.edition.clone(),
            targets: filled,
            scenarios: wanted,
            participants,
        };
        Ok((edition, selection))
    }

    fn fill(&self, edition: &Edition, target: Target) -> Result<Target, SelectionError> {
        let Some(manifest) = edition.products.get(&target.product) else {
            let names = edition.products.keys().map(ProductId::as_str);
            return Err(SelectionError::UnknownProduct {
                asked: target.product.to_string(),
                edition: edition.info.edition.to_string(),
                known: names.clone().map(str::to_owned).collect(),
                meant: meant(target.product.as_str(), names),
                elsewhere: self.where_else(|e| e.products.contains_key(&target.product)),
            });
        };
        let Some(asked) = target.variant else {
            return Ok(Target {
                variant: default_variant(manifest)?,
                product: target.product,
            });
        };
        let has = |m: &ProductManifest| m.variants.iter().any(|v| v.id == asked);
        if has(manifest) {
            return Ok(Target {
                product: target.product,
                variant: Some(asked),
            });
        }
        let names = manifest.variants.iter().map(|v| v.id.as_str());
        Err(SelectionError::UnknownVariant {
            asked: asked.to_string(),
            product: target.product.to_string(),
            edition: edition.info.edition.to_string(),
            known: names.clone().map(str::to_owned).collect(),
            meant: meant(asked.as_str(), names),
            elsewhere: self.where_else(|e| e.products.get(&target.product).is_some_and(has)),
        })
    }

    fn where_else(&self, has: impl Fn(&Edition) -> bool) -> Vec<String> {
        self.editions()
            .filter(|e| has(e))
            .map(|e| e.info.edition.to_string())
            .collect()
    }
}

fn join(targets: &[Target]) -> String {
    let names: Vec<String> = targets.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn default_target(edition: &Edition) -> Vec<Target> {
    edition
        .products
        .keys()
        .find(|p| p.as_str() == DEFAULT_PRODUCT)
        .or_else(|| edition.products.keys().next())
        .map(|product| Target {
            product: product.clone(),
            variant: None,
        })
        .into_iter()
        .collect()
}

fn default_variant(manifest: &ProductManifest) -> Result<Option<VariantId>, SelectionError> {
    if manifest.variants.is_empty() {
        return Ok(None);
    }
    match manifest.variants.iter().find(|v| v.default) {
        Some(v) => Ok(Some(v.id.clone())),
        None => Err(SelectionError::VariantNeeded {
            product: manifest.product.to_string(),
            known: manifest.variants.iter().map(|v| v.id.to_string()).collect(),
        }),
    }
}

/// The requirements that speak of a product's variant, in the order to show them; none for an unknown product. Which
/// platform they hold for is left to the judge, who knows the device.
pub fn requirements_of<'a>(
    edition: &'a Edition,
    target: &'a Target,
) -> impl Iterator<Item = &'a Requirement> {
    edition
        .products
        .get(&target.product)
        .into_iter()
        .flat_map(|p| &p.requirements)
        .filter(|r| {
            r.applies.variants.is_empty()
                || target
                    .variant
                    .as_ref()
                    .is_some_and(|v| r.applies.variants.contains(v))
        })
}

/// The scenarios that the targets have, in alphabetical order.
pub fn scenarios_of(edition: &Edition, targets: &[Target]) -> BTreeSet<ScenarioId> {
    targets
        .iter()
        .flat_map(|t| requirements_of(edition, t))
        .filter_map(|r| match &r.rule {
            Rule::Bandwidth(b) => Some(b.scenario.clone()),
            _ => None,
        })
        .collect()
}
