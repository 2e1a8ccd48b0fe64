//! TCP: the control port and leased ports. Both speak TLS with the reflector's certificate; a leased port also answers
//! plain HTTP, for the proof of port 80. A leased port answers proofs only.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{Shared, api};

/// First octet of a TLS record with a handshake (RFC 8446 section 5.1).
const TLS_HANDSHAKE: u8 = 22;

/// What a listening socket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The control protocol.
    Control,
    /// Proofs of this port.
    Leased,
}

/// Accepts connections until its task is aborted.
pub(crate) async fn accept(shared: Arc<Shared>, listener: TcpListener, place: Place) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of sockets, or a connection that was gone before it was accepted. Neither may stop the service.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let limits = &shared.limits;
        let Some(open) =
            shared
                .connections
                .take(peer.ip(), limits.connections, limits.connections_per_source)
        else {
            continue;
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            let mut stopped = shared.stopped.subscribe();
            tokio::select! {
                // Ends with an error when the reflector is gone, which is as good.
                _ = stopped.wait_for(|s| *s) => {}
                () = serve(&shared, stream, peer, place) => {}
            }
            drop(open);
        });
    }
}

async fn serve(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr, place: Place) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // The exchanges are small; without this they still work.
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    match timeout(shared.limits.handshake, stream.peek(&mut first)).await {
        Ok(Ok(1)) => {}
        _ => return,
    }
    if first == [TLS_HANDSHAKE] {
        if let Ok(Ok(tls)) = timeout(shared.limits.handshake, shared.tls.accept(stream)).await {
            http(shared, tls, peer, local, place).await;
        }
    } else if place == Place::Leased {
        http(shared, stream, peer, local, place).await;
    }
}

async fn http(
    shared: &Arc<Shared>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    local: SocketAddr,
    place: Place,
) {
    let service = service_fn(|request| async move {
        Ok::<_, Infallible>(
            api::answer(shared, request, peer, local, place == Place::Control).await,
        )
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.request)
        .keep_alive(place == Place::Control)
        .max_headers(64)
        .max_buf_size(16 * 1024)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    // Errors here are the peer's: cut off, too slow, or not HTTP.
    let _ = connection.await;
}
