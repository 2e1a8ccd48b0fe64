//! The calls of the control protocol, see [`crate::wire::control`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::AUTHORIZATION;
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::{End, Session};
use super::stats::Event;
use super::tcp::{Caller, Place};
use super::udp::Reflect;
use super::{Shared, lease, load};
use crate::model::network::Family;
use crate::model::rule::Transport;
use crate::wire::control::{
    Beat, Closed, ErrorCode, ErrorReply, Hello, LogRequest, MAX_PORTS, MAX_REQUEST, OpenRequest,
    Opened, PRODUCT, PROTOCOL, Proof, path,
};
use crate::wire::keys::AccessKey;

/// A call that was refused.
pub(crate) struct Refusal(ErrorReply);

impl Refusal {
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(ErrorReply {
            code,
            detail: detail.into(),
        })
    }
}

type Reply = Response<Full<Bytes>>;

/// A reply. Its kind is not said: whoever asks knows it, and short heads leave strangers less to gain.
fn bytes(status: u16, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply
}

fn empty(status: u16) -> Reply {
    bytes(status, Vec::new())
}

fn json(status: u16, body: &impl Serialize) -> Reply {
    match serde_json::to_vec(body) {
        Ok(text) => bytes(status, text),
        Err(_) => empty(500),
    }
}

fn ok<T: Serialize>(body: &T) -> Reply {
    json(200, body)
}

async fn body<T: DeserializeOwned>(
    request: Request<Incoming>,
    limit: Duration,
) -> Result<T, Refusal> {
    let collect = Limited::new(request.into_body(), MAX_REQUEST).collect();
    let collected = tokio::time::timeout(limit, collect)
        .await
        .map_err(|_| Refusal::new(ErrorCode::BadRequest, "the body did not arrive in time"))?
        .map_err(|e| {
            if e.is::<LengthLimitError>() {
                Refusal::new(
                    ErrorCode::TooLarge,
                    format!("the body is longer than {MAX_REQUEST} octets"),
                )
            } else {
                Refusal::new(ErrorCode::BadRequest, "the body was cut off")
            }
        })?;
    serde_json::from_slice(&collected.to_bytes())
        .map_err(|e| Refusal::new(ErrorCode::BadRequest, e.to_string()))
}

fn bearer(request: &Request<Incoming>) -> Option<&str> {
    request
        .headers()
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

async fn denied(shared: &Shared, caller: &Caller) -> Refusal {
    shared.stats.count(Event::Denied);
    tracing::debug!(peer = %caller.peer, "access denied");
    // A guess at 128 bits is hopeless; this only makes trying slow.
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Without words: what strangers get is shorter than what they send.
    Refusal::new(ErrorCode::AccessDenied, "")
}

/// Answers one request on the control port, or a proof on any port.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    caller: &Caller,
) -> Reply {
    if let Some(proof) = Proof::from_path(request.uri().path()) {
        return prove(shared, &proof, caller).unwrap_or_else(|| {
            shared.stats.count(Event::ProofForged);
            empty(ErrorCode::NotFound.status())
        });
    }
    if caller.place == Place::Leased {
        return empty(ErrorCode::NotFound.status());
    }
    match call(shared, request, caller).await {
        Ok(reply) => {
            shared.stats.count(Event::Answered);
            reply
        }
        Err(Refusal(e)) => {
            if e.code != ErrorCode::AccessDenied {
                shared.stats.count(Event::Refused);
            }
            json(e.code.status(), &e)
        }
    }
}

fn prove(shared: &Arc<Shared>, proof: &Proof, caller: &Caller) -> Option<Reply> {
    let (session, _) = shared.sessions.by_ssid(proof.ssid)?;
    let (port, family) = (caller.local.port(), Family::from(caller.local.ip()));
    let key = session.port_key(Transport::Tcp, port)?;
    if !proof.verify(&key) {
        return None;
    }
    caller.known();
    shared.stats.count(Event::Proved);
    session.used(Transport::Tcp, port, Instant::now());
    session.count(Transport::Tcp, port, family, 1, 1);
    Some(bytes(200, proof.answer(&key).to_vec()))
}

