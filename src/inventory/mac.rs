//! What several macOS readers share: `sysctl` values and `system_profiler` reports.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::fact::{Unknown, UnknownCode};

use super::sys::macos::Mac;
use super::unknown::why;

const SYSCTL: &str = "/usr/sbin/sysctl";

/// `name: value` lines of `sysctl`.
pub(super) fn sysctl(mac: &dyn Mac, names: &[&str]) -> Result<BTreeMap<String, String>, Unknown> {
    let text = if is_translated(mac) {
        // A program that runs under Rosetta is shown an Intel processor, and so are the programs that it starts,
        // unless they are asked to run as what they are.
        let native = [&["-arm64", SYSCTL], names].concat();
        mac.run("/usr/bin/arch", &native)?
    } else {
        mac.run(SYSCTL, names)?
    };
    Ok(values(&text))
}

/// Whether this program runs under Rosetta.
pub(super) fn is_translated(mac: &dyn Mac) -> bool {
    mac.built_for() == "x86_64"
        && mac
            .run(SYSCTL, &["-n", "sysctl.proc_translated"])
            .is_ok_and(|text| text.trim() == "1")
}

fn values(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// The items of one `system_profiler` report.
pub(super) fn profile(mac: &dyn Mac, kind: &str) -> Result<Vec<Value>, Unknown> {
    let text = mac.run("/usr/sbin/system_profiler", &["-json", kind])?;
    let mut report: Value = serde_json::from_str(&text).map_err(|e| {
        why(
            UnknownCode::Unparsable,
            format!("system_profiler {kind}: {e}"),
        )
    })?;
    match report.get_mut(kind).map(Value::take) {
        Some(Value::Array(items)) => Ok(items),
        _ => Err(why(
            UnknownCode::Unparsable,
            format!("system_profiler {kind} has no list"),
        )),
    }
}

/// A text field of a report's item.
pub(super) fn text<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item.get(name)?
        .as_str()
        .map(str::trim)
        .filter(|t| !t.is_empty())
}

/// A list of a report's item; empty where there is none.
pub(super) fn list<'a>(item: &'a Value, name: &str) -> &'a [Value] {
    item.get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
pub(super) mod recorded {
    //! A Mac made of recorded answers: `tests/data/macos/<name>/`, one file for each program with its arguments.

    use std::path::PathBuf;

    use super::*;

    pub(in crate::inventory) struct Recorded {
        dir: PathBuf,
        built_for: &'static str,
    }

    pub(in crate::inventory) fn recorded(name: &str) -> Recorded {
        Recorded {
            dir: PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join("tests/data/macos")
                .join(name),
            built_for: "aarch64",
        }
    }

    impl Recorded {
        pub(in crate::inventory) fn built_for(mut self, arch: &'static str) -> Self {
            self.built_for = arch;
            self
        }
    }

    impl Mac for Recorded {
        fn run(&self, program: &str, args: &[&str]) -> Result<String, Unknown> {
            let program = program.rsplit('/').next().unwrap_or_default();
            let words: Vec<String> = std::iter::once(program)
                .chain(args.iter().copied())
                .map(|w| w.trim_start_matches('-').replace('/', "_"))
                .collect();
            std::fs::read_to_string(self.dir.join(format!("{}.txt", words.join(" "))))
                .map_err(|e| Unknown::from(&e))
        }

        fn file(&self, path: &str) -> Result<Vec<u8>, Unknown> {
            std::fs::read(self.dir.join("files").join(path.trim_start_matches('/')))
                .map_err(|e| Unknown::from(&e))
        }

        fn env(&self, name: &str) -> Option<String> {
            match name {
                "HOME" => Some("/Users/someone".to_owned()),
                "USER" => Some("someone".to_owned()),
                _ => None,
            }
        }

        fn built_for(&self) -> &'static str {
            self.built_for
        }
    }

    /// Answers with the same text to everything.
    pub(in crate::inventory) struct Noise(pub(in crate::inventory) String);

    impl Mac for Noise {
        fn run(&self, _: &str, _: &[&str]) -> Result<String, Unknown> {
            Ok(self.0.clone())
        }
        fn file(&self, _: &str) -> Result<Vec<u8>, Unknown> {
            Ok(self.0.clone().into_bytes())
        }
        fn env(&self, _: &str) -> Option<String> {
            Some(self.0.clone())
        }
        fn built_for(&self) -> &'static str {
            "x86_64"
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::recorded::Noise;
    use crate::inventory::{
        app, browser, cpu, device, display, link, memory, os, power, privacy, session, subject,
    };

    proptest! {
        #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

        /// Every reader stands any answer to every question.
        #[test]
        fn any_answer(answer in prop_oneof![
            "\\PC{0,200}",
            Just("{\"SPCameraDataType\":[{\"_name\":\"é\",\"spcamera_model-id\":\"VendorID_99999999\"},3]}".to_owned()),
            Just("{\"SPAudioDataType\":[{\"_items\":[{\"_name\":\"\",\"coreaudio_device_input\":-1},[]]}]}".to_owned()),
            Just("{\"SPDisplaysDataType\":[{\"spdisplays_ndrvs\":{}},null]}".to_owned()),
            Just("hw.nperflevels: 8\nhw.perflevel0.physicalcpu: 4294967295\nhw.perflevel1.physicalcpu: 4294967295\nhw.perflevel7.physicalcpu: 1\n".to_owned()),
            Just("interface: en0\nmedia: (99999999999baseT\ninet 1.2.3.4 netmask\ninet6 ::1 prefixlen 999\n".to_owned()),
            Just("<key>CFBundleShortVersionString</key><string>é".to_owned()),
        ]) {
            let mac = Noise(answer);
            let _ = os::macos::read(&mac);
            let _ = cpu::macos::read(&mac);
            let _ = memory::macos::read(&mac);
            let _ = device::macos::cameras(&mac);
            let _ = device::macos::sound(&mac);
            let _ = display::macos::read(&mac);
            let _ = browser::macos::read(&mac);
            let _ = app::macos::read(&mac);
            let _ = link::macos::read(&mac);
            let _ = session::macos::read(&mac);
            let _ = power::macos::read(&mac);
            let _ = privacy::macos::read(&mac);
            let _ = subject::macos::read(&mac);
        }
    }
}
