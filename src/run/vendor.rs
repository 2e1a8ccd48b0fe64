//! The steps against the vendor's own names.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::schedule::Schedule;
use crate::model::Millis;
use crate::model::network::{Failure, Family, Observation, ProbeKind, Step};
use crate::model::plan::{Plan, PlanAction};
use crate::probe::dns::{Answer, Answers};
use crate::probe::{Surroundings, cancelled, dns, http, tls};

/// The host that a vendor step is about.
fn host_of(action: &PlanAction) -> Option<&str> {
    match action {
        PlanAction::Resolve { host }
        | PlanAction::Tls { host, .. }
        | PlanAction::Http { host, .. } => Some(host),
        _ => None,
    }
}

/// Every name that the plan probes, without repeats, in its order.
fn hosts(plan: &Plan) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for host in plan.steps.iter().filter_map(|s| host_of(&s.action)) {
        if !out.iter().any(|h| h == host) {
            out.push(host.to_owned());
        }
    }
    out
}

/// Carries out every vendor step of the plan; names side by side.
pub(super) async fn probe(
    schedule: &Arc<Schedule>,
    around: &Arc<Surroundings>,
) -> Vec<Observation> {
    let names = Arc::new(hosts(&schedule.plan));
    let mut running = JoinSet::new();
    for n in 0..names.len() {
        let (schedule, around, names) = (schedule.clone(), around.clone(), names.clone());
        running.spawn(async move {
            match names.get(n) {
                Some(host) => one_host(&schedule, &around, host, &names).await,
                None => Vec::new(),
            }
        });
    }
    let mut found: Vec<(usize, Vec<Observation>)> = Vec::new();
    while let Some(done) = running.join_next().await {
        // A probe that panicked loses its own observations, and nobody else's.
        found.extend(done.into_iter().flatten());
    }
    found.sort_by_key(|(step, _)| *step);
    found.into_iter().flat_map(|(_, all)| all).collect()
}

async fn one_host(
    schedule: &Schedule,
    around: &Surroundings,
    host: &str,
    names: &[String],
) -> Vec<(usize, Vec<Observation>)> {
    let mut found = Vec::new();
    let mut answers = unasked();
    let steps = schedule.plan.steps.iter().enumerate();
    for (index, step) in steps.filter(|(_, s)| host_of(&s.action) == Some(host)) {
        let observations = match &step.action {
            PlanAction::Resolve { .. } => {
                answers = resolve(schedule, around, index, host).await;
                [Family::Ipv4, Family::Ipv6]
                    .map(|family| dns::observe(host, family, answers.of(family)))
                    .to_vec()
            }
            PlanAction::Tls { port, .. } => {
                let families = around.families("https", host, *port);
                let work = both(families, |family| {
                    tls::observe(around, host, *port, family, answers.of(family))
                });
                let cut = |failure: Failure| cut(ProbeKind::Tls, host, *port, families, &failure);
                schedule.step(index, work, first_failure, cut).await
            }
            PlanAction::Http { port, .. } => {
                let families = around.families("http", host, *port);
                let vendor: Vec<&str> = names.iter().map(String::as_str).collect();
                let work = both(families, |family| {
                    http::observe(around, host, *port, family, answers.of(family), &vendor)
                });
                let cut = |failure: Failure| cut(ProbeKind::Http, host, *port, families, &failure);
                schedule.step(index, work, first_failure, cut).await
            }
            _ => Vec::new(),
        };
        found.push((index, observations));
    }
    found
}

/// The same probe over each family, at once.
async fn both<W: Future<Output = Observation>>(
    families: &[Family],
    probe: impl Fn(Family) -> W,
) -> Vec<Observation> {
    let one = |wanted: Family| {
        let chosen = families.contains(&wanted).then(|| probe(wanted));
        async move {
            match chosen {
                Some(work) => Some(work.await),
                None => None,
            }
        }
    };
    let (v4, v6) = tokio::join!(one(Family::Ipv4), one(Family::Ipv6));
    v4.into_iter().chain(v6).collect()
}

#[expect(
    clippy::ptr_arg,
    reason = "a step's failure is asked of a reference to what the step gave"
)]
fn first_failure(observations: &Vec<Observation>) -> Option<Failure> {
    // One family that works is a step that worked; which did not is in the observations.
    let all_failed = observations.iter().all(|o| o.failure.is_some());
    all_failed
        .then(|| observations.first().and_then(|o| o.failure.clone()))
        .flatten()
}

fn cut(
    probe: ProbeKind,
    host: &str,
    port: u16,
    families: &[Family],
    failure: &Failure,
) -> Vec<Observation> {
    families
        .iter()
        .map(|family| cancelled(probe, host, port, *family, failure))
        .collect()
}

async fn resolve(schedule: &Schedule, around: &Surroundings, index: usize, host: &str) -> Answers {
    let work = around.resolver.resolve(host, around.limits.resolve);
    let failure_of = |answers: &Answers| match (&answers.v4.failure, &answers.v6.failure) {
        (Some(failure), Some(_)) => Some(failure.clone()),
        _ => None,
    };
    let cut = |failure: Failure| Answers {
        v4: no_answer(failure.clone()),
        v6: no_answer(failure),
    };
    schedule.step(index, work, failure_of, cut).await
}

fn no_answer(failure: Failure) -> Answer {
    Answer {
        steps: vec![Step {
            name: "resolve".to_owned(),
            took: Millis(0.0),
            failure: Some(failure.clone()),
        }],
        addresses: Vec::new(),
        failure: Some(failure),
    }
}

fn unasked() -> Answers {
    let failure = Failure::because(
        crate::model::network::FailureCode::Other,
        "the plan asks no resolver for this name",
    );
    Answers {
        v4: no_answer(failure.clone()),
        v6: no_answer(failure),
    }
}
