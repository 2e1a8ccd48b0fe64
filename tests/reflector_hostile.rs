//! What must not work, and what must not stop the service.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

#[path = "support/loopback.rs"]
mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use meetready::model::network::{Failure, FailureCode, ReflectorRole};
use meetready::model::rule::{PortRange, Transport};
use meetready::probe::reflector::Session;
use meetready::reflector::{Config, Reflector};
use meetready::wire::control::{LeaseRequest, MAX_REQUEST, Proof, path};
use meetready::wire::join::{Fingerprint, JoinUrl};
use meetready::wire::keys::{AccessKey, PortKey, SessionKey};
use meetready::wire::stamp::{ErrorEstimate, NtpTime, ReflectorPacket, SenderPacket};
use meetready::wire::stun;
use support::{free_ports, limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

async fn start() -> (Reflector, Session) {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    (reflector, session)
}

async fn lease(session: &Session, transport: Transport) -> u16 {
    let port = free_ports(transport, 1)[0];
    let request = LeaseRequest {
        transport,
        ports: PortRange::compress([port]),
        any: 0,
    };
    assert!(session.lease(&request).await.unwrap().refused.is_empty());
    port
}

async fn to(port: u16) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(("127.0.0.1", port)).await.unwrap();
    socket
}

/// The answer to this datagram, if one comes.
async fn exchange(socket: &UdpSocket, packet: &[u8]) -> Option<Vec<u8>> {
    socket.send(packet).await.unwrap();
    let mut buffer = [0; 2_048];
    let got = tokio::time::timeout(Duration::from_millis(300), socket.recv(&mut buffer)).await;
    got.ok().map(|len| buffer[..len.unwrap()].to_vec())
}

fn packet(session: &Session, sequence: u32) -> SenderPacket {
    SenderPacket {
        sequence,
        timestamp: NtpTime(77),
        error: ErrorEstimate::UNSYNCHRONISED,
        ssid: session.ssid(),
    }
}

