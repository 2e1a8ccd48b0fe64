//! What a real collection on Windows finds. Under wine, `tests/wine/run` sets which Windows is reported and what is
//! installed, and says here through the environment what must then be found; without it only what holds on any Windows
//! is asked.

#[cfg(windows)]
fn main() {
    std::process::exit(on_windows::run());
}

/// Nothing to ask on other systems.
#[cfg(not(windows))]
fn main() {}

#[cfg(windows)]
mod on_windows {
    use std::panic::catch_unwind;
    use std::sync::LazyLock;
    use std::time::Duration;

    use meetready::inventory::{Collected, InventorySource, collect};
    use meetready::model::device_use::Access;
    use meetready::model::fact::{Fact, UnknownCode};
    use meetready::model::inventory::{Inventory, OsFamily, Software};

    static READ: LazyLock<Collected> =
        LazyLock::new(|| collect(&InventorySource::ThisMachine, Duration::from_mins(1)));

    /// One collection for all tests.
    fn this_machine() -> Collected {
        READ.clone()
    }

    const TESTS: [(&str, fn()); 9] = [
        (
            "operating system",
            the_operating_system_is_the_one_that_is_reported,
        ),
        (
            "processor and memory",
            the_processor_and_the_memory_are_read,
        ),
        ("lists", lists_are_read_and_each_entry_has_a_name),
        ("installed", what_is_installed_is_found),
        (
            "link",
            the_link_is_the_one_with_the_address_that_leads_outwards,
        ),
        ("privacy", only_what_is_proved_is_called_denied),
        ("session", the_session_is_judged_without_guessing),
        ("subject", the_subject_is_this_host),
        ("json", everything_survives_a_round_trip_through_json),
    ];

