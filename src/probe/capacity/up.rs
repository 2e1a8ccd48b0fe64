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
use crate::wire::stamp::AUTH_LEN;
use crate::wire::train::{Digest, PACKET_BYTES, TrainPlan, header_bytes};

/// How long the first packet may be under way before the train counts as lost.
const NOT_BEGUN: Duration = Duration::from_millis(1_500);
/// How long a train may be under way behind its last packet: deeper queues are beyond use for calls.
const LONGEST_QUEUE: Duration = Duration::from_secs(8);
/// A queue that holds packets for longer than this is full enough to tell.
const DEEP_QUEUE: Duration = Duration::from_millis(200);

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
    let stopped = Arc::new(AtomicBool::new(false));
    let patience = DEEP_QUEUE + session.round_trip() * 2;
    let departed = tokio::select! {
        departed = depart(lane, ssid, plan.clone(), stopped.clone()) => departed?,
        () = watch(lane, patience, &stopped) => return Err(Failure::new(FailureCode::Other)),
    };
    let idle_since = Instant::now();
    if let Some(e) = &departed.error
        && departed.packets() == 0
    {
        return Err(failure_of(e));
    }
    let mut digest = arrivals(session, ssid, idle_since).await?;
    digest.cut(departed.packets());
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

/// Has the train end early where a deep queue fills: more of it would tell nothing, and take seconds to drain. Asks the
/// reflector small questions meanwhile; answers that take long, or none for so long, show the queue.
async fn watch(lane: &Lane, patience: Duration, stopped: &AtomicBool) {
    let (mut known, mut news) = (lane.heard().answers.len(), Instant::now());
    loop {
        // A question that cannot be sent is missed like one that is lost: the next follows.
        let _ = lane.ask(AUTH_LEN);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let heard = lane.heard();
        let trips = || heard.answers.iter().map(|a| a.packet.round_trip(a.arrived));
        let slow = match (trips().next_back(), trips().min()) {
            (Some(latest), Some(least)) if heard.answers.len() > known => {
                latest.saturating_sub(least) > DEEP_QUEUE
            }
            _ => false,
        };
        if heard.answers.len() > known {
            (known, news) = (heard.answers.len(), Instant::now());
        }
        drop(heard);
        if slow || news.elapsed() > patience {
            stopped.store(true, Ordering::Release);
        }
    }
}

/// Sends on a thread of its own, which ends early when the caller is no longer interested.
async fn depart(
    lane: &Lane,
    ssid: u16,
    plan: TrainPlan,
    stopped: Arc<AtomicBool>,
) -> Result<Departed, Failure> {
    struct Guard(Arc<AtomicBool>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Release);
        }
    }
    let local = |e: &dyn std::fmt::Display| Failure::because(FailureCode::Other, e.to_string());
    let size = (PACKET_BYTES - header_bytes(lane.family)) as usize;
    let packets = lane.sender(ssid, size);
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
