//! Processor lines judged from a name alone, before there is a PC to read.

use crate::model::cpu_line::{CpuLine, CpuOutcome};
use crate::model::cpu_name::CpuName;
use crate::model::evidence::{EVIDENCE_SCHEMA, Evidence, Subject, Tool};
use crate::model::fact::Fact;
use crate::model::inventory::{Inventory, OsFamily};
use crate::model::requirement::{Edition, ProductManifest, Requirement};
use crate::model::rule::{CpuClause, CpuRule, MemoryRule};
use crate::model::{Reason, Rule, Verdict};

use super::super::context::Context;
use super::best;
use super::clause::Figures;

/// Judges names against the processor lines of editions that speak of PCs. Memory that is printed in the same line is
/// not judged, it stands beside the line: the name says nothing of it.
#[derive(Debug)]
pub struct CpuNameJudge<'a> {
    lines: Vec<CpuLine>,
    questions: Vec<Question<'a>>,
    windows: Evidence,
    macos: Evidence,
}

/// A rule that one or more lines ask.
#[derive(Debug)]
struct Question<'a> {
    rule: CpuRule,
    asked_by: &'a Requirement,
    lines: Vec<usize>,
}

impl<'a> CpuNameJudge<'a> {
    /// For these editions.
    pub fn new(editions: impl IntoIterator<Item = &'a Edition>) -> Self {
        let mut judge = Self {
            lines: Vec::new(),
            questions: Vec::new(),
            windows: nothing_read(OsFamily::Windows),
            macos: nothing_read(OsFamily::Macos),
        };
        for edition in editions {
            for product in edition.products.values() {
                for requirement in &product.requirements {
                    judge.add(edition, product, requirement);
                }
            }
        }
        judge
    }

    fn add(
        &mut self,
        edition: &'a Edition,
        product: &'a ProductManifest,
        requirement: &'a Requirement,
    ) {
        let Rule::Cpu(rule) = &requirement.rule else {
            return;
        };
        let applies = &requirement.applies;
        // Phones and tablets are not bought by their processor's name.
        let pc = |os: &OsFamily| matches!(os, OsFamily::Windows | OsFamily::Macos);
        if !applies.platforms.is_empty() && !applies.platforms.iter().any(pc) {
            return;
        }
        let line = self.lines.len();
        self.lines.push(CpuLine {
            edition: edition.info.edition.clone(),
            product: product.product.clone(),
            product_name: product.name.clone(),
            requirement: requirement.id.clone(),
            platforms: applies.platforms.clone(),
            variants: applies.variants.clone(),
            level: requirement.level,
            beside: beside(product, requirement, rule),
        });
        let rule = without_memory(rule);
        // Products share lines: one answer does for all that ask the same.
        let same = self.questions.iter_mut().find(|q| {
            q.rule == rule
                && q.asked_by.on_fail == requirement.on_fail
                && q.asked_by.on_unlisted == requirement.on_unlisted
                && q.asked_by.applies.platforms == applies.platforms
        });
        match same {
            Some(question) => question.lines.push(line),
            None => self.questions.push(Question {
                rule,
                asked_by: requirement,
                lines: vec![line],
            }),
        }
    }

    /// The lines, in the order of editions, products and requirements.
    pub fn lines(&self) -> &[CpuLine] {
        &self.lines
    }

    /// How this name stands against each line that speaks of its platform, in the order of the lines. Apple chips are
    /// in Macs alone; every other processor is taken for a PC with Windows, where most lines are.
    pub fn judge(&self, name: &CpuName) -> Vec<CpuOutcome> {
        let (os, evidence) = if name.vendor.as_deref() == Some("apple") {
            (OsFamily::Macos, &self.macos)
        } else {
            (OsFamily::Windows, &self.windows)
        };
        let context = Context::of_name(evidence, name.clone());
        let figures = Figures::of(&context);
        let mut out = Vec::with_capacity(self.lines.len());
        for question in &self.questions {
            let platforms = &question.asked_by.applies.platforms;
            if !platforms.is_empty() && !platforms.contains(&os) {
                continue;
            }
            let judged = best(&question.rule, question.asked_by, &figures, &context);
            let (verdict, reason) = judged.map_or((Verdict::Pass, Reason::Met), |(_, judged)| {
                (judged.verdict, as_of_a_name(judged.reason))
            });
            out.extend(question.lines.iter().map(|line| CpuOutcome {
                line: *line,
                verdict,
                reason,
            }));
        }
        out.sort_unstable_by_key(|outcome| outcome.line);
        out
    }
}

/// Nothing was to be collected: what is missing, the name does not tell.
fn as_of_a_name(reason: Reason) -> Reason {
    match reason {
        Reason::NotCollected | Reason::Unknown => Reason::CpuNotDecoded,
        other => other,
    }
}

fn nothing_read(os: OsFamily) -> Evidence {
    let mut inventory = Inventory::default();
    inventory.cpu.brand = Fact::known(String::new(), "name");
    inventory.os.family = Fact::known(os, "name");
    Evidence {
        schema: EVIDENCE_SCHEMA.to_owned(),
        tool: Tool::default(),
        collected_at: None,
        subject: Subject::default(),
        inventory,
        network: None,
    }
}

fn without_memory(rule: &CpuRule) -> CpuRule {
    CpuRule {
        any_of: rule
            .any_of
            .iter()
            .map(|clause| CpuClause {
                min_memory: None,
                ..clause.clone()
            })
            .collect(),
    }
}

/// What else the product asks of such a PC: memory, in its own line or in this one, and the operating system.
fn beside(
    product: &ProductManifest,
    requirement: &Requirement,
    rule: &CpuRule,
) -> Vec<(crate::model::RequirementId, Rule)> {
    fn meet<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        a.is_empty() || b.is_empty() || a.iter().any(|x| b.contains(x))
    }
    let applies = &requirement.applies;
    let mut out: Vec<_> = product
        .requirements
        .iter()
        .filter(|other| matches!(other.rule, Rule::Memory(_) | Rule::Os(_)))
        .filter(|other| {
            meet(&other.applies.platforms, &applies.platforms)
                && meet(&other.applies.variants, &applies.variants)
        })
        .map(|other| (other.id.clone(), other.rule.clone()))
        .collect();
    // Every alternative asks for it, so whichever is met, it is needed.
    if let Some(at_least) = rule.any_of.iter().map(|c| c.min_memory).min().flatten() {
        out.push((
            requirement.id.clone(),
            Rule::Memory(MemoryRule { at_least }),
        ));
    }
    out
}
