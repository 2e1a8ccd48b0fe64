//! `cpu NAME... | -`.

use std::io::{Read, Write};
use std::process::Stdio;

use serde_json::Value;

use super::{arg, code, command, meetready, stderr, stdout};

/// Runs `cpu -` on these bytes: exit code and answers.
fn stream(input: &[u8], arguments: &[&str]) -> (i32, Vec<Value>) {
    let mut child = command(&[&["cpu", "-"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("a thread").expect("all was read");
    assert_eq!(stderr(&output), "");
    let answers = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    (code(&output), answers)
}

fn meets(answer: &Value) -> Vec<&str> {
    answer["meets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|id| id.as_str().expect("an id"))
        .collect()
}

/// Reason under `misses`, `unlisted` or `open`.
fn reason<'a>(answer: &'a Value, list: &str, requirement: &str) -> Option<&'a str> {
    answer[list]
        .as_array()
        .expect("a list")
        .iter()
        .find(|why| why["requirement"] == requirement)
        .and_then(|why| why["reason"].as_str())
}

#[test]
fn each_line_gets_its_answer() {
    let (exit, answers) = stream(
        b"Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz\n12th Gen Intel(R) Core(TM) i5-1240P\n\
          Intel(R) Core(TM) Ultra 7 265K\nQEMU Virtual CPU version 2.5+\nApple M2 Pro\n",
        &[],
    );
    assert_eq!((exit, answers.len()), (0, 5));
    let first = &answers[0];
    for (key, value) in [
        ("vendor", Value::from("intel")),
        ("tier", "core-i5".into()),
        ("generation", 8.into()),
        ("series", Value::Null),
        ("segment", "desktop".into()),
        ("cores", 6.into()),
        ("base_mhz", 2_100.into()),
        ("suffix", "T".into()),
    ] {
        assert_eq!(first[key], value, "{key}");
    }
    let met = meets(first);
    for id in [
        "2025-05/rooms.cpu-1-screen",
        "2025-05/meetings.cpu",
        "2021-10/meetings.cpu",
    ] {
        assert!(met.contains(&id), "{id}: {met:?}");
    }
    assert_eq!(
        reason(first, "misses", "2025-05/rooms.cpu-2-screens"),
        Some("cpu-generation-too-old")
    );
    assert_eq!(
        reason(first, "misses", "2021-10/rooms.cpu-1-screen"),
        Some("cpu-clock-too-low")
    );
    let hybrid = &answers[1];
    assert_eq!(
        [&hybrid["cores"], &hybrid["p_cores"], &hybrid["e_cores"]],
        [&Value::from(12), &4.into(), &8.into()]
    );
    assert_eq!(hybrid["base_mhz"], Value::Null);
    assert!(meets(hybrid).contains(&"2025-05/rooms.cpu-smart-gallery"));
    assert_eq!(
        reason(hybrid, "open", "2025-05/meetings.cpu"),
        Some("cpu-clock-unknown")
    );
    assert_eq!(answers[2]["series"], 2);
    let made_up = &answers[3];
    assert!(meets(made_up).is_empty());
    for key in [
        "vendor",
        "tier",
        "generation",
        "cores",
        "p_cores",
        "base_mhz",
    ] {
        assert_eq!(made_up[key], Value::Null, "{key}");
    }
    let mac = &answers[4];
    assert!(meets(mac).contains(&"2025-05/rooms.mac-3-screens"));
    assert!(
        !mac.to_string()
            .contains("rooms.cpu-1-screen\",\"reason\":\"cpu-wrong")
    );
    let needs = mac["needs"].as_array().expect("a list");
    assert!(
        needs.contains(&"2025-05/rooms.mac-smart-gallery".into()),
        "16 GB stand in that line"
    );
}

#[test]
fn streams_of_any_kind_are_answered_line_by_line() {
    let mut input = b"\xef\xbb\xbfi5-8500\r\n\r\n\xff\xfe\x00\x1b[31m\xc3\x28\n".to_vec();
    input.extend(vec![b'i'; 3 << 20]);
    input.extend(b"\nAMD Ryzen 5 5600X 6-Core Processor");
    let (exit, answers) = stream(&input, &[]);
    assert_eq!((exit, answers.len()), (0, 5));
    assert_eq!(answers[0]["name"], "i5-8500");
    assert_eq!(answers[0]["generation"], 8);
    assert_eq!(answers[1]["name"], "");
    assert_eq!(answers[2]["vendor"], Value::Null);
    let huge = answers[3]["name"].as_str().expect("a name");
    assert!(huge.len() <= 256 && answers[3]["tier"].is_null());
    assert_eq!(answers[4]["series"], 5_000);
    assert_eq!(stream(b"", &[]).1.len(), 0);
    // What Windows PowerShell 5 pipes.
    let utf_16: Vec<u8> = "\u{feff}i7-10700T\r\nIntel(R) N100\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (_, answers) = stream(&utf_16, &[]);
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["generation"], 10);
    assert_eq!(answers[1]["tier"], "intel-n");
}

#[test]
fn an_answer_comes_before_the_next_name_is_sent() {
    let mut child = command(&["cpu", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    stdin.write_all(b"i5-8500\n").expect("it reads");
    let mut byte = [0];
    stdout.read_exact(&mut byte).expect("an answer");
    assert_eq!(&byte, b"{");
    // Whoever goes away in the middle ends it without an error.
    drop(stdout);
    let _ = stdin.write_all(&b"i5-8500\n".repeat(20_000));
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn names_are_told_in_words_in_both_languages() {
    let output = meetready(&["cpu", "i5-12500T", "--edition", "2025-05", "--lang", "en"]);
    assert_eq!(code(&output), 0);
    let text = stdout(&output);
    for part in [
        "Core i5 (i5-12500T)",
        "generation: 12",
        "6 (6 performance, 0 efficiency)",
        "base clock: the name does not tell",
        "rooms.cpu-1-screen",
        "Memory: 8 GB or more",
        "Windows 10 or later",
        "CPU class too low",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("2021-10"), "{text}");
    let japanese = stdout(&meetready(&["cpu", "i5-12500T", "--lang", "ja"]));
    assert!(
        japanese.contains("世代: 12") && japanese.contains("2021-10版"),
        "{japanese}"
    );
    let json = meetready(&["cpu", "i5-12500T", "N100", "--format", "json"]);
    assert_eq!(stdout(&json).lines().count(), 2);
    // A name may hold anything: nothing of it steers the terminal.
    let text = stdout(&meetready(&["cpu", "i5-8500\u{1b}[2J\u{202e}"]));
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
}

#[test]
fn editions_of_a_folder_count_too() {
    let dir = tempfile::tempdir().expect("a folder");
    let own = dir.path().join("zoom").join("2026-01");
    std::fs::create_dir_all(&own).expect("a folder");
    for (file, text) in [
        (
            "edition.json",
            include_str!("../../requirements/zoom/2025-05/edition.json"),
        ),
        (
            "phone.json",
            include_str!("../../requirements/zoom/2025-05/phone.json"),
        ),
    ] {
        let text = text.replace("2025-05\"", "2026-01\"");
        std::fs::write(own.join(file), text).expect("a file");
    }
    let (exit, answers) = stream(
        b"i5-8500 CPU @ 3.00GHz\n",
        &["--requirements", arg(dir.path()), "--edition", "2026-01"],
    );
    assert_eq!(exit, 0);
    assert_eq!(meets(&answers[0]), ["2026-01/phone.cpu"]);
}

#[test]
fn bad_input_is_named_with_its_mend() {
    for (arguments, said) in [
        (vec!["cpu"], "NAME"),
        (vec!["cpu", ""], "name is empty"),
        (vec!["cpu", "-", "N100"], "standard input"),
        (vec!["cpu", "N100", "--edition", "1999-01"], "2025-05"),
        (vec!["cpu", "N100", "--format", "xml"], "json"),
    ] {
        let output = meetready(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
}
