use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthChar;

use super::codes::every_coded_key;
use super::*;

/// Keys and texts of one language, as they stand in its files.
fn messages(lang: Lang) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for source in lang.sources() {
        let mut current: Option<String> = None;
        for line in source.lines() {
            if line.starts_with('#') || line.is_empty() {
                current = None;
            } else if let Some((key, text)) = line
                .split_once(" =")
                .filter(|_| !line.starts_with([' ', '[']))
            {
                let doubled = out.insert(key.to_owned(), text.to_owned());
                assert!(doubled.is_none(), "{lang}: {key} stands twice");
                current = Some(key.to_owned());
            } else if let Some(text) = current.as_ref().and_then(|key| out.get_mut(key)) {
                text.push_str(line);
            } else {
                panic!("{lang}: a line belongs to no message: {line}");
            }
        }
    }
    out
}

/// The variables that a text takes in.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            &rest[..end]
        })
        .collect()
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut files,
    );
    files
        .into_iter()
        .map(|f| {
            let text = std::fs::read_to_string(&f).expect("a source file");
            (f, text)
        })
        .collect()
}

#[test]
fn locale_names_of_every_system_are_understood() {
    for ja in [
        "ja",
        "ja-JP",
        "ja_JP.UTF-8",
        "ja_JP.eucJP",
        "Japanese_Japan.932",
        "JA",
    ] {
        assert_eq!(Lang::from_locale(ja), Lang::Ja, "{ja}");
    }
    for en in [
        "en",
        "en_US.UTF-8",
        "C",
        "C.UTF-8",
        "POSIX",
        "",
        "de-DE",
        "jam",
    ] {
        assert_eq!(Lang::from_locale(en), Lang::En, "{en}");
    }
    assert!("de".parse::<Lang>().is_err());
}

#[test]
fn every_message_parses() {
    for lang in Lang::ALL {
        for source in lang.sources() {
            let parsed = FluentResource::try_new((*source).to_owned());
            assert!(parsed.is_ok(), "{lang}: {:?}", parsed.err().map(|(_, e)| e));
        }
        let own = bundle(lang);
        for key in messages(lang).keys() {
            assert!(own.has_message(key), "{lang}: {key} is not in the bundle");
        }
        assert_ne!(lang.identifier(), LanguageIdentifier::default());
    }
}

#[test]
fn both_languages_have_the_same_keys_and_variables() {
    let (en, ja) = (messages(Lang::En), messages(Lang::Ja));
    let keys = |m: &BTreeMap<String, String>| m.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&en), keys(&ja));
    for (key, text) in &en {
        assert_eq!(variables(text), variables(&ja[key]), "{key}");
    }
}

#[test]
fn every_code_of_the_model_has_a_text_of_its_own() {
    for lang in Lang::ALL {
        let own = messages(lang);
        for key in every_coded_key() {
            assert!(own.contains_key(&key), "{lang}: {key} has no text");
        }
    }
}

/// Keys that the sources do not spell out, because they are put together from a code.
const PUT_TOGETHER: [&str; 16] = [
    "help",
    "kind",
    "note",
    "scenario",
    "variant",
    "item",
    "column",
    "says",
    "product",
    "app",
    "cpu",
    "reason",
    "bluetooth",
    "power-plan",
    "title",
    "detail",
];

#[test]
fn every_key_is_used() {
    let code: String = sources("src").into_iter().map(|(_, text)| text).collect();
    let coded: BTreeSet<String> = every_coded_key().into_iter().collect();
    for key in messages(Lang::En).keys() {
        let put_together = PUT_TOGETHER.iter().any(|p| {
            key.strip_prefix(p)
                .is_some_and(|rest| rest.starts_with('-'))
        });
        let spelled_out = code.contains(&format!("\"{key}\""));
        assert!(
            coded.contains(key) || put_together || spelled_out,
            "{key} is used nowhere"
        );
    }
}

#[test]
fn no_text_holds_signs_whose_width_depends_on_the_font() {
    for lang in Lang::ALL {
        for source in lang.sources() {
            for c in source.chars().filter(|c| *c != '\n') {
                assert_eq!(
                    c.width(),
                    c.width_cjk(),
                    "{lang}: {c:?} is of ambiguous width (UAX #11)"
                );
            }
        }
    }
}

