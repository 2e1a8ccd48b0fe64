//! Handmade reports, each a situation that readers meet.

use meetready::model::evidence::{Evidence, EvidenceId, Subject, Tool};
use meetready::model::fact::{Fact, UnknownCode};
use meetready::model::inventory::{
    Bus, Device, Display, Inventory, LinkKind, OsFamily, Software, Subnet,
};
use meetready::model::media::{QualityMoment, StreamDetail};
use meetready::model::network::{
    CapacityReading, Direction, Failure, FailureCode, Family, Grade, IdleReading, NatMapping,
    NatReading, NetworkEvidence, Observation, PortOutcome, PortReading, PortState, ProbeKind,
    QualityReading, RangeMethod, ReflectorReading, ReflectorRole,
};
use meetready::model::ports::{FamilyPorts, PortFindings, PortStanding, StandingPorts};
use meetready::model::public::{SpeedReading, SpeedService, TcpThroughput};
use meetready::model::quantity::{Bound, Limit, Quantity, Value, What};
use meetready::model::reason::{NextStep, Owner, Reason};
use meetready::model::report::{
    CheckResult, Destination, LimitedBy, ManifestRef, ProductVerdict, REPORT_SCHEMA, Report,
    ScenarioResult, SignOff,
};
use meetready::model::requirement::{AddressList, Confidence, Level, Source};
use meetready::model::rule::{Need, PortRange, Scope, Transport};
use meetready::model::units::{Bps, Kbps, Mbps, Mebibytes, Megahertz, Millis, Percent};
use meetready::model::verdict::Verdict;

fn known<T>(value: T) -> Fact<T> {
    Fact::known(value, "test")
}

pub fn ports(list: &[(u16, u16)]) -> Vec<PortRange> {
    list.iter()
        .map(|(a, b)| PortRange::new(*a, *b).expect("a range"))
        .collect()
}

fn device(name: &str, bus: Bus) -> Device {
    Device {
        name: name.into(),
        bus: known(bus),
        default: known(true),
        ..Device::default()
    }
}

/// A PC that meets everything.
pub fn inventory() -> Inventory {
    let mut i = Inventory::default();
    i.os.family = known(OsFamily::Windows);
    i.os.name = Fact::known(
        "Windows 11 Pro".into(),
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProductName",
    );
    i.os.version = Fact::known("11".parse().expect("a version"), "CurrentBuildNumber");
    i.os.build = Fact::known("22631.4037".into(), "CurrentBuildNumber, UBR");
    i.cpu.brand = Fact::known(
        "13th Gen Intel\u{ae} Core\u{2122} i5-13500".into(),
        "CPUID 0x80000002",
    );
    i.cpu.physical_cores = Fact::known(14, "GetLogicalProcessorInformationEx");
    i.cpu.performance_cores = known(6);
    i.cpu.efficiency_cores = known(8);
    i.cpu.base_clock = Fact::known(Megahertz(2_500), "CPUID 0x16");
    i.memory.installed = Fact::known(Mebibytes(16_384), "SMBIOS type 17");
    i.cameras = known(vec![device("HD Pro Webcam C920", Bus::Usb)]);
    i.microphones = known(vec![device("マイク配列 (Realtek Audio)", Bus::BuiltIn)]);
    i.speakers = known(vec![device("スピーカー (Realtek Audio)", Bus::BuiltIn)]);
    i.display.displays = known(vec![Display {
        name: "DELL U2720Q".into(),
        width: known(3_840),
        height: known(2_160),
        ..Display::default()
    }]);
    i.browsers = known(vec![Software {
        id: "edge".into(),
        name: "Microsoft Edge".into(),
        version: known("131.0.2903.86".parse().expect("a version")),
    }]);
    i.apps = known(vec![Software {
        id: "zoom-client".into(),
        name: "Zoom Workplace".into(),
        version: known("6.2.11.50939".parse().expect("a version")),
    }]);
    i.link.interface = known("Ethernet".into());
    i.link.kind = known(LinkKind::Wired);
    i.link.speed = known(Mbps(1_000));
    i.link.subnets = known(vec![Subnet {
        address: "10.1.2.3".parse().expect("an address"),
        prefix: 24,
    }]);
    i.session.virtual_desktop = known("none".into());
    i
}

