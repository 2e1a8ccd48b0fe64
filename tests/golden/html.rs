//! What holds of every HTML page, however hostile the report.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use meetready::judge::compare;
use meetready::l10n::Lang;
use meetready::model::drift::{
    Change, DRIFT_SCHEMA, Drift, DriftSide, ProductDrift, RequirementDrift, ScenarioDrift,
};
use meetready::model::evidence::EvidenceId;
use meetready::model::fact::Fact;
use meetready::model::media::QualityMoment;
use meetready::model::network::{
    Failure, FailureCode, Family, Grade, PortOutcome, PortState, RangeMethod, ReflectorRole,
    TogetherReading, TogetherSide,
};
use meetready::model::quantity::{Quantity, Value, What};
use meetready::model::report::{Readiness, Report, SignOff};
use meetready::model::rule::PortRange;
use meetready::model::units::{Bps, Millis, Percent};
use meetready::model::verdict::Verdict;
use meetready::model::watch::{WatchFigures, WatchReading, WatchWindow};
use meetready::report::{Format, RenderOptions, render, render_comparison, render_drift};
use sha2::{Digest, Sha256};

use crate::reports;

/// A page may be attached to any mail.
pub const MOST_BYTES: usize = 300_000;

/// One tag: its name, `/name` for an end tag, and its attributes.
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: BTreeMap<&'a str, &'a str>,
    /// The text that follows it.
    pub text: &'a str,
}

/// Splits a page into tags. Within texts and attributes `<`, `>` and `"` stand escaped, or the page fails here.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut out = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag that does not end: {piece:?}"));
        let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let mut attributes = BTreeMap::new();
        while let Some((key, after)) = rest.split_once("=\"") {
            let (value, next) = after
                .split_once('"')
                .unwrap_or_else(|| panic!("an attribute that does not end: {tag:?}"));
            let doubled = attributes.insert(key.trim(), value);
            assert!(doubled.is_none(), "{key} stands twice: {tag}");
            rest = next;
        }
        assert!(
            rest.trim().is_empty() || name == "!DOCTYPE" || rest.trim() == "open",
            "{tag:?}"
        );
        out.push(Tag {
            name,
            attributes,
            text,
        });
    }
    out
}

const VOID: [&str; 4] = ["!DOCTYPE", "meta", "br", "wbr"];
/// Every element that a page is made of; whatever else turns up came out of a report.
const KNOWN: &str = " a body br caption circle code dd details div dl dt figcaption figure h1 h2 h3 h4 head header html \
    figure footer g li line main meta nav ol p path polyline rect section span strong style summary svg symbol table tbody \
    td text th thead title tr ul use wbr ";
const ATTRIBUTES: &str = " aria-hidden aria-label aria-labelledby charset class colspan content cx cy d data-l href height \
    http-equiv id lang name preserveAspectRatio points r role scope tabindex text-anchor viewBox width x x1 x2 y y1 y2 ";

