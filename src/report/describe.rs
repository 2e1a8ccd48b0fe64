//! What a rule asks, in words. Shared by `requirements show` and the comparison of editions.

use crate::l10n::{Arg, Texts};
use crate::model::inventory::OsFamily;
use crate::model::network::Direction;
use crate::model::rule::{
    AppVersion, BandwidthRule, BrowserRule, CpuClause, CpuFamily, DisplayRule, LinkRule, ListedOs,
    Need, PortRule, QualityRule, Rule, StatementRule,
};
use crate::model::units::Kbps;

use super::clean::clean_to;
use super::words;

/// What a rule asks, in one line of words.
pub fn describe(rule: &Rule, texts: &Texts) -> String {
    match rule {
        Rule::Os(rule) => join(rule.listed.iter().map(|os| listed_os(os, texts)), ", "),
        Rule::Cpu(rule) => join(
            rule.any_of.iter().map(|clause| cpu_clause(clause, texts)),
            &texts.get("or"),
        ),
        Rule::Memory(rule) => at_least(words::memory(rule.at_least), texts),
        Rule::Device(rule) => texts.format(
            "rule-device",
            &[
                ("device", texts.code(rule.kind).into()),
                ("buses", words::codes(&rule.buses, texts).into()),
            ],
        ),
        Rule::Display(rule) => display(rule, texts),
        Rule::Browser(rule) => browser(rule, texts),
        Rule::App(rule) => app(
            &rule.app,
            rule.at_least.as_ref().map(ToString::to_string),
            texts,
        ),
        Rule::Link(rule) => link(rule, texts),
        Rule::SameNetwork(rule) => texts.format(
            "rule-same-network",
            &[("peer", words::named("product", &rule.peer, texts).into())],
        ),
        Rule::Session(rule) => texts.code(rule.virtual_desktop),
        Rule::Port(rule) => port(rule, texts),
        Rule::Bandwidth(rule) => bandwidth(rule, texts),
        Rule::Quality(rule) => quality(rule, texts),
        Rule::Statement(rule) => statement(rule, texts),
    }
}

fn join(words: impl Iterator<Item = String>, between: &str) -> String {
    let words: Vec<String> = words.filter(|w| !w.is_empty()).collect();
    words.join(between)
}

fn at_least(value: String, texts: &Texts) -> String {
    texts.format("bound-at-least", &[("value", value.into())])
}

fn app_name(id: &str, texts: &Texts) -> String {
    words::named("item", id, texts)
}

fn app(id: &str, version: Option<String>, texts: &Texts) -> String {
    let name = app_name(id, texts);
    match version {
        Some(version) => at_least(format!("{name} {version}"), texts),
        None => name,
    }
}

fn listed_os(os: &ListedOs, texts: &Texts) -> String {
    let family = texts.code::<OsFamily>(os.family);
    let exactly = join(os.exactly.iter().map(ToString::to_string), ", ");
    let later = os
        .at_least
        .as_ref()
        .map(|v| texts.format("bound-or-later", &[("value", v.to_string().into())]))
        .unwrap_or_default();
    let versions = join([exactly, later].into_iter(), ", ");
    let name = join([family, versions].into_iter(), " ");
    match &os.ends_with {
        Some(AppVersion { app, version }) => texts.format(
            "rule-os-ends",
            &[
                ("os", name.into()),
                ("app", app_name(app, texts).into()),
                ("version", version.to_string().into()),
            ],
        ),
        None => name,
    }
}

fn cpu_family(family: &CpuFamily, texts: &Texts) -> String {
    let name = words::named("cpu", &family.tier, texts);
    let arg = |n: u32| -> Arg { u64::from(n).into() };
    match (family.min_generation, family.max_generation) {
        (Some(min), Some(max)) if min == max => texts.format(
            "cpu-family-one",
            &[("name", name.into()), ("min", arg(min))],
        ),
        (Some(min), Some(max)) => texts.format(
            "cpu-family-between",
            &[("name", name.into()), ("min", arg(min)), ("max", arg(max))],
        ),
        (Some(min), None) => texts.format(
            "cpu-family-from",
            &[("name", name.into()), ("min", arg(min))],
        ),
        (None, Some(max)) => {
            texts.format("cpu-family-to", &[("name", name.into()), ("max", arg(max))])
        }
        (None, None) => name,
    }
}

fn cpu_clause(clause: &CpuClause, texts: &Texts) -> String {
    let names = if clause.models.is_empty() {
        join(clause.families.iter().map(|f| cpu_family(f, texts)), ", ")
    } else {
        join(clause.models.iter().map(|m| clean_to(m, words::NAME)), ", ")
    };
    let cores = |key: &str, n: Option<u32>| {
        n.map(|n| texts.format(key, &[("count", u64::from(n).into())]))
            .unwrap_or_default()
    };
    let amount = |what: &str, value: String| {
        texts.format(
            "amount",
            &[
                ("what", texts.get(what).into()),
                ("value", at_least(value, texts).into()),
            ],
        )
    };
    let parts = [
        names,
        clause.segment.map(|s| texts.code(s)).unwrap_or_default(),
        cores("rule-cores", clause.min_cores),
        cores("rule-performance-cores", clause.min_performance_cores),
        cores("rule-efficiency-cores", clause.min_efficiency_cores),
        clause
            .min_base_clock
            .map(|c| amount("what-base-clock", words::clock(c)))
            .unwrap_or_default(),
        if clause.bits_64 {
            texts.get("rule-64-bit")
        } else {
            String::new()
        },
        clause
            .min_memory
            .map(|m| amount("what-memory-installed", words::memory(m)))
            .unwrap_or_default(),
    ];
    join(parts.into_iter(), "; ")
}

