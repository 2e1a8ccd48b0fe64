//! Checks one file or folder for its author.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::model::Requirement;

use super::error::{ManifestError, Problem};
use super::files::File;
use super::{Catalog, catalog, raw};

/// What a valid file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The file or folder.
    pub file: String,
    /// What kind of file it is.
    pub kind: FileKind,
    /// The edition, product or other name that it bears inside; for a folder the editions known with it.
    pub id: String,
    /// Number of entries: requirements, endpoints, browsers, or for an edition 0.
    pub entries: usize,
    /// Number of requirements of each rule kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<&'static str, usize>,
    /// Where below a `--requirements` folder the file is read from.
    pub belongs_at: String,
}

/// Kinds of requirement files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// An edition's own file.
    Edition,
    /// A product of an edition.
    Product,
    /// Names that probes ask.
    Endpoints,
    /// Browser releases.
    Browsers,
    /// Requirements beside every edition.
    Baseline,
    /// A company's own policy.
    Policy,
    /// A whole folder.
    Folder,
}

/// Reads one file, tells its kind by its keys, and checks it. A folder is checked as `--requirements` reads it,
/// together with the embedded editions.
///
/// # Errors
/// What is wrong with it, and the mend.
pub fn validate_file(path: &Path) -> Result<Summary, ManifestError> {
    let name = path.display().to_string();
    if path.is_dir() {
        let mut all = Catalog::embedded()?;
        all.add_dir(path)?;
        let ids: Vec<&str> = all.editions().map(|e| e.info.edition.as_str()).collect();
        return Ok(Summary {
            file: name,
            kind: FileKind::Folder,
            id: ids.join(", "),
            entries: ids.len(),
            rules: BTreeMap::new(),
            belongs_at: String::new(),
        });
    }
    let text = raw::read(path, &name)?;
    validate_text(text, name)
}

/// The keys that tell the kinds apart.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Keys {
    policy: Option<IgnoredAny>,
    product: Option<IgnoredAny>,
    edition: Option<IgnoredAny>,
    endpoints: Option<IgnoredAny>,
    browsers: Option<IgnoredAny>,
    requirements: Option<IgnoredAny>,
}

/// As [`validate_file`], for text that was read already.
fn validate_text(text: String, name: String) -> Result<Summary, ManifestError> {
    raw::refuse_unseen(&text, &name)?;
    let keys: Keys = raw::parse(&text, &name)?;
    let file = File {
        name,
        text: Cow::Owned(text),
    };
    let summary = |kind, id: &str, entries, rules, belongs_at: &str| Summary {
        file: file.name.clone(),
        kind,
        id: id.to_owned(),
        entries,
        rules,
        belongs_at: belongs_at.to_owned(),
    };
    // The key that no other kind has comes first; "requirements" alone is a baseline.
    if keys.policy.is_some() {
        let p = catalog::policy(&file)?;
        let rules = count(&p.requirements);
        Ok(summary(
            FileKind::Policy,
            p.policy.as_str(),
            p.requirements.len(),
            rules,
            "",
        ))
    } else if keys.product.is_some() {
        let p = catalog::product(&file)?;
        let place = format!("<vendor>/<edition>/{}.json", p.product);
        let rules = count(&p.requirements);
        Ok(summary(
            FileKind::Product,
            p.product.as_str(),
            p.requirements.len(),
            rules,
            &place,
        ))
    } else if keys.edition.is_some() {
        let e = catalog::edition_info(&file)?;
        let place = format!("{}/{}/edition.json", e.vendor, e.edition);
        let none = BTreeMap::new();
        Ok(summary(
            FileKind::Edition,
            e.edition.as_str(),
            0,
            none,
            &place,
        ))
    } else if keys.endpoints.is_some() {
        let e = catalog::endpoints(&file)?;
        let none = BTreeMap::new();
        let place = "<vendor>/endpoints.json";
        Ok(summary(
            FileKind::Endpoints,
            "endpoints",
            e.endpoints.len(),
            none,
            place,
        ))
    } else if keys.browsers.is_some() {
        let b = catalog::browsers(&file)?;
        let none = BTreeMap::new();
        let id = b.as_of.to_string();
        let place = "<vendor>/browsers.json";
        Ok(summary(
            FileKind::Browsers,
            &id,
            b.browsers.len(),
            none,
            place,
        ))
    } else if keys.requirements.is_some() {
        let b = catalog::baseline(&file)?;
        let rules = count(&b.requirements);
        let place = "baseline/<name>.json";
        Ok(summary(
            FileKind::Baseline,
            "baseline",
            b.requirements.len(),
            rules,
            place,
        ))
    } else {
        Err(raw::whole(&file.name, Problem::UnknownKind))
    }
}

fn count(requirements: &[Requirement]) -> BTreeMap<&'static str, usize> {
    let mut rules = BTreeMap::new();
    for r in requirements {
        *rules.entry(r.rule.kind()).or_default() += 1;
    }
    rules
}
