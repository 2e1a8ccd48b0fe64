//! Files that earlier versions wrote are read for good: `tests/compat` holds some of each schema version.

use std::path::PathBuf;

use meetready::report::Format;

use super::{arg, code, json, meetready, stderr, stdout};

fn saved() -> Vec<PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("saved files")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_saved_version_is_judged() {
    let files = saved();
    for kind in [
        "evidence-1-linux",
        "evidence-1-windows",
        "report-1-linux",
        "report-1-windows",
    ] {
        assert!(
            files
                .iter()
                .any(|f| f.file_stem().is_some_and(|s| s == kind)),
            "{kind}"
        );
    }
    for file in &files {
        for edition in ["2021-10", "2025-05"] {
            let output = meetready(&["judge", arg(file), "--edition", edition, "--format", "json"]);
            assert!(
                [0, 3, 4, 5].contains(&code(&output)),
                "{}: {}",
                file.display(),
                stderr(&output)
            );
            let judged = json(&output);
            assert_eq!(judged["manifest"]["edition"], edition);
            let original: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(file).expect("a file"))
                    .expect("JSON");
            let evidence = original.get("evidence").unwrap_or(&original);
            // What was read then is in the evidence now, value by value.
            let brand = "/inventory/cpu/brand";
            assert_eq!(judged["evidence"].pointer(brand), evidence.pointer(brand));
            assert_eq!(
                judged["evidence"]["collected_at"],
                evidence["collected_at"],
                "{}",
                file.display()
            );
        }
    }
}

#[test]
fn a_newer_file_names_the_mend_in_the_readers_language() {
    let dir = tempfile::tempdir().expect("a folder");
    for schema in ["meetready/report/2", "meetready/evidence/7"] {
        let path = dir.path().join("newer.json");
        let text = format!("{{\"schema\": \"{schema}\", \"unheard_of\": [1]}}");
        std::fs::write(&path, text).expect("a file");
        for (lang, words) in [("en", "Update meetready"), ("ja", "更新")] {
            let output = meetready(&["judge", arg(&path), "--lang", lang]);
            let error = stderr(&output);
            assert_eq!(code(&output), 2);
            assert!(
                error.contains(schema) && error.contains(words),
                "{lang}: {error}"
            );
            assert_eq!(stdout(&output), "");
        }
    }
}

/// A report is shown as it was judged: its exit code is its verdict's, and every form of it is what `judge` gives for
/// the same evidence where the verdicts are the same.
#[test]
fn every_saved_report_is_shown_in_every_format_and_language() {
    let reports = saved().into_iter().filter(|p| {
        p.file_stem()
            .is_some_and(|s| s.to_string_lossy().starts_with("report-"))
    });
    for file in reports {
        let text = std::fs::read_to_string(&file).expect("a file");
        let original: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let exit = match original["verdict"].as_str() {
            Some("pass") => 0,
            Some("warn") => 4,
            Some("fail") => 3,
            _ => 5,
        };
        // Judged again and saved: `report` shows of that file what `judge` shows.
        let folder = tempfile::tempdir().expect("a folder");
        let again = folder.path().join("again.json");
        let edition = original["manifest"]["edition"]
            .as_str()
            .expect("an edition");
        let judge = |format: &'static str, more: &[&str]| {
            let mut arguments = vec!["judge", arg(&file), "--edition", edition];
            arguments.extend(["--redact", "internal", "--format", format]);
            arguments.extend(more);
            meetready(&arguments)
        };
        let verdict = code(&judge("json", &["--output", arg(&again)]));
        for format in Format::ALL.map(Format::name) {
            for lang in ["en", "ja"] {
                let name = format!("{} {format} {lang}", file.display());
                let show = |path: &std::path::Path| {
                    let redact = ["--redact", "internal"];
                    let mut arguments = vec!["report", arg(path), "--format", format];
                    arguments.extend(["--lang", lang]);
                    arguments.extend(redact);
                    meetready(&arguments)
                };
                let shown = show(&file);
                assert_eq!(code(&shown), exit, "{name}: {}", stderr(&shown));
                assert!(!stdout(&shown).trim().is_empty(), "{name}");
                let shown = show(&again);
                assert_eq!(code(&shown), verdict, "{name}: {}", stderr(&shown));
                let judged = judge(format, &["--lang", lang]);
                assert_eq!(code(&judged), verdict, "{name}");
                assert_eq!(stdout(&shown), stdout(&judged), "{name}");
            }
        }
    }
}

/// Cut off, far too big, nested without end, or something else: one clear error that names the file, and nothing else.
#[test]
fn broken_reports_are_refused_with_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = saved()
        .into_iter()
        .find(|p| p.ends_with("report-1-windows.json"))
        .map(|p| std::fs::read(p).expect("a file"))
        .expect("a saved report");
    let deep = |open: &str| {
        format!(
            "{{\"schema\": \"meetready/report/1\", \"x\": {}",
            open.repeat(200_000)
        )
    };
    let cut = |parts: usize| {
        whole
            .get(..whole.len() * parts / 8)
            .unwrap_or_default()
            .to_vec()
    };
    let mut cases = vec![
        ("empty.json", Vec::new()),
        ("arrays.json", deep("[").into_bytes()),
        ("objects.json", deep("{\"a\":").into_bytes()),
        ("huge.json", [whole.clone(), vec![b' '; 65 << 20]].concat()),
        ("twice.json", whole.repeat(2)),
        (
            "bytes.json",
            b"{\"schema\": \"meetready/report/1\xff\"}".to_vec(),
        ),
        ("zeros.json", vec![0; 4_096]),
        ("list.json", b"[]".to_vec()),
        ("number.json", b"17".to_vec()),
    ];
    for (name, parts) in [("cut1.json", 1), ("cut4.json", 4), ("cut7.json", 7)] {
        cases.push((name, cut(parts)));
    }
    for (name, bytes) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        for arguments in [
            vec!["report", arg(&path)],
            vec!["report", arg(&path), "--lang", "ja", "--format", "html"],
            vec!["judge", arg(&path)],
            vec!["diff", arg(&path), arg(&path)],
        ] {
            let output = meetready(&arguments);
            let error = stderr(&output);
            assert_eq!(code(&output), 2, "{arguments:?}: {error}");
            assert_eq!(stdout(&output), "", "{arguments:?}");
            let clear = error.contains(name) && !error.contains("panicked") && error.len() < 2_000;
            assert!(clear, "{arguments:?}: {error}");
        }
    }
}