/// Checks a page of a report or a comparison.
pub fn check(html: &str, lang: Lang) {
    assert!(html.len() < MOST_BYTES, "{} bytes", html.len());
    assert!(html.starts_with("<!DOCTYPE html><html lang="), "{html:.80}");
    let all = tags(html);
    let mut open: Vec<&str> = Vec::new();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    let mut level = 0;
    for tag in &all {
        if let Some(name) = tag.name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "end tags match");
            continue;
        }
        if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        let within = |list: &str, word: &str| list.contains(&format!(" {word} "));
        assert!(
            tag.name == "!DOCTYPE" || within(KNOWN, tag.name),
            "<{}>",
            tag.name
        );
        for (name, value) in &tag.attributes {
            assert!(within(ATTRIBUTES, name), "{}: {name}={value}", tag.name);
            if *name == "id" {
                assert!(ids.insert(value), "id {value} stands twice");
            }
        }
        if let Some(n) = tag
            .name
            .strip_prefix('h')
            .and_then(|n| n.parse::<u32>().ok())
        {
            assert!(
                n <= level + 1 && (n > 1 || level == 0),
                "h{n} follows h{level}"
            );
            level = n;
        }
        if tag.name == "th" {
            assert!(tag.attributes.contains_key("scope"), "a header of nothing");
        }
        if tag.name == "svg" {
            let told = tag.attributes.get("role") == Some(&"img")
                && tag
                    .attributes
                    .get("aria-label")
                    .is_some_and(|l| !l.is_empty());
            assert!(
                told || tag.attributes.get("aria-hidden") == Some(&"true"),
                "a drawing without words"
            );
        }
    }
    assert!(open.is_empty(), "{open:?} do not end");
    let count = |name: &str| all.iter().filter(|t| t.name == name).count();
    assert_eq!((count("h1"), count("main"), count("style")), (1, 1, 1));
    assert_eq!(count("table"), count("caption"));
    for tag in &all {
        for name in ["href", "aria-labelledby"] {
            if let Some(value) = tag.attributes.get(name) {
                let target = if name == "href" {
                    value.strip_prefix('#')
                } else {
                    Some(*value)
                };
                let there = target.is_some_and(|t| ids.contains(t));
                assert!(there, "{name}={value} leads nowhere, or out of the page");
            }
        }
    }
    let root = all.iter().find(|t| t.name == "html").expect("a root");
    assert_eq!(root.attributes["lang"], lang.code());
    let style = all
        .iter()
        .find(|t| t.name == "style")
        .expect("a style sheet");
    assert!(!style.text.contains("url(") && !style.text.contains("@import"));
    let hash = BASE64_STANDARD.encode(Sha256::digest(style.text));
    let policy = all
        .iter()
        .find(|t| t.attributes.get("http-equiv") == Some(&"Content-Security-Policy"))
        .and_then(|t| t.attributes.get("content"))
        .expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; ") && policy.contains(&format!("'sha256-{hash}'")),
        "{policy}"
    );
}

/// A page as its texts, each with the element that it stands in: what a reader of a change wants to see.
fn outline(html: &str) -> String {
    let mut out = String::new();
    let mut open: Vec<&str> = Vec::new();
    for tag in tags(html) {
        match tag.name.strip_prefix('/') {
            Some(_) => drop(open.pop()),
            None if !VOID.contains(&tag.name) => open.push(tag.name),
            None => {}
        }
        let text = tag.text.trim();
        let within = open.last().copied().unwrap_or_default();
        if !text.is_empty() && within != "style" {
            let depth = open
                .iter()
                .filter(|n| ["section", "table", "details", "li"].contains(n));
            let text = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"");
            let text = text.replace("&amp;", "&");
            let _ = writeln!(out, "{}{within}: {text}", "  ".repeat(depth.count()));
        }
    }
    out
}

fn render_page(report: &Report, lang: Lang) -> String {
    let options = RenderOptions {
        lang,
        ..RenderOptions::default()
    };
    render(report, Format::Html, &options)
}

#[test]
fn outlines() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| {
        for (name, report) in [
            ("not_ready", reports::not_ready()),
            ("inconclusive", reports::inconclusive()),
            ("rooms", reports::rooms()),
        ] {
            for lang in Lang::ALL {
                insta::assert_snapshot!(
                    format!("html_{name}_{lang}"),
                    outline(&render_page(&report, lang))
                );
            }
        }
    });
}

/// A PC with many cores, displays and devices, and a range of tens of thousands of ports with holes.
fn wide() -> Report {
    let mut report = reports::not_ready();
    let known = |n: u32| Fact::known(n, "test");
    report.evidence.inventory.cpu.physical_cores = known(64);
    report.evidence.inventory.cpu.logical_cores = known(128);
    report.evidence.inventory.cpu.brand =
        Fact::known("AMD Ryzen Threadripper PRO 7985WX 64-Cores".into(), "test");
    let network = report.evidence.network.get_or_insert_default();
    let mut reading = network.ports[0].clone();
    reading.asked = reports::ports(&[(443, 443), (20_000, 64_000)]);
    reading.method = RangeMethod::Grid;
    reading.tried = 3_600;
    let open = |ports| PortOutcome {
        ports,
        state: PortState::Open {
            grade: Grade::AuthenticatedEcho,
        },
    };
    let silent = |ports, control| PortOutcome {
        ports,
        state: PortState::Silent {
            tries: 5,
            control,
            died: Fact::default(),
        },
    };
    let grid = (20_000..30_000).chain(34_001..64_001).step_by(64);
    reading.outcomes = vec![
        open(grid.filter_map(PortRange::single).collect()),
        silent(reports::ports(&[(30_000, 34_000)]), true),
        silent(reports::ports(&[(443, 443)]), false),
    ];
    network.ports.push(reading);
    report
}

