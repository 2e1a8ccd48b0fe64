//! Linux system calls.

#![expect(
    unsafe_code,
    reason = "processor affinity, device questions and interface addresses have no safe interface in the standard library"
)]

use std::ffi::{CStr, CString};
use std::fs::OpenOptions;
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Runs a closure once on each of these logical processors, in a thread of its own so that the caller's affinity stays
/// as it is. None where one of them cannot be used.
pub(in crate::inventory) fn on_each_cpu<T: Send>(
    cpus: &[u32],
    ask: impl Fn() -> T + Send + Sync,
) -> Option<Vec<T>> {
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            cpus.iter()
                .map(|cpu| pin_to(*cpu).then(&ask))
                .collect::<Option<Vec<T>>>()
        });
        asking.join().ok().flatten()
    })
}

fn pin_to(cpu: u32) -> bool {
    let Ok(cpu) = usize::try_from(cpu) else {
        return false;
    };
    if cpu >= 8 * mem::size_of::<libc::cpu_set_t>() {
        return false;
    }
    // SAFETY: a cpu_set_t of zero bytes is the empty set, and `cpu` was checked to lie within the set. The call reads
    // exactly the set that is passed, and 0 names the calling thread.
    unsafe {
        let mut set: libc::cpu_set_t = mem::zeroed();
        libc::CPU_SET(cpu, &mut set);
        libc::sched_setaffinity(0, mem::size_of::<libc::cpu_set_t>(), &raw const set) == 0
    }
}

/// `struct v4l2_capability` of linux/videodev2.h.
#[repr(C)]
struct VideoCapability {
    driver: [u8; 16],
    card: [u8; 32],
    bus_info: [u8; 32],
    version: u32,
    capabilities: u32,
    device_caps: u32,
    reserved: [u32; 3],
}

/// What one video node can do (`device_caps`: of this node, not of the whole device). Asking starts no capture.
pub(in crate::inventory) fn video_capabilities(node: &Path) -> std::io::Result<u32> {
    /// `VIDIOC_QUERYCAP`.
    const QUERYCAP: libc::Ioctl = libc::_IOR::<VideoCapability>(b'V' as u32, 0);
    /// `V4L2_CAP_DEVICE_CAPS`: the driver fills in `device_caps`.
    const HAS_DEVICE_CAPS: u32 = 0x8000_0000;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(node)?;
    // SAFETY: the structure is plain integers, for which zero bytes are valid; its size is the one encoded in the
    // request, and it lives until the call returns.
    let (done, answer) = unsafe {
        let mut answer: VideoCapability = mem::zeroed();
        let done = libc::ioctl(file.as_raw_fd(), QUERYCAP, &raw mut answer);
        (done, answer)
    };
    if done < 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(if answer.capabilities & HAS_DEVICE_CAPS == 0 {
        answer.capabilities
    } else {
        answer.device_caps
    })
}

/// Whether this user may read and write a node, by the rights that hold for it (modes, ACLs, groups). Opens nothing.
pub(in crate::inventory) fn may_use(path: &Path) -> std::io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: the text ends with a zero and outlives the call.
    let done = unsafe {
        libc::faccessat(
            libc::AT_FDCWD,
            path.as_ptr(),
            libc::R_OK | libc::W_OK,
            libc::AT_EACCESS,
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(std::io::Error::last_os_error())
    }
}

/// Where the sound server of this user listens: PulseAudio's socket, which PipeWire serves, too. None where no server
/// runs on this machine.
pub(in crate::inventory) fn sound_server() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    if let Some(server) = set("PULSE_SERVER") {
        let server = server.to_str()?;
        return Some(PathBuf::from(
            server.strip_prefix("unix:").unwrap_or(server),
        ))
        .filter(|path| path.is_absolute());
    }
    let runtime = set("PULSE_RUNTIME_PATH")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(set("XDG_RUNTIME_DIR")?).join("pulse")))?;
    Some(runtime.join("native")).filter(|socket| socket.exists())
}

