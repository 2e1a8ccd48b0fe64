//! Files with mistakes: each is refused with the place and the mend, none stops the program.

use std::fmt::Write as _;
use std::path::Path;

use meetready::manifest::{Catalog, FileKind, Problem, validate_file};
use proptest::prelude::*;

/// A small valid product, as an author would write it.
const PRODUCT: &str = r#"{
  "product": "meetings",
  "name": "Meetings",
  "variants": [{ "id": "small", "default": true }, { "id": "large" }],
  "requirements": [
    {
      "id": "meetings.ram",
      "applies": { "variants": ["large"] },
      "level": "required",
      "rule": { "memory": { "at_least": 8192 } },
      "on_fail": "fail",
      "source": { "document": "House rules", "section": "2", "confidence": "document" }
    },
    {
      "id": "meetings.line",
      "level": "required",
      "rule": { "bandwidth": { "scenario": "call", "up": { "lower_kbps": 60, "upper_kbps": 80 } } },
      "on_fail": "fail",
      "source": { "document": "House rules", "section": "3", "confidence": "document" }
    }
  ]
}
"#;

const EDITION: &str = r#"{
  "edition": "2026-01",
  "vendor": "acme",
  "document": "House rules",
  "version": "1",
  "publisher": "Acme",
  "as_of": "2026-01-31"
}
"#;

/// What is said of a file of this text, with `FILE` in place of its path.
fn said(text: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meetings.json");
    std::fs::write(&path, text).unwrap();
    match validate_file(&path) {
        Ok(summary) => format!("valid: {:?}", summary.kind),
        Err(e) => e.to_string().replace(&path.display().to_string(), "FILE"),
    }
}

fn said_with(from: &str, to: &str) -> String {
    assert!(PRODUCT.contains(from), "{from}");
    said(PRODUCT.replacen(from, to, 1))
}

#[test]
fn the_samples_are_valid() {
    assert_eq!(said(PRODUCT), "valid: Product");
    assert_eq!(said(EDITION), "valid: Edition");
    assert_eq!(said(format!("\u{feff}{PRODUCT}")), "valid: Product");
    assert_eq!(said(PRODUCT.replace('\n', "\r\n")), "valid: Product");
}

#[test]
fn mistyped_keys_and_words_name_line_key_and_mend() {
    assert_eq!(
        said_with("\"at_least\"", "\"at_lest\""),
        "FILE:10:39: requirements[0].rule.memory.at_lest: unknown key \"at_lest\"; allowed: at_least \
         (did you mean \"at_least\"?)"
    );
    assert_eq!(
        said_with("\"memory\":", "\"memmory\":"),
        "FILE:10:26: requirements[0].rule: unknown value \"memmory\"; allowed: os, cpu, memory, device, display, \
         browser, app, link, same_network, session, port, bandwidth, quality, statement (did you mean \"memory\"?)"
    );
    assert_eq!(
        said_with("\"level\": \"required\"", "\"level\": \"must\""),
        "FILE:9:22: requirements[0].level: unknown value \"must\"; allowed: required, recommended, informative"
    );
    assert_eq!(
        said_with("      \"on_fail\": \"fail\",\n", ""),
        "FILE:12:5: requirements[0]: key \"on_fail\" is missing; add it"
    );
    assert_eq!(
        said_with(
            "\"name\": \"Meetings\",",
            "\"name\": \"Meetings\", \"name\": \"M\","
        ),
        "FILE:3:31: key \"name\" stands twice in one object; keep one"
    );
}

#[test]
fn wrong_types_and_forms_name_their_place() {
    assert_eq!(
        said_with("8192", "\"8 GB\""),
        "FILE:10:49: requirements[0].rule.memory.at_least: invalid type: string \"8 GB\", expected u64"
    );
    assert_eq!(
        said_with("8192", "-1"),
        "FILE:10:45: requirements[0].rule.memory.at_least: invalid value: integer `-1`, expected u64"
    );
    assert!(said_with("\"small\"", "\"Small one\"").starts_with(
        "FILE:4:33: variants[0].id: \"Small one\" is not a valid variant: use 1 to 64 of a-z"
    ));
    assert_eq!(
        said("[]"),
        "FILE:1:0: invalid type: sequence, expected a map"
    );
    assert_eq!(said("{}"), format!("FILE: {}", Problem::UnknownKind));
}

