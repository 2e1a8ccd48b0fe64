//! The firewall sheet: each port once, with what was proved of it and who needs it.

use meetready::l10n::Lang;
use meetready::model::network::Family;
use meetready::model::ports::{FamilyPorts, PortStanding};
use meetready::model::report::Report;
use meetready::model::requirement::Level;
use meetready::model::rule::Scope;
use meetready::model::verdict::Verdict;
use meetready::report::firewall::{Opening, Place, Without, rows};
use meetready::report::{Format, render};

use crate::limits::options;
use crate::reports;

/// Meetings and Phone need parts of the same ports; a LAN port beside them.
fn shared() -> Report {
    let mut report = reports::not_ready();
    let mut first = reports::result("meetings.ports-udp", "port", "Ports");
    first.verdict = Verdict::Fail;
    first.ports = Some(reports::findings(
        Scope::Cloud,
        &[
            (PortStanding::Open, &[(3_478, 3_479)]),
            (PortStanding::BlockedUp, &[(8_801, 8_806)]),
            (PortStanding::BlockedDown, &[(8_807, 8_810)]),
        ],
    ));
    let mut second = reports::result("meetings.ports-range", "port", "Ranges");
    (second.verdict, second.level) = (Verdict::Warn, Level::Recommended);
    second.ports = Some(reports::findings(
        Scope::Cloud,
        &[
            (
                PortStanding::BlockedUp,
                &[(8_805, 8_806), (30_000, 30_000), (30_050, 30_050)],
            ),
            (PortStanding::BetweenBlocked, &[(30_001, 30_049)]),
            (PortStanding::Sampled, &[(30_051, 40_000)]),
            (PortStanding::Unproved, &[(50_000, 50_000)]),
        ],
    ));
    let mut lan = reports::result("rooms.ports-lan", "port", "LAN");
    lan.verdict = Verdict::Inconclusive;
    lan.ports = Some(reports::findings(Scope::Lan, &[]));
    let mut fine = reports::result("meetings.fine", "port", "Fine");
    fine.ports = Some(reports::findings(
        Scope::Cloud,
        &[(PortStanding::Open, &[(8_801, 8_810)])],
    ));
    report.results = vec![first, second, lan, fine];
    report
}

fn shown(report: &Report) -> Vec<String> {
    rows(report)
        .iter()
        .map(|r| {
            let blocks: Vec<String> = r
                .blocks
                .iter()
                .map(|b| format!("{} {}/{}", b.ports, b.tried, b.ports.len()))
                .collect();
            let needs: Vec<&str> = r.needs.iter().map(|n| n.requirement.as_str()).collect();
            format!(
                "{:?} {:?} {} for {}",
                r.standing,
                r.families,
                blocks.join(", "),
                needs.join(" ")
            )
        })
        .collect()
}

#[test]
fn each_port_stands_in_one_row_with_all_that_need_it() {
    assert_eq!(
        shown(&shared()),
        [
            "BlockedUp [Ipv4] 8801-8804 4/4 for meetings.ports-udp",
            "BlockedUp [Ipv4] 8805-8806 2/2 for meetings.ports-udp meetings.ports-range",
            "BlockedUp [Ipv4] 30000-30050 2/51 for meetings.ports-range",
            "BlockedDown [Ipv4] 8807-8810 4/4 for meetings.ports-udp",
            "Unproved [Ipv4] 50000 1/1 for meetings.ports-range",
            "Untried [] 3478-3479 0/2, 8801-8810 0/10 for rooms.ports-lan",
        ]
    );
}

#[test]
fn ends_directions_and_what_happens_without() {
    let all = rows(&shared());
    let down = all.iter().find(|r| r.standing == PortStanding::BlockedDown);
    let down = down.expect("a row");
    assert_eq!(
        (down.opening, down.from, down.to),
        (Opening::Return, Place::PcNetwork, Place::Cloud)
    );
    assert_eq!(
        down.without,
        Without::FallsBack {
            port: 443,
            proved: false
        }
    );
    assert_eq!(down.names, ["*.zoom.us", "*.zoom.com"]);
    let lan = all
        .iter()
        .find(|r| r.to == Place::ControlPc)
        .expect("a row");
    assert_eq!(
        (lan.from, lan.without),
        (Place::ControllerNetwork, Without::Fails)
    );
    assert!(lan.names.is_empty() && lan.address_lists.is_empty());
}

#[test]
fn a_family_that_passes_leaves_only_what_is_proved_of_the_other() {
    let mut report = shared();
    report.results.truncate(1);
    let Some(findings) = report.results.first_mut().and_then(|r| r.ports.as_mut()) else {
        panic!("no ports");
    };
    let mut other: Vec<FamilyPorts> = findings.families.clone();
    for family in &mut other {
        family.family = Family::Ipv6;
        for set in &mut family.standings {
            set.standing = PortStanding::Open;
        }
    }
    for set in findings.families.iter_mut().flat_map(|f| &mut f.standings) {
        if set.standing == PortStanding::BlockedDown {
            set.standing = PortStanding::Unproved;
        }
    }
    findings.families.extend(other);
    assert_eq!(
        shown(&report),
        ["BlockedUp [Ipv4] 8801-8806 6/6 for meetings.ports-udp"]
    );
}

#[test]
fn families_that_fare_alike_share_a_row() {
    let mut report = shared();
    report.results.truncate(1);
    let Some(findings) = report.results.first_mut().and_then(|r| r.ports.as_mut()) else {
        panic!("no ports");
    };
    let mut other = findings.families.clone();
    for family in &mut other {
        family.family = Family::Ipv6;
    }
    findings.families.extend(other);
    assert_eq!(
        shown(&report),
        [
            "BlockedUp [Ipv4, Ipv6] 8801-8806 6/6 for meetings.ports-udp",
            "BlockedDown [Ipv4, Ipv6] 8807-8810 4/4 for meetings.ports-udp",
        ]
    );
}

#[test]
fn csv_has_the_same_columns_in_every_line_and_opens_in_excel() {
    for lang in Lang::ALL {
        let csv = render(&shared(), Format::FirewallCsv, &options(lang, 100));
        let body = csv.strip_prefix('\u{feff}').expect("a byte order mark");
        let lines: Vec<&str> = body.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 8, "{csv}");
        for line in &lines {
            assert_eq!(line.matches("\",\"").count(), 13, "{line}");
            assert!(line.starts_with('"') && line.ends_with('"'), "{line}");
        }
        assert!(lines[3].contains("\"30000-30050\""), "{csv}");
    }
}

#[test]
fn nothing_to_ask_for_is_said() {
    let en = options(Lang::En, 100);
    let mut report = shared();
    report.results.drain(..3);
    assert!(rows(&report).is_empty());
    assert!(
        render(&report, Format::Firewall, &en).contains("every port that was asked for is proved")
    );
    report.results.clear();
    assert!(render(&report, Format::Firewall, &en).contains("ask for no ports"));
}

#[test]
fn whole_sheets() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| {
        for lang in Lang::ALL {
            let text = render(&shared(), Format::Firewall, &options(lang, 100));
            insta::assert_snapshot!(format!("firewall_{lang}"), text);
            let csv = render(&shared(), Format::FirewallCsv, &options(lang, 100));
            insta::assert_snapshot!(format!("firewall_csv_{lang}"), csv);
        }
    });
}
