//! Against simulated lines in virtual time: the line's own rate is the truth that every bracket must hold.

use proptest::prelude::*;

use super::super::train::Arrival;
use super::*;

/// A line: token bucket, queue behind it, delay, jitter and random loss on its far side.
#[derive(Debug, Clone)]
struct Line {
    rate: f64,
    bucket: f64,
    queue: f64,
    jitter_ns: u64,
    loss: f64,
    seed: u64,
    tokens: f64,
    free_at: f64,
}

impl Line {
    fn new(rate: u64, bucket: u64, queue: u64) -> Self {
        Self {
            rate: as_f64(rate),
            bucket: as_f64(bucket.max(u64::from(PACKET_BYTES))),
            queue: as_f64(queue),
            jitter_ns: 0,
            loss: 0.0,
            seed: 0x9e37_79b9_7f4a_7c15,
            tokens: as_f64(bucket.max(u64::from(PACKET_BYTES))),
            free_at: 0.0,
        }
    }

    fn draw(&mut self) -> f64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        as_f64(self.seed >> 12) / as_f64(1 << 52)
    }

    /// Sends a train that starts at `start` seconds.
    fn send(&mut self, plan: &TrainPlan, start: f64) -> Seen {
        self.send_beside([plan], start).remove(0)
    }

    /// Sends trains side by side. `free_at` is when the last packet's tokens were there.
    fn send_beside<const N: usize>(&mut self, plans: [&TrainPlan; N], start: f64) -> Vec<Seen> {
        let bytes = f64::from(PACKET_BYTES);
        let mut arrivals = vec![Vec::new(); N];
        let mut out_before = 0_u64;
        let mut all: Vec<(u64, usize, usize)> = Vec::new();
        for (train, plan) in plans.iter().enumerate() {
            let departures = plan.departures().unwrap();
            all.extend(departures.iter().enumerate().map(|(n, d)| (d.0, train, n)));
        }
        all.sort_unstable();
        for (at, train, number) in &all {
            let now = start + as_f64(*at) / 1e9;
            if now > self.free_at {
                self.tokens =
                    (self.tokens + (now - self.free_at) * self.rate / 8.0).min(self.bucket);
                self.free_at = now;
            }
            let waiting = (self.free_at - now) * self.rate / 8.0;
            if waiting > self.queue {
                continue;
            }
            if self.tokens >= bytes {
                self.tokens -= bytes;
            } else {
                self.free_at += (bytes - self.tokens) * 8.0 / self.rate;
                self.tokens = 0.0;
            }
            let lost = self.draw() < self.loss;
            let jitter = self.draw() * as_f64(self.jitter_ns);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive times"
            )]
            let received_ns = ((self.free_at + 0.02) * 1e9 + jitter) as u64;
            let received_ns = received_ns.max(out_before); // jitter does not reorder here
            out_before = received_ns;
            if !lost {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "positive times"
                )]
                let sent_ns = (now * 1e9) as u64;
                arrivals[*train].push(Arrival {
                    number: u32::try_from(*number).unwrap(),
                    sent_ns,
                    received_ns,
                });
            }
        }
        let seen = |(plan, arrivals): (&&TrainPlan, Vec<Arrival>)| Seen {
            plan: (*plan).clone(),
            sent: sent_of(plan),
            digest: Digest::of(plan, &arrivals).unwrap(),
        };
        plans.iter().zip(arrivals).map(seen).collect()
    }

    fn measure(&mut self, need: u64) -> Bracket {
        self.measure_within(need, Bps(100_000_000))
    }

    fn measure_within(&mut self, need: u64, limit: Bps) -> Bracket {
        let plan = first_train(Bps(need), limit);
        let first = self.send(&plan, 10.0);
        match read_first(&first) {
            First::Done(bracket) => bracket,
            First::Again { estimate } => self.follow(&first, estimate, limit),
        }
    }

    fn follow(&mut self, first: &Seen, mut estimate: Bps, limit: Bps) -> Bracket {
        let (mut later, mut at) = (Vec::new(), 10.0 + first.plan.span().as_secs_f64());
        for _ in 0..2 {
            let idle = (self.free_at - at).max(0.0) + 0.15;
            let plan = later_train(estimate, Duration::from_secs_f64(idle), limit);
            at += idle;
            later.push(self.send(&plan, at));
            at += plan.span().as_secs_f64();
            let Some(next) = read_later(later.last().unwrap()) else {
                break;
            };
            estimate = next;
        }
        conclude(first, &later)
    }
}

