//! Sockets as probes and reflector need them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use super::deadline::within;
use super::errno::failure_of;
use super::stamped;
use crate::model::network::{Failure, FailureCode, Family};

fn make(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        // Families are observed apart.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// A listening TCP socket of one family.
pub fn listen(address: SocketAddr, backlog: i32) -> io::Result<TcpListener> {
    let socket = make(address, Type::STREAM, Protocol::TCP)?;
    // On Unix this only skips the wait after the last user; on Windows it would share the port with a running one.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&SockAddr::from(address))?;
    socket.listen(backlog)?;
    TcpListener::from_std(socket.into())
}

/// A UDP socket of one family.
pub fn udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = make(address, Type::DGRAM, Protocol::UDP)?;
    roomy(&socket);
    socket.bind(&SockAddr::from(address))?;
    UdpSocket::from_std(socket.into())
}

/// Makes room for what arrives while this process waits for a processor, and has its time kept; else this program's own
/// pauses would read as loss and delay of the network. A system that grants less is taken as it is.
fn roomy(socket: &Socket) {
    let _ = socket.set_recv_buffer_size(4 << 20);
    stamped::enable(socket);
}

/// The address that stands for all of one family.
pub fn unspecified(family: Family) -> IpAddr {
    match family {
        Family::Ipv4 => Ipv4Addr::UNSPECIFIED.into(),
        Family::Ipv6 => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// A UDP socket that talks to one peer only, so that ICMP errors about that peer come back as errors.
pub fn udp_to(peer: SocketAddr) -> Result<UdpSocket, Failure> {
    let local = SocketAddr::new(unspecified(peer.ip().into()), 0);
    let socket = make(local, Type::DGRAM, Protocol::UDP)
        .inspect(roomy)
        .and_then(|s| s.bind(&SockAddr::from(local)).map(|()| s))
        .map_err(|e| local_failure(&e))?;
    // Nothing is sent by this: it fails when there is no route or no address of this family here.
    socket
        .connect(&SockAddr::from(peer))
        .map_err(|e| local_failure(&e))?;
    UdpSocket::from_std(socket.into()).map_err(|e| local_failure(&e))
}

/// The address from which this machine would talk to the peer; nothing is sent.
pub fn source_for(peer: IpAddr) -> Result<IpAddr, Failure> {
    let socket =
        std::net::UdpSocket::bind((unspecified(peer.into()), 0)).map_err(|e| local_failure(&e))?;
    socket.connect((peer, 9)).map_err(|e| local_failure(&e))?;
    let source = socket.local_addr().map_err(|e| local_failure(&e))?.ip();
    if reaches(source, peer) {
        Ok(source)
    } else {
        Err(Failure::because(
            FailureCode::NoLocalAddress,
            format!("only the link-local address {source}, from which {peer} cannot be reached"),
        ))
    }
}

/// Whether an answer of the peer can come back to this address: no router forwards to or from a link-local one (RFC 4291
/// section 2.5.6), although systems use it where they have a route and nothing better. IPv4 has translators on the way
/// that may, so nothing is said of it.
fn reaches(source: IpAddr, peer: IpAddr) -> bool {
    let of_link = |a: &Ipv6Addr| a.is_unicast_link_local();
    match (source, peer) {
        (IpAddr::V6(source), IpAddr::V6(peer)) => {
            !of_link(&source) || of_link(&peer) || peer.is_multicast()
        }
        _ => true,
    }
}

/// Errors before anything is sent are about this machine: an unreachable network means that it has no such address.
fn local_failure(e: &io::Error) -> Failure {
    let failure = failure_of(e);
    let code = match failure.code {
        FailureCode::NetworkUnreachable
        | FailureCode::HostUnreachable
        | FailureCode::NoLocalAddress => FailureCode::NoLocalAddress,
        FailureCode::Prohibited => FailureCode::Prohibited,
        _ => FailureCode::LocalSocket,
    };
    Failure { code, ..failure }
}

/// Connects TCP within the limit.
pub async fn connect(peer: SocketAddr, limit: Duration) -> Result<TcpStream, Failure> {
    let stream = within(limit, "TCP connect", async {
        TcpStream::connect(peer).await.map_err(|e| failure_of(&e))
    })
    .await?;
    // Small exchanges: waiting to fill packets only adds delay. Without it they still work.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_closed_port_refuses_and_a_held_one_is_not_shared() {
        let listener = listen("127.0.0.1:0".parse().unwrap(), 8).unwrap();
        let address = listener.local_addr().unwrap();
        assert!(listen(address, 8).is_err());
        connect(address, Duration::from_secs(5)).await.unwrap();
        drop(listener);
        let failure = connect(address, Duration::from_secs(5)).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::Refused);
    }

    #[test]
    fn a_link_local_source_reaches_its_link_only() {
        let reach = |source: &str, peer: &str| {
            reaches(
                source.parse::<IpAddr>().unwrap(),
                peer.parse::<IpAddr>().unwrap(),
            )
        };
        assert!(!reach("fe80::1", "2001:db8::1"));
        assert!(!reach("fe80::1", "fd00::1"));
        assert!(reach("fe80::1", "fe80::2"));
        assert!(reach("fd00::2", "2001:db8::1"));
        assert!(reach("2001:db8::2", "2001:db8::1"));
        assert!(reach("169.254.1.1", "192.0.2.1"));
        assert!(reach("::1", "::1"));
    }

    // Not under wine, which keeps these errors to itself.
    #[cfg(unix)]
    #[tokio::test]
    async fn icmp_errors_reach_a_connected_udp_socket() {
        let closed = {
            let s = udp("127.0.0.1:0".parse().unwrap()).unwrap();
            s.local_addr().unwrap()
        };
        let socket = udp_to(closed).unwrap();
        socket.send(b"x").await.unwrap();
        let mut buffer = [0; 8];
        let error = tokio::time::timeout(Duration::from_secs(5), socket.recv(&mut buffer)).await;
        let error = error.expect("an ICMP error arrives").unwrap_err();
        assert!(
            matches!(
                failure_of(&error).code,
                FailureCode::Refused | FailureCode::Reset
            ),
            "{error:?}"
        );
    }
}
