//! The facts of the PC that differ.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::comparison::{FactChange, Trend};
use crate::model::inventory::Inventory;

/// Amounts of which more is better.
const MORE_IS_BETTER: &[&str] = &[
    "cpu.base_clock",
    "cpu.efficiency_cores",
    "cpu.max_clock",
    "cpu.performance_cores",
    "cpu.physical_cores",
    "link.speed",
    "memory.installed",
    "memory.usable",
];

pub(super) fn changes(before: &Inventory, after: &Inventory, same: &mut usize) -> Vec<FactChange> {
    let (before, after) = (facts(before), facts(after));
    let mut out = Vec::new();
    for (path, is) in &after {
        let was = before.get(path).unwrap_or(&Value::Null);
        if read(was) == read(is) && was.get("known").is_some() == is.get("known").is_some() {
            *same += 1;
            continue;
        }
        out.push(FactChange {
            trend: trend(path, was, is),
            path: path.clone(),
            before: was.clone(),
            after: is.clone(),
        });
    }
    out
}

/// Every fact by its path. A fact is what has `known` or `unknown` alone.
fn facts(inventory: &Inventory) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    let whole = serde_json::to_value(inventory).unwrap_or_default();
    gather(&whole, String::new(), &mut out);
    out
}

fn gather(value: &Value, path: String, out: &mut BTreeMap<String, Value>) {
    let Value::Object(map) = value else { return };
    if map.len() == 1 && (map.contains_key("known") || map.contains_key("unknown")) {
        out.insert(path, value.clone());
        return;
    }
    for (key, inner) in map {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        gather(inner, path, out);
    }
}

/// What was read. Where it was read is left out on every level: the same value from another place is no change.
fn read(fact: &Value) -> Value {
    match fact {
        Value::Object(map) => {
            if let Some(known) = map.get("known") {
                return read(known.get("value").unwrap_or(&Value::Null));
            }
            if let Some(unknown) = map.get("unknown") {
                return unknown.get("code").cloned().unwrap_or_default();
            }
            map.iter().map(|(k, v)| (k.clone(), read(v))).collect()
        }
        Value::Array(all) => all.iter().map(read).collect(),
        plain => plain.clone(),
    }
}

fn trend(path: &str, was: &Value, is: &Value) -> Trend {
    if was.get("known").is_none() || is.get("known").is_none() {
        return Trend::Unproved;
    }
    match (read(was).as_u64(), read(is).as_u64()) {
        (Some(was), Some(is)) if MORE_IS_BETTER.contains(&path) => {
            if is > was {
                Trend::Better
            } else {
                Trend::Worse
            }
        }
        _ => Trend::Changed,
    }
}
