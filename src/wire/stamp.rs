//! STAMP test packets (RFC 8762) with the session identifier of RFC 8972 section 3.
//!
//! Authenticated mode is what meetready speaks; packets of unauthenticated mode are only read, for comparison with other
//! implementations. Options follow the base packet, see [`super::stamp_tlv`].

use std::time::Duration;

use super::keys::{PortKey, TAG_LEN};
use super::stamp_tlv;

/// Length of a base packet in authenticated mode, both ways, octets (RFC 8762 sections 4.2.2 and 4.3.2).
pub const AUTH_LEN: usize = 112;
/// Length of a base packet in unauthenticated mode, both ways, octets (RFC 8762 sections 4.2.1 and 4.3.1).
pub const PLAIN_LEN: usize = 44;
/// The HMAC covers the octets before it (RFC 8762 section 4.4).
const COVERED: usize = AUTH_LEN - TAG_LEN;

/// A time in the 64-bit format of NTP (RFC 5905 section 6): seconds since 1900 and their 2^32nd parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// Seconds from 1900 to 1970.
    const UNIX: u64 = 2_208_988_800;

    /// The time that lies so long after the start of 1970. Wraps in 2036 as the format does; only differences are used.
    pub fn from_unix(since: Duration) -> Self {
        let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        Self((since.as_secs().wrapping_add(Self::UNIX) << 32) | fraction)
    }
    /// Nanoseconds from the other to this one; negative when this one is earlier. Right across the wrap for spans below
    /// 68 years.
    pub fn nanos_since(self, other: Self) -> i64 {
        let ticks = i128::from(self.0.wrapping_sub(other.0).cast_signed());
        i64::try_from((ticks * 1_000_000_000) >> 32).unwrap_or(i64::MAX)
    }
}

/// Clock quality (RFC 4656 section 4.1.2, with the Z bit of RFC 8186 as RFC 8762 uses it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorEstimate(pub u16);

impl ErrorEstimate {
    /// NTP format, not synchronised, one second either way: what a PC may say without knowing its clock.
    pub const UNSYNCHRONISED: Self = Self((32 << 8) | 1);

    /// Whether the sender's clock claims to be synchronised to UTC (S).
    pub fn synchronised(self) -> bool {
        self.0 & 0x8000 != 0
    }
    /// The multiplier; never zero.
    pub fn multiplier(self) -> u8 {
        let [_, multiplier] = self.0.to_be_bytes();
        multiplier
    }
    /// Whether timestamps are in PTP format instead of NTP (Z).
    pub fn ptp(self) -> bool {
        self.0 & 0x4000 != 0
    }
}

/// Why a packet is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// Too short.
    #[error("{0} octets are too few for a STAMP packet")]
    Short(usize),
    /// The authenticator is wrong: another key, another port, or changed on its way.
    #[error("the HMAC does not verify")]
    Hmac,
    /// A multiplier of zero, which RFC 4656 section 4.1.2 forbids, or timestamps of zero.
    #[error("a field has a value that the protocol forbids")]
    Forbidden,
}

/// What a session-sender sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderPacket {
    /// Number of the packet in its flow, from 0.
    pub sequence: u32,
    /// When it was sent, sender's clock.
    pub timestamp: NtpTime,
    /// How good that clock is.
    pub error: ErrorEstimate,
    /// Session identifier; never 0.
    pub ssid: u16,
}

/// What a session-reflector sends back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReflectorPacket {
    /// The reflector's own count of its packets in this flow (stateful mode), so that loss has a direction.
    pub sequence: u32,
    /// When the reflector sent it, reflector's clock.
    pub timestamp: NtpTime,
    /// How good that clock is.
    pub error: ErrorEstimate,
    /// Session identifier.
    pub ssid: u16,
    /// When the request arrived, reflector's clock.
    pub received: NtpTime,
    /// The request's number.
    pub sender_sequence: u32,
    /// The request's time.
    pub sender_timestamp: NtpTime,
    /// The request's error estimate.
    pub sender_error: ErrorEstimate,
    /// TTL or hop limit with which the request arrived; 0 where the reflector's system does not tell.
    pub sender_ttl: u8,
}

fn at<const N: usize>(packet: &[u8], offset: usize) -> Option<[u8; N]> {
    packet.get(offset..offset.checked_add(N)?)?.try_into().ok()
}
fn u16_at(packet: &[u8], offset: usize) -> u16 {
    at(packet, offset).map_or(0, u16::from_be_bytes)
}
fn u32_at(packet: &[u8], offset: usize) -> u32 {
    at(packet, offset).map_or(0, u32::from_be_bytes)
}
fn time_at(packet: &[u8], offset: usize) -> NtpTime {
    NtpTime(at(packet, offset).map_or(0, u64::from_be_bytes))
}
fn error_at(packet: &[u8], offset: usize) -> ErrorEstimate {
    ErrorEstimate(u16_at(packet, offset))
}
fn put(out: &mut [u8], offset: usize, bytes: &[u8]) {
    for (to, from) in out.iter_mut().skip(offset).zip(bytes) {
        *to = *from;
    }
}

