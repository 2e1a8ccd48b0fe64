//! Installed software on Linux, by the records of package managers and well-known places; no program is run.

use crate::model::Version;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::Software;

use super::tree::Tree;

/// Where one program may be found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Program {
    /// Inventory id.
    pub(super) id: &'static str,
    /// Its proper name.
    pub(super) name: &'static str,
    /// Package names of dpkg, pacman and apk.
    pub(super) packages: &'static [&'static str],
    /// Flatpak application ids.
    pub(super) flatpaks: &'static [&'static str],
    /// Snap names.
    pub(super) snaps: &'static [&'static str],
    /// `application.ini` files (Mozilla) or one-line version files.
    pub(super) version_files: &'static [&'static str],
    /// Files that prove that it is there, but not its version.
    pub(super) marks: &'static [&'static str],
    /// Below a home directory: the version that ran last, as Chromium browsers keep it.
    pub(super) last_version: &'static [&'static str],
}

/// The programs that are there. An empty list is a proved absence; unknown where the tree holds no place to look.
pub(super) fn installed(tree: &Tree, programs: &[Program]) -> Fact<Vec<Software>> {
    let places = [
        "var/lib/dpkg/status",
        "var/lib/pacman/local",
        "lib/apk/db/installed",
    ];
    let places: Vec<&str> = places
        .into_iter()
        .chain(["var/lib/rpm", "usr/lib/sysimage/rpm", "opt", "usr/bin"])
        .filter(|place| tree.exists(place))
        .collect();
    if places.is_empty() {
        return Fact::unknown_because(
            UnknownCode::NotFound,
            "no package manager's records, no /opt, no /usr/bin",
        );
    }
    let records = Records::read(tree);
    let mut found: Vec<Software> = Vec::new();
    for program in programs {
        for version in versions(tree, &records, program) {
            let same = |s: &Software| s.id == program.id && s.version.value() == version.value();
            if !found.iter().any(same) {
                found.push(Software {
                    id: program.id.to_owned(),
                    name: program.name.to_owned(),
                    version,
                });
            }
        }
    }
    let places: Vec<String> = places.into_iter().map(|p| format!("/{p}")).collect();
    Fact::known(found, places.join(", "))
}

/// Every installation of one program; a place that only proves that it is there counts where no other tells more.
fn versions(tree: &Tree, records: &Records, program: &Program) -> Vec<Fact<Version>> {
    let mut out: Vec<Fact<Version>> = Vec::new();
    for path in program.version_files {
        if let Ok(text) = tree.text(path) {
            out.push(version_fact(version_in_file(&text), &format!("/{path}")));
        }
    }
    // The packaged version says the same as the program's own file, where there is one.
    if out.is_empty() {
        out.extend(program.packages.iter().filter_map(|p| records.version(p)));
    }
    for id in program.flatpaks {
        out.extend(flatpak(tree, id));
    }
    for name in program.snaps {
        out.extend(snap(tree, name));
    }
    if out.is_empty()
        && let Some(mark) = program.marks.iter().find(|mark| tree.exists(mark))
    {
        out.push(last_run(tree, program).unwrap_or_else(|| {
            Fact::unknown_because(
                UnknownCode::NotSupported,
                format!("/{mark} is there; its version is not told"),
            )
        }));
    }
    out
}

fn version_fact(text: Option<&str>, source: &str) -> Fact<Version> {
    match text.and_then(Version::leading) {
        Some(version) => Fact::known(version, source),
        None => Fact::unknown_because(UnknownCode::Unparsable, source),
    }
}

/// `Version=` of an `application.ini`, or the first line.
fn version_in_file(text: &str) -> Option<&str> {
    let field = text.lines().find_map(|l| l.trim().strip_prefix("Version="));
    let line = match field {
        Some(version) => version,
        None => text.lines().next()?,
    };
    Some(line.trim())
}

