//! Processors: every outcome of a clause, and the requirement vectors of real processors.

use meetready::model::Reason as R;
use meetready::model::Verdict::{Fail, Inconclusive, Pass, Warn};
use serde_json::{Value, json};

use super::support::{Case, case, inventory, known, unknown};

pub fn all() -> Vec<Case> {
    let mut all = meetings();
    all.extend(rooms());
    all.extend(smart_gallery());
    all.extend(mac());
    all.extend(recommended());
    all.extend(odd());
    all
}

/// Facts of a processor: brand, physical cores, base clock; further keys as given.
fn cpu(brand: &str, more: Value) -> Value {
    let mut facts = json!({ "brand": known(brand) });
    if let (Some(facts), Value::Object(more)) = (facts.as_object_mut(), more) {
        facts.extend(more);
    }
    inventory(json!({ "os": { "family": known("windows") }, "cpu": facts }))
}

fn cores(n: u32) -> Value {
    json!({ "physical_cores": known(n) })
}

/// 2021: dual core 2 GHz, i3, i5, i7 or AMD equivalent.
fn meetings() -> Vec<Case> {
    let rule = json!({ "cpu": { "any_of": [{
        "families": [{ "tier": "core-i3" }, { "tier": "core-i5" }, { "tier": "core-i7" }, { "tier": "amd" }],
        "min_cores": 2, "min_base_clock": 2000
    }] } });
    let c = |name, evidence, verdict, reason| {
        case(name, rule.clone(), evidence, verdict, reason).with(json!({ "on_unlisted": "warn" }))
    };
    let clocks = |base: Value, max: Value| json!({ "physical_cores": known(2), "base_clock": base, "max_clock": max });
    vec![
        c(
            "i5-8500",
            cpu("Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", cores(6)),
            Pass,
            R::Met,
        ),
        c(
            "the class of a Core i implies two cores",
            cpu("Intel(R) Core(TM) i3-7100 CPU @ 3.90GHz", json!({})),
            Pass,
            R::Met,
        ),
        c(
            "AMD equivalent",
            cpu(
                "AMD Ryzen 5 3600 6-Core Processor",
                clocks(known(3600), unknown()),
            ),
            Pass,
            R::Met,
        ),
        c(
            "AMD equivalent without a family",
            cpu(
                "AMD E2-9000 RADEON R2, 4 COMPUTE CORES 2C+2G",
                clocks(known(1800), unknown()),
            ),
            Fail,
            R::CpuClockTooLow,
        ),
        c(
            "AMD without a base clock",
            cpu("AMD Ryzen 7 5700U with Radeon Graphics", cores(8)),
            Inconclusive,
            R::CpuClockUnknown,
        ),
        c(
            "no desktop Ryzen is below 3 GHz",
            cpu("AMD Ryzen 5 3600 6-Core Processor", cores(6)),
            Pass,
            R::Met,
        ),
        c(
            "a name that its own family and model contradict",
            cpu(
                "Intel(R) Core(TM) i7-12700 CPU @ 2.10GHz",
                json!({ "signature": known(json!({ "family": 6, "model": 42, "stepping": 7 })) }),
            ),
            Inconclusive,
            R::CpuNameContradicted,
        ),
        c(
            "1.6 GHz, 4.2 at most",
            cpu(
                "Intel(R) Core(TM) i5-10210U CPU @ 1.60GHz",
                clocks(known(1600), known(4200)),
            ),
            Warn,
            R::CpuOnlyMaxClock,
        ),
        c(
            "1.6 GHz by its name",
            cpu("Intel(R) Core(TM) i5-10210U CPU @ 1.60GHz", cores(4)),
            Fail,
            R::CpuClockTooLow,
        ),
        c(
            "base unknown, 4.2 at most",
            cpu(
                "12th Gen Intel(R) Core(TM) i5-1235U",
                clocks(unknown(), known(4400)),
            ),
            Inconclusive,
            R::CpuClockUnknown,
        ),
        c(
            "base unknown, 1.5 at most",
            cpu(
                "12th Gen Intel(R) Core(TM) i5-1235U",
                clocks(unknown(), known(1500)),
            ),
            Fail,
            R::CpuClockTooLow,
        ),
        c(
            "a desktop processor since the 12th generation has 2 GHz",
            cpu("13th Gen Intel(R) Core(TM) i5-13400F", json!({})),
            Pass,
            R::Met,
        ),
        c(
            "not so a T model",
            cpu("13th Gen Intel(R) Core(TM) i5-13400T", json!({})),
            Inconclusive,
            R::CpuClockUnknown,
        ),
        c(
            "Pentium",
            cpu("Intel(R) Pentium(R) CPU G4560 @ 3.50GHz", cores(2)),
            Warn,
            R::CpuUnlisted,
        ),
        c(
            "Xeon",
            cpu("Intel(R) Xeon(R) CPU E5-1620 v2 @ 3.70GHz", cores(4)),
            Warn,
            R::CpuUnlisted,
        ),
        c("Apple M1", cpu("Apple M1", cores(8)), Warn, R::CpuUnlisted),
        c(
            "Snapdragon",
            cpu("Snapdragon(R) X 12-core X1E80100 @ 3.40 GHz", json!({})),
            Warn,
            R::CpuUnlisted,
        ),
        c(
            "an unlisted family that misses the figures",
            cpu("Intel(R) Celeron(R) N4020 CPU @ 1.10GHz", cores(2)),
            Fail,
            R::CpuClockTooLow,
        ),
        c(
            "an unlisted family of unknown clock",
            cpu("Intel(R) N100", cores(4)),
            Inconclusive,
            R::CpuClockUnknown,
        ),
        c(
            "two cores of AMD, whatever the family",
            cpu(
                "AMD Athlon(tm) 64 Processor 3500+",
                clocks(known(2200), unknown()),
            ),
            Pass,
            R::Met,
        ),
        c(
            "one core, counted",
            cpu(
                "AMD Athlon(tm) 64 Processor 3500+",
                json!({ "physical_cores": known(1), "base_clock": known(2200) }),
            ),
            Fail,
            R::CpuTooFewCores,
        ),
        c(
            "no more cores than logical processors",
            cpu(
                "AMD Athlon(tm) 64 Processor 3500+",
                json!({ "logical_cores": known(1), "base_clock": known(2200) }),
            ),
            Fail,
            R::CpuTooFewCores,
        ),
        c(
            "cores unknown",
            cpu(
                "AMD Athlon(tm) 64 Processor 3500+",
                json!({ "physical_cores": unknown(), "base_clock": known(2200) }),
            ),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "zero cores are no count",
            cpu(
                "AMD Athlon(tm) 64 Processor 3500+",
                json!({ "physical_cores": known(0), "base_clock": known(2200) }),
            ),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "a hypervisor's name",
            cpu(
                "Intel Core Processor (Skylake, IBRS)",
                clocks(known(2400), unknown()),
            ),
            Inconclusive,
            R::CpuNotDecoded,
        ),
        c(
            "a hypervisor's name, one core",
            cpu(
                "QEMU Virtual CPU version 2.5+",
                json!({ "physical_cores": known(1) }),
            ),
            Fail,
            R::CpuTooFewCores,
        ),
        c(
            "no name",
            inventory(json!({ "cpu": { "physical_cores": known(4), "base_clock": known(3000) } })),
            Inconclusive,
            R::NotCollected,
        ),
        c(
            "name unreadable",
            inventory(json!({ "cpu": { "brand": unknown() } })),
            Inconclusive,
            R::Unknown,
        ),
    ]
}