/// The base packet, if its authenticator verifies.
fn verified<'a>(packet: &'a [u8], key: &PortKey) -> Result<&'a [u8], StampError> {
    let short = StampError::Short(packet.len());
    let base = packet.get(..AUTH_LEN).ok_or(short)?;
    let (covered, tag) = base.split_at_checked(COVERED).ok_or(short)?;
    if key.verify(&[covered], tag) {
        Ok(base)
    } else {
        Err(StampError::Hmac)
    }
}

fn seal(mut base: [u8; AUTH_LEN], key: &PortKey) -> [u8; AUTH_LEN] {
    if let Some((covered, tag)) = base.split_at_mut_checked(COVERED) {
        tag.copy_from_slice(&key.tag(&[covered]));
    }
    base
}

/// The session identifier of a packet that may be an authenticated STAMP packet, before anything is verified.
pub fn ssid(packet: &[u8]) -> Option<u16> {
    (packet.len() >= AUTH_LEN).then(|| u16_at(packet, 26))
}

/// What follows the base packet of authenticated mode.
pub fn options(packet: &[u8]) -> &[u8] {
    packet.get(AUTH_LEN..).unwrap_or_default()
}

impl SenderPacket {
    /// The packet in authenticated mode, made up to `size` octets of UDP payload with an Extra Padding option. A size
    /// below 112 gives 112, and 113 to 115, where no option fits, give 116.
    pub fn encode(&self, key: &PortKey, size: usize) -> Vec<u8> {
        let mut base = [0; AUTH_LEN];
        put(&mut base, 0, &self.sequence.to_be_bytes());
        put(&mut base, 16, &self.timestamp.0.to_be_bytes());
        put(&mut base, 24, &self.error.0.to_be_bytes());
        put(&mut base, 26, &self.ssid.to_be_bytes());
        let mut out = seal(base, key).to_vec();
        stamp_tlv::pad(&mut out, size);
        out
    }

    /// Reads and verifies a packet of authenticated mode. An answer verifies under the same key, but its receive time
    /// stands where a request has zeros: refused as [`StampError::Forbidden`], or a forged source could make a reflector
    /// answer itself for ever.
    pub fn parse(packet: &[u8], key: &PortKey) -> Result<Self, StampError> {
        let base = verified(packet, key)?;
        if time_at(base, 32).0 != 0 {
            return Err(StampError::Forbidden);
        }
        Self {
            sequence: u32_at(base, 0),
            timestamp: time_at(base, 16),
            error: error_at(base, 24),
            ssid: u16_at(base, 26),
        }
        .sound()
    }

    /// Reads a packet of unauthenticated mode (RFC 8762 section 4.2.1). It proves nothing about who sent it.
    pub fn parse_plain(packet: &[u8]) -> Result<Self, StampError> {
        let base = packet
            .get(..PLAIN_LEN)
            .ok_or(StampError::Short(packet.len()))?;
        Self {
            sequence: u32_at(base, 0),
            timestamp: time_at(base, 4),
            error: error_at(base, 12),
            ssid: u16_at(base, 14),
        }
        .sound()
    }

    fn sound(self) -> Result<Self, StampError> {
        if self.error.multiplier() == 0 || self.timestamp.0 == 0 {
            return Err(StampError::Forbidden);
        }
        Ok(self)
    }

    /// The answer to this packet.
    pub fn answer(&self, sequence: u32, received: NtpTime, sent: NtpTime) -> ReflectorPacket {
        ReflectorPacket {
            sequence,
            timestamp: sent,
            error: ErrorEstimate::UNSYNCHRONISED,
            ssid: self.ssid,
            received,
            sender_sequence: self.sequence,
            sender_timestamp: self.timestamp,
            sender_error: self.error,
            sender_ttl: 0,
        }
    }
}

