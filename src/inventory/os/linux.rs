//! The operating system: `os-release`, the kernel's own words, and what the processor flags say of the machine.

use crate::inventory::tree::Tree;
use crate::inventory::unknown::why;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{OsFacts, OsFamily};

use super::parse::{linux_version, machine_name, os_release};

/// Reads it.
pub(super) fn read(tree: &Tree) -> OsFacts {
    // The order is the one of os-release(5).
    let release = ["etc/os-release", "usr/lib/os-release"]
        .into_iter()
        .find_map(|path| Some((path, os_release(&tree.text(path).ok()?))));
    let field = |keys: &[&str]| -> Fact<String> {
        let Some((path, fields)) = &release else {
            return Fact::unknown_because(UnknownCode::NotFound, "/etc/os-release");
        };
        for key in keys {
            if let Some(value) = fields.get(*key).filter(|v| !v.is_empty()) {
                return Fact::known(value.clone(), format!("/{path} {key}"));
            }
        }
        Fact::unknown_because(UnknownCode::NotFound, format!("/{path} {}", keys.join(" ")))
    };
    let version = match field(&["VERSION_ID"]) {
        Fact::Known { value, source } => match linux_version(&value) {
            Some(version) => Fact::known(version, source),
            None => Fact::unknown_because(UnknownCode::Unparsable, format!("{source}: {value}")),
        },
        Fact::Unknown(u) => Fact::Unknown(u),
    };
    OsFacts {
        family: family(tree, release.as_ref().map(|(path, _)| *path)),
        name: field(&["PRETTY_NAME", "NAME"]),
        version,
        build: kernel(tree),
        edition: field(&["ID"]),
        server: Fact::known(false, "Linux has no server edition of Windows"),
        architecture: architecture(tree),
        process_architecture: if tree.is_live() {
            Fact::known(std::env::consts::ARCH.to_owned(), "the program itself")
        } else {
            Fact::unknown_because(UnknownCode::NotSupported, "read from a file tree")
        },
    }
}

fn family(tree: &Tree, release: Option<&str>) -> Fact<OsFamily> {
    let linux = |source: String| Fact::known(OsFamily::Linux, source);
    if tree.is_live() {
        return linux("the program itself".to_owned());
    }
    if tree.exists("system/build.prop") {
        return Fact::known(OsFamily::Android, "/system/build.prop");
    }
    if let Some(path) = release {
        return linux(format!("/{path}"));
    }
    for path in ["proc/version", "proc/cpuinfo", "sys/devices/system"] {
        if tree.exists(path) {
            return linux(format!("/{path} is there"));
        }
    }
    Fact::Unknown(why(
        UnknownCode::NotFound,
        "neither /etc/os-release nor /proc nor /sys",
    ))
}

fn kernel(tree: &Tree) -> Fact<String> {
    tree.line_fact("proc/sys/kernel/osrelease").or_else(|| {
        // `Linux version 6.1.0-18-amd64 (…`
        match tree.line("proc/version") {
            Some(line) => match line.split_whitespace().nth(2) {
                Some(release) => Fact::known(release.to_owned(), "/proc/version"),
                None => Fact::unknown_because(UnknownCode::Unparsable, line),
            },
            None => Fact::unknown_because(UnknownCode::NotFound, "/proc/version"),
        }
    })
}

/// A 32-bit kernel on a 64-bit processor calls itself `i686`, so the processor is asked first.
fn architecture(tree: &Tree) -> Fact<String> {
    if let Ok(text) = tree.text("proc/cpuinfo")
        && let Some((machine, field)) = machine_name(&text)
    {
        return Fact::known(machine.to_owned(), format!("/proc/cpuinfo {field}"));
    }
    tree.line_fact("proc/sys/kernel/arch").map(|arch| {
        match arch.as_str() {
            "i386" | "i486" | "i586" | "i686" => "x86",
            "arm64" => "aarch64",
            "armv6l" | "armv7l" => "arm",
            other => other,
        }
        .to_owned()
    })
}
