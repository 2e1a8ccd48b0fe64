//! Names by which hypervisors, containers and remote desktops betray themselves.

/// How the texts of virtual machines begin, in lower case.
const GUESTS: [(&str, &str); 22] = [
    ("vmware", "vmware"),
    ("innotek", "virtualbox"),
    ("virtualbox", "virtualbox"),
    ("parallels", "parallels"),
    ("xen", "xen"),
    ("hvm domu", "xen"),
    ("bhyve", "bhyve"),
    ("amazon ec2", "amazon-ec2"),
    ("google compute engine", "google-compute-engine"),
    ("alibaba cloud", "alibaba-cloud"),
    ("digitalocean", "digitalocean"),
    ("hetzner", "hetzner-cloud"),
    ("openstack", "openstack"),
    ("ovirt", "ovirt"),
    ("rhev", "rhev"),
    ("nutanix", "nutanix-ahv"),
    ("kubevirt", "kubevirt"),
    ("standard pc", "qemu"),
    ("qemu", "qemu"),
    ("kvm", "kvm"),
    ("red hat kvm", "kvm"),
    ("bochs", "bochs"),
];

/// The hypervisor that SMBIOS system texts name; none on a real machine.
pub(super) fn hypervisor_by_dmi(
    vendor: &str,
    product: &str,
    board: &str,
    bios: &str,
) -> Option<&'static str> {
    let lower = |s: &str| s.to_ascii_lowercase();
    let (vendor, product, board, bios) = (lower(vendor), lower(product), lower(board), lower(bios));
    // Amazon and Google rent out whole machines too; those say `.metal`.
    if product.contains(".metal") || product.contains("-metal") {
        return None;
    }
    let starts = |text: &str| {
        vendor.starts_with(text)
            || product.starts_with(text)
            || board.starts_with(text)
            || bios.starts_with(text)
    };
    // Microsoft and Apple make real machines: only the product tells.
    if vendor.starts_with("microsoft") {
        return (product == "virtual machine").then_some("hyper-v");
    }
    if vendor.starts_with("apple") {
        return product
            .starts_with("apple virtualization")
            .then_some("apple-virtualization");
    }
    GUESTS
        .into_iter()
        .find_map(|(text, name)| starts(text).then_some(name))
}

/// The hypervisor behind a CPUID signature (leaf `4000_0000h`).
#[cfg(any(
    test,
    target_os = "windows",
    all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64"))
))]
pub(super) fn hypervisor_by_cpuid(signature: &str) -> Option<&'static str> {
    Some(match signature.trim_end_matches('\0') {
        "KVMKVMKVM" | "Linux KVM Hv" => "kvm",
        "TCGTCGTCGTCG" => "qemu",
        "VMwareVMware" => "vmware",
        "VBoxVBoxVBox" => "virtualbox",
        "XenVMMXenVMM" => "xen",
        "Microsoft Hv" => "hyper-v",
        "bhyve bhyve " => "bhyve",
        " lrpepyh  vr" | "prl hyperv  " => "parallels",
        "ACRNACRNACRN" => "acrn",
        "VirtualApple" => "apple-virtualization",
        _ => return None,
    })
}

/// A processor name that only emulators use.
pub(super) fn is_virtual_brand(brand: &str) -> bool {
    [
        "QEMU",
        "Common KVM",
        "Common 32-bit KVM",
        "Virtual CPU",
        "Intel Core Processor (",
        "Intel Xeon Processor (",
        "Intel Xeon E312xx (",
        "AMD EPYC Processor",
    ]
    .into_iter()
    .any(|text| brand.contains(text))
}

/// The virtual desktop behind the name that Windows gives a session (`SESSIONNAME`); none for the console, and for plain
/// RDP, which is also how people reach their office PC.
#[cfg(any(test, target_os = "windows"))]
pub(super) fn desktop_by_session_name(name: &str) -> Option<&'static str> {
    [
        // Citrix: sessions over the ICA protocol, `ICA-TCP#0` or `ICA-CGP#1`.
        ("ICA-", "citrix"),
        // Horizon's two display protocols.
        ("BLAST", "horizon"),
        ("PCOIP", "horizon"),
        // The side-by-side stack of Azure Virtual Desktop, `rdp-sxs260209400#0` (Microsoft Learn, "Troubleshoot Azure
        // Virtual Desktop agent issues": `qwinsta` lists it).
        ("RDP-SXS", AZURE),
    ]
    .into_iter()
    .find(|(begin, _)| {
        name.get(..begin.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(begin))
    })
    .map(|(_, product)| product)
}

/// Azure Virtual Desktop, on which Windows 365 is built.
#[cfg(any(test, target_os = "windows"))]
const AZURE: &str = "avd";

/// Windows 365 names its Cloud PCs `CPC-…` unless the organisation sets another template (Microsoft Learn, "Create
/// provisioning policies"); inside, SMBIOS says no more than "Virtual Machine".
#[cfg(any(test, target_os = "windows"))]
pub(super) fn named_by_host(product: &'static str, host: &str) -> &'static str {
    let cloud_pc = host
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("CPC-"));
    if product == AZURE && cloud_pc {
        "windows-365"
    } else {
        product
    }
}

