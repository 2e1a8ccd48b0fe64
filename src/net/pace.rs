//! Sending a train at its pace: a thread that sleeps, then spins for the last moment. Call it on a thread of its own.

use std::io;
use std::time::{Duration, Instant};

use crate::wire::train::{SentStretch, TrainPlan};

/// How long before a packet is due sleeping ends and spinning begins: what timers overshoot by.
const SPIN: Duration = if cfg!(windows) {
    Duration::from_micros(700)
} else {
    Duration::from_micros(120)
};

/// How long a full socket is tried again before its packet counts as not sent.
const FULL_SOCKET: Duration = Duration::from_millis(20);

/// What left.
#[derive(Debug, Default)]
pub struct Departed {
    /// What left in each stretch.
    pub stretches: Vec<SentStretch>,
    /// How late each packet left, nanoseconds, in the order of departure.
    pub lateness_ns: Vec<u64>,
    /// Why it ended early, if it did.
    pub error: Option<io::Error>,
}

impl Departed {
    /// Packets that left.
    pub fn packets(&self) -> u64 {
        self.stretches.iter().map(|s| u64::from(s.packets)).sum()
    }

    /// How late packets left at the 99th percentile; `None` when none left.
    pub fn lateness_p99(&self) -> Option<Duration> {
        let mut sorted = self.lateness_ns.clone();
        sorted.sort_unstable();
        let last = sorted.len().checked_sub(1)?;
        sorted
            .get(last * 99 / 100)
            .copied()
            .map(Duration::from_nanos)
    }
}

/// Sends a train. `send` is given each packet's number and sends it; `go_on` is asked before each packet.
///
/// A packet that is late leaves at once, but never closer than half its distance behind the one before it: a pause of
/// this thread must not become a burst that fills the line's queue.
///
/// # Errors
/// In [`Departed::error`]: an impossible plan, or the first error of the socket that trying again did not mend. What
/// left before it is counted.
pub fn send_train(
    plan: &TrainPlan,
    mut go_on: impl FnMut() -> bool,
    mut send: impl FnMut(u32) -> io::Result<()>,
) -> Departed {
    let mut out = Departed {
        stretches: vec![SentStretch::default(); plan.0.len()],
        ..Departed::default()
    };
    let departures = match plan.departures() {
        Ok(d) => d,
        Err(e) => {
            out.error = Some(io::Error::new(io::ErrorKind::InvalidInput, e));
            return out;
        }
    };
    let start = Instant::now();
    let mut first_of = vec![None; plan.0.len()];
    let mut earliest = start;
    for (number, (offset, stretch)) in (0_u32..).zip(&departures) {
        let planned = start + Duration::from_nanos(*offset);
        wait_until(planned.max(earliest));
        if !go_on() {
            break;
        }
        let now = Instant::now();
        if let Err(e) = try_send(number, &mut send) {
            out.error = Some(e);
            break;
        }
        let gap = plan
            .0
            .get(*stretch)
            .and_then(|s| crate::wire::train::packet_ns(s.rate));
        earliest = now + Duration::from_nanos(gap.unwrap_or(0) / 2);
        out.lateness_ns
            .push(nanos(now.saturating_duration_since(planned)));
        if let (Some(s), Some(first)) =
            (out.stretches.get_mut(*stretch), first_of.get_mut(*stretch))
        {
            s.packets += 1;
            s.span_ns = nanos(now - *first.get_or_insert(now));
        }
    }
    out
}

fn try_send(number: u32, send: &mut impl FnMut(u32) -> io::Result<()>) -> io::Result<()> {
    let since = Instant::now();
    loop {
        match send(number) {
            Err(e) if is_full(&e) && since.elapsed() < FULL_SOCKET => {
                std::thread::sleep(Duration::from_micros(500));
            }
            // The far end closed its port a moment ago, says ICMP: the train shows it as loss.
            Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => return Ok(()),
            Err(e) if is_full(&e) => return Ok(()),
            other => return other,
        }
    }
}

/// A full socket or interface queue: `EWOULDBLOCK` everywhere, `ENOBUFS` on macOS and the BSDs, `WSAENOBUFS`.
pub fn is_full(e: &io::Error) -> bool {
    const ENOBUFS: i32 = if cfg!(windows) {
        10055
    } else if cfg!(target_os = "linux") {
        105
    } else {
        55
    };
    matches!(
        e.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    ) || e.raw_os_error() == Some(ENOBUFS)
}

/// Sleeps, then spins, until `due`.
pub fn wait_until(due: Instant) {
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        if left > SPIN {
            std::thread::sleep(left.saturating_sub(SPIN));
        } else {
            std::hint::spin_loop();
        }
    }
}

fn nanos(d: Duration) -> u64 {
    u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Bps;
    use crate::wire::train::Stretch;

    fn plan(rate: u64, ms: u32) -> TrainPlan {
        TrainPlan(vec![Stretch {
            rate: Bps(rate),
            ms,
        }])
    }

    #[test]
    fn every_packet_leaves_once_and_in_order() {
        let plan = plan(4_000_000, 200);
        let mut numbers = Vec::new();
        let departed = send_train(
            &plan,
            || true,
            |n| {
                numbers.push(n);
                Ok(())
            },
        );
        let planned = plan.departures().unwrap().len();
        assert_eq!(numbers.len(), planned);
        assert!(numbers.windows(2).all(|w| w[1] == w[0] + 1));
        assert_eq!(departed.packets(), planned as u64);
        // Never faster than asked; how much slower is the machine's affair.
        assert!(departed.stretches[0].rate().unwrap().0 <= 4_100_000);
        assert!(departed.lateness_p99().is_some());
    }

    #[test]
    fn it_stops_when_told_and_on_errors() {
        let mut left = 5;
        let go_on = || {
            left -= 1;
            left >= 0
        };
        assert_eq!(
            send_train(&plan(8_000_000, 500), go_on, |_| Ok(())).packets(),
            5
        );
        let broken = send_train(
            &plan(8_000_000, 500),
            || true,
            |n| {
                if n == 3 {
                    Err(io::ErrorKind::PermissionDenied.into())
                } else {
                    Ok(())
                }
            },
        );
        assert_eq!(broken.packets(), 3);
        assert_eq!(
            broken.error.unwrap().kind(),
            io::ErrorKind::PermissionDenied
        );
        assert!(
            send_train(&plan(0, 500), || true, |_| Ok(()))
                .error
                .is_some()
        );
    }

    #[test]
    fn nothing_sent_has_no_lateness() {
        assert_eq!(Departed::default().lateness_p99(), None);
    }
}
