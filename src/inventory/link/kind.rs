//! What kind of link an interface is, by sysfs.

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::LinkKind;

const NET: &str = "sys/class/net";
/// Bridges over bonds over VLANs: no real stack is deeper.
const DEEPEST: u32 = 6;

/// The kind of an interface. Inside a virtual machine every Ethernet is `Virtual`: the guest cannot see what carries it.
pub(super) fn kind_of(tree: &Tree, name: &str, virtual_machine: bool) -> Fact<LinkKind> {
    by_layers(tree, name, virtual_machine, DEEPEST)
}

fn by_layers(tree: &Tree, name: &str, virtual_machine: bool, deeper: u32) -> Fact<LinkKind> {
    let dir = format!("{NET}/{name}");
    if name.contains('/') || !tree.exists(&dir) {
        return Fact::unknown_because(UnknownCode::NotFound, format!("/{dir}"));
    }
    let known = |kind, file: &str| Fact::known(kind, format!("/{dir}/{file}"));
    let uevent = tree.line(&format!("{dir}/uevent")).unwrap_or_default();
    let device_type = uevent.lines().find_map(|l| l.strip_prefix("DEVTYPE="));
    // Hardware types of linux/if_arp.h.
    let hardware: Option<u32> = tree.number(&format!("{dir}/type"));
    let has = |file: &str| tree.exists(&format!("{dir}/{file}"));
    if hardware == Some(772) {
        return known(LinkKind::Loopback, "type");
    }
    if has("wireless") || has("phy80211") || device_type == Some("wlan") {
        return known(LinkKind::Wifi, "phy80211");
    }
    if device_type == Some("wwan") || hardware == Some(519) || is_modem(tree, &dir) {
        return known(LinkKind::Cellular, "uevent DEVTYPE");
    }
    if device_type == Some("wireguard") {
        return known(LinkKind::Vpn, "uevent DEVTYPE");
    }
    if has("tun_flags") {
        return known(LinkKind::Vpn, "tun_flags");
    }
    // IPIP, IP6IP6, SIT, GRE, GRE6 and the tunnels that carry plain packets (IPsec's, Tailscale's).
    if matches!(hardware, Some(768 | 769 | 776 | 778 | 823 | 65534)) {
        return known(LinkKind::Vpn, "type");
    }
    if hardware == Some(512) {
        // PPP carries DSL, mobile and tunnels alike.
        return known(LinkKind::Other, "type");
    }
    if device_type == Some("bluetooth") {
        return known(LinkKind::Other, "uevent DEVTYPE");
    }
    if has("device") {
        let driver = tree.link_name(&format!("{dir}/device/driver"));
        let driver = driver.as_deref().unwrap_or_default();
        if virtual_machine || is_paravirtual(driver) {
            return known(LinkKind::Virtual, "device/driver");
        }
        // A telephone on a cable: what carries its traffic is the telephone's matter.
        if matches!(driver, "ipheth" | "rndis_host") {
            return known(LinkKind::Other, "device/driver");
        }
        return match hardware {
            Some(1) => known(LinkKind::Wired, "type"),
            Some(_) => known(LinkKind::Other, "type"),
            None => Fact::unknown_because(UnknownCode::NotFound, format!("/{dir}/type")),
        };
    }
    layered(tree, name, virtual_machine, deeper)
}

/// VLANs, bridges and bonds are what lies beneath them; without anything real beneath they are virtual.
fn layered(tree: &Tree, name: &str, virtual_machine: bool, deeper: u32) -> Fact<LinkKind> {
    let dir = format!("{NET}/{name}");
    let virtual_link = || Fact::known(LinkKind::Virtual, format!("/{dir}"));
    let Some(deeper) = deeper.checked_sub(1) else {
        return virtual_link();
    };
    let active = tree.line(&format!("{dir}/bonding/active_slave"));
    let beneath: Vec<String> = match active {
        Some(active) => vec![active],
        None => tree
            .list(&dir)
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| Some(entry.strip_prefix("lower_")?.to_owned()))
            .collect(),
    };
    beneath
        .iter()
        .map(|lower| by_layers(tree, lower, virtual_machine, deeper))
        .find(|kind| {
            kind.value()
                .is_some_and(|k| !matches!(k, LinkKind::Virtual | LinkKind::Vpn))
        })
        .unwrap_or_else(virtual_link)
}

fn is_paravirtual(driver: &str) -> bool {
    matches!(
        driver,
        "virtio_net"
            | "vmxnet3"
            | "hv_netvsc"
            | "vif"
            | "xen_netfront"
            | "netfront"
            | "gve"
            | "ena"
    )
}

/// Modems whose network part says nothing of itself: their USB drivers do.
fn is_modem(tree: &Tree, dir: &str) -> bool {
    let driver = tree.link_name(&format!("{dir}/device/driver"));
    matches!(
        driver.as_deref(),
        Some(
            "qmi_wwan" | "cdc_mbim" | "huawei_cdc_ncm" | "sierra_net" | "hso" | "mhi_net" | "iosm"
        )
    )
}
