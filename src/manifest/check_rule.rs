//! Rule parameters that contradict each other or ask for nothing.

use crate::model::ProductId;
use crate::model::inventory::LinkKind;
use crate::model::rule::{
    BandwidthRule, BrowserRule, CpuClause, CpuRule, DisplayRule, LinkRule, Need, OsRule, PortRule,
    QualityMetric, QualityRule, Rule, StatementRule,
};

use super::check::{Checked, code, contradiction, fail, filled, said, unique};
use super::error::Problem;
use super::raw::JsonPath;

/// Checks one rule; `at` is the path of its parameters.
pub(super) fn rule(at: &JsonPath, rule: &Rule) -> Checked {
    match rule {
        Rule::Os(r) => os(at, r),
        Rule::Cpu(r) => cpu(at, r),
        Rule::Memory(r) => {
            if r.at_least.0 == 0 {
                return nothing(&at.key("at_least"), "0 MiB of memory");
            }
            Ok(())
        }
        Rule::Device(r) => filled(&at.key("buses"), &r.buses, "buses"),
        Rule::Display(r) => display(at, r),
        Rule::Browser(r) => browser(at, r),
        Rule::App(r) => code(&at.key("app"), &r.app),
        Rule::Link(r) => link(at, r),
        Rule::SameNetwork(r) => match r.peer.parse::<ProductId>() {
            Ok(_) => Ok(()),
            Err(e) => contradiction(&at.key("peer"), e.to_string(), "name a product"),
        },
        // A stance is all that it has.
        Rule::Session(_) => Ok(()),
        Rule::Port(r) => port(at, r),
        Rule::Bandwidth(r) => bandwidth(at, r),
        Rule::Quality(r) => quality(at, r),
        Rule::Statement(r) => statement(at, r),
    }
}

fn nothing(at: &JsonPath, what: &str) -> Checked {
    contradiction(
        at,
        format!("{what} asks for nothing"),
        "give a figure above 0 or take it out",
    )
}

fn os(at: &JsonPath, r: &OsRule) -> Checked {
    let at = at.key("listed");
    filled(&at, &r.listed, "listed")?;
    for (i, listed) in r.listed.iter().enumerate() {
        let at = at.index(i);
        if listed.exactly.is_empty() == listed.at_least.is_none() {
            return contradiction(
                &at,
                "a listed system needs either \"exactly\" or \"at_least\"",
                "give one of the two",
            );
        }
        if let Some(ending) = &listed.ends_with {
            code(&at.key("ends_with").key("app"), &ending.app)?;
        }
    }
    Ok(())
}

fn cpu(at: &JsonPath, r: &CpuRule) -> Checked {
    let at = at.key("any_of");
    filled(&at, &r.any_of, "any_of")?;
    r.any_of
        .iter()
        .enumerate()
        .try_for_each(|(i, clause)| cpu_clause(&at.index(i), clause))
}

fn cpu_clause(at: &JsonPath, c: &CpuClause) -> Checked {
    if *c == CpuClause::default() {
        return contradiction(
            at,
            "this alternative asks for nothing, so any processor would do",
            "give a condition or take it out",
        );
    }
    if !c.families.is_empty() && !c.models.is_empty() {
        return contradiction(
            at,
            "\"families\" and \"models\" stand side by side",
            "give one of the two, or two alternatives",
        );
    }
    for (i, family) in c.families.iter().enumerate() {
        let at = at.key("families").index(i);
        code(&at.key("tier"), &family.tier)?;
        if let (Some(lower), Some(upper)) = (family.min_generation, family.max_generation)
            && lower > upper
        {
            return fail(
                &at.key("min_generation"),
                Problem::Reversed {
                    lower: lower.into(),
                    upper: upper.into(),
                },
            );
        }
    }
    for (i, model) in c.models.iter().enumerate() {
        said(&at.key("models").index(i), model)?;
    }
    for (key, figure) in [
        ("min_cores", c.min_cores),
        ("min_performance_cores", c.min_performance_cores),
        ("min_efficiency_cores", c.min_efficiency_cores),
        ("min_base_clock", c.min_base_clock.map(|f| f.0)),
    ] {
        if figure == Some(0) {
            return nothing(&at.key(key), "0");
        }
    }
    if c.min_memory.is_some_and(|m| m.0 == 0) {
        return nothing(&at.key("min_memory"), "0 MiB of memory");
    }
    Ok(())
}

fn display(at: &JsonPath, r: &DisplayRule) -> Checked {
    if *r == DisplayRule::default() {
        return contradiction(
            at,
            "the rule asks for nothing",
            "give \"min_displays\", \"touch\" or \"min_diagonal_tenths\"",
        );
    }
    if r.min_displays == Some(0) {
        return nothing(&at.key("min_displays"), "0 displays");
    }
    if let (Some(lower), Some(upper)) = (r.min_diagonal_tenths, r.recommended_diagonal_tenths)
        && lower > upper
    {
        return fail(
            &at.key("min_diagonal_tenths"),
            Problem::Reversed {
                lower: lower.into(),
                upper: upper.into(),
            },
        );
    }
    Ok(())
}