/// Nothing there: no camera, microphone, speaker, display, browser or app.
fn bare() -> Report {
    let mut report = reports::not_ready();
    let inventory = &mut report.evidence.inventory;
    for devices in [
        &mut inventory.cameras,
        &mut inventory.microphones,
        &mut inventory.speakers,
    ] {
        *devices = Fact::known(Vec::new(), "test");
    }
    inventory.display.displays = Fact::known(Vec::new(), "test");
    inventory.browsers = Fact::known(Vec::new(), "test");
    inventory.apps = Fact::known(Vec::new(), "test");
    report.sign_off = Some(SignOff {
        site: Some("大阪本社".into()),
        room: Some("12F 会議室A".into()),
        installer: Some("山田 太郎".into()),
    });
    report
}

/// One run under two editions, with every way in which a requirement or scenario can change.
fn drift(report: &Report) -> Drift {
    let side = |verdict| DriftSide {
        manifest: report.manifest.clone(),
        verdict,
    };
    let product = report.products.first().expect("a product");
    let all = report.results.iter().zip(Change::ALL.into_iter().cycle());
    let changes = all.map(|(result, change)| RequirementDrift {
        requirement: result.requirement.clone(),
        change,
        old: (change != Change::NewOnly).then(|| result.clone()),
        new: (change != Change::OldOnly).then(|| result.clone()),
    });
    let scenarios = report.scenarios.iter().map(|s| ScenarioDrift {
        id: s.id.clone(),
        change: Change::Other,
        old: Some(s.clone()),
        new: Some(s.clone()),
    });
    let of = |new| ProductDrift {
        product: product.product.clone(),
        name: product.name.clone(),
        variant: product.variant.clone(),
        old: Some(Verdict::Pass),
        new,
        changes: changes.clone().collect(),
        unchanged: 7,
        scenarios: scenarios.clone().collect(),
    };
    Drift {
        schema: DRIFT_SCHEMA.into(),
        tool: report.tool.clone(),
        subject: report.subject.clone(),
        collected_at: report.evidence.collected_at,
        old: side(Verdict::Pass),
        new: side(Verdict::Fail),
        publishers_differ: true,
        products: vec![of(Some(Verdict::Fail)), of(None)],
    }
}

/// A drift page keeps the rules of every page: also with hostile names, and with more rows than there is room for.
#[test]
fn two_editions_make_a_page() {
    let mut huge = reports::long_names();
    huge.results = huge.results.iter().cycle().take(3_000).cloned().collect();
    for report in [reports::not_ready(), reports::hostile(), huge] {
        for lang in Lang::ALL {
            let options = RenderOptions {
                lang,
                ..RenderOptions::default()
            };
            let page = render_drift(&drift(&report), Format::Html, &options);
            check(&page, lang);
            let left_out = page.contains("JSON");
            assert_eq!(left_out, report.results.len() == 3_000);
        }
    }
}

/// Writes every page for the check in a browser (`tests/page/check.mjs`), and checks what needs none.
#[test]
fn pages() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut all = reports::all();
    all.extend([("wide", wide()), ("bare", bare()), ("watched", watched())]);
    let write =
        |name: String, page: String| std::fs::write(folder.join(name), page).expect("a page");
    for (name, report) in &all {
        for lang in Lang::ALL {
            let page = render_page(report, lang);
            check(&page, lang);
            write(format!("{name}-{lang}.html"), page);
        }
    }
    let (before, after) = (reports::not_ready(), reports::ready());
    for lang in Lang::ALL {
        let options = RenderOptions {
            lang,
            ..RenderOptions::default()
        };
        let page = render_comparison(&compare(&before, &after), Format::Html, &options);
        write(format!("comparison-{lang}.html"), page);
        let page = render_drift(&drift(&before), Format::Html, &options);
        write(format!("drift-{lang}.html"), page);
    }
}

