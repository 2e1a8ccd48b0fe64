//! What speed-test servers told, in lines.

use crate::l10n::Texts;
use crate::model::public::{SpeedReading, SpeedService, TcpThroughput};

use super::clean::clean_to;
use super::{network, words};

/// The server and both directions, and what such figures do not prove.
pub(super) fn lines(s: &SpeedReading, texts: &Texts) -> Vec<String> {
    let key = match s.service {
        SpeedService::Ndt7 => "speed-head",
        SpeedService::MLab => "speed-head-m-lab",
    };
    let server = clean_to(&s.server, words::NAME);
    let mut head = texts.format(key, &[("server", server.into())]);
    if let Some(proxy) = &s.proxy {
        let proxy = clean_to(proxy, words::NAME);
        head.push_str(&texts.format("speed-proxy", &[("proxy", proxy.into())]));
    }
    if let Some(at) = s.consented_at {
        let at = network::local_time(at);
        head.push_str(&texts.format("speed-consent", &[("time", at.into())]));
    }
    if let Some(failure) = &s.failure {
        head.push_str(": ");
        head.push_str(&network::failure(failure, texts));
        return vec![head];
    }
    let mut out = vec![head];
    for (key, side) in [("speed-down", &s.down), ("speed-up", &s.up)] {
        if let Some(side) = side {
            out.push(format!(
                "  {}",
                texts.format(key, &[("found", found(side, texts).into())])
            ));
        }
    }
    if [&s.down, &s.up]
        .into_iter()
        .flatten()
        .any(|t| t.rate.is_some())
    {
        out.push(format!("  {}", texts.get("speed-context")));
    }
    out
}

fn found(side: &TcpThroughput, texts: &Texts) -> String {
    let mut parts = Vec::new();
    if let Some(rate) = side.rate {
        parts.push(words::rate(rate));
    }
    let time = |key: &str, ms| texts.format(key, &[("time", words::time(ms).into())]);
    parts.extend(side.least_round_trip.map(|ms| time("speed-least-rtt", ms)));
    parts.extend(side.round_trip.map(|ms| time("speed-rtt", ms)));
    parts.extend(
        side.retransmitted
            .map(|share| texts.format("speed-again", &[("share", words::share(share).into())])),
    );
    parts.extend(side.failure.as_ref().map(|f| network::failure(f, texts)));
    parts.join(texts.get("speed-join").as_str())
}
