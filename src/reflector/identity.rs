//! The reflector's certificate and access key, kept over restarts where a state file is named.

use std::io;
use std::path::Path;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::StartError;
use crate::wire::join::Fingerprint;
use crate::wire::keys::AccessKey;

/// Largest state file that is read, octets.
const LARGEST: u64 = 64 * 1024;

pub(crate) struct Identity {
    certificate: Vec<u8>,
    private: Vec<u8>,
    pub(crate) access: AccessKey,
}

/// The state file. It holds secrets: the private key and the access key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    schema: String,
    certificate: String,
    private_key: String,
    access_key: AccessKey,
}

const SCHEMA: &str = "meetready/reflector-state/1";

impl Identity {
    /// A fresh one.
    pub(crate) fn generate() -> Result<Self, StartError> {
        let wrong = |e: rcgen::Error| StartError::Certificate(e.to_string());
        let key = KeyPair::generate().map_err(wrong)?;
        let mut params = CertificateParams::new(vec!["reflector.meetready.invalid".to_owned()])
            .map_err(wrong)?;
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "meetready reflector");
        params.distinguished_name = name;
        let certificate = params.self_signed(&key).map_err(wrong)?;
        Ok(Self {
            certificate: certificate.der().to_vec(),
            private: key.serialize_der(),
            access: AccessKey::random(),
        })
    }

    /// The one that the file holds; where there is no file, a fresh one that is written there.
    pub(crate) fn load_or_create(path: &Path) -> Result<Self, StartError> {
        let wrong = |what: String| StartError::State(path.to_owned(), what);
        match std::fs::metadata(path) {
            Ok(m) if m.len() > LARGEST => {
                Err(wrong("it is too large to be a state file".to_owned()))
            }
            Ok(_) => {
                let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
                let state: State = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
                if state.schema != SCHEMA {
                    return Err(wrong(format!(
                        "schema {:?} is not {SCHEMA:?}",
                        state.schema
                    )));
                }
                let decode = |t: &str| STANDARD.decode(t).map_err(|e| wrong(e.to_string()));
                Ok(Self {
                    certificate: decode(&state.certificate)?,
                    private: decode(&state.private_key)?,
                    access: state.access_key,
                })
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let fresh = Self::generate()?;
                let state = State {
                    schema: SCHEMA.to_owned(),
                    certificate: STANDARD.encode(&fresh.certificate),
                    private_key: STANDARD.encode(&fresh.private),
                    access_key: fresh.access.clone(),
                };
                let text =
                    serde_json::to_string_pretty(&state).map_err(|e| wrong(e.to_string()))?;
                write_private(path, text.as_bytes()).map_err(|e| wrong(e.to_string()))?;
                Ok(fresh)
            }
            Err(e) => Err(wrong(e.to_string())),
        }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate)
    }

    pub(crate) fn tls(&self) -> Result<rustls::ServerConfig, StartError> {
        let certificate = CertificateDer::from(self.certificate.clone());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.private.clone()));
        let wrong = |e: rustls::Error| StartError::Certificate(e.to_string());
        let mut config = rustls::ServerConfig::builder_with_provider(crate::net::tls::provider())
            .with_safe_default_protocol_versions()
            .map_err(wrong)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(wrong)?;
        // Clients do not resume: tickets would only be octets on the wire.
        config.send_tls13_tickets = 0;
        Ok(config)
    }
}

/// Writes a new file that only its owner may read, where the system has such rights.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    io::Write::write_all(&mut options.open(path)?, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state.json");
        let first = Identity::load_or_create(&path).unwrap();
        let second = Identity::load_or_create(&path).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert!(first.access.matches(&second.access));
        second.tls().unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        let other = Identity::generate().unwrap();
        assert_ne!(other.fingerprint(), first.fingerprint());
    }

    #[test]
    fn a_damaged_state_file_is_named_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state.json");
        std::fs::write(&path, "{\"schema\":\"x\"}").unwrap();
        let Err(StartError::State(named, _)) = Identity::load_or_create(&path) else {
            panic!("accepted");
        };
        assert_eq!(named, path);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "{\"schema\":\"x\"}"
        );
    }
}
