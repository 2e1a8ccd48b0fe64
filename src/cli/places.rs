//! Where a report is saved when nobody named a place, and whether this process has a console of its own.

use std::path::{Path, PathBuf};

/// Folders to try in order: beside the program when it was double-clicked, the user's documents, the home folder, the
/// current folder, the folder for temporary files.
pub fn report_folders() -> Vec<PathBuf> {
    let home = home();
    let beside = own_console().then(beside_program).flatten();
    let candidates = [
        beside,
        documents(home.as_deref()),
        home,
        Some(PathBuf::from(".")),
        Some(std::env::temp_dir()),
    ];
    let mut out: Vec<PathBuf> = Vec::new();
    for folder in candidates.into_iter().flatten() {
        if folder.is_dir() && !out.contains(&folder) {
            out.push(folder);
        }
    }
    out
}

fn home() -> Option<PathBuf> {
    std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
        .filter(|h| !h.is_empty())
        .map(PathBuf::from)
}

/// The program's folder, unless programs are installed there: nobody looks for reports in it.
fn beside_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let folder = program.parent()?.to_owned();
    let installed = [
        "ProgramFiles",
        "ProgramFiles(x86)",
        "ProgramW6432",
        "SystemRoot",
    ]
    .into_iter()
    .filter_map(std::env::var_os)
    .any(|root| starts_with(&folder, Path::new(&root)));
    (!installed).then_some(folder)
}

/// Windows paths do not tell capitals from small letters.
fn starts_with(path: &Path, root: &Path) -> bool {
    let lower = |p: &Path| PathBuf::from(p.to_string_lossy().to_lowercase());
    !root.as_os_str().is_empty() && lower(path).starts_with(lower(root))
}

/// The documents folder, also where OneDrive or an administrator moved it.
#[cfg(windows)]
fn documents(home: Option<&Path>) -> Option<PathBuf> {
    let key = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";
    let moved = windows_registry::CURRENT_USER
        .open(key)
        .and_then(|k| k.get_string("Personal"))
        .ok()
        .map(|text| expanded(&text, |name| std::env::var(name).ok()))
        .map(PathBuf::from)
        .filter(|p| p.is_dir());
    moved.or_else(|| home.map(|h| h.join("Documents")))
}

/// The documents folder; on Linux its name is in the user's language (xdg-user-dirs).
#[cfg(not(windows))]
fn documents(home: Option<&Path>) -> Option<PathBuf> {
    let home = home?;
    let settings = std::env::var_os("XDG_CONFIG_HOME")
        .map_or_else(|| home.join(".config"), PathBuf::from)
        .join("user-dirs.dirs");
    let named = std::fs::read_to_string(settings)
        .ok()
        .and_then(|text| documents_in(&text, home));
    Some(named.unwrap_or_else(|| home.join("Documents")))
}

/// `XDG_DOCUMENTS_DIR="$HOME/…"` or an absolute path, as `xdg-user-dirs` writes it.
#[cfg(any(not(windows), test))]
fn documents_in(text: &str, home: &Path) -> Option<PathBuf> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("XDG_DOCUMENTS_DIR="))?
        .trim_matches('"');
    match value.strip_prefix("$HOME") {
        Some(rest) => Some(home.join(rest.trim_start_matches('/'))),
        None => value.starts_with('/').then(|| PathBuf::from(value)),
    }
}

/// `%NAME%` replaced by the variable's value; what is not set stays as it is.
#[cfg(any(windows, test))]
fn expanded(text: &str, get: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut parts = text.split('%');
    out.push_str(parts.next().unwrap_or_default());
    while let (Some(name), rest) = (parts.next(), parts.next()) {
        let value = get(name).unwrap_or_else(|| format!("%{name}%"));
        out.push_str(&value);
        out.push_str(rest.unwrap_or_default());
    }
    out
}

/// Whether this process has a console that was made for it alone: Explorer does that for a double-click, a shell has
/// its own process in it. Elsewhere the terminal stays open by itself.
pub fn own_console() -> bool {
    #[cfg(windows)]
    {
        super::console::processes() == Some(1)
    }
    #[cfg(not(windows))]
    {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_every_language_are_found() {
        let home = Path::new("/home/x");
        let text = "# comment\nXDG_DESKTOP_DIR=\"$HOME/デスクトップ\"\nXDG_DOCUMENTS_DIR=\"$HOME/ドキュメント\"\n";
        assert_eq!(documents_in(text, home), Some(home.join("ドキュメント")));
        let elsewhere = "XDG_DOCUMENTS_DIR=\"/data/docs\"";
        assert_eq!(documents_in(elsewhere, home), Some("/data/docs".into()));
        assert_eq!(documents_in("XDG_DOCUMENTS_DIR=\"\"", home), None);
    }

    #[test]
    fn variables_in_registry_paths_are_put_in() {
        let get = |name: &str| (name == "USERPROFILE").then(|| r"C:\Users\x".to_owned());
        for (text, path) in [
            (r"%USERPROFILE%\Documents", r"C:\Users\x\Documents"),
            (r"%NONE%\Documents", r"%NONE%\Documents"),
            (r"D:\Docs", r"D:\Docs"),
        ] {
            assert_eq!(expanded(text, get), path);
        }
    }

    #[test]
    fn folders_of_programs_are_told_whatever_the_case() {
        assert!(starts_with(
            Path::new("/Program Files/meetready"),
            Path::new("/PROGRAM FILES")
        ));
        assert!(!starts_with(Path::new("/data"), Path::new("")));
    }
}
