//! Cameras: video nodes that deliver pictures, one camera for each device that has any.

use std::collections::BTreeMap;

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{Bus, Device};

use super::usb::{Attachment, attachment};

const CLASS: &str = "sys/class/video4linux";

/// Flags of linux/videodev2.h.
const CAPTURE: u32 = 0x0000_0001 | 0x0000_1000;
const STREAMING: u32 = 0x0400_0000;
const READ_WRITE: u32 = 0x0100_0000;
/// The node is one stage of a camera pipeline that only special software can set up.
const MEDIA_CONTROLLER: u32 = 0x2000_0000;
/// Memory to memory: a codec or scaler.
const MEMORY_TO_MEMORY: u32 = 0x0000_4000 | 0x0000_8000;

/// What a node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Pictures.
    Pictures,
    /// A stage of a pipeline.
    Raw,
    /// Metadata, output, codec, radio.
    Else,
    /// Nobody tells.
    Untold,
}

/// Reads them.
pub(super) fn cameras(tree: &Tree) -> Fact<Vec<Device>> {
    let names = match tree.list(CLASS) {
        Ok(names) => names,
        Err(why) if why.code == UnknownCode::NotFound && tree.has_whole_sysfs() => {
            return Fact::known(
                Vec::new(),
                format!("/{CLASS} is not there: no video driver"),
            );
        }
        Err(why) => return Fact::Unknown(why),
    };
    let mut by_device: BTreeMap<String, Vec<(String, String, Use)>> = BTreeMap::new();
    let mut raw = false;
    for node in names.iter().filter(|n| n.starts_with("video")) {
        let path = format!("{CLASS}/{node}");
        let name = tree
            .line(&format!("{path}/name"))
            .unwrap_or_else(|| node.clone());
        // Virtual nodes have no device beneath: each is its own.
        let device = tree
            .real(&format!("{path}/device"))
            .or_else(|| tree.real(&path))
            .unwrap_or_else(|| path.clone());
        let usage = usage(tree, node, &name);
        raw |= usage == Use::Raw;
        by_device
            .entry(device)
            .or_default()
            .push((path, name, usage));
    }
    let mut out: Vec<Device> = Vec::new();
    for (device, nodes) in by_device {
        // Where nobody tells, the first node of a device is the one with the pictures.
        let chosen = nodes
            .iter()
            .find(|(.., usage)| *usage == Use::Pictures)
            .or_else(|| nodes.first().filter(|(.., usage)| *usage == Use::Untold));
        if let Some((_, name, _)) = chosen {
            out.push(camera(name, attachment(tree, &device)));
        }
    }
    if out.is_empty() && raw {
        return Fact::unknown_because(
            UnknownCode::NotSupported,
            format!("/{CLASS}: a camera processor without a camera that programs can use directly"),
        );
    }
    Fact::known(out, format!("/{CLASS}"))
}

fn camera(name: &str, attachment: Option<Attachment>) -> Device {
    let interface = attachment
        .as_ref()
        .and_then(|a| a.interface_name.clone())
        .unwrap_or_default();
    let infrared = is_infrared(name) || is_infrared(&interface);
    let (vendor_id, product_id, bus) = match attachment {
        Some(a) => (a.vendor_id, a.product_id, a.bus),
        None => (
            None,
            None,
            Fact::unknown_because(UnknownCode::NotFound, "the device is not in /sys"),
        ),
    };
    // A relay that lends the laptop's own sensor to programs that know only simple cameras.
    let relayed = name.contains("MIPI") && bus.value() == Some(&Bus::Virtual);
    Device {
        name: name.to_owned(),
        bus: if relayed {
            Fact::known(Bus::BuiltIn, "its name")
        } else {
            bus
        },
        vendor_id,
        product_id,
        default: Fact::unknown_because(
            UnknownCode::NotSupported,
            "the system has no default camera",
        ),
        infrared,
        ..Device::default()
    }
}

/// Names say it, some only before the kernel cut them to 31 characters (`Integrated Camera: Integrated I`).
fn is_infrared(name: &str) -> bool {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let says = words
        .into_iter()
        .any(|w| w.eq_ignore_ascii_case("ir") || w.to_ascii_lowercase().starts_with("infrared"));
    says || (name.len() >= 31 && (name.ends_with(": Integrated I") || name.ends_with(" IR C")))
}

fn usage(tree: &Tree, node: &str, name: &str) -> Use {
    if is_pipeline_stage(name) {
        return Use::Raw;
    }
    if let Some(capabilities) = live_capabilities(tree, node) {
        return if capabilities & MEDIA_CONTROLLER != 0 {
            Use::Raw
        } else if capabilities & CAPTURE != 0
            && capabilities & MEMORY_TO_MEMORY == 0
            && capabilities & (STREAMING | READ_WRITE) != 0
        {
            Use::Pictures
        } else {
            Use::Else
        };
    }
    let class = format!("{CLASS}/{node}");
    // What udev wrote down when the node appeared.
    let database = tree
        .line(&format!("{class}/dev"))
        .and_then(|number| tree.text(&format!("run/udev/data/c{number}")).ok())
        .unwrap_or_default();
    let told = database
        .lines()
        .find_map(|l| l.strip_prefix("E:ID_V4L_CAPABILITIES="));
    match told {
        Some(list) if list.split(':').any(|c| c == "capture") => Use::Pictures,
        Some(_) => Use::Else,
        None => match tree.number::<u32>(&format!("{class}/index")) {
            // The metadata node follows the node that it belongs to.
            Some(index) if index % 2 == 1 => Use::Else,
            _ if is_codec(name) => Use::Else,
            _ => Use::Untold,
        },
    }
}

/// Nodes of camera processors, by the names that their drivers give them.
fn is_pipeline_stage(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "intel ipu",
        "ipu3-",
        "ipu6",
        "ipu7",
        "isys",
        "atomisp",
        "msm_vfe",
        "msm_csid",
        "camss",
        "rkisp",
        "rkcif",
        "stream_cif",
        "unicam",
        "rp1-cfe",
        "pispbe",
        "bcm2835-isp",
        "csi2",
        "sun6i-csi",
        "imx7-csi",
        "mxc-isi",
    ]
    .into_iter()
    .any(|stage| lower.contains(stage))
}

fn is_codec(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "codec", "-dec", "-enc", "decoder", "encoder", "vpu", "hevc", "h264", "jpeg", "venus",
    ]
    .into_iter()
    .any(|word| lower.contains(word))
}

#[cfg(target_os = "linux")]
fn live_capabilities(tree: &Tree, node: &str) -> Option<u32> {
    use std::os::unix::fs::FileTypeExt;

    let path = std::path::Path::new("/dev").join(node);
    let is_node = || {
        path.metadata()
            .is_ok_and(|m| m.file_type().is_char_device())
    };
    (tree.is_live() && is_node())
        .then(|| crate::inventory::sys::linux::video_capabilities(&path).ok())
        .flatten()
}

#[cfg(not(target_os = "linux"))]
fn live_capabilities(_: &Tree, _: &str) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infrared_names() {
        for name in [
            "HP IR Camera: HP IR Camera",
            "Integrated_Webcam_HD: Integrate IR",
            "Integrated Camera: Integrated I",
            "Surface Camera (infrared)",
        ] {
            assert!(is_infrared(name), "{name}");
        }
        for name in [
            "Integrated Camera: Integrated C",
            "AIR Webcam",
            "Iriun Webcam",
            "FHD Camera: FHD Camera",
        ] {
            assert!(!is_infrared(name), "{name}");
        }
    }
}
