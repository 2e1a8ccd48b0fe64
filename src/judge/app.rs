//! Installed apps.

use crate::model::Reason;
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::AppRule;

use super::context::Context;
use super::outcome::Outcome;

pub(super) fn judge(rule: &AppRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let asked = match &rule.at_least {
        Some(version) => Limit::AtLeast(Value::Text(format!("{} {version}", rule.app))),
        None => Limit::Is(Value::Text(rule.app.clone())),
    };
    let outcome = if context.inventory.apps.value().is_none() {
        Outcome::without(&context.inventory.apps)
    } else {
        match context.app(&rule.app) {
            None => Outcome::missed(requirement, Reason::AppMissing),
            Some(app) => {
                let outcome = match (&rule.at_least, app.version.value()) {
                    (None, _) => Outcome::pass(Reason::Met),
                    (Some(least), Some(version)) if version >= least => Outcome::pass(Reason::Met),
                    (Some(_), Some(_)) => Outcome::missed(requirement, Reason::AppTooOld),
                    (Some(_), None) => Outcome::without(&app.version),
                };
                let shown = match app.version.value() {
                    Some(version) => format!("{} {version}", app.name),
                    None => app.name.clone(),
                };
                outcome.measure(What::App, Value::Text(shown))
            }
        }
    };
    outcome.require(What::App, asked).from("inventory.apps")
}