/// The records of the package managers, read once.
struct Records {
    dpkg: String,
    apk: String,
    pacman: Vec<String>,
}

impl Records {
    fn read(tree: &Tree) -> Self {
        Self {
            dpkg: tree.text("var/lib/dpkg/status").unwrap_or_default(),
            apk: tree.text("lib/apk/db/installed").unwrap_or_default(),
            pacman: tree.list("var/lib/pacman/local").unwrap_or_default(),
        }
    }

    fn version(&self, package: &str) -> Option<Fact<Version>> {
        self.dpkg_version(package)
            .or_else(|| self.apk_version(package))
            .or_else(|| self.pacman_version(package))
    }

    fn dpkg_version(&self, package: &str) -> Option<Fact<Version>> {
        let stanza = stanza(&self.dpkg, &format!("Package: {package}"))?;
        let field = |name: &str| stanza.lines().find_map(|l| l.strip_prefix(name));
        if field("Status: ")?.trim() != "install ok installed" {
            return None;
        }
        let version = field("Version: ")?.trim();
        // Ubuntu's package that only pulls in the snap: the snap itself is found elsewhere.
        if version.contains("snap") {
            return None;
        }
        Some(version_fact(
            Some(without_epoch(version)),
            &format!("/var/lib/dpkg/status {package}"),
        ))
    }

    fn apk_version(&self, package: &str) -> Option<Fact<Version>> {
        let stanza = stanza(&self.apk, &format!("P:{package}"))?;
        let version = stanza.lines().find_map(|l| l.strip_prefix("V:"))?;
        Some(version_fact(
            Some(version),
            &format!("/lib/apk/db/installed {package}"),
        ))
    }

    /// Directory names are `name-version-release`.
    fn pacman_version(&self, package: &str) -> Option<Fact<Version>> {
        let version = self.pacman.iter().find_map(|dir| {
            let rest = dir.strip_prefix(package)?.strip_prefix('-')?;
            (rest.matches('-').count() == 1 && rest.starts_with(|c: char| c.is_ascii_digit()))
                .then_some(rest)
        })?;
        Some(version_fact(
            Some(without_epoch(version)),
            &format!("/var/lib/pacman/local {package}"),
        ))
    }
}

fn without_epoch(version: &str) -> &str {
    version.split_once(':').map_or(version, |(_, rest)| rest)
}

/// The paragraph that has this line.
fn stanza<'a>(text: &'a str, line: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(line).map(|at| at + from) {
        let end = at + line.len();
        let before = text.get(..at)?;
        let after = text.get(end..)?;
        let whole = (before.is_empty() || before.ends_with('\n'))
            && (after.is_empty() || after.starts_with('\n'));
        if whole {
            let start = before.rfind("\n\n").map_or(0, |p| p + 2);
            let stop = after.find("\n\n").map_or(text.len(), |p| p + end);
            return text.get(start..stop);
        }
        from = end;
    }
    None
}

fn homes(tree: &Tree) -> Vec<String> {
    if tree.is_live() {
        let home = std::env::var("HOME").unwrap_or_default();
        let home = home.trim_matches('/');
        return if home.is_empty() {
            Vec::new()
        } else {
            vec![home.to_owned()]
        };
    }
    let users = tree.list("home").unwrap_or_default();
    let mut out: Vec<String> = users.into_iter().map(|u| format!("home/{u}")).collect();
    out.push("root".to_owned());
    out
}

