//! Limits that every output keeps, however large or hostile the report.

use meetready::l10n::Lang;
use meetready::model::evidence::Redaction;
use meetready::model::fact::Fact;
use meetready::model::report::Report;
use meetready::report::{Format, RenderOptions, exit_code, redact_evidence, redact_report, render};
use unicode_width::UnicodeWidthStr;

use crate::{html, reports};

pub fn options(lang: Lang, width: usize) -> RenderOptions {
    RenderOptions {
        lang,
        width,
        colour: false,
    }
}

/// Renders in every text form and language.
pub fn every_text(report: &Report, width: usize) -> Vec<(Format, String)> {
    let mut out = Vec::new();
    for lang in Lang::ALL {
        for format in [
            Format::Text,
            Format::Html,
            Format::Ticket,
            Format::Firewall,
            Format::Room,
            Format::OneLine,
            Format::JsonLines,
            Format::Junit,
        ] {
            out.push((format, render(report, format, &options(lang, width))));
        }
    }
    out
}

/// What holds of any report.
pub fn check(report: &Report, width: usize) {
    for (format, text) in every_text(report, width) {
        let nothing = format == Format::JsonLines && report.results.is_empty();
        assert!(
            nothing || text.ends_with('\n') && !text.ends_with("\n\n"),
            "{format}: {text}"
        );
        let steers = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
        };
        // JSON is for programs: it holds names as they are, in escapes where they steer lines.
        assert!(
            format == Format::JsonLines || !text.contains(steers),
            "{format}: {text:?}"
        );
        match format {
            Format::Ticket => {
                assert!(text.lines().count() <= 60, "{} lines", text.lines().count());
                let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
                assert!(widest <= 76, "{widest} columns: {text}");
            }
            Format::OneLine => {
                assert!(text.chars().count() < 2_000, "{}", text.len());
                assert_eq!(text.lines().count(), 1);
                assert!(text.starts_with("meetready ") && text.is_ascii(), "{text}");
                let exit = format!(" exit={}\n", exit_code(report.verdict));
                assert!(text.ends_with(&exit), "{text}");
            }
            Format::Text | Format::Firewall | Format::Room => {
                let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
                assert!(
                    widest <= width.clamp(20, 1_000),
                    "{widest} columns of {width}: {text}"
                );
            }
            Format::JsonLines => {
                assert_eq!(text.lines().count(), report.results.len(), "{text}");
                for line in text.lines().filter(|l| !l.is_empty()) {
                    let read: Result<serde_json::Value, _> = serde_json::from_str(line);
                    assert!(read.is_ok(), "{line}");
                }
            }
            Format::Junit => super::junit::check(&text, report),
            Format::Html => {
                let lang = if text.contains("<html lang=\"ja\"") {
                    Lang::Ja
                } else {
                    Lang::En
                };
                html::check(&text, lang);
            }
            Format::Json | Format::FirewallCsv => {}
        }
    }
}

#[test]
fn every_handmade_report_keeps_the_limits() {
    for (_, report) in reports::all() {
        for width in [0, 20, 33, 59, 60, 80, 100, 132, 1_000, usize::MAX] {
            check(&report, width);
        }
        for (format, text) in every_text(&report, 100) {
            // A text that lacks a value shows the variable's name.
            assert!(!text.contains("{$"), "{format}: {text}");
        }
    }
}

#[test]
fn a_huge_report_is_cut_and_says_so() {
    let mut report = reports::not_ready();
    let products = report.products.clone();
    report.products = products.iter().cycle().take(12).cloned().collect();
    let results = report.results.clone();
    report.results.clear();
    for n in 0..60 {
        for result in &results {
            let mut result = result.clone();
            result.requirement = format!("{}-{n}", result.requirement)
                .parse()
                .expect("an id");
            report.results.push(result);
        }
    }
    check(&report, 100);
    for (lang, more) in [(Lang::En, "more"), (Lang::Ja, "件")] {
        let ticket = render(&report, Format::Ticket, &options(lang, 100));
        assert!(
            ticket
                .lines()
                .any(|l| l.starts_with("... ") && l.contains(more)),
            "{ticket}"
        );
    }
    let line = render(&report, Format::OneLine, &options(Lang::En, 100));
    assert!(line.contains(",+") && line.len() > 1_500, "{line}");
}

