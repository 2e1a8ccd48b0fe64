//! The memory of a Mac.

use crate::inventory::mac::sysctl;
use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::AllUnknown;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::MemoryFacts;
use crate::model::units::Mebibytes;

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> MemoryFacts {
    let values = match sysctl(mac, &["hw"]) {
        Ok(values) => values,
        Err(why) => return MemoryFacts::all_unknown(&why),
    };
    let bytes = |name: &str| match values.get(name).map(|v| v.parse::<u64>()) {
        Some(Ok(bytes)) if bytes >> 20 > 0 => {
            Fact::known(Mebibytes(bytes >> 20), format!("sysctl {name}"))
        }
        Some(_) => Fact::unknown_because(UnknownCode::Unparsable, format!("sysctl {name}")),
        None => Fact::unknown_because(UnknownCode::NotFound, format!("sysctl {name}")),
    };
    MemoryFacts {
        installed: bytes("hw.memsize"),
        usable: bytes("hw.memsize_usable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn recorded_macs() {
        let memory = read(&recorded("macbook-pro-m1-pro"));
        assert_eq!(memory.installed.value(), Some(&Mebibytes(16_384)));
        assert!(memory.usable.value() < memory.installed.value());
        let memory = read(&recorded("imac-intel"));
        assert_eq!(memory.installed.value(), Some(&Mebibytes(8_192)));
        assert_eq!(memory.usable.value(), None);
    }
}