fn inches(tenths: u32, texts: &Texts) -> String {
    let value = format!("{}.{}", tenths / 10, tenths % 10);
    at_least(texts.format("inch", &[("value", value.into())]), texts)
}

fn display(rule: &DisplayRule, texts: &Texts) -> String {
    let parts = [
        rule.min_displays
            .map(|n| texts.format("rule-displays", &[("count", u64::from(n).into())]))
            .unwrap_or_default(),
        if rule.touch {
            texts.get("rule-touch")
        } else {
            String::new()
        },
        rule.min_diagonal_tenths
            .map(|t| inches(t, texts))
            .unwrap_or_default(),
        rule.recommended_diagonal_tenths
            .map(|t| texts.format("rule-recommended", &[("value", inches(t, texts).into())]))
            .unwrap_or_default(),
    ];
    join(parts.into_iter(), "; ")
}

fn browser(rule: &BrowserRule, texts: &Texts) -> String {
    let one = |id: &String| {
        let name = app_name(id, texts);
        match rule.at_least.iter().find(|a| a.app == *id) {
            Some(a) => at_least(format!("{name} {}", a.version), texts),
            None => name,
        }
    };
    let parts = [
        join(rule.browsers.iter().map(one), ", "),
        rule.releases_before_latest
            .map(|n| texts.format("rule-releases", &[("count", u64::from(n).into())]))
            .unwrap_or_default(),
        rule.or_app
            .as_ref()
            .map(|id| texts.format("rule-or-app", &[("app", app_name(id, texts).into())]))
            .unwrap_or_default(),
    ];
    join(parts.into_iter(), "; ")
}

fn link(rule: &LinkRule, texts: &Texts) -> String {
    let list = |names: &[String]| join(names.iter().map(|n| clean_to(n, words::NAME)), ", ");
    join(
        [
            words::codes(&rule.kinds, texts),
            list(&rule.wifi),
            list(&rule.cellular),
        ]
        .into_iter(),
        "; ",
    )
}

fn port(rule: &PortRule, texts: &Texts) -> String {
    let ports = words::ports(rule.transport, &rule.ports, texts);
    let ports = texts.format(
        "rule-ports",
        &[
            ("ports", ports.into()),
            ("scope", texts.code(rule.scope).into()),
        ],
    );
    match rule.fallback_tcp {
        Some(port) => texts.format(
            "rule-ports-fallback",
            &[("ports", ports.into()), ("port", port.to_string().into())],
        ),
        None => ports,
    }
}

fn direction(key: Direction, need: Option<Need>, texts: &Texts) -> String {
    need.map(|n| {
        texts.format(
            "amount",
            &[
                ("what", texts.code(key).into()),
                ("value", words::need(n).into()),
            ],
        )
    })
    .unwrap_or_default()
}

/// The needs of both directions, comma between.
pub(super) fn needs(up: Option<Need>, down: Option<Need>, texts: &Texts) -> String {
    join(
        [
            direction(Direction::Up, up, texts),
            direction(Direction::Down, down, texts),
        ]
        .into_iter(),
        ", ",
    )
}

fn bandwidth(rule: &BandwidthRule, texts: &Texts) -> String {
    let scenario = words::named("scenario", rule.scenario.as_str(), texts);
    let words = texts.format(
        "amount",
        &[
            ("what", scenario.into()),
            ("value", needs(rule.up, rule.down, texts).into()),
        ],
    );
    let Some(printed) = &rule.printed else {
        return words;
    };
    let exact = |k: Option<Kbps>| {
        k.map(|k| Need {
            lower_kbps: k,
            upper_kbps: k,
        })
    };
    let printed = needs(exact(printed.up_kbps), exact(printed.down_kbps), texts);
    texts.format(
        "rule-printed",
        &[("value", words.into()), ("printed", printed.into())],
    )
}

fn quality(rule: &QualityRule, texts: &Texts) -> String {
    let limit = join(
        [
            rule.max_percent.map(words::share).unwrap_or_default(),
            rule.max_ms.map(words::time).unwrap_or_default(),
        ]
        .into_iter(),
        ", ",
    );
    let metric = texts.code(rule.metric);
    let what = match rule.direction {
        Some(d) => join([metric, texts.code(d)].into_iter(), " "),
        None => metric,
    };
    let limit = texts.format("bound-at-most", &[("value", limit.into())]);
    texts.format("amount", &[("what", what.into()), ("value", limit.into())])
}

fn statement(rule: &StatementRule, texts: &Texts) -> String {
    let rows = rule.rows.iter().map(|row| {
        let item = words::named("item", &row.item, texts);
        let says = join(
            row.says.iter().map(|(column, word)| {
                format!(
                    "{} {}",
                    words::named("item", column, texts),
                    words::named("says", word, texts)
                )
            }),
            ", ",
        );
        if says.is_empty() {
            item
        } else {
            format!("{item} ({says})")
        }
    });
    let rows = join(rows, "; ");
    let about = texts.code(rule.about);
    if rows.is_empty() {
        about
    } else {
        texts.format("amount", &[("what", about.into()), ("value", rows.into())])
    }
}
