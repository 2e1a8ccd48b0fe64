//! What a reflector costs: port proofs a second on one core, memory with 2,000 sessions, and what an honest agent gets while
//! one source floods. Prints figures; run with `cargo bench --bench reflector`. Linux only.

#![allow(missing_docs, reason = "a program")]
#![expect(clippy::print_stdout, reason = "it prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails has no figure")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use meetready::model::network::ReflectorRole;
use meetready::model::rule::{PortRange, Transport};
use meetready::probe::reflector::{Limits, Session};
use meetready::reflector::{Config, Reflector};
use meetready::wire::control::{LeaseRequest, Proof};
use meetready::wire::join::JoinUrl;
use meetready::wire::stamp::{ErrorEstimate, NtpTime, SenderPacket};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

/// Environment variable that makes this program the reflector.
const ROLE: &str = "MEETREADY_BENCH_REFLECTOR";
const LASTS: Duration = Duration::from_secs(3);
const SESSIONS: usize = 2_000;

#[cfg(target_os = "linux")]
fn main() {
    if std::env::var_os(ROLE).is_some() {
        runtime(1).block_on(serve());
        return;
    }
    let _ = rlimit::increase_nofile_limit(16_384);
    runtime(2).block_on(async {
        proofs().await;
        memory().await;
        flood().await;
    });
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this measurement reads /proc: Linux only");
}

fn runtime(threads: usize) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .unwrap()
}

async fn serve() {
    let mut config = Config::on(ReflectorRole::Outside, "127.0.0.1:0".parse().unwrap());
    config.limits.sessions_per_source = SESSIONS + 50;
    config.limits.connections_per_source = SESSIONS + 500;
    config.limits.datagrams_per_second = 10_000_000;
    let _ = rlimit::increase_nofile_limit(16_384);
    let reflector = Reflector::start(config).await.unwrap();
    println!("{}", reflector.join_url().full());
    std::future::pending::<()>().await;
}

/// A reflector in a process of its own, on the first core.
struct Far {
    child: Child,
    url: JoinUrl,
}

