//! What the probes saw, in one line each.

use crate::l10n::Texts;
use crate::model::fact::Fact;
use crate::model::network::{
    CapacityReading, Direction, Failure, Family, NetworkEvidence, Observation, PortOutcome,
    PortReading, PortState, QualityReading, ReflectorReading, ReflectorRole,
};
use crate::model::quantity::Value;

use super::clean::clean_to;
use super::words;

/// True when every measurement was made against this process itself.
pub(super) fn only_self(network: &NetworkEvidence) -> bool {
    let mut roles = network
        .reflectors
        .iter()
        .filter(|r| r.failure.is_none())
        .filter_map(|r| r.role.value())
        .peekable();
    roles.peek().is_some() && roles.all(|r| *r == ReflectorRole::SelfTest)
}

/// Every reading as a line, in the order reflectors, names, ports, bandwidth, quality.
pub(super) fn lines(network: &NetworkEvidence, texts: &Texts) -> Vec<String> {
    let NetworkEvidence {
        reflectors,
        observations,
        ports,
        capacity,
        quality,
    } = network;
    let mut out = Vec::new();
    let chosen = choice(network, texts);
    if chosen.is_empty() {
        out.extend(reflectors.iter().map(|r| reflector(r, texts)));
    }
    out.extend(chosen);
    out.extend(observations.iter().map(|o| observation(o, texts)));
    out.extend(ports.iter().flat_map(|p| port(p, texts)));
    out.extend(capacity.iter().map(|c| bandwidth(c, texts)));
    out.extend(quality.iter().map(|q| stream(q, texts)));
    out
}

pub(super) fn failure(failure: &Failure, texts: &Texts) -> String {
    let word = texts.code(failure.code);
    match failure.detail.as_deref().map(|d| clean_to(d, words::NAME)) {
        Some(detail) if !detail.is_empty() => format!("{word} ({detail})"),
        _ => word,
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "IPv4",
        Family::Ipv6 => "IPv6",
    }
}

/// The reflectors, where several were named: which one was used, and why the others were not.
pub(super) fn choice(network: &NetworkEvidence, texts: &Texts) -> Vec<String> {
    let used = |r: &ReflectorReading| r.failure.is_none() && r.passed_over_for.is_none();
    if network.reflectors.len() < 2 || !network.reflectors.iter().any(used) {
        return Vec::new();
    }
    let lines = network.reflectors.iter().map(|r| {
        let mut line = reflector(r, texts);
        if used(r) {
            line = texts.format("net-reflector-used", &[("reflector", line.into())]);
        }
        line
    });
    lines.collect()
}

fn reflector(r: &ReflectorReading, texts: &Texts) -> String {
    let address = clean_to(&r.address, words::NAME);
    let came = match (&r.failure, &r.role) {
        (None, Fact::Known { value, .. }) if r.passed_over_for.is_some() => texts.format(
            "net-reflector-passed-over",
            &[("role", texts.code(*value).into())],
        ),
        (Some(f), _) => failure(f, texts),
        (None, Fact::Known { value, .. }) => texts.code(*value),
        (None, Fact::Unknown(u)) => words::unknown(u, texts),
    };
    texts.format(
        "net-reflector",
        &[("address", address.into()), ("came", came.into())],
    )
}

fn observation(o: &Observation, texts: &Texts) -> String {
    let host = clean_to(&o.host, words::NAME);
    let port = if o.port == 0 {
        "DNS".to_owned()
    } else {
        o.port.to_string()
    };
    let mut came = match &o.failure {
        Some(f) => failure(f, texts),
        None => texts.code(o.grade),
    };
    if o.intercepted {
        let issuer = clean_to(o.issuer.as_deref().unwrap_or("?"), words::NAME);
        came = texts.format(
            "net-intercepted",
            &[("came", came.into()), ("issuer", issuer.into())],
        );
    }
    if let Some(proxy) = &o.proxy {
        let proxy = clean_to(proxy, words::NAME);
        came = texts.format(
            "net-proxy",
            &[("came", came.into()), ("proxy", proxy.into())],
        );
    }
    format!("{host} {port} {}: {came}", family(o.family))
}

