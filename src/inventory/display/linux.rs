//! Displays by the kernel's connectors and EDID, touch by the input devices.

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Display, DisplayFacts};

use super::edid;
use super::input;

const DRM: &str = "sys/class/drm";

/// Reads it.
pub(super) fn read(tree: &Tree) -> DisplayFacts {
    let touch = touch(tree);
    DisplayFacts {
        displays: displays(tree),
        touch_driver: match &touch {
            // The kernel lists an input device only once a driver has it.
            Fact::Known {
                value: true,
                source,
            } => Fact::known(true, source.clone()),
            Fact::Known { source, .. } => Fact::unknown_because(
                UnknownCode::NotFound,
                format!("no touch screen in {source}"),
            ),
            Fact::Unknown(why) => Fact::Unknown(why.clone()),
        },
        touch,
    }
}

fn displays(tree: &Tree) -> Fact<Vec<Display>> {
    let names = match tree.list(DRM) {
        Ok(names) => names,
        Err(why) if tree.has_whole_sysfs() => {
            return if tree.exists("sys/class/graphics/fb0") {
                Fact::unknown_because(
                    UnknownCode::NotSupported,
                    "a plain frame buffer does not tell what is connected",
                )
            } else {
                let said = why.detail.unwrap_or_default();
                Fact::known(Vec::new(), format!("no graphics adapter: {said}"))
            };
        }
        Err(why) => return Fact::Unknown(why),
    };
    let mut out = Vec::new();
    let mut unsure: Option<String> = None;
    for card in names.iter().filter(|n| is_card(n)) {
        let mine: Vec<&String> = names
            .iter()
            .filter(|n| {
                n.strip_prefix(card.as_str())
                    .is_some_and(|r| r.starts_with('-'))
            })
            .collect();
        if mine.is_empty() {
            // A driver without mode setting (NVIDIA's, unless told otherwise) shows no connectors at all.
            unsure.get_or_insert_with(|| format!("/{DRM}/{card} has no connectors"));
        }
        for connector in mine {
            let label = connector
                .strip_prefix(card.as_str())
                .map_or("", |rest| rest.trim_start_matches('-'));
            if label.starts_with("Writeback") {
                continue;
            }
            match tree.line(&format!("{DRM}/{connector}/status")).as_deref() {
                Some("connected") => out.push(display(tree, connector, label)),
                Some("disconnected") => {}
                _ => {
                    unsure.get_or_insert_with(|| format!("/{DRM}/{connector}/status"));
                }
            }
        }
    }
    match unsure {
        Some(what) if out.is_empty() => Fact::unknown_because(UnknownCode::NotSupported, what),
        _ => Fact::known(out, format!("/{DRM}/card*-*/status")),
    }
}

fn is_card(name: &str) -> bool {
    name.strip_prefix("card")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn display(tree: &Tree, connector: &str, label: &str) -> Display {
    let edid_path = format!("{DRM}/{connector}/edid");
    let edid = tree.bytes(&edid_path).ok().and_then(|b| edid::parse(&b));
    let modes_path = format!("{DRM}/{connector}/modes");
    // The kernel lists the preferred mode first; which one is in use only the display server knows.
    let mode = tree
        .text(&modes_path)
        .ok()
        .and_then(|text| mode_size(text.lines().next()?));
    let size = |pick: fn((u32, u32)) -> u32| match (mode, edid.as_ref().and_then(|e| e.preferred)) {
        (Some(mode), _) => Fact::known(pick(mode), format!("/{modes_path}, preferred")),
        (None, Some(mode)) => Fact::known(pick(mode), format!("/{edid_path}, preferred")),
        (None, None) => Fact::unknown_because(UnknownCode::NotFound, format!("/{modes_path}")),
    };
    Display {
        name: edid
            .as_ref()
            .and_then(|e| e.name.clone())
            .unwrap_or_else(|| label.to_owned()),
        width: size(|(w, _)| w),
        height: size(|(_, h)| h),
        diagonal_tenths: match edid.as_ref().map(|e| e.diagonal_tenths) {
            Some(Some(tenths)) => Fact::known(tenths, format!("/{edid_path}")),
            Some(None) => Fact::unknown_because(
                UnknownCode::NotFound,
                format!("/{edid_path} states no size"),
            ),
            None => Fact::unknown_because(UnknownCode::Unparsable, format!("/{edid_path}")),
        },
    }
}

/// `1920x1080`, `1920x1080i`.
fn mode_size(mode: &str) -> Option<(u32, u32)> {
    let (width, height) = mode.trim().split_once('x')?;
    let digits = height
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(height.len());
    Some((width.parse().ok()?, height.get(..digits)?.parse().ok()?))
}

fn touch(tree: &Tree) -> Fact<bool> {
    const PATH: &str = "proc/bus/input/devices";
    match tree.text(PATH) {
        Ok(text) => {
            let screen = input::devices(&text)
                .into_iter()
                .find(input::Input::is_touch_screen);
            match screen {
                Some(screen) => Fact::known(true, format!("/{PATH} {}", screen.name)),
                None => Fact::known(false, format!("/{PATH}")),
            }
        }
        Err(why) => Fact::Unknown(why),
    }
}
