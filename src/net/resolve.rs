//! Name resolution: the configured DNS servers directly, A and AAAA apart, and the operating system's own way.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};

use super::deadline::within;
use super::errno::failure_of;
use crate::model::network::{Failure, FailureCode, Family};

/// Asks the DNS servers that this system is configured with.
#[derive(Clone)]
pub struct Dns(TokioResolver);

impl std::fmt::Debug for Dns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dns")
    }
}

impl Dns {
    /// Reads the system's configuration.
    pub fn system() -> Result<Self, Failure> {
        let resolver = TokioResolver::builder_tokio()
            .and_then(hickory_resolver::ResolverBuilder::build)
            .map_err(|e| {
                Failure::because(
                    FailureCode::DnsUnreachable,
                    format!("no usable DNS configuration: {e}"),
                )
            })?;
        Ok(Self(resolver))
    }

    /// Asks these servers instead, over UDP and TCP.
    pub fn of_servers(servers: &[SocketAddr]) -> Result<Self, Failure> {
        let servers = servers
            .iter()
            .map(|address| {
                let mut server = NameServerConfig::udp_and_tcp(address.ip());
                for connection in &mut server.connections {
                    connection.port = address.port();
                }
                server
            })
            .collect();
        let config = ResolverConfig::from_parts(None, Vec::new(), servers);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .build()
            .map(Self)
            .map_err(|e| Failure::because(FailureCode::DnsUnreachable, e.to_string()))
    }

    /// The addresses of one family; never empty.
    pub async fn addresses(
        &self,
        host: &str,
        family: Family,
        limit: Duration,
    ) -> Result<Vec<IpAddr>, Failure> {
        // A final dot keeps the search list out: the name is meant as written.
        let name = format!("{}.", host.trim_end_matches('.'));
        let kind = match family {
            Family::Ipv4 => RecordType::A,
            Family::Ipv6 => RecordType::AAAA,
        };
        within(limit, "DNS", async {
            let lookup = self
                .0
                .lookup(name, kind)
                .await
                .map_err(|e| dns_failure(&e))?;
            let found: Vec<IpAddr> = lookup
                .answers()
                .iter()
                .filter_map(|r| match &r.data {
                    RData::A(a) => Some(IpAddr::V4(a.0)),
                    RData::AAAA(a) => Some(IpAddr::V6(a.0)),
                    _ => None,
                })
                .collect();
            if found.is_empty() {
                Err(Failure::new(FailureCode::DnsNoAddress))
            } else {
                Ok(found)
            }
        })
        .await
    }
}

/// Addresses by the operating system's own resolver: hosts file, mDNS, VPN rules and all. Both families, in its order.
pub async fn system_addresses(host: &str, limit: Duration) -> Result<Vec<IpAddr>, Failure> {
    if let Ok(literal) = host.parse::<IpAddr>() {
        return Ok(vec![literal]);
    }
    within(limit, "name resolution", async {
        // The system's errors for names differ too much between systems to tell one kind from another.
        let found = tokio::net::lookup_host((host, 0)).await.map_err(|e| {
            let failure = failure_of(&e);
            Failure {
                code: FailureCode::DnsNoSuchName,
                ..failure
            }
        })?;
        let mut out: Vec<IpAddr> = Vec::new();
        for address in found {
            if !out.contains(&address.ip()) {
                out.push(address.ip());
            }
        }
        if out.is_empty() {
            Err(Failure::new(FailureCode::DnsNoAddress))
        } else {
            Ok(out)
        }
    })
    .await
}

fn dns_failure(e: &NetError) -> Failure {
    match e {
        // The code says it all; the library's words would only repeat the question.
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => Failure::new(FailureCode::DnsNoSuchName),
            ResponseCode::NoError => Failure::new(FailureCode::DnsNoAddress),
            other => Failure::because(FailureCode::DnsRefused, other.to_string()),
        },
        NetError::Dns(_) => Failure::because(FailureCode::DnsRefused, e.to_string()),
        NetError::Timeout => Failure::because(FailureCode::TimedOut, e.to_string()),
        _ => Failure::because(FailureCode::DnsUnreachable, e.to_string()),
    }
}