impl ReflectorPacket {
    /// The packet in authenticated mode, without options.
    pub fn encode(&self, key: &PortKey) -> [u8; AUTH_LEN] {
        let mut base = [0; AUTH_LEN];
        put(&mut base, 0, &self.sequence.to_be_bytes());
        put(&mut base, 16, &self.timestamp.0.to_be_bytes());
        put(&mut base, 24, &self.error.0.to_be_bytes());
        put(&mut base, 26, &self.ssid.to_be_bytes());
        put(&mut base, 32, &self.received.0.to_be_bytes());
        put(&mut base, 48, &self.sender_sequence.to_be_bytes());
        put(&mut base, 64, &self.sender_timestamp.0.to_be_bytes());
        put(&mut base, 72, &self.sender_error.0.to_be_bytes());
        put(&mut base, 80, &[self.sender_ttl]);
        seal(base, key)
    }

    /// The whole answer to a verified request: its options are answered, and it is as long as the request.
    pub fn encode_for(&self, request: &[u8], key: &PortKey) -> Vec<u8> {
        let mut out = self.encode(key).to_vec();
        stamp_tlv::answer(
            options(request),
            self.sender_sequence,
            self.sequence,
            key,
            &mut out,
        );
        out
    }

    /// Reads and verifies an answer. A request that came back unchanged verifies under the same key but has no receive
    /// time, and is refused as [`StampError::Forbidden`].
    pub fn parse(packet: &[u8], key: &PortKey) -> Result<Self, StampError> {
        let base = verified(packet, key)?;
        let out = Self {
            sequence: u32_at(base, 0),
            timestamp: time_at(base, 16),
            error: error_at(base, 24),
            ssid: u16_at(base, 26),
            received: time_at(base, 32),
            sender_sequence: u32_at(base, 48),
            sender_timestamp: time_at(base, 64),
            sender_error: error_at(base, 72),
            sender_ttl: base.get(80).copied().unwrap_or_default(),
        };
        out.sound()
    }

    /// Reads an answer of unauthenticated mode (RFC 8762 section 4.3.1).
    pub fn parse_plain(packet: &[u8]) -> Result<Self, StampError> {
        let base = packet
            .get(..PLAIN_LEN)
            .ok_or(StampError::Short(packet.len()))?;
        let out = Self {
            sequence: u32_at(base, 0),
            timestamp: time_at(base, 4),
            error: error_at(base, 12),
            ssid: u16_at(base, 14),
            received: time_at(base, 16),
            sender_sequence: u32_at(base, 24),
            sender_timestamp: time_at(base, 28),
            sender_error: error_at(base, 36),
            sender_ttl: base.get(40).copied().unwrap_or_default(),
        };
        out.sound()
    }

    fn sound(self) -> Result<Self, StampError> {
        let times = [self.timestamp, self.received, self.sender_timestamp];
        if self.error.multiplier() == 0 || times.iter().any(|t| t.0 == 0) {
            return Err(StampError::Forbidden);
        }
        Ok(self)
    }

    /// Whether it answers this request.
    pub fn answers(&self, request: &SenderPacket) -> bool {
        self.ssid == request.ssid
            && self.sender_sequence == request.sequence
            && self.sender_timestamp == request.timestamp
    }

