//! What a line of given rates carries: arithmetic, nothing is measured.

use super::wanted;
use crate::model::inventory::OsFamily;
use crate::model::network::Direction;
use crate::model::plan::{LineAnswer, LineScenario};
use crate::model::requirement::Edition;
use crate::model::{Bps, Selection};

/// How many people or rooms at once such a line carries, for each chosen scenario.
pub fn on_line(
    edition: &Edition,
    selection: &Selection,
    platform: OsFamily,
    up: Bps,
    down: Bps,
) -> LineAnswer {
    let scenarios = wanted::bandwidth(edition, selection, platform)
        .into_iter()
        .map(|(target, rule)| {
            let sides = [
                (Direction::Up, rule.up, up),
                (Direction::Down, rule.down, down),
            ];
            let least = sides
                .into_iter()
                .filter_map(|(direction, need, rate)| {
                    let need = need?;
                    let one = need.upper_kbps.max(need.lower_kbps).bps().0;
                    Some((rate.0.checked_div(one)?, direction))
                })
                .min_by_key(|(times, _)| *times);
            LineScenario {
                target,
                id: rule.scenario.clone(),
                up: rule.up,
                down: rule.down,
                at_once: least.map(|(times, _)| u32::try_from(times).unwrap_or(u32::MAX)),
                limited_by: least.map(|(_, direction)| direction),
            }
        })
        .collect();
    LineAnswer {
        up,
        down,
        scenarios,
    }
}
