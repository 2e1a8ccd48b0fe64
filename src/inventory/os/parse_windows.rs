//! Windows' version and names, from what its kernel and its registry say.

use crate::inventory::sys::windows_rows::{Key, Registry, VersionRow};
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{OsFacts, OsFamily};
use crate::model::version::Version;

const CURRENT_VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
/// The first build of Windows 11. ("Windows 11 release information", Microsoft Learn: version 21H2 is build 22000.)
const FIRST_11: u32 = 22_000;

/// What the calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OsRows {
    /// `RtlGetVersion`.
    pub(super) version: Result<VersionRow, Unknown>,
    /// Native machine by `IsWow64Process2`.
    pub(super) native_machine: Result<u16, Unknown>,
    /// `wProcessorArchitecture` of `GetNativeSystemInfo`.
    pub(super) processor_architecture: u16,
    /// The architecture that this program was built for.
    pub(super) built_for: &'static str,
}

/// The facts.
pub(super) fn os(rows: &OsRows, registry: &dyn Registry) -> OsFacts {
    let key = Key::machine(CURRENT_VERSION);
    let kernel = rows
        .version
        .clone()
        .map(|row| (row, "RtlGetVersion".to_owned()))
        .or_else(|said| {
            recorded_version(registry, &key)
                .map(|row| (row, format!("{key}\\CurrentBuildNumber")))
                .ok_or(said)
        });
    let edition = registry.text(&key, "EditionID");
    let server = server(
        registry.text(&key, "InstallationType").ok(),
        edition.as_deref().ok(),
        kernel.as_ref().ok().map(|(row, _)| row.product_type),
        &key,
    );
    let version = match (&kernel, &server) {
        (Err(said), _) | (Ok(_), Fact::Unknown(said)) => Fact::Unknown(said.clone()),
        (Ok((row, source)), Fact::Known { value, .. }) => match windows_version(*row, *value) {
            Some(version) => Fact::known(version, source.as_str()),
            None => Fact::unknown_because(
                UnknownCode::Unparsable,
                format!(
                    "{source}: {}.{}.{} is not a Windows that is known here",
                    row.major, row.minor, row.build
                ),
            ),
        },
    };
    let name = match registry.text(&key, "ProductName") {
        Ok(name) => Fact::known(
            shown_name(&name, version.value()),
            format!("{key}\\ProductName"),
        ),
        Err(said) => Fact::Unknown(said),
    };
    OsFacts {
        family: Fact::known(OsFamily::Windows, "this program"),
        name,
        build: build(&kernel, registry, &key),
        edition: match edition {
            Ok(edition) => Fact::known(edition, format!("{key}\\EditionID")),
            Err(said) => Fact::Unknown(said),
        },
        version,
        server,
        architecture: architecture(rows),
        process_architecture: Fact::known(rows.built_for.to_owned(), "this program"),
    }
}

/// The marketing version: `7`, `8`, `8.1`, `10`, `11` for clients, a year for servers, the kernel's own number for what
/// is older than Windows 7. None for a kernel that nobody knew when this was written.
///
/// The kernel stayed at 10.0 for Windows 11, and server builds go past 22000 without being Windows 11: only a *client*
/// of build 22000 or later is. Server builds between two long-term releases count as the earlier one.
pub(super) fn windows_version(row: VersionRow, server: bool) -> Option<Version> {
    let text = match (row.major, row.minor, server) {
        (5, minor, _) => return format!("5.{minor}").parse().ok(),
        (6, 0, false) => "6.0",
        (6, 1, false) => "7",
        (6, 2, false) => "8",
        (6, 3, false) => "8.1",
        (6, 0 | 1, true) => "2008",
        (6, 2 | 3, true) => "2012",
        (10, 0, false) if row.build >= FIRST_11 => "11",
        (10, 0, false) => "10",
        // Builds: "Windows Server release information", Microsoft Learn.
        (10, 0, true) => match row.build {
            26_100.. => "2025",
            20_348.. => "2022",
            17_763.. => "2019",
            _ => "2016",
        },
        _ => return None,
    };
    text.parse().ok()
}

/// `InstallationType` says it best: the multi-session client of virtual desktops calls itself a server to programs
/// (`wProductType`), but is Windows 10 or 11.
fn server(
    installation: Option<String>,
    edition: Option<&str>,
    product_type: Option<u8>,
    key: &Key,
) -> Fact<bool> {
    if edition.is_some_and(|e| e.eq_ignore_ascii_case("ServerRdsh")) {
        return Fact::known(false, format!("{key}\\EditionID"));
    }
    match (installation, product_type) {
        (Some(kind), _) if kind.to_ascii_lowercase().starts_with("server") => {
            Fact::known(true, format!("{key}\\InstallationType"))
        }
        (Some(kind), _) if kind.eq_ignore_ascii_case("Client") => {
            Fact::known(false, format!("{key}\\InstallationType"))
        }
        (_, Some(1)) => Fact::known(false, "RtlGetVersion wProductType"),
        (_, Some(2 | 3)) => Fact::known(true, "RtlGetVersion wProductType"),
        (_, _) => Fact::unknown_because(
            UnknownCode::NotFound,
            format!("{key}\\InstallationType and RtlGetVersion do not tell"),
        ),
    }
}

