//! What the processor lines of an edition say of a PC, judged from a processor's name alone.

use super::ids::{EditionId, ProductId, RequirementId, VariantId};
use super::inventory::OsFamily;
use super::reason::Reason;
use super::requirement::Level;
use super::rule::Rule;
use super::verdict::Verdict;

/// A processor requirement of an edition, and what a PC needs beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct CpuLine {
    /// Edition.
    pub edition: EditionId,
    /// Product.
    pub product: ProductId,
    /// The product's name as its manifest gives it.
    pub product_name: String,
    /// Requirement, unique in its edition.
    pub requirement: RequirementId,
    /// Where it holds; empty: everywhere.
    pub platforms: Vec<OsFamily>,
    /// The variants that it speaks of; empty: all.
    pub variants: Vec<VariantId>,
    /// How binding it is.
    pub level: Level,
    /// Requirements for memory and operating system of the same product, variants and platforms.
    pub beside: Vec<(RequirementId, Rule)>,
}

/// How a name stands against one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuOutcome {
    /// Which line, by its place in the list.
    pub line: usize,
    /// `pass`: the name alone proves it; `inconclusive`: the name does not tell.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}
