//! One run: plans every packet, then carries out exactly that plan beside reading the local facts.

#![forbid(unsafe_code)]

mod cost;
mod events;
mod line;
mod options;
mod plan;
mod reflectors;
mod schedule;
mod speed;
mod stop;
mod vendor;
mod wanted;
mod watching;

use std::sync::Arc;
use std::time::Duration;

pub use events::{Cancel, Event, Events};
pub use line::on_line;
pub use options::{Given, LAN, NetworkOptions, ReflectorChoice, SELF, SpeedServer, Watch};
pub use plan::{plan, with_devices};
pub use stop::asked_to_stop;

pub use crate::probe::ndt7::{LOCATE, Server, ServerError};
pub use crate::probe::reflector::lan::LanName;
pub use crate::wire::join::JoinUrl;

use tokio::sync::watch;

use crate::inventory::{self, Collected, InventorySource};
use crate::model::evidence::{EVIDENCE_SCHEMA, Evidence, Subject, Tool};
use crate::model::network::NetworkEvidence;
use crate::model::plan::PlanAction;
use crate::model::{Inventory, Plan};
use crate::probe::{Surroundings, number};
use schedule::Schedule;

/// How long the local facts may take.
const INVENTORY_LIMIT: Duration = Duration::from_secs(20);
/// How long a cancelled run waits for local facts that are still being read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads the local facts and carries out the plan, both at once; blocks until done.
///
/// Ctrl+C, or the system that asks it to end, ends it early, as [`Cancel::cancel`] does: what was measured is kept. The only error is a system that
/// gives no thread or event queue to run on.
pub fn execute(
    plan: Plan,
    options: &NetworkOptions,
    source: InventorySource,
    events: Events,
    cancel: &Cancel,
) -> std::io::Result<Evidence> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()?;
    let evidence = runtime.block_on(async {
        let interrupt = cancel.clone();
        tokio::spawn(async move {
            asked_to_stop().await;
            interrupt.cancel();
        });
        gather(plan, options, source, None, events, cancel).await
    });
    // A system call that hangs (a resolver, a driver) must not hold the program up.
    runtime.shutdown_background();
    Ok(evidence)
}

/// As [`execute`], within a runtime that is there already. `around` says what the vendor probes use; none for what
/// this machine is set to.
pub async fn gather(
    plan: Plan,
    options: &NetworkOptions,
    source: InventorySource,
    around: Option<Surroundings>,
    events: Events,
    cancel: &Cancel,
) -> Evidence {
    let collected_at = jiff::Timestamp::now();
    let limit = Duration::try_from_secs_f64(plan.at_most.0 / 1_000.0).unwrap_or_default();
    let schedule = Arc::new(Schedule::new(plan, events, cancel.clone(), limit));
    let (collected, network) = tokio::join!(
        local_facts(source, &schedule),
        network(&schedule, options, around),
    );
    Evidence {
        schema: EVIDENCE_SCHEMA.to_owned(),
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        collected_at: Some(collected_at),
        subject: collected.subject,
        inventory: collected.inventory,
        network,
    }
}

async fn local_facts(source: InventorySource, schedule: &Schedule) -> Collected {
    let collected = inventory(source, schedule).await;
    try_devices(collected, schedule).await
}

/// Tries cameras and microphones, where the plan lists that. Another machine's tree has none to try.
async fn try_devices(collected: Collected, schedule: &Schedule) -> Collected {
    let planned = schedule
        .plan
        .steps
        .iter()
        .position(|step| step.action == PlanAction::TryDevices);
    let Some(index) = planned else {
        return collected;
    };
    if collected.subject.from_sysroot {
        schedule.skip(index, None);
        return collected;
    }
    let mut tried = collected.inventory.clone();
    let work = tokio::task::spawn_blocking(move || {
        inventory::try_devices(&mut tried);
        tried
    });
    let tried = schedule
        .step(index, work, |_| None, |_| Ok(collected.inventory.clone()))
        .await;
    Collected {
        inventory: tried.unwrap_or(collected.inventory),
        subject: collected.subject,
    }
}

async fn inventory(source: InventorySource, schedule: &Schedule) -> Collected {
    let from_sysroot = matches!(source, InventorySource::Sysroot(_));
    let mut reading =
        tokio::task::spawn_blocking(move || inventory::collect(&source, INVENTORY_LIMIT));
    let collected = tokio::select! {
        done = &mut reading => done.ok(),
        () = schedule.cancelled() => {
            tokio::time::timeout(PATIENCE, reading).await.ok().and_then(Result::ok)
        }
    };
    schedule.inventory_done();
    collected.unwrap_or_else(|| Collected {
        inventory: Inventory::default(),
        subject: Subject {
            from_sysroot,
            ..Subject::default()
        },
    })
}

async fn network(
    schedule: &Arc<Schedule>,
    options: &NetworkOptions,
    around: Option<Surroundings>,
) -> Option<NetworkEvidence> {
    if !options.enabled {
        return None;
    }
    let around = Arc::new(around.unwrap_or_else(Surroundings::of_this_machine));
    let (quiet, is_quiet) = watch::channel(false);
    let names = async {
        let observations = vendor::probe(schedule, &around).await;
        quiet.send_replace(true);
        observations
    };
    let reflectors = reflectors::measure(schedule, &options.reflectors, is_quiet);
    let (mut observations, reflected) = tokio::join!(names, reflectors);
    number(&mut observations);
    // Alone on the line: it takes all that there is.
    let speed = speed::measure(schedule, &options.speed, &around).await;
    let watch = match &options.watch {
        Some(watch) => {
            watching::watch(schedule, &options.reflectors, &reflected.reflectors, watch).await
        }
        None => None,
    };
    Some(NetworkEvidence {
        observations,
        speed,
        watch,
        ..reflected
    })
}
