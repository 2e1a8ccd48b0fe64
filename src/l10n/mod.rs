//! The texts that users read, in English and Japanese: `en.ftl` and `ja.ftl` for what every part of meetready says,
//! `requirements.*.ftl` for the words that requirement files use, and one pair of files for each other area.
//!
//! Everything else in meetready speaks in codes; words come in here and only here. A key that has no text never stops
//! anything: the English text stands in, then the key itself. Tests hold that this never happens for a known code.

#![forbid(unsafe_code)]

mod codes;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

pub use codes::Coded;

macro_rules! files {
    ($($area:literal),+ $(,)?) => {
        /// The English files.
        const EN: &[&str] = &[$(include_str!(concat!($area, "en.ftl"))),+];
        /// The Japanese files.
        const JA: &[&str] = &[$(include_str!(concat!($area, "ja.ftl"))),+];
    };
}

files![
    "",
    "requirements.",
    "cli.",
    "processor.",
    "devices.",
    "ports.",
    "reflector.",
    "media.",
    "page.",
    "handover.",
];

/// A language that meetready speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

/// The text does not name a language that meetready speaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language of meetready: use en or ja")]
pub struct LangError(pub String);

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Ja];

    /// `en` or `ja`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The language of a locale name such as `ja-JP`, `ja_JP.UTF-8` or `Japanese_Japan.932`; English where it is
    /// none that meetready speaks.
    pub fn from_locale(locale: &str) -> Self {
        Self::named(locale).unwrap_or_default()
    }

    /// The language that the system is set to: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not
    /// empty (POSIX, Base Definitions, section 8.2), else what the system tells. English when none is known.
    pub fn detect() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(std::env::var_os)
            .map(|value| value.to_string_lossy().into_owned())
            .find(|value| !value.is_empty());
        match set.or_else(sys_locale::get_locale) {
            Some(locale) => Self::from_locale(&locale),
            None => Self::default(),
        }
    }

    fn named(locale: &str) -> Option<Self> {
        let language = locale.split(['-', '_', '.', '@']).next()?.trim();
        match language.to_ascii_lowercase().as_str() {
            "ja" | "jpn" | "japanese" => Some(Self::Ja),
            "en" | "eng" | "english" => Some(Self::En),
            _ => None,
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        // Both names are valid, which a test holds; the default ("und") would only choose other plural forms.
        self.code().parse().unwrap_or_default()
    }

    fn sources(self) -> &'static [&'static str] {
        match self {
            Self::En => EN,
            Self::Ja => JA,
        }
    }
}

impl FromStr for Lang {
    type Err = LangError;
    fn from_str(text: &str) -> Result<Self, LangError> {
        Self::named(text).ok_or_else(|| LangError(text.chars().take(80).collect()))
    }
}
impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A value that a text takes in.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// Text, put in as it is.
    Text(String),
    /// A whole number, which may choose a plural form.
    Count(u64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<u64> for Arg {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}
impl From<usize> for Arg {
    fn from(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

/// The texts of one language, with English behind it.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
    english: Option<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

impl Texts {
    /// The texts of a language.
    pub fn new(lang: Lang) -> Self {
        Self {
            lang,
            bundle: bundle(lang),
            english: (lang != Lang::En).then(|| bundle(Lang::En)),
        }
    }

    /// Their language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of a key; without one the English text, then the key itself.
    pub fn get(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// The text of a key with values put in; without a text the English one, then the key itself.
    pub fn format(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.find(key, args).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a key that a manifest made up (`note-<code>`, `scenario-<id>` …), none where there is no text.
    pub fn find(&self, key: &str, args: &[(&str, Arg)]) -> Option<String> {
        let mut values = FluentArgs::new();
        for (name, arg) in args {
            match arg {
                Arg::Text(text) => values.set(*name, text.as_str()),
                Arg::Count(count) => values.set(*name, *count),
            }
        }
        std::iter::once(&self.bundle)
            .chain(&self.english)
            .find_map(|bundle| lookup(bundle, key, &values))
    }

    /// The text of a code of the model.
    pub fn code<C: Coded>(&self, code: C) -> String {
        self.get(&code.key())
    }
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.identifier()]);
    // Isolation marks (U+2068, U+2069) would stand as boxes in mails and consoles.
    bundle.set_use_isolating(false);
    for source in lang.sources() {
        // A message that does not parse is left out, and found by a test.
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn lookup(
    bundle: &FluentBundle<FluentResource>,
    key: &str,
    args: &FluentArgs<'_>,
) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    Some(
        bundle
            .format_pattern(pattern, Some(args), &mut errors)
            .into_owned(),
    )
}
