//! Something between agent and reflector that answers in the reflector's place. It stands at 127.0.0.2, passes the control
//! connection on to 127.0.0.1, and meddles with the ports. (macOS has no second loopback address.)

#![cfg(not(target_vendor = "apple"))]
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

#[path = "support/loopback.rs"]
mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use meetready::model::EvidenceId;
use meetready::model::network::{FailureCode, Grade, PortReading, PortState};
use meetready::model::rule::{PortRange, Scope, Transport};
use meetready::probe::ports::{Options, PortAsk, prove};
use meetready::probe::reflector::Session;
use meetready::reflector::{Config, Reflector};
use meetready::wire::join::JoinUrl;
use support::{free_ports, limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

const BOX: [u8; 4] = [127, 0, 0, 2];

async fn listen(port: u16) -> TcpListener {
    TcpListener::bind(SocketAddr::from((BOX, port)))
        .await
        .unwrap()
}

/// Passes TCP on to the real port.
async fn pass_tcp(port: u16) {
    let listener = listen(port).await;
    tokio::spawn(async move {
        while let Ok((mut inner, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Ok(mut outer) = TcpStream::connect(("127.0.0.1", port)).await {
                    let _ = tokio::io::copy_bidirectional(&mut inner, &mut outer).await;
                }
            });
        }
    });
}

/// Ends TLS itself, with a certificate of its own, and passes on what is inside.
async fn intercept(port: u16) {
    let key = rcgen::generate_simple_self_signed(vec!["box".to_owned()]).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(meetready::net::tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![key.cert.der().clone()],
            rustls::pki_types::PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()).into(),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = listen(port).await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(stream).await.map(|_| ()) });
        }
    });
}

/// Accepts, reads, and answers with this; empty: says nothing and keeps the connection.
async fn answer_with(port: u16, reply: &'static [u8]) {
    let listener = listen(port).await;
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4_096];
            if !reply.is_empty() {
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(reply).await;
            }
            kept.push(stream);
        }
    });
}

fn state(readings: &[PortReading], port: u16) -> PortState {
    let hit = readings[0]
        .outcomes
        .iter()
        .find(|o| o.ports.iter().any(|r| r.contains(port)));
    hit.unwrap().state.clone()
}

async fn session(reflector: &Reflector) -> Session {
    let real = reflector.join_url();
    pass_tcp(real.port).await;
    let url = JoinUrl {
        host: "127.0.0.2".into(),
        alternates: Vec::new(),
        ..real.clone()
    };
    Session::open(&url, &limits()).await.unwrap()
}

async fn proved(session: &Session, transport: Transport, ports: &[u16]) -> Vec<PortReading> {
    let ask = PortAsk::new(
        Scope::Cloud,
        transport,
        PortRange::compress(ports.iter().copied()),
    );
    let options = Options::new(
        EvidenceId("reflector-1".into()),
        1,
        1,
        Duration::from_mins(1),
    );
    prove(session, &ask, &options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tcp_answer_that_is_not_the_reflectors_is_not_open() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = session(&reflector).await;
    let ports = free_ports(Transport::Tcp, 5);
    pass_tcp(ports[0]).await;
    intercept(ports[1]).await;
    answer_with(ports[2], b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    answer_with(ports[3], b"").await;
    let readings = proved(&session, Transport::Tcp, &ports).await;
    assert_eq!(
        state(&readings, ports[0]),
        PortState::Open {
            grade: Grade::AuthenticatedEcho
        }
    );
    for (port, code) in [
        (ports[1], FailureCode::CertificateNotPinned),
        (ports[2], FailureCode::TlsFailed),
        (ports[3], FailureCode::TimedOut),
    ] {
        let PortState::Unproved { failure } = state(&readings, port) else {
            panic!("{:?}", state(&readings, port));
        };
        assert_eq!(failure.code, code, "{failure:?}");
    }
    let PortState::Rejected { failure } = state(&readings, ports[4]) else {
        panic!("{:?}", state(&readings, ports[4]));
    };
    assert_eq!(failure.code, FailureCode::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_udp_echo_and_a_diverted_port_are_not_open() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = session(&reflector).await;
    let ports = free_ports(Transport::Udp, 4);
    // Passed on; echoed; passed on to another port that the session leases too; swallowed.
    for (port, to) in [
        (ports[0], Some(ports[0])),
        (ports[1], None),
        (ports[2], Some(ports[0])),
        (ports[3], Some(0)),
    ] {
        let front = UdpSocket::bind(SocketAddr::from((BOX, port)))
            .await
            .unwrap();
        tokio::spawn(async move {
            let back = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let mut buffer = [0; 2_048];
            while let Ok((len, from)) = front.recv_from(&mut buffer).await {
                let mut reply = len;
                match to {
                    Some(0) => continue,
                    Some(to) => {
                        back.send_to(&buffer[..len], ("127.0.0.1", to))
                            .await
                            .unwrap();
                        let wait = Duration::from_millis(100);
                        match tokio::time::timeout(wait, back.recv(&mut buffer)).await {
                            Ok(Ok(len)) => reply = len,
                            _ => continue,
                        }
                    }
                    None => {}
                }
                front.send_to(&buffer[..reply], from).await.unwrap();
            }
        });
    }
    let readings = proved(&session, Transport::Udp, &ports).await;
    assert_eq!(
        state(&readings, ports[0]),
        PortState::Open {
            grade: Grade::AuthenticatedEcho
        }
    );
    for port in &ports[1..] {
        let PortState::Silent {
            control,
            died,
            tries,
        } = state(&readings, *port)
        else {
            panic!("{port}: {:?}", state(&readings, *port));
        };
        assert!(control && tries >= 3, "another port answered");
        assert_eq!(
            died.value(),
            Some(&meetready::model::network::Direction::Up)
        );
    }
}
