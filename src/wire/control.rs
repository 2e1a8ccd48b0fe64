//! The control protocol: JSON over HTTPS with the pinned certificate.
//!
//! | call | authorised by | body | answer |
//! | --- | --- | --- | --- |
//! | `GET /v1/hello` | – | – | [`Hello`] |
//! | `POST /v1/session` | access key | [`OpenRequest`] | [`Opened`] |
//! | `POST /v1/heartbeat` | session token | – | [`Beat`] |
//! | `POST /v1/lease` | session token | [`LeaseRequest`] | [`LeaseReply`] |
//! | `POST /v1/release` | session token | [`LeaseRequest`] | [`LeaseReply`] |
//! | `GET /v1/log` | session token | – | [`SessionLog`] |
//! | `POST /v1/log` | session token | [`LogRequest`] | [`SessionLog`] |
//! | `POST /v1/load` | session token | [`LoadRequest`] | [`LoadReply`] |
//! | `DELETE /v1/session` | session token | – | [`Closed`] |
//! | `GET /v1/proof/…` | port key | – | see [`Proof`] |
//!
//! Whoever has shown no key gets no answer that is longer than the request: a `GET /v1/hello` carries [`FILL`] for that.
//! Credentials travel as `Authorization: Bearer`, and only after the certificate was found to be the pinned one. What is
//! not known is refused, never guessed. Errors are [`ErrorReply`].

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::keys::{PortKey, SessionKey, SessionToken, Tag};
use super::train::{Digest, SentStretch, TrainPlan};
use crate::model::network::{Family, ReflectorRole};
use crate::model::rule::{PortRange, Transport};

/// Version of this protocol.
pub const PROTOCOL: u32 = 1;
/// Largest body of a request, octets: 4,096 single ports as ranges fit three times.
pub const MAX_REQUEST: usize = 64 * 1024;
/// Largest body of an answer, octets: a log of 4,096 ports over two families fits.
pub const MAX_REPLY: usize = 2 * 1024 * 1024;
/// Ports that one session may hold at once.
pub const MAX_PORTS: u32 = 4_096;
/// Control port of `meetready reflect` unless told otherwise.
pub const DEFAULT_PORT: u16 = 7443;

/// A header that makes a request without a key as long as its answer.
pub const FILL: (&str, &str) = (
    "x-fill",
    "0000000000000000000000000000000000000000000000000000000000000000",
);

/// Paths of the calls.
pub mod path {
    /// Says who is here.
    pub const HELLO: &str = "/v1/hello";
    /// Opens (POST) or closes (DELETE) a session.
    pub const SESSION: &str = "/v1/session";
    /// Keeps a session.
    pub const HEARTBEAT: &str = "/v1/heartbeat";
    /// Asks for ports.
    pub const LEASE: &str = "/v1/lease";
    /// Gives ports back.
    pub const RELEASE: &str = "/v1/release";
    /// What arrived, by port.
    pub const LOG: &str = "/v1/log";
    /// Starts and stops measurement flows.
    pub const LOAD: &str = "/v1/load";
    /// Start of a port proof.
    pub const PROOF: &str = "/v1/proof/";
}

/// Name that a reflector gives in [`Hello::product`].
pub const PRODUCT: &str = "meetready-reflector";

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`PRODUCT`].
    pub product: String,
    /// Version of the control protocol; other fields may differ in other versions.
    pub protocol: u32,
    /// Version of the program.
    pub version: String,
    /// Where it was told that it stands.
    pub role: ReflectorRole,
}

/// Asks for a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// Version of the protocol that the agent speaks.
    pub protocol: u32,
    /// Version of the agent, for the reflector's log.
    pub agent: String,
}

/// A session was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// Authorises the calls of this session.
    pub token: SessionToken,
    /// STAMP session identifier (RFC 8972 section 3) of port proofs.
    pub ssid: u16,
    /// Root of the packet keys.
    pub key: SessionKey,
    /// The address that the agent comes from, as the control connection shows it.
    pub seen_from: IpAddr,
    /// Send a heartbeat at least this often, milliseconds; after three missed ones the session ends.
    pub heartbeat_ms: u32,
    /// Ports that the session may hold at once.
    pub max_ports: u32,
}

/// The session lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// Ports that the session holds.
    pub ports: u32,
}

/// Ports to hold or to give back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseRequest {
    /// TCP or UDP.
    pub transport: Transport,
    /// The ports.
    pub ports: Vec<PortRange>,
    /// So many more, of the reflector's choice (`lease` only, at most 8).
    #[serde(default)]
    pub any: u8,
}

/// What became of each port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseReply {
    /// Held from now on (after `release`: given back).
    pub held: Vec<Held>,
    /// Not held, and why.
    pub refused: Vec<Refused>,
    /// The ports of the reflector's choice; they are in `held` too.
    #[serde(default)]
    pub any: Vec<u16>,
}

