//! Same network, ports, bandwidth and quality.

use meetready::model::Reason as R;
use meetready::model::Verdict::{Fail, Inconclusive, Pass, Warn};
use serde_json::{Value, json};

use super::support::{Case, case, known, unknown};

pub fn all() -> Vec<Case> {
    let mut all = ports();
    all.extend(vendor());
    all.extend(ranges());
    all.extend(lan());
    all.extend(same_network());
    all.extend(bandwidth());
    all.extend(quality());
    all
}

pub fn reflector(role: &str) -> Value {
    json!({ "id": "reflector-1", "address": "192.0.2.9:8443", "role": known(role) })
}

fn failed_reflector() -> Value {
    json!({ "id": "reflector-1", "address": "192.0.2.9:8443", "role": unknown(), "failure": { "code": "timed-out" } })
}

pub fn reading(
    role: &str,
    transport: &str,
    family: &str,
    asked: &[&str],
    outcomes: Value,
) -> Value {
    let scope = if role == "lan" { "lan" } else { "cloud" };
    json!({
        "id": format!("port-{family}"), "reflector": "reflector-1", "role": role, "scope": scope,
        "transport": transport, "family": family, "asked": asked, "method": "every", "tried": 1,
        "outcomes": outcomes
    })
}

pub fn open(ports: &[&str]) -> Value {
    json!({ "ports": ports, "state": { "open": { "grade": "authenticated-echo" } } })
}

pub fn silent(ports: &[&str], tries: u32, control: bool, died: Value) -> Value {
    json!({ "ports": ports, "state": { "silent": { "tries": tries, "control": control, "died": died } } })
}

fn state(ports: &[&str], state: &str, code: &str) -> Value {
    json!({ "ports": ports, "state": { state: { "failure": { "code": code } } } })
}

fn seen(host: &str, port: u16, family: &str, grade: &str, failure: Option<&str>) -> Value {
    let mut seen = json!({
        "id": format!("tls-{host}-{port}-{family}"), "probe": "tls", "host": host, "port": port, "family": family,
        "steps": [], "grade": grade
    });
    if let Some(code) = failure {
        seen["failure"] = json!({ "code": code });
    }
    seen
}

fn net(reflectors: &[Value], ports: &[Value], observations: &[Value]) -> Value {
    json!({ "network": { "reflectors": reflectors, "ports": ports, "observations": observations } })
}

fn up() -> Value {
    known("up")
}

