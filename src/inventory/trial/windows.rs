//! Windows: the endpoints of the inventory, the cameras of Media Foundation.

use super::{Handle, RECORD};
use crate::inventory::sys::windows_audio::endpoints;
use crate::inventory::sys::windows_rows::SoundFlow;
use crate::inventory::sys::windows_trial;
use crate::model::device_use::Trial;

/// The microphones.
pub(super) fn microphones() -> Result<Vec<Handle>, String> {
    let rows = endpoints(SoundFlow::Capture).map_err(|said| said.detail.unwrap_or_default())?;
    Ok(rows
        .into_iter()
        .filter(|row| row.state.is_active())
        .filter_map(|row| {
            Some(Handle {
                names: vec![row.name],
                open: row.id?,
            })
        })
        .collect())
}

/// The cameras.
pub(super) fn cameras() -> Result<Vec<Handle>, String> {
    Ok(windows_trial::cameras()?
        .into_iter()
        .map(|(name, link)| Handle {
            names: vec![name],
            open: link,
        })
        .collect())
}

/// Records for a moment.
pub(super) fn record(endpoint: &str) -> Trial {
    windows_trial::record(endpoint, RECORD)
}

/// Takes a few pictures.
pub(super) fn look(camera: &str) -> Trial {
    windows_trial::look(camera)
}
