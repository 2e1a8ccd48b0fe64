//! What the probes saw, in one line each.

use crate::l10n::Texts;
use crate::model::evidence::EvidenceId;
use crate::model::fact::Fact;
use crate::model::media::LineLoad;
use crate::model::network::{
    CapacityReading, Failure, Family, IdleReading, NatReading, NetworkEvidence, Observation,
    PortOutcome, PortState, QualityReading, ReflectorReading, ReflectorRole, TogetherReading,
    TogetherSide,
};
use crate::model::quantity::Value;
use crate::model::units::Millis;
use crate::model::watch::{WatchFigures, WatchReading, WatchWindow};

use super::clean::clean_to;
use super::port_lines::port;
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

/// Every reading by its evidence id, in lines.
pub(super) fn by_id<'a>(
    network: &'a NetworkEvidence,
    texts: &'a Texts,
) -> impl Iterator<Item = (String, Vec<String>)> + 'a {
    let NetworkEvidence {
        reflectors,
        observations,
        ports,
        capacity,
        together,
        quality,
        nat: translated,
        speed,
        watch,
    } = network;
    let one = |id: &EvidenceId, line: String| (id.0.clone(), vec![line]);
    let reflectors = reflectors
        .iter()
        .map(move |r| one(&r.id, reflector(r, texts)));
    let observations = observations
        .iter()
        .map(move |o| one(&o.id, format!("{}: {}", target(o), observation(o, texts))));
    let ports = ports.iter().map(|p| (p.id.0.clone(), port(p, texts)));
    let translated = translated.iter().map(|n| (n.id.0.clone(), nat(n, texts)));
    let capacity = capacity
        .iter()
        .map(move |c| one(&c.id, bandwidth(c, texts)));
    let together = together
        .iter()
        .map(move |t| one(&t.id, both_ways(t, texts)));
    let quality = quality.iter().map(move |q| one(&q.id, stream(q, texts)));
    reflectors
        .chain(observations)
        .chain(ports)
        .chain(translated)
        .chain(capacity)
        .chain(together)
        .chain(quality)
        .chain(
            speed
                .iter()
                .map(|s| (s.id.0.clone(), super::speed::lines(s, texts))),
        )
        .chain(watch.iter().map(|w| (w.id.0.clone(), watched(w, texts))))
}

/// Every reading as a line, in the order reflectors, names, ports, bandwidth, quality.
pub(super) fn lines(network: &NetworkEvidence, texts: &Texts) -> Vec<String> {
    let NetworkEvidence {
        reflectors,
        observations,
        ports,
        capacity,
        together,
        quality,
        nat: translated,
        speed,
        watch,
    } = network;
    let mut out = Vec::new();
    let chosen = choice(network, texts);
    if chosen.is_empty() {
        out.extend(reflectors.iter().map(|r| reflector(r, texts)));
    }
    out.extend(chosen);
    out.extend(observed(observations, texts));
    out.extend(ports.iter().flat_map(|p| port(p, texts)));
    out.extend(translated.iter().flat_map(|n| nat(n, texts)));
    out.extend(capacity.iter().map(|c| bandwidth(c, texts)));
    out.extend(together.iter().map(|t| both_ways(t, texts)));
    out.extend(quality.iter().map(|q| stream(q, texts)));
    out.extend(speed.iter().flat_map(|s| super::speed::lines(s, texts)));
    out.extend(watch.iter().flat_map(|w| watched(w, texts)));
    out
}

/// Windows of a watched line that are shown: the worst.
const WORST_WINDOWS: usize = 5;

