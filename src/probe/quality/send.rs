//! Sends media-like packets at their pace, on a thread of its own.

use std::io;
use std::time::{Duration, Instant};

use crate::net::pace;

/// A stream to send.
pub(super) struct Outgoing {
    /// Distance of its packets.
    pub(super) distance: Duration,
    /// Sends the packet of this number.
    pub(super) send: Box<dyn FnMut(u32) -> io::Result<()> + Send>,
}

/// How a stream left.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// When each packet left, nanoseconds from the common start; packets are numbered by it. A packet that this system
    /// refused is not in it: it was not lost on the way.
    pub(super) at_ns: Vec<i64>,
    lateness_ns: Vec<u64>,
}

impl Left {
    /// How late packets left at the 99th percentile; `None` when none left.
    pub(super) fn lateness_p99(&self) -> Option<Duration> {
        let mut sorted = self.lateness_ns.clone();
        sorted.sort_unstable();
        let at = sorted.len().checked_sub(1)? * 99 / 100;
        sorted.get(at).copied().map(Duration::from_nanos)
    }
}

/// Sends all streams side by side for so long; blocks. After a pause of this machine the distance is kept: a burst
/// would measure itself.
pub(super) fn send(
    streams: &mut [Outgoing],
    lasts: Duration,
    go_on: impl Fn() -> bool,
) -> Vec<Left> {
    let mut left: Vec<Left> = streams.iter().map(|_| Left::default()).collect();
    let start = Instant::now();
    let mut due: Vec<Duration> = vec![Duration::ZERO; streams.len()];
    loop {
        let next = due.iter().enumerate().min_by_key(|(_, at)| **at);
        let Some((index, at)) = next.map(|(i, at)| (i, *at)).filter(|(_, at)| *at < lasts) else {
            return left;
        };
        pace::wait_until(start + at);
        if !go_on() {
            return left;
        }
        let (Some(stream), Some(gone), Some(due)) = (
            streams.get_mut(index),
            left.get_mut(index),
            due.get_mut(index),
        ) else {
            return left;
        };
        let now = start.elapsed();
        let number = u32::try_from(gone.at_ns.len()).unwrap_or(u32::MAX);
        if (stream.send)(number).is_ok() {
            gone.at_ns
                .push(i64::try_from(now.as_nanos()).unwrap_or(i64::MAX));
            let late = now.saturating_sub(at).as_nanos();
            gone.lateness_ns
                .push(u64::try_from(late).unwrap_or(u64::MAX));
        }
        // More than a whole distance behind: the places between are given up.
        *due = at + stream.distance;
        if now > *due + stream.distance {
            *due = now + stream.distance;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn streams_keep_their_own_numbers_and_refused_packets_do_not_count() {
        let refused = AtomicU32::new(0);
        let mut streams = [
            Outgoing {
                distance: Duration::from_millis(5),
                send: Box::new(|_| Ok(())),
            },
            Outgoing {
                distance: Duration::from_millis(2),
                send: Box::new(move |_| {
                    if refused.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
                        Err(io::ErrorKind::OutOfMemory.into())
                    } else {
                        Ok(())
                    }
                }),
            },
        ];
        let left = send(&mut streams, Duration::from_millis(60), || true);
        assert!(
            (2..=12).contains(&left[0].at_ns.len()),
            "{}",
            left[0].at_ns.len()
        );
        assert!(left[1].at_ns.len() <= 15);
        for l in &left {
            assert!(l.at_ns.is_sorted());
        }
        assert!(left[0].lateness_p99().is_some());
        assert_eq!(Left::default().lateness_p99(), None);
        let none = send(&mut streams, Duration::from_millis(60), || false);
        assert!(none.iter().all(|l| l.at_ns.is_empty()));
    }
}
