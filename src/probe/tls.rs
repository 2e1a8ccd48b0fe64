//! TLS to a vendor name: who shows which certificate, and who trusts it.
//!
//! The certificate is checked twice: by this PC's own store, which decides as it would for any program, and by the
//! public roots (the list that browsers share). Trusted by the PC alone means that somebody put a root of their own
//! on this PC: the connection is being inspected. An untrusted certificate ends the handshake; nothing is ever sent
//! over such a connection.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::dns::{self, Answer};
use super::proxy::{self, Proxy};
use super::{Ended, Surroundings, Target, begin, step, tcp};
use crate::model::network::{Failure, FailureCode, Family, Grade, Observation, ProbeKind};
use crate::net;
use crate::net::tls::provider;

/// Which certificates are trusted: by this PC, and by the public.
#[derive(Debug, Clone)]
pub struct Trust {
    system: Result<Arc<dyn ServerCertVerifier>, String>,
    public: Result<Arc<dyn ServerCertVerifier>, String>,
}

impl Trust {
    /// The system's certificate store, beside the public roots.
    pub fn of_this_machine() -> Self {
        let system = rustls_platform_verifier::Verifier::new(provider())
            .map(|v| Arc::new(v) as Arc<dyn ServerCertVerifier>)
            .map_err(|e| e.to_string());
        let public = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Self {
            system,
            public: verifier_of(public),
        }
    }

    /// The given roots in place of the system's store and of the public roots.
    pub fn of_roots(system: RootCertStore, public: RootCertStore) -> Self {
        Self {
            system: verifier_of(system),
            public: verifier_of(public),
        }
    }
}

fn verifier_of(roots: RootCertStore) -> Result<Arc<dyn ServerCertVerifier>, String> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map(|v| v as Arc<dyn ServerCertVerifier>)
        .map_err(|e| e.to_string())
}

/// What was learnt of the certificate that was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Shown {
    issuer: Option<String>,
    /// Trusted by this PC, unknown to the public roots.
    private: bool,
}

/// Verifies as the PC would, and takes notes.
#[derive(Debug)]
struct Recorder {
    trust: Trust,
    shown: Mutex<Shown>,
}

impl Recorder {
    fn shown(&self) -> Shown {
        self.shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let check = |verifier: &Arc<dyn ServerCertVerifier>| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp, now)
        };
        let public = match &self.trust.public {
            Ok(verifier) => check(verifier),
            Err(why) => Err(rustls::Error::General(why.clone())),
        };
        // Where the PC's store cannot be read, the public roots are the best judge there is.
        let mine = match &self.trust.system {
            Ok(verifier) => check(verifier),
            Err(_) => copy_of(&public),
        };
        let unknown_to_public = matches!(
            public,
            Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer
            ))
        );
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Shown {
            issuer: issuer_of(end_entity),
            private: mine.is_ok() && unknown_to_public,
        };
        mine
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            cert,
            dss,
            &ring::default_provider().signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            cert,
            dss,
            &ring::default_provider().signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A copy of a verification's outcome.
fn copy_of(
    outcome: &Result<ServerCertVerified, rustls::Error>,
) -> Result<ServerCertVerified, rustls::Error> {
    match outcome {
        Ok(_) => Ok(ServerCertVerified::assertion()),
        Err(e) => Err(e.clone()),
    }
}

/// The issuer's distinguished name, at most 200 characters.
fn issuer_of(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let name = parsed.issuer().to_string();
    Some(name.chars().filter(|c| !c.is_control()).take(200).collect())
}

/// TCP and TLS to `host`:`port` over one family, or through the proxy that this PC is set to use for it.
pub async fn observe(
    around: &Surroundings,
    host: &str,
    port: u16,
    family: Family,
    answer: &Answer,
) -> Observation {
    let target = Target { host, port, family };
    let mut o = begin(ProbeKind::Tls, target);
    let ended = match around.proxies.before("https", host, port) {
        Some(proxy) => through_proxy(around, target, &proxy, &mut o).await,
        None => direct(around, target, answer, &mut o).await,
    };
    match ended {
        Ok(grade) => o.grade = grade,
        Err(ended) => {
            o.grade = ended.grade;
            o.failure = Some(ended.failure);
        }
    }
    o
}

