//! Virtual machine, remote session and virtual desktop. A virtual machine alone is no virtual desktop: that takes a
//! session that is shown elsewhere, or a vendor's agent in it. An agent alone is none either: offices put it on real PCs
//! too, to reach them from home, and whoever sits at such a PC is at no virtual desktop.

use crate::inventory::installed_windows::installed;
use crate::inventory::sys::windows_rows::{HypervisorRow, Key, Registry};
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::SessionFacts;

use super::products::{
    AGENTS, AgentPlace, desktop_by_session_name, hypervisor_by_cpuid, hypervisor_by_dmi,
    named_by_host,
};

const BIOS: &str = r"HARDWARE\DESCRIPTION\System\BIOS";
const TERMINAL_SERVER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
const SERVICES: &str = r"SYSTEM\CurrentControlSet\Services";
/// What a session's own variables are kept in, below it in a key for each session.
const VOLATILE: &str = "Volatile Environment";
const POWER: &str = r"SYSTEM\CurrentControlSet\Control\SystemInformation";

/// What the calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionRows {
    /// CPUID; none where this program does not run on an x86 processor itself.
    pub(super) hypervisor: Option<HypervisorRow>,
    /// `SM_REMOTESESSION` is not 0.
    pub(super) remote_metric: bool,
    /// This process's session and the one on the console.
    pub(super) sessions: Result<(u32, Option<u32>), Unknown>,
    /// The environment variable `SESSIONNAME`, such as `Console`, `RDP-Tcp#3`, `ICA-CGP#1`.
    pub(super) session_name: Option<String>,
    /// The environment variable `ViewClient_Machine_Name` that Horizon sets in its sessions.
    pub(super) horizon_client: Option<String>,
    /// Name of this computer.
    pub(super) host: Option<String>,
}

/// The facts.
pub(super) fn session(rows: &SessionRows, registry: &dyn Registry) -> SessionFacts {
    let (virtual_machine, hypervisor) = machine(rows.hypervisor.as_ref(), registry);
    let remote = remote(rows, registry);
    SessionFacts {
        virtual_desktop: virtual_desktop(rows, registry, &virtual_machine, &remote),
        virtual_machine,
        hypervisor,
        remote,
    }
}

/// Whether it is a virtual machine, and whose.
pub(super) fn machine(
    cpuid: Option<&HypervisorRow>,
    registry: &dyn Registry,
) -> (Fact<bool>, Fact<String>) {
    let place = |key: &str, name: &str| registry.text(&Key::machine(key), name);
    let maker = place(BIOS, "SystemManufacturer").or_else(|_| place(POWER, "SystemManufacturer"));
    let product = place(BIOS, "SystemProductName").or_else(|_| place(POWER, "SystemProductName"));
    let board = place(BIOS, "BaseBoardManufacturer");
    let bios = place(BIOS, "BIOSVendor");
    let firmware = hypervisor_by_dmi(
        maker.as_deref().unwrap_or_default(),
        product.as_deref().unwrap_or_default(),
        board.as_deref().unwrap_or_default(),
        bios.as_deref().unwrap_or_default(),
    );
    let from_firmware = format!("HKLM\\{BIOS}");
    let named = |name: &str, source: &str| Fact::known(name.to_owned(), source);
    if let Some(row) = cpuid.filter(|r| r.is_guest()) {
        let signature = row.signature.as_deref().unwrap_or_default();
        let name = match (hypervisor_by_cpuid(signature), firmware) {
            // Others speak Hyper-V's language to Windows guests: the firmware then knows better.
            (Some("hyper-v") | None, Some(name)) => named(name, &from_firmware),
            (Some(name), _) => named(name, "CPUID leaf 40000000h"),
            (None, None) => Fact::unknown_because(
                UnknownCode::Unparsable,
                format!("CPUID leaf 40000000h: {signature:?}"),
            ),
        };
        return (
            Fact::known(true, "CPUID leaf 1 hypervisor bit, not the root partition"),
            name,
        );
    }
    if let Some(name) = firmware {
        return (
            Fact::known(true, from_firmware.as_str()),
            named(name, &from_firmware),
        );
    }
    let none = |source: &str| {
        (
            Fact::known(false, source),
            Fact::unknown_because(UnknownCode::NotFound, "not in a virtual machine"),
        )
    };
    match (cpuid, maker) {
        (Some(row), _) if row.present => {
            let source = "CPUID leaf 40000003h: Hyper-V's root partition";
            (Fact::known(false, source), named("hyper-v", source))
        }
        (Some(_), _) => none("CPUID leaf 1 hypervisor bit"),
        (None, Ok(_)) => none(&from_firmware),
        (None, Err(said)) => (Fact::Unknown(said.clone()), Fact::Unknown(said)),
    }
}

