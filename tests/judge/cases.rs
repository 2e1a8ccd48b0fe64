//! Every local rule kind but the processor.

use meetready::model::Reason as R;
use meetready::model::Verdict::{Fail, Inconclusive, NotApplicable, Pass, Warn};
use serde_json::{Value, json};

use super::support::{Case, case, inventory, known, undecided, unknown};

pub fn all() -> Vec<Case> {
    let mut all = os();
    all.extend(memory());
    all.extend(device());
    all.extend(device_use());
    all.extend(display());
    all.extend(browser());
    all.extend(app());
    all.extend(link());
    all.extend(session());
    all.extend(platforms());
    all
}

fn on(family: &str, version: &str) -> Value {
    inventory(json!({ "os": { "family": known(family), "version": known(version) } }))
}

fn os() -> Vec<Case> {
    let rule = json!({ "os": { "listed": [
        { "family": "windows", "exactly": ["7", "8", "8.1"], "ends_with": { "app": "zoom-client", "version": "6.0.0" } },
        { "family": "windows", "exactly": ["10", "11"] },
        { "family": "macos", "at_least": "10.13" },
        { "family": "android", "at_least": "8.0" },
        { "family": "linux" }
    ] } });
    let os = |name, evidence, verdict, reason| case(name, rule.clone(), evidence, verdict, reason);
    let seven_with = |apps: Value| {
        inventory(
            json!({ "os": { "family": known("windows"), "version": known("7") }, "apps": apps }),
        )
    };
    let client = |version: Value| {
        known(json!([{ "id": "zoom-client", "name": "Zoom Workplace", "version": version }]))
    };
    vec![
        os("Windows 11", on("windows", "11"), Pass, R::Met),
        os("Windows 10", on("windows", "10"), Pass, R::Met),
        os(
            "8.1 is not 8: 8.2 is none of them",
            on("windows", "8.2"),
            Fail,
            R::OsUnlisted,
        ),
        os("Windows Vista", on("windows", "6.0"), Fail, R::OsUnlisted),
        os("macOS 10.13", on("macos", "10.13"), Pass, R::Met),
        os("macOS 10.12", on("macos", "10.12.6"), Fail, R::OsTooOld),
        os("macOS 15", on("macos", "15.1"), Pass, R::Met),
        os("macOS 10.16 is 11", on("macos", "10.16"), Pass, R::Met),
        os("macOS 16 is 26", on("macos", "16.0"), Pass, R::Met),
        os("Android 7", on("android", "7.1"), Fail, R::OsTooOld),
        os(
            "a family listed without versions",
            on("linux", "24.04"),
            Pass,
            R::Met,
        ),
        os(
            "a family listed without versions, version unknown",
            inventory(json!({ "os": { "family": known("linux"), "version": unknown() } })),
            Pass,
            R::Met,
        ),
        os("another family", on("ios", "17"), Fail, R::OsUnlisted),
        os(
            "another family, by its severity",
            on("ios", "17"),
            Warn,
            R::OsUnlisted,
        )
        .with(json!({ "on_unlisted": "warn" })),
        os("nobody read it", json!({}), Inconclusive, R::NotCollected),
        os(
            "it could not be read",
            inventory(json!({ "os": { "family": unknown() } })),
            Inconclusive,
            R::Unknown,
        ),
        os(
            "version unknown",
            inventory(json!({ "os": { "family": known("windows"), "version": unknown() } })),
            Inconclusive,
            R::Unknown,
        ),
        os(
            "Server 2019 is not Windows 10 or later",
            inventory(
                json!({ "os": { "family": known("windows"), "version": known("2019"), "server": known(true) } }),
            ),
            Fail,
            R::OsUnlisted,
        ),
        os(
            "a server of unknown version",
            inventory(
                json!({ "os": { "family": known("windows"), "version": unknown(), "server": known(true) } }),
            ),
            Fail,
            R::OsUnlisted,
        ),
        case(
            "a server year is not later than 10",
            json!({ "os": { "listed": [{ "family": "windows", "at_least": "10" }] } }),
            on("windows", "2022"),
            Fail,
            R::OsUnlisted,
        ),
        case(
            "macOS 16 is 26, not 16",
            json!({ "os": { "listed": [{ "family": "macos", "at_least": "26" }] } }),
            on("macos", "16.1"),
            Pass,
            R::Met,
        ),
        case(
            "macOS 10.16 is later than 10.99",
            json!({ "os": { "listed": [{ "family": "macos", "at_least": "10.99" }] } }),
            on("macos", "10.16"),
            Pass,
            R::Met,
        ),
        os(
            "Windows 7, no client",
            seven_with(known(json!([]))),
            Warn,
            R::OsEnding,
        ),
        os(
            "Windows 7, client 5",
            seven_with(client(known("5.17.5"))),
            Warn,
            R::OsEnding,
        ),
        os(
            "Windows 7, client 6.0",
            seven_with(client(known("6.0"))),
            Fail,
            R::OsEnded,
        ),
        os(
            "Windows 7, client 6.1",
            seven_with(client(known("6.1.2"))),
            Fail,
            R::OsEnded,
        ),
        os(
            "Windows 7, client of unknown version",
            seven_with(client(unknown())),
            Warn,
            R::OsEnding,
        ),
        os(
            "Windows 7, apps not read",
            on("windows", "7"),
            Warn,
            R::OsEnding,
        ),
    ]
}

