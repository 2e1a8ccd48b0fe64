//! A UDP path to one port of a reflector on which flows are measured, with a thread that listens to it.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::reflector::Session;
use crate::model::network::{Failure, FailureCode, Family};
use crate::model::rule::{PortRange, Transport};
use crate::net::{clock, failure_of, socket, stamped};
use crate::wire::control::{LeaseRequest, LoadReply, LoadRequest, PathProof};
use crate::wire::keys::PortKey;
use crate::wire::stamp::{AUTH_LEN, ErrorEstimate, NtpTime, ReflectorPacket, SenderPacket};
use crate::wire::train::Arrival;

/// How often a silent port is asked before it counts as silent.
const TRIES: u32 = 4;
/// How long each try waits at least.
const WAIT: Duration = Duration::from_millis(250);
/// Ports that are tried before the path counts as silent.
const PORTS: usize = 4;

/// An answer of the reflector, and when it arrived here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) packet: ReflectorPacket,
    pub(super) arrived: NtpTime,
}

/// What arrived so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Answers to this side's packets, in order of arrival.
    pub(super) answers: Vec<Answer>,
    /// Packets of the reflector's train, in order of arrival.
    pub(super) train: Vec<Arrival>,
    /// When the latest packet of the train arrived.
    pub(super) last: Option<Instant>,
    /// What the system said when it could not receive: an ICMP error, a lost network.
    pub(super) error: Option<Failure>,
}

/// A path to one port, in one flow.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) port: u16,
    pub(super) family: Family,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    key: PortKey,
    ssid: AtomicU16,
    next: AtomicU32,
    heard: Mutex<Heard>,
    news: Notify,
    closed: AtomicBool,
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
    }
}

/// Most answers and train packets that are kept: longer than any stream here, and a bound against a lying reflector.
const MOST_KEPT: usize = 2 * crate::wire::train::MOST_PACKETS as usize;

impl Lane {
    /// Opens a path in a flow whose packets the reflector answers: over the first of these ports that answers, or, with
    /// none given, over one of the reflector's choice.
    ///
    /// # Errors
    /// [`FailureCode::PortNotHeld`] when it can hold none of them, [`FailureCode::TimedOut`] or what ICMP said when none
    /// answers, or what the control channel failed with.
    pub(super) async fn open(
        session: &Session,
        family: Family,
        ports: &[u16],
        ssid: u16,
    ) -> Result<Self, Failure> {
        let peer = session
            .peer(family)
            .ok_or_else(|| Failure::new(FailureCode::DnsNoAddress))?;
        let ports = lease(session, family, ports).await?;
        let mut failure = Failure::new(FailureCode::TimedOut);
        for port in ports.into_iter().take(PORTS) {
            let lane = Self::start(session, SocketAddr::new(peer, port), ssid)?;
            match lane.greet(session.round_trip()).await {
                Ok(()) => return Ok(lane),
                Err(e) => failure = e,
            }
        }
        Err(failure)
    }

    fn start(session: &Session, peer: SocketAddr, ssid: u16) -> Result<Self, Failure> {
        let local = |e: io::Error| Failure::because(FailureCode::LocalSocket, e.to_string());
        let socket = socket::udp_to(peer)?.into_std().map_err(local)?;
        socket.set_nonblocking(false).map_err(local)?;
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .map_err(local)?;
        let shared = Arc::new(Shared {
            socket,
            key: session.key().port(Transport::Udp, peer.port()),
            ssid: AtomicU16::new(ssid),
            next: AtomicU32::new(0),
            heard: Mutex::default(),
            news: Notify::new(),
            closed: AtomicBool::new(false),
        });
        let ear = shared.clone();
        std::thread::Builder::new()
            .name("listen".into())
            .spawn(move || ear.listen())
            .map_err(local)?;
        Ok(Self {
            port: peer.port(),
            family: peer.ip().into(),
            shared,
        })
    }

    /// Asks until something is answered.
    async fn greet(&self, round_trip: Duration) -> Result<(), Failure> {
        for _ in 0..TRIES {
            // A system that refuses to send says so again below, or the silence does.
            let sent = self.ask(AUTH_LEN);
            let news = self.shared.news.notified();
            let _ = tokio::time::timeout(WAIT.max(round_trip * 2), news).await;
            if !self.heard().answers.is_empty() {
                return Ok(());
            }
            sent.map_err(|e| failure_of(&e))?;
        }
        let said = self.heard().error.take();
        Err(said.unwrap_or_else(|| {
            Failure::because(
                FailureCode::TimedOut,
                format!("UDP port {}: no answer to {TRIES} packets", self.port),
            )
        }))
    }

    /// The flow that is heard.
    pub(super) fn ssid(&self) -> u16 {
        self.shared.ssid()
    }

    /// Turns to another flow over the same socket: its packets are numbered from 0, and only its answers are heard.
    pub(super) fn turn_to(&self, ssid: u16) {
        self.shared.ssid.store(ssid, Ordering::Release);
        self.shared.next.store(0, Ordering::Release);
        *self.heard() = Heard::default();
    }

    /// Sends the next packet of this side's flow, of so many bytes of UDP payload.
    pub(super) fn ask(&self, size: usize) -> io::Result<u32> {
        self.shared.ask(size)
    }

