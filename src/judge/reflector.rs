//! What the reflectors of a run can prove, and why nothing could be proved.

use crate::model::Reason;
use crate::model::network::{NetworkEvidence, ReflectorRole};
use crate::model::rule::Scope;

/// The role that a reflector must have to prove something about the far end of a scope.
pub(super) fn role_for(scope: Scope) -> ReflectorRole {
    match scope {
        Scope::Cloud => ReflectorRole::Outside,
        Scope::Lan => ReflectorRole::Lan,
    }
}

/// Why there is no reading that proves anything about this scope. The best the run had decides: a reflector of the
/// right role that gave no reading, one that failed, one of another role, the process itself, none.
pub(super) fn why_nothing(network: &NetworkEvidence, scope: Scope) -> Reason {
    let wanted = role_for(scope);
    let role = |wanted: ReflectorRole| {
        network
            .reflectors
            .iter()
            .any(|r| r.failure.is_none() && r.role.value() == Some(&wanted))
    };
    let failed = network
        .reflectors
        .iter()
        .any(|r| r.failure.is_some() && r.role.value().is_none_or(|found| *found == wanted));
    let other = match scope {
        Scope::Cloud => ReflectorRole::Lan,
        Scope::Lan => ReflectorRole::Outside,
    };
    if role(wanted) {
        Reason::MeasurementFailed
    } else if failed {
        Reason::ReflectorUnusable
    } else if role(other) {
        match scope {
            Scope::Cloud => Reason::NeedsOutsideReflector,
            Scope::Lan => Reason::NeedsLanReflector,
        }
    } else if role(ReflectorRole::SelfTest) {
        Reason::SelfOnly
    } else if !network.reflectors.is_empty() {
        Reason::ReflectorUnusable
    } else {
        match scope {
            Scope::Cloud => Reason::NoReflector,
            Scope::Lan => Reason::NeedsLanReflector,
        }
    }
}
