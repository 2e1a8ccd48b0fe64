//! `check`, `collect`, `judge` and `plan`.

use std::sync::mpsc;
use std::time::Duration;

use super::args::{
    CheckArgs, CollectArgs, JudgeArgs, NetworkArgs, PlanArgs, RangeArg, ReportArgs, SignOffArgs,
    SourceArgs,
};
use super::asked::{Asked, Judged};
use super::deliver::{Destination, deliver, render_options, save_and_open};
use super::exit::Exit;
use super::input::read_evidence;
use super::progress::Progress;
use super::{CliError, Context, consent};
use crate::inventory::InventorySource;
use crate::model::Evidence;
use crate::model::Plan;
use crate::model::Report;
use crate::model::inventory::OsFamily;
use crate::model::network::RangeMethod;
use crate::report::{self, Format};
use crate::run::{
    self, Cancel, Event, Events, Given, JoinUrl, NetworkOptions, ReflectorChoice, SpeedServer,
    Watch,
};

/// Distance of the windows of a watched line unless told otherwise.
const WATCH_EVERY: Duration = Duration::from_secs(30);

/// Names another Locate service than Measurement Lab's own, such as that of a staging platform.
const LOCATE_SETTING: &str = "MEETREADY_MLAB_LOCATE";

/// Reads, probes, judges, reports.
pub fn check(context: &Context, args: &CheckArgs) -> Result<Exit, CliError> {
    let asked = Asked::of(context, &args.select)?;
    let mut options = network_options(context, &args.network)?;
    consent::ask(context, &mut options, &args.network)?;
    let source = inventory_source(&args.source)?;
    comparison_format(&asked, &args.report)?;
    let destination = Destination::of(&args.report);
    destination.check(args.report.kind())?;
    let evidence = gather(context, &asked, &options, source, &args.source)?;
    match asked.judge(masked(&asked, evidence, &args.report)) {
        Judged::Report(mut report) if args.open => {
            sign(&mut report, &args.report.sign_off);
            save_and_open(context, *report, &args.report)
        }
        judged => hand_over(context, judged, &args.report, &destination),
    }
}

/// Gathers to a file and judges nothing.
pub fn collect(context: &Context, args: &CollectArgs) -> Result<Exit, CliError> {
    let asked = Asked::of(context, &args.select)?;
    let mut options = network_options(context, &args.network)?;
    consent::ask(context, &mut options, &args.network)?;
    let source = inventory_source(&args.source)?;
    let destination = Destination::file(&args.output, args.overwrite);
    destination.check(Format::Json)?;
    let mut evidence = gather(context, &asked, &options, source, &args.source)?;
    if let Some(profile) = args.redact {
        evidence = report::redact_evidence(&evidence, profile.into());
    }
    let text =
        serde_json::to_string_pretty(&evidence).map_err(|e| CliError::Start(e.to_string()))?;
    destination.write(context, &text)?;
    Ok(Exit::DONE)
}

/// Judges a saved file.
pub fn judge_file(context: &Context, args: &JudgeArgs) -> Result<Exit, CliError> {
    let asked = Asked::of(context, &args.select)?;
    let evidence = read_evidence(&args.file)?;
    let destination = Destination::of(&args.report);
    destination.check(args.report.kind())?;
    comparison_format(&asked, &args.report)?;
    let judged = asked.judge(masked(&asked, evidence, &args.report));
    hand_over(context, judged, &args.report, &destination)
}

/// Two editions are compared in text, JSON and HTML only.
fn comparison_format(asked: &Asked, args: &ReportArgs) -> Result<(), CliError> {
    let fits = matches!(args.kind(), Format::Text | Format::Json | Format::Html);
    if asked.is_comparison() && !fits {
        return Err(CliError::TwoEditions);
    }
    Ok(())
}

/// A comparison is made of masked evidence, so that both sides have the same masks; a report is masked as a whole.
fn masked(asked: &Asked, evidence: Evidence, args: &ReportArgs) -> Evidence {
    match args.redact {
        Some(profile) if asked.is_comparison() => {
            report::redact_evidence(&evidence, profile.into())
        }
        _ => evidence,
    }
}

fn hand_over(
    context: &Context,
    judged: Judged,
    args: &ReportArgs,
    destination: &Destination,
) -> Result<Exit, CliError> {
    match judged {
        Judged::Report(mut report) => {
            sign(&mut report, &args.sign_off);
            deliver(context, *report, args, destination)
        }
        Judged::Drift(drift) => {
            let options = render_options(context, destination.is_stdout());
            let text = report::render_drift(&drift, args.kind(), &options);
            destination.write(context, &text)?;
            Ok(Exit::from(drift.new.verdict))
        }
    }
}

