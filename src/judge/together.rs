//! Both directions at once: a line may carry up and down apart, and not together.

use crate::model::network::{NetworkEvidence, ReflectorRole, TogetherReading, TogetherSide};
use crate::model::units::Bps;

/// What was proved of a pair of needs that each direction carries by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Both<'a> {
    /// Nothing, or no more than what each direction by itself says.
    Untold,
    /// The line carries both at once.
    Held(&'a TogetherReading),
    /// It does not.
    Short(&'a TogetherReading),
    /// A pair was too much for it, and this one was not told apart from it.
    Unclear(&'a TogetherReading),
}

/// Weighs all readings of both directions at once.
pub(super) fn both(network: &NetworkEvidence, up: Bps, down: Bps) -> Both<'_> {
    let readings = || {
        let all = network.together.iter();
        all.filter(|r| r.role == ReflectorRole::Outside)
    };
    let find = |test: &dyn Fn(&TogetherReading) -> bool| readings().find(|r| test(r));
    if let Some(reading) = find(&|r| holds(r, up, down)) {
        Both::Held(reading)
    } else if let Some(reading) = find(&|r| refutes(r, up, down)) {
        Both::Short(reading)
    } else if let Some(reading) = find(&|r| r.up.at_most.is_some() || r.down.at_most.is_some()) {
        Both::Unclear(reading)
    } else {
        Both::Untold
    }
}

/// Each direction is known to carry its need, so only what they share can be short: of that, what one direction leaves
/// the other has. So the sum decides.
fn holds(reading: &TogetherReading, up: Bps, down: Bps) -> bool {
    let (Some(least_up), Some(least_down)) = (reading.up.at_least, reading.down.at_least) else {
        return false;
    };
    sum(up, down) <= sum(least_up, least_down)
}

fn refutes(reading: &TogetherReading, up: Bps, down: Bps) -> bool {
    // A side without a limit kept all that was sent in it: at least as much must be wanted there.
    let asked = |side: &TogetherSide, need: Bps| side.at_most.is_some() || need >= side.need;
    let limited = reading.up.at_most.is_some() || reading.down.at_most.is_some();
    let most = |side: &TogetherSide| side.at_most.unwrap_or(sent(side.need));
    limited
        && asked(&reading.up, up)
        && asked(&reading.down, down)
        && sum(up, down) > sum(most(&reading.up), most(&reading.down))
}

/// What is sent at most to carry a need: a twentieth above it, and what rounding adds.
fn sent(need: Bps) -> Bps {
    Bps(need.0.saturating_add(need.0 / 19))
}

fn sum(a: Bps, b: Bps) -> Bps {
    Bps(a.0.saturating_add(b.0))
}