fn memory() -> Vec<Case> {
    let rule = json!({ "memory": { "at_least": 4096 } });
    let with = |installed: Value, usable: Value| {
        inventory(json!({ "memory": { "installed": installed, "usable": usable } }))
    };
    let real = |usable: u64| {
        inventory(json!({
            "memory": { "usable": known(usable) },
            "session": { "virtual_machine": known(false) },
        }))
    };
    let memory =
        |name, evidence, verdict, reason| case(name, rule.clone(), evidence, verdict, reason);
    vec![
        memory(
            "4 GB, of which 3.8 usable",
            with(known(4096), known(3891)),
            Pass,
            R::Met,
        ),
        memory(
            "2 GB",
            with(known(2048), known(1950)),
            Fail,
            R::MemoryTooLittle,
        ),
        memory(
            "3 GB is a size that is sold",
            with(known(3072), known(2950)),
            Fail,
            R::MemoryTooLittle,
        ),
        memory(
            "usable alone reaches it",
            with(unknown(), known(4096)),
            Pass,
            R::Met,
        ),
        memory(
            "usable alone, 3.8",
            with(unknown(), known(3891)),
            Inconclusive,
            R::MemoryNearlyMet,
        ),
        memory(
            "usable alone, 3.8 of a real machine: nothing sold leaves so much but 4 GB",
            real(3891),
            Pass,
            R::MemoryNearlyMet,
        ),
        memory(
            "usable alone, 3.4 of a real machine",
            real(3500),
            Inconclusive,
            R::MemoryNearlyMet,
        ),
        memory(
            "usable alone, 3.8 of a virtual machine, which is given any size",
            inventory(json!({
                "memory": { "usable": known(3891) },
                "session": { "virtual_machine": known(true) },
            })),
            Inconclusive,
            R::MemoryNearlyMet,
        ),
        memory(
            "usable alone, 1 GB of 4 taken by graphics",
            with(unknown(), known(2900)),
            Inconclusive,
            R::MemoryNearlyMet,
        ),
        memory(
            "usable alone, 2",
            with(unknown(), known(1950)),
            Fail,
            R::MemoryTooLittle,
        ),
        memory(
            "unreadable tables add up to zero",
            with(known(0), known(3891)),
            Inconclusive,
            R::MemoryNearlyMet,
        ),
        memory(
            "nothing could be read",
            with(unknown(), unknown()),
            Inconclusive,
            R::Unknown,
        ),
        memory(
            "a sum of zero alone",
            with(known(0), unknown()),
            Inconclusive,
            R::Unknown,
        ),
        memory("nobody looked", json!({}), Inconclusive, R::NotCollected),
    ]
}