pub fn source(section: &str) -> Source {
    Source {
        document: "Zoom ライセンス サービス仕様書".into(),
        version: Some("3.5".into()),
        section: format!(
            "4. 動作環境 > Zoom ミーティング動作要件 (PC for Zoom ミーティング) > {section}"
        ),
        as_of: Some("2025-05".into()),
        confidence: Confidence::Document,
    }
}

/// A result that is met; the tests change what they need.
pub fn result(id: &str, kind: &str, section: &str) -> CheckResult {
    CheckResult {
        requirement: id.parse().expect("an id"),
        kind: kind.into(),
        product: "meetings".parse().expect("an id"),
        variant: None,
        level: Level::Required,
        verdict: Verdict::Pass,
        reason: Reason::Met,
        measured: Vec::new(),
        required: Vec::new(),
        evidence: Vec::new(),
        owner: None,
        next_step: None,
        notes: Vec::new(),
        source: source(section),
        ports: None,
    }
}

fn with(mut r: CheckResult, what: What, measured: Value, limit: Limit) -> CheckResult {
    r.measured.push(Quantity {
        what,
        value: measured,
    });
    r.required.push(Bound { what, limit });
    r
}

fn missed(
    mut r: CheckResult,
    verdict: Verdict,
    reason: Reason,
    owner: Owner,
    next: NextStep,
) -> CheckResult {
    (r.verdict, r.reason, r.owner, r.next_step) = (verdict, reason, Some(owner), Some(next));
    r
}

fn memory(installed: u64) -> CheckResult {
    with(
        result("meetings.ram", "memory", "RAM"),
        What::MemoryInstalled,
        Value::Memory(Mebibytes(installed)),
        Limit::AtLeast(Value::Memory(Mebibytes(4_096))),
    )
}

fn cpu() -> CheckResult {
    with(
        result("meetings.cpu", "cpu", "プロセッサ"),
        What::Cores,
        Value::Count(14),
        Limit::AtLeast(Value::Count(2)),
    )
}

fn camera(names: &[&str]) -> CheckResult {
    with(
        result("meetings.camera", "device", "カメラ"),
        What::Devices,
        Value::Names(names.iter().map(ToString::to_string).collect()),
        Limit::Is(Value::Buses(vec![Bus::BuiltIn, Bus::Usb])),
    )
}

fn udp() -> CheckResult {
    let mut r = result("meetings.ports-udp", "port", "Zoom ミーティング (Windows)");
    let list = ports(&[(3_478, 3_479), (8_801, 8_810)]);
    r.required.push(Bound {
        what: What::Ports,
        limit: Limit::Is(Value::Ports {
            transport: Transport::Udp,
            ports: list,
        }),
    });
    r.evidence.push("port-2".into());
    r.ports = Some(findings(Scope::Cloud, &[]));
    r
}

/// What UDP ports came to over IPv4.
pub fn findings(scope: Scope, standings: &[(PortStanding, &[(u16, u16)])]) -> PortFindings {
    let standings: Vec<StandingPorts> = standings
        .iter()
        .map(|(standing, list)| StandingPorts {
            standing: *standing,
            ports: ports(list),
        })
        .collect();
    let asked = standings.iter().flat_map(|s| s.ports.clone());
    PortFindings {
        transport: Transport::Udp,
        scope,
        asked: if standings.is_empty() {
            ports(&[(3_478, 3_479), (8_801, 8_810)])
        } else {
            asked.collect()
        },
        fallback_tcp: (scope == Scope::Cloud).then_some(443),
        fallback_open: false,
        families: if standings.is_empty() {
            Vec::new()
        } else {
            vec![FamilyPorts {
                family: Family::Ipv4,
                standings,
            }]
        },
    }
}

fn ports_measured(r: &mut CheckResult, what: What, list: &[(u16, u16)]) {
    r.measured.push(Quantity {
        what,
        value: Value::Ports {
            transport: Transport::Udp,
            ports: ports(list),
        },
    });
}