    /// Runs all tests; the exit code is how many failed. `--show` prints what was read.
    #[expect(
        clippy::print_stdout,
        reason = "this is the test program, its output is for people"
    )]
    pub(super) fn run() -> i32 {
        if std::env::args().any(|a| a == "--show") {
            println!("{:#?}", this_machine());
        }
        let mut failed = 0;
        for (name, test) in TESTS {
            let passed = catch_unwind(test).is_ok();
            println!("{} {name}", if passed { "ok    " } else { "FAILED" });
            failed += i32::from(!passed);
        }
        println!("{failed} of {} failed", TESTS.len());
        failed
    }

    /// What the harness says must be found; absent outside of it.
    fn expected(name: &str) -> Option<String> {
        std::env::var(format!("MEETREADY_EXPECT_{name}"))
            .ok()
            .filter(|v| !v.is_empty())
    }

    #[track_caller]
    fn value<T>(fact: &Fact<T>) -> &T {
        match fact {
            Fact::Known { value, source } => {
                assert!(!source.is_empty(), "a value without a source");
                value
            }
            Fact::Unknown(why) => panic!("unknown: {why:?}"),
        }
    }

    #[track_caller]
    fn version_of(list: &Fact<Vec<Software>>, id: &str) -> Option<String> {
        value(list)
            .iter()
            .find(|s| s.id == id)
            .map(|s| value(&s.version).to_string())
    }

    fn the_operating_system_is_the_one_that_is_reported() {
        let os = this_machine().inventory.os;
        assert_eq!(value(&os.family), &OsFamily::Windows);
        assert_eq!(value(&os.process_architecture), std::env::consts::ARCH);
        assert!(!value(&os.architecture).is_empty());
        let version = value(&os.version);
        if let Some(want) = expected("WINDOWS") {
            assert_eq!(version.as_str(), want);
            assert!(!value(&os.server));
        }
        if let Some(want) = expected("NAME") {
            assert_eq!(value(&os.name), &want);
        }
        if let Some(want) = expected("BUILD") {
            assert_eq!(value(&os.build), &want);
        }
        if let Some(want) = expected("EDITION") {
            assert_eq!(value(&os.edition), &want);
        }
    }

    fn the_processor_and_the_memory_are_read() {
        let Inventory { cpu, memory, .. } = this_machine().inventory;
        assert!(!value(&cpu.brand).is_empty());
        assert!(!value(&cpu.vendor).is_empty());
        let (physical, logical) = (*value(&cpu.physical_cores), *value(&cpu.logical_cores));
        assert!(0 < physical && physical <= logical);
        let standard = std::thread::available_parallelism().expect("a count");
        assert!(usize::try_from(logical).expect("a count") >= standard.get());
        if let (Some(fast), Some(slow)) =
            (cpu.performance_cores.value(), cpu.efficiency_cores.value())
        {
            assert_eq!(fast + slow, physical);
        }
        assert!(value(&memory.installed) >= value(&memory.usable));
        // Two independent readers of the same figure.
        let mut system = sysinfo::System::new().expect("a system");
        system.refresh_memory();
        let other = system.total_memory() >> 20;
        assert!(value(&memory.usable).0.abs_diff(other) <= 1);
    }

    fn lists_are_read_and_each_entry_has_a_name() {
        let inventory = this_machine().inventory;
        for (what, list) in [
            ("cameras", &inventory.cameras),
            ("microphones", &inventory.microphones),
            ("speakers", &inventory.speakers),
        ] {
            for device in value(list) {
                assert!(!device.name.trim().is_empty(), "{what}: {device:?}");
            }
        }
        for (what, list) in [("browsers", &inventory.browsers), ("apps", &inventory.apps)] {
            for software in value(list) {
                assert!(!software.name.trim().is_empty(), "{what}: {software:?}");
            }
        }
    }

    fn what_is_installed_is_found() {
        let inventory = this_machine().inventory;
        for (variable, id) in [
            ("ZOOM_CLIENT", "zoom-client"),
            ("ZOOM_ROOMS", "zoom-rooms"),
            ("ZOOM_OUTLOOK", "zoom-outlook-plugin"),
        ] {
            if let Some(want) = expected(variable) {
                assert_eq!(
                    version_of(&inventory.apps, id),
                    (want != "none").then_some(want),
                    "{id}"
                );
            }
        }
        if let Some(path) = expected("FIREFOX_FILE") {
            assert_eq!(
                version_of(&inventory.browsers, "firefox"),
                Some(version_in_file(&path))
            );
        }
        for id in ["chrome", "edge", "firefox"] {
            if let Some(want) = expected(&id.to_uppercase()) {
                assert_eq!(
                    version_of(&inventory.browsers, id),
                    (want != "none").then_some(want),
                    "{id}"
                );
            }
        }
    }

    /// A second reader of the version in a program file: the fixed part by its mark.
    fn version_in_file(path: &str) -> String {
        let bytes = std::fs::read(path).expect("the program file");
        let mark = 0xfeef_04bd_u32.to_le_bytes();
        let at = bytes
            .windows(4)
            .position(|w| w == mark)
            .expect("a version in the file");
        let half = |offset: usize| u16::from_le_bytes([bytes[at + offset], bytes[at + offset + 1]]);
        // Firefox's own number has two or three parts.
        match (half(10), half(8), half(14)) {
            (major, minor, 0) => format!("{major}.{minor}"),
            (major, minor, third) => format!("{major}.{minor}.{third}"),
        }
    }

    fn the_link_is_the_one_with_the_address_that_leads_outwards() {
        let link = this_machine().inventory.link;
        // Connecting a UDP socket asks the same routing table and sends nothing.
        let outwards = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
            socket.connect("170.114.0.1:9")?;
            socket.local_addr()
        });
        match outwards {
            Ok(own) => assert!(
                value(&link.subnets).iter().any(|s| s.address == own.ip()),
                "{own} {link:?}"
            ),
            Err(_) => assert!(link.interface.value().is_none(), "{link:?}"),
        }
    }

    fn only_what_is_proved_is_called_denied() {
        let privacy = this_machine().inventory.privacy;
        for (variable, access) in [
            ("CAMERA_ACCESS", &privacy.camera),
            ("MICROPHONE_ACCESS", &privacy.microphone),
        ] {
            let Some(want) = expected(variable) else {
                continue;
            };
            let code = access.reason().map(|why| why.code);
            let seen = match (access.value(), code) {
                (Some(Access::Allowed), _) => "allowed",
                (Some(Access::DeniedByUser), _) => "denied-by-user",
                (Some(Access::DeniedForPc), _) => "denied-for-pc",
                (Some(Access::DeniedByPolicy | Access::DeniedByPermission), _) => "denied",
                (None, Some(UnknownCode::Undecided)) => "undecided",
                (None, _) => "unknown",
            };
            assert_eq!(seen, want, "{variable} {access:?}");
            // What was read is told, so that someone can look there.
            if let Some(place) = expected(&format!("{variable}_PLACE")) {
                let detail = access.reason().and_then(|why| why.detail.as_deref());
                let told = access.source().or(detail).unwrap_or_default();
                assert!(told.contains(&place), "{variable} {access:?}");
            }
        }
    }

    fn the_session_is_judged_without_guessing() {
        let session = this_machine().inventory.session;
        value(&session.virtual_machine);
        assert_eq!(*value(&session.remote), expected("REMOTE").is_some());
        if let Some(want) = expected("DESKTOP") {
            let machine = value(&session.virtual_machine);
            match session.virtual_desktop.reason() {
                // Planted on a real PC, an agent alone is no virtual desktop.
                Some(why) if !machine && want != "none" => {
                    assert_eq!(why.code, UnknownCode::Undecided);
                }
                _ => assert_eq!(value(&session.virtual_desktop), &want),
            }
        }
    }

    fn the_subject_is_this_host() {
        let subject = this_machine().subject;
        assert!(!subject.from_sysroot);
        assert!(subject.host.is_some_and(|h| !h.is_empty()));
        assert!(subject.user.is_some_and(|u| !u.is_empty()));
    }

    fn everything_survives_a_round_trip_through_json() {
        let inventory = this_machine().inventory;
        let text = serde_json::to_string_pretty(&inventory).expect("json");
        let again: Inventory = serde_json::from_str(&text).expect("the same shape");
        assert_eq!(again, inventory);
    }
}
