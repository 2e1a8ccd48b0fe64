//! Settings that do not stand on the command line: environment, then the user's file, then the machine's file.
//! A flag wins over all of them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::l10n::Lang;
use crate::model::{EditionId, Target};

/// What may be set outside the command line.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Language, as `--lang`.
    pub lang: Option<String>,
    /// Edition, as `--edition`.
    pub edition: Option<EditionId>,
    /// Products, as `--for`, written `rooms:2-screens`.
    #[serde(rename = "for")]
    pub targets: Vec<String>,
    /// Reflectors, as `--reflector`: one, or a list.
    pub reflector: Several,
    /// Folder, as `--requirements`.
    pub requirements: Option<PathBuf>,
    /// As `--participants`.
    pub participants: Option<u32>,
}

/// One text, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Several(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Several {
    fn from(value: OneOrMany) -> Self {
        match value {
            OneOrMany::One(text) => Self(vec![text]),
            OneOrMany::Many(texts) => Self(texts),
        }
    }
}

/// A setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("cannot read {path}: {source}; mend it, or remove it to go on without it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error(
        "{path}:{line}:{column}: {message}; known keys are lang, edition, for, reflector, requirements, participants"
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
    /// A value, from the environment or a file, is not of its kind.
    #[error("{place}: {message}")]
    Value {
        /// The variable or file.
        place: String,
        /// What is wrong and what is meant.
        message: String,
    },
}

/// A larger file is not a settings file.
const MAX_BYTES: u64 = 64 * 1024;

impl Config {
    /// Reads environment, the user's file and the machine's file, the earlier winning key by key.
    ///
    /// # Errors
    /// When a file is there and cannot be read or understood, or a variable holds something else than it should.
    pub fn load() -> Result<Self, ConfigError> {
        let mut config = Self::from_environment(|name| std::env::var(name).ok())?;
        for path in files() {
            if let Some(lower) = Self::from_file(&path)? {
                config = config.over(lower);
            }
        }
        Ok(config)
    }

    fn from_environment(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let value = |name: &str| get(name).filter(|v| !v.is_empty());
        let wrong = |place: &str, message: String| ConfigError::Value {
            place: place.to_owned(),
            message,
        };
        Ok(Self {
            lang: value("MEETREADY_LANG"),
            edition: value("MEETREADY_EDITION")
                .map(|v| {
                    v.parse().map_err(|e: crate::model::ids::IdError| {
                        wrong("MEETREADY_EDITION", e.to_string())
                    })
                })
                .transpose()?,
            targets: value("MEETREADY_FOR")
                .map(|v| v.split(',').map(|t| t.trim().to_owned()).collect())
                .unwrap_or_default(),
            // A join URL holds neither blanks nor commas.
            reflector: Several(
                value("MEETREADY_REFLECTOR")
                    .map(|v| {
                        v.split([' ', ',', '\t', '\n'])
                            .filter(|t| !t.is_empty())
                            .map(str::to_owned)
                            .collect()
                    })
                    .unwrap_or_default(),
            ),
            requirements: value("MEETREADY_REQUIREMENTS").map(PathBuf::from),
            participants: value("MEETREADY_PARTICIPANTS")
                .map(|v| {
                    v.parse().map_err(|_| {
                        wrong(
                            "MEETREADY_PARTICIPANTS",
                            format!("{v:?} is not a whole number"),
                        )
                    })
                })
                .transpose()?,
        })
    }

    fn from_file(path: &Path) -> Result<Option<Self>, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let meta = match std::fs::metadata(path) {
            Ok(meta) => meta,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(unreadable(e)),
        };
        if !meta.is_file() || meta.len() > MAX_BYTES {
            return Err(unreadable(std::io::Error::other(
                "not a settings file: it is no file, or over 64 kB",
            )));
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map(Some)
            .map_err(|e| ConfigError::Invalid {
                path: path.to_owned(),
                line: e.line(),
                column: e.column(),
                message: e.to_string(),
            })
    }

