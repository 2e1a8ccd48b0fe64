//! Operating systems.

use crate::model::inventory::OsFamily;
use crate::model::quantity::{Limit, Value, What};
use crate::model::requirement::Requirement;
use crate::model::rule::{ListedOs, OsRule};
use crate::model::{Reason, Verdict, Version};

use super::context::Context;
use super::outcome::{Outcome, unknown_reason};

pub(super) fn judge(rule: &OsRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let os = &context.inventory.os;
    let outcome = decide(rule, requirement, context);
    let shown = os.name.value().cloned().or_else(|| {
        Some(format!(
            "{} {}",
            family_name(*os.family.value()?),
            os.version.value()?
        ))
    });
    let outcome = match shown {
        Some(name) => outcome.measure(What::Os, Value::Text(name)),
        None => outcome,
    };
    outcome
        .require(What::Os, Limit::Is(Value::Names(names(rule))))
        .from("inventory.os.family")
        .from("inventory.os.version")
}

fn decide(rule: &OsRule, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let os = &context.inventory.os;
    let Some(family) = os.family.value().copied() else {
        return Outcome::without(&os.family);
    };
    let of_family = || rule.listed.iter().filter(move |l| l.family == family);
    if of_family().next().is_none() {
        return Outcome::unlisted(requirement, Reason::OsUnlisted);
    }
    let server = os.server.value().copied().unwrap_or(false);
    let Some(version) = os.version.value() else {
        // A server edition is unlisted whatever its version; a family listed without versions needs none.
        if family == OsFamily::Windows && server {
            return Outcome::unlisted(requirement, Reason::OsUnlisted);
        }
        return match of_family().find(|l| l.exactly.is_empty() && l.at_least.is_none()) {
            Some(listed) => covered(listed, requirement, context),
            None => Outcome::inconclusive(unknown_reason(&os.version)),
        };
    };
    let version = compared(family, version);
    if family == OsFamily::Windows && (server || is_server_year(&version)) {
        return Outcome::unlisted(requirement, Reason::OsUnlisted);
    }
    if let Some(listed) = of_family().find(|l| covers(l, &version)) {
        return covered(listed, requirement, context);
    }
    let older_than_printed = of_family()
        .filter_map(|l| l.at_least.as_ref())
        .min()
        .is_some_and(|least| version < *least);
    if older_than_printed {
        Outcome::missed(requirement, Reason::OsTooOld)
    } else {
        Outcome::unlisted(requirement, Reason::OsUnlisted)
    }
}

fn covers(listed: &ListedOs, version: &Version) -> bool {
    let anything = listed.exactly.is_empty() && listed.at_least.is_none();
    anything
        || listed.exactly.contains(version)
        || listed.at_least.as_ref().is_some_and(|l| version >= l)
}

/// A listed OS passes, unless its support ends with a release of the client: then it fails with that client or a later
/// one, and warns otherwise, as a fresh install could not work there.
fn covered(listed: &ListedOs, requirement: &Requirement, context: &Context<'_>) -> Outcome {
    let Some(end) = &listed.ends_with else {
        return Outcome::pass(Reason::Met);
    };
    let Some(app) = context.app(&end.app) else {
        return Outcome::new(Verdict::Warn, Reason::OsEnding);
    };
    let outcome = match app.version.value() {
        Some(version) if *version >= end.version => Outcome::missed(requirement, Reason::OsEnded),
        _ => Outcome::new(Verdict::Warn, Reason::OsEnding),
    };
    let shown = match app.version.value() {
        Some(version) => format!("{} {version}", app.name),
        None => app.name.clone(),
    };
    outcome
        .measure(What::App, Value::Text(shown))
        .from("inventory.apps")
}

/// The number to compare. macOS reports 10.16 for 11 to programs built with old tools (osquery/osquery#6840), and 16
/// for 26, which followed 15 (dotnet/runtime#116536).
fn compared(family: OsFamily, version: &Version) -> Version {
    let renumbered = match (family, version.parts()) {
        (OsFamily::Macos, [10, 16, ..]) => "11".parse(),
        (OsFamily::Macos, [16, rest @ ..]) => {
            let mut text = String::from("26");
            for part in rest {
                text.push('.');
                text.push_str(&part.to_string());
            }
            text.parse()
        }
        _ => return version.clone(),
    };
    renumbered.unwrap_or_else(|_| version.clone())
}

/// Windows Server counts in years; its clients never do. Windows 2000 is listed nowhere either.
fn is_server_year(version: &Version) -> bool {
    version.major() >= 2000
}

fn names(rule: &OsRule) -> Vec<String> {
    let mut out = Vec::new();
    for listed in &rule.listed {
        let family = family_name(listed.family);
        out.extend(listed.exactly.iter().map(|v| format!("{family} {v}")));
        if let Some(least) = &listed.at_least {
            out.push(format!("{family} {least}+"));
        }
        if listed.exactly.is_empty() && listed.at_least.is_none() {
            out.push(family.to_owned());
        }
    }
    out
}

/// Proper names, the same in every language.
fn family_name(family: OsFamily) -> &'static str {
    match family {
        OsFamily::Windows => "Windows",
        OsFamily::Macos => "macOS",
        OsFamily::Linux => "Linux",
        OsFamily::Ios => "iOS",
        OsFamily::Ipados => "iPadOS",
        OsFamily::Android => "Android",
        OsFamily::Other => "?",
    }
}