fn ports() -> Vec<Case> {
    let udp = json!({ "port": {
        "transport": "udp", "ports": ["3478-3479", "8801"], "scope": "cloud", "fallback_tcp": 443
    } });
    let udp_only =
        json!({ "port": { "transport": "udp", "ports": ["3478-3479", "8801"], "scope": "cloud" } });
    let all: &[&str] = &["3478-3479", "8801"];
    let outside = |readings: &[Value]| net(&[reflector("outside")], readings, &[]);
    let v4 = |outcomes: Value| reading("outside", "udp", "ipv4", all, outcomes);
    let v6 = |outcomes: Value| reading("outside", "udp", "ipv6", all, outcomes);
    let tcp = |outcomes: Value| reading("outside", "tcp", "ipv4", &["443"], outcomes);
    let c = |name, evidence, verdict, reason| case(name, udp.clone(), evidence, verdict, reason);
    vec![
        c("not asked", json!({}), Inconclusive, R::NetworkNotAsked),
        c(
            "no reflector",
            net(&[], &[], &[]),
            Inconclusive,
            R::NoReflector,
        ),
        c(
            "a reflector that did not answer",
            net(&[failed_reflector()], &[], &[]),
            Inconclusive,
            R::ReflectorUnusable,
        ),
        c(
            "a reflector, and no reading",
            outside(&[]),
            Inconclusive,
            R::MeasurementFailed,
        ),
        c(
            "only a reflector in the room",
            net(&[reflector("lan")], &[], &[]),
            Inconclusive,
            R::NeedsOutsideReflector,
        ),
        c(
            "only this PC itself",
            net(
                &[reflector("self-test")],
                &[reading("self-test", "udp", "ipv4", all, json!([open(all)]))],
                &[],
            ),
            Inconclusive,
            R::SelfOnly,
        ),
        c(
            "a reading by the wrong role proves nothing",
            net(
                &[reflector("lan")],
                &[{
                    let mut r = reading("lan", "udp", "ipv4", all, json!([open(all)]));
                    r["scope"] = json!("cloud");
                    r
                }],
                &[],
            ),
            Inconclusive,
            R::NeedsOutsideReflector,
        ),
        c("all open", outside(&[v4(json!([open(all)]))]), Pass, R::Met),
        c(
            "open over IPv6 alone tested",
            outside(&[v6(json!([open(all)]))]),
            Pass,
            R::Met,
        ),
        c(
            "open over both",
            outside(&[v4(json!([open(all)])), v6(json!([open(all)]))]),
            Pass,
            R::Met,
        ),
        c(
            "IPv6 blocked beside IPv4",
            outside(&[
                v4(json!([open(all)])),
                v6(json!([silent(all, 5, true, up())])),
            ]),
            Warn,
            R::OneFamilyOnly,
        ),
        c(
            "IPv6 unproved beside IPv4",
            outside(&[
                v4(json!([open(all)])),
                v6(json!([silent(all, 5, false, unknown())])),
            ]),
            Pass,
            R::Met,
        ),
        c(
            "IPv6 rejected beside IPv4",
            outside(&[
                v4(json!([open(all)])),
                v6(json!([
                    open(&["3478-3479"]),
                    state(&["8801"], "rejected", "refused")
                ])),
            ]),
            Warn,
            R::OneFamilyOnly,
        ),
        c(
            "IPv4 answered by somebody else beside IPv6",
            outside(&[
                v4(json!([
                    open(&["3478-3479"]),
                    state(&["8801"], "unproved", "not-our-reflector")
                ])),
                v6(json!([open(all)])),
            ]),
            Warn,
            R::PortsIntercepted,
        ),
        c(
            "IPv6 leads nowhere beside IPv4",
            outside(&[
                v4(json!([open(all)])),
                v6(json!([state(all, "unproved", "network-unreachable")])),
            ]),
            Pass,
            R::Met,
        ),
        c(
            "blocked on the way out",
            outside(&[v4(json!([
                open(&["3478-3479"]),
                silent(&["8801"], 5, true, up())
            ]))]),
            Fail,
            R::PortsBlockedUp,
        ),
        c(
            "blocked on the way back",
            outside(&[v4(json!([silent(all, 5, true, known("down"))]))]),
            Fail,
            R::PortsBlockedDown,
        ),
        c(
            "blocked somewhere",
            outside(&[v4(json!([silent(all, 5, true, unknown())]))]),
            Fail,
            R::PortsBlocked,
        ),
        c(
            "blocked in both ways",
            outside(&[v4(json!([
                silent(&["3478-3479"], 5, true, up()),
                silent(&["8801"], 5, true, known("down"))
            ]))]),
            Fail,
            R::PortsBlocked,
        ),
        c(
            "rejected",
            outside(&[v4(json!([
                open(&["3478-3479"]),
                state(&["8801"], "rejected", "refused")
            ]))]),
            Fail,
            R::PortsRejected,
        ),
        c(
            "silence without a control",
            outside(&[v4(json!([silent(all, 5, false, unknown())]))]),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "silence after two tries",
            outside(&[v4(json!([silent(all, 2, true, up())]))]),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "not all were tried",
            outside(&[v4(json!([open(&["3478-3479"])]))]),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "one family blocked, the other unproved",
            outside(&[
                v4(json!([silent(all, 5, true, up())])),
                v6(json!([silent(all, 5, false, unknown())])),
            ]),
            Fail,
            R::PortsBlockedUp,
        ),
        c(
            "not held by the reflector",
            outside(&[v4(json!([
                open(&["3478-3479"]),
                state(&["8801"], "not-tested", "port-not-held")
            ]))]),
            Inconclusive,
            R::PortsNotTestable,
        ),
        c(
            "somebody else answered",
            outside(&[v4(json!([
                open(&["3478-3479"]),
                state(&["8801"], "unproved", "not-our-reflector")
            ]))]),
            Inconclusive,
            R::PortsIntercepted,
        ),
        c(
            "cut off after the handshake",
            outside(&[v4(json!([
                open(&["3478-3479"]),
                state(&["8801"], "unproved", "reset")
            ]))]),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "an open reading outweighs a silent one",
            outside(&[
                v4(json!([silent(all, 5, true, up())])),
                v4(json!([open(all)])),
            ]),
            Pass,
            R::Met,
        ),
        c(
            "media falls back to TCP 443",
            outside(&[
                v4(json!([silent(all, 5, true, up())])),
                tcp(json!([open(&["443"])])),
            ]),
            Warn,
            R::PortsFallBack,
        ),
        c(
            "media falls back to the vendor's TCP 443",
            net(
                &[reflector("outside")],
                &[v4(json!([silent(all, 5, true, up())]))],
                &[seen("zoom.us", 443, "ipv4", "service-reply", None)],
            ),
            Warn,
            R::PortsFallBack,
        ),
        c(
            "a handshake is no way to fall back",
            net(
                &[reflector("outside")],
                &[v4(json!([silent(all, 5, true, up())]))],
                &[seen(
                    "zoom.us",
                    443,
                    "ipv4",
                    "handshake-only",
                    Some("tls-failed"),
                )],
            ),
            Fail,
            R::PortsBlockedUp,
        ),
        case(
            "no fall-back is printed",
            udp_only,
            outside(&[
                v4(json!([silent(all, 5, true, up())])),
                tcp(json!([open(&["443"])])),
            ]),
            Fail,
            R::PortsBlockedUp,
        ),
    ]
}