    fn over(self, lower: Self) -> Self {
        Self {
            lang: self.lang.or(lower.lang),
            edition: self.edition.or(lower.edition),
            targets: if self.targets.is_empty() {
                lower.targets
            } else {
                self.targets
            },
            reflector: if self.reflector.0.is_empty() {
                lower.reflector
            } else {
                self.reflector
            },
            requirements: self.requirements.or(lower.requirements),
            participants: self.participants.or(lower.participants),
        }
    }

    /// The language set here, if any.
    ///
    /// # Errors
    /// When it is neither `en` nor `ja`.
    pub fn language(&self) -> Result<Option<Lang>, ConfigError> {
        self.lang
            .as_deref()
            .map(|text| {
                text.parse().map_err(|_| ConfigError::Value {
                    place: "lang".into(),
                    message: format!("{text:?}: use en or ja"),
                })
            })
            .transpose()
    }

    /// The products set here.
    ///
    /// # Errors
    /// When one is not of the form `product` or `product:variant`.
    pub fn targets(&self) -> Result<Vec<Target>, ConfigError> {
        self.targets
            .iter()
            .map(|t| {
                t.parse()
                    .map_err(|e: crate::model::ids::IdError| ConfigError::Value {
                        place: "for".into(),
                        message: e.to_string(),
                    })
            })
            .collect()
    }
}

/// The settings files in the order they win: the user's, the machine's.
fn files() -> Vec<PathBuf> {
    let var = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let (user, machine) = if cfg!(windows) {
        (var("APPDATA"), var("ProgramData"))
    } else if cfg!(target_os = "macos") {
        (
            var("HOME").map(|h| h.join("Library/Application Support")),
            Some(PathBuf::from("/Library/Application Support")),
        )
    } else {
        (
            var("XDG_CONFIG_HOME").or_else(|| var("HOME").map(|h| h.join(".config"))),
            Some(PathBuf::from("/etc")),
        )
    };
    [user, machine]
        .into_iter()
        .flatten()
        .map(|d| d.join("meetready").join("config.json"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_files_key_by_key() {
        let env = Config::from_environment(|n| match n {
            "MEETREADY_LANG" => Some("ja".into()),
            "MEETREADY_FOR" => Some("meetings, rooms:2-screens".into()),
            _ => None,
        })
        .unwrap();
        let file = Config {
            lang: Some("en".into()),
            participants: Some(3),
            ..Config::default()
        };
        let both = env.over(file);
        assert_eq!(
            (both.lang.as_deref(), both.participants),
            (Some("ja"), Some(3))
        );
        assert_eq!(both.targets().unwrap()[1].to_string(), "rooms:2-screens");
        assert_eq!(both.language().unwrap(), Some(Lang::Ja));
    }

    #[test]
    fn several_reflectors_can_be_set() {
        let env = Config::from_environment(|n| {
            (n == "MEETREADY_REFLECTOR").then(|| "meetready://a:1/?x meetready://b:2/?x".into())
        });
        assert_eq!(env.unwrap().reflector.0.len(), 2);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.json");
        for (text, count) in [(r#""self""#, 1), (r#"["a", "b", "c"]"#, 3)] {
            std::fs::write(&path, format!("{{\"reflector\": {text}}}")).unwrap();
            let config = Config::from_file(&path).unwrap().unwrap();
            assert_eq!(config.reflector.0.len(), count);
        }
    }

    #[test]
    fn wrong_keys_and_values_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.json");
        std::fs::write(&path, "{\n \"edition\": \"2025-05\",\n \"colour\": true\n}").unwrap();
        let text = Config::from_file(&path).unwrap_err().to_string();
        assert!(
            text.contains("config.json:3:") && text.contains("colour"),
            "{text}"
        );
        assert!(
            Config::from_file(&dir.path().join("none.json"))
                .unwrap()
                .is_none()
        );
        let bad =
            Config::from_environment(|n| (n == "MEETREADY_PARTICIPANTS").then(|| "many".into()));
        assert!(
            bad.unwrap_err()
                .to_string()
                .contains("MEETREADY_PARTICIPANTS")
        );
        assert!(
            Config {
                lang: Some("fr".into()),
                ..Config::default()
            }
            .language()
            .is_err()
        );
    }
}
