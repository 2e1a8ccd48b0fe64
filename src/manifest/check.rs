//! What types cannot say of a requirement file: ids, variants, empty lists, figures that contradict each other.

use std::collections::BTreeMap;

use crate::model::VariantId;
use crate::model::inventory::OsFamily;
use crate::model::requirement::{
    Baseline, BrowserReleases, EditionInfo, Endpoints, Policy, ProductManifest, Requirement,
    Source, Variant,
};
use crate::model::rule::Rule;

use super::check_rule;
use super::error::{Problem, meant};
use super::raw::{Finding, JsonPath};

/// The outcome of one check.
pub(super) type Checked = Result<(), Finding>;

/// A failed check at a path.
pub(super) fn fail(at: &JsonPath, problem: Problem) -> Checked {
    Err(Finding {
        at: at.clone(),
        problem,
    })
}

/// A contradiction and its mend.
pub(super) fn contradiction(
    at: &JsonPath,
    what: impl Into<String>,
    mend: impl Into<String>,
) -> Checked {
    fail(
        at,
        Problem::Contradiction {
            what: what.into(),
            mend: mend.into(),
        },
    )
}

/// A list that must hold something.
pub(super) fn filled<T>(at: &JsonPath, list: &[T], what: &'static str) -> Checked {
    if list.is_empty() {
        fail(at, Problem::Empty(what.to_owned()))
    } else {
        Ok(())
    }
}

/// A text that must say something.
pub(super) fn said(at: &JsonPath, text: &str) -> Checked {
    if text.trim().is_empty() {
        contradiction(at, "the text is empty", "say what is meant")
    } else {
        Ok(())
    }
}

/// Ids that must be unique in a list.
pub(super) fn unique<'a>(
    at: &JsonPath,
    key: Option<&str>,
    what: &'static str,
    ids: impl IntoIterator<Item = &'a str>,
) -> Checked {
    let place = |i: usize| match key {
        Some(key) => at.index(i).key(key),
        None => at.index(i),
    };
    let mut seen = BTreeMap::new();
    for (i, id) in ids.into_iter().enumerate() {
        if let Some(first) = seen.insert(id, i) {
            return fail(
                &place(i),
                Problem::DuplicateId {
                    what,
                    id: id.to_owned(),
                    first: place(first).to_string(),
                },
            );
        }
    }
    Ok(())
}

/// Codes are kebab-case: message files name them.
pub(super) fn code(at: &JsonPath, text: &str) -> Checked {
    let good = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    if good {
        Ok(())
    } else {
        contradiction(
            at,
            format!("{text:?} is not a code"),
            "use a-z, 0-9, '.' and '-', starting with a letter or digit",
        )
    }
}

fn notes(at: &JsonPath, notes: &[String]) -> Checked {
    for (i, note) in notes.iter().enumerate() {
        code(&at.index(i), note)?;
    }
    unique(at, None, "note", notes.iter().map(String::as_str))
}

/// `YYYY-MM-DD` or `YYYY-MM`.
fn date(at: &JsonPath, text: &str) -> Checked {
    let shape = |full: &str| full.len() == 10 && full.parse::<jiff::civil::Date>().is_ok();
    if shape(text) || shape(&format!("{text}-01")) {
        Ok(())
    } else {
        contradiction(
            at,
            format!("{text:?} is not a date"),
            "write YYYY-MM-DD or YYYY-MM",
        )
    }
}

fn source(at: &JsonPath, source: &Source) -> Checked {
    said(&at.key("document"), &source.document)?;
    said(&at.key("section"), &source.section)?;
    match &source.as_of {
        Some(as_of) => date(&at.key("as_of"), as_of),
        None => Ok(()),
    }
}

/// An edition file.
pub(super) fn edition(info: &EditionInfo) -> Checked {
    let top = JsonPath::default();
    code(&top.key("vendor"), &info.vendor)?;
    said(&top.key("document"), &info.document)?;
    said(&top.key("version"), &info.version)?;
    said(&top.key("publisher"), &info.publisher)?;
    date(&top.key("as_of"), &info.as_of)?;
    notes(&top.key("notes"), &info.notes)
}

