//! Datagrams with the time at which the system took them in. A program that waits for a processor reads late what came
//! in time; the system's own stamp is not late with it.
//!
//! Unix systems stamp datagrams on request (`SO_TIMESTAMPNS` on Linux, `SO_TIMESTAMP` on macOS). On Windows the time of
//! reading is used: its stamps (`SIO_TIMESTAMPING`) exist only where the network card's driver makes them.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::Interest;

use super::clock;

/// A datagram's length, its sender, and when it arrived, by [`clock`].
pub type Received = (usize, SocketAddr, Duration);

/// Has the system stamp what arrives. One that does not is taken as it is: then the time of reading counts.
#[cfg(unix)]
pub fn enable(socket: &impl std::os::fd::AsFd) {
    use nix::sys::socket::{setsockopt, sockopt};
    #[cfg(target_os = "linux")]
    let _ = setsockopt(socket, sockopt::ReceiveTimestampns, &true);
    #[cfg(not(target_os = "linux"))]
    let _ = setsockopt(socket, sockopt::ReceiveTimestamp, &true);
}

/// Has the system stamp what arrives: not on this system.
#[cfg(not(unix))]
pub fn enable<T>(_: &T) {}

/// Waits for a datagram of a blocking socket, as long as its read timeout lets it.
pub fn recv(socket: &std::net::UdpSocket, buffer: &mut [u8]) -> io::Result<Received> {
    #[cfg(unix)]
    return unix::recv(socket, buffer);
    #[cfg(not(unix))]
    return socket
        .recv_from(buffer)
        .map(|(length, from)| (length, from, clock::now()));
}

/// Waits for a datagram.
pub async fn recv_from(socket: &tokio::net::UdpSocket, buffer: &mut [u8]) -> io::Result<Received> {
    #[cfg(unix)]
    let read = || unix::recv(socket, buffer);
    #[cfg(not(unix))]
    let read = || {
        let (length, from) = socket.try_recv_from(buffer)?;
        Ok((length, from, clock::now()))
    };
    socket.async_io(Interest::READABLE, read).await
}

#[cfg(unix)]
mod unix {
    use std::io::{self, IoSliceMut};
    use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};
    use std::os::fd::AsRawFd;
    use std::time::{Duration, SystemTime};

    use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};
    use nix::sys::time::{TimeVal, TimeValLike as _};

    use super::{Received, clock};

    /// An older stamp was not made by the clock as it stands now.
    const OLDEST: Duration = Duration::from_secs(10);
    /// Both clocks must have been read within this, else they are read again.
    const TOGETHER: Duration = Duration::from_micros(50);

    pub(super) fn recv(socket: &impl AsRawFd, buffer: &mut [u8]) -> io::Result<Received> {
        // As large as a stamp is on any of these systems.
        let mut control = nix::cmsg_space!([TimeVal; 2]);
        let mut slices = [IoSliceMut::new(buffer)];
        let message = recvmsg::<SockaddrStorage>(
            socket.as_raw_fd(),
            &mut slices,
            Some(&mut control),
            MsgFlags::empty(),
        )?;
        let from = message.address.as_ref().and_then(address);
        let from = from.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        let stamp = message.cmsgs()?.find_map(|m| stamp(&m));
        Ok((message.bytes, from, arrival(stamp)))
    }

    fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
        let v4 = || storage.as_sockaddr_in().map(|a| SocketAddrV4::from(*a));
        let v6 = || storage.as_sockaddr_in6().map(|a| SocketAddrV6::from(*a));
        v4().map(SocketAddr::from).or_else(|| v6().map(Into::into))
    }

    /// The stamp, since the start of 1970 by the wall clock.
    fn stamp(message: &ControlMessageOwned) -> Option<Duration> {
        let (seconds, nanos) = match message {
            #[cfg(target_os = "linux")]
            ControlMessageOwned::ScmTimestampns(t) => (t.tv_sec(), t.tv_nsec()),
            ControlMessageOwned::ScmTimestamp(t) => {
                (t.tv_sec(), t.num_microseconds() % 1_000_000 * 1_000)
            }
            _ => return None,
        };
        let whole = Duration::from_secs(u64::try_from(seconds).ok()?);
        whole.checked_add(Duration::from_nanos(u64::try_from(nanos).ok()?))
    }

    /// The time of a stamp by the clock of measurements, which is not stepped when the wall clock is.
    fn arrival(stamp: Option<Duration>) -> Duration {
        for _ in 0..3 {
            let before = clock::now();
            let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let now = clock::now();
            if now.saturating_sub(before) > TOGETHER {
                continue;
            }
            let age = wall.ok().zip(stamp).and_then(|(w, s)| w.checked_sub(s));
            return age
                .filter(|a| *a < OLDEST)
                .map_or(now, |a| before.saturating_sub(a));
        }
        clock::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What waits in a socket keeps the time at which it came, where the system stamps it.
    #[tokio::test]
    async fn reading_late_does_not_make_an_arrival_late() {
        let bound = || std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let (to, from) = (bound(), bound());
        enable(&to);
        let mut buffer = [0; 16];
        let mut attempt = || {
            let before = clock::now();
            from.send_to(b"x", to.local_addr().unwrap()).unwrap();
            let sent = clock::now();
            std::thread::sleep(Duration::from_millis(30));
            let (length, sender, arrived) = recv(&to, &mut buffer).unwrap();
            assert_eq!((length, sender), (1, from.local_addr().unwrap()));
            // Loopback delivers within the call that sends.
            let slack = Duration::from_millis(1);
            let stamped = arrived + slack >= before && arrived <= sent + slack;
            (stamped, arrived)
        };
        // Linux begins to stamp a moment after it was asked to.
        let mut attempts = (0..200).map(|_| attempt());
        let (stamped, arrived) = attempts.by_ref().find(|(s, _)| *s).unwrap_or_default();
        drop(attempts);
        assert!(stamped || !cfg!(unix));
        from.send_to(b"yz", to.local_addr().unwrap()).unwrap();
        to.set_nonblocking(true).unwrap();
        let to = tokio::net::UdpSocket::from_std(to).unwrap();
        let (length, _, later) = recv_from(&to, &mut buffer).await.unwrap();
        assert_eq!(length, 2);
        assert!(later > arrived && later <= clock::now());
    }
}