async fn call(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    caller: &Caller,
) -> Result<Reply, Refusal> {
    let now = Instant::now();
    let (method, target) = (request.method().clone(), request.uri().path().to_owned());
    match (&method, target.as_str()) {
        (&Method::GET, path::HELLO) => Ok(ok(&Hello {
            product: PRODUCT.to_owned(),
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            role: shared.role,
        })),
        (&Method::POST, path::SESSION) => open(shared, request, caller, now).await,
        _ => {
            let session = bearer(&request).and_then(|token| shared.sessions.by_token(token));
            let Some(session) = session else {
                return Err(denied_or_stopping(shared, caller).await);
            };
            caller.known();
            session.beat(now);
            with_session(shared, &session, request, &method, &target).await
        }
    }
}

/// Sessions end when the reflector stops: their agents are told so.
async fn denied_or_stopping(shared: &Shared, caller: &Caller) -> Refusal {
    if shared.is_stopping() {
        return Refusal::new(ErrorCode::Stopping, "");
    }
    denied(shared, caller).await
}

async fn open(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    caller: &Caller,
    now: Instant,
) -> Result<Reply, Refusal> {
    let key = bearer(&request).and_then(|text| text.parse::<AccessKey>().ok());
    if !key.is_some_and(|k| k.matches(&shared.access)) {
        return Err(denied(shared, caller).await);
    }
    caller.known();
    if shared.is_stopping() {
        return Err(Refusal::new(
            ErrorCode::Stopping,
            "the reflector is being stopped",
        ));
    }
    let ask: OpenRequest = body(request, shared.limits.request).await?;
    if ask.protocol != PROTOCOL {
        let detail = format!(
            "this reflector speaks version {PROTOCOL} of the protocol, not {}",
            ask.protocol
        );
        return Err(Refusal::new(ErrorCode::Version, detail));
    }
    let peer = caller.peer.ip().to_canonical();
    let session = shared
        .sessions
        .open(peer, Arc::new(Reflect::default()), &shared.limits, now);
    let session = session.ok_or_else(|| {
        shared.stats.count(Event::SessionOverLimit);
        shared
            .remarks
            .say(|| tracing::warn!(%peer, "session refused: too many are open"));
        Refusal::new(ErrorCode::Busy, "too many sessions are open; try later")
    })?;
    shared.stats.count(Event::SessionOpened);
    let agent: String = ask.agent.chars().take(40).collect();
    // As a quoted text: it comes from outside, and a log line is one line.
    tracing::info!(session = session.ssid, %peer, ?agent, "session opened");
    Ok(ok(&Opened {
        token: session.token.clone(),
        ssid: session.ssid,
        key: session.key.clone(),
        seen_from: session.peer,
        heartbeat_ms: u32::try_from(shared.limits.heartbeat.as_millis()).unwrap_or(u32::MAX),
        max_ports: u32::try_from(shared.limits.ports_per_session).unwrap_or(u32::MAX),
    }))
}

async fn with_session(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    request: Request<Incoming>,
    method: &Method,
    target: &str,
) -> Result<Reply, Refusal> {
    let limit = shared.limits.request;
    Ok(match (method, target) {
        (&Method::POST, path::HEARTBEAT) => ok(&Beat {
            ports: u32::try_from(session.leased()).unwrap_or(u32::MAX),
        }),
        (&Method::POST, path::LEASE) => {
            ok(&lease::take(shared, session, &body(request, limit).await?).await?)
        }
        (&Method::POST, path::RELEASE) => {
            ok(&lease::give_back(session, &body(request, limit).await?)?)
        }
        (&Method::GET, path::LOG) => ok(&session.log()),
        (&Method::POST, path::LOG) => {
            let asked: LogRequest = body(request, limit).await?;
            // Few ports at a time: each range is looked at for each port that was ever counted.
            let most = usize::try_from(MAX_PORTS).unwrap_or(usize::MAX);
            if asked.ports.len() > most {
                return Err(Refusal::new(
                    ErrorCode::TooLarge,
                    format!("at most {most} ranges at a time"),
                ));
            }
            ok(&session.log_of(&asked))
        }
        (&Method::POST, path::LOAD) => {
            ok(&load::handle(shared, session, body(request, limit).await?)?)
        }
        (&Method::DELETE, path::SESSION) => {
            shared.sessions.close(session, End::Closed, &shared.stats);
            ok(&Closed {})
        }
        _ => {
            return Err(Refusal::new(
                ErrorCode::NotFound,
                "there is no such call in this version",
            ));
        }
    })
}
