//! UDP: an authenticated STAMP packet to each port, and its authenticated answer back.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::ports::{ChunkSeen, LEAST_TRIES, MOST_TRIES, Options, Seen};
use super::ports_control::{Control, otherwise};
use super::ports_pace::{loss_at_most, needed_for};
use super::reflector::Session;
use crate::model::network::{Failure, FailureCode};
use crate::model::rule::Transport;
use crate::net::{clock, failure_of, socket};
use crate::wire::keys::PortKey;
use crate::wire::stamp::{ErrorEstimate, NtpTime, ReflectorPacket, SenderPacket};

/// Spaces sends so that no more than so many leave in a second.
pub(super) struct Pacer {
    gap: Duration,
    next: Mutex<Instant>,
}

impl Pacer {
    pub(super) fn new(per_second: u32) -> Self {
        Self {
            gap: Duration::from_secs(1) / per_second.max(1),
            next: Mutex::new(Instant::now()),
        }
    }
    pub(super) async fn turn(&self) {
        let mut next = self.next.lock().await;
        let at = (*next).max(Instant::now());
        *next = at + self.gap;
        drop(next);
        sleep_until(at).await;
    }
}

/// One port under test.
struct Probe {
    port: u16,
    key: PortKey,
    ssid: u16,
    /// The socket, or why there is none. Kept over rounds: a firewall's view of the flow stays the same.
    socket: Result<Arc<UdpSocket>, Failure>,
    /// Each packet of a session to this port has a number of its own; later runs go on where earlier ones ended.
    sent: Vec<SenderPacket>,
    rejected: Option<Failure>,
    /// Why nothing could be sent yet. The next try may: an address or a route may still be coming.
    unsent: Option<Failure>,
    answered: bool,
}

/// Numbers packets over all runs of this process: a reflector drops numbers that it saw before.
pub(super) static SEQUENCE: AtomicU32 = AtomicU32::new(0);

impl Probe {
    fn new(session: &Session, peer: SocketAddr, port: u16) -> Self {
        Self {
            port,
            key: session.key().port(Transport::Udp, port),
            ssid: session.ssid(),
            socket: socket::udp_to(SocketAddr::new(peer.ip(), port)).map(Arc::new),
            sent: Vec::new(),
            rejected: None,
            unsent: None,
            answered: false,
        }
    }

    /// Sends once and listens until the answer, an ICMP error, or the time is over. Answers to earlier sends count.
    async fn round(&mut self, pacer: &Pacer, wait: Duration) {
        let Ok(socket) = self.socket.clone() else {
            return;
        };
        pacer.turn().await;
        let packet = SenderPacket {
            sequence: SEQUENCE.fetch_add(1, Ordering::Relaxed),
            timestamp: NtpTime::from_unix(clock::now()),
            error: ErrorEstimate::UNSYNCHRONISED,
            ssid: self.ssid,
        };
        if let Err(e) = socket.send(&packet.encode(&self.key, 0)).await {
            // An ICMP error about an earlier packet is reported on the next send; that one did not leave.
            self.note(failure_of(&e), self.sent.is_empty());
        } else {
            self.sent.push(packet);
        }
        let until = Instant::now() + wait;
        let mut buffer = [0; 2_048];
        loop {
            match timeout_at(until, socket.recv(&mut buffer)).await {
                Err(_) => return,
                Ok(Ok(len)) => {
                    if self.is_answer(buffer.get(..len).unwrap_or_default()) {
                        self.answered = true;
                        return;
                    }
                }
                Ok(Err(e)) => {
                    self.note(failure_of(&e), false);
                    // The next try keeps its time: what rejects now may not in a second.
                    sleep_until(until).await;
                    return;
                }
            }
        }
    }

    fn is_answer(&self, bytes: &[u8]) -> bool {
        ReflectorPacket::parse(bytes, &self.key)
            .is_ok_and(|answer| self.sent.iter().any(|s| answer.answers(s)))
    }

    fn note(&mut self, failure: Failure, nothing_left: bool) {
        if nothing_left {
            self.unsent = Some(as_udp(failure));
        } else if let Some(failure) = from_path(failure) {
            self.rejected = Some(failure);
        }
    }

    fn waiting(&self) -> bool {
        !self.answered && self.socket.is_ok()
    }

    fn seen(self) -> Seen {
        if self.answered {
            return Seen::Proved;
        }
        if let Err(failure) = self.socket {
            return Seen::NotTried(failure);
        }
        match (self.rejected, self.unsent) {
            (Some(failure), _) => Seen::Rejected(failure),
            (None, Some(failure)) if self.sent.is_empty() => Seen::NotTried(failure),
            (None, _) => Seen::Silent(u32::try_from(self.sent.len()).unwrap_or(u32::MAX)),
        }
    }
}