/// 2025 Rooms, one and three screens.
fn rooms() -> Vec<Case> {
    let screens = |class: &[&str], generation: u32, cores: u32| {
        let mut families: Vec<Value> = class
            .iter()
            .map(|tier| json!({ "tier": tier, "min_generation": generation }))
            .collect();
        families.push(json!({ "tier": "core-ultra-7" }));
        json!({ "cpu": { "any_of": [{ "families": families, "min_cores": cores, "segment": "desktop" }] } })
    };
    let one = screens(&["core-i5", "core-i7", "core-i9"], 8, 4);
    let three = screens(&["core-i7", "core-i9"], 10, 8);
    let c = |name, rule: &Value, brand: &str, facts: Value, verdict, reason| {
        case(name, rule.clone(), cpu(brand, facts), verdict, reason)
            .with(json!({ "on_unlisted": "warn" }))
    };
    vec![
        c(
            "i5-8500T, 1 screen",
            &one,
            "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz",
            cores(6),
            Pass,
            R::Met,
        ),
        c(
            "i5-8500T by its name alone",
            &one,
            "i5-8500T",
            json!({}),
            Pass,
            R::Met,
        ),
        c(
            "i5-8259U, 1 screen",
            &one,
            "Intel(R) Core(TM) i5-8259U CPU @ 2.30GHz",
            cores(4),
            Fail,
            R::CpuWrongSegment,
        ),
        c(
            "i7-10700T, 3 screens",
            &three,
            "Intel(R) Core(TM) i7-10700T CPU @ 2.00GHz",
            cores(8),
            Pass,
            R::Met,
        ),
        c(
            "i7-9700T, 3 screens",
            &three,
            "Intel(R) Core(TM) i7-9700T CPU @ 2.00GHz",
            cores(8),
            Fail,
            R::CpuGenerationTooOld,
        ),
        c(
            "i7-1165G7, 3 screens",
            &three,
            "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz",
            cores(4),
            Fail,
            R::CpuWrongSegment,
        ),
        c(
            "i5-12500, 3 screens",
            &three,
            "12th Gen Intel(R) Core(TM) i5-12500",
            cores(6),
            Fail,
            R::CpuClassTooLow,
        ),
        c(
            "i3-8100, 1 screen",
            &one,
            "Intel(R) Core(TM) i3-8100 CPU @ 3.60GHz",
            cores(4),
            Fail,
            R::CpuClassTooLow,
        ),
        c(
            "i5-7500, 1 screen",
            &one,
            "Intel(R) Core(TM) i5-7500 CPU @ 3.40GHz",
            cores(4),
            Fail,
            R::CpuGenerationTooOld,
        ),
        c(
            "Celeron J4125, 1 screen",
            &one,
            "Intel(R) Celeron(R) J4125 CPU @ 2.00GHz",
            cores(4),
            Fail,
            R::CpuClassTooLow,
        ),
        c(
            "Ultra 7 265K, 3 screens",
            &three,
            "Intel(R) Core(TM) Ultra 7 265K",
            cores(20),
            Pass,
            R::Met,
        ),
        c(
            "Ultra 5 245K, 3 screens",
            &three,
            "Intel(R) Core(TM) Ultra 5 245K",
            cores(14),
            Fail,
            R::CpuClassTooLow,
        ),
        c(
            "Ultra 7 258V",
            &one,
            "Intel(R) Core(TM) Ultra 7 258V",
            cores(8),
            Fail,
            R::CpuWrongSegment,
        ),
        c(
            "Ultra 7 355",
            &one,
            "Intel(R) Core(TM) Ultra 7 355",
            cores(8),
            Fail,
            R::CpuWrongSegment,
        ),
        c(
            "AMD desktop",
            &one,
            "AMD Ryzen 5 3600 6-Core Processor",
            json!({}),
            Warn,
            R::CpuUnlisted,
        ),
        c(
            "AMD laptop",
            &one,
            "AMD Ryzen 5 5500U with Radeon Graphics",
            cores(6),
            Fail,
            R::CpuWrongSegment,
        ),
        c(
            "embedded is neither listed nor a laptop's",
            &one,
            "Intel(R) Core(TM) i5-9500E CPU @ 3.00GHz",
            cores(6),
            Warn,
            R::CpuUnlisted,
        ),
        c(
            "i5 without a number",
            &one,
            "Intel(R) Core(TM) i5 CPU",
            cores(4),
            Inconclusive,
            R::CpuNotDecoded,
        ),
        c(
            "i5 without a number, two cores",
            &one,
            "Intel(R) Core(TM) i5 CPU",
            cores(2),
            Fail,
            R::CpuTooFewCores,
        ),
        c(
            "two cores disabled",
            &one,
            "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz",
            cores(2),
            Fail,
            R::CpuTooFewCores,
        ),
        c(
            "unlisted fails where the manifest says so",
            &one,
            "AMD Ryzen 5 3600 6-Core Processor",
            json!({}),
            Fail,
            R::CpuUnlisted,
        )
        .with(json!({})),
        c(
            "unlisted fails, whatever is unknown beside it",
            &one,
            "AMD Ryzen 9 PRO 3900",
            json!({}),
            Fail,
            R::CpuUnlisted,
        )
        .with(json!({})),
        case(
            "memory in the same line",
            json!({ "cpu": { "any_of": [{ "families": [{ "tier": "core-i5" }], "min_memory": 8192 }] } }),
            inventory(
                json!({ "cpu": { "brand": known("i5-8500T") }, "memory": { "installed": known(4096) } }),
            ),
            Fail,
            R::MemoryTooLittle,
        ),
        case(
            "memory in the same line, nearly",
            json!({ "cpu": { "any_of": [{ "families": [{ "tier": "core-i5" }], "min_memory": 8192 }] } }),
            inventory(
                json!({ "cpu": { "brand": known("i5-8500T") }, "memory": { "usable": known(7800) } }),
            ),
            Inconclusive,
            R::MemoryNearlyMet,
        ),
    ]
}

