//! Tickets, files and names: what is written where, and what is not.

use std::path::Path;

use super::{arg, code, meetready, stderr};

const SAVED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/compat/evidence-1-windows.json"
);

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn nothing_is_overwritten_without_being_asked() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("report.json");
    std::fs::write(&file, "mine").expect("a file");
    for arguments in [
        vec!["judge", SAVED, "--format", "json", "--output", arg(&file)],
        vec!["collect", "--no-network", "--output", arg(&file)],
        vec!["check", "--no-network", "--output", arg(&file)],
    ] {
        let output = meetready(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains("--overwrite"), "{arguments:?}");
        assert_eq!(std::fs::read_to_string(&file).expect("a file"), "mine");
    }
    let output = meetready(&[
        "judge",
        SAVED,
        "--format",
        "json",
        "--output",
        arg(&file),
        "--overwrite",
    ]);
    assert!([0, 3, 4, 5].contains(&code(&output)), "{}", stderr(&output));
    assert!(
        std::fs::read_to_string(&file)
            .expect("a file")
            .contains("meetready/report/1")
    );
}

#[test]
fn files_in_a_folder_are_named_after_host_product_and_time() {
    let dir = tempfile::tempdir().expect("a folder");
    let judge = |redact: &str| {
        let arguments = [
            "judge", SAVED, "--format", "ticket", "--redact", redact, "--output",
        ];
        let mut arguments = arguments.to_vec();
        arguments.push(arg(dir.path()));
        let output = meetready(&arguments);
        assert!([0, 3, 4, 5].contains(&code(&output)), "{}", stderr(&output));
    };
    judge("internal");
    let first = names(dir.path());
    assert!(
        first
            .iter()
            .all(|n| n.starts_with("meetready-PC-1-meetings-20")),
        "{first:?}"
    );
    for ending in [".txt", ".json", ".html"] {
        assert!(first.iter().any(|n| n.ends_with(ending)), "{first:?}");
    }
    judge("internal");
    let second = names(dir.path());
    assert_eq!(second.len(), 2 * first.len(), "{second:?}");
    judge("public");
    let masked = names(dir.path());
    let public = masked
        .iter()
        .filter(|n| n.starts_with("meetready-host-1-meetings-20"));
    assert_eq!(public.count(), first.len(), "{masked:?}");
}

#[test]
fn a_ticket_is_masked_by_default_and_has_its_data_beside_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let ticket = dir.path().join("ticket.txt");
    let output = meetready(&[
        "judge",
        SAVED,
        "--format",
        "ticket",
        "--output",
        arg(&ticket),
    ]);
    assert!([0, 3, 4, 5].contains(&code(&output)), "{}", stderr(&output));
    for name in names(dir.path()) {
        let text = std::fs::read_to_string(dir.path().join(&name)).expect("a file");
        assert!(!text.contains("PC-1"), "{name}");
        assert!(text.contains("host-1"), "{name}");
    }
    assert!(names(dir.path()).contains(&"ticket.json".to_owned()));
    let text = std::fs::read_to_string(&ticket).expect("a file");
    assert!(text.lines().count() <= 60);
}
