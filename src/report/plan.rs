//! What a run would send, for people to agree to before it is sent.

use crate::l10n::Texts;
use crate::model::plan::{LineAnswer, Plan, PlanAction};
use crate::model::public::SpeedService;
use crate::model::rule::{Need, Transport};

use super::clean::clean_to;
use super::layout::Page;
use super::{Format, RenderOptions, json, words};

/// Renders a plan: JSON for [`Format::Json`], else text.
pub fn render_plan(plan: &Plan, format: Format, options: &RenderOptions) -> String {
    if format == Format::Json {
        return json(plan);
    }
    let texts = &Texts::new(options.lang);
    let mut page = Page::new(texts, options.width, options.colour);
    let targets: Vec<String> = plan.targets.iter().map(words::target).collect();
    page.line(&texts.format(
        "plan-title",
        &[
            ("edition", plan.edition.to_string().into()),
            ("targets", targets.join(", ").into()),
        ],
    ));
    page.line(&texts.get("plan-nothing-sent"));
    if let Some(line) = &plan.line {
        on_line(&mut page, line, plan.targets.len() > 1);
    }
    if plan.steps.is_empty() {
        page.line(&texts.get("plan-empty"));
        return page.finish();
    }
    page.blank();
    let rows: Vec<Vec<String>> = plan
        .steps
        .iter()
        .map(|step| {
            vec![
                plan_action(&step.action, texts),
                step.packets.to_string(),
                bytes(step.bytes),
                seconds(step.at_most.0),
            ]
        })
        .collect();
    let header = [
        "plan-col-action",
        "plan-col-packets",
        "plan-col-bytes",
        "plan-col-time",
    ];
    page.table(&header.map(|k| texts.get(k)), &rows);
    page.line(&texts.format(
        "plan-total",
        &[
            ("packets", plan.packets.to_string().into()),
            ("bytes", bytes(plan.bytes).into()),
            ("time", seconds(plan.at_most.0).into()),
        ],
    ));
    page.finish()
}

/// How many at once a line carries, marked as computed.
fn on_line(page: &mut Page<'_>, line: &LineAnswer, several: bool) {
    let texts = page.texts;
    page.heading(&texts.format(
        "plan-line-title",
        &[
            ("up", words::rate(line.up).into()),
            ("down", words::rate(line.down).into()),
        ],
    ));
    page.line(&texts.get("plan-line-computed"));
    let need = |n: Option<Need>| n.map_or_else(|| "-".to_owned(), words::need);
    let rows: Vec<Vec<String>> = line
        .scenarios
        .iter()
        .map(|s| {
            let mut name = words::named("scenario", s.id.as_str(), texts);
            if several {
                name = format!("{name}\n{}", words::target(&s.target));
            }
            vec![
                name,
                format!("{} / {}", need(s.up), need(s.down)),
                s.at_once.map_or_else(|| "-".to_owned(), |n| n.to_string()),
                s.limited_by
                    .map_or_else(|| "-".to_owned(), |d| texts.code(d)),
            ]
        })
        .collect();
    let header = ["col-scenario", "col-need", "col-at-once", "col-limit"];
    page.table(&header.map(|k| texts.get(k)), &rows);
}

