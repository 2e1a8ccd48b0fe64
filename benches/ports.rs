//! What proving a wide range of UDP ports costs, beside nmap in the same network: time, datagrams and wrong verdicts are
//! printed, not judged. Needs root, iproute2, nft and, for the comparison, nmap.
//!
//! `cargo bench --bench ports [-- SECONDS_FOR_NMAP]`; 0 seconds leaves nmap out. Path: 20 ms each way by a TUN relay.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "the figures are what a bench is for; what fails ends it"
)]

#[cfg(target_os = "linux")]
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "most of the network lab is for the tests")]
mod support;

#[cfg(target_os = "linux")]
fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [player, ..] if *player == support::relay::PLAYER => support::relay::play(),
        [player, ..] if *player == support::peer::PLAYER => support::peer::Peers::play(),
        ["sweep", url, method] => linux::sweep(url, method),
        [seconds] => linux::compare(seconds.parse().expect("seconds for nmap")),
        _ => linux::compare(60),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("needs the network namespaces of Linux");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeSet;
    use std::time::{Duration, Instant};

    use meetready::model::EvidenceId;
    use meetready::model::network::{PortState, RangeMethod};
    use meetready::model::rule::{PortRange, Scope, Transport};
    use meetready::probe::ports::{self, Options, PortAsk};
    use meetready::probe::reflector::{Limits, Session};
    use rand::rngs::StdRng;
    use rand::{Rng as _, SeedableRng as _};

    use super::support::lab::{Fault, Lab, Way};
    use super::support::peer::{Peer, Peers};
    use super::support::relay;

    const FIRST: u16 = 20_000;
    const LAST: u16 = 64_000;
    const DELAY_MS: u32 = 20;

    /// Sweeps once and prints one line: milliseconds, then every port that was called blocked and those not decided.
    pub fn sweep(url: &str, method: &str) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let url = url.parse().expect("a join URL");
            let session = Session::open(&url, &Limits::default())
                .await
                .expect("a session");
            let range = PortRange::new(FIRST, LAST).expect("a range");
            let ask = PortAsk {
                method: match method {
                    "full" => RangeMethod::Every,
                    "grid" => RangeMethod::Grid,
                    _ => RangeMethod::Sample,
                },
                ..PortAsk::new(Scope::Cloud, Transport::Udp, vec![range])
            };
            let options = Options {
                max_flows: 131_072,
                ..Options::new(
                    EvidenceId("bench".into()),
                    1,
                    rand::random(),
                    Duration::from_secs(120),
                )
            };
            let begun = Instant::now();
            let readings = ports::prove(&session, &ask, &options).await;
            let took = begun.elapsed();
            let (mut blocked, mut open, mut unknown) = (Vec::new(), 0, 0);
            for outcome in readings.iter().flat_map(|r| &r.outcomes) {
                let count: u32 = outcome.ports.iter().map(|r| r.len()).sum();
                match outcome.state {
                    PortState::Open { .. } => open += count,
                    PortState::Rejected { .. } | PortState::Silent { control: true, .. } => {
                        blocked.extend(outcome.ports.iter().flat_map(|r| r.ports()));
                    }
                    _ => unknown += count,
                }
            }
            let blocked: Vec<String> = PortRange::compress(blocked)
                .iter()
                .map(ToString::to_string)
                .collect();
            println!(
                "{} {open} {unknown} {}",
                took.as_millis(),
                blocked.join(",")
            );
        });
    }

    fn blocks(random: &mut StdRng, count: u16, most: u16) -> Vec<PortRange> {
        let share = (LAST - FIRST) / count;
        (0..count)
            .filter_map(|n| {
                let first = FIRST + n * share + random.random_range(70..share / 3);
                PortRange::new(first, first + random.random_range(64..most.min(share / 3)))
            })
            .collect()
    }

    fn lab(truth: &[PortRange], loss: u32) -> Lab {
        let lab = Lab::new().expect("root, iproute2 and nft");
        lab.without_ipv6();
        // Counts what the client sends, before any fault.
        lab.router
            .nft("add rule inet faults forward iifname tc meta l4proto udp counter")
            .expect("a counter");
        for range in truth {
            lab.block("udp", &range.to_string(), Way::Up, Fault::Drop);
        }
        lab.loss(Way::Up, loss);
        lab.loss(Way::Down, loss);
        lab
    }

    /// Sweeps in a network of this truth; prints the figures.
    fn ours(truth: &[PortRange], loss: u32, method: &str) {
        let lab = lab(truth, loss);
        let _relay = relay::start(&lab, DELAY_MS, 0);
        let (_reflector, url) = lab.reflector(&["--listen", "0.0.0.0:7443"]);
        let program = std::env::current_exe().expect("this program");
        let mut command = lab.client.command(&program.to_string_lossy());
        let output = command
            .args(["sweep", &url, method])
            .output()
            .expect("a sweep");
        let line = String::from_utf8_lossy(&output.stdout);
        let mut words = line.trim_end().split(' ');
        let mut number = || {
            words
                .next()
                .and_then(|w| w.parse::<u64>().ok())
                .unwrap_or(0)
        };
        let (took, open, unknown) = (number(), number(), number());
        let said: BTreeSet<u16> = words
            .next()
            .unwrap_or_default()
            .split(',')
            .filter_map(|r| PortRange::try_from(r.to_owned()).ok())
            .flat_map(PortRange::ports)
            .collect();
        let is: BTreeSet<u16> = truth.iter().flat_map(|r| r.ports()).collect();
        let falsely_blocked = said.difference(&is).count();
        let (edges, wrong) = if method == "full" {
            let missed = is.difference(&said).count();
            (String::new(), falsely_blocked + missed)
        } else {
            // Tried in part: every edge is there, and no port beyond it.
            let edge = |p: u16| said.contains(&p);
            let exact = truth
                .iter()
                .filter(|r| edge(r.first()) && edge(r.last()))
                .count();
            (
                format!(", {exact} of {} blocks exact", truth.len()),
                falsely_blocked,
            )
        };
        let sent = lab.counted().first().copied().unwrap_or(0);
        println!(
            "meetready {method:6} loss {loss} %: {took:5} ms, {sent:6} datagrams, open {open}, unknown {unknown}, wrong {wrong}{edges}"
        );
    }

    /// nmap in a network of this truth where all other ports echo.
    fn nmap(truth: &[PortRange], loss: u32, options: &[&str], seconds: u64) {
        let lab = lab(truth, loss);
        let _relay = relay::start(&lab, DELAY_MS, 0);
        let at = "0.0.0.0:7".parse().expect("an address");
        let _echo = Peers::start(&lab.server, &[Peer::Echo { at }]);
        lab.server
            .nft(&format!(
                "table ip nat {{\n chain pre {{\n type nat hook prerouting priority -100\n udp dport {FIRST}-{LAST} redirect to :7\n }}\n}}"
            ))
            .expect("every port echoes");
        let mut command = lab.client.command("timeout");
        command
            .arg(seconds.to_string())
            .args(["nmap", "-n", "-Pn", "-sU"]);
        command.args(options);
        command.args(["-p", &format!("{FIRST}-{LAST}"), "-oG", "-", "198.51.100.2"]);
        let begun = Instant::now();
        let output = command.output().expect("nmap");
        let took = begun.elapsed().as_millis();
        let text = String::from_utf8_lossy(&output.stdout);
        let open = text.matches("/open/udp").count();
        let blocked: u32 = truth.iter().map(|r| r.len()).sum();
        let expected = u32::from(LAST - FIRST) + 1 - blocked;
        let sent = lab.counted().first().copied().unwrap_or(0);
        let done = if output.status.success() {
            ""
        } else {
            " (stopped, not done)"
        };
        println!(
            "nmap -sU {:20} loss {loss} %: {took:5} ms, {sent:6} datagrams, open {open} of {expected}{done}",
            options.join(" ")
        );
    }

    pub fn compare(seconds: u64) {
        let seed = rand::random();
        println!("seed {seed}; 44,001 ports, 40 ms round trip");
        let mut random = StdRng::seed_from_u64(seed);
        for loss in [0, 2] {
            let truth = blocks(&mut random, 5, 110);
            for _ in 0..3 {
                ours(&truth, loss, "full");
            }
            if seconds > 0 {
                nmap(&truth, loss, &["-T4"], seconds);
                nmap(&truth, loss, &["--min-rate", "20000"], seconds);
            }
        }
        for _ in 0..5 {
            ours(&blocks(&mut random, 5, 2_000), 0, "grid");
        }
        for _ in 0..2 {
            ours(&blocks(&mut random, 5, 2_000), 0, "sample");
        }
    }
}
