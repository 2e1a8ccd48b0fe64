//! ndt7 (spec/ndt7-protocol.md of M-Lab's ndt-server): ten seconds of TCP in each direction over a WebSocket, against a
//! server that the user names, or one of Measurement Lab's. Only ever on request.

mod dial;
mod locate;

use std::str::FromStr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use rand::RngCore;
use serde::Deserialize;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::{SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};

pub use locate::{LOCATE, locate};

use self::dial::Stream;
use super::Surroundings;
use crate::model::network::{Direction, Failure, FailureCode};
use crate::model::public::{SpeedReading, TcpThroughput};
use crate::model::{Bps, Millis, Percent};
use crate::net;

/// How long one direction sends (protocol section "Protocol description").
pub const SENDS: Duration = Duration::from_secs(10);
/// When a receiver may give up on a sender that goes on.
const LONGEST: Duration = Duration::from_secs(15);
/// One direction with its goodbye.
pub const LONGEST_TEST: Duration = Duration::from_secs(22);
/// Servers of Measurement Lab that are tried: any of them may have no room for a test.
pub const SERVERS_TRIED: usize = 3;
/// Nothing heard for so long: the test is over.
const SILENCE: Duration = Duration::from_secs(5);
/// What a direction transfers at most, bytes of the application: a plan must be able to say so. Lines above 200 Mbps are
/// done before the ten seconds are.
pub const MOST_BYTES: u64 = 250_000_000;
/// Largest message that is read (the protocol asks for at least 128 KiB; its servers send up to 16 MiB).
const LARGEST_MESSAGE: usize = 1 << 24;
/// Size of the messages that are sent: small at first, so that a slow line still has several.
const SMALL: usize = 8 << 10;
const LARGE: usize = 64 << 10;
/// Bytes sent in small messages.
const SMALL_UNTIL: u64 = 512 << 10;
/// A test shorter than this says nothing of a rate: TCP is still in its slow start.
const LEAST: Duration = Duration::from_secs(1);
/// Unless it moved so much: then the slow start is a small part.
const LEAST_BYTES: u64 = 50_000_000;
/// The subprotocol of version 7.
const PROTOCOL: HeaderValue = HeaderValue::from_static("net.measurementlab.ndt.v7");
/// Who asks, as the protocol wants to be told.
const AGENT: &str = concat!("meetready/", env!("CARGO_PKG_VERSION"));

/// A server, and the paths of its two tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Host name or address, an IPv6 address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS (`wss`), or plain (`ws`), as on a LAN.
    pub secure: bool,
    download: String,
    upload: String,
}

impl Server {
    /// Host and port as they are shown.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    fn path(&self, direction: Direction) -> &str {
        match direction {
            Direction::Down => &self.download,
            Direction::Up => &self.upload,
        }
    }
}

/// What is wrong with the name of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "write the server as HOST, HOST:PORT, wss://HOST:PORT or, without TLS, ws://HOST:PORT; an IPv6 address stands in brackets"
)]
pub struct ServerError;

impl FromStr for Server {
    type Err = ServerError;
    fn from_str(text: &str) -> Result<Self, ServerError> {
        let text = text.trim();
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            format!("wss://{text}")
        };
        let mut server = from_url(&url).ok_or(ServerError)?;
        if !matches!(server.download.as_str(), "" | "/") {
            return Err(ServerError);
        }
        server.download = with_client("/ndt/v7/download");
        server.upload = with_client("/ndt/v7/upload");
        Ok(server)
    }
}

/// A server of a whole URL; its path and query stand as the path of the download.
fn from_url(url: &str) -> Option<Server> {
    let uri: hyper::Uri = url.parse().ok()?;
    let secure = match uri.scheme_str()? {
        "wss" | "https" => true,
        "ws" | "http" => false,
        _ => return None,
    };
    let authority = uri.authority()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let host = authority.host().trim_matches(['[', ']']).to_owned();
    let port = match authority.as_str().strip_prefix(authority.host()) {
        Some("") => {
            if secure {
                443
            } else {
                80
            }
        }
        _ => authority.port_u16().filter(|p| *p > 0)?,
    };
    Some(Server {
        download: uri.path_and_query().map(ToString::to_string)?,
        upload: String::new(),
        host,
        port,
        secure,
    })
    .filter(|s| !s.host.is_empty())
}

