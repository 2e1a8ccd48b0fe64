//! Tickets, files and names: what is written where, and what is not.

use std::path::Path;

use super::{arg, code, json, meetready, stderr, stdout};

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

fn policy(dir: &Path, least_mib: u32) -> std::path::PathBuf {
    let path = dir.join("policy.json");
    let text = format!(
        r#"{{ "policy": "own", "name": "Own standard", "publisher": "Own IT", "as_of": "2026-10",
  "requirements": [ {{ "id": "own.memory", "level": "required", "rule": {{ "memory": {{ "at_least": {least_mib} }} }},
    "on_fail": "fail", "source": {{ "document": "Own standard", "section": "2.1", "confidence": "document" }} }} ] }}"#
    );
    std::fs::write(&path, text).expect("a file");
    path
}

#[test]
fn an_own_policy_adds_and_never_changes_what_is_said_of_the_vendor() {
    let dir = tempfile::tempdir().expect("a folder");
    let vendor = json(&meetready(&["judge", SAVED, "--format", "json"]));
    for (least, verdict, exit) in [(65_536, "fail", 3), (1, "pass", 0)] {
        let file = policy(dir.path(), least);
        let output = meetready(&["judge", SAVED, "--format", "json", "--policy", arg(&file)]);
        assert_eq!(code(&output), exit, "{}", stderr(&output));
        let report = json(&output);
        assert_eq!(report["products"][0], vendor["products"][0]);
        assert_eq!(report["products"][1]["verdict"], verdict);
        assert_eq!(report["products"][1]["policy"]["publisher"], "Own IT");
        let of = |report: &serde_json::Value, own: bool| -> Vec<serde_json::Value> {
            let all = report["results"].as_array().expect("results");
            all.iter()
                .filter(|r| (r["product"] == "own") == own)
                .cloned()
                .collect()
        };
        assert_eq!(of(&report, false), of(&vendor, false));
        assert_eq!(of(&report, true).len(), 1);
        assert_eq!(of(&report, true)[0]["source"]["document"], "Own standard");
    }
    let file = policy(dir.path(), 65_536);
    let text = stdout(&meetready(&[
        "judge",
        SAVED,
        "--policy",
        arg(&file),
        "--lang",
        "ja",
    ]));
    assert!(text.contains("自社基準: Own IT"), "{text}");
}

#[test]
fn a_policy_that_is_wrong_is_named_by_file_line_and_key() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("policy.json");
    let good = std::fs::read_to_string(policy(dir.path(), 1)).expect("a file");
    for (from, to, words) in [
        ("at_least", "at_leest", ["policy.json:2:", "at_leest"]),
        ("\"own\"", "\"meetings\"", ["policy.json:1:", "meetings"]),
        (
            "own.memory",
            "meetings.ram",
            ["policy.json:2:", "meetings.ram"],
        ),
        ("\"required\"", "\"must\"", ["policy.json:2:", "must"]),
    ] {
        std::fs::write(&file, good.replacen(from, to, 1)).expect("a file");
        let output = meetready(&["judge", SAVED, "--policy", arg(&file)]);
        assert_eq!(code(&output), 2, "{to}: {}", stdout(&output));
        for word in words {
            assert!(
                stderr(&output).contains(word),
                "{word}: {}",
                stderr(&output)
            );
        }
    }
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/dist/policy/example-corp.json");
    let output = meetready(&["requirements", "validate", example]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("--policy"));
}

#[test]
fn two_editions_show_what_passed_then_and_fails_now_and_the_reverse() {
    let judge = |first: &str, last: &str, more: &[&str]| {
        let mut arguments = vec!["judge", SAVED, "--edition", first, "--edition", last];
        arguments.extend(more);
        meetready(&arguments)
    };
    let both = ["--format", "json", "--for", "meetings", "--for", "phone"];
    let forth = judge("2021-10", "2025-05", &both);
    let back = judge("2025-05", "2021-10", &["--format", "json"]);
    assert_eq!((code(&forth), code(&back)), (0, 3));
    let (forth, back) = (json(&forth), json(&back));
    assert_eq!(forth["schema"], "meetready/drift/1");
    let os = |drift: &serde_json::Value| {
        drift["products"][0]["changes"]
            .as_array()
            .expect("changes")
            .iter()
            .find(|c| c["requirement"] == "meetings.os")
            .expect("the OS")["change"]
            .clone()
    };
    // Windows 11 stands in the later document only.
    assert_eq!(os(&forth), "now-passes");
    assert_eq!(os(&back), "now-fails");
    assert_eq!(forth["publishers_differ"], true);
    // The earlier document has no Phone: that is told as such, not as a failure.
    assert!(forth["products"][1].get("old").is_none());
    assert_eq!(forth["products"][1]["new"], "pass");
    for (lang, words) in [
        ("en", "Passed then, fails now:"),
        ("ja", "旧版では合格、新版では不合格:"),
    ] {
        let text = stdout(&judge("2025-05", "2021-10", &["--lang", lang]));
        assert!(text.contains(words), "{text}");
    }
    for (lang, words) in [
        ("en", "Passed then, fails now</h3>"),
        ("ja", "旧版では合格、新版では不合格</h3>"),
    ] {
        let page = stdout(&judge(
            "2025-05",
            "2021-10",
            &["--lang", lang, "--format", "html"],
        ));
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(words));
        assert!(page.contains("meetings.os") || page.contains(">os<"));
        assert!(page.len() < 300_000, "{} bytes", page.len());
    }
    for wrong in [["--format", "junit"], ["--for", "nothing"]] {
        assert_eq!(code(&judge("2021-10", "2025-05", &wrong)), 2, "{wrong:?}");
    }
}

#[test]
fn the_formats_for_tools_write_nothing_on_stderr_and_fit_their_schemas() {
    for format in ["oneline", "jsonl", "junit"] {
        let output = meetready(&["judge", SAVED, "--format", format]);
        assert_eq!(stderr(&output), "", "{format}");
        assert_eq!(code(&output), 0);
    }
    let lines = stdout(&meetready(&["judge", SAVED, "--format", "jsonl"]));
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        super::report_json::assert_valid("result", &line);
    }
    let drift = meetready(&[
        "judge",
        SAVED,
        "--edition",
        "2021-10",
        "--edition",
        "2025-05",
        "--format",
        "json",
    ]);
    super::report_json::assert_valid("drift", &json(&drift));
}
