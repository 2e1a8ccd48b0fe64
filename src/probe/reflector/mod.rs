//! A session with a reflector: the control channel, port leases, and the reflector's own counts.

mod http;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use self::http::Http;
use crate::model::EvidenceId;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::network::{Failure, FailureCode, Family, ReflectorReading, ReflectorRole};
use crate::model::rule::{PortRange, Transport};
use crate::net::resolve::system_addresses;
use crate::wire::control::{
    Beat, Closed, Hello, LeaseReply, LeaseRequest, LoadReply, LoadRequest, LogRequest, OpenRequest,
    Opened, PRODUCT, PROTOCOL, PortLog, SessionLog, path,
};
use crate::wire::join::JoinUrl;
use crate::wire::keys::SessionKey;

/// How long a session waits for its reflector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// For a connection, proxy and TLS handshake included.
    pub connect: Duration,
    /// For a call and its whole answer.
    pub request: Duration,
    /// Use the proxy that the system or the environment names. Loopback is never asked through a proxy.
    pub proxy: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(10),
            proxy: true,
        }
    }
}

/// An open session. Clones share it; the last one to be dropped stops its heartbeat, after which the reflector ends it.
#[derive(Debug, Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    http: Http,
    url: JoinUrl,
    hello: Hello,
    opened: Opened,
    addresses: Vec<IpAddr>,
    round_trip: Duration,
    heartbeat: AbortHandle,
    leases: Mutex<Leases>,
    /// Told when ports have been given back.
    left: Notify,
}

/// Ports whose counts are asked for at once; their answer fits with room.
const LOGGED: usize = 4_096;

/// How often each port was asked for: side by side, probes may hold the same one, and the first to be done must not take
/// it from the others.
#[derive(Default)]
struct Leases {
    users: HashMap<(Transport, u16), u32>,
    /// Being given back at this moment.
    going: HashSet<(Transport, u16)>,
}

impl Leases {
    /// Counts a user of these ports; false, and nothing is counted, while one of them is being given back.
    fn enter(&mut self, transport: Transport, ports: &BTreeSet<u16>) -> bool {
        if ports.iter().any(|p| self.going.contains(&(transport, *p))) {
            return false;
        }
        self.add(transport, ports.iter());
        true
    }
    fn add<'a>(&mut self, transport: Transport, ports: impl Iterator<Item = &'a u16>) {
        for port in ports {
            *self.users.entry((transport, *port)).or_default() += 1;
        }
    }
    /// Uncounts a user of ports that are not held.
    fn forget<'a>(&mut self, transport: Transport, ports: impl Iterator<Item = &'a u16>) {
        for port in ports {
            let key = (transport, *port);
            match self.users.get_mut(&key) {
                Some(users) if *users > 1 => *users -= 1,
                _ => {
                    self.users.remove(&key);
                }
            }
        }
    }
    /// Uncounts a user; the ports that have no other are being given back from now on.
    fn leave(&mut self, transport: Transport, ports: impl Iterator<Item = u16>) -> Vec<u16> {
        let mut unused = Vec::new();
        for port in ports {
            let key = (transport, port);
            match self.users.get_mut(&key) {
                Some(users) if *users > 1 => *users -= 1,
                Some(_) => {
                    self.users.remove(&key);
                    self.going.insert(key);
                    unused.push(port);
                }
                None => {}
            }
        }
        unused
    }
}

/// Ports that are being given back; over when dropped, whatever came of it.
struct Going<'a> {
    session: &'a Session,
    transport: Transport,
    ports: Vec<u16>,
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        let mut leases = self.session.leases();
        for port in &self.ports {
            leases.going.remove(&(self.transport, *port));
        }
        drop(leases);
        self.session.0.left.notify_waiters();
    }
}

