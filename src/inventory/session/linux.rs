//! Virtual machine, container, remote desktop: SMBIOS texts, processor flags, logind's sessions, processes.

use crate::inventory::tree::Tree;
use crate::model::fact::{Fact, UnknownCode};
use crate::model::inventory::SessionFacts;

use super::products::{
    REMOTE_BY_ENVIRONMENT, container_by_word, hypervisor_by_dmi, is_virtual_brand,
    remote_by_process,
};

/// Reads it.
pub(super) fn read(tree: &Tree) -> SessionFacts {
    let machine = machine(tree);
    let remote = remote(tree);
    let virtual_desktop = match &remote {
        Fact::Known { value, source } => Fact::known(
            value.map_or("none", |product| product).to_owned(),
            source.clone(),
        ),
        Fact::Unknown(why) => Fact::Unknown(why.clone()),
    };
    SessionFacts {
        virtual_machine: machine.clone().map(|m| m.is_guest),
        hypervisor: hypervisor(tree, machine),
        remote: remote.map(|product| product.is_some()),
        virtual_desktop,
    }
}

/// Whether the tree is of a virtual machine.
pub(in crate::inventory) fn is_virtual_machine(tree: &Tree) -> Fact<bool> {
    machine(tree).map(|m| m.is_guest)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Machine {
    is_guest: bool,
    hypervisor: Option<&'static str>,
}

fn machine(tree: &Tree) -> Fact<Machine> {
    let guest = |hypervisor, source: &str| {
        Fact::known(
            Machine {
                is_guest: true,
                hypervisor,
            },
            source,
        )
    };
    let real = |hypervisor, source: &str| {
        Fact::known(
            Machine {
                is_guest: false,
                hypervisor,
            },
            source,
        )
    };
    // The management domain of Xen and the root partition of Hyper-V see a hypervisor and are the real machine.
    if tree
        .line("proc/xen/capabilities")
        .is_some_and(|c| c.contains("control_d"))
    {
        return real(Some("xen"), "/proc/xen/capabilities");
    }
    if is_hyper_v_root(tree) {
        return real(Some("hyper-v"), "CPUID leaf 40000003h");
    }
    let release = tree.line("proc/sys/kernel/osrelease").unwrap_or_default();
    if release.to_ascii_lowercase().contains("microsoft-standard") {
        return guest(Some("wsl"), "/proc/sys/kernel/osrelease");
    }
    let dmi = |name: &str| tree.line(&format!("sys/class/dmi/id/{name}"));
    let vendor = dmi("sys_vendor");
    if vendor.is_some() || dmi("product_name").is_some() {
        let found = hypervisor_by_dmi(
            vendor.as_deref().unwrap_or_default(),
            &dmi("product_name").unwrap_or_default(),
            &dmi("board_vendor").unwrap_or_default(),
            &dmi("bios_vendor").unwrap_or_default(),
        );
        if found.is_some() {
            return guest(found, "/sys/class/dmi/id");
        }
    }
    if let Some(kind) = tree.line("sys/hypervisor/type") {
        let name = (kind == "xen").then_some("xen");
        return guest(name, "/sys/hypervisor/type");
    }
    for path in ["hypervisor/compatible", "compatible"] {
        let path = format!("proc/device-tree/{path}");
        let text = tree.text(&path).unwrap_or_default();
        for (word, name) in [
            ("linux,kvm", "kvm"),
            ("xen,xen", "xen"),
            ("linux,dummy-virt", "qemu"),
        ] {
            if text.split('\0').any(|part| part.starts_with(word)) {
                return guest(Some(name), &format!("/{path}"));
            }
        }
    }
    by_cpuinfo(tree, vendor.is_some(), guest, real)
}

fn by_cpuinfo(
    tree: &Tree,
    has_dmi: bool,
    guest: impl Fn(Option<&'static str>, &str) -> Fact<Machine>,
    real: impl Fn(Option<&'static str>, &str) -> Fact<Machine>,
) -> Fact<Machine> {
    let Ok(text) = tree.text("proc/cpuinfo") else {
        return Fact::unknown_because(UnknownCode::NotFound, "/sys/class/dmi/id, /proc/cpuinfo");
    };
    let field = |name: &str| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name).then(|| value.trim())
        })
    };
    if let Some(flags) = field("flags") {
        if flags.split_whitespace().any(|flag| flag == "hypervisor") {
            return guest(by_cpuid(tree), "/proc/cpuinfo flags hypervisor");
        }
        if field("model name").is_some_and(is_virtual_brand) {
            return guest(None, "/proc/cpuinfo model name");
        }
        let source = if has_dmi {
            "/sys/class/dmi/id, /proc/cpuinfo flags"
        } else {
            "/proc/cpuinfo flags"
        };
        return real(None, source);
    }
    // Other architectures have no flag for it; the maker's own texts are what is left.
    if has_dmi {
        return real(None, "/sys/class/dmi/id");
    }
    if let Some(model) = tree.line("proc/device-tree/model") {
        return real(None, &format!("/proc/device-tree/model {model}"));
    }
    Fact::unknown_because(UnknownCode::NotFound, "/sys/class/dmi/id")
}

#[cfg(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64")))]
fn by_cpuid(tree: &Tree) -> Option<&'static str> {
    use raw_cpuid::native_cpuid::cpuid_count;
    if !tree.is_live() {
        return None;
    }
    let leaf = cpuid_count(0x4000_0000, 0);
    let bytes = [leaf.ebx, leaf.ecx, leaf.edx]
        .map(u32::to_le_bytes)
        .concat();
    super::products::hypervisor_by_cpuid(&String::from_utf8_lossy(&bytes))
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64"))))]
fn by_cpuid(_: &Tree) -> Option<&'static str> {
    None
}

