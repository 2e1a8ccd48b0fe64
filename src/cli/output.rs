//! Writing results: to stdout, or to a file that is either complete or not there. What exists is only replaced where
//! that was asked for.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::l10n::Texts;

/// A result could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error(
        "cannot write {path}: {source}; give a path in a folder that exists and that you may write to"
    )]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is such a file, and nobody asked to replace it.
    #[error(
        "{path} exists and stays as it is; give another name, a folder (ending in /), or add --overwrite"
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
}

impl WriteError {
    fn refused(path: &Path, source: io::Error) -> Self {
        Self::Refused {
            path: path.to_owned(),
            source,
        }
    }
    fn of(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            ErrorKind::AlreadyExists => Self::Exists {
                path: path.to_owned(),
            },
            _ => Self::refused(path, source),
        }
    }

    /// The error in the reader's language.
    pub fn told(&self, texts: &Texts) -> String {
        match self {
            Self::Refused { path, source } => texts.format(
                "cli-write-refused",
                &[
                    ("path", path.display().to_string().into()),
                    ("message", source.to_string().into()),
                ],
            ),
            Self::Exists { path } => texts.format(
                "cli-write-exists",
                &[("path", path.display().to_string().into())],
            ),
        }
    }
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and writing fails.
    Keep,
    /// It is replaced in one step.
    Replace,
}

/// Checks before a run that the file could be written, so that minutes of measuring are not spent for nothing.
///
/// # Errors
/// When a file cannot be created beside `path`, `path` is a folder, or it is a file that has to stay.
pub fn check_writable(path: &Path, existing: Existing) -> Result<(), WriteError> {
    if path.is_dir() {
        let is_folder = io::Error::from(ErrorKind::IsADirectory);
        return Err(WriteError::refused(path, is_folder));
    }
    if is_special(path) {
        return Ok(());
    }
    if existing == Existing::Keep && path.symlink_metadata().is_ok() {
        return Err(WriteError::Exists {
            path: path.to_owned(),
        });
    }
    check_beside(path).map_err(|e| WriteError::refused(path, e))
}

/// Checks that files can be created in the folder.
///
/// # Errors
/// When they cannot.
pub fn check_folder(folder: &Path) -> Result<(), WriteError> {
    check_beside(&folder.join("meetready")).map_err(|e| WriteError::refused(folder, e))
}

fn check_beside(path: &Path) -> io::Result<()> {
    let probe = temporary_beside(path);
    std::fs::File::create_new(&probe)?;
    std::fs::remove_file(&probe)
}

/// A device or pipe, such as `/dev/null`: it is written to, never replaced.
fn is_special(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir())
}

/// Writes the whole file or none of it: a temporary file in the same folder, flushed to the disk, then put in place.
///
/// # Errors
/// When the folder cannot be written to, or the file is there and has to stay; a file that was there before is then
/// unchanged.
pub fn write(path: &Path, text: &str, existing: Existing) -> Result<(), WriteError> {
    let fail = |e| WriteError::of(path, e);
    if is_special(path) {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(fail);
    }
    // Through a link, the file that it names is replaced and the link stays.
    let target = match existing {
        Existing::Replace => std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        Existing::Keep => path.to_owned(),
    };
    let temporary = temporary_beside(&target);
    let placed = std::fs::File::create_new(&temporary)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| match existing {
            Existing::Replace => std::fs::rename(&temporary, &target),
            Existing::Keep => place_new(&temporary, &target),
        });
    if placed.is_err() {
        // The error that matters is the one above; a leftover that cannot be removed changes nothing of it.
        let _ = std::fs::remove_file(&temporary);
    }
    placed.map_err(fail)?;
    sync_folder(&target);
    Ok(())
}

/// Gives the finished file its name, unless the name is taken: a hard link does both in one step. Where there are no
/// hard links (FAT, exFAT, some shares), the name is taken first, by a file that only its creator gets.
fn place_new(temporary: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(temporary, path) {
        Ok(()) => std::fs::remove_file(temporary),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(e),
        Err(_) => {
            std::fs::File::create_new(path)?;
            std::fs::rename(temporary, path).inspect_err(|_| {
                // Nothing but the empty file of the line above is taken away.
                let _ = std::fs::remove_file(path);
            })
        }
    }
}

/// The name of a new file is on the disk when its folder is. Windows does this by itself, and folders cannot be
/// opened for it there.
#[cfg(unix)]
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if let Ok(folder) = std::fs::File::open(folder.unwrap_or(Path::new("."))) {
        // Some network shares refuse this; the file is complete all the same.
        let _ = folder.sync_all();
    }
}
#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