fn sent_of(plan: &TrainPlan) -> Vec<SentStretch> {
    let departures = plan.departures().unwrap();
    let stretch = |s: usize| {
        let mut times = departures.iter().filter(|d| d.1 == s).map(|d| d.0);
        let first = times.next().unwrap();
        let last = times.next_back().unwrap_or(first);
        SentStretch {
            packets: u32::try_from(departures.iter().filter(|d| d.1 == s).count()).unwrap(),
            span_ns: last - first,
        }
    };
    (0..plan.0.len()).map(stretch).collect()
}

/// Two directions over one line of this share of what both need.
fn beside(needs: [u64; 2], share: f64, bucket: u64, queue: u64) -> Vec<Bracket> {
    let sum = Bps(needs[0] + needs[1]);
    let mut line = Line::new(scaled(sum, share).0, bucket, queue);
    let limit = Bps(100_000_000);
    let plan = |need| both::side_train(Bps(need), sum, None, limit);
    let seen = line.send_beside([&plan(needs[0]), &plan(needs[1])], 10.0);
    seen.iter().map(|s| both::read_side(s, (0, 200))).collect()
}

#[test]
fn both_directions_pass_where_the_line_has_the_sum_and_not_where_it_has_not() {
    for needs in [
        [600_000, 600_000],
        [3_800_000, 3_000_000],
        [2_600_000, 600_000],
    ] {
        for bucket in [1_600, 16_384, 65_536] {
            for queue in [30_000, 200_000] {
                for share in [1.1, 1.25, 3.0, 100.0] {
                    let sides = beside(needs, share, bucket, queue);
                    for (side, need) in sides.iter().zip(needs) {
                        let passed = side.at_least.is_some_and(|l| l.0 >= need);
                        assert!(passed, "{needs:?} {bucket} {queue} {share}: {side:?}");
                    }
                }
                for share in [0.6, 0.75, 0.9] {
                    let sides = beside(needs, share, bucket, queue);
                    let short =
                        |(side, need): (&Bracket, u64)| side.at_most.is_some_and(|m| m.0 < need);
                    assert!(
                        sides.iter().zip(needs).any(short),
                        "{needs:?} {bucket} {queue} {share}: {sides:?}"
                    );
                    let most: u64 = sides
                        .iter()
                        .zip(needs)
                        .map(|(s, n)| s.at_most.map_or(n + n / 20, |m| m.0))
                        .sum();
                    let truth = scaled(Bps(needs[0] + needs[1]), share).0;
                    assert!(
                        most >= truth,
                        "{needs:?} {bucket} {queue} {share}: {most} for {truth}: {sides:?}"
                    );
                }
            }
        }
    }
}

/// Holds the truth, or says why not.
fn holds(bracket: Bracket, truth: u64) -> Result<(), String> {
    let least = bracket
        .at_least
        .is_none_or(|b| b.0 <= truth + truth / 1_000);
    let most = bracket.at_most.is_none_or(|b| b.0 >= truth);
    if least && most {
        Ok(())
    } else {
        Err(format!("{bracket:?} does not hold {truth}"))
    }
}

#[test]
fn a_line_with_headroom_passes_the_need_in_one_train() {
    for need in [60_000, 600_000, 3_800_000, 12_000_000] {
        for bucket in [1_600, 32_768, 65_536] {
            let bracket = Line::new(1_000_000_000, bucket, 1_000_000).measure(need);
            assert!(bracket.at_least.unwrap().0 >= need, "{need}: {bracket:?}");
            assert_eq!(bracket.at_most, None);
            assert!(!bracket.sender_limited);
        }
    }
}

#[test]
fn a_full_line_is_held_within_six_percent() {
    for truth in [600_000_u64, 1_200_000, 3_000_000, 3_800_000, 6_000_000] {
        for bucket in [1_600, 16_384, 32_768, 65_536] {
            for queue in [8_000, 30_000, 400_000] {
                let bracket = Line::new(truth, bucket, queue).measure(6_000_000);
                holds(bracket, truth).unwrap();
                let (least, most) = (bracket.at_least.unwrap().0, bracket.at_most.unwrap().0);
                assert!(
                    most - least <= truth * 12 / 100,
                    "{truth} {bucket} {queue}: {least} to {most}"
                );
            }
        }
    }
}

/// A policer has no queue: loss alone shows it.
#[test]
fn a_line_as_fast_as_the_highest_rate_that_is_sent_proves_the_need() {
    // The burst that should empty the bucket may not exceed the limit: on such a line it hardly fills a queue.
    for percent in 94..=106 {
        for bucket in [1_600, 16_000, 64_000] {
            let rate = 12_000_000 * percent / 100;
            let bracket =
                Line::new(rate, bucket, 300_000).measure_within(4_000_000, Bps(12_000_000));
            holds(bracket, rate).unwrap();
            assert!(
                bracket.at_least.is_some_and(|b| b.0 >= 4_000_000),
                "{percent} %, bucket {bucket}: {bracket:?}"
            );
        }
    }
}

