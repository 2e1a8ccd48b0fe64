//! JUnit XML, as CI servers read it (the schema of Ant's and Jenkins' reports): one suite a product, one case a
//! requirement.
//!
//! A miss is a `failure`. What could not be told is an `error`: no server takes it for a pass, and none says that it
//! failed. A warning passes and is told in the suite's output. What only informs, or does not apply, is skipped.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::l10n::Texts;
use crate::model::report::{CheckResult, ProductVerdict, Report};
use crate::model::requirement::Level;
use crate::model::selection::Target;
use crate::model::verdict::Verdict;

use super::clean::clean;
use super::{text, words};

type Xml = Writer<Vec<u8>>;

pub(super) fn render(report: &Report, texts: &Texts) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory does not fail.
    if let Err(e) = suites(&mut xml, report, texts) {
        return format!("<!-- {} -->\n", plain(&e.to_string()).replace("--", "- -"));
    }
    let mut out = String::from_utf8_lossy(&xml.into_inner()).into_owned();
    out.push('\n');
    out
}

/// How a result counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    Passed,
    Failed,
    Errored,
    Skipped,
}

fn counts(result: &CheckResult) -> Counts {
    match (result.level, result.verdict) {
        (Level::Informative, _) | (_, Verdict::NotApplicable) => Counts::Skipped,
        (_, Verdict::Pass | Verdict::Warn) => Counts::Passed,
        (_, Verdict::Fail) => Counts::Failed,
        (_, Verdict::Inconclusive) => Counts::Errored,
    }
}

fn number(results: &[&CheckResult], of: Counts) -> String {
    results
        .iter()
        .filter(|r| counts(r) == of)
        .count()
        .to_string()
}

/// On one line, of characters that XML 1.0 (section 2.2) allows.
fn plain(text: &str) -> String {
    clean(text)
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

fn suites(xml: &mut Xml, report: &Report, texts: &Texts) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&CheckResult> = report
        .products
        .iter()
        .flat_map(|p| text::results(report, p))
        .collect();
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "meetready"),
            ("tests", all.len().to_string().as_str()),
            ("failures", number(&all, Counts::Failed).as_str()),
            ("errors", number(&all, Counts::Errored).as_str()),
        ])
        .write_inner_content(|xml| {
            for (id, product) in report.products.iter().enumerate() {
                suite(xml, report, product, id, texts)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn suite(
    xml: &mut Xml,
    report: &Report,
    product: &ProductVerdict,
    id: usize,
    texts: &Texts,
) -> io::Result<()> {
    let results: Vec<&CheckResult> = text::results(report, product).collect();
    let host = report
        .subject
        .host
        .as_deref()
        .map_or_else(|| "-".to_owned(), plain);
    // The schema takes no time zone; the time is UTC.
    let time = report.evidence.collected_at.map_or_else(
        || "1970-01-01T00:00:00".to_owned(),
        |t| t.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
    );
    let class = class(report, product);
    xml.create_element("testsuite")
        .with_attributes([
            ("id", id.to_string().as_str()),
            ("package", "meetready"),
            ("name", plain(&text::product_name(product, texts)).as_str()),
            ("timestamp", time.as_str()),
            ("hostname", host.as_str()),
            ("tests", results.len().to_string().as_str()),
            ("failures", number(&results, Counts::Failed).as_str()),
            ("errors", number(&results, Counts::Errored).as_str()),
            ("skipped", number(&results, Counts::Skipped).as_str()),
            ("time", "0"),
        ])
        .write_inner_content(|xml| {
            let edition = report.manifest.edition.to_string();
            xml.create_element("properties")
                .write_inner_content(|xml| {
                    for (name, value) in [
                        ("edition", edition.as_str()),
                        ("verdict", product.verdict.word()),
                        ("document", &plain(&report.manifest.document)),
                    ] {
                        xml.create_element("property")
                            .with_attributes([("name", name), ("value", value)])
                            .write_empty()?;
                    }
                    Ok(())
                })?;
            for result in &results {
                case(xml, result, &class, texts)?;
            }
            let warnings: Vec<String> = results
                .iter()
                .filter(|r| r.verdict == Verdict::Warn && counts(r) == Counts::Passed)
                .map(|r| format!("{}: {}", r.requirement, message(r, texts)))
                .collect();
            for (name, words) in [
                ("system-out", warnings.join("\n")),
                ("system-err", String::new()),
            ] {
                xml.create_element(name)
                    .write_text_content(BytesText::new(&words))?;
            }
            Ok(())
        })?;
    Ok(())
}

/// Servers group cases by the dots of their class.
fn class(report: &Report, product: &ProductVerdict) -> String {
    let target = Target {
        product: product.product.clone(),
        variant: product.variant.clone(),
    };
    format!("meetready.{}.{target}", report.manifest.edition)
}

fn message(result: &CheckResult, texts: &Texts) -> String {
    let or_dash = |words: Vec<String>| {
        if words.is_empty() {
            "-".to_owned()
        } else {
            words.join("; ")
        }
    };
    let words = texts.format(
        "ticket-failure",
        &[
            ("verdict", texts.code(result.verdict).into()),
            ("requirement", result.requirement.to_string().into()),
            ("reason", texts.code(result.reason).into()),
            ("measured", or_dash(words::measured(result, texts)).into()),
            ("required", or_dash(words::required(result, texts)).into()),
        ],
    );
    plain(&words)
}

fn case(xml: &mut Xml, result: &CheckResult, class: &str, texts: &Texts) -> io::Result<()> {
    let case = xml.create_element("testcase").with_attributes([
        ("name", result.requirement.as_str()),
        ("classname", class),
        ("time", "0"),
    ]);
    let outcome = match counts(result) {
        Counts::Passed => {
            case.write_empty()?;
            return Ok(());
        }
        Counts::Skipped => {
            case.write_inner_content(|xml| {
                xml.create_element("skipped").write_empty()?;
                Ok(())
            })?;
            return Ok(());
        }
        Counts::Failed => "failure",
        Counts::Errored => "error",
    };
    let message = message(result, texts);
    let why = plain(&texts.get(&format!("reason-{}-why", result.reason.code())));
    case.write_inner_content(|xml| {
        xml.create_element(outcome)
            .with_attributes([
                ("type", result.reason.code()),
                ("message", message.as_str()),
            ])
            .write_text_content(BytesText::new(&why))?;
        Ok(())
    })?;
    Ok(())
}