/// A product file.
pub(super) fn product(manifest: &ProductManifest) -> Checked {
    let top = JsonPath::default();
    said(&top.key("name"), &manifest.name)?;
    variants(&top.key("variants"), &manifest.variants)?;
    let list = top.key("requirements");
    requirements(&list, &manifest.requirements)?;
    for (i, r) in manifest.requirements.iter().enumerate() {
        let at = list.index(i).key("applies").key("variants");
        for (n, wanted) in r.applies.variants.iter().enumerate() {
            declared(&at.index(n), wanted, &manifest.variants)?;
        }
    }
    one_need_a_scenario(&list, &manifest.requirements)
}

fn variants(at: &JsonPath, variants: &[Variant]) -> Checked {
    unique(
        at,
        Some("id"),
        "variant",
        variants.iter().map(|v| v.id.as_str()),
    )?;
    let mut default: Option<&VariantId> = None;
    for (i, v) in variants.iter().enumerate().filter(|(_, v)| v.default) {
        if let Some(first) = default.replace(&v.id) {
            return fail(
                &at.index(i).key("default"),
                Problem::SeveralDefaults {
                    first: first.to_string(),
                    second: v.id.to_string(),
                },
            );
        }
    }
    Ok(())
}

fn declared(at: &JsonPath, wanted: &VariantId, variants: &[Variant]) -> Checked {
    if variants.iter().any(|v| v.id == *wanted) {
        return Ok(());
    }
    fail(
        at,
        Problem::UndeclaredVariant {
            variant: wanted.to_string(),
            declared: variants.iter().map(|v| v.id.to_string()).collect(),
            meant: meant(wanted.as_str(), variants.iter().map(|v| v.id.as_str())),
        },
    )
}

/// A list of requirements, of a product or a baseline.
fn requirements(at: &JsonPath, list: &[Requirement]) -> Checked {
    filled(at, list, "requirements")?;
    unique(
        at,
        Some("id"),
        "requirement id",
        list.iter().map(|r| r.id.as_str()),
    )?;
    for (i, r) in list.iter().enumerate() {
        let at = at.index(i);
        let applies = at.key("applies");
        unique(
            &applies.key("variants"),
            None,
            "variant",
            r.applies.variants.iter().map(VariantId::as_str),
        )?;
        source(&at.key("source"), &r.source)?;
        notes(&at.key("notes"), &r.notes)?;
        check_rule::rule(&at.key("rule").key(r.rule.kind()), &r.rule)?;
    }
    Ok(())
}

/// Two needs of one scenario that hold for the same device would leave open which is judged.
fn one_need_a_scenario(at: &JsonPath, list: &[Requirement]) -> Checked {
    let needs: Vec<_> = list
        .iter()
        .enumerate()
        .filter_map(|(i, r)| match &r.rule {
            Rule::Bandwidth(b) => Some((i, r, &b.scenario)),
            _ => None,
        })
        .collect();
    for (n, (i, r, scenario)) in needs.iter().enumerate() {
        let before = needs.iter().take(n).find(|(_, other, of)| {
            of == scenario
                && overlap::<OsFamily>(&other.applies.platforms, &r.applies.platforms)
                && overlap(&other.applies.variants, &r.applies.variants)
        });
        if let Some((first, _, _)) = before {
            return fail(
                &at.index(*i).key("rule").key("bandwidth").key("scenario"),
                Problem::DuplicateId {
                    what: "scenario",
                    id: scenario.to_string(),
                    first: at.index(*first).to_string(),
                },
            );
        }
    }
    Ok(())
}

/// Two `applies` lists have something in common; an empty one holds everything.
fn overlap<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.is_empty() || b.is_empty() || a.iter().any(|x| b.contains(x))
}

/// A baseline file. Baselines hold for every product, so they cannot speak of variants.
pub(super) fn baseline(baseline: &Baseline) -> Checked {
    let list = JsonPath::default().key("requirements");
    requirements(&list, &baseline.requirements)?;
    for (i, r) in baseline.requirements.iter().enumerate() {
        if !r.applies.variants.is_empty() {
            return contradiction(
                &list.index(i).key("applies").key("variants"),
                "a baseline holds for every product and knows no variants",
                "take \"variants\" out, or move the requirement into a product",
            );
        }
    }
    Ok(())
}

