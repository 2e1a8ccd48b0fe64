//! Joining a LAN reflector by a short code: who types the code that the control PC shows need not copy a join URL.
//!
//! The announcement on the LAN holds no secret and is not believed: the agent connects to whatever answers, takes the
//! certificate that it shows, and both prove to each other, bound to that certificate, that they know the code. Only then
//! the reflector hands out its access key inside that TLS connection. Who stands in between shows another certificate, so
//! neither proof fits. What an impostor can gain is material to guess the code with: 40 random bits, each guess
//! 100,000 rounds of PBKDF2, for a code that is made anew at each start. Guesses at the reflector itself are limited to
//! one a second for each source.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::pbkdf2;
use serde::{Deserialize, Serialize};

use super::join::Fingerprint;
use super::keys::{AccessKey, PortKey, Tag};

/// Service type of the announcement (RFC 6763 section 4.1.2).
pub const SERVICE: &str = "_meetready._tcp.local.";
/// Symbols of a code: digits and letters without I, L, O and U, which are misread.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols in a code.
const LENGTH: usize = 8;
/// Rounds of PBKDF2: a fraction of a second on a slow PC.
const ROUNDS: u32 = 100_000;

/// The code that a LAN reflector shows, 40 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; LENGTH]);

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 8 letters and digits, such as K7QM-4TXP; read it again from the control PC")]
pub struct CodeError;

impl Code {
    /// A fresh code.
    pub fn random() -> Self {
        let bits: u64 = rand::random();
        Self(std::array::from_fn(|n| {
            let index = (bits >> (5 * n)) & 31;
            SYMBOLS[usize::try_from(index).unwrap_or_default()]
        }))
    }
    /// As it is shown: two groups of four.
    pub fn reveal(&self) -> String {
        let text: String = self.0.iter().map(|b| char::from(*b)).collect();
        let (first, second) = text.split_at(LENGTH / 2);
        format!("{first}-{second}")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(hidden)")
    }
}

impl FromStr for Code {
    type Err = CodeError;
    /// Reads what people type: small letters, blanks, an O for a zero, and the wide forms of an input method that was left
    /// on.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut out = [0; LENGTH];
        let mut at = 0;
        for c in text.chars() {
            // Fullwidth forms (U+FF01 to U+FF5E) stand in the order of ASCII.
            let c = match c {
                '\u{ff01}'..='\u{ff5e}' => {
                    char::from_u32(u32::from(c) - 0xfee0).ok_or(CodeError)?
                }
                c => c,
            };
            let c = match c.to_ascii_uppercase() {
                ' ' | '\u{3000}' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' => {
                    continue;
                }
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let symbol = u8::try_from(c).map_err(|_| CodeError)?;
            let slot = out.get_mut(at).ok_or(CodeError)?;
            *slot = *SYMBOLS.iter().find(|s| **s == symbol).ok_or(CodeError)?;
            at += 1;
        }
        if at == LENGTH {
            Ok(Self(out))
        } else {
            Err(CodeError)
        }
    }
}

/// What both sides make of the code and the certificate.
#[derive(Debug, Clone)]
pub struct PairKey(PortKey);

/// Asks for the access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairRequest {
    /// 16 octets of the agent's choice, base64url.
    pub nonce: String,
    /// Shows that the agent knows the code, base64url.
    pub proof: String,
}

/// Gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairReply {
    /// Opens sessions.
    pub key: AccessKey,
    /// Shows that the reflector knows the code, base64url.
    pub proof: String,
}

impl PairKey {
    /// Takes a fraction of a second of computing.
    pub fn derive(code: &Code, certificate: &Fingerprint) -> Self {
        let mut salt = b"meetready/1 pair".to_vec();
        salt.extend_from_slice(&certificate.0);
        let mut out = [0; 32];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            NonZeroU32::new(ROUNDS).unwrap_or(NonZeroU32::MIN),
            &salt,
            &code.0,
            &mut out,
        );
        Self(PortKey::of(&out))
    }
    /// A fresh request.
    pub fn ask(&self) -> PairRequest {
        let nonce = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
        let proof = self.0.tag(&[b"agent", nonce.as_bytes()]);
        PairRequest {
            nonce,
            proof: text(&proof),
        }
    }
    /// The answer to a request whose proof is right.
    pub fn answer(&self, ask: &PairRequest, key: &AccessKey) -> Option<PairReply> {
        let right = octets(&ask.proof)
            .is_some_and(|p| self.0.verify(&[b"agent", ask.nonce.as_bytes()], &p));
        right.then(|| PairReply {
            key: key.clone(),
            proof: text(&self.reflector(ask, key)),
        })
    }
    /// Whether the answer is of a reflector that knows the code.
    pub fn is_answer(&self, ask: &PairRequest, reply: &PairReply) -> bool {
        let key = reply.key.reveal();
        let parts: [&[u8]; 3] = [b"reflector", ask.nonce.as_bytes(), key.as_bytes()];
        octets(&reply.proof).is_some_and(|p| self.0.verify(&parts, &p))
    }
    fn reflector(&self, ask: &PairRequest, key: &AccessKey) -> Tag {
        let key = key.reveal();
        self.0
            .tag(&[b"reflector", ask.nonce.as_bytes(), key.as_bytes()])
    }
}

fn text(tag: &Tag) -> String {
    URL_SAFE_NO_PAD.encode(tag)
}
fn octets(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code: Code = "K7QM-4TX0".parse().unwrap();
        for typed in [
            "k7qm4txo",
            " K7QM 4TX0 ",
            "Ｋ７ＱＭ－４ＴＸ０",
            "k7qm–4txO",
            "k7qmー4tx0",
        ] {
            assert_eq!(typed.parse::<Code>(), Ok(code.clone()), "{typed}");
        }
        for wrong in [
            "",
            "K7QM-4TX",
            "K7QM-4TX00",
            "K7QM-4TXU",
            "日本語の文字です",
        ] {
            assert_eq!(wrong.parse::<Code>(), Err(CodeError), "{wrong}");
        }
        for _ in 0..100 {
            let fresh = Code::random();
            assert_eq!(fresh.reveal().parse::<Code>(), Ok(fresh));
        }
        assert!(!format!("{code:?}").contains("K7"));
    }

    #[test]
    fn both_sides_must_know_the_code_and_see_the_same_certificate() {
        let (code, other) = (Code::random(), Code::random());
        let seen = Fingerprint([1; 32]);
        let key = PairKey::derive(&code, &seen);
        let access = AccessKey::random();
        let ask = key.ask();
        let reply = key.answer(&ask, &access).unwrap();
        assert!(key.is_answer(&ask, &reply));
        let between = PairKey::derive(&code, &Fingerprint([2; 32]));
        let wrong = PairKey::derive(&other, &seen);
        for stranger in [&between, &wrong] {
            assert!(stranger.answer(&ask, &access).is_none());
            assert!(!stranger.is_answer(&ask, &reply));
            assert!(key.answer(&stranger.ask(), &access).is_none());
        }
        // Another key than the one that was vouched for.
        let swapped = PairReply {
            key: AccessKey::random(),
            ..reply
        };
        assert!(!key.is_answer(&ask, &swapped));
    }
}