/// `SM_REMOTESESSION`; a session with `RemoteFX` graphics hides from it, so the session ids are compared, too (Microsoft
/// Learn, "Detecting the Remote Desktop Services environment").
fn remote(rows: &SessionRows, registry: &dyn Registry) -> Fact<bool> {
    if rows.remote_metric {
        return Fact::known(true, "GetSystemMetrics(SM_REMOTESESSION)");
    }
    let key = Key::machine(TERMINAL_SERVER);
    match (&rows.sessions, registry.number(&key, "GlassSessionId")) {
        (Ok((own, _)), Ok(glass)) if *own != 0 => {
            Fact::known(*own != glass, format!("{key}\\GlassSessionId"))
        }
        (Ok((own, Some(console))), _) if own == console => {
            Fact::known(false, "WTSGetActiveConsoleSessionId")
        }
        _ => Fact::known(false, "GetSystemMetrics(SM_REMOTESESSION)"),
    }
}

/// The variable that Horizon sets in its sessions.
const HORIZON_CLIENT: &str = "ViewClient_Machine_Name";

fn virtual_desktop(
    rows: &SessionRows,
    registry: &dyn Registry,
    machine: &Fact<bool>,
    remote: &Fact<bool>,
) -> Fact<String> {
    let host = rows.host.as_deref().unwrap_or_default();
    let known =
        |name, source: &str| Fact::known(named_by_host(name, host).to_owned(), source.to_owned());
    // What the session itself says.
    if let Some((name, source)) =
        variable(rows, registry, "SESSIONNAME", rows.session_name.as_ref())
        && let Some(product) = desktop_by_session_name(&name)
    {
        return known(product, &source);
    }
    if let Some((_, source)) =
        variable(rows, registry, HORIZON_CLIENT, rows.horizon_client.as_ref())
    {
        return known("horizon", &source);
    }
    match (agent(registry), machine, remote) {
        (Some((name, place)), Fact::Known { value: true, .. }, _) => known(name, &place),
        // It may be on a real PC, for its owner to reach it from home.
        (Some((_, place)), _, _) => Fact::unknown_because(
            UnknownCode::Undecided,
            format!("{place}, but no session of it"),
        ),
        // A remote desktop into a virtual machine is a virtual desktop; into an office PC it is a remote PC.
        (
            None,
            Fact::Known {
                value: true,
                source,
            },
            Fact::Known { value: true, .. },
        ) => known("rdp", &format!("remote session, {source}")),
        (None, _, Fact::Unknown(said))
        | (None, Fact::Unknown(said), Fact::Known { value: true, .. }) => {
            Fact::Unknown(said.clone())
        }
        (None, _, Fact::Known { .. }) => {
            known("none", "no agent, session name or remote session of one")
        }
    }
}

/// A variable of this session and where it stands. The registry knows the session as it is now; the environment of a
/// program that was started before someone connected from elsewhere does not.
fn variable(
    rows: &SessionRows,
    registry: &dyn Registry,
    name: &str,
    environment: Option<&String>,
) -> Option<(String, String)> {
    let own = rows.sessions.as_ref().ok().map(|(own, _)| *own);
    let session = own.map(|own| Key::user(format!("{VOLATILE}\\{own}")));
    session
        .into_iter()
        .chain([Key::user(VOLATILE)])
        .find_map(|key| {
            let text = registry.text(&key, name).ok()?;
            Some((text, format!("{key}\\{name}")))
        })
        .or_else(|| Some((environment?.clone(), name.to_owned())))
        .filter(|(text, _)| !text.trim().is_empty())
}

/// The first agent that is there, and where.
fn agent(registry: &dyn Registry) -> Option<(&'static str, String)> {
    let programs = installed(registry);
    AGENTS.into_iter().find_map(|(product, place)| {
        let found = match place {
            AgentPlace::Key(path) => existing(registry, path),
            AgentPlace::Service(name) => existing(registry, &format!("{SERVICES}\\{name}")),
            AgentPlace::Program(words) => programs
                .value()?
                .iter()
                .find(|program| program.name.contains(words))
                .map(|program| program.place.clone()),
        };
        Some((product, found?))
    })
}

