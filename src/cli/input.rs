//! Reading saved evidence and reports.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::l10n::Texts;
use crate::model::evidence::EVIDENCE_SCHEMA;
use crate::model::report::REPORT_SCHEMA;
use crate::model::{Evidence, Report};

/// A larger file was not written by meetready.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A saved file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error("{path} is larger than 64 MiB: it is no evidence file of meetready")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is not JSON, is cut off, or has a key or value that does not belong there.
    #[error(
        "{path}:{line}:{column}: {message}; write the file anew with `meetready collect --output FILE`"
    )]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A later version of meetready wrote the file.
    #[error(
        "{path}: \"schema\" is {found:?}, written by a newer meetready; this is {VERSION}. Update meetready on this PC \
         and try again"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// What it says that it is.
        found: String,
    },
    /// The file is of another kind.
    #[error(
        "{path}: \"schema\" is {found:?}; give a file that `meetready collect` or `meetready check --format json` wrote \
         ({EVIDENCE_SCHEMA:?} or {REPORT_SCHEMA:?})"
    )]
    Schema {
        /// The file.
        path: PathBuf,
        /// What it says that it is.
        found: String,
    },
    /// The file holds readings and no verdicts.
    #[error(
        "{path} holds readings without verdicts; judge it first: `meetready judge FILE --format json --output REPORT`"
    )]
    NotJudged {
        /// The file.
        path: PathBuf,
    },
}

/// This version of meetready.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl InputError {
    /// The error for a schema that this version does not read.
    fn of_schema(path: &Path, found: Option<&str>) -> Self {
        let path = path.to_owned();
        let shown = found.unwrap_or("missing").chars().take(80).collect();
        let newer = found.is_some_and(|found| {
            [EVIDENCE_SCHEMA, REPORT_SCHEMA]
                .into_iter()
                .any(|own| is_newer(found, own))
        });
        if newer {
            Self::Newer { path, found: shown }
        } else {
            Self::Schema { path, found: shown }
        }
    }

    /// The error in the reader's language.
    pub fn told(&self, texts: &Texts) -> String {
        let shown = |p: &Path| -> crate::l10n::Arg { p.display().to_string().into() };
        match self {
            Self::Unreadable { path, source } => texts.format(
                "cli-input-unreadable",
                &[
                    ("path", shown(path)),
                    ("message", source.to_string().into()),
                ],
            ),
            Self::TooLarge { path } => {
                texts.format("cli-input-too-large", &[("path", shown(path))])
            }
            Self::Invalid {
                path,
                line,
                column,
                message,
            } => texts.format(
                "cli-input-invalid",
                &[
                    ("path", shown(path)),
                    ("line", line.to_string().into()),
                    ("column", column.to_string().into()),
                    ("message", message.into()),
                ],
            ),
            Self::Newer { path, found } => texts.format(
                "cli-input-newer",
                &[
                    ("path", shown(path)),
                    ("found", found.into()),
                    ("version", VERSION.into()),
                ],
            ),
            Self::NotJudged { path } => {
                texts.format("cli-input-not-judged", &[("path", shown(path))])
            }
            Self::Schema { path, found } => texts.format(
                "cli-input-schema",
                &[("path", shown(path)), ("found", found.into())],
            ),
        }
    }
}