impl Far {
    fn start() -> Self {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(std::env::current_exe().unwrap())
            .env(ROLE, "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().parse().unwrap();
        Self { child, url }
    }
    /// Processor time so far, seconds.
    fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        ticks as f64 / 100.0
    }
    /// Resident memory, bytes.
    fn resident(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id())).unwrap();
        text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096
    }
    async fn session(&self) -> Session {
        let limits = Limits {
            proxy: false,
            connect: Duration::from_secs(30),
            request: Duration::from_secs(30),
        };
        Session::open(&self.url, &limits).await.unwrap()
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn lease(session: &Session, transport: Transport, count: u16) -> Vec<u16> {
    let request = LeaseRequest {
        transport,
        ports: PortRange::compress(21_000..21_000 + count),
        any: 0,
    };
    let reply = session.lease(&request).await.unwrap();
    reply
        .held
        .iter()
        .flat_map(|h| h.ports.iter().flat_map(|r| r.ports()))
        .collect()
}

fn packet(session: &Session, sequence: u32, port: u16) -> Vec<u8> {
    let packet = SenderPacket {
        sequence,
        timestamp: NtpTime(77),
        error: ErrorEstimate::UNSYNCHRONISED,
        ssid: session.ssid(),
    };
    packet.encode(&session.key().port(Transport::Udp, port), 0)
}

/// Proves ports as fast as the answers come, with so many under way.
async fn prove_udp(session: &Session, ports: &[u16], lasts: Duration) -> u64 {
    let done = Arc::new(AtomicU64::new(0));
    let mut running = Vec::new();
    let share = ports.len().div_ceil(16).max(1);
    for ports in ports.chunks(share) {
        let (session, ports, done) = (session.clone(), ports.to_vec(), done.clone());
        running.push(tokio::spawn(async move {
            let mut sockets = Vec::new();
            for port in ports {
                let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                socket.connect(("127.0.0.1", port)).await.unwrap();
                sockets.push((port, socket));
            }
            let (until, mut buffer) = (Instant::now() + lasts, [0; 256]);
            let mut sequence = 0;
            while Instant::now() < until {
                for (port, socket) in &sockets {
                    let _ = socket.send(&packet(&session, sequence, *port)).await;
                }
                for (_, socket) in &sockets {
                    let answer = socket.recv(&mut buffer);
                    if tokio::time::timeout(Duration::from_millis(200), answer)
                        .await
                        .is_ok()
                    {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
                sequence += 1;
            }
        }));
    }
    for task in running {
        task.await.unwrap();
    }
    done.load(Ordering::Relaxed)
}

async fn proofs() {
    let far = Far::start();
    let session = far.session().await;
    let ports = lease(&session, Transport::Udp, 128).await;
    let before = far.processor();
    let done = prove_udp(&session, &ports, LASTS).await;
    let used = far.processor() - before;
    println!(
        "UDP proofs: {:.0} a second, {:.0} for each second of one core",
        done as f64 / LASTS.as_secs_f64(),
        done as f64 / used
    );
    let port = lease(&session, Transport::Tcp, 1).await[0];
    let key = session.key().port(Transport::Tcp, port);
    let before = far.processor();
    let (begun, mut done) = (Instant::now(), 0u64);
    while begun.elapsed() < LASTS {
        let proof = Proof::new(session.ssid(), rand::random(), &key);
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let head = format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", proof.to_path());
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut out = Vec::new();
        stream.read_to_end(&mut out).await.unwrap();
        assert!(proof.is_answer(&key, &out[out.len() - 16..]));
        done += 1;
    }
    let used = far.processor() - before;
    println!(
        "TCP proofs in plain HTTP, one after the other: {:.0} a second, {:.0} for each second of one core",
        done as f64 / begun.elapsed().as_secs_f64(),
        done as f64 / used
    );
}

async fn memory() {
    let far = Far::start();
    let first = far.session().await;
    let empty = far.resident();
    let mut sessions = vec![first];
    let begun = Instant::now();
    while sessions.len() < SESSIONS {
        sessions.push(far.session().await);
    }
    let took = begun.elapsed();
    let full = far.resident();
    println!(
        "{} sessions, each with its TLS connection: {:.1} MiB resident, {:.1} KiB each ({:.0} opened a second)",
        sessions.len(),
        full as f64 / f64::from(1 << 20),
        (full - empty) as f64 / 1024.0 / sessions.len() as f64,
        sessions.len() as f64 / took.as_secs_f64()
    );
}

/// Round trips of a careful agent, microseconds: median and 99th percentile, and how many of them were answered.
async fn careful(session: &Session, port: u16) -> (u64, u64, usize, usize) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(("127.0.0.1", port)).await.unwrap();
    let (mut times, mut buffer, sent) = (Vec::new(), [0; 256], 300);
    for n in 0..sent {
        let begun = Instant::now();
        socket.send(&packet(session, n, port)).await.unwrap();
        let answer = socket.recv(&mut buffer);
        if tokio::time::timeout(Duration::from_millis(200), answer)
            .await
            .is_ok()
        {
            times.push(u64::try_from(begun.elapsed().as_micros()).unwrap());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(0);
    (at(50), at(99), times.len(), sent as usize)
}

async fn flood() {
    let far = Far::start();
    let session = far.session().await;
    let ports = lease(&session, Transport::Udp, 2).await;
    let report = |what: &str, (p50, p99, got, sent): (u64, u64, usize, usize)| {
        println!(
            "{what}: {got} of {sent} answered, round trip {p50} us median, {p99} us at the 99th percentile"
        );
    };
    report("an honest agent alone", careful(&session, ports[0]).await);
    let stop = Arc::new(AtomicBool::new(false));
    let sent = Arc::new(AtomicU64::new(0));
    let (flag, count, target) = (stop.clone(), sent.clone(), ports[1]);
    let flooder = std::thread::spawn(move || {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(("127.0.0.1", target)).unwrap();
        while !flag.load(Ordering::Relaxed) {
            if socket.send(&[0x55; 200]).is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let begun = Instant::now();
    let figures = careful(&session, ports[0]).await;
    stop.store(true, Ordering::Relaxed);
    flooder.join().unwrap();
    let rate = sent.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    report(
        &format!("beside one source that sends {rate:.0} datagrams a second"),
        figures,
    );
}
