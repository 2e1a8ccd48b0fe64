//! Every edition that is known: embedded ones, and those of a folder.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::requirement::{
    Baseline, BrowserReleases, EditionInfo, Endpoints, Policy, ProductManifest,
};
use crate::model::{Edition, EditionId, ProductId, Requirement, RequirementId};

use super::check;
use super::error::{ManifestError, Problem};
use super::files::{self, File, Files, Place};
use super::raw::{self, Finding, JsonPath};
use super::select::{SelectionError, known_edition};

/// The editions that can be judged against.
#[derive(Debug, Clone)]
pub struct Catalog {
    files: Files,
    editions: BTreeMap<EditionId, Edition>,
}

impl Catalog {
    /// The editions within this executable.
    ///
    /// # Errors
    /// When an embedded file is not valid, which the tests of a released build rule out.
    pub fn embedded() -> Result<Self, ManifestError> {
        Self::from_files(files::embedded()?)
    }

    /// Adds the files of a folder laid out as `DIR/<vendor>/<edition>/<product>.json`, with
    /// `DIR/<vendor>/{browsers,endpoints}.json` and `DIR/baseline/*.json` beside them. A file takes the place of the
    /// one known so far by that name, so a folder may hold a single product of a known edition.
    ///
    /// # Errors
    /// When a file cannot be read or is not valid; the catalog then stays as it was.
    pub fn add_dir(&mut self, folder: &Path) -> Result<(), ManifestError> {
        let mut files = self.files.clone();
        files.extend(files::from_folder(folder)?);
        *self = Self::from_files(files)?;
        Ok(())
    }

    /// All editions, by id.
    pub fn editions(&self) -> impl Iterator<Item = &Edition> {
        self.editions.values()
    }

    /// The edition of that id.
    ///
    /// # Errors
    /// When there is none; the error lists the known ones.
    pub fn edition(&self, id: &EditionId) -> Result<&Edition, SelectionError> {
        self.editions
            .get(id)
            .ok_or_else(|| known_edition(id, self.editions.keys()))
    }

    /// The edition whose facts are the newest, by `as_of` and then by id.
    ///
    /// # Errors
    /// When the catalog is empty.
    pub fn latest(&self) -> Result<&Edition, SelectionError> {
        self.editions
            .values()
            .max_by_key(|e| (&e.info.as_of, &e.info.edition))
            .ok_or(SelectionError::NoEditions)
    }

    fn from_files(files: Files) -> Result<Self, ManifestError> {
        let mut parsed = Parsed::default();
        for (place, file) in &files {
            parsed.take(place, file)?;
        }
        let editions = parsed.assemble(&files)?;
        Ok(Self { files, editions })
    }
}

