//! The link of a Mac: `route`, `netstat`, `networksetup`, `ifconfig`, and for Wi-Fi `system_profiler`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::inventory::mac::{list, profile, text};
use crate::inventory::session::is_virtual_mac;
use crate::inventory::sys::macos::Mac;
use crate::inventory::unknown::AllUnknown;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::{LinkFacts, LinkKind, Subnet};
use crate::model::units::Mbps;

/// Reads it.
pub(in crate::inventory) fn read(mac: &dyn Mac) -> LinkFacts {
    let (name, source) = match interface(mac) {
        Fact::Known { value, source } => (value, source),
        Fact::Unknown(why) => return LinkFacts::all_unknown(&why),
    };
    let ports = mac
        .run("/usr/sbin/networksetup", &["-listallhardwareports"])
        .unwrap_or_default();
    let guest = is_virtual_mac(mac).value() == Some(&true);
    let kind = kind(&name, &ports, guest);
    let underlying = if kind.value() == Some(&LinkKind::Vpn) {
        underlying(mac, &name, &ports, guest)
    } else {
        Fact::unknown_because(UnknownCode::NotSupported, format!("{name} is no tunnel"))
    };
    let state = mac.run("/sbin/ifconfig", &[&name]);
    let (technology, rate) = if kind.value() == Some(&LinkKind::Wifi) {
        radio(mac, &name)
    } else {
        let none = format!("{name} has no radio");
        (
            Fact::unknown_because(UnknownCode::NotSupported, none.clone()),
            Fact::unknown_because(UnknownCode::NotSupported, none),
        )
    };
    LinkFacts {
        interface: Fact::known(name.clone(), source),
        underlying,
        speed: match state.as_deref().ok().and_then(media_speed) {
            Some(speed) => Fact::known(speed, format!("ifconfig {name} media")),
            None => rate,
        },
        technology,
        full_duplex: match state.as_deref() {
            Ok(text) if text.contains("<full-duplex") => {
                Fact::known(true, format!("ifconfig {name} media"))
            }
            Ok(text) if text.contains("<half-duplex") => {
                Fact::known(false, format!("ifconfig {name} media"))
            }
            _ => Fact::unknown(UnknownCode::NotFound),
        },
        frequency: Fact::unknown(UnknownCode::NotSupported),
        signal: Fact::unknown(UnknownCode::NotSupported),
        subnets: match state {
            Ok(state) => Fact::known(subnets(&state), format!("ifconfig {name}")),
            Err(why) => Fact::Unknown(why),
        },
        kind,
    }
}

fn interface(mac: &dyn Mac) -> Fact<String> {
    let ask = |arguments: &[&str]| {
        let answer = mac.run("/sbin/route", arguments).ok()?;
        answer.lines().find_map(|line| {
            let name = line.trim().strip_prefix("interface:")?.trim();
            (!name.is_empty()).then(|| name.to_owned())
        })
    };
    let v4: &[&str] = &["-n", "get", "default"];
    let v6: &[&str] = &["-n", "get", "-inet6", "default"];
    match ask(v4).or_else(|| ask(v6)) {
        Some(name) => Fact::known(name, "route -n get default"),
        None => Fact::unknown_because(UnknownCode::NotFound, "no default route"),
    }
}

/// The kind, by the name of the hardware port (`Hardware Port: Wi-Fi`, `Device: en0`) and by what macOS calls its own
/// virtual interfaces.
fn kind(name: &str, ports: &str, guest: bool) -> Fact<LinkKind> {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let by_name = match letters {
        "lo" => Some(LinkKind::Loopback),
        "utun" | "ipsec" | "tun" | "tap" | "gpd" | "ppp" | "gif" | "stf" => Some(LinkKind::Vpn),
        "bridge" | "vmenet" | "feth" | "vnic" | "vmnet" => Some(LinkKind::Virtual),
        "pdp_ip" => Some(LinkKind::Cellular),
        _ => None,
    };
    if let Some(kind) = by_name {
        return Fact::known(kind, "its name");
    }
    let source = "networksetup -listallhardwareports";
    let Some(port) = port_of(name, ports) else {
        return Fact::unknown_because(UnknownCode::NotFound, format!("{name} in {source}"));
    };
    let lower = port.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let kind = if has(&["wi-fi", "airport"]) {
        LinkKind::Wifi
    } else if has(&["iphone", "ipad", "bluetooth", "bridge", "firewire"]) {
        LinkKind::Other
    } else if has(&["modem", "wwan"]) {
        LinkKind::Cellular
    } else if guest {
        LinkKind::Virtual
    } else if has(&["ethernet", "lan", "gigabit", "10/100", "usb", "thunderbolt"]) {
        LinkKind::Wired
    } else {
        LinkKind::Other
    };
    Fact::known(kind, source)
}

fn port_of<'a>(name: &str, ports: &'a str) -> Option<&'a str> {
    let mut port = None;
    for line in ports.lines() {
        if let Some(title) = line.strip_prefix("Hardware Port:") {
            port = Some(title.trim());
        } else if line.strip_prefix("Device:").map(str::trim) == Some(name) {
            return port;
        }
    }
    None
}

/// Default routes beside the tunnel's, in the order of the table.
fn underlying(mac: &dyn Mac, tunnel: &str, ports: &str, guest: bool) -> Fact<LinkKind> {
    let table = match mac.run("/usr/sbin/netstat", &["-rn", "-f", "inet"]) {
        Ok(table) => table,
        Err(why) => return Fact::Unknown(why),
    };
    table
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            match *fields.as_slice() {
                ["default", _, _, interface, ..] if interface != tunnel => Some(interface),
                _ => None,
            }
        })
        .map(|interface| kind(interface, ports, guest))
        .find(|kind| kind.value().is_some_and(|k| *k != LinkKind::Vpn))
        .unwrap_or_else(|| {
            Fact::unknown_because(
                UnknownCode::NotFound,
                format!("no route beside {tunnel} tells what carries it"),
            )
        })
}

