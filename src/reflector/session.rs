//! Sessions: who may use which ports, what arrived there, and which flows run.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::limits::{Bucket, Limits, Place, Places};
use super::ports::{HeldPort, UdpPort};
use super::stats::{Event, Stats};
use super::train::{Budget, Order, Refused};
use crate::model::network::Family;
use crate::model::rule::Transport;
use crate::wire::control::{Heard, LogRequest, PortLog, SessionLog, TrainReport};
use crate::wire::keys::{PortKey, SessionKey, SessionToken};
use crate::wire::stamp::{NtpTime, SenderPacket};

/// A verified datagram of one flow.
#[derive(Debug)]
pub struct Arrived<'a> {
    /// The session that it belongs to.
    pub session: &'a Arc<Session>,
    /// The STAMP base packet.
    pub packet: SenderPacket,
    /// All octets of the datagram; its options are not verified yet.
    pub bytes: &'a [u8],
    /// Where it came from.
    pub from: SocketAddr,
    /// When it was read from the socket.
    pub received: NtpTime,
    /// The socket that it came to, for answers.
    pub socket: &'a Arc<UdpPort>,
    /// The key of this port.
    pub key: &'a PortKey,
    /// Where it is counted.
    pub(crate) stats: &'a Stats,
}

/// What is done with the datagrams of one SSID. This is where kinds of measurement are added: implement it, register it
/// with [`Session::add_flow`] from [`super::load::handle`], and give its SSID to the agent. Datagrams reach it only after
/// their HMAC verified for a port that the session leases; it must itself refuse replays (see
/// [`crate::wire::replay::ReplayWindow`]) and count what it answers with [`Session::count`].
pub trait Flow: Send + Sync {
    /// Takes a datagram. Runs on the socket's task: it must not block.
    fn on_packet(&self, arrived: &Arrived<'_>);
    /// The flow is over: stopped by the agent, or its session ended.
    fn stop(&self) {}
    /// How its train fared so far; none for flows without one.
    fn report(&self) -> Option<TrainReport> {
        None
    }
    /// Which of the agent's packets arrived; none for flows that do not remember.
    fn heard(&self) -> Option<Heard> {
        None
    }
    /// Ends the train that it is sending, if any.
    fn halt(&self) {}
    /// Begins to send a train; none for flows that send none.
    fn send(&self, order: Order<'_>) -> Option<Result<(), Refused>> {
        drop(order);
        None
    }
}

/// A port that a session leases.
struct Lease {
    held: Arc<HeldPort>,
    key: PortKey,
    used: Instant,
}

/// Why a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Its agent said so.
    Closed,
    /// Its agent fell silent, or it was open as long as a session may be.
    Expired,
    /// The reflector stops.
    Shutdown,
}

/// Requests and replies of each port.
type Counts = BTreeMap<(Transport, u16, Family), (u64, u64)>;
/// The session and the flow of an SSID.
type Entry = (Arc<Session>, Arc<dyn Flow>);

