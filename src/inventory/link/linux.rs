//! The interface that carries the traffic: the kernel's own choice on the running machine, else the routing tables; its
//! kind by sysfs.

use std::net::{IpAddr, UdpSocket};

use crate::inventory::session::is_virtual_machine;
use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{LinkFacts, LinkKind, Subnet};
use crate::model::units::{Dbm, Mbps};

use super::kind::kind_of;
use super::routes::{Route, ipv4_addresses, ipv4_routes, ipv6_addresses, ipv6_routes};

const NET: &str = "sys/class/net";

/// Reads it.
pub(super) fn read(tree: &Tree) -> LinkFacts {
    let routes = routes(tree);
    let addresses = live_addresses(tree);
    let interface = interface(tree, &routes, addresses.as_deref());
    let (name, source) = match &interface {
        Fact::Known { value, source } => (value.clone(), source.clone()),
        Fact::Unknown(why) => return without_interface(tree, why),
    };
    let virtual_machine = is_virtual_machine(tree).value() == Some(&true);
    let kind = kind_of(tree, &name, virtual_machine);
    let underlying = if kind.value() == Some(&LinkKind::Vpn) {
        underlying(tree, &routes, &name, virtual_machine)
    } else {
        Fact::unknown_because(UnknownCode::NotSupported, format!("{name} is no tunnel"))
    };
    LinkFacts {
        subnets: subnets(tree, &routes, addresses.as_deref(), &name),
        interface: Fact::known(name.clone(), source),
        speed: speed(tree, &name),
        technology: technology(&name, kind.value()),
        full_duplex: duplex(tree, &name),
        frequency: Fact::unknown(UnknownCode::NotSupported),
        signal: signal(tree, &name, kind.value()),
        kind,
        underlying,
    }
}

/// No route out: loopback alone, or an interface that leads nowhere.
fn without_interface(tree: &Tree, why: &Unknown) -> LinkFacts {
    let unknown = || Unknown::clone(why);
    let up: Vec<String> = tree
        .list(NET)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| tree.line(&format!("{NET}/{name}/operstate")).as_deref() == Some("up"))
        .collect();
    let kind = if up.is_empty() && tree.exists(&format!("{NET}/lo")) {
        Fact::known(
            LinkKind::Loopback,
            format!("/{NET}: no other interface is up"),
        )
    } else {
        Fact::Unknown(unknown())
    };
    LinkFacts {
        interface: Fact::Unknown(unknown()),
        kind,
        underlying: Fact::Unknown(unknown()),
        speed: Fact::Unknown(unknown()),
        technology: Fact::Unknown(unknown()),
        full_duplex: Fact::Unknown(unknown()),
        frequency: Fact::Unknown(unknown()),
        signal: Fact::Unknown(unknown()),
        subnets: Fact::Unknown(unknown()),
    }
}

/// A file of `/proc/net`, which is a link to the reading process's own view and is copied into trees in several ways.
fn proc_net(tree: &Tree, name: &str) -> Option<String> {
    ["proc/net", "proc/self/net", "proc/1/net"]
        .into_iter()
        .find_map(|dir| tree.text(&format!("{dir}/{name}")).ok())
}

fn routes(tree: &Tree) -> Vec<Route> {
    let mut out = ipv4_routes(&proc_net(tree, "route").unwrap_or_default());
    out.extend(ipv6_routes(
        &proc_net(tree, "ipv6_route").unwrap_or_default(),
    ));
    out
}

type Address = (String, IpAddr, u8);

#[cfg(target_os = "linux")]
fn live_addresses(tree: &Tree) -> Option<Vec<Address>> {
    tree.is_live()
        .then(|| crate::inventory::sys::linux::interface_addresses().ok())
        .flatten()
}

#[cfg(not(target_os = "linux"))]
fn live_addresses(_: &Tree) -> Option<Vec<Address>> {
    None
}

fn interface(tree: &Tree, routes: &[Route], addresses: Option<&[Address]>) -> Fact<String> {
    // Policy routing (WireGuard's way) is not in the tables of /proc: the kernel is asked which way it would go.
    if let Some(name) = addresses.and_then(kernel_choice) {
        return Fact::known(name, "the kernel's route to the internet");
    }
    let best = routes
        .iter()
        .filter(|r| r.is_default() && r.interface != "lo")
        .min_by_key(|r| (r.destination.is_ipv6(), u8::MAX - r.prefix, r.metric));
    if let Some(route) = best {
        let table = if route.destination.is_ipv6() {
            "ipv6_route"
        } else {
            "route"
        };
        return Fact::known(
            route.interface.clone(),
            format!("/proc/net/{table} default route"),
        );
    }
    // A room's network may have no way out: the one real interface that is up is meant then.
    let up: Vec<String> = tree
        .list(NET)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| {
            tree.exists(&format!("{NET}/{name}/device"))
                && tree.line(&format!("{NET}/{name}/operstate")).as_deref() == Some("up")
        })
        .collect();
    match up.as_slice() {
        [only] => Fact::known(only.clone(), format!("/{NET}: the only one that is up")),
        _ => Fact::unknown_because(UnknownCode::NotFound, "no default route"),
    }
}

