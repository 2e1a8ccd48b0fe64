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
pub(super) const REMOTE_BY_ENVIRONMENT: [(&str, &str); 8] = [
    ("XRDP_SESSION", "rdp"),
    ("X2GO_SESSION", "x2go"),
    ("NXSESSIONID", "nx"),
    ("VNCDESKTOP", "vnc"),
    ("CITRIX_SESSION_ID", "citrix"),
    ("ICA_SESSION_ID", "citrix"),
    ("VMWARE_VDI_SESSION", "horizon"),
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
