//! Delay and loss over the length of a stream.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::model::media::QualityMoment;
use crate::model::network::QualityReading;
use crate::model::units::{Millis, Percent};

use super::super::{network, words};
use super::Page;

/// The drawing's own measures; the page stretches it to its width.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 100.0;
const LOSS_HEIGHT: f64 = 44.0;

/// One point of the delay drawing: when, the median and the longest.
struct Point {
    x: f64,
    middle: f64,
    longest: f64,
}

/// Delay and loss of every stream that was kept in steps.
pub(super) fn all(page: &Page<'_>, readings: &[QualityReading]) -> Markup {
    let drawn: Vec<&QualityReading> = readings.iter().filter(|q| q.timeline.len() > 1).collect();
    let most = page.limits.findings.min(24);
    html! {
        @for q in drawn.iter().take(most) { (one(page, q)) }
        (page.left_out(drawn.len(), most))
    }
}

fn one(page: &Page<'_>, q: &QualityReading) -> Markup {
    let texts = page.texts;
    let end = length(q);
    let title = texts.format(
        "page-chart",
        &[
            ("way", super::network::way(page, q.direction).into()),
            ("family", network::family(q.family).into()),
            ("media", texts.code(q.detail.media).into()),
            ("load", texts.code(q.detail.load).into()),
            ("role", texts.code(q.role).into()),
        ],
    );
    html! {
        figure.ports {
            figcaption { (title) }
            (delay(page, q, end))
            (loss(page, q, end))
            span.ends { span { "0 s" } span { (seconds(end)) } }
        }
    }
}

/// The end of the time axis in milliseconds: the stream's length, or its last step where that is longer.
fn length(q: &QualityReading) -> f64 {
    let last = q
        .timeline
        .iter()
        .map(|m| finite(m.offset))
        .fold(0.0, f64::max);
    finite(q.duration).max(last).max(1.0)
}

fn finite(Millis(ms): Millis) -> f64 {
    if ms.is_finite() { ms.max(0.0) } else { 0.0 }
}

fn seconds(ms: f64) -> String {
    format!("{:.1} s", ms / 1_000.0)
}

/// A round figure at or above, so that the top of an axis reads well.
fn ceiling(value: f64) -> f64 {
    let steps = [
        1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0,
    ];
    steps.into_iter().find(|s| *s >= value).unwrap_or(value)
}

/// Which delay was seen: the round trip, else what came on top of the fastest packet on the way.
fn delays(m: &QualityMoment, round_trip: bool) -> Option<(f64, f64)> {
    let (middle, longest) = if round_trip {
        (m.round_trip_p50?, m.round_trip_max.or(m.round_trip_p50)?)
    } else {
        (m.variation_p50?, m.variation_max.or(m.variation_p50)?)
    };
    Some((finite(middle), finite(longest)))
}

