//! What speed-test servers told that were asked by name: TCP throughput, context for a reader and never the source of
//! a verdict. The limit of TCP is as much the window, the loss and the server as the line, and UDP media share none of
//! them.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::EvidenceId;
use super::network::Failure;
use super::units::{Bps, Millis, Percent};

/// Who runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SpeedService {
    /// A server that the user named.
    Ndt7,
    /// Measurement Lab, found by its Locate service. It publishes the results with the client's public address.
    MLab,
}

/// One run of ndt7 (protocol of M-Lab's ndt-server) against one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeedReading {
    /// Evidence id.
    pub id: EvidenceId,
    /// Who runs the server.
    pub service: SpeedService,
    /// Host and port; that of the Locate service where it gave none.
    pub server: String,
    /// When the user consented to publication; absent where nothing is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub consented_at: Option<jiff::Timestamp>,
    /// The address that was reached, of the server or of the proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The proxy that stood between, without its credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// From the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<TcpThroughput>,
    /// To the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<TcpThroughput>,
    /// Why there was no test at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// One direction.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TcpThroughput {
    /// Bits of the application that arrived, a second: without headers of IP, TCP and TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Bps>,
    /// Bytes of the application that arrived.
    pub bytes: u64,
    /// For how long.
    pub lasted: Millis,
    /// Least round trip that the server's TCP saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_round_trip: Option<Millis>,
    /// Its smoothed round trip at the end, under the test's own load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip: Option<Millis>,
    /// Share of the sent bytes that the server's TCP sent again. Not packet loss: TCP also repeats what is only late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retransmitted: Option<Percent>,
    /// What ended it; a rate beside it is what was measured until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}
