//! A Linux file tree: the running system's, or a copy of one below a directory (`--sysroot`).
//!
//! Paths are written without a leading slash. Symbolic links are followed inside the tree only, as if its directory
//! were `/`. Nothing but regular files is opened, no more than a bounded size is read, and nothing can block.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use crate::model::fact::{Fact, Unknown, UnknownCode};

use super::unknown::why;

/// Largest file that is read. `/proc/cpuinfo` of the largest machines is about 2 MiB, `dpkg/status` of large
/// installations about 10 MiB.
const MAX_FILE: u64 = 24 << 20;
/// Most names taken from one directory.
const MAX_ENTRIES: usize = 1 << 16;
/// Most symbolic links followed for one path: the limit of Linux itself.
const MAX_LINKS: usize = 40;

/// The root of a file tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    root: PathBuf,
    live: bool,
}

impl Tree {
    /// The running system.
    #[cfg(target_os = "linux")]
    pub(super) fn live() -> Self {
        Self {
            root: PathBuf::from("/"),
            live: true,
        }
    }

    /// A copy below a directory.
    pub(super) fn sysroot(dir: &Path) -> Self {
        Self {
            root: dir.to_owned(),
            live: false,
        }
    }

    /// Whether system calls speak of the same machine as the files do.
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    /// The place of a file, with symbolic links followed inside the tree.
    fn resolve(&self, path: &str) -> io::Result<PathBuf> {
        let mut out = self.root.clone();
        out.extend(self.resolve_inside(path)?);
        Ok(out)
    }

    fn resolve_inside(&self, path: &str) -> io::Result<Vec<OsString>> {
        let mut inside: Vec<OsString> = Vec::new();
        let mut todo: Vec<OsString> = Vec::new();
        push_reversed(&mut todo, Path::new(path));
        let mut links = 0;
        while let Some(name) = todo.pop() {
            if name == ".." {
                inside.pop();
                continue;
            }
            let mut place = self.root.clone();
            place.extend(&inside);
            place.push(&name);
            if place.symlink_metadata()?.is_symlink() {
                links += 1;
                if links > MAX_LINKS {
                    return Err(io::Error::other("too many symbolic links"));
                }
                let target = place.read_link()?;
                if target.has_root() {
                    inside.clear();
                }
                push_reversed(&mut todo, &target);
            } else {
                inside.push(name);
            }
        }
        Ok(inside)
    }

    /// The path with every symbolic link followed, such as `sys/devices/pci0000:00/…` for an entry of `sys/class`.
    pub(super) fn real(&self, path: &str) -> Option<String> {
        let parts = self.resolve_inside(path).ok()?;
        let parts: Option<Vec<&str>> = parts.iter().map(|p| p.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// The last name of where a symbolic link points, such as a driver's name.
    pub(super) fn link_name(&self, path: &str) -> Option<String> {
        let (dir, name) = path.rsplit_once('/')?;
        let place = self.resolve(dir).ok()?.join(name);
        let target = place.read_link().ok()?;
        Some(target.file_name()?.to_str()?.to_owned())
    }

    fn open(&self, path: &str) -> io::Result<File> {
        let place = if self.live {
            self.root.join(path)
        } else {
            self.resolve(path)?
        };
        if !place.metadata()?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // Opening a pipe that took the file's place a moment ago must not wait for a writer.
            options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
        }
        let file = options.open(place)?;
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::other("not a regular file"))
        }
    }

    /// The content of a regular file.
    pub(super) fn bytes(&self, path: &str) -> Result<Vec<u8>, Unknown> {
        let file = self.open(path).map_err(|e| at(path, &e))?;
        let mut out = Vec::new();
        file.take(MAX_FILE + 1)
            .read_to_end(&mut out)
            .map_err(|e| at(path, &e))?;
        if out.len() as u64 > MAX_FILE {
            return Err(why(
                UnknownCode::Unparsable,
                format!("/{path}: larger than {MAX_FILE} bytes"),
            ));
        }
        Ok(out)
    }

    /// The text of a regular file; bytes that are not UTF-8 are replaced.
    pub(super) fn text(&self, path: &str) -> Result<String, Unknown> {
        let bytes = self.bytes(path)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
        })
    }

    /// The text of a one-line file without the space around it; none when it is empty or cannot be read.
    pub(super) fn line(&self, path: &str) -> Option<String> {
        let text = self.text(path).ok()?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A one-line file as a fact.
    pub(super) fn line_fact(&self, path: &str) -> Fact<String> {
        match self.text(path) {
            Ok(text) => match text.trim() {
                "" => Fact::unknown_because(UnknownCode::NotFound, format!("/{path} is empty")),
                line => Fact::known(line.to_owned(), format!("/{path}")),
            },
            Err(why) => Fact::Unknown(why),
        }
    }

    /// The number in a one-line file.
    pub(super) fn number<T: FromStr>(&self, path: &str) -> Option<T> {
        self.line(path)?.parse().ok()
    }

    /// The names in a directory, numbers in their order.
    pub(super) fn list(&self, path: &str) -> Result<Vec<String>, Unknown> {
        let place = self.resolve(path).map_err(|e| at(path, &e))?;
        let mut names: Vec<String> = place
            .read_dir()
            .map_err(|e| at(path, &e))?
            .take(MAX_ENTRIES)
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort_by(|a, b| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
        Ok(names)
    }

    /// Whether something is there, whatever it is.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|place| place.exists())
    }

    /// Whether `/sys/class` is there as a whole, so that a class missing from it is a proved absence. A tree may hold
    /// only the parts that someone thought of copying.
    pub(super) fn has_whole_sysfs(&self) -> bool {
        if self.live {
            return self.is_dir("sys/class");
        }
        ["net/lo", "tty", "mem"]
            .into_iter()
            .all(|class| self.exists(&format!("sys/class/{class}")))
    }

    /// Whether a directory is there.
    pub(super) fn is_dir(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|place| place.is_dir())
    }
}