    /// The round trip without the time spent in the reflector, when the answer arrived at `arrived` of the sender's
    /// clock.
    pub fn round_trip(&self, arrived: NtpTime) -> Duration {
        let whole = arrived.nanos_since(self.sender_timestamp);
        let inside = self.timestamp.nanos_since(self.received);
        let nanos = whole.saturating_sub(inside.max(0)).max(0);
        Duration::from_nanos(nanos.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::rule::Transport;
    use crate::wire::keys::SessionKey;

    fn key() -> PortKey {
        SessionKey::from_bytes([9; 32]).port(Transport::Udp, 8801)
    }
    fn sender() -> SenderPacket {
        SenderPacket {
            sequence: 0x0102_0304,
            timestamp: NtpTime(0x1112_1314_1516_1718),
            error: ErrorEstimate::UNSYNCHRONISED,
            ssid: 0x2122,
        }
    }

    #[test]
    fn fields_stand_where_the_rfc_puts_them() {
        let p = sender().encode(&key(), 0);
        assert_eq!(p.len(), 112);
        assert_eq!(&p[..4], [1, 2, 3, 4]);
        assert_eq!(&p[4..16], [0; 12]);
        assert_eq!(&p[16..24], [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]);
        assert_eq!(&p[24..28], [0x20, 1, 0x21, 0x22]);
        assert_eq!(&p[28..96], [0; 68]);
        let answer = sender().answer(7, NtpTime(5), NtpTime(6)).encode(&key());
        assert_eq!(&answer[..4], [0, 0, 0, 7]);
        assert_eq!(answer[23], 6);
        assert_eq!(&answer[26..32], [0x21, 0x22, 0, 0, 0, 0]);
        assert_eq!(answer[39], 5);
        assert_eq!(&answer[48..52], [1, 2, 3, 4]);
        assert_eq!(answer[64], 0x11);
        assert_eq!(&answer[72..74], [0x20, 1]);
        assert_eq!(&answer[81..96], [0; 15]);
    }

    #[test]
    fn an_echo_of_the_request_is_no_answer() {
        let p = SenderPacket {
            sequence: 0,
            ..sender()
        }
        .encode(&key(), 0);
        assert_eq!(
            ReflectorPacket::parse(&p, &key()),
            Err(StampError::Forbidden)
        );
    }

    #[test]
    fn any_changed_octet_of_the_base_is_noticed() {
        let good = sender().encode(&key(), 0);
        for i in 0..good.len() {
            let mut bad = good.clone();
            bad[i] ^= 0x40;
            assert_eq!(
                SenderPacket::parse(&bad, &key()),
                Err(StampError::Hmac),
                "octet {i}"
            );
        }
        let other = SessionKey::from_bytes([9; 32]).port(Transport::Udp, 8802);
        assert_eq!(SenderPacket::parse(&good, &other), Err(StampError::Hmac));
        assert_eq!(
            SenderPacket::parse(&good[..111], &key()),
            Err(StampError::Short(111))
        );
    }

    #[test]
    fn sizes_are_met() {
        for (asked, got) in [
            (0, 112),
            (112, 112),
            (113, 116),
            (115, 116),
            (116, 116),
            (117, 117),
            (1_200, 1_200),
        ] {
            let p = sender().encode(&key(), asked);
            assert_eq!(p.len(), got);
            let parsed = SenderPacket::parse(&p, &key()).unwrap();
            assert_eq!(parsed, sender());
            let reply = parsed
                .answer(1, NtpTime(5), NtpTime(6))
                .encode_for(&p, &key());
            assert_eq!(reply.len(), got, "a reply is as long as its request");
            assert!(
                ReflectorPacket::parse(&reply, &key())
                    .unwrap()
                    .answers(&sender())
            );
        }
    }

    #[test]
    fn times_differ_across_the_wrap() {
        let (a, b) = (NtpTime(u64::MAX - (1 << 32)), NtpTime(1 << 32));
        assert_eq!(b.nanos_since(a), 2_000_000_000);
        assert_eq!(a.nanos_since(b), -2_000_000_001);
        let t = NtpTime::from_unix(Duration::from_millis(1_500));
        assert_eq!(t.0 >> 32, 2_208_988_801);
        assert_eq!(
            t.nanos_since(NtpTime::from_unix(Duration::ZERO)),
            1_500_000_000
        );
    }

    #[test]
    fn plain_packets_of_others_are_read() {
        let mut p = [0; 44];
        p[3] = 9;
        p[4] = 1;
        p[12..16].copy_from_slice(&[0x80, 1, 0, 5]);
        let read = SenderPacket::parse_plain(&p).unwrap();
        assert_eq!(
            (read.sequence, read.ssid, read.error.synchronised()),
            (9, 5, true)
        );
        assert_eq!(ReflectorPacket::parse_plain(&p), Err(StampError::Forbidden));
        assert_eq!(
            SenderPacket::parse_plain(&p[..43]),
            Err(StampError::Short(43))
        );
    }

    proptest! {
        #[test]
        fn answers_survive(seq: u32, rseq: u32, t in 1u64.., r in 1u64.., s in 1u64.., ssid: u16, size in 0usize..1_500) {
            let ask = SenderPacket { sequence: seq, timestamp: NtpTime(t), error: ErrorEstimate(1), ssid };
            let packet = ask.encode(&key(), size);
            let answer = ask.answer(rseq, NtpTime(r), NtpTime(s));
            let reply = answer.encode_for(&packet, &key());
            prop_assert_eq!(ReflectorPacket::parse(&reply, &key()), Ok(answer));
            prop_assert!(reply.len() <= packet.len());
        }

        #[test]
        fn no_packet_panics(packet in proptest::collection::vec(any::<u8>(), 0..300), s in any::<u32>()) {
            let _ = (SenderPacket::parse(&packet, &key()), ReflectorPacket::parse(&packet, &key()));
            let _ = (SenderPacket::parse_plain(&packet), ReflectorPacket::parse_plain(&packet), ssid(&packet));
            let mut signed = SenderPacket { sequence: s, ..sender() }.encode(&key(), 0);
            signed.extend_from_slice(&packet);
            let ask = SenderPacket::parse(&signed, &key()).unwrap();
            let reply = ask.answer(1, NtpTime(5), NtpTime(6)).encode_for(&signed, &key());
            prop_assert_eq!(reply.len(), signed.len());
        }
    }
}