/// How a watched line fared: how many windows, what happened beside them, and the worst of them.
pub(super) fn watched(watch: &WatchReading, texts: &Texts) -> Vec<String> {
    let count = |of: fn(&WatchWindow) -> bool| -> u64 {
        watch.windows.iter().filter(|w| of(w)).count() as u64
    };
    let seconds = |ms: Millis| words::time(ms);
    let failed: u64 = (watch.windows.iter().filter(|w| w.failure.is_some()))
        .map(|w| u64::from(w.stands_for))
        .sum();
    let mut head = texts.format(
        "watch-head",
        &[
            ("reflector", clean_to(&watch.reflector, words::NAME).into()),
            ("count", watch.total().into()),
            ("every", seconds(watch.every).into()),
            ("failed", failed.into()),
            ("again", count(|w| w.reconnected).into()),
            ("slept", count(|w| w.slept.is_some()).into()),
        ],
    );
    if watch.stopped {
        head.push_str("; ");
        head.push_str(&texts.get("watch-stopped"));
    }
    let mut worst: Vec<&WatchWindow> = watch
        .windows
        .iter()
        .filter(|w| w.badness().1 > 0 || w.failure.is_some())
        .collect();
    worst.sort_by(|a, b| {
        b.badness()
            .partial_cmp(&a.badness())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let lines = worst
        .into_iter()
        .take(WORST_WINDOWS)
        .map(|w| format!("  {}", watch_window(w, texts)));
    std::iter::once(head).chain(lines).collect()
}

/// A local time of day, with its date.
pub(super) fn local_time(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// One window of a watched line.
pub fn watch_window(w: &WatchWindow, texts: &Texts) -> String {
    let at = local_time(w.at);
    let loss = |f: &Option<WatchFigures>| {
        f.as_ref().map_or_else(
            || "-".to_owned(),
            |f| format!("{}/{}", f.sent.saturating_sub(f.received), f.sent),
        )
    };
    let ms = |m: Option<Millis>| m.map_or_else(|| "-".to_owned(), words::time);
    let mut line = match &w.failure {
        Some(f) => texts.format(
            "watch-window-failed",
            &[("at", at.into()), ("came", failure(f, texts).into())],
        ),
        None => texts.format(
            "watch-window",
            &[
                ("at", at.into()),
                ("up", loss(&w.up).into()),
                ("down", loss(&w.down).into()),
                ("jitterup", ms(w.up.map(|f| f.jitter)).into()),
                ("jitterdown", ms(w.down.map(|f| f.jitter)).into()),
                ("delay", ms(w.round_trip_p95).into()),
            ],
        ),
    };
    if w.reconnected {
        line.push_str("; ");
        line.push_str(&texts.get("watch-reconnected"));
    }
    if let Some(slept) = w.slept {
        line.push_str("; ");
        line.push_str(&texts.format("watch-slept", &[("time", words::time(slept).into())]));
    }
    line
}

pub(super) fn failure(failure: &Failure, texts: &Texts) -> String {
    let word = texts.code(failure.code);
    match failure.detail.as_deref().map(|d| clean_to(d, words::NAME)) {
        Some(detail) if !detail.is_empty() => format!("{word} ({detail})"),
        _ => word,
    }
}

pub(super) fn family(family: Family) -> &'static str {
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

pub(super) fn reflector(r: &ReflectorReading, texts: &Texts) -> String {
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

/// What one probe asked: host, port and address family.
pub(super) fn target(o: &Observation) -> String {
    place(&o.host, o.port, o.family)
}

/// A host, port and address family; port 0 is name resolution.
pub(super) fn place(host: &str, port: u16, of: Family) -> String {
    let host = clean_to(host, words::NAME);
    let port = if port == 0 {
        "DNS".to_owned()
    } else {
        port.to_string()
    };
    format!("{host} {port} {}", family(of))
}

/// What came of the vendor's names: names, ports and families that fared alike share a line.
fn observed<'a>(
    observations: impl IntoIterator<Item = &'a Observation>,
    texts: &Texts,
) -> Vec<String> {
    let mut alike: Vec<(String, Vec<&Observation>)> = Vec::new();
    for o in observations {
        let came = observation(o, texts);
        match alike.iter_mut().find(|(c, _)| *c == came) {
            Some((_, members)) => members.push(o),
            None => alike.push((came, vec![o])),
        }
    }
    alike
        .iter()
        .flat_map(|(came, members)| {
            let hosts = distinct(members.iter().map(|o| clean_to(&o.host, words::NAME)));
            let at = |host: &String| {
                let mine = |o: &&&Observation| clean_to(&o.host, words::NAME) == *host;
                let mine: Vec<&Observation> = members.iter().filter(mine).copied().collect();
                asked(&mine)
            };
            let each: Vec<String> = hosts.iter().map(at).collect();
            // One line where every name fared alike in all that was asked of it.
            if each.windows(2).all(|w| w[0] == w[1]) {
                let what = each.into_iter().next().unwrap_or_default();
                return vec![format!("{} {what}: {came}", hosts.join(", "))];
            }
            let lines = hosts.iter().zip(each);
            lines
                .map(|(host, what)| format!("{host} {what}: {came}"))
                .collect()
        })
        .collect()
}

/// `DNS, 443 IPv4, IPv6` where every port was asked over every family named, else each with its own.
fn asked(observations: &[&Observation]) -> String {
    let port = |o: &Observation| match o.port {
        0 => "DNS".to_owned(),
        port => port.to_string(),
    };
    let families = |name: &str| {
        let of_port = observations.iter().filter(|o| port(o) == name);
        distinct(of_port.map(|o| family(o.family).to_owned())).join(", ")
    };
    let ports = distinct(observations.iter().map(|o| port(o)));
    let by_port: Vec<String> = ports.iter().map(|p| families(p)).collect();
    if by_port.windows(2).all(|w| w[0] == w[1]) {
        let all = by_port.into_iter().next().unwrap_or_default();
        return format!("{} {all}", ports.join(", "));
    }
    let each = ports.iter().zip(by_port).map(|(p, f)| format!("{p} {f}"));
    each.collect::<Vec<_>>().join("; ")
}

/// Each text once, in the order of its first appearance.
fn distinct(all: impl Iterator<Item = String>) -> Vec<String> {
    all.fold(Vec::new(), |mut out, text| {
        if !out.contains(&text) {
            out.push(text);
        }
        out
    })
}

/// What came of one probe.
pub(super) fn observation(o: &Observation, texts: &Texts) -> String {
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
    came
}

/// What a NAT on the way does, and each silent gap.
pub(super) fn nat(n: &NatReading, texts: &Texts) -> Vec<String> {
    let head = texts.format(
        "net-nat",
        &[
            ("family", family(n.family).into()),
            (
                "mapping",
                words::fact(&n.mapping, texts, |m| texts.code(*m)).into(),
            ),
            (
                "kept",
                words::fact(&n.port_kept, texts, |k| words::yes_no(*k, texts)).into(),
            ),
            ("role", texts.code(n.role).into()),
        ],
    );
    let gap = |i: &IdleReading| {
        let kept = words::fact(&i.kept, texts, |kept| {
            texts.get(if *kept {
                "nat-idle-kept"
            } else {
                "nat-idle-lost"
            })
        });
        let seconds = format!("{:.0}", i.gap.0 / 1_000.0);
        let words = texts.format(
            "net-nat-idle",
            &[("gap", seconds.into()), ("kept", kept.into())],
        );
        format!("  {words}")
    };
    std::iter::once(head)
        .chain(n.idle.iter().map(gap))
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

/// What was proved of one direction while the other was in use.
pub(super) fn side(side: &TogetherSide, texts: &Texts) -> String {
    let proved = Value::RateBetween {
        at_least: side.at_least,
        at_most: side.at_most,
    };
    words::value(&proved, texts)
}

fn both_ways(t: &TogetherReading, texts: &Texts) -> String {
    let mut line = texts.format(
        "net-together",
        &[
            ("family", family(t.family).into()),
            ("up", side(&t.up, texts).into()),
            ("down", side(&t.down, texts).into()),
            ("role", texts.code(t.role).into()),
        ],
    );
    if t.sender_limited {
        line.push_str(&texts.get("net-sender-limited"));
    }
    if let Some(f) = &t.failure {
        line.push_str("; ");
        line.push_str(&failure(f, texts));
    }
    line
}

fn stream(q: &QualityReading, texts: &Texts) -> String {
    let line = texts.format(
        "net-quality",
        &[
            ("way", texts.code(q.direction).into()),
            ("family", family(q.family).into()),
            ("loss", loss(q, texts).into()),
            ("jitter", words::time(q.jitter).into()),
            (
                "delay",
                q.round_trip_p50
                    .map_or_else(|| "-".to_owned(), words::time)
                    .into(),
            ),
            ("role", texts.code(q.role).into()),
            ("media", texts.code(q.detail.media).into()),
            ("load", texts.code(q.detail.load).into()),
        ],
    );
    std::iter::once(line)
        .chain(stream_extras(q, texts))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The loss with its interval.
pub(super) fn loss(q: &QualityReading, texts: &Texts) -> String {
    let [lower, upper] = q.loss_interval;
    let loss = Value::ShareBetween {
        value: q.loss,
        lower,
        upper,
    };
    words::value(&loss, texts)
}

/// What else is worth a word of a stream.
fn stream_extras(q: &QualityReading, texts: &Texts) -> Vec<String> {
    let detail = &q.detail;
    let counted = |key: &str, count: Option<u64>| {
        let count = count.filter(|n| *n > 0)?;
        Some(texts.format(key, &[("count", count.into())]))
    };
    let mut out = Vec::new();
    if q.longest_burst > 1 {
        out.extend(counted("net-quality-burst", Some(q.longest_burst)));
    }
    if let (Some(late), Some(deadline)) = (detail.late.filter(|n| *n > 0), detail.deadline) {
        out.push(texts.format(
            "net-quality-late",
            &[
                ("count", late.into()),
                ("deadline", words::time(deadline).into()),
            ],
        ));
    }
    out.extend(counted("net-quality-reordered", detail.reordered));
    out.extend(counted("net-quality-duplicates", detail.duplicates));
    if let Some(added) = detail.delay_added {
        let added = words::time(added);
        out.push(texts.format("net-quality-added", &[("delay", added.into())]));
    }
    if let Some(mos) = &detail.mos {
        out.push(texts.format(
            "net-quality-mos",
            &[
                ("score", format!("{:.1}", mos.score).into()),
                ("codec", clean_to(&mos.codec, words::NAME).into()),
            ],
        ));
    }
    out
}

/// The lines that a support desk asks for: what failed, and every measurement.
pub(super) fn noteworthy(network: &NetworkEvidence, texts: &Texts) -> Vec<String> {
    let failed = network
        .observations
        .iter()
        .filter(|o| o.failure.is_some() || o.intercepted);
    let ports = network.ports.iter().flat_map(|p| {
        let open = |o: &PortOutcome| matches!(o.state, PortState::Open { .. });
        let mut lines = port(p, texts);
        if p.outcomes.iter().all(open) {
            lines.truncate(1);
        }
        lines
    });
    let mut out = choice(network, texts);
    out.extend(observed(failed, texts));
    out.extend(ports);
    out.extend(network.capacity.iter().map(|c| bandwidth(c, texts)));
    out.extend(network.together.iter().map(|t| both_ways(t, texts)));
    let decisive = |q: &&QualityReading| {
        let load = q.detail.load;
        load == LineLoad::Call
            || !network
                .quality
                .iter()
                .any(|o| o.detail.load == LineLoad::Call)
    };
    let streams = network.quality.iter().filter(decisive);
    out.extend(streams.map(|q| stream(q, texts)));
    out.extend(network.watch.iter().flat_map(|w| watched(w, texts)));
    out
}
