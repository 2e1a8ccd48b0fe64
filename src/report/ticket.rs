//! Plain text that pastes into a mail or a support form: at most 60 lines of at most 76 columns.
//!
//! The fields to fill in are those that the resellers' inquiry template asks for (service specification 2021-10,
//! section 9).

use crate::l10n::Texts;
use crate::model::inventory::Inventory;
use crate::model::report::{CheckResult, Report};
use crate::model::requirement::Level;
use crate::model::verdict::Verdict;

use super::clean::cut;
use super::findings::{self, Finding};
use super::layout::wrap;
use super::{facts, firewall, network, text, words};

/// Most lines of a ticket.
pub(super) const LINES: usize = 60;
/// Most columns of a line.
pub(super) const COLUMNS: usize = 76;

const PRODUCTS: usize = 4;
const NOTICES: usize = 2;
const STEPS: usize = 3;
const STEP_LINES: usize = 3;
const NETWORK: usize = 6;
const FIREWALL: usize = 4;
/// Findings keep at least this many lines, whatever else there is to say.
const FINDINGS: usize = 4;
/// A part's heading and the blank line behind it.
const FRAME: usize = 2;

pub(super) fn render(report: &Report, texts: &Texts) -> String {
    let found = findings::gather(report);
    let form = form(report, texts);
    let result = result(report, texts);
    let steps = steps(report, &found, texts);
    let device = device(&report.evidence.inventory, texts);
    let about = about(report, texts);
    let fixed: usize = [&form, &result, &steps, &device, &about]
        .into_iter()
        .map(|part| if part.is_empty() { 0 } else { part.len() + 1 })
        .sum();
    // The last part has no blank line behind it.
    let left = (LINES + 1).saturating_sub(fixed);
    let room = left.saturating_sub(FINDINGS + FRAME + FRAME);
    let network = network_lines(report, room.min(NETWORK), texts);
    let taken = if network.is_empty() {
        0
    } else {
        network.len() + 1
    };
    let room = left.saturating_sub(taken + FINDINGS + FRAME + FRAME);
    let firewall = firewall_lines(report, room.min(FIREWALL), texts);
    let taken = taken + firewall.len() + usize::from(!firewall.is_empty());
    let room = left.saturating_sub(taken + FRAME);
    let findings = capped(finding_lines(report, &found, texts), room, texts);
    let findings = with_heading("ticket-findings", findings, texts);
    let parts = [
        form, result, findings, steps, firewall, network, device, about,
    ];
    let mut lines: Vec<String> = Vec::new();
    for part in parts.into_iter().filter(|p| !p.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(part);
    }
    lines.truncate(LINES);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let mut out = String::new();
    for line in lines {
        out.push_str(cut(&line, COLUMNS).trim_end());
        out.push('\n');
    }
    out
}

/// The lines, or as many as there is room for and how many more there are.
fn capped(mut lines: Vec<String>, room: usize, texts: &Texts) -> Vec<String> {
    if lines.len() > room {
        let left_out = lines.len() - room.saturating_sub(1);
        lines.truncate(room.saturating_sub(1));
        lines.push(text::more(left_out, texts));
    }
    lines
}

fn with_heading(key: &str, lines: Vec<String>, texts: &Texts) -> Vec<String> {
    if lines.is_empty() {
        return lines;
    }
    let mut out = vec![texts.format("ticket-heading", &[("title", texts.get(key).into())])];
    out.extend(lines);
    out
}

/// The first lines of a paragraph, the last one cut where there is more.
fn paragraph(lead: &str, words: &str, most: usize) -> Vec<String> {
    let rest = " ".repeat(lead.len());
    let all = wrap(words, COLUMNS - lead.len());
    let too_long = all.len() > most;
    let mut out = Vec::new();
    for (i, line) in all.into_iter().take(most).enumerate() {
        let lead = if i == 0 { lead } else { &rest };
        let end = if too_long && i + 1 == most { "..." } else { "" };
        let line = cut(&format!("{lead}{line}"), COLUMNS - end.len());
        let line = if end.is_empty() {
            line.as_str()
        } else {
            line.trim_end_matches(['.', ' '])
        };
        out.push(format!("{line}{end}"));
    }
    out
}

fn form(report: &Report, texts: &Texts) -> Vec<String> {
    let date = report
        .evidence
        .collected_at
        .map_or_else(String::new, |t| t.strftime("%Y/%m/%d").to_string());
    let version = facts::client_version(&report.evidence.inventory).unwrap_or_default();
    let mut lines = vec![
        texts.format("ticket-subject", &[("date", date.into())]),
        texts.get("ticket-fill-in"),
    ];
    let fields = [
        "ticket-company",
        "ticket-name",
        "ticket-mail",
        "ticket-phone",
        "ticket-kind",
        "ticket-details",
        "ticket-account",
        "ticket-licence",
        "ticket-meeting-time",
        "ticket-meeting-id",
    ];
    lines.extend(fields.into_iter().map(|key| texts.get(key)));
    lines.push(texts.format("ticket-version", &[("version", version.into())]));
    lines.push(texts.get("ticket-symptom"));
    lines
}

