//! Sets of ports as sorted, separate ranges: 44,001 ports cost as much as one.

use crate::model::rule::PortRange;

/// Ports as ranges that are sorted, do not overlap and do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ports(Vec<PortRange>);

impl Ports {
    pub fn new(ranges: impl IntoIterator<Item = PortRange>) -> Self {
        let mut sorted: Vec<PortRange> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut out: Vec<PortRange> = Vec::with_capacity(sorted.len());
        for range in sorted {
            let joined = out.last().and_then(|last| {
                (u32::from(range.first()) <= u32::from(last.last()) + 1)
                    .then(|| PortRange::new(last.first(), last.last().max(range.last())))
                    .flatten()
            });
            match (joined, out.last_mut()) {
                (Some(joined), Some(last)) => *last = joined,
                _ => out.push(range),
            }
        }
        Self(out)
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// How many ports.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|r| r.len()).sum()
    }
    pub fn ranges(&self) -> &[PortRange] {
        &self.0
    }
    pub fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).copied())
    }
    /// The ports that are in both.
    pub fn and(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            if let Some(both) = PortRange::new(x.first().max(y.first()), x.last().min(y.last())) {
                out.push(both);
            }
            if x.last() < y.last() {
                a.next();
            } else {
                b.next();
            }
        }
        Self(out)
    }
    /// What lies between these ports.
    pub fn gaps(&self) -> Self {
        let between = self.0.iter().zip(self.0.iter().skip(1));
        Self(
            between
                .filter_map(|(a, b)| {
                    PortRange::new(a.last().saturating_add(1), b.first().saturating_sub(1))
                })
                .collect(),
        )
    }
    /// Those of these ranges that lie in the other set whole.
    pub fn within(&self, other: &Self) -> Self {
        let whole = |r: &&PortRange| {
            let mut holders = other.0.iter();
            holders.any(|o| o.first() <= r.first() && r.last() <= o.last())
        };
        Self(self.0.iter().filter(whole).copied().collect())
    }
    /// The ports that are in this set and not in the other.
    pub fn without(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for range in &self.0 {
            let mut from = range.first();
            let mut rest = true;
            while let Some(cut) = cuts.peek() {
                if cut.last() < from {
                    cuts.next();
                    continue;
                }
                if cut.first() > range.last() {
                    break;
                }
                if cut.first() > from {
                    out.extend(PortRange::new(from, cut.first().saturating_sub(1)));
                }
                if cut.last() >= range.last() {
                    rest = false;
                    break;
                }
                from = cut.last().saturating_add(1);
                cuts.next();
            }
            if rest {
                out.extend(PortRange::new(from, range.last()));
            }
        }
        Self(out)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn any_ports() -> impl Strategy<Value = Vec<PortRange>> {
        prop::collection::vec((1u16..=60, 0u16..=12), 0..8).prop_map(|pairs| {
            pairs
                .into_iter()
                .filter_map(|(first, more)| {
                    // Some of the ranges end at the last port there is.
                    if first > 50 {
                        PortRange::new(65_500 + (first - 50), u16::MAX)
                    } else {
                        PortRange::new(first, first + more)
                    }
                })
                .collect()
        })
    }
    fn each(ranges: &[PortRange]) -> BTreeSet<u16> {
        ranges.iter().flat_map(|r| r.ports()).collect()
    }

    proptest! {
        #[test]
        fn sets_of_ranges_are_sets_of_ports(a in any_ports(), b in any_ports()) {
            let (x, y) = (each(&a), each(&b));
            let (a, b) = (Ports::new(a), Ports::new(b));
            prop_assert_eq!(a.count() as usize, x.len());
            prop_assert_eq!(each(a.union(&b).ranges()), x.union(&y).copied().collect());
            prop_assert_eq!(each(a.and(&b).ranges()), x.intersection(&y).copied().collect());
            prop_assert_eq!(each(a.without(&b).ranges()), x.difference(&y).copied().collect());
        }
    }
}