fn vendor() -> Vec<Case> {
    let https = json!({ "port": { "transport": "tcp", "ports": ["443"], "scope": "cloud" } });
    let more =
        json!({ "port": { "transport": "tcp", "ports": ["443", "8801"], "scope": "cloud" } });
    let none = |seen: &[Value]| net(&[], &[], seen);
    let good = || seen("zoom.us", 443, "ipv4", "service-reply", None);
    let inspected = || {
        let mut s = seen("zoom.com", 443, "ipv4", "service-reply", None);
        s["intercepted"] = json!(true);
        s
    };
    let dns = |code: &str| {
        json!({
            "id": format!("dns-{code}"), "probe": "dns", "host": "zoom.us", "port": 0, "family": "ipv4",
            "steps": [], "grade": "silence", "failure": { "code": code }
        })
    };
    vec![
        case(
            "the vendor's own answer",
            https.clone(),
            none(&[good()]),
            Pass,
            R::Met,
        ),
        case(
            "one name answers, another does not",
            https.clone(),
            none(&[
                seen("zoom.com", 443, "ipv4", "silence", Some("timed-out")),
                good(),
            ]),
            Pass,
            R::Met,
        ),
        case(
            "it proves no other port",
            more.clone(),
            none(&[good()]),
            Inconclusive,
            R::NoReflector,
        ),
        case(
            "no answer, and no control",
            https.clone(),
            none(&[seen("zoom.us", 443, "ipv4", "silence", Some("timed-out"))]),
            Inconclusive,
            R::PortsUnproved,
        ),
        case(
            "a refusal, and no control",
            https.clone(),
            none(&[seen("zoom.us", 443, "ipv4", "reject", Some("refused"))]),
            Inconclusive,
            R::PortsUnproved,
        ),
        case(
            "a handshake alone",
            https.clone(),
            none(&[seen(
                "zoom.us",
                443,
                "ipv4",
                "handshake-only",
                Some("tls-failed"),
            )]),
            Inconclusive,
            R::PortsUnproved,
        ),
        case(
            "TLS inspection",
            https.clone(),
            none(&[inspected()]),
            Inconclusive,
            R::PortsIntercepted,
        ),
        case(
            "an untrusted certificate",
            https.clone(),
            none(&[seen(
                "zoom.us",
                443,
                "ipv4",
                "handshake-only",
                Some("certificate-untrusted"),
            )]),
            Inconclusive,
            R::PortsIntercepted,
        ),
        case(
            "one name inspected, one not",
            https.clone(),
            none(&[inspected(), good()]),
            Warn,
            R::PortsIntercepted,
        ),
        case(
            "an expired certificate may be this PC's clock",
            https.clone(),
            none(&[seen(
                "zoom.us",
                443,
                "ipv4",
                "handshake-only",
                Some("certificate-expired"),
            )]),
            Inconclusive,
            R::PortsUnproved,
        ),
        case(
            "no name resolves",
            more.clone(),
            none(&[
                dns("dns-unreachable"),
                seen("zoom.us", 443, "ipv4", "silence", Some("dns-unreachable")),
            ]),
            Inconclusive,
            R::DnsFailed,
        ),
        case(
            "no name resolves, and nothing else was asked",
            https.clone(),
            none(&[dns("dns-no-such-name"), dns("dns-no-address")]),
            Inconclusive,
            R::DnsFailed,
        ),
        case(
            "no address of one family is no failure",
            https.clone(),
            none(&[dns("dns-no-address"), good()]),
            Pass,
            R::Met,
        ),
        case(
            "an echo through the reflector proves the port when names fail",
            https,
            net(
                &[reflector("outside")],
                &[reading(
                    "outside",
                    "tcp",
                    "ipv4",
                    &["443"],
                    json!([open(&["443"])]),
                )],
                &[dns("dns-unreachable")],
            ),
            Pass,
            R::Met,
        ),
        case(
            "vendor and reflector together",
            more,
            net(
                &[reflector("outside")],
                &[reading(
                    "outside",
                    "tcp",
                    "ipv4",
                    &["8801"],
                    json!([open(&["8801"])]),
                )],
                &[good()],
            ),
            Pass,
            R::Met,
        ),
    ]
}

