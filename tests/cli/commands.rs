//! Each command of the command line does what it says.

use super::{arg, code, command, json, meetready, stderr, stdout};

const ALL_2025: &[&str] = &[
    "--for",
    "meetings",
    "--for",
    "rooms:3-screens",
    "--for",
    "rooms-controller:windows",
    "--for",
    "phone",
    "--for",
    "contact-center",
    "--for",
    "webinars:panelist",
    "--edition",
    "2025-05",
];

#[test]
fn help_and_version_in_both_languages() {
    let english = meetready(&["--help", "--lang", "en"]);
    assert_eq!(code(&english), 0);
    assert!(
        stdout(&english).contains("sends nothing"),
        "{}",
        stdout(&english)
    );
    let japanese = meetready(&["--lang=ja", "check", "--help"]);
    assert!(
        stdout(&japanese).contains("必要帯域"),
        "{}",
        stdout(&japanese)
    );
    assert!(stdout(&meetready(&["--version"])).starts_with("meetready "));
    // A key in place of a text would show its dashes.
    for path in [
        vec!["check"],
        vec!["requirements", "show"],
        vec!["reflect"],
        vec!["plan"],
        vec!["judge"],
        vec!["collect"],
    ] {
        for lang in ["en", "ja"] {
            let mut arguments = path.clone();
            arguments.extend(["--help", "--lang", lang]);
            let text = stdout(&meetready(&arguments));
            assert!(!text.contains("help-"), "{path:?} {lang}: {text}");
        }
    }
}

#[test]
fn completions_and_manual_page() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = meetready(&["completions", shell]);
        assert_eq!(code(&output), 0, "{shell}");
        assert!(stdout(&output).contains("no-network"), "{shell}");
    }
    let man = meetready(&["man"]);
    assert_eq!(code(&man), 0);
    assert!(stdout(&man).contains(".TH meetready"), "{}", stdout(&man));
}

#[test]
fn check_without_network_in_every_format_and_language() {
    for lang in ["en", "ja"] {
        for format in ["text", "ticket", "oneline", "json"] {
            let output = meetready(&[
                "check",
                "--no-network",
                "--format",
                format,
                "--lang",
                lang,
                "--edition",
                "2025-05",
            ]);
            assert!(
                [0, 3, 4, 5].contains(&code(&output)),
                "{format} {lang}: {} {}",
                code(&output),
                stderr(&output)
            );
            let text = stdout(&output);
            assert_eq!(
                stderr(&output),
                "",
                "{format} {lang}: nothing but data without a terminal"
            );
            match format {
                "ticket" => assert!(text.lines().count() <= 60, "{} lines", text.lines().count()),
                "oneline" => {
                    assert_eq!(text.lines().count(), 1, "{text}");
                    assert!(
                        text.len() < 2_000 && text.contains(&format!("exit={}", code(&output))),
                        "{text}"
                    );
                }
                "json" => assert_eq!(json(&output)["schema"], "meetready/report/1"),
                _ => assert!(text.contains("2025-05"), "{text}"),
            }
        }
    }
}

#[test]
fn the_exit_code_is_the_verdict() {
    let output = meetready(&["check", "--no-network", "--format", "json"]);
    let expected = match json(&output)["verdict"].as_str() {
        Some("pass") => 0,
        Some("fail") => 3,
        Some("warn") => 4,
        Some("inconclusive" | "not_applicable") => 5,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&output), expected);
}