async fn direct(
    around: &Surroundings,
    target: Target<'_>,
    answer: &Answer,
    o: &mut Observation,
) -> Result<Grade, Ended> {
    if let Some(failure) = &answer.failure {
        return Err(dns::ended(failure.clone()));
    }
    let limit = around.limits.connect;
    let connected = tcp::connect(&answer.addresses, target.port, limit, &mut o.steps).await?;
    o.address = Some(connected.address);
    secure(around, target, connected.stream, o).await
}

async fn through_proxy(
    around: &Surroundings,
    target: Target<'_>,
    proxy: &Proxy,
    o: &mut Observation,
) -> Result<Grade, Ended> {
    o.proxy = Some(proxy.shown());
    let connected = proxy::reach(around, proxy, &mut o.steps).await?;
    o.family = Family::from(connected.address);
    let began = Instant::now();
    let tunnel = proxy::tunnel(
        connected.stream,
        proxy,
        target.host,
        target.port,
        around.limits.proxy,
    )
    .await;
    let failure = tunnel.as_ref().err().map(|e| e.failure.clone());
    o.steps.push(step("proxy", began, failure));
    secure(around, target, tunnel?, o).await
}

/// The handshake, and what the certificate tells.
async fn secure<S: AsyncRead + AsyncWrite + Unpin>(
    around: &Surroundings,
    target: Target<'_>,
    stream: S,
    o: &mut Observation,
) -> Result<Grade, Ended> {
    let recorder = Arc::new(Recorder {
        trust: around.trust.clone(),
        shown: Mutex::default(),
    });
    let began = Instant::now();
    let done = handshake(target.host, stream, recorder.clone(), around.limits.tls).await;
    let Shown { issuer, private } = recorder.shown();
    o.issuer = issuer;
    o.intercepted = private && done.is_ok();
    o.steps.push(step("tls", began, done.clone().err()));
    match done {
        // Whoever inspects the connection answered, not the vendor.
        Ok(()) if o.intercepted => Ok(Grade::HandshakeOnly),
        Ok(()) => Ok(Grade::ServiceReply),
        Err(failure) => Err(Ended {
            failure,
            grade: Grade::HandshakeOnly,
        }),
    }
}

async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    host: &str,
    stream: S,
    recorder: Arc<Recorder>,
    limit: Duration,
) -> Result<(), Failure> {
    let mut tls = shake_hands(host, stream, recorder, limit).await?;
    // A polite goodbye; whether it arrives changes nothing.
    let _ = tokio::time::timeout(Duration::from_secs(1), tls.shutdown()).await;
    Ok(())
}

/// TLS to `host` over a connection that stands, with the certificates that this PC trusts.
pub(crate) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    around: &Surroundings,
    host: &str,
    stream: S,
) -> Result<TlsStream<S>, Failure> {
    let recorder = Arc::new(Recorder {
        trust: around.trust.clone(),
        shown: Mutex::default(),
    });
    shake_hands(host, stream, recorder, around.limits.tls).await
}

async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(
    host: &str,
    stream: S,
    recorder: Arc<Recorder>,
    limit: Duration,
) -> Result<TlsStream<S>, Failure> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|e| Failure::because(FailureCode::BadReply, e.to_string()))?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| Failure::because(FailureCode::TlsFailed, e.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(recorder)
        .with_no_client_auth();
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    match tokio::time::timeout(limit, connecting).await {
        Ok(Ok(tls)) => Ok(tls),
        Ok(Err(e)) => Err(net::failure_of(&e)),
        Err(_) => Err(Failure::new(FailureCode::TimedOut)),
    }
}
