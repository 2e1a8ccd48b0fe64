//! Datagrams: STAMP for sessions, STUN Binding for anyone, silence for everything else.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Shared;
use super::ports::UdpPort;
use super::session::{Arrived, Flow};
use super::stats::Event;
use crate::model::network::Family;
use crate::model::rule::Transport;
use crate::net::{clock, stamped};
use crate::wire::replay::ReplayWindow;
use crate::wire::stamp::{self, NtpTime, SenderPacket};
use crate::wire::stun;

/// Largest datagram that is read whole.
const LARGEST: usize = 2_048;

/// Serves one socket until its task is aborted.
pub(crate) async fn serve(shared: Arc<Shared>, port: Arc<UdpPort>) {
    let mut buffer = vec![0; LARGEST];
    loop {
        match stamped::recv_from(&port.socket, &mut buffer).await {
            Ok((len, from, received)) => {
                let received = NtpTime::from_unix(received);
                on_datagram(
                    &shared,
                    &port,
                    buffer.get(..len).unwrap_or_default(),
                    from,
                    received,
                );
            }
            // Windows reports ICMP errors of earlier answers here; they say nothing about this socket.
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn on_datagram(
    shared: &Arc<Shared>,
    port: &Arc<UdpPort>,
    bytes: &[u8],
    from: SocketAddr,
    received: NtpTime,
) {
    let now = Instant::now();
    let stats = &shared.stats;
    stats.count(Event::Datagram);
    stats.add(Event::OctetsIn, bytes.len() as u64);
    if stun::looks_like(bytes) {
        stats.count(on_stun(shared, port, bytes, from, now));
        return;
    }
    let Some(ssid) = stamp::ssid(bytes) else {
        return stats.count(Event::Malformed);
    };
    let Some((session, flow)) = shared.sessions.by_ssid(ssid) else {
        return stats.count(Event::UnknownSession);
    };
    let Some(key) = session.port_key(Transport::Udp, port.port) else {
        return stats.count(Event::NotLeased);
    };
    let Ok(packet) = SenderPacket::parse(bytes, &key) else {
        return stats.count(Event::Forged);
    };
    if !session.within_budget(shared.limits.datagrams_per_second, now) {
        return stats.count(Event::OverRate);
    }
    session.used(Transport::Udp, port.port, now);
    flow.on_packet(&Arrived {
        session: &session,
        packet,
        bytes,
        from,
        received,
        socket: port,
        key: &key,
        stats,
    });
}

/// Answers a Binding request within its source's limit.
fn on_stun(
    shared: &Arc<Shared>,
    port: &Arc<UdpPort>,
    bytes: &[u8],
    from: SocketAddr,
    now: Instant,
) -> Event {
    if !shared.stun.take(from.ip(), now) {
        return Event::StunOverLimit;
    }
    let Some(answer) = stun::respond(bytes, from) else {
        return Event::StunUnanswerable;
    };
    if !port.send(&answer, from) {
        return Event::NotSent;
    }
    shared.stats.add(Event::OctetsOut, answer.len() as u64);
    Event::StunAnswered
}

/// A stateful session-reflector (RFC 8762 section 4.3): answers every fresh packet at its own size, numbering its answers
/// for each port.
#[derive(Debug, Default)]
pub(crate) struct Reflect {
    ports: Mutex<HashMap<(u16, Family), Progress>>,
}

#[derive(Debug, Default)]
struct Progress {
    seen: ReplayWindow,
    answered: u32,
}

impl Flow for Reflect {
    fn on_packet(&self, a: &Arrived<'_>) {
        let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = ports.entry((a.socket.port, a.socket.family)).or_default();
        if !progress.seen.accept(a.packet.sequence) {
            return a.stats.count(Event::Replayed);
        }
        let sent = NtpTime::from_unix(clock::now());
        let answer = a.packet.answer(progress.answered, a.received, sent);
        let answer = answer.encode_for(a.bytes, a.key);
        let went = a.socket.send(&answer, a.from);
        if went {
            progress.answered = progress.answered.wrapping_add(1);
        }
        drop(ports);
        a.stats.count(if went {
            Event::StampAnswered
        } else {
            Event::NotSent
        });
        a.stats
            .add(Event::OctetsOut, if went { answer.len() as u64 } else { 0 });
        a.session.count(
            Transport::Udp,
            a.socket.port,
            a.socket.family,
            1,
            u64::from(went),
        );
    }
}
