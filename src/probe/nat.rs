//! What a NAT on the way does, as far as one reflector can prove it: which mapping it gives, whether it keeps the port, and
//! for how long it remembers a silent flow (terms of RFC 4787).

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep, timeout_at};

use super::ports::{held, join_all};
use super::ports_udp::{SEQUENCE, base_wait};
use super::reflector::Session;
use crate::model::EvidenceId;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::network::{Family, IdleReading, NatMapping, NatReading};
use crate::model::rule::{PortRange, Transport};
use crate::model::units::Millis;
use crate::net::{clock, socket};
use crate::wire::control::{LeaseRequest, LoadReply, LoadRequest};
use crate::wire::keys::PortKey;
use crate::wire::stamp::{ErrorEstimate, NtpTime, ReflectorPacket, SenderPacket};
use crate::wire::stun;

/// Flows of each gap: one lost datagram is no expired timer.
const FLOWS: usize = 3;
/// Tries of one exchange.
const TRIES: u32 = 5;
/// A flow is used for so long before it falls silent: systems remember one that was used both ways for a while longer.
const USED: Duration = Duration::from_millis(2_300);
/// The gap that every path must bear, to compare with.
const NO_GAP: Duration = Duration::from_secs(1);
/// How much later than the gap an answer may come.
const GRACE: Duration = Duration::from_secs(3);
/// Where it was seen.
const SEEN: &str = "addresses that the reflector saw";

/// What to measure.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Evidence id.
    pub id: EvidenceId,
    /// Evidence id of the reflector.
    pub reflector: EvidenceId,
    /// Address family.
    pub family: Family,
    /// UDP ports that are proved open over it.
    pub ports: Vec<u16>,
    /// Silent gaps to try; none: only the mapping is looked at.
    pub gaps: Vec<Duration>,
}

/// Packets and octets both ways, at most, and time.
pub fn cost(gaps: &[Duration]) -> (u64, u64, Duration) {
    let exchange = u64::from(TRIES) * 2;
    let mapping = 3 * exchange;
    let flows = (gaps.len() as u64 + 1) * FLOWS as u64;
    let packets = if gaps.is_empty() {
        mapping
    } else {
        mapping + flows * (2 * exchange + 2) + exchange
    };
    let longest = gaps.iter().max().copied().unwrap_or_default();
    (packets, packets * 160, longest + Duration::from_secs(40))
}

/// Looks at the mapping, then at the gaps. Never fails: what could not be proved is unknown.
pub async fn measure(session: &Session, ask: &Ask) -> NatReading {
    let unknown = |why: &str| NatReading {
        id: ask.id.clone(),
        reflector: ask.reflector.clone(),
        role: session.role(),
        family: ask.family,
        mapping: Fact::unknown_because(UnknownCode::NotSupported, why),
        port_kept: Fact::unknown_because(UnknownCode::NotSupported, why),
        idle: Vec::new(),
    };
    let Some(ip) = session.peer(ask.family) else {
        return unknown("the reflector has no address of this family");
    };
    let ends = [ask.ports.first().copied(), ask.ports.last().copied()];
    let request = LeaseRequest {
        transport: Transport::Udp,
        ports: PortRange::compress(ends.into_iter().flatten()),
        any: 0,
    };
    let ports = match session.lease(&request).await {
        Ok(reply) => held(&reply, ask.family),
        Err(_) => Vec::new(),
    };
    let Some(first) = ports.first().copied() else {
        return unknown("no UDP port is open");
    };
    let (mapping, port_kept) = mapping(session, ip, &ports).await;
    let idle = if ask.gaps.is_empty() {
        Vec::new()
    } else {
        gaps(session, SocketAddr::new(ip, first), &ask.gaps).await
    };
    // What cannot be given back ends with the session.
    let _ = session.release(&request).await;
    NatReading {
        mapping,
        port_kept,
        idle,
        ..unknown("")
    }
}

/// From one socket to two ports, and to a second address where the reflector has one: the same mapping or not.
async fn mapping(session: &Session, ip: IpAddr, ports: &[u16]) -> (Fact<NatMapping>, Fact<bool>) {
    let silent = "the reflector's STUN answers did not come back";
    let none = || {
        (
            Fact::unknown_because(UnknownCode::Failed, silent),
            Fact::unknown_because(UnknownCode::Failed, silent),
        )
    };
    let local = SocketAddr::new(socket::unspecified(ip.into()), 0);
    let (Ok(source), Ok(socket)) = (socket::source_for(ip), socket::udp(local)) else {
        return none();
    };
    let Ok(own_port) = socket.local_addr().map(|a| a.port()) else {
        return none();
    };
    let wait = base_wait(session);
    let mut seen = Vec::new();
    for port in ports {
        seen.push(mapped(&socket, SocketAddr::new(ip, *port), wait).await);
    }
    let Some(first) = seen.first().copied().flatten() else {
        return none();
    };
    let port_kept = Fact::known(first.port() == own_port, SEEN);
    if first.ip() == source {
        return (Fact::known(NatMapping::Untranslated, SEEN), port_kept);
    }
    let mapping = match seen.get(1).copied() {
        None => Fact::unknown_because(UnknownCode::NotSupported, "only one UDP port is open"),
        Some(None) => Fact::unknown_because(UnknownCode::Failed, silent),
        Some(Some(second)) if second != first => Fact::known(NatMapping::PortDependent, SEEN),
        Some(Some(_)) => {
            let mut other = None;
            for peer in session.peers(ip.into()).into_iter().filter(|p| *p != ip) {
                let port = ports.first().copied().unwrap_or_default();
                other = mapped(&socket, SocketAddr::new(peer, port), wait).await;
                if other.is_some() {
                    break;
                }
            }
            let known = match other {
                Some(other) if other == first => NatMapping::EndpointIndependent,
                Some(_) => NatMapping::AddressDependent,
                // One address cannot tell the two apart.
                None => NatMapping::NotPortDependent,
            };
            Fact::known(known, SEEN)
        }
    };
    (mapping, port_kept)
}