#[test]
fn json_reads_back_as_the_same_report() {
    for (name, report) in reports::all() {
        let json = render(&report, Format::Json, &options(Lang::Ja, 100));
        let back: Report = serde_json::from_str(&json).expect("a report");
        assert_eq!(back, report, "{name}");
    }
}

#[test]
fn tables_stay_aligned_with_wide_characters() {
    for (name, report) in reports::all() {
        for lang in Lang::ALL {
            let text = render(&report, Format::Text, &options(lang, 100));
            let mut width_of_table = None;
            for line in text.lines() {
                let in_table = line.starts_with(['|', '+']) && line.ends_with(['|', '+']);
                let width = line.width();
                if in_table && let Some(expected) = width_of_table {
                    assert_eq!(width, expected, "{name} {lang}: {line}");
                }
                width_of_table = in_table.then_some(width);
            }
        }
    }
}

#[test]
fn a_self_test_is_called_one_in_every_language() {
    let report = reports::self_reflector();
    for (lang, words) in [
        (Lang::En, "nothing about your network"),
        (Lang::Ja, "何も示しません"),
    ] {
        for format in [Format::Text, Format::Ticket] {
            // Lines may break within the sentence.
            let text = render(&report, format, &options(lang, 100)).replace('\n', " ");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let joined = text.replace(' ', "");
            assert!(
                joined.contains(&words.replace(' ', "")),
                "{lang} {format}: {text}"
            );
        }
    }
}

#[test]
fn the_ports_to_open_are_named() {
    for lang in Lang::ALL {
        for format in [Format::Text, Format::Ticket] {
            let text = render(&reports::not_ready(), format, &options(lang, 100));
            assert!(text.contains("UDP 8801-8810"), "{lang} {format}: {text}");
            assert!(text.contains("zoom.us"), "{lang} {format}: {text}");
        }
    }
}

/// What a support form asks for stands in the ticket, with the client's version filled in.
#[test]
fn the_ticket_has_the_fields_of_the_support_form() {
    let en = render(&reports::ready(), Format::Ticket, &options(Lang::En, 100));
    for field in [
        "Company",
        "Name",
        "E-mail",
        "Phone",
        "Kind of inquiry",
        "Account number",
        "Licence",
        "Meeting date",
        "Meeting ID",
        "Symptom",
    ] {
        assert!(en.contains(field), "{field}");
    }
    let ja = render(&reports::ready(), Format::Ticket, &options(Lang::Ja, 100));
    for field in [
        "会社名",
        "お名前",
        "メールアドレス",
        "お電話番号",
        "お問い合わせ内容",
        "アカウント番号",
        "ライセンス種別",
        "ミーティング開催日時",
        "ミーティング ID",
        "不具合事象",
    ] {
        assert!(ja.contains(field), "{field}");
    }
    assert!(en.contains("Application version: 6.2.11.50939"), "{en}");
    assert!(
        ja.contains("アプリケーションバージョン: 6.2.11.50939"),
        "{ja}"
    );
}

