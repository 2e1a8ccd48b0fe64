//! What a run is asked to judge: one edition or two, the company's own policies beside it, products and scenarios.

use std::collections::BTreeMap;

use super::args::SelectArgs;
use super::{CliError, Context};
use crate::judge;
use crate::manifest::{self, Catalog, SelectionError};
use crate::model::drift::Drift;
use crate::model::edition_diff::ChangedPart;
use crate::model::{Edition, EditionId, Evidence, Report, Selection, Target};

/// An edition and what of it is judged.
#[derive(Debug, Clone)]
struct Side {
    edition: Edition,
    selection: Selection,
}

/// What is judged: the edition that decides, and an earlier one to compare with.
#[derive(Debug, Clone)]
pub struct Asked {
    side: Side,
    earlier: Option<Side>,
}

/// What judging gave.
pub enum Judged {
    /// One edition.
    Report(Box<Report>),
    /// Two editions.
    Drift(Box<Drift>),
}

impl Asked {
    /// Fills in settings and defaults, and reads the policies.
    ///
    /// # Errors
    /// When a name is not known, a file is not valid, or more than two editions were named.
    pub fn of(context: &Context, args: &SelectArgs) -> Result<Self, CliError> {
        let catalog = context.catalog()?;
        let targets = if args.targets.is_empty() {
            context.config.targets()?
        } else {
            args.targets.clone()
        };
        let participants = args
            .participants
            .or(context.config.participants)
            .unwrap_or(1);
        let (mut side, mut earlier) = match args.editions.as_slice() {
            [] | [_] => {
                let id = args.editions.first().or(context.config.edition.as_ref());
                let (edition, selection) =
                    catalog.select(id, &targets, &args.scenarios, participants)?;
                let edition = edition.clone();
                (Side { edition, selection }, None)
            }
            [old, new] => {
                let (old, new) = both(&catalog, [old, new], &targets, args, participants)?;
                (new, Some(old))
            }
            _ => return Err(CliError::TwoEditions),
        };
        let files = if args.policies.is_empty() {
            &context.config.policies
        } else {
            &args.policies
        };
        let policies = files
            .iter()
            .map(|file| manifest::read_policy(file))
            .collect::<Result<Vec<_>, _>>()?;
        for side in std::iter::once(&mut side).chain(earlier.as_mut()) {
            let (edition, own) = manifest::with_policies(&side.edition, &policies)?;
            side.edition = edition;
            side.selection.targets.extend(own);
        }
        Ok(Self { side, earlier })
    }

    /// Whether two editions are compared.
    pub fn is_comparison(&self) -> bool {
        self.earlier.is_some()
    }

    /// The edition and selection to plan probes for: of both editions where two are compared.
    pub fn to_plan(&self) -> (Edition, Selection) {
        let Side {
            mut edition,
            mut selection,
        } = self.side.clone();
        if let Some(earlier) = &self.earlier {
            for (id, product) in &earlier.edition.products {
                match edition.products.get_mut(id) {
                    Some(known) => known.requirements.extend(product.requirements.clone()),
                    None => {
                        edition.products.insert(id.clone(), product.clone());
                    }
                }
            }
            for target in &earlier.selection.targets {
                if !selection.targets.contains(target) {
                    selection.targets.push(target.clone());
                }
            }
        }
        (edition, selection)
    }

    /// Judges evidence against all that was asked.
    pub fn judge(&self, evidence: Evidence) -> Judged {
        let Some(earlier) = &self.earlier else {
            let report = judge::judge(&self.side.edition, evidence, &self.side.selection);
            return Judged::Report(Box::new(report));
        };
        let old = judge::judge(&earlier.edition, evidence.clone(), &earlier.selection);
        let new = judge::judge(&self.side.edition, evidence, &self.side.selection);
        let renamed: BTreeMap<_, _> = manifest::diff(&earlier.edition, &self.side.edition)
            .products
            .into_iter()
            .flat_map(|p| p.changed)
            .filter(|c| c.parts.contains(&ChangedPart::Id))
            .map(|c| (c.old.id, c.new.id))
            .collect();
        Judged::Drift(Box::new(judge::drift(&old, &new, &renamed)))
    }
}

/// Both editions, each with those of the targets that it has. A target that neither has is an error.
fn both(
    catalog: &Catalog,
    [old, new]: [&EditionId; 2],
    targets: &[Target],
    args: &SelectArgs,
    participants: u32,
) -> Result<(Side, Side), CliError> {
    let empty = |id: &EditionId| -> Result<Side, SelectionError> {
        Ok(Side {
            edition: catalog.edition(id)?.clone(),
            selection: Selection {
                edition: id.clone(),
                targets: Vec::new(),
                scenarios: args.scenarios.clone(),
                participants,
            },
        })
    };
    let mut sides = [empty(old)?, empty(new)?];
    let asked: Vec<&[Target]> = if targets.is_empty() {
        vec![&[]]
    } else {
        targets.chunks(1).collect()
    };
    for target in asked {
        let mut refused = None;
        let mut known = false;
        for (side, id) in sides.iter_mut().zip([old, new]) {
            match catalog.select(Some(id), target, &[], participants) {
                Ok((_, one)) => {
                    known = true;
                    for target in one.targets {
                        if !side.selection.targets.contains(&target) {
                            side.selection.targets.push(target);
                        }
                    }
                }
                Err(
                    e @ (SelectionError::UnknownProduct { .. }
                    | SelectionError::UnknownVariant { .. }),
                ) => refused = Some(e),
                Err(e) => return Err(e.into()),
            }
        }
        if let (false, Some(e)) = (known, refused) {
            return Err(e.into());
        }
    }
    for scenario in &args.scenarios {
        let one = std::slice::from_ref(scenario);
        let [before, after] = [&sides[0], &sides[1]].map(|side| {
            let id = Some(&side.edition.info.edition);
            catalog.select(id, &side.selection.targets, one, participants)
        });
        if let (Err(_), Err(e)) = (before, after) {
            return Err(e.into());
        }
    }
    let [old, new] = sides;
    Ok((old, new))
}
