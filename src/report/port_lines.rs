//! What came of ports, in lines.

use crate::l10n::Texts;
use crate::model::network::{PortOutcome, PortReading, PortState, RangeSample};
use crate::model::rule::PortRange;

use super::network::{failure, family};
use super::words;

pub(super) fn port(p: &PortReading, texts: &Texts) -> Vec<String> {
    let outcome = |o: &PortOutcome| {
        let state = port_state(&o.state, texts);
        format!("  {}: {state}", words::ranges(&o.ports, texts))
    };
    std::iter::once(port_head(p, texts))
        .chain(p.sample.as_ref().map(|s| sample(s, texts)))
        .chain(p.outcomes.iter().map(outcome))
        .collect()
}

/// What the random ports of a range say of all of it.
fn sample(s: &RangeSample, texts: &Texts) -> String {
    let [lower, upper] = s.interval;
    let words = texts.format(
        "net-sample",
        &[
            ("tried", u64::from(s.tried).into()),
            ("silent", u64::from(s.not_open).into()),
            ("of", u64::from(s.of).into()),
            ("lower", words::share(lower).into()),
            ("upper", words::share(upper).into()),
        ],
    );
    format!("  {words}")
}

/// Which ports were asked for, which of them are blocked, how many were tried, and of how many of these nothing is known.
pub(super) fn port_head(p: &PortReading, texts: &Texts) -> String {
    let asked = count(p.asked.iter());
    let blocked = blocked(&p.asked, &p.outcomes);
    let key = if blocked.is_empty() {
        "net-ports-none"
    } else {
        "net-ports"
    };
    let unknown = p.outcomes.iter().filter(|o| Known::of(&o.state).is_none());
    let unknown = count(unknown.flat_map(|o| &o.ports));
    texts.format(
        key,
        &[
            ("ports", words::ports(p.transport, &p.asked, texts).into()),
            ("family", family(p.family).into()),
            ("blocked", words::ranges(&blocked, texts).into()),
            ("tried", words::grouped(p.tried).into()),
            ("asked", words::grouped(asked).into()),
            ("unknown", words::grouped(unknown).into()),
            ("role", texts.code(p.role).into()),
        ],
    )
}

fn count<'a>(ranges: impl Iterator<Item = &'a PortRange>) -> u32 {
    ranges.map(|r| r.len()).fold(0, u32::saturating_add)
}

/// What is known of a tried port.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Open,
    Blocked,
}

impl Known {
    fn of(state: &PortState) -> Option<Self> {
        match state {
            PortState::Open { .. } => Some(Self::Open),
            PortState::Rejected { .. } | PortState::Silent { control: true, .. } => {
                Some(Self::Blocked)
            }
            PortState::Unproved { .. }
            | PortState::Silent { control: false, .. }
            | PortState::NotTested { .. } => None,
        }
    }
}

/// The blocked blocks: what lies between two blocked ports is counted in where no port between them was tried, for the
/// edges of each block were looked for.
fn blocked(asked: &[PortRange], outcomes: &[PortOutcome]) -> Vec<PortRange> {
    let mut tried: Vec<(PortRange, bool)> = outcomes
        .iter()
        .flat_map(|o| {
            let hit = Known::of(&o.state) == Some(Known::Blocked);
            o.ports.iter().map(move |r| (*r, hit))
        })
        .collect();
    tried.sort_by_key(|(range, _)| range.first());
    let mut blocks: Vec<PortRange> = Vec::new();
    let mut inside = false;
    for (range, hit) in tried {
        match blocks.last_mut() {
            Some(block) if hit && inside && one_range(asked, *block, range) => {
                *block = PortRange::new(block.first(), range.last()).unwrap_or(*block);
            }
            _ if hit => blocks.push(range),
            _ => {}
        }
        inside = hit;
    }
    blocks
}

/// Whether both lie in one of the ranges that were asked for.
fn one_range(asked: &[PortRange], block: PortRange, next: PortRange) -> bool {
    let holds = |r: &PortRange| r.contains(block.first()) && r.contains(next.last());
    asked.iter().any(holds)
}

/// What came of a port.
pub(super) fn port_state(state: &PortState, texts: &Texts) -> String {
    match state {
        PortState::Open { grade } => {
            format!("{} ({})", texts.get("what-ports-open"), texts.code(*grade))
        }
        PortState::Unproved { failure: f } => {
            format!(
                "{} ({})",
                texts.get("what-ports-unproved"),
                failure(f, texts)
            )
        }
        PortState::Rejected { failure: f } => {
            format!("{} ({})", texts.get("net-rejected"), failure(f, texts))
        }
        PortState::Silent {
            tries,
            control: true,
            died,
        } => {
            let way = died.value().map(|d| texts.code(*d)).unwrap_or_default();
            texts.format(
                "net-silent-control",
                &[("tried", u64::from(*tries).into()), ("way", way.into())],
            )
        }
        PortState::Silent { tries, .. } => {
            texts.format("net-silent", &[("tried", u64::from(*tries).into())])
        }
        PortState::NotTested { failure: f } => {
            format!("{} ({})", texts.get("net-not-tested"), failure(f, texts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::Fact;
    use crate::model::network::Grade;

    fn range(first: u16, last: u16) -> PortRange {
        PortRange::new(first, last).unwrap()
    }

    fn outcome(ports: &[(u16, u16)], state: PortState) -> PortOutcome {
        PortOutcome {
            ports: ports.iter().map(|(a, b)| range(*a, *b)).collect(),
            state,
        }
    }

    #[test]
    fn blocks_are_joined_within_a_range_and_across_no_known_port() {
        let silent = |control| PortState::Silent {
            tries: 3,
            control,
            died: Fact::known(crate::model::network::Direction::Up, "test"),
        };
        let open = PortState::Open {
            grade: Grade::AuthenticatedEcho,
        };
        let asked = [range(443, 443), range(5_091, 5_091), range(20_000, 64_000)];
        let outcomes = [
            outcome(&[(443, 443), (5_091, 5_091)], silent(true)),
            outcome(
                &[(30_000, 30_000), (30_064, 30_064), (40_000, 40_000)],
                silent(true),
            ),
            outcome(&[(31_000, 31_000)], open),
            outcome(&[(50_000, 50_000)], silent(false)),
        ];
        assert_eq!(
            blocked(&asked, &outcomes),
            [
                range(443, 443),
                range(5_091, 5_091),
                range(30_000, 30_064),
                range(40_000, 40_000)
            ]
        );
    }

    #[test]
    fn counts_are_grouped() {
        for (count, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (44_001, "44,001")] {
            assert_eq!(words::grouped(count), shown);
        }
    }
}
