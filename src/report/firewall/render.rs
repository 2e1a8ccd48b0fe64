//! The rows as a section, as a text to paste into a change request, and as CSV.

use std::fmt::Write as _;

use crate::l10n::Texts;
use crate::model::VariantId;
use crate::model::network::Family;
use crate::model::ports::PortStanding;
use crate::model::report::Report;
use crate::model::requirement::Level;

use super::super::clean::clean_to;
use super::super::layout::Page;
use super::super::{RenderOptions, network, text, words};
use super::{Block, Need, Opening, Place, Row, Without, rows};

/// Blocks, names and the like that one line lists.
const LISTED: usize = 12;
/// Columns of an address of a list.
const ADDRESS: usize = 120;

/// Whether any requirement of the report asks for ports that could be in the sheet.
fn asks_for_ports(report: &Report) -> bool {
    report.results.iter().any(|r| r.ports.is_some())
}

/// The sheet as a section of the report for a terminal.
pub(in super::super) fn section(page: &mut Page<'_>, report: &Report) {
    let rows = rows(report);
    if rows.is_empty() {
        return;
    }
    let texts = page.texts;
    page.heading(&texts.get("firewall-title"));
    let header = [
        "firewall-col-state",
        "firewall-col-ports",
        "firewall-col-way",
        "firewall-col-for",
        "firewall-col-without",
    ];
    let table: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                state(row, texts),
                ports(row, texts),
                way(row, texts),
                products(row, texts),
                without(row, texts),
            ]
        })
        .collect();
    page.table(&header.map(|k| texts.get(k)), &table);
    page.line(&texts.get("firewall-how"));
}

/// The sheet by itself, ready to paste into a change request.
pub(in super::super) fn whole(report: &Report, texts: &Texts, options: &RenderOptions) -> String {
    let mut page = Page::new(texts, options.width, false);
    let rows = rows(report);
    page.line(&texts.get("firewall-title"));
    page.line(&text::subject_line(report, texts));
    page.line(&text::tool_line(report, texts));
    page.line(&text::edition_line(report, texts));
    if let Some(evidence) = &report.evidence.network
        && network::only_self(evidence)
    {
        page.indented("! ", "  ", &texts.get("notice-self"));
    }
    page.blank();
    if rows.is_empty() {
        page.line(&texts.get(if asks_for_ports(report) {
            "firewall-none"
        } else {
            "firewall-no-ports"
        }));
        return page.finish();
    }
    page.line(&texts.get("firewall-intro"));
    for (n, row) in rows.iter().enumerate() {
        page.blank();
        page.indented(&format!("{}. ", n + 1), "   ", &summary(row, texts));
        for (label, value) in fields(row, texts) {
            page.indented("   ", "     ", &format!("{label}: {value}"));
        }
    }
    page.blank();
    page.line(&texts.get("firewall-how"));
    page.finish()
}

/// Everything that a change request asks of one row, with its label; what is empty is left out.
fn fields(row: &Row, texts: &Texts) -> Vec<(String, String)> {
    let fields = [
        ("firewall-col-protocol", row.transport.word().to_owned()),
        ("firewall-col-ports", blocks(row, texts)),
        ("firewall-col-direction", direction(row, texts)),
        ("firewall-col-from", place(row.from, texts)),
        ("firewall-col-to", destination(row, texts)),
        ("firewall-col-lists", lists(row, ", ")),
        ("firewall-col-family", families(row, texts)),
        ("firewall-col-state", state(row, texts)),
        ("firewall-col-for", needs(row, texts)),
        ("firewall-col-scenarios", scenarios(row, texts)),
        ("firewall-col-without", without(row, texts)),
        ("firewall-col-source", sources(row, texts)),
    ];
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (texts.get(key), value))
        .collect()
}

/// One row of the sheet: what to ask for in a sentence, and its fields.
pub(in super::super) struct Card {
    pub(in super::super) title: String,
    pub(in super::super) fields: Vec<(String, String)>,
}

/// The sheet row by row, for the page.
pub(in super::super) fn cards(report: &Report, texts: &Texts) -> Vec<Card> {
    let card = |row: &Row| Card {
        title: summary(row, texts),
        fields: fields(row, texts),
    };
    rows(report).iter().map(card).collect()
}

