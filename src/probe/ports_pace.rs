//! How fast a sweep of ports may send, from what came back. Pure: the caller supplies the time.
//!
//! Starts gently and grows while nothing speaks against it. A round trip that grows means a queue, of the line or of this
//! PC's own processor; loss beyond the ordinary means a queue that is full or a policer. Either slows it down: a sweep must
//! not lose its own packets and call the ports blocked.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// First rate, datagrams a second: 1.1 Mbps with headers.
const START: f64 = 1_000.0;
/// Never slower than this, whatever is lost.
const LEAST: f64 = 100.0;
/// Never slower than this for a round trip that grows: half a megabit a second. Where that does not shorten it, the delay is
/// not of our making.
const LEAST_FOR_DELAY: f64 = 500.0;
/// The shortest round trip is forgotten after two such times: a PC that became busy has another one.
const MEMORY: Duration = Duration::from_secs(3);
/// Growth a round trip at first, and after the first sign of a limit.
const FAST: f64 = 1.4;
const SLOW: f64 = 1.08;
/// What is left of the rate at a sign of a limit.
const BACK: f64 = 0.6;
/// Loss that is more than an ordinary bad line's (5 % each way).
const LOSS: f64 = 0.15;
/// Growth of the round trip that means a queue: this much, and this share of the shortest one.
const QUEUE: Duration = Duration::from_millis(15);
const QUEUE_SHARE: f64 = 0.25;
/// Loss and queues are looked at no more often than this.
const EPOCH: Duration = Duration::from_millis(20);
/// Answers and losses from which a share of loss is drawn.
const ENOUGH: u32 = 20;
/// How long a NAT or firewall is taken to remember a flow after its last packet: 30 s is what Linux uses for UDP.
pub const FLOW_LIFE: Duration = Duration::from_secs(30);
/// So much may leave in one go, as time: what a coarse timer makes up for.
const BURST: Duration = Duration::from_millis(2);

/// Sends at a rate that follows the path.
#[derive(Debug)]
pub(super) struct Pace {
    rate: f64,
    top: f64,
    growth: f64,
    tokens: f64,
    at: Instant,
    shortest: Option<Duration>,
    /// The shortest since then, which takes the place of the one above.
    next_shortest: Option<Duration>,
    forget: Instant,
    latest: [Duration; 5],
    smooth: Option<Duration>,
    spread: Duration,
    guess: Duration,
    epoch: Epoch,
    answered: u64,
    lost: u64,
    flows: VecDeque<Instant>,
    most_flows: usize,
}

#[derive(Debug)]
struct Epoch {
    end: Instant,
    answered: u32,
    lost: u32,
    /// Something waited for the rate: else it says nothing that all went well.
    pressed: bool,
}

impl Epoch {
    fn until(end: Instant) -> Self {
        Self {
            end,
            answered: 0,
            lost: 0,
            pressed: false,
        }
    }
}

impl Pace {
    /// At most `top` datagrams a second and `flows` live flows; `guess` stands for the round trip until one is seen.
    pub(super) fn new(top: u32, flows: u32, guess: Duration, now: Instant) -> Self {
        let top = f64::from(top.max(1));
        Self {
            rate: START.min(top),
            top,
            growth: FAST,
            tokens: 1.0,
            at: now,
            shortest: None,
            next_shortest: None,
            forget: now + MEMORY,
            latest: [Duration::ZERO; 5],
            smooth: None,
            spread: Duration::ZERO,
            guess,
            epoch: Epoch::until(now + EPOCH),
            answered: 0,
            lost: 0,
            flows: VecDeque::new(),
            most_flows: usize::try_from(flows.max(1)).unwrap_or(usize::MAX),
        }
    }

    /// Datagrams a second at present.
    #[cfg(test)]
    fn rate(&self) -> f64 {
        self.rate
    }