fn ranges() -> Vec<Case> {
    let rule =
        json!({ "port": { "transport": "udp", "ports": ["20000-64000"], "scope": "cloud" } });
    let sample = |tried: u32, more: Option<Value>| {
        let ports: Vec<String> = (0..tried).map(|i| (20_000 + i * 40).to_string()).collect();
        let mut outcomes =
            vec![json!({ "ports": ports, "state": { "open": { "grade": "authenticated-echo" } } })];
        outcomes.extend(more);
        let mut r = reading(
            "outside",
            "udp",
            "ipv4",
            &["20000-64000"],
            Value::from(outcomes),
        );
        r["method"] = json!("sample");
        r["tried"] = json!(tried);
        net(&[reflector("outside")], &[r], &[])
    };
    let c = |name, evidence, verdict, reason| case(name, rule.clone(), evidence, verdict, reason);
    vec![
        c("300 of 44,001", sample(300, None), Pass, R::PortsSampled),
        c(
            "20 of 44,001 say too little",
            sample(20, None),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "a block in a sample",
            sample(300, Some(silent(&["63000-63999"], 4, true, up()))),
            Fail,
            R::PortsBlockedUp,
        ),
        c(
            "ports that the reflector could not hold were not tried",
            sample(300, Some(state(&["63999"], "not-tested", "port-not-held"))),
            Pass,
            R::PortsSampled,
        ),
        c(
            "every port",
            net(
                &[reflector("outside")],
                &[reading(
                    "outside",
                    "udp",
                    "ipv4",
                    &["20000-64000"],
                    json!([open(&["20000-64000"])]),
                )],
                &[],
            ),
            Pass,
            R::Met,
        ),
    ]
}

