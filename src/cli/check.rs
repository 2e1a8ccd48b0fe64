//! `check`, `collect`, `judge` and `plan`.

use std::sync::mpsc;

use super::args::{
    CheckArgs, CollectArgs, JudgeArgs, NetworkArgs, RangeArg, SelectArgs, SignOffArgs, SourceArgs,
};
use super::deliver::{Destination, deliver, render_options, save_and_open};
use super::exit::Exit;
use super::input::read_evidence;
use super::progress::Progress;
use super::{CliError, Context};
use crate::inventory::InventorySource;
use crate::judge::judge;
use crate::manifest::Catalog;
use crate::model::inventory::OsFamily;
use crate::model::network::RangeMethod;
use crate::model::{Edition, Evidence, Report, Selection};
use crate::report::{self, Format};
use crate::run::{self, Cancel, Event, Events, JoinUrl, NetworkOptions, ReflectorChoice};

/// Reads, probes, judges, reports.
pub fn check(context: &Context, args: &CheckArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    let destination = Destination::of(&args.report);
    destination.check(args.report.kind())?;
    let evidence = gather(context, edition, &selection, &options, source)?;
    let mut report = judge(edition, evidence, &selection);
    sign(&mut report, &args.report.sign_off);
    if args.open {
        return save_and_open(context, report, &args.report);
    }
    deliver(context, report, &args.report, &destination)
}

/// Gathers to a file and judges nothing.
pub fn collect(context: &Context, args: &CollectArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    let destination = Destination::file(&args.output, args.overwrite);
    destination.check(Format::Json)?;
    let mut evidence = gather(context, edition, &selection, &options, source)?;
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
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let evidence = read_evidence(&args.file)?;
    let destination = Destination::of(&args.report);
    destination.check(args.report.kind())?;
    let mut report = judge(edition, evidence, &selection);
    sign(&mut report, &args.report.sign_off);
    deliver(context, report, &args.report, &destination)
}

/// Lists what `check` would send.
pub fn plan(context: &Context, args: &CheckArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    let plan = run::plan(edition, &selection, &options, platform(&source));
    let destination = Destination::of(&args.report);
    let options = render_options(context, destination.is_stdout());
    let text = report::render_plan(&plan, args.report.kind(), &options);
    destination.write(context, &text)?;
    Ok(Exit::DONE)
}

fn select<'a>(
    context: &Context,
    catalog: &'a Catalog,
    args: &SelectArgs,
) -> Result<(&'a Edition, Selection), CliError> {
    let edition = args.edition.as_ref().or(context.config.edition.as_ref());
    let targets = if args.targets.is_empty() {
        context.config.targets()?
    } else {
        args.targets.clone()
    };
    let participants = args
        .participants
        .or(context.config.participants)
        .unwrap_or(1);
    Ok(catalog.select(edition, &targets, &args.scenarios, participants)?)
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
    Ok(NetworkOptions {
        ranges: match args.range_method {
            None => usual.ranges,
            Some(RangeArg::Sample) => RangeMethod::Sample,
            Some(RangeArg::Grid) => RangeMethod::Grid,
            Some(RangeArg::Full) => RangeMethod::Every,
        },
        max_flows: args.max_flows.unwrap_or(usual.max_flows),
        enabled: !args.no_network,
        reflectors,
    })
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
    let mut urls: Vec<JoinUrl> = Vec::new();
    for text in given {
        let url: JoinUrl = text
            .parse()
            .map_err(|e| CliError::Reflector(format!("{e}")))?;
        // The same one twice is one.
        if urls.iter().all(|u| u.address() != url.address()) {
            urls.push(url);
        }
    }
    Ok(ReflectorChoice::Urls(urls))
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

fn gather(
    context: &Context,
    edition: &Edition,
    selection: &Selection,
    options: &NetworkOptions,
    source: InventorySource,
) -> Result<Evidence, CliError> {
    let plan = run::plan(edition, selection, options, platform(&source));
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
