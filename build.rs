//! Lists the requirement files, so that adding one needs no Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?)
        .join("requirements");
    println!("cargo:rerun-if-changed=requirements");
    let mut files = Vec::new();
    gather(&root, "", &mut files)?;
    files.sort();
    let mut text = String::from("&[\n");
    for (name, path) in files {
        let path = path
            .to_str()
            .ok_or_else(|| io::Error::other("the path of the sources is not UTF-8"))?;
        writeln!(text, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    text.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("requirements.rs"), text)
}

/// Every `.json` below `folder` with its name relative to it, `/` between the parts; JSON Schemas are left out.
fn gather(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if !(prefix.is_empty() && name == "schema") {
                gather(&path, &format!("{prefix}{name}/"), files)?;
            }
        } else if path.extension().is_some_and(|e| e == "json") {
            files.push((format!("{prefix}{name}"), path));
        }
    }
    Ok(())
}
