//! Trees made to harm: nothing panics, hangs or leaves the tree.

#![cfg(unix)]

use std::process::Command;
use std::time::{Duration, Instant};

use meetready::inventory::{InventorySource, collect};
use proptest::prelude::*;

use crate::support::{Tree, data, read};

/// Files that readers look at.
const FILES: [&str; 41] = [
    "etc/os-release",
    "etc/hostname",
    "proc/version",
    "proc/cpuinfo",
    "proc/meminfo",
    "proc/sys/kernel/osrelease",
    "proc/device-tree/compatible",
    "proc/asound/cards",
    "proc/asound/pcm",
    "proc/asound/card0/codec#0",
    "proc/asound/card0/eld#0.0",
    "proc/asound/card0/usbid",
    "proc/bus/input/devices",
    "proc/net/route",
    "proc/net/ipv6_route",
    "proc/net/fib_trie",
    "proc/net/if_inet6",
    "proc/1/environ",
    "proc/1/cgroup",
    "proc/12/comm",
    "proc/self/status",
    "sys/devices/system/cpu/cpu1/online",
    "sys/devices/system/cpu/cpu1/topology/core_id",
    "sys/devices/system/cpu/cpu1/topology/core_cpus_list",
    "sys/devices/cpu_atom/cpus",
    "proc/self/cgroup",
    "sys/fs/cgroup/cpu.max",
    "run/udev/data/+dmi:id",
    "run/systemd/sessions/1",
    "sys/firmware/dmi/tables/DMI",
    "sys/devices/system/cpu/online",
    "sys/devices/system/cpu/cpu0/topology/thread_siblings_list",
    "sys/devices/system/cpu/cpu0/cpufreq/base_frequency",
    "sys/devices/system/memory/block_size_bytes",
    "sys/devices/cpu_core/cpus",
    "sys/class/drm/card0-DP-1/status",
    "sys/class/drm/card0-DP-1/edid",
    "sys/class/drm/card0-DP-1/modes",
    "sys/class/net/eth0/uevent",
    "var/lib/dpkg/status",
    "snap/firefox/current/meta/snap.yaml",
];

/// Words that lead readers deeper than noise does.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("processor\t: 0\n"),
        Just("model name\t: x @ 9.9"),
        Just("flags : lm hypervisor\n"),
        Just("CPU part : 0x1\nCPU implementer : 0x41\n"),
        Just("0-4294967295,"),
        Just("0-3,5\n"),
        Just("MemTotal: 18446744073709551615 kB\n"),
        Just("eth0\t00000000\t0101A8C0\t0003\t0\t0\t1\t00000000\t0\t0\t0\n"),
        Just("|-- 255.255.255.255\n/32 host LOCAL\n"),
        Just(" 0 [A]: HDA-Intel - é\n"),
        Just("00-00: A : A : playback 1 : capture 1\n"),
        Just("  Pin Default 0x1: [Fixed] Mic"),
        Just("B: KEY=ffffffffffffffff 0\nB: PROP=2\n\n"),
        Just("E:MEMORY_DEVICE_0_SIZE=18446744073709551615\n"),
        Just("Package: zoom\nStatus: install ok installed\nVersion: "),
        Just("connected\n"),
        Just("99999999999999999999x1\n"),
        Just("version='"),
        Just("é\u{0}\n"),
        Just("99999999999999999999"),
    ];
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        prop::collection::vec(word, 0..12).prop_map(|words| words.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_content_in_any_file(contents in prop::collection::vec((prop::sample::select(&FILES[..]), content()), 1..20)) {
        let tree = Tree::with(&[]);
        for (path, bytes) in &contents {
            tree.file(path, bytes);
        }
        let begun = Instant::now();
        let collected = tree.read();
        // A panic inside a part is caught and would show as an internal error.
        let text = serde_json::to_string(&collected.inventory).unwrap();
        prop_assert!(!text.contains("internal error"), "{text}");
        prop_assert!(!text.contains("timed-out"), "{text}");
        prop_assert!(begun.elapsed() < Duration::from_secs(50));
    }
}

#[test]
fn pipes_and_devices_in_the_places_of_files_do_not_hang() {
    let tree = Tree::with(&[]);
    for path in FILES {
        let place = tree.path().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        assert!(
            Command::new("mkfifo")
                .arg(&place)
                .status()
                .unwrap()
                .success()
        );
    }
    let begun = Instant::now();
    let collected = collect(
        &InventorySource::Sysroot(tree.path().to_owned()),
        Duration::from_secs(20),
    );
    let text = serde_json::to_string(&collected.inventory).unwrap();
    assert!(!text.contains("timed-out"), "{text}");
    assert!(begun.elapsed() < Duration::from_secs(15));
}

#[test]
fn links_do_not_lead_out() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("hostname"), "outsider").unwrap();
    let tree = Tree::with(&[]);
    let away = outside.path().to_str().unwrap();
    std::os::unix::fs::symlink(away, tree.path().join("etc")).unwrap();
    tree.link("proc", "../../../../../../../../proc");
    let collected = tree.read();
    assert_eq!(collected.subject.host, None);
    assert!(collected.inventory.cpu.logical_cores.value().is_none());
    assert!(collected.inventory.memory.usable.value().is_none());
}

#[test]
fn a_tree_that_is_not_there_is_unknown_in_every_fact() {
    let inventory = read(&data("no-such-tree")).inventory;
    let text = serde_json::to_string(&inventory).unwrap();
    // Only what holds of any Linux tree is known: it is no Windows Server.
    assert_eq!(text.matches("\"known\"").count(), 1, "{text}");
}
