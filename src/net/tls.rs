//! TLS with a pinned certificate: the join URL says which one, so no authority is asked.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
};

use sha2::Digest as _;

use crate::model::network::{Failure, FailureCode};

/// The cryptography that all connections use.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Another certificate than the pinned one was shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the certificate shown has SHA-256 {}, not the pinned {}",
    hex(shown),
    hex(pinned)
)]
pub struct NotPinned {
    /// Fingerprint of what was shown.
    pub shown: [u8; 32],
    /// Fingerprint that the join URL names.
    pub pinned: [u8; 32],
    /// The certificate that was shown, DER.
    pub certificate: Vec<u8>,
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, b| text + &format!("{b:02x}"))
}

/// Accepts one certificate and no other; names and dates do not matter, possession of its key does.
struct Pinned {
    fingerprint: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pinned({})", hex(&self.fingerprint))
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown: [u8; 32] = sha2::Sha256::digest(end_entity).into();
        if shown == self.fingerprint {
            return Ok(ServerCertVerified::assertion());
        }
        let error = NotPinned {
            shown,
            pinned: self.fingerprint,
            certificate: end_entity.to_vec(),
        };
        Err(CertificateError::Other(OtherError(Arc::new(error))).into())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A client configuration that accepts only the certificate with this SHA-256 of its DER form.
pub fn pinned_client(fingerprint: [u8; 32]) -> Result<ClientConfig, Failure> {
    let provider = provider();
    let verifier = Arc::new(Pinned {
        fingerprint,
        provider: provider.clone(),
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failure_of(&e))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    // Each proof stands for itself: a resumed session would not show its certificate again.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

/// A client configuration that takes any certificate. Good only to see which one is shown: what is said over such a
/// connection must not depend on who hears it.
pub fn any_client() -> Result<ClientConfig, Failure> {
    let mut config = pinned_client([0; 32])?;
    let provider = provider();
    config
        .dangerous()
        .set_certificate_verifier(Arc::new(AnyOne(Pinned {
            fingerprint: [0; 32],
            provider,
        })));
    Ok(config)
}

/// Accepts every certificate whose key the other side has.
#[derive(Debug)]
struct AnyOne(Pinned);

impl ServerCertVerifier for AnyOne {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// The pin mismatch inside a TLS error, if that is what it is.
pub fn not_pinned(e: &Error) -> Option<&NotPinned> {
    match e {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => {
            inner.downcast_ref()
        }
        _ => None,
    }
}

/// The failure for a TLS error.
pub fn failure_of(e: &Error) -> Failure {
    let code = match e {
        Error::InvalidCertificate(CertificateError::Other(_)) if not_pinned(e).is_some() => {
            FailureCode::CertificateNotPinned
        }
        Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => FailureCode::CertificateExpired,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => FailureCode::CertificateWrongName,
        Error::InvalidCertificate(_) => FailureCode::CertificateUntrusted,
        _ => FailureCode::TlsFailed,
    };
    let detail = match e {
        Error::InvalidMessage(_) => format!("what answered does not speak TLS ({e})"),
        _ => e.to_string(),
    };
    Failure::because(code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_errors_have_codes() {
        let pin = NotPinned {
            shown: [1; 32],
            pinned: [2; 32],
            certificate: Vec::new(),
        };
        let other = |e: CertificateError| failure_of(&Error::InvalidCertificate(e)).code;
        assert_eq!(
            other(CertificateError::Other(OtherError(Arc::new(pin)))),
            FailureCode::CertificateNotPinned
        );
        assert_eq!(
            other(CertificateError::Expired),
            FailureCode::CertificateExpired
        );
        assert_eq!(
            other(CertificateError::UnknownIssuer),
            FailureCode::CertificateUntrusted
        );
        assert_eq!(
            other(CertificateError::NotValidForName),
            FailureCode::CertificateWrongName
        );
        let garbage = failure_of(&Error::InvalidMessage(
            rustls::InvalidMessage::InvalidContentType,
        ));
        assert_eq!(garbage.code, FailureCode::TlsFailed);
        assert!(garbage.detail.unwrap().contains("does not speak TLS"));
    }
}
