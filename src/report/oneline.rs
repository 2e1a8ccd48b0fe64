//! One line for deployment tools: codes only, the same in every language.

use crate::model::report::{CheckResult, ProductVerdict, Report};
use crate::model::requirement::Level;
use crate::model::selection::Target;
use crate::model::verdict::Verdict;

use super::clean::cut;
use super::exit::{exit_code, status};

/// Intune keeps 2,048 characters of a script's output; the line break and what a wrapper adds have their own room.
const MOST: usize = 1_990;
/// Room for the product list.
const PRODUCTS: usize = 400;

pub(super) fn render(report: &Report) -> String {
    let head = format!(
        "meetready {} edition={}",
        status(report.verdict),
        report.manifest.edition
    );
    let tail = format!(" exit={}", exit_code(report.verdict));
    let target = |p: &ProductVerdict| Target {
        product: p.product.clone(),
        variant: p.variant.clone(),
    };
    let products = report
        .products
        .iter()
        .map(|p| format!("{}={}", target(p), p.verdict.word()));
    let mut line = format!("{head} {}", joined(products, " ", PRODUCTS));
    let carried: Vec<String> = report
        .products
        .iter()
        .filter_map(|p| {
            let scenario = p.carries.as_ref()?;
            Some(format!("{}:{scenario}", target(p)))
        })
        .collect();
    if !carried.is_empty() {
        line.push_str(" carries=");
        line.push_str(&joined(carried.into_iter(), ",", PRODUCTS));
    }
    let lists = [
        ("fail", Verdict::Fail),
        ("inconclusive", Verdict::Inconclusive),
        ("warn", Verdict::Warn),
    ];
    for (name, verdict) in lists {
        let ids = ids(report, verdict);
        if ids.is_empty() {
            continue;
        }
        let lead = format!(" {name}=");
        let used = line.len() + lead.len() + tail.len();
        // Every later list keeps at least the room for its count.
        let room = MOST.saturating_sub(used + 40);
        line.push_str(&lead);
        line.push_str(&joined(ids.into_iter(), ",", room));
    }
    line = cut(&line, MOST - tail.len());
    line.push_str(&tail);
    line.push('\n');
    line
}

fn ids(report: &Report, verdict: Verdict) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let counted = |r: &&CheckResult| r.verdict == verdict && r.level != Level::Informative;
    for result in report.results.iter().filter(counted) {
        let id = result.requirement.to_string();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The parts, as many as there is room for, and `+N` for the rest.
fn joined(parts: impl Iterator<Item = String>, between: &str, room: usize) -> String {
    const REST: usize = 8;
    let mut out = String::new();
    let mut left_out = 0_usize;
    for part in parts {
        let lead = if out.is_empty() { "" } else { between };
        if left_out > 0 || out.len() + lead.len() + part.len() + REST > room {
            left_out += 1;
        } else {
            out.push_str(lead);
            out.push_str(&part);
        }
    }
    if left_out > 0 {
        let lead = if out.is_empty() { "" } else { between };
        out.push_str(lead);
        out.push('+');
        out.push_str(&left_out.to_string());
    }
    out
}
