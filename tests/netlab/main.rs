//! The real executable in a private network with faults put into it. The injected fault is the truth: the report
//! must name it, and must not name anything else.
#![cfg(target_os = "linux")]

mod cases;
mod choice;
mod lan;
mod names;
mod paths;
mod peers;
mod ports;
mod quality;
mod rates;
mod speed;
#[path = "../support/mod.rs"]
mod support;
mod traffic;
mod watching;

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use support::lab::{Fault, Lab, SERVER, Way};
use support::peer::{Peer, Peers};

/// Measurements of time share the processor badly: such tests run alone, all others side by side.
static PROCESSOR: RwLock<()> = RwLock::new(());

/// For a test that measures no rates or delays.
pub fn beside_others() -> RwLockReadGuard<'static, ()> {
    PROCESSOR.read().unwrap_or_else(PoisonError::into_inner)
}

/// For a test whose figures depend on the processor being free.
pub fn alone() -> RwLockWriteGuard<'static, ()> {
    PROCESSOR.write().unwrap_or_else(PoisonError::into_inner)
}

/// Plays the servers that other tests start in their namespaces; by itself it tests nothing.
#[test]
#[ignore = "started by other tests inside their namespaces"]
fn play_peers() {
    Peers::play();
}

/// Delays packets in the router of a lab; by itself it tests nothing.
#[test]
#[ignore = "started by other tests inside their namespaces"]
fn play_relay() {
    support::relay::play();
}

/// How a plain TCP connect from the client ends, as bash tells it.
fn connect(lab: &Lab, port: u16) -> Result<String, String> {
    // An ICMP error that comes back while the SYN is still being sent is only seen with the next one, a second later.
    let line = format!("timeout 4 bash -c exec</dev/tcp/{SERVER}/{port}");
    lab.client.run(&line)
}

/// The lab itself is held to its word first: else a wrong report could not be told from a wrong lab.
#[test]
fn the_lab_does_what_it_is_told() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let at = |port| std::net::SocketAddr::from(([0, 0, 0, 0], port));
    let ports = [8801, 8802, 8803, 8804, 8805];
    let peers: Vec<Peer> = ports.map(|p| Peer::Mute { at: at(p) }).to_vec();
    let _peers = Peers::start(&lab.server, &peers);
    lab.block("tcp", "8802", Way::Up, Fault::Drop);
    lab.block("tcp", "8803", Way::Up, Fault::Reset);
    lab.block("tcp", "8804", Way::Down, Fault::Drop);
    lab.block("tcp", "8805", Way::Up, Fault::Prohibited);
    let ends: Vec<Option<String>> = ports.iter().map(|p| connect(&lab, *p).err()).collect();
    let contains = |i: usize, text: &str| ends[i].as_ref().is_some_and(|e| e.contains(text));
    assert_eq!(ends[0], None);
    assert!(contains(1, "124"), "a drop is silence: {ends:?}");
    assert!(contains(2, "refused"), "{ends:?}");
    assert!(contains(3, "124"), "a drop is silence: {ends:?}");
    assert!(contains(4, "No route to host"), "{ends:?}");
    let counted = lab.counted();
    assert_eq!(counted.len(), 4, "{counted:?}");
    assert!(counted.iter().all(|n| *n > 0), "{counted:?}");
}
