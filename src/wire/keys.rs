//! Keys and the short authenticators made with them.
//!
//! The access key in the join URL opens a session. Each session then has a key of its own, from which one key for each
//! transport and port is derived: a packet that a middlebox diverts to another port does not verify there.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::model::rule::Transport;

/// Length of the truncated authenticators, octets (RFC 8762 section 4.4: HMAC-SHA-256 truncated to 128 bits).
pub const TAG_LEN: usize = 16;

/// A truncated HMAC-SHA-256.
pub type Tag = [u8; TAG_LEN];

/// The text is not a key of this length in base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {0} bytes as base64url without padding")]
pub struct KeyError(pub usize);

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $len]);

        impl $name {
            /// A fresh key from the operating system's generator.
            pub fn random() -> Self {
                Self(rand::random())
            }
            /// The key with these bytes.
            pub fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
            /// The secret itself, base64url.
            pub fn reveal(&self) -> String {
                URL_SAFE_NO_PAD.encode(self.0)
            }
            /// Whether the other is the same, in a time that does not depend on where they differ.
            pub fn matches(&self, other: &Self) -> bool {
                same(&self.0, &other.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = KeyError;
            fn try_from(text: String) -> Result<Self, KeyError> {
                text.parse()
            }
        }
        impl std::str::FromStr for $name {
            type Err = KeyError;
            fn from_str(text: &str) -> Result<Self, KeyError> {
                let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError($len))?;
                bytes.try_into().map(Self).map_err(|_| KeyError($len))
            }
        }
        impl From<$name> for String {
            fn from(key: $name) -> Self {
                key.reveal()
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

secret!(
    /// Opens sessions; part of the join URL.
    AccessKey, 16
);
secret!(
    /// Names and authenticates one session on the control channel.
    SessionToken, 16
);
secret!(
    /// The root of one session's packet keys.
    SessionKey, 32
);

impl SessionKey {
    /// The key for one port of one transport.
    pub fn port(&self, transport: Transport, port: u16) -> PortKey {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let label: &[u8] = match transport {
            Transport::Tcp => b"meetready/1 tcp",
            Transport::Udp => b"meetready/1 udp",
        };
        let mut text = label.to_vec();
        text.extend_from_slice(&port.to_be_bytes());
        let derived = hmac::sign(&root, &text);
        PortKey(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }
}

/// Authenticates what is said on one port of one transport in one session.
#[derive(Clone)]
pub struct PortKey(hmac::Key);

impl PortKey {
    /// The key that this secret is, for another use than a port.
    pub(crate) fn of(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
    /// The authenticator of these parts, as if they were one text.
    pub fn tag(&self, parts: &[&[u8]]) -> Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let full = context.sign();
        let mut out = [0; TAG_LEN];
        for (to, from) in out.iter_mut().zip(full.as_ref()) {
            *to = *from;
        }
        out
    }
    /// Whether the authenticator belongs to these parts.
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        same(&self.tag(parts), tag)
    }
}

impl fmt::Debug for PortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortKey(hidden)")
    }
}

/// Equality in a time that depends on the length only.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && std::hint::black_box(a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y))) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_form_and_is_not_printed() {
        let key = AccessKey::random();
        assert_eq!(key.reveal().parse::<AccessKey>(), Ok(key.clone()));
        assert!(!format!("{key:?}").contains(&key.reveal()));
        for bad in ["", "AAAA", "not base64 !!", &"A".repeat(100)] {
            assert_eq!(bad.parse::<AccessKey>(), Err(KeyError(16)), "{bad}");
        }
    }

    #[test]
    fn each_port_and_transport_has_its_own_key() {
        let session = SessionKey::from_bytes([7; 32]);
        let key = session.port(Transport::Udp, 8801);
        let tag = key.tag(&[b"a", b"bc"]);
        assert!(key.verify(&[b"abc"], &tag));
        assert!(!key.verify(&[b"abd"], &tag));
        assert!(!key.verify(&[b"abc"], &tag[..15]));
        assert!(!session.port(Transport::Udp, 8802).verify(&[b"abc"], &tag));
        assert!(!session.port(Transport::Tcp, 8801).verify(&[b"abc"], &tag));
    }
}