/// Ports that are held over one address family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Address family.
    pub family: Family,
    /// The ports.
    pub ports: Vec<PortRange>,
}

/// Ports that are not held over one address family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Address family.
    pub family: Family,
    /// The ports.
    pub ports: Vec<PortRange>,
    /// Why.
    pub reason: RefusedReason,
    /// What the system said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Why a port is not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedReason {
    /// Another program of that machine has it.
    InUse,
    /// The reflector has no right to bind it (below 1024 on many systems).
    NotPermitted,
    /// The session's or the reflector's limit is reached; fewer at a time may work.
    Limit,
    /// The reflector does not listen on this address family.
    NoAddress,
    /// Another error.
    Other,
}

/// What arrived, by port. Ports where nothing arrived are not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionLog {
    /// The counts.
    pub ports: Vec<PortLog>,
}

/// Asks for the counts of some ports only: those of all ports of a long sweep would not fit [`MAX_REPLY`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogRequest {
    /// TCP or UDP.
    pub transport: Transport,
    /// The ports.
    pub ports: Vec<PortRange>,
}

/// Counts of one port over one family since the session began, kept when the lease ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortLog {
    /// Address family.
    pub family: Family,
    /// TCP or UDP.
    pub transport: Transport,
    /// The port.
    pub port: u16,
    /// Authenticated, fresh requests of this session that arrived.
    pub requests: u64,
    /// Replies to them that were handed to the system.
    pub replies: u64,
}

/// Asks for a measurement flow or ends one. Each flow has a STAMP session identifier (SSID) of its own on the UDP ports
/// that the session leases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LoadRequest {
    /// A stateful STAMP reflection flow: each packet is answered at its own size.
    Reflect,
    /// A flow that records one train of test packets that the agent sends; nothing is answered.
    Sink {
        /// The train.
        plan: TrainPlan,
    },
    /// A flow that can send trains to the agent. The agent's packets in it are answered at their own size; while a train
    /// is sent, they must keep coming.
    Source,
    /// Sends a train in a flow of kind `source`.
    Send {
        /// The flow's SSID.
        ssid: u16,
        /// The train.
        plan: TrainPlan,
        /// What the latest answer said: shows that the agent receives what is sent to it there.
        proof: PathProof,
    },
    /// Ends the train that is under way in a flow of kind `source`; the flow stays.
    Halt {
        /// The flow's SSID.
        ssid: u16,
    },
    /// Asks how a train fared.
    Report {
        /// Its flow's SSID.
        ssid: u16,
    },
    /// Asks which of the agent's packets arrived in a flow of kind `source`.
    Heard {
        /// The flow's SSID.
        ssid: u16,
    },
    /// Ends a flow.
    Stop {
        /// Its SSID.
        ssid: u16,
    },
}

/// Answers [`LoadRequest`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LoadReply {
    /// A flow was made.
    Flow {
        /// Its SSID.
        ssid: u16,
    },
    /// The train begins.
    Begun,
    /// The train ends.
    Halted,
    /// All places for trains are taken: ask again later.
    Wait {
        /// When, milliseconds from now.
        retry_ms: u32,
    },
    /// How the train fared so far.
    Train(TrainReport),
    /// What arrived of the agent's packets.
    Heard(Heard),
    /// The flow was ended.
    Stopped {
        /// Its SSID.
        ssid: u16,
    },
}

/// What an answer in a flow said, which only who received it can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathProof {
    /// The reflector's port.
    pub port: u16,
    /// Address family.
    pub family: Family,
    /// The answer's own number.
    pub sequence: u32,
    /// The answer's own time, as it stood in the packet.
    pub time: u64,
}

/// Which packets of an agent arrived in a flow, and how many were answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// Runs of numbers that arrived, first and last, in order.
    pub runs: Vec<(u32, u32)>,
    /// Answers that were handed to the system, numbered from 0.
    pub answered: u32,
}

/// How a train fared at the reflector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TrainReport {
    /// The agent's train, as it arrived.
    Arrived {
        /// It is whole, or nothing more came for a while.
        over: bool,
        /// What arrived so far.
        digest: Digest,
    },
    /// The reflector's train, as it left.
    Departed {
        /// No more will leave.
        over: bool,
        /// What left in each stretch; complete when it is over.
        stretches: Vec<SentStretch>,
        /// How late packets left at the 99th percentile, nanoseconds.
        late_p99_ns: Option<u64>,
        /// Why it ended early.
        error: Option<String>,
    },
}

