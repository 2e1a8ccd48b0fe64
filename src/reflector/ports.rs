//! The sockets that stand behind leases. Sessions that lease the same port share one socket.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::net::UdpSocket;
use tokio::task::AbortHandle;

use super::Shared;
use crate::model::network::{FailureCode, Family};
use crate::model::rule::Transport;
use crate::net;
use crate::wire::control::RefusedReason;

/// A bound UDP socket of one family.
#[derive(Debug)]
pub struct UdpPort {
    /// The port.
    pub port: u16,
    /// Its family.
    pub family: Family,
    pub(crate) socket: UdpSocket,
}

impl UdpPort {
    /// Hands a datagram to the system without waiting; false when it did not take it.
    pub fn send(&self, bytes: &[u8], to: SocketAddr) -> bool {
        self.socket.try_send_to(bytes, to).is_ok()
    }
    /// The socket, for flows that pace what they send.
    pub fn socket(&self) -> &UdpSocket {
        &self.socket
    }
}

/// A port that is held over one or both families.
#[derive(Debug)]
pub(crate) struct HeldPort {
    families: Vec<Family>,
    udp: Vec<Arc<UdpPort>>,
    tasks: Vec<AbortHandle>,
}

impl HeldPort {
    pub(crate) fn families(&self) -> &[Family] {
        &self.families
    }
    pub(crate) fn udp(&self, family: Family) -> Option<Arc<UdpPort>> {
        self.udp.iter().find(|u| u.family == family).cloned()
    }
}

impl Drop for HeldPort {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Why a family of a port is not held.
pub(crate) type Refusal = (Family, RefusedReason, String);

/// All ports that are held.
#[derive(Debug, Default)]
pub(crate) struct PortTable {
    held: Mutex<HashMap<(Transport, u16), Weak<HeldPort>>>,
}

impl PortTable {
    /// TCP and UDP ports that are held.
    pub(crate) fn count(&self) -> (usize, usize) {
        let table = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |transport| {
            let held = |(key, port): (&(Transport, u16), &Weak<HeldPort>)| {
                key.0 == transport && port.strong_count() > 0
            };
            table.iter().filter(|entry| held(*entry)).count()
        };
        (of(Transport::Tcp), of(Transport::Udp))
    }
    /// Holds a port, or joins those who hold it.
    pub(crate) fn acquire(
        &self,
        shared: &Arc<Shared>,
        transport: Transport,
        port: u16,
    ) -> (Option<Arc<HeldPort>>, Vec<Refusal>) {
        let mut table = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let families = shared.families();
        let missing = |held: &HeldPort| {
            families
                .iter()
                .filter(|f| !held.families.contains(f))
                .map(|f| {
                    (
                        *f,
                        RefusedReason::InUse,
                        "not free when it was first leased".to_owned(),
                    )
                })
                .collect()
        };
        if let Some(held) = table.get(&(transport, port)).and_then(Weak::upgrade) {
            let refused = missing(&held);
            return (Some(held), refused);
        }
        if table.len() >= shared.limits.ports {
            table.retain(|_, w| w.strong_count() > 0);
        }
        if table.len() >= shared.limits.ports {
            let refuse = |f: &Family| {
                (
                    *f,
                    RefusedReason::Limit,
                    "the reflector holds as many ports as it may".to_owned(),
                )
            };
            return (None, families.iter().map(refuse).collect());
        }
        let mut out = HeldPort {
            families: Vec::new(),
            udp: Vec::new(),
            tasks: Vec::new(),
        };
        let mut refused = Vec::new();
        for address in &shared.listen {
            let family = Family::from(address.ip());
            let at = SocketAddr::new(address.ip(), port);
            // The control port answers proofs itself.
            let bound = if transport == Transport::Tcp && port == address.port() {
                Ok(())
            } else {
                bind(shared, transport, at, &mut out)
            };
            match bound {
                Ok(()) => {
                    if !out.families.contains(&family) {
                        out.families.push(family);
                    }
                }
                Err(e) => {
                    let reason = match net::code_of(&e) {
                        _ if e.kind() == io::ErrorKind::AddrInUse => RefusedReason::InUse,
                        FailureCode::Prohibited => RefusedReason::NotPermitted,
                        FailureCode::LocalSocket => RefusedReason::Limit,
                        FailureCode::NoLocalAddress => RefusedReason::NoAddress,
                        _ => RefusedReason::Other,
                    };
                    refused.push((family, reason, e.to_string()));
                }
            }
        }
        if out.families.is_empty() {
            return (None, refused);
        }
        // One address of a family is enough to hold the port over that family.
        refused.retain(|(f, _, _)| !out.families.contains(f));
        let out = Arc::new(out);
        table.insert((transport, port), Arc::downgrade(&out));
        (Some(out), refused)
    }
}

fn bind(
    shared: &Arc<Shared>,
    transport: Transport,
    at: SocketAddr,
    out: &mut HeldPort,
) -> io::Result<()> {
    match transport {
        Transport::Tcp => {
            let listener = net::socket::listen(at, 64)?;
            let task = tokio::spawn(super::tcp::accept(
                shared.clone(),
                listener,
                super::tcp::Place::Leased,
            ));
            out.tasks.push(task.abort_handle());
        }
        Transport::Udp => {
            let socket = net::socket::udp(at)?;
            let port = Arc::new(UdpPort {
                port: at.port(),
                family: at.ip().into(),
                socket,
            });
            let task = tokio::spawn(super::udp::serve(shared.clone(), port.clone()));
            out.tasks.push(task.abort_handle());
            out.udp.push(port);
        }
    }
    Ok(())
}