/// A path with what the protocol wants to know of a client.
fn with_client(path: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!(
        "{path}{mark}client_name=meetready&client_version={}",
        env!("CARGO_PKG_VERSION")
    )
}

/// Both directions, one after the other, into the reading. Says whether the server took the test at all.
pub async fn measure(around: &Surroundings, server: &Server, reading: &mut SpeedReading) -> bool {
    let down = one_way(around, server, Direction::Down, reading).await;
    // A server that cannot be reached, or does not take the test, will not take the other either.
    let taken = down.bytes > 0;
    reading.down = Some(down);
    if taken {
        reading.up = Some(one_way(around, server, Direction::Up, reading).await);
    }
    taken
}

async fn one_way(
    around: &Surroundings,
    server: &Server,
    direction: Direction,
    reading: &mut SpeedReading,
) -> TcpThroughput {
    let failed = |failure| TcpThroughput {
        failure: Some(failure),
        ..TcpThroughput::default()
    };
    let dialled = match dial::dial(around, &server.host, server.port, server.secure).await {
        Ok(dialled) => dialled,
        Err(failure) => return failed(failure),
    };
    reading.address = Some(dialled.address);
    reading.proxy = dialled.proxy;
    let opened = open(dialled.stream, server, direction);
    let socket = match tokio::time::timeout(around.limits.request, opened).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(failure)) => return failed(failure),
        Err(_) => return failed(Failure::new(FailureCode::TimedOut)),
    };
    match direction {
        Direction::Down => receive(socket).await,
        Direction::Up => send(socket).await,
    }
}

type Socket = WebSocketStream<Stream>;

async fn open(stream: Stream, server: &Server, direction: Direction) -> Result<Socket, Failure> {
    let url = format!("ws://{}{}", server.address(), server.path(direction));
    let mut request = url.into_client_request().map_err(|e| failure_of(&e))?;
    let headers = request.headers_mut();
    headers.insert(SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    let (socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config))
        .await
        .map_err(|e| failure_of(&e))?;
    Ok(socket)
}

fn failure_of(error: &WsError) -> Failure {
    match error {
        WsError::Io(e) => net::failure_of(e),
        WsError::Http(reply) => Failure::because(
            FailureCode::BadReply,
            match reply.status().as_u16() {
                429 => "HTTP 429: too many tests from here; try again later".to_owned(),
                status => format!("HTTP {status} in place of a WebSocket"),
            },
        ),
        WsError::ConnectionClosed
        | WsError::AlreadyClosed
        | WsError::Protocol(
            ProtocolError::ResetWithoutClosingHandshake | ProtocolError::HandshakeIncomplete,
        ) => Failure::new(FailureCode::Closed),
        other => Failure::because(FailureCode::BadReply, other.to_string()),
    }
}