/// Windows reports an ICMP port unreachable as a reset.
fn as_udp(failure: Failure) -> Failure {
    match failure.code {
        FailureCode::Reset => Failure {
            code: FailureCode::Refused,
            ..failure
        },
        _ => failure,
    }
}

/// The failure, if it is one that the path or the far end reports by ICMP.
pub(super) fn from_path(failure: Failure) -> Option<Failure> {
    let failure = as_udp(failure);
    matches!(
        failure.code,
        FailureCode::Refused
            | FailureCode::HostUnreachable
            | FailureCode::NetworkUnreachable
            | FailureCode::Prohibited
    )
    .then_some(failure)
}

/// One more round for all that still wait.
async fn round(probes: &mut Vec<Probe>, pacer: &Arc<Pacer>, wait: Duration) {
    let (waiting, mut done): (Vec<Probe>, Vec<Probe>) = probes.drain(..).partition(Probe::waiting);
    let mut tasks = tokio::task::JoinSet::new();
    for mut probe in waiting {
        let pacer = pacer.clone();
        tasks.spawn(async move {
            probe.round(&pacer, wait).await;
            probe
        });
    }
    while let Some(result) = tasks.join_next().await {
        if let Ok(probe) = result {
            done.push(probe);
        }
    }
    *probes = done;
}

/// The risk that is taken of calling any of these open ports silent. The loss is taken at its upper end besides, and few
/// answers put that end high.
const RISK: f64 = 0.005;

/// How often a silent port must be tried so that, of `ports` open ones, all answer although exchanges are lost as often
/// as these suggest, but for [`RISK`].
fn tries_needed(ports: usize, answered: usize, sent: usize) -> u32 {
    if answered == 0 {
        return LEAST_TRIES;
    }
    let lost = sent.saturating_sub(answered);
    let loss = loss_at_most(
        u64::try_from(lost).unwrap_or(u64::MAX),
        u64::try_from(answered).unwrap_or(u64::MAX),
    );
    needed_for(ports, RISK, loss).max(LEAST_TRIES)
}

/// Shortest time from the first try of a silent port to its last. An IPv6 address that is not ready yet, a neighbour
/// that is still being looked for (asked for once a second, RFC 4861 section 10) or a short gap of a radio link is no
/// block.
const SPREAD: Duration = Duration::from_secs(1);
/// Time to the next try at least: tries at 0, 0.25, 0.75, 1.5 and 2.5 s.
const GAPS: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_millis(750),
    Duration::from_secs(1),
];
/// Tries after which something should have answered, else the other transport is asked.
const TRIES_BEFORE_DOUBT: u32 = 2;
/// Tries between two answers over the other transport, when nothing at all answers.
const TRIES_IN_DOUBT: u32 = 5;

/// Tries the ports of a chunk over one family.
pub(super) async fn run(
    session: &Session,
    peer: SocketAddr,
    targets: &[u16],
    controls: &[u16],
    options: &Options,
) -> ChunkSeen {
    let pacer = Arc::new(Pacer::new(options.pace));
    let all = targets.iter().chain(controls);
    let mut probes: Vec<Probe> = all.map(|p| Probe::new(session, peer, *p)).collect();
    let base = base_wait(session);
    let waiting = |probes: &[Probe]| {
        let mut asked = probes.iter().filter(|p| targets.contains(&p.port));
        asked.any(Probe::waiting)
    };
    tries(
        &mut probes,
        &pacer,
        base,
        options,
        |probes, tried, spread| {
            if !waiting(probes) {
                return false;
            }
            if !probes.iter().any(|p| p.answered) {
                return tried < TRIES_BEFORE_DOUBT;
            }
            tried < needed(probes).min(MOST_TRIES) || spread < SPREAD
        },
    )
    .await;
    let mut good: Vec<Control> = Vec::new();
    let silent = waiting(&probes);
    if silent && !probes.iter().any(|p| p.answered) {
        // Nothing at all answers: the path may be down, or let no UDP through. What TCP proves before and after the tries
        // in between tells these apart.
        let before = otherwise(session, peer.ip(), Transport::Udp, options).await;
        tries(&mut probes, &pacer, base, options, |probes, tried, _| {
            waiting(probes) && tried < TRIES_IN_DOUBT.max(needed(probes).min(MOST_IN_DOUBT))
        })
        .await;
        if !before.is_empty() && !probes.iter().any(|p| p.answered) {
            good = otherwise(session, peer.ip(), Transport::Udp, options).await;
            good.retain(|c| before.contains(c));
        }
    }
    if silent && probes.iter().any(|p| p.answered) {
        good = still_good(session, peer, &probes, &pacer, base).await;
    }
    if needed(&probes) > MOST_TRIES {
        // So much is lost here that silence after all these tries proves nothing.
        good.clear();
    }
    let mut ports = BTreeMap::new();
    for probe in probes {
        if targets.contains(&probe.port) {
            ports.insert(probe.port, probe.seen());
        }
    }
    ChunkSeen {
        ports,
        controls: good,
    }
}

