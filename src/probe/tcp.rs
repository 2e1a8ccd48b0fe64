//! TCP connects to a vendor name's addresses, one family at a time.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::{ADDRESSES_TRIED, Ended, step};
use crate::model::network::{Failure, FailureCode, Family, Grade, Step};

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
    match tokio::time::timeout(limit, TcpStream::connect(target)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(e)) => Err(ended(&e)),
        Err(_) => Err(Ended {
            failure: Failure::new(FailureCode::TimedOut),
            grade: Grade::Silence,
        }),
    }
}

/// How a failed connect or a broken connection is recorded.
pub(crate) fn ended(error: &io::Error) -> Ended {
    let failure = failure_of(error);
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

/// An I/O error as a stable failure code.
fn failure_of(error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    let code = match error.kind() {
        Kind::ConnectionRefused => FailureCode::Refused,
        Kind::ConnectionReset => FailureCode::Reset,
        Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => FailureCode::Closed,
        Kind::NetworkUnreachable | Kind::NetworkDown => FailureCode::NetworkUnreachable,
        Kind::HostUnreachable => FailureCode::HostUnreachable,
        Kind::TimedOut => FailureCode::TimedOut,
        Kind::PermissionDenied => FailureCode::Prohibited,
        Kind::AddrNotAvailable => FailureCode::NoLocalAddress,
        _ => FailureCode::Other,
    };
    Failure::because(code, error.to_string())
}

/// Whether this machine has an address and a route to reach `target` from. Sends nothing: connecting a UDP socket
/// only looks up the route.
fn route_to(target: IpAddr) -> Result<(), Failure> {
    let any: IpAddr = match target {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let family = Family::from(target);
    let Err(error) = UdpSocket::bind((any, 0)).and_then(|s| s.connect((target, 9))) else {
        return Ok(());
    };
    if !target.is_loopback() && !has_address(family) {
        return Err(Failure::because(
            FailureCode::NoLocalAddress,
            error.to_string(),
        ));
    }
    Err(failure_of(&error))
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
