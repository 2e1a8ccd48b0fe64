//! The responder that customers or resellers run where the vendor cloud would be.
//!
//! It answers only those who hold its join URL, except for STUN Binding, and never with more than it was asked, except
//! for the 12 or 24 octets by which the smallest STUN success is longer than its request, and its part of a TLS handshake,
//! which TCP lets nobody ask for in another's name. It opens no connection, runs no
//! command and reads no file but its own state.

#![forbid(unsafe_code)]

mod announce;
mod api;
mod bounded;
mod connections;
mod identity;
mod late;
mod lease;
mod limits;
pub mod load;
mod metrics;
mod places;
mod ports;
pub mod session;
mod stats;
mod tcp;
mod train;
mod udp;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use self::announce::Announced;
use self::connections::Connections;
pub use self::limits::Limits;
use self::limits::PerSource;
use self::ports::PortTable;
pub use self::ports::UdpPort;
use self::session::Sessions;
use self::stats::{Now, Stats};
use crate::model::network::{Family, ReflectorRole};
use crate::net;
use crate::wire::control::DEFAULT_PORT;
use crate::wire::join::JoinUrl;
use crate::wire::keys::AccessKey;
pub use crate::wire::pair::Code;
use crate::wire::pair::PairKey;

/// How to run a reflector.
#[derive(Debug, Clone)]
pub struct Config {
    /// Control addresses; leased ports are bound to the same addresses. With port 0 in the first, all use the port that
    /// the system gives to it.
    pub listen: Vec<SocketAddr>,
    /// Addresses of `listen` that may fail, such as IPv6 on a machine without it.
    pub optional: Vec<SocketAddr>,
    /// Where it stands, which decides what its answers prove.
    pub role: ReflectorRole,
    /// Host for the join URL, when it is not this machine's own address (NAT, a name).
    pub advertise: Option<String>,
    /// Keeps certificate and key over restarts.
    pub state_file: Option<PathBuf>,
    /// Where its counters can be read, without a key and without TLS; none where they cannot.
    pub metrics: Option<SocketAddr>,
    /// The short code that opens it on a LAN; none where only the join URL does. Where there is one, the reflector also
    /// announces itself there.
    pub code: Option<Code>,
    /// Limits.
    pub limits: Limits,
}

impl Config {
    /// On all addresses, at [`DEFAULT_PORT`].
    pub fn new(role: ReflectorRole) -> Self {
        Self::all_addresses(role, DEFAULT_PORT)
    }
    /// On all addresses, at this control port.
    pub fn all_addresses(role: ReflectorRole, port: u16) -> Self {
        let v6 = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port);
        Self {
            listen: vec![SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port), v6],
            optional: vec![v6],
            role,
            advertise: None,
            state_file: None,
            metrics: None,
            code: None,
            limits: Limits::default(),
        }
    }
    /// On this address only.
    pub fn on(role: ReflectorRole, address: SocketAddr) -> Self {
        Self {
            listen: vec![address],
            optional: Vec::new(),
            ..Self::new(role)
        }
    }
    /// On one address, at [`DEFAULT_PORT`].
    pub fn at(role: ReflectorRole, address: IpAddr) -> Self {
        Self::on(role, SocketAddr::new(address, DEFAULT_PORT))
    }
    /// On loopback at a free port, for a run that proves the agent and not the network.
    pub fn self_test() -> Self {
        let v6 = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 0);
        Self {
            listen: vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0), v6],
            optional: vec![v6],
            ..Self::new(ReflectorRole::SelfTest)
        }
    }
}

/// Why a reflector did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The control port could not be bound.
    #[error("cannot listen on {0}: {1}; stop what uses it or choose another with --listen")]
    Listen(SocketAddr, #[source] io::Error),
    /// No address was given.
    #[error("no address to listen on was given")]
    NoAddress,
    /// The state file is not usable.
    #[error("the state file {0} cannot be used: {1}; mend it or name another file")]
    State(PathBuf, String),
    /// The certificate could not be made or used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
}