/// One agent's session.
pub struct Session {
    /// Authorises its control calls.
    pub(crate) token: SessionToken,
    /// Root of its packet keys.
    pub(crate) key: SessionKey,
    /// SSID of its port proofs.
    pub(crate) ssid: u16,
    /// Where its control connection came from.
    pub(crate) peer: IpAddr,
    opened: Instant,
    beat: Mutex<Instant>,
    budget: Mutex<Bucket>,
    leases: Mutex<HashMap<(Transport, u16), Lease>>,
    /// What trains it was sent.
    pub(crate) load: Budget,
    counts: Mutex<Counts>,
    _place: Place,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({} from {})", self.ssid, self.peer)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// The key of a port that the session leases; none when it does not.
    pub fn port_key(&self, transport: Transport, port: u16) -> Option<PortKey> {
        lock(&self.leases)
            .get(&(transport, port))
            .map(|l| l.key.clone())
    }
    /// Something with a right authenticator came for this port: its lease begins anew.
    pub(crate) fn used(&self, transport: Transport, port: u16, now: Instant) {
        if let Some(lease) = lock(&self.leases).get_mut(&(transport, port)) {
            lease.used = now;
        }
    }
    /// Takes back the ports for which nothing came for so long; how many.
    fn expire_leases(&self, after: Duration, now: Instant) -> u64 {
        let mut leases = lock(&self.leases);
        let before = leases.len();
        leases.retain(|_, l| now.saturating_duration_since(l.used) <= after);
        (before - leases.len()) as u64
    }
    /// The UDP socket of a port that the session leases.
    pub fn udp(&self, port: u16, family: Family) -> Option<Arc<UdpPort>> {
        lock(&self.leases)
            .get(&(Transport::Udp, port))?
            .held
            .udp(family)
    }
    /// Counts authenticated requests that arrived and answers that were sent.
    pub fn count(
        &self,
        transport: Transport,
        port: u16,
        family: Family,
        requests: u64,
        replies: u64,
    ) {
        let mut counts = lock(&self.counts);
        let entry = counts.entry((transport, port, family)).or_default();
        entry.0 = entry.0.saturating_add(requests);
        entry.1 = entry.1.saturating_add(replies);
    }
    /// When the agent last showed that it lives. Load that the reflector sends must stop when this grows old.
    pub fn last_beat(&self) -> Instant {
        *lock(&self.beat)
    }
    pub(crate) fn beat(&self, now: Instant) {
        *lock(&self.beat) = now;
    }
    /// Whether another datagram fits the session's rate.
    pub(crate) fn within_budget(&self, per_second: u32, now: Instant) -> bool {
        lock(&self.budget).take(per_second, now)
    }
    pub(crate) fn leased(&self) -> usize {
        lock(&self.leases).len()
    }
    pub(crate) fn holds(&self, transport: Transport, port: u16) -> Option<Arc<HeldPort>> {
        lock(&self.leases)
            .get(&(transport, port))
            .map(|l| l.held.clone())
    }
    pub(crate) fn add_lease(&self, transport: Transport, port: u16, held: Arc<HeldPort>) {
        let key = self.key.port(transport, port);
        let used = Instant::now();
        lock(&self.leases).insert((transport, port), Lease { held, key, used });
    }
    pub(crate) fn drop_lease(&self, transport: Transport, port: u16) -> Option<Arc<HeldPort>> {
        lock(&self.leases)
            .remove(&(transport, port))
            .map(|l| l.held)
    }
    /// What arrived, by port.
    pub fn log(&self) -> SessionLog {
        self.log_where(|_, _| true)
    }
    /// What arrived at some of the ports.
    pub(crate) fn log_of(&self, asked: &LogRequest) -> SessionLog {
        self.log_where(|transport, port| {
            transport == asked.transport && asked.ports.iter().any(|r| r.contains(port))
        })
    }
    fn log_where(&self, wanted: impl Fn(Transport, u16) -> bool) -> SessionLog {
        let ports = lock(&self.counts)
            .iter()
            .filter(|((transport, port, _), _)| wanted(*transport, *port))
            .map(|((transport, port, family), (requests, replies))| PortLog {
                family: *family,
                transport: *transport,
                port: *port,
                requests: *requests,
                replies: *replies,
            })
            .collect();
        SessionLog { ports }
    }
}

/// All sessions and flows.
#[derive(Default)]
pub(crate) struct Sessions {
    by_token: RwLock<HashMap<String, Arc<Session>>>,
    by_ssid: RwLock<HashMap<u16, Entry>>,
    places: Arc<Places>,
}