fn port(p: &PortReading, texts: &Texts) -> Vec<String> {
    let asked: u32 = p.asked.iter().map(|r| r.len()).fold(0, u32::saturating_add);
    let head = texts.format(
        "net-ports",
        &[
            ("ports", words::ports(p.transport, &p.asked, texts).into()),
            ("family", family(p.family).into()),
            ("tried", u64::from(p.tried).into()),
            ("asked", u64::from(asked).into()),
            ("role", texts.code(p.role).into()),
        ],
    );
    let outcome = |o: &PortOutcome| {
        let state = match &o.state {
            PortState::Open { grade } => {
                format!("{} ({})", texts.get("what-ports-open"), texts.code(*grade))
            }
            PortState::Unproved { failure: f } => {
                format!(
                    "{} ({})",
                    texts.get("what-ports-unproved"),
                    failure(f, texts)
                )
            }
            PortState::Rejected { failure: f } => {
                format!("{} ({})", texts.get("net-rejected"), failure(f, texts))
            }
            PortState::Silent {
                tries,
                control: true,
                died,
            } => {
                let way = died.value().map(|d| texts.code(*d)).unwrap_or_default();
                texts.format(
                    "net-silent-control",
                    &[("tried", u64::from(*tries).into()), ("way", way.into())],
                )
            }
            PortState::Silent { tries, .. } => {
                texts.format("net-silent", &[("tried", u64::from(*tries).into())])
            }
            PortState::NotTested { failure: f } => {
                format!("{} ({})", texts.get("net-not-tested"), failure(f, texts))
            }
        };
        format!("  {}: {state}", words::ranges(&o.ports, texts))
    };
    std::iter::once(head)
        .chain(p.outcomes.iter().map(outcome))
        .collect()
}

fn bandwidth(c: &CapacityReading, texts: &Texts) -> String {
    let proved = Value::RateBetween {
        at_least: c.at_least,
        at_most: c.at_most,
    };
    let mut line = texts.format(
        "net-capacity",
        &[
            ("way", texts.code(c.direction).into()),
            ("family", family(c.family).into()),
            ("rate", words::value(&proved, texts).into()),
            ("role", texts.code(c.role).into()),
        ],
    );
    if c.sender_limited {
        line.push_str(&texts.get("net-sender-limited"));
    }
    if let Some(f) = &c.failure {
        line.push_str("; ");
        line.push_str(&failure(f, texts));
    }
    line
}

fn stream(q: &QualityReading, texts: &Texts) -> String {
    let key = match q.direction {
        Direction::Up => "what-up",
        Direction::Down => "what-down",
    };
    let [lower, upper] = q.loss_interval;
    let loss = Value::ShareBetween {
        value: q.loss,
        lower,
        upper,
    };
    texts.format(
        "net-quality",
        &[
            ("way", texts.get(key).into()),
            ("family", family(q.family).into()),
            ("loss", words::value(&loss, texts).into()),
            ("jitter", words::time(q.jitter).into()),
            (
                "delay",
                q.round_trip_p50
                    .map_or_else(|| "-".to_owned(), words::time)
                    .into(),
            ),
            ("role", texts.code(q.role).into()),
        ],
    )
}

/// The lines that a support desk asks for: what failed, and every measurement.
pub(super) fn noteworthy(network: &NetworkEvidence, texts: &Texts) -> Vec<String> {
    let failed = network
        .observations
        .iter()
        .filter(|o| o.failure.is_some() || o.intercepted)
        .map(|o| observation(o, texts));
    let ports = network.ports.iter().flat_map(|p| {
        let open = |o: &PortOutcome| matches!(o.state, PortState::Open { .. });
        let mut lines = port(p, texts);
        if p.outcomes.iter().all(open) {
            lines.truncate(1);
        }
        lines
    });
    let mut out = choice(network, texts);
    out.extend(failed);
    out.extend(ports);
    out.extend(network.capacity.iter().map(|c| bandwidth(c, texts)));
    out.extend(network.quality.iter().map(|q| stream(q, texts)));
    out
}
