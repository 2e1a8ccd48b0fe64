//! Limits that keep one agent, or one stranger, from spoiling the service for others.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a reflector grants at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once.
    pub sessions: usize,
    /// Sessions at once from one source; a whole office may stand behind one address.
    pub sessions_per_source: usize,
    /// Ports that one session may hold at once.
    pub ports_per_session: usize,
    /// Ports that all sessions together may hold; a port that several share counts once.
    pub ports: usize,
    /// TCP connections at once.
    pub connections: usize,
    /// TCP connections at once from one source.
    pub connections_per_source: usize,
    /// Time for the first octet, and again for the TLS handshake.
    pub handshake: Duration,
    /// Time for a request to arrive, and how long an idle control connection is kept.
    pub request: Duration,
    /// How long a session may be open.
    pub session: Duration,
    /// How long a port is held for a session for which nothing comes. Longer than any silence that is measured.
    pub lease: Duration,
    /// How often an agent has to show that it lives; after three missed times its session ends.
    pub heartbeat: Duration,
    /// STUN answers a second to one source.
    pub stun_per_second: u32,
    /// Authenticated datagrams a second in one session.
    pub datagrams_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 2_048,
            sessions_per_source: 64,
            ports_per_session: crate::wire::control::MAX_PORTS as usize,
            ports: 16_384,
            connections: 4_096,
            connections_per_source: 256,
            handshake: Duration::from_secs(5),
            request: Duration::from_secs(40),
            session: Duration::from_secs(4 * 3_600),
            lease: Duration::from_secs(900),
            heartbeat: Duration::from_secs(10),
            stun_per_second: 20,
            datagrams_per_second: 20_000,
        }
    }
}

impl Limits {
    /// Lowered to what fits into so many open sockets: a quarter for connections, half for ports (each may take one for
    /// each address family), and the rest for what the program needs itself.
    #[must_use]
    pub fn within(self, sockets: Option<usize>) -> Self {
        let Some(sockets) = sockets else {
            return self;
        };
        Self {
            connections: self.connections.min((sockets / 4).max(16)),
            ports: self.ports.min((sockets / 4).max(16)),
            ..self
        }
    }
}

/// A source for the purpose of limits: an IPv4 address, or an IPv6 /64, which one host usually has to itself.
pub(crate) fn source(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// So many a second, and as many at once.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn full(per_second: u32, now: Instant) -> Self {
        Self {
            left: f64::from(per_second),
            at: now,
        }
    }
    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, per_second: u32, now: Instant) -> bool {
        let rate = f64::from(per_second);
        self.left =
            (self.left + rate * now.saturating_duration_since(self.at).as_secs_f64()).min(rate);
        self.at = now;
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

/// A bucket for each source. Remembers a bounded number of sources; when that is full of active ones, new sources wait.
#[derive(Debug)]
pub(crate) struct PerSource {
    per_second: u32,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

impl PerSource {
    const SOURCES: usize = 16_384;

    pub(crate) fn new(per_second: u32) -> Self {
        Self {
            per_second,
            buckets: Mutex::default(),
        }
    }
    pub(crate) fn take(&self, ip: IpAddr, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let key = source(ip);
        if buckets.len() >= Self::SOURCES && !buckets.contains_key(&key) {
            // A bucket that has had a second to fill says nothing any more.
            buckets.retain(|_, b| now.saturating_duration_since(b.at) < Duration::from_secs(1));
            if buckets.len() >= Self::SOURCES {
                return false;
            }
        }
        let full = Bucket::full(self.per_second, now);
        buckets
            .entry(key)
            .or_insert(full)
            .take(self.per_second, now)
    }
}

/// Counts of what is open at once, in all and for each source.
#[derive(Debug, Default)]
pub(crate) struct Places {
    open: Mutex<(usize, HashMap<IpAddr, usize>)>,
}

/// One place taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    source: IpAddr,
}

impl Places {
    /// Takes a place, if both limits allow.
    pub(crate) fn take(self: &Arc<Self>, ip: IpAddr, all: usize, each: usize) -> Option<Place> {
        let source = source(ip);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.0 >= all || open.1.get(&source).copied().unwrap_or(0) >= each {
            return None;
        }
        open.0 += 1;
        *open.1.entry(source).or_insert(0) += 1;
        Some(Place {
            places: self.clone(),
            source,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self
            .places
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.0 = open.0.saturating_sub(1);
        if let Some(n) = open.1.get_mut(&self.source) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                open.1.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_refills_with_time_and_sources_do_not_share() {
        let limit = PerSource::new(2);
        let now = Instant::now();
        let (a, b): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!(limit.take(a, now) && limit.take(a, now) && !limit.take(a, now));
        assert!(limit.take(b, now));
        let later = now + Duration::from_millis(600);
        assert!(limit.take(a, later) && !limit.take(a, later));
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same: IpAddr = "2001:db8::ffff".parse().unwrap();
        assert!(limit.take(one, now) && limit.take(same, now) && !limit.take(one, now));
    }

    #[test]
    fn many_sources_do_not_grow_without_bound() {
        let limit = PerSource::new(1);
        let now = Instant::now();
        for n in 0..20_000u32 {
            limit.take(IpAddr::V4(n.into()), now);
        }
        assert!(limit.buckets.lock().unwrap().len() <= PerSource::SOURCES);
        assert!(limit.take(IpAddr::V4(30_000.into()), now + Duration::from_secs(2)));
    }

    #[test]
    fn places_come_back() {
        let places = Arc::new(Places::default());
        let ip = "192.0.2.1".parse().unwrap();
        let first = places.take(ip, 2, 1).unwrap();
        assert!(places.take(ip, 2, 1).is_none());
        let _other = places.take("192.0.2.9".parse().unwrap(), 2, 1).unwrap();
        assert!(places.take("192.0.2.8".parse().unwrap(), 2, 1).is_none());
        drop(first);
        assert!(places.take(ip, 2, 1).is_some());
    }
}
