//! Trees made by hand, and how a test looks at what was read from them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use meetready::inventory::{Collected, InventorySource, collect};

/// Generous: a loaded machine must not turn a reading into `TimedOut`.
pub const LIMIT: Duration = Duration::from_mins(1);

/// A tree below a temporary directory.
pub struct Tree(tempfile::TempDir);

impl Tree {
    /// A tree with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, content) in files {
            tree.file(path, content.as_bytes());
        }
        tree
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, path: &str, content: &[u8]) -> &Self {
        let place = self.0.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, content).unwrap();
        self
    }

    pub fn dir(&self, path: &str) -> &Self {
        fs::create_dir_all(self.0.path().join(path)).unwrap();
        self
    }

    #[cfg(unix)]
    pub fn link(&self, path: &str, target: &str) -> &Self {
        let place = self.0.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        // Made relative, so that the test itself can write through it without leaving the tree.
        let target = match target.strip_prefix('/') {
            Some(inside) => "../".repeat(path.matches('/').count()) + inside,
            None => target.to_owned(),
        };
        std::os::unix::fs::symlink(target, place).unwrap();
        self
    }

    pub fn read(&self) -> Collected {
        read(self.0.path())
    }
}

/// Reads any tree.
pub fn read(root: &Path) -> Collected {
    collect(&InventorySource::Sysroot(root.to_owned()), LIMIT)
}

/// A tree of the repository.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/sysroots")
        .join(name)
}

/// Makes `/proc/cpuinfo` of processors with these fields each.
pub fn cpuinfo(count: u32, fields: &str) -> String {
    let blocks: Vec<String> = (0..count)
        .map(|n| format!("processor\t: {n}\n{fields}\n\n"))
        .collect();
    blocks.concat()
}
