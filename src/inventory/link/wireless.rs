//! The radio of a Wi-Fi link: standard and rate.

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::units::Mbps;

/// What the radio tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Radio {
    /// Rate of the last frame sent.
    pub(super) speed: Fact<Mbps>,
    /// Standard, such as `802.11ac`.
    pub(super) technology: Fact<String>,
}

impl Radio {
    /// For links that have none.
    pub(super) fn none(name: &str) -> Self {
        Self::unknown(UnknownCode::NotSupported, &format!("{name} has no radio"))
    }

    fn unknown(code: UnknownCode, detail: &str) -> Self {
        Self {
            speed: Fact::unknown_because(code, detail),
            technology: Fact::unknown_because(code, detail),
        }
    }
}

/// Reads it; only the running kernel tells, nothing in a tree does.
pub(super) fn read(tree: &Tree, name: &str) -> Radio {
    let _ = tree;
    Radio::unknown(
        UnknownCode::NotSupported,
        &format!("the files of {name} tell neither rate nor standard"),
    )
}