fn bandwidth(verdict: Verdict, at_least: u64, at_most: Option<u64>) -> CheckResult {
    let mut r = with(
        result(
            "meetings.bandwidth-group-1080p",
            "bandwidth",
            "必要帯域 > グループビデオ通話",
        ),
        What::Up,
        Value::RateBetween {
            at_least: Some(Bps(at_least)),
            at_most: at_most.map(Bps),
        },
        Limit::AtLeast(Value::Rate(Bps(3_800_000))),
    );
    r.verdict = verdict;
    r
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the field that it fills is an option"
)]
pub fn need(kbps: u32) -> Option<Need> {
    Some(Need {
        lower_kbps: Kbps(kbps),
        upper_kbps: Kbps(kbps),
    })
}

pub fn scenario(
    id: &str,
    up: u32,
    down: u32,
    verdict: Verdict,
    limited_by: Option<LimitedBy>,
) -> ScenarioResult {
    ScenarioResult {
        id: id.parse().expect("an id"),
        product: "meetings".parse().expect("an id"),
        variant: None,
        verdict,
        limited_by,
        up: need(up),
        down: need(down),
        up_bps: None,
        down_bps: None,
        readiness: None,
        at_once: None,
        beyond_test: false,
    }
}

fn proved(mut s: ScenarioResult, up: u64, down: u64) -> ScenarioResult {
    (s.up_bps, s.down_bps) = (Some(Bps(up)), Some(Bps(down)));
    s
}

pub fn reflector(role: ReflectorRole) -> ReflectorReading {
    ReflectorReading {
        id: EvidenceId::numbered("reflector", 1),
        address: "probe.example.net:8443".into(),
        role: known(role),
        version: Some("0.1.0".into()),
        failure: None,
        seen_from: Some("203.0.113.9".parse().expect("an address")),
        passed_over_for: None,
    }
}

/// One server that answered, one that refused.
fn speed() -> Vec<SpeedReading> {
    let answered = SpeedReading {
        id: EvidenceId::numbered("speed", 1),
        service: SpeedService::MLab,
        server: "ndt-tyo01.example.org:443".into(),
        consented_at: Some("2026-11-01T09:00:00Z".parse().expect("a time")),
        address: Some("198.51.100.77".parse().expect("an address")),
        proxy: Some("http://proxy.example.net:3128".into()),
        down: Some(TcpThroughput {
            rate: Some(Bps(48_200_000)),
            bytes: 60_250_000,
            lasted: Millis(10_000.0),
            least_round_trip: Some(Millis(8.4)),
            round_trip: Some(Millis(31.2)),
            retransmitted: Some(Percent(0.3)),
            failure: None,
        }),
        up: Some(TcpThroughput {
            failure: Some(Failure::because(
                FailureCode::BadReply,
                "the server did not say what arrived",
            )),
            ..TcpThroughput::default()
        }),
        failure: None,
    };
    let refused = SpeedReading {
        id: EvidenceId::numbered("speed", 2),
        service: SpeedService::Ndt7,
        server: "ndt.example.net:443".into(),
        consented_at: None,
        address: None,
        proxy: None,
        down: None,
        up: None,
        failure: Some(Failure::new(FailureCode::Refused)),
    };
    vec![answered, refused]
}

pub fn network(role: ReflectorRole) -> NetworkEvidence {
    let id = EvidenceId::numbered;
    NetworkEvidence {
        watch: None,
        speed: speed(),
        reflectors: vec![reflector(role)],
        observations: vec![Observation {
            id: id("observation", 1),
            probe: ProbeKind::Tls,
            host: "zoom.us".into(),
            port: 443,
            family: Family::Ipv4,
            address: Some("198.51.100.44".parse().expect("an address")),
            proxy: None,
            steps: Vec::new(),
            grade: Grade::ServiceReply,
            failure: None,
            issuer: Some("DigiCert Inc".into()),
            intercepted: false,
        }],
        ports: vec![PortReading {
            id: id("port", 2),
            reflector: id("reflector", 1),
            role,
            scope: Scope::Cloud,
            transport: Transport::Udp,
            family: Family::Ipv4,
            asked: ports(&[(3_478, 3_479), (8_801, 8_810)]),
            method: RangeMethod::Every,
            tried: 12,
            sample: None,
            outcomes: vec![PortOutcome {
                ports: ports(&[(3_478, 3_479), (8_801, 8_810)]),
                state: PortState::Open {
                    grade: Grade::AuthenticatedEcho,
                },
            }],
        }],
        together: Vec::new(),
        capacity: vec![CapacityReading {
            id: id("capacity", 1),
            reflector: id("reflector", 1),
            role,
            direction: Direction::Up,
            family: Family::Ipv4,
            at_least: Some(Bps(7_600_000)),
            at_most: None,
            trains: Vec::new(),
            sender_limited: false,
            failure: None,
        }],
        nat: vec![NatReading {
            id: EvidenceId::numbered("nat", 1),
            reflector: EvidenceId("reflector-1".into()),
            role,
            family: Family::Ipv4,
            mapping: known(NatMapping::NotPortDependent),
            port_kept: known(true),
            idle: vec![
                IdleReading {
                    gap: Millis(30_000.0),
                    kept: known(true),
                },
                IdleReading {
                    gap: Millis(60_000.0),
                    kept: known(false),
                },
            ],
        }],
        quality: vec![stream(role)],
    }
}

