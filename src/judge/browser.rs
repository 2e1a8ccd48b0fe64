//! Browsers.

use std::cmp::Ordering;

use crate::model::fact::Fact;
use crate::model::inventory::Software;
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::BrowserRule;
use crate::model::{Reason, Verdict, Version};

use super::context::Context;
use super::outcome::{Outcome, unknown_reason};

/// Release data older than this is stale (rulings: outside data that ages).
const FRESH_DAYS: i32 = 60;

pub(super) fn judge(
    rule: &BrowserRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Outcome {
    let (verdict, reason) = decide(rule, requirement, context);
    let mut outcome = Outcome::new(verdict, reason).from("inventory.browsers");
    if let Some(found) = context.inventory.browsers.value().filter(|b| !b.is_empty()) {
        outcome = outcome.measure(
            What::Browser,
            Value::Names(found.iter().map(shown).collect()),
        );
    }
    if let Some(id) = &rule.or_app {
        outcome = outcome.from("inventory.apps");
        if let Some(app) = context.app(id) {
            outcome = outcome.measure(What::App, Value::Text(shown(app)));
        }
    }
    outcome = outcome.require(
        What::Browser,
        Limit::Is(Value::Names(
            rule.browsers
                .iter()
                .map(|id| asked(rule, id, context))
                .collect(),
        )),
    );
    outcome
}

fn shown(software: &Software) -> String {
    match software.version.value() {
        Some(version) => format!("{} {version}", software.name),
        None => software.name.clone(),
    }
}

/// A listed browser with the oldest version that will do, where that is known.
fn asked(rule: &BrowserRule, id: &str, context: &Context<'_>) -> String {
    let printed = rule.at_least.iter().find(|a| a.app == id);
    let released = rule
        .releases_before_latest
        .and_then(|before| Releases::of(id, context).oldest_supported(before));
    match (printed, released) {
        (_, Some(major)) => format!("{id} {major}+"),
        (Some(least), None) => format!("{id} {}+", least.version),
        (None, None) => id.to_owned(),
    }
}

/// A browser that does, else the app that does instead, else the most that is known of the others.
fn decide(
    rule: &BrowserRule,
    requirement: &Requirement,
    context: &Context<'_>,
) -> (Verdict, Reason) {
    let browsers = &context.inventory.browsers;
    let installed: &[Software] = browsers.value().map_or(&[], Vec::as_slice);
    let listed: Vec<Browser> = installed
        .iter()
        .filter(|b| rule.browsers.contains(&b.id))
        .map(|b| compare(rule, b, context))
        .collect();
    if listed.contains(&Browser::Supported) {
        return (Verdict::Pass, Reason::Met);
    }
    let app_is_unknown = match &rule.or_app {
        None => false,
        Some(id) if context.app(id).is_some() => {
            return (Verdict::Pass, Reason::AppSuffices);
        }
        Some(_) => context.inventory.apps.value().is_none(),
    };
    if browsers.value().is_none() {
        return (Verdict::Inconclusive, unknown_reason(browsers));
    }
    if let Some(reason) = listed.iter().find_map(|b| match b {
        Browser::NotTold(reason) => Some(*reason),
        Browser::Supported | Browser::TooOld => None,
    }) {
        return (Verdict::Inconclusive, reason);
    }
    if app_is_unknown {
        return (
            Verdict::Inconclusive,
            unknown_reason(&context.inventory.apps),
        );
    }
    if listed.contains(&Browser::TooOld) {
        return (requirement.on_fail.into(), Reason::BrowserTooOld);
    }
    let severity = if installed.is_empty() {
        requirement.on_fail
    } else {
        super::outcome::unlisted_severity(requirement)
    };
    (severity.into(), Reason::BrowserMissing)
}

/// How one installed, listed browser stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Browser {
    Supported,
    TooOld,
    NotTold(Reason),
}

fn compare(rule: &BrowserRule, browser: &Software, context: &Context<'_>) -> Browser {
    let printed = rule.at_least.iter().find(|a| a.app == browser.id);
    if printed.is_none() && rule.releases_before_latest.is_none() {
        return Browser::Supported;
    }
    let version = match &browser.version {
        Fact::Known { value, .. } => value,
        unknown @ Fact::Unknown(_) => return Browser::NotTold(unknown_reason(unknown)),
    };
    if printed.is_some_and(|least| *version < least.version) {
        return Browser::TooOld;
    }
    match rule.releases_before_latest {
        None => Browser::Supported,
        Some(before) => Releases::of(&browser.id, context).compare(version, before),
    }
}

/// What is known of a browser's releases on the day of the run.
struct Releases {
    /// Major numbers released by then, newest first.
    majors: Vec<u64>,
    /// The data was recent on that day.
    fresh: bool,
}

impl Releases {
    /// The latest release is the latest by the day of the run: data that is newer than the run does not make a browser
    /// old that was new then. A run without a date makes the data stale.
    fn of(id: &str, context: &Context<'_>) -> Self {
        let Some(data) = context.browsers else {
            return Self {
                majors: Vec::new(),
                fresh: false,
            };
        };
        let day = context
            .evidence
            .collected_at
            .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
        let mut majors: Vec<u64> = data
            .browsers
            .get(id)
            .into_iter()
            .flatten()
            .filter(|release| day.is_none_or(|day| release.date <= day))
            .map(|release| release.version.major())
            .collect();
        majors.sort_unstable_by(|a, b| b.cmp(a));
        majors.dedup();
        Self {
            fresh: day.is_some_and(|day| (day - data.as_of).get_days() <= FRESH_DAYS),
            majors,
        }
    }
    /// "Two before the latest" counts releases by their major number, as the document's own example does (111: 109,
    /// 110, 111), and in the order they came: Safari 26 followed 18.
    fn oldest_supported(&self, before: u32) -> Option<u64> {
        let index = usize::try_from(before).unwrap_or(usize::MAX);
        self.majors.get(index).or(self.majors.last()).copied()
    }
    fn compare(&self, version: &Version, before: u32) -> Browser {
        let Some(oldest) = self.oldest_supported(before) else {
            return Browser::NotTold(Reason::BrowserDataStale);
        };
        let known_enough = self.majors.len() > usize::try_from(before).unwrap_or(usize::MAX);
        match version.major().cmp(&oldest) {
            // Stale data proves this all the same: the latest version only grows. Data that begins later than the
            // releases that count does not.
            Ordering::Less if known_enough => Browser::TooOld,
            Ordering::Less => Browser::NotTold(Reason::BrowserDataStale),
            Ordering::Equal | Ordering::Greater if self.fresh => Browser::Supported,
            Ordering::Equal | Ordering::Greater => Browser::NotTold(Reason::BrowserDataStale),
        }
    }
}
