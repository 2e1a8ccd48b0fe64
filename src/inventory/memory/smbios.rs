//! The SMBIOS structure table (DMTF DSP0134): only what memory needs.

/// Sum of the memory modules in KiB, and how many there are. None where the table is cut short before a module, no
/// module is described, or the size of one is not stated.
pub(super) fn module_sum(table: &[u8]) -> Option<(u64, u32)> {
    let mut arrays_of_other_use: Vec<u16> = Vec::new();
    let mut modules: Vec<(u16, u64)> = Vec::new();
    let mut rest = table;
    while let [kind, length, ..] = *rest {
        // A structure shorter than its own header, or longer than the table, ends what can be trusted.
        let Some(formatted) = rest.get(..usize::from(length)).filter(|f| f.len() >= 4) else {
            break;
        };
        match kind {
            // Type 127 ends the table.
            127 => break,
            // Type 16: memory array; its use at offset 5, 3 is system memory.
            16 => {
                if let (Some(handle), Some(usage)) = (word(formatted, 2), formatted.get(5))
                    && *usage != 3
                {
                    arrays_of_other_use.push(handle);
                }
            }
            17 if is_ram(formatted) => {
                modules.push((word(formatted, 4)?, module_size(formatted)?));
            }
            _ => {}
        }
        rest = after_strings(rest, formatted.len())?;
    }
    modules.retain(|(array, size)| *size > 0 && !arrays_of_other_use.contains(array));
    let sum = modules
        .iter()
        .try_fold(0_u64, |sum, (_, size)| sum.checked_add(*size))?;
    (sum > 0).then_some((sum, u32::try_from(modules.len()).ok()?))
}

/// Offset 12h, memory type: ROM, flash, EEPROM, FEPROM, EPROM and logical non-volatile devices are not RAM.
fn is_ram(formatted: &[u8]) -> bool {
    !matches!(
        formatted.get(0x12),
        Some(0x08 | 0x09 | 0x0a | 0x0b | 0x0c | 0x1f)
    )
}

/// Size in KiB of a type 17 structure, 0 for an empty slot; none where it is not stated.
fn module_size(formatted: &[u8]) -> Option<u64> {
    match word(formatted, 0x0c)? {
        0 => Some(0),
        0xffff => None,
        // The size is in the extended field, in MiB.
        0x7fff => word(formatted, 0x1c)
            .zip(word(formatted, 0x1e))
            .map(|(low, high)| ((u64::from(high & 0x7fff) << 16) | u64::from(low)) << 10),
        kib if kib & 0x8000 != 0 => Some(u64::from(kib & 0x7fff)),
        mib => Some(u64::from(mib) << 10),
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    let pair: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_le_bytes(pair))
}

/// What follows the strings of a structure: they end with two zero bytes.
fn after_strings(structure: &[u8], formatted: usize) -> Option<&[u8]> {
    let strings = structure.get(formatted..)?;
    let end = strings.windows(2).position(|pair| pair == [0, 0])?;
    strings.get(end + 2..)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A structure with these bytes behind its header, and one string.
    pub(in super::super) fn structure(kind: u8, handle: u16, body: &[u8]) -> Vec<u8> {
        let mut out = vec![kind, u8::try_from(body.len() + 4).unwrap()];
        out.extend(handle.to_le_bytes());
        out.extend(body);
        out.extend(b"text\0\0");
        out
    }

    pub(in super::super) fn module(array: u16, size: u16, extended: u32, memory: u8) -> Vec<u8> {
        let mut body = vec![0_u8; 0x24];
        body[0..2].copy_from_slice(&array.to_le_bytes());
        body[0x08..0x0a].copy_from_slice(&size.to_le_bytes());
        body[0x0e] = memory;
        body[0x18..0x1c].copy_from_slice(&extended.to_le_bytes());
        structure(17, 0x1100, &body)
    }

    fn array(handle: u16, usage: u8) -> Vec<u8> {
        structure(16, handle, &[3, usage, 3, 0, 0, 0, 0, 0, 0, 2, 0])
    }

    const DDR4: u8 = 0x1a;

    #[test]
    fn modules_are_summed() {
        let table = [
            structure(1, 1, &[0; 20]),
            array(0x1000, 3),
            module(0x1000, 8192, 0, DDR4),
            module(0x1000, 0, 0, 2),
            module(0x1000, 0x7fff, 32_768, DDR4),
            module(0x1000, 0x8000 | 512, 0, DDR4),
        ]
        .concat();
        assert_eq!(
            module_sum(&table),
            Some((((8_192 + 32_768) << 10) + 512, 3))
        );
    }

    #[test]
    fn flash_video_memory_and_what_follows_the_end_are_left_out() {
        let table = [
            array(0x1000, 3),
            array(0x2000, 4),
            module(0x1000, 4096, 0, DDR4),
            module(0x2000, 2048, 0, DDR4),
            module(0x1000, 16, 0, 0x09),
            structure(127, 0xffff, &[]),
            module(0x1000, 4096, 0, DDR4),
        ]
        .concat();
        assert_eq!(module_sum(&table), Some((4_096 << 10, 1)));
    }

    #[test]
    fn an_unknown_size_makes_the_sum_unknown() {
        let table = [module(1, 4096, 0, DDR4), module(1, 0xffff, 0, DDR4)].concat();
        assert_eq!(module_sum(&table), None);
        assert_eq!(module_sum(&structure(17, 0, &[0; 4])), None);
        assert_eq!(module_sum(&[]), None);
    }

    proptest! {
        #[test]
        fn any_bytes(table in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = module_sum(&table);
        }

        #[test]
        fn any_damage(cut in 0_usize..200, at in 0_usize..200, byte in any::<u8>()) {
            let mut table = [array(0x1000, 3), module(0x1000, 8192, 0, DDR4), module(0x1000, 0x7fff, 1, DDR4)].concat();
            if let Some(b) = table.get_mut(at) { *b = byte; }
            table.truncate(cut);
            let _ = module_sum(&table);
        }
    }
}