fn device() -> Vec<Case> {
    let rule = json!({ "device": { "kind": "camera", "buses": ["built-in", "usb"] } });
    let cameras = |list: Value| inventory(json!({ "cameras": known(list) }));
    let device = |name, evidence, verdict, reason| {
        case(name, rule.clone(), evidence, verdict, reason).with(json!({ "on_unlisted": "warn" }))
    };
    let of = |kind: &str, key: &str| {
        case(
            "microphones and speakers are looked up where they are",
            json!({ "device": { "kind": kind, "buses": ["bluetooth"] } }),
            inventory(json!({ key: known(json!([{ "name": "D", "bus": known("bluetooth") }])) })),
            Pass,
            R::Met,
        )
    };
    vec![
        device(
            "a USB camera",
            cameras(json!([{ "name": "C", "bus": known("usb") }])),
            Pass,
            R::Met,
        ),
        device(
            "one listed among others",
            cameras(
                json!([{ "name": "OBS", "bus": known("virtual") }, { "name": "C", "bus": known("built-in") }]),
            ),
            Pass,
            R::Met,
        ),
        device("none", cameras(json!([])), Fail, R::DeviceMissing),
        device(
            "an infrared camera is none",
            cameras(json!([{ "name": "IR", "bus": known("usb"), "infrared": true }])),
            Fail,
            R::DeviceMissing,
        ),
        device(
            "only virtual ones",
            cameras(json!([{ "name": "OBS", "bus": known("virtual") }])),
            Warn,
            R::DeviceUnlisted,
        ),
        device(
            "another bus",
            cameras(json!([{ "name": "C", "bus": known("other") }])),
            Warn,
            R::DeviceUnlisted,
        ),
        device(
            "a bus nobody can tell",
            cameras(json!([{ "name": "C", "bus": unknown() }])),
            Inconclusive,
            R::Unknown,
        ),
        device("not looked", json!({}), Inconclusive, R::NotCollected),
        device(
            "not permitted",
            inventory(json!({ "cameras": unknown() })),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "any hardware where no bus is named",
            json!({ "device": { "kind": "camera", "buses": [] } }),
            cameras(json!([{ "name": "C", "bus": known("other") }])),
            Pass,
            R::Met,
        ),
        case(
            "a virtual one is no hardware",
            json!({ "device": { "kind": "camera", "buses": [] } }),
            cameras(json!([{ "name": "OBS", "bus": known("virtual") }])),
            Fail,
            R::DeviceUnlisted,
        ),
        of("microphone", "microphones"),
        of("speaker", "speakers"),
    ]
}

/// A device that is there may still be of no use to programs.
fn device_use() -> Vec<Case> {
    let with = |access: Value, cameras: Value| {
        inventory(json!({ "cameras": known(cameras), "privacy": { "camera": access } }))
    };
    let usb = |more: Value| {
        let mut device = json!({ "name": "C", "bus": known("usb") });
        for (key, value) in more.as_object().expect("an object") {
            device[key] = value.clone();
        }
        json!([device])
    };
    let tried = |outcome: &str| usb(json!({ "trial": { "outcome": outcome } }));
    let camera = |name, evidence, verdict, reason| {
        let rule = json!({ "device": { "kind": "camera", "buses": ["built-in", "usb"] } });
        case(name, rule, evidence, verdict, reason)
    };
    let mut cases: Vec<Case> = [
        ("allowed", Pass, R::Met),
        ("denied-by-user", Fail, R::DeviceDenied),
        ("denied-for-pc", Fail, R::DeviceDeniedByIt),
        ("denied-by-policy", Fail, R::DeviceDeniedByIt),
        ("denied-by-permission", Fail, R::DeviceDeniedByIt),
    ]
    .into_iter()
    .map(|(access, verdict, reason)| {
        camera(access, with(known(access), usb(json!({}))), verdict, reason)
    })
    .collect();
    cases.extend(
        [
            ("works", Pass, R::Met),
            ("busy", Pass, R::Met),
            ("timed-out", Pass, R::Met),
            ("not-supported", Pass, R::Met),
            ("black", Warn, R::DeviceNoSignal),
            ("failed", Warn, R::DeviceNoSignal),
            ("denied", Fail, R::DeviceDenied),
        ]
        .into_iter()
        .map(|(outcome, verdict, reason)| {
            camera(outcome, with(unknown(), tried(outcome)), verdict, reason)
        }),
    );
    cases.extend([
        camera(
            "an unknown setting changes nothing",
            with(unknown(), usb(json!({}))),
            Pass,
            R::Met,
        ),
        camera(
            "a refusal that is proved for Store apps alone",
            with(undecided(), usb(json!({}))),
            Inconclusive,
            R::DeviceAccessUndecided,
        ),
        camera(
            "a picture is proof against a doubt",
            with(undecided(), tried("works")),
            Pass,
            R::Met,
        ),
        camera(
            "a refusal that was met is no doubt",
            with(undecided(), tried("denied")),
            Fail,
            R::DeviceDenied,
        ),
        camera(
            "a doubt does not make up for a missing camera",
            with(undecided(), json!([])),
            Fail,
            R::DeviceMissing,
        ),
        camera(
            "a picture is proof against a setting",
            with(known("denied-by-user"), tried("works")),
            Pass,
            R::Met,
        ),
        camera(
            "a setting does not make up for a missing camera",
            with(known("denied-by-user"), json!([])),
            Fail,
            R::DeviceMissing,
        ),
        camera(
            "the only one is switched off",
            with(known("allowed"), usb(json!({ "state": "disabled" }))),
            Fail,
            R::DeviceDisabled,
        ),
        camera(
            "an empty socket is no device",
            with(known("allowed"), usb(json!({ "state": "unplugged" }))),
            Fail,
            R::DeviceMissing,
        ),
        case(
            "the microphone's setting is not the camera's",
            json!({ "device": { "kind": "microphone", "buses": ["usb"] } }),
            inventory(json!({
                "microphones": known(usb(json!({ "trial": { "outcome": "silent" } }))),
                "privacy": { "camera": known("denied-by-user"), "microphone": known("allowed") }
            })),
            Warn,
            R::DeviceNoSignal,
        ),
    ]);
    cases
}

