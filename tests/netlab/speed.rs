//! Speed-test servers across a shaped line: the line's rate is the truth, and no verdict comes of it.

use std::net::SocketAddr;

use meetready::model::public::{SpeedReading, SpeedService};
use meetready::model::verdict::Verdict;

use crate::alone;
use crate::support::lab::{Lab, SERVER, Way};
use crate::support::peer::{Peer, Peers};
use crate::support::read::Read as _;
use crate::support::speed::Manner;

const ARGUMENTS: [&str; 4] = ["--for", "meetings", "--edition", "2025-05"];

fn at(port: u16) -> SocketAddr {
    SocketAddr::new(SERVER.parse().expect("an address"), port)
}

fn only(readings: &[SpeedReading]) -> &SpeedReading {
    let [reading] = readings else {
        panic!("one reading: {readings:?}")
    };
    reading
}

/// What TCP's headers, and those of the link that the shaper counts, leave of a line.
fn goodput(kbit: u64) -> u64 {
    kbit * 1_000 * 1_448 / 1_514
}

#[test]
fn tcp_throughput_follows_the_line_and_proves_no_requirement() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    lab.rate(Way::Up, 2_000, 16_000);
    lab.rate(Way::Down, 5_000, 16_000);
    let server = Peer::Speed {
        at: at(80),
        manner: Manner::Honest,
    };
    let _peers = Peers::start(&lab.server, &[server]);
    let named = format!("ws://{SERVER}");
    let checked = lab.check(&[&ARGUMENTS[..], &["--ndt7", &named]].concat());
    let reading = only(&checked.report.network().speed);
    for (side, kbit) in [(&reading.down, 5_000), (&reading.up, 2_000)] {
        let side = side.as_ref().expect("a direction");
        let rate = side.rate.unwrap_or_else(|| panic!("{side:?}")).0;
        let truth = goodput(kbit);
        assert!(
            rate.abs_diff(truth) * 10 <= truth,
            "{rate} of {truth}: {side:?}"
        );
    }
    // UDP was not measured at all, and TCP does not stand in for it.
    for result in &checked.report.results {
        let of_the_line = matches!(result.kind.as_str(), "bandwidth" | "quality");
        if of_the_line && result.verdict != Verdict::NotApplicable {
            assert_eq!(result.verdict, Verdict::Inconclusive, "{result:?}");
        }
    }
}

#[test]
fn measurement_lab_is_asked_with_consent_only() {
    let _turn = alone();
    let Some(lab) = Lab::new() else { return };
    let url = |path: &str| format!("ws://{SERVER}:8080/ndt/v7/{path}?access_token=T");
    let body = format!(
        r#"{{"results":[{{"machine":"full","urls":{{"ws:///ndt/v7/download":"ws://{SERVER}:8081/ndt/v7/download","ws:///ndt/v7/upload":"ws://{SERVER}:8081/ndt/v7/upload"}}}},{{"machine":"m","urls":{{"ws:///ndt/v7/download":"{}","ws:///ndt/v7/upload":"{}"}}}}]}}"#,
        url("download"),
        url("upload")
    );
    let says = |at, head: &str, body: &str| Peer::Says {
        at,
        reply: format!(
            "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    };
    let speed = |port, manner| Peer::Speed {
        at: at(port),
        manner,
    };
    let peers = [
        says(at(80), "200 OK", &body),
        says(at(81), "429 Too Many Requests\r\nRetry-After: 1800", ""),
        speed(8080, Manner::Honest),
        speed(8081, Manner::Status(503)),
    ];
    let _peers = Peers::start(&lab.server, &peers);
    lab.rate(Way::Down, 20_000, 32_000);
    lab.rate(Way::Up, 20_000, 32_000);
    let check = |port: u16| {
        let locate = format!("http://{SERVER}:{port}/v2/nearest/ndt/ndt7");
        let arguments = [&ARGUMENTS[..], &["--mlab", "--mlab-consent"]].concat();
        lab.check_with(&arguments, &[("MEETREADY_MLAB_LOCATE", &locate)])
            .report
    };
    let report = check(80);
    let reading = only(&report.network().speed);
    assert_eq!(reading.service, SpeedService::MLab);
    assert!(reading.consented_at.is_some());
    // The first server had no room: the next one was asked.
    assert_eq!(reading.server, format!("{SERVER}:8080"), "{reading:?}");
    assert!(reading.down.as_ref().is_some_and(|t| t.rate.is_some()));

    let report = check(81);
    let failure = only(&report.network().speed).failure.as_ref();
    let detail = failure.and_then(|f| f.detail.clone()).unwrap_or_default();
    assert!(detail.contains("again in 1800 s"), "{detail}");

    // Nobody is at a terminal here, and nobody consented.
    let mut command = lab.client.command(env!("CARGO_BIN_EXE_meetready"));
    command.args(["check", "--mlab", "--lang", "en"]);
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .expect("meetready check");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("--mlab-consent") && said.contains("https://www.measurementlab.net/privacy/")
    );
}
