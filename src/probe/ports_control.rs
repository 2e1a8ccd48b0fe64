//! Positive controls: what must have answered before the silence of a port means that the port is blocked.

use std::net::{IpAddr, SocketAddr};

use super::ports::{Options, held, join_all};
use super::reflector::Session;
use super::{ports_tcp, ports_udp};
use crate::model::network::Family;
use crate::model::rule::{PortRange, Transport};
use crate::wire::control::LeaseRequest;

/// A port that answered with the reflector's own proof.
pub(super) type Control = (Transport, u16);

/// UDP ports that are tried beside those asked for: those that firewalls pass most often, QUIC and STUN.
pub const COMPARED_UDP: [u16; 2] = [443, 3478];
/// TCP ports that are tried when no UDP port answers, beside the control port: the one that firewalls pass most often.
pub const COMPARED_TCP: [u16; 1] = [443];

/// Ports of the other transport that are tried when nothing answers over one, for a plan. Over TCP the control port is
/// tried too.
pub fn compared_otherwise(transport: Transport) -> (Transport, Vec<PortRange>) {
    match transport {
        Transport::Udp => (Transport::Tcp, PortRange::compress(COMPARED_TCP)),
        Transport::Tcp => (Transport::Udp, PortRange::compress(COMPARED_UDP)),
    }
}

/// Ports of the other transport than `silent` that prove the reflector over the family of `ip` at this moment. A network
/// that lets out TCP 443 alone is told from a path that is down by this.
pub(super) async fn otherwise(
    session: &Session,
    ip: IpAddr,
    silent: Transport,
    options: &Options,
) -> Vec<Control> {
    let (transport, mut ports) = compared_otherwise(silent);
    if transport == Transport::Tcp {
        ports.extend(PortRange::single(session.join_url().port));
    }
    let request = LeaseRequest {
        transport,
        ports: PortRange::compress(ports.iter().flat_map(|r| r.ports())),
        any: 0,
    };
    let Ok(reply) = session.lease(&request).await else {
        return Vec::new();
    };
    let held = held(&reply, Family::from(ip));
    let good = match transport {
        Transport::Tcp => {
            let tries = held.iter().map(|port| async {
                let peer = SocketAddr::new(ip, *port);
                ports_tcp::proves(session, peer).await.then_some(*port)
            });
            join_all(tries).await.into_iter().flatten().collect()
        }
        Transport::Udp => ports_udp::prove_any(session, ip, &held, options).await,
    };
    // What cannot be given back ends with the session.
    let _ = session.release(&request).await;
    good.into_iter().map(|port| (transport, port)).collect()
}
