//! The executable as its users run it: every command, both languages, exit codes, and bad input.

mod bad_input;
mod commands;
mod compat;
mod cpu;
mod handover;
mod printed;
mod report_json;
mod saved;

use std::process::{Command, Output, Stdio};

/// Runs meetready with settings of its own, away from those of whoever runs the tests.
fn meetready(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the executable starts")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetready"));
    command.args(arguments).stdin(Stdio::null());
    for name in [
        "MEETREADY_LANG",
        "MEETREADY_EDITION",
        "MEETREADY_FOR",
        "MEETREADY_REFLECTOR",
        "MEETREADY_REQUIREMENTS",
    ] {
        command.env_remove(name);
    }
    let nowhere = std::env::temp_dir().join("meetready-no-settings");
    command
        .env("XDG_CONFIG_HOME", &nowhere)
        .env("APPDATA", &nowhere)
        .env("ProgramData", &nowhere);
    command
        .env("HOME", &nowhere)
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES");
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone())
        .expect("stdout is UTF-8")
        .replace("\r\n", "\n")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).replace("\r\n", "\n")
}

fn json(output: &Output) -> serde_json::Value {
    let text = stdout(output);
    serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{e}: {text}\nstderr: {}", stderr(output)))
}

/// Path as an argument.
fn arg(path: &std::path::Path) -> &str {
    path.to_str().expect("test paths are UTF-8")
}
