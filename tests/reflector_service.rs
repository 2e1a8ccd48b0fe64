//! The reflector as a service that strangers can reach: what they get, what they cannot stop, and what its owner sees.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

#[path = "support/loopback.rs"]
mod support;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use meetready::model::network::{FailureCode, ReflectorRole};
use meetready::model::rule::{PortRange, Transport};
use meetready::net::tls::pinned_client;
use meetready::probe::reflector::Session;
use meetready::reflector::{Config, Reflector};
use meetready::wire::control::{LeaseRequest, path};
use meetready::wire::keys::SessionKey;
use meetready::wire::stamp::{ErrorEstimate, NtpTime, SenderPacket};
use meetready::wire::stun;
use support::{free_ports, limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};

fn with_metrics(mut config: Config) -> Config {
    config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    config
}

async fn start(config: Config) -> (Reflector, Session) {
    let reflector = Reflector::start(with_metrics(config)).await.unwrap();
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

/// The page of counters, whole.
async fn page(reflector: &Reflector) -> String {
    let mut stream = TcpStream::connect(reflector.metrics_addr().unwrap())
        .await
        .unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut out = String::new();
    stream.read_to_string(&mut out).await.unwrap();
    assert!(out.starts_with("HTTP/1.1 200 OK\r\n"), "{out}");
    out.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Every sample of the page, as a Prometheus parser reads it: `name{label=value}` and its value.
async fn counters(reflector: &Reflector) -> BTreeMap<String, u64> {
    let text = page(reflector).await;
    let scrape = prometheus_parse::Scrape::parse(text.lines().map(|l| Ok(l.to_owned()))).unwrap();
    let named = |s: &prometheus_parse::Sample| {
        let labels: Vec<String> = s.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let value = match s.value {
            prometheus_parse::Value::Counter(v) | prometheus_parse::Value::Gauge(v) => {
                format!("{v:.0}").parse::<u64>().unwrap()
            }
            ref other => panic!("{} is neither counter nor gauge: {other:?}", s.metric),
        };
        let name = s.metric.trim_start_matches("meetready_reflector_");
        let mut labels = labels;
        labels.sort();
        if labels.is_empty() {
            (name.to_owned(), value)
        } else {
            (format!("{name}{{{}}}", labels.join(",")), value)
        }
    };
    scrape.samples.iter().map(named).collect()
}

/// What comes back within a moment, or until the other side closes.
async fn hear(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> usize {
    let mut buffer = vec![0; 65_536];
    let mut got = 0;
    while let Ok(Ok(n @ 1..)) =
        tokio::time::timeout(Duration::from_millis(400), stream.read(&mut buffer)).await
    {
        got += n;
    }
    got
}

#[tokio::test(flavor = "multi_thread")]
async fn no_datagram_of_a_stranger_gets_more_than_it_brought() {
    let mut config = Config::self_test();
    config.limits.stun_per_second = 1_000;
    let (reflector, session) = start(config).await;
    let port = lease(&session, Transport::Udp).await;
    let stranger = SessionKey::random().port(Transport::Udp, port);
    let stamp = |ssid| SenderPacket {
        sequence: 1,
        timestamp: NtpTime(7),
        error: ErrorEstimate::UNSYNCHRONISED,
        ssid,
    };
    let mut kinds: Vec<(String, Vec<u8>)> = vec![
        ("an empty one".into(), vec![]),
        (
            "STAMP without key".into(),
            stamp(session.ssid()).encode(&stranger, 1_200),
        ),
        (
            "STAMP of no session".into(),
            stamp(session.ssid() ^ 1).encode(&stranger, 0),
        ),
        ("plain STAMP or TWAMP".into(), {
            let mut p = vec![0; 44];
            p[11] = 7;
            p[13] = 1;
            p
        }),
        ("a DNS question".into(), {
            let mut q = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            q.extend(b"\x04zoom\x02us\x00\x00\xff\x00\x01");
            q
        }),
        ("NTP monlist".into(), {
            let mut q = vec![0x17, 0, 3, 0x2a];
            q.resize(48, 0);
            q
        }),
        (
            "SNMP getBulk".into(),
            b"\x30\x26\x02\x01\x01\x04\x06public\xa5".to_vec(),
        ),
        ("SSDP".into(), b"M-SEARCH * HTTP/1.1\r\n\r\n".to_vec()),
        (
            "memcached".into(),
            b"\0\x01\0\0\0\x01\0\0stats\r\n".to_vec(),
        ),
        ("QUIC of an unknown version".into(), {
            let mut p = vec![0xc0, 0xba, 0xba, 0xba, 0xba, 8];
            p.resize(1_200, 0);
            p
        }),
    ];
    for length in [1, 19, 21, 111, 112, 113, 500, 1_400] {
        for fill in [0x00, 0x55, 0xff] {
            kinds.push((format!("{length} octets of {fill:02x}"), vec![fill; length]));
        }
    }
    // Every method and class of STUN, and Binding requests with attributes it must understand.
    for kind in [0x0001u16, 0x0003, 0x0011, 0x0101, 0x0111, 0x0004, 0x0008] {
        let mut p = stun::request();
        p[..2].copy_from_slice(&kind.to_be_bytes());
        kinds.push((format!("STUN type {kind:04x}"), p));
    }
    let mut long = stun::request();
    long[3] = 8;
    long.extend([0x00, 0x06, 0x00, 0x04, b'u', b's', b'e', b'r']);
    kinds.push(("STUN with USERNAME".into(), long));
    let sent = kinds.len();
    for (what, packet) in kinds {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(("127.0.0.1", port)).await.unwrap();
        socket.send(&packet).await.unwrap();
        let mut buffer = [0; 2_048];
        let mut got = 0;
        while let Ok(Ok(n)) =
            tokio::time::timeout(Duration::from_millis(60), socket.recv(&mut buffer)).await
        {
            got += n;
        }
        let minimal = if packet.len() == 20 && packet.starts_with(&[0, 1, 0, 0, 0x21]) {
            32
        } else {
            0
        };
        assert_eq!(got, minimal, "{what}");
    }
    let counted = counters(&reflector).await;
    let of = |name: &str| counted[name];
    let sent = sent as u64;
    assert_eq!(of("datagrams_received_total"), sent);
    assert_eq!(of("datagrams_answered_total{protocol=stun}"), 1);
    let dropped: u64 = counted
        .iter()
        .filter(|(k, _)| k.starts_with("datagrams_dropped_total"))
        .map(|(_, v)| v)
        .sum();
    assert_eq!(dropped, sent - 1, "{counted:?}");
    assert_eq!(of("datagrams_dropped_total{reason=forged}"), 1);
    assert_eq!(of("datagrams_answered_bytes_total"), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_of_a_stranger_gets_more_than_it_brought() {
    let (reflector, session) = start(Config::self_test()).await;
    let leased = lease(&session, Transport::Tcp).await;
    let control = reflector.local_addrs()[0].port();
    let requests: Vec<Vec<u8>> = [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "x\r\n\r\n",
        "\r\n\r\n",
        "GET /v1/hello HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /v1/log HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n",
        "DELETE /v1/session HTTP/1.1\r\nauthorization: Bearer AAAA\r\n\r\n",
        "POST /v1/session HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
        "POST /v1/lease HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /v1/proof/1/AAAAAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\n\r\n",
    ]
    .iter()
    .map(|s| s.as_bytes().to_vec())
    .chain([
        format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)).into_bytes(),
        format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200)).into_bytes(),
        vec![0xff; 300],
    ])
    .collect();
    let config = Arc::new(pinned_client(reflector.join_url().certificate.0).unwrap());
    let connector = tokio_rustls::TlsConnector::from(config.clone());
    let name = || "reflector.invalid".try_into().unwrap();
    for request in &requests {
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        // Inside TLS, on both kinds of ports.
        for port in [control, leased] {
            let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let mut tls = connector.connect(name(), stream).await.unwrap();
            let _ = tls.write_all(request).await;
            let got = hear(&mut tls).await;
            assert!(got <= request.len(), "{port}: {shown}: {got} octets");
        }
        // Plain.
        for port in [control, leased] {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let _ = stream.write_all(request).await;
            let got = hear(&mut stream).await;
            assert!(got <= request.len(), "plain {port}: {shown}: {got} octets");
        }
    }
    // TLS itself: nothing and pieces get nothing or an alert no longer than they are; a whole ClientHello gets the
    // handshake, once.
    let mut client = rustls::ClientConnection::new(config, name()).unwrap();
    let mut hello = Vec::new();
    client.write_tls(&mut hello).unwrap();
    let alert = [21, 3, 3, 0, 2, 2, 40];
    for (what, bytes, grace) in [
        ("nothing", &b""[..], 0),
        ("a type", &hello[..1], 0),
        ("a record head", &hello[..5], 0),
        ("a wrong version", &[22, 9, 9, 0, 1][..], 0),
        ("too long a record", &[22, 3, 3, 0xff, 0xff][..], 0),
        ("an alert", &alert[..], 0),
        ("half a ClientHello", &hello[..hello.len() / 2], 0),
        ("a ClientHello", &hello[..], 1_024),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", control)).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let got = hear(&mut stream).await;
        assert!(got <= bytes.len() + grace, "{what}: {got} octets");
    }
    session.heartbeat().await.expect("the service goes on");
}

/// Strangers come from many addresses of loopback.
async fn stranger(from: u32, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // The first of them is the honest agent's own.
    let ip = Ipv4Addr::from(u32::from(Ipv4Addr::LOCALHOST) + from);
    socket.bind(SocketAddr::from((ip, 0)))?;
    socket.connect(to).await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_thousand_silent_and_slow_connections_do_not_keep_an_agent_out() {
    let granted = rlimit::increase_nofile_limit(16_384).unwrap();
    assert!(granted >= 8_000, "only {granted} descriptors are granted");
    let mut config = Config::self_test();
    // Fewer places than strangers, so that they take every one of them.
    config.limits.connections = 1_024;
    let reflector = Reflector::start(with_metrics(config)).await.unwrap();
    let at = reflector.local_addrs()[0];
    let pinned = Arc::new(pinned_client(reflector.join_url().certificate.0).unwrap());
    let connector = tokio_rustls::TlsConnector::from(pinned);
    let mut kept = Vec::new();
    let mut bodies = Vec::new();
    for n in 0..3_000u32 {
        let mut stream = stranger(n % 40, at).await.unwrap();
        match n % 3 {
            0 => {}
            // The head of a TLS record, and the rest never.
            1 => drop(stream.write_all(&[22, 3, 1, 0x40, 0]).await),
            _ if n % 60 == 2 => {
                // A request whose body never comes, from somebody without a key.
                let name = "reflector.invalid".try_into().unwrap();
                if let Ok(mut tls) = connector.connect(name, stream).await {
                    let head = format!(
                        "POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n",
                        path::SESSION
                    );
                    let _ = tls.write_all(head.as_bytes()).await;
                    bodies.push(tls);
                }
                continue;
            }
            _ => drop(stream.write_all(&[22]).await),
        }
        kept.push(stream);
    }
    let before = counters(&reflector).await;
    assert!(before["connections"] <= 1_024, "{before:?}");
    assert!(
        before["connections_dropped_total{reason=displaced}"] > 1_000,
        "the places were contested: {before:?}"
    );
    // While all of them wait, and more keep coming.
    let flood = tokio::spawn(async move {
        let mut more = Vec::new();
        for n in 0..u32::MAX {
            more.extend(stranger(n % 40, at).await);
            if more.len() > 1_500 {
                more.clear();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    for _ in 0..5 {
        let session = Session::open(reflector.join_url(), &limits())
            .await
            .expect("an honest agent is served");
        lease(&session, Transport::Udp).await;
        lease(&session, Transport::Tcp).await;
        session.heartbeat().await.unwrap();
        session.close().await.unwrap();
    }
    flood.abort();
    drop(kept);
    let after = counters(&reflector).await;
    assert_eq!(after["sessions_opened_total"], 5);
    assert_eq!(after["sessions_ended_total{reason=closed}"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_that_nobody_uses_and_sessions_that_never_end_are_taken_back() {
    let mut config = Config::self_test();
    config.limits.lease = Duration::from_millis(700);
    config.limits.session = Duration::from_secs(4);
    let (reflector, session) = start(config).await;
    lease(&session, Transport::Udp).await;
    assert_eq!(session.heartbeat().await.unwrap().ports, 1);
    let until = Instant::now() + Duration::from_secs(10);
    while session.heartbeat().await.is_ok_and(|b| b.ports > 0) {
        assert!(Instant::now() < until, "the port is still held");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(counters(&reflector).await["leases_expired_total"], 1);
    let ended = loop {
        match session.heartbeat().await {
            Ok(_) => assert!(Instant::now() < until, "the session is still open"),
            Err(failure) => break failure,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(ended.code, FailureCode::AccessDenied, "{ended:?}");
    let counted = counters(&reflector).await;
    assert_eq!(counted["sessions_ended_total{reason=expired}"], 1);
    assert_eq!(counted["sessions"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_and_forgeries_are_counted_apart() {
    let (reflector, session) = start(Config::self_test()).await;
    let port = lease(&session, Transport::Udp).await;
    let key = session.key().port(Transport::Udp, port);
    let packet = SenderPacket {
        sequence: 3,
        timestamp: NtpTime(9),
        error: ErrorEstimate::UNSYNCHRONISED,
        ssid: session.ssid(),
    };
    let good = packet.encode(&key, 0);
    let mut forged = good.clone();
    forged[2] ^= 1;
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(("127.0.0.1", port)).await.unwrap();
    for bytes in [&good, &good, &good, &forged] {
        socket.send(bytes).await.unwrap();
    }
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let counted = counters(&reflector).await;
        if counted["datagrams_received_total"] >= 4 {
            assert_eq!(counted["datagrams_answered_total{protocol=stamp}"], 1);
            assert_eq!(counted["datagrams_dropped_total{reason=replayed}"], 2);
            assert_eq!(counted["datagrams_dropped_total{reason=forged}"], 1);
            break;
        }
        assert!(Instant::now() < until, "{counted:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counters_are_what_prometheus_expects() {
    let (reflector, _session) = start(Config::self_test()).await;
    let text = page(&reflector).await;
    let mut kinds = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(kinds.insert(name.to_owned(), kind.to_owned()).is_none());
            assert!(text.contains(&format!("# HELP {name} ")), "{name}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().unwrap();
            assert!(kinds.contains_key(name), "{line}");
        }
    }
    assert!(kinds.len() > 20, "{kinds:?}");
    let counted = counters(&reflector).await;
    assert_eq!(counted["sessions"], 1);
    let build = format!(
        "build_info{{role=self-test,version={}}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(counted[&build], 1);
    // Nothing else is told there, and nothing is told on the control port.
    let mut stream = TcpStream::connect(reflector.metrics_addr().unwrap())
        .await
        .unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut out = String::new();
    stream.read_to_string(&mut out).await.unwrap();
    assert!(out.starts_with("HTTP/1.1 404"), "{out}");
    assert!(!text.contains(&reflector.join_url().key.reveal()));
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_told_when_the_reflector_stops() {
    let (reflector, session) = start(Config::self_test()).await;
    assert_eq!(session.role(), ReflectorRole::SelfTest);
    let url = reflector.join_url().clone();
    let stopping = tokio::spawn(reflector.shutdown());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let told = session.heartbeat().await.unwrap_err();
    assert_eq!(told.code, FailureCode::Closed, "{told:?}");
    assert!(told.detail.unwrap().contains("being stopped"));
    let told = Session::open(&url, &limits()).await.unwrap_err();
    assert_eq!(told.code, FailureCode::Closed, "{told:?}");
    stopping.await.unwrap();
    let gone = Session::open(&url, &limits()).await.unwrap_err();
    assert_eq!(gone.code, FailureCode::Refused, "{gone:?}");
}

/// The program itself: its log, its end, and too few descriptors.
#[cfg(unix)]
mod program {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Child, Command, Stdio};

    use super::*;
    use meetready::wire::join::JoinUrl;

    const MEETREADY: &str = env!("CARGO_BIN_EXE_meetready");

    fn reflect(shell: &str, arguments: &[&str]) -> (Child, JoinUrl) {
        let mut child = Command::new("sh")
            .args(["-c", &format!("{shell} exec \"$0\" reflect \"$@\"")])
            .arg(MEETREADY)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        (child, line.trim().parse().unwrap())
    }

    fn end(mut child: Child, signal: &str) -> String {
        let killed = Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{signal}: {status}");
        let mut log = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        log
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_log_is_one_line_an_event_and_holds_no_secret() {
        for signal in ["TERM", "INT"] {
            let arguments = ["--log-format", "json", "--log-level", "debug", "--quiet"];
            let (child, url) = reflect("", &arguments);
            let session = Session::open(&url, &limits()).await.unwrap();
            let port = lease(&session, Transport::Udp).await;
            let wrong = JoinUrl {
                key: meetready::wire::keys::AccessKey::random(),
                ..url.clone()
            };
            let denied = Session::open(&wrong, &limits()).await.unwrap_err();
            assert_eq!(denied.code, FailureCode::AccessDenied);
            let key = session.key().reveal();
            let log = end(child, signal);
            let lines: Vec<serde_json::Value> = log
                .lines()
                .map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}")))
                .collect();
            let said = |what: &str| lines.iter().any(|l| l["message"] == what);
            for what in [
                "started",
                "session opened",
                "access denied",
                "asked to stop",
                "session ended",
                "stopped",
            ] {
                assert!(said(what), "{what}: {log}");
            }
            for secret in [url.key.reveal(), wrong.key.reveal(), key] {
                assert!(!log.contains(&secret), "{log}");
            }
            assert!(port > 0);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn too_few_descriptors_are_shared_out_and_no_busy_loop_begins() {
        let metrics = free_ports(Transport::Tcp, 1)[0].to_string();
        let (child, url) = reflect("ulimit -n 48;", &["--metrics", &metrics]);
        let at: SocketAddr = url.address().parse().unwrap();
        let session = Session::open(&url, &limits()).await.unwrap();
        // Ports until the system grants no more, and connections until it accepts no more.
        let ports = free_ports(Transport::Udp, 40);
        let request = LeaseRequest {
            transport: Transport::Udp,
            ports: PortRange::compress(ports),
            any: 0,
        };
        let reply = session.lease(&request).await.unwrap();
        assert!(!reply.refused.is_empty());
        let mut kept = Vec::new();
        for n in 0..100 {
            kept.extend(stranger(n, at).await);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let other = Session::open(&url, &limits())
            .await
            .expect("an honest agent is served");
        other.heartbeat().await.unwrap();
        session.heartbeat().await.unwrap();
        drop(kept);
        let log = end(child, "TERM");
        assert!(log.contains("stopped"), "{log}");
        let complaints = log.lines().filter(|l| l.contains("cannot accept")).count();
        assert!(complaints <= 3, "{log}");
    }

    #[test]
    fn the_log_goes_to_a_file_when_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reflect.log");
        let (child, _) = reflect("", &["--log-file", path.to_str().unwrap(), "--quiet"]);
        assert_eq!(end(child, "TERM"), "");
        let log = std::fs::read_to_string(&path).unwrap();
        assert!(log.contains("started") && log.contains("stopped"), "{log}");
    }
}