/// The registry's copy of the version, for when the kernel could not be asked.
fn recorded_version(registry: &dyn Registry, key: &Key) -> Option<VersionRow> {
    let build = registry
        .text(key, "CurrentBuildNumber")
        .ok()?
        .trim()
        .parse()
        .ok()?;
    let (major, minor) = match registry.number(key, "CurrentMajorVersionNumber") {
        Ok(major) => (
            major,
            registry.number(key, "CurrentMinorVersionNumber").ok()?,
        ),
        Err(_) => {
            let text = registry.text(key, "CurrentVersion").ok()?;
            let (major, minor) = text.trim().split_once('.')?;
            (major.parse().ok()?, minor.parse().ok()?)
        }
    };
    Some(VersionRow {
        major,
        minor,
        build,
        product_type: 0,
    })
}

/// `ProductName` still says "Windows 10" on Windows 11.
fn shown_name(product: &str, version: Option<&Version>) -> String {
    let product = product.trim();
    match (product.strip_prefix("Windows 10"), version) {
        (Some(rest), Some(v)) if v.as_str() == "11" => format!("Windows 11{rest}"),
        _ => product.to_owned(),
    }
}

/// Build and, where the registry speaks of the same build, its update revision.
fn build(
    kernel: &Result<(VersionRow, String), Unknown>,
    registry: &dyn Registry,
    key: &Key,
) -> Fact<String> {
    match kernel {
        Err(said) => Fact::Unknown(said.clone()),
        Ok((row, source)) => {
            let same = registry
                .text(key, "CurrentBuildNumber")
                .is_ok_and(|b| b.trim() == row.build.to_string());
            match registry.number(key, "UBR") {
                Ok(revision) if same => Fact::known(
                    format!("{}.{revision}", row.build),
                    format!("{source}, {key}\\UBR"),
                ),
                _ => Fact::known(row.build.to_string(), source.as_str()),
            }
        }
    }
}

