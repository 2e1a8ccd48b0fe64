//! Finds the reflector of the LAN that knows a code.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use mdns_sd::{ServiceDaemon, ServiceEvent};
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::Limits;
use super::http::Http;
use crate::model::network::{Failure, FailureCode};
use crate::net::deadline::within;
use crate::net::errno::failure_of;
use crate::net::{socket, tls};
use crate::wire::control::{DEFAULT_PORT, path};
use crate::wire::join::{Fingerprint, JoinUrl};
use crate::wire::keys::AccessKey;
use crate::wire::pair::{Code, PairKey, PairReply, SERVICE};

/// How long announcements are waited for.
pub const LISTEN: Duration = Duration::from_secs(4);
/// Reflectors that are tried at most.
pub const MOST: usize = 8;

/// A LAN reflector as its user names it: by the code that it shows, and where it is if that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanName {
    /// The code.
    pub code: Code,
    /// Host and port; none: it is looked for.
    pub at: Option<(String, u16)>,
}

impl std::str::FromStr for LanName {
    type Err = String;
    /// Reads `CODE`, `CODE@HOST` or `CODE@HOST:PORT`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (code, at) = match text.split_once(['@', '＠']) {
            Some((code, at)) => (code, Some(at.trim())),
            None => (text, None),
        };
        let code = code
            .parse()
            .map_err(|e: crate::wire::pair::CodeError| e.to_string())?;
        let at = match at {
            None => None,
            Some("") => {
                return Err("after @ the control PC's address is missing".into());
            }
            Some(at) => Some(host_and_port(at)?),
        };
        Ok(Self { code, at })
    }
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok((ip.to_string(), DEFAULT_PORT));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (
            host,
            port.parse().map_err(|_| format!("{port:?} is no port"))?,
        ),
        None => (text, DEFAULT_PORT),
    };
    let host = host.trim_matches(['[', ']']);
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
        return Err("after @ stands no host name or address".into());
    }
    Ok((host.to_owned(), port))
}

/// The join URL of the reflector that knows this code.
pub async fn find(name: &LanName, limits: &Limits) -> Result<JoinUrl, Failure> {
    let places = match &name.at {
        Some(at) => vec![at.clone()],
        None => listen().await?,
    };
    let mut first = None;
    for (host, port) in places.into_iter().take(MOST) {
        match pair(&name.code, &host, port, limits).await {
            Ok(url) => return Ok(url),
            Err(failure) => {
                first.get_or_insert(Failure {
                    detail: Some(format!(
                        "{host}:{port}: {}",
                        failure.detail.as_deref().unwrap_or("no answer to the code")
                    )),
                    ..failure
                });
            }
        }
    }
    Err(first.unwrap_or_else(|| {
        Failure::because(
            FailureCode::TimedOut,
            "no reflector announced itself on this network; add @ADDRESS of the control PC to the code",
        )
    }))
}

/// Asks the LAN who is there (multicast DNS) and collects what answers.
async fn listen() -> Result<Vec<(String, u16)>, Failure> {
    let wrong = |e: mdns_sd::Error| Failure::because(FailureCode::LocalSocket, e.to_string());
    let daemon = ServiceDaemon::new().map_err(wrong)?;
    let events = daemon.browse(SERVICE).map_err(wrong)?;
    let mut found: Vec<(String, u16)> = Vec::new();
    let collect = async {
        while let Ok(event) = events.recv_async().await {
            if let ServiceEvent::ServiceResolved(service) = event {
                let mut addresses: Vec<IpAddr> = service
                    .addresses
                    .iter()
                    .map(mdns_sd::ScopedIp::to_ip_addr)
                    .collect();
                // IPv4 first: a link-local IPv6 address needs its interface beside it.
                addresses.sort_by_key(|a| (a.is_ipv6(), *a));
                for address in addresses.into_iter().filter(|a| usable(*a)) {
                    let place = (address.to_string(), service.port);
                    if !found.contains(&place) && found.len() < MOST {
                        found.push(place);
                    }
                }
                if !found.is_empty() {
                    // Others that are there answer in the same moment.
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    if events.is_empty() {
                        break;
                    }
                }
            }
        }
    };
    // What came until then is what there is.
    let _ = tokio::time::timeout(LISTEN, collect).await;
    let _ = daemon.shutdown();
    Ok(found)
}

fn usable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_unspecified(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unspecified() && !v6.is_unicast_link_local(),
    }
}

/// Proves the code to the reflector and has it prove that it knows it too.
async fn pair(code: &Code, host: &str, port: u16, limits: &Limits) -> Result<JoinUrl, Failure> {
    let certificate = shown_by(host, port, limits).await?;
    let code = code.clone();
    let key = tokio::task::spawn_blocking(move || PairKey::derive(&code, &certificate))
        .await
        .map_err(|e| Failure::because(FailureCode::Other, e.to_string()))?;
    let mut url = JoinUrl {
        host: host.to_owned(),
        port,
        alternates: Vec::new(),
        certificate,
        key: AccessKey::random(),
    };
    let ask = key.ask();
    let http = Http::new(&url, limits, false)?;
    let reply: PairReply = http.post(path::PAIR, "", Some(&ask)).await?;
    if !key.is_answer(&ask, &reply) {
        return Err(Failure::because(
            FailureCode::NotOurReflector,
            "what answers there does not know the code",
        ));
    }
    url.key = reply.key;
    Ok(url)
}

/// The certificate that is shown there, whosever it is.
async fn shown_by(host: &str, port: u16, limits: &Limits) -> Result<Fingerprint, Failure> {
    let ip = match host.parse::<IpAddr>() {
        Ok(ip) => ip,
        Err(_) => crate::net::resolve::system_addresses(host, limits.connect)
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| Failure::new(FailureCode::DnsNoAddress))?,
    };
    let stream = socket::connect((ip, port).into(), limits.connect).await?;
    let connector = TlsConnector::from(Arc::new(tls::any_client()?));
    let handshake = async {
        connector
            .connect(ServerName::IpAddress(ip.into()), stream)
            .await
            .map_err(|e| failure_of(&e))
    };
    let tls = within(limits.connect, "TLS handshake", handshake).await?;
    let (_, session) = tls.get_ref();
    let shown = session.peer_certificates().and_then(|c| c.first());
    shown
        .map(|c| Fingerprint::of(c))
        .ok_or_else(|| Failure::new(FailureCode::TlsFailed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        let name = |text: &str| text.parse::<LanName>().map(|n| n.at);
        let at = |host: &str, port| Ok(Some((host.to_owned(), port)));
        assert_eq!(name("K7QM-4TXP"), Ok(None));
        assert_eq!(name("k7qm4txp@192.0.2.7"), at("192.0.2.7", DEFAULT_PORT));
        assert_eq!(name("k7qm4txp@room-7.example:80"), at("room-7.example", 80));
        assert_eq!(name("k7qm4txp@[2001:db8::1]:9"), at("2001:db8::1", 9));
        assert_eq!(
            name("k7qm4txp@2001:db8::1"),
            at("2001:db8::1", DEFAULT_PORT)
        );
        for wrong in ["", "K7QM", "k7qm4txp@", "k7qm4txp@a b", "k7qm4txp@h:x"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}