/// The state of an input device's switches (`EVIOCGSW`), one bit each.
pub(in crate::inventory) fn switches(node: &Path) -> std::io::Result<u32> {
    /// `EVIOCGSW` for four bytes.
    const EVIOCGSW: libc::Ioctl = libc::_IOR::<u32>(b'E' as u32, 0x1b);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(node)?;
    let mut state: u32 = 0;
    // SAFETY: the request encodes four bytes, and `state` has four.
    let done = unsafe { libc::ioctl(file.as_raw_fd(), EVIOCGSW, &raw mut state) };
    if done < 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(state)
}

/// An address of an interface, with its prefix length.
pub(in crate::inventory) type InterfaceAddress = (String, IpAddr, u8);

/// The addresses of all interfaces.
pub(in crate::inventory) fn interface_addresses() -> std::io::Result<Vec<InterfaceAddress>> {
    let mut out = Vec::new();
    let mut list: *mut libc::ifaddrs = std::ptr::null_mut();
    // SAFETY: on success the call stores a list that is ours to free. Each pointer in it is null or valid until then;
    // an address is read as IPv4 or IPv6 only when its family says that it is one.
    unsafe {
        if libc::getifaddrs(&raw mut list) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        let mut next = list;
        while let Some(entry) = next.as_ref() {
            next = entry.ifa_next;
            if entry.ifa_name.is_null() {
                continue;
            }
            let name = CStr::from_ptr(entry.ifa_name)
                .to_string_lossy()
                .into_owned();
            if let (Some(address), Some(mask)) = (ip_of(entry.ifa_addr), ip_of(entry.ifa_netmask))
                && let Some(prefix) = prefix_of(mask)
            {
                out.push((name, address, prefix));
            }
        }
        libc::freeifaddrs(list);
    }
    Ok(out)
}

/// Reads a socket address.
///
/// # Safety
/// `address` is null or points to a socket address that is as long as its family asks for.
unsafe fn ip_of(address: *const libc::sockaddr) -> Option<IpAddr> {
    // SAFETY: by the caller's promise; the unaligned reads ask nothing of the pointer's alignment.
    unsafe {
        if address.is_null() {
            return None;
        }
        match i32::from(std::ptr::read_unaligned(&raw const (*address).sa_family)) {
            libc::AF_INET => {
                let v4: libc::sockaddr_in = std::ptr::read_unaligned(address.cast());
                Some(Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr)).into())
            }
            libc::AF_INET6 => {
                let v6: libc::sockaddr_in6 = std::ptr::read_unaligned(address.cast());
                Some(Ipv6Addr::from(v6.sin6_addr.s6_addr).into())
            }
            _ => None,
        }
    }
}

fn prefix_of(mask: IpAddr) -> Option<u8> {
    let ones = match mask {
        IpAddr::V4(mask) => u32::from(mask).leading_ones(),
        IpAddr::V6(mask) => u128::from(mask).leading_ones(),
    };
    u8::try_from(ones).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_processor_is_visited() {
        let first = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
        assert_eq!(on_each_cpu(&[u32::MAX], || ()), None);
        if first.starts_with('0') {
            assert!(on_each_cpu(&[0, 0], || 7).is_none_or(|answers| answers == [7, 7]));
        }
    }

    #[test]
    fn loopback_has_its_address() {
        let found = interface_addresses().unwrap();
        assert!(
            found
                .iter()
                .any(|(_, ip, prefix)| *ip == IpAddr::from([127, 0, 0, 1]) && *prefix == 8)
        );
    }

    /// The sizes are part of the request numbers, and those are the kernel's contract.
    #[test]
    fn request_numbers() {
        assert_eq!(libc::_IOR::<VideoCapability>(b'V'.into(), 0), 0x8068_5600);
        assert_eq!(libc::_IOR::<u32>(b'E'.into(), 0x1b), 0x8004_451b);
    }

    #[test]
    fn what_is_not_a_video_or_input_node_says_so() {
        assert!(video_capabilities(Path::new("/dev/null")).is_err());
        assert!(switches(Path::new("/dev/null")).is_err());
        assert!(video_capabilities(Path::new("/no/such/node")).is_err());
    }
}
