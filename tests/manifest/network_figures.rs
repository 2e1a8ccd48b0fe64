//! Every network figure of section 4 of both documents, copied by hand from the print, beside what the files hold.

use meetready::model::requirement::{Level, Severity};
use meetready::model::rule::{Need, Rule, Scope};
use meetready::model::{Edition, Requirement};

use super::{catalog, edition, product, requirement};

/// Scenario, up and down as lower and upper kbps; 0-0 where nothing is asked.
type Row = RowOf<&'static str>;
type RowOf<T> = (T, (u32, u32), (u32, u32));

fn need(n: Option<Need>) -> (u32, u32) {
    n.map_or((0, 0), |n| (n.lower_kbps.0, n.upper_kbps.0))
}

fn bandwidth<'a>(edition: &'a Edition, of: &str) -> Vec<RowOf<&'a str>> {
    product(edition, of)
        .requirements
        .iter()
        .filter_map(|r| match &r.rule {
            Rule::Bandwidth(b) => Some((b.scenario.as_str(), need(b.up), need(b.down))),
            _ => None,
        })
        .collect()
}

fn same(edition: &Edition, of: &str, printed: &[Row]) {
    assert_eq!(
        bandwidth(edition, of),
        printed,
        "{of} of {}",
        edition.info.edition
    );
}

#[test]
fn bandwidth_of_2021() {
    let all = catalog();
    let e = edition(&all, "2021-10");
    same(
        e,
        "meetings",
        &[
            ("one-to-one-hq", (600, 600), (600, 600)),
            ("one-to-one-720p", (1200, 1200), (1200, 1200)),
            ("one-to-one-1080p", (2800, 2800), (2800, 2800)),
            ("group-hq", (600, 600), (1200, 1200)),
            ("gallery", (1500, 1500), (1500, 1500)),
            ("group-1080p", (3000, 3000), (3000, 3000)),
            ("sharing", (50, 75), (50, 75)),
            ("sharing-with-thumbnails", (50, 150), (50, 150)),
            ("voip", (60, 80), (60, 80)),
            ("mobile-one-to-one-hq", (600, 600), (600, 600)),
            ("mobile-one-to-one-720p", (1200, 1200), (1200, 1200)),
            ("mobile-one-to-one-1080p", (2800, 2800), (2800, 2800)),
            ("mobile-group-hq", (600, 600), (1200, 1200)),
            ("mobile-gallery", (1500, 1500), (1500, 1500)),
            ("mobile-group-1080p", (3000, 3000), (3000, 3000)),
            ("mobile-sharing", (50, 75), (50, 75)),
            ("mobile-sharing-with-thumbnails", (50, 150), (50, 150)),
            ("mobile-voip", (60, 80), (60, 80)),
        ],
    );
    same(
        e,
        "rooms",
        &[
            ("room-1-screen", (2000, 2000), (2000, 2000)),
            ("room-2-screens", (2000, 2000), (4000, 4000)),
            ("room-3-screens", (2000, 2000), (6000, 6000)),
            ("room-sharing", (150, 300), (150, 300)),
            ("room-voip", (60, 80), (60, 80)),
        ],
    );
    let Rule::Bandwidth(gallery) = &requirement(e, "meetings.bandwidth-gallery").rule else {
        panic!("gallery is a bandwidth rule");
    };
    let printed = gallery.printed.clone().unwrap();
    assert_eq!(printed.up_kbps.unwrap().0, 15_000);
    assert_eq!(printed.down_kbps.unwrap().0, 1_500);
    bound(e, Level::Recommended, Severity::Warn);
}

#[test]
fn bandwidth_of_2025() {
    let all = catalog();
    let e = edition(&all, "2025-05");
    same(
        e,
        "meetings",
        &[
            ("one-to-one-hq", (600, 600), (600, 600)),
            ("one-to-one-720p", (1200, 1200), (1200, 1200)),
            ("one-to-one-1080p", (3800, 3800), (3000, 3000)),
            ("group-hq", (1000, 1000), (600, 600)),
            ("group-720p", (2600, 2600), (1800, 1800)),
            ("group-1080p", (3800, 3800), (3000, 3000)),
            ("gallery-25", (0, 0), (2000, 2000)),
            ("gallery-49", (0, 0), (4000, 4000)),
            ("sharing", (50, 75), (50, 75)),
            ("sharing-with-thumbnails", (50, 150), (50, 150)),
            ("voip", (60, 80), (60, 80)),
            ("mobile-hq", (1000, 1000), (600, 600)),
            ("mobile-720p", (2600, 2600), (1800, 1800)),
            ("mobile-1080p", (3800, 3800), (3000, 3000)),
            ("mobile-gallery-25", (0, 0), (2000, 2000)),
            ("mobile-gallery-49", (0, 0), (4000, 4000)),
        ],
    );
    same(
        e,
        "webinars",
        &[
            ("webinar-hq", (600, 600), (600, 600)),
            ("webinar-720p", (1200, 1800), (1200, 1800)),
            ("webinar-1080p", (0, 0), (2000, 3000)),
            ("webinar-sharing", (0, 0), (50, 75)),
            ("webinar-sharing-with-thumbnails", (0, 0), (50, 150)),
            ("webinar-voip", (0, 0), (60, 80)),
        ],
    );
    same(e, "phone", &[("phone-call", (60, 100), (60, 100))]);
    same(
        e,
        "contact-center",
        &[
            ("cc-voice", (60, 100), (60, 100)),
            ("cc-one-to-one-hq", (600, 600), (600, 600)),
            ("cc-one-to-one-720p", (1200, 1200), (1200, 1200)),
            ("cc-one-to-one-1080p", (3800, 3800), (3000, 3000)),
            ("cc-group-hq", (1000, 1000), (600, 600)),
            ("cc-group-720p", (2600, 2600), (1800, 1800)),
            ("cc-group-1080p", (3800, 3800), (3000, 3000)),
            ("cc-sharing", (50, 75), (50, 75)),
            ("cc-sharing-with-thumbnails", (50, 150), (50, 150)),
        ],
    );
    same(
        e,
        "rooms",
        &[
            ("room-1-screen", (2000, 2000), (2000, 2000)),
            ("room-2-screens", (2000, 2000), (4000, 4000)),
            ("room-3-screens", (2000, 2000), (6000, 6000)),
            ("room-sharing", (150, 300), (150, 300)),
            ("room-voip", (60, 80), (60, 80)),
        ],
    );
    same(e, "rooms-controller", &[]);
    bound(e, Level::Required, Severity::Fail);
}