/// `meetready/report/2` beside `meetready/report/1`.
fn is_newer(found: &str, own: &str) -> bool {
    let parts = |schema: &str| -> Option<(String, u32)> {
        let (kind, number) = schema.rsplit_once('/')?;
        Some((kind.to_owned(), number.parse().ok()?))
    };
    match (parts(found), parts(own)) {
        (Some((kind, found)), Some((own_kind, own))) => kind == own_kind && found > own,
        _ => false,
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    schema: Option<String>,
}

/// Reads evidence: a file that `collect` wrote, or the evidence inside a report.
///
/// # Errors
/// When the file cannot be read or is not such a file; the error names the place and the mend.
pub fn read_evidence(path: &Path) -> Result<Evidence, InputError> {
    let text = read_text(path)?;
    let invalid = |e: &serde_json::Error| InputError::Invalid {
        path: path.to_owned(),
        line: e.line(),
        column: e.column(),
        message: without_position(&e.to_string()),
    };
    let head: Head = serde_json::from_str(&text).map_err(|e| invalid(&e))?;
    match head.schema.as_deref() {
        Some(EVIDENCE_SCHEMA) => serde_json::from_str(&text).map_err(|e| invalid(&e)),
        Some(REPORT_SCHEMA) => serde_json::from_str::<Report>(&text)
            .map(|r| r.evidence)
            .map_err(|e| invalid(&e)),
        other => Err(InputError::of_schema(path, other)),
    }
}

/// Reads a report that `check` or `judge` wrote with `--format json`.
///
/// # Errors
/// When the file cannot be read or is no such report; the error names the place and the mend.
pub fn read_report(path: &Path) -> Result<Report, InputError> {
    let text = read_text(path)?;
    let invalid = |e: &serde_json::Error| InputError::Invalid {
        path: path.to_owned(),
        line: e.line(),
        column: e.column(),
        message: without_position(&e.to_string()),
    };
    let head: Head = serde_json::from_str(&text).map_err(|e| invalid(&e))?;
    match head.schema.as_deref() {
        Some(REPORT_SCHEMA) => serde_json::from_str(&text).map_err(|e| invalid(&e)),
        Some(EVIDENCE_SCHEMA) => Err(InputError::NotJudged {
            path: path.to_owned(),
        }),
        other => Err(InputError::of_schema(path, other)),
    }
}

/// serde puts the position behind its message; it is told in front here.
fn without_position(message: &str) -> String {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(head, _)| head)
        .to_owned()
}

fn read_text(path: &Path) -> Result<String, InputError> {
    let unreadable = |source| InputError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err(unreadable(std::io::Error::new(
            std::io::ErrorKind::IsADirectory,
            "it is a folder",
        )));
    }
    let mut bytes = Vec::new();
    // The limit holds for pipes and files that grow, too.
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(InputError::TooLarge {
            path: path.to_owned(),
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text)),
        Err(e) => {
            let good = String::from_utf8_lossy(
                e.as_bytes()
                    .get(..e.utf8_error().valid_up_to())
                    .unwrap_or_default(),
            );
            let line = 1 + good.matches('\n').count();
            let column = 1 + good.rsplit('\n').next().unwrap_or_default().chars().count();
            Err(InputError::Invalid {
                path: path.to_owned(),
                line,
                column,
                message: "it is not UTF-8 text".into(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_for(bytes: &[u8]) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("evidence.json");
        std::fs::write(&path, bytes).unwrap();
        read_evidence(&path).unwrap_err().to_string()
    }

    #[test]
    fn bad_files_are_named_with_place_and_mend() {
        let cut = error_for(b"{\"schema\": \"meetready/evidence/1\",\n \"inventory\": {");
        assert!(
            cut.contains("evidence.json:2:") && cut.contains("EOF") && cut.contains("collect"),
            "{cut}"
        );
        let key = error_for(b"{\"schema\": \"meetready/evidence/1\",\n \"inventry\": {}}");
        assert!(key.contains(":2:") && key.contains("inventry"), "{key}");
        let newer = error_for(b"{\"schema\": \"meetready/evidence/9\"}");
        assert!(
            newer.contains("evidence/9") && newer.contains("Update meetready"),
            "{newer}"
        );
        let other = error_for(b"{\"schema\": \"another/report/2\"}");
        assert!(
            other.contains("collect") && !other.contains("newer"),
            "{other}"
        );
        assert!(error_for(b"[1,2]").contains(":1:"));
        assert!(error_for(b"").contains("evidence.json:"));
        assert!(error_for(b"{\"schema\": \"\xff\"}").contains("UTF-8"));
        let mut deep = b"{\"schema\": \"meetready/evidence/1\", \"inventory\":".to_vec();
        deep.extend(std::iter::repeat_n(b'[', 200_000));
        assert!(
            error_for(&deep).contains("evidence.json:1:"),
            "{}",
            error_for(&deep)
        );
    }

    #[test]
    fn the_least_file_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e.json");
        std::fs::write(&path, "\u{feff}{\"schema\": \"meetready/evidence/1\"}").unwrap();
        assert!(read_evidence(&path).unwrap().network.is_none());
    }
}