/// A company's policy.
pub(super) fn policy(policy: &Policy) -> Checked {
    let top = JsonPath::default();
    said(&top.key("name"), &policy.name)?;
    said(&top.key("publisher"), &policy.publisher)?;
    said(&top.key("as_of"), &policy.as_of)?;
    let list = top.key("requirements");
    filled(&list, &policy.requirements, "requirements")?;
    requirements(&list, &policy.requirements)?;
    for (i, r) in policy.requirements.iter().enumerate() {
        if !r.applies.variants.is_empty() {
            return contradiction(
                &list.index(i).key("applies").key("variants"),
                "a policy holds for every product and knows no variants",
                "take \"variants\" out",
            );
        }
    }
    one_need_a_scenario(&list, &policy.requirements)
}

/// An endpoints file.
pub(super) fn endpoints(file: &Endpoints) -> Checked {
    let at = JsonPath::default().key("endpoints");
    filled(&at, &file.endpoints, "endpoints")?;
    unique(
        &at,
        Some("host"),
        "host",
        file.endpoints.iter().map(|e| e.host.as_str()),
    )?;
    for (i, e) in file.endpoints.iter().enumerate() {
        let at = at.index(i);
        host(&at.key("host"), &e.host)?;
        source(&at.key("source"), &e.source)?;
        if e.tls_ports.is_empty() && e.http_ports.is_empty() {
            return contradiction(
                &at,
                "no port is given",
                "add \"tls_ports\" or \"http_ports\"",
            );
        }
        for (key, ports) in [("tls_ports", &e.tls_ports), ("http_ports", &e.http_ports)] {
            if let Some(n) = ports.iter().position(|p| *p == 0) {
                return contradiction(&at.key(key).index(n), "0 is not a port", "write 1 to 65535");
            }
        }
    }
    let at = JsonPath::default().key("address_lists");
    let urls = file.address_lists.iter().map(|l| l.url.as_str());
    unique(&at, Some("url"), "url", urls)?;
    for (i, list) in file.address_lists.iter().enumerate() {
        let at = at.index(i);
        source(&at.key("source"), &list.source)?;
        // Shown to people only, but they will follow it.
        let name = list.url.strip_prefix("https://");
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '@');
        if !name.is_some_and(|n| n.contains('.') && n.chars().all(plain)) {
            return contradiction(
                &at.key("url"),
                format!("{:?} is no address of a list", list.url),
                "write https:// and the rest of the address",
            );
        }
    }
    Ok(())
}

/// A DNS name in ASCII, or one below a `*.`.
fn host(at: &JsonPath, name: &str) -> Checked {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let plain = name.strip_prefix("*.").unwrap_or(name);
    if plain.len() <= 253 && plain.contains('.') && plain.split('.').all(label) {
        Ok(())
    } else {
        contradiction(
            at,
            format!("{name:?} is not a host name"),
            "write a full name such as example.com, or *.example.com",
        )
    }
}

/// A browser releases file.
pub(super) fn browsers(file: &BrowserReleases) -> Checked {
    let top = JsonPath::default();
    source(&top.key("source"), &file.source)?;
    let at = top.key("browsers");
    if file.browsers.is_empty() {
        return fail(&at, Problem::Empty("browsers".to_owned()));
    }
    for (id, releases) in &file.browsers {
        let at = at.key(id);
        code(&at, id)?;
        filled(&at, releases, "releases")?;
        for (i, pair) in releases.windows(2).enumerate() {
            if let [before, after] = pair
                && before.date > after.date
            {
                return contradiction(
                    &at.index(i + 1),
                    format!("{} comes after {}", after.date, before.date),
                    "list the oldest release first",
                );
            }
        }
        if let Some(last) = releases.last().filter(|r| r.date > file.as_of) {
            return contradiction(
                &at.index(releases.len() - 1),
                format!("{} is later than \"as_of\" {}", last.date, file.as_of),
                "list released versions only, or correct \"as_of\"",
            );
        }
    }
    Ok(())
}
