//! Writing results: to stdout, or to a file that is either complete or not there.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A result could not be written.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot write {path}: {source}; give a path in a folder that exists and that you may write to"
)]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// Checks before a run that the file could be written, so that minutes of measuring are not spent for nothing.
///
/// # Errors
/// When a file cannot be created beside `path`, or `path` is a folder.
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let fail = |source| WriteError {
        path: path.to_owned(),
        source,
    };
    if path.is_dir() {
        return Err(fail(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        )));
    }
    let probe = temporary_beside(path);
    std::fs::File::create_new(&probe).map_err(fail)?;
    std::fs::remove_file(&probe).map_err(fail)
}

/// Writes the whole file or none of it: a temporary file in the same folder, flushed, then renamed.
///
/// # Errors
/// When the folder cannot be written to; a file that was there before is then unchanged.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), WriteError> {
    let fail = |source| WriteError {
        path: path.to_owned(),
        source,
    };
    let temporary = temporary_beside(path);
    let written = std::fs::File::create_new(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| std::fs::rename(&temporary, path));
    if renamed.is_err() {
        // The error that matters is the one above; a leftover that cannot be removed changes nothing of it.
        let _ = std::fs::remove_file(&temporary);
    }
    renamed.map_err(fail)
}

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
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A path of this name that is not taken: `name.ext`, then `name-2.ext` and so on. Nothing is overwritten.
pub fn free_path(folder: &Path, stem: &str, extension: &str) -> PathBuf {
    let candidate = |n: u32| {
        let name = if n == 1 {
            format!("{stem}.{extension}")
        } else {
            format!("{stem}-{n}.{extension}")
        };
        folder.join(name)
    };
    (1..10_000)
        .map(candidate)
        .find(|p| !p.exists())
        .unwrap_or_else(|| candidate(10_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_files_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write_atomically(&path, "first").unwrap();
        write_atomically(&path, "second").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_with_the_mend() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("none").join("report.json");
        for error in [
            check_writable(&path).unwrap_err(),
            write_atomically(&path, "x").unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(
                text.contains("report.json") && text.contains("folder that exists"),
                "{text}"
            );
        }
        assert!(check_writable(dir.path()).is_err());
    }

    #[test]
    fn free_paths_do_not_overwrite() {
        let dir = tempfile::tempdir().unwrap();
        let first = free_path(dir.path(), "meetready-pc", "txt");
        std::fs::write(&first, "").unwrap();
        assert_eq!(
            free_path(dir.path(), "meetready-pc", "txt"),
            dir.path().join("meetready-pc-2.txt")
        );
    }
}
