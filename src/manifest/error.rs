//! What can be wrong with a requirement file, said so that its author can mend it.

use std::fmt;

/// A requirement file that cannot be used: where, what and how to mend it. One line of text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{problem}", Place(self), Inside(&self.path))]
pub struct ManifestError {
    /// The file, as it was named; embedded files begin with `embedded:`.
    pub file: String,
    /// Line, from 1; none where the whole file is meant.
    pub line: Option<usize>,
    /// Column in characters of serde's count, from 1; none where the whole file is meant.
    pub column: Option<usize>,
    /// JSON path such as `requirements[3].rule.memory`; empty at the top.
    pub path: String,
    /// What is wrong, and the mend.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file or folder cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is larger than any requirement file.
    #[error("is larger than {limit} bytes; split it, or give a requirement file")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error("is not UTF-8 text (first bad byte at offset {0}); save it as UTF-8")]
    NotUtf8(usize),
    /// The text is no JSON.
    #[error("is not valid JSON: {0}")]
    Syntax(String),
    /// The text ends too early.
    #[error("ends before its JSON is complete: {0}; was it cut off?")]
    Truncated(String),
    /// Lists and objects within each other, deeper than any requirement needs.
    #[error("is nested too deeply; requirement files need fewer than 128 levels")]
    TooDeep,
    /// A key that nothing reads.
    #[error("unknown key {key:?}; {}{}", Allowed(.allowed), Meant(.meant))]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that may stand here.
        allowed: Vec<String>,
        /// The key that was probably meant.
        meant: Option<String>,
    },
    /// A word that is none of those that may stand here.
    #[error("unknown value {value:?}; {}{}", Allowed(.allowed), Meant(.meant))]
    UnknownValue {
        /// The word.
        value: String,
        /// The words that may stand here.
        allowed: Vec<String>,
        /// The word that was probably meant.
        meant: Option<String>,
    },
    /// A key that must be there is not.
    #[error("key {0:?} is missing; add it")]
    MissingKey(String),
    /// The same key twice in one object: one of the two values would be lost.
    #[error("key {0:?} stands twice in one object; keep one")]
    DuplicateKey(String),
    /// A value of another type or form.
    #[error("{0}")]
    WrongValue(String),
    /// Two things of the same id.
    #[error("{what} {id:?} is also used at {first}; give each its own")]
    DuplicateId {
        /// What has the id, such as `requirement id`.
        what: &'static str,
        /// The id.
        id: String,
        /// Where it stood first.
        first: String,
    },
    /// A variant that the product does not declare.
    #[error("variant {variant:?} is not declared in \"variants\"; {}{}", Allowed(.declared), Meant(.meant))]
    UndeclaredVariant {
        /// The variant.
        variant: String,
        /// Declared ones.
        declared: Vec<String>,
        /// The one that was probably meant.
        meant: Option<String>,
    },
    /// More than one variant is the default.
    #[error("variants {first:?} and {second:?} are both the default; keep one")]
    SeveralDefaults {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// A list that holds nothing.
    #[error("{0} is empty; add at least one entry or take the requirement out")]
    Empty(&'static str),
    /// Lower above upper.
    #[error("the lower figure {lower} is above the upper figure {upper}; exchange them")]
    Reversed {
        /// Lower.
        lower: u64,
        /// Upper.
        upper: u64,
    },
    /// A name inside the file is not the one outside it.
    #[error("{key} is {inside:?}, but the {place} is named {outside:?}; make them the same")]
    NameDiffers {
        /// The key inside.
        key: &'static str,
        /// Its value.
        inside: String,
        /// What bears the other name: `file` or `folder`.
        place: &'static str,
        /// The other name.
        outside: String,
    },
    /// Another contradiction.
    #[error("{what}; {mend}")]
    Contradiction {
        /// What is wrong.
        what: String,
        /// The mend.
        mend: String,
    },
    /// None of the kinds of requirement files.
    #[error(
        "is no requirement file: an edition has the key \"edition\", a product \"product\", endpoints \"endpoints\", \
         browser releases \"browsers\", a baseline \"requirements\""
    )]
    UnknownKind,
    /// A file in a place where none is looked for.
    #[error(
        "stands in no place that is read; use DIR/<vendor>/<edition>/<product>.json, \
         DIR/<vendor>/browsers.json, DIR/<vendor>/endpoints.json or DIR/baseline/<name>.json"
    )]
    WrongPlace,
    /// A folder without requirement files.
    #[error("holds no requirement files; expected DIR/<vendor>/<edition>/<product>.json")]
    NothingFound,
    /// An edition folder without `edition.json`, for an edition that is not known.
    #[error("edition {0:?} has no edition.json; add one beside its products")]
    NoEditionFile(String),
    /// An edition without products.
    #[error("edition {0:?} has no products; add <product>.json beside its edition.json")]
    NoProducts(String),
}

struct Place<'a>(&'a ManifestError);
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.file)?;
        if let Some(line) = self.0.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.0.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": ")
    }
}

struct Inside<'a>(&'a str);
impl fmt::Display for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            Ok(())
        } else {
            write!(f, "{}: ", self.0)
        }
    }
}

/// Shows what is allowed, at most 40 words of it.
pub(super) struct Allowed<'a>(pub(super) &'a [String]);
impl fmt::Display for Allowed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 40;
        if self.0.is_empty() {
            return write!(f, "none is allowed here");
        }
        let shown: Vec<&str> = self.0.iter().take(MOST).map(String::as_str).collect();
        write!(f, "allowed: {}", shown.join(", "))?;
        if self.0.len() > MOST {
            write!(f, " and {} more", self.0.len() - MOST)?;
        }
        Ok(())
    }
}

/// Shows what was probably meant.
pub(super) struct Meant<'a>(pub(super) &'a Option<String>);
impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(word) => write!(f, " (did you mean {word:?}?)"),
            None => Ok(()),
        }
    }
}

/// The known word that is nearest to a mistyped one, if one is near enough.
pub(super) fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // A third of the letters wrong is still a slip; more is another word.
    let most = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, k)| k.to_owned())
}

/// Text from outside, fit for one line of a terminal: no control characters, and not endless.
pub(super) fn clean(text: &str) -> String {
    const MOST: usize = 400;
    let mut out: String = text
        .chars()
        .take(MOST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