/// Secrets planted into every place that outside text comes from are in no masked output.
#[test]
fn planted_secrets_are_in_no_public_output() {
    let secrets = [
        "hanakoyamada",
        "kaigishitsu-07",
        "10.20.30.40",
        "2400:4050:aaaa:bbbb::77",
        "00:1a:2b:3c:4d:5e",
        "ExampleGuestNet",
        "5CD1234XYZ",
        "hanakoyamada@example.co.jp",
        "192.0.2.1",
        "198.51.100.1",
    ];
    let text = format!(
        "{0} on {1} at 10.20.30.40:443 and [2400:4050:aaaa:bbbb::77]:80 mac 00:1a:2b:3c:4d:5e ssid=\"ExampleGuestNet\" \
         S/N 5CD1234XYZ mail {0}@example.co.jp via 192.0.2.1, 198.51.100.1; /home/{0}/x",
        secrets[0], secrets[1],
    );
    let mut report = reports::not_ready();
    let (document, publisher) = (
        report.manifest.document.clone(),
        report.manifest.publisher.clone(),
    );
    reports::plant(&mut report, &text);
    (report.manifest.document, report.manifest.publisher) = (document, publisher);
    for product in &mut report.products {
        product.name = "Zoom Meetings".into();
    }
    for subject in [&mut report.subject, &mut report.evidence.subject] {
        (subject.host, subject.user) = (Some(secrets[1].into()), Some(secrets[0].into()));
    }
    for result in &mut report.results {
        for quantity in &mut result.measured {
            if let meetready::model::quantity::Value::Names(names) = &mut quantity.value {
                *names = vec![text.clone(); 2];
            }
        }
    }
    let network = report.evidence.network.get_or_insert_default();
    for reflector in &mut network.reflectors {
        reflector.seen_from = Some("10.20.30.40".parse().expect("an address"));
    }
    report.evidence.inventory.link.subnets = Fact::known(
        vec![meetready::model::inventory::Subnet {
            address: "192.0.2.1".parse().expect("an address"),
            prefix: 24,
        }],
        "x",
    );
    let masked = redact_report(&report, Redaction::Public);
    assert_eq!(masked.subject.redaction, Some(Redaction::Public));
    assert_eq!(masked.evidence.subject.redaction, Some(Redaction::Public));
    for lang in Lang::ALL {
        for format in Format::ALL {
            let text = render(&masked, format, &options(lang, 1_000)).to_lowercase();
            for secret in secrets {
                let secret = secret.to_lowercase();
                let word = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
                let there = if secret.parse::<std::net::IpAddr>().is_ok() {
                    // `192.0.2.1` also begins `192.0.2.10`.
                    text.split(|c| !word(c))
                        .any(|w| w.trim_matches(['.', ':']) == secret)
                } else {
                    text.contains(&secret)
                };
                assert!(!there, "{lang} {format}: {secret} in {text}");
            }
        }
    }
    let evidence = redact_evidence(&report.evidence, Redaction::Public);
    assert_eq!(
        evidence, masked.evidence,
        "evidence alone is masked as within its report"
    );
    let insiders = redact_report(&report, Redaction::Internal);
    let json = render(&insiders, Format::Json, &options(Lang::En, 100));
    assert!(
        !json.contains(secrets[0]) && json.contains(secrets[1]) && json.contains("10.20.30.40")
    );
}

/// The ways in which a name travels: other case, escapes of URLs and of JSON, within a longer word.
pub fn disguises(secret: &str) -> Vec<String> {
    let percent = |all: bool| -> String {
        secret
            .bytes()
            .map(|b| {
                if all || !b.is_ascii_alphanumeric() {
                    format!("%{b:02X}")
                } else {
                    char::from(b).to_string()
                }
            })
            .collect()
    };
    let json: String = secret
        .encode_utf16()
        .fold(String::new(), |text, u| text + &format!("\\u{u:04x}"));
    vec![
        secret.to_owned(),
        secret.to_uppercase(),
        percent(true),
        percent(false),
        json,
        format!("xx{secret}yy"),
        format!("https://portal.example/{secret}?q={secret}"),
    ]
}

/// Disguises that hold the secret in a form of their own.
pub const FORMS: usize = 5;

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 3, ..Default::default() })]

    /// Whoever ran it where, however the names are written: no public output of any format holds them.
    #[test]
    fn disguised_names_are_in_no_public_output(
        user in "[b-df-hj-np-tv-z]{3}[0-9][b-df-hj-np-tv-z]{4}|[\u{4e00}-\u{4e80}]{4}",
        host in "[b-df-hj-np-tv-z]{3}-[0-9]{3}[b-df-hj-np-tv-z]{3}",
    ) {
        let original = reports::not_ready();
        for word in disguises(&user).into_iter().chain(disguises(&host)) {
            let mut report = original.clone();
            reports::plant(&mut report, &word);
            report.manifest = original.manifest.clone();
            report.products.clone_from(&original.products);
            for (result, as_was) in report.results.iter_mut().zip(&original.results) {
                result.source = as_was.source.clone();
            }
            for subject in [&mut report.subject, &mut report.evidence.subject] {
                (subject.host, subject.user) = (Some(host.clone()), Some(user.clone()));
            }
            let masked = redact_report(&report, Redaction::Public);
            for format in Format::ALL {
                let text = render(&masked, format, &options(Lang::Ja, 400)).to_lowercase();
                for secret in [&user, &host] {
                    for form in disguises(secret).iter().take(FORMS) {
                        let form = form.to_lowercase();
                        proptest::prop_assert!(
                            !text.contains(&form),
                            "{format}: {form} (planted {word}) in {text}"
                        );
                    }
                }
            }
        }
    }
}
