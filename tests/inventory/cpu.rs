//! Processors and memory, of a real notebook and of every trap known.

use meetready::model::fact::{Fact, UnknownCode};
use meetready::model::inventory::{CpuFacts, Inventory};
use meetready::model::units::{Mebibytes, Megahertz};

use crate::support::{Tree, cpuinfo, data, read};

fn inventory(tree: &Tree) -> Inventory {
    tree.read().inventory
}

fn code<T>(fact: &Fact<T>) -> Option<UnknownCode> {
    fact.reason().map(|u| u.code)
}

/// `physical, logical, P, E`
fn counts(cpu: &CpuFacts) -> [Option<u32>; 4] {
    [
        &cpu.physical_cores,
        &cpu.logical_cores,
        &cpu.performance_cores,
        &cpu.efficiency_cores,
    ]
    .map(|f| f.value().copied())
}

fn siblings(tree: &Tree, list: &[(u32, &str)]) {
    for (cpu, siblings) in list {
        tree.file(
            &format!("sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"),
            siblings.as_bytes(),
        );
    }
}

#[test]
fn a_real_hybrid_notebook() {
    let collected = read(&data("i7-1370p"));
    assert!(collected.subject.from_sysroot);
    let i = collected.inventory;
    assert_eq!(
        i.cpu.brand.value().map(String::as_str),
        Some("13th Gen Intel(R) Core(TM) i7-1370P")
    );
    assert_eq!(counts(&i.cpu), [Some(14), Some(20), Some(6), Some(8)]);
    assert_eq!(i.cpu.base_clock.value(), Some(&Megahertz(1_900)));
    assert!(
        i.cpu
            .base_clock
            .source()
            .unwrap()
            .contains("base_frequency")
    );
    assert_eq!(i.cpu.max_clock.value(), Some(&Megahertz(5_200)));
    let signature = i.cpu.signature.value().unwrap();
    assert_eq!(
        (signature.family, signature.model, signature.stepping),
        (6, 186, 2)
    );
    assert_eq!(
        i.memory.usable.value(),
        Some(&Mebibytes(32_489_496 / 1_024))
    );
    assert_eq!(i.session.virtual_machine.value(), Some(&false));
    assert_eq!(
        i.os.architecture.value().map(String::as_str),
        Some("x86_64")
    );
    assert_eq!(
        i.os.build.value().map(String::as_str),
        Some("6.1.0-13-amd64")
    );
    // The tree says nothing of these: unknown, not absent.
    assert!(i.cameras.value().is_none());
    assert!(i.microphones.value().is_none());
    assert!(i.display.displays.value().is_none());
    assert!(i.browsers.value().is_none());
    assert!(i.link.kind.value().is_none());
    assert!(i.os.version.value().is_none());
}

#[test]
fn kinds_by_performance_monitors() {
    let tree = Tree::with(&[
        (
            "proc/cpuinfo",
            &cpuinfo(
                6,
                "vendor_id : GenuineIntel\nmodel name : 12th Gen Intel(R) Core(TM) i3-1215U\nflags : lm",
            ),
        ),
        ("sys/devices/cpu_core/cpus", "0-3\n"),
        ("sys/devices/cpu_atom/cpus", "4-5\n"),
    ]);
    siblings(
        &tree,
        &[
            (0, "0-1"),
            (1, "0-1"),
            (2, "2-3"),
            (3, "2-3"),
            (4, "4"),
            (5, "5"),
        ],
    );
    assert_eq!(
        counts(&inventory(&tree).cpu),
        [Some(4), Some(6), Some(2), Some(2)]
    );
}

#[test]
fn threads_off_are_not_cores_off() {
    let tree = Tree::with(&[
        (
            "proc/cpuinfo",
            "processor : 0\nmodel name : X\nflags : lm\n\nprocessor : 2\nmodel name : X\n",
        ),
        ("sys/devices/system/cpu/online", "0,2\n"),
    ]);
    siblings(&tree, &[(0, "0"), (2, "2")]);
    tree.dir("sys/devices/system/cpu/cpu1");
    tree.dir("sys/devices/system/cpu/cpu3");
    let cpu = inventory(&tree).cpu;
    assert_eq!(counts(&cpu), [Some(2), Some(2), None, None]);
    assert!(cpu.physical_cores.source().unwrap().contains("2 logical"));
}

