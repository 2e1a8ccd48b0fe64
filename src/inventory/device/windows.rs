//! Cameras, microphones and speakers.

use crate::inventory::sys::windows_audio::endpoints;
use crate::inventory::sys::windows_devices::{
    CAPTURE, SENSOR_CAMERA, VIDEO_CAMERA, present, with_interface,
};
use crate::inventory::sys::windows_registry::ThisRegistry;
use crate::inventory::sys::windows_rows::SoundFlow;
use crate::model::fact::Fact;
use crate::model::inventory::Device;

use super::Sound;
use super::parse_windows::{CameraRows, cameras as parse_cameras, sound as parse_sound};

/// Reads cameras.
pub(super) fn cameras() -> Fact<Vec<Device>> {
    let list = |interface| with_interface(interface);
    let rows = match (list(VIDEO_CAMERA), list(SENSOR_CAMERA), list(CAPTURE)) {
        (Ok(video), Ok(sensor), Ok(capture)) => CameraRows {
            devices: present(),
            video,
            sensor,
            capture,
        },
        // Without one of the lists, absence would not be proved.
        (Err(said), _, _) | (_, Err(said), _) | (_, _, Err(said)) => return Fact::Unknown(said),
    };
    parse_cameras(&rows, &ThisRegistry)
}

/// Reads microphones and speakers.
pub(super) fn sound() -> Sound {
    Sound {
        microphones: parse_sound(SoundFlow::Capture, endpoints(SoundFlow::Capture)),
        speakers: parse_sound(SoundFlow::Render, endpoints(SoundFlow::Render)),
    }
}
