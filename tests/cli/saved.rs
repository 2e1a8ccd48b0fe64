//! `report` and `diff`: reports that were saved before.

use std::path::{Path, PathBuf};

use super::{arg, code, json, meetready, stderr, stdout};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/compat")
        .join(name)
}

#[test]
fn a_saved_report_is_shown_in_either_language_and_every_form() {
    let saved = file("report-1-windows.json");
    let judged = json(&meetready(&["report", arg(&saved), "--format", "json"]));
    for lang in ["en", "ja"] {
        for format in ["text", "html", "ticket", "oneline", "firewall", "json"] {
            let output = meetready(&["report", arg(&saved), "--format", format, "--lang", lang]);
            assert!([0, 3, 4, 5].contains(&code(&output)), "{}", stderr(&output));
            let text = stdout(&output);
            match format {
                "html" => assert!(text.contains(&format!("<html lang=\"{lang}\">"))),
                "json" => assert_eq!(json(&output), judged, "words change, codes do not"),
                _ => assert!(!text.trim().is_empty()),
            }
        }
    }
    let output = meetready(&["report", arg(&saved), "--redact", "public"]);
    assert!(stdout(&output).contains("masked for outsiders"));
}

#[test]
fn a_sign_off_is_kept_in_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let signed = folder.path().join("signed.json");
    let names = [
        "--site",
        "大阪本社",
        "--room",
        "12F 会議室A",
        "--installer",
        "山田 太郎",
    ];
    let mut arguments = vec!["report"];
    let saved = file("report-1-windows.json");
    arguments.extend([arg(&saved), "--format", "json", "--output", arg(&signed)]);
    arguments.extend(names);
    assert!([0, 3, 4, 5].contains(&code(&meetready(&arguments))));
    let shown = |more: &[&str]| {
        let mut arguments = vec!["report", arg(&signed)];
        arguments.extend(more);
        stdout(&meetready(&arguments))
    };
    for format in ["html", "text"] {
        let text = shown(&["--format", format, "--lang", "ja"]);
        for name in ["大阪本社", "12F 会議室A", "山田 太郎", "署名"] {
            assert!(text.contains(name), "{format}: {name}");
        }
        let inside = shown(&["--format", format, "--redact", "internal"]);
        assert!(inside.contains("山田 太郎"), "{format}");
        let outside = shown(&["--format", format, "--redact", "public"]);
        assert!(
            !outside.contains("山田")
                && !outside.contains("大阪")
                && outside.contains("installer-1")
        );
    }
    let other = shown(&["--room", "13F"]);
    assert!(
        other.contains("13F") && other.contains("大阪本社"),
        "what is not given stays"
    );
    // `judge` takes the same flags.
    let evidence = file("evidence-1-linux.json");
    let mut arguments = vec!["judge", arg(&evidence)];
    arguments.extend(names);
    assert!(stdout(&meetready(&arguments)).contains("山田 太郎"));
}

#[test]
fn two_saved_reports_are_compared() {
    let (before, after) = (file("report-1-windows.json"), file("report-1-linux.json"));
    let run = |more: &[&str]| {
        let mut arguments = vec!["diff", arg(&before), arg(&after)];
        arguments.extend(more);
        let output = meetready(&arguments);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        output
    };
    let data = json(&run(&["--format", "json"]));
    assert_eq!(data["schema"], "meetready/comparison/1");
    assert!(data["facts"].as_array().is_some_and(|f| !f.is_empty()));
    assert!(stdout(&run(&["--lang", "ja"])).contains("PCの変化"));
    assert!(stdout(&run(&["--format", "html"])).starts_with("<!DOCTYPE html>"));
    let folder = tempfile::tempdir().expect("a folder");
    run(&["--format", "html", "--output", arg(folder.path())]);
    let page = folder.path().join("meetready-diff.html");
    assert!(page.is_file());
    let again = meetready(&["diff", arg(&before), arg(&after), "--output", arg(&page)]);
    assert_eq!(code(&again), 2, "nothing is overwritten");
    let same = json(&meetready(&[
        "diff",
        arg(&after),
        arg(&after),
        "--format",
        "json",
    ]));
    assert_eq!(same["trend"], "same");
    assert_eq!(same["facts"], serde_json::json!([]));
}

#[test]
fn what_is_no_report_is_told_with_the_mend() {
    let evidence = file("evidence-1-linux.json");
    for command in [
        vec!["report", arg(&evidence)],
        vec!["diff", arg(&evidence), arg(&evidence)],
    ] {
        let output = meetready(&command);
        assert_eq!(code(&output), 2);
        assert!(
            stderr(&output).contains("meetready judge"),
            "{}",
            stderr(&output)
        );
        assert!(stdout(&output).is_empty());
    }
    let output = meetready(&["report", "no-such-file.json", "--lang", "ja"]);
    assert_eq!(code(&output), 2);
}