/// Lists what `check` would send.
pub fn plan(context: &Context, plan_args: &PlanArgs) -> Result<Exit, CliError> {
    let args = &plan_args.check;
    let asked = Asked::of(context, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    let (edition, selection) = asked.to_plan();
    let plan = run::plan(&edition, &selection, &options, platform(&source));
    let mut plan = planned(plan, &args.source);
    plan.line = plan_args
        .line
        .map(|(up, down)| run::on_line(&edition, &selection, platform(&source), up, down));
    let destination = Destination::of(&args.report);
    let options = render_options(context, destination.is_stdout());
    let text = report::render_plan(&plan, args.report.kind(), &options);
    destination.write(context, &text)?;
    Ok(Exit::DONE)
}

fn network_options(context: &Context, args: &NetworkArgs) -> Result<NetworkOptions, CliError> {
    let given = if args.reflector.is_empty() {
        &context.config.reflector.0
    } else {
        &args.reflector
    };
    let reflectors = if args.no_network {
        ReflectorChoice::None
    } else {
        reflectors(given)?
    };
    let usual = NetworkOptions::default();
    let watch = (args.repeat.is_some() || args.every.is_some()).then(|| Watch {
        every: args.every.unwrap_or(WATCH_EVERY),
        lasts: args.repeat,
    });
    if watch.is_some() && reflectors == ReflectorChoice::None {
        return Err(CliError::Watch);
    }
    Ok(NetworkOptions {
        ranges: match args.range_method {
            None => usual.ranges,
            Some(RangeArg::Sample) => RangeMethod::Sample,
            Some(RangeArg::Grid) => RangeMethod::Grid,
            Some(RangeArg::Full) => RangeMethod::Every,
        },
        nat_gaps: args.nat_timeout.iter().flat_map(|g| g.0.clone()).collect(),
        max_flows: args.max_flows.unwrap_or(usual.max_flows),
        enabled: !args.no_network,
        reflectors,
        speed: speed_servers(args),
        watch,
    })
}

/// Those that were named, then Measurement Lab, as yet without consent.
fn speed_servers(args: &NetworkArgs) -> Vec<SpeedServer> {
    let named = args.ndt7.iter().cloned().map(SpeedServer::Named);
    let lab = args.mlab.then(|| SpeedServer::MLab {
        locate: std::env::var(LOCATE_SETTING).unwrap_or_else(|_| run::LOCATE.to_owned()),
        consented_at: None,
    });
    named.chain(lab).collect()
}

fn reflectors(given: &[String]) -> Result<ReflectorChoice, CliError> {
    match given {
        [] => return Ok(ReflectorChoice::None),
        [one] if one == run::SELF => return Ok(ReflectorChoice::SelfTest),
        all if all.iter().any(|g| g == run::SELF) => {
            return Err(CliError::Reflector(
                "`self` proves nothing beside other reflectors; give it alone, or leave it out"
                    .to_owned(),
            ));
        }
        _ => {}
    }
    let mut named: Vec<Given> = Vec::new();
    for text in given {
        let one = match text.split_once(':') {
            Some((run::LAN, name)) => Given::Lan(name.parse().map_err(CliError::Reflector)?),
            _ => Given::Url(
                text.parse::<JoinUrl>()
                    .map_err(|e| CliError::Reflector(format!("{e}")))?,
            ),
        };
        // The same one twice is one.
        if named.iter().all(|n| n.name() != one.name()) {
            named.push(one);
        }
    }
    Ok(ReflectorChoice::Given(named))
}

fn inventory_source(args: &SourceArgs) -> Result<InventorySource, CliError> {
    let Some(path) = &args.sysroot else {
        return Ok(InventorySource::ThisMachine);
    };
    let refused = |message: String| CliError::Sysroot {
        path: path.display().to_string(),
        message,
    };
    let mut entries = std::fs::read_dir(path).map_err(|e| refused(e.to_string()))?;
    if entries.next().is_none() {
        return Err(refused("the folder is empty".into()));
    }
    Ok(InventorySource::Sysroot(path.clone()))
}

/// The platform whose rules decide what a run probes; only the OS part is read for it.
fn platform(source: &InventorySource) -> OsFamily {
    match source {
        InventorySource::Sysroot(_) => OsFamily::Linux,
        InventorySource::ThisMachine => match std::env::consts::OS {
            "windows" => OsFamily::Windows,
            "macos" => OsFamily::Macos,
            "linux" => OsFamily::Linux,
            _ => OsFamily::Other,
        },
    }
}

/// Adds what was asked for beside the network.
fn planned(plan: Plan, from: &SourceArgs) -> Plan {
    if from.try_devices {
        run::with_devices(plan)
    } else {
        plan
    }
}

fn gather(
    context: &Context,
    asked: &Asked,
    options: &NetworkOptions,
    source: InventorySource,
    from: &SourceArgs,
) -> Result<Evidence, CliError> {
    let (edition, selection) = asked.to_plan();
    let plan = run::plan(&edition, &selection, options, platform(&source));
    let plan = planned(plan, from);
    if from.try_devices {
        context.remark(&context.texts.get("cli-try-devices"));
    }
    let cancel = Cancel::new();
    let (sender, events) = mpsc::channel();
    let progress = Progress::new(plan.steps.len() as u64 + 1, context.global.quiet);
    let evidence = std::thread::scope(|scope| {
        scope.spawn(|| show_progress(context, &progress, events));
        run::execute(plan, options, source, Events::to(sender), &cancel)
    });
    progress.clear();
    if cancel.is_cancelled() {
        context.remark(&context.texts.get("cli-cancelled"));
    }
    evidence.map_err(|e| CliError::Start(e.to_string()))
}

fn show_progress(context: &Context, progress: &Progress, events: mpsc::Receiver<Event>) {
    for event in events {
        match event {
            Event::StepStarted { action, .. } => {
                progress.begin(report::plan_action(&action, &context.texts));
            }
            Event::Progress { done, .. } => progress.at(done as u64),
            Event::StepFinished { .. } => {}
            Event::Window(window) => {
                let line = report::watch_window(&window, &context.texts);
                progress.aside(|| context.remark(&line));
            }
        }
    }
}

/// Puts on the report what was given for its sign-off; what was not given stays as it was.
pub(super) fn sign(report: &mut Report, given: &SignOffArgs) {
    let SignOffArgs {
        site,
        room,
        installer,
    } = given;
    if site.is_none() && room.is_none() && installer.is_none() {
        return;
    }
    let sign_off = report.sign_off.get_or_insert_default();
    for (field, given) in [
        (&mut sign_off.site, site),
        (&mut sign_off.room, room),
        (&mut sign_off.installer, installer),
    ] {
        if given.is_some() {
            field.clone_from(given);
        }
    }
}
