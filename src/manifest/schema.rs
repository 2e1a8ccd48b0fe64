//! JSON Schemas of every file that meetready reads or writes, from the types themselves.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use crate::model::comparison::Comparison;
use crate::model::edition_diff::EditionDiff;
use crate::model::requirement::{
    Baseline, BrowserReleases, EditionInfo, Endpoints, ProductManifest,
};
use crate::model::{Evidence, Plan, Report};

/// Name and JSON Schema (draft 2020-12) of every kind of file. Published as `requirements/schema/<name>.schema.json`.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("product", schema::<ProductManifest>()),
        ("edition", schema::<EditionInfo>()),
        ("endpoints", schema::<Endpoints>()),
        ("browsers", schema::<BrowserReleases>()),
        ("baseline", schema::<Baseline>()),
        ("evidence", schema::<Evidence>()),
        ("report", schema::<Report>()),
        ("plan", schema::<Plan>()),
        ("edition-diff", schema::<EditionDiff>()),
        ("comparison", schema::<Comparison>()),
    ]
}

fn schema<T: JsonSchema>() -> Value {
    SchemaGenerator::new(SchemaSettings::draft2020_12())
        .into_root_schema_for::<T>()
        .to_value()
}