fn delay(page: &Page<'_>, q: &QualityReading, end: f64) -> Markup {
    let texts = page.texts;
    let round_trip = q.timeline.iter().any(|m| m.round_trip_p50.is_some());
    // Steps in which nothing arrived have no delay: the line breaks there.
    let mut runs: Vec<Vec<Point>> = vec![Vec::new()];
    for m in &q.timeline {
        match delays(m, round_trip) {
            Some((middle, longest)) => {
                if let Some(run) = runs.last_mut() {
                    run.push(Point {
                        x: finite(m.offset) / end * WIDTH,
                        middle,
                        longest,
                    });
                }
            }
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    let peak = runs
        .iter()
        .flatten()
        .map(|p| p.longest.max(p.middle))
        .fold(0.0, f64::max);
    if runs.is_empty() {
        return html! { p.quiet { (texts.get("page-chart-no-delay")) } };
    }
    let mut middles: Vec<f64> = runs.iter().flatten().map(|p| p.middle).collect();
    middles.sort_by(f64::total_cmp);
    let typical = middles[middles.len() / 2];
    let top = ceiling(peak);
    let y = |value: f64| HEIGHT - value / top * HEIGHT;
    let words = texts.format(
        if round_trip {
            "page-chart-round-trip"
        } else {
            "page-chart-variation"
        },
        &[
            ("typical", words::time(Millis(typical)).into()),
            ("longest", words::time(Millis(peak)).into()),
        ],
    );
    html! {
        p.chart-words { (words) }
        div.plot {
            span.top-mark { (words::time(Millis(top))) }
            svg role="img" aria-label=(words) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" height="100" {
                path.grid d={ "M0 .5H" (WIDTH) "M0 " (HEIGHT / 2.0) "H" (WIDTH) "M0 " (HEIGHT - 0.5) "H" (WIDTH) } {}
                @for run in &runs {
                    path.longest d=(area(run, y)) {}
                    path.middle d=(line(run, y)) {}
                }
            }
        }
    }
}

fn line(run: &[Point], y: impl Fn(f64) -> f64) -> String {
    let mut d = String::new();
    for (i, p) in run.iter().enumerate() {
        let _ = write!(
            d,
            "{}{:.1} {:.1}",
            if i == 0 { 'M' } else { 'L' },
            p.x,
            y(p.middle)
        );
    }
    if run.len() == 1 {
        d.push_str("h2");
    }
    d
}

fn area(run: &[Point], y: impl Fn(f64) -> f64) -> String {
    let mut d = String::new();
    for (i, p) in run.iter().enumerate() {
        let _ = write!(
            d,
            "{}{:.1} {:.1}",
            if i == 0 { 'M' } else { 'L' },
            p.x,
            y(p.longest)
        );
    }
    let (first, last) = (
        run.first().map_or(0.0, |p| p.x),
        run.last().map_or(0.0, |p| p.x),
    );
    let last = if run.len() == 1 { last + 2.0 } else { last };
    let _ = write!(d, "L{last:.1} {:.1}L{first:.1} {:.1}z", y(0.0), y(0.0));
    d
}

fn loss(page: &Page<'_>, q: &QualityReading, end: f64) -> Markup {
    let texts = page.texts;
    let (mut lost, mut sent, mut worst) = (0_u64, 0_u64, None::<(f64, &QualityMoment)>);
    let mut bars: Vec<(f64, f64)> = Vec::new();
    for m in &q.timeline {
        let gone = m.sent.saturating_sub(m.received);
        lost = lost.saturating_add(gone);
        sent = sent.saturating_add(m.sent);
        if gone == 0 {
            continue;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of packets of one quarter of a second"
        )]
        let share = gone as f64 / m.sent as f64 * 100.0;
        bars.push((finite(m.offset) / end * WIDTH, share));
        if worst.is_none_or(|(most, _)| share > most) {
            worst = Some((share, m));
        }
    }
    let words = match worst {
        None => texts.format("page-chart-no-loss", &[("sent", sent.into())]),
        Some((share, m)) => texts.format(
            "page-chart-loss",
            &[
                ("lost", lost.into()),
                ("sent", sent.into()),
                ("worst", words::share(Percent(share)).into()),
                ("at", seconds(finite(m.offset)).into()),
            ],
        ),
    };
    let top = ceiling(worst.map_or(1.0, |(share, _)| share)).min(100.0);
    #[expect(clippy::cast_precision_loss, reason = "at most some hundred steps")]
    let width = (WIDTH / q.timeline.len() as f64).max(1.5);
    html! {
        p.chart-words { (words) }
        @if worst.is_some() {
            div.plot {
                span.top-mark { (words::share(Percent(top))) }
                svg role="img" aria-label=(words) viewBox={ "0 0 " (WIDTH) " " (LOSS_HEIGHT) } preserveAspectRatio="none" height="44" {
                    path.grid d={ "M0 .5H" (WIDTH) "M0 " (LOSS_HEIGHT - 0.5) "H" (WIDTH) } {}
                    @for (x, share) in bars {
                        @let height = share / top * LOSS_HEIGHT;
                        rect.lost x=(format!("{x:.1}")) y=(format!("{:.1}", LOSS_HEIGHT - height))
                            width=(format!("{width:.1}")) height=(format!("{height:.1}")) {}
                    }
                }
            }
        }
    }
}