/// Every bandwidth figure binds so; webinars are recommended in either document.
fn bound(e: &Edition, level: Level, severity: Severity) {
    for (id, p) in &e.products {
        for r in p
            .requirements
            .iter()
            .filter(|r| matches!(r.rule, Rule::Bandwidth(_)))
        {
            let expected = if id.as_str() == "webinars" {
                (Level::Recommended, Severity::Warn)
            } else {
                (level, severity)
            };
            assert_eq!((r.level, r.on_fail), expected, "{}", r.id);
        }
    }
}

/// Transport, scope, level: ports in print's notation.
fn ports(e: &Edition, of: &str, wanted: impl Fn(&Requirement) -> bool) -> Vec<String> {
    product(e, of)
        .requirements
        .iter()
        .filter(|r| wanted(r))
        .filter_map(|r| match &r.rule {
            Rule::Port(p) => {
                let list: Vec<String> = p.ports.iter().map(ToString::to_string).collect();
                let scope = match p.scope {
                    Scope::Cloud => "cloud",
                    Scope::Lan => "lan",
                };
                let level = match r.level {
                    Level::Required => "required",
                    Level::Recommended => "recommended",
                    Level::Informative => "informative",
                };
                let fallback = p
                    .fallback_tcp
                    .map(|t| format!(" else {t}"))
                    .unwrap_or_default();
                Some(format!(
                    "{} {scope} {level} {}{fallback}",
                    p.transport.word(),
                    list.join(",")
                ))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn ports_of_both_editions() {
    let all = catalog();
    let meetings = [
        "TCP cloud required 80,443,8801-8802",
        "UDP cloud required 3478-3479,8801-8810 else 443",
    ];
    for id in ["2021-10", "2025-05"] {
        let e = edition(&all, id);
        let mobile = |r: &Requirement| r.id.as_str().contains("mobile-");
        assert_eq!(ports(e, "meetings", |r| !mobile(r)), meetings);
        assert_eq!(ports(e, "meetings", mobile), meetings);
        assert_eq!(
            ports(e, "rooms-controller", |_| true),
            ["TCP cloud required 443", "TCP lan required 9090"]
        );
    }
    let old = edition(&all, "2021-10");
    assert_eq!(
        ports(old, "rooms", |_| true),
        [
            "TCP cloud required 443",
            "TCP cloud required 8801-8802",
            "UDP cloud required 3478-3479,8801 else 443",
            "TCP lan required 9090",
        ]
    );
    let new = edition(&all, "2025-05");
    assert_eq!(
        ports(new, "rooms", |_| true),
        [
            "TCP cloud required 443",
            "TCP cloud informative 8801-8802",
            "UDP cloud required 3478-3479,8801 else 443",
            "TCP lan required 8888,5590-5600",
            "UDP lan required 8889,5590-5600",
            "TCP lan informative 9090",
        ]
    );
    assert_eq!(
        ports(new, "phone", |_| true),
        [
            "TCP cloud required 390,443,5091",
            "UDP cloud required 20000-64000"
        ]
    );
    assert_eq!(ports(new, "webinars", |_| true), meetings);
    assert_eq!(
        ports(new, "contact-center", |_| true),
        [
            "TCP cloud informative 80,443,8801-8802",
            "UDP cloud informative 3478-3479,8801-8810 else 443",
        ]
    );
}

#[test]
fn quality_baseline_and_endpoints() {
    let all = catalog();
    for e in all.editions() {
        let limits: Vec<String> = e
            .baseline
            .iter()
            .map(|r| {
                let Rule::Quality(q) = &r.rule else {
                    panic!("{} is a quality rule", r.id);
                };
                assert_eq!((r.level, r.on_fail), (Level::Recommended, Severity::Warn));
                let figure = q.max_ms.map(|m| m.0).or(q.max_percent.map(|p| p.0));
                format!("{} {}", r.id, figure.unwrap())
            })
            .collect();
        assert_eq!(
            limits,
            [
                "quality.one-way-delay 150",
                "quality.round-trip 300",
                "quality.jitter 40",
                "quality.loss 2",
            ]
        );
        let hosts: Vec<&str> = e.endpoints.iter().map(|h| h.host.as_str()).collect();
        assert_eq!(hosts, ["zoom.us", "zoom.com", "*.zoom.us", "*.zoom.com"]);
        let releases = e.browsers.as_ref().unwrap();
        for browser in ["chrome", "edge", "firefox", "safari"] {
            assert!(releases.browsers[browser].len() >= 10, "{browser}");
        }
    }
}
