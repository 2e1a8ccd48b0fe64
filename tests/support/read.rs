//! Reading reports: what the tests ask of them, in one line each.

use meetready::model::Report;
use meetready::model::network::{Family, Grade, NetworkEvidence, PortState};
use meetready::model::quantity::{Value, What};
use meetready::model::report::{CheckResult, ScenarioResult};
use meetready::model::rule::{PortRange, Transport};

/// Short names for reading.
pub trait Read {
    /// The result of a requirement.
    fn result(&self, requirement: &str) -> &CheckResult;
    /// A scenario's row.
    fn scenario(&self, id: &str) -> &ScenarioResult;
    /// What the probes saw.
    fn network(&self) -> &NetworkEvidence;
    /// What came of one port over one family; none when it was not tried.
    fn port(&self, transport: Transport, port: u16, family: Family) -> Option<&PortState>;
    /// Every port that was tried and is not proved open, with what came of it.
    fn not_open(&self) -> Vec<(Transport, Family, String, PortState)>;
}

impl Read for Report {
    fn result(&self, requirement: &str) -> &CheckResult {
        self.results
            .iter()
            .find(|r| r.requirement.as_str() == requirement)
            .unwrap_or_else(|| panic!("no result {requirement}"))
    }
    fn scenario(&self, id: &str) -> &ScenarioResult {
        self.scenarios
            .iter()
            .find(|s| s.id.as_str() == id)
            .unwrap_or_else(|| panic!("no scenario {id}"))
    }
    fn network(&self) -> &NetworkEvidence {
        self.evidence.network.as_ref().expect("network evidence")
    }
    fn port(&self, transport: Transport, port: u16, family: Family) -> Option<&PortState> {
        self.network()
            .ports
            .iter()
            .filter(|r| r.transport == transport && r.family == family)
            .flat_map(|r| &r.outcomes)
            .find(|o| o.ports.iter().any(|p| p.contains(port)))
            .map(|o| &o.state)
    }
    fn not_open(&self) -> Vec<(Transport, Family, String, PortState)> {
        let open = PortState::Open {
            grade: Grade::AuthenticatedEcho,
        };
        let mut out = Vec::new();
        for reading in &self.network().ports {
            for outcome in reading.outcomes.iter().filter(|o| o.state != open) {
                let ports = shown(&outcome.ports);
                out.push((
                    reading.transport,
                    reading.family,
                    ports,
                    outcome.state.clone(),
                ));
            }
        }
        out
    }
}

/// Ports as text, such as `443, 8801-8810`.
pub fn shown(ports: &[PortRange]) -> String {
    let all: Vec<String> = ports.iter().map(ToString::to_string).collect();
    all.join(", ")
}

/// The single ports of such a text.
pub fn each(shown: &str) -> Vec<u16> {
    let ranges = shown
        .split(", ")
        .map(|r| r.split_once('-').unwrap_or((r, r)));
    ranges
        .flat_map(|(first, last)| {
            let number = |s: &str| s.parse::<u16>().expect("a port");
            number(first)..=number(last)
        })
        .collect()
}

/// The ports that a result names for `what`.
pub fn named(result: &CheckResult, what: What) -> String {
    result
        .measured
        .iter()
        .find_map(|q| match &q.value {
            Value::Ports { ports, .. } if q.what == what => Some(shown(ports)),
            _ => None,
        })
        .unwrap_or_default()
}