fn existing(registry: &dyn Registry, path: &str) -> Option<String> {
    let key = Key::machine(path);
    [key.clone(), key.bits32()]
        .into_iter()
        .find(|key| registry.keys(key).is_ok())
        .map(|key| key.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;
    use crate::inventory::unknown::why;

    fn rows() -> SessionRows {
        SessionRows {
            hypervisor: Some(HypervisorRow::default()),
            remote_metric: false,
            sessions: Ok((1, Some(1))),
            session_name: Some("Console".to_owned()),
            horizon_client: None,
            host: Some("PC-17".to_owned()),
        }
    }
    fn hypervisor(signature: &str, root: Option<bool>) -> HypervisorRow {
        HypervisorRow {
            present: true,
            signature: Some(signature.to_owned()),
            root_partition: root,
        }
    }
    fn firmware(maker: &str, product: &str) -> String {
        format!("[HKLM\\{BIOS}]\nSystemManufacturer={maker}\nSystemProductName={product}\n")
    }
    /// Virtual machine, hypervisor, remote, virtual desktop.
    fn read(rows: &SessionRows, registry: &str) -> (Option<bool>, String, Option<bool>, String) {
        let facts = session(rows, &Recorded::new(registry));
        let text = |f: &Fact<String>| f.value().cloned().unwrap_or_else(|| "?".to_owned());
        (
            facts.virtual_machine.value().copied(),
            text(&facts.hypervisor),
            facts.remote.value().copied(),
            text(&facts.virtual_desktop),
        )
    }
    fn answer(
        machine: bool,
        hypervisor: &str,
        remote: bool,
        desktop: &str,
    ) -> (Option<bool>, String, Option<bool>, String) {
        (
            Some(machine),
            hypervisor.to_owned(),
            Some(remote),
            desktop.to_owned(),
        )
    }

    #[test]
    fn an_ordinary_pc() {
        let pc = firmware("Dell Inc.", "OptiPlex 7090");
        assert_eq!(read(&rows(), &pc), answer(false, "?", false, "none"));
    }

    #[test]
    fn a_host_with_virtualization_based_security_is_no_virtual_machine() {
        let mut host = rows();
        host.hypervisor = Some(hypervisor("Microsoft Hv", Some(true)));
        let surface = firmware("Microsoft Corporation", "Surface Laptop 5");
        assert_eq!(
            read(&host, &surface),
            answer(false, "hyper-v", false, "none")
        );
    }

    #[test]
    fn guests_by_signature_and_firmware() {
        for (signature, root, maker, product, name) in [
            (
                "Microsoft Hv",
                Some(false),
                "Microsoft Corporation",
                "Virtual Machine",
                "hyper-v",
            ),
            ("VMwareVMware", None, "VMware, Inc.", "VMware7,1", "vmware"),
            (
                "VBoxVBoxVBox",
                None,
                "innotek GmbH",
                "VirtualBox",
                "virtualbox",
            ),
            (
                "KVMKVMKVM",
                None,
                "QEMU",
                "Standard PC (Q35 + ICH9, 2009)",
                "kvm",
            ),
            // KVM with Hyper-V enlightenments.
            (
                "Microsoft Hv",
                Some(false),
                "QEMU",
                "Standard PC (Q35 + ICH9, 2009)",
                "qemu",
            ),
        ] {
            let mut guest = rows();
            guest.hypervisor = Some(hypervisor(signature, root));
            assert_eq!(
                read(&guest, &firmware(maker, product)),
                answer(true, name, false, "none"),
                "{signature} {maker}"
            );
        }
        let mut unheard = rows();
        unheard.hypervisor = Some(hypervisor("NewNewNewNew", None));
        assert_eq!(
            read(&unheard, &firmware("Maker", "Machine")).1,
            "?".to_owned()
        );
    }

    #[test]
    fn without_cpuid_the_firmware_decides_or_nobody() {
        let mut arm = rows();
        arm.hypervisor = None;
        assert_eq!(
            read(&arm, &firmware("LENOVO", "21BXCTO1WW")),
            answer(false, "?", false, "none")
        );
        assert_eq!(
            read(
                &arm,
                &firmware(
                    "Parallels International GmbH.",
                    "Parallels ARM Virtual Machine"
                )
            )
            .1,
            "parallels"
        );
        let facts = session(&arm, &Recorded::default());
        assert!(facts.virtual_machine.value().is_none());
    }

    #[test]
    fn remote_sessions() {
        let pc = firmware("Dell Inc.", "OptiPlex 7090");
        let mut office = rows();
        office.remote_metric = true;
        office.session_name = Some("RDP-Tcp#3".to_owned());
        assert_eq!(read(&office, &pc), answer(false, "?", true, "none"));
        // The metric is silent, the session is not the one on the glass.
        let mut hidden = rows();
        hidden.sessions = Ok((3, Some(1)));
        let glass = format!("{pc}[HKLM\\{TERMINAL_SERVER}]\nGlassSessionId=#1");
        assert_eq!(read(&hidden, &glass).2, Some(true));
        hidden.sessions = Ok((1, Some(1)));
        assert_eq!(read(&hidden, &glass).2, Some(false));
        hidden.sessions = Err(why(UnknownCode::Failed, "no"));
        assert_eq!(read(&hidden, &pc).2, Some(false));
    }

    #[test]
    fn a_virtual_machine_is_no_virtual_desktop_until_shown_elsewhere() {
        let machine = firmware("Microsoft Corporation", "Virtual Machine");
        let mut guest = rows();
        guest.hypervisor = Some(hypervisor("Microsoft Hv", Some(false)));
        assert_eq!(read(&guest, &machine).3, "none");
        guest.remote_metric = true;
        assert_eq!(read(&guest, &machine).3, "rdp");
        for (path, name) in [
            (r"SOFTWARE\Citrix\VirtualDesktopAgent", "citrix"),
            (r"SOFTWARE\VMware, Inc.\VMware VDM\Agent", "horizon"),
            (r"SOFTWARE\Omnissa\Horizon\Agent", "horizon"),
            (r"SOFTWARE\Microsoft\RDInfraAgent", "avd"),
            (r"SOFTWARE\Amazon\SkyLight", "workspaces"),
            (r"SYSTEM\CurrentControlSet\Services\dcvserver", "dcv"),
            (
                r"SYSTEM\CurrentControlSet\Services\SkyLightWorkspaceConfigService",
                "workspaces",
            ),
        ] {
            let with_agent = format!("{machine}[HKLM\\{path}]\n");
            assert_eq!(read(&guest, &with_agent).3, name, "{path}");
        }
        guest.session_name = Some("ICA-CGP#1".to_owned());
        assert_eq!(read(&guest, &machine).3, "citrix");
    }

    #[test]
    fn an_installed_agent_and_a_cloud_pc() {
        let machine = firmware("Microsoft Corporation", "Virtual Machine");
        let mut guest = rows();
        guest.hypervisor = Some(hypervisor("Microsoft Hv", Some(false)));
        let list = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
        for (name, product) in [
            ("Parallels RAS Guest Agent", "parallels-ras"),
            ("Citrix 2402 LTSR - Virtual Delivery Agent", "citrix"),
            ("Omnissa Horizon Agent", "horizon"),
            ("Omnissa Horizon Client", "none"),
            ("Parallels Client", "none"),
        ] {
            let text = format!("{machine}[HKLM\\{list}]\n[HKLM\\{list}\\x]\nDisplayName={name}\n");
            assert_eq!(read(&guest, &text).3, product, "{name}");
        }
        let azure = format!("{machine}[HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent]\n");
        guest.host = Some("CPC-maria-7F3KQ".to_owned());
        assert_eq!(read(&guest, &azure).3, "windows-365");
        // The name alone is none.
        assert_eq!(read(&guest, &machine).3, "none");
        guest.session_name = Some("rdp-sxs260209400#0".to_owned());
        assert_eq!(read(&guest, &machine).3, "windows-365");
    }

    #[test]
    fn an_agent_on_a_real_pc_makes_a_virtual_desktop_only_of_a_session_that_is_shown_elsewhere() {
        let agent = format!(
            "{}[HKLM\\SOFTWARE\\Citrix\\VirtualDesktopAgent]\n",
            firmware("Dell Inc.", "OptiPlex 7090")
        );
        let facts = session(&rows(), &Recorded::new(&agent));
        assert_eq!(
            facts.virtual_desktop.reason().map(|why| why.code),
            Some(UnknownCode::Undecided)
        );
        // The session as it is now, not as it was when the program's parent started.
        let shown = format!("{agent}[HKCU\\{VOLATILE}\\1]\nSESSIONNAME=ICA-CGP#3\n");
        assert_eq!(read(&rows(), &shown).3, "citrix");
        let horizon = format!(
            "{}[HKCU\\{VOLATILE}]\nViewClient_Machine_Name=THIN-4\n",
            firmware("Dell Inc.", "OptiPlex 7090")
        );
        assert_eq!(read(&rows(), &horizon).3, "horizon");
        // Another session of the same user.
        let other = format!(
            "{}[HKCU\\{VOLATILE}\\2]\nSESSIONNAME=ICA-CGP#3\n",
            firmware("Dell Inc.", "OptiPlex 7090")
        );
        assert_eq!(read(&rows(), &other).3, "none");
    }

    #[test]
    fn a_vendors_client_is_no_agent() {
        let pc = format!(
            "{}[HKLM\\SOFTWARE\\Citrix\\ICA Client]\n[HKLM\\SOFTWARE\\VMware, Inc.\\VMware VDM\\Client]\n",
            firmware("Dell Inc.", "OptiPlex 7090")
        );
        assert_eq!(read(&rows(), &pc).3, "none");
    }
}
