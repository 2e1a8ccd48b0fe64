//! Trains from here to the reflector.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Sent, every};
use crate::model::network::{Failure, FailureCode};
use crate::net::failure_of;
use crate::net::pace::{Departed, send_train};
use crate::probe::lane::{self, Lane};
use crate::probe::reflector::Session;
use crate::wire::bracket::Seen;
use crate::wire::control::{LoadReply, LoadRequest, TrainReport};
use crate::wire::stamp::AUTH_LEN;
use crate::wire::train::{Digest, PACKET_BYTES, TrainPlan, header_bytes, nanos};

/// How long the first packet may be under way before the train counts as lost.
const NOT_BEGUN: Duration = Duration::from_millis(1_500);
/// How long a train may be under way behind its last packet: deeper queues are beyond use for calls.
const LONGEST_QUEUE: Duration = Duration::from_secs(8);
/// How often the path is asked about its queue, at most: answers to more would tell nothing new.
const QUESTIONS: Duration = Duration::from_millis(30);
/// How long a question about the reflector's clock may take.
const CLOCK: Duration = Duration::from_millis(500);

pub(super) async fn send(
    session: &Session,
    lane: &Lane,
    plan: TrainPlan,
    deep: Duration,
) -> Result<Sent, Failure> {
    let request = || Ok(LoadRequest::Sink { plan: plan.clone() });
    let ssid = match lane::in_turn(session, request).await? {
        LoadReply::Flow { ssid } => ssid,
        other => return Err(lane::unexpected(&other)),
    };
    let out = train(session, lane, ssid, plan, deep).await;
    lane::stop(session, ssid).await;
    out
}

async fn train(
    session: &Session,
    lane: &Lane,
    ssid: u16,
    plan: TrainPlan,
    deep: Duration,
) -> Result<Sent, Failure> {
    let stopped = Arc::new(AtomicBool::new(false));
    let begun = Instant::now();
    // The round trip of a quiet path may be known from one call only.
    let patience = deep + session.round_trip() * 2;
    let departed = tokio::select! {
        departed = depart(lane, ssid, plan.clone(), stopped.clone()) => departed?,
        () = watch(lane, patience, every(&plan, QUESTIONS), &stopped) => return Err(Failure::new(FailureCode::Other)),
    };
    let left = Instant::now();
    if let Some(e) = &departed.error
        && departed.packets() == 0
    {
        return Err(failure_of(e));
    }
    let mut digest = arrivals(session, ssid).await?;
    let idle_since = idle_since(lane, &digest).await.unwrap_or(left);
    digest.cut(departed.packets());
    let late_p99 = departed.lateness_p99();
    Ok(Sent {
        seen: Seen {
            plan,
            sent: departed.stretches,
            digest,
        },
        late_p99,
        begun,
        idle_since,
    })
}

/// Has the train end early where a deep queue fills: more of it would tell nothing, and take seconds to drain. Asks the
/// reflector small questions meanwhile: those that stay open for long show the queue.
async fn watch(lane: &Lane, patience: Duration, every: Duration, stopped: &AtomicBool) {
    let mut open: VecDeque<(u32, Instant)> = VecDeque::new();
    loop {
        // A question that cannot be sent is missed like one that is lost: the next follows.
        if let Ok(number) = lane.ask(AUTH_LEN) {
            open.push_back((number, Instant::now()));
        }
        tokio::time::sleep(every).await;
        let latest = lane
            .heard()
            .answers
            .last()
            .map(|a| a.packet.sender_sequence);
        // One that a later one overtook was lost, not delayed.
        if let Some(latest) = latest {
            open.retain(|(number, _)| *number > latest);
        }
        // Two, so that the loss of a single one is no queue.
        if open
            .get(1)
            .is_some_and(|(_, asked)| asked.elapsed() > patience)
        {
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

/// When the last of the train arrived, by this side's clock: the answer to one more question shows the reflector's.
async fn idle_since(lane: &Lane, digest: &Digest) -> Option<Instant> {
    let last = digest.bins.iter().map(|b| b.last_ns).max()?;
    let number = lane.ask(AUTH_LEN).ok()?;
    let asked = Instant::now();
    while asked.elapsed() < CLOCK {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let answer = lane.heard().answers.last().copied();
        if let Some(answer) = answer.filter(|a| a.packet.sender_sequence == number) {
            let idle = nanos(answer.packet.received).checked_sub(last)?;
            // From the question's departure on, so that the way there counts as idle too.
            return asked.checked_sub(Duration::from_nanos(idle));
        }
    }
    None
}

/// Asks the reflector until the train is over.
async fn arrivals(session: &Session, ssid: u16) -> Result<Digest, Failure> {
    let sent = Instant::now();
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