#[test]
fn cores_off_do_not_count() {
    let tree = Tree::with(&[("proc/cpuinfo", &cpuinfo(2, "model name : X\nflags : lm"))]);
    siblings(&tree, &[(0, "0"), (1, "1"), (2, "2"), (3, "3")]);
    for cpu in [2, 3] {
        tree.file(&format!("sys/devices/system/cpu/cpu{cpu}/online"), b"0\n");
    }
    assert_eq!(
        counts(&inventory(&tree).cpu),
        [Some(2), Some(2), None, None]
    );
}

#[test]
fn a_virtual_machine_that_states_zero_cores() {
    let tree = Tree::with(&[(
        "proc/cpuinfo",
        &cpuinfo(
            2,
            "vendor_id : GenuineIntel\nmodel name : Intel Core Processor (Skylake, IBRS)\ncpu cores : 0\nsiblings : 0\nflags : lm hypervisor",
        ),
    )]);
    let i = inventory(&tree);
    assert_eq!(code(&i.cpu.physical_cores), Some(UnknownCode::NotFound));
    assert_eq!(i.cpu.logical_cores.value(), Some(&2));
    assert_eq!(code(&i.cpu.base_clock), Some(UnknownCode::NotSupported));
    assert_eq!(i.session.virtual_machine.value(), Some(&true));
}

#[test]
fn compute_cores_in_a_name_are_not_counted() {
    let tree = Tree::with(&[(
        "proc/cpuinfo",
        &cpuinfo(
            2,
            "vendor_id : AuthenticAMD\nmodel name : AMD A6-7480 Radeon R5, 5 COMPUTE CORES 2C+3G\nphysical id : 0\ncore id : 0\nflags : lm",
        ),
    )]);
    let cpu = inventory(&tree).cpu;
    assert_eq!(counts(&cpu), [Some(1), Some(2), None, None]);
    assert!(cpu.brand.value().unwrap().contains("5 COMPUTE CORES"));
}

#[test]
fn momentary_clocks_are_never_base_clocks() {
    let tree = Tree::with(&[
        (
            "proc/cpuinfo",
            &cpuinfo(
                1,
                "vendor_id : GenuineIntel\nmodel name : Intel(R) Core(TM) i5 CPU\ncpu MHz : 3491.2\nflags : lm",
            ),
        ),
        (
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq",
            "3491000\n",
        ),
        (
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq",
            "3500000\n",
        ),
        (
            "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
            "3600000\n",
        ),
    ]);
    let cpu = inventory(&tree).cpu;
    assert_eq!(code(&cpu.base_clock), Some(UnknownCode::NotFound));
    assert_eq!(cpu.max_clock.value(), Some(&Megahertz(3_600)));
}

#[test]
fn amd_base_clock_is_its_highest_listed_state() {
    let tree = Tree::with(&[
        (
            "proc/cpuinfo",
            &cpuinfo(
                1,
                "vendor_id : AuthenticAMD\nmodel name : AMD Ryzen 5 3600 6-Core Processor\nflags : lm",
            ),
        ),
        (
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver",
            "acpi-cpufreq\n",
        ),
        (
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_available_frequencies",
            "3600000 2800000 2200000 \n",
        ),
        (
            "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
            "4208203\n",
        ),
    ]);
    let cpu = inventory(&tree).cpu;
    assert_eq!(cpu.base_clock.value(), Some(&Megahertz(3_600)));
    assert_eq!(cpu.max_clock.value(), Some(&Megahertz(4_208)));
}