#[test]
fn collect_then_judge_gives_what_check_gives() {
    let dir = tempfile::tempdir().unwrap();
    let report = dir.path().join("report.json");
    let checked = meetready(&[
        "check",
        "--no-network",
        "--format",
        "json",
        "--output",
        arg(&report),
    ]);
    assert_eq!(stdout(&checked), "");
    let saved: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
    // The same evidence, judged from the report, and from an evidence file cut out of it.
    let evidence = dir.path().join("evidence.json");
    std::fs::write(&evidence, saved["evidence"].to_string()).unwrap();
    for file in [&report, &evidence] {
        let judged = meetready(&["judge", arg(file), "--format", "json"]);
        assert_eq!(code(&judged), code(&checked));
        assert_eq!(json(&judged), saved, "{}", file.display());
    }
    // And a file that `collect` wrote is judged, against both editions.
    let collected = dir.path().join("collected.json");
    let output = meetready(&["collect", "--no-network", "--output", arg(&collected)]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for edition in ["2021-10", "2025-05"] {
        let judged = json(&meetready(&[
            "judge",
            arg(&collected),
            "--edition",
            edition,
            "--format",
            "json",
        ]));
        assert_eq!(judged["manifest"]["edition"], edition);
        assert!(judged["results"].as_array().unwrap().len() > 8);
    }
}

#[test]
fn the_whole_job_against_its_own_reflector() {
    let mut arguments = vec!["check", "--reflector", "self", "--format", "json"];
    if cfg!(windows) {
        // Wine serves all sockets from one thread: the 600 of Phone's sample would take it minutes.
        arguments.extend(["--for", "meetings", "--for", "rooms:3-screens"]);
    } else {
        arguments.extend(ALL_2025);
    }
    let output = meetready(&arguments);
    let report = json(&output);
    let network = &report["evidence"]["network"];
    assert_eq!(
        network["reflectors"][0]["failure"],
        serde_json::Value::Null,
        "{network:#}"
    );
    // Every port that the reflector could hold was proved by echo.
    let readings = network["ports"].as_array().unwrap();
    assert!(!readings.is_empty());
    for transport in ["tcp", "udp"] {
        let open: u64 = readings
            .iter()
            .filter(|r| r["transport"] == transport)
            .flat_map(|r| r["outcomes"].as_array().unwrap())
            .filter(|o| o["state"]["open"]["grade"] == "authenticated-echo")
            .map(|o| o["ports"].as_array().unwrap().len() as u64)
            .sum();
        assert!(open > 0, "{transport}: {network:#}");
    }
    for direction in ["up", "down"] {
        let reading = network["capacity"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["direction"] == direction);
        let reading = reading.unwrap_or_else(|| panic!("no capacity {direction}: {network:#}"));
        assert!(
            reading["at_least"].as_u64().unwrap_or(0) > 1_000_000,
            "{reading:#}"
        );
    }
    // Loopback proves the agent, not the network: nothing about the network passes or fails by it.
    for result in report["results"].as_array().unwrap() {
        if ["port", "bandwidth", "quality"].contains(&result["kind"].as_str().unwrap())
            && result["level"] != "informative"
        {
            let allowed = ["inconclusive", "not_applicable"];
            assert!(
                allowed.contains(&result["verdict"].as_str().unwrap()),
                "{result:#}"
            );
        }
    }
    assert!(!report["scenarios"].as_array().unwrap().is_empty());
}

#[test]
fn plan_lists_everything_and_sums_it() {
    let mut arguments = vec!["plan", "--reflector", "self", "--format", "json"];
    arguments.extend(ALL_2025);
    let output = meetready(&arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let plan = json(&output);
    let steps = plan["steps"].as_array().unwrap();
    for field in ["packets", "bytes"] {
        let sum: u64 = steps.iter().map(|s| s[field].as_u64().unwrap()).sum();
        assert_eq!(plan[field].as_u64().unwrap(), sum, "{field}");
    }
    let text = plan.to_string();
    for named in [
        "zoom.us",
        "20000-64000",
        "\"udp\"",
        "\"capacity\"",
        "\"quality\"",
    ] {
        assert!(text.contains(named), "{named} is not in {plan:#}");
    }
    let nothing = json(&meetready(&["plan", "--no-network", "--format", "json"]));
    assert_eq!(
        (nothing["packets"].as_u64(), nothing["bytes"].as_u64()),
        (Some(0), Some(0))
    );
    for lang in ["en", "ja"] {
        let text = stdout(&meetready(&["plan", "--lang", lang]));
        assert!(text.contains("zoom.us") && text.contains("443"), "{text}");
    }
}

#[test]
fn requirements_in_text_and_json() {
    let list = json(&meetready(&["requirements", "list", "--format", "json"]));
    let text = list.to_string();
    for named in [
        "2021-10",
        "2025-05",
        "rooms",
        "2-screens",
        "group-1080p",
        "contact-center",
    ] {
        assert!(text.contains(named), "{named}: {list:#}");
    }
    assert!(stdout(&meetready(&["requirements", "list"])).contains("2025-05"));
    let show = meetready(&[
        "requirements",
        "show",
        "2021-10",
        "--for",
        "meetings",
        "--lang",
        "ja",
    ]);
    assert_eq!(code(&show), 0, "{}", stderr(&show));
    assert!(stdout(&show).contains("8801"), "{}", stdout(&show));
    json(&meetready(&[
        "requirements",
        "show",
        "2025-05",
        "--format",
        "json",
    ]));
    let diff = meetready(&["requirements", "diff", "2021-10", "2025-05", "--lang", "en"]);
    assert_eq!(code(&diff), 0, "{}", stderr(&diff));
    for named in ["5590-5600", "8888", "Windows"] {
        assert!(stdout(&diff).contains(named), "{named}: {}", stdout(&diff));
    }
    json(&meetready(&[
        "requirements",
        "diff",
        "2021-10",
        "2025-05",
        "--format",
        "json",
    ]));
    let names = stdout(&meetready(&["requirements", "schema"]));
    for name in names.split_whitespace() {
        let schema = json(&meetready(&["requirements", "schema", name]));
        assert!(schema["$schema"].is_string(), "{name}");
    }
}

#[test]
fn every_embedded_file_is_valid_from_disk_too() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements");
    let mut files = vec![root.clone()];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            if path.file_name().is_some_and(|n| n != "schema") {
                files.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            }
        } else if path.extension().is_some_and(|e| e == "json") && path.parent() != Some(&root) {
            let output = meetready(&["requirements", "validate", arg(&path)]);
            assert_eq!(code(&output), 0, "{}: {}", path.display(), stderr(&output));
            seen += 1;
        }
    }
    assert!(seen >= 14, "only {seen} files");
}