#[test]
fn no_text_holds_tabs_or_isolation_marks_once_rendered() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        let shown = texts.format(
            "subject",
            &[
                ("host", "h".into()),
                ("user", "u".into()),
                ("masked", "m".into()),
            ],
        );
        assert!(
            shown.contains('h') && !shown.contains(['\u{2068}', '\u{2069}', '\t']),
            "{shown:?}"
        );
    }
}

#[test]
fn what_has_no_text_shows_its_key() {
    let texts = Texts::new(Lang::Ja);
    assert_eq!(texts.get("no-such-key"), "no-such-key");
    assert_eq!(texts.find("no-such-key", &[]), None);
    assert_eq!(texts.get("verdict-pass"), "合格");
}

/// Phrases of data are looked up under a key made of their words, so a key that is not made of its English text is
/// never found; and a detail that no reader says is never shown.
#[test]
fn phrases_stand_under_keys_of_their_own_words() {
    // Strings may be broken over lines, which Rust joins.
    let readers: String = sources("src/inventory")
        .into_iter()
        .map(|(_, text)| text.replace("\\\n", " "))
        .collect();
    let readers = readers.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = 0;
    for (key, text) in messages(Lang::En) {
        let Some((prefix, rest)) = key
            .split_once('-')
            .filter(|(prefix, _)| matches!(*prefix, "title" | "detail"))
        else {
            continue;
        };
        let text = text.trim();
        let words: Vec<String> = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        assert_eq!(rest, words.join("-"), "{key}");
        assert!(
            prefix == "title" || readers.contains(text),
            "no reader says: {text}"
        );
        found += 1;
    }
    assert!(found > 3, "{found}");
}

/// Counts choose their plural form, and large ones are not grouped.
#[test]
fn counts_read_well() {
    let texts = Texts::new(Lang::En);
    let cores = |n: u64| texts.format("rule-cores", &[("count", n.into())]);
    assert_eq!(cores(1), "1 core or more");
    assert_eq!(cores(4_096), "4096 cores or more");
}

/// Words for users stand in the message files alone. What Japanese is left in the code is not shown: characters that
/// begin no line, and patterns that masking looks for.
#[test]
fn no_japanese_text_outside_the_message_files() {
    let japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    for (file, text) in sources("src/report").into_iter().chain(sources("src/cli")) {
        let path = file.to_string_lossy().replace('\\', "/");
        if path.contains("/redact/") {
            continue;
        }
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in shipped.lines() {
            let code = line.trim_start();
            if code.starts_with("//") || code.contains("ゝ々") {
                continue;
            }
            assert!(!code.contains(japanese), "{path}: {line}");
        }
    }
}

/// Two words side by side in a string of the renderers are a text, but for these: words of the policy for browsers and
/// of style sheets, verdicts in codes, and an error of the library for programmers.
const NO_TEXTS: [&str; 6] = [
    "default-src",
    "light dark",
    "strip long",
    "NOT READY",
    "READY WITH WARNINGS",
    "is not a format",
];

#[test]
fn no_english_text_in_the_renderers() {
    let word = |w: &str| w.len() > 1 && w.bytes().all(|b| b.is_ascii_alphabetic());
    for (file, text) in sources("src/report") {
        let path = file.to_string_lossy().replace('\\', "/");
        // Masking looks for words that systems write; its tests are a file of their own.
        if path.contains("/redact/") {
            continue;
        }
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in shipped.lines().map(str::trim_start) {
            if line.starts_with("//") || line.starts_with("#[") || line.starts_with("reason = ") {
                continue;
            }
            for literal in line.split('"').skip(1).step_by(2) {
                let words: Vec<&str> = literal.split(' ').collect();
                let is_text = words.windows(2).any(|pair| pair.iter().all(|w| word(w)));
                assert!(
                    !is_text || NO_TEXTS.iter().any(|n| literal.contains(n)),
                    "{path}: {line}"
                );
            }
        }
    }
}