/// Connecting a datagram socket makes the kernel choose a route and sends nothing. The addresses are reserved for
/// documentation (RFC 5737, RFC 3849), so they follow the default route.
fn kernel_choice(addresses: &[Address]) -> Option<String> {
    [
        ("0.0.0.0:0", "203.0.113.1:9"),
        ("[::]:0", "[2001:db8::1]:9"),
    ]
    .into_iter()
    .find_map(|(from, to)| {
        let socket = UdpSocket::bind(from).ok()?;
        socket.connect(to).ok()?;
        let own = socket.local_addr().ok()?.ip();
        let (name, ..) = addresses
            .iter()
            .find(|(name, ip, _)| *ip == own && name != "lo")?;
        Some(name.clone())
    })
}

/// What carries a tunnel: the default route beside it, or the route to its far end.
fn underlying(
    tree: &Tree,
    routes: &[Route],
    tunnel: &str,
    virtual_machine: bool,
) -> Fact<LinkKind> {
    let mut ways: Vec<&Route> = routes
        .iter()
        .filter(|r| r.interface != tunnel && r.interface != "lo" && r.has_gateway)
        .filter(|r| r.is_default() || matches!(r.prefix, 32 | 128))
        .collect();
    ways.sort_by_key(|r| (!r.is_default(), r.metric));
    for way in ways {
        let kind = kind_of(tree, &way.interface, virtual_machine);
        if let Fact::Known { value, source } = kind
            && value != LinkKind::Vpn
        {
            return Fact::known(value, source);
        }
    }
    Fact::unknown_because(
        UnknownCode::NotFound,
        format!("no route beside {tunnel} tells what carries it"),
    )
}

/// The standard of a radio link is told by the wireless subsystem alone (nl80211), not by any file.
fn technology(name: &str, kind: Option<&LinkKind>) -> Fact<String> {
    let detail = match kind {
        Some(LinkKind::Wifi | LinkKind::Cellular) => {
            format!("no file of the system tells the standard of {name}")
        }
        _ => format!("{name} has no radio"),
    };
    Fact::unknown_because(UnknownCode::NotSupported, detail)
}

fn duplex(tree: &Tree, name: &str) -> Fact<bool> {
    let path = format!("{NET}/{name}/duplex");
    match tree.line(&path).as_deref() {
        Some("full") => Fact::known(true, format!("/{path}")),
        Some("half") => Fact::known(false, format!("/{path}")),
        _ => Fact::unknown_because(UnknownCode::NotFound, format!("/{path}")),
    }
}

/// `/proc/net/wireless`: `wlan0: 0000   54.  -56.  -256 …`, of which the third figure is the level in dBm.
fn signal(tree: &Tree, name: &str, kind: Option<&LinkKind>) -> Fact<Dbm> {
    if kind != Some(&LinkKind::Wifi) {
        return Fact::unknown_because(UnknownCode::NotSupported, format!("{name} has no radio"));
    }
    let text = proc_net(tree, "wireless").unwrap_or_default();
    let level = text.lines().find_map(|line| {
        let fields = line.trim().strip_prefix(name)?.strip_prefix(':')?;
        let level = fields.split_whitespace().nth(2)?;
        level.trim_end_matches('.').parse::<i32>().ok()
    });
    match level {
        // Drivers that do not know say 0 or -256.
        Some(dbm) if (-120..0).contains(&dbm) => Fact::known(Dbm(dbm), "/proc/net/wireless"),
        _ => Fact::unknown_because(UnknownCode::NotFound, "/proc/net/wireless"),
    }
}

fn speed(tree: &Tree, name: &str) -> Fact<Mbps> {
    let path = format!("{NET}/{name}/speed");
    // -1 and 4294967295 stand for unknown.
    match tree.number::<i64>(&path).map(u32::try_from) {
        Some(Ok(mbps)) if mbps > 0 && mbps < u32::MAX => {
            Fact::known(Mbps(mbps), format!("/{path}"))
        }
        _ => Fact::unknown_because(UnknownCode::NotFound, format!("/{path}")),
    }
}

fn subnets(
    tree: &Tree,
    routes: &[Route],
    addresses: Option<&[Address]>,
    name: &str,
) -> Fact<Vec<Subnet>> {
    if let Some(addresses) = addresses {
        let own = addresses
            .iter()
            .filter(|(interface, ..)| interface == name)
            .map(|(_, address, prefix)| Subnet {
                address: *address,
                prefix: *prefix,
            })
            .collect();
        return Fact::known(own, "getifaddrs");
    }
    let v6 = proc_net(tree, "if_inet6");
    let v4 = proc_net(tree, "fib_trie");
    if v4.is_none() && v6.is_none() {
        return Fact::unknown_because(UnknownCode::NotFound, "/proc/net/fib_trie, if_inet6");
    }
    let mut own = ipv4_addresses(&v4.unwrap_or_default(), routes, name);
    own.extend(ipv6_addresses(&v6.unwrap_or_default(), name));
    Fact::known(own, "/proc/net/fib_trie, if_inet6")
}
