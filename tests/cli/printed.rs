//! What the program prints about itself, whole: help in both languages, the manual page, completions.

use super::{code, command, stderr, stdout};

/// Every command, as it is typed.
const COMMANDS: [&[&str]; 16] = [
    &[],
    &["check"],
    &["collect"],
    &["judge"],
    &["report"],
    &["diff"],
    &["plan"],
    &["cpu"],
    &["requirements"],
    &["requirements", "list"],
    &["requirements", "show"],
    &["requirements", "diff"],
    &["requirements", "validate"],
    &["requirements", "schema"],
    &["reflect"],
    &["completions"],
];

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings
}

/// What a command prints in a window of 100 columns.
fn printed(arguments: &[&str]) -> String {
    let output = command(arguments)
        .env("COLUMNS", "100")
        .output()
        .expect("the executable starts");
    assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
    assert_eq!(stderr(&output), "", "{arguments:?}");
    // The same text from every version and system.
    stdout(&output)
        .replace(env!("CARGO_PKG_VERSION"), "[version]")
        .replace("meetready.exe", "meetready")
}

#[test]
fn help_of_every_command() {
    for lang in ["en", "ja"] {
        let mut all = String::new();
        for path in COMMANDS {
            let mut arguments = path.to_vec();
            arguments.extend(["--help", "--lang", lang]);
            let title = [&["meetready"], path].concat().join(" ");
            all += &["==== ", &title, "\n", &printed(&arguments), "\n"].concat();
        }
        settings().bind(|| insta::assert_snapshot!(format!("help_{lang}"), all));
    }
}

/// A command that is added is added to the list above.
#[test]
fn every_command_is_listed() {
    let script = printed(&["completions", "fish"]);
    let names: std::collections::BTreeSet<&str> = script
        .lines()
        .filter(|l| l.contains("needs_command"))
        .filter_map(|l| l.split(" -a \"").nth(1)?.split('"').next())
        .collect();
    assert!(names.len() > 9, "{names:?}");
    for name in names.into_iter().filter(|n| !["help", "man"].contains(n)) {
        assert!(COMMANDS.iter().any(|c| c.first() == Some(&name)), "{name}");
    }
}

#[test]
fn manual_page() {
    for lang in ["en", "ja"] {
        let page = printed(&["man", "--lang", lang]);
        settings().bind(|| insta::assert_snapshot!(format!("man_{lang}"), page));
    }
}

#[test]
fn completions_of_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        settings().bind(|| insta::assert_snapshot!(format!("completions_{shell}"), script));
    }
}
