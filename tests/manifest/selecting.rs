//! What is judged when little, much or nonsense is asked for.

use meetready::manifest::{requirements_of, scenarios_of};
use meetready::model::Target;

use super::{catalog, edition};

fn targets(names: &[&str]) -> Vec<Target> {
    names.iter().map(|n| n.parse().unwrap()).collect()
}

fn refused(e: Option<&str>, names: &[&str], scenarios: &[&str], participants: u32) -> String {
    let scenarios: Vec<_> = scenarios.iter().map(|s| s.parse().unwrap()).collect();
    let e = e.map(|e| e.parse().unwrap());
    catalog()
        .select(e.as_ref(), &targets(names), &scenarios, participants)
        .expect_err("refused")
        .to_string()
}

#[test]
fn defaults_are_filled_in() {
    let all = catalog();
    let (e, s) = all.select(None, &[], &[], 1).unwrap();
    assert_eq!(e.info.edition.as_str(), "2025-05");
    assert_eq!(s.edition, e.info.edition);
    assert_eq!(s.targets, targets(&["meetings"]));
    let asked = targets(&[
        "rooms",
        "webinars",
        "rooms-controller:android",
        "rooms:1-screen",
    ]);
    let (_, s) = all.select(None, &asked, &[], 30).unwrap();
    assert_eq!(
        s.targets,
        targets(&[
            "rooms:1-screen",
            "webinars:attendee",
            "rooms-controller:android"
        ])
    );
    assert_eq!(s.participants, 30);
}

#[test]
fn unknown_names_are_answered_with_the_known_ones() {
    assert_eq!(
        refused(Some("2025-50"), &[], &[], 1),
        "unknown edition \"2025-50\"; allowed: 2021-10, 2025-05 (did you mean \"2025-05\"?)"
    );
    assert_eq!(
        refused(Some("2021-10"), &["phone"], &[], 1),
        "edition 2021-10 has no product \"phone\"; allowed: meetings, rooms, rooms-controller; edition 2025-05 has it"
    );
    assert_eq!(
        refused(None, &["meeting"], &[], 1),
        "edition 2025-05 has no product \"meeting\"; allowed: contact-center, meetings, phone, rooms, \
         rooms-controller, webinars (did you mean \"meetings\"?)"
    );
    assert_eq!(
        refused(Some("2021-10"), &["rooms:smart-gallery"], &[], 1),
        "product rooms of edition 2021-10 has no variant \"smart-gallery\"; allowed: 1-screen, 2-screens, 3-screens, \
         touch; edition 2025-05 has it"
    );
    assert_eq!(
        refused(None, &["phone:desk"], &[], 1),
        "product phone of edition 2025-05 has no variant \"desk\"; none is allowed here"
    );
    assert_eq!(
        refused(None, &["rooms"], &["group-1080p"], 1),
        "unknown scenario \"group-1080p\" for rooms:1-screen; allowed: room-1-screen, room-sharing, room-voip"
    );
    assert_eq!(
        refused(None, &[], &[], 0),
        "0 participants cannot be judged; give 1 to 100000"
    );
}

#[test]
fn scenarios_follow_the_variant() {
    let all = catalog();
    let e = edition(&all, "2025-05");
    let names = |t: &str| -> Vec<String> {
        scenarios_of(e, &targets(&[t]))
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        names("rooms:2-screens"),
        ["room-2-screens", "room-sharing", "room-voip"]
    );
    assert_eq!(
        names("webinars:attendee"),
        [
            "webinar-sharing",
            "webinar-sharing-with-thumbnails",
            "webinar-voip"
        ]
    );
    let asked = [
        "one-to-one-hq".parse().unwrap(),
        "one-to-one-hq".parse().unwrap(),
    ];
    let (_, s) = all.select(None, &[], &asked, 1).unwrap();
    assert_eq!(s.scenarios.len(), 1);
}

#[test]
fn smart_gallery_keeps_the_one_screen_lines() {
    let all = catalog();
    let e = edition(&all, "2025-05");
    let ids = |t: &str| -> Vec<String> {
        let t: Target = t.parse().unwrap();
        requirements_of(e, &t).map(|r| r.id.to_string()).collect()
    };
    let gallery = ids("rooms:smart-gallery");
    for id in ids("rooms:1-screen") {
        assert!(gallery.contains(&id), "{id}");
    }
    assert!(gallery.contains(&"rooms.cpu-smart-gallery".to_owned()));
    assert!(!gallery.contains(&"rooms.cpu-2-screens".to_owned()));
}
