//! One page for whoever sets up a room: which ports pass from this device to the control PC, what fails, and who must do
//! what about it.

use std::collections::BTreeMap;

use crate::l10n::Texts;
use crate::model::network::{Family, ReflectorReading, ReflectorRole};
use crate::model::ports::PortStanding;
use crate::model::report::{CheckResult, Report};
use crate::model::rule::{PortRange, Scope, Transport};
use crate::model::verdict::Verdict;

use super::clean::clean_to;
use super::layout::Page;
use super::{RenderOptions, network, text, words};

/// What a reader must do about ports of one standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Todo {
    Open,
    Return,
    Inspect,
    Free,
    Again,
}

pub(super) fn render(report: &Report, texts: &Texts, options: &RenderOptions) -> String {
    let mut page = Page::new(texts, options.width, options.colour);
    page.line(&texts.get("room-title"));
    page.line(&text::subject_line(report, texts));
    page.line(&text::tool_line(report, texts));
    page.line(&text::edition_line(report, texts));
    page.blank();
    let asking: Vec<&CheckResult> = report
        .results
        .iter()
        .filter(|r| r.ports.as_ref().is_some_and(|p| p.scope == Scope::Lan))
        .collect();
    if asking.is_empty() {
        page.line(&texts.get("room-not-asked"));
        return page.finish();
    }
    let peer = peer(report);
    let facts = &report.evidence.inventory.link;
    let link = match facts.kind.value() {
        Some(kind) => texts.code(*kind),
        None => texts.get("room-link-unknown"),
    };
    let far = match peer {
        Some(p) => clean_to(&p.address, words::NAME),
        None => texts.get("room-no-peer"),
    };
    page.line(&texts.format("room-far", &[("address", far.into())]));
    page.line(&texts.format("room-link", &[("link", link.into())]));
    for result in same_network(report) {
        let said = texts.code(result.reason);
        page.verdict_line(
            result.verdict,
            &texts.format("room-same-network", &[("said", said.into())]),
        );
    }
    for r in lan_failures(report) {
        page.indented("! ", "  ", &network::reflector(r, texts));
    }
    let rows = rows(&asking);
    page.heading(&texts.get("room-ports"));
    let header = ["room-col-ports", "room-col-family", "room-col-state"].map(|k| texts.get(k));
    let table: Vec<Vec<String>> = rows
        .iter()
        .map(|((transport, family, standing), ports)| {
            vec![
                words::ports(*transport, ports, texts),
                family.map_or("-", network::family).to_owned(),
                texts.get(state(*standing)),
            ]
        })
        .collect();
    page.table(&header, &table);
    page.heading(&texts.get("room-todo"));
    let steps = steps(report, &rows, peer.is_some(), texts);
    if steps.is_empty() {
        page.line(&texts.get("room-nothing-to-do"));
    }
    for (n, step) in steps.iter().enumerate() {
        page.indented(&format!("{}. ", n + 1), "   ", step);
    }
    page.finish()
}

/// The reflector on the control PC that was used.
fn peer(report: &Report) -> Option<&ReflectorReading> {
    let network = report.evidence.network.as_ref()?;
    network.reflectors.iter().find(|r| {
        r.failure.is_none()
            && r.passed_over_for.is_none()
            && r.role.value() == Some(&ReflectorRole::Lan)
    })
}

/// Reflectors that could not be used, and may be the control PC's.
fn lan_failures(report: &Report) -> Vec<&ReflectorReading> {
    let Some(network) = report.evidence.network.as_ref() else {
        return Vec::new();
    };
    let failed = |r: &&ReflectorReading| {
        r.failure.is_some()
            && r.role
                .value()
                .is_none_or(|role| *role == ReflectorRole::Lan)
    };
    network.reflectors.iter().filter(failed).collect()
}

fn same_network(report: &Report) -> impl Iterator<Item = &CheckResult> {
    let mut seen = false;
    report
        .results
        .iter()
        .filter(|r| r.requirement.as_str().ends_with("same-network"))
        .filter(move |_| !std::mem::replace(&mut seen, true))
}

