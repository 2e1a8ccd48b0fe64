//! `report` and `diff`: reports that were saved before. Nothing is read, sent or judged again.

use super::args::{DiffArgs, DiffFormat, ReportArgs, SavedArgs};
use super::check::sign;
use super::deliver::{Destination, deliver, render_options};
use super::exit::Exit;
use super::input::read_report;
use super::{CliError, Context};
use crate::judge::compare;
use crate::report::{Format, render_comparison};

/// Renders a saved report again, in any form and language.
pub fn report(context: &Context, args: &SavedArgs) -> Result<Exit, CliError> {
    let mut report = read_report(&args.file)?;
    let destination = Destination::of(&args.report);
    destination.check(args.report.kind())?;
    sign(&mut report, &args.report.sign_off);
    deliver(context, report, &args.report, &destination)
}

/// Compares two saved reports.
pub fn diff(context: &Context, args: &DiffArgs) -> Result<Exit, CliError> {
    let (before, after) = (read_report(&args.before)?, read_report(&args.after)?);
    let format = match args.format {
        DiffFormat::Text => Format::Text,
        DiffFormat::Json => Format::Json,
        DiffFormat::Html => Format::Html,
    };
    // A folder takes the comparison under a name of its own.
    let output = args.output.as_ref().map(|path| {
        if path.is_dir() {
            path.join("meetready-diff")
                .with_extension(format.extension())
        } else {
            path.clone()
        }
    });
    let destination = Destination::of(&ReportArgs {
        output,
        overwrite: args.overwrite,
        ..ReportArgs::default()
    });
    destination.check(format)?;
    let text = render_comparison(
        &compare(&before, &after),
        format,
        &render_options(context, destination.is_stdout()),
    );
    destination.write(context, &text)?;
    Ok(Exit::DONE)
}
