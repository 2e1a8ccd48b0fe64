//! Running commands, and network namespaces as values that clean up after themselves.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs a command line (split at blanks) and returns its output; the error names the command and what it said.
pub fn run(line: &str) -> Result<String, String> {
    let mut words = line.split_whitespace();
    let program = words.next().ok_or("an empty command")?;
    let output = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{line}: {e}"))?;
    said(line, &output)
}

/// Feeds a script to a command that reads its standard input.
pub fn feed(line: &str, script: &str) -> Result<String, String> {
    use std::io::Write as _;
    let mut words = line.split_whitespace();
    let program = words.next().ok_or("an empty command")?;
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{line}: {e}"))?;
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(script.as_bytes())
            .map_err(|e| format!("{line}: {e}"))?;
    }
    let output = child
        .wait_with_output()
        .map_err(|e| format!("{line}: {e}"))?;
    said(&format!("{line} <<< {script}"), &output)
}

fn said(line: &str, output: &Output) -> Result<String, String> {
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let error = String::from_utf8_lossy(&output.stderr);
        Err(format!("{line}: {}: {}", output.status, error.trim()))
    }
}

static MADE: AtomicU32 = AtomicU32::new(0);

/// A name for the next lab of this process. It holds the process id, so that runs side by side do not meet and
/// what a killed run left behind can be told from what is in use.
pub fn fresh_name() -> String {
    format!(
        "mrlab-{}-{}",
        std::process::id(),
        MADE.fetch_add(1, Ordering::Relaxed)
    )
}

/// Removes the namespaces of earlier runs whose process is gone.
pub fn sweep() {
    let Ok(list) = run("ip netns list") else {
        return;
    };
    for name in list.lines().filter_map(|l| l.split_whitespace().next()) {
        let owner = name
            .strip_prefix("mrlab-")
            .and_then(|n| n.split('-').next());
        let gone = owner.is_some_and(|pid| !PathBuf::from(format!("/proc/{pid}")).exists());
        if gone {
            let _ = run(&format!("ip netns del {name}"));
            let _ = std::fs::remove_dir_all(etc_of(name));
        }
    }
}

fn etc_of(name: &str) -> PathBuf {
    PathBuf::from("/etc/netns").join(name)
}

/// A network namespace, removed when dropped.
pub struct Namespace {
    /// Its name, as `ip netns` knows it.
    pub name: String,
}

impl Namespace {
    /// Makes it, with loopback up.
    pub fn new(name: String) -> Result<Self, String> {
        run(&format!("ip netns add {name}"))?;
        let made = Self { name };
        made.ip("link set lo up")?;
        Ok(made)
    }

    /// Runs `ip` inside.
    pub fn ip(&self, arguments: &str) -> Result<String, String> {
        run(&format!("ip -n {} {arguments}", self.name))
    }

    /// Runs a command inside.
    pub fn run(&self, line: &str) -> Result<String, String> {
        run(&format!("ip netns exec {} {line}", self.name))
    }

    /// Loads nft rules inside.
    pub fn nft(&self, script: &str) -> Result<String, String> {
        feed(&format!("ip netns exec {} nft -f -", self.name), script)
    }

    /// A command to be started inside, without proxies and certificate settings of the outer shell.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, program]);
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name);
            command.env_remove(name.to_uppercase());
        }
        for name in ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUEST_METHOD"] {
            command.env_remove(name);
        }
        command
    }

    /// Gives programs inside another `/etc/<file>` (see `ip-netns(8)`).
    pub fn etc(&self, file: &str, content: &str) -> Result<(), String> {
        let directory = etc_of(&self.name);
        std::fs::create_dir_all(&directory)
            .and_then(|()| std::fs::write(directory.join(file), content))
            .map_err(|e| format!("{}: {e}", directory.display()))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = run(&format!("ip netns del {}", self.name));
        let _ = std::fs::remove_dir_all(etc_of(&self.name));
    }
}
