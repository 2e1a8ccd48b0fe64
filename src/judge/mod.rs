//! Compares evidence with requirements. Pure: no clock, no network, no files.
//!
//! One file a rule kind. Each takes its rule, the requirement that holds it and the [`context::Context`], and gives an
//! [`outcome::Outcome`]. What a fact does not tell is inconclusive: never pass, never fail.

#![forbid(unsafe_code)]

mod app;
mod bandwidth;
mod browser;
mod compare;
mod context;
mod cpu;
mod device;
mod display;
mod link;
mod memory;
mod os;
mod outcome;
mod port;
mod quality;
mod reflector;
mod same_network;
mod scenario;
mod session;
mod step;
mod together;

use crate::model::evidence::{Evidence, Tool};
use crate::model::ids::VariantId;
use crate::model::inventory::OsFamily;
use crate::model::report::{
    CheckResult, Destination, ManifestRef, ProductVerdict, REPORT_SCHEMA, Report,
};
use crate::model::requirement::{Edition, Endpoint, Level, ProductManifest, Requirement, Variant};
use crate::model::selection::Target;
use crate::model::{Reason, Rule, Selection, Verdict};

use context::Context;
use outcome::Outcome;

pub use compare::compare;
pub use cpu::CpuNameJudge;

/// Judges evidence against an edition. The same inputs always give the same report.
///
/// A target whose product the edition does not have gets the verdict `not_applicable` and no results; a target without
/// a variant takes the product's default variant.
pub fn judge(edition: &Edition, evidence: Evidence, selection: &Selection) -> Report {
    let context = Context::new(edition, &evidence, selection.participants);
    let mut products = Vec::with_capacity(selection.targets.len());
    let mut targets = Vec::with_capacity(selection.targets.len());
    let mut results = Vec::new();
    let mut scenarios = Vec::new();
    for target in &selection.targets {
        let Some(product) = edition.products.get(&target.product) else {
            products.push(ProductVerdict {
                product: target.product.clone(),
                name: target.product.to_string(),
                variant: target.variant.clone(),
                verdict: Verdict::NotApplicable,
            });
            targets.push(target.clone());
            continue;
        };
        let variant = chosen_variant(product, target);
        let from = results.len();
        let judged = judge_product(edition, product, variant, target, selection, &context);
        let variant_id = variant
            .map(|v| v.id.clone())
            .or_else(|| target.variant.clone());
        scenarios.extend(scenario::rows(
            &judged,
            product,
            variant_id.as_ref(),
            &context,
        ));
        results.extend(judged.into_iter().map(|(_, result)| result));
        products.push(ProductVerdict {
            product: product.product.clone(),
            name: product.name.clone(),
            variant: variant_id.clone(),
            verdict: Verdict::worst(
                results
                    .iter()
                    .skip(from)
                    .filter(|r| counts(r.level))
                    .map(|r| r.verdict),
            ),
        });
        targets.push(Target {
            product: product.product.clone(),
            variant: variant_id,
        });
    }
    Report {
        schema: REPORT_SCHEMA.to_owned(),
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        subject: evidence.subject.clone(),
        manifest: ManifestRef {
            edition: edition.info.edition.clone(),
            document: format!("{} {}", edition.info.document, edition.info.version),
            publisher: edition.info.publisher.clone(),
            products: targets,
            sha256: edition.sha256.clone(),
            participants: context.participants,
            destinations: destinations(edition),
            address_lists: edition.address_lists.clone(),
        },
        verdict: Verdict::worst(products.iter().map(|p| p.verdict)),
        products,
        results,
        scenarios,
        sign_off: None,
        evidence,
    }
}

/// The vendor's names for firewall rules: wildcards where there are any, for media comes from names below them.
fn destinations(edition: &Edition) -> Vec<Destination> {
    let wild = |e: &&Endpoint| e.host.starts_with("*.");
    let any_wild = edition.endpoints.iter().any(|e| wild(&e));
    let wanted = edition.endpoints.iter().filter(|e| wild(e) || !any_wild);
    wanted
        .map(|e| Destination {
            host: e.host.clone(),
            source: e.source.clone(),
        })
        .collect()
}

/// Whether results of this level make up a product's verdict.
fn counts(level: Level) -> bool {
    match level {
        Level::Required | Level::Recommended => true,
        Level::Informative => false,
    }
}

fn chosen_variant<'a>(product: &'a ProductManifest, target: &Target) -> Option<&'a Variant> {
    match &target.variant {
        Some(id) => product.variants.iter().find(|v| v.id == *id),
        None => product.variants.iter().find(|v| v.default),
    }
}

type Judged<'a> = Vec<(&'a Requirement, CheckResult)>;

