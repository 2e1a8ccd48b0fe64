//! Installed apps that requirements speak of.

use crate::inventory::packages::{Program, installed};
use crate::inventory::tree::Tree;
use crate::model::fact::Fact;
use crate::model::inventory::Software;

/// The vendor's packages put their version beside the program; there is no Rooms and no Outlook plug-in for Linux.
const APPS: [Program; 1] = [Program {
    id: "zoom-client",
    name: "Zoom Workplace",
    packages: &["zoom"],
    flatpaks: &["us.zoom.Zoom"],
    snaps: &["zoom-client"],
    version_files: &["opt/zoom/version.txt"],
    marks: &["opt/zoom/zoom", "opt/zoom/ZoomLauncher", "usr/bin/zoom"],
    last_version: &[],
}];

/// Reads it.
pub(super) fn read(tree: &Tree) -> Fact<Vec<Software>> {
    installed(tree, &APPS)
}