fn result(report: &Report, texts: &Texts) -> Vec<String> {
    let word = texts.code(report.verdict);
    let mut lines = vec![format!("{word}  {}", text::overall(report.verdict, texts))];
    // One or two products have room for their whole sentence.
    let most = if report.products.len() > PRODUCTS / 2 {
        1
    } else {
        2
    };
    let products: Vec<String> = report
        .products
        .iter()
        .flat_map(|p| {
            let word = texts.code(p.verdict);
            let sentence = text::product_sentence(report, p, texts);
            let mut lines = paragraph("", &format!("{word}  {sentence}"), most);
            let carries = text::proved(report, p, texts).into_iter().take(1);
            lines.extend(carries.flat_map(|line| paragraph("  ", &line, 1)));
            lines
        })
        .collect();
    lines.extend(capped(products, PRODUCTS + 2, texts));
    for notice in text::notices(report, texts).into_iter().take(NOTICES) {
        lines.extend(paragraph("! ", &notice, 2));
    }
    lines.extend(paragraph("", &text::edition_line(report, texts), 2));
    with_heading("ticket-result", lines, texts)
}

/// Failures one by one, with figures; what is open or warns by its cause.
fn finding_lines(report: &Report, found: &[Finding<'_>], texts: &Texts) -> Vec<String> {
    let (mut lines, mut told) = (Vec::new(), Vec::new());
    for result in report.results.iter().filter(|r| r.verdict == Verdict::Fail) {
        let line = failure_line(result, texts);
        if !told.contains(&line) {
            lines.extend(paragraph("", &line, 2));
            told.push(line);
        }
    }
    for finding in found.iter().filter(|f| f.verdict != Verdict::Fail) {
        let ids = findings::requirements(finding);
        let mut line = format!(
            "{} {}: {}",
            texts.code(finding.verdict),
            texts.code(finding.reason),
            words::listed(ids, 3, texts)
        );
        if finding.level == Level::Informative {
            line = format!("{line} ({})", texts.code(finding.level));
        }
        lines.extend(paragraph("", &line, 2));
    }
    lines
}

fn failure_line(result: &CheckResult, texts: &Texts) -> String {
    let or_dash = |words: Vec<String>| {
        if words.is_empty() {
            "-".to_owned()
        } else {
            words.join("; ")
        }
    };
    texts.format(
        "ticket-failure",
        &[
            ("verdict", texts.code(result.verdict).into()),
            ("requirement", result.requirement.to_string().into()),
            ("reason", texts.code(result.reason).into()),
            (
                "measured",
                cut(&or_dash(words::measured(result, texts)), 40).into(),
            ),
            ("required", or_dash(words::required(result, texts)).into()),
        ],
    )
}

fn steps(report: &Report, found: &[Finding<'_>], texts: &Texts) -> Vec<String> {
    let mut lines = Vec::new();
    for (i, step) in findings::first_steps(report, found, STEPS, texts)
        .into_iter()
        .enumerate()
    {
        let words = text::by_owner(step.owner, &step.text, texts);
        lines.extend(paragraph(&format!("{}. ", i + 1), &words, STEP_LINES));
    }
    with_heading("ticket-steps", lines, texts)
}

fn network_lines(report: &Report, room: usize, texts: &Texts) -> Vec<String> {
    let lines = match &report.evidence.network {
        Some(evidence) if room > 0 => capped(network::noteworthy(evidence, texts), room, texts),
        _ => Vec::new(),
    };
    with_heading("ticket-network", lines, texts)
}

fn firewall_lines(report: &Report, room: usize, texts: &Texts) -> Vec<String> {
    let lines = if room > 0 {
        capped(firewall::ticket_lines(report, texts), room, texts)
    } else {
        Vec::new()
    };
    with_heading("ticket-firewall", lines, texts)
}

fn device(inventory: &Inventory, texts: &Texts) -> Vec<String> {
    let rows = facts::rows(inventory, texts);
    let of = |keys: &[&str]| {
        let labels: Vec<String> = keys.iter().map(|k| texts.get(k)).collect();
        let parts: Vec<String> = rows
            .iter()
            .filter(|r| labels.contains(&r.label))
            .map(|r| format!("{}: {}", r.label, r.value))
            .collect();
        parts.join("; ")
    };
    let groups: [&[&str]; 7] = [
        &["what-os", "fact-os-version", "fact-os-build"],
        &["what-cpu-model"],
        &["fact-cores", "fact-base-clock", "fact-memory"],
        &["device-camera"],
        &["device-microphone", "device-speaker"],
        &["kind-display", "fact-touch"],
        &["kind-link", "fact-link-speed", "kind-session"],
    ];
    let lines = groups
        .into_iter()
        .map(of)
        .filter(|line| !line.is_empty())
        .collect();
    with_heading("ticket-device", lines, texts)
}

fn about(report: &Report, texts: &Texts) -> Vec<String> {
    let mut lines = paragraph("", &text::subject_line(report, texts), 2);
    lines.extend(paragraph("", &text::tool_line(report, texts), 1));
    lines
}
