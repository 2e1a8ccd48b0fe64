//! The port map: each range that was asked for, drawn as a strip from its first port to its last.

use maud::{Markup, html};

use crate::model::network::{PortReading, PortState, RangeMethod, ReflectorRole};
use crate::model::rule::PortRange;

use super::super::{port_lines, words};
use super::Page;

/// Ranges of up to so many ports have a cell a port; longer ones have columns of several ports.
const CELLS: u32 = 96;
/// Columns of a long range.
const COLUMNS: u32 = 192;
/// Strips drawn of one reading.
const STRIPS: usize = 24;
/// Outcomes listed of one reading.
const OUTCOMES: usize = 40;

/// What a cell or column shows, the weightiest last: a column shows the worst of its ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Untried,
    /// Open, but not every port of the column was tried.
    Sampled,
    Open,
    /// Answered by this process itself, which proves nothing about the network.
    Own,
    Unproved,
    Blocked,
}

impl Seen {
    const ALL: [Self; 6] = [
        Self::Open,
        Self::Sampled,
        Self::Own,
        Self::Blocked,
        Self::Unproved,
        Self::Untried,
    ];

    fn of(state: &PortState, role: ReflectorRole) -> Self {
        match state {
            PortState::Open { .. } if role == ReflectorRole::SelfTest => Self::Own,
            PortState::Open { .. } => Self::Open,
            PortState::Rejected { .. } | PortState::Silent { control: true, .. } => Self::Blocked,
            PortState::Unproved { .. }
            | PortState::Silent { control: false, .. }
            | PortState::NotTested { .. } => Self::Unproved,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Untried => "p-untried",
            Self::Sampled => "p-sampled",
            Self::Open => "p-open",
            Self::Own => "p-own",
            Self::Unproved => "p-unproved",
            Self::Blocked => "p-blocked",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Untried => "page-port-untried",
            Self::Sampled => "page-port-sampled",
            Self::Open => "page-port-open",
            Self::Own => "page-port-own",
            Self::Unproved => "page-port-unproved",
            Self::Blocked => "page-port-blocked",
        }
    }

    /// Top and height within a strip of 20: each kind has a shape of its own beside its colour.
    fn extent(self) -> (u32, u32) {
        match self {
            Self::Open | Self::Blocked => (0, 20),
            Self::Sampled => (4, 16),
            Self::Own => (8, 12),
            Self::Unproved => (12, 8),
            Self::Untried => (17, 3),
        }
    }
}

pub(super) fn map(page: &Page<'_>, readings: &[PortReading]) -> Markup {
    let mut kinds: Vec<Seen> = Vec::new();
    let figures: Vec<Markup> = readings
        .iter()
        .take(page.limits.findings)
        .map(|reading| figure(page, reading, &mut kinds))
        .collect();
    html! {
        ul.legend {
            li.quiet { (page.get("page-port-legend")) }
            @for seen in Seen::ALL { @if kinds.contains(&seen) { li { (swatch(seen)) " " (page.get(seen.key())) } } }
        }
        @for figure in figures { (figure) }
        (page.left_out(readings.len(), page.limits.findings))
    }
}

fn swatch(seen: Seen) -> Markup {
    let (y, height) = seen.extent();
    html! {
        svg.swatch aria-hidden="true" viewBox="0 0 14 20" {
            rect class=(seen.class()) x="0" y=(y) width="14" height=(height) {}
            @if seen == Seen::Blocked { path.cut d="M2 3L12 17M12 3L2 17" {} }
        }
    }
}

fn figure(page: &Page<'_>, reading: &PortReading, kinds: &mut Vec<Seen>) -> Markup {
    let texts = page.texts;
    let strips: Vec<Markup> = reading
        .asked
        .iter()
        .take(STRIPS)
        .map(|range| strip(page, reading, *range, kinds))
        .collect();
    html! {
        figure.ports {
            figcaption { (port_lines::port_head(reading, texts)) }
            div.strips { @for strip in strips { (strip) } }
            ul.outcomes {
                @for outcome in reading.outcomes.iter().take(OUTCOMES) {
                    li {
                        (swatch(Seen::of(&outcome.state, reading.role))) " "
                        span.ranges { (reading.transport.word()) " " (words::ranges(&outcome.ports, texts)) }
                        ": " (told(page, &outcome.state, reading.role))
                    }
                }
            }
            (page.left_out(reading.outcomes.len(), OUTCOMES))
            @if reading.method != RangeMethod::Every { p.quiet { (page.get("page-port-not-all")) } }
        }
    }
}