fn display() -> Vec<Case> {
    let two = json!({ "display": { "min_displays": 2 } });
    let touch = json!({ "display": { "touch": true } });
    let size =
        json!({ "display": { "min_diagonal_tenths": 70, "recommended_diagonal_tenths": 80 } });
    let displays = |list: Value| inventory(json!({ "display": { "displays": known(list) } }));
    let one = |tenths: Value| displays(json!([{ "name": "D", "diagonal_tenths": tenths }]));
    let with_touch = |touch: Value, driver: Value| {
        inventory(json!({ "display": { "touch": touch, "touch_driver": driver } }))
    };
    vec![
        case(
            "two of two",
            two.clone(),
            displays(json!([{ "name": "A" }, { "name": "B" }])),
            Pass,
            R::Met,
        ),
        case(
            "one of two",
            two.clone(),
            displays(json!([{ "name": "A" }])),
            Fail,
            R::DisplayTooFew,
        ),
        case(
            "not told how many",
            two,
            inventory(json!({ "display": { "displays": unknown() } })),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "touch and driver",
            touch.clone(),
            with_touch(known(true), known(true)),
            Pass,
            R::Met,
        ),
        case(
            "no touch",
            touch.clone(),
            with_touch(known(false), unknown()),
            Fail,
            R::TouchMissing,
        ),
        case(
            "no driver",
            touch.clone(),
            with_touch(known(true), known(false)),
            Fail,
            R::TouchNoDriver,
        ),
        case(
            "driver not told",
            touch.clone(),
            with_touch(known(true), unknown()),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "touch not told",
            touch.clone(),
            with_touch(unknown(), known(true)),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "touch not collected",
            touch,
            json!({}),
            Inconclusive,
            R::NotCollected,
        ),
        case("8.0 inch", size.clone(), one(known(80)), Pass, R::Met),
        case(
            "7.0 inch",
            size.clone(),
            one(known(70)),
            Warn,
            R::DisplaySmall,
        ),
        case(
            "6.9 inch",
            size.clone(),
            one(known(69)),
            Fail,
            R::DisplayTooSmall,
        ),
        case(
            "size not told",
            size.clone(),
            one(unknown()),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "the unknown one may be the larger",
            size.clone(),
            displays(
                json!([{ "name": "A", "diagonal_tenths": known(60) }, { "name": "B", "diagonal_tenths": unknown() }]),
            ),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "a known one is large enough",
            size.clone(),
            displays(
                json!([{ "name": "A", "diagonal_tenths": known(101) }, { "name": "B", "diagonal_tenths": unknown() }]),
            ),
            Pass,
            R::Met,
        ),
        case(
            "no display at all",
            size,
            displays(json!([])),
            Fail,
            R::DisplayTooFew,
        ),
        case(
            "one miss decides beside an unknown",
            json!({ "display": { "min_displays": 2, "touch": true } }),
            inventory(
                json!({ "display": { "displays": known(json!([{ "name": "A" }])), "touch": unknown() } }),
            ),
            Fail,
            R::DisplayTooFew,
        ),
    ]
}

