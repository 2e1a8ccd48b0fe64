//! `check`, `collect`, `judge` and `plan`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use super::args::{
    CheckArgs, CollectArgs, Format as FormatArg, JudgeArgs, NetworkArgs, RedactArg, ReportArgs,
    SelectArgs, SignOffArgs, SourceArgs,
};
use super::exit::Exit;
use super::input::read_evidence;
use super::output::{check_writable, free_path, print, write_atomically};
use super::progress::Progress;
use super::{CliError, Context};
use crate::inventory::InventorySource;
use crate::judge::judge;
use crate::manifest::Catalog;
use crate::model::inventory::OsFamily;
use crate::model::{Edition, Evidence, Report, Selection};
use crate::report::{self, Format, RenderOptions};
use crate::run::{self, Cancel, Event, Events, NetworkOptions, ReflectorChoice};

/// Columns of output that goes to a file or pipe.
const PAPER_WIDTH: usize = 100;

/// Reads, probes, judges, reports.
pub fn check(context: &Context, args: &CheckArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    if let Some(path) = &args.report.output {
        check_writable(path)?;
    }
    let evidence = gather(context, edition, &selection, &options, source)?;
    let mut report = judge(edition, evidence, &selection);
    sign(&mut report, &args.report.sign_off);
    if args.open {
        return save_and_open(context, &redacted(report, args.report.redact));
    }
    deliver(context, report, &args.report)
}

/// Gathers to a file and judges nothing.
pub fn collect(context: &Context, args: &CollectArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    check_writable(&args.output)?;
    let mut evidence = gather(context, edition, &selection, &options, source)?;
    if let Some(profile) = args.redact {
        evidence = report::redact_evidence(&evidence, profile.into());
    }
    let text =
        serde_json::to_string_pretty(&evidence).map_err(|e| CliError::Start(e.to_string()))?;
    write_or_print(context, Some(&args.output), &text)?;
    Ok(Exit::DONE)
}

/// Judges a saved file.
pub fn judge_file(context: &Context, args: &JudgeArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let evidence = read_evidence(&args.file)?;
    if let Some(path) = &args.report.output {
        check_writable(path)?;
    }
    let mut report = judge(edition, evidence, &selection);
    sign(&mut report, &args.report.sign_off);
    deliver(context, report, &args.report)
}

