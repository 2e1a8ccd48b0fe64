//! Counters of a running reflector, and their form for Prometheus (text exposition format 0.0.4).

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted. Each has a row in [`ROWS`], in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Accepted,
    AcceptFailed,
    OverSourceLimit,
    OverLimit,
    Displaced,
    TooSlow,
    TlsFailed,
    Answered,
    Denied,
    Refused,
    SessionOpened,
    SessionClosed,
    SessionExpired,
    SessionStopped,
    SessionOverLimit,
    LeaseGranted,
    LeaseRefused,
    LeaseExpired,
    Proved,
    ProofForged,
    Datagram,
    StampAnswered,
    StunAnswered,
    StunOverLimit,
    StunUnanswerable,
    Malformed,
    UnknownSession,
    NotLeased,
    Forged,
    Replayed,
    OverRate,
    NotSent,
    OctetsIn,
    OctetsOut,
}

/// Family, label and value of each counter; families stand together.
const ROWS: [(&str, &str, &str); 34] = [
    ("connections_accepted", "", ""),
    ("accept_errors", "", ""),
    ("connections_dropped", "reason", "source_limit"),
    ("connections_dropped", "reason", "limit"),
    ("connections_dropped", "reason", "displaced"),
    ("connections_dropped", "reason", "too_slow"),
    ("connections_dropped", "reason", "tls_failed"),
    ("requests", "result", "answered"),
    ("requests", "result", "denied"),
    ("requests", "result", "refused"),
    ("sessions_opened", "", ""),
    ("sessions_ended", "reason", "closed"),
    ("sessions_ended", "reason", "expired"),
    ("sessions_ended", "reason", "shutdown"),
    ("sessions_refused", "reason", "limit"),
    ("leases_granted", "", ""),
    ("leases_refused", "", ""),
    ("leases_expired", "", ""),
    ("tcp_proofs", "result", "answered"),
    ("tcp_proofs", "result", "forged"),
    ("datagrams_received", "", ""),
    ("datagrams_answered", "protocol", "stamp"),
    ("datagrams_answered", "protocol", "stun"),
    ("datagrams_dropped", "reason", "stun_source_limit"),
    ("datagrams_dropped", "reason", "stun_not_binding"),
    ("datagrams_dropped", "reason", "malformed"),
    ("datagrams_dropped", "reason", "unknown_session"),
    ("datagrams_dropped", "reason", "not_leased"),
    ("datagrams_dropped", "reason", "forged"),
    ("datagrams_dropped", "reason", "replayed"),
    ("datagrams_dropped", "reason", "session_rate"),
    ("datagrams_dropped", "reason", "not_sent"),
    ("datagrams_received_bytes", "", ""),
    ("datagrams_answered_bytes", "", ""),
];

/// What each family is.
const HELP: [(&str, &str); 16] = [
    (
        "connections_accepted",
        "TCP connections accepted, on the control port and on leased ports.",
    ),
    (
        "accept_errors",
        "Errors while accepting TCP connections, such as no free file descriptor.",
    ),
    (
        "connections_dropped",
        "TCP connections ended without an answer.",
    ),
    ("requests", "Control requests by what came of them."),
    ("sessions_opened", "Sessions opened."),
    ("sessions_ended", "Sessions ended."),
    (
        "sessions_refused",
        "Sessions refused although the key was right.",
    ),
    ("leases_granted", "Ports leased to sessions."),
    ("leases_refused", "Ports that could not be leased."),
    (
        "leases_expired",
        "Leases taken back because nothing came for them.",
    ),
    ("tcp_proofs", "Requests for the proof of a TCP port."),
    ("datagrams_received", "UDP datagrams received."),
    (
        "datagrams_answered",
        "UDP datagrams answered; load that sessions ordered is not among them.",
    ),
    (
        "datagrams_dropped",
        "UDP datagrams that were not answered although something came.",
    ),
    (
        "datagrams_received_bytes",
        "UDP payload received, in bytes.",
    ),
    (
        "datagrams_answered_bytes",
        "UDP payload of answers, in bytes.",
    ),
];

/// The counters.
#[derive(Debug)]
pub(crate) struct Stats {
    counts: [AtomicU64; ROWS.len()],
    started: f64,
}