/// A Hyper-V partition that may create others is the root (Hypervisor Top Level Functional Specification, leaf
/// `4000_0003h` EBX bit 0).
fn is_hyper_v_root(tree: &Tree) -> bool {
    #[cfg(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64")))]
    {
        use raw_cpuid::native_cpuid::cpuid_count;
        by_cpuid(tree) == Some("hyper-v") && cpuid_count(0x4000_0003, 0).ebx & 1 != 0
    }
    #[cfg(not(all(target_os = "linux", any(target_arch = "x86", target_arch = "x86_64"))))]
    {
        let _ = tree;
        false
    }
}

fn hypervisor(tree: &Tree, machine: Fact<Machine>) -> Fact<String> {
    if let Some((name, source)) = container(tree) {
        return Fact::known(format!("container:{name}"), source);
    }
    match machine {
        Fact::Known { value, source } => match value.hypervisor {
            Some(name) => Fact::known(name.to_owned(), source),
            None => Fact::unknown_because(
                UnknownCode::NotFound,
                if value.is_guest {
                    "the hypervisor does not tell its name"
                } else {
                    "not in a virtual machine or container"
                },
            ),
        },
        Fact::Unknown(why) => Fact::Unknown(why),
    }
}

fn container(tree: &Tree) -> Option<(&'static str, String)> {
    for (path, name) in [(".dockerenv", "docker"), ("run/.containerenv", "podman")] {
        if tree.exists(path) {
            return Some((name, format!("/{path}")));
        }
    }
    for path in ["run/systemd/container", "proc/1/cgroup"] {
        if let Some(name) = tree.line(path).as_deref().and_then(container_by_word) {
            return Some((name, format!("/{path}")));
        }
    }
    // Readable by root only.
    let environment = tree.text("proc/1/environ").ok()?;
    let word = environment
        .split('\0')
        .find_map(|pair| pair.strip_prefix("container="))?;
    Some((
        container_by_word(word).unwrap_or("other"),
        "/proc/1/environ container".to_owned(),
    ))
}

/// The remote desktop that shows this session; `None` inside is a proved absence. A terminal over SSH is none.
fn remote(tree: &Tree) -> Fact<Option<&'static str>> {
    if tree.is_live() {
        for (variable, product) in REMOTE_BY_ENVIRONMENT {
            if std::env::var_os(variable).is_some() {
                return Fact::known(Some(product), format!("environment variable {variable}"));
            }
        }
    }
    for (path, product) in [
        ("opt/Citrix/VDA", "citrix"),
        ("usr/lib/vmware/viewagent", "horizon"),
        ("usr/lib/omnissa/viewagent", "horizon"),
    ] {
        if tree.is_dir(path) {
            return Fact::known(Some(product), format!("/{path}"));
        }
    }
    if let Some(found) = by_logind(tree) {
        return found;
    }
    by_processes(tree)
}

/// What logind knows of the graphical sessions: this process's own, or in a tree the active ones.
fn by_logind(tree: &Tree) -> Option<Fact<Option<&'static str>>> {
    const DIR: &str = "run/systemd/sessions";
    let own = tree
        .is_live()
        .then(|| std::env::var("XDG_SESSION_ID").ok())
        .flatten()
        .filter(|id| !id.contains('/'));
    let ids = match own {
        Some(id) => vec![id],
        None => tree.list(DIR).ok()?,
    };
    let mut local = None;
    for id in ids {
        let path = format!("{DIR}/{id}");
        let Ok(text) = tree.text(&path) else { continue };
        let is = |line: &str| text.lines().any(|l| l == line);
        let graphical = ["x11", "wayland", "mir"]
            .iter()
            .any(|t| is(&format!("TYPE={t}")));
        if !graphical || !is("CLASS=user") || is("STATE=closing") {
            continue;
        }
        let service = text
            .lines()
            .find_map(|l| l.strip_prefix("SERVICE="))
            .unwrap_or_default();
        let source = format!("/{path}");
        if service.starts_with("xrdp") {
            return Some(Fact::known(Some("rdp"), source));
        }
        if service.contains("vnc") {
            return Some(Fact::known(Some("vnc"), source));
        }
        if is("REMOTE=1") {
            // gnome-remote-desktop and others that only say that it is remote.
            return Some(Fact::known(Some("other"), source));
        }
        if text.lines().any(|l| l == "SEAT=seat0") {
            local = Some(Fact::known(None, source));
        }
    }
    local
}

/// Without logind: does a process run that serves a remote desktop?
fn by_processes(tree: &Tree) -> Fact<Option<&'static str>> {
    let pids: Vec<String> = match tree.list("proc") {
        Ok(names) => names
            .into_iter()
            .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
            .collect(),
        Err(why) => return Fact::Unknown(why),
    };
    let mut seen = 0_u32;
    for pid in pids {
        let path = format!("proc/{pid}/comm");
        let Some(name) = tree.line(&path) else {
            continue;
        };
        seen += 1;
        if let Some(product) = remote_by_process(&name) {
            return Fact::known(Some(product), format!("process {name}"));
        }
    }
    if seen == 0 {
        return Fact::unknown_because(UnknownCode::NotFound, "/proc names no process");
    }
    Fact::known(None, "no remote desktop among the processes of /proc")
}