fn lan() -> Vec<Case> {
    let rule = json!({ "port": { "transport": "tcp", "ports": ["9090"], "scope": "lan" } });
    let room = |outcomes: Value| {
        net(
            &[reflector("lan")],
            &[reading("lan", "tcp", "ipv4", &["9090"], outcomes)],
            &[],
        )
    };
    let c = |name, evidence, verdict, reason| case(name, rule.clone(), evidence, verdict, reason);
    vec![
        c(
            "open in the room",
            room(json!([open(&["9090"])])),
            Pass,
            R::Met,
        ),
        c(
            "blocked in the room",
            room(json!([silent(&["9090"], 3, true, up())])),
            Fail,
            R::PortsBlockedUp,
        ),
        c(
            "no reflector in the room",
            net(&[], &[], &[]),
            Inconclusive,
            R::NeedsLanReflector,
        ),
        c(
            "one outside proves nothing in the room",
            net(&[reflector("outside")], &[], &[]),
            Inconclusive,
            R::NeedsLanReflector,
        ),
        c(
            "this PC itself",
            net(&[reflector("self-test")], &[], &[]),
            Inconclusive,
            R::SelfOnly,
        ),
        c(
            "the vendor's answer proves nothing in the room",
            net(
                &[],
                &[],
                &[seen("zoom.us", 9090, "ipv4", "service-reply", None)],
            ),
            Inconclusive,
            R::NeedsLanReflector,
        ),
    ]
}

fn same_network() -> Vec<Case> {
    let rule = json!({ "same_network": { "peer": "rooms" } });
    let at =
        |address: &str| json!({ "id": "reflector-1", "address": address, "role": known("lan") });
    let room = |peer: Value, subnets: Value, outcomes: Option<Value>| {
        let ports: Vec<Value> = outcomes
            .map(|o| reading("lan", "tcp", "ipv4", &["9090"], o))
            .into_iter()
            .collect();
        json!({
            "inventory": { "link": { "subnets": subnets } },
            "network": { "reflectors": [peer], "ports": ports }
        })
    };
    let own = || {
        known(
            json!([{ "address": "192.0.2.77", "prefix": 24 }, { "address": "2001:db8::7", "prefix": 64 }]),
        )
    };
    let c = |name, evidence, verdict, reason| case(name, rule.clone(), evidence, verdict, reason);
    vec![
        c(
            "same subnet",
            room(at("192.0.2.9:8443"), own(), None),
            Pass,
            R::Met,
        ),
        c(
            "same subnet, IPv6",
            room(at("[2001:db8::99]:8443"), own(), None),
            Pass,
            R::Met,
        ),
        c(
            "another subnet, ports open",
            room(
                at("198.51.100.9:8443"),
                own(),
                Some(json!([open(&["9090"])])),
            ),
            Pass,
            R::OtherSubnetPortsOpen,
        ),
        c(
            "another subnet, ports blocked",
            room(
                at("198.51.100.9:8443"),
                own(),
                Some(json!([silent(&["9090"], 3, true, up())])),
            ),
            Fail,
            R::OtherSubnet,
        ),
        c(
            "another subnet, ports unproved",
            room(
                at("198.51.100.9:8443"),
                own(),
                Some(json!([silent(&["9090"], 3, false, up())])),
            ),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "another subnet, ports not tried",
            room(at("198.51.100.9:8443"), own(), None),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "subnets unknown, ports open",
            room(
                at("198.51.100.9:8443"),
                unknown(),
                Some(json!([open(&["9090"])])),
            ),
            Pass,
            R::Met,
        ),
        c(
            "subnets unknown, ports blocked",
            room(
                at("control-pc:8443"),
                unknown(),
                Some(json!([silent(&["9090"], 3, true, up())])),
            ),
            Fail,
            R::PortsBlocked,
        ),
        c(
            "the peer is this PC",
            room(at("127.0.0.1:8443"), own(), None),
            Inconclusive,
            R::SelfOnly,
        ),
        c(
            "the peer is this PC by its own address",
            room(at("192.0.2.77:8443"), own(), None),
            Inconclusive,
            R::SelfOnly,
        ),
        c(
            "a route to everywhere is no subnet",
            room(
                at("198.51.100.9:8443"),
                known(json!([{ "address": "192.0.2.77", "prefix": 0 }])),
                None,
            ),
            Inconclusive,
            R::PortsUnproved,
        ),
        c(
            "no peer",
            json!({ "network": {} }),
            Inconclusive,
            R::PeerUnknown,
        ),
        c(
            "the peer did not answer",
            json!({ "network": { "reflectors": [failed_reflector()] } }),
            Inconclusive,
            R::ReflectorUnusable,
        ),
        c("not asked", json!({}), Inconclusive, R::NetworkNotAsked),
    ]
}

