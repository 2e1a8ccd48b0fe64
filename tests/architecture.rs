//! Holds the import arrows of `docs/architecture.md`, and where unsafe code may stand.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each module may import beside itself. A module may reach anything that its arrows lead to.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "run",
            "report",
            "manifest",
            "reflector",
            "inventory",
            "judge",
            "l10n",
            "model",
        ],
    ),
    (
        "run",
        &[
            "inventory",
            "probe",
            "judge",
            "manifest",
            "reflector",
            "net",
            "wire",
            "model",
        ],
    ),
    ("inventory", &["model"]),
    ("probe", &["net", "wire", "model"]),
    ("reflector", &["wire", "net", "model"]),
    ("net", &["wire", "model"]),
    ("wire", &["model"]),
    ("judge", &["manifest", "model"]),
    ("manifest", &["model"]),
    ("report", &["l10n", "model"]),
    ("l10n", &["model"]),
    ("model", &[]),
];

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn module_of(path: &Path) -> String {
    let relative = path.strip_prefix(root().join("src")).unwrap();
    relative
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Collects the second segment of every path that starts with `crate::`, tests inside the sources left out.
#[derive(Default)]
struct Imports(BTreeSet<String>);

impl Imports {
    fn tree(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(p) => drop(self.0.insert(p.ident.to_string())),
            syn::UseTree::Name(n) => drop(self.0.insert(n.ident.to_string())),
            syn::UseTree::Rename(r) => drop(self.0.insert(r.ident.to_string())),
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.tree(t)),
            syn::UseTree::Glob(_) => {}
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("test")
            || a.path().is_ident("cfg")
                && a.parse_args::<proc_macro2::TokenStream>()
                    .is_ok_and(|t| t.to_string() == "test")
    })
}

impl<'ast> syn::visit::Visit<'ast> for Imports {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }
    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        if path.ident == "crate" {
            self.tree(&path.tree);
        }
        syn::visit::visit_use_path(self, path);
    }
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|s| s.ident == "crate")
            && let Some(second) = segments.next()
        {
            self.0.insert(second.ident.to_string());
        }
        syn::visit::visit_path(self, path);
    }
}

#[test]
fn imports_follow_the_arrows() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    assert!(files.len() > 20, "found only {} sources", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let module = module_of(&path);
        // Test files beside the code may use whatever they test with.
        if module == "lib" || module == "main" || path.file_stem().is_some_and(|s| s == "tests") {
            continue;
        }
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| {
                panic!("{module} has no arrows: add it here and to docs/architecture.md")
            });
        let parsed = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut imports = Imports::default();
        syn::visit::Visit::visit_file(&mut imports, &parsed);
        for import in imports.0 {
            let known = ARROWS.iter().any(|(name, _)| *name == import);
            if known && import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports crate::{import}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the arrows:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn unsafe_code_stands_only_in_the_os_call_modules() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let calls = root().join("src").join("inventory").join("sys");
    let console = root().join("src").join("cli").join("console.rs");
    let wrong: Vec<_> = files
        .into_iter()
        .filter(|p| !p.starts_with(&calls) && *p != console)
        .filter(|p| {
            let text = std::fs::read_to_string(p).unwrap();
            text.lines().any(|l| {
                let l = l.trim_start();
                !l.starts_with("//")
                    && (l.contains("unsafe {")
                        || l.contains("unsafe fn")
                        || l.contains("unsafe impl"))
            })
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "unsafe outside src/inventory/sys: {wrong:?}"
    );
}

#[test]
fn judging_and_rendering_do_no_input_or_output() {
    let mut files = Vec::new();
    for module in ["judge", "report", "model", "wire"] {
        sources(&root().join("src").join(module), &mut files);
    }
    let banned = [
        "std::fs",
        "std::net::Tcp",
        "std::net::Udp",
        "tokio::",
        "Instant::now",
        "SystemTime::now",
        "Timestamp::now",
        "std::process",
    ];
    let mut wrong = Vec::new();
    for path in files
        .iter()
        .filter(|p| p.file_stem().is_none_or(|s| s != "tests"))
    {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in banned {
            if code
                .lines()
                .any(|l| !l.trim_start().starts_with("//") && l.contains(word))
            {
                wrong.push(format!("{} uses {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
