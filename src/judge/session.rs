//! Virtual desktops.

use crate::model::Reason;
use crate::model::fact::UnknownCode;
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::SessionRule;

use super::context::Context;
use super::outcome::Outcome;

/// What the inventory writes for a proved absence.
const NONE: &str = "none";

pub(super) fn judge(
    rule: &SessionRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let session = &context.inventory.session;
    let outcome = match session.virtual_desktop.value() {
        Some(name) if name == NONE => Outcome::pass(Reason::Met),
        Some(name) => Outcome::missed(requirement, Reason::VirtualDesktop)
            .measure(What::VirtualDesktop, Value::Text(name.clone())),
        // An agent is there that may show this session elsewhere without the system calling it remote.
        None if session
            .virtual_desktop
            .reason()
            .is_some_and(|why| why.code == UnknownCode::Undecided) =>
        {
            Outcome::without(&session.virtual_desktop)
        }
        // A virtual desktop is always shown on another machine.
        None if session.remote.value() == Some(&false) => {
            Outcome::pass(Reason::Met).from("inventory.session.remote")
        }
        None => Outcome::without(&session.virtual_desktop),
    };
    outcome
        .require(
            What::VirtualDesktop,
            Limit::Is(Value::Stance(rule.virtual_desktop)),
        )
        .from("inventory.session.virtual_desktop")
}
