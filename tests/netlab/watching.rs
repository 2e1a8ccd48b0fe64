//! A line that is watched while it breaks: each fault shows in its windows and in no others, and a report comes at the end
//! whatever happens.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use meetready::model::Report;
use meetready::model::watch::{WatchReading, WatchWindow};

use crate::beside_others;
use crate::support::lab::{Lab, SERVER};
use crate::support::shell::Namespace;

/// Starts a watch at the client; other facts than the line's are left small.
fn start(space: &Namespace, urls: &[&str], repeat: &str) -> std::process::Child {
    let mut command: Command = space.command(env!("CARGO_BIN_EXE_meetready"));
    command.args([
        "check", "--format", "json", "--lang", "en", "--for", "meetings",
    ]);
    command.args([
        "--edition",
        "2025-05",
        "--scenario",
        "voip",
        "--every",
        "2s",
    ]);
    command.args(["--repeat", repeat]);
    for url in urls {
        command.args(["--reflector", url]);
    }
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("meetready check")
}

/// Waits until the first window is told of on stderr, or the time is over.
fn wait_for_windows(child: &mut std::process::Child) {
    use std::io::{BufRead as _, BufReader};
    let stderr = child.stderr.take().expect("stderr");
    let mut lines = BufReader::new(stderr).lines();
    // A line for each window; the first of them means that the measurements before are done.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(90) {
        match lines.next() {
            Some(Ok(line)) if line.contains("jitter") => break,
            Some(Ok(_)) => {}
            _ => break,
        }
    }
    // The rest must not fill the pipe.
    std::thread::spawn(move || for _ in lines {});
}

fn report(child: std::process::Child) -> Report {
    let output = child.wait_with_output().expect("a report");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!("{e}: {}", String::from_utf8_lossy(&output.stdout));
    })
}

fn watched(report: &Report) -> &WatchReading {
    let network = report.evidence.network.as_ref().expect("a network");
    network.watch.as_ref().expect("a watch")
}

fn is_clean(w: &WatchWindow) -> bool {
    w.failure.is_none()
        && [w.up, w.down]
            .into_iter()
            .flatten()
            .all(|f| f.sent == f.received)
}

fn signal(child: &std::process::Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(sent.success());
}

/// The link goes, and comes back with another address, while a reflector that was named first is not there at all.
#[test]
fn a_watch_survives_a_link_that_goes_and_a_new_address() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (_reflector, url) = lab.reflector(&[]);
    // As the good one, but where nobody listens, and without its IPv6 address.
    let dead: Vec<&str> = url.split('/').filter(|p| !p.starts_with("alt=")).collect();
    let dead = dead.join("/").replacen(SERVER, "198.51.100.99", 1);
    let mut child = start(&lab.client, &[&dead, &url], "26s");
    wait_for_windows(&mut child);
    lab.client.ip("link set e0 down").expect("a link");
    std::thread::sleep(Duration::from_secs(6));
    for line in [
        "addr flush dev e0 scope global",
        "addr add 192.0.2.77/24 dev e0",
        "link set e0 up",
        "route add default via 192.0.2.1",
    ] {
        lab.client.ip(line).expect("a new address");
    }
    let report = report(child);
    let watch = watched(&report);
    assert!(watch.reflector.starts_with(SERVER), "{}", watch.reflector);
    assert!(!watch.stopped);
    let all = &watch.windows;
    let gone: u32 = all
        .iter()
        .filter(|w| w.failure.is_some())
        .map(|w| w.stands_for)
        .sum();
    assert!((2..=6).contains(&gone), "the gap of six seconds: {all:?}");
    let last = all.last().expect("windows");
    assert!(is_clean(last), "it came back: {last:?}");
    assert_eq!(
        last.seen_from,
        Some("192.0.2.77".parse().expect("an address")),
        "{all:?}"
    );
    assert!(all.iter().any(|w| w.reconnected), "{all:?}");
    assert!(is_clean(all.first().expect("windows")), "{all:?}");
}

/// Loss for a while in the middle: those windows are in breach, the others are not, and the worst is among them.
#[test]
fn loss_for_a_while_is_found_where_it_was() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (_reflector, url) = lab.reflector(&[]);
    let mut child = start(&lab.client, &[&url], "22s");
    wait_for_windows(&mut child);
    let from = jiff::Timestamp::now();
    lab.loss(crate::support::lab::Way::Up, 30);
    std::thread::sleep(Duration::from_secs(5));
    lab.router.run("nft flush ruleset").expect("no more loss");
    let until = jiff::Timestamp::now();
    let report = report(child);
    let windows = &watched(&report).windows;
    let second = jiff::SignedDuration::from_secs(1);
    let inside = |w: &WatchWindow| w.at >= from - second && w.at <= until;
    for w in windows {
        let lossy = w.up.is_some_and(|f| f.received < f.sent);
        assert!(
            inside(w) || !lossy && w.failure.is_none(),
            "{from} {until}: {w:?}"
        );
        assert!(
            w.down.is_none_or(|f| f.received == f.sent),
            "one way only: {w:?}"
        );
    }
    let worst = windows
        .iter()
        .max_by(|a, b| a.badness().partial_cmp(&b.badness()).expect("an order"))
        .expect("windows");
    assert!(inside(worst) && !is_clean(worst), "{worst:?}");
}

/// Asked to end by the system or by Ctrl+C, it reports what it saw.
#[test]
fn a_watch_that_is_stopped_reports() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (_reflector, url) = lab.reflector(&[]);
    for name in ["-INT", "-TERM", "-HUP"] {
        let mut child = start(&lab.client, &[&url], "10m");
        wait_for_windows(&mut child);
        signal(&child, name);
        let report = report(child);
        let watch = watched(&report);
        assert!(
            watch.stopped && !watch.windows.is_empty(),
            "{name}: {watch:?}"
        );
    }
}

/// A PC that slept: the gap is told, and is no loss.
#[test]
fn sleep_is_told_and_is_no_loss() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let (_reflector, url) = lab.reflector(&[]);
    let mut child = start(&lab.client, &[&url], "24s");
    wait_for_windows(&mut child);
    signal(&child, "-STOP");
    std::thread::sleep(Duration::from_secs(7));
    signal(&child, "-CONT");
    let report = report(child);
    let windows = &watched(&report).windows;
    assert!(
        windows
            .iter()
            .any(|w| w.slept.is_some_and(|ms| ms.0 >= 2_000.0)),
        "{windows:?}"
    );
    let last = windows.last().expect("windows");
    assert!(is_clean(last), "{last:?}");
}