/// What all parts of a running reflector share.
pub(crate) struct Shared {
    role: ReflectorRole,
    access: AccessKey,
    tls: TlsAcceptor,
    listen: Vec<SocketAddr>,
    limits: Limits,
    sessions: Sessions,
    ports: PortTable,
    connections: Arc<Connections>,
    stun: PerSource,
    stats: Stats,
    remarks: tcp::Remarks,
    pairing: Option<(PairKey, PerSource)>,
    stopping: AtomicBool,
    senders: places::Places,
    receivers: places::Places,
    stopped: watch::Sender<bool>,
}

impl Shared {
    /// It is about to stop: no session is opened any more, and those that were open have ended.
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
    /// The page of counters.
    fn metrics(&self) -> String {
        let (tcp_ports, udp_ports) = self.ports.count();
        self.stats.render(&Now {
            role: match self.role {
                ReflectorRole::SelfTest => "self-test",
                ReflectorRole::Outside => "outside",
                ReflectorRole::Lan => "lan",
            },
            sessions: self.sessions.count(),
            sessions_limit: self.limits.sessions,
            connections: self.connections.count(),
            connections_limit: self.limits.connections,
            tcp_ports,
            udp_ports,
            ports_limit: self.limits.ports,
        })
    }
    /// Families that it listens on.
    fn families(&self) -> Vec<Family> {
        let mut out: Vec<Family> = self.listen.iter().map(|a| a.ip().into()).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// A running reflector. Stops when dropped.
pub struct Reflector {
    shared: Arc<Shared>,
    join: JoinUrl,
    metrics: Option<SocketAddr>,
    announced: Option<Announced>,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Reflector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reflector({})", self.join)
    }
}

impl Reflector {
    /// Binds the control addresses and serves until [`Reflector::shutdown`] or drop. Needs a tokio runtime.
    #[expect(
        clippy::unused_async,
        reason = "sockets are registered with the runtime of the caller"
    )]
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let identity = match &config.state_file {
            Some(path) => identity::Identity::load_or_create(path)?,
            None => identity::Identity::generate()?,
        };
        let listeners = bind_all(&config)?;
        let listen: Vec<SocketAddr> = listeners.iter().map(|(a, _)| *a).collect();
        let (host, port, alternates) = public_addresses(&config, &listen)?;
        let join = JoinUrl {
            host,
            port,
            alternates,
            certificate: identity.fingerprint(),
            key: identity.access.clone(),
        };
        let shared = Arc::new(Shared {
            role: config.role,
            tls: TlsAcceptor::from(Arc::new(identity.tls()?)),
            access: identity.access,
            listen,
            stun: PerSource::new(config.limits.stun_per_second),
            limits: config.limits,
            sessions: Sessions::default(),
            ports: PortTable::default(),
            connections: Arc::default(),
            stats: Stats::new(),
            remarks: tcp::Remarks::default(),
            pairing: config
                .code
                .as_ref()
                .map(|c| (PairKey::derive(c, &join.certificate), PerSource::new(1))),
            stopping: AtomicBool::new(false),
            senders: places::Places::default(),
            receivers: places::Places::default(),
            stopped: watch::Sender::new(false),
        });
        let mut tasks: Vec<JoinHandle<()>> = listeners
            .into_iter()
            .map(|(_, listener)| {
                tokio::spawn(tcp::accept(shared.clone(), listener, tcp::Place::Control))
            })
            .collect();
        tasks.push(tokio::spawn(reap(shared.clone())));
        let metrics = match config.metrics {
            Some(at) => {
                let wrong = |e| StartError::Listen(at, e);
                let listener = net::socket::listen(at, 16).map_err(wrong)?;
                let bound = listener.local_addr().map_err(wrong)?;
                tasks.push(tokio::spawn(metrics::serve(shared.clone(), listener)));
                Some(bound)
            }
            None => None,
        };
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            role = ?shared.role,
            listen = ?shared.listen,
            metrics = ?metrics,
            certificate = %join.certificate,
            "started"
        );
        Ok(Self {
            shared,
            announced: announce(config.code.is_some(), &join),
            join,
            metrics,
            tasks,
        })
    }
    /// What agents need to use it.
    pub fn join_url(&self) -> &JoinUrl {
        &self.join
    }
    /// The control addresses that are bound.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.shared.listen
    }
    /// Where its counters can be read.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics
    }
    /// Stops: sessions end and ports are given back; agents that ask within the next moment are told so; then
    /// connections are cut.
    pub async fn shutdown(mut self) {
        let sessions = self.shared.sessions.count();
        tracing::info!(sessions, "stopping");
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.announced = None;
        self.shared.sessions.close_all(&self.shared.stats);
        if sessions > 0 {
            tokio::time::sleep(FAREWELL).await;
        }
        self.stop();
        for task in self.tasks.drain(..) {
            // An aborted task ends with an error that says so.
            let _ = task.await;
        }
        tracing::info!("stopped");
    }
    fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.shared.stopped.send_replace(true);
        self.shared.sessions.close_all(&self.shared.stats);
    }
}