#[test]
fn a_cpu_with_the_same_cores_is_uniform() {
    let tree = Tree::with(&[(
        "proc/cpuinfo",
        &cpuinfo(
            4,
            "vendor_id : GenuineIntel\nmodel name : Intel(R) Core(TM) i5-7300U CPU @ 2.60GHz\nflags : lm",
        ),
    )]);
    siblings(&tree, &[(0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")]);
    for (cpu, shared) in [(0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")] {
        let dir = format!("sys/devices/system/cpu/cpu{cpu}");
        tree.file(&format!("{dir}/cpufreq/cpuinfo_max_freq"), b"3500000\n");
        for (index, size) in [("index0", "32K"), ("index2", "256K")] {
            tree.file(&format!("{dir}/cache/{index}/size"), size.as_bytes());
            tree.file(
                &format!("{dir}/cache/{index}/shared_cpu_list"),
                shared.as_bytes(),
            );
        }
    }
    let cpu = inventory(&tree).cpu;
    assert_eq!(counts(&cpu), [Some(2), Some(4), Some(2), Some(0)]);
    assert_eq!(cpu.base_clock.value(), Some(&Megahertz(2_600)));
}

#[test]
fn arm_kinds_by_part_and_strength() {
    let block = |cpu: u32, part: &str| {
        format!(
            "processor : {cpu}\nCPU implementer : 0x61\nCPU architecture: 8\nCPU part : {part}\n\n"
        )
    };
    let text: String = (0..4)
        .map(|cpu| block(cpu, "0x022"))
        .chain((4..8).map(|cpu| block(cpu, "0x023")))
        .collect();
    let tree = Tree::with(&[("proc/cpuinfo", &text)]);
    tree.file("proc/device-tree/compatible", b"apple,j293\0apple,t8103\0");
    for cpu in 0..8_u32 {
        siblings(&tree, &[(cpu, &cpu.to_string())]);
        let capacity = if cpu < 4 { "485" } else { "1024" };
        tree.file(
            &format!("sys/devices/system/cpu/cpu{cpu}/cpu_capacity"),
            capacity.as_bytes(),
        );
    }
    let i = inventory(&tree);
    assert_eq!(counts(&i.cpu), [Some(8), Some(8), Some(4), Some(4)]);
    assert_eq!(i.cpu.brand.value().map(String::as_str), Some("Apple M1"));
    assert_eq!(i.cpu.vendor.value().map(String::as_str), Some("Apple"));
    assert_eq!(i.cpu.base_clock.value(), None);
    assert_eq!(
        i.os.architecture.value().map(String::as_str),
        Some("aarch64")
    );
}

#[test]
fn installed_memory_is_not_usable_memory() {
    let tree = Tree::with(&[
        ("proc/cpuinfo", &cpuinfo(1, "flags : lm")),
        (
            "proc/meminfo",
            "MemTotal:        3983512 kB\nMemFree: 1 kB\n",
        ),
    ]);
    let memory = inventory(&tree).memory;
    assert_eq!(memory.usable.value(), Some(&Mebibytes(3_890)));
    assert_eq!(memory.installed.value(), None, "not guessed from usable");

    tree.file(
        "run/udev/data/+dmi:id",
        b"E:MEMORY_ARRAY_NUM_DEVICES=2\nE:MEMORY_DEVICE_0_SIZE=4294967296\nE:MEMORY_DEVICE_1_PRESENT=0\n",
    );
    let memory = inventory(&tree).memory;
    assert_eq!(memory.installed.value(), Some(&Mebibytes(4_096)));

    // Firmware that states less than what is in use is not believed.
    tree.file(
        "run/udev/data/+dmi:id",
        b"E:MEMORY_DEVICE_0_SIZE=1073741824\n",
    );
    assert_eq!(
        code(&inventory(&tree).memory.installed),
        Some(UnknownCode::NotFound)
    );
}

#[test]
fn memory_blocks_that_no_modules_make_are_not_installed_memory() {
    let tree = Tree::with(&[
        ("proc/cpuinfo", &cpuinfo(1, "flags : lm")),
        ("proc/meminfo", "MemTotal: 900000 kB\n"),
        ("sys/devices/system/memory/block_size_bytes", "8000000\n"),
    ]);
    for block in 0..8 {
        tree.file(
            &format!("sys/devices/system/memory/memory{block}/online"),
            b"1\n",
        );
    }
    assert_eq!(
        inventory(&tree).memory.installed.value(),
        Some(&Mebibytes(1_024))
    );
    // A graphics chip took a block.
    tree.file("sys/devices/system/memory/memory7/online", b"0\n");
    assert_eq!(inventory(&tree).memory.installed.value(), None);
    // In a virtual machine any sum is what was given.
    tree.file(
        "proc/cpuinfo",
        cpuinfo(1, "flags : lm hypervisor").as_bytes(),
    );
    assert_eq!(
        inventory(&tree).memory.installed.value(),
        Some(&Mebibytes(896))
    );
}

#[test]
fn limits_of_a_program_are_told_and_are_not_the_machine() {
    let tree = Tree::with(&[
        ("proc/cpuinfo", &cpuinfo(8, "model name : X\nflags : lm")),
        (
            "proc/self/status",
            "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n",
        ),
        ("proc/self/cgroup", "0::/user.slice/app\n"),
        ("sys/fs/cgroup/cpu.max", "max 100000\n"),
    ]);
    let pairs: Vec<(u32, &str)> = (0..8)
        .map(|cpu| (cpu, ["0-1", "2-3", "4-5", "6-7"][cpu as usize / 2]))
        .collect();
    siblings(&tree, &pairs);
    let usable = |tree: &Tree| {
        let cpu = inventory(tree).cpu;
        // The machine stays what it is, whatever the limit.
        assert_eq!(counts(&cpu)[..2], [Some(4), Some(8)]);
        let source = cpu.usable_processors.source().map(str::to_owned);
        (cpu.usable_processors.value().copied(), source)
    };
    assert_eq!(usable(&tree).0, Some(8));
    // A quota of one and a half, on a group above.
    tree.file("sys/fs/cgroup/user.slice/cpu.max", b"150000 100000\n");
    let (count, source) = usable(&tree);
    assert_eq!(count, Some(2));
    assert!(source.unwrap().ends_with("user.slice/cpu.max"));
    // The affinity is narrower still, and names a processor that is not there.
    tree.file("proc/self/status", b"Cpus_allowed_list:\t3,900\n");
    let (count, source) = usable(&tree);
    assert_eq!(count, Some(1));
    assert!(source.unwrap().contains("Cpus_allowed_list"));
    // Version 1.
    tree.file("proc/self/status", b"Cpus_allowed_list:\t0-7\n");
    tree.file("proc/self/cgroup", b"4:cpu,cpuacct:/docker/1\n0::/\n");
    tree.file("sys/fs/cgroup/user.slice/cpu.max", b"max 100000\n");
    tree.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", b"100000\n");
    tree.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", b"300000\n");
    assert_eq!(usable(&tree).0, Some(3));
    // Values that are none.
    tree.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", b"-1\n");
    tree.file("sys/fs/cgroup/cpu.max", b"0 0\n");
    assert_eq!(usable(&tree).0, Some(8));
}

/// A hybrid with these performance and efficiency processors online, each a core of its own.
fn hybrid(performance: u32, efficiency: u32, atom: &str) -> Tree {
    let all = performance + efficiency;
    let tree = Tree::with(&[(
        "proc/cpuinfo",
        &cpuinfo(
            all,
            "vendor_id : GenuineIntel\nmodel name : 12th Gen Intel(R) Core(TM) i9-12900\nflags : lm",
        ),
    )]);
    for cpu in 0..all {
        siblings(&tree, &[(cpu, &cpu.to_string())]);
    }
    let core = format!("0-{}\n", performance - 1);
    tree.file("sys/devices/cpu_core/cpus", core.as_bytes());
    if !atom.is_empty() {
        tree.file("sys/devices/cpu_atom/cpus", atom.as_bytes());
    }
    tree
}

#[test]
fn hybrids_with_threads_off_and_with_efficiency_cores_off() {
    // Threads switched off: eight performance cores stay eight, not four.
    let tree = hybrid(8, 8, "8-15\n");
    assert_eq!(
        counts(&inventory(&tree).cpu),
        [Some(16), Some(16), Some(8), Some(8)]
    );
    // Efficiency cores switched off in the firmware: the kernel has no monitor for them.
    let tree = hybrid(8, 0, "");
    assert_eq!(
        counts(&inventory(&tree).cpu),
        [Some(8), Some(8), Some(8), Some(0)]
    );
    // Some switched off by the system.
    let tree = hybrid(8, 8, "8-15\n");
    for cpu in 12..16 {
        tree.file(&format!("sys/devices/system/cpu/cpu{cpu}/online"), b"0\n");
    }
    let cpu = inventory(&tree).cpu;
    assert_eq!(counts(&cpu), [Some(12), Some(12), Some(8), Some(4)]);
    assert!(cpu.physical_cores.source().unwrap().contains("4 logical"));
}
