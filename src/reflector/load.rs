//! Measurement flows of a session, beside its port proofs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Shared;
use super::api::Refusal;
use super::session::{Flow, Session};
use super::train::{Order, Refused, Sink, Source};
use super::udp::Reflect;
use crate::wire::control::{ErrorCode, LoadReply, LoadRequest};

/// Starts or ends a flow. Kinds of measurement are added here: a variant of [`LoadRequest`], and a
/// [`super::session::Flow`] that takes its datagrams. Load that the reflector sends must have its return path proved, be
/// capped in rate, octets and time, and stop when [`Session::last_beat`] grows old or [`super::session::Flow::stop`] is
/// called.
pub(crate) fn handle(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    request: LoadRequest,
) -> Result<LoadReply, Refusal> {
    match request {
        LoadRequest::Reflect => add(shared, session, Arc::new(Reflect::default())),
        LoadRequest::Sink { plan } => {
            // Before its turn, so that an impossible train does not wait for one.
            plan.departures().map_err(|e| bad_request(&e))?;
            match shared.receivers.take(session.ssid, Instant::now()) {
                Ok(place) => {
                    let sink = Sink::new(plan, Some(place)).map_err(|e| bad_request(&e))?;
                    add(shared, session, Arc::new(sink))
                }
                Err(wait) => Ok(LoadReply::Wait {
                    retry_ms: millis(wait),
                }),
            }
        }
        LoadRequest::Source => {
            let source = Source::new(shared.senders.clone());
            add(shared, session, Arc::new(source))
        }
        LoadRequest::Send { ssid, plan, proof } => {
            let order = Order {
                session,
                ssid,
                plan,
                proof,
            };
            match flow(shared, session, ssid)?.send(order) {
                Some(Ok(())) => Ok(LoadReply::Begun),
                Some(Err(Refused::Busy(wait))) => Ok(LoadReply::Wait {
                    retry_ms: millis(wait),
                }),
                Some(Err(e @ Refused::Thread(_))) => {
                    Err(Refusal::new(ErrorCode::Internal, e.to_string()))
                }
                Some(Err(e @ Refused::Budget)) => Err(Refusal::new(ErrorCode::Busy, e.to_string())),
                Some(Err(e)) => Err(bad_request(&e)),
                None => Err(bad_request(&"this flow sends no trains")),
            }
        }
        LoadRequest::Halt { ssid } => {
            flow(shared, session, ssid)?.halt();
            Ok(LoadReply::Halted)
        }
        LoadRequest::Report { ssid } => match flow(shared, session, ssid)?.report() {
            Some(report) => Ok(LoadReply::Train(report)),
            None => Err(bad_request(&"this flow has no train")),
        },
        LoadRequest::Heard { ssid } => match flow(shared, session, ssid)?.heard() {
            Some(heard) => Ok(LoadReply::Heard(heard)),
            None => Err(bad_request(&"this flow does not remember what arrived")),
        },
        LoadRequest::Stop { ssid } => {
            if shared.sessions.remove_flow(session, ssid) {
                Ok(LoadReply::Stopped { ssid })
            } else {
                Err(no_flow(ssid))
            }
        }
    }
}

fn millis(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)
}

fn add(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    flow: Arc<dyn Flow>,
) -> Result<LoadReply, Refusal> {
    let ssid = shared.sessions.add_flow(session, flow);
    let ssid =
        ssid.ok_or_else(|| Refusal::new(ErrorCode::Busy, "this session has too many flows"))?;
    Ok(LoadReply::Flow { ssid })
}

/// The flow of this SSID, if it is this session's.
fn flow(shared: &Arc<Shared>, session: &Arc<Session>, ssid: u16) -> Result<Arc<dyn Flow>, Refusal> {
    match shared.sessions.by_ssid(ssid) {
        Some((owner, flow)) if Arc::ptr_eq(&owner, session) => Ok(flow),
        _ => Err(no_flow(ssid)),
    }
}

fn no_flow(ssid: u16) -> Refusal {
    bad_request(&format!("this session has no flow {ssid}"))
}

fn bad_request(why: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::BadRequest, why.to_string())
}
