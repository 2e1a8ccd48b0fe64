//! What is said of a media stream beside its loss and jitter: what it carried, beside which load, and how it went over
//! time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::units::{Bps, Millis};

/// What a stream imitates.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum MediaKind {
    /// Voice: 50 packets a second.
    #[default]
    Audio,
    /// Video: large packets at a scenario's rate.
    Video,
}

/// What else the line carried while a stream ran.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LineLoad {
    /// Nothing of ours.
    #[default]
    Idle,
    /// A call's voice and video, both ways at once.
    Call,
}

/// Opinion score of a voice call, from 1 (bad) to 4.5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mos {
    /// The score. ITU-T G.107 with default values, the delay taken as half the round trip.
    pub score: f64,
    /// The codec whose impairment figures it rests on (ITU-T G.113 appendix I), not the codec of the call.
    pub codec: String,
}

/// What is known of a stream beside its loss and jitter. A missing figure was not measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StreamDetail {
    /// What it imitates.
    pub media: MediaKind,
    /// What else the line carried.
    pub load: LineLoad,
    /// Length of its packets at the IP layer, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_bytes: Option<u32>,
    /// Rate of this stream each way, at the IP layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Bps>,
    /// One-way delay above the stream's fastest packet (RFC 5481 section 4.2), median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variation_p50: Option<Millis>,
    /// The same, 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variation_p95: Option<Millis>,
    /// The same, 99th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variation_p99: Option<Millis>,
    /// How long a receiver waits for a packet, counted from when the fastest would have come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Millis>,
    /// Packets that arrived after the deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<u64>,
    /// Packets that arrived behind a later one (RFC 4737 section 3.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reordered: Option<u64>,
    /// Copies of packets that had arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<u64>,
    /// Round trip beside a call's load above that on the idle line, each at the 95th percentile. Never negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_added: Option<Millis>,
    /// Opinion score, a secondary figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mos: Option<Mos>,
    /// How late packets left this PC against their pace, 99th percentile: above a few milliseconds, jitter up is this
    /// PC's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_late_p99: Option<Millis>,
}

/// About a quarter of a second of a stream, for drawing. A missing delay means that nothing told it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityMoment {
    /// When it begins, from the start of the stream.
    pub offset: Millis,
    /// Packets that left in it.
    pub sent: u64,
    /// Those of them that arrived, early or late; the rest were lost.
    pub received: u64,
    /// Those of them that arrived after the deadline.
    pub late: u64,
    /// Round trip, median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_p50: Option<Millis>,
    /// Round trip, longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_max: Option<Millis>,
    /// One-way delay above the stream's fastest packet, median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variation_p50: Option<Millis>,
    /// The same, longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variation_max: Option<Millis>,
}

/// Most moments of one stream.
pub const MOST_MOMENTS: usize = 480;
