//! The machine that runs the test: what must hold on any.

use std::time::Instant;

use meetready::inventory::{InventorySource, collect};
use meetready::model::inventory::OsFamily;

use crate::support::LIMIT;

#[test]
fn this_machine_makes_sense() {
    let begun = Instant::now();
    let collected = collect(&InventorySource::ThisMachine, LIMIT);
    let took = begun.elapsed();
    println!(
        "{}",
        serde_json::to_string_pretty(&collected.inventory).unwrap()
    );
    println!("{:?} in {took:?}", collected.subject);
    let i = collected.inventory;
    assert!(!collected.subject.from_sysroot);
    let family = *i.os.family.value().expect("the family is always told");
    let expected = match std::env::consts::OS {
        "windows" => OsFamily::Windows,
        "macos" => OsFamily::Macos,
        "linux" => OsFamily::Linux,
        _ => OsFamily::Other,
    };
    assert_eq!(family, expected);
    let logical = *i
        .cpu
        .logical_cores
        .value()
        .expect("logical processors are always told");
    assert!(logical >= 1);
    if let Some(physical) = i.cpu.physical_cores.value() {
        assert!((1..=logical).contains(physical));
        if let (Some(p), Some(e)) = (
            i.cpu.performance_cores.value(),
            i.cpu.efficiency_cores.value(),
        ) {
            assert_eq!(p + e, *physical);
        }
    }
    let usable = *i
        .memory
        .usable
        .value()
        .expect("usable memory is always told");
    assert!(usable.0 >= 64, "{usable}");
    if let Some(installed) = i.memory.installed.value() {
        assert!(*installed >= usable);
    }
    if let (Some(base), Some(max)) = (i.cpu.base_clock.value(), i.cpu.max_clock.value()) {
        assert!(base.0 >= 100 && base.0 <= 10_000 && max.0 <= 10_000);
    }
    assert!(i.os.build.value().is_some_and(|b| !b.is_empty()));
    assert!(i.os.architecture.value().is_some());
}

/// What the kernel says through other ways is what was read.
#[cfg(target_os = "linux")]
#[test]
fn linux_agrees_with_itself() {
    let i = collect(&InventorySource::ThisMachine, LIMIT).inventory;
    let allowed = std::thread::available_parallelism().unwrap().get();
    assert!(usize::try_from(*i.cpu.logical_cores.value().unwrap()).unwrap() >= allowed);
    let names: Vec<String> = std::fs::read_dir("/sys/class/net")
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    if let Some(interface) = i.link.interface.value() {
        assert!(names.contains(interface));
        assert!(i.link.kind.value().is_some());
        assert!(!i.link.subnets.value().unwrap().is_empty());
    }
    let again = meetready::inventory::collect(&InventorySource::ThisMachine, LIMIT).inventory;
    assert_eq!(i.cpu, again.cpu);
    assert_eq!(i.memory, again.memory);
}
