//! The steps against speed-test servers.

use super::options::SpeedServer;
use super::schedule::Schedule;
use crate::model::EvidenceId;
use crate::model::network::{Failure, FailureCode};
use crate::model::plan::PlanAction;
use crate::model::public::{SpeedReading, TcpThroughput};
use crate::probe::Surroundings;
use crate::probe::ndt7::{self, SERVERS_TRIED};

/// Asks each of them, one after the other.
pub(super) async fn measure(
    schedule: &Schedule,
    servers: &[SpeedServer],
    around: &Surroundings,
) -> Vec<SpeedReading> {
    let steps = schedule.plan.steps.iter().enumerate();
    let planned = steps.filter(|(_, s)| matches!(s.action, PlanAction::Speed { .. }));
    let mut readings = Vec::new();
    for (number, ((index, _), server)) in planned.zip(servers).enumerate() {
        let empty = blank(number + 1, server);
        let cut = |failure| SpeedReading {
            failure: Some(failure),
            ..empty.clone()
        };
        let work = ask(around, server, empty.clone());
        readings.push(schedule.step(index, work, failure_of, cut).await);
    }
    readings
}

fn blank(number: usize, server: &SpeedServer) -> SpeedReading {
    let (service, name) = server.shown();
    SpeedReading {
        id: EvidenceId::numbered("speed", number),
        service,
        server: name,
        consented_at: match server {
            SpeedServer::Named(_) => None,
            SpeedServer::MLab { consented_at, .. } => *consented_at,
        },
        address: None,
        proxy: None,
        down: None,
        up: None,
        failure: None,
    }
}

fn failure_of(reading: &SpeedReading) -> Option<Failure> {
    let of = |side: &Option<TcpThroughput>| side.as_ref().and_then(|t| t.failure.clone());
    (reading.failure.clone())
        .or_else(|| of(&reading.down))
        .or_else(|| of(&reading.up))
}

async fn ask(
    around: &Surroundings,
    server: &SpeedServer,
    mut reading: SpeedReading,
) -> SpeedReading {
    match server {
        SpeedServer::Named(server) => {
            ndt7::measure(around, server, &mut reading).await;
        }
        SpeedServer::MLab {
            consented_at: None, ..
        } => {
            reading.failure = Some(Failure::because(
                FailureCode::Cancelled,
                "no consent was given, so nothing was sent",
            ));
        }
        SpeedServer::MLab { locate, .. } => match ndt7::locate(around, locate).await {
            Ok(found) => {
                for server in found.iter().take(SERVERS_TRIED) {
                    reading.server = server.address();
                    if ndt7::measure(around, server, &mut reading).await {
                        break;
                    }
                }
            }
            Err(failure) => reading.failure = Some(failure),
        },
    }
    reading
}
