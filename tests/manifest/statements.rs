//! Tables that nothing on a PC can answer, and the shape of the editions.

use meetready::model::rule::Rule;

use super::{catalog, edition, requirement};

#[test]
fn feature_tables_of_2021() {
    let all = catalog();
    let e = edition(&all, "2021-10");
    let table = |id: &str| -> Vec<String> {
        let Rule::Statement(s) = &requirement(e, id).rule else {
            panic!("{id} is a statement");
        };
        s.rows
            .iter()
            .map(|row| {
                let says: Vec<String> = row.says.iter().map(|(k, v)| format!("{k}={v}")).collect();
                format!("{} {}", row.item, says.join(" "))
            })
            .collect()
    };
    assert_eq!(
        table("meetings.client-features"),
        [
            "video app=yes web=yes",
            "pc-audio app=yes web=yes",
            "layout app=yes web=yes",
            "virtual-background app=yes web=no",
            "screen-sharing app=yes web=yes",
            "annotation app=yes web=no",
            "remote-control app=yes web=other-side-only",
            "chat app=yes web=yes",
            "file-transfer app=yes web=no",
            "recording app=yes web=cloud-only",
            "polls app=yes web=yes",
            "captions app=yes web=yes",
            "reactions app=yes web=no",
            "breakout-rooms app=yes web=yes",
            "remote-support app=yes web=no",
        ]
    );
    assert_eq!(
        table("meetings.browser-features"),
        [
            "video chrome=yes edge=yes firefox=yes safari=yes",
            "pc-audio chrome=yes edge=yes firefox=yes safari=webinar-attendees-only",
            "screen-sharing chrome=yes edge=yes firefox=yes safari=no",
            "remote-control-other-side chrome=yes edge=yes firefox=yes safari=yes",
            "chat chrome=yes edge=yes firefox=yes safari=yes",
            "recording-cloud chrome=yes edge=yes firefox=yes safari=yes",
            "captions chrome=yes edge=yes firefox=yes safari=yes",
            "breakout-rooms chrome=yes edge=yes firefox=yes safari=yes",
        ]
    );
    assert_eq!(table("meetings.supported-software").len(), 8);
    let Rule::Statement(s) =
        &requirement(edition(&all, "2025-05"), "meetings.supported-software").rule
    else {
        panic!("supported software is a statement");
    };
    assert_eq!(s.rows.len(), 5);
}

#[test]
fn products_and_variants() {
    let all = catalog();
    let shape = |id: &str| -> Vec<String> {
        edition(&all, id)
            .products
            .values()
            .map(|p| {
                let variants: Vec<String> = p
                    .variants
                    .iter()
                    .map(|v| format!("{}{}", v.id, if v.default { "*" } else { "" }))
                    .collect();
                format!("{}:{}", p.product, variants.join("|"))
            })
            .collect()
    };
    assert_eq!(
        shape("2021-10"),
        [
            "meetings:",
            "rooms:1-screen*|2-screens|3-screens|touch",
            "rooms-controller:ipad*|android|windows",
        ]
    );
    assert_eq!(
        shape("2025-05"),
        [
            "contact-center:",
            "meetings:",
            "phone:",
            "rooms:1-screen*|2-screens|3-screens|touch|smart-gallery",
            "rooms-controller:ipad*|android|windows",
            "webinars:attendee*|panelist",
        ]
    );
}
