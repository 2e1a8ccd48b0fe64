//! What a verdict costs: a reflector and a probe as two small programs, for `benches/capacity.sh` to run beside iperf3.
//!
//! `capacity reflect ADDR:PORT` prints a join URL and serves until killed.
//! `capacity measure URL up|down NEED_KBPS` and `capacity quality URL SECONDS` print one JSON object a direction.
//! `capacity pace PACKETS_A_SECOND` sends to a closed door for four seconds and prints how late packets left.
//! `capacity cost PID` prints the processor time that a process has used so far, seconds.
//! Without arguments: both over loopback.

#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::time::{Duration, Instant};

use meetready::model::network::{Direction, Family, ReflectorRole};
use meetready::model::{Bps, EvidenceId};
use meetready::net::pace::send_train;
use meetready::probe::reflector::{Limits, Session};
use meetready::probe::{capacity, quality};
use meetready::reflector::{Config, Reflector};
use meetready::wire::join::JoinUrl;
use meetready::wire::train::{PACKET_BYTES, Stretch, TrainPlan};
use serde_json::json;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["reflect", address] => {
            let reflector =
                Reflector::start(Config::on(ReflectorRole::Outside, address.parse()?)).await?;
            println!("{}", reflector.join_url().full());
            std::future::pending().await
        }
        ["measure", url, direction, kbps] => {
            let direction = if *direction == "up" {
                Direction::Up
            } else {
                Direction::Down
            };
            measure(
                &open(&url.parse()?).await?,
                direction,
                kbps.parse::<u64>()? * 1_000,
            )
            .await
        }
        ["pace", packets] => pace(packets.parse()?),
        ["cost", pid] => {
            println!("{}", processor_seconds(pid)?);
            Ok(())
        }
        ["quality", url, seconds] => stream(&open(&url.parse()?).await?, seconds.parse()?).await,
        _ => {
            let reflector = Reflector::start(Config::self_test()).await?;
            let session = open(reflector.join_url()).await?;
            measure(&session, Direction::Up, 3_800_000).await?;
            measure(&session, Direction::Down, 3_800_000).await?;
            stream(&session, 6).await
        }
    }
}

async fn open(url: &JoinUrl) -> Result<Session, Box<dyn std::error::Error>> {
    let limits = Limits {
        proxy: false,
        ..Limits::default()
    };
    Session::open(url, &limits)
        .await
        .map_err(|f| format!("{f:?}").into())
}

async fn measure(session: &Session, direction: Direction, need: u64) -> Outcome {
    let ask = capacity::Ask {
        id: EvidenceId::numbered("capacity", 1),
        reflector: EvidenceId::numbered("reflector", 1),
        direction,
        family: Family::Ipv4,
        ports: Vec::new(),
        need: Bps(need),
        limit: Bps(100_000_000),
    };
    let begun = Instant::now();
    let reading = capacity::measure(session, &ask).await;
    let took = begun.elapsed();
    let packets: u64 = reading.trains.iter().map(|t| t.packets_sent).sum();
    let verdict = if reading.at_least.is_some_and(|b| b >= Bps(need)) {
        "pass"
    } else if reading.at_most.is_some_and(|b| b < Bps(need)) {
        "fail"
    } else {
        "unclear"
    };
    println!(
        "{}",
        json!({
            "aa_verdict": verdict,
            "aa_seconds": took.as_secs_f64(),
            "aa_bytes": packets * u64::from(PACKET_BYTES),
            "reading": reading,
        })
    );
    Ok(())
}

async fn stream(session: &Session, seconds: u64) -> Outcome {
    let ask = quality::Ask {
        after: 0,
        reflector: EvidenceId::numbered("reflector", 1),
        family: Family::Ipv4,
        ports: Vec::new(),
        duration: Duration::from_secs(seconds),
        call: None,
    };
    let begun = Instant::now();
    let readings = quality::measure(session, &ask)
        .await
        .map_err(|f| format!("{f:?}"))?;
    for reading in readings {
        println!(
            "{}",
            json!({ "seconds": begun.elapsed().as_secs_f64(), "reading": reading })
        );
    }
    Ok(())
}

/// How late packets of a train leave, as the program's own pacing has it.
fn pace(packets_a_second: u64) -> Outcome {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    let sink = std::net::UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(sink.local_addr()?)?;
    let rate = Bps(packets_a_second * u64::from(PACKET_BYTES) * 8);
    let plan = TrainPlan(vec![Stretch { rate, ms: 4_000 }]);
    let payload = [0; 1_172];
    let departed = send_train(&plan, || true, |_| socket.send(&payload).map(drop));
    let mut late = departed.lateness_ns;
    late.sort_unstable();
    let at = |percent: usize| late.get(late.len() * percent / 100).map(|n| n / 1_000);
    println!(
        "{}",
        json!({ "packets": late.len(), "p50_us": at(50), "p99_us": at(99), "max_us": late.last().map(|n| n / 1_000) })
    );
    Ok(())
}

/// User and system time of a process, in ticks of a hundredth of a second (`proc(5)`).
fn processor_seconds(pid: &str) -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no such format")?;
    let ticks = |n: usize| {
        fields
            .split_whitespace()
            .nth(n)
            .and_then(|t| t.parse::<f64>().ok())
    };
    Ok((ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0)
}