/// The ports that are held over any family.
fn ports_of(reply: &LeaseReply) -> BTreeSet<u16> {
    let ranges = reply.held.iter().flat_map(|h| h.ports.iter());
    ranges.flat_map(|r| r.ports()).collect()
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inner({}, ssid {})", self.url, self.opened.ssid)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

impl Session {
    /// Opens a session. The failure tells apart a host that is down, refuses, does not answer in time, speaks something
    /// else, shows another certificate (TLS is being intercepted, or the join URL is of another reflector), refuses the
    /// key, is busy, or speaks another version.
    pub async fn open(url: &JoinUrl, limits: &Limits) -> Result<Self, Failure> {
        let (http, hello, round_trip) = reach(url, limits).await?;
        check(&hello)?;
        let ask = OpenRequest {
            protocol: PROTOCOL,
            agent: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let opened: Opened = http
            .post(path::SESSION, &url.key.reveal(), Some(&ask))
            .await?;
        let addresses = addresses(url, limits).await;
        let beat = Duration::from_millis(u64::from(opened.heartbeat_ms.max(100)) / 2);
        let (channel, token) = (http.clone(), opened.token.reveal());
        let heartbeat = tokio::spawn(async move {
            loop {
                tokio::time::sleep(beat).await;
                // A missed one is made up for by the next, or the calls that need the session will tell.
                let _ = channel
                    .post::<(), Beat>(path::HEARTBEAT, &token, None)
                    .await;
            }
        })
        .abort_handle();
        Ok(Self(Arc::new(Inner {
            http,
            url: url.clone(),
            hello,
            opened,
            addresses,
            round_trip,
            heartbeat,
            leases: Mutex::default(),
            left: Notify::new(),
        })))
    }
    /// Where the reflector says that it stands.
    pub fn role(&self) -> ReflectorRole {
        self.0.hello.role
    }
    /// The reflector's version.
    pub fn version(&self) -> &str {
        &self.0.hello.version
    }
    /// The address that the reflector saw the control connection come from; of the proxy, if there is one.
    pub fn seen_from(&self) -> IpAddr {
        self.0.opened.seen_from
    }
    /// Host and control port, without the key.
    pub fn address(&self) -> String {
        self.0.url.address()
    }
    /// The join URL.
    pub fn join_url(&self) -> &JoinUrl {
        &self.0.url
    }
    /// The proxy through which the control channel goes (scheme, host and port), if any. Port proofs never do.
    pub fn proxy(&self) -> Option<&str> {
        self.0.http.proxy()
    }
    /// The reflector's address of one family, where it has one that is known here.
    pub fn peer(&self, family: Family) -> Option<IpAddr> {
        self.0
            .addresses
            .iter()
            .copied()
            .find(|a| Family::from(*a) == family)
    }
    /// Families in which the reflector has an address.
    pub fn families(&self) -> Vec<Family> {
        [Family::Ipv4, Family::Ipv6]
            .into_iter()
            .filter(|f| self.peer(*f).is_some())
            .collect()
    }
    /// SSID of port proofs.
    pub fn ssid(&self) -> u16 {
        self.0.opened.ssid
    }
    /// Root of the packet keys.
    pub fn key(&self) -> &SessionKey {
        &self.0.opened.key
    }
    /// Ports that the session may hold at once.
    pub fn max_ports(&self) -> u32 {
        self.0.opened.max_ports
    }
    /// Time of the shortest control call so far: a bound for the round trip to the reflector.
    pub fn round_trip(&self) -> Duration {
        self.0.round_trip
    }
    /// Asks for ports to be held. Each successful request asks for a release of its own.
    pub async fn lease(&self, request: &LeaseRequest) -> Result<LeaseReply, Failure> {
        let wanted: BTreeSet<u16> = request.ports.iter().flat_map(|r| r.ports()).collect();
        // A release that is on its way must not end what is asked for now.
        loop {
            let left = self.0.left.notified();
            if self.leases().enter(request.transport, &wanted) {
                break;
            }
            left.await;
        }
        let reply = self.post::<_, LeaseReply>(path::LEASE, Some(request)).await;
        let mut leases = self.leases();
        match &reply {
            Ok(reply) => {
                let held = ports_of(reply);
                leases.forget(request.transport, wanted.difference(&held));
                leases.add(request.transport, held.difference(&wanted));
            }
            Err(_) => leases.forget(request.transport, wanted.iter()),
        }
        reply
    }
    /// Gives ports back: those of them that no other request still needs.
    pub async fn release(&self, request: &LeaseRequest) -> Result<LeaseReply, Failure> {
        let ports = request.ports.iter().flat_map(|r| r.ports());
        let unused = self.leases().leave(request.transport, ports);
        if unused.is_empty() {
            return Ok(LeaseReply::default());
        }
        let going = Going {
            session: self,
            transport: request.transport,
            ports: unused,
        };
        let request = LeaseRequest {
            transport: request.transport,
            ports: PortRange::compress(going.ports.iter().copied()),
            any: 0,
        };
        self.post(path::RELEASE, Some(&request)).await
    }
    fn leases(&self) -> MutexGuard<'_, Leases> {
        self.0.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Starts or ends a measurement flow.
    pub async fn load(&self, request: &LoadRequest) -> Result<LoadReply, Failure> {
        self.post(path::LOAD, Some(request)).await
    }
    /// Shows that this agent lives. Done in the background too.
    pub async fn heartbeat(&self) -> Result<Beat, Failure> {
        self.post::<(), _>(path::HEARTBEAT, None).await
    }
    /// What arrived at the reflector, by port.
    pub async fn log(&self) -> Result<SessionLog, Failure> {
        self.0
            .http
            .get(path::LOG, Some(&self.0.opened.token.reveal()))
            .await
    }
    /// What arrived at some ports, over both families.
    pub async fn log_of(
        &self,
        transport: Transport,
        ports: &[u16],
    ) -> Result<Vec<PortLog>, Failure> {
        let mut out = Vec::new();
        for some in ports.chunks(LOGGED) {
            let request = LogRequest {
                transport,
                ports: PortRange::compress(some.iter().copied()),
            };
            let part: SessionLog = match self.post(path::LOG, Some(&request)).await {
                // A reflector of an earlier release has one log for all ports.
                Err(failure) if failure.code == FailureCode::BadReply => self.log().await?,
                other => other?,
            };
            let of_these =
                |l: &PortLog| l.transport == transport && some.binary_search(&l.port).is_ok();
            out.extend(part.ports.into_iter().filter(of_these));
        }
        Ok(out)
    }
    /// Ends the session at the reflector, which gives back its ports.
    pub async fn close(self) -> Result<(), Failure> {
        let token = self.0.opened.token.reveal();
        self.0
            .http
            .delete::<Closed>(path::SESSION, &token)
            .await
            .map(|_| ())
    }
    async fn post<B: serde::Serialize + Sync, T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: Option<&B>,
    ) -> Result<T, Failure> {
        self.0
            .http
            .post(path, &self.0.opened.token.reveal(), body)
            .await
    }
}

/// What came of opening a session, for the evidence.
pub fn reading(
    id: EvidenceId,
    url: &JoinUrl,
    session: &Result<Session, Failure>,
) -> ReflectorReading {
    match session {
        Ok(s) => ReflectorReading {
            id,
            address: url.address(),
            role: Fact::known(s.role(), "reflector hello"),
            version: Some(s.version().to_owned()),
            failure: None,
            seen_from: Some(s.seen_from()),
            passed_over_for: None,
        },
        Err(failure) => ReflectorReading {
            id,
            address: url.address(),
            role: Fact::unknown(UnknownCode::Failed),
            version: None,
            failure: Some(failure.clone()),
            seen_from: None,
            passed_over_for: None,
        },
    }
}

/// Finds a way to the reflector: by its host, through the proxy if there is one, else by its other addresses. The first
/// failure is the one that is told.
async fn reach(url: &JoinUrl, limits: &Limits) -> Result<(Http, Hello, Duration), Failure> {
    let mut first = None;
    let hosts =
        std::iter::once(url.host.clone()).chain(url.alternates.iter().map(ToString::to_string));
    for host in hosts {
        let at = JoinUrl {
            host,
            ..url.clone()
        };
        let mut ways = vec![Http::new(&at, limits, false)?];
        if limits.proxy {
            let proxied = Http::new(&at, limits, true)?;
            if proxied.proxy().is_some() {
                ways.insert(0, proxied);
            }
        }
        for http in ways {
            let begun = Instant::now();
            match http.get::<Hello>(path::HELLO, None).await {
                Ok(hello) => {
                    // The second call goes over the standing connection: one round trip and a little.
                    let again = Instant::now();
                    let warm = http.get::<Hello>(path::HELLO, None).await.is_ok();
                    let took = if warm {
                        again.elapsed()
                    } else {
                        begun.elapsed()
                    };
                    return Ok((http, hello, took));
                }
                Err(failure) => {
                    let elsewhere = !matches!(
                        failure.code,
                        FailureCode::CertificateNotPinned
                            | FailureCode::BadReply
                            | FailureCode::AccessDenied
                    );
                    let failure = first.get_or_insert(failure);
                    if !elsewhere {
                        return Err(failure.clone());
                    }
                }
            }
        }
    }
    Err(first.unwrap_or_else(|| Failure::new(FailureCode::Other)))
}

fn check(hello: &Hello) -> Result<(), Failure> {
    if hello.product != PRODUCT {
        let shown: String = hello.product.chars().take(40).collect();
        return Err(Failure::because(
            FailureCode::BadReply,
            format!("{shown:?} is no meetready reflector"),
        ));
    }
    if hello.protocol != PROTOCOL {
        let version: String = hello.version.chars().take(40).collect();
        return Err(Failure::because(
            FailureCode::BadReply,
            format!(
                "the reflector (version {version}) speaks version {} of the protocol, this program version {PROTOCOL}; \
                 use the same release of meetready on both sides",
                hello.protocol
            ),
        ));
    }
    Ok(())
}

/// One address for each family that the reflector has.
async fn addresses(url: &JoinUrl, limits: &Limits) -> Vec<IpAddr> {
    // Behind a proxy the name may not resolve here: then there is nothing that ports can be proved against directly.
    let mut found = system_addresses(&url.host, limits.connect)
        .await
        .unwrap_or_default();
    found.extend(&url.alternates);
    let mut out: Vec<IpAddr> = Vec::new();
    for address in found {
        if !out
            .iter()
            .any(|a| Family::from(*a) == Family::from(address))
        {
            out.push(address);
        }
    }
    out
}
