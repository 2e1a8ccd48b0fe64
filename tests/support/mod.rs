//! What integration tests share.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

pub mod lab;
pub mod peer;
pub mod read;
pub mod shell;

use std::time::Duration;

use meetready::model::rule::Transport;
use meetready::probe::reflector::Limits;

/// Short limits, for loopback.
pub fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(2),
        request: Duration::from_secs(4),
        proxy: false,
    }
}

/// Ports that nobody uses on loopback at this moment.
pub fn free_ports(transport: Transport, count: usize) -> Vec<u16> {
    let mut keep_tcp = Vec::new();
    let mut keep_udp = Vec::new();
    let mut out = Vec::new();
    while out.len() < count {
        let port = match transport {
            Transport::Tcp => {
                let s = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
                let port = s.local_addr().unwrap().port();
                keep_tcp.push(s);
                port
            }
            Transport::Udp => {
                let s = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
                let port = s.local_addr().unwrap().port();
                keep_udp.push(s);
                port
            }
        };
        // The families are bound apart; the port must be free in both.
        let v6_free = match transport {
            Transport::Tcp => std::net::TcpListener::bind(("::1", port)).is_ok(),
            Transport::Udp => std::net::UdpSocket::bind(("::1", port)).is_ok(),
        };
        if v6_free || std::net::UdpSocket::bind("[::1]:0").is_err() {
            out.push(port);
        }
    }
    out
}
