//! The codes that requirement files use and message files translate.

use std::collections::BTreeSet;

use crate::model::{Edition, Requirement, Rule};

/// Every code of one edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// Notes: `note-<code>`.
    pub notes: BTreeSet<String>,
    /// Scenarios: `scenario-<id>`.
    pub scenarios: BTreeSet<String>,
    /// Variants: `variant-<id>`.
    pub variants: BTreeSet<String>,
    /// Items of statements: `item-<code>`.
    pub items: BTreeSet<String>,
    /// Columns of statements.
    pub columns: BTreeSet<String>,
    /// What statements say; web addresses, which are shown as they are, are left out.
    pub says: BTreeSet<String>,
}

/// The codes of an edition and its baseline.
pub fn codes(edition: &Edition) -> Codes {
    let mut codes = Codes::default();
    codes.notes.extend(edition.info.notes.iter().cloned());
    for product in edition.products.values() {
        let variants = product.variants.iter();
        codes.variants.extend(variants.map(|v| v.id.to_string()));
        product.requirements.iter().for_each(|r| codes.add(r));
    }
    edition.baseline.iter().for_each(|r| codes.add(r));
    codes
}

/// The note codes of an edition and its baseline.
pub fn note_codes(edition: &Edition) -> BTreeSet<String> {
    codes(edition).notes
}

impl Codes {
    fn add(&mut self, requirement: &Requirement) {
        self.notes.extend(requirement.notes.iter().cloned());
        match &requirement.rule {
            Rule::Bandwidth(b) => {
                self.scenarios.insert(b.scenario.to_string());
            }
            Rule::Statement(s) => {
                for row in &s.rows {
                    self.items.insert(row.item.clone());
                    self.columns.extend(row.says.keys().cloned());
                    let said = row.says.values().filter(|v| !v.contains("://"));
                    self.says.extend(said.cloned());
                }
            }
            _ => {}
        }
    }
}
