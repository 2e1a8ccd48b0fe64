//! The embedded requirement editions in words: every code has its text, whole outputs, and what a difference tells.

use meetready::l10n::{Lang, Texts};
use meetready::manifest::{Catalog, codes, diff};
use meetready::model::ids::EditionId;
use meetready::model::network::RangeMethod;
use meetready::model::network::{Direction, ReflectorRole};
use meetready::model::plan::{PLAN_SCHEMA, Plan, PlanAction, PlanStep};
use meetready::model::requirement::Edition;
use meetready::model::rule::{Rule, Scope, Transport};
use meetready::model::units::{Bps, Millis};
use meetready::report::{
    Format, describe, render_edition, render_edition_diff, render_editions, render_plan,
};
use unicode_width::UnicodeWidthStr;

use crate::limits::options;
use crate::reports::ports;

fn editions() -> Vec<Edition> {
    let catalog = Catalog::embedded().expect("the embedded editions");
    let mut all: Vec<Edition> = catalog.editions().cloned().collect();
    for edition in &mut all {
        // The hashes of the editions have a test of their own.
        edition.sha256 = "0".repeat(64);
    }
    all
}

fn edition(id: &str) -> Edition {
    let id: EditionId = id.parse().expect("an id");
    let catalog = Catalog::embedded().expect("the embedded editions");
    catalog.edition(&id).expect("an edition").clone()
}

/// Whether a key has a text of its own in a language, not one that English stands in for.
fn own_text(lang: Lang, key: &str) -> bool {
    let text = Texts::new(lang).find(key, &[]);
    match lang {
        Lang::En => text.is_some(),
        // Names such as `iPad` are the same in both; what is whole sentences or kinds is not.
        Lang::Ja => text.is_some_and(|t| {
            !key.starts_with("note-") || Some(t) != Texts::new(Lang::En).find(key, &[])
        }),
    }
}

#[test]
fn every_code_of_the_embedded_editions_has_a_text() {
    for edition in editions() {
        let codes = codes(&edition);
        for (prefix, all) in [
            ("note", &codes.notes),
            ("scenario", &codes.scenarios),
            ("variant", &codes.variants),
            ("item", &codes.items),
            ("column", &codes.columns),
            ("says", &codes.says),
        ] {
            for code in all {
                for lang in Lang::ALL {
                    let key = format!("{prefix}-{}", code.replace('.', "_"));
                    assert!(
                        own_text(lang, &key),
                        "{}: {lang} {key}",
                        edition.info.edition
                    );
                }
            }
        }
    }
}

/// Names that rules use: processor families, browsers, apps, peers.
#[test]
fn every_name_that_rules_use_has_a_text() {
    for edition in editions() {
        for requirement in edition.products.values().flat_map(|p| &p.requirements) {
            let mut keys: Vec<String> = Vec::new();
            match &requirement.rule {
                Rule::Cpu(r) => {
                    let families = r.any_of.iter().flat_map(|c| &c.families);
                    keys.extend(families.map(|f| format!("cpu-{}", f.tier)));
                }
                Rule::Browser(r) => {
                    keys.extend(
                        r.browsers
                            .iter()
                            .chain(&r.or_app)
                            .map(|b| format!("app-{b}")),
                    );
                }
                Rule::App(r) => keys.push(format!("app-{}", r.app)),
                Rule::SameNetwork(r) => keys.push(format!("product-{}", r.peer)),
                _ => {}
            }
            for key in keys {
                for lang in Lang::ALL {
                    assert!(own_text(lang, &key), "{}: {lang} {key}", requirement.id);
                }
            }
        }
    }
}

#[test]
fn every_rule_is_described_in_words() {
    for edition in editions() {
        let all = edition
            .products
            .values()
            .flat_map(|p| &p.requirements)
            .chain(&edition.baseline);
        for requirement in all {
            for lang in Lang::ALL {
                let words = describe(&requirement.rule, &Texts::new(lang));
                assert!(
                    !words.is_empty() && !words.contains("{$"),
                    "{}: {words:?}",
                    requirement.id
                );
                assert!(
                    !words.contains("  ") && !words.ends_with([' ', ';', ',']),
                    "{}: {words:?}",
                    requirement.id
                );
            }
        }
    }
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings
}

