//! What differs between the two editions, so that it can be acted on.

use meetready::manifest::diff;
use meetready::model::edition_diff::{ChangedPart, EditionDiff, Presence, ProductDiff};
use meetready::model::rule::{PortRange, Rule};

use super::{catalog, edition};

fn compared() -> EditionDiff {
    let all = catalog();
    diff(edition(&all, "2021-10"), edition(&all, "2025-05"))
}

fn of<'a>(d: &'a EditionDiff, product: &str) -> &'a ProductDiff {
    d.products
        .iter()
        .find(|p| p.product.as_str() == product)
        .unwrap()
}

fn ports(p: &ProductDiff) -> Vec<String> {
    let join = |r: &[PortRange]| {
        let list: Vec<String> = r.iter().map(ToString::to_string).collect();
        list.join(",")
    };
    p.ports
        .iter()
        .map(|c| {
            format!(
                "{} {:?} +{} -{}",
                c.transport.word(),
                c.scope,
                join(&c.added),
                join(&c.removed)
            )
        })
        .collect()
}

#[test]
fn it_is_said_that_the_publishers_differ() {
    let d = compared();
    assert!(d.publishers_differ);
    assert_eq!(d.old.publisher, "株式会社シティアスコム");
    assert_eq!(d.new.publisher, "双日テックイノベーション株式会社");
    let all = catalog();
    let e = edition(&all, "2025-05");
    let itself = diff(e, e);
    assert!(!itself.publishers_differ);
    for p in &itself.products {
        assert!(
            p.added.is_empty() && p.removed.is_empty() && p.changed.is_empty(),
            "{}",
            p.product
        );
        assert!(
            p.ports.is_empty() && p.bandwidth.is_empty() && p.unchanged > 0,
            "{}",
            p.product
        );
    }
}

#[test]
fn ports_to_open_and_to_close() {
    let d = compared();
    assert_eq!(ports(of(&d, "meetings")), [""; 0]);
    assert_eq!(ports(of(&d, "rooms-controller")), [""; 0]);
    assert_eq!(
        ports(of(&d, "rooms")),
        [
            "TCP Cloud + -8801-8802",
            "TCP Lan +5590-5600,8888 -9090",
            "UDP Lan +5590-5600,8889 -",
        ]
    );
    let phone = of(&d, "phone");
    assert_eq!(phone.presence, Presence::NewOnly);
    assert_eq!(
        ports(phone),
        ["TCP Cloud +390,443,5091 -", "UDP Cloud +20000-64000 -"]
    );
}

#[test]
fn bandwidth_that_rose_and_fell() {
    let d = compared();
    let rows: Vec<(String, i64, i64)> = of(&d, "meetings")
        .bandwidth
        .iter()
        .filter(|b| b.presence == Presence::Both)
        .map(|b| (b.scenario.to_string(), b.up_by_kbps, b.down_by_kbps))
        .collect();
    assert_eq!(
        rows,
        [
            ("group-1080p".to_owned(), 800, 0),
            ("group-hq".to_owned(), 400, -600),
            ("one-to-one-1080p".to_owned(), 1000, 200),
        ]
    );
    assert!(of(&d, "rooms").bandwidth.is_empty());
    // Gallery of 2021 has no number of tiles, so it is not compared with 25 or 49.
    let gallery: Vec<_> = of(&d, "meetings")
        .bandwidth
        .iter()
        .filter(|b| b.scenario.as_str().starts_with("gallery"))
        .map(|b| (b.scenario.as_str(), b.presence))
        .collect();
    assert_eq!(
        gallery,
        [
            ("gallery", Presence::OldOnly),
            ("gallery-25", Presence::NewOnly),
            ("gallery-49", Presence::NewOnly),
        ]
    );
}

#[test]
fn levels_and_lines_that_changed() {
    let d = compared();
    let rooms = of(&d, "rooms");
    assert_eq!(rooms.variants_added.len(), 1);
    let change = |id: &str| rooms.changed.iter().find(|c| c.id.as_str() == id).unwrap();
    let one = change("rooms.bandwidth-room-2-screens");
    assert!(one.parts.contains(&ChangedPart::Level) && one.parts.contains(&ChangedPart::Severity));
    assert!(!one.parts.contains(&ChangedPart::Rule));
    let cpu = change("rooms.cpu-2-screens");
    assert!(cpu.parts.contains(&ChangedPart::Rule));
    assert!(matches!(cpu.old.rule, Rule::Cpu(_)));
    assert!(
        rooms
            .removed
            .iter()
            .any(|r| r.id.as_str() == "rooms.os-touch")
    );
    let round: EditionDiff = serde_json::from_str(&serde_json::to_string(&d).unwrap()).unwrap();
    assert_eq!(round, d);
}