type Rows = BTreeMap<(Transport, Option<Family>, PortStanding), Vec<PortRange>>;

/// What is known of each port, each once, whichever products ask for it.
fn rows(asking: &[&CheckResult]) -> Rows {
    let mut out: Rows = BTreeMap::new();
    for findings in asking.iter().filter_map(|r| r.ports.as_ref()) {
        if findings.families.is_empty() {
            let key = (findings.transport, None, PortStanding::Untried);
            out.entry(key).or_default().extend(&findings.asked);
        }
        for family in &findings.families {
            for s in &family.standings {
                let key = (findings.transport, Some(family.family), s.standing);
                out.entry(key).or_default().extend(&s.ports);
            }
        }
    }
    for ports in out.values_mut() {
        *ports = PortRange::compress(ports.iter().flat_map(|r| r.ports()));
    }
    out
}

fn state(standing: PortStanding) -> &'static str {
    match standing {
        PortStanding::Open => "room-state-open",
        PortStanding::BlockedUp => "room-state-blocked-up",
        PortStanding::BlockedDown => "room-state-blocked-down",
        PortStanding::Blocked | PortStanding::BetweenBlocked => "room-state-blocked",
        PortStanding::Rejected => "room-state-rejected",
        PortStanding::Intercepted => "room-state-intercepted",
        PortStanding::NotTestable => "room-state-not-testable",
        PortStanding::Unproved => "room-state-unproved",
        PortStanding::Sampled | PortStanding::Untried => "room-state-untried",
    }
}

fn todo(standing: PortStanding) -> Option<Todo> {
    match standing {
        PortStanding::Open => None,
        PortStanding::BlockedUp
        | PortStanding::Blocked
        | PortStanding::BetweenBlocked
        | PortStanding::Rejected => Some(Todo::Open),
        PortStanding::BlockedDown => Some(Todo::Return),
        PortStanding::Intercepted => Some(Todo::Inspect),
        PortStanding::NotTestable => Some(Todo::Free),
        PortStanding::Unproved | PortStanding::Sampled | PortStanding::Untried => Some(Todo::Again),
    }
}

fn steps(report: &Report, rows: &Rows, peer: bool, texts: &Texts) -> Vec<String> {
    if !peer {
        let key = if lan_failures(report).is_empty() {
            "room-step-start"
        } else {
            "room-step-reach"
        };
        return vec![texts.get(key)];
    }
    // A port that is proved open over one address family needs nothing: devices use what works.
    let open = |transport: Transport, port: u16| {
        rows.iter().any(|((t, _, standing), ports)| {
            *t == transport
                && *standing == PortStanding::Open
                && ports.iter().any(|p| p.contains(port))
        })
    };
    let mut wanted: BTreeMap<Todo, BTreeMap<Transport, Vec<u16>>> = BTreeMap::new();
    for ((transport, _, standing), ports) in rows {
        if let Some(todo) = todo(*standing) {
            let needed = ports.iter().flat_map(|r| r.ports());
            wanted
                .entry(todo)
                .or_default()
                .entry(*transport)
                .or_default()
                .extend(needed.filter(|p| !open(*transport, *p)));
        }
    }
    let elsewhere = same_network(report).any(|r| r.verdict != Verdict::Pass);
    let mut out = Vec::new();
    for (todo, transports) in wanted {
        let shown: Vec<String> = transports
            .into_iter()
            .filter(|(_, ports)| !ports.is_empty())
            .map(|(transport, ports)| words::ports(transport, &PortRange::compress(ports), texts))
            .collect();
        if shown.is_empty() {
            continue;
        }
        let key = match todo {
            Todo::Open if elsewhere => "room-step-open-route",
            Todo::Open => "room-step-open",
            Todo::Return => "room-step-return",
            Todo::Inspect => "room-step-inspect",
            Todo::Free => "room-step-free",
            Todo::Again => "room-step-again",
        };
        out.push(texts.format(key, &[("ports", shown.join(", ").into())]));
    }
    out
}