#[test]
fn editions_in_words() {
    settings().bind(|| {
        for lang in Lang::ALL {
            let list = render_editions(&editions(), &options(lang, 100));
            insta::assert_snapshot!(format!("editions_{lang}"), list);
            let rooms = "rooms:2-screens".parse().expect("a target");
            let shown = render_edition(&edition("2025-05"), &[rooms], &options(lang, 100));
            insta::assert_snapshot!(format!("edition_rooms_{lang}"), shown);
        }
    });
}

#[test]
fn a_difference_tells_what_to_open_and_whose_documents_differ() {
    let diff = diff(&edition("2021-10"), &edition("2025-05"));
    for lang in Lang::ALL {
        let text = render_edition_diff(&diff, Format::Text, &options(lang, 100));
        assert!(
            text.contains("8888") && text.contains("5590-5600") && text.contains("20000-64000"),
            "{text}"
        );
        let publishers = [&diff.old.publisher, &diff.new.publisher];
        let squashed: String = text.split_whitespace().collect();
        for publisher in publishers {
            assert!(squashed.contains(publisher.as_str()), "{publisher}");
        }
        let notice: String = Texts::new(lang)
            .get("note-two-publishers")
            .split_whitespace()
            .collect();
        assert!(squashed.contains(&notice), "{text}");
        assert!(!text.contains("{$"), "{text}");
        settings().bind(|| insta::assert_snapshot!(format!("edition_diff_{lang}"), text));
        for width in [20, 60, 1_000] {
            let text = render_edition_diff(&diff, Format::Text, &options(lang, width));
            assert!(text.lines().all(|l| l.width() <= width), "{lang} {width}");
        }
    }
    let json = render_edition_diff(&diff, Format::Json, &options(Lang::En, 100));
    let back: meetready::model::edition_diff::EditionDiff =
        serde_json::from_str(&json).expect("a difference");
    assert_eq!(back, diff);
}

fn plan() -> Plan {
    let reflector = || "probe.example.net:8443".to_owned();
    let steps = [
        PlanAction::Resolve {
            host: "zoom.us".into(),
        },
        PlanAction::Tls {
            host: "zoom.us".into(),
            port: 443,
        },
        PlanAction::Http {
            host: "zoom.us".into(),
            port: 80,
        },
        PlanAction::Control {
            reflector: reflector(),
            role: Some(ReflectorRole::Outside),
        },
        PlanAction::Ports {
            reflector: reflector(),
            scope: Scope::Cloud,
            transport: Transport::Udp,
            asked: ports(&[(20_000, 64_000)]),
            compared: ports(&[(443, 443)]),
            otherwise: ports(&[(443, 443)]),
            method: RangeMethod::Sample,
            flows: 24,
            tried: 300,
        },
        PlanAction::Capacity {
            reflector: reflector(),
            direction: Direction::Up,
            need: Bps(3_800_000),
            up_to: Bps(7_600_000),
        },
        PlanAction::Quality {
            reflector: reflector(),
            rate: Bps(88_000),
            calls: vec![Bps(1_000_000)],
        },
    ];
    let steps: Vec<PlanStep> = steps
        .into_iter()
        .map(|action| PlanStep {
            action,
            packets: 1_500,
            bytes: 1_234_567,
            at_most: Millis(1_500.0),
        })
        .collect();
    Plan {
        schema: PLAN_SCHEMA.into(),
        edition: "2025-05".parse().expect("an id"),
        targets: vec!["phone".parse().expect("a target")],
        packets: 10_500,
        bytes: 8_641_969,
        at_most: Millis(10_500.0),
        steps,
    }
}

#[test]
fn a_plan_names_every_endpoint() {
    settings().bind(|| {
        for lang in Lang::ALL {
            let text = render_plan(&plan(), Format::Text, &options(lang, 100));
            assert!(
                text.contains("zoom.us")
                    && text.contains("probe.example.net:8443")
                    && !text.contains("{$")
            );
            insta::assert_snapshot!(format!("plan_{lang}"), text);
        }
    });
    let json = render_plan(&plan(), Format::Json, &options(Lang::Ja, 100));
    assert_eq!(serde_json::from_str::<Plan>(&json).expect("a plan"), plan());
    let nothing = Plan {
        steps: Vec::new(),
        ..plan()
    };
    assert!(render_plan(&nothing, Format::Text, &options(Lang::En, 20)).contains("Nothing"));
}
