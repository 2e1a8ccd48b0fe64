//! A plain HTTP request to a vendor name: does the vendor answer, or somebody on the way?
//!
//! Plain HTTP proves no identity. A redirect to HTTPS on the vendor's own names is what the vendor sends; a redirect
//! elsewhere, or status 511 (RFC 6585 section 6), is a captive portal. Any other reply is recorded as answered by
//! someone.

use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::{
    CONNECTION, HOST, HeaderMap, HeaderValue, LOCATION, PROXY_AUTHORIZATION, USER_AGENT,
};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::dns::{self, Answer};
use super::proxy::{self, Proxy};
use super::{Ended, Surroundings, Target, begin, step, tcp};
use crate::model::network::{Failure, FailureCode, Family, Grade, Observation, ProbeKind};
use crate::net;

/// Longest reply head that is read, in bytes (the least that the HTTP library allows).
pub(crate) const REPLY_HEAD_MAX: usize = 8_192;

/// TCP and `HEAD /` to `host`:`port` over one family, or through the proxy that this PC is set to use for it.
/// `vendor` are the names that count as the vendor's own, subdomains included.
pub async fn observe(
    around: &Surroundings,
    host: &str,
    port: u16,
    family: Family,
    answer: &Answer,
    vendor: &[&str],
) -> Observation {
    let target = Target { host, port, family };
    let mut o = begin(ProbeKind::Http, target);
    match run(around, target, answer, vendor, &mut o).await {
        Ok(grade) => o.grade = grade,
        Err(ended) => {
            o.grade = ended.grade;
            o.failure = Some(ended.failure);
        }
    }
    o
}

async fn run(
    around: &Surroundings,
    target: Target<'_>,
    answer: &Answer,
    vendor: &[&str],
    o: &mut Observation,
) -> Result<Grade, Ended> {
    let proxy = around.proxies.before("http", target.host, target.port);
    let connected = if let Some(proxy) = &proxy {
        o.proxy = Some(proxy.shown());
        let connected = proxy::reach(around, proxy, &mut o.steps).await?;
        o.family = Family::from(connected.address);
        connected
    } else {
        if let Some(failure) = &answer.failure {
            return Err(dns::ended(failure.clone()));
        }
        let limit = around.limits.connect;
        let connected = tcp::connect(&answer.addresses, target.port, limit, &mut o.steps).await?;
        o.address = Some(connected.address);
        connected
    };
    let began = Instant::now();
    let limit = around.limits.request;
    let reply = exchange(connected.stream, target, proxy.as_ref(), limit).await;
    let graded = match reply {
        Ok((status, headers)) => grade(status, &headers, proxy.is_some(), vendor),
        Err(ended) => Err(ended),
    };
    let failure = graded.as_ref().err().map(|e| e.failure.clone());
    o.steps.push(step("request", began, failure));
    graded
}

async fn exchange(
    stream: TcpStream,
    target: Target<'_>,
    proxy: Option<&Proxy>,
    limit: Duration,
) -> Result<(StatusCode, HeaderMap), Ended> {
    // The connection stood: whatever goes wrong from here on, somebody had shaken hands.
    let broken = |failure| Ended {
        failure,
        grade: Grade::HandshakeOnly,
    };
    match tokio::time::timeout(limit, request(stream, target, proxy)).await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(failure)) => Err(broken(failure)),
        Err(_) => Err(broken(Failure::new(FailureCode::TimedOut))),
    }
}

