//! Reports per second from one evidence file, and processor names per second, on one core.
//!
//! `cargo bench --bench judge`; prints to stdout, fails on nothing. The aims are 20,000 reports and 100,000 names.

#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use meetready::judge::judge;
use meetready::manifest::Catalog;
use meetready::model::Evidence;
use meetready::model::cpu_name::decode;

const EVIDENCE: &str = include_str!("../tests/data/evidence_windows.json");
const NAMES: &str = include_str!("../tests/data/cpu_names.tsv");
const LENGTH: Duration = Duration::from_secs(2);

/// Runs a batch again and again for a while: how many of its items a second, the best of three.
fn rate(items: usize, mut batch: impl FnMut()) -> u64 {
    let mut best = 0;
    for _ in 0..3 {
        let start = Instant::now();
        let mut done: u64 = 0;
        while start.elapsed() < LENGTH {
            batch();
            done += items as u64;
        }
        let micros = u64::try_from(start.elapsed().as_micros())
            .unwrap_or(u64::MAX)
            .max(1);
        best = best.max(done.saturating_mul(1_000_000) / micros);
    }
    best
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = Catalog::embedded()?;
    let evidence: Evidence = serde_json::from_str(EVIDENCE)?;
    for product in ["meetings", "rooms", "phone"] {
        let (edition, selection) =
            catalog.select(Some(&"2025-05".parse()?), &[product.parse()?], &[], 1)?;
        let reports = rate(100, || {
            for _ in 0..100 {
                black_box(judge(edition, black_box(evidence.clone()), &selection));
            }
        });
        println!("{product}: {reports} reports/s, evidence copied for each");
    }
    let names: Vec<&str> = NAMES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
        .collect();
    let decoded = rate(names.len(), || {
        for name in &names {
            black_box(decode(black_box(name)));
        }
    });
    println!("{decoded} processor names/s");
    Ok(())
}
