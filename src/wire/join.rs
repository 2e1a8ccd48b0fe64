//! The join URL: all that an agent needs to use a reflector.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::keys::AccessKey;

/// Scheme of join URLs.
pub const SCHEME: &str = "meetready";

/// SHA-256 of a certificate in DER form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate.
    pub fn of(der: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(der).into())
    }
}
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Fingerprint {
    type Err = JoinError;
    fn from_str(text: &str) -> Result<Self, JoinError> {
        let wrong = || JoinError::Certificate;
        let mut out = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        for (to, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            if !pair.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(wrong());
            }
            *to = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(out))
    }
}

/// Where a reflector is, which certificate it shows, and the key that opens sessions.
///
/// `Debug` and `Display` leave the key out, so that logs may hold them; [`JoinUrl::full`] has it.
///
/// Its parts stand between slashes, since people paste it into shells: `&` ends a command in all of them (cmd.exe knows
/// no single quotes besides). URLs with `?` and `&`, as printed at first, are still read.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinUrl {
    /// Host name or address of the control port.
    pub host: String,
    /// Control port.
    pub port: u16,
    /// More addresses of the same reflector, usually of the other family.
    pub alternates: Vec<IpAddr>,
    /// The certificate that it shows.
    pub certificate: Fingerprint,
    /// The key that opens sessions.
    pub key: AccessKey,
}

/// What is wrong with a join URL, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Not this scheme.
    #[error(
        "a join URL starts with \"meetready://\"; copy the whole line that `meetready reflect` printed"
    )]
    Scheme,
    /// No host.
    #[error("the join URL names no host; it should read meetready://HOST:PORT/cert=.../key=...")]
    NoHost,
    /// A host that is neither a name nor an address.
    #[error("{0:?} is not a host name or address; write an IPv6 address in brackets")]
    Host(String),
    /// No port, or not a port.
    #[error("the join URL needs a port from 1 to 65535 after the host, such as :7443")]
    Port,
    /// A missing part.
    #[error(
        "the join URL has no \"{0}=\" part; it was probably cut off when it was copied: copy the whole line"
    )]
    Missing(&'static str),
    /// A part that is there twice.
    #[error("the join URL has \"{0}=\" more than once")]
    Twice(&'static str),
    /// Something after the question mark that is not known.
    #[error(
        "the join URL has a part that this version does not know: {0:?}; a newer meetready may"
    )]
    Unknown(String),
    /// Not a fingerprint.
    #[error("\"cert=\" must be followed by 64 hexadecimal digits")]
    Certificate,
    /// Not an access key.
    #[error("\"key=\" must be followed by 22 characters of A-Z a-z 0-9 - _")]
    Key,
    /// Not an address.
    #[error("\"alt=\" must be followed by an IP address")]
    Alternate,
}

impl JoinUrl {
    /// The whole URL with its key, to be given to those who may use the reflector.
    pub fn full(&self) -> String {
        format!("{self}/key={}", self.key.reveal())
    }
    /// Host and port, with brackets where an IPv6 address needs them; without the key.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for JoinUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}://{}/cert={}", self.address(), self.certificate)?;
        self.alternates
            .iter()
            .try_for_each(|a| write!(f, "/alt={a}"))
    }
}
impl fmt::Debug for JoinUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinUrl({self})")
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

fn checked_host(host: &str) -> Result<String, JoinError> {
    let name = |h: &str| {
        h.len() <= 253
            && h.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            })
    };
    match host.strip_prefix('[') {
        Some(rest) => rest
            .strip_suffix(']')
            .and_then(|v6| v6.parse::<std::net::Ipv6Addr>().ok())
            .map(|v6| v6.to_string())
            .ok_or_else(|| JoinError::Host(shorten(host))),
        None if name(host) => Ok(host.to_ascii_lowercase()),
        None => Err(JoinError::Host(shorten(host))),
    }
}

