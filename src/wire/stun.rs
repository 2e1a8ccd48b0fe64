//! STUN Binding (RFC 8489): just enough that any STUN client can cross-check a port, and that NAT mappings are seen.

use std::net::{IpAddr, SocketAddr};

use stun_types::attribute::{Attribute as _, XorMappedAddress};
use stun_types::message::{
    BINDING, Message, MessageClass, MessageWrite as _, MessageWriteExt as _, MessageWriteVec,
};

/// Length of a Binding request without attributes, octets.
pub const REQUEST_LEN: usize = 20;

/// A fresh Binding request, 20 octets.
pub fn request() -> Vec<u8> {
    Message::builder_request(BINDING, MessageWriteVec::new()).finish()
}

/// Answers a Binding request with XOR-MAPPED-ADDRESS only: 32 octets for IPv4, 44 for IPv6. Anything that is not a
/// Binding request with the magic cookie, or that asks for what is not understood, gets none.
/// A client of RFC 3489 gets its own answer, see [`is_classic`].
pub fn respond(packet: &[u8], from: SocketAddr) -> Option<Vec<u8>> {
    if !looks_like(packet) {
        return respond_classic(packet, from);
    }
    let message = Message::from_bytes(packet).ok()?;
    if !message.has_class(MessageClass::Request) || !message.has_method(BINDING) {
        return None;
    }
    // RFC 8489 section 6.3.1 asks for an error reply to comprehension-required attributes that are not understood
    // (0x0000 to 0x7fff). It could be longer than the request, so silence instead. A CHANGE-REQUEST that asks for no
    // change (RFC 5780 section 7.2), which older clients always send, is a plain request.
    if message.iter_attributes().any(|(_, a)| {
        a.get_type().value() < 0x8000 && !(a.get_type().value() == 0x0003 && *a.value == [0; 4])
    }) {
        return None;
    }
    let mapped = XorMappedAddress::new(canonical(from), message.transaction_id());
    let mut reply = Message::builder_success(&message, MessageWriteVec::new());
    reply.add_attribute(&mapped).ok()?;
    Some(reply.finish())
}

/// Whether this is the Binding request of a client of RFC 3489 (section 8.1), which has no magic cookie: bare, or with a
/// CHANGE-REQUEST. Nothing else that comes here is so short.
pub fn is_classic(packet: &[u8]) -> bool {
    match packet {
        [0, 1, 0, 0, rest @ ..] => rest.len() == 16,
        [0, 1, 0, 8, rest @ ..] => {
            rest.len() == 24
                && rest
                    .get(16..20)
                    .is_some_and(|attribute| *attribute == [0, 3, 0, 4])
        }
        _ => false,
    }
}

/// The answer to such a request with MAPPED-ADDRESS only (RFC 8489 section 11 asks servers to give it). One that wants to
/// be answered from another address gets none.
fn respond_classic(packet: &[u8], from: SocketAddr) -> Option<Vec<u8>> {
    let changes = packet.get(24..).is_some_and(|flags| *flags != [0; 4]);
    if !is_classic(packet) || (packet.len() > REQUEST_LEN && changes) {
        return None;
    }
    let from = canonical(from);
    let (family, octets) = match from.ip() {
        IpAddr::V4(v4) => (1, v4.octets().to_vec()),
        IpAddr::V6(v6) => (2, v6.octets().to_vec()),
    };
    let inside = u8::try_from(octets.len() + 4).ok()?;
    let mut out = vec![1, 1, 0, inside + 4];
    out.extend_from_slice(packet.get(4..REQUEST_LEN)?);
    out.extend_from_slice(&[0, 1, 0, inside, 0, family]);
    out.extend_from_slice(&from.port().to_be_bytes());
    out.extend_from_slice(&octets);
    Some(out)
}

/// The address that the answer to this request says the request came from; none when it is not that answer.
pub fn mapped(request: &[u8], answer: &[u8]) -> Option<SocketAddr> {
    if !looks_like(request) || !looks_like(answer) {
        return None;
    }
    let asked = Message::from_bytes(request).ok()?.transaction_id();
    let answer = Message::from_bytes(answer).ok()?;
    if answer.transaction_id() != asked
        || !answer.has_class(MessageClass::Success)
        || !answer.has_method(BINDING)
    {
        return None;
    }
    Some(answer.attribute::<XorMappedAddress>().ok()?.addr(asked))
}

