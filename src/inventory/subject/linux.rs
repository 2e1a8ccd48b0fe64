//! Host and user name.

use crate::inventory::tree::Tree;
use crate::model::evidence::Subject;

/// Reads it.
pub(super) fn read(tree: &Tree) -> Subject {
    let names: &[&str] = if tree.is_live() {
        &["proc/sys/kernel/hostname", "etc/hostname"]
    } else {
        &["etc/hostname", "proc/sys/kernel/hostname"]
    };
    Subject {
        host: names.iter().find_map(|path| {
            let text = tree.line(path)?;
            let name = text
                .lines()
                .map(str::trim)
                .find(|l| !l.is_empty() && !l.starts_with('#'))?;
            Some(name.chars().take(255).collect())
        }),
        user: if tree.is_live() { user(tree) } else { None },
        ..Subject::default()
    }
}

/// The user of this process: by its number where the environment does not tell.
fn user(tree: &Tree) -> Option<String> {
    let told = ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    told.or_else(|| {
        let status = tree.text("proc/self/status").ok()?;
        let uid = status
            .lines()
            .find_map(|line| line.strip_prefix("Uid:"))?
            .split_whitespace()
            .next()?
            .to_owned();
        let passwd = tree.text("etc/passwd").ok()?;
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == uid).then(|| name.to_owned())
        })
    })
}