impl FromStr for JoinUrl {
    type Err = JoinError;
    fn from_str(text: &str) -> Result<Self, JoinError> {
        let rest = text
            .trim()
            .strip_prefix("meetready://")
            .ok_or(JoinError::Scheme)?;
        let (place, parts) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
        if place.is_empty() {
            return Err(JoinError::NoHost);
        }
        // The last colon outside brackets parts host and port.
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => return Err(JoinError::Port),
        };
        if host.is_empty() {
            return Err(JoinError::NoHost);
        }
        let host = checked_host(host)?;
        let port = match port.parse::<u16>() {
            Ok(p) if p > 0 && port.bytes().all(|b| b.is_ascii_digit()) => p,
            _ => return Err(JoinError::Port),
        };
        let (mut certificate, mut key, mut alternates) = (None, None, Vec::new());
        for part in parts.split(['/', '?', '&']).filter(|p| !p.is_empty()) {
            match part.split_once('=') {
                Some(("cert", v)) => {
                    if certificate.replace(v.parse()?).is_some() {
                        return Err(JoinError::Twice("cert"));
                    }
                }
                Some(("key", v)) => {
                    if key
                        .replace(v.parse().map_err(|_| JoinError::Key)?)
                        .is_some()
                    {
                        return Err(JoinError::Twice("key"));
                    }
                }
                Some(("alt", v)) => {
                    alternates.push(v.parse().map_err(|_| JoinError::Alternate)?);
                }
                other => {
                    return Err(JoinError::Unknown(shorten(
                        other.map_or(part, |(name, _)| name),
                    )));
                }
            }
        }
        Ok(Self {
            host,
            port,
            alternates,
            certificate: certificate.ok_or(JoinError::Missing("cert"))?,
            key: key.ok_or(JoinError::Missing("key"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url() -> JoinUrl {
        JoinUrl {
            host: "reflector.example".into(),
            port: 7443,
            alternates: vec!["2001:db8::1".parse().unwrap()],
            certificate: Fingerprint([0xab; 32]),
            key: AccessKey::from_bytes([1; 16]),
        }
    }

    #[test]
    fn it_survives_its_text_and_hides_its_key() {
        let u = url();
        assert_eq!(u.full().parse::<JoinUrl>(), Ok(u.clone()));
        for shown in [format!("{u}"), format!("{u:?}"), u.address()] {
            assert!(!shown.contains(&u.key.reveal()), "{shown}");
        }
        let v6 = JoinUrl {
            host: "2001:db8::2".into(),
            ..u
        };
        assert_eq!(v6.address(), "[2001:db8::2]:7443");
        assert_eq!(v6.full().parse::<JoinUrl>(), Ok(v6));
    }

    #[test]
    fn shells_take_it_as_one_word_and_the_first_form_is_read() {
        let u = url();
        let full = u.full();
        assert!(!full.contains(['&', '?', ';', '|', '<', '>', '%', '^', '!', '$', '*', ' ']));
        let first = full.replacen("/cert", "/?cert", 1).replace("/alt", "&alt");
        let first = first.replace("/key", "&key");
        assert!(first.contains("/?cert=") && first.contains("&key="));
        assert_eq!(first.parse::<JoinUrl>(), Ok(u));
    }

    #[test]
    fn each_fault_is_named() {
        let good = url().full();
        let cert = "ab".repeat(32);
        for (text, error) in [
            ("https://h:1/".to_owned(), JoinError::Scheme),
            ("meetready://".to_owned(), JoinError::NoHost),
            ("meetready://:1/?".to_owned(), JoinError::NoHost),
            ("meetready://h/?".to_owned(), JoinError::Port),
            ("meetready://[::1]/?".to_owned(), JoinError::Port),
            ("meetready://h:0/?".to_owned(), JoinError::Port),
            ("meetready://h:+1/?".to_owned(), JoinError::Port),
            (
                "meetready://a b:1/?".to_owned(),
                JoinError::Host("a b".into()),
            ),
            ("meetready://h:1/".to_owned(), JoinError::Missing("cert")),
            (
                format!("meetready://h:1/?cert={cert}"),
                JoinError::Missing("key"),
            ),
            (
                "meetready://h:1/?cert=zz".to_owned(),
                JoinError::Certificate,
            ),
            (
                format!("meetready://h:1/?cert={cert}&key=x"),
                JoinError::Key,
            ),
            (
                format!("{good}&key=AQEBAQEBAQEBAQEBAQEBAQ"),
                JoinError::Twice("key"),
            ),
            (format!("{good}&alt=nowhere"), JoinError::Alternate),
            (format!("{good}&new=1"), JoinError::Unknown("new".into())),
        ] {
            assert_eq!(text.parse::<JoinUrl>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}", tail in "\\PC{0,200}") {
            let _ = text.parse::<JoinUrl>();
            let _ = format!("meetready://{tail}").parse::<JoinUrl>();
            let _ = format!("meetready://h:1/?{tail}").parse::<JoinUrl>();
        }
    }
}
