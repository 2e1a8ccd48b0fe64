//! What changed between two reports, in words.

mod page;
mod text;

use crate::l10n::Texts;
use crate::model::comparison::{
    Comparison, FactChange, NetworkChange, NetworkSubject, NetworkValue, Outcome, ProductChange,
    ResultChange, ScenarioChange, ScenarioOutcome, Side,
};
use crate::model::ids::{ProductId, VariantId};
use crate::model::verdict::Verdict;

use super::clean::clean_to;
use super::{Format, RenderOptions, json, network, reading, text as report_text, words};

/// Renders a comparison as JSON or HTML, else as text. Ends with a line break.
pub fn render_comparison(
    comparison: &Comparison,
    format: Format,
    options: &RenderOptions,
) -> String {
    match format {
        Format::Json => json(comparison),
        Format::Html => page::render(comparison, &Texts::new(options.lang)),
        Format::Text
        | Format::Ticket
        | Format::Firewall
        | Format::FirewallCsv
        | Format::OneLine => text::render(comparison, &Texts::new(options.lang), options),
    }
}

/// One row: what it is of, before, after.
struct Row {
    trend: crate::model::comparison::Trend,
    of: String,
    before: String,
    after: String,
}

fn side(side: &Side, texts: &Texts) -> String {
    let host = side
        .host
        .as_deref()
        .map_or_else(|| "-".to_owned(), |h| clean_to(h, words::NAME));
    let time = side.collected_at.map_or_else(
        || texts.get("time-unknown"),
        |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    );
    texts.format(
        "compare-side",
        &[
            ("host", host.into()),
            ("time", time.into()),
            ("edition", side.edition.to_string().into()),
            ("name", clean_to(&side.tool.name, 40).into()),
            ("version", clean_to(&side.tool.version, 40).into()),
        ],
    )
}

fn verdict(verdict: Option<Verdict>, texts: &Texts) -> String {
    verdict.map_or_else(|| texts.get("compare-not-judged"), |v| texts.code(v))
}

fn products(comparison: &Comparison, texts: &Texts) -> Vec<Row> {
    let row = |p: &ProductChange| Row {
        trend: p.trend,
        of: words::product(&p.name, p.variant.as_ref().map(VariantId::as_str), texts),
        before: verdict(p.before, texts),
        after: verdict(p.after, texts),
    };
    comparison.products.iter().map(row).collect()
}

fn of_target(name: &str, product: &ProductId, variant: Option<&VariantId>) -> String {
    match variant {
        Some(variant) => format!("{name} [{product}:{variant}]"),
        None => format!("{name} [{product}]"),
    }
}

fn requirements(comparison: &Comparison, texts: &Texts) -> Vec<Row> {
    let outcome = |o: Option<Outcome>| match o {
        None => texts.get("compare-not-judged"),
        Some(o) => format!("{} ({})", texts.code(o.verdict), texts.code(o.reason)),
    };
    let row = |r: &ResultChange| Row {
        trend: r.trend,
        of: of_target(
            &format!(
                "{} {}",
                report_text::kind_name(&r.kind, texts),
                report_text::without_product(r.requirement.as_str(), &r.product)
            ),
            &r.product,
            r.variant.as_ref(),
        ),
        before: outcome(r.before),
        after: outcome(r.after),
    };
    comparison.requirements.iter().map(row).collect()
}

fn scenarios(comparison: &Comparison, texts: &Texts) -> Vec<Row> {
    let outcome = |o: Option<ScenarioOutcome>| match o {
        None => texts.get("compare-not-judged"),
        Some(ScenarioOutcome {
            verdict,
            limited_by: Some(limit),
        }) => format!("{} ({})", texts.code(verdict), texts.code(limit)),
        Some(o) => texts.code(o.verdict),
    };
    let row = |s: &ScenarioChange| Row {
        trend: s.trend,
        of: of_target(
            &words::named("scenario", s.id.as_str(), texts),
            &s.product,
            s.variant.as_ref(),
        ),
        before: outcome(s.before),
        after: outcome(s.after),
    };
    comparison.scenarios.iter().map(row).collect()
}

fn facts(comparison: &Comparison, texts: &Texts) -> Vec<Row> {
    let row = |f: &FactChange| Row {
        trend: f.trend,
        of: reading::label(&f.path, texts),
        before: reading::fact(&f.path, &f.before, texts),
        after: reading::fact(&f.path, &f.after, texts),
    };
    comparison.facts.iter().map(row).collect()
}

fn readings(comparison: &Comparison, texts: &Texts) -> Vec<Row> {
    let value = |v: &NetworkValue| match v {
        NetworkValue::Amount(amount) => words::value(amount, texts),
        NetworkValue::State(state) => texts.code(*state),
    };
    let row = |n: &NetworkChange| Row {
        trend: n.trend,
        of: subject(&n.of, texts),
        before: value(&n.before),
        after: value(&n.after),
    };
    comparison.network.iter().map(row).collect()
}

fn subject(of: &NetworkSubject, texts: &Texts) -> String {
    let one_way = |key: &str, direction, family, role| {
        let of = format!(
            "{} {}",
            texts.get(key),
            texts.code::<crate::model::network::Direction>(direction)
        );
        texts.format(
            "compare-reading",
            &[
                ("what", of.into()),
                ("family", network::family(family).into()),
                (
                    "role",
                    texts
                        .code::<crate::model::network::ReflectorRole>(role)
                        .into(),
                ),
            ],
        )
    };
    match of {
        NetworkSubject::Bandwidth {
            direction,
            family,
            role,
        } => one_way("kind-bandwidth", *direction, *family, *role),
        NetworkSubject::Loss {
            direction,
            family,
            role,
        } => one_way("metric-loss", *direction, *family, *role),
        NetworkSubject::Jitter {
            direction,
            family,
            role,
        } => one_way("metric-jitter", *direction, *family, *role),
        NetworkSubject::RoundTrip {
            direction,
            family,
            role,
        } => one_way("metric-round-trip", *direction, *family, *role),
        NetworkSubject::Ports {
            transport,
            ports,
            family,
            role,
        } => texts.format(
            "compare-reading",
            &[
                ("what", words::ports(*transport, ports, texts).into()),
                ("family", network::family(*family).into()),
                ("role", texts.code(*role).into()),
            ],
        ),
        NetworkSubject::Name {
            probe: _,
            host,
            port,
            family,
        } => network::place(host, *port, *family),
    }
}

/// The parts of a comparison below its products, with their headings and how much is the same.
fn parts(comparison: &Comparison, texts: &Texts) -> Vec<(&'static str, Vec<Row>, usize)> {
    let same = &comparison.unchanged;
    vec![
        (
            "compare-requirements",
            requirements(comparison, texts),
            same.requirements,
        ),
        (
            "compare-scenarios",
            scenarios(comparison, texts),
            same.scenarios,
        ),
        ("compare-facts", facts(comparison, texts), same.facts),
        ("compare-network", readings(comparison, texts), same.network),
    ]
}

const COLUMNS: [&str; 4] = [
    "compare-col-trend",
    "compare-col-of",
    "compare-col-before",
    "compare-col-after",
];

fn trend_sentence(comparison: &Comparison, texts: &Texts) -> String {
    use crate::model::comparison::Trend;
    texts.get(match comparison.trend {
        Trend::Better => "compare-better",
        Trend::Worse => "compare-worse",
        Trend::Same => "compare-same",
        Trend::Unproved => "compare-unproved",
        Trend::Changed => "compare-changed",
    })
}
