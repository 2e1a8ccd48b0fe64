//! Every figure of section 4 of both documents, copied by hand from the print, beside what the files hold.

use std::collections::BTreeMap;

use meetready::model::requirement::{Level, Severity};
use meetready::model::rule::{CpuSegment, Need, Rule, Scope, Transport};
use meetready::model::{Edition, Requirement};

use super::{catalog, edition, product, requirement};

/// Scenario, up and down as lower and upper kbps; 0-0 where nothing is asked.
type Row = (&'static str, (u32, u32), (u32, u32));

fn need(n: Option<Need>) -> (u32, u32) {
    n.map_or((0, 0), |n| (n.lower_kbps.0, n.upper_kbps.0))
}

fn bandwidth(edition: &Edition, of: &str) -> Vec<(String, (u32, u32), (u32, u32))> {
    product(edition, of)
        .requirements
        .iter()
        .filter_map(|r| match &r.rule {
            Rule::Bandwidth(b) => Some((b.scenario.to_string(), need(b.up), need(b.down))),
            _ => None,
        })
        .collect()
}

fn same(edition: &Edition, of: &str, printed: &[Row]) {
    let printed: Vec<_> = printed
        .iter()
        .map(|(s, u, d)| ((*s).to_owned(), *u, *d))
        .collect();
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

/// What a processor clause asks for, in one line.
fn cpu(e: &Edition, id: &str) -> Vec<String> {
    let Rule::Cpu(rule) = &requirement(e, id).rule else {
        panic!("{id} is a cpu rule");
    };
    rule.any_of
        .iter()
        .map(|c| {
            let mut words = Vec::new();
            if let Some(first) = c.families.first() {
                let mut word = format!("from {}", first.tier);
                if let Some(g) = first.min_generation {
                    word += &format!(" gen {g}");
                }
                if let Some(g) = first.max_generation {
                    word += &format!("-{g}");
                }
                words.push(word);
            }
            if !c.models.is_empty() {
                words.push(c.models.join("/"));
            }
            words.extend(c.min_cores.map(|n| format!("{n} cores")));
            words.extend(c.min_performance_cores.map(|n| format!("{n} P")));
            words.extend(c.min_efficiency_cores.map(|n| format!("{n} E")));
            words.extend(c.min_base_clock.map(|n| format!("{} MHz", n.0)));
            words.extend(c.min_memory.map(|n| format!("{} MiB", n.0)));
            if c.segment == Some(CpuSegment::Desktop) {
                words.push("desktop".to_owned());
            }
            if c.bits_64 {
                words.push("64 bit".to_owned());
            }
            words.join(", ")
        })
        .collect()
}

#[test]
fn processor_lines_of_2021() {
    let all = catalog();
    let e = edition(&all, "2021-10");
    for (id, printed) in [
        ("meetings.cpu", "from core-i3, 2 cores, 2000 MHz"),
        ("meetings.cpu-mobile", "1 cores, 1000 MHz"),
        ("rooms.cpu-1-screen", "from core-i5, 2 cores, 2500 MHz"),
        ("rooms.cpu-2-screens", "from core-i7, 2 cores, 2800 MHz"),
        ("rooms.cpu-3-screens", "from core-i7, 4 cores, 2800 MHz"),
    ] {
        assert_eq!(cpu(e, id), [printed], "{id}");
    }
}

#[test]
fn processor_lines_of_2025() {
    let all = catalog();
    let e = edition(&all, "2025-05");
    for (id, printed) in [
        ("meetings.cpu", "from core-i3, 2 cores, 2000 MHz"),
        (
            "meetings.cpu-recommended",
            "4 cores, 2500 MHz, 16384 MiB, 64 bit",
        ),
        ("contact-center.cpu", "from core-i3, 2 cores, 2000 MHz"),
        (
            "contact-center.cpu-recommended",
            "4 cores, 2500 MHz, 16384 MiB, 64 bit",
        ),
        ("phone.cpu", "from core-i3, 2 cores, 2000 MHz"),
        ("webinars.cpu", "from core-i3, 2 cores, 2000 MHz"),
        ("rooms.cpu-1-screen", "from core-i5 gen 8, 4 cores, desktop"),
        (
            "rooms.cpu-2-screens",
            "from core-i5 gen 10, 4 cores, desktop",
        ),
        (
            "rooms.cpu-3-screens",
            "from core-i7 gen 10, 8 cores, desktop",
        ),
        ("rooms.mac-1-screen", "M1/M2/M2 Pro"),
        ("rooms.mac-2-screens", "M1/M2/M2 Pro"),
        ("rooms.mac-3-screens", "M1/M2/M2 Pro"),
        ("rooms.mac-smart-gallery", "M2 Pro, 16384 MiB"),
        ("rooms-controller.cpu-android", "2 cores, 1500 MHz"),
    ] {
        assert_eq!(cpu(e, id), [printed], "{id}");
    }
    assert_eq!(
        cpu(e, "rooms.cpu-smart-gallery"),
        [
            "from core-i3 gen 4-7, 4 cores, 3000 MHz, desktop",
            "from core-i3 gen 8, desktop",
            "from core-i5 gen 12, 4 P, 4 E",
        ]
    );
    for id in [
        "meetings.cpu-recommended",
        "contact-center.cpu-recommended",
        "rooms.cpu-smart-gallery",
    ] {
        let r = requirement(e, id);
        assert_eq!(
            (r.level, r.on_fail),
            (Level::Recommended, Severity::Warn),
            "{id}"
        );
    }
}

#[test]
fn memory_lines() {
    let all = catalog();
    let memory = |e: &Edition| -> BTreeMap<String, u64> {
        e.products
            .values()
            .flat_map(|p| &p.requirements)
            .filter_map(|r| match &r.rule {
                Rule::Memory(m) => Some((r.id.to_string(), m.at_least.0 / 1024)),
                _ => None,
            })
            .collect()
    };
    let table = |rows: &[(&str, u64)]| -> BTreeMap<String, u64> {
        rows.iter()
            .map(|(id, gib)| ((*id).to_owned(), *gib))
            .collect()
    };
    assert_eq!(
        memory(edition(&all, "2021-10")),
        table(&[("meetings.ram", 4)])
    );
    assert_eq!(
        memory(edition(&all, "2025-05")),
        table(&[
            ("meetings.ram", 4),
            ("phone.ram", 4),
            ("contact-center.ram", 4),
            ("webinars.ram", 4),
            ("rooms.ram-1-screen", 8),
            ("rooms.ram-2-screens", 8),
            ("rooms.ram-3-screens", 16),
            ("rooms.mac-ram-1-screen", 8),
            ("rooms.mac-ram-2-screens", 8),
            ("rooms.mac-ram-3-screens", 16),
        ])
    );
}

/// Systems of an `os` rule: `windows 7 8`, `macos >=10.13`, with what ends them.
fn systems(e: &Edition, id: &str) -> Vec<String> {
    let Rule::Os(rule) = &requirement(e, id).rule else {
        panic!("{id} is an os rule");
    };
    rule.listed
        .iter()
        .map(|l| {
            let family = serde_json::to_value(l.family).unwrap();
            let mut text = family.as_str().unwrap().to_owned();
            for v in &l.exactly {
                text += &format!(" {v}");
            }
            if let Some(v) = &l.at_least {
                text += &format!(" >={v}");
            }
            if let Some(end) = &l.ends_with {
                text += &format!(" until {} {}", end.app, end.version);
            }
            text
        })
        .collect()
}

#[test]
fn operating_systems() {
    let all = catalog();
    let old = edition(&all, "2021-10");
    let new = edition(&all, "2025-05");
    let pc_2025 = [
        "windows 7 8 8.1 until zoom-client 6.0.0",
        "windows 10 11",
        "macos >=10.13",
    ];
    for (e, id, printed) in [
        (old, "meetings.os", &["windows 7 8 8.1 10"][..]),
        (old, "meetings.os-ios", &["ios >=8.0", "ipados >=8.0"]),
        (old, "meetings.os-android", &["android >=5.0"]),
        (old, "rooms.os", &["windows 7 8 8.1 10"]),
        (old, "rooms.os-touch", &["windows 10"]),
        (old, "rooms-controller.os-ipad", &["ipados >=8.0"]),
        (old, "rooms-controller.os-android", &["android >=4.0"]),
        (old, "rooms-controller.os-windows", &["windows 10"]),
        (new, "meetings.os", &pc_2025),
        (new, "phone.os", &pc_2025),
        (new, "contact-center.os", &pc_2025),
        (new, "webinars.os", &pc_2025),
        (new, "meetings.os-ios", &["ios >=13.0", "ipados >=13.0"]),
        (new, "meetings.os-android", &["android >=8.0"]),
        (new, "rooms.os", &["macos >=10.14", "windows >=10"]),
        (new, "rooms-controller.os-ipad", &["ipados >=12.0"]),
        (new, "rooms-controller.os-android", &["android >=8.0"]),
        (new, "rooms-controller.os-windows", &["windows >=10"]),
    ] {
        assert_eq!(systems(e, id), printed, "{id} of {}", e.info.edition);
        assert_eq!(requirement(e, id).on_unlisted, Some(Severity::Fail), "{id}");
    }
}

#[test]
fn browsers_links_and_devices() {
    let all = catalog();
    let old = edition(&all, "2021-10");
    let new = edition(&all, "2025-05");
    for (e, id, names, before) in [
        (
            old,
            "meetings.browser",
            &["edge", "firefox", "chrome"][..],
            None,
        ),
        (old, "meetings.browser-ios", &["safari", "chrome"], None),
        (
            old,
            "meetings.browser-android",
            &["android-browser", "chrome"],
            None,
        ),
        (
            new,
            "meetings.browser",
            &["chrome", "firefox", "edge", "safari"],
            Some(2),
        ),
        (
            new,
            "meetings.browser-ios",
            &["safari", "chrome", "firefox"],
            Some(2),
        ),
        (
            new,
            "meetings.browser-android",
            &["android-browser", "chrome", "firefox"],
            Some(2),
        ),
        (
            new,
            "webinars.browser",
            &["chrome", "firefox", "edge", "safari"],
            Some(2),
        ),
    ] {
        let Rule::Browser(rule) = &requirement(e, id).rule else {
            panic!("{id} is a browser rule");
        };
        assert_eq!(rule.browsers, names, "{id}");
        assert_eq!(rule.releases_before_latest, before, "{id}");
        assert_eq!(rule.or_app.as_deref(), Some("zoom-client"), "{id}");
    }
    for (e, id, printed) in [
        (
            old,
            "meetings.link",
            r#"{"kinds":["wired","wifi","cellular"],"cellular":["4g","lte"]}"#,
        ),
        (
            new,
            "meetings.link",
            r#"{"kinds":["wired","wifi","cellular"],"cellular":["4g","lte"]}"#,
        ),
        (old, "rooms.link", r#"{"kinds":["wired","wifi"]}"#),
        (new, "rooms.link", r#"{"kinds":["wired","wifi"]}"#),
        (
            new,
            "meetings.link-mobile",
            r#"{"kinds":["wifi","cellular"],"wifi":["802.11a","802.11g","802.11n","802.11ac"],"cellular":["3g","4g","lte"]}"#,
        ),
        (
            new,
            "meetings.camera",
            r#"{"kind":"camera","buses":["built-in","usb"]}"#,
        ),
        (
            new,
            "meetings.microphone",
            r#"{"kind":"microphone","buses":["built-in","usb","bluetooth"]}"#,
        ),
        (
            old,
            "meetings.speaker",
            r#"{"kind":"speaker","buses":["built-in","usb","bluetooth"]}"#,
        ),
        (new, "rooms.displays-2", r#"{"min_displays":2}"#),
        (old, "rooms.displays-3", r#"{"min_displays":3}"#),
        (old, "rooms.touch", r#"{"touch":true}"#),
        (
            new,
            "rooms-controller.screen-android",
            r#"{"min_diagonal_tenths":70,"recommended_diagonal_tenths":80}"#,
        ),
        (
            old,
            "meetings.session",
            r#"{"virtual_desktop":"not-guaranteed"}"#,
        ),
        (
            new,
            "phone.session",
            r#"{"virtual_desktop":"not-recommended"}"#,
        ),
        (new, "phone.app", r#"{"app":"zoom-client"}"#),
        (old, "rooms.same-network", r#"{"peer":"rooms-controller"}"#),
        (new, "rooms-controller.same-network", r#"{"peer":"rooms"}"#),
    ] {
        let rule = serde_json::to_value(&requirement(e, id).rule).unwrap();
        let printed: serde_json::Value = serde_json::from_str(printed).unwrap();
        let kind = requirement(e, id).rule.kind();
        assert_eq!(rule[kind], printed, "{id} of {}", e.info.edition);
    }
}

#[test]
fn feature_tables_of_2021() {
    let all = catalog();
    let e = edition(&all, "2021-10");
    let table = |id: &str| -> Vec<String> {
        let Rule::Statement(s) = &requirement(e, id).rule else {
            panic!("{id} is a statement");
        };
        s.rows
            .iter()
            .map(|row| {
                let says: Vec<String> = row.says.iter().map(|(k, v)| format!("{k}={v}")).collect();
                format!("{} {}", row.item, says.join(" "))
            })
            .collect()
    };
    assert_eq!(
        table("meetings.client-features"),
        [
            "video app=yes web=yes",
            "pc-audio app=yes web=yes",
            "layout app=yes web=yes",
            "virtual-background app=yes web=no",
            "screen-sharing app=yes web=yes",
            "annotation app=yes web=no",
            "remote-control app=yes web=other-side-only",
            "chat app=yes web=yes",
            "file-transfer app=yes web=no",
            "recording app=yes web=cloud-only",
            "polls app=yes web=yes",
            "captions app=yes web=yes",
            "reactions app=yes web=no",
            "breakout-rooms app=yes web=yes",
            "remote-support app=yes web=no",
        ]
    );
    assert_eq!(
        table("meetings.browser-features"),
        [
            "video chrome=yes edge=yes firefox=yes safari=yes",
            "pc-audio chrome=yes edge=yes firefox=yes safari=webinar-attendees-only",
            "screen-sharing chrome=yes edge=yes firefox=yes safari=no",
            "remote-control-other-side chrome=yes edge=yes firefox=yes safari=yes",
            "chat chrome=yes edge=yes firefox=yes safari=yes",
            "recording-cloud chrome=yes edge=yes firefox=yes safari=yes",
            "captions chrome=yes edge=yes firefox=yes safari=yes",
            "breakout-rooms chrome=yes edge=yes firefox=yes safari=yes",
        ]
    );
    assert_eq!(table("meetings.supported-software").len(), 8);
    let Rule::Statement(s) =
        &requirement(edition(&all, "2025-05"), "meetings.supported-software").rule
    else {
        panic!("supported software is a statement");
    };
    assert_eq!(s.rows.len(), 5);
}

#[test]
fn products_and_variants() {
    let all = catalog();
    let shape = |id: &str| -> Vec<String> {
        edition(&all, id)
            .products
            .values()
            .map(|p| {
                let variants: Vec<String> = p
                    .variants
                    .iter()
                    .map(|v| format!("{}{}", v.id, if v.default { "*" } else { "" }))
                    .collect();
                format!("{}:{}", p.product, variants.join("|"))
            })
            .collect()
    };
    assert_eq!(
        shape("2021-10"),
        [
            "meetings:",
            "rooms:1-screen*|2-screens|3-screens|touch",
            "rooms-controller:ipad*|android|windows",
        ]
    );
    assert_eq!(
        shape("2025-05"),
        [
            "contact-center:",
            "meetings:",
            "phone:",
            "rooms:1-screen*|2-screens|3-screens|touch|smart-gallery",
            "rooms-controller:ipad*|android|windows",
            "webinars:attendee*|panelist",
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

#[test]
fn transports_are_told_apart() {
    // Guards the notation that the port tables above are written in.
    assert_eq!(
        (Transport::Tcp.word(), Transport::Udp.word()),
        ("TCP", "UDP")
    );
}