/// What the server says of itself; unknown parts are left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    #[serde(rename = "TCPInfo")]
    tcp: Option<TcpInfo>,
    #[serde(rename = "AppInfo")]
    app: Option<AppInfo>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct AppInfo {
    /// Microseconds.
    elapsed_time: i64,
    num_bytes: i64,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct TcpInfo {
    /// Microseconds.
    #[serde(rename = "MinRTT")]
    least_rtt: i64,
    /// Microseconds.
    #[serde(rename = "RTT")]
    rtt: i64,
    #[serde(rename = "BytesRetrans")]
    again: i64,
    #[serde(rename = "BytesSent")]
    sent: i64,
    #[serde(rename = "BytesReceived")]
    received: i64,
    /// Microseconds.
    #[serde(rename = "ElapsedTime")]
    elapsed: i64,
}

/// What the server told last.
#[derive(Debug, Default)]
struct Heard {
    tcp: Option<TcpInfo>,
    app: Option<AppInfo>,
}

impl Heard {
    /// Takes in a text message. What is no measurement is left out: other kinds of text are permitted.
    fn hear(&mut self, text: &str) {
        let told: Told = serde_json::from_str(text).unwrap_or_default();
        self.tcp = told.tcp.or(self.tcp);
        self.app = told.app.or(self.app);
    }

    fn fill(&self, into: &mut TcpThroughput) {
        let Some(tcp) = &self.tcp else { return };
        let micros = |us: i64| {
            let us = u64::try_from(us).ok().filter(|us| *us > 0)?;
            Some(Millis::from_duration(Duration::from_micros(us)))
        };
        into.least_round_trip = micros(tcp.least_rtt);
        into.round_trip = micros(tcp.rtt);
    }

    /// Share of what the server sent that it sent again.
    fn retransmitted(&self) -> Option<Percent> {
        let tcp = self.tcp?;
        let (again, sent) = (as_figure(tcp.again)?, as_figure(tcp.sent)?);
        (sent > 0.0 && again <= sent).then(|| Percent(again / sent * 100.0))
    }

    /// Bytes that the server received, and in what time.
    fn received(&self) -> Option<(u64, Duration)> {
        let tcp = self.tcp.map(|t| (t.received, t.elapsed));
        let app = self.app.map(|a| (a.num_bytes, a.elapsed_time));
        [tcp, app].into_iter().flatten().find_map(|(bytes, us)| {
            let bytes = u64::try_from(bytes).ok().filter(|b| *b > 0)?;
            let us = u64::try_from(us).ok().filter(|us| *us > 0)?;
            Some((bytes, Duration::from_micros(us)))
        })
    }
}

/// A count as a figure to divide; none for what no count can be.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share of two counts needs no more than 52 bits"
)]
fn as_figure(count: i64) -> Option<f64> {
    (count >= 0).then_some(count as f64)
}

/// Sets rate, bytes and time, where the time is long enough to tell.
fn timed(into: &mut TcpThroughput, bytes: u64, lasted: Duration) {
    into.bytes = bytes;
    into.lasted = Millis::from_duration(lasted);
    let enough = lasted >= LEAST || bytes >= LEAST_BYTES;
    if enough && bytes > 0 {
        let bits = u128::from(bytes) * 8 * 1_000_000;
        into.rate = bits
            .checked_div(lasted.as_micros())
            .and_then(|rate| u64::try_from(rate).ok())
            .map(Bps);
    } else if into.failure.is_none() {
        into.failure = Some(Failure::because(
            FailureCode::Closed,
            "the server ended the test within a second",
        ));
    }
}

async fn receive(mut socket: Socket) -> TcpThroughput {
    let began = Instant::now();
    let mut out = TcpThroughput::default();
    let mut told = Heard::default();
    let (mut bytes, mut last) = (0_u64, began);
    while began.elapsed() < LONGEST && bytes < MOST_BYTES {
        let message = match tokio::time::timeout(SILENCE, socket.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(None) => break,
            Ok(Some(Err(e))) => {
                out.failure = Some(failure_of(&e));
                break;
            }
            Err(_) => {
                out.failure = Some(Failure::because(
                    FailureCode::TimedOut,
                    "the server fell silent",
                ));
                break;
            }
        };
        match message {
            Message::Binary(data) => {
                bytes = bytes.saturating_add(data.len() as u64);
                last = Instant::now();
            }
            Message::Text(text) => {
                bytes = bytes.saturating_add(text.len() as u64);
                last = Instant::now();
                told.hear(&text);
            }
            Message::Close(_) => break,
            _ => {}
        }
    }
    timed(&mut out, bytes, last.duration_since(began));
    told.fill(&mut out);
    out.retransmitted = told.retransmitted();
    goodbye(socket).await;
    out
}