/// `IsWow64Process2` speaks of the real machine, `GetNativeSystemInfo` of the emulated one on ARM; Windows versions
/// that only have the latter do not emulate.
fn architecture(rows: &OsRows) -> Fact<String> {
    let known = |name: &str, source: &str| Fact::known(name.to_owned(), source);
    match &rows.native_machine {
        Ok(machine) => match machine {
            0x014c => known("x86", "IsWow64Process2"),
            0x8664 => known("x86_64", "IsWow64Process2"),
            0xaa64 => known("aarch64", "IsWow64Process2"),
            0x01c4 => known("arm", "IsWow64Process2"),
            other => Fact::unknown_because(
                UnknownCode::Unparsable,
                format!("IsWow64Process2: machine {other:#06x}"),
            ),
        },
        Err(_) => match rows.processor_architecture {
            0 => known("x86", "GetNativeSystemInfo"),
            5 => known("arm", "GetNativeSystemInfo"),
            9 => known("x86_64", "GetNativeSystemInfo"),
            12 => known("aarch64", "GetNativeSystemInfo"),
            other => Fact::unknown_because(
                UnknownCode::Unparsable,
                format!("GetNativeSystemInfo: architecture {other}"),
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::sys::windows_recorded::Recorded;
    use crate::inventory::unknown::why;

    fn row(major: u32, minor: u32, build: u32) -> VersionRow {
        VersionRow {
            major,
            minor,
            build,
            product_type: 1,
        }
    }

    #[test]
    fn versions_by_kernel_and_kind() {
        for (major, minor, build, server, version) in [
            (6, 1, 7601, false, "7"),
            (6, 2, 9200, false, "8"),
            (6, 3, 9600, false, "8.1"),
            (10, 0, 10_240, false, "10"),
            (10, 0, 19_045, false, "10"),
            (10, 0, 21_996, false, "10"),
            (10, 0, 22_000, false, "11"),
            (10, 0, 22_631, false, "11"),
            (10, 0, 26_100, false, "11"),
            (6, 1, 7601, true, "2008"),
            (6, 3, 9600, true, "2012"),
            (10, 0, 14_393, true, "2016"),
            (10, 0, 17_763, true, "2019"),
            (10, 0, 19_042, true, "2019"),
            (10, 0, 20_348, true, "2022"),
            (10, 0, 25_398, true, "2022"),
            (10, 0, 26_100, true, "2025"),
            (6, 0, 6002, false, "6.0"),
            (5, 1, 2600, false, "5.1"),
        ] {
            let read = windows_version(row(major, minor, build), server);
            assert_eq!(
                read.as_ref().map(Version::as_str),
                Some(version),
                "{major}.{minor}.{build} server {server}"
            );
        }
        assert_eq!(windows_version(row(11, 0, 30_000), false), None);
        assert_eq!(windows_version(row(10, 1, 30_000), false), None);
    }

    const KEY: &str = r"[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion]";

    fn read(kernel: VersionRow, values: &str) -> OsFacts {
        let rows = OsRows {
            version: Ok(kernel),
            native_machine: Ok(0x8664),
            processor_architecture: 9,
            built_for: "x86_64",
        };
        os(&rows, &Recorded::new(&format!("{KEY}\n{values}")))
    }

    #[track_caller]
    fn is(facts: &OsFacts, version: &str, name: &str, server: bool) {
        let v = facts.version.value().map(Version::as_str);
        assert_eq!(v, Some(version), "{facts:?}");
        assert_eq!(facts.name.value().map(String::as_str), Some(name));
        assert_eq!(facts.server.value(), Some(&server));
    }

    #[test]
    fn windows_11_is_named_so_though_its_registry_says_10() {
        let facts = read(
            row(10, 0, 22_631),
            "ProductName=Windows 10 Pro\nCurrentBuildNumber=22631\nUBR=#4169\nEditionID=Professional\n\
             InstallationType=Client",
        );
        is(&facts, "11", "Windows 11 Pro", false);
        assert_eq!(facts.build.value().map(String::as_str), Some("22631.4169"));
        assert_eq!(
            facts.edition.value().map(String::as_str),
            Some("Professional")
        );
        assert_eq!(facts.version.source(), Some("RtlGetVersion"));
    }

    #[test]
    fn editions_without_media_or_with_long_support_keep_their_names() {
        let n = read(
            row(10, 0, 19_045),
            "ProductName=Windows 10 Pro N\nEditionID=ProfessionalN\nInstallationType=Client",
        );
        is(&n, "10", "Windows 10 Pro N", false);
        let long = read(
            row(10, 0, 26_100),
            "ProductName=Windows 10 IoT Enterprise LTSC 2024\nEditionID=IoTEnterpriseS\nInstallationType=Client",
        );
        is(&long, "11", "Windows 11 IoT Enterprise LTSC 2024", false);
        let s = read(
            row(10, 0, 16_299),
            "ProductName=Windows 10 S\nEditionID=Cloud\nInstallationType=Client",
        );
        is(&s, "10", "Windows 10 S", false);
    }

    #[test]
    fn a_server_of_build_26100_is_not_windows_11() {
        let mut kernel = row(10, 0, 26_100);
        kernel.product_type = 3;
        let named = read(
            kernel,
            "ProductName=Windows Server 2025 Datacenter\nInstallationType=Server Core",
        );
        is(&named, "2025", "Windows Server 2025 Datacenter", true);
        let silent = read(kernel, "ProductName=Windows Server 2025 Standard");
        is(&silent, "2025", "Windows Server 2025 Standard", true);
    }

    #[test]
    fn the_multi_session_client_is_a_client() {
        let mut kernel = row(10, 0, 22_631);
        kernel.product_type = 3;
        let facts = read(
            kernel,
            "ProductName=Windows 10 Enterprise multi-session\nEditionID=ServerRdsh\nInstallationType=Client",
        );
        is(&facts, "11", "Windows 11 Enterprise multi-session", false);
    }

    #[test]
    fn old_windows_has_no_revision_and_its_own_name() {
        let facts = read(
            row(6, 1, 7601),
            "ProductName=Windows 7 Professional\nCurrentBuildNumber=7601\nCurrentVersion=6.1\nInstallationType=Client",
        );
        is(&facts, "7", "Windows 7 Professional", false);
        assert_eq!(facts.build.value().map(String::as_str), Some("7601"));
    }

    #[test]
    fn a_silent_kernel_leaves_the_registry_and_a_silent_registry_leaves_reasons() {
        let rows = OsRows {
            version: Err(why(UnknownCode::Failed, "no")),
            native_machine: Err(why(UnknownCode::NotSupported, "no")),
            processor_architecture: 0,
            built_for: "x86",
        };
        let text = format!(
            "{KEY}\nCurrentBuildNumber=9600\nCurrentVersion=6.3\nInstallationType=Client\nProductName=Windows 8.1"
        );
        let facts = os(&rows, &Recorded::new(&text));
        is(&facts, "8.1", "Windows 8.1", false);
        assert_eq!(facts.architecture.value().map(String::as_str), Some("x86"));
        assert_eq!(facts.architecture.source(), Some("GetNativeSystemInfo"));
        let nothing = os(&rows, &Recorded::default());
        assert_eq!(
            nothing.version.reason().map(|r| r.code),
            Some(UnknownCode::Failed)
        );
        assert!(nothing.name.value().is_none() && nothing.server.value().is_none());
    }

    #[test]
    fn an_emulated_program_sees_the_real_machine() {
        let rows = OsRows {
            version: Ok(row(10, 0, 26_100)),
            native_machine: Ok(0xaa64),
            processor_architecture: 9,
            built_for: "x86_64",
        };
        let facts = os(&rows, &Recorded::default());
        assert_eq!(
            facts.architecture.value().map(String::as_str),
            Some("aarch64")
        );
        assert_eq!(
            facts.process_architecture.value().map(String::as_str),
            Some("x86_64")
        );
    }
}