/// The drawing of a long range: 192 columns, each the worst of its ports, and a hole is seen where it is.
#[test]
fn a_hole_in_a_long_range_is_drawn_where_it_is() {
    let page = render_page(&wide(), Lang::En);
    let all = tags(&page);
    let blocked: Vec<u32> = all
        .iter()
        .filter(|t| t.attributes.get("class") == Some(&"p-blocked"))
        .filter_map(|t| {
            Some((
                t.attributes.get("x")?.parse().ok()?,
                t.attributes.get("width")?,
            ))
        })
        .filter(|(x, width): &(u32, &&str)| *x > 0 && width.len() == 2)
        .map(|(x, _)| x)
        .collect();
    // Port 30000 is 10000 of 44001 ports into a drawing that is 576 wide.
    assert_eq!(blocked, [129], "columns of 3 from 30000 on");
    assert!(
        page.contains("tried in this column open"),
        "a grid is no proof of every port"
    );
}

/// What is left out of a huge report is told, and the page stays small.
#[test]
fn a_huge_report_is_cut_and_told() {
    let mut report = reports::not_ready();
    report.products = report.products.iter().cycle().take(12).cloned().collect();
    report.results = report.results.iter().cycle().take(800).cloned().collect();
    for lang in Lang::ALL {
        let page = render_page(&report, lang);
        check(&page, lang);
        assert!(page.contains("JSON"), "says where the rest is");
    }
    let page = render_page(&report, Lang::En);
    assert!(
        page.contains("Not shown for want of room: "),
        "{page:.2000}"
    );
}

/// Nothing that a name holds becomes markup, and nothing steers the reader's eye.
#[test]
fn hostile_names_stay_text() {
    for lang in Lang::ALL {
        let page = render_page(&reports::hostile(), lang);
        check(&page, lang);
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(!page.contains("<script") && !page.contains(['\u{1b}', '\u{202e}', '\u{0}']));
    }
}

/// A line watched for ten minutes: a window every 30 s, packets lost in the sixth, no answer in the seventh, and the PC
/// asleep for the second half.
fn watched() -> Report {
    let mut report = reports::ready();
    let window = |n: u8, received| WatchWindow {
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(30 * i64::from(n)),
        stands_for: 1,
        family: Some(Family::Ipv4),
        seen_from: None,
        reconnected: false,
        slept: None,
        up: Some(WatchFigures {
            sent: 100,
            received,
            loss_interval: [Percent(0.0), Percent(4.0)],
            jitter: Millis(1.0),
            late: None,
        }),
        down: None,
        round_trip_p50: Some(Millis(12.0)),
        round_trip_p95: Some(Millis(14.0)),
        failure: None,
    };
    let mut windows: Vec<WatchWindow> = (0..10).map(|n| window(n, 100)).collect();
    windows[5] = window(5, 60);
    windows[6].failure = Some(Failure::new(FailureCode::TimedOut));
    windows.push(window(19, 100));
    let side = |at_least| TogetherSide {
        need: Bps(3_000_000),
        at_least,
        at_most: None,
        trains: Vec::new(),
    };
    let network = report.evidence.network.as_mut().expect("a network");
    network.together = vec![TogetherReading {
        id: EvidenceId("together-1".into()),
        reflector: EvidenceId("reflector-1".into()),
        role: ReflectorRole::Outside,
        family: Family::Ipv4,
        up: side(None),
        down: side(Some(Bps(3_000_000))),
        sender_limited: false,
        failure: None,
    }];
    network.watch = Some(WatchReading {
        id: EvidenceId("watch-1".into()),
        reflector: "reflector.example:5600".into(),
        role: Some(ReflectorRole::Outside),
        every: Millis(30_000.0),
        window: Millis(5_000.0),
        asked: None,
        stopped: false,
        windows,
    });
    let result = &mut report.results[0];
    result.evidence.push("watch-1".into());
    result.measured.push(Quantity {
        what: What::WindowsBreached,
        value: Value::Windows {
            breached: 3,
            of: 12,
            worst: Some(Timestamp::UNIX_EPOCH),
        },
    });
    let scenario = &mut report.scenarios[0];
    scenario.verdict = Verdict::Pass;
    scenario.readiness = Some(Readiness::Tight);
    scenario.at_once = Some(4_711);
    report
}

