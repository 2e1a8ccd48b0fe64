//! Companies' own policies: read from a file, and put beside the products of an edition.

use std::borrow::Cow;
use std::path::Path;

use crate::model::report::PolicyRef;
use crate::model::requirement::{Policy, ProductManifest};
use crate::model::{Edition, Target};

use super::catalog;
use super::error::{ManifestError, Problem};
use super::files::File;
use super::raw::{self, Finding, JsonPath};

/// A policy as it was read.
#[derive(Debug, Clone)]
pub struct OwnPolicy {
    policy: Policy,
    file: File,
}

/// Reads a policy.
///
/// # Errors
/// When the file cannot be read or is not valid: file, line, key and mend.
pub fn read_policy(path: &Path) -> Result<OwnPolicy, ManifestError> {
    let name = path.display().to_string();
    let text = raw::read(path, &name)?;
    raw::refuse_unseen(&text, &name)?;
    let file = File {
        name,
        text: Cow::Owned(text),
    };
    Ok(OwnPolicy {
        policy: catalog::policy(&file)?,
        file,
    })
}

/// The edition with each policy beside its products, and what to judge for them. The edition's own products stay as
/// they are, so a policy can ask for more and never for less.
///
/// # Errors
/// When a policy or requirement has an id that the edition or another policy has.
pub fn with_policies(
    edition: &Edition,
    policies: &[OwnPolicy],
) -> Result<(Edition, Vec<Target>), ManifestError> {
    let mut edition = edition.clone();
    let mut targets = Vec::with_capacity(policies.len());
    for OwnPolicy { policy, file } in policies {
        let top = JsonPath::default();
        let taken = |at: JsonPath, what: &'static str, id: &str, first: String| {
            let problem = Problem::DuplicateId {
                what,
                id: id.to_owned(),
                first,
            };
            Err(Finding { at, problem }.in_file(&file.name, &file.text))
        };
        if let Some(other) = edition.products.get(&policy.policy) {
            return taken(
                top.key("policy"),
                "id",
                policy.policy.as_str(),
                other.name.clone(),
            );
        }
        for (i, r) in policy.requirements.iter().enumerate() {
            let holder = edition
                .products
                .values()
                .find(|p| p.requirements.iter().any(|other| other.id == r.id));
            if let Some(holder) = holder {
                let at = top.key("requirements").index(i).key("id");
                return taken(at, "requirement id", r.id.as_str(), holder.name.clone());
            }
        }
        edition.policies.insert(
            policy.policy.clone(),
            PolicyRef {
                publisher: policy.publisher.clone(),
                as_of: policy.as_of.clone(),
                sha256: sha256(&file.text),
            },
        );
        edition.products.insert(
            policy.policy.clone(),
            ProductManifest {
                schema: None,
                product: policy.policy.clone(),
                name: policy.name.clone(),
                variants: Vec::new(),
                requirements: policy.requirements.clone(),
            },
        );
        targets.push(Target {
            product: policy.policy.clone(),
            variant: None,
        });
    }
    Ok((edition, targets))
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    format!("{:x}", Sha256::digest(text.as_bytes()))
}
