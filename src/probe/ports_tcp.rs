//! TCP: a handshake, TLS with the pinned certificate (plain HTTP on port 80), and the reflector's answer to a nonce.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use super::ports::{ChunkSeen, LEAST_TRIES, Options, Seen};
use super::ports_control::{Control, otherwise};
use super::reflector::Session;
use crate::model::network::{Failure, FailureCode};
use crate::model::rule::Transport;
use crate::net::errno::find_cause;
use crate::net::{failure_of, socket, tls, within};
use crate::wire::control::Proof;
use crate::wire::keys::PortKey;

/// Connections under way at once.
const AT_ONCE: usize = 48;
/// Time for a handshake. Windows tries a refusing port for two seconds before it says so.
const CONNECT: Duration = Duration::from_secs(3);
/// Time for TLS, and again for the proof.
const EXCHANGE: Duration = Duration::from_secs(4);
/// Largest answer that is read, octets.
const LARGEST: usize = 1_024;
/// The port that is plain HTTP.
const HTTP: u16 = 80;

/// What one port needs to be tried.
#[derive(Clone)]
struct Target {
    peer: SocketAddr,
    host: Arc<str>,
    ssid: u16,
    key: PortKey,
    connector: TlsConnector,
}

impl Target {
    fn new(session: &Session, peer: SocketAddr) -> Result<Self, Failure> {
        let config = tls::pinned_client(session.join_url().certificate.0)?;
        Ok(Self {
            peer,
            host: session.join_url().host.as_str().into(),
            ssid: session.ssid(),
            key: session.key().port(Transport::Tcp, peer.port()),
            connector: TlsConnector::from(Arc::new(config)),
        })
    }
}

/// Tries the ports of a chunk over one family.
pub(super) async fn run(
    session: &Session,
    peer: SocketAddr,
    targets: &[u16],
    controls: &[u16],
    options: &Options,
) -> ChunkSeen {
    let target = |port: u16| Target::new(session, SocketAddr::new(peer.ip(), port));
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for port in targets.iter().chain(controls) {
        let (port, target) = (*port, target(*port));
        let (places, deadline) = (places.clone(), options.deadline);
        tasks.spawn(async move {
            let _place = places.acquire().await;
            if deadline.passed() {
                return (port, Seen::NotTried(Failure::new(FailureCode::Cancelled)));
            }
            let seen = match target {
                Ok(target) => tried(&target).await,
                Err(failure) => Seen::NotTried(failure),
            };
            (port, seen)
        });
    }
    let mut all = BTreeMap::new();
    while let Some(result) = tasks.join_next().await {
        if let Ok((port, seen)) = result {
            all.insert(port, seen);
        }
    }
    let good: Vec<u16> = all
        .iter()
        .filter(|(_, s)| **s == Seen::Proved)
        .map(|(p, _)| *p)
        .collect();
    let silent = all.values().any(|s| matches!(s, Seen::Silent(_)));
    let mut proved: Vec<Control> = Vec::new();
    if good.is_empty() && all.values().any(is_doubtful) {
        proved = otherwise(session, peer.ip(), Transport::Tcp, options).await;
    } else if silent {
        // Silence takes its time to show: the controls must answer after it too.
        let ends = [good.first().copied(), good.last().copied()];
        for port in ends.into_iter().flatten() {
            if !proved.contains(&(Transport::Tcp, port))
                && proves(session, SocketAddr::new(peer.ip(), port)).await
            {
                proved.push((Transport::Tcp, port));
            }
        }
    } else {
        proved.extend(good.into_iter().map(|port| (Transport::Tcp, port)));
    }
    all.retain(|port, _| targets.contains(port));
    ChunkSeen {
        ports: all,
        controls: proved,
    }
}

/// Whether something else must answer before this means anything.
fn is_doubtful(seen: &Seen) -> bool {
    matches!(seen, Seen::Silent(_) | Seen::Rejected(_))
}

/// Whether the reflector proves itself on this port within two tries.
pub(super) async fn proves(session: &Session, peer: SocketAddr) -> bool {
    let Ok(target) = Target::new(session, peer) else {
        return false;
    };
    once(&target).await == Seen::Proved || once(&target).await == Seen::Proved
}