fn bandwidth() -> Vec<Case> {
    let rule = json!({ "bandwidth": {
        "scenario": "group-hd",
        "up": { "lower_kbps": 2600, "upper_kbps": 2600 }, "down": { "lower_kbps": 1800, "upper_kbps": 1800 }
    } });
    let range = json!({ "bandwidth": { "scenario": "voip", "up": { "lower_kbps": 60, "upper_kbps": 80 } } });
    let rate = |role: &str, direction: &str, family: &str, at_least: Value, at_most: Value| {
        json!({
            "id": format!("capacity-{direction}-{family}"), "reflector": "reflector-1", "role": role,
            "direction": direction, "family": family, "at_least": at_least, "at_most": at_most, "trains": []
        })
    };
    let line = |direction: &str, at_least: Value, at_most: Value| {
        rate("outside", direction, "ipv4", at_least, at_most)
    };
    let outside = |capacity: &[Value]| json!({ "network": { "reflectors": [reflector("outside")], "capacity": capacity } });
    let null = || Value::Null;
    let together = |up_least: Value, up_most: Value, down_least: Value, down_most: Value| {
        let mut all = outside(&[
            line("up", json!(5_200_000), null()),
            line("down", json!(3_600_000), null()),
        ]);
        let side = |need: u64, at_least: Value, at_most: Value| json!({ "need": need, "at_least": at_least, "at_most": at_most, "trains": [] });
        all["network"]["together"] = json!([{
            "id": "together-1", "reflector": "reflector-1", "role": "outside", "family": "ipv4",
            "up": side(2_600_000, up_least, up_most), "down": side(1_800_000, down_least, down_most),
        }]);
        all
    };
    let limited = |direction: &str, at_least: Value| {
        let mut r = line(direction, at_least, null());
        r["sender_limited"] = json!(true);
        r
    };
    let c = |name, evidence, verdict, reason| case(name, rule.clone(), evidence, verdict, reason);
    vec![
        c(
            "enough both ways",
            outside(&[
                line("up", json!(5_200_000), null()),
                line("down", json!(3_600_000), null()),
            ]),
            Pass,
            R::Met,
        ),
        c(
            "enough apart, and together",
            together(json!(2_700_000), null(), json!(1_850_000), null()),
            Pass,
            R::Met,
        ),
        c(
            "enough apart, not together",
            together(null(), json!(2_200_000), null(), json!(1_500_000)),
            Fail,
            R::BandwidthNotTogether,
        ),
        c(
            "enough apart, one starved by the other",
            together(null(), json!(2_100_000), json!(1_850_000), null()),
            Fail,
            R::BandwidthNotTogether,
        ),
        c(
            "enough apart, not told together",
            together(null(), json!(2_650_000), null(), json!(1_820_000)),
            Inconclusive,
            R::BandwidthUnclear,
        ),
        c(
            "enough apart, and nothing came of both at once",
            together(null(), null(), null(), null()),
            Pass,
            R::Met,
        ),
        Case {
            participants: 3,
            ..c(
                "not for three",
                outside(&[
                    line("up", json!(5_200_000), json!(6_000_000)),
                    line("down", json!(9_000_000), null()),
                ]),
                Fail,
                R::BandwidthTooLow,
            )
        },
        c(
            "too little up",
            outside(&[
                line("up", json!(900_000), json!(1_100_000)),
                line("down", json!(9_000_000), null()),
            ]),
            Fail,
            R::BandwidthTooLow,
        ),
        c(
            "too little up, recommended",
            outside(&[
                line("up", null(), json!(1_100_000)),
                line("down", json!(9_000_000), null()),
            ]),
            Warn,
            R::BandwidthTooLow,
        )
        .with(json!({ "on_fail": "warn" })),
        c(
            "the need lies between",
            outside(&[
                line("up", json!(2_000_000), json!(3_000_000)),
                line("down", json!(9_000_000), null()),
            ]),
            Inconclusive,
            R::BandwidthUnclear,
        ),
        c(
            "the sender was too slow",
            outside(&[
                limited("up", json!(2_000_000)),
                line("down", json!(9_000_000), null()),
            ]),
            Inconclusive,
            R::BandwidthSenderLimited,
        ),
        c(
            "a sender's limit is not the line's",
            outside(&[
                {
                    let mut r = limited("up", json!(1_000_000));
                    r["at_most"] = json!(1_100_000);
                    r
                },
                line("down", json!(9_000_000), null()),
            ]),
            Inconclusive,
            R::BandwidthSenderLimited,
        ),
        c(
            "one direction failed",
            outside(&[
                line("up", json!(9_000_000), null()),
                line("down", null(), null()),
            ]),
            Inconclusive,
            R::MeasurementFailed,
        ),
        c(
            "one direction was not measured",
            outside(&[line("up", json!(9_000_000), null())]),
            Inconclusive,
            R::MeasurementFailed,
        ),
        c(
            "the better family carries the call",
            outside(&[
                rate("outside", "up", "ipv4", null(), json!(1_000_000)),
                rate("outside", "up", "ipv6", json!(9_000_000), null()),
                line("down", json!(9_000_000), null()),
            ]),
            Pass,
            R::Met,
        ),
        c(
            "both families are too slow",
            outside(&[
                rate("outside", "up", "ipv4", null(), json!(1_000_000)),
                rate("outside", "up", "ipv6", null(), json!(2_000_000)),
                line("down", json!(9_000_000), null()),
            ]),
            Fail,
            R::BandwidthTooLow,
        ),
        c(
            "no reflector",
            json!({ "network": {} }),
            Inconclusive,
            R::NoReflector,
        ),
        c("not asked", json!({}), Inconclusive, R::NetworkNotAsked),
        c(
            "this PC itself",
            json!({ "network": { "reflectors": [reflector("self-test")], "capacity": [rate("self-test", "up", "ipv4", json!(90_000_000), null())] } }),
            Inconclusive,
            R::SelfOnly,
        ),
        c(
            "in the room",
            json!({ "network": { "reflectors": [reflector("lan")], "capacity": [rate("lan", "up", "ipv4", json!(90_000_000), null())] } }),
            Inconclusive,
            R::NeedsOutsideReflector,
        ),
        case(
            "the upper end of a range",
            range.clone(),
            outside(&[line("up", json!(80_000), null())]),
            Pass,
            R::Met,
        ),
        case(
            "within a range",
            range.clone(),
            outside(&[line("up", json!(64_000), json!(79_000))]),
            Warn,
            R::WithinRange,
        ),
        case(
            "within a range, or above",
            range.clone(),
            outside(&[line("up", json!(64_000), json!(90_000))]),
            Inconclusive,
            R::BandwidthUnclear,
        ),
        case(
            "below a range",
            range,
            outside(&[line("up", json!(10_000), json!(50_000))]),
            Fail,
            R::BandwidthTooLow,
        ),
        case(
            "no direction asked",
            json!({ "bandwidth": { "scenario": "none" } }),
            json!({}),
            Pass,
            R::Met,
        ),
    ]
}

