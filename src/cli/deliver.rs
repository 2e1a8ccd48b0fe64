//! Hands reports over: to stdout, to the file or folder that was named, or to where the user finds them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::args::{RedactArg, ReportArgs};
use super::exit::Exit;
use super::output::{
    Existing, WriteError, check_folder, check_writable, print, write, write_set, write_together,
};
use super::{CliError, Context};
use crate::model::Report;
use crate::report::{self, Format, RenderOptions};

/// Columns of output that goes to a file or pipe.
const PAPER_WIDTH: usize = 100;

/// Where a result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    place: Place,
    existing: Existing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Stdout,
    File(PathBuf),
    /// Files in it are named after host, product and time.
    Folder(PathBuf),
}

impl Destination {
    /// The place that the arguments name: a folder where the path is one or ends like one.
    pub fn of(args: &ReportArgs) -> Self {
        match &args.output {
            Some(path) if path.is_dir() || ends_as_folder(path) => Self {
                place: Place::Folder(path.clone()),
                existing: Existing::Keep,
            },
            Some(path) => Self::file(path, args.overwrite),
            None => Self {
                place: Place::Stdout,
                existing: Existing::Keep,
            },
        }
    }

    /// A file.
    pub fn file(path: &Path, overwrite: bool) -> Self {
        let existing = if overwrite {
            Existing::Replace
        } else {
            Existing::Keep
        };
        Self {
            place: Place::File(path.to_owned()),
            existing,
        }
    }

    /// Whether nothing is written but stdout.
    pub fn is_stdout(&self) -> bool {
        self.place == Place::Stdout
    }

    /// Checks before a run that every file of the format could be written.
    ///
    /// # Errors
    /// When one could not.
    pub fn check(&self, format: Format) -> Result<(), WriteError> {
        match &self.place {
            Place::Stdout => Ok(()),
            Place::File(path) => files_of(format)
                .iter()
                .try_for_each(|f| check_writable(&beside(path, format, *f), self.existing)),
            Place::Folder(folder) => check_folder(folder),
        }
    }

    /// Writes one text as it is.
    ///
    /// # Errors
    /// When it cannot be written; it is then printed, so that it is not lost.
    pub fn write(&self, context: &Context, text: &str) -> Result<(), CliError> {
        let done = match &self.place {
            Place::Stdout => return print(text).map_err(CliError::Stdout),
            Place::File(path) => {
                write(path, text, self.existing).map(|()| std::slice::from_ref(path).to_vec())
            }
            Place::Folder(folder) => write_set(folder, "meetready", &[("txt", text.to_owned())]),
        };
        told(context, done, text)
    }
}

/// Tells where the files are; where they could not be written, prints the text: what was measured is not lost.
fn told(
    context: &Context,
    done: Result<Vec<PathBuf>, WriteError>,
    text: &str,
) -> Result<(), CliError> {
    match done {
        Ok(paths) => {
            for path in paths {
                context.remark_on_terminal(&context.texts.format(
                    "cli-written",
                    &[("path", path.display().to_string().into())],
                ));
            }
            Ok(())
        }
        Err(e) => {
            context.remark(&context.texts.format(
                "cli-not-written",
                &[("message", e.told(&context.texts).into())],
            ));
            print(text).map_err(CliError::Stdout)?;
            Err(e.into())
        }
    }
}

fn ends_as_folder(path: &Path) -> bool {
    path.as_os_str()
        .to_string_lossy()
        .ends_with(std::path::is_separator)
}

/// The forms that are written when a format goes to files: a ticket has its data and its page beside it.
fn files_of(format: Format) -> &'static [Format] {
    match format {
        Format::Ticket => &[Format::Ticket, Format::Json, Format::Html],
        Format::Html => &[Format::Html],
        Format::Text => &[Format::Text],
        Format::Json => &[Format::Json],
        Format::Firewall => &[Format::Firewall],
        Format::FirewallCsv => &[Format::FirewallCsv],
        Format::Room => &[Format::Room],
        Format::OneLine => &[Format::OneLine],
        Format::JsonLines => &[Format::JsonLines],
        Format::Junit => &[Format::Junit],
    }
}