async fn request(
    stream: TcpStream,
    target: Target<'_>,
    proxy: Option<&Proxy>,
) -> Result<(StatusCode, HeaderMap), Failure> {
    let authority = match target.port {
        80 => target.host.to_owned(),
        port => format!("{}:{port}", target.host),
    };
    // A proxy wants the absolute form (RFC 9112 section 3.2.2).
    let uri = match proxy {
        Some(_) => format!("http://{authority}/"),
        None => "/".to_owned(),
    };
    let mut request = Request::builder()
        .method(Method::HEAD)
        .uri(uri)
        .header(HOST, authority)
        .header(USER_AGENT, concat!("meetready/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, HeaderValue::from_static("close"));
    if let Some(authorization) = proxy.and_then(Proxy::authorization) {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|e| Failure::because(FailureCode::Other, e.to_string()))?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(REPLY_HEAD_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| failure_of(&e))?;
    let connection = tokio::spawn(connection);
    let reply = sender.send_request(request).await;
    connection.abort();
    let reply = reply.map_err(|e| failure_of(&e))?;
    Ok((reply.status(), reply.headers().clone()))
}

fn failure_of(error: &hyper::Error) -> Failure {
    if let Some(io) = net::errno::find_cause::<std::io::Error>(error) {
        return net::failure_of(io);
    }
    let code = if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        FailureCode::Closed
    } else {
        FailureCode::BadReply
    };
    Failure::because(code, error.to_string())
}

/// Who answered, as far as a plain reply tells.
fn grade(
    status: StatusCode,
    headers: &HeaderMap,
    proxied: bool,
    vendor: &[&str],
) -> Result<Grade, Ended> {
    let refused = |failure| {
        Err(Ended {
            failure,
            grade: Grade::HandshakeOnly,
        })
    };
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return refused(proxy::login_wanted(headers));
    }
    if status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED {
        return refused(Failure::because(
            FailureCode::BadReply,
            "HTTP 511: a captive portal answered",
        ));
    }
    if proxied && matches!(status.as_u16(), 502..=504) {
        return refused(Failure::because(
            FailureCode::ProxyFailed,
            format!("HTTP {}", status.as_u16()),
        ));
    }
    if !status.is_redirection() {
        return Ok(Grade::HandshakeOnly);
    }
    // Only the host of the target is kept: a portal's path may hold addresses of this PC.
    let location = headers
        .get(LOCATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<Uri>().ok());
    let host = location.as_ref().and_then(Uri::host);
    match host {
        Some(host) if !is_vendors(host, vendor) => refused(Failure::because(
            FailureCode::BadReply,
            format!("HTTP {} to {host}", status.as_u16()),
        )),
        Some(_) if location.as_ref().and_then(Uri::scheme_str) == Some("https") => {
            Ok(Grade::ServiceReply)
        }
        _ => Ok(Grade::HandshakeOnly),
    }
}

/// Whether `host` is one of the vendor's names or below one.
fn is_vendors(host: &str, vendor: &[&str]) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    vendor.iter().any(|name| {
        let name = name.trim_start_matches("*.").to_ascii_lowercase();
        host == name
            || host
                .strip_suffix(&name)
                .is_some_and(|rest| rest.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENDOR: &[&str] = &["zoom.us", "*.zoom.com"];

    fn reply(status: u16, location: Option<&str>, proxied: bool) -> (Grade, Option<FailureCode>) {
        let mut headers = HeaderMap::new();
        if let Some(location) = location {
            headers.insert(LOCATION, location.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        match grade(status, &headers, proxied, VENDOR) {
            Ok(grade) => (grade, None),
            Err(ended) => (ended.grade, Some(ended.failure.code)),
        }
    }

    #[test]
    fn a_redirect_to_the_vendors_https_is_the_vendors() {
        for to in [
            "https://zoom.us/",
            "https://www.zoom.com/x",
            "https://US05.Zoom.US./",
        ] {
            assert_eq!(
                reply(301, Some(to), false),
                (Grade::ServiceReply, None),
                "{to}"
            );
        }
    }

    #[test]
    fn a_redirect_elsewhere_is_a_portal() {
        for to in [
            "https://notzoom.us/",
            "http://login.example/zoom.us",
            "https://zoom.us.evil.example/",
        ] {
            let expected = (Grade::HandshakeOnly, Some(FailureCode::BadReply));
            assert_eq!(reply(302, Some(to), false), expected, "{to}");
        }
    }

    #[test]
    fn a_plain_page_proves_nobody() {
        assert_eq!(reply(200, None, false), (Grade::HandshakeOnly, None));
        assert_eq!(
            reply(301, Some("/local"), false),
            (Grade::HandshakeOnly, None)
        );
        assert_eq!(
            reply(301, Some("http://zoom.us/"), false),
            (Grade::HandshakeOnly, None)
        );
    }

    #[test]
    fn portal_and_proxy_statuses_are_told_apart() {
        let seen = |status, proxied| reply(status, None, proxied).1;
        assert_eq!(seen(511, false), Some(FailureCode::BadReply));
        assert_eq!(
            seen(407, true),
            Some(FailureCode::ProxyAuthenticationRequired)
        );
        assert_eq!(seen(502, true), Some(FailureCode::ProxyFailed));
        assert_eq!(seen(502, false), None);
    }
}