/// The sheet in a few lines for a ticket.
pub(in super::super) fn ticket_lines(report: &Report, texts: &Texts) -> Vec<String> {
    rows(report).iter().map(|row| summary(row, texts)).collect()
}

/// The sheet as CSV (RFC 4180), one block of ports a line. It begins with a byte order mark: without one, Excel takes the
/// text for the code page of its country.
pub(in super::super) fn csv(report: &Report, texts: &Texts) -> String {
    let header = [
        "firewall-col-state",
        "firewall-col-protocol",
        "firewall-col-ports",
        "firewall-col-tried",
        "firewall-col-direction",
        "firewall-col-from",
        "firewall-col-to",
        "firewall-col-lists",
        "firewall-col-family",
        "firewall-col-level",
        "firewall-col-for",
        "firewall-col-scenarios",
        "firewall-col-without",
        "firewall-col-source",
    ];
    let mut out = String::from("\u{feff}");
    line(&mut out, &header.map(|k| texts.get(k)));
    for row in rows(report) {
        for block in &row.blocks {
            let cells = [
                texts.code(row.standing),
                row.transport.word().to_owned(),
                block.ports.to_string(),
                texts.format(
                    "firewall-tried",
                    &[
                        ("tried", u64::from(block.tried).into()),
                        ("of", u64::from(block.ports.len()).into()),
                    ],
                ),
                direction(&row, texts),
                place(row.from, texts),
                destination(&row, texts),
                lists(&row, " "),
                families(&row, texts),
                level(&row, texts),
                needs(&row, texts),
                scenarios(&row, texts),
                without(&row, texts),
                sources(&row, texts),
            ];
            line(&mut out, &cells);
        }
    }
    out
}

/// One line of CSV.
fn line(out: &mut String, cells: &[String]) {
    for (n, text) in cells.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        let _ = write!(out, "\"{}\"", cell(text).replace('"', "\"\""));
    }
    out.push_str("\r\n");
}

/// A spreadsheet takes a cell that begins with one of these for a formula, quoted or not; with an apostrophe before it,
/// it is text.
fn cell(text: &str) -> String {
    let begins = text.trim_start_matches([' ', '\u{3000}']).chars().next();
    match begins {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{text}")
        }
        _ => text.to_owned(),
    }
}

/// `UDP 8801-8810 to *.zoom.us, *.zoom.com: blocked on the way out`.
fn summary(row: &Row, texts: &Texts) -> String {
    texts.format(
        "firewall-summary",
        &[
            ("ports", ports(row, texts).into()),
            ("to", destination(row, texts).into()),
            ("state", state(row, texts).into()),
        ],
    )
}

fn ports(row: &Row, texts: &Texts) -> String {
    let ranges: Vec<_> = row.blocks.iter().map(|b| b.ports).collect();
    words::ports(row.transport, &ranges, texts)
}

/// Every block, and how many of its ports were tried where that is not all of them.
fn blocks(row: &Row, texts: &Texts) -> String {
    let whole = |b: &Block| b.tried == b.ports.len() || b.tried == 0;
    let one = |b: &Block| {
        if whole(b) {
            return b.ports.to_string();
        }
        let tried = texts.format(
            "firewall-tried",
            &[
                ("tried", u64::from(b.tried).into()),
                ("of", u64::from(b.ports.len()).into()),
            ],
        );
        format!("{} ({tried})", b.ports)
    };
    let all: Vec<String> = row.blocks.iter().map(one).collect();
    all.join(", ")
}

fn state(row: &Row, texts: &Texts) -> String {
    let word = texts.code(row.standing);
    let blocked = matches!(
        row.standing,
        PortStanding::BlockedUp
            | PortStanding::BlockedDown
            | PortStanding::Blocked
            | PortStanding::Rejected
    );
    let (tried, of) = row.blocks.iter().fold((0, 0), |(t, o), b| {
        (t + u64::from(b.tried), o + u64::from(b.ports.len()))
    });
    if blocked && tried < of {
        texts.format(
            "firewall-state-tried",
            &[
                ("state", word.into()),
                ("tried", tried.into()),
                ("of", of.into()),
            ],
        )
    } else {
        word
    }
}

