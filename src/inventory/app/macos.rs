//! Installed apps of a Mac that requirements speak of.

use crate::inventory::bundles::{Bundle, installed};
use crate::inventory::sys::macos::Mac;
use crate::model::fact::Fact;
use crate::model::inventory::Software;

const APPS: [Bundle; 4] = [
    Bundle {
        id: "zoom-client",
        name: "Zoom Workplace",
        places: &["zoom.us.app"],
    },
    Bundle {
        id: "zoom-rooms",
        name: "Zoom Rooms",
        places: &["ZoomRooms.app", "ZoomPresence.app"],
    },
    Bundle {
        id: "zoom-rooms-controller",
        name: "Zoom Rooms Controller",
        places: &["ZoomRoomsController.app", "Zoom Rooms Controller.app"],
    },
    Bundle {
        id: "zoom-outlook-plugin",
        name: "Zoom Plugin for Outlook",
        places: &["ZoomOutlookPlugin/PluginLauncher.app"],
    },
];

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> Fact<Vec<Software>> {
    installed(mac, &APPS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn recorded_mac() {
        let found = read(&recorded("macbook-pro-m1-pro"));
        let list = found.value().unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].id, "zoom-client");
        let version = list[0].version.value().map(crate::model::Version::as_str);
        assert_eq!(version, Some("6.2.11"));
    }
}