/// Windows stand in the drawing when they were; a stretch without any stays empty, and the words count them.
#[test]
fn a_watched_line_is_drawn_over_time() {
    let page = render_page(&watched(), Lang::En);
    check(&page, Lang::En);
    let all = tags(&page);
    let strip = all
        .iter()
        .position(|t| {
            t.attributes.get("aria-label")
                == Some(&"every packet arrived: 9, packets lost: 1, no answer: 1")
        })
        .expect("the drawing");
    let place = |t: &Tag<'_>| -> Option<(String, u32, u32)> {
        let number = |key| t.attributes.get(key)?.parse().ok();
        let class = (*t.attributes.get("class")?).to_owned();
        Some((class, number("x")?, number("width")?))
    };
    let drawn: Vec<(String, u32, u32)> = all[strip + 1..]
        .iter()
        .take_while(|t| t.name != "/svg")
        .filter_map(place)
        .collect();
    let expected = [
        ("p-open", 0, 180),
        ("p-unproved", 180, 36),
        ("p-blocked", 216, 36),
        ("p-open", 252, 108),
        ("p-open", 684, 36),
    ];
    let expected = expected.map(|(class, x, width)| (class.to_owned(), x, width));
    assert_eq!(drawn, expected);
    assert!(page.contains("breached in 3 of 12 windows, worst at ") && page.contains("(25 %)"));
    assert!(page.contains("lost up 40/100") && page.contains("no answer: "));
    assert!(page.contains("down: ") && page.contains("both at once IPv4"));
    assert!(page.contains("ready but tight") && page.contains(">4711<"));
}

/// A gap in a stream is drawn when it was, and told in words; where nothing came back the line breaks.
#[test]
fn delay_and_loss_are_drawn_when_they_were() {
    let mut report = reports::ready();
    let quality = &mut report.evidence.network.as_mut().expect("a network").quality[0];
    quality.duration = Millis(10_000.0);
    quality.timeline = (0..40)
        .map(|n| {
            let gone = (20..22).contains(&n);
            QualityMoment {
                offset: Millis(f64::from(n) * 250.0),
                sent: 50,
                received: if gone { 0 } else { 50 },
                late: 0,
                round_trip_p50: (!gone).then_some(Millis(20.0)),
                round_trip_max: (!gone).then_some(Millis(if n == 30 { 180.0 } else { 30.0 })),
                variation_p50: None,
                variation_max: None,
            }
        })
        .collect();
    let page = render_page(&report, Lang::En);
    check(&page, Lang::En);
    let all = tags(&page);
    let of = |class: &'static str| {
        all.iter()
            .filter(move |t| t.attributes.get("class") == Some(&class))
    };
    let lost: Vec<&str> = of("lost")
        .filter_map(|t| t.attributes.get("x").copied())
        .collect();
    // Steps 20 and 21 of 40, 5.0 s into a drawing that is 720 wide for 10 s.
    assert_eq!(lost, ["360.0", "378.0"]);
    assert_eq!(
        of("middle").count(),
        2,
        "the line breaks where nothing came back"
    );
    assert!(page.contains("Lost: 100 of 2000 packets; worst 100 % at 5.0 s."));
    assert!(page.contains("mostly 20 ms (line), at most 180 ms (area)"));
    let quality = &mut report.evidence.network.as_mut().expect("a network").quality[0];
    for moment in &mut quality.timeline {
        (
            moment.received,
            moment.round_trip_p50,
            moment.round_trip_max,
        ) = (50, None, None);
    }
    let page = render_page(&report, Lang::En);
    check(&page, Lang::En);
    assert!(page.contains("No delay was seen") && page.contains("Lost: none of 2000 packets."));
}
