//! Kind of network link.

use crate::model::Reason;
use crate::model::inventory::{LinkKind, SessionFacts};
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::LinkRule;

use super::context::Context;
use super::outcome::Outcome;

pub(super) fn judge(rule: &LinkRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let link = &context.inventory.link;
    let mut outcome = decide(rule, requirement, context);
    if let Some(kind) = link.kind.value() {
        let mut kinds = vec![*kind];
        if *kind == LinkKind::Vpn {
            kinds.extend(link.underlying.value());
        }
        outcome = outcome.measure(What::Link, Value::Links(kinds));
    }
    if let Some(technology) = link.technology.value() {
        outcome = outcome.measure(What::LinkTechnology, Value::Text(technology.clone()));
    }
    outcome = outcome.require(What::Link, Limit::Is(Value::Links(rule.kinds.clone())));
    let technologies: Vec<String> = rule.wifi.iter().chain(&rule.cellular).cloned().collect();
    if !technologies.is_empty() {
        outcome = outcome.require(What::LinkTechnology, Limit::Is(Value::Names(technologies)));
    }
    outcome.from("inventory.link.kind")
}

fn decide(rule: &LinkRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let link = &context.inventory.link;
    let kind = match link.kind.value() {
        None => return Outcome::without(&link.kind),
        Some(LinkKind::Vpn) if !rule.kinds.contains(&LinkKind::Vpn) => {
            match link.underlying.value() {
                // A tunnel in a tunnel hides its carrier as well.
                // A virtual interface beneath is a guest's: the tunnel is not all that hides.
                Some(LinkKind::Virtual) => {
                    return Outcome::inconclusive(hidden_by(&context.inventory.session))
                        .from("inventory.link.underlying");
                }
                None | Some(LinkKind::Vpn) => {
                    return Outcome::inconclusive(Reason::LinkHidden)
                        .from("inventory.link.underlying");
                }
                Some(kind) => *kind,
            }
        }
        Some(LinkKind::Virtual) if !rule.kinds.contains(&LinkKind::Virtual) => {
            return Outcome::inconclusive(hidden_by(&context.inventory.session));
        }
        Some(kind) => *kind,
    };
    if kind == LinkKind::Loopback {
        return Outcome::missed(requirement, Reason::LinkUnlisted);
    }
    if !rule.kinds.contains(&kind) {
        return Outcome::unlisted(requirement, Reason::LinkUnlisted);
    }
    let listed = match kind {
        LinkKind::Wifi => &rule.wifi,
        LinkKind::Cellular => &rule.cellular,
        _ => return Outcome::pass(Reason::Met),
    };
    if listed.is_empty() {
        return Outcome::pass(Reason::Met);
    }
    match link.technology.value() {
        None => Outcome::without(&link.technology),
        Some(found) if listed.iter().any(|l| same_technology(l, found)) => {
            Outcome::pass(Reason::Met)
        }
        Some(_) => Outcome::unlisted(requirement, Reason::LinkTechnologyUnlisted),
    }
    .from("inventory.link.technology")
}

/// What a virtual interface hides its carrier behind, which decides what helps.
fn hidden_by(session: &SessionFacts) -> Reason {
    let contained = session
        .hypervisor
        .value()
        .is_some_and(|name| name.starts_with("container:"));
    if session.virtual_machine.value() == Some(&false) && !contained {
        Reason::LinkSwitch
    } else {
        Reason::LinkVirtual
    }
}

/// Compares names of standards by letters and digits alone: `802.11AC` and `IEEE 802.11ac` are one.
fn same_technology(listed: &str, found: &str) -> bool {
    let plain = |text: &str| {
        let lower: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        lower
            .strip_prefix("ieee")
            .map_or(lower.clone(), str::to_owned)
    };
    plain(listed) == plain(found)
}
