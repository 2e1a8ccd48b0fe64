//! A line watched for a while: what came of each window, when, and the worst of them.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::model::quantity::Value;
use crate::model::units::Percent;
use crate::model::watch::{WatchFigures, WatchReading, WatchWindow};

use super::super::{network, text, words};
use super::Page;

/// The drawing's own measures; the page stretches it to its width.
const WIDTH: u16 = 720;
const HEIGHT: u16 = 24;
/// One column is 3 wide, so that a day of windows stays a small drawing.
const COLUMNS: u16 = 240;

/// What came of a window, the better before the worse.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// Nothing of it was measured.
    Unmeasured,
    /// Every packet arrived.
    Whole,
    /// Some packets did not.
    Lost,
    /// No answer at all.
    Failed,
}

impl Came {
    const ALL: [Self; 4] = [Self::Whole, Self::Lost, Self::Failed, Self::Unmeasured];

    fn of(window: &WatchWindow) -> Self {
        let mut sides = window.up.iter().chain(&window.down);
        if window.failure.is_some() {
            Self::Failed
        } else if window.up.is_none() && window.down.is_none() {
            Self::Unmeasured
        } else if sides.any(|f: &WatchFigures| f.received < f.sent) {
            Self::Lost
        } else {
            Self::Whole
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Unmeasured => "p-untried",
            Self::Whole => "p-open",
            Self::Lost => "p-unproved",
            Self::Failed => "p-blocked",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Unmeasured => "page-watch-unmeasured",
            Self::Whole => "page-watch-whole",
            Self::Lost => "page-watch-lost",
            Self::Failed => "page-watch-failed",
        }
    }

    /// The worse the taller, so that none is told by colour alone.
    fn height(self) -> u16 {
        match self {
            Self::Unmeasured => 3,
            Self::Whole => 8,
            Self::Lost => 16,
            Self::Failed => HEIGHT,
        }
    }
}

pub(super) fn section(page: &Page<'_>, watch: &WatchReading) -> Markup {
    let texts = page.texts;
    let mut lines = network::watched(watch, texts).into_iter();
    let head = lines.next().unwrap_or_default();
    let breached = breached(page, watch);
    html! {
        h3 { (page.get("what-windows-breached")) }
        p { (head) }
        @if !breached.is_empty() {
            ul.plain { @for line in breached.iter().take(page.limits.findings) { li { (line) } } }
        }
        (strip(page, watch))
        @if lines.len() > 0 {
            h4 { (page.get("page-watch-worst")) }
            ul.plain { @for line in lines { li { (line.trim()) } } }
        }
    }
}

/// Each limit that the windows were held against: in how many it was breached, and when it was worst.
fn breached(page: &Page<'_>, watch: &WatchReading) -> BTreeSet<String> {
    let texts = page.texts;
    let results = page.report.results.iter();
    results
        .filter(|r| r.evidence.contains(&watch.id.0))
        .flat_map(|r| r.measured.iter().map(move |m| (r, &m.value)))
        .filter_map(|(r, value)| {
            let Value::Windows { breached, of, .. } = value else {
                return None;
            };
            #[expect(clippy::cast_precision_loss, reason = "counts of windows")]
            let share = *breached as f64 / (*of).max(1) as f64 * 100.0;
            let of_all = words::share(Percent(share));
            Some(format!(
                "{} ({}): {} ({of_all})",
                text::kind(r, texts),
                words::required(r, texts).join("; "),
                words::value(value, texts)
            ))
        })
        .collect()
}

/// Each column is the worst of the windows that began in it; a stretch without windows stays empty.
fn strip(page: &Page<'_>, watch: &WatchReading) -> Markup {
    let texts = page.texts;
    let (Some(first), Some(last)) = (watch.windows.first(), watch.windows.last()) else {
        return html! {};
    };
    let columns = columns(watch);
    let count = |came| watch.windows.iter().filter(|w| Came::of(w) == came).count();
    let counts: Vec<(Came, String)> = Came::ALL
        .into_iter()
        .filter(|came| count(*came) > 0)
        .map(|came| {
            let counted = &[("count", count(came).into())];
            (came, texts.format(came.key(), counted))
        })
        .collect();
    let told: Vec<&str> = counts.iter().map(|(_, words)| words.as_str()).collect();
    let width = WIDTH / COLUMNS;
    html! {
        figure.ports {
            figcaption { (page.get("page-watch-strip")) }
            ul.legend {
                @for (came, words) in &counts {
                    li {
                        svg.swatch aria-hidden="true" viewBox={ "0 0 14 " (HEIGHT) } {
                            rect class=(came.class()) x="0" y=(HEIGHT - came.height()) width="14" height=(came.height()) {}
                        }
                        " " (words)
                    }
                }
            }
            div.long {
                svg role="img" aria-label=(told.join(", ")) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" {
                    @for (from, length, came) in runs(&columns) {
                        rect class=(came.class()) x=(from * width) y=(HEIGHT - came.height())
                            width=(length * width) height=(came.height()) {}
                    }
                }
            }
            span.ends { span { (network::local_time(first.at)) } span { (network::local_time(last.at)) } }
        }
    }
}

/// What came of the windows of each column; none where no window began or went on.
fn columns(watch: &WatchReading) -> Vec<Option<Came>> {
    let mut columns = vec![None; usize::from(COLUMNS)];
    let (Some(first), Some(last)) = (watch.windows.first(), watch.windows.last()) else {
        return columns;
    };
    let since = |w: &WatchWindow| w.at.duration_since(first.at).as_secs_f64().max(0.0);
    let lasts = |w: &WatchWindow| (watch.every.0 / 1_000.0 * f64::from(w.stands_for)).max(0.001);
    let all = since(last) + lasts(last);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among the columns, and saturating"
    )]
    let place = |seconds: f64| (seconds / all * f64::from(COLUMNS)) as usize;
    for window in &watch.windows {
        let from = place(since(window)).min(columns.len() - 1);
        let to = place(since(window) + lasts(window)).clamp(from + 1, columns.len());
        for column in &mut columns[from..to] {
            *column = (*column).max(Some(Came::of(window)));
        }
    }
    columns
}

/// Neighbours that fared alike, as first column, number of columns and what came of them.
fn runs(columns: &[Option<Came>]) -> Vec<(u16, u16, Came)> {
    let mut out: Vec<(u16, u16, Came)> = Vec::new();
    for (at, came) in (0_u16..).zip(columns) {
        let Some(came) = *came else { continue };
        match out.last_mut() {
            Some((from, length, same)) if *same == came && *from + *length == at => *length += 1,
            _ => out.push((at, 1, came)),
        }
    }
    out
}
