//! How often processor names are read right, and what real machines come to.
//!
//! `cargo bench --bench cpu_names -- DIR` prints, of a folder that holds `cpu_brands.tsv` (a head line, then names with
//! the maker's facts, tab-separated) and `real_machines.ndjson` (a machine a line: `cpu`, `signature`, `dimms`), the
//! share right, wrong and not told of each field, every wrong one, and the verdicts of each edition. It fails on nothing.
//! `--list FIELD` also prints the names of which this field is not told.

#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use meetready::judge::{CpuNameJudge, judge};
use meetready::manifest::Catalog;
use meetready::model::cpu_name::{CpuName, decode, decode_with, line_up};
use meetready::model::evidence::{EVIDENCE_SCHEMA, Evidence, Subject, Tool};
use meetready::model::fact::Fact;
use meetready::model::inventory::{CpuSignature, Inventory, OsFamily};
use meetready::model::units::Mebibytes;
use meetready::model::{Reason, Target, Verdict};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let mut args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let list = args.iter().position(|a| a == "--list").map(|at| {
        args.remove(at);
        if at < args.len() {
            args.remove(at)
        } else {
            String::new()
        }
    });
    rate()?;
    let Some(dir) = args.first() else {
        println!("skipped: no folder with cpu_brands.tsv and real_machines.ndjson was given");
        return Ok(());
    };
    let dir = Path::new(dir);
    let names = dir.join("cpu_brands.tsv");
    if names.is_file() {
        brands(&fs::read_to_string(names)?, list.as_deref());
    } else {
        println!("skipped: {} is not there", names.display());
    }
    let machines = dir.join("real_machines.ndjson");
    if machines.is_file() {
        real_machines(&fs::read_to_string(machines)?)?;
    } else {
        println!("skipped: {} is not there", machines.display());
    }
    Ok(())
}

/// Names decoded and judged against the processor lines of every edition, on one core. The aim is 100,000 a second.
fn rate() -> Outcome {
    let catalog = Catalog::embedded()?;
    let judge = CpuNameJudge::new(catalog.editions());
    let names: Vec<&str> = include_str!("../tests/data/cpu_names.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .collect();
    let start = Instant::now();
    let mut done: u32 = 0;
    while start.elapsed() < Duration::from_secs(2) {
        for name in &names {
            black_box(judge.judge(&decode(black_box(name))));
            done += 1;
        }
    }
    let rate = f64::from(done) / start.elapsed().as_secs_f64();
    println!("{rate:.0} names a second, decoded and judged against every edition");
    Ok(())
}

/// Right, wrong and not told of one field.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: Vec<String>,
    untold: Vec<String>,
}

impl Score {
    fn add(&mut self, name: &str, found: Option<String>, fact: &str) {
        match found {
            Some(found) if found == fact || same_clock(&found, fact) => self.right += 1,
            Some(found) => self.wrong.push(format!("{name}: {found}, not {fact}")),
            None => self.untold.push(format!("{name}: {fact}")),
        }
    }
}

/// A bus clock of 133.33 MHz makes 2.67 GHz in a name and 2.66 GHz in a catalogue.
fn same_clock(found: &str, fact: &str) -> bool {
    match (found.parse::<u32>(), fact.parse::<u32>()) {
        (Ok(found), Ok(fact)) => fact > 100 && found.abs_diff(fact) <= 10,
        _ => false,
    }
}

fn brands(text: &str, list: Option<&str>) {
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |row: &[&str], name: &str| -> String {
        head.iter()
            .position(|h| *h == name)
            .and_then(|i| row.get(i))
            .map_or("", |cell| cell.trim())
            .to_owned()
    };
    for with_signature in [false, true] {
        let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
        let mut contradictions = Vec::new();
        let mut count = 0;
        for line in lines.clone() {
            let row: Vec<&str> = line.split('\t').collect();
            let brand = column(&row, "brand");
            count += 1;
            let number = |name: &str| column(&row, name).parse::<u32>().ok();
            let signature = number("family")
                .zip(number("model"))
                .map(|(family, model)| CpuSignature {
                    family,
                    model,
                    stepping: number("stepping").unwrap_or(0),
                });
            let name = if with_signature {
                decode_with(&brand, signature.as_ref())
            } else {
                decode(&brand)
            };
            if name.contradicted {
                contradictions.push(format!("{brand}: {signature:?}"));
            }
            for (field, found) in fields(&name) {
                let fact = column(&row, field);
                if !fact.is_empty() {
                    scores.entry(field).or_default().add(&brand, found, &fact);
                }
            }
        }
        println!(
            "{count} names{}",
            if with_signature {
                ", with family, model and stepping"
            } else {
                ""
            }
        );
        for (field, score) in &scores {
            let all = score.right + score.wrong.len() + score.untold.len();
            println!(
                "  {field:<15} of {all:>4}: right {:>6}, wrong {:>6}, not told {:>6}",
                share(score.right, all),
                share(score.wrong.len(), all),
                share(score.untold.len(), all),
            );
            for wrong in &score.wrong {
                println!("    wrong: {wrong}");
            }
            if list == Some(field) && !with_signature {
                for untold in &score.untold {
                    println!("    not told: {untold}");
                }
            }
        }
        for line in contradictions {
            println!("  name and signature contradict: {line}");
        }
    }
}