fn flatpak(tree: &Tree, id: &str) -> Vec<Fact<Version>> {
    let mut roots = vec!["var/lib/flatpak".to_owned()];
    roots.extend(
        homes(tree)
            .iter()
            .map(|h| format!("{h}/.local/share/flatpak")),
    );
    let mut out = Vec::new();
    for root in roots {
        let active = format!("{root}/app/{id}/current/active");
        if !tree.exists(&active) {
            continue;
        }
        let ini = format!("{active}/files/lib/firefox/application.ini");
        if let Ok(text) = tree.text(&ini) {
            out.push(version_fact(version_in_file(&text), &format!("/{ini}")));
            continue;
        }
        let found = ["metainfo", "appdata"].into_iter().find_map(|dir| {
            ["metainfo", "appdata"].into_iter().find_map(|kind| {
                let path = format!("{active}/files/share/{dir}/{id}.{kind}.xml");
                let text = tree.text(&path).ok()?;
                Some(version_fact(
                    Some(first_release(&text)?),
                    &format!("/{path}"),
                ))
            })
        });
        out.push(found.unwrap_or_else(|| {
            Fact::unknown_because(UnknownCode::NotFound, format!("/{active} tells no version"))
        }));
    }
    out
}

/// The version of the first `<release>` element: `AppStream` lists the newest first.
fn first_release(xml: &str) -> Option<&str> {
    let (_, rest) = xml.split_once("<release ")?;
    let (tag, _) = rest.split_once('>')?;
    let (_, value) = tag.split_once("version=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (version, _) = value.get(1..)?.split_once(quote)?;
    Some(version)
}

fn snap(tree: &Tree, name: &str) -> Option<Fact<Version>> {
    let path = format!("snap/{name}/current/meta/snap.yaml");
    let text = tree.text(&path).ok()?;
    let version = text.lines().find_map(|l| l.strip_prefix("version:"))?;
    let version = version.trim().trim_matches(['\'', '"']);
    Some(version_fact(Some(version), &format!("/{path}")))
}

fn last_run(tree: &Tree, program: &Program) -> Option<Fact<Version>> {
    homes(tree).iter().find_map(|home| {
        program.last_version.iter().find_map(|file| {
            let path = format!("{home}/{file}");
            let version = Version::leading(&tree.line(&path)?)?;
            Some(Fact::known(
                version,
                format!("{file}, the version that ran last"),
            ))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "\
Package: zoom-extra
Status: install ok installed
Version: 9.9

Package: zoom
Status: install ok installed
Section: default
Version: 6.2.11.5069
Description: x
 Package: firefox

Package: chromium
Status: deinstall ok config-files
Version: 131.0.6778.85-1~deb12u1

Package: firefox
Status: install ok installed
Version: 1:1snap1-0ubuntu5

Package: firefox-esr
Status: install ok installed
Version: 2:128.5.0esr-1~deb12u1";

    fn records() -> Records {
        Records {
            dpkg: STATUS.to_owned(),
            apk: "C:x\nP:firefox\nV:133.0-r0\n\nP:zz\nV:1\n".to_owned(),
            pacman: vec![
                "google-chrome-beta-132.0.1-1".to_owned(),
                "google-chrome-1:131.0.6778.85-1".to_owned(),
            ],
        }
    }

    #[test]
    fn dpkg() {
        let records = records();
        let version = |p: &str| Some(records.dpkg_version(p)?.value()?.as_str().to_owned());
        assert_eq!(version("zoom").as_deref(), Some("6.2.11.5069"));
        assert_eq!(version("firefox-esr").as_deref(), Some("128.5.0"));
        assert_eq!(version("chromium"), None, "removed, settings kept");
        assert_eq!(version("firefox"), None, "only pulls in the snap");
        assert_eq!(version("zoo"), None);
    }

    #[test]
    fn apk_and_pacman() {
        let records = records();
        let told = |f: Option<Fact<Version>>| Some(f?.value()?.as_str().to_owned());
        assert_eq!(
            told(records.apk_version("firefox")).as_deref(),
            Some("133.0")
        );
        assert_eq!(
            told(records.pacman_version("google-chrome")).as_deref(),
            Some("131.0.6778.85")
        );
    }

    #[test]
    fn releases() {
        let xml = "<releases><release date=\"2024\" version='131.0.1'/><release version=\"1\"/>";
        assert_eq!(first_release(xml), Some("131.0.1"));
        assert_eq!(first_release("<release version="), None);
    }
}
