//! TCP: the control port and leased ports. Both speak TLS with the reflector's certificate; a leased port also answers
//! plain HTTP, for the proof of port 80. A leased port answers proofs only.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::bounded::Bounded;
use super::connections::{Connection, Full};
use super::stats::Event;
use super::{Shared, api};

/// First octet of a TLS record with a handshake (RFC 8446 section 5.1).
const TLS_HANDSHAKE: u8 = 22;
/// So much longer than the ClientHello the reflector's part of the TLS handshake may be, octets: the certificate, its
/// signature and the key share. TCP has proved the way back by then.
const HANDSHAKE_GRACE: u64 = 1_024;
/// How long to wait after an error of `accept`: the first and the longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// What a listening socket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The control protocol.
    Control,
    /// Proofs of this port.
    Leased,
}

/// Who is at the other end of a connection.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) peer: SocketAddr,
    pub(crate) local: SocketAddr,
    pub(crate) place: Place,
    connection: Connection,
    free: Arc<AtomicBool>,
}

impl Caller {
    /// It has shown a key: it may be told more than it says, and keeps its place.
    pub(crate) fn known(&self) {
        self.free.store(true, Ordering::Relaxed);
        self.connection.known();
    }
}

/// Accepts connections until its task is aborted.
pub(crate) async fn accept(shared: Arc<Shared>, listener: TcpListener, place: Place) {
    let mut wait = BACK_OFF.0;
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(pair) => pair,
            Err(e) => {
                failed(&shared, &e);
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(BACK_OFF.1);
                continue;
            }
        };
        wait = BACK_OFF.0;
        shared.stats.count(Event::Accepted);
        let limits = &shared.limits;
        let admitted =
            shared
                .connections
                .admit(peer.ip(), limits.connections, limits.connections_per_source);
        let connection = match admitted {
            Ok((connection, displaced)) => {
                if displaced {
                    shared.stats.count(Event::Displaced);
                }
                connection
            }
            Err(full) => {
                shared.stats.count(match full {
                    Full::Source => Event::OverSourceLimit,
                    Full::All => Event::OverLimit,
                });
                shared.remarks.say(|| {
                    tracing::warn!(peer = %peer.ip(), ?full, "connection refused: no place");
                });
                continue;
            }
        };
        tokio::spawn(attend(shared.clone(), stream, peer, place, connection));
    }
}

/// Out of sockets, or a connection that was gone before it was accepted. Neither may stop the service.
fn failed(shared: &Shared, e: &io::Error) {
    shared.stats.count(Event::AcceptFailed);
    let gone = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::Interrupted,
    ];
    let made_room = !gone.contains(&e.kind()) && shared.connections.make_room();
    shared
        .remarks
        .say(|| tracing::warn!(error = %e, made_room, "cannot accept connections"));
}

async fn attend(
    shared: Arc<Shared>,
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    connection: Connection,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    let caller = Caller {
        peer,
        local,
        place,
        connection,
        free: Arc::default(),
    };
    let mut stopped = shared.stopped.subscribe();
    tokio::select! {
        // Ends with an error when the reflector is gone, which is as good.
        _ = stopped.wait_for(|s| *s) => {}
        () = caller.connection.cut() => {}
        () = serve(&shared, stream, &caller) => {}
    }
}

async fn serve(shared: &Arc<Shared>, stream: TcpStream, caller: &Caller) {
    // The exchanges are small; without this they still work.
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let limit = shared.limits.handshake;
    match timeout(limit, stream.peek(&mut first)).await {
        Ok(Ok(1)) => {}
        Ok(_) => return,
        Err(_) => return shared.stats.count(Event::TooSlow),
    }
    let bounded = |grace| (caller.free.clone(), grace);
    if first == [TLS_HANDSHAKE] {
        let (free, grace) = bounded(HANDSHAKE_GRACE);
        let raw = Bounded::new(stream, free, grace);
        match timeout(limit, shared.tls.accept(raw)).await {
            Ok(Ok(tls)) => http(shared, tls, caller).await,
            Ok(Err(e)) => {
                shared.stats.count(Event::TlsFailed);
                tracing::debug!(peer = %caller.peer, error = ?e.to_string(), "TLS failed");
            }
            Err(_) => shared.stats.count(Event::TooSlow),
        }
    } else if caller.place == Place::Leased {
        http(shared, stream, caller).await;
    }
}

async fn http(
    shared: &Arc<Shared>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    caller: &Caller,
) {
    let stream = Bounded::new(stream, caller.free.clone(), 0);
    let service = service_fn(|request| async move {
        Ok::<_, Infallible>(api::answer(shared, request, caller).await)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.request)
        .keep_alive(caller.place == Place::Control)
        .max_headers(64)
        .max_buf_size(16 * 1024)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    // Errors here are the peer's: cut off, too slow, or not HTTP.
    let mut connection = pin!(connection);
    let slow = tokio::time::sleep(shared.limits.handshake * 2);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = slow => {}
    }
    if caller.free.load(Ordering::Relaxed) {
        let _ = connection.await;
    } else {
        // Time enough for a first call with a key.
        shared.stats.count(Event::TooSlow);
    }
}

/// Says something at most once in a while: strangers must not be able to fill a log.
#[derive(Debug, Default)]
pub(crate) struct Remarks(std::sync::Mutex<Option<Instant>>);

impl Remarks {
    const EVERY: Duration = Duration::from_secs(10);

    pub(crate) fn say(&self, what: impl FnOnce()) {
        let now = Instant::now();
        let mut last = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.is_none_or(|l| now.saturating_duration_since(l) >= Self::EVERY) {
            *last = Some(now);
            drop(last);
            what();
        }
    }
}
