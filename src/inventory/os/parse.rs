//! Texts that tell the operating system.

use std::collections::BTreeMap;

use crate::model::Version;

/// The fields of an `os-release` file: shell assignments, os-release(5).
pub(super) fn os_release(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), unquote(value.trim())))
        .collect()
}

/// Takes away one pair of quotes, and the backslashes that shell quoting needs inside double quotes.
fn unquote(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|v| v.strip_suffix(quote))
        {
            if quote == '\'' {
                return inner.to_owned();
            }
            let mut out = String::with_capacity(inner.len());
            let mut chars = inner.chars();
            while let Some(c) = chars.next() {
                match c {
                    '\\' => out.extend(chars.next()),
                    _ => out.push(c),
                }
            }
            return out;
        }
    }
    value.to_owned()
}

/// `VERSION_ID` as a version: `24.04`, `12`, `15-SP5` (15.5), `20241201`.
pub(super) fn linux_version(id: &str) -> Option<Version> {
    id.parse().ok().or_else(|| {
        let (number, pack) = id.split_once("-SP")?;
        format!("{number}.{pack}").parse().ok()
    })
}

/// The architecture of the machine, and the field of `/proc/cpuinfo` that tells it.
pub(super) fn machine_name(cpuinfo: &str) -> Option<(&'static str, &'static str)> {
    for line in cpuinfo.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        match key.trim() {
            // `lm`: long mode, the 64-bit mode of x86.
            "flags" => {
                let long = value.split_whitespace().any(|flag| flag == "lm");
                return Some((if long { "x86_64" } else { "x86" }, "flags"));
            }
            "CPU architecture" => match value.trim() {
                "8" | "AArch64" => return Some(("aarch64", "CPU architecture")),
                "7" | "6" | "5TE" => return Some(("arm", "CPU architecture")),
                _ => {}
            },
            "isa" if value.trim().starts_with("rv64") => return Some(("riscv64", "isa")),
            _ => {}
        }
    }
    None
}

/// The true macOS version. Programs that were built for older systems are told 10.16 for 11 and later, and 16 for 26;
/// the Darwin kernel's major release is never disguised: 20 to 24 are macOS 11 to 15, 25 and later are 26 and later.
#[cfg(any(target_os = "macos", test))]
pub(super) fn true_macos_version(stated: &str, darwin: Option<&str>) -> Option<Version> {
    let version: Version = stated.parse().ok()?;
    let kernel = darwin.and_then(Version::leading).map(|v| v.major());
    let major = match kernel {
        Some(d @ 20..=24) => d - 9,
        Some(d) if d >= 25 => d + 1,
        _ => return Some(version),
    };
    if version.major() == major {
        return Some(version);
    }
    match (version.major(), stated.split_once('.')) {
        (16, Some((_, rest))) => format!("{major}.{rest}").parse().ok(),
        _ => major.to_string().parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_release_quoting() {
        let fields = os_release(
            "# c\nID=debian\nPRETTY_NAME=\"A \\\"quoted\\\" \\$name\"\nNAME='single'\n\nBROKEN\nX=\"half\n",
        );
        assert_eq!(fields["ID"], "debian");
        assert_eq!(fields["PRETTY_NAME"], "A \"quoted\" $name");
        assert_eq!(fields["NAME"], "single");
        assert_eq!(fields["X"], "\"half");
        assert_eq!(fields.len(), 4);
    }

    #[test]
    fn versions() {
        let v = |s: &str| linux_version(s).map(String::from);
        assert_eq!(v("24.04").as_deref(), Some("24.04"));
        assert_eq!(v("15-SP5").as_deref(), Some("15.5"));
        assert_eq!(v("rolling"), None);
        assert_eq!(v(""), None);
    }

    #[test]
    fn disguised_macos_versions() {
        let v = |stated, kernel| true_macos_version(stated, kernel).map(String::from);
        assert_eq!(v("10.15.7", Some("19.6.0")).as_deref(), Some("10.15.7"));
        assert_eq!(v("10.16", Some("20.6.0")).as_deref(), Some("11"));
        assert_eq!(v("10.16", Some("23.1.0")).as_deref(), Some("14"));
        assert_eq!(v("15.1", Some("24.1.0")).as_deref(), Some("15.1"));
        assert_eq!(v("16.0.1", Some("25.0.0")).as_deref(), Some("26.0.1"));
        assert_eq!(v("26.1", Some("25.1.0")).as_deref(), Some("26.1"));
        assert_eq!(v("14.2", None).as_deref(), Some("14.2"));
        assert_eq!(v("", Some("24.1.0")), None);
    }

    #[test]
    fn machines() {
        assert_eq!(
            machine_name("model name : x\nflags\t\t: fpu lm sse\n"),
            Some(("x86_64", "flags"))
        );
        assert_eq!(machine_name("flags\t\t: fpu lmx\n"), Some(("x86", "flags")));
        assert_eq!(
            machine_name("CPU architecture: 8\n").map(|m| m.0),
            Some("aarch64")
        );
        assert_eq!(machine_name("nothing"), None);
    }
}
