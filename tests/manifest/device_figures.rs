//! Every device line of section 4 of both documents, copied by hand from the print, beside what the files hold.

use std::collections::BTreeMap;

use meetready::model::Edition;
use meetready::model::requirement::{Level, Severity};
use meetready::model::rule::{CpuSegment, Rule};

use super::{catalog, edition, requirement};

/// What a processor clause asks for, in one line.
fn cpu(e: &Edition, id: &str) -> Vec<String> {
    let Rule::Cpu(rule) = &requirement(e, id).rule else {
        panic!("{id} is a cpu rule");
    };
    rule.any_of
        .iter()
        .map(|c| {
            let mut words = Vec::new();
            words.extend(c.families.first().map(|first| {
                match (first.min_generation, first.max_generation) {
                    (None, _) => format!("from {}", first.tier),
                    (Some(least), None) => format!("from {} gen {least}", first.tier),
                    (Some(from), Some(to)) => format!("from {} gen {from}-{to}", first.tier),
                }
            }));
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
        ("rooms.mac-1-screen", "Apple M1/Apple M2/Apple M2 Pro"),
        ("rooms.mac-2-screens", "Apple M1/Apple M2/Apple M2 Pro"),
        ("rooms.mac-3-screens", "Apple M1/Apple M2/Apple M2 Pro"),
        ("rooms.mac-smart-gallery", "Apple M2 Pro, 16384 MiB"),
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

/// "Or later", "or above" and "equivalent" as the manifest lists them: every family, with its generations.
#[test]
fn families_that_are_meant() {
    let all = catalog();
    let families = |edition_id: &str, id: &str| -> Vec<String> {
        let Rule::Cpu(rule) = &requirement(edition(&all, edition_id), id).rule else {
            panic!("{id} is a cpu rule");
        };
        let families = rule.any_of.iter().map(|c| {
            let names = c.families.iter().map(|f| {
                let from = f
                    .min_generation
                    .map(|g| format!(" {g}+"))
                    .unwrap_or_default();
                format!("{}{from}", f.tier)
            });
            names.collect::<Vec<_>>().join(", ")
        });
        families.collect()
    };
    for id in ["2021-10", "2025-05"] {
        assert_eq!(
            families(id, "meetings.cpu"),
            [
                "core-i3, core-i5, core-i7, core-i9, core-ultra-3, core-ultra-5, core-ultra-7, core-ultra-9, core-3, \
              core-5, core-7, core-9, amd"
            ]
        );
    }
    assert_eq!(
        families("2021-10", "rooms.cpu-1-screen"),
        [
            "core-i5, core-i7, core-i9, core-ultra-5, core-ultra-7, core-ultra-9, core-5, core-7, core-9"
        ]
    );
    assert_eq!(
        families("2021-10", "rooms.cpu-3-screens"),
        ["core-i7, core-i9, core-ultra-7, core-ultra-9, core-7, core-9"]
    );
    assert_eq!(
        families("2025-05", "rooms.cpu-1-screen"),
        [
            "core-i5 8+, core-i7 8+, core-i9 8+, core-ultra-5, core-ultra-7, core-ultra-9, core-5, core-7, core-9"
        ]
    );
    assert_eq!(
        families("2025-05", "rooms.cpu-2-screens"),
        [
            "core-i5 10+, core-i7 10+, core-i9 10+, core-ultra-5, core-ultra-7, core-ultra-9, core-5, core-7, core-9"
        ]
    );
    assert_eq!(
        families("2025-05", "rooms.cpu-3-screens"),
        ["core-i7 10+, core-i9 10+, core-ultra-7, core-ultra-9, core-7, core-9"]
    );
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
            let mut words = vec![family.as_str().unwrap().to_owned()];
            words.extend(l.exactly.iter().map(ToString::to_string));
            words.extend(l.at_least.iter().map(|v| format!(">={v}")));
            let end = l.ends_with.iter();
            words.extend(end.map(|end| format!("until {} {}", end.app, end.version)));
            words.join(" ")
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
fn browsers() {
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
}

#[test]
fn links_devices_displays_and_sessions() {
    let all = catalog();
    let old = edition(&all, "2021-10");
    let new = edition(&all, "2025-05");
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