fn browser(at: &JsonPath, r: &BrowserRule) -> Checked {
    let list = at.key("browsers");
    filled(&list, &r.browsers, "browsers")?;
    for (i, id) in r.browsers.iter().enumerate() {
        code(&list.index(i), id)?;
    }
    unique(
        &list,
        None,
        "browser",
        r.browsers.iter().map(String::as_str),
    )?;
    for (i, least) in r.at_least.iter().enumerate() {
        if !r.browsers.contains(&least.app) {
            return contradiction(
                &at.key("at_least").index(i).key("app"),
                format!("{:?} is not one of \"browsers\"", least.app),
                "list it there too, or take it out here",
            );
        }
    }
    match &r.or_app {
        Some(app) => code(&at.key("or_app"), app),
        None => Ok(()),
    }
}

fn link(at: &JsonPath, r: &LinkRule) -> Checked {
    filled(&at.key("kinds"), &r.kinds, "kinds")?;
    for (key, list, kind) in [
        ("wifi", &r.wifi, LinkKind::Wifi),
        ("cellular", &r.cellular, LinkKind::Cellular),
    ] {
        if !list.is_empty() && !r.kinds.contains(&kind) {
            return contradiction(
                &at.key(key),
                format!("{key:?} is given, but not among \"kinds\""),
                "add it to \"kinds\" or take it out",
            );
        }
    }
    Ok(())
}

fn port(at: &JsonPath, r: &PortRule) -> Checked {
    let list = at.key("ports");
    filled(&list, &r.ports, "ports")?;
    for (i, range) in r.ports.iter().enumerate() {
        let before = r.ports.iter().take(i);
        for earlier in before {
            if earlier.first() <= range.last() && range.first() <= earlier.last() {
                return contradiction(
                    &list.index(i),
                    format!("{range} and {earlier} overlap"),
                    "list each port once",
                );
            }
        }
    }
    if r.fallback_tcp == Some(0) {
        return contradiction(
            &at.key("fallback_tcp"),
            "0 is not a port",
            "write 1 to 65535",
        );
    }
    Ok(())
}

fn bandwidth(at: &JsonPath, r: &BandwidthRule) -> Checked {
    if r.up.is_none() && r.down.is_none() {
        return contradiction(
            at,
            "neither \"up\" nor \"down\" is given",
            "give at least one",
        );
    }
    for (key, need) in [("up", r.up), ("down", r.down)] {
        let Some(Need {
            lower_kbps,
            upper_kbps,
        }) = need
        else {
            continue;
        };
        let at = at.key(key);
        if lower_kbps > upper_kbps {
            return fail(
                &at.key("lower_kbps"),
                Problem::Reversed {
                    lower: lower_kbps.0.into(),
                    upper: upper_kbps.0.into(),
                },
            );
        }
        if lower_kbps.0 == 0 {
            return nothing(&at.key("lower_kbps"), "0 kbps");
        }
    }
    Ok(())
}

fn quality(at: &JsonPath, r: &QualityRule) -> Checked {
    let (wanted, other) = match r.metric {
        QualityMetric::Loss => ("max_percent", "max_ms"),
        QualityMetric::Jitter | QualityMetric::RoundTrip | QualityMetric::OneWayDelay => {
            ("max_ms", "max_percent")
        }
    };
    let given = |key| match key {
        "max_ms" => r.max_ms.map(|v| v.0),
        _ => r.max_percent.map(|v| v.0),
    };
    if given(other).is_some() || given(wanted).is_none() {
        return contradiction(
            at,
            format!("this metric is limited by {wanted:?} alone"),
            format!("give {wanted:?} and not {other:?}"),
        );
    }
    let most = if r.metric == QualityMetric::Loss {
        100.0
    } else {
        // A minute: no delay that media survives.
        60_000.0
    };
    if given(wanted).is_some_and(|v| !(0.0..=most).contains(&v)) {
        return contradiction(
            &at.key(wanted),
            format!("the limit is not between 0 and {most}"),
            "correct the figure",
        );
    }
    Ok(())
}

fn statement(at: &JsonPath, r: &StatementRule) -> Checked {
    let at = at.key("rows");
    filled(&at, &r.rows, "rows")?;
    for (i, row) in r.rows.iter().enumerate() {
        said(&at.index(i).key("item"), &row.item)?;
    }
    unique(
        &at,
        Some("item"),
        "item",
        r.rows.iter().map(|row| row.item.as_str()),
    )
}
