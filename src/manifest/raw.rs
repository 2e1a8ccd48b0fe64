//! From bytes to types: size, encoding, JSON, keys; each complaint with its line, column and JSON path.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read as _;
use std::path::Path;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use super::error::{ManifestError, Problem, clean, meant};

/// The most that is read of one file: some thirty times the largest edition file.
pub(super) const LARGEST: u64 = 4 * 1024 * 1024;

/// A step of a JSON path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into an object.
    Key(String),
    /// Into a list.
    Index(usize),
}

/// A JSON path; shown as `requirements[3].rule.memory`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct JsonPath(Vec<Step>);

impl JsonPath {
    /// This path and one more key.
    pub(super) fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }
    /// This path and one more index.
    pub(super) fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }
}
impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(k) if n == 0 => write!(f, "{k}")?,
                Step::Key(k) => write!(f, ".{k}")?,
                Step::Index(i) => write!(f, "[{i}]")?,
            }
        }
        Ok(())
    }
}

/// Something wrong at a path, before its line is looked up.
#[derive(Debug)]
pub(super) struct Finding {
    /// Where.
    pub(super) at: JsonPath,
    /// What.
    pub(super) problem: Problem,
}

impl Finding {
    /// The error that names file, line and column too.
    pub(super) fn in_file(self, file: &str, text: &str) -> ManifestError {
        let position = locate(text, &self.at);
        ManifestError {
            file: file.to_owned(),
            line: position.map(|p| p.0),
            column: position.map(|p| p.1),
            path: clean(&self.at.to_string()),
            problem: self.problem,
        }
    }
}

/// An error about a whole file.
pub(super) fn whole(file: &str, problem: Problem) -> ManifestError {
    ManifestError {
        file: file.to_owned(),
        line: None,
        column: None,
        path: String::new(),
        problem,
    }
}

/// Reads a regular file of at most [`LARGEST`] bytes as UTF-8; a byte order mark is dropped.
pub(super) fn read(path: &Path, name: &str) -> Result<String, ManifestError> {
    let unreadable = |e: std::io::Error| whole(name, Problem::Unreadable(e.to_string()));
    // A pipe or device could block or never end.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(whole(
            name,
            Problem::Unreadable("it is not a regular file".to_owned()),
        ));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|f| f.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    decode(bytes, name)
}

/// Checks size and encoding.
pub(super) fn decode(bytes: Vec<u8>, name: &str) -> Result<String, ManifestError> {
    if bytes.len() as u64 > LARGEST {
        return Err(whole(name, Problem::TooLarge { limit: LARGEST }));
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|e| whole(name, Problem::NotUtf8(e.utf8_error().valid_up_to())))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// Reads JSON text into a type; unknown, missing and repeated keys are errors.
pub(super) fn parse<T: DeserializeOwned>(text: &str, file: &str) -> Result<T, ManifestError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let path = e.path().to_string();
        from_serde(e.inner(), &path, file)
    })?;
    json.end().map_err(|e| from_serde(&e, "", file))?;
    Ok(value)
}

/// Refuses objects that hold a key twice. Types see only one of the two values.
pub(super) fn refuse_repeated_keys(text: &str, file: &str) -> Result<(), ManifestError> {
    let mut json = serde_json::Deserializer::from_str(text);
    Unrepeated
        .deserialize(&mut json)
        .map_err(|e| from_serde(&e, "", file))
}

fn from_serde(e: &serde_json::Error, path: &str, file: &str) -> ManifestError {
    use serde_json::error::Category;

    let full = e.to_string();
    let message = full
        .rfind(" at line ")
        .and_then(|end| full.get(..end))
        .unwrap_or(&full);
    let problem = if message.starts_with("recursion limit exceeded") {
        Problem::TooDeep
    } else {
        match e.classify() {
            Category::Eof => Problem::Truncated(clean(message)),
            Category::Syntax | Category::Io => Problem::Syntax(clean(message)),
            Category::Data => data_problem(message),
        }
    };
    // serde_path_to_error ends a path with "?" where it lost track, and calls the top ".".
    let path = path.trim_end_matches(['?', '.']);
    ManifestError {
        file: file.to_owned(),
        line: (e.line() > 0).then(|| e.line()),
        column: (e.line() > 0).then(|| e.column()),
        path: clean(path),
        problem,
    }
}

/// Sorts serde's messages, which are its only way to say what was wrong.
fn data_problem(message: &str) -> Problem {
    let mut quoted = message.split('`').skip(1).step_by(2).map(clean);
    let mut next = || quoted.next().unwrap_or_default();
    if message.starts_with("unknown field `") {
        let key = next();
        let allowed: Vec<String> = quoted.collect();
        let meant = meant(&key, allowed.iter().map(String::as_str));
        Problem::UnknownKey {
            key,
            allowed,
            meant,
        }
    } else if message.starts_with("unknown variant `") {
        let value = next();
        let allowed: Vec<String> = quoted.collect();
        let meant = meant(&value, allowed.iter().map(String::as_str));
        Problem::UnknownValue {
            value,
            allowed,
            meant,
        }
    } else if message.starts_with("missing field `") {
        Problem::MissingKey(next())
    } else if message.starts_with("duplicate field `") {
        Problem::DuplicateKey(next())
    } else {
        Problem::WrongValue(clean(message))
    }
}

/// Walks any JSON and fails at an object's second key of the same name.
struct Unrepeated;

impl<'de> DeserializeSeed<'de> for Unrepeated {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}
impl<'de> Visitor<'de> for Unrepeated {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Self)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                let shown = clean(&key).replace('`', "'");
                return Err(A::Error::custom(format_args!("duplicate field `{shown}`")));
            }
            seen.insert(key);
            map.next_value_seed(Self)?;
        }
        Ok(())
    }
}

/// Line and column of a path in JSON text that was read before.
fn locate(text: &str, at: &JsonPath) -> Option<(usize, usize)> {
    let mut json = serde_json::Deserializer::from_str(text);
    // Reaching the place is reported as an error, for errors carry the reader's position.
    match (Locate { rest: &at.0 }).deserialize(&mut json) {
        Err(e) if e.line() > 0 => Some((e.line(), e.column())),
        _ => None,
    }
}

struct Locate<'a> {
    rest: &'a [Step],
}

impl<'de> DeserializeSeed<'de> for Locate<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        if self.rest.is_empty() {
            Err(D::Error::custom("here"))
        } else {
            d.deserialize_any(self)
        }
    }
}
impl<'de> Visitor<'de> for Locate<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or object on the way")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((Step::Index(wanted), rest)) = self.rest.split_first() else {
            return Err(A::Error::custom("here"));
        };
        for _ in 0..*wanted {
            if list.next_element::<serde::de::IgnoredAny>()?.is_none() {
                return Err(A::Error::custom("here"));
            }
        }
        list.next_element_seed(Locate { rest })?;
        Err(A::Error::custom("here"))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((Step::Key(wanted), rest)) = self.rest.split_first() else {
            return Err(A::Error::custom("here"));
        };
        while let Some(key) = map.next_key::<String>()? {
            if key == *wanted {
                map.next_value_seed(Locate { rest })?;
                break;
            }
            map.next_value::<serde::de::IgnoredAny>()?;
        }
        // The key is absent: the end of the object that should hold it is as near as it gets.
        Err(A::Error::custom("here"))
    }
}