    /// Whether one more datagram may leave now; it is counted then.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        self.refill(now);
        if self.tokens < 1.0 {
            self.epoch.pressed = true;
            return false;
        }
        self.tokens -= 1.0;
        true
    }

    /// Time until [`Self::take`] may grant one.
    pub(super) fn wait(&self) -> Duration {
        Duration::from_secs_f64(((1.0 - self.tokens) / self.rate).clamp(0.0, 1.0))
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        let most = (self.rate * BURST.as_secs_f64()).max(1.0);
        self.tokens = (self.tokens + passed * self.rate).min(most);
        self.at = now;
    }

    /// Whether a datagram to a further port may leave: the bound on live flows. Time until then if not.
    pub(super) fn flow_room(&mut self, now: Instant) -> Result<(), Duration> {
        while self
            .flows
            .front()
            .is_some_and(|begun| now.saturating_duration_since(*begun) >= FLOW_LIFE)
        {
            self.flows.pop_front();
        }
        match self.flows.front() {
            Some(oldest) if self.flows.len() >= self.most_flows => {
                Err((*oldest + FLOW_LIFE).saturating_duration_since(now))
            }
            _ => Ok(()),
        }
    }

    /// Counts a flow that begins.
    pub(super) fn begin_flow(&mut self, now: Instant) {
        self.flows.push_back(now);
    }

    /// An answer came, to a datagram that was sent `took` ago; so many sent before it to the same port had none.
    pub(super) fn answered(&mut self, took: Duration, lost: u32, now: Instant) {
        self.answered += 1;
        self.lost += u64::from(lost);
        self.epoch.answered += 1;
        self.epoch.lost += lost;
        let least = |known: Option<Duration>| Some(known.map_or(took, |k| k.min(took)));
        self.shortest = least(self.shortest);
        self.next_shortest = least(self.next_shortest);
        if now >= self.forget {
            self.forget = now + MEMORY;
            self.shortest = self.next_shortest.replace(took);
        }
        self.latest.rotate_right(1);
        if let Some(first) = self.latest.first_mut() {
            *first = took;
        }
        // RFC 6298 section 2.
        let (smooth, spread) = match self.smooth {
            None => (took, took / 2),
            Some(smooth) => (
                (smooth * 7 + took) / 8,
                (self.spread * 3 + smooth.abs_diff(took)) / 4,
            ),
        };
        (self.smooth, self.spread) = (Some(smooth), spread);
        if now >= self.epoch.end {
            self.close_epoch(now);
        }
    }

    fn close_epoch(&mut self, now: Instant) {
        let round_trip = self.smooth.unwrap_or(self.guess);
        let epoch = std::mem::replace(&mut self.epoch, Epoch::until(now + round_trip.max(EPOCH)));
        // The shortest of the last few: one that is late by chance is no queue.
        let latest = self.latest.iter().min().copied().unwrap_or_default();
        let queue = latest.saturating_sub(self.shortest.unwrap_or(latest));
        let bearable = self
            .shortest
            .map_or(QUEUE, |s| s.mul_f64(QUEUE_SHARE).max(QUEUE));
        let all = epoch.answered + epoch.lost;
        let lossy = all >= ENOUGH && f64::from(epoch.lost) > LOSS * f64::from(all);
        if queue > bearable || lossy {
            let least = if lossy { LEAST } else { LEAST_FOR_DELAY };
            let back = (self.rate * BACK).max(least.min(self.top));
            self.rate = self.rate.min(back);
            self.growth = SLOW;
        } else if epoch.pressed {
            self.rate = (self.rate * self.growth).min(self.top);
        }
    }

    /// After this time an answer is late.
    pub(super) fn late(&self) -> Duration {
        match self.smooth {
            Some(smooth) => smooth + (self.spread * 4).max(Duration::from_millis(20)),
            None => self.guess,
        }
        .min(Duration::from_secs(2))
    }

    fn loss(&self) -> f64 {
        loss_at_most(self.lost, self.answered)
    }

    /// How often a silent port must be tried so that of so many open ones all answer with 99.9 % probability.
    pub(super) fn tries_needed(&self, ports: usize, least: u32) -> u32 {
        needed_for(ports, ALL_ANSWER, self.loss()).max(least)
    }

    /// Tries after which less than one of so many open ports is still silent.
    pub(super) fn tries_likely(&self, ports: usize) -> u32 {
        needed_for(ports, 1.0, self.loss()).max(1)
    }
}

/// The risk that is taken of calling any open port silent in a whole run: only ports that stay silent pay for it, with
/// one or two tries more than a risk of one in twenty would cost.
pub(super) const ALL_ANSWER: f64 = 0.001;

/// Share of exchanges that are lost, as an upper estimate: three losses that were not seen are taken to have happened
/// (the "rule of three" for none seen).
#[expect(clippy::cast_precision_loss, reason = "counts of datagrams")]
pub(super) fn loss_at_most(lost: u64, answered: u64) -> f64 {
    (lost + 3) as f64 / (answered + lost + 6) as f64
}