/// The path of one form: the path that was named for the format asked for, the same with another ending for others.
fn beside(path: &Path, asked: Format, form: Format) -> PathBuf {
    if form == asked {
        path.to_owned()
    } else {
        path.with_extension(form.extension())
    }
}

/// What is masked: what was asked for, and in a ticket, which leaves the house, everything by default.
fn redacted(report: Report, format: Format, asked: Option<RedactArg>) -> Report {
    let by_default = (format == Format::Ticket).then_some(RedactArg::Public);
    match asked.or(by_default) {
        Some(profile) => report::redact_report(&report, profile.into()),
        None => report,
    }
}

/// Renders and writes a report; ends with its verdict.
///
/// # Errors
/// When it cannot be written.
pub fn deliver(
    context: &Context,
    report: Report,
    args: &ReportArgs,
    destination: &Destination,
) -> Result<Exit, CliError> {
    let exit = Exit::from(report.verdict);
    let format = args.kind();
    let report = redacted(report, format, args.redact);
    let options = render_options(context, destination.is_stdout());
    let forms = files_of(format);
    let texts: Vec<String> = match destination.place {
        Place::Stdout => vec![report::render(&report, format, &options)],
        _ => forms
            .iter()
            .map(|f| report::render(&report, *f, &options))
            .collect(),
    };
    let first = texts.first().cloned().unwrap_or_default();
    let done = match &destination.place {
        Place::Stdout => {
            print(&first).map_err(CliError::Stdout)?;
            return Ok(exit);
        }
        Place::File(path) => {
            let paths: Vec<PathBuf> = forms.iter().map(|f| beside(path, format, *f)).collect();
            write_together(&paths, texts.iter(), destination.existing).map(|()| paths)
        }
        Place::Folder(folder) => {
            let set: Vec<(&str, String)> = forms.iter().map(|f| f.extension()).zip(texts).collect();
            write_set(folder, &file_stem(&report), &set)
        }
    };
    told(context, done, &first)?;
    Ok(exit)
}

/// How text is laid out for where it goes.
pub fn render_options(context: &Context, stdout: bool) -> RenderOptions {
    let terminal = stdout && std::io::stdout().is_terminal();
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    RenderOptions {
        lang: context.lang,
        width: if stdout { super::width() } else { PAPER_WIDTH },
        colour: terminal
            && !set("NO_COLOR")
            && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
    }
}

/// Saves the report where the user finds it, and opens it.
///
/// # Errors
/// When it can be written nowhere; it is then printed all the same.
pub fn save_and_open(
    context: &Context,
    report: Report,
    args: &ReportArgs,
) -> Result<Exit, CliError> {
    let exit = Exit::from(report.verdict);
    let report = redacted(report, Format::Text, args.redact);
    let options = render_options(context, false);
    let forms = [Format::Html, Format::Text, Format::Json];
    let set: Vec<(&str, String)> = forms
        .iter()
        .map(|f| (f.extension(), report::render(&report, *f, &options)))
        .collect();
    print(&report::render(
        &report,
        Format::Text,
        &render_options(context, true),
    ))
    .map_err(CliError::Stdout)?;
    let stem = file_stem(&report);
    let mut saved = None;
    let mut refused = None;
    for folder in super::places::report_folders() {
        match write_set(&folder, &stem, &set) {
            Ok(paths) => {
                saved = Some(paths);
                break;
            }
            Err(e) => refused = Some(e),
        }
    }
    let Some(paths) = saved else {
        return match refused {
            Some(e) => Err(e.into()),
            None => Ok(exit),
        };
    };
    for path in &paths {
        context.remark(
            &context
                .texts
                .format("cli-saved", &[("path", path.display().to_string().into())]),
        );
    }
    if let Some(Err(e)) = paths.first().map(open::that_detached) {
        context.remark(
            &context
                .texts
                .format("cli-open-failed", &[("message", e.to_string().into())]),
        );
    }
    Ok(exit)
}

/// `meetready-HOST-PRODUCT-TIME`, of characters that every file system takes; the host is masked where the report is.
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
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
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