fn judge_product<'a>(
    edition: &'a Edition,
    product: &'a ProductManifest,
    variant: Option<&Variant>,
    target: &Target,
    selection: &Selection,
    context: &Context<'_>,
) -> Judged<'a> {
    let variant_id = variant.map(|v| &v.id).or(target.variant.as_ref());
    let chosen = |r: &&Requirement| {
        let of_variant = r.applies.variants.is_empty()
            || variant_id.is_some_and(|id| r.applies.variants.contains(id));
        let of_scenario = match &r.rule {
            Rule::Bandwidth(b) => {
                selection.scenarios.is_empty() || selection.scenarios.contains(&b.scenario)
            }
            _ => true,
        };
        of_variant && of_scenario
    };
    let carries_media = product
        .requirements
        .iter()
        .any(|r| matches!(r.rule, Rule::Bandwidth(_)));
    let baseline = if carries_media {
        edition.baseline.as_slice()
    } else {
        &[]
    };
    product
        .requirements
        .iter()
        .chain(baseline)
        .filter(chosen)
        .map(|requirement| {
            let outcome = match platform_gate(requirement, variant, context) {
                Some(outcome) => outcome,
                None => apply(requirement, context),
            };
            (
                requirement,
                finish(requirement, product, variant_id, outcome),
            )
        })
        .collect()
}

/// Decides requirements that do not speak of the device that the evidence is from.
fn platform_gate(
    requirement: &Requirement,
    variant: Option<&Variant>,
    context: &Context<'_>,
) -> Option<Outcome> {
    let asked = &requirement.applies.platforms;
    let os = &context.inventory.os.family;
    let family = os.value().copied();
    let of =
        |list: &[OsFamily], family: Option<OsFamily>| family.is_some_and(|f| list.contains(&f));
    // A variant that is a kind of device decides the platform, whatever device the evidence is from.
    let device_kinds = variant
        .map(|v| v.platforms.as_slice())
        .filter(|p| !p.is_empty());
    if let Some(kinds) = device_kinds
        && !of(kinds, family)
    {
        if !asked.is_empty() && !asked.iter().any(|p| kinds.contains(p)) {
            return Some(Outcome::new(Verdict::NotApplicable, Reason::OtherPlatform));
        }
        return requirement
            .rule
            .is_about_device()
            .then(|| Outcome::inconclusive(Reason::OtherDevice).from("inventory.os.family"));
    }
    if asked.is_empty() || of(asked, family) {
        return None;
    }
    Some(
        match family {
            Some(_) => Outcome::new(Verdict::NotApplicable, Reason::OtherPlatform),
            None => Outcome::without(os),
        }
        .from("inventory.os.family"),
    )
}

fn apply(requirement: &Requirement, context: &Context<'_>) -> Outcome {
    match &requirement.rule {
        Rule::Os(rule) => os::judge(rule, requirement, context),
        Rule::Cpu(rule) => cpu::judge(rule, requirement, context),
        Rule::Memory(rule) => memory::judge(rule, requirement, context),
        Rule::Device(rule) => device::judge(rule, requirement, context),
        Rule::Display(rule) => display::judge(rule, requirement, context),
        Rule::Browser(rule) => browser::judge(rule, requirement, context),
        Rule::App(rule) => app::judge(rule, requirement, context),
        Rule::Link(rule) => link::judge(rule, requirement, context),
        Rule::SameNetwork(rule) => same_network::judge(rule, requirement, context),
        Rule::Session(rule) => session::judge(rule, requirement, context),
        Rule::Port(rule) => port::judge(rule, requirement, context),
        Rule::Bandwidth(rule) => bandwidth::judge(rule, requirement, context),
        Rule::Quality(rule) => quality::judge(rule, requirement, context),
        Rule::Statement(_) => Outcome::new(Verdict::NotApplicable, Reason::Statement),
    }
}

/// Adds what the requirement itself says, and who must do what next.
fn finish(
    requirement: &Requirement,
    product: &ProductManifest,
    variant: Option<&VariantId>,
    outcome: Outcome,
) -> CheckResult {
    let next = step::next(&requirement.rule, outcome.verdict, outcome.reason);
    CheckResult {
        requirement: requirement.id.clone(),
        kind: requirement.rule.kind().to_owned(),
        product: product.product.clone(),
        variant: variant.cloned(),
        level: requirement.level,
        verdict: outcome.verdict,
        reason: outcome.reason,
        measured: outcome.measured,
        required: outcome.required,
        evidence: outcome.evidence,
        owner: next.map(|(owner, _)| owner),
        next_step: next.map(|(_, step)| step),
        notes: requirement.notes.clone(),
        source: requirement.source.clone(),
        ports: outcome.ports,
    }
}
