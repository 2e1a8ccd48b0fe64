//! An ndt7 server (spec/ndt7-protocol.md of M-Lab's ndt-server), honest or not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::{Bytes, Message};

const PROTOCOL: &str = "net.measurementlab.ndt.v7";

/// How a server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Manner {
    /// As the protocol says.
    Honest,
    /// Opens the WebSocket and is never heard again.
    Silent,
    /// Ends the connection after a megabyte, without a word.
    Early,
    /// Sends text that is no measurement, and messages of every other kind, beside the data.
    Chatty,
    /// Answers with this HTTP status.
    Status(u16),
    /// Opens a WebSocket without the subprotocol.
    NoProtocol,
    /// Never says what arrived.
    Mute,
    /// Sends data while it should receive.
    Answers,
}

/// Serves; returns the address.
pub async fn serve(at: SocketAddr, manner: Manner) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(at).await?;
    let bound = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(one(stream, manner));
        }
    });
    Ok(bound)
}

#[expect(
    clippy::result_large_err,
    reason = "the library's callback returns a whole reply"
)]
async fn one(stream: TcpStream, manner: Manner) {
    let mut path = String::new();
    let opened =
        tokio_tungstenite::accept_hdr_async(stream, |asked: &Request, mut reply: Response| {
            asked.uri().path().clone_into(&mut path);
            let right = asked
                .headers()
                .get(SEC_WEBSOCKET_PROTOCOL)
                .is_some_and(|p| p == PROTOCOL);
            let status = match manner {
                Manner::Status(status) => Some(status),
                _ if !right => Some(400),
                _ => None,
            };
            if let Some(status) = status {
                let mut refused = Response::new(()).map(|()| None);
                *refused.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
                return Err(refused);
            }
            if manner != Manner::NoProtocol {
                let value = PROTOCOL.parse().expect("a header value");
                reply.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, value);
            }
            Ok(reply)
        });
    let Ok(socket) = opened.await else { return };
    match path.as_str() {
        _ if manner == Manner::Silent => tokio::time::sleep(Duration::from_secs(60)).await,
        "/ndt/v7/download" => download(socket, manner).await,
        "/ndt/v7/upload" => upload(socket, manner).await,
        _ => {}
    }
}

type Socket = WebSocketStream<TcpStream>;

fn told(test: &str, began: Instant, bytes: u64, sent: u64) -> Message {
    let us = began.elapsed().as_micros();
    Message::text(format!(
        r#"{{"Origin":"server","AppInfo":{{"ElapsedTime":{us},"NumBytes":{bytes}}},"TCPInfo":{{"MinRTT":21000,"RTT":43000,"BytesSent":{sent},"BytesRetrans":{},"BytesReceived":{bytes},"ElapsedTime":{us}}},"Test":"{test}","Unheard":[1,2]}}"#,
        sent / 50
    ))
}

async fn download(mut socket: Socket, manner: Manner) {
    let (began, data) = (Instant::now(), Bytes::from(vec![7; 8_192]));
    let (mut sent, mut next) = (0_u64, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(10) {
        if manner == Manner::Early && sent > 1_000_000 {
            return;
        }
        if socket.send(Message::Binary(data.clone())).await.is_err() {
            return;
        }
        sent += data.len() as u64;
        if began.elapsed() >= next {
            next = began.elapsed() + Duration::from_millis(250);
            let text = if manner == Manner::Chatty {
                Message::text("{\"TCPInfo\": \"unfit\"}")
            } else {
                told("download", began, sent, sent)
            };
            let _ = socket.send(text).await;
            if manner == Manner::Chatty {
                let _ = socket.send(Message::Ping(Bytes::new())).await;
            }
        }
    }
    let _ = socket.close(None).await;
    while let Some(Ok(_)) = socket.next().await {}
}

async fn upload(mut socket: Socket, manner: Manner) {
    let began = Instant::now();
    let (mut received, mut next) = (0_u64, Duration::from_millis(250));
    while let Some(Ok(message)) = socket.next().await {
        if message.is_close() {
            return;
        }
        received += message.len() as u64;
        if manner == Manner::Answers {
            let _ = socket
                .send(Message::Binary(Bytes::from_static(b"no")))
                .await;
        }
        if began.elapsed() >= next && manner != Manner::Mute {
            next = began.elapsed() + Duration::from_millis(250);
            let _ = socket.send(told("upload", began, received, 1)).await;
        }
    }
}
