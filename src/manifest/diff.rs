//! Compares two editions.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::edition_diff::{
    BandwidthChange, ChangedPart, EDITION_DIFF_SCHEMA, EditionDiff, EditionRef, PortsChange,
    Presence, ProductDiff, RequirementChange,
};
use crate::model::requirement::{Level, ProductManifest};
use crate::model::rule::{BandwidthRule, Need, PortRange, Scope, Transport};
use crate::model::{Edition, ProductId, Requirement, Rule, ScenarioId, VariantId};

/// What differs between two editions. Requirements are matched by id, and what is left over by what it speaks of.
pub fn diff(old: &Edition, new: &Edition) -> EditionDiff {
    let ids: BTreeSet<&ProductId> = old.products.keys().chain(new.products.keys()).collect();
    EditionDiff {
        schema: EDITION_DIFF_SCHEMA.to_owned(),
        old: reference(old),
        new: reference(new),
        publishers_differ: old.info.publisher != new.info.publisher,
        products: ids
            .into_iter()
            .map(|id| product(id, old.products.get(id), new.products.get(id)))
            .collect(),
    }
}

fn reference(edition: &Edition) -> EditionRef {
    EditionRef {
        edition: edition.info.edition.clone(),
        document: edition.info.document.clone(),
        version: edition.info.version.clone(),
        publisher: edition.info.publisher.clone(),
        as_of: edition.info.as_of.clone(),
        sha256: edition.sha256.clone(),
    }
}

fn presence(old: bool, new: bool) -> Presence {
    match (old, new) {
        (true, false) => Presence::OldOnly,
        (false, true) => Presence::NewOnly,
        _ => Presence::Both,
    }
}

fn product(
    id: &ProductId,
    old: Option<&ProductManifest>,
    new: Option<&ProductManifest>,
) -> ProductDiff {
    let variants = |p: Option<&ProductManifest>| -> Vec<VariantId> {
        p.map(|p| p.variants.iter().map(|v| v.id.clone()).collect())
            .unwrap_or_default()
    };
    let (variants_old, variants_new) = (variants(old), variants(new));
    let requirements = |p: Option<&'_ ProductManifest>| -> Vec<Requirement> {
        p.map(|p| p.requirements.clone()).unwrap_or_default()
    };
    let (list_old, list_new) = (requirements(old), requirements(new));
    let mut diff = ProductDiff {
        product: id.clone(),
        name: new.or(old).map(|p| p.name.clone()).unwrap_or_default(),
        presence: presence(old.is_some(), new.is_some()),
        variants_added: without(&variants_new, &variants_old),
        variants_removed: without(&variants_old, &variants_new),
        ports: ports(&list_old, &list_new),
        bandwidth: bandwidth(&list_old, &list_new),
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
        unchanged: 0,
    };
    let mut left: Vec<Option<Requirement>> = list_old.into_iter().map(Some).collect();
    let mut unmatched = Vec::new();
    for new in list_new {
        match take(&mut left, |old| old.id == new.id) {
            Some(old) => diff.pair(old, new),
            None => unmatched.push(new),
        }
    }
    for new in unmatched {
        match take(&mut left, |old| same_subject(old, &new)) {
            Some(old) => diff.pair(old, new),
            None => diff.added.push(new),
        }
    }
    diff.removed = left.into_iter().flatten().collect();
    diff
}

fn without<T: Clone + PartialEq>(all: &[T], other: &[T]) -> Vec<T> {
    all.iter().filter(|x| !other.contains(x)).cloned().collect()
}

fn take(
    list: &mut [Option<Requirement>],
    matches: impl Fn(&Requirement) -> bool,
) -> Option<Requirement> {
    list.iter_mut()
        .find(|slot| slot.as_ref().is_some_and(&matches))
        .and_then(Option::take)
}

impl ProductDiff {
    fn pair(&mut self, old: Requirement, new: Requirement) {
        let parts = changed_parts(&old, &new);
        if parts.is_empty() {
            self.unchanged += 1;
        } else {
            self.changed.push(RequirementChange {
                id: new.id.clone(),
                parts,
                old,
                new,
            });
        }
    }
}

