//! Trains from here to the reflector.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Sent;
use crate::model::network::{Failure, FailureCode};
use crate::net::failure_of;
use crate::net::pace::{Departed, send_train};
use crate::probe::lane::{self, Lane};
use crate::probe::reflector::Session;
use crate::wire::bracket::Seen;
use crate::wire::control::{LoadReply, LoadRequest, TrainReport};
use crate::wire::train::{Digest, PACKET_BYTES, TrainPlan, header_bytes};

/// How long the first packet may be under way before the train counts as lost.
const NOT_BEGUN: Duration = Duration::from_millis(1_500);
/// How long a train may be under way behind its last packet: deeper queues are beyond use for calls.
const LONGEST_QUEUE: Duration = Duration::from_secs(5);

pub(super) async fn send(session: &Session, lane: &Lane, plan: TrainPlan) -> Result<Sent, Failure> {
    let ssid = lane::flow(session, &LoadRequest::Sink { plan: plan.clone() }).await?;
    let out = train(session, lane, ssid, plan).await;
    lane::stop(session, ssid).await;
    out
}

async fn train(
    session: &Session,
    lane: &Lane,
    ssid: u16,
    plan: TrainPlan,
) -> Result<Sent, Failure> {
    let departed = depart(lane, ssid, plan.clone()).await?;
    let idle_since = Instant::now();
    if let Some(e) = &departed.error
        && departed.packets() == 0
    {
        return Err(failure_of(e));
    }
    let digest = arrivals(session, ssid, idle_since).await?;
    let late_p99 = departed.lateness_p99();
    Ok(Sent {
        seen: Seen {
            plan,
            sent: departed.stretches,
            digest,
        },
        late_p99,
        idle_since,
    })
}

/// Sends on a thread of its own, which ends early when the caller is no longer interested.
async fn depart(lane: &Lane, ssid: u16, plan: TrainPlan) -> Result<Departed, Failure> {
    struct Guard(Arc<AtomicBool>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Release);
        }
    }
    let local = |e: &dyn std::fmt::Display| Failure::because(FailureCode::Other, e.to_string());
    let size = (PACKET_BYTES - header_bytes(lane.family)) as usize;
    let packets = lane.sender(ssid, size);
    let stopped = Arc::new(AtomicBool::new(false));
    let guard = Guard(stopped.clone());
    let (done, departed) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("train".into())
        .spawn(move || {
            let go_on = || !stopped.load(Ordering::Acquire);
            // Nobody waits any more when the caller gave up.
            let _ = done.send(send_train(&plan, go_on, packets));
        })
        .map_err(|e| local(&e))?;
    let out = departed.await.map_err(|e| local(&e));
    drop(guard);
    out
}

/// Asks the reflector until the train is over.
async fn arrivals(session: &Session, ssid: u16, sent: Instant) -> Result<Digest, Failure> {
    loop {
        // The calls share the line with the queue that they ask about.
        tokio::time::sleep(Duration::from_millis(60)).await;
        match session.load(&LoadRequest::Report { ssid }).await? {
            LoadReply::Train(TrainReport::Arrived { over, digest }) => {
                let begun = digest.received() > 0 || sent.elapsed() > NOT_BEGUN;
                if (over && begun) || sent.elapsed() > LONGEST_QUEUE {
                    return Ok(digest);
                }
            }
            other => return Err(lane::unexpected(&other)),
        }
    }
}