async fn send(socket: Socket) -> TcpThroughput {
    let mut payload = vec![0; LARGE];
    rand::rng().fill_bytes(&mut payload);
    let payload = Bytes::from(payload);
    let (mut out, mut told) = (TcpThroughput::default(), Heard::default());
    let (mut sink, mut stream) = socket.split();
    let began = Instant::now();
    let failure = {
        let sending = async {
            let mut sent = 0_u64;
            while began.elapsed() < SENDS && sent < MOST_BYTES {
                let size = if sent < SMALL_UNTIL { SMALL } else { LARGE };
                sink.send(Message::Binary(payload.slice(..size))).await?;
                sent += size as u64;
            }
            Ok::<(), WsError>(())
        };
        let mut sending = std::pin::pin!(sending);
        loop {
            tokio::select! {
                done = &mut sending => break done.err().map(|e| failure_of(&e)),
                () = tokio::time::sleep_until((began + LONGEST).into()) => break Some(
                    Failure::because(FailureCode::TimedOut, "the server took no more"),
                ),
                message = stream.next() => match message {
                    Some(Ok(Message::Text(text))) => told.hear(&text),
                    Some(Ok(Message::Binary(_))) => break Some(Failure::because(
                        FailureCode::BadReply,
                        "the server sent data during the upload",
                    )),
                    Some(Ok(Message::Close(_))) | None => break None,
                    Some(Ok(_)) => {}
                    Some(Err(e)) => break Some(failure_of(&e)),
                },
            }
        }
    };
    out.failure = failure;
    if let Ok(mut socket) = sink.reunite(stream) {
        // What is still under way arrives, and the server's last figures come.
        let _ = tokio::time::timeout(SILENCE, async {
            let _ = socket.send(Message::Close(None)).await;
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    told.hear(&text);
                }
            }
        })
        .await;
    }
    match told.received() {
        Some((bytes, lasted)) => timed(&mut out, bytes, lasted),
        None if out.failure.is_none() => {
            // What was written may still stand in a buffer of this PC: only the receiver knows what arrived.
            out.failure = Some(Failure::because(
                FailureCode::BadReply,
                "the server did not say what arrived",
            ));
        }
        None => {}
    }
    told.fill(&mut out);
    out
}

/// Says goodbye and lets the server close first, as the protocol asks.
async fn goodbye(mut socket: Socket) {
    let _ = tokio::time::timeout(Duration::from_secs(1), async {
        let _ = socket.send(Message::Close(None)).await;
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_in_all_usual_ways() {
        let named = |text: &str| {
            let s: Server = text.parse().unwrap();
            (s.address(), s.secure)
        };
        assert_eq!(named("ndt.example"), ("ndt.example:443".into(), true));
        assert_eq!(named("ndt.example:4443"), ("ndt.example:4443".into(), true));
        assert_eq!(named("ws://192.0.2.7"), ("192.0.2.7:80".into(), false));
        assert_eq!(
            named("wss://[2001:db8::7]:8443/"),
            ("[2001:db8::7]:8443".into(), true)
        );
        for wrong in [
            "",
            "ftp://h",
            "h:0",
            "h:x",
            "h:99999",
            "wss://",
            "ws://u:p@h",
            "h/path",
            "a b",
        ] {
            assert_eq!(wrong.parse::<Server>(), Err(ServerError), "{wrong}");
        }
    }

    #[test]
    fn what_a_server_tells_is_taken_as_far_as_it_can_be() {
        let mut told = Heard::default();
        told.hear("nonsense");
        told.hear(r#"{"TCPInfo":{"MinRTT":20000,"RTT":45000,"BytesSent":1000,"BytesRetrans":20,"BytesReceived":0,"ElapsedTime":1}}"#);
        let mut out = TcpThroughput::default();
        told.fill(&mut out);
        assert_eq!(out.least_round_trip, Some(Millis(20.0)));
        assert_eq!(told.retransmitted(), Some(Percent(2.0)));
        assert_eq!(told.received(), None);
        told.hear(r#"{"AppInfo":{"ElapsedTime":2000000,"NumBytes":500000}}"#);
        assert_eq!(told.received(), Some((500_000, Duration::from_secs(2))));
        told.hear(r#"{"TCPInfo":{"MinRTT":-5,"RTT":0,"BytesSent":0,"BytesRetrans":-1}}"#);
        let mut out = TcpThroughput::default();
        told.fill(&mut out);
        assert_eq!((out.least_round_trip, out.round_trip), (None, None));
        assert_eq!(told.retransmitted(), None);
    }

    #[test]
    fn a_short_test_has_no_rate() {
        let mut out = TcpThroughput::default();
        timed(&mut out, 1_000_000, Duration::from_millis(400));
        assert!(out.rate.is_none() && out.failure.is_some());
        let mut out = TcpThroughput::default();
        timed(&mut out, 1_000_000, Duration::from_secs(2));
        assert_eq!(out.rate, Some(Bps(4_000_000)));
    }
}
