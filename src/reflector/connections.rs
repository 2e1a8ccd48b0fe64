//! Which TCP connections are open. When there is no place for a new one, the oldest that has not shown a key yet makes
//! room: whoever opens connections and says nothing loses them, and an honest agent needs its own for two round trips
//! only until it has shown that it belongs here.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::limits::source;

/// Why a connection gets no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// Its source has as many as it may, all of them with a key.
    Source,
    /// All places are taken, all of them with a key.
    All,
}

/// All open connections.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    all: usize,
    sources: HashMap<IpAddr, Source>,
}

#[derive(Debug, Default)]
struct Source {
    all: usize,
    /// Those that have shown no key, oldest first.
    unknown: BTreeSet<u64>,
    cut: HashMap<u64, Arc<Notify>>,
}

impl Open {
    fn remove(&mut self, ip: IpAddr, id: u64) {
        let Some(of_source) = self.sources.get_mut(&ip) else {
            return;
        };
        // A connection that was cut is out of the table before its task ends.
        if of_source.cut.remove(&id).is_none() {
            return;
        }
        of_source.unknown.remove(&id);
        of_source.all -= 1;
        self.all -= 1;
        if of_source.all == 0 {
            self.sources.remove(&ip);
        }
    }
    /// Cuts the oldest connection of this source that has shown no key.
    fn cut_oldest(&mut self, ip: IpAddr) -> bool {
        let Some(of_source) = self.sources.get(&ip) else {
            return false;
        };
        let Some(id) = of_source.unknown.first().copied() else {
            return false;
        };
        if let Some(cut) = of_source.cut.get(&id) {
            cut.notify_one();
        }
        self.remove(ip, id);
        true
    }
    /// The source with the most connections that have shown no key.
    fn crowd(&self) -> Option<IpAddr> {
        let most = self.sources.iter().max_by_key(|(_, s)| s.unknown.len())?;
        (!most.1.unknown.is_empty()).then_some(*most.0)
    }
}

impl Connections {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// A place for a connection, and whether another had to go for it.
    pub(crate) fn admit(
        self: &Arc<Self>,
        ip: IpAddr,
        all: usize,
        each: usize,
    ) -> Result<(Connection, bool), Full> {
        let ip = source(ip);
        let mut open = self.lock();
        let mut displaced = false;
        if open.sources.get(&ip).is_some_and(|s| s.all >= each) {
            if !open.cut_oldest(ip) {
                return Err(Full::Source);
            }
            displaced = true;
        }
        if open.all >= all {
            let crowd = open.crowd().ok_or(Full::All)?;
            open.cut_oldest(crowd);
            displaced = true;
        }
        let id = open.next;
        open.next += 1;
        open.all += 1;
        let cut = Arc::new(Notify::new());
        let of_source = open.sources.entry(ip).or_default();
        of_source.all += 1;
        of_source.unknown.insert(id);
        of_source.cut.insert(id, cut.clone());
        drop(open);
        let connection = Connection {
            table: self.clone(),
            source: ip,
            id,
            cut,
        };
        Ok((connection, displaced))
    }
    /// Cuts one that has shown no key, of the source that has the most: the system has no more sockets.
    pub(crate) fn make_room(&self) -> bool {
        let mut open = self.lock();
        open.crowd().is_some_and(|ip| open.cut_oldest(ip))
    }
    pub(crate) fn count(&self) -> usize {
        self.lock().all
    }
}

/// One open connection; its place is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    table: Arc<Connections>,
    source: IpAddr,
    id: u64,
    cut: Arc<Notify>,
}

impl Connection {
    /// It has shown a key: it is not cut for others any more.
    pub(crate) fn known(&self) {
        if let Some(of_source) = self.table.lock().sources.get_mut(&self.source) {
            of_source.unknown.remove(&self.id);
        }
    }
    /// Ends when this connection has to make room.
    pub(crate) async fn cut(&self) {
        self.cut.notified().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.table.lock().remove(self.source, self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    #[test]
    fn the_silent_make_room_and_those_with_a_key_stay() {
        let table = Arc::new(Connections::default());
        let (first, _) = table.admit(ip(1), 3, 2).unwrap();
        let (second, _) = table.admit(ip(1), 3, 2).unwrap();
        second.known();
        // The source is full: its own silent one goes.
        let (third, displaced) = table.admit(ip(1), 3, 2).unwrap();
        assert!(displaced && table.count() == 2);
        third.known();
        assert_eq!(table.admit(ip(1), 3, 2).err(), Some(Full::Source));
        let (fourth, displaced) = table.admit(ip(2), 3, 2).unwrap();
        assert!(!displaced);
        // All places are taken: the only silent one goes, whoever asks.
        let (fifth, displaced) = table.admit(ip(3), 3, 2).unwrap();
        assert!(displaced && table.count() == 3);
        fifth.known();
        assert_eq!(table.admit(ip(4), 3, 2).err(), Some(Full::All));
        drop((first, fourth));
        assert_eq!(table.count(), 3, "a place is given back once");
        drop((second, third, fifth));
        assert_eq!(table.count(), 0);
        assert!(table.lock().sources.is_empty());
    }

    #[test]
    fn the_largest_crowd_makes_room_first() {
        let table = Arc::new(Connections::default());
        let honest = table.admit(ip(1), 10, 10).unwrap().0;
        let crowd: Vec<_> = (0..9)
            .map(|_| table.admit(ip(2), 10, 10).unwrap().0)
            .collect();
        let _new = table.admit(ip(3), 10, 10).unwrap();
        assert!(table.lock().sources[&ip(1)].unknown.contains(&honest.id));
        assert_eq!(table.lock().sources[&ip(2)].all, 8);
        assert!(table.make_room());
        assert_eq!(table.lock().sources[&ip(2)].all, 7);
        drop(crowd);
    }
}