#[test]
fn contradictions_name_their_place_and_mend() {
    for (from, to, expected) in [
        (
            "\"id\": \"meetings.line\"",
            "\"id\": \"meetings.ram\"",
            "FILE:15:13: requirements[1].id: requirement id \"meetings.ram\" is also used at requirements[0].id; \
             give each its own",
        ),
        (
            "[\"large\"]",
            "[\"larg\"]",
            "FILE:8:34: requirements[0].applies.variants[0]: variant \"larg\" is not declared in \"variants\"; \
             allowed: small, large (did you mean \"large\"?)",
        ),
        (
            "{ \"id\": \"large\" }",
            "{ \"id\": \"large\", \"default\": true }",
            "FILE:4:79: variants[1].default: variants \"small\" and \"large\" are both the default; keep one",
        ),
        (
            "\"lower_kbps\": 60",
            "\"lower_kbps\": 90",
            "FILE:17:81: requirements[1].rule.bandwidth.up.lower_kbps: the lower figure 90 is above the upper figure \
             80; exchange them",
        ),
        (
            "{ \"memory\": { \"at_least\": 8192 } }",
            "{ \"port\": { \"transport\": \"tcp\", \"ports\": [], \"scope\": \"cloud\" } }",
            "FILE:10:56: requirements[0].rule.port.ports: ports is empty; add at least one entry or take the \
             requirement out",
        ),
        (
            "{ \"memory\": { \"at_least\": 8192 } }",
            "{ \"port\": { \"transport\": \"tcp\", \"ports\": [\"80-90\", \"85\"], \"scope\": \"cloud\" } }",
            "FILE:10:66: requirements[0].rule.port.ports[1]: 85 and 80-90 overlap; list each port once",
        ),
        (
            "{ \"memory\": { \"at_least\": 8192 } }",
            "{ \"quality\": { \"metric\": \"loss\", \"max_ms\": 40 } }",
            "FILE:10:29: requirements[0].rule.quality: this metric is limited by \"max_percent\" alone; give \
             \"max_percent\" and not \"max_ms\"",
        ),
        (
            "{ \"memory\": { \"at_least\": 8192 } }",
            "{ \"os\": { \"listed\": [{ \"family\": \"windows\" }] } }",
            "FILE:10:36: requirements[0].rule.os.listed[0]: a listed system needs either \"exactly\" or \"at_least\"; \
             give one of the two",
        ),
        (
            "{ \"memory\": { \"at_least\": 8192 } }",
            "{ \"cpu\": { \"any_of\": [{}] } }",
            "FILE:10:37: requirements[0].rule.cpu.any_of[0]: this alternative asks for nothing, so any processor \
             would do; give a condition or take it out",
        ),
    ] {
        let got = said_with(from, to);
        // The column is where the reader stood when it got there; the line and path are what an author needs.
        let without_column = |s: &str| {
            let mut parts = s.splitn(4, ':');
            let (file, line, _) = (parts.next(), parts.next(), parts.next());
            format!(
                "{}:{}:{}",
                file.unwrap(),
                line.unwrap(),
                parts.next().unwrap_or_default()
            )
        };
        assert_eq!(without_column(&got), without_column(expected), "{got}");
    }
    let twice = PRODUCT.replace("\"id\": \"meetings.ram\"", "\"id\": \"a\"").replace(
        "{ \"memory\": { \"at_least\": 8192 } }",
        "{ \"bandwidth\": { \"scenario\": \"call\", \"down\": { \"lower_kbps\": 1, \"upper_kbps\": 1 } } }",
    );
    assert!(said(twice).contains(
        "requirements[1].rule.bandwidth.scenario: scenario \"call\" is also used at requirements[0]"
    ));
}