/// Which parts differ. The source always does, so it is left out.
fn changed_parts(old: &Requirement, new: &Requirement) -> Vec<ChangedPart> {
    let severity = |r: &Requirement| (r.on_fail, r.on_unlisted.unwrap_or(r.on_fail));
    [
        (old.id != new.id, ChangedPart::Id),
        (old.rule != new.rule, ChangedPart::Rule),
        (old.level != new.level, ChangedPart::Level),
        (severity(old) != severity(new), ChangedPart::Severity),
        (old.applies != new.applies, ChangedPart::Applies),
        (old.notes != new.notes, ChangedPart::Notes),
    ]
    .into_iter()
    .filter_map(|(differs, part)| differs.then_some(part))
    .collect()
}

/// Two requirements of different ids that speak of the same thing.
fn same_subject(a: &Requirement, b: &Requirement) -> bool {
    if a.applies != b.applies {
        return false;
    }
    match (&a.rule, &b.rule) {
        (Rule::Bandwidth(x), Rule::Bandwidth(y)) => x.scenario == y.scenario,
        (Rule::Port(x), Rule::Port(y)) => x.transport == y.transport && x.scope == y.scope,
        (Rule::Quality(x), Rule::Quality(y)) => x.metric == y.metric && x.direction == y.direction,
        (Rule::Device(x), Rule::Device(y)) => x.kind == y.kind,
        (Rule::App(x), Rule::App(y)) => x.app == y.app,
        (Rule::Statement(x), Rule::Statement(y)) => x.about == y.about,
        (x, y) => x.kind() == y.kind(),
    }
}

type PortSets = BTreeMap<(Transport, Scope), BTreeSet<u16>>;

fn port_sets(list: &[Requirement]) -> PortSets {
    let mut sets = PortSets::new();
    for r in list.iter().filter(|r| r.level != Level::Informative) {
        if let Rule::Port(p) = &r.rule {
            sets.entry((p.transport, p.scope))
                .or_default()
                .extend(p.ports.iter().flat_map(|range| range.ports()));
        }
    }
    sets
}

fn ports(old: &[Requirement], new: &[Requirement]) -> Vec<PortsChange> {
    let (old, new) = (port_sets(old), port_sets(new));
    let kinds: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let none = BTreeSet::new();
    kinds
        .into_iter()
        .filter_map(|(transport, scope)| {
            let before = old.get(&(transport, scope)).unwrap_or(&none);
            let after = new.get(&(transport, scope)).unwrap_or(&none);
            (before != after).then(|| PortsChange {
                transport,
                scope,
                added: PortRange::compress(after.difference(before).copied()),
                removed: PortRange::compress(before.difference(after).copied()),
            })
        })
        .collect()
}

fn needs(list: &[Requirement]) -> BTreeMap<&ScenarioId, &BandwidthRule> {
    list.iter()
        .filter_map(|r| match &r.rule {
            Rule::Bandwidth(b) => Some((&b.scenario, b)),
            _ => None,
        })
        .collect()
}

fn bandwidth(old: &[Requirement], new: &[Requirement]) -> Vec<BandwidthChange> {
    let (old, new) = (needs(old), needs(new));
    let scenarios: BTreeSet<&ScenarioId> = old.keys().chain(new.keys()).copied().collect();
    let upper = |need: Option<Need>| need.map_or(0, |n| i64::from(n.upper_kbps.0));
    scenarios
        .into_iter()
        .filter_map(|scenario| {
            let (before, after) = (old.get(scenario), new.get(scenario));
            let change = BandwidthChange {
                scenario: scenario.clone(),
                presence: presence(before.is_some(), after.is_some()),
                old_up: before.and_then(|b| b.up),
                new_up: after.and_then(|b| b.up),
                old_down: before.and_then(|b| b.down),
                new_down: after.and_then(|b| b.down),
                up_by_kbps: upper(after.and_then(|b| b.up)) - upper(before.and_then(|b| b.up)),
                down_by_kbps: upper(after.and_then(|b| b.down))
                    - upper(before.and_then(|b| b.down)),
            };
            let same = change.presence == Presence::Both
                && change.old_up == change.new_up
                && change.old_down == change.new_down;
            (!same).then_some(change)
        })
        .collect()
}
