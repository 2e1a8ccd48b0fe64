//! What a verdict costs: a reflector and a probe as two small programs, for `benches/capacity.sh` to run beside iperf3.
//!
//! `capacity reflect ADDR:PORT` prints a join URL and serves until killed.
//! `capacity measure URL up|down NEED_KBPS` and `capacity quality URL SECONDS` print one JSON object a direction.
//! Without arguments: both over loopback.

#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::time::{Duration, Instant};

use meetready::model::network::{Direction, Family, ReflectorRole};
use meetready::model::{Bps, EvidenceId};
use meetready::probe::reflector::{Limits, Session};
use meetready::probe::{capacity, quality};
use meetready::reflector::{Config, Reflector};
use meetready::wire::join::JoinUrl;
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
    println!(
        "{}",
        json!({
            "seconds": took.as_secs_f64(),
            "bytes": packets * u64::from(meetready::wire::train::PACKET_BYTES),
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