async fn open_at(url: &JoinUrl) -> Failure {
    let opened = tokio::time::timeout(Duration::from_secs(15), Session::open(url, &limits())).await;
    opened.expect("no hang").expect_err("nothing to open")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_denied_and_a_wrong_certificate_is_never_given_the_key() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let wrong = JoinUrl {
        key: AccessKey::random(),
        ..reflector.join_url().clone()
    };
    assert_eq!(open_at(&wrong).await.code, FailureCode::AccessDenied);
    let other = JoinUrl {
        certificate: Fingerprint([7; 32]),
        ..reflector.join_url().clone()
    };
    let failure = open_at(&other).await;
    assert_eq!(
        failure.code,
        FailureCode::CertificateNotPinned,
        "{failure:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn replayed_forged_and_foreign_packets_get_silence() {
    let (_reflector, session) = start().await;
    let port = lease(&session, Transport::Udp).await;
    let other_port = lease(&session, Transport::Udp).await;
    let key = session.key().port(Transport::Udp, port);
    let socket = to(port).await;
    let good = packet(&session, 1).encode(&key, 0);
    let answer = exchange(&socket, &good).await.expect("answered");
    assert!(answer.len() <= good.len());
    let read = ReflectorPacket::parse(&answer, &key).unwrap();
    assert!(read.answers(&packet(&session, 1)));
    assert_eq!(read.sequence, 0);

    assert_eq!(exchange(&socket, &good).await, None, "a replay");
    assert_eq!(
        exchange(&to(port).await, &good).await,
        None,
        "a replay from elsewhere"
    );
    assert_eq!(
        exchange(&to(other_port).await, &packet(&session, 2).encode(&key, 0)).await,
        None,
        "another port"
    );
    let forged: PortKey = SessionKey::random().port(Transport::Udp, port);
    assert_eq!(
        exchange(&socket, &packet(&session, 3).encode(&forged, 0)).await,
        None,
        "another key"
    );
    let stranger = SenderPacket {
        ssid: session.ssid().wrapping_add(1),
        ..packet(&session, 4)
    };
    assert_eq!(
        exchange(&socket, &stranger.encode(&key, 0)).await,
        None,
        "another session"
    );
    assert_eq!(
        exchange(&socket, &answer).await,
        None,
        "an answer sent back"
    );
    for junk in [&b""[..], b"x", &[0; 44], &[0; 112], &[0xff; 1_400]] {
        assert_eq!(
            exchange(&socket, junk).await,
            None,
            "{} octets of junk",
            junk.len()
        );
    }
    // The stateful count goes on: only what was answered is numbered.
    let answer = exchange(&socket, &packet(&session, 5).encode(&key, 600))
        .await
        .expect("still served");
    assert_eq!(answer.len(), 600);
    assert_eq!(ReflectorPacket::parse(&answer, &key).unwrap().sequence, 1);
    let log = session.log().await.unwrap();
    let counts: Vec<_> = log
        .ports
        .iter()
        .map(|l| (l.port, l.requests, l.replies))
        .collect();
    assert_eq!(
        counts,
        [(port, 2, 2)],
        "only authenticated, fresh requests are counted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stun_is_answered_to_anyone_but_not_without_limit() {
    let mut config = Config::self_test();
    config.limits.stun_per_second = 5;
    let reflector = Reflector::start(config).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let port = lease(&session, Transport::Udp).await;
    let socket = to(port).await;
    let ask = stun::request();
    let answer = exchange(&socket, &ask).await.unwrap();
    assert_eq!(answer.len(), 32);
    assert_eq!(
        stun::mapped(&ask, &answer),
        Some(socket.local_addr().unwrap())
    );
    let begun = Instant::now();
    let mut answered = 0;
    for _ in 0..200 {
        socket.send(&stun::request()).await.unwrap();
    }
    let mut buffer = [0; 64];
    while let Ok(Ok(_)) =
        tokio::time::timeout(Duration::from_millis(200), socket.recv(&mut buffer)).await
    {
        answered += 1;
    }
    let most = 5 + begun.elapsed().as_secs() * 5 + 5;
    assert!(answered <= most, "{answered} of 200 answered");
    // A session's packets are not held up by that.
    let key = session.key().port(Transport::Udp, port);
    assert!(
        exchange(&socket, &packet(&session, 1).encode(&key, 0))
            .await
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flooding_session_is_held_to_its_rate() {
    let mut config = Config::self_test();
    config.limits.datagrams_per_second = 50;
    let reflector = Reflector::start(config).await.unwrap();
    let session = Session::open(reflector.join_url(), &limits())
        .await
        .unwrap();
    let port = lease(&session, Transport::Udp).await;
    let key = session.key().port(Transport::Udp, port);
    let socket = to(port).await;
    let begun = Instant::now();
    for n in 0..500 {
        socket
            .send(&packet(&session, n).encode(&key, 0))
            .await
            .unwrap();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let log = session.log().await.unwrap();
    let most = 50.0 + begun.elapsed().as_secs_f64() * 50.0 + 1.0;
    #[expect(clippy::cast_precision_loss, reason = "a count below 500")]
    let got = log.ports[0].replies as f64;
    assert!(got >= 50.0 && got <= most, "{got} of 500 answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_and_malformed_calls_are_refused_by_name() {
    let (reflector, session) = start().await;
    let url = reflector.join_url();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(meetready::net::tls::pinned_client(url.certificate.0).unwrap())
        .no_proxy()
        .build()
        .unwrap();
    let call = |method: reqwest::Method, path: &str, key: &str, body: String| {
        client
            .request(method, format!("https://{}{path}", url.address()))
            .bearer_auth(key)
            .body(body)
            .send()
    };
    let key = url.key.reveal();
    let post = reqwest::Method::POST;
    let huge = format!(
        "{{\"protocol\":1,\"agent\":\"{}\"}}",
        "x".repeat(MAX_REQUEST)
    );
    assert_eq!(
        call(post.clone(), path::SESSION, &key, huge)
            .await
            .unwrap()
            .status(),
        413
    );
    let unknown = "{\"protocol\":1,\"agent\":\"x\",\"exec\":\"sh\"}".to_owned();
    let refused = call(post.clone(), path::SESSION, &key, unknown)
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("exec"));
    let deep = "[".repeat(60_000);
    assert_eq!(
        call(post.clone(), path::SESSION, &key, deep)
            .await
            .unwrap()
            .status(),
        400
    );
    let newer = "{\"protocol\":2,\"agent\":\"x\"}".to_owned();
    let refused = call(post.clone(), path::SESSION, &key, newer)
        .await
        .unwrap();
    assert_eq!(refused.status(), 426);
    assert!(refused.text().await.unwrap().contains("version 1"));
    for (path, with) in [
        (path::LEASE, ""),
        (path::LOG, "wrong"),
        ("/v1/nothing", "x y"),
        ("/", ""),
    ] {
        assert_eq!(
            call(post.clone(), path, with, String::new())
                .await
                .unwrap()
                .status(),
            401,
            "{path}"
        );
    }
    // The access key is no session token.
    assert_eq!(
        call(reqwest::Method::GET, path::LOG, &key, String::new())
            .await
            .unwrap()
            .status(),
        401
    );
    session.heartbeat().await.expect("the service goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leased_tcp_port_answers_proofs_and_nothing_else() {
    let (reflector, session) = start().await;
    let port = lease(&session, Transport::Tcp).await;
    let key = session.key().port(Transport::Tcp, port);
    let get = |path: String| async move {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes())
            .await
            .unwrap();
        let mut out = Vec::new();
        let _ = stream.read_to_end(&mut out).await;
        out
    };
    let proof = Proof::new(session.ssid(), [1; 16], &key);
    let request = proof.to_path();
    let answer = get(request.clone()).await;
    assert!(proof.is_answer(&key, &answer[answer.len() - 16..]));
    // The head that a client must send is longer than what it gets.
    assert!(answer.len() < 160, "{}", answer.len());
    let other = Proof::new(
        session.ssid(),
        [1; 16],
        &session.key().port(Transport::Tcp, port ^ 1),
    );
    for path in [
        other.to_path(),
        path::HELLO.into(),
        path::SESSION.into(),
        "/".into(),
        format!("{}x", path::PROOF),
    ] {
        let answer = String::from_utf8_lossy(&get(path.clone()).await).into_owned();
        // Short requests get silence: no answer is longer than what was asked.
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 404"),
            "{path}: {answer}"
        );
    }
    // On the control port, plain HTTP is not spoken at all.
    let control = reflector.local_addrs()[0];
    let mut stream = TcpStream::connect(control).await.unwrap();
    stream
        .write_all(b"GET /v1/hello HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out).await;
    assert!(out.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open_connections_do_not_stop_the_service() {
    let mut config = Config::self_test();
    config.limits.handshake = Duration::from_millis(400);
    config.limits.request = Duration::from_millis(800);
    config.limits.connections_per_source = 64;
    let reflector = Reflector::start(config).await.unwrap();
    let at = reflector.local_addrs()[0];
    let mut open = Vec::new();
    for n in 0..64 {
        let mut stream = TcpStream::connect(at).await.unwrap();
        match n % 3 {
            // Nothing at all; the start of a TLS record; a drop now and then.
            0 => {}
            1 => stream.write_all(&[22, 3, 1, 0x40, 0]).await.unwrap(),
            _ => {
                tokio::spawn(async move {
                    while stream.write_all(&[22]).await.is_ok() {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                });
                continue;
            }
        }
        open.push(stream);
    }
    // All places of this source are taken; they are free again when the time for a handshake is over.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    Session::open(reflector.join_url(), &limits())
        .await
        .expect("served");
}

async fn speaks(banner: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            // Reads what it was sent first: a close with unread octets would be a reset.
            if banner.is_empty() {
                kept.push(stream);
            } else {
                let mut buffer = [0; 4_096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(banner).await;
            }
        }
    });
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn something_else_on_the_control_port_is_told_apart() {
    let url = |at: SocketAddr| JoinUrl {
        host: at.ip().to_string(),
        port: at.port(),
        alternates: Vec::new(),
        certificate: Fingerprint([1; 32]),
        key: AccessKey::random(),
    };
    let http = speaks(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let ssh = speaks(b"SSH-2.0-OpenSSH_9.6\r\n").await;
    for at in [http, ssh] {
        let failure = open_at(&url(at)).await;
        assert_eq!(failure.code, FailureCode::TlsFailed, "{failure:?}");
        assert!(
            failure
                .detail
                .as_ref()
                .unwrap()
                .contains("does not speak TLS"),
            "{failure:?}"
        );
    }
    let failure = open_at(&url(speaks(b"").await)).await;
    assert_eq!(failure.code, FailureCode::TimedOut, "{failure:?}");
    let closed = SocketAddr::from(([127, 0, 0, 1], free_ports(Transport::Tcp, 1)[0]));
    let failure = open_at(&url(closed)).await;
    assert_eq!(failure.code, FailureCode::Refused, "{failure:?}");
    let nowhere = JoinUrl {
        host: "no-such-host.invalid".into(),
        ..url(closed)
    };
    let failure = open_at(&nowhere).await;
    assert!(
        matches!(
            failure.code,
            FailureCode::DnsNoSuchName | FailureCode::TimedOut
        ),
        "{failure:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_of_the_same_reflector_is_tried() {
    let reflector = Reflector::start(Config::self_test()).await.unwrap();
    let good = reflector.join_url();
    let dead = JoinUrl {
        host: "127.0.0.77".into(),
        alternates: vec!["127.0.0.1".parse().unwrap()],
        ..good.clone()
    };
    Session::open(&dead, &limits())
        .await
        .expect("by its other address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_with_its_state_keeps_the_join_url() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_ports(Transport::Tcp, 1)[0];
    let mut config = Config::on(ReflectorRole::Lan, SocketAddr::from(([127, 0, 0, 1], port)));
    config.state_file = Some(dir.path().join("state.json"));
    let first = Reflector::start(config.clone()).await.unwrap();
    let url = first.join_url().clone();
    first.shutdown().await;
    let second = Reflector::start(config).await.unwrap();
    assert_eq!(second.join_url(), &url);
    let session = Session::open(&url, &limits()).await.unwrap();
    assert_eq!(session.role(), ReflectorRole::Lan);
}