pub fn stream(direction: &str, family: &str, more: Value) -> Value {
    let mut base = json!({
        "id": format!("quality-{direction}-{family}"), "reflector": "reflector-1", "role": "outside",
        "direction": direction, "family": family, "port": 8801, "packets_sent": 1000, "packets_received": 995,
        "loss": 0.5, "loss_interval": [0.2, 1.2], "longest_burst": 1, "jitter": 4.0,
        "round_trip_p50": 20.0, "duration": 20000.0
    });
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

fn quality() -> Vec<Case> {
    let loss = json!({ "quality": { "metric": "loss", "max_percent": 2.0 } });
    let jitter = json!({ "quality": { "metric": "jitter", "max_ms": 40.0 } });
    let round_trip = json!({ "quality": { "metric": "round-trip", "max_ms": 300.0 } });
    let one_way = json!({ "quality": { "metric": "one-way-delay", "max_ms": 150.0 } });
    let outside = |streams: &[Value]| json!({ "network": { "reflectors": [reflector("outside")], "quality": streams } });
    let both =
        |up: Value, down: Value| outside(&[stream("up", "ipv4", up), stream("down", "ipv4", down)]);
    let fine = || json!({});
    let c = |name, rule: &Value, evidence, verdict, reason| {
        case(name, rule.clone(), evidence, verdict, reason)
            .with(json!({ "on_fail": "warn", "level": "recommended" }))
    };
    let delay = |ms: f64| {
        both(
            json!({ "round_trip_p50": ms }),
            json!({ "round_trip_p50": ms }),
        )
    };
    vec![
        c("little loss", &loss, both(fine(), fine()), Pass, R::Met),
        c(
            "much loss down",
            &loss,
            both(fine(), json!({ "loss": 5.0, "loss_interval": [3.9, 6.4] })),
            Warn,
            R::LossTooHigh,
        ),
        c(
            "too few packets to tell",
            &loss,
            both(fine(), json!({ "loss": 2.0, "loss_interval": [0.1, 10.6] })),
            Inconclusive,
            R::QualityUnclear,
        ),
        c(
            "nothing was sent",
            &loss,
            both(fine(), json!({ "packets_sent": 0, "packets_received": 0 })),
            Inconclusive,
            R::MeasurementFailed,
        ),
        c(
            "all was lost",
            &loss,
            both(
                fine(),
                json!({ "packets_received": 0, "loss": 100.0, "loss_interval": [99.6, 100.0] }),
            ),
            Warn,
            R::LossTooHigh,
        ),
        c(
            "the other direction does not matter",
            &json!({ "quality": { "metric": "loss", "max_percent": 2.0, "direction": "up" } }),
            both(fine(), json!({ "loss": 5.0, "loss_interval": [3.9, 6.4] })),
            Pass,
            R::Met,
        ),
        c(
            "the better family counts",
            &loss,
            outside(&[
                stream(
                    "up",
                    "ipv4",
                    json!({ "loss": 5.0, "loss_interval": [3.9, 6.4] }),
                ),
                stream("up", "ipv6", fine()),
            ]),
            Pass,
            R::Met,
        ),
        c(
            "little jitter",
            &jitter,
            both(fine(), json!({ "jitter": 40.0 })),
            Pass,
            R::Met,
        ),
        c(
            "much jitter",
            &jitter,
            both(fine(), json!({ "jitter": 41.0 })),
            Warn,
            R::JitterTooHigh,
        ),
        c(
            "one packet has no jitter",
            &jitter,
            both(fine(), json!({ "packets_received": 1, "jitter": 0.0 })),
            Inconclusive,
            R::MeasurementFailed,
        ),
        c("a short way", &round_trip, delay(300.0), Pass, R::Met),
        c(
            "a long way",
            &round_trip,
            delay(301.0),
            Warn,
            R::DelayTooHigh,
        ),
        c(
            "no answer, no delay",
            &round_trip,
            both(
                json!({ "round_trip_p50": null }),
                json!({ "round_trip_p50": null }),
            ),
            Inconclusive,
            R::MeasurementFailed,
        ),
        c(
            "a round trip within the limit proves each way",
            &one_way,
            delay(150.0),
            Pass,
            R::Met,
        ),
        c(
            "a round trip above it proves nothing",
            &one_way,
            delay(200.0),
            Inconclusive,
            R::QualityUnclear,
        ),
        c(
            "above twice the limit one way is over it",
            &one_way,
            delay(301.0),
            Warn,
            R::DelayTooHigh,
        ),
        c(
            "but not which",
            &json!({ "quality": { "metric": "one-way-delay", "max_ms": 150.0, "direction": "up" } }),
            delay(301.0),
            Inconclusive,
            R::QualityUnclear,
        ),
        c(
            "not asked",
            &loss,
            json!({}),
            Inconclusive,
            R::NetworkNotAsked,
        ),
        c(
            "no reflector",
            &loss,
            json!({ "network": {} }),
            Inconclusive,
            R::NoReflector,
        ),
        c(
            "this PC itself",
            &loss,
            json!({ "network": { "reflectors": [reflector("self-test")], "quality": [stream("up", "ipv4", json!({ "role": "self-test" }))] } }),
            Inconclusive,
            R::SelfOnly,
        ),
    ]
}