fn browser() -> Vec<Case> {
    let by_name = json!({ "browser": { "browsers": ["edge", "chrome"], "or_app": "zoom-client" } });
    let recent = json!({ "browser": {
        "browsers": ["chrome", "safari", "young", "unheard-of"], "releases_before_latest": 2, "or_app": "zoom-client"
    } });
    let one =
        |id: &str, version: Value| known(json!([{ "id": id, "name": id, "version": version }]));
    let at = |day: &str, browsers: Value, apps: Value| {
        json!({
            "collected_at": format!("{day}T12:00:00Z"),
            "inventory": { "browsers": browsers, "apps": apps }
        })
    };
    let none = || known(json!([]));
    let app = || known(json!([{ "id": "zoom-client", "name": "Zoom" }]));
    let fresh = |id: &str, version: &str| at("2026-06-10", one(id, known(version)), none());
    let stale = |id: &str, version: &str| at("2026-08-10", one(id, known(version)), none());
    let c = |name, evidence, verdict, reason| case(name, recent.clone(), evidence, verdict, reason);
    vec![
        case(
            "the name decides",
            by_name.clone(),
            at("2026-06-10", one("edge", unknown()), none()),
            Pass,
            R::Met,
        ),
        case(
            "an unlisted browser",
            by_name.clone(),
            at("2026-06-10", one("firefox", known("1")), none()),
            Fail,
            R::BrowserMissing,
        ),
        case(
            "an unlisted browser, by its severity",
            by_name.clone(),
            at("2026-06-10", one("firefox", known("1")), none()),
            Warn,
            R::BrowserMissing,
        )
        .with(json!({ "on_unlisted": "warn" })),
        case(
            "no browser at all",
            by_name.clone(),
            at("2026-06-10", none(), none()),
            Fail,
            R::BrowserMissing,
        )
        .with(json!({ "on_unlisted": "warn" })),
        case(
            "the app is enough",
            by_name.clone(),
            at("2026-06-10", none(), app()),
            Pass,
            R::AppSuffices,
        ),
        case(
            "the app is enough though browsers are unknown",
            by_name.clone(),
            at("2026-06-10", unknown(), app()),
            Pass,
            R::AppSuffices,
        ),
        case(
            "the app may be there",
            by_name.clone(),
            at("2026-06-10", none(), unknown()),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "browsers unknown",
            by_name,
            at("2026-06-10", unknown(), none()),
            Inconclusive,
            R::Unknown,
        ),
        c("the latest", fresh("chrome", "111.0.5563.64"), Pass, R::Met),
        c(
            "two before the latest",
            fresh("chrome", "109.0"),
            Pass,
            R::Met,
        ),
        c(
            "three before the latest",
            fresh("chrome", "108.0"),
            Fail,
            R::BrowserTooOld,
        ),
        c("newer than the data", fresh("chrome", "113"), Pass, R::Met),
        c(
            "Safari 17 is two majors before 26",
            fresh("safari", "17.6"),
            Pass,
            R::Met,
        ),
        c(
            "the day of the run decides the latest",
            at("2026-03-20", one("chrome", known("107")), none()),
            Pass,
            R::Met,
        ),
        c(
            "stale data proves too old",
            stale("chrome", "108"),
            Fail,
            R::BrowserTooOld,
        ),
        c(
            "stale data proves nothing else",
            stale("chrome", "111"),
            Inconclusive,
            R::BrowserDataStale,
        ),
        c(
            "newer than stale data",
            stale("chrome", "119"),
            Inconclusive,
            R::BrowserDataStale,
        ),
        c(
            "60 days are fresh",
            at("2026-07-31", one("chrome", known("111")), none()),
            Pass,
            R::Met,
        ),
        c(
            "61 days are stale",
            at("2026-08-01", one("chrome", known("111")), none()),
            Inconclusive,
            R::BrowserDataStale,
        ),
        c(
            "a run without a date",
            json!({ "inventory": { "browsers": one("chrome", known("111")), "apps": none() } }),
            Inconclusive,
            R::BrowserDataStale,
        ),
        c(
            "no data of this browser",
            fresh("unheard-of", "1"),
            Inconclusive,
            R::BrowserDataStale,
        ),
        c(
            "data that begins too late to tell",
            fresh("young", "2"),
            Inconclusive,
            R::BrowserDataStale,
        ),
        c(
            "version unknown",
            at("2026-06-10", one("chrome", unknown()), none()),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "too old, and the app is enough",
            at("2026-06-10", one("chrome", known("90")), app()),
            Pass,
            R::AppSuffices,
        ),
        c(
            "too old, and the app may be there",
            at("2026-06-10", one("chrome", known("90")), unknown()),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "one good browser beside an old one",
            at(
                "2026-06-10",
                known(json!([
                    { "id": "chrome", "name": "C", "version": known("90") },
                    { "id": "safari", "name": "S", "version": known("26.1") }
                ])),
                none(),
            ),
            Pass,
            R::Met,
        ),
        case(
            "a printed number",
            json!({ "browser": { "browsers": ["safari"], "at_least": [{ "app": "safari", "version": "5" }] } }),
            fresh("safari", "4.1"),
            Fail,
            R::BrowserTooOld,
        ),
        case(
            "a printed number reached",
            json!({ "browser": { "browsers": ["safari"], "at_least": [{ "app": "safari", "version": "5" }] } }),
            fresh("safari", "5.0"),
            Pass,
            R::Met,
        ),
    ]
}

