//! What the operating system says when a socket fails, as the same codes on every system.
//!
//! Numbers: Linux `asm-generic/errno.h`, macOS `sys/errno.h`, Windows Sockets error codes (`winerror.h`).

use std::error::Error as StdError;
use std::io::{Error, ErrorKind};

use crate::model::network::{Failure, FailureCode};

/// Families of error numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Linux.
    Linux,
    /// macOS and iOS.
    Darwin,
    /// Windows Sockets.
    Windows,
}

impl Numbers {
    /// The family of the running system.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_vendor = "apple") {
        Self::Darwin
    } else {
        Self::Linux
    };
}

/// The code for an error number; none when it means nothing to a network probe.
pub fn code_of_number(numbers: Numbers, n: i32) -> Option<FailureCode> {
    use FailureCode as C;
    let code = match (numbers, n) {
        // EPERM and EACCES: a local firewall or policy forbids it.
        (Numbers::Linux | Numbers::Darwin, 1 | 13) | (Numbers::Windows, 10013) => C::Prohibited,
        // EADDRNOTAVAIL, EAFNOSUPPORT.
        (Numbers::Linux, 97 | 99)
        | (Numbers::Darwin, 47 | 49)
        | (Numbers::Windows, 10047 | 10049) => C::NoLocalAddress,
        // ENETDOWN, ENETUNREACH.
        (Numbers::Linux, 100 | 101)
        | (Numbers::Darwin, 50 | 51)
        | (Numbers::Windows, 10050 | 10051) => C::NetworkUnreachable,
        // ECONNABORTED: the local system gave the connection up.
        (Numbers::Linux, 103) | (Numbers::Darwin, 53) | (Numbers::Windows, 10053) => C::Closed,
        // ECONNRESET; ENETRESET.
        (Numbers::Linux, 102 | 104)
        | (Numbers::Darwin, 52 | 54)
        | (Numbers::Windows, 10052 | 10054) => C::Reset,
        // EPIPE, ESHUTDOWN.
        (Numbers::Linux, 32 | 108) | (Numbers::Darwin, 32 | 58) | (Numbers::Windows, 10058) => {
            C::Closed
        }
        // ETIMEDOUT.
        (Numbers::Linux, 110) | (Numbers::Darwin, 60) | (Numbers::Windows, 10060) => C::TimedOut,
        // ECONNREFUSED.
        (Numbers::Linux, 111) | (Numbers::Darwin, 61) | (Numbers::Windows, 10061) => C::Refused,
        // EHOSTDOWN, EHOSTUNREACH.
        (Numbers::Linux, 112 | 113)
        | (Numbers::Darwin, 64 | 65)
        | (Numbers::Windows, 10064 | 10065) => C::HostUnreachable,
        // EMFILE, ENFILE, EADDRINUSE, ENOBUFS, ENOMEM: no socket to be had here.
        (Numbers::Linux, 12 | 23 | 24 | 98 | 105)
        | (Numbers::Darwin, 12 | 23 | 24 | 48 | 55)
        | (Numbers::Windows, 10024 | 10048 | 10055) => C::LocalSocket,
        _ => return None,
    };
    Some(code)
}

/// The code for an I/O error of a socket.
pub fn code_of(e: &Error) -> FailureCode {
    if let Some(code) = e
        .raw_os_error()
        .and_then(|n| code_of_number(Numbers::HERE, n))
    {
        return code;
    }
    match e.kind() {
        ErrorKind::TimedOut => FailureCode::TimedOut,
        ErrorKind::ConnectionRefused => FailureCode::Refused,
        ErrorKind::ConnectionReset => FailureCode::Reset,
        ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionAborted
        | ErrorKind::WriteZero => FailureCode::Closed,
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => FailureCode::NetworkUnreachable,
        ErrorKind::HostUnreachable => FailureCode::HostUnreachable,
        ErrorKind::PermissionDenied => FailureCode::Prohibited,
        ErrorKind::AddrNotAvailable | ErrorKind::Unsupported => FailureCode::NoLocalAddress,
        ErrorKind::AddrInUse | ErrorKind::OutOfMemory => FailureCode::LocalSocket,
        ErrorKind::InvalidData => FailureCode::BadReply,
        _ => FailureCode::Other,
    }
}

/// The failure for an I/O error. Errors of TLS that travel inside I/O errors are seen too.
pub fn failure_of(e: &Error) -> Failure {
    if let Some(tls) = e
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return super::tls::failure_of(tls);
    }
    Failure::because(code_of(e), e.to_string())
}

/// Looks through an error and its causes, also those that I/O errors wrap, for one of this type. The innermost wins: it
/// is the cause of the others.
pub fn find_cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut found = None;
    let mut at = Some(error);
    // Errors are trees of a few levels; the bound only guards against one that is its own cause.
    for _ in 0..32 {
        let Some(e) = at else { break };
        if let Some(hit) = e.downcast_ref::<T>() {
            found = Some(hit);
        }
        at = match e.downcast_ref::<Error>().and_then(Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => e.source(),
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_event_has_the_same_code_on_every_system() {
        use FailureCode as C;
        for (linux, darwin, windows, code) in [
            (13, 13, 10013, C::Prohibited),
            (99, 49, 10049, C::NoLocalAddress),
            (97, 47, 10047, C::NoLocalAddress),
            (100, 50, 10050, C::NetworkUnreachable),
            (101, 51, 10051, C::NetworkUnreachable),
            (103, 53, 10053, C::Closed),
            (104, 54, 10054, C::Reset),
            (110, 60, 10060, C::TimedOut),
            (111, 61, 10061, C::Refused),
            (113, 65, 10065, C::HostUnreachable),
            (24, 24, 10024, C::LocalSocket),
            (98, 48, 10048, C::LocalSocket),
            (105, 55, 10055, C::LocalSocket),
        ] {
            assert_eq!(
                code_of_number(Numbers::Linux, linux),
                Some(code),
                "linux {linux}"
            );
            assert_eq!(
                code_of_number(Numbers::Darwin, darwin),
                Some(code),
                "darwin {darwin}"
            );
            assert_eq!(
                code_of_number(Numbers::Windows, windows),
                Some(code),
                "windows {windows}"
            );
        }
        // A number of one system means nothing on another.
        assert_eq!(code_of_number(Numbers::Linux, 10061), None);
        assert_eq!(code_of_number(Numbers::Windows, 111), None);
        assert_eq!(code_of_number(Numbers::Darwin, 111), None);
    }

    #[test]
    fn this_systems_own_errors_are_known() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let taken = std::net::TcpListener::bind(address).unwrap_err();
        assert!(
            matches!(
                code_of(&taken),
                FailureCode::LocalSocket | FailureCode::Prohibited
            ),
            "{taken:?}"
        );
        drop(listener);
        let refused = std::net::TcpStream::connect(address).unwrap_err();
        assert_eq!(code_of(&refused), FailureCode::Refused, "{refused:?}");
        assert_eq!(
            code_of(&Error::from(ErrorKind::UnexpectedEof)),
            FailureCode::Closed
        );
    }

    #[test]
    fn causes_are_found_inside_io_errors() {
        let inner = Error::from_raw_os_error(1);
        let outer = Error::other(Error::other(inner));
        let found = find_cause::<Error>(&outer).unwrap();
        assert_eq!(found.raw_os_error(), Some(1));
    }
}
