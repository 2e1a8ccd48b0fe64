//! Bad input gets an error that names it and the mend, the documented exit code, and no panic.

use super::{arg, code, json, meetready, stderr, stdout};

#[test]
fn wrong_names_list_what_is_meant() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["check", "--for", "meeting"], &["meeting", "meetings"]),
        (
            &["check", "--for", "rooms:4-screens"],
            &["4-screens", "3-screens"],
        ),
        (&["check", "--for", "Rooms 2"], &["a-z"]),
        (&["check", "--edition", "2024-01"], &["2024-01", "2025-05"]),
        (
            &["check", "--edition", "2021-10", "--for", "phone"],
            &["phone", "meetings"],
        ),
        (
            &["check", "--scenario", "group-4k"],
            &["group-4k", "group-1080p"],
        ),
        (&["check", "--participants", "0"], &["participants"]),
        (&["check", "--format", "pdf"], &["pdf", "ticket"]),
        (&["check", "--lang", "fr"], &["fr", "ja"]),
        (&["check", "--colour"], &["--colour"]),
        (&["chek"], &["chek", "check"]),
        (
            &["check", "--reflector", "http://example.com"],
            &["--reflector", "meetready reflect"],
        ),
        (
            &["check", "--reflector", "self", "--no-network"],
            &["--no-network"],
        ),
        (
            &["check", "--sysroot", "no-such-folder"],
            &["no-such-folder", "--sysroot"],
        ),
        (
            &["check", "--no-network", "--output", "no-such-folder/x.json"],
            &["x.json", "folder"],
        ),
        (&["judge", "no-such-file.json"], &["no-such-file.json"]),
        (
            &["requirements", "show", "1999-01"],
            &["1999-01", "2021-10"],
        ),
        (
            &["requirements", "diff", "2021-10", "1999-01"],
            &["1999-01"],
        ),
        (
            &["requirements", "validate", "no-such-file.json"],
            &["no-such-file.json"],
        ),
        (
            &["requirements", "schema", "nothing"],
            &["nothing", "report"],
        ),
        (
            &["check", "--no-network", "--requirements", "no-such-folder"],
            &["no-such-folder"],
        ),
        (&["completions", "tcsh"], &["tcsh", "bash"]),
    ];
    for (arguments, words) in cases {
        let output = meetready(arguments);
        let text = stderr(&output);
        assert_eq!(code(&output), 2, "{arguments:?}: {text}{}", stdout(&output));
        for word in *words {
            assert!(
                text.contains(word),
                "{arguments:?} does not say {word:?}: {text}"
            );
        }
        assert!(!text.contains("panicked"), "{text}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
}

#[test]
fn broken_manifests_and_evidence_are_named_by_place() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let deep: Vec<u8> = b"{\"product\":"
        .iter()
        .copied()
        .chain(std::iter::repeat_n(b'[', 300_000))
        .collect();
    let huge: Vec<u8> = b"{\"product\": \""
        .iter()
        .copied()
        .chain(std::iter::repeat_n(b'x', 20 << 20))
        .collect();
    let cases: &[(&str, &[u8])] = &[
        ("empty.json", b""),
        ("text.json", b"hello"),
        ("cut.json", b"{\"product\": \"meetings\",\n  \"name\": \"Zo"),
        ("deep.json", &deep),
        ("huge.json", &huge),
        ("bytes.json", b"{\"product\": \"\xff\xfe\"}"),
        ("array.json", b"[]"),
        ("zeros.json", b"\0\0\0\0"),
    ];
    for (name, bytes) in cases {
        let path = write(name, bytes);
        for arguments in [
            vec!["requirements", "validate", arg(&path)],
            vec!["judge", arg(&path)],
        ] {
            let output = meetready(&arguments);
            let text = stderr(&output);
            assert_eq!(code(&output), 2, "{arguments:?}: {text}");
            assert!(
                text.contains(name) && !text.contains("panicked"),
                "{arguments:?}: {text}"
            );
        }
    }
    let key = write(
        "key.json",
        b"{\n  \"product\": \"meetings\",\n  \"name\": \"Zoom\",\n  \"requirments\": [1]\n}",
    );
    let text = stderr(&meetready(&["requirements", "validate", arg(&key)]));
    assert!(
        text.contains("key.json:4")
            && text.contains("requirments")
            && text.contains("requirements"),
        "{text}"
    );
}

#[test]
fn a_reflector_that_is_not_there_leaves_the_rest() {
    // A port that was free a moment ago: nothing listens.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = join_url(free);
    let output = meetready(&[
        "check",
        "--reflector",
        &url,
        "--format",
        "json",
        "--edition",
        "2025-05",
    ]);
    let report = json(&output);
    assert!([3, 5].contains(&code(&output)), "{}", stderr(&output));
    let reading = &report["evidence"]["network"]["reflectors"][0];
    assert_eq!(reading["failure"]["code"], "refused", "{reading:#}");
    let ports = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["kind"] == "port");
    for result in ports {
        assert_ne!(result["verdict"], "pass", "{result:#}");
        assert_ne!(result["reason"], "ports-blocked", "{result:#}");
    }
    assert!(
        report["results"]
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r["kind"] == "memory" && r["verdict"] == "pass")
    );
}

#[test]
fn something_else_at_the_reflectors_port_is_told() {
    use std::io::Write;
    // One speaks first, as SSH does; one never says a word.
    let banner = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = banner.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in banner.incoming().flatten() {
            let mut stream = stream;
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n");
            std::thread::sleep(std::time::Duration::from_millis(300));
        }
    });
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    for port in [port, silent.local_addr().unwrap().port()] {
        let output = meetready(&["check", "--reflector", &join_url(port), "--format", "json"]);
        let report = json(&output);
        let failure = &report["evidence"]["network"]["reflectors"][0]["failure"];
        assert!(failure["code"].is_string(), "{failure:#}");
        assert!([3, 5].contains(&code(&output)));
    }
}

/// A well-formed join URL for a reflector that does not exist.
fn join_url(port: u16) -> String {
    format!(
        "meetready://127.0.0.1:{port}/cert={}/key={}",
        "ab".repeat(32),
        "A".repeat(22)
    )
}
