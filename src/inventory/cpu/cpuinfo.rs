//! `/proc/cpuinfo`.

use crate::model::inventory::CpuSignature;

/// One logical processor's fields, in the order printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Processor<'a> {
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Processor<'a> {
    /// The value of a field; none when it is absent or empty.
    pub(super) fn field(&self, name: &str) -> Option<&'a str> {
        self.fields
            .iter()
            .find(|(key, value)| *key == name && !value.is_empty())
            .map(|(_, value)| *value)
    }

    /// A decimal or `0x` hexadecimal field.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let value = self.field(name)?;
        match value.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => value.parse().ok(),
        }
    }

    /// Whether the flags hold a word.
    pub(super) fn has_flag(&self, flag: &str) -> bool {
        self.field("flags")
            .is_some_and(|flags| flags.split_whitespace().any(|f| f == flag))
    }

    /// CPUID family, model, stepping; x86 only.
    pub(super) fn signature(&self) -> Option<CpuSignature> {
        Some(CpuSignature {
            family: self.number("cpu family")?,
            model: self.number("model")?,
            // Absent or `unknown` on some virtual processors; the rest still tells.
            stepping: self.number("stepping").unwrap_or(0),
        })
    }
}

/// The logical processors.
pub(super) fn processors(text: &str) -> Vec<Processor<'_>> {
    let mut out: Vec<Processor<'_>> = Vec::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        // `processor` opens a block, except in a few ARM files that print a `Processor` name line before them.
        if key == "processor" {
            out.push(Processor::default());
        }
        if let Some(last) = out.last_mut() {
            last.fields.push((key, value));
        }
    }
    out
}

/// Who designed an ARM processor: the implementer codes of `MIDR_EL1` (Arm Architecture Reference Manual).
pub(super) fn arm_implementer(code: u32) -> Option<&'static str> {
    Some(match code {
        0x41 => "ARM",
        0x42 => "Broadcom",
        0x43 => "Cavium",
        0x46 => "Fujitsu",
        0x48 => "HiSilicon",
        0x4d => "Motorola",
        0x4e => "NVIDIA",
        0x50 => "APM",
        0x51 => "Qualcomm",
        0x53 => "Samsung",
        0x56 => "Marvell",
        0x61 => "Apple",
        0x66 => "Faraday",
        0x69 => "Intel",
        0x6d => "Microsoft",
        0x70 => "Phytium",
        0xc0 => "Ampere",
        _ => return None,
    })
}

/// The chip of a Mac that runs Linux, from its device tree (`compatible`: names of the kernel's Apple device trees).
pub(super) fn apple_chip(compatible: &[u8]) -> Option<&'static str> {
    compatible
        .split(|b| *b == 0)
        .filter_map(|name| std::str::from_utf8(name).ok())
        .find_map(|name| {
            Some(match name {
                "apple,t8103" => "Apple M1",
                "apple,t6000" => "Apple M1 Pro",
                "apple,t6001" => "Apple M1 Max",
                "apple,t6002" => "Apple M1 Ultra",
                "apple,t8112" => "Apple M2",
                "apple,t6020" => "Apple M2 Pro",
                "apple,t6021" => "Apple M2 Max",
                "apple,t6022" => "Apple M2 Ultra",
                _ => return None,
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_apart() {
        let cpus = processors(
            "processor\t: 0\nmodel name\t: A : B\ncpu cores\t: \nflags : a hypervisor\n\nprocessor\t: 1\n",
        );
        assert_eq!(cpus.len(), 2);
        assert_eq!(cpus[0].field("model name"), Some("A : B"));
        assert_eq!(cpus[0].field("cpu cores"), None);
        assert!(cpus[0].has_flag("hypervisor"));
        assert!(!cpus[1].has_flag("hypervisor"));
    }

    #[test]
    fn an_arm_header_line_is_not_a_processor() {
        let cpus = processors(
            "Processor\t: AArch64 rev 1\nprocessor\t: 0\nCPU implementer\t: 0x51\n\nHardware\t: X\n",
        );
        assert_eq!(cpus.len(), 1);
        assert_eq!(cpus[0].number("CPU implementer"), Some(0x51));
        assert_eq!(arm_implementer(0x51), Some("Qualcomm"));
    }

    #[test]
    fn apple_device_trees() {
        assert_eq!(
            apple_chip(b"apple,j314s\0apple,t6000\0apple,arm-platform\0"),
            Some("Apple M1 Pro")
        );
        assert_eq!(apple_chip(b"apple,j999\0apple,t9999\0"), None);
    }
}
