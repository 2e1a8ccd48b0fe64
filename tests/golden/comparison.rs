//! What `diff` says of two reports: every injected change by its name and way, and nothing of what did not change.

use meetready::judge::compare;
use meetready::l10n::Lang;
use meetready::model::comparison::{NetworkSubject, Remark, Trend};
use meetready::model::fact::Fact;
use meetready::model::network::{PortOutcome, PortState};
use meetready::model::report::Report;
use meetready::model::units::{Bps, Mebibytes, Millis, Percent};
use meetready::model::verdict::Verdict;
use meetready::report::{Format, RenderOptions, render_comparison};

use crate::{html, reports};

fn later(mut report: Report) -> Report {
    report.evidence.collected_at = Some("2026-11-21T01:02:03Z".parse().expect("a time"));
    report
}

#[test]
fn a_report_compared_with_itself_shows_no_change() {
    for (name, report) in reports::all() {
        let c = compare(&report, &report);
        assert_eq!(c.trend, Trend::Same, "{name}");
        assert!(
            c.requirements.is_empty()
                && c.scenarios.is_empty()
                && c.facts.is_empty()
                && c.network.is_empty(),
            "{name}: {c:?}"
        );
        assert!(c.products.iter().all(|p| p.trend == Trend::Same), "{name}");
        let told = c.remarks.iter().any(|r| {
            !matches!(
                r,
                Remark::HostUnknown | Remark::SelfReflector | Remark::TimeUnknown
            )
        });
        assert!(!told, "{name}: {:?}", c.remarks);
    }
}

#[test]
fn each_change_is_named_with_its_way() {
    let before = reports::not_ready();
    let after = later(reports::ready());
    let c = compare(&before, &after);
    assert_eq!(
        (c.trend, c.products[0].trend),
        (Trend::Better, Trend::Better)
    );
    assert_eq!(c.remarks, []);
    let memory = c.facts.iter().find(|f| f.path == "memory.installed");
    assert_eq!(memory.map(|f| f.trend), Some(Trend::Better));
    assert!(
        c.facts
            .iter()
            .any(|f| f.path == "cameras" && f.trend == Trend::Changed)
    );
    assert_eq!(c.facts.len(), 2, "{:?}", c.facts);
    let ports: Vec<_> = c
        .network
        .iter()
        .filter_map(|n| match &n.of {
            NetworkSubject::Ports { ports, .. } => Some((ports.clone(), n.trend)),
            _ => None,
        })
        .collect();
    assert_eq!(ports, [(reports::ports(&[(8_801, 8_810)]), Trend::Better)]);
    let back = compare(&after, &before);
    assert_eq!(back.trend, Trend::Worse);
    assert_eq!(back.remarks, [Remark::Reversed]);
    assert_eq!(c.requirements.len(), back.requirements.len());
    let flipped = |t: Trend| match t {
        Trend::Better => Trend::Worse,
        Trend::Worse => Trend::Better,
        other => other,
    };
    for change in &c.requirements {
        let other = back
            .requirements
            .iter()
            .find(|o| o.requirement == change.requirement);
        assert_eq!(
            other.map(|o| o.trend),
            Some(flipped(change.trend)),
            "{change:?}"
        );
    }
}

#[test]
fn overlapping_intervals_prove_no_change() {
    let before = reports::ready();
    let with = |change: &dyn Fn(&mut meetready::model::network::NetworkEvidence)| {
        let mut after = later(reports::ready());
        change(after.evidence.network.as_mut().expect("a network"));
        let c = compare(&before, &after);
        c.network.iter().map(|n| n.trend).collect::<Vec<_>>()
    };
    // The line was measured as 7.6 Mbps or more: 9 Mbps or more may be the same line.
    assert_eq!(
        with(&|n| n.capacity[0].at_least = Some(Bps(9_000_000))),
        [Trend::Unproved]
    );
    assert_eq!(
        with(&|n| {
            n.capacity[0].at_least = Some(Bps(1_000_000));
            n.capacity[0].at_most = Some(Bps(7_599_999));
        }),
        [Trend::Worse]
    );
    // Loss was 0.024 to 0.72 %.
    let loss = |value: f64, interval: [f64; 2]| {
        with(&move |n| {
            n.quality[0].loss = Percent(value);
            n.quality[0].loss_interval = interval.map(Percent);
        })
    };
    assert_eq!(loss(1.0, [0.7, 1.5]), [Trend::Unproved]);
    assert_eq!(loss(3.0, [2.0, 4.2]), [Trend::Worse]);
    assert_eq!(loss(0.0, [0.0, 0.02]), [Trend::Better]);
    assert_eq!(
        with(&|n| n.quality[0].jitter = Millis(40.0)),
        [Trend::Unproved]
    );
    let delay = |p50: f64, p95: f64| {
        with(&move |n| {
            n.quality[0].round_trip_p50 = Some(Millis(p50));
            n.quality[0].round_trip_p95 = Some(Millis(p95));
        })
    };
    assert_eq!(delay(13.5, 20.0), [Trend::Unproved]);
    assert_eq!(delay(90.0, 120.0), [Trend::Worse]);
    let silent = |control: bool| {
        with(&move |n| {
            n.ports[0].outcomes = vec![PortOutcome {
                ports: reports::ports(&[(3_478, 3_479), (8_801, 8_810)]),
                state: PortState::Silent {
                    tries: 5,
                    control,
                    died: Fact::default(),
                },
            }];
        })
    };
    assert_eq!(
        silent(false),
        [Trend::Unproved],
        "silence without a control"
    );
    assert_eq!(silent(true), [Trend::Worse]);
}

