//! HTTPS to the control port, with the pinned certificate and through the system's proxy.

use std::net::IpAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Limits;
use crate::model::network::{Failure, FailureCode};
use crate::net::errno::{code_of, find_cause};
use crate::net::tls;
use crate::wire::control::{ErrorCode, ErrorReply, FILL, MAX_REPLY};
use crate::wire::join::JoinUrl;

#[derive(Clone)]
pub(super) struct Http {
    client: Client,
    base: String,
    proxy: Option<String>,
}

impl Http {
    pub(super) fn new(
        url: &JoinUrl,
        limits: &Limits,
        through_proxy: bool,
    ) -> Result<Self, Failure> {
        let base = format!("https://{}", url.address());
        let proxy = through_proxy.then(|| proxy_for(url, &base)).flatten();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls::pinned_client(url.certificate.0)?)
            .http1_only()
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("meetready/", env!("CARGO_PKG_VERSION")));
        if proxy.is_none() {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|e| Failure::because(FailureCode::Other, e.to_string()))?;
        Ok(Self {
            client,
            base,
            proxy,
        })
    }

    pub(super) fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: Option<&str>,
    ) -> Result<T, Failure> {
        let mut request = self.request(Method::GET, path);
        request = match bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request.header(FILL.0, FILL.1),
        };
        self.send(request).await
    }

    pub(super) async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: &str,
        body: Option<&B>,
    ) -> Result<T, Failure> {
        let mut request = self.request(Method::POST, path).bearer_auth(bearer);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    pub(super) async fn delete<T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: &str,
    ) -> Result<T, Failure> {
        self.send(self.request(Method::DELETE, path).bearer_auth(bearer))
            .await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let fail = |e: &reqwest::Error| failure_of(e, self.proxy.is_some());
        let mut response = request.send().await.map_err(|e| fail(&e))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| fail(&e))? {
            if body.len() + chunk.len() > MAX_REPLY {
                return Err(Failure::because(
                    FailureCode::BadReply,
                    format!("the reflector's answer is longer than {MAX_REPLY} octets"),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|e| {
                Failure::because(
                    FailureCode::BadReply,
                    format!("not an answer of a reflector: {e}"),
                )
            });
        }
        Err(match serde_json::from_slice::<ErrorReply>(&body) {
            Ok(e) => refused(
                match e.code {
                    ErrorCode::AccessDenied => FailureCode::AccessDenied,
                    ErrorCode::Busy => FailureCode::Busy,
                    ErrorCode::Stopping => FailureCode::Closed,
                    ErrorCode::Version
                    | ErrorCode::TooLarge
                    | ErrorCode::BadRequest
                    | ErrorCode::NotFound
                    | ErrorCode::Internal => FailureCode::BadReply,
                },
                &e,
            ),
            Err(_) => Failure::because(FailureCode::BadReply, format!("HTTP status {status}")),
        })
    }
}

fn refused(code: FailureCode, e: &ErrorReply) -> Failure {
    let detail: String = e.detail.chars().take(400).collect();
    match e.code {
        ErrorCode::Stopping => Failure::because(code, "the reflector is being stopped"),
        _ if detail.is_empty() => Failure::new(code),
        _ => Failure::because(code, detail),
    }
}

/// The proxy that the environment or the system names for this URL; none for this machine itself.
fn proxy_for(url: &JoinUrl, base: &str) -> Option<String> {
    let local =
        url.host == "localhost" || url.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if local {
        return None;
    }
    let matcher = Matcher::from_system();
    let hit = matcher.intercept(&base.parse().ok()?)?;
    let uri = hit.uri();
    // Not the whole URI: it may hold a password.
    let port = uri.port_u16().map(|p| format!(":{p}")).unwrap_or_default();
    Some(format!(
        "{}://{}{port}",
        uri.scheme_str().unwrap_or("http"),
        uri.host()?
    ))
}

fn failure_of(error: &reqwest::Error, proxied: bool) -> Failure {
    if let Some(tls) = find_cause::<rustls::Error>(error) {
        return tls::failure_of(tls);
    }
    let mut detail = String::new();
    let mut cause = std::error::Error::source(error);
    while let Some(e) = cause {
        detail = e.to_string();
        cause = e.source();
    }
    let lower = detail.to_ascii_lowercase();
    let code = if error.is_timeout() {
        FailureCode::TimedOut
    } else if proxied && (lower.contains("authorization required") || lower.contains("407")) {
        FailureCode::ProxyAuthenticationRequired
    } else if proxied && error.is_connect() {
        FailureCode::ProxyFailed
    } else if lower.contains("dns error") || error_text_has(error, "dns error") {
        FailureCode::DnsNoSuchName
    } else if let Some(io) = find_cause::<std::io::Error>(error) {
        code_of(io)
    } else if find_cause::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message) {
        FailureCode::Closed
    } else if find_cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        FailureCode::BadReply
    } else {
        FailureCode::Other
    };
    let detail = if detail.is_empty() {
        error.to_string()
    } else {
        detail
    };
    Failure::because(code, detail)
}

fn error_text_has(error: &reqwest::Error, text: &str) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(e) = cause {
        if e.to_string().contains(text) {
            return true;
        }
        cause = e.source();
    }
    false
}
