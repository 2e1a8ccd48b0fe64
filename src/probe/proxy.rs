//! The HTTP proxy that this PC is set to use: which one stands before a URL, and the tunnel through it.
//!
//! Settings come from the usual environment variables, then from the system's own (Windows registry, macOS network
//! settings). Automatic configuration scripts (PAC) are not run.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderMap, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION};
use hyper::upgrade::Upgraded;
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::tcp::{self, Connected};
use super::{Ended, Surroundings, step};
use crate::model::network::{Failure, FailureCode, Family, Grade, Step};

/// Which proxy stands before which URL.
#[derive(Debug, Default)]
pub struct Proxies(Option<Matcher>);

impl Proxies {
    /// What the environment or the system says.
    pub fn of_this_machine() -> Self {
        Self(Some(Matcher::from_system()))
    }

    /// Always direct.
    pub fn none() -> Self {
        Self(None)
    }

    /// The same proxy before everything, such as `http://192.0.2.8:3128`.
    pub fn fixed(url: &str) -> Self {
        Self(Some(Matcher::builder().all(url.to_owned()).build()))
    }

    /// The proxy before `scheme://host:port`, if there is one.
    pub fn before(&self, scheme: &str, host: &str, port: u16) -> Option<Proxy> {
        let uri: Uri = format!("{scheme}://{host}:{port}/").parse().ok()?;
        let intercept = self.0.as_ref()?.intercept(&uri)?;
        let proxy = intercept.uri();
        let scheme = proxy.scheme_str().unwrap_or("http").to_owned();
        Some(Proxy {
            host: proxy.host()?.trim_matches(['[', ']']).to_owned(),
            port: proxy.port_u16().unwrap_or(default_port(&scheme)),
            authorization: intercept.basic_auth().cloned(),
            scheme,
        })
    }
}

fn default_port(scheme: &str) -> u16 {
    match scheme {
        "https" => 443,
        s if s.starts_with("socks") => 1080,
        _ => 80,
    }
}

/// One proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    scheme: String,
    host: String,
    port: u16,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Scheme, host and port; never the credentials.
    pub fn shown(&self) -> String {
        if self.host.contains(':') {
            format!("{}://[{}]:{}", self.scheme, self.host, self.port)
        } else {
            format!("{}://{}:{}", self.scheme, self.host, self.port)
        }
    }

    /// The credentials that the setting holds, as a header value.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        self.authorization.clone()
    }
}

/// Connects to the proxy itself, over whichever family it has.
pub(crate) async fn reach(
    around: &Surroundings,
    proxy: &Proxy,
    steps: &mut Vec<Step>,
) -> Result<Connected, Ended> {
    if proxy.scheme != "http" {
        return Err(Ended {
            failure: Failure::because(
                FailureCode::Other,
                format!("proxies of kind {} are not probed", proxy.scheme),
            ),
            grade: Grade::Silence,
        });
    }
    let addresses = if let Ok(address) = proxy.host.parse::<IpAddr>() {
        vec![address]
    } else {
        let began = Instant::now();
        let answers = around
            .resolver
            .resolve(&proxy.host, around.limits.resolve)
            .await;
        let mut all = answers.of(Family::Ipv4).addresses.clone();
        all.extend(&answers.of(Family::Ipv6).addresses);
        let failure = all
            .is_empty()
            .then(|| answers.of(Family::Ipv4).failure.clone())
            .flatten();
        steps.push(step("resolve", began, failure));
        all
    };
    tcp::connect(&addresses, proxy.port, around.limits.connect, steps)
        .await
        .map_err(|ended| Ended {
            failure: failed(format!(
                "the proxy could not be reached: {}",
                ended.failure.detail.as_deref().unwrap_or("no answer")
            )),
            grade: ended.grade,
        })
}

fn failed(detail: impl Into<String>) -> Failure {
    Failure::because(FailureCode::ProxyFailed, detail)
}

/// Asks the proxy for a tunnel to `host`:`port` (RFC 9110 section 9.3.6).
pub(crate) async fn tunnel(
    stream: TcpStream,
    proxy: &Proxy,
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<TokioIo<Upgraded>, Ended> {
    let silence = |failure| Ended {
        failure,
        grade: Grade::Silence,
    };
    match tokio::time::timeout(limit, ask(stream, proxy, host, port)).await {
        Ok(Ok(upgraded)) => Ok(TokioIo::new(upgraded)),
        Ok(Err(failure)) => Err(Ended {
            failure,
            grade: Grade::Reject,
        }),
        Err(_) => Err(silence(Failure::new(FailureCode::TimedOut))),
    }
}

async fn ask(stream: TcpStream, proxy: &Proxy, host: &str, port: u16) -> Result<Upgraded, Failure> {
    let authority = format!("{host}:{port}");
    let mut request = Request::builder()
        .method(Method::CONNECT)
        .uri(&authority)
        .header(HOST, &authority);
    if let Some(authorization) = proxy.authorization() {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|e| failed(e.to_string()))?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(super::http::REPLY_HEAD_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| failed(e.to_string()))?;
    tokio::spawn(connection.with_upgrades());
    let reply = sender
        .send_request(request)
        .await
        .map_err(|e| failed(e.to_string()))?;
    match refusal(reply.status(), reply.headers()) {
        Some(failure) => Err(failure),
        None => hyper::upgrade::on(reply)
            .await
            .map_err(|e| failed(e.to_string())),
    }
}

/// What a proxy's own refusal means; none when it agreed.
fn refusal(status: StatusCode, headers: &HeaderMap) -> Option<Failure> {
    if status.is_success() {
        return None;
    }
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Some(login_wanted(headers));
    }
    Some(failed(format!("HTTP {}", status.as_u16())))
}

/// A 407, with the schemes that the proxy offers (RFC 9110 section 11.7.1).
pub(crate) fn login_wanted(headers: &HeaderMap) -> Failure {
    let schemes: Vec<&str> = headers
        .get_all(PROXY_AUTHENTICATE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .filter_map(|v| v.split_whitespace().next())
        .take(5)
        .collect();
    Failure::because(
        FailureCode::ProxyAuthenticationRequired,
        format!("HTTP 407 {}", schemes.join(", ")),
    )
}