fn temporary_beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// Prints data. A reader that went away (`| head`) is not an error.
///
/// # Errors
/// When stdout cannot be written to for another reason.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let done = out.write_all(text.as_bytes()).and_then(|()| {
        if text.ends_with('\n') {
            Ok(())
        } else {
            out.write_all(b"\n")
        }
    });
    match done.and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes files that belong together into a folder under names that are not taken: `stem.ext`, then `stem-2.ext` for
/// all of them, and so on. Nothing is overwritten, also when two runs write at once.
///
/// # Errors
/// When the folder cannot be written to; nothing of the set is left there then.
pub fn write_set(
    folder: &Path,
    stem: &str,
    files: &[(&str, String)],
) -> Result<Vec<PathBuf>, WriteError> {
    const MOST: u32 = 10_000;
    for n in 1..=MOST {
        let stem = if n == 1 {
            stem.to_owned()
        } else {
            format!("{stem}-{n}")
        };
        let paths: Vec<PathBuf> = files
            .iter()
            .map(|(extension, _)| folder.join(format!("{stem}.{extension}")))
            .collect();
        let texts = files.iter().map(|(_, text)| text);
        match write_together(&paths, texts, Existing::Keep) {
            Err(WriteError::Exists { .. }) if n < MOST => {}
            other => return other.map(|()| paths),
        }
    }
    Ok(Vec::new())
}

/// Writes all of the files, or none where one fails.
///
/// # Errors
/// As [`write`]; new files of the set are taken away again.
pub fn write_together<'a>(
    paths: &[PathBuf],
    texts: impl Iterator<Item = &'a String>,
    existing: Existing,
) -> Result<(), WriteError> {
    for (at, (path, text)) in paths.iter().zip(texts).enumerate() {
        if let Err(e) = write(path, text, existing) {
            if existing == Existing::Keep {
                for written in paths.iter().take(at) {
                    let _ = std::fs::remove_file(written);
                }
            }
            return Err(e);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_whole_files_only_when_asked_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write(&path, "first", Existing::Keep).unwrap();
        let kept = write(&path, "second", Existing::Keep).unwrap_err();
        assert!(kept.to_string().contains("--overwrite"), "{kept}");
        assert!(check_writable(&path, Existing::Keep).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
        check_writable(&path, Existing::Replace).unwrap();
        write(&path, "second", Existing::Replace).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(names(dir.path()), ["report.json"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_with_the_mend() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("none").join("report.json");
        for error in [
            check_writable(&path, Existing::Keep).unwrap_err(),
            write(&path, "x", Existing::Keep).unwrap_err(),
            write(&path, "x", Existing::Replace).unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(
                text.contains("report.json") && text.contains("folder that exists"),
                "{text}"
            );
        }
        assert!(check_writable(dir.path(), Existing::Replace).is_err());
        assert!(check_folder(&dir.path().join("none")).is_err());
    }

    #[test]
    fn a_set_takes_one_free_name_for_all_its_files() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("pc.json"), "another's").unwrap();
        let set = [("txt", "text".to_owned()), ("json", "json".to_owned())];
        let paths = write_set(dir.path(), "pc", &set).unwrap();
        assert_eq!(
            paths,
            [dir.path().join("pc-2.txt"), dir.path().join("pc-2.json")]
        );
        assert_eq!(names(dir.path()), ["pc-2.json", "pc-2.txt", "pc.json"]);
        let other = std::fs::read_to_string(dir.path().join("pc.json")).unwrap();
        assert_eq!(other, "another's");
    }

    #[test]
    fn sets_written_at_once_never_share_a_name() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        std::thread::scope(|scope| {
            for n in 0..8 {
                // One process has one temporary name for a file, so each set has files of its own kind.
                let extension = format!("t{n}");
                scope.spawn(move || {
                    write_set(folder, "pc", &[(&extension, n.to_string())]).unwrap();
                });
            }
        });
        assert_eq!(names(folder).len(), 8);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_are_written_through() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        std::fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(write(&link, "new", Existing::Keep).is_err());
        write(&link, "new", Existing::Replace).unwrap();
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
        assert!(link.is_symlink());
        write(Path::new("/dev/null"), "x", Existing::Keep).unwrap();
        assert!(is_special(Path::new("/dev/null")));
    }
}