fn fields(name: &CpuName) -> [(&'static str, Option<String>); 5] {
    let segment = name
        .segment
        .and_then(|s| serde_json::to_value(s).ok())
        .and_then(|s| s.as_str().map(str::to_owned));
    let cores = line_up(name);
    [
        ("generation", name.generation.map(|g| g.to_string())),
        ("segment", segment),
        ("cores", cores.map(|c| c.cores.to_string())),
        (
            "p_cores/e_cores",
            cores
                .and_then(|c| c.performance.zip(c.efficiency))
                .map(|(p, e)| format!("{p}/{e}")),
        ),
        ("base_mhz", name.base_clock.map(|c| c.0.to_string())),
    ]
}

fn share(part: usize, all: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let percent = part as f64 * 100.0 / (all.max(1)) as f64;
    format!("{percent:.1} %")
}

/// Every machine against every product of every edition, as a PC with Windows.
fn real_machines(text: &str) -> Outcome {
    let catalog = Catalog::embedded()?;
    let machines: Vec<Evidence> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|row| machine(&row))
        .collect();
    println!("{} machines", machines.len());
    let contradicted: Vec<String> = machines
        .iter()
        .filter_map(|m| {
            let cpu = &m.inventory.cpu;
            let (brand, signature) = (cpu.brand.value()?, cpu.signature.value()?);
            decode_with(brand, Some(signature))
                .contradicted
                .then(|| format!("{brand}: {signature:?}"))
        })
        .collect();
    for line in &contradicted {
        println!("  name and signature contradict: {line}");
    }
    for edition in catalog.editions() {
        let start = Instant::now();
        let targets: Vec<Target> = edition
            .products
            .values()
            .flat_map(|product| {
                let variants: Vec<Target> = product
                    .variants
                    .iter()
                    .filter_map(|v| format!("{}:{}", product.product, v.id).parse().ok())
                    .collect();
                if variants.is_empty() {
                    product.product.to_string().parse().into_iter().collect()
                } else {
                    variants
                }
            })
            .collect();
        let (edition, selection) = catalog.select(Some(&edition.info.edition), &targets, &[], 1)?;
        let mut tally: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
        for evidence in &machines {
            let report = judge(edition, evidence.clone(), &selection);
            for result in &report.results {
                let id = result.requirement.to_string();
                if !id.contains("cpu") && !id.contains("memory") {
                    continue;
                }
                let kind = match (result.verdict, result.reason) {
                    (Verdict::Warn | Verdict::Fail, Reason::CpuUnlisted) => "unlisted",
                    (Verdict::Pass, _) => "pass",
                    (Verdict::Warn, _) => "warn",
                    (Verdict::Fail, _) => "fail",
                    (Verdict::Inconclusive, _) => "unknown",
                    (Verdict::NotApplicable, _) => continue,
                };
                let kinds = tally.entry(id).or_default();
                *kinds.entry(kind).or_default() += 1;
            }
        }
        println!(
            "edition {}, {} machines in {:.1} s",
            edition.info.edition,
            machines.len(),
            start.elapsed().as_secs_f64()
        );
        for (id, kinds) in tally {
            let all: usize = kinds.values().sum();
            let shares: Vec<String> = ["pass", "warn", "fail", "unlisted", "unknown"]
                .iter()
                .map(|kind| {
                    format!(
                        "{kind} {}",
                        share(kinds.get(kind).copied().unwrap_or(0), all)
                    )
                })
                .collect();
            println!("  {id:<32} {}", shares.join(", "));
        }
    }
    Ok(())
}

fn machine(row: &serde_json::Value) -> Evidence {
    let text = |key: &str| {
        row.get(key)
            .and_then(serde_json::Value::as_str)
            .unwrap_or("")
    };
    let mut inventory = Inventory::default();
    inventory.os.family = Fact::known(OsFamily::Windows, "assumed");
    inventory.cpu.brand = Fact::known(text("cpu").to_owned(), "SMBIOS");
    if let Some(signature) = signature(text("signature")) {
        inventory.cpu.signature = Fact::known(signature, "SMBIOS");
    }
    let sizes: Vec<u64> = row
        .get("dimms")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|dimm| mebibytes(dimm.as_str()?))
        .collect();
    if !sizes.is_empty() {
        inventory.memory.installed =
            Fact::known(Mebibytes(sizes.iter().sum()), "sum of the modules");
    }
    Evidence {
        schema: EVIDENCE_SCHEMA.to_owned(),
        tool: Tool::default(),
        collected_at: None,
        subject: Subject::default(),
        inventory,
        network: None,
    }
}

/// `Type 0, Family 6, Model 122, Stepping 1`
fn signature(text: &str) -> Option<CpuSignature> {
    let number = |label: &str| {
        let (_, rest) = text.split_once(label)?;
        rest.split([',', ' ']).find(|w| !w.is_empty())?.parse().ok()
    };
    Some(CpuSignature {
        family: number("Family")?,
        model: number("Model")?,
        stepping: number("Stepping").unwrap_or(0),
    })
}

/// `4096 MB`, `8 GB`; none for an empty slot.
fn mebibytes(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "MB" => Some(number),
        "GB" => number.checked_mul(1_024),
        "TB" => number.checked_mul(1_024 * 1_024),
        _ => None,
    }
}