/// Any one of three bullets.
fn smart_gallery() -> Vec<Case> {
    let families = |least: u32, last: Value| -> Value {
        ["core-i5", "core-i7", "core-i9"]
            .iter()
            .map(|tier| json!({ "tier": tier, "min_generation": least, "max_generation": last }))
            .collect()
    };
    let rule = json!({ "cpu": { "any_of": [
        { "families": families(4, json!(7)), "min_cores": 4, "min_base_clock": 3000, "segment": "desktop" },
        { "families": families(8, Value::Null), "segment": "desktop" },
        { "families": families(12, Value::Null), "min_performance_cores": 4, "min_efficiency_cores": 4 }
    ] } });
    let c = |name, brand: &str, facts: Value, verdict, reason| {
        case(name, rule.clone(), cpu(brand, facts), verdict, reason)
    };
    let hybrid = |p: u32, e: u32| json!({ "physical_cores": known(p + e), "performance_cores": known(p), "efficiency_cores": known(e) });
    vec![
        c(
            "i5-12500T as a desktop processor",
            "12th Gen Intel(R) Core(TM) i5-12500T",
            hybrid(6, 0),
            Pass,
            R::Met,
        ),
        c(
            "i5-1240P as a hybrid",
            "12th Gen Intel(R) Core(TM) i5-1240P",
            hybrid(4, 8),
            Pass,
            R::Met,
        ),
        c(
            "i5-1235U",
            "12th Gen Intel(R) Core(TM) i5-1235U",
            hybrid(2, 8),
            Fail,
            R::CpuTooFewHybridCores,
        ),
        c(
            "i5-1240P, kinds of cores unknown, and all that it is sold with are there",
            "12th Gen Intel(R) Core(TM) i5-1240P",
            json!({ "physical_cores": known(12), "performance_cores": unknown() }),
            Pass,
            R::Met,
        ),
        c(
            "i5-1240P, kinds of cores unknown, some are off",
            "12th Gen Intel(R) Core(TM) i5-1240P",
            json!({ "physical_cores": known(8), "performance_cores": unknown() }),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "kinds of cores unknown",
            "13th Gen Intel(R) Core(TM) i5-1340PE",
            json!({ "physical_cores": known(12), "performance_cores": unknown() }),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "E-cores unknown",
            "13th Gen Intel(R) Core(TM) i5-1340PE",
            json!({ "performance_cores": known(4), "efficiency_cores": unknown() }),
            Inconclusive,
            R::Unknown,
        ),
        c(
            "seven cores cannot be 4 + 4",
            "12th Gen Intel(R) Core(TM) i5-1240P",
            json!({ "physical_cores": known(7) }),
            Fail,
            R::CpuTooFewHybridCores,
        ),
        c(
            "i5-6500 at 3.2",
            "Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz",
            cores(4),
            Pass,
            R::Met,
        ),
        c(
            "i5-6500T at 2.5",
            "Intel(R) Core(TM) i5-6500T CPU @ 2.50GHz",
            cores(4),
            Fail,
            R::CpuClockTooLow,
        ),
        c(
            "i5-8250U is a laptop's",
            "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz",
            cores(4),
            Fail,
            R::CpuWrongSegment,
        ),
        c(
            "i5-3470 is older than all",
            "Intel(R) Core(TM) i5-3470 CPU @ 3.20GHz",
            cores(4),
            Fail,
            R::CpuGenerationTooOld,
        ),
    ]
}

