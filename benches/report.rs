//! Time and size of each form of a report, for a usual one and for the largest.
//!
//! `cargo bench --bench report`; prints to stdout, fails on nothing.

#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use meetready::judge::judge;
use meetready::l10n::Lang;
use meetready::manifest::Catalog;
use meetready::model::{Evidence, Report};
use meetready::report::{Format, RenderOptions, render};

const EVIDENCE: &str = include_str!("../tests/data/evidence_windows.json");
const LENGTH: Duration = Duration::from_millis(500);
/// Every product and variant of the edition.
const EVERYTHING: [&str; 13] = [
    "meetings",
    "rooms:1-screen",
    "rooms:2-screens",
    "rooms:3-screens",
    "rooms:touch",
    "rooms:smart-gallery",
    "rooms-controller:ipad",
    "rooms-controller:android",
    "rooms-controller:windows",
    "phone",
    "contact-center",
    "webinars:attendee",
    "webinars:panelist",
];

fn report(targets: &[&str]) -> Result<Report, Box<dyn std::error::Error>> {
    let catalog = Catalog::embedded()?;
    let evidence: Evidence = serde_json::from_str(EVIDENCE)?;
    let targets: Result<Vec<_>, _> = targets.iter().map(|t| t.parse()).collect();
    let (edition, selection) = catalog.select(Some(&"2025-05".parse()?), &targets?, &[], 1)?;
    Ok(judge(edition, evidence, &selection))
}

/// The mean time of one rendering, and its bytes.
fn measure(report: &Report, format: Format, lang: Lang) -> (Duration, usize) {
    let options = RenderOptions {
        lang,
        ..RenderOptions::default()
    };
    let bytes = render(report, format, &options).len();
    let (start, mut done) = (Instant::now(), 0_u32);
    while start.elapsed() < LENGTH {
        black_box(render(black_box(report), format, &options));
        done += 1;
    }
    (start.elapsed() / done.max(1), bytes)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (name, targets) in [
        ("meetings", &EVERYTHING[..1]),
        ("everything", &EVERYTHING[..]),
    ] {
        let report = report(targets)?;
        println!("{name}: {} results", report.results.len());
        for format in Format::ALL {
            for lang in Lang::ALL {
                let (time, bytes) = measure(&report, format, lang);
                println!(
                    "  {:<12} {lang}  {:>8.2} ms  {:>7} bytes",
                    format.name(),
                    time.as_secs_f64() * 1_000.0,
                    bytes
                );
            }
        }
    }
    Ok(())
}