/// Bytes in kB or MB (thousands and millions), rounded up.
fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", count.div_ceil(1_000)),
        _ => {
            let tenths = count.div_ceil(100_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

fn seconds(ms: f64) -> String {
    if ms.is_finite() && ms >= 0.0 {
        format!("{:.1} s", ms / 1_000.0)
    } else {
        "?".to_owned()
    }
}

fn watch_action(action: &PlanAction, texts: &Texts) -> String {
    let PlanAction::Watch {
        reflector,
        every,
        lasts,
        rate,
    } = action
    else {
        return String::new();
    };
    let key = if lasts.is_some() {
        "plan-watch"
    } else {
        "plan-watch-hour"
    };
    texts.format(
        key,
        &[
            ("every", seconds(every.0).into()),
            (
                "lasts",
                lasts.map_or_else(String::new, |l| seconds(l.0)).into(),
            ),
            ("rate", words::rate(*rate).into()),
            ("reflector", clean_to(reflector, words::NAME).into()),
        ],
    )
}

/// One step of a plan in words.
pub fn plan_action(action: &PlanAction, texts: &Texts) -> String {
    let host = |h: &String| clean_to(h, words::NAME);
    match action {
        PlanAction::Resolve { host: name } => {
            texts.format("plan-resolve", &[("host", host(name).into())])
        }
        PlanAction::Tls { host: name, port } => texts.format(
            "plan-tls",
            &[
                ("host", host(name).into()),
                ("port", port.to_string().into()),
            ],
        ),
        PlanAction::Http { host: name, port } => texts.format(
            "plan-http",
            &[
                ("host", host(name).into()),
                ("port", port.to_string().into()),
            ],
        ),
        PlanAction::Control { searched: true, .. } => texts.get("plan-search"),
        PlanAction::Control {
            reflector, role, ..
        } => {
            let control = texts.format("plan-control", &[("reflector", host(reflector).into())]);
            match role {
                Some(role) => format!("{control} ({})", texts.code(*role)),
                None => control,
            }
        }
        PlanAction::Nat { reflector, gaps } => translation(reflector, gaps, texts),
        PlanAction::Ports { .. } => ports(action, texts),
        PlanAction::Capacity {
            reflector,
            direction,
            up_to,
            ..
        } => texts.format(
            "plan-capacity",
            &[
                ("way", texts.code(*direction).into()),
                ("rate", words::rate(*up_to).into()),
                ("reflector", host(reflector).into()),
            ],
        ),
        PlanAction::TryDevices => texts.get("plan-try-devices"),
        PlanAction::Speed { service, server } => {
            let key = match service {
                SpeedService::Ndt7 => "plan-speed",
                SpeedService::MLab => "plan-speed-m-lab",
            };
            texts.format(key, &[("server", host(server).into())])
        }
        PlanAction::Together { reflector, pairs } => {
            let [up, down] = pairs.first().copied().unwrap_or_default();
            texts.format(
                "plan-together",
                &[
                    ("up", words::rate(up).into()),
                    ("down", words::rate(down).into()),
                    ("reflector", host(reflector).into()),
                ],
            )
        }
        PlanAction::Watch { .. } => watch_action(action, texts),
        PlanAction::Quality {
            reflector,
            rate,
            calls,
        } => texts.format(
            "plan-quality",
            &[
                (
                    "rate",
                    words::rate(calls.last().copied().unwrap_or(*rate)).into(),
                ),
                ("reflector", host(reflector).into()),
            ],
        ),
    }
}

fn translation(reflector: &str, gaps: &[u32], texts: &Texts) -> String {
    let gaps: Vec<String> = gaps.iter().map(u32::to_string).collect();
    let key = if gaps.is_empty() {
        "plan-nat"
    } else {
        "plan-nat-idle"
    };
    let args = [
        ("reflector", clean_to(reflector, words::NAME).into()),
        ("gaps", gaps.join(", ").into()),
    ];
    texts.format(key, &args)
}

/// The step that tries ports; nothing for any other.
fn ports(action: &PlanAction, texts: &Texts) -> String {
    let PlanAction::Ports {
        reflector,
        scope,
        transport,
        asked,
        compared,
        otherwise,
        tried,
        flows,
        ..
    } = action
    else {
        return String::new();
    };
    let key = if compared.is_empty() {
        "plan-ports"
    } else {
        "plan-ports-compared"
    };
    let reflector = clean_to(reflector, words::NAME);
    let step = texts.format(
        key,
        &[
            ("ports", words::ports(*transport, asked, texts).into()),
            ("compared", words::ports(*transport, compared, texts).into()),
            ("tried", u64::from(*tried).into()),
            ("scope", texts.code(*scope).into()),
            ("reflector", reflector.into()),
        ],
    );
    let step = texts.format(
        "plan-ports-flows",
        &[("step", step.into()), ("flows", u64::from(*flows).into())],
    );
    if otherwise.is_empty() {
        return step;
    }
    let other = match transport {
        Transport::Tcp => Transport::Udp,
        Transport::Udp => Transport::Tcp,
    };
    let otherwise = words::ports(other, otherwise, texts);
    texts.format(
        "plan-ports-otherwise",
        &[("step", step.into()), ("otherwise", otherwise.into())],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_upper_bounds() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_001), "2 kB");
        assert_eq!(bytes(1_200_001), "1.3 MB");
        assert_eq!(seconds(f64::NAN), "?");
    }
}