fn mac() -> Vec<Case> {
    let rule = json!({ "cpu": { "any_of": [{ "models": ["Apple M1", "M2", "M2Pro"] }] } });
    let c = |name, brand: &str, verdict, reason| {
        let evidence = inventory(
            json!({ "os": { "family": known("macos") }, "cpu": { "brand": known(brand) } }),
        );
        case(name, rule.clone(), evidence, verdict, reason).with(json!({ "on_unlisted": "warn" }))
    };
    vec![
        c("M2 Pro", "Apple M2 Pro", Pass, R::Met),
        c(
            "M2 Max is another chip",
            "Apple M2 Max",
            Warn,
            R::CpuUnlisted,
        ),
        c("M4", "Apple M4", Warn, R::CpuUnlisted),
        c(
            "Intel Mac",
            "Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz",
            Fail,
            R::CpuIntelMac,
        ),
        c(
            "a guest on an Apple chip",
            "Apple processor",
            Inconclusive,
            R::CpuNotDecoded,
        ),
        c(
            "Rosetta",
            "VirtualApple @ 2.50GHz processor",
            Inconclusive,
            R::CpuNotDecoded,
        ),
    ]
}

/// 2025: quad core 2.5 GHz, 64 bit.
fn recommended() -> Vec<Case> {
    let rule = json!({ "cpu": { "any_of": [{ "min_cores": 4, "min_base_clock": 2500, "bits_64": true }] } });
    let c = |name, brand: &str, architecture: Value, verdict, reason| {
        let evidence = inventory(json!({
            "os": { "architecture": architecture },
            "cpu": { "brand": known(brand), "physical_cores": known(4), "base_clock": known(2800) }
        }));
        case(name, rule.clone(), evidence, verdict, reason).with(json!({ "on_fail": "warn" }))
    };
    let amd = "AMD Athlon(tm) X4 860K Quad Core Processor";
    vec![
        c("64 bit", amd, known("x86_64"), Pass, R::Met),
        c(
            "a 64-bit processor under a 32-bit system",
            "Intel(R) Core(TM) i5-4570 CPU @ 3.20GHz",
            known("x86"),
            Pass,
            R::Met,
        ),
        c(
            "32 bit",
            "Intel(R) Atom(TM) CPU N270   @ 1.60GHz",
            known("x86"),
            Warn,
            R::CpuNot64Bit,
        ),
        c("not told", amd, unknown(), Inconclusive, R::Unknown),
    ]
}

fn odd() -> Vec<Case> {
    vec![
        case(
            "a rule without alternatives",
            json!({ "cpu": { "any_of": [] } }),
            json!({}),
            Pass,
            R::Met,
        ),
        case(
            "an alternative without conditions",
            json!({ "cpu": { "any_of": [{}] } }),
            json!({}),
            Pass,
            R::Met,
        ),
    ]
}