fn stream(role: ReflectorRole) -> QualityReading {
    let id = EvidenceId::numbered;
    QualityReading {
        id: id("quality", 1),
        reflector: id("reflector", 1),
        role,
        direction: Direction::Down,
        family: Family::Ipv4,
        port: 8_801,
        packets_sent: 1_000,
        packets_received: 998,
        loss: Percent(0.2),
        loss_interval: [Percent(0.024), Percent(0.72)],
        longest_burst: 1,
        jitter: Millis(1.25),
        round_trip_p50: Some(Millis(12.5)),
        round_trip_p95: Some(Millis(14.0)),
        round_trip_p99: Some(Millis(20.0)),
        duration: Millis(10_000.0),
        detail: StreamDetail {
            packet_bytes: Some(200),
            rate: Some(Bps(80_000)),
            variation_p50: Some(Millis(0.5)),
            variation_p95: Some(Millis(2.0)),
            variation_p99: Some(Millis(8.0)),
            deadline: Some(Millis(60.0)),
            late: Some(0),
            reordered: Some(0),
            duplicates: Some(0),
            ..StreamDetail::default()
        },
        timeline: vec![
            QualityMoment {
                sent: 13,
                received: 13,
                round_trip_p50: Some(Millis(12.5)),
                round_trip_max: Some(Millis(14.0)),
                variation_p50: Some(Millis(0.5)),
                variation_max: Some(Millis(2.0)),
                ..QualityMoment::default()
            },
            QualityMoment {
                offset: Millis(250.0),
                sent: 12,
                received: 10,
                round_trip_p50: Some(Millis(13.0)),
                round_trip_max: Some(Millis(20.0)),
                variation_p50: Some(Millis(0.75)),
                variation_max: Some(Millis(8.0)),
                ..QualityMoment::default()
            },
        ],
    }
}

pub fn report(results: Vec<CheckResult>, scenarios: Vec<ScenarioResult>) -> Report {
    let subject = Subject {
        host: Some("PC-0042".into()),
        user: Some("taro".into()),
        ..Subject::default()
    };
    let tool = Tool {
        name: "meetready".into(),
        version: "0.1.0".into(),
    };
    let verdict = Verdict::worst(
        results
            .iter()
            .filter(|r| r.level != Level::Informative)
            .map(|r| r.verdict),
    );
    Report {
        schema: REPORT_SCHEMA.into(),
        tool: tool.clone(),
        subject: subject.clone(),
        manifest: ManifestRef {
            edition: "2025-05".parse().expect("an id"),
            document: "Zoom ライセンス サービス仕様書 3.5".into(),
            publisher: "双日テックイノベーション株式会社".into(),
            products: vec!["meetings".parse().expect("a target")],
            sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".into(),
            participants: 1,
            destinations: ["*.zoom.us", "*.zoom.com"]
                .map(|host| Destination {
                    host: host.into(),
                    source: source("Network Firewall or Proxy Server Settings"),
                })
                .into(),
            address_lists: vec![AddressList {
                url: "https://lists.example/ranges/all.txt".into(),
                products: Vec::new(),
                source: source("Ranges"),
            }],
        },
        verdict,
        products: vec![ProductVerdict {
            policy: None,
            product: "meetings".parse().expect("an id"),
            name: "Zoom Meetings".into(),
            variant: None,
            verdict,
            carries: None,
        }],
        results,
        scenarios,
        sign_off: None,
        evidence: Evidence {
            schema: meetready::model::evidence::EVIDENCE_SCHEMA.into(),
            tool,
            collected_at: Some("2026-11-20T01:02:03Z".parse().expect("a time")),
            subject,
            inventory: inventory(),
            network: Some(network(ReflectorRole::Outside)),
        },
    }
}