#[test]
fn what_makes_two_reports_hard_to_compare_is_said() {
    let before = reports::ready();
    let after = |change: &dyn Fn(&mut Report)| {
        let mut after = later(reports::ready());
        change(&mut after);
        compare(&before, &after).remarks
    };
    assert_eq!(after(&|_| {}), []);
    assert_eq!(
        after(&|r| r.subject.host = Some("PC-0043".into())),
        [Remark::OtherHost]
    );
    assert_eq!(after(&|r| r.subject.host = None), [Remark::HostUnknown]);
    assert_eq!(
        after(&|r| r.tool.version = "0.2.0".into()),
        [Remark::OtherTool]
    );
    assert_eq!(
        after(&|r| r.manifest.sha256 = "1".repeat(64)),
        [Remark::OtherEdition]
    );
    assert_eq!(
        after(&|r| r.manifest.products.clear()),
        [Remark::OtherProducts]
    );
    assert_eq!(
        after(&|r| r.manifest.participants = 12),
        [Remark::OtherParticipants]
    );
    assert_eq!(after(&|r| r.evidence.network = None), [Remark::NetworkOnce]);
    assert_eq!(
        after(&|r| r.evidence.collected_at = None),
        [Remark::TimeUnknown]
    );
    let other = |r: &mut Report| {
        let network = r.evidence.network.as_mut().expect("a network");
        network.reflectors[0].address = "other.example.net:8443".into();
    };
    assert_eq!(after(&other), [Remark::OtherReflector]);
    let own = compare(&before, &later(reports::self_reflector()));
    assert!(own.remarks.contains(&Remark::SelfReflector));
    let named = |n: &meetready::model::comparison::NetworkChange| {
        matches!(n.of, NetworkSubject::Name { .. })
    };
    assert!(own.network.iter().all(named), "{:?}", own.network);
}

/// A verdict that was open on one side went no way that is proved.
#[test]
fn inconclusive_is_neither_better_nor_worse() {
    let c = compare(&reports::ready(), &later(reports::inconclusive()));
    assert_eq!(c.trend, Trend::Unproved);
    let open = |r: &&meetready::model::comparison::ResultChange| {
        r.after.is_some_and(|o| o.verdict == Verdict::Inconclusive)
    };
    let opened: Vec<_> = c.requirements.iter().filter(open).collect();
    assert!(!opened.is_empty() && opened.iter().all(|r| r.trend == Trend::Unproved));
    let mut unread = reports::ready();
    unread.evidence.inventory.memory.installed = Fact::default();
    let c = compare(&reports::ready(), &later(unread));
    assert_eq!(c.facts[0].trend, Trend::Unproved);
}

#[test]
fn comparisons_read_in_every_form() {
    let mut more = later(reports::rooms());
    more.evidence.inventory.memory.installed = Fact::known(Mebibytes(32_768), "elsewhere");
    let pairs = vec![
        ("better", reports::not_ready(), later(reports::ready())),
        ("others", reports::ready(), more),
        ("hostile", reports::ready(), reports::hostile()),
        ("long_names", reports::long_names(), reports::all_unknown()),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| {
        for (name, before, after) in &pairs {
            let c = compare(before, after);
            for lang in Lang::ALL {
                let options = RenderOptions {
                    lang,
                    width: 100,
                    colour: false,
                };
                html::check(&render_comparison(&c, Format::Html, &options), lang);
                let text = render_comparison(&c, Format::Text, &options);
                insta::assert_snapshot!(format!("comparison_{name}_{lang}"), text);
            }
            let json = render_comparison(&c, Format::Json, &RenderOptions::default());
            let back = serde_json::from_str(&json).expect("a comparison");
            assert_eq!(c, back, "{name}");
        }
    });
}