fn direction(row: &Row, texts: &Texts) -> String {
    texts.get(match row.opening {
        Opening::Outbound => "firewall-outbound",
        Opening::Return => "firewall-return",
    })
}

fn place(place: Place, texts: &Texts) -> String {
    texts.get(match place {
        Place::PcNetwork => "firewall-pc-network",
        Place::ControllerNetwork => "firewall-controller-network",
        Place::Cloud => "firewall-cloud",
        Place::ControlPc => "firewall-control-pc",
    })
}

fn way(row: &Row, texts: &Texts) -> String {
    let ends = texts.format(
        "firewall-way",
        &[
            ("from", place(row.from, texts).into()),
            ("to", destination(row, texts).into()),
        ],
    );
    format!("{}\n{ends}", direction(row, texts))
}

fn destination(row: &Row, texts: &Texts) -> String {
    if row.names.is_empty() {
        return place(row.to, texts);
    }
    let names = row.names.iter().map(|n| clean_to(n, words::NAME));
    words::listed(names, LISTED, texts)
}

fn lists(row: &Row, between: &str) -> String {
    let lists: Vec<String> = row
        .address_lists
        .iter()
        .map(|l| clean_to(l, ADDRESS))
        .collect();
    lists.join(between)
}

fn families(row: &Row, texts: &Texts) -> String {
    if row.families.is_empty() {
        return texts.get("firewall-family-unknown");
    }
    let words: Vec<&str> = row
        .families
        .iter()
        .map(|f| match f {
            Family::Ipv4 => "IPv4",
            Family::Ipv6 => "IPv6",
        })
        .collect();
    words.join(", ")
}

fn product(need: &Need, texts: &Texts) -> String {
    let variant = need.variant.as_ref().map(VariantId::as_str);
    words::product(&need.name, variant, texts)
}

fn products(row: &Row, texts: &Texts) -> String {
    let mut names: Vec<String> = Vec::new();
    for need in &row.needs {
        let mut name = product(need, texts);
        if need.level != Level::Required {
            name = format!("{name} ({})", texts.code(need.level));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("\n")
}

/// Products with all the ports that each asks for.
fn needs(row: &Row, texts: &Texts) -> String {
    let all: Vec<String> = row
        .needs
        .iter()
        .map(|need| {
            format!(
                "{} ({}: {})",
                product(need, texts),
                clean_to(need.requirement.as_str(), words::NAME),
                words::ports(row.transport, &need.asked, texts),
            )
        })
        .collect();
    all.join("; ")
}

fn scenarios(row: &Row, texts: &Texts) -> String {
    // Their names hold commas.
    let names: Vec<String> = row
        .scenarios
        .iter()
        .map(|s| words::named("scenario", s.as_str(), texts))
        .collect();
    names.join("; ")
}

fn level(row: &Row, texts: &Texts) -> String {
    let mut levels: Vec<String> = Vec::new();
    for need in &row.needs {
        let word = texts.code(need.level);
        if !levels.contains(&word) {
            levels.push(word);
        }
    }
    levels.join(", ")
}

fn without(row: &Row, texts: &Texts) -> String {
    let falls = |key: &str, port: u16| texts.format(key, &[("port", port.to_string().into())]);
    match row.without {
        Without::Fails => texts.get("firewall-without-fails"),
        Without::FallsBack { port, proved: true } => falls("firewall-without-falls-back", port),
        Without::FallsBack {
            port,
            proved: false,
        } => falls("firewall-without-may-fall-back", port),
        Without::Recommended => texts.get("firewall-without-recommended"),
        Without::Informative => texts.get("firewall-without-informative"),
    }
}

fn sources(row: &Row, texts: &Texts) -> String {
    let mut all: Vec<String> = Vec::new();
    for need in &row.needs {
        let source = words::full_source(&need.source, texts);
        if !all.contains(&source) {
            all.push(source);
        }
    }
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula_and_quotes_are_doubled() {
        let mut out = String::new();
        let cells = ["=cmd|' /C calc'!A0", " +1", "a \"b\", c", "443", "＝1"];
        line(&mut out, &cells.map(str::to_owned));
        assert_eq!(
            out,
            "\"'=cmd|' /C calc'!A0\",\"' +1\",\"a \"\"b\"\", c\",\"443\",\"'＝1\"\r\n"
        );
    }
}