/// Whether the header is STUN's: two zero bits, the magic cookie, and a length that is the packet's (RFC 8489 section 5).
pub fn looks_like(packet: &[u8]) -> bool {
    match packet {
        [first, _, l1, l2, 0x21, 0x12, 0xa4, 0x42, ..] => {
            first & 0xc0 == 0
                && packet.len() >= REQUEST_LEN
                && packet.len() - REQUEST_LEN == usize::from(u16::from_be_bytes([*l1, *l2]))
        }
        _ => false,
    }
}

/// An IPv4 client of a dual-stack socket is an IPv4 client.
fn canonical(from: SocketAddr) -> SocketAddr {
    SocketAddr::new(from.ip().to_canonical(), from.port())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_test_vector_of_rfc_5769_is_answered_minimally() {
        // RFC 5769 section 2.2 and 2.3 fix the XOR of 192.0.2.1:32853 under this transaction id.
        let transaction = [
            0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
        ];
        let mut ask = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        ask.extend_from_slice(&transaction);
        let v4 = "192.0.2.1:32853".parse().unwrap();
        let answer = respond(&ask, v4).unwrap();
        assert_eq!(answer.len(), 32);
        assert_eq!(&answer[..4], [1, 1, 0, 12]);
        assert_eq!(
            &answer[20..],
            [0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]
        );
        assert_eq!(mapped(&ask, &answer), Some(v4));
        let v6: SocketAddr = "[2001:db8:1234:5678:11:2233:4455:6677]:32853"
            .parse()
            .unwrap();
        let answer = respond(&ask, v6).unwrap();
        assert_eq!(answer.len(), 44);
        assert_eq!(
            &answer[24..],
            [
                0, 2, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4,
                0xb5, 0xbe, 0xd2, 0xb9, 0xd9
            ]
        );
        assert_eq!(mapped(&ask, &answer), Some(v6));
    }

    #[test]
    fn clients_of_rfc_3489_get_mapped_address() {
        let from = "192.0.2.1:32853".parse().unwrap();
        let mut ask = vec![0, 1, 0, 8];
        ask.extend([7; 16]);
        ask.extend([0, 3, 0, 4, 0, 0, 0, 0]);
        let answer = respond(&ask, from).unwrap();
        assert_eq!(&answer[..4], [1, 1, 0, 12]);
        assert_eq!(answer[4..20], [7; 16]);
        let address = [0, 1, 0, 8, 0, 1, 0x80, 0x55, 192, 0, 2, 1];
        assert_eq!(answer[20..], address);
        assert!(respond(&[&[0, 1, 0, 0][..], &[9; 16]].concat(), from).is_some());
        // Answered from elsewhere, longer, or something else: silence.
        ask[27] = 6;
        assert_eq!(respond(&ask, from), None);
        assert_eq!(respond(&[&[0, 1, 0, 0][..], &[9; 17]].concat(), from), None);
        assert_eq!(respond(&answer, from), None);
    }

    #[test]
    fn only_binding_requests_are_answered() {
        let from = "192.0.2.1:1".parse().unwrap();
        let ask = request();
        assert_eq!(ask.len(), REQUEST_LEN);
        let answer = respond(&ask, from).unwrap();
        assert_eq!(respond(&answer, from), None, "an answer is not answered");
        let mut other = ask.clone();
        other[1] = 3;
        assert_eq!(respond(&other, from), None, "Allocate is not Binding");
        assert_eq!(respond(&ask[..19], from), None);
        assert_eq!(mapped(&request(), &answer), None, "another transaction");
        assert_eq!(mapped(&ask, &ask), None, "an echo is no answer");
        let mut required = ask;
        required[3] = 4;
        required.extend_from_slice(&[0x7f, 0xff, 0, 0]);
        assert_eq!(
            respond(&required, from),
            None,
            "an unknown required attribute"
        );
        required[20] = 0xff;
        assert!(
            respond(&required, from).is_some(),
            "an unknown optional attribute"
        );
    }

    proptest! {
        #[test]
        fn no_packet_panics_or_is_amplified(
            mut packet in proptest::collection::vec(any::<u8>(), 0..80),
            fix in any::<bool>(),
        ) {
            if fix && packet.len() >= REQUEST_LEN {
                let len = u16::try_from(packet.len() - REQUEST_LEN).unwrap();
                packet[..2].copy_from_slice(&[0, 1]);
                packet[2..4].copy_from_slice(&len.to_be_bytes());
                packet[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
            }
            if let Some(answer) = respond(&packet, "192.0.2.1:9".parse().unwrap()) {
                prop_assert_eq!(answer.len(), 32);
                prop_assert!(mapped(&packet, &answer).is_some());
            }
            let _ = mapped(&packet, &packet);
        }
    }
}
