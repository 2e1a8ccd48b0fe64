//! Host and user name of a Mac.

use crate::inventory::mac::sysctl;
use crate::inventory::sys::macos::Mac;
use crate::model::evidence::Subject;

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> Subject {
    Subject {
        host: sysctl(mac, &["kern.hostname"])
            .ok()
            .and_then(|mut values| values.remove("kern.hostname"))
            .filter(|name| !name.is_empty()),
        user: mac.env("USER").filter(|name| !name.is_empty()),
        ..Subject::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn recorded_mac() {
        let subject = read(&recorded("macbook-pro-m1-pro"));
        assert_eq!(subject.host.as_deref(), Some("Someones-MacBook-Pro.local"));
        assert_eq!(subject.user.as_deref(), Some("someone"));
    }
}
