//! Network adapters and the route outwards. Only tables are read; nothing is sent.

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use windows::Win32::Foundation::{ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA, ERROR_SUCCESS};
use windows::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_INCLUDE_GATEWAYS, GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_DNS_SERVER,
    GAA_FLAG_SKIP_MULTICAST, GetAdaptersAddresses, GetBestInterfaceEx, GetIfEntry2,
    IP_ADAPTER_ADDRESSES_LH, MIB_IF_ROW2,
};
use windows::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, AF_UNSPEC, IN_ADDR, IN_ADDR_0, IN6_ADDR, IN6_ADDR_0, SOCKADDR_IN,
    SOCKADDR_IN6, SOCKET_ADDRESS,
};

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

use super::windows::refused_win32;
use super::windows_rows::AdapterRow;

/// Most adapters, and most addresses of one.
const MAX: usize = 512;
/// `HardwareInterface` in `InterfaceAndOperStatusFlags`.
const HARDWARE_INTERFACE: u8 = 1;

/// The interface that the routing table picks for an address.
pub(in crate::inventory) fn route_to(address: IpAddr) -> Result<u32, Unknown> {
    let mut index = 0;
    let error = match address {
        IpAddr::V4(a) => {
            let name = SOCKADDR_IN {
                sin_family: AF_INET,
                sin_addr: IN_ADDR {
                    S_un: IN_ADDR_0 {
                        S_addr: u32::from_ne_bytes(a.octets()),
                    },
                },
                ..Default::default()
            };
            // SAFETY: the family says which structure the pointer leads to.
            unsafe { GetBestInterfaceEx((&raw const name).cast(), &raw mut index) }
        }
        IpAddr::V6(a) => {
            let name = SOCKADDR_IN6 {
                sin6_family: AF_INET6,
                sin6_addr: IN6_ADDR {
                    u: IN6_ADDR_0 { Byte: a.octets() },
                },
                ..Default::default()
            };
            // SAFETY: the family says which structure the pointer leads to.
            unsafe { GetBestInterfaceEx((&raw const name).cast(), &raw mut index) }
        }
    };
    if error == ERROR_SUCCESS.0 {
        Ok(index)
    } else {
        Err(refused_win32("GetBestInterfaceEx", error))
    }
}

/// All adapters, in the order of the system.
pub(in crate::inventory) fn adapters() -> Result<Vec<AdapterRow>, Unknown> {
    const CALL: &str = "GetAdaptersAddresses";
    let flags = GAA_FLAG_INCLUDE_GATEWAYS
        | GAA_FLAG_SKIP_ANYCAST
        | GAA_FLAG_SKIP_MULTICAST
        | GAA_FLAG_SKIP_DNS_SERVER;
    let mut size: u32 = 16 * 1024;
    for _ in 0..5 {
        let words = usize::try_from(size).unwrap_or(0) / 8 + 1;
        let mut buffer = vec![0_u64; words];
        let first = buffer.as_mut_ptr().cast::<IP_ADAPTER_ADDRESSES_LH>();
        size = u32::try_from(words * 8).unwrap_or(size);
        // SAFETY: the buffer is `size` bytes long and aligned for the rows.
        let error = unsafe {
            GetAdaptersAddresses(
                u32::from(AF_UNSPEC.0),
                flags,
                None,
                Some(first),
                &raw mut size,
            )
        };
        if error == ERROR_SUCCESS.0 {
            return Ok(rows(&buffer, first));
        }
        if error == ERROR_NO_DATA.0 {
            return Ok(Vec::new());
        }
        if error != ERROR_BUFFER_OVERFLOW.0 {
            return Err(refused_win32(CALL, error));
        }
    }
    Err(why(
        UnknownCode::Failed,
        format!("{CALL}: the list kept growing"),
    ))
}

/// `_buffer` holds everything that the list points to: it has to outlive the walk.
fn rows(_buffer: &[u64], first: *const IP_ADAPTER_ADDRESSES_LH) -> Vec<AdapterRow> {
    let mut rows = Vec::new();
    let mut at = first;
    while !at.is_null() && rows.len() < MAX {
        // SAFETY: the system filled the list; it ends with a null pointer and lies within the buffer.
        let adapter = unsafe { &*at };
        rows.push(row(adapter));
        at = adapter.Next;
    }
    rows
}

fn row(adapter: &IP_ADAPTER_ADDRESSES_LH) -> AdapterRow {
    let mut addresses = Vec::new();
    let mut at = adapter.FirstUnicastAddress;
    while !at.is_null() && addresses.len() < MAX {
        // SAFETY: as for the list of adapters.
        let unicast = unsafe { &*at };
        if let Some(ip) = ip(&unicast.Address) {
            addresses.push((ip, unicast.OnLinkPrefixLength));
        }
        at = unicast.Next;
    }
    // SAFETY: the texts are null or end with a zero; the union's struct member is the documented one.
    let (index, name, description) = unsafe {
        let text = |t: windows::core::PWSTR| {
            if t.is_null() {
                String::new()
            } else {
                String::from_utf16_lossy(t.as_wide())
            }
        };
        (
            adapter.Anonymous1.Anonymous.IfIndex,
            text(adapter.FriendlyName),
            text(adapter.Description),
        )
    };
    let (hardware, medium) = entry(adapter);
    AdapterRow {
        index,
        index6: adapter.Ipv6IfIndex,
        name,
        description,
        if_type: adapter.IfType,
        up: adapter.OperStatus == IfOperStatusUp,
        gateway: !adapter.FirstGatewayAddress.is_null(),
        metric: adapter.Ipv4Metric,
        bits_per_second: adapter.TransmitLinkSpeed,
        addresses,
        hardware,
        medium,
    }
}

fn entry(adapter: &IP_ADAPTER_ADDRESSES_LH) -> (Option<bool>, Option<i32>) {
    let mut entry = MIB_IF_ROW2 {
        InterfaceLuid: adapter.Luid,
        ..Default::default()
    };
    // SAFETY: the row names its interface; the call fills the rest.
    if unsafe { GetIfEntry2(&raw mut entry) } == ERROR_SUCCESS {
        (
            Some(entry.InterfaceAndOperStatusFlags._bitfield & HARDWARE_INTERFACE != 0),
            Some(entry.PhysicalMediumType.0),
        )
    } else {
        (None, None)
    }
}

fn ip(address: &SOCKET_ADDRESS) -> Option<IpAddr> {
    let length = usize::try_from(address.iSockaddrLength).ok()?;
    let at = address.lpSockaddr;
    if at.is_null() || length < size_of::<u16>() {
        return None;
    }
    // SAFETY: the length says how much there is; each structure is read only where it is long enough for it.
    unsafe {
        let family = (*at).sa_family;
        if family == AF_INET && length >= size_of::<SOCKADDR_IN>() {
            let v4 = at.cast::<SOCKADDR_IN>().read_unaligned();
            Some(IpAddr::V4(Ipv4Addr::from(
                v4.sin_addr.S_un.S_addr.to_ne_bytes(),
            )))
        } else if family == AF_INET6 && length >= size_of::<SOCKADDR_IN6>() {
            let v6 = at.cast::<SOCKADDR_IN6>().read_unaligned();
            Some(IpAddr::V6(Ipv6Addr::from(v6.sin6_addr.u.Byte)))
        } else {
            None
        }
    }
}
