//! Measurement flows of a session, beside its port proofs.

use std::sync::Arc;

use super::Shared;
use super::api::Refusal;
use super::session::Session;
use super::udp::Reflect;
use crate::wire::control::{ErrorCode, LoadReply, LoadRequest};

/// Starts or ends a flow. Kinds of measurement are added here: a variant of [`LoadRequest`], and a
/// [`super::session::Flow`] that takes its datagrams. Load that the reflector sends must have its return path proved, be
/// capped in rate, octets and time, and stop when [`Session::last_beat`] grows old or [`super::session::Flow::stop`] is
/// called.
pub(crate) fn handle(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    request: &LoadRequest,
) -> Result<LoadReply, Refusal> {
    match *request {
        LoadRequest::Reflect => {
            let ssid = shared
                .sessions
                .add_flow(session, Arc::new(Reflect::default()));
            let ssid = ssid
                .ok_or_else(|| Refusal::new(ErrorCode::Busy, "this session has too many flows"))?;
            Ok(LoadReply::Flow { ssid })
        }
        LoadRequest::Stop { ssid } => {
            if shared.sessions.remove_flow(session, ssid) {
                Ok(LoadReply::Stopped { ssid })
            } else {
                Err(Refusal::new(
                    ErrorCode::BadRequest,
                    format!("this session has no flow {ssid}"),
                ))
            }
        }
    }
}
