//! Operating system, software, session and subject.

use meetready::model::Version;
use meetready::model::inventory::{OsFamily, Software};

use crate::support::{Tree, cpuinfo};

fn v(text: &str) -> Version {
    text.parse().unwrap()
}

fn find<'a>(list: &'a [Software], id: &str) -> Vec<&'a Software> {
    list.iter().filter(|s| s.id == id).collect()
}

#[test]
fn a_distribution() {
    let tree = Tree::with(&[
        (
            "usr/lib/os-release",
            "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nVERSION_ID=\"24.04\"\nID=ubuntu\n",
        ),
        ("proc/sys/kernel/osrelease", "6.8.0-49-generic\n"),
        ("etc/hostname", "# name\nroom-7\n"),
        ("proc/cpuinfo", &cpuinfo(1, "flags : fpu lm")),
    ]);
    #[cfg(unix)]
    tree.link("etc/os-release", "../usr/lib/os-release");
    let collected = tree.read();
    assert_eq!(collected.subject.host.as_deref(), Some("room-7"));
    assert_eq!(collected.subject.user, None);
    let os = collected.inventory.os;
    assert_eq!(os.family.value(), Some(&OsFamily::Linux));
    assert_eq!(os.version.value(), Some(&v("24.04")));
    assert_eq!(
        os.name.value().map(String::as_str),
        Some("Ubuntu 24.04.1 LTS")
    );
    assert_eq!(os.edition.value().map(String::as_str), Some("ubuntu"));
    assert_eq!(
        os.build.value().map(String::as_str),
        Some("6.8.0-49-generic")
    );
    assert_eq!(os.architecture.value().map(String::as_str), Some("x86_64"));
    assert_eq!(os.process_architecture.value(), None);
}

#[test]
fn a_rolling_release_has_no_version() {
    let tree = Tree::with(&[(
        "etc/os-release",
        "NAME=\"Arch Linux\"\nID=arch\nBUILD_ID=rolling\n",
    )]);
    let os = tree.read().inventory.os;
    assert_eq!(os.version.value(), None);
    assert_eq!(os.name.value().map(String::as_str), Some("Arch Linux"));
}

#[test]
fn software_by_packages_files_flatpak_and_snap() {
    let tree = Tree::with(&[
        (
            "var/lib/dpkg/status",
            "Package: google-chrome-stable\nStatus: install ok installed\nVersion: 131.0.6778.85-1\n\nPackage: firefox\nStatus: install ok installed\nVersion: 1:1snap1-0ubuntu5\n\nPackage: zoom\nStatus: install ok installed\nVersion: 6.2.11.5069\n",
        ),
        ("opt/zoom/version.txt", "6.2.11.5069\n"),
        (
            "snap/firefox/current/meta/snap.yaml",
            "name: firefox\nversion: 133.0-1\n",
        ),
        (
            "var/lib/flatpak/app/com.microsoft.Edge/current/active/files/share/metainfo/com.microsoft.Edge.metainfo.xml",
            "<component><releases><release version=\"131.0.2903.70\" date=\"2024-11-26\"/></releases></component>",
        ),
        ("home/user/.config/google-chrome/Last Version", "90.0.1.1"),
    ]);
    let i = tree.read().inventory;
    let browsers = i.browsers.value().unwrap();
    assert_eq!(browsers.len(), 3, "{browsers:?}");
    let version = |id| find(browsers, id)[0].version.value().cloned();
    assert_eq!(version("chrome"), Some(v("131.0.6778.85")));
    assert_eq!(version("firefox"), Some(v("133.0")));
    assert_eq!(version("edge"), Some(v("131.0.2903.70")));
    let apps = i.apps.value().unwrap();
    assert_eq!(apps.len(), 1);
    assert_eq!(apps[0].id, "zoom-client");
    assert_eq!(apps[0].version.value(), Some(&v("6.2.11.5069")));
}