#[test]
fn broken_files_are_told_apart() {
    let cut = &PRODUCT[..PRODUCT.len() / 2];
    let lines = cut.lines().count();
    assert!(
        said(cut).starts_with(&format!("FILE:{lines}:")) && said(cut).ends_with("was it cut off?"),
        "{}",
        said(cut)
    );
    assert_eq!(
        said(""),
        "FILE:1:0: ends before its JSON is complete: EOF while parsing a value; was it cut off?"
    );
    assert_eq!(
        said_with("\"name\": \"Meetings\",", "\"name\": \"Meetings\",,"),
        "FILE:3:23: is not valid JSON: key must be a string"
    );
    assert_eq!(
        said(b"{\"product\": \"\xff\"}"),
        "FILE: is not UTF-8 text (first bad byte at offset 13); save it as UTF-8"
    );
    assert_eq!(
        said(vec![b' '; 5 * 1024 * 1024]),
        "FILE: is larger than 4194304 bytes; split it, or give a requirement file"
    );
    for deep in ["[", "{\"a\":"] {
        let text = deep.repeat(100_000);
        assert!(
            said(&text)
                .ends_with("is nested too deeply; requirement files need fewer than 128 levels"),
            "{}",
            said(&text)
        );
    }
    let long: String = (0..50_000).fold(String::from("{"), |mut s, i| {
        write!(s, "\"k{i}\":0,").unwrap();
        s
    }) + "\"product\":1}";
    assert!(said(long).len() < 2_000);
}

#[test]
fn text_from_outside_cannot_steer_a_terminal() {
    let text = said_with("\"name\":", "\"na\\u001b[2Jme\":");
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone.json");
    assert!(matches!(
        validate_file(&gone).unwrap_err().problem,
        Problem::Unreadable(_)
    ));
    let mut all = Catalog::embedded().unwrap();
    assert!(matches!(
        all.add_dir(&gone).unwrap_err().problem,
        Problem::Unreadable(_)
    ));
    assert!(matches!(
        all.add_dir(folder.path()).unwrap_err().problem,
        Problem::NothingFound
    ));
}

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_folder_adds_an_edition_without_rust() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "acme/2026-01/edition.json", EDITION);
    put(folder.path(), "acme/2026-01/meetings.json", PRODUCT);
    put(folder.path(), "README.md", "passed over");
    put(folder.path(), ".hidden.json", "passed over");
    let mut all = Catalog::embedded().unwrap();
    all.add_dir(folder.path()).unwrap();
    let names: Vec<_> = all.editions().map(|e| e.info.edition.to_string()).collect();
    assert_eq!(names, ["2021-10", "2025-05", "2026-01"]);
    let (e, s) = all
        .select(None, &[], &["call".parse().unwrap()], 1)
        .unwrap();
    assert_eq!(e.info.publisher, "Acme");
    assert_eq!(s.targets[0].to_string(), "meetings:small");
    assert!(
        !e.baseline.is_empty(),
        "the baseline holds for every edition"
    );
    assert!(
        e.browsers.is_none() && e.endpoints.is_empty(),
        "those are the vendor's"
    );
    assert_eq!(validate_file(folder.path()).unwrap().kind, FileKind::Folder);
}

#[test]
fn a_folder_replaces_one_product_and_leaves_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "zoom/2025-05/meetings.json", PRODUCT);
    let mut all = Catalog::embedded().unwrap();
    all.add_dir(folder.path()).unwrap();
    let e = all.edition(&"2025-05".parse().unwrap()).unwrap();
    assert_eq!(e.products.len(), 6);
    assert_eq!(
        e.products[&"meetings".parse().unwrap()].requirements.len(),
        2
    );
}

/// What is said of a folder of these files; the catalog must then be as it was.
fn folder_said(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(folder.path(), name, text);
    }
    let mut all = Catalog::embedded().unwrap();
    let error = all.add_dir(folder.path()).expect_err("refused").to_string();
    assert_eq!(all.editions().count(), 2);
    let root = folder.path().display().to_string();
    error.replace(&root, "DIR").replace('\\', "/")
}

