//! Servers that stand in for others: the vendor's names (DNS, TLS, HTTP), an inspecting middlebox, a proxy, and a
//! listener that is no reflector.
//!
//! They run in this process, or in a namespace: then the test program starts itself there ([`Peers::start`]).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

use super::lab::Running;
use super::shell::Namespace;
use super::speed::{self, Manner};

/// Environment variable that turns the test program into peers.
pub const ROLE: &str = "MEETREADY_TEST_PEERS";
/// The ignored test that plays them.
pub const PLAYER: &str = "play_peers";

/// A certificate authority of the test's own.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, PEM.
    pub pem: String,
}

/// A certificate and its key, PEM.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

impl Authority {
    /// A new one.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A server certificate for these names; `expired` ones ran out in 2001.
    pub fn identity(&self, names: &[&str], expired: bool) -> Identity {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        if expired {
            params.not_before = rcgen::date_time_ymd(2000, 1, 1);
            params.not_after = rcgen::date_time_ymd(2001, 1, 1);
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("signed");
        Identity {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

impl Identity {
    /// The server's side of TLS with it.
    pub fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = vec![CertificateDer::from_pem_slice(self.certificate.as_bytes()).expect("PEM")];
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("PEM");
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a server configuration");
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Names and their addresses. Anything else does not exist.
pub type Zone = BTreeMap<String, Vec<IpAddr>>;

/// One server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Peer {
    /// A DNS server, over UDP.
    Dns {
        /// Where.
        at: SocketAddr,
        /// What it knows.
        zone: Zone,
    },
    /// TLS, and nothing in it.
    Tls {
        /// Where.
        at: SocketAddr,
        /// What it shows.
        identity: Identity,
    },
    /// Gives every connection this reply once it has asked for something.
    Says {
        /// Where.
        at: SocketAddr,
        /// The reply.
        reply: String,
    },
    /// Accepts connections and says nothing.
    Mute {
        /// Where.
        at: SocketAddr,
    },
    /// Sends every datagram back.
    Echo {
        /// Where.
        at: SocketAddr,
    },
    /// Sends datagrams of 1,000 bytes to one place at a fixed rate.
    Traffic {
        /// From where.
        at: SocketAddr,
        /// Where they go.
        to: SocketAddr,
        /// The rate at the IP layer.
        kbit: u32,
    },
    /// An ndt7 server.
    Speed {
        /// Where.
        at: SocketAddr,
        /// How it behaves.
        manner: Manner,
    },
    /// A proxy that opens tunnels (`CONNECT`) to one place, whatever is asked for.
    Tunnel {
        /// Where.
        at: SocketAddr,
        /// Where tunnels end.
        to: SocketAddr,
    },
}

impl Peer {
    /// Opens the socket and serves in the background; returns the address, with the port that the system chose for
    /// port 0.
    pub async fn serve(self) -> std::io::Result<SocketAddr> {
        match self {
            Self::Dns { at, zone } => {
                let socket = UdpSocket::bind(at).await?;
                let bound = socket.local_addr()?;
                tokio::spawn(dns(socket, zone));
                Ok(bound)
            }
            Self::Traffic { at, to, kbit } => {
                let socket = UdpSocket::bind(at).await?;
                let bound = socket.local_addr()?;
                tokio::spawn(traffic(socket, to, kbit));
                Ok(bound)
            }
            Self::Echo { at } => {
                let socket = UdpSocket::bind(at).await?;
                let bound = socket.local_addr()?;
                tokio::spawn(async move {
                    let mut buffer = [0; 2048];
                    while let Ok((n, from)) = socket.recv_from(&mut buffer).await {
                        let _ = socket.send_to(&buffer[..n], from).await;
                    }
                });
                Ok(bound)
            }
            Self::Tls { at, identity } => {
                let acceptor = identity.acceptor();
                each(at, move |stream| {
                    let acceptor = acceptor.clone();
                    async move {
                        if let Ok(mut tls) = acceptor.accept(stream).await {
                            let _ = tls.read(&mut [0; 64]).await;
                        }
                    }
                })
                .await
            }
            Self::Says { at, reply } => {
                each(at, move |mut stream: TcpStream| {
                    let reply = reply.clone();
                    async move {
                        let _ = stream.read(&mut [0; 4096]).await;
                        let _ = stream.write_all(reply.as_bytes()).await;
                    }
                })
                .await
            }
            Self::Mute { at } => {
                each(at, |mut stream: TcpStream| async move {
                    while matches!(stream.read(&mut [0; 4096]).await, Ok(n) if n > 0) {}
                })
                .await
            }
            Self::Speed { at, manner } => speed::serve(at, manner).await,
            Self::Tunnel { at, to } => {
                each(at, move |mut stream: TcpStream| async move {
                    let mut asked = Vec::new();
                    while !asked.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => asked.push(byte),
                            Err(_) => return,
                        }
                    }
                    let Ok(mut far) = TcpStream::connect(to).await else {
                        return;
                    };
                    let agreed = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                    if agreed.is_ok() {
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut far).await;
                    }
                })
                .await
            }
        }
    }
}

async fn each<F, W>(at: SocketAddr, work: F) -> std::io::Result<SocketAddr>
where
    F: Fn(TcpStream) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(at).await?;
    let bound = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(work(stream));
        }
    });
    Ok(bound)
}