fn app() -> Vec<Case> {
    let any = json!({ "app": { "app": "zoom-client" } });
    let recent = json!({ "app": { "app": "zoom-client", "at_least": "5.17" } });
    let with = |version: Value| {
        inventory(
            json!({ "apps": known(json!([{ "id": "zoom-client", "name": "Zoom", "version": version }])) }),
        )
    };
    vec![
        case("there", any.clone(), with(unknown()), Pass, R::Met),
        case(
            "not there",
            any.clone(),
            inventory(json!({ "apps": known(json!([])) })),
            Warn,
            R::AppMissing,
        )
        .with(json!({ "on_fail": "warn" })),
        case(
            "apps unknown",
            any,
            json!({}),
            Inconclusive,
            R::NotCollected,
        ),
        case(
            "recent",
            recent.clone(),
            with(known("5.17.0")),
            Pass,
            R::Met,
        ),
        case(
            "old",
            recent.clone(),
            with(known("5.9")),
            Fail,
            R::AppTooOld,
        ),
        case(
            "of unknown version",
            recent,
            with(unknown()),
            Inconclusive,
            R::Unknown,
        ),
    ]
}

fn link() -> Vec<Case> {
    let rule = json!({ "link": {
        "kinds": ["wired", "wifi", "cellular"], "wifi": ["802.11n", "802.11ac"], "cellular": ["3g", "lte"]
    } });
    let on = |kind: &str, technology: Value| {
        inventory(json!({ "link": { "kind": known(kind), "technology": technology } }))
    };
    let vpn = |underlying: Value| {
        inventory(json!({ "link": { "kind": known("vpn"), "underlying": underlying } }))
    };
    let c = |name, evidence, verdict, reason| {
        case(name, rule.clone(), evidence, verdict, reason).with(json!({ "on_unlisted": "warn" }))
    };
    vec![
        c("wired", on("wired", unknown()), Pass, R::Met),
        c(
            "Wi-Fi of a listed standard",
            on("wifi", known("IEEE 802.11AC")),
            Pass,
            R::Met,
        ),
        c(
            "Wi-Fi of another standard",
            on("wifi", known("802.11ax")),
            Warn,
            R::LinkTechnologyUnlisted,
        ),
        c(
            "Wi-Fi of unknown standard",
            on("wifi", unknown()),
            Inconclusive,
            R::Unknown,
        ),
        c("mobile", on("cellular", known("LTE")), Pass, R::Met),
        c(
            "mobile of another generation",
            on("cellular", known("2g")),
            Warn,
            R::LinkTechnologyUnlisted,
        ),
        c(
            "another kind",
            on("other", unknown()),
            Warn,
            R::LinkUnlisted,
        ),
        c(
            "no network at all",
            on("loopback", unknown()),
            Fail,
            R::LinkUnlisted,
        ),
        c("a tunnel over a wire", vpn(known("wired")), Pass, R::Met),
        c(
            "a tunnel over something",
            vpn(unknown()),
            Inconclusive,
            R::LinkHidden,
        ),
        c(
            "a tunnel in a tunnel",
            vpn(known("vpn")),
            Inconclusive,
            R::LinkHidden,
        ),
        c(
            "a guest's interface",
            on("virtual", unknown()),
            Inconclusive,
            R::LinkVirtual,
        ),
        c(
            "a virtual switch of a real machine",
            inventory(json!({
                "link": { "kind": known("virtual") },
                "session": { "virtual_machine": known(false) }
            })),
            Inconclusive,
            R::LinkSwitch,
        ),
        c(
            "a container on a real machine",
            inventory(json!({
                "link": { "kind": known("virtual") },
                "session": { "virtual_machine": known(false), "hypervisor": known("container:docker") }
            })),
            Inconclusive,
            R::LinkVirtual,
        ),
        c(
            "a tunnel inside a guest",
            vpn(known("virtual")),
            Inconclusive,
            R::LinkVirtual,
        ),
        c(
            "not told",
            inventory(json!({ "link": { "kind": unknown() } })),
            Inconclusive,
            R::Unknown,
        ),
        case(
            "any Wi-Fi where no standard is printed",
            json!({ "link": { "kinds": ["wifi"] } }),
            on("wifi", unknown()),
            Pass,
            R::Met,
        ),
    ]
}

