//! What a run tells while it goes on.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::sync::watch;

use crate::model::network::Failure;
use crate::model::plan::PlanAction;
use crate::model::watch::WatchWindow;

/// Something happened. Steps run at once in part, so starts and ends of several may mix.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A step of the plan began.
    StepStarted {
        /// Its place in the plan, from 0.
        step: usize,
        /// What is done.
        action: PlanAction,
    },
    /// A step ended.
    StepFinished {
        /// Its place in the plan, from 0.
        step: usize,
        /// Why it could not be done, or not to its end.
        failure: Option<Failure>,
    },
    /// A window of a watched line ended.
    Window(Box<WatchWindow>),
    /// So much of the whole is done. The inventory counts as one step.
    Progress {
        /// Steps that ended.
        done: usize,
        /// All steps.
        total: usize,
    },
}

/// Where events go; nobody needs to listen.
#[derive(Debug, Clone, Default)]
pub struct Events(Option<Sender<Event>>);

impl Events {
    /// To a listener.
    pub fn to(listener: Sender<Event>) -> Self {
        Self(Some(listener))
    }

    /// To nobody.
    pub fn none() -> Self {
        Self(None)
    }

    pub(super) fn tell(&self, event: Event) {
        if let Some(listener) = &self.0 {
            // A listener that has left is none.
            let _ = listener.send(event);
        }
    }
}

/// Ends a run early: what was measured is kept, the rest is recorded as cancelled.
#[derive(Debug, Clone)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cancel {
    /// Not cancelled.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Cancels. May be called from any thread, and more than once.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is cancelled.
    pub async fn cancelled(&self) {
        let mut changes = self.0.subscribe();
        // The sender lives as long as this handle, so waiting ends with a cancel or never.
        if changes.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
