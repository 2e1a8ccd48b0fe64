//! Real outputs fit their published schemas.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use super::{arg, json, meetready};

fn validator(name: &str) -> jsonschema::Validator {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("requirements/schema/{name}.schema.json"));
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

pub(crate) fn assert_valid(name: &str, instance: &serde_json::Value) {
    let errors: Vec<String> = validator(name)
        .iter_errors(instance)
        .take(5)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn reports_plans_and_evidence_fit_their_schemas() {
    for edition in ["2021-10", "2025-05"] {
        let report = json(&meetready(&[
            "check",
            "--reflector",
            "self",
            "--format",
            "json",
            "--edition",
            edition,
            "--for",
            "meetings",
            "--for",
            "rooms:2-screens",
        ]));
        assert_valid("report", &report);
        assert_valid("evidence", &report["evidence"]);
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("evidence.json");
    meetready(&["collect", "--no-network", "--output", arg(&file)]);
    assert_valid(
        "evidence",
        &serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap(),
    );
    assert_valid(
        "plan",
        &json(&meetready(&[
            "plan",
            "--reflector",
            "self",
            "--format",
            "json",
        ])),
    );
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let report = json(&meetready(&["check", "--no-network", "--format", "json"]));
    let validator = validator("report");
    for (pointer, wrong) in [("/verdict", "perhaps"), ("/results/0/reason", "because")] {
        let mut broken = report.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong.into();
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
    let mut extra = report;
    extra["surprise"] = true.into();
    assert!(!validator.is_valid(&extra));
}