/// `ln(ports/risk) / ln(1/loss)`, rounded up.
#[expect(clippy::cast_precision_loss, reason = "at most 131,070 ports")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 1 to 1,000"
)]
pub(super) fn needed_for(ports: usize, risk: f64, loss: f64) -> u32 {
    let tries = ((ports.max(1) as f64 / risk).ln() / -loss.ln()).ceil();
    if tries.is_finite() {
        tries.clamp(1.0, 1_000.0) as u32
    } else {
        1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RTT: Duration = Duration::from_millis(40);

    /// A path that carries `capacity` a second with a queue of 100 ms and loses a share of the rest; returns what was
    /// sent and what its queue dropped, after so long.
    fn drive(pace: &mut Pace, capacity: f64, loss: f64, time: Duration) -> (u32, u32) {
        let start = Instant::now();
        let (mut queue, mut sent, mut dropped, mut n) = (0.0_f64, 0_u32, 0_u32, 0_u32);
        let mut arrivals: VecDeque<(Instant, Duration)> = VecDeque::new();
        let step = Duration::from_micros(500);
        let mut now = start;
        while now < start + time {
            now += step;
            queue = (queue - capacity * step.as_secs_f64()).max(0.0);
            while pace.take(now) {
                sent += 1;
                n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if queue > capacity * 0.1 {
                    dropped += 1;
                } else if f64::from(n >> 8) / f64::from(1_u32 << 24) >= loss {
                    queue += 1.0;
                    let took = RTT + Duration::from_secs_f64(queue / capacity);
                    arrivals.push_back((now + took, took));
                }
            }
            while arrivals.front().is_some_and(|(at, _)| *at <= now) {
                if let Some((_, took)) = arrivals.pop_front() {
                    let lost = u32::from(f64::from(sent % 100) < loss * 100.0);
                    pace.answered(took, lost, now);
                }
            }
        }
        (sent, dropped)
    }

    #[test]
    fn a_slow_line_is_never_overrun() {
        // 2 Mbps carries 1,785 of our datagrams of 140 octets a second.
        let mut pace = Pace::new(18_000, 60_000, RTT, Instant::now());
        let (sent, dropped) = drive(&mut pace, 1_785.0, 0.0, Duration::from_secs(5));
        assert_eq!(dropped, 0, "of {sent}");
        assert!(sent > 4_000, "{sent}");
    }

    #[test]
    fn a_fast_line_is_used_and_random_loss_does_not_stall_it() {
        for loss in [0.0, 0.05, 0.1] {
            let mut pace = Pace::new(18_000, 60_000, RTT, Instant::now());
            let (sent, dropped) = drive(&mut pace, 100_000.0, loss, Duration::from_secs(3));
            assert_eq!(dropped, 0);
            assert!(sent > 40_000, "{loss}: {sent} at {}", pace.rate());
        }
    }

    #[test]
    fn a_delay_that_is_not_its_own_does_not_stall_it() {
        // The first answer is quick; a busy PC or line delays all others, however slow the sweep is.
        let start = Instant::now();
        let mut pace = Pace::new(18_000, 60_000, RTT, start);
        pace.answered(RTT, 0, start);
        let mut sent = 0;
        for ms in 1..=10_000 {
            let now = start + Duration::from_millis(ms);
            while pace.take(now) {
                sent += 1;
                pace.answered(RTT * 3, 0, now);
            }
        }
        assert!(sent > 10_000, "{sent}");
    }

    #[test]
    fn without_answers_it_stays_gentle() {
        let mut pace = Pace::new(18_000, 60_000, RTT, Instant::now());
        let start = Instant::now();
        let sent = (0..4_000)
            .filter(|ms| pace.take(start + Duration::from_millis(*ms)))
            .count();
        assert!((3_900..=4_001).contains(&sent), "{sent}");
    }

    #[test]
    fn live_flows_are_bounded() {
        let now = Instant::now();
        let mut pace = Pace::new(1_000, 2, RTT, now);
        for at in [now, now + RTT] {
            assert_eq!(pace.flow_room(at), Ok(()));
            pace.begin_flow(at);
        }
        assert_eq!(
            pace.flow_room(now + RTT),
            Err(FLOW_LIFE.saturating_sub(RTT))
        );
        assert_eq!(pace.flow_room(now + FLOW_LIFE), Ok(()));
        pace.begin_flow(now + FLOW_LIFE);
        assert!(pace.flow_room(now + FLOW_LIFE).is_err());
    }

    #[test]
    fn more_loss_asks_for_more_tries() {
        // The published formula: 2 % loss and 44,001 ports take four tries.
        assert_eq!(needed_for(44_001, 0.05, 0.02), 4);
        assert_eq!(needed_for(44_001, 0.05, 0.0975), 6);
        assert_eq!(needed_for(1, 1.0, 0.5), 1);
        let mut pace = Pace::new(1_000, 100, RTT, Instant::now());
        let few = pace.tries_needed(300, 3);
        for _ in 0..300 {
            pace.answered(RTT, 0, Instant::now());
        }
        assert_eq!(pace.tries_needed(300, 3), 3);
        assert!(few > 3, "little is known yet: {few}");
        assert_eq!(pace.late(), RTT + Duration::from_millis(20));
    }
}
