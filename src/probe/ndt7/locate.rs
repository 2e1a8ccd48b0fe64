//! Measurement Lab's Locate service, version 2 (USAGE.md of m-lab/locate): which of its servers are near.

use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONNECTION, HOST, LOCATION, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;

use super::dial::{Stream, dial};
use super::{AGENT, Server, from_url, with_client};
use crate::model::network::{Failure, FailureCode};
use crate::probe::Surroundings;

/// Where it stands.
pub const LOCATE: &str = "https://locate.measurementlab.net/v2/nearest/ndt/ndt7";

/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// Longest reply that is read, bytes; usual ones have six thousand.
const LONGEST_REPLY: usize = 64 << 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reply {
    results: Vec<Found>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Found {
    urls: Urls,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Urls {
    #[serde(rename = "wss:///ndt/v7/download")]
    download: String,
    #[serde(rename = "wss:///ndt/v7/upload")]
    upload: String,
    /// Without TLS, as a Locate service of one's own may answer.
    #[serde(rename = "ws:///ndt/v7/download")]
    plain_download: String,
    #[serde(rename = "ws:///ndt/v7/upload")]
    plain_upload: String,
}

/// The servers that it names for this PC, best first.
///
/// # Errors
/// Whatever stopped the question; HTTP 429 says when to ask again.
pub async fn locate(around: &Surroundings, url: &str) -> Result<Vec<Server>, Failure> {
    let mut next = url.to_owned();
    for _ in 0..=REDIRECTS {
        let place = from_url(&next).ok_or_else(|| bad("not a URL"))?;
        let dialled = dial(around, &place.host, place.port, place.secure).await?;
        let asked = ask(dialled.stream, &place);
        let limit = around.limits.request + Duration::from_secs(2);
        let (head, body) = tokio::time::timeout(limit, asked)
            .await
            .map_err(|_| Failure::new(FailureCode::TimedOut))??;
        if head.status().is_redirection() {
            let to = head.headers().get(LOCATION).and_then(|v| v.to_str().ok());
            let to = to.ok_or_else(|| bad("a redirect to nowhere"))?;
            // Never from TLS to plain text.
            if place.secure && !to.starts_with("https://") {
                return Err(bad("a redirect away from TLS"));
            }
            to.clone_into(&mut next);
            continue;
        }
        return servers(&head, &body);
    }
    Err(bad("too many redirects"))
}

fn bad(detail: &str) -> Failure {
    Failure::because(FailureCode::BadReply, format!("Locate service: {detail}"))
}

type Answer = (Response<()>, Bytes);

async fn ask(stream: Stream, place: &Server) -> Result<Answer, Failure> {
    let wrong = |e: &dyn std::error::Error| bad(&e.to_string());
    let request = Request::builder()
        .method(Method::GET)
        .uri(with_client(&place.download))
        .header(HOST, place.address())
        .header(USER_AGENT, AGENT)
        .header(ACCEPT, "application/json")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|e| wrong(&e))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| wrong(&e))?;
    let connection = tokio::spawn(connection);
    let reply = sender.send_request(request).await.map_err(|e| wrong(&e));
    let read = async {
        let (head, body) = reply?.into_parts();
        let body = Limited::new(body, LONGEST_REPLY).collect().await;
        let body = body.map_err(|e| bad(&e.to_string()))?.to_bytes();
        Ok((Response::from_parts(head, ()), body))
    }
    .await;
    connection.abort();
    read
}

fn servers(head: &Response<()>, body: &[u8]) -> Result<Vec<Server>, Failure> {
    match head.status() {
        StatusCode::OK => {}
        StatusCode::TOO_MANY_REQUESTS => {
            let after = head.headers().get(RETRY_AFTER);
            let after = after
                .and_then(|v| v.to_str().ok())
                .filter(|s| s.len() <= 40 && s.chars().all(|c| c.is_ascii_graphic() || c == ' '));
            let after = after.map_or_else(
                || "later".to_owned(),
                |after| match after.parse::<u32>() {
                    Ok(seconds) => format!("in {seconds} s"),
                    Err(_) => format!("after {after}"),
                },
            );
            return Err(bad(&format!(
                "HTTP 429, too many requests from this network; ask again {after}"
            )));
        }
        status => return Err(bad(&format!("HTTP {}", status.as_u16()))),
    }
    let reply: Reply = serde_json::from_slice(body).map_err(|e| bad(&e.to_string()))?;
    let servers: Vec<Server> = reply.results.iter().filter_map(server).collect();
    if servers.is_empty() {
        return Err(bad("no server is free at the moment"));
    }
    Ok(servers)
}

fn server(found: &Found) -> Option<Server> {
    let of = |download: &str, upload: &str| {
        let mut server = from_url(download)?;
        let upload = from_url(upload)?;
        if (&upload.host, upload.port) != (&server.host, server.port) {
            return None;
        }
        server.download = with_client(&server.download);
        server.upload = with_client(&upload.download);
        Some(server)
    };
    let Urls {
        download,
        upload,
        plain_download,
        plain_upload,
    } = &found.urls;
    of(download, upload).or_else(|| of(plain_download, plain_upload))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, after: Option<&str>) -> Response<()> {
        let mut reply = Response::builder().status(status);
        if let Some(after) = after {
            reply = reply.header(RETRY_AFTER, after);
        }
        reply.body(()).unwrap()
    }

    #[test]
    fn servers_come_with_their_tokens() {
        let body = br#"{"results":[{"machine":"m","urls":{
            "wss:///ndt/v7/download":"wss://a.example/ndt/v7/download?access_token=T",
            "wss:///ndt/v7/upload":"wss://a.example/ndt/v7/upload?access_token=T"}},
            {"machine":"x","urls":{}}]}"#;
        let found = servers(&reply(200, None), body).unwrap();
        let [server] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(server.address(), "a.example:443");
        assert!(
            server
                .upload
                .starts_with("/ndt/v7/upload?access_token=T&client_name=meetready&")
        );
    }

    #[test]
    fn refusals_say_what_to_do() {
        let why = |status, after, body: &[u8]| {
            let failure = servers(&reply(status, after), body).unwrap_err();
            failure.detail.unwrap_or_default()
        };
        assert!(why(429, Some("3600"), b"").contains("again in 3600 s"));
        assert!(why(429, None, b"").contains("again later"));
        assert!(why(200, None, b"{}").contains("no server is free"));
        assert!(why(200, None, b"<html>").contains("Locate service"));
        assert!(why(503, None, b"").contains("HTTP 503"));
    }
}
