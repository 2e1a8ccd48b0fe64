//! What a Mac is asked, behind a trait so that recorded answers can stand in for it.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

/// Longest that one program may take. `system_profiler` needs about a second on a quiet machine.
#[cfg(target_os = "macos")]
const PROGRAM_LIMIT: Duration = Duration::from_secs(15);
/// Most output that is read from one program, and most that is read from one file.
const MAX_OUTPUT: u64 = 16 << 20;

/// A Mac that can be asked.
pub(in crate::inventory) trait Mac {
    /// What a program of the system prints.
    fn run(&self, program: &str, args: &[&str]) -> Result<String, Unknown>;
    /// The content of a file.
    fn file(&self, path: &str) -> Result<Vec<u8>, Unknown>;
    /// An environment variable of this process.
    fn env(&self, name: &str) -> Option<String>;
    /// The architecture that this program was built for.
    fn built_for(&self) -> &'static str;
}

/// The running Mac.
#[cfg(target_os = "macos")]
#[derive(Debug, Clone, Copy)]
pub(in crate::inventory) struct ThisMac;

#[cfg(target_os = "macos")]
impl Mac for ThisMac {
    fn run(&self, program: &str, args: &[&str]) -> Result<String, Unknown> {
        run_limited(program, args, PROGRAM_LIMIT)
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, Unknown> {
        let refuse = |e: &std::io::Error| Unknown::from(e);
        let file = std::fs::File::open(path).map_err(|e| refuse(&e))?;
        if !file.metadata().map_err(|e| refuse(&e))?.is_file() {
            return Err(why(UnknownCode::Unparsable, format!("{path}: not a file")));
        }
        let mut out = Vec::new();
        file.take(MAX_OUTPUT)
            .read_to_end(&mut out)
            .map_err(|e| refuse(&e))?;
        Ok(out)
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn built_for(&self) -> &'static str {
        std::env::consts::ARCH
    }
}

/// Runs a program by its full path, so that `PATH` cannot put another in its place.
fn run_limited(program: &str, args: &[&str], limit: Duration) -> Result<String, Unknown> {
    let named = |e: &std::io::Error| {
        let reason = Unknown::from(e);
        let said = reason.detail.unwrap_or_default();
        why(reason.code, format!("{program}: {said}"))
    };
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(args)
        .env("LC_ALL", "C")
        // The true version, not the one that programs built for older systems are told (10.16, 16).
        .env("SYSTEM_VERSION_COMPAT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| named(&e))?;
    // The output is read beside the waiting: a program whose pipe is full would never end.
    let reader = child.stdout.take().map(|stdout| {
        thread::spawn(move || {
            let mut out = Vec::new();
            let read = stdout.take(MAX_OUTPUT).read_to_end(&mut out);
            read.map(|_| out)
        })
    });
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < limit => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                // Whether it could be stopped or not, its answer is late.
                let _ = child.kill();
                let _ = child.wait();
                return Err(why(
                    UnknownCode::TimedOut,
                    format!("{program} took longer than {} s", limit.as_secs()),
                ));
            }
            Err(e) => return Err(named(&e)),
        }
    };
    let out = match reader.map(thread::JoinHandle::join) {
        Some(Ok(Ok(out))) => out,
        _ => Vec::new(),
    };
    if !status.success() {
        return Err(why(UnknownCode::Failed, format!("{program}: {status}")));
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn output_is_returned() {
        let out = run_limited("/bin/echo", &["a", "b"], Duration::from_secs(20));
        assert_eq!(out, Ok("a b\n".to_owned()));
    }

    #[test]
    fn failure_and_absence_and_lateness_are_told_apart() {
        let long = Duration::from_secs(20);
        let code = |r: Result<String, Unknown>| r.unwrap_err().code;
        assert_eq!(
            code(run_limited("/bin/sh", &["-c", "exit 3"], long)),
            UnknownCode::Failed
        );
        assert_eq!(
            code(run_limited("/no/such/program", &[], long)),
            UnknownCode::NotFound
        );
        let begun = Instant::now();
        assert_eq!(
            code(run_limited(
                "/bin/sh",
                &["-c", "exec sleep 30"],
                Duration::from_millis(50)
            )),
            UnknownCode::TimedOut
        );
        assert!(begun.elapsed() < long);
    }
}