/// An edition's file, its products with the files they came from.
type Parts<'a> = (
    Option<(EditionInfo, &'a File)>,
    Vec<(ProductManifest, &'a File)>,
);

#[derive(Default)]
struct Parsed<'a> {
    baseline: Vec<(Requirement, &'a File)>,
    browsers: BTreeMap<&'a str, BrowserReleases>,
    endpoints: BTreeMap<&'a str, Endpoints>,
    /// By vendor and edition folder.
    editions: BTreeMap<(&'a str, &'a str), Parts<'a>>,
}

impl<'a> Parsed<'a> {
    fn take(&mut self, place: &'a Place, file: &'a File) -> Result<(), ManifestError> {
        match place {
            Place::Baseline(_) => {
                let read = baseline(file)?;
                self.baseline
                    .extend(read.requirements.into_iter().map(|r| (r, file)));
            }
            Place::Browsers(vendor) => {
                self.browsers.insert(vendor, browsers(file)?);
            }
            Place::Endpoints(vendor) => {
                self.endpoints.insert(vendor, endpoints(file)?);
            }
            Place::Edition { vendor, edition } => {
                let info = edition_info(file)?;
                same(file, "edition", info.edition.as_str(), "folder", edition)?;
                same(file, "vendor", &info.vendor, "folder", vendor)?;
                self.editions.entry((vendor, edition)).or_default().0 = Some((info, file));
            }
            Place::Product {
                vendor,
                edition,
                product,
            } => {
                let manifest = self::product(file)?;
                same(file, "product", manifest.product.as_str(), "file", product)?;
                self.editions
                    .entry((vendor, edition))
                    .or_default()
                    .1
                    .push((manifest, file));
            }
        }
        Ok(())
    }

    fn assemble(self, files: &Files) -> Result<BTreeMap<EditionId, Edition>, ManifestError> {
        let mut editions: BTreeMap<EditionId, Edition> = BTreeMap::new();
        unique_ids(self.baseline.iter().map(|(r, f)| (&r.id, 0, *f)))?;
        for ((vendor, folder), (info, products)) in self.editions {
            let Some((info, file)) = info else {
                let name = products.first().map_or("", |(_, f)| &f.name);
                return Err(raw::whole(name, Problem::NoEditionFile(folder.to_owned())));
            };
            if products.is_empty() {
                let problem = Problem::NoProducts(folder.to_owned());
                return Err(raw::whole(&file.name, problem));
            }
            let ids = products.iter().flat_map(|(p, f)| {
                let ids = p.requirements.iter().enumerate();
                ids.map(move |(i, r)| (&r.id, i, *f))
            });
            unique_ids(self.baseline.iter().map(|(r, f)| (&r.id, 0, *f)).chain(ids))?;
            if let Some(other) = editions.get(&info.edition) {
                return Err(raw::whole(
                    &file.name,
                    Problem::DuplicateId {
                        what: "edition",
                        id: info.edition.to_string(),
                        first: format!("vendor {:?}", other.info.vendor),
                    },
                ));
            }
            let known = self.endpoints.get(vendor);
            let edition = Edition {
                policies: BTreeMap::new(),
                sha256: files::sha256(files, vendor, &info.edition),
                products: products
                    .into_iter()
                    .map(|(p, _)| (p.product.clone(), p))
                    .collect::<BTreeMap<ProductId, _>>(),
                baseline: self.baseline.iter().map(|(r, _)| r.clone()).collect(),
                browsers: self.browsers.get(vendor).cloned(),
                endpoints: known.map_or_else(Vec::new, |e| e.endpoints.clone()),
                address_lists: known.map_or_else(Vec::new, |e| e.address_lists.clone()),
                info,
            };
            editions.insert(edition.info.edition.clone(), edition);
        }
        Ok(editions)
    }
}

/// Requirement ids are unique in an edition, for results name them without their product's file.
fn unique_ids<'a>(
    ids: impl Iterator<Item = (&'a RequirementId, usize, &'a File)>,
) -> Result<(), ManifestError> {
    let mut seen: BTreeMap<&RequirementId, &File> = BTreeMap::new();
    for (id, index, file) in ids {
        if let Some(first) = seen.insert(id, file)
            && !std::ptr::eq(first, file)
        {
            let at = JsonPath::default().key("requirements").index(index);
            let problem = Problem::DuplicateId {
                what: "requirement id",
                id: id.to_string(),
                first: first.name.clone(),
            };
            let finding = Finding {
                at: at.key("id"),
                problem,
            };
            return Err(finding.in_file(&file.name, &file.text));
        }
    }
    Ok(())
}

fn same(
    file: &File,
    key: &'static str,
    inside: &str,
    place: &'static str,
    outside: &str,
) -> Result<(), ManifestError> {
    if inside == outside {
        return Ok(());
    }
    let finding = Finding {
        at: JsonPath::default().key(key),
        problem: Problem::NameDiffers {
            key,
            inside: inside.to_owned(),
            place,
            outside: super::error::clean(outside),
        },
    };
    Err(finding.in_file(&file.name, &file.text))
}

fn read<T: serde::de::DeserializeOwned>(
    file: &File,
    check: impl FnOnce(&T) -> check::Checked,
) -> Result<T, ManifestError> {
    let value: T = raw::parse(&file.text, &file.name)?;
    match check(&value) {
        Ok(()) => Ok(value),
        Err(finding) => Err(finding.in_file(&file.name, &file.text)),
    }
}

pub(super) fn edition_info(file: &File) -> Result<EditionInfo, ManifestError> {
    read(file, check::edition)
}
pub(super) fn product(file: &File) -> Result<ProductManifest, ManifestError> {
    read(file, check::product)
}
pub(super) fn endpoints(file: &File) -> Result<Endpoints, ManifestError> {
    read(file, check::endpoints)
}
pub(super) fn browsers(file: &File) -> Result<BrowserReleases, ManifestError> {
    read(file, check::browsers)
}
pub(super) fn baseline(file: &File) -> Result<Baseline, ManifestError> {
    read(file, check::baseline)
}
pub(super) fn policy(file: &File) -> Result<Policy, ManifestError> {
    read(file, check::policy)
}
