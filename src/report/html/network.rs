//! What the probes saw: names, ports, bandwidth and quality.

use maud::{Markup, html};

use crate::model::network::{
    CapacityReading, Direction, Failure, Observation, QualityReading, TogetherReading,
};

use super::super::clean::clean_to;
use super::super::{network, speed, words};
use super::{Page, charts, part, ports, tables, watch};

pub(super) fn section(page: &Page<'_>) -> Option<Markup> {
    let evidence = page.report.evidence.network.as_ref()?;
    let texts = page.texts;
    Some(html! {
        @if network::only_self(evidence) { p.notice { strong { (page.get("page-notice")) } " " (texts.get("notice-self")) } }
        @if !evidence.reflectors.is_empty() {
            ul.plain { @for r in evidence.reflectors.iter().take(page.limits.findings) { li { (network::reflector(r, texts)) } } }
        }
        @if !evidence.observations.is_empty() {
            h3 { (page.get("page-names")) }
            (names(page, &evidence.observations))
        }
        @if !evidence.ports.is_empty() {
            h3 { (page.get("page-port-map")) }
            (ports::map(page, &evidence.ports))
        }
        @if !evidence.nat.is_empty() {
            h3 { (page.get("page-nat")) }
            ul.plain { @for n in evidence.nat.iter().take(page.limits.findings) { @for line in network::nat(n, texts) { li { (line.trim_start()) } } } }
        }
        @if !evidence.capacity.is_empty() || !evidence.together.is_empty() {
            h3 { (page.get("kind-bandwidth")) }
            (bandwidth(page, &evidence.capacity, &evidence.together))
        }
        @if !evidence.quality.is_empty() {
            h3 { (page.get("kind-quality")) }
            (quality(page, &evidence.quality))
            (charts::all(page, &evidence.quality))
        }
        @if !evidence.speed.is_empty() {
            h3 { (page.get("page-speed")) }
            ul.plain { @for s in evidence.speed.iter().take(page.limits.findings) { @for line in speed::lines(s, texts) { li { (line.trim_start()) } } } }
        }
        @if let Some(watch) = &evidence.watch { (watch::section(page, watch)) }
    })
}

fn names(page: &Page<'_>, all: &[Observation]) -> Markup {
    let texts = page.texts;
    let head = ["page-target", "page-outcome", "page-steps"];
    let [_, outcome, steps] = head.map(|k| texts.get(k));
    html! {
        table.names {
            caption { (texts.get("page-names-caption")) }
            thead { tr { @for key in head { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for o in all.iter().take(page.limits.findings) {
                    tr {
                        th scope="row" { (network::target(o)) }
                        td data-l=(outcome) { (network::observation(o, texts)) }
                        td data-l=(steps) { (took(page, o)) }
                    }
                }
            }
        }
        (page.left_out(all.len(), page.limits.findings))
    }
}

/// The steps of a probe with their times.
fn took(page: &Page<'_>, o: &Observation) -> String {
    let step = |name: &str| match name {
        "resolve" | "resolve-dns" => page.get("page-step-resolve"),
        "connect" => page.get("page-step-connect"),
        "proxy" => page.get("page-step-proxy"),
        "tls" => page.get("page-step-tls"),
        "request" => page.get("page-step-request"),
        other => clean_to(other, 20),
    };
    let steps: Vec<String> = o
        .steps
        .iter()
        .map(|s| format!("{} {}", step(&s.name), words::time(s.took)))
        .collect();
    if steps.is_empty() {
        "-".to_owned()
    } else {
        steps.join(", ")
    }
}

/// Each direction by itself, then both while the other was in use, as in a call.
fn bandwidth(page: &Page<'_>, all: &[CapacityReading], together: &[TogetherReading]) -> Markup {
    let texts = page.texts;
    let head = ["page-way", "page-rate", "page-against", "page-remark"];
    let [_, rate, against, remark] = head.map(|k| texts.get(k));
    html! {
        table.capacity {
            caption { (texts.get("page-capacity-caption")) }
            thead { tr { @for key in head { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for c in all.iter().take(page.limits.findings) {
                    tr {
                        th scope="row" { (way(page, c.direction)) " " (network::family(c.family)) }
                        td.figure data-l=(rate) { (tables::interval(c.at_least, c.at_most, texts)) }
                        td data-l=(against) { (texts.code(c.role)) }
                        td data-l=(remark) { (limited(page, c.sender_limited, c.failure.as_ref())) }
                    }
                }
                @for t in together.iter().take(page.limits.findings) {
                    tr {
                        th scope="row" { (page.get("page-together")) " " (network::family(t.family)) }
                        td.figure data-l=(rate) {
                            (part::lines(&[Direction::Up, Direction::Down].map(|d| {
                                format!("{}: {}", way(page, d), network::side(t.side(d), texts))
                            })))
                        }
                        td data-l=(against) { (texts.code(t.role)) }
                        td data-l=(remark) { (limited(page, t.sender_limited, t.failure.as_ref())) }
                    }
                }
            }
        }
    }
}

/// What keeps a reading of bandwidth from telling more.
fn limited(page: &Page<'_>, by_sender: bool, failure: Option<&Failure>) -> Markup {
    html! {
        @if by_sender { (page.get("page-sender-limited")) " " }
        @if let Some(f) = failure { (network::failure(f, page.texts)) }
        @if !by_sender && failure.is_none() { "-" }
    }
}

pub(super) fn way(page: &Page<'_>, direction: Direction) -> String {
    page.get(match direction {
        Direction::Up => "what-up",
        Direction::Down => "what-down",
    })
}

fn quality(page: &Page<'_>, all: &[QualityReading]) -> Markup {
    let texts = page.texts;
    let head = [
        "page-way",
        "metric-loss",
        "page-burst",
        "metric-jitter",
        "page-round-trip",
        "page-packets",
        "page-against",
    ];
    let [_, loss, burst, jitter, delay, packets, against] = head.map(|k| texts.get(k));
    html! {
        table.quality {
            caption { (texts.get("page-quality-caption")) }
            thead { tr { @for key in head { th scope="col" { (texts.get(key)) } } } }
            tbody {
                @for q in all.iter().take(page.limits.findings) {
                    tr {
                        th scope="row" {
                            (way(page, q.direction)) " " (network::family(q.family))
                            span.id { (texts.code(q.detail.media)) ", " (texts.code(q.detail.load)) }
                        }
                        td.figure data-l=(loss) { (network::loss(q, texts)) }
                        td.figure data-l=(burst) { (q.longest_burst) }
                        td.figure data-l=(jitter) { (words::time(q.jitter)) }
                        td.figure data-l=(delay) {
                            (percentiles(&[q.round_trip_p50, q.round_trip_p95, q.round_trip_p99]))
                        }
                        td.figure data-l=(packets) { (q.packets_received) " / " (q.packets_sent) }
                        td data-l=(against) { (texts.code(q.role)) }
                    }
                }
            }
        }
    }
}

fn percentiles(all: &[Option<crate::model::units::Millis>]) -> String {
    if all.iter().all(Option::is_none) {
        return "-".to_owned();
    }
    let words = all
        .iter()
        .map(|p| p.map_or_else(|| "-".to_owned(), words::time));
    words.collect::<Vec<_>>().join(" / ")
}
