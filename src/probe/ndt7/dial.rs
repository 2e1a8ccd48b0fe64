//! One TCP connection to a named server: through the proxy that this PC is set to use, with TLS where it is asked for.

use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncWrite};

use super::super::tls;
use super::super::{Surroundings, proxy, tcp};
use crate::model::network::{Failure, FailureCode, Family};

/// Any byte stream.
pub trait Both: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

/// A connection of whatever kind.
pub type Stream = Box<dyn Both>;

/// A connection, and how it came about.
pub struct Dialled {
    /// The connection.
    pub stream: Stream,
    /// The server's address, or the proxy's.
    pub address: IpAddr,
    /// The proxy that stands between.
    pub proxy: Option<String>,
}

/// Connects to `host`:`port`.
pub async fn dial(
    around: &Surroundings,
    host: &str,
    port: u16,
    secure: bool,
) -> Result<Dialled, Failure> {
    let scheme = if secure { "https" } else { "http" };
    let mut steps = Vec::new();
    let (stream, address, through): (Stream, _, _) =
        if let Some(through) = around.proxies.before(scheme, host, port) {
            let connected = proxy::reach(around, &through, &mut steps).await;
            let connected = connected.map_err(|e| e.failure)?;
            let limit = around.limits.proxy;
            let tunnel = proxy::tunnel(connected.stream, &through, host, port, limit).await;
            let tunnel = tunnel.map_err(|e| e.failure)?;
            (Box::new(tunnel), connected.address, Some(through.shown()))
        } else {
            let addresses = resolve(around, host).await?;
            let limit = around.limits.connect;
            let connected = tcp::connect(&addresses, port, limit, &mut steps).await;
            let connected = connected.map_err(|e| e.failure)?;
            (Box::new(connected.stream), connected.address, None)
        };
    let stream: Stream = if secure {
        Box::new(tls::open(around, host, stream).await?)
    } else {
        stream
    };
    Ok(Dialled {
        stream,
        address,
        proxy: through,
    })
}

/// IPv4 first: it is what such servers surely have.
async fn resolve(around: &Surroundings, host: &str) -> Result<Vec<IpAddr>, Failure> {
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let answers = around.resolver.resolve(host, around.limits.resolve).await;
    let of = |family| answers.of(family);
    let first = |family| of(family).addresses.first().copied();
    let all: Vec<IpAddr> = [Family::Ipv4, Family::Ipv6]
        .into_iter()
        .filter_map(first)
        .collect();
    if all.is_empty() {
        let failure = of(Family::Ipv4).failure.clone();
        return Err(failure.unwrap_or_else(|| Failure::new(FailureCode::DnsNoAddress)));
    }
    Ok(all)
}
