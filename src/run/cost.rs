//! What each step may cost at most: packets and IP-layer bytes both ways, and time.
//!
//! The figures are bounds, not averages: retransmissions by the system, every retry and the longest reply that is
//! read are in them. `tests/netlab` counts what really leaves the machine and holds it against them.

use std::ops::Add;
use std::time::Duration;

use super::options::Watch;
use crate::model::network::Family;
use crate::model::plan::{PlanAction, PlanStep};
use crate::model::{Bps, Millis};
use crate::probe::capacity::together;
use crate::probe::ports::{self, CHUNK, PortAsk};
use crate::probe::reflector::lan;
use crate::probe::{ADDRESSES_TRIED, StepLimits, capacity, http, nat, ndt7, quality};

/// Packets, bytes and time at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) time: Duration,
}

impl Add for Cost {
    type Output = Self;
    /// One after the other.
    fn add(self, other: Self) -> Self {
        Self {
            packets: self.packets + other.packets,
            bytes: self.bytes + other.bytes,
            time: self.time + other.time,
        }
    }
}

impl Cost {
    /// The same several times at once: the time is not multiplied.
    pub(super) fn times(self, n: u64) -> Self {
        Self {
            packets: self.packets.saturating_mul(n),
            bytes: self.bytes.saturating_mul(n),
            time: self.time,
        }
    }

    /// A step that costs this.
    pub(super) fn of(self, action: PlanAction) -> PlanStep {
        PlanStep {
            action,
            packets: self.packets,
            bytes: self.bytes,
            at_most: Millis::from_duration(self.time),
        }
    }
}

/// Both address families.
const FAMILIES: u64 = 2;
/// IPv6 and UDP headers, the larger of the two families.
const UDP_HEADERS: u64 = 48;
/// IPv6 and TCP headers with the options of a usual stack.
pub(super) const TCP_HEADERS: u64 = 80;
/// Name servers that are asked at most (`MAXNS` of resolv.conf; other systems rarely set more).
const NAME_SERVERS: u64 = 3;
/// A search list holds six entries at most (resolv.conf), beside the name as it stands.
const SEARCHED: u64 = 7;
/// Attempts of a direct question per server: the first and two more (the resolver library's default).
const DIRECT_ATTEMPTS: u64 = 3;
/// Attempts of the system's own resolver per server (`options attempts`).
const SYSTEM_ATTEMPTS: u64 = 2;
/// The longest DNS answer over UDP that is asked for (EDNS), and what a longer one over TCP is bound by here.
const DNS_ANSWER: u64 = 1_232;

/// A and AAAA of one name, from the system's resolver and from its servers.
pub(super) fn resolve(host: &str, limits: StepLimits) -> Cost {
    let direct = NAME_SERVERS * DIRECT_ATTEMPTS;
    // Truncated answers are asked for again over TCP: ten packets a question.
    let over_tcp = 10;
    let system = NAME_SERVERS * SYSTEM_ATTEMPTS * SEARCHED;
    let questions = FAMILIES * (direct + system);
    // Header, name with its length octets, type and class, EDNS option (RFC 1035 section 4.1, RFC 6891).
    let question = UDP_HEADERS + 12 + host.len() as u64 + 2 + 4 + 11;
    Cost {
        packets: questions * 2 + FAMILIES * over_tcp,
        bytes: questions * (question + UDP_HEADERS + DNS_ANSWER) + FAMILIES * 2 * DNS_ANSWER,
        // The step's own limit is a little longer than the resolver's, so that the resolver says what it waited for.
        time: limits.resolve + Duration::from_secs(1),
    }
}

/// Connects that fail before one that stands: three SYNs and what rejects them.
const FAILED_CONNECT: u64 = 6;

fn failed_connects() -> u64 {
    FAILED_CONNECT * (ADDRESSES_TRIED as u64 - 1)
}

/// TCP and TLS to one port of a name over both families, or once through a proxy.
pub(super) fn tls(limits: StepLimits) -> Cost {
    // A chain of certificates fits 24 KiB with room; usual ones are 3 to 6 KiB.
    let packets = 48;
    let one = Cost {
        packets: failed_connects() + packets,
        bytes: (failed_connects() + packets) * TCP_HEADERS + 24 * 1_024,
        time: Duration::ZERO,
    };
    let tried = u32::try_from(ADDRESSES_TRIED).unwrap_or(u32::MAX);
    Cost {
        time: limits.resolve
            + limits.connect * tried
            + limits.proxy
            + limits.tls
            + Duration::from_secs(2),
        ..one.times(FAMILIES)
    }
}

/// TCP and one HTTP request to one port of a name over both families, or once through a proxy.
pub(super) fn http(limits: StepLimits) -> Cost {
    let packets = 24;
    let one = Cost {
        packets: failed_connects() + packets,
        bytes: (failed_connects() + packets) * TCP_HEADERS + 512 + 2 * http::REPLY_HEAD_MAX as u64,
        time: Duration::ZERO,
    };
    let tried = u32::try_from(ADDRESSES_TRIED).unwrap_or(u32::MAX);
    Cost {
        time: limits.resolve + limits.connect * tried + limits.request + Duration::from_secs(2),
        ..one.times(FAMILIES)
    }
}

/// Packets and bytes of one call on the control channel, its answer and acknowledgements included.
const CALL: (u64, u64) = (12, 4_096);

fn calls(n: u64) -> Cost {
    Cost {
        packets: CALL.0 * n,
        bytes: CALL.1 * n,
        time: Duration::ZERO,
    }
}