pub fn ready() -> Report {
    let mut udp = udp();
    ports_measured(&mut udp, What::PortsOpen, &[(3_478, 3_479), (8_801, 8_810)]);
    let mut statement = result("meetings.client-features", "statement", "機能比較");
    (statement.verdict, statement.reason, statement.level) = (
        Verdict::NotApplicable,
        Reason::Statement,
        Level::Informative,
    );
    report(
        vec![
            memory(16_384),
            cpu(),
            camera(&["HD Pro Webcam C920"]),
            udp,
            bandwidth(Verdict::Pass, 7_600_000, None),
            statement,
        ],
        vec![
            proved(
                scenario("group-hq", 1_000, 600, Verdict::Pass, None),
                7_600_000,
                6_000_000,
            ),
            proved(
                scenario("group-1080p", 3_800, 3_000, Verdict::Pass, None),
                7_600_000,
                6_000_000,
            ),
        ],
    )
}

#[expect(clippy::too_many_lines, reason = "one report, told in one place")]
pub fn not_ready() -> Report {
    let mut udp = missed(
        udp(),
        Verdict::Fail,
        Reason::PortsBlockedUp,
        Owner::Network,
        NextStep::OpenPorts,
    );
    ports_measured(&mut udp, What::PortsOpen, &[(3_478, 3_479)]);
    ports_measured(&mut udp, What::PortsBlocked, &[(8_801, 8_810)]);
    udp.ports = Some(findings(
        Scope::Cloud,
        &[
            (PortStanding::Open, &[(3_478, 3_479)]),
            (PortStanding::BlockedUp, &[(8_801, 8_810)]),
        ],
    ));
    let mut os = with(
        result("meetings.os", "os", "OS"),
        What::Os,
        Value::Text("Debian GNU/Linux 12".into()),
        Limit::Is(Value::Names(
            [
                "Windows 7",
                "Windows 8",
                "Windows 10",
                "Windows 11",
                "macOS 10.13",
            ]
            .map(String::from)
            .to_vec(),
        )),
    );
    os = missed(
        os,
        Verdict::Fail,
        Reason::OsUnlisted,
        Owner::It,
        NextStep::AskReseller,
    );
    let mut recommended = with(
        result("meetings.cpu-recommended", "cpu", "プロセッサ"),
        What::BaseClock,
        Value::Clock(Megahertz(2_100)),
        Limit::AtLeast(Value::Clock(Megahertz(2_500))),
    );
    recommended.level = Level::Recommended;
    recommended = missed(
        recommended,
        Verdict::Warn,
        Reason::CpuClockTooLow,
        Owner::It,
        NextStep::ReplaceProcessor,
    );
    let mut r = report(
        vec![
            missed(
                memory(2_048),
                Verdict::Fail,
                Reason::MemoryTooLittle,
                Owner::It,
                NextStep::AddMemory,
            ),
            cpu(),
            recommended,
            os,
            missed(
                camera(&[]),
                Verdict::Warn,
                Reason::DeviceMissing,
                Owner::User,
                NextStep::ConnectDevice,
            ),
            udp,
            missed(
                bandwidth(Verdict::Fail, 1_900_000, Some(2_400_001)),
                Verdict::Fail,
                Reason::BandwidthTooLow,
                Owner::Network,
                NextStep::RaiseBandwidth,
            ),
        ],
        vec![
            proved(
                scenario(
                    "group-hq",
                    1_000,
                    600,
                    Verdict::Warn,
                    Some(LimitedBy::TcpFallback),
                ),
                1_900_000,
                6_000_000,
            ),
            proved(
                scenario(
                    "group-1080p",
                    3_800,
                    3_000,
                    Verdict::Fail,
                    Some(LimitedBy::Up),
                ),
                1_900_000,
                6_000_000,
            ),
        ],
    );
    r.evidence.inventory.memory.installed = known(Mebibytes(2_048));
    r.evidence.inventory.cameras = known(Vec::new());
    if let Some(port) = r
        .evidence
        .network
        .as_mut()
        .and_then(|n| n.ports.first_mut())
    {
        port.outcomes = vec![
            PortOutcome {
                ports: ports(&[(3_478, 3_479)]),
                state: PortState::Open {
                    grade: Grade::AuthenticatedEcho,
                },
            },
            PortOutcome {
                ports: ports(&[(8_801, 8_810)]),
                state: PortState::Silent {
                    tries: 5,
                    control: true,
                    died: known(Direction::Up),
                },
            },
        ];
    }
    r
}