impl Stats {
    pub(crate) fn new() -> Self {
        Self {
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            started: crate::net::clock::now().as_secs_f64(),
        }
    }
    pub(crate) fn count(&self, event: Event) {
        self.add(event, 1);
    }
    pub(crate) fn add(&self, event: Event, n: u64) {
        if let Some(counter) = self.counts.get(event as usize) {
            counter.fetch_add(n, Ordering::Relaxed);
        }
    }
    /// The whole page.
    pub(crate) fn render(&self, now: &Now) -> String {
        let head = |name: &str, help: &str, kind: &str| {
            format!("# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}\n")
        };
        // Writing to text in memory does not fail.
        let mut page = String::new();
        for (family, help) in HELP {
            page += &head(&format!("{family}_total"), help, "counter");
            for ((_, label, value), counter) in ROWS
                .iter()
                .zip(&self.counts)
                .filter(|((f, _, _), _)| *f == family)
            {
                let labels = if label.is_empty() {
                    String::new()
                } else {
                    format!("{{{label}=\"{value}\"}}")
                };
                let count = counter.load(Ordering::Relaxed);
                let _ = writeln!(page, "{PREFIX}{family}_total{labels} {count}");
            }
        }
        for (name, help, values) in now.gauges() {
            page += &head(name, help, "gauge");
            for (labels, value) in values {
                let _ = writeln!(page, "{PREFIX}{name}{labels} {value}");
            }
        }
        page += &head(
            "start_time_seconds",
            "When this reflector started, in seconds since 1970.",
            "gauge",
        );
        let _ = writeln!(page, "{PREFIX}start_time_seconds {:.3}", self.started);
        page
    }
}

const PREFIX: &str = "meetready_reflector_";

/// What is open at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Now {
    pub role: &'static str,
    pub sessions: usize,
    pub sessions_limit: usize,
    pub connections: usize,
    pub connections_limit: usize,
    pub tcp_ports: usize,
    pub udp_ports: usize,
    pub ports_limit: usize,
}

type Gauge = (&'static str, &'static str, Vec<(String, usize)>);

impl Now {
    fn gauges(&self) -> Vec<Gauge> {
        let plain = |n: usize| vec![(String::new(), n)];
        let build = format!(
            "{{version=\"{}\",role=\"{}\"}}",
            env!("CARGO_PKG_VERSION"),
            self.role
        );
        vec![
            (
                "build_info",
                "Version and role of this reflector; always 1.",
                vec![(build, 1)],
            ),
            ("sessions", "Open sessions.", plain(self.sessions)),
            (
                "sessions_limit",
                "Sessions that may be open at once.",
                plain(self.sessions_limit),
            ),
            (
                "connections",
                "Open TCP connections.",
                plain(self.connections),
            ),
            (
                "connections_limit",
                "TCP connections that may be open at once.",
                plain(self.connections_limit),
            ),
            (
                "ports_held",
                "Ports that are held for sessions.",
                vec![
                    ("{transport=\"tcp\"}".to_owned(), self.tcp_ports),
                    ("{transport=\"udp\"}".to_owned(), self.udp_ports),
                ],
            ),
            (
                "ports_limit",
                "Ports that may be held at once.",
                plain(self.ports_limit),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_family_and_families_stand_together() {
        let mut families: Vec<&str> = ROWS.iter().map(|(f, _, _)| *f).collect();
        families.dedup();
        let helped: Vec<&str> = HELP.iter().map(|(f, _)| *f).collect();
        assert_eq!(families, helped);
        assert_eq!(Event::OctetsOut as usize + 1, ROWS.len());
    }

    #[test]
    fn what_is_counted_is_shown() {
        let stats = Stats::new();
        stats.count(Event::Replayed);
        stats.add(Event::Replayed, 2);
        let now = Now {
            role: "outside",
            sessions: 5,
            sessions_limit: 6,
            connections: 0,
            connections_limit: 1,
            tcp_ports: 2,
            udp_ports: 3,
            ports_limit: 9,
        };
        let page = stats.render(&now);
        for line in [
            "meetready_reflector_datagrams_dropped_total{reason=\"replayed\"} 3",
            "meetready_reflector_sessions 5",
            "meetready_reflector_ports_held{transport=\"udp\"} 3",
            "# TYPE meetready_reflector_sessions_ended_total counter",
        ] {
            assert!(page.lines().any(|l| l == line), "{line}\n{page}");
        }
    }
}
