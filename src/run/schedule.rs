//! Carries out single steps: time limits, cancellation, and what is told of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::events::{Cancel, Event, Events};
use crate::model::network::{Failure, FailureCode};
use crate::model::plan::Plan;

/// What every step of a run shares.
pub(super) struct Schedule {
    pub(super) plan: Plan,
    events: Events,
    cancel: Cancel,
    end: Instant,
    done: AtomicUsize,
}

/// Steps that are finished by hand: the inventory beside the plan's own.
const BESIDE_PLAN: usize = 1;

impl Schedule {
    /// A run of `plan` that begins now and ends after `limit` at the latest.
    pub(super) fn new(plan: Plan, events: Events, cancel: Cancel, limit: Duration) -> Self {
        let now = Instant::now();
        Self {
            plan,
            events,
            cancel,
            end: now.checked_add(limit).unwrap_or(now),
            done: AtomicUsize::new(0),
        }
    }

    /// Carries out one step within its own limit and what is left of the whole.
    ///
    /// `cut` makes the outcome of a step that was not begun or not finished; `failure_of` says what to tell of one
    /// that was.
    pub(super) async fn step<T>(
        &self,
        index: usize,
        work: impl Future<Output = T>,
        failure_of: impl FnOnce(&T) -> Option<Failure>,
        cut: impl FnOnce(Failure) -> T,
    ) -> T {
        let Some(step) = self.plan.steps.get(index) else {
            return cut(Failure::new(FailureCode::Other));
        };
        self.events.tell(Event::StepStarted {
            step: index,
            action: step.action.clone(),
        });
        let left = self.end.saturating_duration_since(Instant::now());
        let own = Duration::try_from_secs_f64(step.at_most.0 / 1_000.0).unwrap_or_default();
        let outcome = tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Failure::new(FailureCode::Cancelled)),
            () = tokio::time::sleep(left) => Err(Failure::because(FailureCode::Cancelled, "the time for the whole run was over")),
            () = tokio::time::sleep(own) => Err(Failure::because(FailureCode::TimedOut, "the step took longer than planned")),
            outcome = work => Ok(outcome),
        };
        let (outcome, failure) = match outcome {
            Ok(outcome) => {
                let failure = failure_of(&outcome);
                (outcome, failure)
            }
            Err(failure) => (cut(failure.clone()), Some(failure)),
        };
        self.finished(index, failure);
        outcome
    }

    /// Tells of a step that was not needed after all, or could not begin because another failed.
    pub(super) fn skip(&self, index: usize, failure: Option<Failure>) {
        self.finished(index, failure);
    }

    fn finished(&self, step: usize, failure: Option<Failure>) {
        self.events.tell(Event::StepFinished { step, failure });
        self.advance();
    }

    /// Counts the inventory as done.
    pub(super) fn inventory_done(&self) {
        self.advance();
    }

    fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.events.tell(Event::Progress {
            done,
            total: self.plan.steps.len() + BESIDE_PLAN,
        });
    }

    /// Tells of something beside the steps.
    pub(super) fn tell(&self, event: Event) {
        self.events.tell(event);
    }

    /// Waits until the run is cancelled.
    pub(super) async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }
}