/// What came of ports; an answer from inside this process is called just that.
fn told(page: &Page<'_>, state: &PortState, role: ReflectorRole) -> String {
    match Seen::of(state, role) {
        Seen::Own => page.get(Seen::Own.key()),
        _ => port_lines::port_state(state, page.texts),
    }
}

/// One column: its place, width and what it shows.
struct Column {
    x: u32,
    width: u32,
    seen: Seen,
}

/// The columns of a range, neighbours that show the same joined.
fn columns(reading: &PortReading, range: PortRange) -> (Vec<Column>, u32) {
    let count = if range.len() <= CELLS {
        range.len()
    } else {
        COLUMNS
    };
    let unit = if range.len() <= CELLS { 8 } else { 3 };
    let first = u32::from(range.first());
    let bounds = |n: u32| first + range.len() * n / count;
    let mut worst = vec![Seen::Untried; count as usize];
    let mut tried = vec![0_u32; count as usize];
    for outcome in &reading.outcomes {
        let seen = Seen::of(&outcome.state, reading.role);
        for part in &outcome.ports {
            let low = u32::from(part.first()).max(first);
            let high = u32::from(part.last()).min(u32::from(range.last()));
            if low > high {
                continue;
            }
            let column = |port: u32| ((port - first) * count / range.len()).min(count - 1);
            // Integer division may put a port one column early; one more on either side covers it.
            for n in column(low).saturating_sub(1)..=(column(high) + 1).min(count - 1) {
                let (from, to) = (bounds(n).max(low), bounds(n + 1).min(high + 1));
                if from < to {
                    let (at, times) = (&mut worst[n as usize], &mut tried[n as usize]);
                    *at = (*at).max(seen);
                    *times += to - from;
                }
            }
        }
    }
    let mut out: Vec<Column> = Vec::new();
    for (n, (seen, tried)) in (0..count).zip(worst.into_iter().zip(tried)) {
        let all = tried >= bounds(n + 1) - bounds(n);
        let seen = if seen == Seen::Open && !all {
            Seen::Sampled
        } else {
            seen
        };
        match out.last_mut() {
            Some(last) if last.seen == seen && count == COLUMNS => last.width += unit,
            _ => out.push(Column {
                x: n * unit,
                width: unit,
                seen,
            }),
        }
    }
    (out, count * unit)
}

fn strip(
    page: &Page<'_>,
    reading: &PortReading,
    range: PortRange,
    kinds: &mut Vec<Seen>,
) -> Markup {
    let (columns, width) = columns(reading, range);
    let long = range.len() > CELLS;
    let mut here: Vec<Seen> = Vec::new();
    for column in &columns {
        for list in [&mut here, &mut *kinds] {
            if !list.contains(&column.seen) {
                list.push(column.seen);
            }
        }
    }
    let words: Vec<String> = here.iter().map(|s| page.get(s.key())).collect();
    let label = format!("{} {range}: {}", reading.transport.word(), words.join(", "));
    let gap = u32::from(!long);
    html! {
        div class=(if long { "strip long" } else { "strip" }) {
            svg role="img" aria-label=(label) width=(width) height="20" viewBox={ "0 0 " (width) " 20" }
                preserveAspectRatio="none" {
                @for c in &columns {
                    @let (y, height) = c.seen.extent();
                    rect class=(c.seen.class()) x=(c.x) y=(y) width=(c.width - gap) height=(height) {}
                    @if c.seen == Seen::Blocked && !long {
                        path.cut d={ "M" (c.x + 1) " 4l5 12m0-12l-5 12" } {}
                    }
                }
            }
            @if long {
                span.ends { span { (range.first()) } span { (range.last()) } }
            } @else {
                span.ends { span { (range) } }
            }
        }
    }
}