/// `media: autoselect (1000baseT <full-duplex>)`, `(2500Base-T …)`, `(10Gbase-T …)`.
fn media_speed(state: &str) -> Option<Mbps> {
    let media = state
        .lines()
        .find_map(|line| line.trim().strip_prefix("media:"))?;
    let (_, used) = media.split_once('(')?;
    let digits = used.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = used.split_at(digits);
    let number: u32 = number.parse().ok()?;
    let unit = unit.to_ascii_lowercase();
    let mbps = if unit.starts_with("gbase") {
        number.checked_mul(1_000)?
    } else if unit.starts_with("base") {
        number
    } else {
        return None;
    };
    (mbps > 0).then_some(Mbps(mbps))
}

fn subnets(state: &str) -> Vec<Subnet> {
    state
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let after = |word: &str| {
                let at = fields.iter().position(|f| *f == word)?;
                fields.get(at + 1).copied()
            };
            match fields.first().copied()? {
                "inet" => {
                    let address: Ipv4Addr = after("inet")?.parse().ok()?;
                    let mask = after("netmask")?.strip_prefix("0x")?;
                    let mask = u32::from_str_radix(mask, 16).ok()?;
                    Some(Subnet {
                        address: IpAddr::V4(address),
                        prefix: u8::try_from(mask.leading_ones()).ok()?,
                    })
                }
                "inet6" => {
                    let address = after("inet6")?;
                    let address = address.split_once('%').map_or(address, |(a, _)| a);
                    let address: Ipv6Addr = address.parse().ok()?;
                    Some(Subnet {
                        address: IpAddr::V6(address),
                        prefix: after("prefixlen")?.parse().ok().filter(|p| *p <= 128)?,
                    })
                }
                _ => None,
            }
        })
        .collect()
}

fn radio(mac: &dyn Mac, name: &str) -> (Fact<String>, Fact<Mbps>) {
    const REPORT: &str = "SPAirPortDataType";
    let items = match profile(mac, REPORT) {
        Ok(items) => items,
        Err(why) => return (Fact::Unknown(why.clone()), Fact::Unknown(why)),
    };
    let network = items
        .iter()
        .flat_map(|item| list(item, "spairport_airport_interfaces"))
        .find(|interface| text(interface, "_name") == Some(name))
        .and_then(|interface| interface.get("spairport_current_network_information"));
    let found = |field: &str| network.and_then(|n| n.get(field));
    let missing = |field: &str| format!("system_profiler {REPORT} {field}");
    let (mode, rate) = ("spairport_network_phymode", "spairport_network_rate");
    (
        match found(mode).and_then(Value::as_str) {
            Some(standard) => Fact::known(standard.trim().to_owned(), missing(mode)),
            None => Fact::unknown_because(UnknownCode::NotFound, missing(mode)),
        },
        match found(rate).and_then(Value::as_u64).map(u32::try_from) {
            Some(Ok(mbps)) if mbps > 0 => Fact::known(Mbps(mbps), missing(rate)),
            _ => Fact::unknown_because(UnknownCode::NotFound, missing(rate)),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::mac::recorded::recorded;

    #[test]
    fn wifi() {
        let link = read(&recorded("macbook-pro-m1-pro"));
        assert_eq!(link.interface.value().map(String::as_str), Some("en0"));
        assert_eq!(link.kind.value(), Some(&LinkKind::Wifi));
        assert_eq!(
            link.technology.value().map(String::as_str),
            Some("802.11ax")
        );
        assert_eq!(link.speed.value(), Some(&Mbps(864)));
        let subnets = link.subnets.value().unwrap();
        assert_eq!(subnets.len(), 2);
        assert_eq!(subnets[1].address, IpAddr::from([192, 168, 1, 23]));
        assert_eq!(subnets[1].prefix, 24);
    }

    #[test]
    fn wired() {
        let link = read(&recorded("imac-intel"));
        assert_eq!(link.kind.value(), Some(&LinkKind::Wired));
        assert_eq!(link.speed.value(), Some(&Mbps(1_000)));
        assert_eq!(link.technology.value(), None);
    }

    #[test]
    fn a_tunnel_over_wifi() {
        let ports = "\nHardware Port: Wi-Fi\nDevice: en0\n";
        assert_eq!(kind("utun4", ports, false).value(), Some(&LinkKind::Vpn));
        assert_eq!(kind("en0", ports, false).value(), Some(&LinkKind::Wifi));
        assert_eq!(kind("en7", ports, false).value(), None);
        let link = read(&recorded("rosetta"));
        assert_eq!(link.kind.value(), Some(&LinkKind::Vpn));
        assert_eq!(link.underlying.value(), Some(&LinkKind::Virtual));
    }

    #[test]
    fn media() {
        let speed = |text: &str| media_speed(text).map(|s| s.0);
        assert_eq!(
            speed("\tmedia: autoselect (2500Base-T <full-duplex>)"),
            Some(2_500)
        );
        assert_eq!(
            speed("\tmedia: autoselect (10Gbase-T <full-duplex>)"),
            Some(10_000)
        );
        assert_eq!(speed("\tmedia: autoselect"), None);
        assert_eq!(speed("\tmedia: autoselect (none)"), None);
    }
}
