//! Renders reports, plans and requirements for people and programs. Sees only the model, never probes or the judge.
//!
//! Everything that comes from outside (device names, host names, system messages) goes through [`clean`] before it
//! stands in text: no control character, escape sequence or direction mark reaches a terminal or a mail.

#![forbid(unsafe_code)]

pub mod clean;
mod comparison;
mod cpu;
mod describe;
mod diff;
mod drift;
mod exit;
mod facts;
mod findings;
pub mod firewall;
mod html;
mod jsonl;
mod junit;
mod layout;
mod network;
mod oneline;
mod plan;
mod port_lines;
mod reading;
pub mod redact;
mod requirements;
mod room;
mod speed;
mod text;
mod ticket;
mod words;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::l10n::{Lang, Texts};
use crate::model::ProductId;
use crate::model::report::Report;

pub use comparison::render_comparison;
pub use cpu::{CpuAnswer, render_cpu};
pub use describe::describe;
pub use diff::render_edition_diff;
pub use drift::render_drift;
pub use exit::{exit_code, exit_meaning};
pub use network::watch_window;
pub use plan::{plan_action, render_plan};
pub use redact::{redact_evidence, redact_report};
pub use requirements::{render_edition, render_editions};

/// Forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For a terminal: verdict first, then tables.
    Text,
    /// For programs: the report itself.
    Json,
    /// For mails, managers and paper: one file that any browser opens.
    Html,
    /// For a support ticket: at most 60 lines that paste into a mail.
    Ticket,
    /// What to ask of whoever runs the firewall, to paste into a change request.
    Firewall,
    /// The same as CSV, for a spreadsheet.
    FirewallCsv,
    /// For whoever sets up a room: one page on the ports of the control PC.
    Room,
    /// For deployment tools: one line under 2,000 characters, in codes, the same in every language.
    OneLine,
    /// For log collectors: JSON Lines, one object a result, in codes.
    JsonLines,
    /// For CI servers: JUnit XML, one test case a result.
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Json,
        Self::Html,
        Self::Ticket,
        Self::Firewall,
        Self::FirewallCsv,
        Self::Room,
        Self::OneLine,
        Self::JsonLines,
        Self::Junit,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Html => "html",
            Self::Ticket => "ticket",
            Self::Firewall => "firewall",
            Self::FirewallCsv => "firewall-csv",
            Self::Room => "room",
            Self::OneLine => "oneline",
            Self::JsonLines => "jsonl",
            Self::Junit => "junit",
        }
    }
}

impl Format {
    /// The end of the name of a file that holds it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text | Self::Ticket | Self::Firewall | Self::Room | Self::OneLine => "txt",
            Self::FirewallCsv => "csv",
            Self::Json => "json",
            Self::Html => "html",
            Self::JsonLines => "jsonl",
            Self::Junit => "xml",
        }
    }
}

/// The text names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a format: use text, json, html, ticket, firewall, firewall-csv, room, oneline, jsonl or junit"
)]
pub struct FormatError(pub String);

impl FromStr for Format {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::ALL
            .into_iter()
            .find(|f| f.name() == text)
            .ok_or_else(|| FormatError(text.chars().take(80).collect()))
    }
}
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How to render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// Language of the words.
    pub lang: Lang,
    /// Columns of the terminal; below 20 counts as 20.
    pub width: usize,
    /// ANSI colour on the verdict words.
    pub colour: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            lang: Lang::En,
            width: 100,
            colour: false,
        }
    }
}

/// Renders a report. Ends with a line break.
pub fn render(report: &Report, format: Format, options: &RenderOptions) -> String {
    match format {
        Format::Text => text::render(report, &Texts::new(options.lang), options),
        Format::Json => json(report),
        Format::Html => html::render(report, &Texts::new(options.lang)),
        Format::Ticket => ticket::render(report, &Texts::new(options.lang)),
        Format::Firewall => firewall::whole(report, &Texts::new(options.lang), options),
        Format::FirewallCsv => firewall::csv(report, &Texts::new(options.lang)),
        Format::Room => room::render(report, &Texts::new(options.lang), options),
        Format::OneLine => oneline::render(report),
        Format::JsonLines => jsonl::render(report),
        Format::Junit => junit::render(report, &Texts::new(options.lang)),
    }
}

/// Whether a product of a report is a company's own policy.
fn is_policy(report: &Report, product: &ProductId) -> bool {
    report
        .products
        .iter()
        .any(|p| p.product == *product && p.policy.is_some())
}

/// Pretty-printed JSON and a line break.
fn json<T: Serialize>(value: &T) -> String {
    match serde_json::to_string_pretty(value) {
        Ok(mut text) => {
            text.push('\n');
            text
        }
        // Only a map with keys that are not text could end here, and the model has none.
        Err(e) => format!("{{ \"error\": {:?} }}\n", e.to_string()),
    }
}
