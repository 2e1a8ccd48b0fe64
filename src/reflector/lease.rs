//! Taking and giving back ports.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Shared;
use super::api::Refusal;
use super::ports::HeldPort;
use super::session::Session;
use super::stats::Event;
use crate::model::network::Family;
use crate::model::rule::{PortRange, Transport};
use crate::wire::control::{ErrorCode, Held, LeaseReply, LeaseRequest, Refused, RefusedReason};

/// Most ports of the reflector's choice in one request.
const MOST_ANY: u8 = 8;

#[derive(Default)]
struct Outcome {
    held: BTreeMap<Family, Vec<u16>>,
    refused: BTreeMap<(Family, RefusedReason, String), Vec<u16>>,
    any: Vec<u16>,
}

impl Outcome {
    fn hold(&mut self, port: u16, held: &HeldPort) {
        for family in held.families() {
            self.held.entry(*family).or_default().push(port);
        }
    }
    fn refuse(&mut self, port: u16, families: &[Family], reason: RefusedReason, detail: &str) {
        for family in families {
            let key = (*family, reason, detail.to_owned());
            self.refused.entry(key).or_default().push(port);
        }
    }
    fn reply(self) -> LeaseReply {
        let held = self.held.into_iter().map(|(family, ports)| Held {
            family,
            ports: PortRange::compress(ports),
        });
        let refused = self
            .refused
            .into_iter()
            .map(|((family, reason, detail), ports)| Refused {
                family,
                ports: PortRange::compress(ports),
                reason,
                detail,
            });
        LeaseReply {
            held: held.collect(),
            refused: refused.collect(),
            any: self.any,
        }
    }
}

fn ports_of(request: &LeaseRequest, most: usize) -> Result<Vec<u16>, Refusal> {
    let asked: u64 = request.ports.iter().map(|r| u64::from(r.len())).sum();
    if asked > most as u64 {
        return Err(Refusal::new(
            ErrorCode::TooLarge,
            format!("{asked} ports were asked for; at most {most} at a time"),
        ));
    }
    let mut ports: Vec<u16> = request.ports.iter().flat_map(|r| r.ports()).collect();
    ports.sort_unstable();
    ports.dedup();
    Ok(ports)
}

/// Holds the ports that can be held, and says of the others why not.
pub(crate) async fn take(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    request: &LeaseRequest,
) -> Result<LeaseReply, Refusal> {
    if request.any > MOST_ANY {
        return Err(Refusal::new(
            ErrorCode::BadRequest,
            format!("at most {MOST_ANY} ports of the reflector's choice"),
        ));
    }
    let most = shared.limits.ports_per_session;
    let ports = ports_of(request, most)?;
    let mut out = Outcome::default();
    let mut taken: Vec<u16> = Vec::new();
    for port in ports {
        if let Some(held) = session.holds(request.transport, port) {
            session.used(request.transport, port, Instant::now());
            out.hold(port, &held);
            continue;
        }
        if session.leased() >= most {
            out.refuse(
                port,
                &shared.families(),
                RefusedReason::Limit,
                "this session holds as many ports as it may",
            );
            continue;
        }
        if one(shared, session, request.transport, port, &mut out).await {
            taken.push(port);
        }
        if out
            .refused
            .keys()
            .any(|(_, reason, _)| *reason == RefusedReason::Limit)
        {
            // Leave the system some sockets to accept connections with, the control connection's among them.
            for port in taken.drain(taken.len().saturating_sub(16)..) {
                session.drop_lease(request.transport, port);
                out.held
                    .values_mut()
                    .for_each(|held| held.retain(|p| *p != port));
                out.refuse(
                    port,
                    &shared.families(),
                    RefusedReason::Limit,
                    "given back: too many sockets are open",
                );
            }
        }
    }
    // Above the ports that systems usually give to clients of their own.
    let mut tries = 0;
    while out.any.len() < usize::from(request.any) && tries < 64 {
        tries += 1;
        let port = rand::random_range(20_000..=32_000);
        let mut scratch = Outcome::default();
        if session.leased() < most
            && session.holds(request.transport, port).is_none()
            && one(shared, session, request.transport, port, &mut scratch).await
        {
            for (family, ports) in scratch.held {
                out.held.entry(family).or_default().extend(ports);
            }
            out.any.push(port);
        }
    }
    Ok(out.reply())
}

/// Holds one port; whether any family of it is held.
async fn one(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    transport: Transport,
    port: u16,
    out: &mut Outcome,
) -> bool {
    let (mut held, mut refused) = shared.ports.acquire(shared, transport, port);
    if held.is_none()
        && refused
            .iter()
            .any(|(_, reason, _)| *reason == RefusedReason::InUse)
    {
        // A lease that has just ended closes its sockets a moment later.
        tokio::time::sleep(Duration::from_millis(5)).await;
        (held, refused) = shared.ports.acquire(shared, transport, port);
    }
    for (family, reason, detail) in refused {
        out.refuse(port, &[family], reason, &detail);
    }
    let Some(held) = held else {
        shared.stats.count(Event::LeaseRefused);
        return false;
    };
    shared.stats.count(Event::LeaseGranted);
    out.hold(port, &held);
    session.add_lease(transport, port, held);
    true
}

/// Gives ports back. What was not held is not mentioned.
pub(crate) fn give_back(
    session: &Arc<Session>,
    request: &LeaseRequest,
) -> Result<LeaseReply, Refusal> {
    let mut out = Outcome::default();
    for port in ports_of(request, usize::from(u16::MAX))? {
        if let Some(held) = session.drop_lease(request.transport, port) {
            out.hold(port, &held);
        }
    }
    Ok(out.reply())
}