/// Where a peer sees this socket come from.
async fn mapped(socket: &UdpSocket, peer: SocketAddr, wait: Duration) -> Option<SocketAddr> {
    let mut buffer = [0; 512];
    for _ in 0..TRIES {
        let request = stun::request();
        socket.send_to(&request, peer).await.ok()?;
        let until = Instant::now() + wait;
        while let Ok(got) = timeout_at(until, socket.recv_from(&mut buffer)).await {
            let Ok((len, from)) = got else { continue };
            let answer = buffer.get(..len).unwrap_or_default();
            if from == peer
                && let Some(mapped) = stun::mapped(&request, answer)
            {
                return Some(mapped);
            }
        }
    }
    None
}

/// Each gap with flows of its own, all side by side, and one without a gap to compare with.
async fn gaps(session: &Session, peer: SocketAddr, gaps: &[Duration]) -> Vec<IdleReading> {
    let all: Vec<Duration> = std::iter::once(NO_GAP)
        .chain(gaps.iter().copied())
        .collect();
    let runs = all.iter().map(|gap| gap_of(session, peer, *gap));
    let mut kept = join_all(runs).await.into_iter();
    let compared = kept.next().flatten() == Some(true);
    // The path as it is afterwards: a line that fell meanwhile is no expired timer.
    let after = match socket::udp_to(peer) {
        Ok(socket) => exchange(session, &socket, peer.port()).await,
        Err(_) => false,
    };
    gaps.iter()
        .zip(kept)
        .map(|(gap, kept)| IdleReading {
            gap: Millis::from_duration(*gap),
            kept: match kept {
                Some(true) => Fact::known(true, "an answer after the gap"),
                Some(false) if compared && after => Fact::known(
                    false,
                    "no answer after the gap while other flows had theirs",
                ),
                Some(false) => {
                    Fact::unknown_because(UnknownCode::Failed, "nothing to compare with answered")
                }
                None => Fact::unknown_because(
                    UnknownCode::NotSupported,
                    "the reflector holds no answers back, or the flow could not be used",
                ),
            },
        })
        .collect()
}

/// Whether an answer that comes after so long a silence still arrives; none when it could not be tried.
async fn gap_of(session: &Session, peer: SocketAddr, gap: Duration) -> Option<bool> {
    let after_ms = u32::try_from(gap.as_millis()).ok()?;
    let Ok(LoadReply::Flow { ssid }) = session.load(&LoadRequest::Late { after_ms }).await else {
        return None;
    };
    let runs = (0..FLOWS).map(|_| one_flow(session, peer, ssid, gap));
    let all = join_all(runs).await;
    let _ = session.load(&LoadRequest::Stop { ssid }).await;
    let tried: Vec<bool> = all.into_iter().flatten().collect();
    (!tried.is_empty()).then(|| tried.contains(&true))
}

async fn one_flow(session: &Session, peer: SocketAddr, ssid: u16, gap: Duration) -> Option<bool> {
    let socket = socket::udp_to(peer).ok()?;
    if !exchange(session, &socket, peer.port()).await {
        return None;
    }
    sleep(USED).await;
    if !exchange(session, &socket, peer.port()).await {
        return None;
    }
    let key = session.key().port(Transport::Udp, peer.port());
    let packet = packet(ssid);
    socket.send(&packet.encode(&key, 0)).await.ok()?;
    Some(answered(&socket, &packet, &key, Instant::now() + gap + GRACE).await)
}

fn packet(ssid: u16) -> SenderPacket {
    SenderPacket {
        sequence: SEQUENCE.fetch_add(1, Ordering::Relaxed),
        timestamp: NtpTime::from_unix(clock::now()),
        error: ErrorEstimate::UNSYNCHRONISED,
        ssid,
    }
}

/// One exchange with the reflector over this socket.
async fn exchange(session: &Session, socket: &UdpSocket, port: u16) -> bool {
    let key = session.key().port(Transport::Udp, port);
    for _ in 0..TRIES {
        let packet = packet(session.ssid());
        if socket.send(&packet.encode(&key, 0)).await.is_err() {
            continue;
        }
        if answered(socket, &packet, &key, Instant::now() + base_wait(session)).await {
            return true;
        }
    }
    false
}

async fn answered(
    socket: &UdpSocket,
    packet: &SenderPacket,
    key: &PortKey,
    until: Instant,
) -> bool {
    let mut buffer = [0; 2_048];
    loop {
        match timeout_at(until, socket.recv(&mut buffer)).await {
            Err(_) => return false,
            Ok(Ok(len)) => {
                let bytes = buffer.get(..len).unwrap_or_default();
                if ReflectorPacket::parse(bytes, key).is_ok_and(|a| a.answers(packet)) {
                    return true;
                }
            }
            // An ICMP error of an earlier datagram ends nothing.
            Ok(Err(_)) => sleep(Duration::from_millis(50)).await,
        }
    }
}
