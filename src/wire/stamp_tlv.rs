//! STAMP options (RFC 8972 section 4): type, length, value, after the base packet.
//!
//! Extra Padding and HMAC are understood. Other types are returned with the U flag, as section 4 asks.

use super::keys::{PortKey, TAG_LEN};

/// U: the reflector did not understand the option.
pub const UNRECOGNISED: u8 = 0x80;
/// M: the option is malformed.
pub const MALFORMED: u8 = 0x40;
/// I: the options did not pass the integrity check.
pub const INTEGRITY: u8 = 0x20;

/// Extra Padding (RFC 8972 section 4.1).
pub const EXTRA_PADDING: u8 = 1;
/// HMAC (RFC 8972 section 4.8).
pub const HMAC: u8 = 8;

const HEADER: usize = 4;

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Flags.
    pub flags: u8,
    /// Type.
    pub kind: u8,
    /// Value.
    pub value: &'a [u8],
}

/// The options, and what was left that is not a whole one.
pub fn parse(mut bytes: &[u8]) -> (Vec<Tlv<'_>>, &[u8]) {
    let mut out = Vec::new();
    while let [flags, kind, l1, l2, rest @ ..] = bytes {
        let len = usize::from(u16::from_be_bytes([*l1, *l2]));
        let Some((value, next)) = rest.split_at_checked(len) else {
            break;
        };
        out.push(Tlv {
            flags: *flags,
            kind: *kind,
            value,
        });
        bytes = next;
    }
    (out, bytes)
}

/// Appends one option.
pub fn push(out: &mut Vec<u8>, flags: u8, kind: u8, value: &[u8]) {
    let Ok(len) = u16::try_from(value.len()) else {
        return;
    };
    out.extend_from_slice(&[flags, kind]);
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(value);
}

/// Makes a packet up to `size` octets with an Extra Padding option. The padding varies, so that no link compresses it.
pub fn pad(out: &mut Vec<u8>, size: usize) {
    if size <= out.len() {
        return;
    }
    let mut value = vec![
        0;
        (size - out.len())
            .saturating_sub(HEADER)
            .min(usize::from(u16::MAX))
    ];
    rand::fill(value.as_mut_slice());
    push(out, UNRECOGNISED, EXTRA_PADDING, &value);
}

/// Appends the HMAC option over the sequence number of the base packet and all options so far.
pub fn sign(out: &mut Vec<u8>, base_len: usize, key: &PortKey) {
    let (Some(sequence), Some(options)) = (out.get(..4), out.get(base_len..)) else {
        return;
    };
    let tag = key.tag(&[sequence, options]);
    push(out, UNRECOGNISED, HMAC, &tag);
}

/// Whether the options of an authenticated packet are protected as section 4.8 asks: by an HMAC option after all others
/// but Extra Padding, or not at all when the only one is Extra Padding.
pub fn intact(bytes: &[u8], sequence: u32, key: &PortKey) -> bool {
    let (options, rest) = parse(bytes);
    if !rest.is_empty() {
        return false;
    }
    let Some(place) = options.iter().position(|o| o.kind == HMAC) else {
        return matches!(
            options.as_slice(),
            [] | [Tlv {
                kind: EXTRA_PADDING,
                ..
            }]
        );
    };
    let (before, after) = options.split_at(place);
    let Some((hmac, after)) = after.split_first() else {
        return false;
    };
    let covered: usize = before.iter().map(|o| HEADER + o.value.len()).sum();
    hmac.value.len() == TAG_LEN
        && after.iter().all(|o| o.kind == EXTRA_PADDING)
        && bytes
            .get(..covered)
            .is_some_and(|text| key.verify(&[&sequence.to_be_bytes(), text], hmac.value))
}

/// Appends the reflector's answer to the options of a request; the same number of octets.
pub fn answer(request: &[u8], asked: u32, sequence: u32, key: &PortKey, out: &mut Vec<u8>) {
    let (options, rest) = parse(request);
    let integrity = if intact(request, asked, key) {
        0
    } else {
        INTEGRITY
    };
    let start = out.len();
    for option in options {
        match option.kind {
            HMAC if integrity == 0 => {
                let text = out.get(start..).unwrap_or_default();
                let tag = key.tag(&[&sequence.to_be_bytes(), text]);
                push(out, 0, HMAC, &tag);
            }
            EXTRA_PADDING | HMAC => push(out, integrity, option.kind, option.value),
            other => push(out, UNRECOGNISED | integrity, other, option.value),
        }
    }
    // What is no whole option goes back as it came, with M where a flag octet is.
    let mut rest = rest.to_vec();
    if let [flags, _, _, _, ..] = rest.as_mut_slice() {
        *flags = (*flags & !UNRECOGNISED) | MALFORMED | integrity;
    }
    out.append(&mut rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rule::Transport;
    use crate::wire::keys::SessionKey;

    fn key() -> PortKey {
        SessionKey::from_bytes([1; 32]).port(Transport::Udp, 1)
    }

    #[test]
    fn protected_options_come_back_protected() {
        let mut request = 5u32.to_be_bytes().to_vec();
        push(&mut request, UNRECOGNISED, 4, &[1, 2, 3, 4]);
        sign(&mut request, 4, &key());
        push(&mut request, UNRECOGNISED, EXTRA_PADDING, &[0; 8]);
        let options = &request[4..];
        assert!(intact(options, 5, &key()));
        assert!(!intact(options, 6, &key()));
        let mut out = Vec::new();
        answer(options, 5, 77, &key(), &mut out);
        assert_eq!(out.len(), options.len());
        assert!(intact(&out, 77, &key()));
        let flags: Vec<_> = parse(&out).0.iter().map(|o| (o.kind, o.flags)).collect();
        assert_eq!(flags, [(4, UNRECOGNISED), (HMAC, 0), (EXTRA_PADDING, 0)]);
    }

    #[test]
    fn unprotected_and_broken_options_are_flagged() {
        let mut bare = Vec::new();
        push(&mut bare, UNRECOGNISED, 4, &[1, 2, 3, 4]);
        let mut out = Vec::new();
        answer(&bare, 0, 0, &key(), &mut out);
        assert_eq!(out[0], UNRECOGNISED | INTEGRITY);
        let broken = [UNRECOGNISED, EXTRA_PADDING, 0, 9, 1];
        out.clear();
        answer(&broken, 0, 0, &key(), &mut out);
        assert_eq!(out, [MALFORMED | INTEGRITY, EXTRA_PADDING, 0, 9, 1]);
        assert!(!intact(&broken, 0, &key()));
        let mut misplaced = 0u32.to_be_bytes().to_vec();
        sign(&mut misplaced, 4, &key());
        push(&mut misplaced, 0, 4, &[]);
        assert!(
            !intact(&misplaced[4..], 0, &key()),
            "HMAC before another option"
        );
    }
}