/// A session with a reflector that lives so long: how it is found and opened, its heartbeats, its end.
pub(super) fn control(lives: Duration) -> Cost {
    // Two ways (by the proxy and without it) to each of up to three addresses, each a connect that fails or a TLS
    // handshake with one small certificate.
    let ways = Cost {
        packets: 40,
        bytes: 8_192,
        time: Duration::ZERO,
    };
    // Twice in the time that the reflector asks for; ten seconds is what `reflect` sets.
    let heartbeats = lives.as_secs() / 5 + 1;
    Cost {
        time: Duration::from_secs(45),
        ..ways.times(6) + calls(6 + heartbeats)
    }
}

/// Looking for a reflector on the LAN: questions by multicast DNS on every interface, the answers of others, and a try of
/// the code at each that answers.
pub(super) fn search() -> Cost {
    let one = Cost {
        packets: 40,
        bytes: 8_192,
        time: Duration::from_secs(3),
    };
    Cost {
        packets: 200,
        bytes: 120_000,
        time: lan::LISTEN,
    } + one.times(lan::MOST as u64)
}

/// What proving ports costs, how many are tried at most, and how many flows live at once.
pub(super) struct Ports {
    pub(super) cost: Cost,
    pub(super) tried: u32,
    pub(super) flows: u32,
}

/// Ports of one transport against one reflector over both families, with so many live flows at most.
pub(super) fn ports(ask: &PortAsk, max_flows: u32) -> Ports {
    // Which ports are sampled differs from run to run; how many does not.
    let one = ports::cost(ask, 0);
    let flows = u32::try_from(FAMILIES)
        .unwrap_or(1)
        .saturating_mul(one.tried);
    let time = if one.wide {
        // A gentle rate on a bad line, and a wait whenever as many flows live as may.
        let waits = one.tried / (max_flows / 2).max(1);
        Duration::from_secs(60 + u64::from(one.tried) / 50) + ports::FLOW_LIFE * waits
    } else {
        let chunks = one.tried.div_ceil(u32::try_from(CHUNK).unwrap_or(1)).max(1);
        Duration::from_secs(20) * (chunks + 1)
    };
    let cost = Cost {
        packets: one.packets,
        bytes: one.bytes,
        time: Duration::ZERO,
    };
    Ports {
        cost: Cost {
            time,
            ..cost.times(FAMILIES)
        },
        tried: one.tried,
        flows: if one.wide {
            flows.min(max_flows)
        } else {
            flows
        },
    }
}

/// What a NAT does, and these silent gaps.
pub(super) fn nat(gaps: &[u32]) -> Cost {
    let gaps: Vec<Duration> = gaps
        .iter()
        .map(|s| Duration::from_secs(u64::from(*s)))
        .collect();
    let (packets, bytes, time) = nat::cost(&gaps);
    let datagrams = Cost {
        packets,
        bytes,
        time,
    };
    datagrams + calls(4 + 2 * (gaps.len() as u64 + 1))
}

/// One direction's rate.
pub(super) fn capacity(need: Bps, up_to: Bps) -> Cost {
    let (packets, bytes, time) = capacity::cost(need, up_to);
    let trains = Cost {
        packets,
        bytes,
        time: time + Duration::from_secs(5),
    };
    trains + calls(12)
}

/// Both directions at once, as often as they may be tried.
pub(super) fn together([up, down]: [Bps; 2]) -> Cost {
    let (packets, bytes, time) = together::cost((up, down));
    let one = Cost {
        packets,
        bytes,
        time,
    };
    let tries = together::TRIES;
    Cost {
        time: time * tries,
        ..one.times(tries.into())
    } + calls(12 * u64::from(tries))
}

/// The streams both ways, for a call of this rate at most, and the rate of the voice each way.
pub(super) fn quality(call: Option<Bps>) -> (Cost, Bps) {
    let family = Family::Ipv6;
    let (packets, bytes, time) = quality::cost(quality::DURATION, call, family);
    let stream = Cost {
        packets,
        bytes,
        time: time + Duration::from_secs(5),
    };
    (stream + calls(20), quality::voice_rate(family))
}

/// A line watched: every window with a session that may have to be made anew, twice.
pub(super) fn watch(watch: &Watch) -> Cost {
    let (packets, bytes, _) = quality::cost(watch.window(), None, Family::Ipv6);
    let window = Cost {
        packets,
        bytes,
        time: Duration::ZERO,
    };
    let lasts = watch.lasts.unwrap_or(Duration::from_secs(3_600));
    let windows = lasts.as_millis() / watch.every.as_millis().max(1) + 1;
    let one = window + calls(8) + control(Duration::ZERO);
    Cost {
        time: lasts + watch.every,
        ..one.times(u64::try_from(windows).unwrap_or(u64::MAX))
    }
}

/// Both directions of a speed test, with the connects and, for Measurement Lab, the question where its servers are. TCP
/// may send a tenth again on a line that loses much, and acknowledges every other packet.
pub(super) fn speed(limits: StepLimits) -> Cost {
    let bytes = 2 * ndt7::MOST_BYTES;
    let packets = bytes / 1_200 * 17 / 10;
    let each = limits.resolve + limits.connect + limits.proxy + limits.tls + limits.request;
    let tried = u32::try_from(ndt7::SERVERS_TRIED).unwrap_or(u32::MAX);
    Cost {
        packets: packets + 400,
        bytes: bytes + packets * TCP_HEADERS + 256 * 1_024,
        time: each * (tried + 2) + ndt7::LONGEST_TEST * 2,
    }
}