#[test]
fn files_in_the_wrong_place_or_under_another_name_are_refused() {
    assert!(folder_said(&[("meetings.json", PRODUCT)]).starts_with(
        "DIR/meetings.json: stands in no place that is read; use DIR/<vendor>/<edition>/<product>.json"
    ));
    assert_eq!(
        folder_said(&[
            ("acme/2026-02/edition.json", EDITION),
            ("acme/2026-02/meetings.json", PRODUCT)
        ]),
        "DIR/acme/2026-02/edition.json:2:13: edition: edition is \"2026-01\", but the folder is named \"2026-02\"; \
         make them the same"
    );
    assert_eq!(
        folder_said(&[
            ("acme/2026-01/edition.json", EDITION),
            ("acme/2026-01/phone.json", PRODUCT)
        ]),
        "DIR/acme/2026-01/phone.json:2:13: product: product is \"meetings\", but the file is named \"phone\"; \
         make them the same"
    );
    assert_eq!(
        folder_said(&[("acme/2026-01/meetings.json", PRODUCT)]),
        "DIR/acme/2026-01/meetings.json: edition \"2026-01\" has no edition.json; add one beside its products"
    );
    assert_eq!(
        folder_said(&[("acme/2026-01/edition.json", EDITION)]),
        "DIR/acme/2026-01/edition.json: edition \"2026-01\" has no products; add <product>.json beside its edition.json"
    );
    let other = PRODUCT.replace("\"product\": \"meetings\"", "\"product\": \"phone\"");
    assert_eq!(
        folder_said(&[
            ("acme/2026-01/edition.json", EDITION),
            ("acme/2026-01/meetings.json", PRODUCT),
            ("acme/2026-01/phone.json", &other),
        ]),
        "DIR/acme/2026-01/phone.json:7:13: requirements[0].id: requirement id \"meetings.ram\" is also used at \
         DIR/acme/2026-01/meetings.json; give each its own"
    );
    let taken = EDITION
        .replace("2026-01", "2025-05")
        .replace("2025-05-31", "2026-01-31");
    assert_eq!(
        folder_said(&[
            ("acme/2025-05/edition.json", &taken),
            ("acme/2025-05/meetings.json", PRODUCT)
        ]),
        "embedded:zoom/2025-05/edition.json: edition \"2025-05\" is also used at vendor \"acme\"; give each its own"
    );
}

fn embedded_text() -> impl Strategy<Value = String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements");
    let texts: Vec<String> = [
        "zoom/2025-05/rooms-controller.json",
        "zoom/2021-10/edition.json",
        "zoom/endpoints.json",
        "zoom/browsers.json",
        "baseline/quality.json",
    ]
    .iter()
    .map(|f| std::fs::read_to_string(root.join(f)).unwrap())
    .collect();
    proptest::sample::select(texts)
}

/// Bytes of a real file, with some overwritten, taken out or put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<proptest::sample::Index>(),
        0_u8..4,
        prop_oneof![
            Just(b'{'),
            Just(b'}'),
            Just(b'['),
            Just(b'"'),
            Just(b'-'),
            Just(b'9'),
            Just(b','),
            any::<u8>()
        ],
    );
    (embedded_text(), proptest::collection::vec(edit, 1..6)).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (at, how, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let i = at.index(bytes.len());
            match how {
                0 => bytes[i] = byte,
                1 => {
                    bytes.remove(i);
                }
                2 => bytes.insert(i, byte),
                _ => bytes.truncate(i),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_panics_and_every_error_is_one_short_line(bytes in mutated()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mutated.json");
        std::fs::write(&path, bytes).unwrap();
        if let Err(e) = validate_file(&path) {
            let text = e.to_string();
            prop_assert!(text.starts_with(&path.display().to_string()));
            prop_assert!(text.chars().count() < 4_000);
            prop_assert!(!text.chars().any(char::is_control), "{:?}", text);
        }
    }
}
