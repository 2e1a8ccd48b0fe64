//! Trains from the reflector to here.

use std::time::{Duration, Instant};

use super::{Sent, every};
use crate::model::network::{Failure, FailureCode};
use crate::probe::lane::{self, Lane};
use crate::probe::reflector::Session;
use crate::wire::bracket::Seen;
use crate::wire::control::{LoadReply, LoadRequest, TrainReport};
use crate::wire::stamp::AUTH_LEN;
use crate::wire::train::{Arrival, Digest, SentStretch, TrainPlan};

/// How often this side shows that it lives while the reflector sends; on slow lines less often, but well before the
/// reflector gives it up.
const BEAT: Duration = Duration::from_millis(100);
const LONGEST_BEAT: Duration = Duration::from_millis(250);
/// A train is over when nothing more came for so long.
const QUIET: Duration = Duration::from_millis(350);
/// How long the first packet may take before the train counts as lost.
const NOT_BEGUN: Duration = Duration::from_millis(1_500);
/// How long a train may be under way behind its last packet.
const LONGEST_QUEUE: Duration = Duration::from_secs(8);
/// How often the reflector is asked whether its train has left: longer than any train is.
const REPORTS: u32 = 100;
pub(super) async fn send(
    session: &Session,
    lane: &Lane,
    plan: TrainPlan,
    deep: Duration,
) -> Result<Sent, Failure> {
    let refused =
        |e: crate::wire::train::PlanError| Failure::because(FailureCode::Other, e.to_string());
    let planned = plan.departures().map_err(refused)?.len();
    {
        let mut heard = lane.heard();
        heard.train.clear();
        heard.last = None;
    }
    let mut ask = lane.asker(AUTH_LEN);
    let pause = every(&plan, BEAT).min(LONGEST_BEAT);
    let beat = async {
        loop {
            // A packet that cannot be sent is missed like one that is lost: the next follows.
            let _ = ask();
            tokio::time::sleep(pause).await;
        }
    };
    let work = async {
        begin(session, lane, &plan).await?;
        let begun = Instant::now();
        let idle_since = arrive(session, lane, planned, plan.span(), deep).await;
        let (sent, late_p99) = departed(session, lane.ssid()).await?;
        let arrivals = lane.heard().train.clone();
        let mut digest = Digest::of(&plan, &arrivals).map_err(refused)?;
        digest.cut(sent.iter().map(|s| u64::from(s.packets)).sum());
        Ok((sent, late_p99, digest, begun, idle_since))
    };
    let (sent, late_p99, digest, begun, idle_since) = tokio::select! {
        out = work => out?,
        () = beat => return Err(Failure::new(FailureCode::Other)),
    };
    Ok(Sent {
        seen: Seen { plan, sent, digest },
        late_p99,
        begun,
        idle_since,
    })
}

/// Has the reflector begin, waiting for a place where it is busy.
async fn begin(session: &Session, lane: &Lane, plan: &TrainPlan) -> Result<(), Failure> {
    let request = || {
        lane.proof()
            .map(|proof| LoadRequest::Send {
                ssid: lane.ssid(),
                plan: plan.clone(),
                proof,
            })
            .ok_or_else(|| Failure::new(FailureCode::TimedOut))
    };
    match lane::in_turn(session, request).await? {
        LoadReply::Begun => Ok(()),
        other => Err(lane::unexpected(&other)),
    }
}

/// Waits until the train is whole or nothing more comes; when the last packet came. Has it ended early where a deep queue
/// fills: more of it would tell nothing, and take seconds to drain.
async fn arrive(
    session: &Session,
    lane: &Lane,
    planned: usize,
    span: Duration,
    longest: Duration,
) -> Instant {
    let begun = Instant::now();
    let mut halted = false;
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (count, last, deep) = {
            let heard = lane.heard();
            let deep = queue(&heard.train) > longest;
            (heard.train.len(), heard.last, deep)
        };
        if deep && !halted && begun.elapsed() < span {
            halted = true;
            // Where the call fails, the train ends by itself.
            let _ = session.load(&LoadRequest::Halt { ssid: lane.ssid() }).await;
        }
        let over = match last {
            None => begun.elapsed() > NOT_BEGUN,
            Some(at) => at.elapsed() > QUIET && begun.elapsed() > span,
        };
        if count >= planned || over || begun.elapsed() > span + LONGEST_QUEUE {
            return last.unwrap_or(begun);
        }
    }
}

/// How much longer the latest packet travelled than the fastest.
fn queue(train: &[Arrival]) -> Duration {
    let transit = |a: &Arrival| a.received_ns.wrapping_sub(a.sent_ns).cast_signed();
    let least = train.iter().map(transit).min();
    let latest = train.last().map(transit);
    let grown = latest.zip(least).map_or(0, |(l, m)| l.saturating_sub(m));
    Duration::from_nanos(u64::try_from(grown).unwrap_or(0))
}

/// What left, by the reflector's account.
async fn departed(
    session: &Session,
    ssid: u16,
) -> Result<(Vec<SentStretch>, Option<Duration>), Failure> {
    for _ in 0..REPORTS {
        match session.load(&LoadRequest::Report { ssid }).await? {
            LoadReply::Train(TrainReport::Departed {
                over: true,
                stretches,
                late_p99_ns,
                ..
            }) => return Ok((stretches, late_p99_ns.map(Duration::from_nanos))),
            LoadReply::Train(TrainReport::Departed { over: false, .. }) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            other => return Err(lane::unexpected(&other)),
        }
    }
    let why = "the reflector's train has no end";
    Err(Failure::because(FailureCode::BadReply, why))
}
