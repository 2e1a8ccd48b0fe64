//! Which files there are, and what each is by its place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use crate::model::EditionId;

use super::error::{ManifestError, Problem};
use super::raw;

/// Every requirement file of the source tree: name below `requirements/`, and text. Written by `build.rs`.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/requirements.rs"));

/// What a file is, by its place. Sorts the files of one edition next to each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// `baseline/<name>.json`.
    Baseline(String),
    /// `<vendor>/browsers.json`.
    Browsers(String),
    /// `<vendor>/endpoints.json`.
    Endpoints(String),
    /// `<vendor>/<edition>/edition.json`.
    Edition {
        /// Folder of the vendor.
        vendor: String,
        /// Folder of the edition.
        edition: String,
    },
    /// `<vendor>/<edition>/<product>.json`.
    Product {
        /// Folder of the vendor.
        vendor: String,
        /// Folder of the edition.
        edition: String,
        /// File name without `.json`.
        product: String,
    },
}

impl Place {
    /// The place that a name below the requirements folder means; none where nothing is read.
    fn of(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".json")?;
        let parts: Vec<&str> = stem.split('/').collect();
        match *parts.as_slice() {
            ["baseline", name] => Some(Self::Baseline(name.to_owned())),
            [vendor, "browsers"] => Some(Self::Browsers(vendor.to_owned())),
            [vendor, "endpoints"] => Some(Self::Endpoints(vendor.to_owned())),
            [vendor, edition, "edition"] => Some(Self::Edition {
                vendor: vendor.to_owned(),
                edition: edition.to_owned(),
            }),
            [vendor, edition, product] => Some(Self::Product {
                vendor: vendor.to_owned(),
                edition: edition.to_owned(),
                product: product.to_owned(),
            }),
            _ => None,
        }
    }
}

/// One file: how to name it in errors, and its text.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// Name for errors.
    pub(super) name: String,
    /// Text, UTF-8 without byte order mark.
    pub(super) text: Cow<'static, str>,
}

/// Files by place; a later file takes the place of an earlier one.
pub(super) type Files = BTreeMap<Place, File>;

/// The files within this executable.
pub(super) fn embedded() -> Result<Files, ManifestError> {
    EMBEDDED
        .iter()
        .map(|(name, text)| {
            let shown = format!("embedded:{name}");
            match Place::of(name) {
                Some(place) => Ok((
                    place,
                    File {
                        name: shown,
                        text: Cow::Borrowed(text),
                    },
                )),
                None => Err(raw::whole(&shown, Problem::WrongPlace)),
            }
        })
        .collect()
}

/// The files below a folder of the same layout. Files that do not end in `.json`, hidden ones and a `schema` folder
/// are passed over; a `.json` in a place that nothing reads is an error, for its author meant something by it.
pub(super) fn from_folder(folder: &Path) -> Result<Files, ManifestError> {
    let mut files = Files::new();
    gather(folder, "", &mut files)?;
    if files.is_empty() {
        return Err(raw::whole(
            &folder.display().to_string(),
            Problem::NothingFound,
        ));
    }
    Ok(files)
}

fn gather(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), ManifestError> {
    // The layout is three levels deep; one more finds files that were put too deep, and links cannot lead in circles.
    const DEEPEST: usize = 4;
    let shown = folder.display().to_string();
    let unreadable = |e: std::io::Error| raw::whole(&shown, Problem::Unreadable(e.to_string()));
    let mut entries = std::fs::read_dir(folder)
        .map_err(unreadable)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            if relative != "schema" && prefix.matches('/').count() < DEEPEST {
                gather(&path, &format!("{relative}/"), files)?;
            }
        } else if relative.ends_with(".json") {
            let shown = path.display().to_string();
            let place =
                Place::of(&relative).ok_or_else(|| raw::whole(&shown, Problem::WrongPlace))?;
            let text = Cow::Owned(raw::read(&path, &shown)?);
            raw::refuse_repeated_keys(&text, &shown)?;
            files.insert(place, File { name: shown, text });
        }
    }
    Ok(())
}

/// SHA-256 over the files of one edition, lower-case hexadecimal: for each file in order of its name, the name, a
/// zero byte, the length as eight bytes, most significant first, and the text.
pub(super) fn sha256(files: &Files, vendor: &str, edition: &EditionId) -> String {
    use sha2::{Digest, Sha256};

    let mut named: Vec<(&str, &str)> = files
        .iter()
        .filter_map(|(place, file)| match place {
            Place::Edition {
                vendor: v,
                edition: e,
            } if v == vendor && e == edition.as_str() => Some(("edition", file.text.as_ref())),
            Place::Product {
                vendor: v,
                edition: e,
                product,
            } if v == vendor && e == edition.as_str() => {
                Some((product.as_str(), file.text.as_ref()))
            }
            _ => None,
        })
        .collect();
    named.sort_unstable();
    let mut sha = Sha256::new();
    for (name, text) in named {
        sha.update(name.as_bytes());
        sha.update([0]);
        sha.update((text.len() as u64).to_be_bytes());
        sha.update(text.as_bytes());
    }
    format!("{:x}", sha.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_name() {
        assert_eq!(
            Place::of("zoom/2025-05/rooms.json"),
            Some(Place::Product {
                vendor: "zoom".into(),
                edition: "2025-05".into(),
                product: "rooms".into()
            })
        );
        assert_eq!(
            Place::of("zoom/browsers.json"),
            Some(Place::Browsers("zoom".into()))
        );
        for nowhere in ["rooms.json", "zoom/rooms.json", "a/b/c/d.json", "zoom/x/y"] {
            assert_eq!(Place::of(nowhere), None, "{nowhere}");
        }
    }
}