/// Tries a port until it is proved, or fails twice the same way, or is silent often enough.
async fn tried(target: &Target) -> Seen {
    let mut silent = 0;
    let mut before: Option<FailureCode> = None;
    loop {
        let seen = once(target).await;
        let code = match &seen {
            Seen::Proved | Seen::NotTried(_) => return seen,
            Seen::Silent(_) => {
                silent += 1;
                if silent >= LEAST_TRIES {
                    return Seen::Silent(silent);
                }
                continue;
            }
            Seen::Rejected(failure) | Seen::Unproved(failure) => failure.code,
        };
        // Another certificate is no accident; anything else has to happen twice.
        if code == FailureCode::CertificateNotPinned || before.replace(code) == Some(code) {
            return seen;
        }
        tokio::time::sleep(before_again(code)).await;
    }
}

/// Time until a port that failed this way is tried again. A way that is missing may be one that is still being looked
/// for, such as a neighbour or a radio link in its gap.
fn before_again(code: FailureCode) -> Duration {
    match code {
        FailureCode::HostUnreachable | FailureCode::NetworkUnreachable => {
            Duration::from_millis(1_200)
        }
        _ => Duration::from_millis(150),
    }
}

async fn once(target: &Target) -> Seen {
    let stream = match socket::connect(target.peer, CONNECT).await {
        Ok(stream) => stream,
        Err(failure) => {
            return match failure.code {
                FailureCode::TimedOut => Seen::Silent(1),
                FailureCode::LocalSocket | FailureCode::NoLocalAddress => Seen::NotTried(failure),
                _ => Seen::Rejected(failure),
            };
        }
    };
    let nonce: [u8; 16] = rand::random();
    let proof = Proof::new(target.ssid, nonce, &target.key);
    let result = if target.peer.port() == HTTP {
        within(EXCHANGE, "proof", ask(stream, target, &proof)).await
    } else {
        match secure(target, stream).await {
            Ok(stream) => within(EXCHANGE, "proof", ask(stream, target, &proof)).await,
            Err(failure) => Err(failure),
        }
    };
    match result {
        Ok(()) => Seen::Proved,
        Err(failure) => Seen::Unproved(failure),
    }
}

async fn secure(
    target: &Target,
    stream: tokio::net::TcpStream,
) -> Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>, Failure> {
    let name = ServerName::try_from(target.host.to_string())
        .map_err(|e| Failure::because(FailureCode::Other, e.to_string()))?;
    within(EXCHANGE, "TLS handshake", async {
        target
            .connector
            .connect(name, stream)
            .await
            .map_err(|e| failure_of(&e))
    })
    .await
}

/// Asks for the proof over this stream; an error unless it is right.
async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    target: &Target,
    proof: &Proof,
) -> Result<(), Failure> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| http_failure(&e))?;
    let request = Request::get(proof.to_path())
        .header("host", target.host.as_ref())
        .body(Empty::<Bytes>::new())
        .map_err(|e| Failure::because(FailureCode::Other, e.to_string()))?;
    let exchange = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|e| http_failure(&e))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LARGEST)
            .collect()
            .await
            .map_err(|e| {
                Failure::because(
                    FailureCode::NotOurReflector,
                    format!("the answer is not a proof: {e}"),
                )
            })?;
        if !proof.is_answer(&target.key, &body.to_bytes()) {
            return Err(Failure::because(
                FailureCode::NotOurReflector,
                format!("HTTP status {status} without the proof: something else answered"),
            ));
        }
        Ok(())
    };
    tokio::pin!(exchange);
    tokio::select! {
        result = &mut exchange => result,
        // The connection ends when the other side closes it; the answer may have come just before.
        _ = connection => exchange.await,
    }
}

fn http_failure(e: &hyper::Error) -> Failure {
    if let Some(io) = find_cause::<std::io::Error>(e) {
        return failure_of(io);
    }
    let code = if e.is_incomplete_message() || e.is_closed() || e.is_canceled() {
        FailureCode::Closed
    } else {
        FailureCode::NotOurReflector
    };
    Failure::because(code, e.to_string())
}