#[test]
fn an_edition_from_disk_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements/zoom/2025-05");
    let to = dir.path().join("zoom/2030-01");
    std::fs::create_dir_all(&to).unwrap();
    for name in ["edition.json", "meetings.json"] {
        let text = std::fs::read_to_string(from.join(name)).unwrap();
        let text = text
            .replace("\"edition\": \"2025-05\"", "\"edition\": \"2030-01\"")
            .replace("\"at_least\": 4096", "\"at_least\": 4194304");
        std::fs::write(to.join(name), text).unwrap();
    }
    let report = json(&meetready(&[
        "check",
        "--no-network",
        "--requirements",
        arg(dir.path()),
        "--edition",
        "2030-01",
        "--format",
        "json",
    ]));
    let memory = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["kind"] == "memory" && r["level"] == "required");
    assert_eq!(
        memory.unwrap()["verdict"],
        "fail",
        "4 TiB of memory are asked for: {report:#}"
    );
}

#[test]
fn settings_come_from_the_environment_and_flags_win() {
    let set = command(&["check", "--no-network", "--format", "json"])
        .env("MEETREADY_EDITION", "2021-10")
        .env("MEETREADY_FOR", "rooms:2-screens")
        .output()
        .unwrap();
    let report = json(&set);
    assert_eq!(report["manifest"]["edition"], "2021-10");
    assert_eq!(report["products"][0]["variant"], "2-screens");
    let flag = command(&[
        "check",
        "--no-network",
        "--format",
        "json",
        "--edition",
        "2025-05",
    ])
    .env("MEETREADY_EDITION", "2021-10")
    .output()
    .unwrap();
    assert_eq!(json(&flag)["manifest"]["edition"], "2025-05");
}