/// Lists what `check` would send.
pub fn plan(context: &Context, args: &CheckArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let (edition, selection) = select(context, &catalog, &args.select)?;
    let options = network_options(context, &args.network)?;
    let source = inventory_source(&args.source)?;
    let plan = run::plan(edition, &selection, &options, platform(&source));
    let format = format_of(args.report.format);
    let text = report::render_plan(
        &plan,
        format,
        &render_options(context, args.report.output.is_some()),
    );
    write_or_print(context, args.report.output.as_deref(), &text)?;
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
    let given = args
        .reflector
        .as_deref()
        .or(context.config.reflector.as_deref());
    let reflectors = match given {
        _ if args.no_network => ReflectorChoice::None,
        None => ReflectorChoice::None,
        Some(run::SELF) => ReflectorChoice::SelfTest,
        Some(url) => {
            let url = url.parse().map_err(|e| {
                CliError::Reflector(format!(
                    "{e}. Give the URL that `meetready reflect` prints, or `self`"
                ))
            })?;
            ReflectorChoice::Urls(vec![url])
        }
    };
    Ok(NetworkOptions {
        enabled: !args.no_network,
        reflectors,
    })
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

fn redacted(report: Report, profile: Option<RedactArg>) -> Report {
    match profile {
        Some(profile) => report::redact_report(&report, profile.into()),
        None => report,
    }
}

pub(super) fn deliver(
    context: &Context,
    report: Report,
    args: &ReportArgs,
) -> Result<Exit, CliError> {
    let exit = Exit::from(report.verdict);
    let report = redacted(report, args.redact);
    let text = report::render(
        &report,
        format_of(args.format),
        &render_options(context, args.output.is_some()),
    );
    write_or_print(context, args.output.as_deref(), &text)?;
    Ok(exit)
}

/// Writes to the file; when that fails after all, prints: what was measured is not lost.
pub(super) fn write_or_print(
    context: &Context,
    path: Option<&Path>,
    text: &str,
) -> Result<(), CliError> {
    let Some(path) = path else {
        return print(text).map_err(CliError::Stdout);
    };
    match write_atomically(path, text) {
        Ok(()) => {
            context.remark_on_terminal(&context.texts.format(
                "cli-written",
                &[("path", path.display().to_string().into())],
            ));
            Ok(())
        }
        Err(e) => {
            context.remark(
                &context
                    .texts
                    .format("cli-not-written", &[("message", e.to_string().into())]),
            );
            print(text).map_err(CliError::Stdout)?;
            Err(e.into())
        }
    }
}

fn format_of(format: Option<FormatArg>) -> Format {
    match format {
        None | Some(FormatArg::Text) => Format::Text,
        Some(FormatArg::Json) => Format::Json,
        Some(FormatArg::Html) => Format::Html,
        Some(FormatArg::Ticket) => Format::Ticket,
        Some(FormatArg::Firewall) => Format::Firewall,
        Some(FormatArg::FirewallCsv) => Format::FirewallCsv,
        Some(FormatArg::Oneline) => Format::OneLine,
    }
}

pub(super) fn render_options(context: &Context, to_file: bool) -> RenderOptions {
    let terminal = !to_file && std::io::stdout().is_terminal();
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    RenderOptions {
        lang: context.lang,
        width: if to_file { PAPER_WIDTH } else { super::width() },
        colour: terminal
            && !set("NO_COLOR")
            && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
    }
}

/// Saves the report as text and JSON where the user finds it, and opens the text.
fn save_and_open(context: &Context, report: &Report) -> Result<Exit, CliError> {
    let exit = Exit::from(report.verdict);
    let options = RenderOptions {
        width: PAPER_WIDTH,
        colour: false,
        lang: context.lang,
    };
    let folder = report_folder();
    let stem = file_stem(report);
    let json = free_path(&folder, &stem, "json");
    let text = json.with_extension("txt");
    let rendered = report::render(report, Format::Text, &options);
    write_or_print(
        context,
        Some(&json),
        &report::render(report, Format::Json, &options),
    )?;
    write_or_print(context, Some(&text), &rendered)?;
    print(&rendered).map_err(CliError::Stdout)?;
    for path in [&text, &json] {
        context.remark(
            &context
                .texts
                .format("cli-saved", &[("path", path.display().to_string().into())]),
        );
    }
    if let Err(e) = open::that_detached(&text) {
        context.remark(
            &context
                .texts
                .format("cli-open-failed", &[("message", e.to_string().into())]),
        );
    }
    Ok(exit)
}

/// The user's documents, else the home folder, else the current folder.
fn report_folder() -> PathBuf {
    let home =
        std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    let candidates = [
        home.as_ref().map(|h| h.join("Documents")),
        home,
        Some(PathBuf::from(".")),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|p| p.is_dir())
        .unwrap_or_else(|| PathBuf::from("."))
}

/// `meetready-HOST-PRODUCT-TIME`, of characters that every file system takes.
fn file_stem(report: &Report) -> String {
    let host = report.subject.host.as_deref().unwrap_or("pc");
    let product = report
        .products
        .first()
        .map_or("report", |p| p.product.as_str());
    let time = report.evidence.collected_at.map(|t| {
        t.to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y%m%d-%H%M%S")
            .to_string()
    });
    let safe = |text: &str| -> String {
        text.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(40)
            .collect()
    };
    [
        "meetready",
        &safe(host),
        &safe(product),
        time.as_deref().unwrap_or("undated"),
    ]
    .join("-")
}
