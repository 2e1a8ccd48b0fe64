//! Linux: sound through the sound server, pictures through V4L2. Neither needs a library.

use std::path::Path;

use super::{Handle, Levels, RECORD, SampleKind};
use crate::inventory::sound_server::{SoundServer, is_refusal};
use crate::inventory::sys::linux_video;
use crate::model::device_use::{Trial, TrialOutcome};

/// The microphones that the sound server offers.
pub(super) fn microphones() -> Result<Vec<Handle>, String> {
    let rows = match SoundServer::connect() {
        None => {
            return Err("no sound server (PipeWire or PulseAudio) runs for this user".to_owned());
        }
        Some(Err(e)) => return Err(e.to_string()),
        Some(Ok(mut server)) => server.sources().map_err(|e| e.to_string())?,
    };
    Ok(rows
        .into_iter()
        .filter(|row| !row.is_monitor)
        .map(|row| Handle {
            names: row.names(),
            open: row.name,
        })
        .collect())
}

/// Records for a moment.
pub(super) fn record(source: &str) -> Trial {
    let server = match SoundServer::connect() {
        None => return Trial::without(TrialOutcome::Failed, "the sound server has gone"),
        Some(Err(e)) => return refused(&e),
        Some(Ok(server)) => server,
    };
    let mut levels = Levels::default();
    let done = server.record(source, RECORD, |bytes| {
        levels.bytes(bytes, SampleKind::Float32);
    });
    match done {
        // What came before the server fell silent counts.
        Err(e) if levels.is_empty() => refused(&e),
        _ => levels.trial(),
    }
}

fn refused(error: &pulseaudio::protocol::ProtocolError) -> Trial {
    use pulseaudio::protocol::ProtocolError;
    let outcome = match error {
        e if is_refusal(e) => TrialOutcome::Denied,
        ProtocolError::Timeout => TrialOutcome::TimedOut,
        ProtocolError::Io(e)
            if matches!(
                e.kind(),
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
            ) =>
        {
            TrialOutcome::TimedOut
        }
        _ => TrialOutcome::Failed,
    };
    Trial::without(outcome, error.to_string())
}

/// Nodes that give pictures, under the names of their devices.
pub(super) fn cameras() -> Result<Vec<Handle>, String> {
    const CLASS: &str = "/sys/class/video4linux";
    let mut nodes: Vec<String> = std::fs::read_dir(CLASS)
        .map_err(|e| format!("{CLASS}: {e}"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("video"))
        .collect();
    nodes.sort_by_key(|name| name[5..].parse::<u32>().unwrap_or(u32::MAX));
    Ok(nodes
        .into_iter()
        .filter_map(|node| {
            let name = std::fs::read_to_string(format!("{CLASS}/{node}/name")).ok()?;
            let open = format!("/dev/{node}");
            // A node that may not be opened is tried all the same, so that the refusal is told.
            let gives = linux_video::gives_pictures(Path::new(&open));
            gives.unwrap_or(true).then(|| Handle {
                names: vec![name.trim().to_owned()],
                open,
            })
        })
        .collect())
}

/// Takes a few pictures.
pub(super) fn look(node: &str) -> Trial {
    linux_video::look(Path::new(node))
}