/// The session was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// For programs.
    pub code: ErrorCode,
    /// For people; strangers get none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Reasons for refusing a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The key or token is wrong.
    AccessDenied,
    /// The agent speaks another version of this protocol.
    Version,
    /// A limit is reached; try later.
    Busy,
    /// The body is too long.
    TooLarge,
    /// The body is not what the call takes.
    BadRequest,
    /// There is no such call.
    NotFound,
    /// The reflector failed.
    Internal,
    /// The reflector is being stopped, and its sessions have ended.
    Stopping,
}

impl ErrorCode {
    /// The HTTP status that carries it.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::AccessDenied => 401,
            Self::NotFound => 404,
            Self::TooLarge => 413,
            Self::Version => 426,
            Self::Internal => 500,
            Self::Busy | Self::Stopping => 503,
        }
    }
}

/// The proof of a TCP port: `GET /v1/proof/<ssid>/<nonce>/<tag>` answered by 16 octets that only the reflector of this
/// session can make for this nonce on this port. Over TLS with the pinned certificate, or plain HTTP on port 80.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The session's SSID.
    pub ssid: u16,
    /// Chosen by the agent.
    pub nonce: [u8; 16],
    /// Shows that the request is of this session.
    pub tag: Tag,
}

impl Proof {
    /// A request for a proof.
    pub fn new(ssid: u16, nonce: [u8; 16], key: &PortKey) -> Self {
        let tag = key.tag(&[b"ask", &ssid.to_be_bytes(), &nonce]);
        Self { ssid, nonce, tag }
    }
    /// Whether it was made with this port's key.
    pub fn verify(&self, key: &PortKey) -> bool {
        key.verify(&[b"ask", &self.ssid.to_be_bytes(), &self.nonce], &self.tag)
    }
    /// The answer.
    pub fn answer(&self, key: &PortKey) -> Tag {
        key.tag(&[b"answer", &self.ssid.to_be_bytes(), &self.nonce])
    }
    /// Whether this is the answer.
    pub fn is_answer(&self, key: &PortKey, answer: &[u8]) -> bool {
        key.verify(&[b"answer", &self.ssid.to_be_bytes(), &self.nonce], answer)
    }
    /// The request's path.
    pub fn to_path(&self) -> String {
        format!(
            "{}{}/{}/{}",
            path::PROOF,
            self.ssid,
            URL_SAFE_NO_PAD.encode(self.nonce),
            URL_SAFE_NO_PAD.encode(self.tag)
        )
    }
    /// Reads the path; none when it is not one.
    pub fn from_path(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(path::PROOF)?.split('/');
        let ssid = parts.next()?.parse().ok()?;
        let mut bytes = || URL_SAFE_NO_PAD.decode(parts.next()?).ok()?.try_into().ok();
        let proof = Self {
            ssid,
            nonce: bytes()?,
            tag: bytes()?,
        };
        parts.next().is_none().then_some(proof)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_proof_is_good_for_its_nonce_and_port_only() {
        let session = SessionKey::random();
        let (key, other) = (
            session.port(Transport::Tcp, 443),
            session.port(Transport::Tcp, 444),
        );
        let proof = Proof::new(9, [3; 16], &key);
        assert_eq!(Proof::from_path(&proof.to_path()).as_ref(), Some(&proof));
        assert!(proof.verify(&key) && !proof.verify(&other));
        let answer = proof.answer(&key);
        assert!(proof.is_answer(&key, &answer));
        assert!(!proof.is_answer(&other, &answer));
        assert!(
            !proof.is_answer(&key, &proof.tag),
            "an echo of the request is no answer"
        );
        assert!(!Proof::new(9, [4; 16], &key).is_answer(&key, &answer));
    }

    #[test]
    fn unknown_words_are_refused_by_name() {
        let error = |text| {
            serde_json::from_str::<LeaseRequest>(text)
                .unwrap_err()
                .to_string()
        };
        assert!(error(r#"{"transport":"sctp","ports":[]}"#).contains("sctp"));
        assert!(error(r#"{"transport":"udp","ports":[],"shell":"x"}"#).contains("shell"));
        assert!(error(r#"{"transport":"udp","ports":["9-1"]}"#).contains("9-1"));
        let load = serde_json::from_str::<LoadRequest>(r#"{"kind":"exec"}"#).unwrap_err();
        assert!(load.to_string().contains("exec"));
    }

    #[test]
    fn the_largest_lawful_request_fits() {
        let ports = (1..=MAX_PORTS)
            .filter_map(|n| PortRange::single(u16::try_from(n * 2 + 50_000 % 7).ok()?))
            .collect();
        let request = LeaseRequest {
            transport: Transport::Udp,
            ports,
            any: 8,
        };
        assert!(serde_json::to_vec(&request).unwrap().len() < MAX_REQUEST);
    }

    proptest! {
        #[test]
        fn no_path_panics(text in "\\PC{0,120}") {
            let _ = Proof::from_path(&text);
            let _ = Proof::from_path(&format!("{}{text}", path::PROOF));
        }
    }
}
