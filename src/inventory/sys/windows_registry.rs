//! The running registry.

use std::fmt::Display;

use windows::core::HRESULT;
use windows_registry::{CURRENT_USER, Key as OpenKey, LOCAL_MACHINE};

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

use super::windows::code_of;
use super::windows_rows::{Hive, Key, Registry, View};

/// Most keys that are listed below one key.
const MAX_KEYS: usize = 4096;

/// The registry of this machine and this user.
#[derive(Debug, Clone, Copy)]
pub(in crate::inventory) struct ThisRegistry;

impl ThisRegistry {
    fn open(key: &Key) -> Result<OpenKey, Unknown> {
        let hive = match key.hive {
            Hive::Machine => LOCAL_MACHINE,
            Hive::User => CURRENT_USER,
        };
        let mut options = hive.options();
        options.read();
        match key.view {
            View::Bits64 => options.wow64_64(),
            View::Bits32 => options.wow64_32(),
        };
        options
            .open(&key.path)
            .map_err(|e| refused(&key.to_string(), e.code().0, &e))
    }
}

/// `windows-registry` carries its own copy of the error types: the number is what both have.
fn refused(place: &str, code: i32, e: &dyn Display) -> Unknown {
    let code = HRESULT(code);
    // A value of another type than asked for ends in ERROR_INVALID_DATA.
    let kind = if code == HRESULT::from_win32(13) {
        UnknownCode::Unparsable
    } else {
        code_of(code)
    };
    why(kind, format!("{place}: {e}"))
}

impl Registry for ThisRegistry {
    fn text(&self, key: &Key, name: &str) -> Result<String, Unknown> {
        Self::open(key)?
            .get_string(name)
            .map_err(|e| refused(&format!("{key}\\{name}"), e.code().0, &e))
    }

    fn number(&self, key: &Key, name: &str) -> Result<u32, Unknown> {
        Self::open(key)?
            .get_u32(name)
            .map_err(|e| refused(&format!("{key}\\{name}"), e.code().0, &e))
    }

    fn bytes(&self, key: &Key, name: &str) -> Result<Vec<u8>, Unknown> {
        Self::open(key)?
            .get_bytes(name)
            .map_err(|e| refused(&format!("{key}\\{name}"), e.code().0, &e))
    }

    fn keys(&self, key: &Key) -> Result<Vec<String>, Unknown> {
        let open = Self::open(key)?;
        let keys = open
            .keys()
            .map_err(|e| refused(&key.to_string(), e.code().0, &e))?;
        Ok(keys.take(MAX_KEYS).collect())
    }
}
