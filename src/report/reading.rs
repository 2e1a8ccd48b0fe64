//! One fact of the inventory by its path, as evidence and comparisons name it.

use serde_json::Value;

use crate::l10n::Texts;
use crate::model::units::{Mbps, Mebibytes, Megahertz};

use super::clean::clean_to;
use super::words;

/// Columns of one raw reading.
const READING: usize = 240;
/// Raw readings shown of a list.
const MOST: usize = 6;

/// What a path is of; the path itself where no word is known.
pub(super) fn label(path: &str, texts: &Texts) -> String {
    let key = match path {
        "os.name" => "what-os",
        "os.version" => "fact-os-version",
        "os.build" => "fact-os-build",
        "os.architecture" => "fact-architecture",
        "cpu.brand" => "what-cpu-model",
        "cpu.physical_cores" => "fact-cores",
        "cpu.performance_cores" => "fact-performance-cores",
        "cpu.efficiency_cores" => "fact-efficiency-cores",
        "cpu.base_clock" => "fact-base-clock",
        "cpu.max_clock" => "fact-max-clock",
        "memory.installed" => "fact-memory",
        "memory.usable" => "fact-memory-usable",
        "cameras" => "device-camera",
        "microphones" => "device-microphone",
        "speakers" => "device-speaker",
        "display.displays" => "kind-display",
        "display.touch" => "fact-touch",
        "display.touch_driver" => "fact-touch-driver",
        "browsers" => "fact-browsers",
        "apps" => "fact-apps",
        "link.kind" => "kind-link",
        "link.technology" => "fact-link-technology",
        "link.speed" => "fact-link-speed",
        "session.virtual_desktop" => "kind-session",
        "session.virtual_machine" => "fact-virtual-machine",
        other => return clean_to(other, words::NAME),
    };
    texts.get(key)
}

/// A fact in its JSON form: its value in words, or why it is not there.
pub(super) fn fact(path: &str, fact: &Value, texts: &Texts) -> String {
    if let Some(known) = fact.get("known") {
        let value = known.get("value").unwrap_or(&Value::Null);
        return amount(path, value).unwrap_or_else(|| raw(value, texts));
    }
    let unknown = fact.get("unknown").cloned().unwrap_or_default();
    serde_json::from_value(unknown).map_or_else(
        |_| texts.get("unknown-not-collected"),
        |u| words::unknown(&u, texts),
    )
}

/// Where a fact in its JSON form was read.
pub(super) fn source(fact: &Value) -> String {
    let source = fact.get("known").and_then(|k| k.get("source")?.as_str());
    clean_to(source.unwrap_or_default(), READING)
}

/// Numbers that have a unit.
fn amount(path: &str, value: &Value) -> Option<String> {
    let number = value.as_u64()?;
    let small = u32::try_from(number).ok();
    match path {
        "memory.installed" | "memory.usable" => Some(words::memory(Mebibytes(number))),
        "cpu.base_clock" | "cpu.max_clock" => Some(words::clock(Megahertz(small?))),
        "link.speed" => Some(words::speed(Mbps(small?))),
        _ => None,
    }
}

/// A raw value as it was read.
fn raw(value: &Value, texts: &Texts) -> String {
    match value {
        Value::Null => texts.get("none"),
        Value::Bool(flag) => words::yes_no(*flag, texts),
        Value::Number(n) => n.to_string(),
        Value::String(text) => clean_to(text, READING),
        Value::Array(all) if all.is_empty() => texts.get("none"),
        Value::Array(all) => words::listed(all.iter().map(|v| raw(v, texts)), MOST, texts),
        Value::Object(map) => {
            if let Some(known) = map.get("known").and_then(|k| k.get("value")) {
                return raw(known, texts);
            }
            let parts: Vec<String> = ["name", "version", "address"]
                .into_iter()
                .filter_map(|k| map.get(k))
                .filter(|v| v.get("unknown").is_none())
                .map(|v| raw(v, texts))
                .collect();
            if parts.is_empty() {
                clean_to(&value.to_string(), READING)
            } else {
                parts.join(" ")
            }
        }
    }
}
