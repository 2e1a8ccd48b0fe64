//! Published files: unchanged, valid against their published schemas, codes in order.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use meetready::manifest::{codes, note_codes, schemas, validate_file};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::catalog;

/// SHA-256 of every file of a published edition. A published edition never changes: a correction is a new edition,
/// and an entry here is only ever added.
const PUBLISHED: &[(&str, &str)] = &[];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements")
}

/// Every `.json` below a folder, relative to it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|f| format!("{name}/{f}")));
        } else if path.extension().is_some_and(|e| e == "json") {
            found.push(name);
        }
    }
    found.sort();
    found
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn published_editions_do_not_change() {
    let edition_files: Vec<String> = files(&root().join("zoom"))
        .into_iter()
        .filter(|f| f.contains('/'))
        .collect();
    let now: Vec<(String, String)> = edition_files
        .iter()
        .map(|f| {
            let bytes = std::fs::read(root().join("zoom").join(f)).unwrap();
            // A checkout may have changed the line ends.
            let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
            (f.clone(), format!("{:x}", Sha256::digest(text.as_bytes())))
        })
        .collect();
    let then: Vec<(String, String)> = PUBLISHED
        .iter()
        .map(|(f, h)| ((*f).to_owned(), (*h).to_owned()))
        .collect();
    assert_eq!(
        now, then,
        "a published edition changed; publish the correction as a new edition"
    );
}

#[test]
fn an_edition_s_hash_follows_its_files_alone() {
    let mut all = catalog();
    let before: Vec<String> = all.editions().map(|e| e.sha256.clone()).collect();
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 2);
    let folder = tempfile::tempdir().unwrap();
    let zoom = folder.path().join("zoom");
    std::fs::create_dir_all(zoom.join("2025-05")).unwrap();
    let from = root().join("zoom");
    std::fs::copy(from.join("browsers.json"), zoom.join("browsers.json")).unwrap();
    all.add_dir(folder.path()).unwrap();
    assert_eq!(
        before,
        all.editions().map(|e| e.sha256.clone()).collect::<Vec<_>>()
    );

    let text = std::fs::read_to_string(from.join("2025-05/phone.json")).unwrap();
    std::fs::write(zoom.join("2025-05/phone.json"), text + "\n").unwrap();
    all.add_dir(folder.path()).unwrap();
    let after: Vec<String> = all.editions().map(|e| e.sha256.clone()).collect();
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
}

#[test]
fn schemas_are_those_of_the_types() {
    let folder = root().join("schema");
    let update = std::env::var_os("UPDATE").is_some();
    for (name, schema) in schemas() {
        let path = folder.join(format!("{name}.schema.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let published = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            published == text,
            "{} is not what the types say; run this test with UPDATE=1",
            path.display()
        );
    }
    let expected: Vec<String> = {
        let mut names: Vec<String> = schemas()
            .iter()
            .map(|(n, _)| format!("{n}.schema.json"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(files(&folder), expected, "a schema without a type");
}

#[test]
fn every_file_is_valid_against_the_schema_that_it_names() {
    let mut seen = 0;
    for file in files(&root()) {
        if file.starts_with("schema/") {
            continue;
        }
        let path = root().join(&file);
        let value = json(&path);
        let named = value["$schema"]
            .as_str()
            .unwrap_or_else(|| panic!("{file} names no schema"));
        let schema = json(&path.parent().unwrap().join(named));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
        validate_file(&path).unwrap_or_else(|e| panic!("{e}"));
        seen += 1;
    }
    assert!(seen >= 14, "only {seen} files were looked at");
}

#[test]
fn schemas_refuse_what_the_loader_refuses() {
    let schema = json(&root().join("schema/product.schema.json"));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut value = json(&root().join("zoom/2025-05/phone.json"));
    assert!(validator.is_valid(&value));
    value["requirements"][0]["levle"] = "required".into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn codes_are_kebab_case_and_every_requirement_has_a_source() {
    let kebab = |code: &str| {
        !code.is_empty()
            && !code.starts_with('-')
            && !code.ends_with('-')
            && !code.contains("--")
            && code
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    for edition in catalog().editions() {
        let all = codes(edition);
        assert_eq!(all.notes, note_codes(edition));
        assert!(all.notes.len() > 40, "{} notes", all.notes.len());
        for code in all
            .notes
            .iter()
            .chain(&all.scenarios)
            .chain(&all.variants)
            .chain(&all.items)
        {
            assert!(kebab(code), "{code}");
        }
        for (id, product) in &edition.products {
            for r in &product.requirements {
                let name = r.id.as_str();
                assert!(
                    name.strip_prefix(id.as_str())
                        .and_then(|n| n.strip_prefix('.'))
                        .is_some_and(kebab),
                    "{name}"
                );
                assert!(!r.source.section.is_empty(), "{name}");
            }
        }
    }
}