/// An error with the path that it happened at.
fn at(path: &str, e: &io::Error) -> Unknown {
    let reason = Unknown::from(e);
    let said = reason.detail.unwrap_or_default();
    why(reason.code, format!("/{path}: {said}"))
}

fn push_reversed(todo: &mut Vec<OsString>, path: &Path) {
    let from = todo.len();
    for part in path.components() {
        match part {
            Component::Normal(name) => todo.push(name.to_owned()),
            Component::ParentDir => todo.push(OsString::from("..")),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    if let Some(new) = todo.get_mut(from..) {
        new.reverse();
    }
}

/// `cpu10` comes after `cpu9`.
fn natural(name: &str) -> (&str, Option<u64>) {
    let head = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name.get(head.len()..).and_then(|n| n.parse().ok());
    (head, number)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree() -> (tempfile::TempDir, Tree) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("root/etc")).unwrap();
        fs::write(dir.path().join("secret"), "outside").unwrap();
        fs::write(dir.path().join("root/etc/name"), " inside \n").unwrap();
        let tree = Tree::sysroot(&dir.path().join("root"));
        (dir, tree)
    }

    #[test]
    fn links_stay_inside() {
        let (dir, tree) = tree();
        let root = dir.path().join("root");
        symlink("../../../../secret", root.join("up")).unwrap();
        symlink("/etc/name", root.join("absolute")).unwrap();
        symlink("/etc", root.join("dir")).unwrap();
        symlink(dir.path().join("secret"), root.join("out")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        assert_eq!(tree.line("absolute").as_deref(), Some("inside"));
        assert_eq!(tree.line("dir/name").as_deref(), Some("inside"));
        assert_eq!(tree.line("dir/../etc/name").as_deref(), Some("inside"));
        assert_eq!(tree.real("dir/name").as_deref(), Some("etc/name"));
        assert!(tree.text("up").is_err());
        assert!(tree.text("out").is_err());
        assert!(tree.text("../secret").is_err());
        assert!(tree.text("loop").is_err());
        assert_eq!(tree.link_name("absolute"), None);
        assert_eq!(tree.link_name("dir/../absolute").as_deref(), Some("name"));
    }

    #[test]
    fn only_regular_files_are_read() {
        let (dir, tree) = tree();
        let made = std::process::Command::new("mkfifo")
            .arg(dir.path().join("root/pipe"))
            .status()
            .unwrap();
        assert!(made.success());
        assert!(tree.text("pipe").is_err());
        assert!(tree.text("etc").is_err());
        let none = tree.text("nothing").unwrap_err();
        assert_eq!(none.code, UnknownCode::NotFound);
        assert!(none.detail.is_some_and(|d| d.contains("/nothing")));
    }

    #[test]
    fn too_large_is_refused() {
        let (dir, tree) = tree();
        let file = File::create(dir.path().join("root/huge")).unwrap();
        file.set_len(MAX_FILE + 5).unwrap();
        assert_eq!(
            tree.bytes("huge").unwrap_err().code,
            UnknownCode::Unparsable
        );
    }

    #[test]
    fn names_are_listed_in_order_of_their_numbers() {
        let (dir, tree) = tree();
        for name in ["cpu10", "cpu9", "cpu0"] {
            fs::create_dir(dir.path().join("root").join(name)).unwrap();
        }
        assert_eq!(tree.list(".").unwrap(), ["cpu0", "cpu9", "cpu10", "etc"]);
    }
}
