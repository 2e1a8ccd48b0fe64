//! The calls of the control protocol, see [`crate::wire::control`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::Session;
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

fn bytes(status: u16, kind: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

fn json(status: u16, body: &impl Serialize) -> Reply {
    match serde_json::to_vec(body) {
        Ok(text) => bytes(status, "application/json", text),
        Err(_) => bytes(500, "application/json", Vec::new()),
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

async fn denied() -> Refusal {
    // A guess at 128 bits is hopeless; this only makes trying slow.
    tokio::time::sleep(Duration::from_millis(200)).await;
    Refusal::new(
        ErrorCode::AccessDenied,
        "the key is not the one of this reflector, or the session has ended",
    )
}

/// Answers one request on the control port, or a proof on any port.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    peer: SocketAddr,
    local: SocketAddr,
    control: bool,
) -> Reply {
    if let Some(proof) = Proof::from_path(request.uri().path()) {
        return prove(shared, &proof, local)
            .unwrap_or_else(|| bytes(ErrorCode::NotFound.status(), "text/plain", Vec::new()));
    }
    if !control {
        return bytes(ErrorCode::NotFound.status(), "text/plain", Vec::new());
    }
    call(shared, request, peer)
        .await
        .unwrap_or_else(|Refusal(e)| json(e.code.status(), &e))
}

fn prove(shared: &Arc<Shared>, proof: &Proof, local: SocketAddr) -> Option<Reply> {
    let (session, _) = shared.sessions.by_ssid(proof.ssid)?;
    let key = session.port_key(Transport::Tcp, local.port())?;
    if !proof.verify(&key) {
        return None;
    }
    session.count(Transport::Tcp, local.port(), Family::from(local.ip()), 1, 1);
    Some(bytes(
        200,
        "application/octet-stream",
        proof.answer(&key).to_vec(),
    ))
}

async fn call(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    peer: SocketAddr,
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
        (&Method::POST, path::SESSION) => open(shared, request, peer, now).await,
        _ => {
            let session = bearer(&request).and_then(|token| shared.sessions.by_token(token));
            let Some(session) = session else {
                return Err(denied().await);
            };
            session.beat(now);
            with_session(shared, &session, request, &method, &target).await
        }
    }
}

async fn open(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    peer: SocketAddr,
    now: Instant,
) -> Result<Reply, Refusal> {
    let key = bearer(&request).and_then(|text| text.parse::<AccessKey>().ok());
    if !key.is_some_and(|k| k.matches(&shared.access)) {
        return Err(denied().await);
    }
    let ask: OpenRequest = body(request, shared.limits.request).await?;
    if ask.protocol != PROTOCOL {
        let detail = format!(
            "this reflector speaks version {PROTOCOL} of the protocol, not {}",
            ask.protocol
        );
        return Err(Refusal::new(ErrorCode::Version, detail));
    }
    let peer = peer.ip().to_canonical();
    let session = shared
        .sessions
        .open(peer, Arc::new(Reflect::default()), &shared.limits, now);
    let session = session
        .ok_or_else(|| Refusal::new(ErrorCode::Busy, "too many sessions are open; try later"))?;
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
            shared.sessions.close(session);
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
