//! Whole outputs, to be read when they change.

use meetready::l10n::Lang;
use meetready::report::{Format, RenderOptions, render};

use crate::reports;

fn options(lang: Lang, width: usize) -> RenderOptions {
    RenderOptions {
        lang,
        width,
        colour: false,
    }
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    // Names are given in full: the default prefix would differ with the module they stand in.
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings
}

#[test]
fn text() {
    settings().bind(|| {
        for (name, report) in reports::all() {
            for lang in Lang::ALL {
                let text = render(&report, Format::Text, &options(lang, 100));
                insta::assert_snapshot!(format!("text_{name}_{lang}"), text);
            }
        }
    });
}

#[test]
fn narrow_text() {
    settings().bind(|| {
        for lang in Lang::ALL {
            let text = render(&reports::not_ready(), Format::Text, &options(lang, 40));
            insta::assert_snapshot!(format!("narrow_not_ready_{lang}"), text);
        }
    });
}

#[test]
fn ticket() {
    settings().bind(|| {
        for (name, report) in reports::all() {
            for lang in Lang::ALL {
                let text = render(&report, Format::Ticket, &options(lang, 100));
                insta::assert_snapshot!(format!("ticket_{name}_{lang}"), text);
            }
        }
    });
}

#[test]
fn one_line() {
    let lines: String = reports::all()
        .into_iter()
        .map(|(_, report)| render(&report, Format::OneLine, &options(Lang::Ja, 100)))
        .collect();
    settings().bind(|| insta::assert_snapshot!("oneline", lines));
}

#[test]
fn json() {
    let json = render(&reports::ready(), Format::Json, &options(Lang::Ja, 100));
    settings().bind(|| insta::assert_snapshot!("json_ready", json));
}

#[test]
fn json_lines() {
    for (name, report) in [
        ("ready", reports::ready()),
        ("not_ready", reports::not_ready()),
        ("hostile", reports::hostile()),
    ] {
        let [en, ja] = [Lang::En, Lang::Ja]
            .map(|lang| render(&report, Format::JsonLines, &options(lang, 100)));
        assert_eq!(en, ja, "codes only");
        settings().bind(|| insta::assert_snapshot!(format!("jsonl_{name}"), en));
    }
}

#[test]
fn junit() {
    settings().bind(|| {
        for (name, report) in [
            ("ready", reports::ready()),
            ("not_ready", reports::not_ready()),
            ("inconclusive", reports::inconclusive()),
            ("hostile", reports::hostile()),
        ] {
            for lang in Lang::ALL {
                let xml = render(&report, Format::Junit, &options(lang, 100));
                insta::assert_snapshot!(format!("junit_{name}_{lang}"), xml);
            }
        }
    });
}

/// One saved run of each kind under two editions.
#[test]
fn drift() {
    use meetready::manifest::Catalog;
    use meetready::model::ids::EditionId;
    use meetready::model::{Edition, Report, Selection};

    let edition = |id: &str| {
        let catalog = Catalog::embedded().expect("embedded editions are valid");
        let id: EditionId = id.parse().expect("an edition");
        catalog.edition(&id).expect("it is embedded").clone()
    };
    let (old, new) = (edition("2021-10"), edition("2025-05"));
    let selection = |edition: &Edition| Selection {
        edition: edition.info.edition.clone(),
        targets: ["meetings", "rooms:2-screens"]
            .map(|t| t.parse().expect("a target"))
            .into(),
        scenarios: Vec::new(),
        participants: 1,
    };
    for name in ["windows", "linux"] {
        let path = format!("tests/compat/report-1-{name}.json");
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = std::fs::read_to_string(path).expect("a saved report");
        let evidence = serde_json::from_str::<Report>(&text)
            .expect("a report")
            .evidence;
        let [then, now] =
            [&old, &new].map(|e| meetready::judge::judge(e, evidence.clone(), &selection(e)));
        let mut drift = meetready::judge::drift(&then, &now, &std::collections::BTreeMap::new());
        // The version of the program that runs is no part of what is shown here.
        drift.tool = meetready::model::evidence::Tool::default();
        settings().bind(|| {
            for lang in Lang::ALL {
                let text =
                    meetready::report::render_drift(&drift, Format::Text, &options(lang, 100));
                insta::assert_snapshot!(format!("drift_{name}_{lang}"), text);
            }
        });
    }
}

#[test]
fn public() {
    use meetready::model::evidence::Redaction;
    let masked = meetready::report::redact_report(&reports::not_ready(), Redaction::Public);
    let text = render(&masked, Format::Ticket, &options(Lang::En, 100));
    settings().bind(|| insta::assert_snapshot!("ticket_public_en", text));
}

/// Colour adds escape sequences around verdict words and changes nothing else.
#[test]
fn colour_only_paints_verdict_words() {
    for (name, report) in reports::all() {
        for lang in Lang::ALL {
            let plain = options(lang, 100);
            let colour = RenderOptions {
                colour: true,
                ..plain
            };
            let painted = render(&report, Format::Text, &colour);
            assert!(painted.contains("\u{1b}["), "{name}");
            let stripped = [
                "\u{1b}[0m",
                "\u{1b}[31m",
                "\u{1b}[32m",
                "\u{1b}[33m",
                "\u{1b}[36m",
            ]
            .into_iter()
            .fold(painted, |text, code| text.replace(code, ""));
            assert_eq!(stripped, render(&report, Format::Text, &plain), "{name}");
        }
    }
}
