//! Files that earlier versions wrote are read for good: `tests/compat` holds some of each schema version.

use std::path::PathBuf;

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