pub fn inconclusive() -> Report {
    let reflector = |r: CheckResult| {
        missed(
            r,
            Verdict::Inconclusive,
            Reason::NoReflector,
            Owner::It,
            NextStep::SetUpReflector,
        )
    };
    let mut band = reflector(bandwidth(Verdict::Inconclusive, 0, None));
    band.measured.clear();
    let mut r = report(
        vec![memory(8_192), cpu(), reflector(udp()), band],
        vec![scenario(
            "group-1080p",
            3_800,
            3_000,
            Verdict::Inconclusive,
            Some(LimitedBy::NotMeasured),
        )],
    );
    let network = r.evidence.network.get_or_insert_default();
    network.reflectors.clear();
    network.ports.clear();
    network.capacity.clear();
    network.quality.clear();
    r
}

pub fn all_unknown() -> Report {
    let unknown = |mut r: CheckResult| {
        r.measured.clear();
        missed(
            r,
            Verdict::Inconclusive,
            Reason::Unknown,
            Owner::It,
            NextStep::CheckByHand,
        )
    };
    let mut r = report(
        vec![unknown(memory(0)), unknown(cpu()), unknown(camera(&[]))],
        Vec::new(),
    );
    r.evidence.inventory = Inventory::default();
    r.evidence.inventory.memory.installed =
        Fact::unknown_because(UnknownCode::NotPermitted, "/dev/mem: Permission denied");
    r.evidence.inventory.cameras = Fact::unknown(UnknownCode::TimedOut);
    r.evidence.network = None;
    r.evidence.collected_at = None;
    (r.subject.host, r.subject.user) = (None, None);
    r
}

/// Markup, terminal sequences, direction marks and line breaks in everything that comes from outside.
pub const HOSTILE: &str = "<script>alert(1)</script>\u{1b}[31mPASS\u{1b}[0m\r\nexit=0 | PASS\u{202e}gnp.exe\u{0}\u{7}\t{ $x } \u{200b}`$(reboot)`";

pub fn hostile() -> Report {
    let mut r = not_ready();
    for result in &mut r.results {
        for quantity in &mut result.measured {
            if matches!(quantity.value, Value::Text(_) | Value::Names(_)) {
                quantity.value = Value::Names(vec![HOSTILE.into(); 3]);
            }
        }
        result.source.section = HOSTILE.into();
    }
    plant(&mut r, HOSTILE);
    r
}

pub fn long_names() -> Report {
    let mut r = not_ready();
    let long = "とても長い名前のVery-Long-Name-".repeat(60);
    for result in &mut r.results {
        for quantity in &mut result.measured {
            if matches!(quantity.value, Value::Text(_) | Value::Names(_)) {
                quantity.value = Value::Names(vec![long.clone(); 30]);
            }
        }
    }
    plant(&mut r, &long);
    r
}