fn session() -> Vec<Case> {
    let rule = json!({ "session": { "virtual_desktop": "not-recommended" } });
    let with = |session: Value| inventory(json!({ "session": session }));
    let c = |name, evidence, verdict, reason| {
        case(name, rule.clone(), evidence, verdict, reason).with(json!({ "on_fail": "warn" }))
    };
    vec![
        c(
            "proved absent",
            with(json!({ "virtual_desktop": known("none") })),
            Pass,
            R::Met,
        ),
        c(
            "Citrix",
            with(json!({ "virtual_desktop": known("citrix") })),
            Warn,
            R::VirtualDesktop,
        ),
        c(
            "a local session",
            with(json!({ "virtual_desktop": unknown(), "remote": known(false) })),
            Pass,
            R::Met,
        ),
        c(
            "not told",
            with(json!({ "virtual_desktop": unknown(), "remote": known(true) })),
            Inconclusive,
            R::Unknown,
        ),
        c("nobody looked", json!({}), Inconclusive, R::NotCollected),
    ]
}

fn platforms() -> Vec<Case> {
    let memory = json!({ "memory": { "at_least": 4096 } });
    let on_windows = |family: Value| {
        inventory(json!({ "os": { "family": family }, "memory": { "installed": known(8192) } }))
    };
    let only_windows = json!({ "applies": { "platforms": ["windows"] } });
    let controllers = json!([
        { "id": "ipad", "default": true, "platforms": ["ipados"] },
        { "id": "android", "platforms": ["android"] }
    ]);
    let controller = |name, rule: Value, requirement: Value, evidence, verdict, reason| Case {
        variants: controllers.clone(),
        ..case(name, rule, evidence, verdict, reason).with(requirement)
    };
    vec![
        case(
            "for this platform",
            memory.clone(),
            on_windows(known("windows")),
            Pass,
            R::Met,
        )
        .with(only_windows.clone()),
        case(
            "for another platform",
            memory.clone(),
            on_windows(known("macos")),
            NotApplicable,
            R::OtherPlatform,
        )
        .with(only_windows.clone()),
        case(
            "for a platform, and this one is unknown",
            memory.clone(),
            on_windows(unknown()),
            Inconclusive,
            R::Unknown,
        )
        .with(only_windows.clone()),
        case(
            "a statement",
            json!({ "statement": { "about": "condition" } }),
            json!({}),
            NotApplicable,
            R::Statement,
        )
        .with(json!({ "level": "informative" })),
        controller(
            "the iPad's memory is not this PC's",
            memory.clone(),
            json!({}),
            on_windows(known("windows")),
            Inconclusive,
            R::OtherDevice,
        ),
        controller(
            "the iPad's facts, supplied",
            memory.clone(),
            json!({}),
            on_windows(known("ipados")),
            Pass,
            R::Met,
        ),
        controller(
            "an iPad is not Windows",
            memory,
            only_windows,
            on_windows(known("windows")),
            NotApplicable,
            R::OtherPlatform,
        ),
        controller(
            "the network is judged from any device",
            json!({ "port": { "transport": "tcp", "ports": ["443"], "scope": "cloud" } }),
            json!({}),
            on_windows(known("windows")),
            Inconclusive,
            R::NetworkNotAsked,
        ),
    ]
}
