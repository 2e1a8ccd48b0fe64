//! The displays of a Mac.

use serde_json::Value;

use crate::inventory::mac::{list, profile, text};
use crate::inventory::sys::macos::Mac;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Display, DisplayFacts};

const REPORT: &str = "SPDisplaysDataType";

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> DisplayFacts {
    let untold =
        || Fact::unknown_because(UnknownCode::NotSupported, "macOS knows no touch screens");
    DisplayFacts {
        displays: match profile(mac, REPORT) {
            Ok(adapters) => Fact::known(
                adapters
                    .iter()
                    .flat_map(|adapter| list(adapter, "spdisplays_ndrvs"))
                    .filter(|d| text(d, "spdisplays_online") != Some("spdisplays_no"))
                    .filter_map(display)
                    .collect(),
                format!("system_profiler {REPORT}"),
            ),
            Err(why) => Fact::Unknown(why),
        },
        touch: untold(),
        touch_driver: untold(),
    }
}

fn display(item: &Value) -> Option<Display> {
    // Newer systems state the pixels, older ones only the resolution, such as `1920 x 1080 @ 60.00Hz`.
    let (field, pixels) = ["_spdisplays_pixels", "_spdisplays_resolution"]
        .into_iter()
        .find_map(|field| Some((field, size(text(item, field)?)?)))
        .unzip();
    let side = |pick: fn((u32, u32)) -> u32| match (pixels, field) {
        (Some(pixels), Some(field)) => {
            Fact::known(pick(pixels), format!("system_profiler {REPORT} {field}"))
        }
        _ => Fact::unknown_because(UnknownCode::NotFound, "_spdisplays_pixels"),
    };
    Some(Display {
        name: text(item, "_name")?.to_owned(),
        width: side(|(w, _)| w),
        height: side(|(_, h)| h),
        diagonal_tenths: Fact::unknown_because(
            UnknownCode::NotSupported,
            format!("system_profiler {REPORT} states no size"),
        ),
    })
}

fn size(text: &str) -> Option<(u32, u32)> {
    let (width, rest) = text.split_once('x')?;
    let height = rest.split_whitespace().next()?;
    Some((width.trim().parse().ok()?, height.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn two_displays() {
        let facts = read(&recorded("macbook-pro-m1-pro"));
        let list = facts.displays.value().unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].name, "Color LCD");
        assert_eq!(list[0].width.value(), Some(&3_456));
        assert_eq!(list[1].name, "DELL U2720Q");
        assert_eq!(list[1].height.value(), Some(&2_160));
        assert_eq!(facts.touch.value(), None);
    }
}
