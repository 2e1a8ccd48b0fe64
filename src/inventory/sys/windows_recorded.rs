//! A registry recorded as text, for tests on every OS.

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

use super::windows_rows::{Hive, Key, Registry};

enum Value {
    Text(String),
    Number(u32),
    Bytes(Vec<u8>),
}

/// A few recorded keys.
#[derive(Default)]
pub(in crate::inventory) struct Recorded(Vec<(Key, String, Value)>);

impl Recorded {
    /// Reads lines of `[HKLM\key]` (`[HKLM32\key]` for the 32-bit view), then `name=text`, `name=#number` or
    /// `name=:hex`; an empty name is the default value.
    pub(in crate::inventory) fn new(text: &str) -> Self {
        let mut values = Vec::new();
        let mut key = Key::machine("");
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            if let Some(path) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                let (hive, path) = path.split_once('\\').expect("a hive and a path");
                key = match hive {
                    "HKLM" => Key::machine(path),
                    "HKLM32" => Key::machine(path).bits32(),
                    "HKCU" => Key::user(path),
                    "HKCU32" => Key::user(path).bits32(),
                    other => panic!("{other}"),
                };
                values.push((key.clone(), "\0".to_owned(), Value::Number(0)));
                continue;
            }
            let (name, value) = line.split_once('=').expect("name=value");
            let value = if let Some(number) = value.strip_prefix('#') {
                Value::Number(number.parse().expect("a number"))
            } else if let Some(hex) = value.strip_prefix(':') {
                let digit = |c: &u8| char::from(*c).to_digit(16).expect("hex");
                let byte = |p: &[u8]| u8::try_from(digit(&p[0]) * 16 + digit(&p[1])).expect("byte");
                Value::Bytes(hex.as_bytes().chunks_exact(2).map(byte).collect())
            } else {
                Value::Text(value.to_owned())
            };
            values.push((key.clone(), name.to_owned(), value));
        }
        Self(values)
    }

    fn find(&self, key: &Key, name: &str) -> Result<&Value, Unknown> {
        self.0
            .iter()
            .find(|(k, n, _)| same(k, key) && n.eq_ignore_ascii_case(name))
            .map(|(_, _, v)| v)
            .ok_or_else(|| why(UnknownCode::NotFound, format!("{key}\\{name}")))
    }
}

/// A user's keys are the same in both views, but for the classes.
fn same(a: &Key, b: &Key) -> bool {
    a.hive == b.hive
        && (a.view == b.view || a.hive == Hive::User)
        && a.path.eq_ignore_ascii_case(&b.path)
}

fn mismatch(key: &Key, name: &str) -> Unknown {
    why(UnknownCode::Unparsable, format!("{key}\\{name}"))
}

impl Registry for Recorded {
    fn text(&self, key: &Key, name: &str) -> Result<String, Unknown> {
        match self.find(key, name)? {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(mismatch(key, name)),
        }
    }
    fn number(&self, key: &Key, name: &str) -> Result<u32, Unknown> {
        match self.find(key, name)? {
            Value::Number(number) => Ok(*number),
            _ => Err(mismatch(key, name)),
        }
    }
    fn bytes(&self, key: &Key, name: &str) -> Result<Vec<u8>, Unknown> {
        match self.find(key, name)? {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            _ => Err(mismatch(key, name)),
        }
    }
    fn keys(&self, key: &Key) -> Result<Vec<String>, Unknown> {
        let below = format!("{}\\", key.path.to_ascii_lowercase());
        let mut names: Vec<String> = Vec::new();
        let mut exists = false;
        for (k, _, _) in &self.0 {
            let here = Key {
                path: key.path.clone(),
                ..k.clone()
            };
            if !same(&here, key) {
                continue;
            }
            exists |= k.path.eq_ignore_ascii_case(&key.path);
            let Some(rest) = k
                .path
                .to_ascii_lowercase()
                .strip_prefix(&below)
                .map(str::len)
            else {
                continue;
            };
            exists = true;
            let rest = &k.path[k.path.len() - rest..];
            let name = rest.split('\\').next().unwrap_or_default();
            if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                names.push(name.to_owned());
            }
        }
        if exists {
            Ok(names)
        } else {
            Err(why(UnknownCode::NotFound, key.to_string()))
        }
    }
}
