//! `/metrics`: the counters in plain HTTP, on an address of its own.
//!
//! Apart from the control port, because a monitoring system holds no join URL, and because who uses a reflector is
//! nobody's business but its owner's. So it is off unless an address is given, and a port alone means loopback.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Shared;

/// Connections at once; a monitoring system needs one.
const AT_ONCE: usize = 8;
/// Time for a request and its answer.
const LIMIT: Duration = Duration::from_secs(5);

/// Serves until its task is aborted.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            continue;
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let reply = answer(&shared, &request);
                async { Ok::<_, Infallible>(reply) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(LIMIT)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            // Errors here are the reader's: cut off, too slow, or not HTTP.
            let _ = timeout(LIMIT, connection).await;
            drop(place);
        });
    }
}

fn answer(shared: &Shared, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let known = request.uri().path() == "/metrics";
    let (status, text) = match *request.method() {
        Method::GET if known => (StatusCode::OK, shared.metrics()),
        _ if known => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
        _ => (StatusCode::NOT_FOUND, String::new()),
    };
    let mut reply = Response::new(Full::new(Bytes::from(text)));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    reply
}
