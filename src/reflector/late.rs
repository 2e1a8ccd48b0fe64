//! Answers that are held back: they show for how long a NAT or firewall on the agent's way remembers a silent flow.
//!
//! One answer for each packet, as long as that packet, after one fixed time; so many for a flow and no more. An answer whose
//! session or lease has ended meanwhile is not sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;

use super::session::{Arrived, Flow};
use crate::model::network::Family;
use crate::model::rule::Transport;
use crate::net::clock;
use crate::wire::control::LATEST;
use crate::wire::replay::ReplayWindow;
use crate::wire::stamp::NtpTime;

/// Answers of one flow, in all its life.
const ANSWERS: usize = 32;

/// A flow whose answers come late.
#[derive(Debug)]
pub(crate) struct Late {
    after: Duration,
    seen: Mutex<HashMap<(u16, Family), ReplayWindow>>,
    waiting: Mutex<Vec<AbortHandle>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Late {
    /// Answers come so late; none when that is longer than is granted.
    pub(crate) fn new(after_ms: u32) -> Option<Self> {
        let after = Duration::from_millis(u64::from(after_ms));
        (after <= LATEST).then(|| Self {
            after,
            seen: Mutex::default(),
            waiting: Mutex::default(),
        })
    }
}

impl Flow for Late {
    fn on_packet(&self, a: &Arrived<'_>) {
        let mut waiting = lock(&self.waiting);
        let fresh = lock(&self.seen)
            .entry((a.socket.port, a.socket.family))
            .or_default()
            .accept(a.packet.sequence);
        if !fresh || waiting.len() >= ANSWERS {
            return;
        }
        let (port, family) = (a.socket.port, a.socket.family);
        a.session.count(Transport::Udp, port, family, 1, 0);
        let session = Arc::downgrade(a.session);
        let (socket, key, bytes) = (a.socket.clone(), a.key.clone(), a.bytes.to_vec());
        let (packet, received, from, after) = (a.packet, a.received, a.from, self.after);
        let task = tokio::spawn(async move {
            tokio::time::sleep(after).await;
            let Some(session) = session.upgrade() else {
                return;
            };
            if session.port_key(Transport::Udp, port).is_none() {
                return;
            }
            let sent = NtpTime::from_unix(clock::now());
            let answer = packet.answer(0, received, sent);
            if socket.send(&answer.encode_for(&bytes, &key), from) {
                session.count(Transport::Udp, port, family, 0, 1);
            }
        });
        waiting.push(task.abort_handle());
    }
    fn stop(&self) {
        for task in lock(&self.waiting).drain(..) {
            task.abort();
        }
    }
}