impl Sessions {
    /// A new session; none when a limit is reached.
    pub(crate) fn open(
        &self,
        peer: IpAddr,
        flow: Arc<dyn Flow>,
        limits: &Limits,
        now: Instant,
    ) -> Option<Arc<Session>> {
        let place = self
            .places
            .take(peer, limits.sessions, limits.sessions_per_source)?;
        let mut by_ssid = self.by_ssid.write().unwrap_or_else(PoisonError::into_inner);
        let ssid = free_ssid(&by_ssid)?;
        let session = Arc::new(Session {
            token: SessionToken::random(),
            key: SessionKey::random(),
            ssid,
            peer,
            opened: now,
            beat: Mutex::new(now),
            budget: Mutex::new(Bucket::full(limits.datagrams_per_second, now)),
            leases: Mutex::default(),
            counts: Mutex::default(),
            load: Budget::default(),
            _place: place,
        });
        by_ssid.insert(ssid, (session.clone(), flow));
        drop(by_ssid);
        self.by_token
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(session.token.reveal(), session.clone());
        Some(session)
    }
    /// The session that this token authorises.
    pub(crate) fn by_token(&self, token: &str) -> Option<Arc<Session>> {
        let token: SessionToken = token.parse().ok()?;
        let table = self.by_token.read().unwrap_or_else(PoisonError::into_inner);
        table
            .get(&token.reveal())
            .filter(|s| s.token.matches(&token))
            .cloned()
    }
    /// The session and flow of an SSID.
    pub(crate) fn by_ssid(&self, ssid: u16) -> Option<Entry> {
        self.by_ssid
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&ssid)
            .cloned()
    }
    /// Adds a flow to a session; its SSID, or none when the session has too many.
    pub(crate) fn add_flow(&self, session: &Arc<Session>, flow: Arc<dyn Flow>) -> Option<u16> {
        const EACH: usize = 16;
        let mut by_ssid = self.by_ssid.write().unwrap_or_else(PoisonError::into_inner);
        if by_ssid
            .values()
            .filter(|(s, _)| Arc::ptr_eq(s, session))
            .count()
            > EACH
        {
            return None;
        }
        let ssid = free_ssid(&by_ssid)?;
        by_ssid.insert(ssid, (session.clone(), flow));
        Some(ssid)
    }
    /// Ends a flow of this session; false when it has no such flow. The flow of port proofs stays.
    pub(crate) fn remove_flow(&self, session: &Arc<Session>, ssid: u16) -> bool {
        let mut by_ssid = self.by_ssid.write().unwrap_or_else(PoisonError::into_inner);
        let own = ssid != session.ssid
            && by_ssid
                .get(&ssid)
                .is_some_and(|(s, _)| Arc::ptr_eq(s, session));
        let removed = own.then(|| by_ssid.remove(&ssid)).flatten();
        drop(by_ssid);
        removed.inspect(|(_, flow)| flow.stop()).is_some()
    }
    /// Ends a session: its flows stop and its ports are given back.
    pub(crate) fn close(&self, session: &Arc<Session>, why: End, stats: &Stats) {
        let known = self
            .by_token
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session.token.reveal())
            .is_some();
        let mut ended = Vec::new();
        self.by_ssid
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, (s, flow)| {
                let keep = !Arc::ptr_eq(s, session);
                if !keep {
                    ended.push(flow.clone());
                }
                keep
            });
        for flow in ended {
            flow.stop();
        }
        lock(&session.leases).clear();
        // Two calls that end the same session at once are one end.
        if known {
            stats.count(match why {
                End::Closed => Event::SessionClosed,
                End::Expired => Event::SessionExpired,
                End::Shutdown => Event::SessionStopped,
            });
            let (requests, replies) = lock(&session.counts)
                .values()
                .fold((0, 0), |(a, b): (u64, u64), (x, y)| {
                    (a.saturating_add(*x), b.saturating_add(*y))
                });
            tracing::info!(
                session = session.ssid,
                peer = %session.peer,
                reason = ?why,
                seconds = session.opened.elapsed().as_secs(),
                requests,
                replies,
                "session ended"
            );
        }
    }
    /// Ends the sessions whose agents fell silent or that are too old, and takes back ports that nobody uses.
    pub(crate) fn reap(&self, limits: &Limits, now: Instant, stats: &Stats) {
        for session in self.all() {
            if now.saturating_duration_since(session.last_beat()) > limits.heartbeat * 3
                || now.saturating_duration_since(session.opened) > limits.session
            {
                self.close(&session, End::Expired, stats);
            } else {
                stats.add(
                    Event::LeaseExpired,
                    session.expire_leases(limits.lease, now),
                );
            }
        }
    }
    /// Ends all.
    pub(crate) fn close_all(&self, stats: &Stats) {
        for session in self.all() {
            self.close(&session, End::Shutdown, stats);
        }
    }
    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.by_token
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }
    fn all(&self) -> Vec<Arc<Session>> {
        let table = self.by_token.read().unwrap_or_else(PoisonError::into_inner);
        table.values().cloned().collect()
    }
}

fn free_ssid<T>(taken: &HashMap<u16, T>) -> Option<u16> {
    // Far fewer are taken than there are: a few random tries find one.
    (0..64)
        .map(|_| rand::random::<u16>())
        .find(|n| *n != 0 && !taken.contains_key(n))
}
