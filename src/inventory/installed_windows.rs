//! The list of installed programs that Windows keeps (its "Uninstall" keys).

use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::version::Version;

use super::sys::windows_rows::{Key, Registry};

const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";

/// One installed program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Installed {
    /// Name of its key: chosen by its installer, or the product code of an MSI package.
    pub(super) key: String,
    /// `DisplayName`.
    pub(super) name: String,
    /// `DisplayVersion`.
    pub(super) said_version: Option<String>,
    /// `Publisher`, may be empty.
    pub(super) publisher: String,
    /// Where it stands.
    pub(super) place: String,
}

impl Installed {
    /// The version at the start of `DisplayVersion`.
    pub(super) fn version(&self) -> Fact<Version> {
        let place = format!("{}\\DisplayVersion", self.place);
        match &self.said_version {
            None => Fact::unknown_because(UnknownCode::NotFound, place),
            Some(text) => match Version::leading(text) {
                Some(version) => Fact::known(version, place),
                None => Fact::unknown_because(
                    UnknownCode::Unparsable,
                    format!("{place}: {}", text.chars().take(80).collect::<String>()),
                ),
            },
        }
    }
}

/// All of them, for everyone and for this user. Unknown when the list for everyone cannot be read: it is there on every
/// Windows.
pub(super) fn installed(registry: &dyn Registry) -> Fact<Vec<Installed>> {
    let machine = Key::machine(UNINSTALL);
    let lists = [
        (machine.clone(), true),
        (machine.bits32(), false),
        (Key::user(UNINSTALL), false),
    ];
    let mut all = Vec::new();
    for (list, needed) in lists {
        match registry.keys(&list) {
            Ok(keys) => all.extend(keys.iter().filter_map(|name| entry(registry, &list, name))),
            // A user who never installed anything has no list; neither has a 32-bit Windows a second view.
            Err(Unknown {
                code: UnknownCode::NotFound,
                ..
            }) if !needed => {}
            Err(said) => return Fact::Unknown(said),
        }
    }
    Fact::known(all, format!("{} and others", Key::machine(UNINSTALL)))
}

fn entry(registry: &dyn Registry, list: &Key, name: &str) -> Option<Installed> {
    let key = list.child(name);
    Some(Installed {
        name: registry.text(&key, "DisplayName").ok()?.trim().to_owned(),
        said_version: registry.text(&key, "DisplayVersion").ok(),
        publisher: registry.text(&key, "Publisher").unwrap_or_default(),
        place: key.to_string(),
        key: name.to_owned(),
    })
}
