//! JSON Lines: one object a result, for logs that many PCs write to. Codes only, the same in every language.

use crate::model::report::Report;
use crate::model::result_line::{RESULT_SCHEMA, ResultLine};

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for r in &report.results {
        let line = ResultLine {
            schema: RESULT_SCHEMA.to_owned(),
            collected_at: report.evidence.collected_at,
            host: report.subject.host.clone(),
            edition: report.manifest.edition.clone(),
            report_verdict: report.verdict,
            product: r.product.clone(),
            variant: r.variant.clone(),
            policy: super::is_policy(report, &r.product),
            requirement: r.requirement.clone(),
            kind: r.kind.clone(),
            level: r.level,
            verdict: r.verdict,
            reason: r.reason,
            owner: r.owner,
            next_step: r.next_step,
            measured: r.measured.clone(),
            required: r.required.clone(),
            source: r.source.clone(),
        };
        // Only a map with keys that are not text could fail here, and the model has none.
        if let Ok(text) = serde_json::to_string(&line) {
            out.push_str(&text);
            out.push('\n');
        }
    }
    out
}