/// How long agents of open sessions can still hear that the reflector stops. A run that measures calls several times a
/// second.
const FAREWELL: Duration = Duration::from_millis(1_500);

impl Drop for Reflector {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Tells the LAN where this reflector is. Without it the code works together with an address.
fn announce(wanted: bool, join: &JoinUrl) -> Option<Announced> {
    if !wanted {
        return None;
    }
    Announced::start(join.port, &join.certificate)
        .inspect_err(|e| tracing::warn!(error = %e, "cannot announce itself on the LAN"))
        .ok()
}

async fn reap(shared: Arc<Shared>) {
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    loop {
        tick.tick().await;
        shared
            .sessions
            .reap(&shared.limits, Instant::now(), &shared.stats);
    }
}

fn bind_all(config: &Config) -> Result<Vec<(SocketAddr, TcpListener)>, StartError> {
    let mut out: Vec<(SocketAddr, TcpListener)> = Vec::new();
    for wanted in &config.listen {
        let port = match (wanted.port(), out.first()) {
            (0, Some((first, _))) => first.port(),
            (port, _) => port,
        };
        let at = SocketAddr::new(wanted.ip(), port);
        let bound = net::socket::listen(at, 256).and_then(|l| Ok((l.local_addr()?, l)));
        match bound {
            Ok(pair) => out.push(pair),
            Err(_) if config.optional.contains(wanted) && !out.is_empty() => {}
            Err(e) => return Err(StartError::Listen(at, e)),
        }
    }
    if out.is_empty() {
        Err(StartError::NoAddress)
    } else {
        Ok(out)
    }
}

/// Host, port and alternates of the join URL.
fn public_addresses(
    config: &Config,
    listen: &[SocketAddr],
) -> Result<(String, u16, Vec<IpAddr>), StartError> {
    let port = listen.first().ok_or(StartError::NoAddress)?.port();
    // Documentation addresses (RFC 5737, RFC 3849): nothing is sent, the system only says which address it would use.
    let own = |a: &SocketAddr| match a.ip() {
        IpAddr::V4(v4) if v4.is_unspecified() => {
            net::socket::source_for(Ipv4Addr::new(192, 0, 2, 1).into())
                .unwrap_or(Ipv4Addr::LOCALHOST.into())
                .into()
        }
        IpAddr::V6(v6) if v6.is_unspecified() => {
            net::socket::source_for(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()).ok()
        }
        ip => Some(ip),
    };
    let mut addresses: Vec<IpAddr> = listen.iter().filter_map(own).collect();
    addresses.dedup();
    if let Some(host) = &config.advertise {
        // Whoever names a host knows how it is reached from outside; this machine's own addresses may not be.
        return Ok((host.clone(), port, Vec::new()));
    }
    if addresses.is_empty() {
        return Err(StartError::NoAddress);
    }
    let host = addresses.remove(0).to_string();
    Ok((host, port, addresses))
}
