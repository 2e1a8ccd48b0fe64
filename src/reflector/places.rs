//! Places for trains, given in the order in which agents asked: trains side by side would share the reflector's own line
//! and measure each other. Nobody is kept waiting on a connection: who finds no place is told when to ask again, keeps
//! its turn meanwhile, and loses it by not asking.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Trains of one direction at one time.
pub const PLACES: usize = 2;
/// How long a place is held at most: the longest train behind the deepest queue. An agent that vanished gives it back.
const LONGEST: Duration = Duration::from_secs(13);
/// What one train takes, about: how long each one ahead lets wait.
const TYPICAL: Duration = Duration::from_millis(1_200);
/// A turn is lost when its agent did not ask for so long after it was to.
const PATIENCE: Duration = Duration::from_secs(2);

/// The places for trains of one direction of one reflector.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    held: Vec<(u64, Instant)>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    who: u16,
    until: Instant,
}

/// A place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    number: u64,
    queue: Arc<Mutex<Queue>>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        lock(&self.queue)
            .held
            .retain(|(number, _)| *number != self.number);
    }
}

impl Places {
    /// A place for this session, or when to ask again.
    pub(crate) fn take(&self, who: u16, now: Instant) -> Result<Permit, Duration> {
        let mut queue = lock(&self.0);
        queue.held.retain(|(_, until)| *until > now);
        queue.waiting.retain(|w| w.until > now || w.who == who);
        let ahead = queue.waiting.iter().position(|w| w.who == who);
        let position = ahead.unwrap_or(queue.waiting.len());
        if position < PLACES.saturating_sub(queue.held.len()) {
            if let Some(turn) = ahead {
                queue.waiting.remove(turn);
            }
            let number = queue.next;
            queue.next += 1;
            queue.held.push((number, now + LONGEST));
            return Ok(Permit {
                number,
                queue: self.0.clone(),
            });
        }
        let rounds = u32::try_from(position / PLACES + 1).unwrap_or(u32::MAX);
        let wait = TYPICAL.saturating_mul(rounds).min(LONGEST);
        let until = now + wait + PATIENCE;
        match queue.waiting.get_mut(position) {
            Some(turn) => turn.until = until,
            None => queue.waiting.push_back(Waiting { who, until }),
        }
        Err(wait)
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_in_the_order_of_asking() {
        let (places, now) = (Places::default(), Instant::now());
        let first = places.take(1, now).unwrap();
        let _second = places.take(2, now).unwrap();
        let wait = places.take(3, now).unwrap_err();
        assert!(places.take(4, now).unwrap_err() >= wait);
        assert!(places.take(5, now).unwrap_err() > wait, "further behind");
        drop(first);
        assert!(places.take(4, now).is_err(), "3 was before");
        let third = places.take(3, now).unwrap();
        assert!(places.take(4, now).is_err(), "both are taken again");
        drop(third);
        places.take(4, now).unwrap();
    }

    #[test]
    fn a_turn_that_is_not_taken_and_a_place_that_is_not_given_back_are_lost() {
        let (places, now) = (Places::default(), Instant::now());
        let held = [1, 2].map(|who| places.take(who, now).unwrap());
        let wait = places.take(3, now).unwrap_err();
        let gone = now + wait + PATIENCE;
        assert!(places.take(4, gone).is_err());
        drop(held);
        let _kept = [places.take(4, gone).unwrap(), places.take(5, gone).unwrap()];
        assert!(places.take(6, gone).is_err());
        places.take(6, gone + LONGEST).unwrap();
    }
}
