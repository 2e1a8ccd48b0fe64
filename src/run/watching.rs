//! Watches a line: a voice-like stream every so often, through network changes, restarts of the reflector and sleep.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tokio::time::Instant;

use super::events::Event;
use super::options::{Given, ReflectorChoice, Watch};
use super::reflectors::{Asked, asked, reach, steps_of};
use super::schedule::Schedule;
use crate::model::network::{
    Direction, Failure, FailureCode, Family, QualityReading, ReflectorReading,
};
use crate::model::plan::PlanAction;
use crate::model::watch::{WatchFigures, WatchReading, WatchWindow};
use crate::model::{EvidenceId, Millis};
use crate::probe::quality;
use crate::probe::reflector::{Limits, Session};

/// How long a session may take to open.
const OPEN: Duration = Duration::from_secs(10);
/// How much longer than its stream a window may take.
const SLACK: Duration = Duration::from_secs(8);
/// A session that is not known any more is told so within this.
const AT_ONCE: Duration = Duration::from_secs(1);
/// A wall clock that is ahead of the monotonic one by more than this was asleep, or set.
const ASLEEP: Duration = Duration::from_secs(2);

/// Watches until the time is over or somebody stops it; what was seen until then is kept. Of several reflectors the first
/// that the measurements before could use is watched, or the first of all where none could be used: it may come back.
pub(super) async fn watch(
    schedule: &Arc<Schedule>,
    choice: &ReflectorChoice,
    found: &[ReflectorReading],
    how: &Watch,
) -> Option<WatchReading> {
    // Held until the end: it stops when dropped.
    let (asked, _own) = asked(choice).await;
    let used = |r: &ReflectorReading| r.failure.is_none() && r.passed_over_for.is_none();
    let chosen = found.iter().position(used).unwrap_or(0);
    let mut planned = None;
    for (n, Asked { name, given }) in asked.into_iter().enumerate() {
        let step = steps_of(schedule, &name)
            .into_iter()
            .find(|(_, action)| matches!(action, PlanAction::Watch { .. }));
        match step {
            Some((index, _)) if n == chosen => planned = Some((index, name, given)),
            Some((index, _)) => schedule.skip(index, None),
            None => {}
        }
    }
    let (index, name, given) = planned?;
    let mut out = WatchReading {
        id: EvidenceId::numbered("watch", 1),
        reflector: name,
        role: None,
        every: Millis::from_duration(how.every),
        window: Millis::from_duration(how.window()),
        asked: how.lasts.map(Millis::from_duration),
        stopped: false,
        windows: Vec::new(),
    };
    let given = match given {
        Ok(given) => given,
        Err(failure) => {
            schedule.skip(index, Some(failure));
            return Some(out);
        }
    };
    tokio::select! {
        biased;
        () = schedule.cancelled() => out.stopped = true,
        () = go_on(schedule, &given, how, &mut out) => {}
    }
    schedule.skip(index, None);
    Some(out)
}

/// Clocks at the end of a window: their difference shows sleep.
struct Clocks {
    monotonic: Instant,
    wall: SystemTime,
}

impl Clocks {
    fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// How long this PC slept since then: the wall clock went on, the monotonic one did not; or both did, and the
    /// timer came far too late.
    fn slept(&self, due: Instant) -> Option<Duration> {
        let ran = self.monotonic.elapsed();
        let passed = self.wall.elapsed().unwrap_or_default();
        let gap = passed.saturating_sub(ran).max(due.elapsed());
        (gap > ASLEEP).then_some(gap)
    }
}

async fn go_on(schedule: &Schedule, given: &Given, how: &Watch, out: &mut WatchReading) {
    let start = Instant::now();
    let mut line = Line {
        given,
        session: None,
        lost: false,
    };
    let mut due = start;
    let mut clocks = Clocks::now();
    loop {
        tokio::time::sleep_until(due).await;
        let slept = clocks.slept(due);
        let at = Timestamp::now();
        let mut window = line.window(how.window()).await;
        window.at = at;
        window.slept = slept.map(Millis::from_duration);
        if let Some(session) = &line.session {
            out.role = Some(session.role());
            window.seen_from = Some(session.seen_from());
        }
        clocks = Clocks::now();
        // Windows keep their places. One that failed stands for those that passed meanwhile, else an outage would count
        // the less the longer it takes to be sure of it; sleep is no outage.
        due += how.every;
        while due < Instant::now() {
            due += how.every;
            if window.failure.is_some() && window.slept.is_none() {
                window.stands_for = window.stands_for.saturating_add(1);
            }
        }
        schedule.tell(Event::Window(Box::new(window.clone())));
        out.push(window);
        if how.lasts.is_some_and(|lasts| due - start >= lasts) {
            if let Some(session) = line.session.take() {
                let _ = tokio::time::timeout(Duration::from_secs(2), session.close()).await;
            }
            return;
        }
    }
}

/// The way to the reflector, made anew whenever it broke.
struct Line<'a> {
    given: &'a Given,
    session: Option<Session>,
    lost: bool,
}

impl Line<'_> {
    /// One window; a session that broke is made anew once within it.
    async fn window(&mut self, lasts: Duration) -> WatchWindow {
        let had = self.session.is_some();
        let began = Instant::now();
        let first = self.measure(lasts).await;
        let done = match first {
            // A session from before the window may have died between windows, as where the reflector was started anew:
            // that is no fault of this one. Where nothing answered for a while, the line itself was gone, and that is
            // what this window has to say.
            Err(_) if had && began.elapsed() < AT_ONCE => {
                self.lost = true;
                self.measure(lasts).await
            }
            other => other,
        };
        let reconnected = std::mem::take(&mut self.lost) && done.is_ok();
        if done.is_err() {
            self.lost = true;
        }
        let (readings, failure) = match done {
            Ok(readings) => (readings, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let of = |direction| readings.iter().find(|r| r.direction == direction);
        let first = readings.first();
        WatchWindow {
            at: Timestamp::UNIX_EPOCH,
            stands_for: 1,
            family: first.map(|r| r.family),
            seen_from: None,
            reconnected,
            slept: None,
            up: of(Direction::Up).map(figures),
            down: of(Direction::Down).map(figures),
            round_trip_p50: first.and_then(|r| r.round_trip_p50),
            round_trip_p95: first.and_then(|r| r.round_trip_p95),
            failure,
        }
    }

    async fn measure(&mut self, lasts: Duration) -> Result<Vec<QualityReading>, Failure> {
        let late = |_| Failure::new(FailureCode::TimedOut);
        let session = if let Some(session) = self.session.take() {
            session
        } else {
            let limits = Limits::default();
            let opened = async {
                let url = reach(self.given, &limits).await?;
                Session::open(&url, &limits).await
            };
            tokio::time::timeout(OPEN, opened).await.map_err(late)??
        };
        let ask = quality::Ask {
            after: 0,
            reflector: EvidenceId::numbered("reflector", 1),
            family: session.families().first().copied().unwrap_or(Family::Ipv4),
            ports: Vec::new(),
            duration: lasts,
            call: None,
        };
        let measured = quality::measure(&session, &ask);
        let readings = tokio::time::timeout(lasts + SLACK, measured)
            .await
            .map_err(late)??;
        self.session = Some(session);
        Ok(readings)
    }
}

fn figures(r: &QualityReading) -> WatchFigures {
    WatchFigures {
        sent: r.packets_sent,
        received: r.packets_received,
        loss_interval: r.loss_interval,
        jitter: r.jitter,
        late: r.detail.late,
    }
}
