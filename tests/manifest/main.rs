//! The requirement files as published, and everything that reads, checks, selects and compares them.

mod bad_input;
mod comparing;
mod figures;
mod published;
mod selecting;

use meetready::manifest::Catalog;
use meetready::model::requirement::ProductManifest;
use meetready::model::{Edition, Requirement};

fn catalog() -> Catalog {
    Catalog::embedded().expect("the embedded editions are valid")
}

fn edition<'a>(catalog: &'a Catalog, id: &str) -> &'a Edition {
    catalog
        .edition(&id.parse().expect("an edition id"))
        .expect("a known edition")
}

fn product<'a>(edition: &'a Edition, id: &str) -> &'a ProductManifest {
    &edition.products[&id.parse().expect("a product id")]
}

fn requirement<'a>(edition: &'a Edition, id: &str) -> &'a Requirement {
    edition
        .products
        .values()
        .flat_map(|p| &p.requirements)
        .find(|r| r.id.as_str() == id)
        .unwrap_or_else(|| panic!("no requirement {id} in {}", edition.info.edition))
}
