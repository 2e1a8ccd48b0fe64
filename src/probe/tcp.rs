//! TCP connects to a vendor name's addresses, one family at a time.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::{ADDRESSES_TRIED, Ended, step};
use crate::model::network::{Failure, FailureCode, Family, Grade, Step};
use crate::net;

/// A connection that stands.
pub(crate) struct Connected {
    pub(crate) stream: TcpStream,
    pub(crate) address: IpAddr,
}

/// Connects to the first of the addresses that answers; the rest keep their steps. At most
/// [`ADDRESSES_TRIED`] are tried, as a program with several addresses of a name would.
pub(crate) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    limit: Duration,
    steps: &mut Vec<Step>,
) -> Result<Connected, Ended> {
    let mut last = Ended {
        failure: Failure::new(FailureCode::DnsNoAddress),
        grade: Grade::Reject,
    };
    for address in addresses.iter().take(ADDRESSES_TRIED) {
        let began = Instant::now();
        match attempt(SocketAddr::new(*address, port), limit).await {
            Ok(stream) => {
                steps.push(step("connect", began, None));
                return Ok(Connected {
                    stream,
                    address: *address,
                });
            }
            Err(ended) => {
                steps.push(step("connect", began, Some(ended.failure.clone())));
                last = ended;
            }
        }
    }
    Err(last)
}

async fn attempt(target: SocketAddr, limit: Duration) -> Result<TcpStream, Ended> {
    // Asked first, and sends nothing: without a route a connect never leaves this machine, and that is no answer
    // of the network.
    if let Err(failure) = route_to(target.ip()) {
        return Err(Ended {
            failure,
            grade: Grade::Silence,
        });
    }
    net::socket::connect(target, limit).await.map_err(graded)
}

/// What kind of answer a failed connect or a broken connection was.
pub(crate) fn graded(failure: Failure) -> Ended {
    let grade = match failure.code {
        FailureCode::Refused
        | FailureCode::Reset
        | FailureCode::NetworkUnreachable
        | FailureCode::HostUnreachable
        | FailureCode::Prohibited => Grade::Reject,
        _ => Grade::Silence,
    };
    Ended { failure, grade }
}

/// Whether this machine has an address and a route to reach `target` from. Sends nothing: connecting a UDP socket
/// only looks up the route.
fn route_to(target: IpAddr) -> Result<(), Failure> {
    match net::socket::source_for(target) {
        Ok(_) => Ok(()),
        Err(failure)
            if failure.code == FailureCode::NoLocalAddress && has_address(target.into()) =>
        {
            Err(Failure {
                code: FailureCode::NetworkUnreachable,
                ..failure
            })
        }
        Err(failure) => Err(failure),
    }
}

/// Whether any interface holds an address of the family that can leave this machine's own link.
fn has_address(family: Family) -> bool {
    let Ok(networks) = sysinfo::Networks::new_with_refreshed_list() else {
        // Not known: then the route's own error stands.
        return true;
    };
    networks
        .values()
        .flat_map(|n| n.ip_networks().iter().map(|ip| ip.addr))
        .filter(|a| Family::from(*a) == family)
        .any(|a| match a {
            IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local(),
            IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
        })
}
