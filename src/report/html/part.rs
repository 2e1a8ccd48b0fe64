//! Small pieces that several parts of the page use.

use maud::{Markup, html};

use crate::l10n::Texts;
use crate::model::comparison::Trend;
use crate::model::reason::Owner;
use crate::model::report::Readiness;
use crate::model::verdict::Verdict;

/// The class that colours a verdict, and the name of its sign.
pub(in super::super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
        Verdict::Inconclusive => "open",
        Verdict::NotApplicable => "na",
    }
}

/// A verdict as sign and word: each of the five has a shape of its own, so that none is told by colour alone.
pub(in super::super) fn badge(verdict: Verdict, texts: &Texts) -> Markup {
    let class = class(verdict);
    html! {
        span class={ "badge " (class) } {
            svg.sign aria-hidden="true" { use href={ "#sign-" (class) } {} }
            (texts.code(verdict))
        }
    }
}

/// How ready a use is: the signs of verdicts with words of their own.
pub(super) fn readiness(readiness: Readiness, texts: &Texts) -> Markup {
    let sign = class(match readiness {
        Readiness::Ready => Verdict::Pass,
        Readiness::Tight => Verdict::Warn,
        Readiness::NotReady => Verdict::Fail,
        Readiness::NotProved => Verdict::Inconclusive,
    });
    html! {
        span class={ "badge " (sign) } {
            svg.sign aria-hidden="true" { use href={ "#sign-" (sign) } {} }
            (texts.code(readiness))
        }
    }
}

/// Which way something went, as sign and word.
pub(in super::super) fn trend(trend: Trend, texts: &Texts) -> Markup {
    let (class, sign) = trend_look(trend);
    html! {
        span class={ "badge " (class) } {
            svg.sign aria-hidden="true" { use href={ "#sign-" (sign) } {} }
            (texts.code(trend))
        }
    }
}

/// The sign alone, beside words that say the same.
pub(in super::super) fn trend_sign(trend: Trend) -> Markup {
    let (class, sign) = trend_look(trend);
    html! {
        span class={ "badge " (class) } { svg.sign aria-hidden="true" { use href={ "#sign-" (sign) } {} } }
    }
}

/// The class that colours a trend, and the name of its sign.
fn trend_look(trend: Trend) -> (&'static str, &'static str) {
    match trend {
        Trend::Better => ("pass", "up"),
        Trend::Worse => ("fail", "down"),
        Trend::Same => ("na", "na"),
        Trend::Unproved => ("open", "open"),
        Trend::Changed => ("warn", "changed"),
    }
}

/// Who acts.
pub(super) fn owner(owner: Option<Owner>, texts: &Texts) -> Markup {
    html! { @if let Some(owner) = owner { span.owner { (texts.code(owner)) } } }
}

/// The signs that [`badge`] refers to, drawn once.
pub(super) fn icons() -> Markup {
    let signs = [
        ("pass", "M3 8.5l3.2 3.2L13 4.8"),
        ("warn", "M8 2.2L14.6 13.6H1.4zM8 6.4v3.4M8 11.6v.3"),
        ("fail", "M4 4l8 8M12 4l-8 8"),
        (
            "open",
            "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0zM6.2 6.3c0-2.4 3.6-2.3 3.6-.1 0 1.5-1.8 1.5-1.8 3M8 11.3v.3",
        ),
        ("na", "M4 8h8"),
        ("up", "M8 13V3.5M3.8 7.5L8 3.2l4.2 4.3"),
        ("down", "M8 3v9.5M3.8 8.5L8 12.8l4.2-4.3"),
        (
            "changed",
            "M2.5 5.5h10M9.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-10M6.2 7.8l-2.7 2.7 2.7 2.7",
        ),
    ];
    html! {
        svg.signs aria-hidden="true" width="0" height="0" {
            @for (name, path) in signs {
                symbol #{ "sign-" (name) } viewBox="0 0 16 16" { path.line d=(path) {} }
            }
        }
    }
}

/// Lines of a cell.
pub(super) fn lines(lines: &[String]) -> Markup {
    html! {
        @match lines {
            [] => span.none { "-" },
            [one] => (one),
            many => { ul.cell { @for line in many { li { (line) } } } }
        }
    }
}

/// A key figure of a list of terms.
pub(super) fn term(label: &str, value: &str) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}