async fn dns(socket: UdpSocket, zone: Zone) {
    let mut buffer = [0; 2048];
    while let Ok((n, from)) = socket.recv_from(&mut buffer).await {
        let Some(reply) = buffer.get(..n).and_then(|q| answer(q, &zone)) else {
            continue;
        };
        let _ = socket.send_to(&reply, from).await;
    }
}

fn answer(question: &[u8], zone: &Zone) -> Option<Vec<u8>> {
    let asked = Message::from_vec(question).ok()?;
    let query = asked.queries.first()?.clone();
    let name = query.name().to_ascii().trim_end_matches('.').to_lowercase();
    let mut reply = Message::response(asked.metadata.id, asked.metadata.op_code);
    reply.add_query(query.clone());
    match zone.get(&name) {
        None => reply.metadata.response_code = ResponseCode::NXDomain,
        Some(addresses) => {
            for address in addresses {
                let data = match (address, query.query_type()) {
                    (IpAddr::V4(a), RecordType::A) => RData::A((*a).into()),
                    (IpAddr::V6(a), RecordType::AAAA) => RData::AAAA((*a).into()),
                    _ => continue,
                };
                reply.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
        }
    }
    reply.to_vec().ok()
}

/// Datagrams at a fixed rate: those that a pause held up follow at once.
async fn traffic(socket: UdpSocket, to: SocketAddr, kbit: u32) {
    let begun = std::time::Instant::now();
    let mut sent = 0_u128;
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let due = begun.elapsed().as_micros() * u128::from(kbit) / 8_000 / 1_028;
        while sent < due {
            let _ = socket.send_to(&[0; 1_000], to).await;
            sent += 1;
        }
    }
}

/// Servers in a namespace.
pub struct Peers;

impl Peers {
    /// Starts them there and waits until every socket is open.
    pub fn start(space: &Namespace, peers: &[Peer]) -> Running {
        let program = std::env::current_exe().expect("the test program");
        let mut command = space.command(&program.to_string_lossy());
        let role = serde_json::to_string(peers).expect("JSON");
        command
            .args([PLAYER, "--exact", "--ignored", "--nocapture"])
            .env(ROLE, role);
        let running = Running::start(command);
        running.line(|line| line.contains("peers are up").then_some(()));
        running
    }

    /// What the started program does: serves until it is killed. Does nothing where it was not asked to.
    pub fn play() {
        let Ok(role) = std::env::var(ROLE) else {
            return;
        };
        let peers: Vec<Peer> = serde_json::from_str(&role).expect("peers");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            for peer in peers {
                peer.serve().await.expect("a socket");
            }
            #[expect(clippy::print_stdout, reason = "the lab waits for this line")]
            {
                println!("peers are up");
            }
            std::future::pending::<()>().await;
        });
    }
}