/// So that no port is tried more than [`MOST_TRIES`] times in all.
const MOST_IN_DOUBT: u32 = MOST_TRIES - TRIES_BEFORE_DOUBT;

/// How long an answer is waited for at first. The control round trip bounds the path's; a datagram may still wait in a
/// queue that TCP did not meet.
pub(super) fn base_wait(session: &Session) -> Duration {
    (session.round_trip() * 2 + Duration::from_millis(200))
        .clamp(Duration::from_millis(300), Duration::from_millis(1_500))
}

/// How often these must be tried by what was lost so far. Loss is measured on ports that answer at all: the others are
/// what is asked about. Rounds before anything answered are an outage at the start (an address or a neighbour that was not
/// ready), no loss of single packets: they say nothing, and do not count as tries.
fn needed(probes: &[Probe]) -> u32 {
    let tries = || probes.iter().filter(|p| p.answered).map(|p| p.sent.len());
    let outage = tries().min().unwrap_or(1).saturating_sub(1);
    let sent = tries().map(|n| n - outage.min(n)).sum();
    let needed = tries_needed(probes.len(), tries().count(), sent);
    needed.saturating_add(u32::try_from(outage).unwrap_or(u32::MAX))
}

/// Tries while `more` says so, which is told how often it was tried and in what time. Time over ends it too.
async fn tries(
    probes: &mut Vec<Probe>,
    pacer: &Arc<Pacer>,
    base: Duration,
    options: &Options,
    more: impl Fn(&[Probe], u32, Duration) -> bool,
) {
    let begun = Instant::now();
    let mut tried: u32 = 0;
    let mut spread = Duration::ZERO;
    while more(probes, tried, spread) && !options.deadline.passed() {
        spread = begun.elapsed();
        let gap = usize::try_from(tried).ok().and_then(|n| GAPS.get(n));
        let wait = base.mul_f64(1.0 + 0.5 * f64::from(tried.min(4)));
        round(probes, pacer, wait.max(gap.copied().unwrap_or_default())).await;
        tried += 1;
    }
}

/// Those of the ports that answer, as soon as one does.
pub(super) async fn prove_any(
    session: &Session,
    ip: IpAddr,
    ports: &[u16],
    options: &Options,
) -> Vec<u16> {
    let pacer = Arc::new(Pacer::new(options.pace));
    let peer = SocketAddr::new(ip, 0);
    let mut probes: Vec<Probe> = ports
        .iter()
        .map(|p| Probe::new(session, peer, *p))
        .collect();
    let base = base_wait(session);
    tries(&mut probes, &pacer, base, options, |probes, tried, _| {
        tried < LEAST_TRIES && !probes.iter().any(|p| p.answered)
    })
    .await;
    let answered = probes.iter().filter(|p| p.answered);
    answered.map(|p| p.port).collect()
}

/// Of the ports that answered, two that still do: then the silence of others is not that of the whole path.
async fn still_good(
    session: &Session,
    peer: SocketAddr,
    probes: &[Probe],
    pacer: &Arc<Pacer>,
    base: Duration,
) -> Vec<Control> {
    // The first and the last: when one of them is in a block that closes meanwhile, the other may not be.
    let mut answered: Vec<u16> = probes
        .iter()
        .filter(|p| p.answered)
        .map(|p| p.port)
        .collect();
    answered.sort_unstable();
    answered.dedup();
    let ends = [answered.first().copied(), answered.last().copied()];
    let mut again: Vec<Probe> = ends
        .into_iter()
        .flatten()
        .map(|p| Probe::new(session, peer, p))
        .collect();
    again.dedup_by_key(|p| p.port);
    for n in 0..LEAST_TRIES {
        round(&mut again, pacer, base.mul_f64(1.0 + f64::from(n))).await;
        if again.iter().all(|p| p.answered) {
            break;
        }
    }
    let answered = again.iter().filter(|p| p.answered);
    answered.map(|p| (Transport::Udp, p.port)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_loss_asks_for_more_tries() {
        assert_eq!(tries_needed(300, 1_000, 1_000), 3);
        assert_eq!(tries_needed(300, 0, 0), 3);
        // A few answers say little of the loss.
        assert_eq!(tries_needed(12, 12, 12), 5);
        assert_eq!(tries_needed(12, 2, 2), 8);
        assert!(tries_needed(3, 1, 1) <= MOST_TRIES);
        assert!(tries_needed(300, 50, 100) > MOST_TRIES);
    }

    #[tokio::test]
    async fn the_pace_is_kept() {
        let pacer = Pacer::new(500);
        let begun = Instant::now();
        for _ in 0..51 {
            pacer.turn().await;
        }
        assert!(
            begun.elapsed() >= Duration::from_millis(100),
            "{:?}",
            begun.elapsed()
        );
    }
}
