//! `report` and `diff`: reports that were saved before. Nothing is read, sent or judged again.

use super::args::{DiffArgs, DiffFormat, SavedArgs};
use super::check::{deliver, render_options, sign, write_or_print};
use super::exit::Exit;
use super::input::read_report;
use super::output::check_writable;
use super::{CliError, Context};
use crate::judge::compare;
use crate::report::{Format, render_comparison};

/// Renders a saved report again, in any form and language.
pub fn report(context: &Context, args: &SavedArgs) -> Result<Exit, CliError> {
    let mut report = read_report(&args.file)?;
    if let Some(path) = &args.report.output {
        check_writable(path)?;
    }
    sign(&mut report, &args.report.sign_off);
    deliver(context, report, &args.report)
}

/// Compares two saved reports.
pub fn diff(context: &Context, args: &DiffArgs) -> Result<Exit, CliError> {
    let (before, after) = (read_report(&args.before)?, read_report(&args.after)?);
    if let Some(path) = &args.output {
        check_writable(path)?;
    }
    let format = match args.format {
        DiffFormat::Text => Format::Text,
        DiffFormat::Json => Format::Json,
        DiffFormat::Html => Format::Html,
    };
    let text = render_comparison(
        &compare(&before, &after),
        format,
        &render_options(context, args.output.is_some()),
    );
    write_or_print(context, args.output.as_deref(), &text)?;
    Ok(Exit::DONE)
}