    /// What was heard so far.
    pub(super) fn heard(&self) -> MutexGuard<'_, Heard> {
        self.shared.heard()
    }

    /// Shows that the latest answer arrived here.
    pub(super) fn proof(&self) -> Option<PathProof> {
        let packet = self.heard().answers.last()?.packet;
        Some(PathProof {
            port: self.port,
            family: self.family,
            sequence: packet.sequence,
            time: packet.timestamp.0,
        })
    }

    /// A sender of packets of another flow over the same socket, for a thread of its own.
    pub(super) fn sender(
        &self,
        ssid: u16,
        size: usize,
    ) -> impl FnMut(u32) -> io::Result<()> + use<> {
        let shared = self.shared.clone();
        move |number| shared.send(number, ssid, size)
    }

    /// The same flow's next packets, for a thread or task of its own; fails once the lane is dropped.
    pub(super) fn asker(&self, size: usize) -> impl FnMut() -> io::Result<u32> + use<> {
        let shared = self.shared.clone();
        move || {
            if shared.closed.load(Ordering::Acquire) {
                return Err(io::ErrorKind::NotConnected.into());
            }
            shared.ask(size)
        }
    }
}

impl Shared {
    fn ssid(&self) -> u16 {
        self.ssid.load(Ordering::Acquire)
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, size: usize) -> io::Result<u32> {
        let number = self.next.fetch_add(1, Ordering::AcqRel);
        self.send(number, self.ssid(), size).map(|()| number)
    }

    fn send(&self, sequence: u32, ssid: u16, size: usize) -> io::Result<()> {
        let packet = SenderPacket {
            sequence,
            timestamp: NtpTime::from_unix(clock::now()),
            error: ErrorEstimate::UNSYNCHRONISED,
            ssid,
        };
        self.socket
            .send(&packet.encode(&self.key, size))
            .map(|_| ())
    }

    fn listen(&self) {
        let mut buffer = [0; 2_048];
        while !self.closed.load(Ordering::Acquire) {
            match stamped::recv(&self.socket, &mut buffer) {
                Ok((length, _, arrived)) => {
                    let arrived = NtpTime::from_unix(arrived);
                    self.take_in(buffer.get(..length).unwrap_or_default(), arrived);
                }
                Err(e) if is_wait(&e) => {}
                Err(e) => {
                    self.heard().error = Some(failure_of(&e));
                    // An error that stays must not spin.
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        }
    }

    fn take_in(&self, bytes: &[u8], arrived: NtpTime) {
        // Both kinds are sealed with the port's key. An answer has a receive time; a train's packet has none.
        if let Ok(packet) = ReflectorPacket::parse(bytes, &self.key) {
            let mut heard = self.heard();
            if packet.ssid == self.ssid() && heard.answers.len() < MOST_KEPT {
                heard.answers.push(Answer { packet, arrived });
            }
            drop(heard);
            self.news.notify_one();
        } else if let Ok(packet) = SenderPacket::parse(bytes, &self.key)
            && packet.ssid == self.ssid()
        {
            let mut heard = self.heard();
            if heard.train.len() < MOST_KEPT {
                heard.train.push(Arrival::of(&packet, arrived));
            }
            heard.last = Some(Instant::now());
        }
    }
}

/// The read timeout, by its names on Unix and Windows, or a signal.
fn is_wait(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

/// Starts a flow; its SSID.
pub(super) async fn flow(session: &Session, request: &LoadRequest) -> Result<u16, Failure> {
    match session.load(request).await? {
        LoadReply::Flow { ssid } => Ok(ssid),
        other => Err(unexpected(&other)),
    }
}

/// How long a busy reflector may let us wait in all.
pub(super) const LONGEST_TURN: Duration = Duration::from_secs(30);
/// How soon it is asked again, and how late.
const ASK_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(4));

/// A call that the reflector may answer by having us wait for our turn, which it keeps for us.
pub(super) async fn in_turn(
    session: &Session,
    request: impl Fn() -> Result<LoadRequest, Failure>,
) -> Result<LoadReply, Failure> {
    let begun = Instant::now();
    let (soonest, latest) = ASK_AGAIN;
    while begun.elapsed() < LONGEST_TURN {
        match session.load(&request()?).await? {
            LoadReply::Wait { retry_ms } => {
                let pause = Duration::from_millis(retry_ms.into()).clamp(soonest, latest);
                tokio::time::sleep(pause).await;
            }
            reply => return Ok(reply),
        }
    }
    let why = "the reflector is busy with others";
    Err(Failure::because(FailureCode::Busy, why))
}

/// An answer of another kind than the call has.
pub(super) fn unexpected(reply: &LoadReply) -> Failure {
    Failure::because(
        FailureCode::BadReply,
        format!("the reflector answered a flow call with {reply:?}")
            .chars()
            .take(160)
            .collect::<String>(),
    )
}

/// Ends a flow. One that has ended by itself is as good.
pub(super) async fn stop(session: &Session, ssid: u16) {
    let _ = session.load(&LoadRequest::Stop { ssid }).await;
}

/// Leases these ports, or one of the reflector's choice; those that it holds over this family, in the order given.
async fn lease(session: &Session, family: Family, ports: &[u16]) -> Result<Vec<u16>, Failure> {
    let request = LeaseRequest {
        transport: Transport::Udp,
        ports: ports
            .iter()
            .take(PORTS)
            .filter_map(|p| PortRange::single(*p))
            .collect(),
        any: u8::from(ports.is_empty()),
    };
    let reply = session.lease(&request).await?;
    let held = |port: &u16| {
        reply
            .held
            .iter()
            .any(|h| h.family == family && h.ports.iter().any(|r| r.contains(*port)))
    };
    let wanted = if ports.is_empty() { &reply.any } else { ports };
    let held: Vec<u16> = wanted.iter().copied().filter(held).collect();
    if held.is_empty() {
        let why = reply.refused.first().map(|r| r.detail.clone());
        Err(Failure {
            code: FailureCode::PortNotHeld,
            detail: why,
        })
    } else {
        Ok(held)
    }
}