/// Puts a text into every place that outside text can come from.
pub fn plant(r: &mut Report, text: &str) {
    for subject in [&mut r.subject, &mut r.evidence.subject] {
        (subject.host, subject.user) = (Some(text.into()), Some(text.into()));
    }
    (r.manifest.document, r.manifest.publisher) = (text.into(), text.into());
    r.sign_off = Some(SignOff {
        site: Some(text.into()),
        room: Some(text.into()),
        installer: Some(text.into()),
    });
    for product in &mut r.products {
        product.name = text.into();
    }
    let i = &mut r.evidence.inventory;
    for fact in [
        &mut i.os.name,
        &mut i.os.build,
        &mut i.cpu.brand,
        &mut i.link.interface,
        &mut i.link.technology,
    ] {
        *fact = Fact::known(text.into(), text);
    }
    i.memory.installed = Fact::unknown_because(UnknownCode::Failed, text);
    for devices in [&mut i.cameras, &mut i.microphones, &mut i.speakers] {
        *devices = Fact::known(
            vec![
                Device {
                    name: text.into(),
                    ..Device::default()
                };
                9
            ],
            text,
        );
    }
    i.display.displays = known(vec![Display {
        name: text.into(),
        ..Display::default()
    }]);
    for software in [&mut i.browsers, &mut i.apps] {
        *software = known(vec![Software {
            id: text.into(),
            name: text.into(),
            version: Fact::default(),
        }]);
    }
    i.session.virtual_desktop = known(text.into());
    let failure = Failure::because(FailureCode::Other, text);
    if let Some(network) = &mut r.evidence.network {
        for reflector in &mut network.reflectors {
            (reflector.address, reflector.failure) = (text.into(), Some(failure.clone()));
        }
        for observation in &mut network.observations {
            observation.host = text.into();
            (
                observation.proxy,
                observation.issuer,
                observation.intercepted,
            ) = (Some(text.into()), Some(text.into()), true);
            observation.failure = Some(failure.clone());
        }
        for outcome in network.ports.iter_mut().flat_map(|p| &mut p.outcomes) {
            outcome.state = PortState::Rejected {
                failure: failure.clone(),
            };
        }
    }
}

pub fn self_reflector() -> Report {
    let own = |r: CheckResult| {
        missed(
            r,
            Verdict::Inconclusive,
            Reason::SelfOnly,
            Owner::It,
            NextStep::SetUpReflector,
        )
    };
    let mut udp = own(udp());
    ports_measured(&mut udp, What::PortsOpen, &[(3_478, 3_479), (8_801, 8_810)]);
    let mut r = report(
        vec![
            memory(16_384),
            cpu(),
            udp,
            own(bandwidth(Verdict::Inconclusive, 7_600_000, None)),
        ],
        vec![scenario(
            "group-1080p",
            3_800,
            3_000,
            Verdict::Inconclusive,
            Some(LimitedBy::NotMeasured),
        )],
    );
    let mut network = network(ReflectorRole::SelfTest);
    for reflector in &mut network.reflectors {
        reflector.address = "127.0.0.1:40001".into();
    }
    r.evidence.network = Some(network);
    r
}

/// Rooms by screens, where one passes and the other does not.
pub fn rooms() -> Report {
    let mut r = ready();
    let verdicts = [("1-screen", Verdict::Pass), ("2-screens", Verdict::Fail)];
    r.products.clear();
    let results = std::mem::take(&mut r.results);
    for (variant, verdict) in verdicts {
        r.products.push(ProductVerdict {
            policy: None,
            product: "rooms".parse().expect("an id"),
            name: "Zoom Rooms".into(),
            variant: Some(variant.parse().expect("an id")),
            verdict,
            carries: None,
        });
        for result in &results {
            let mut result = result.clone();
            result.product = "rooms".parse().expect("an id");
            result.variant = Some(variant.parse().expect("an id"));
            if verdict == Verdict::Fail && result.kind == "memory" {
                result = missed(
                    result,
                    Verdict::Fail,
                    Reason::MemoryTooLittle,
                    Owner::It,
                    NextStep::AddMemory,
                );
            }
            r.results.push(result);
        }
    }
    r.scenarios.clear();
    r.verdict = Verdict::Fail;
    r.manifest.participants = 12;
    r.subject.from_sysroot = true;
    r
}

/// Every handmade report with the name of its snapshots.
pub fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("ready", ready()),
        ("not_ready", not_ready()),
        ("inconclusive", inconclusive()),
        ("all_unknown", all_unknown()),
        ("hostile", hostile()),
        ("long_names", long_names()),
        ("self_reflector", self_reflector()),
        ("rooms", rooms()),
    ]
}
