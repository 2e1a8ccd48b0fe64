//! Requirement editions: embedded and from disk, raw to validated, schema, comparison.
//!
//! Nothing here knows a figure of a requirement: those stand in `requirements/`, with their sources. A new edition or
//! product is a file there (or in a folder given at run time), and needs no Rust.

#![forbid(unsafe_code)]

mod catalog;
mod check;
mod check_rule;
mod codes;
mod diff;
mod error;
mod files;
mod policy;
mod raw;
mod schema;
mod select;
mod validate;

pub use catalog::Catalog;
pub use codes::{Codes, codes, note_codes};
pub use diff::diff;
pub use error::{ManifestError, Problem};
pub use policy::{OwnPolicy, read_policy, with_policies};
pub use schema::schemas;
pub use select::{MOST_PARTICIPANTS, SelectionError, requirements_of, scenarios_of};
pub use validate::{FileKind, Summary, validate_file};