/// Where on Windows an agent stands that shows the machine's desktop elsewhere. Clients (Citrix Workspace, Horizon
/// Client, Windows App, the DCV viewer) are installed on ordinary PCs and are not among them.
#[cfg(any(test, target_os = "windows"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgentPlace {
    /// A key in `HKLM`.
    Key(&'static str),
    /// A service.
    Service(&'static str),
    /// Words in the name of an installed program.
    Program(&'static str),
}

/// The agents. The more special stand first: a `WorkSpace` may be shown over DCV, a Citrix desktop may be an Azure one.
#[cfg(any(test, target_os = "windows"))]
pub(super) const AGENTS: [(&str, AgentPlace); 13] = [
    // Citrix, Virtual Delivery Agent: "Registry-based (manual) VDA registration" names the key, "Citrix Desktop Service"
    // is the service.
    (
        "citrix",
        AgentPlace::Key(r"SOFTWARE\Citrix\VirtualDesktopAgent"),
    ),
    ("citrix", AgentPlace::Service("BrokerAgent")),
    ("citrix", AgentPlace::Program("Virtual Delivery Agent")),
    // Horizon Agent of VMware, now Omnissa: settings of the agent; "Horizon View Agent" is the service.
    (
        "horizon",
        AgentPlace::Key(r"SOFTWARE\VMware, Inc.\VMware VDM\Agent"),
    ),
    (
        "horizon",
        AgentPlace::Key(r"SOFTWARE\Omnissa\Horizon\Agent"),
    ),
    ("horizon", AgentPlace::Service("WSNM")),
    ("horizon", AgentPlace::Program("Horizon Agent")),
    // Amazon WorkSpaces Administration Guide, "Update DNS servers": key and service of each Windows WorkSpace.
    ("workspaces", AgentPlace::Key(r"SOFTWARE\Amazon\SkyLight")),
    (
        "workspaces",
        AgentPlace::Service("SkyLightWorkspaceConfigService"),
    ),
    // Parallels RAS Administrator's Guide: the guest agent on desktops that RAS publishes.
    ("parallels-ras", AgentPlace::Program("RAS Guest Agent")),
    // Microsoft Learn, "Troubleshoot Azure Virtual Desktop agent issues": key and boot loader.
    (AZURE, AgentPlace::Key(r"SOFTWARE\Microsoft\RDInfraAgent")),
    (AZURE, AgentPlace::Service("RDAgentBootLoader")),
    // Amazon DCV Administrator Guide, "Stopping and starting the server": the service on Windows.
    ("dcv", AgentPlace::Service("dcvserver")),
];

/// The remote desktop behind the name of a process that runs once per remote session.
pub(super) fn remote_by_process(name: &str) -> Option<&'static str> {
    Some(match name {
        "xrdp-chansrv" => "rdp",
        "Xvnc" | "Xtigervnc" | "Xtightvnc" | "Xrealvnc" | "Xvnc4" => "vnc",
        "x2goagent" => "x2go",
        // The kernel cuts names to 15 characters.
        "nxagent" | "nxnode.bin" => "nx",
        "ctxgfx" | "ctxsession" => "citrix",
        "VMwareBlastServ" | "BlastServer" => "horizon",
        "dcvagent" => "dcv",
        _ => return None,
    })
}

/// The remote desktop behind an environment variable that it sets in its sessions.
pub(super) const REMOTE_BY_ENVIRONMENT: [(&str, &str); 5] = [
    ("XRDP_SESSION", "rdp"),
    ("X2GO_SESSION", "x2go"),
    ("NXSESSIONID", "nx"),
    ("VNCDESKTOP", "vnc"),
    ("DCV_SESSION_ID", "dcv"),
];

/// The container behind the word that container managers leave in `container=` or in a control group's name.
pub(super) fn container_by_word(text: &str) -> Option<&'static str> {
    [
        "docker",
        "podman",
        "kubepods",
        "lxc",
        "systemd-nspawn",
        "garden",
    ]
    .into_iter()
    .find(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_and_guests() {
        let dmi = hypervisor_by_dmi;
        assert_eq!(dmi("VMware, Inc.", "VMware7,1", "", ""), Some("vmware"));
        assert_eq!(
            dmi("innotek GmbH", "VirtualBox", "", ""),
            Some("virtualbox")
        );
        assert_eq!(
            dmi("Microsoft Corporation", "Virtual Machine", "", ""),
            Some("hyper-v")
        );
        assert_eq!(dmi("Microsoft Corporation", "Surface Pro 9", "", ""), None);
        assert_eq!(dmi("Apple Inc.", "MacBookPro18,3", "", ""), None);
        assert_eq!(dmi("Dell Inc.", "Latitude E4310", "0D76", "Dell"), None);
        assert_eq!(dmi("Amazon EC2", "c5.metal", "", ""), None);
        assert_eq!(dmi("Amazon EC2", "t3.micro", "", ""), Some("amazon-ec2"));
        assert_eq!(
            dmi("Supermicro", "Standard PC (Q35 + ICH9, 2009)", "", ""),
            Some("qemu")
        );
    }

    #[test]
    fn brands() {
        assert!(is_virtual_brand("QEMU Virtual CPU version 2.5+"));
        assert!(is_virtual_brand("Intel Core Processor (Skylake, IBRS)"));
        assert!(!is_virtual_brand(
            "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz"
        ));
        assert!(!is_virtual_brand("AMD EPYC 7763 64-Core Processor"));
    }
}