#[test]
fn software_without_records_of_its_version() {
    let tree = Tree::with(&[
        ("opt/google/chrome/chrome", "ELF"),
        (
            "usr/lib64/firefox/application.ini",
            "[App]\nVendor=Mozilla\nVersion=132.0.2\n",
        ),
        ("opt/zoom/zoom", "ELF"),
    ]);
    let i = tree.read().inventory;
    let browsers = i.browsers.value().unwrap();
    assert_eq!(find(browsers, "chrome")[0].version.value(), None);
    assert_eq!(
        find(browsers, "firefox")[0].version.value(),
        Some(&v("132.0.2"))
    );
    assert_eq!(i.apps.value().unwrap()[0].version.value(), None);
    tree.file(
        "home/u/.config/google-chrome/Last Version",
        b"131.0.6778.85",
    );
    let i = tree.read().inventory;
    let chrome = find(i.browsers.value().unwrap(), "chrome")[0].clone();
    assert!(chrome.version.source().unwrap().contains("ran last"));
}

#[test]
fn nothing_to_look_in_is_no_proof_of_absence() {
    let i = Tree::with(&[("proc/version", "Linux version 6.1\n")])
        .read()
        .inventory;
    assert_eq!(i.browsers.value(), None);
    assert_eq!(i.apps.value(), None);
    let i = Tree::with(&[("var/lib/dpkg/status", "Package: a\n")])
        .read()
        .inventory;
    assert_eq!(i.browsers.value(), Some(&Vec::new()));
}

#[test]
fn machines_and_guests() {
    let guest = |files: &[(&str, &str)]| {
        let tree = Tree::with(files);
        let session = tree.read().inventory.session;
        (
            session.virtual_machine.value().copied(),
            session.hypervisor.value().cloned(),
        )
    };
    let real = cpuinfo(
        1,
        "model name : Intel(R) Core(TM) i5 CPU M 560 @ 2.67GHz\nflags : lm",
    );
    let flagged = cpuinfo(1, "model name : AMD EPYC\nflags : lm hypervisor");
    assert_eq!(guest(&[("proc/cpuinfo", &real)]), (Some(false), None));
    assert_eq!(guest(&[("proc/cpuinfo", &flagged)]), (Some(true), None));
    // Old guests have no flag; their firmware tells.
    assert_eq!(
        guest(&[
            ("proc/cpuinfo", &real),
            ("sys/class/dmi/id/product_name", "VirtualBox\n")
        ]),
        (Some(true), Some("virtualbox".to_owned()))
    );
    // The management domain of Xen is the real machine.
    assert_eq!(
        guest(&[
            ("proc/cpuinfo", &flagged),
            ("sys/hypervisor/type", "xen\n"),
            ("proc/xen/capabilities", "control_d\n")
        ]),
        (Some(false), Some("xen".to_owned()))
    );
    // A container on a real machine is no virtual machine, and is told.
    assert_eq!(
        guest(&[("proc/cpuinfo", &real), (".dockerenv", "")]),
        (Some(false), Some("container:docker".to_owned()))
    );
    assert_eq!(guest(&[]), (None, None));
}

#[test]
fn remote_desktops() {
    let session = |files: &[(&str, &str)]| {
        let session = Tree::with(files).read().inventory.session;
        (
            session.remote.value().copied(),
            session.virtual_desktop.value().cloned(),
        )
    };
    let named = |remote, name: &str| (Some(remote), Some(name.to_owned()));
    assert_eq!(session(&[]), (None, None));
    // A terminal over SSH is not a remote desktop.
    assert_eq!(
        session(&[("proc/77/comm", "sshd\n"), ("proc/78/comm", "bash\n")]),
        named(false, "none")
    );
    assert_eq!(
        session(&[
            ("proc/77/comm", "sshd\n"),
            ("proc/78/comm", "xrdp-chansrv\n")
        ]),
        named(true, "rdp")
    );
    // The person at the machine has a session on its own seat; someone else's VNC server does not matter.
    assert_eq!(
        session(&[
            (
                "run/systemd/sessions/2",
                "UID=1000\nREMOTE=0\nTYPE=wayland\nCLASS=user\nSEAT=seat0\nSTATE=active\nSERVICE=gdm-password\n"
            ),
            ("proc/78/comm", "Xvnc\n")
        ]),
        named(false, "none")
    );
    assert_eq!(
        session(&[(
            "run/systemd/sessions/c3",
            "REMOTE=1\nTYPE=x11\nCLASS=user\nSTATE=active\nSERVICE=xrdp-sesman\n"
        )]),
        named(true, "rdp")
    );
    assert_eq!(
        session(&[("opt/Citrix/VDA/bin/x", ""), ("proc/1/comm", "systemd\n")]),
        named(true, "citrix")
    );
}