#[test]
fn a_policer_is_held_too() {
    for truth in [1_200_000_u64, 3_800_000] {
        for bucket in [8_000, 65_536] {
            let bracket = Line::new(truth, bucket, 0).measure(3_800_000);
            holds(bracket, truth).unwrap();
            assert!(bracket.at_most.is_some(), "{truth} {bucket}: {bracket:?}");
        }
    }
}

/// A policer whose bucket holds one or two seconds of its rate.
#[test]
fn a_large_bucket_is_found_out() {
    for truth in [2_000_000_u64, 3_000_000] {
        for seconds in [1, 2] {
            let bracket = Line::new(truth, truth / 8 * seconds, 0).measure(3_800_000);
            holds(bracket, truth).unwrap();
            assert!(bracket.at_least.unwrap().0 > truth * 9 / 10, "{bracket:?}");
        }
    }
}

/// The first train proves the need on a line with headroom even where only twice the need may be sent.
#[test]
fn the_first_train_is_as_long_as_its_proof() {
    for (need, limit) in [
        (60_000, 700_000),
        (3_800_000, 11_400_000),
        (3_800_000, 7_600_000),
    ] {
        let bracket = first_train(Bps(need), Bps(limit));
        let seen = Line::new(1_000_000_000, 1_600, 1_000_000).send(&bracket, 1.0);
        let First::Done(bracket) = read_first(&seen) else {
            panic!("nothing held it back")
        };
        assert!(bracket.at_least.unwrap().0 >= need, "{need}: {bracket:?}");
    }
}

/// Loss that does not depend on the rate is not a limit of the rate.
#[test]
fn random_loss_is_not_taken_for_a_full_line() {
    for loss in [0.02, 0.05, 0.1] {
        let mut line = Line::new(500_000_000, 65_536, 1_000_000);
        line.loss = loss;
        let bracket = line.measure(3_800_000);
        assert_eq!(bracket.at_most, None, "{loss}");
        assert!(
            bracket.at_least.unwrap().0 >= 3_800_000,
            "{loss}: {bracket:?}"
        );
    }
}

#[test]
fn silence_proves_nothing() {
    let mut line = Line::new(1_000_000, 1_600, 1_000_000);
    line.loss = 1.1;
    assert_eq!(line.measure(600_000).at_least, None);
    assert_eq!(line.measure(600_000).at_most, None);
}

#[test]
fn a_sender_that_falls_behind_is_named_and_claims_only_what_arrived() {
    let mut line = Line::new(500_000_000, 1_600, 1_000_000);
    let asked = first_train(Bps(4_000_000), Bps(100_000_000));
    let slow = |s: &Stretch| Stretch {
        rate: Bps(s.rate.0 / 3),
        ms: s.ms,
    };
    let mut seen = line.send(&TrainPlan(asked.0.iter().map(slow).collect()), 1.0);
    seen.plan = asked;
    let First::Done(bracket) = read_first(&seen) else {
        panic!("nothing held it back")
    };
    assert!(bracket.sender_limited);
    assert!(bracket.at_least.unwrap().0 <= 4_000_000);
    assert_eq!(bracket.at_most, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    /// The promise: whatever the line, the interval holds it.
    #[test]
    fn the_interval_holds_the_truth(
        truth in 300_000_u64..20_000_000,
        need in 60_000_u64..8_000_000,
        bucket in 1_600_u64..65_536,
        queue in 0_u64..500_000,
        jitter_ms in 0_u64..8,
        seed in 1_u64..u64::MAX,
    ) {
        let mut line = Line::new(truth, bucket, queue);
        line.jitter_ns = jitter_ms * 1_000_000;
        line.seed = seed;
        let bracket = line.measure(need);
        prop_assert!(holds(bracket, truth).is_ok(), "{:?} {line:?}", holds(bracket, truth));
    }
}

/// With random loss behind the line too, chance thins the arrivals: then it is a matter of statistics.
#[test]
fn with_random_loss_the_interval_nearly_always_holds() {
    let mut drawn = Line::new(1, 0, 0);
    let mut missed = Vec::new();
    for seed in 1..=500_u64 {
        drawn.seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for _ in 0..8 {
            drawn.draw();
        }
        let truth = 600_000 + scaled(Bps(12_000_000), drawn.draw()).0;
        let bucket = scaled(Bps(65_536), drawn.draw()).0;
        let mut line = Line::new(truth, bucket, scaled(Bps(300_000), drawn.draw()).0);
        line.loss = drawn.draw() * 0.05;
        line.seed = drawn.seed;
        if let Err(why) = holds(line.measure(4_000_000), truth) {
            missed.push(why);
        }
    }
    assert!(missed.len() <= 5, "{} of 500: {missed:?}", missed.len());
}
