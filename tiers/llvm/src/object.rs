//! Reads what is needed from an ELF64 object: the bytes of its executable sections.

const SECTION_TABLE_OFFSET: usize = 0x28;
const SECTION_ENTRY_SIZE: usize = 0x3a;
const SECTION_COUNT: usize = 0x3c;
const SECTION_FLAGS: usize = 0x08;
const SECTION_SIZE: usize = 0x20;
const FLAG_EXECUTABLE: u64 = 4;

/// Bytes of machine code in a little-endian ELF64 object; 0 if it is not one.
pub(crate) fn code_size(object: &[u8]) -> usize {
    sections(object)
        .unwrap_or_default()
        .iter()
        .filter(|(flags, _)| flags & FLAG_EXECUTABLE != 0)
        .map(|&(_, size)| size as usize)
        .sum()
}

/// Flags and size of each section.
fn sections(object: &[u8]) -> Option<Vec<(u64, u64)>> {
    if !object.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let table = read_u64(object, SECTION_TABLE_OFFSET)? as usize;
    let entry = read_u16(object, SECTION_ENTRY_SIZE)? as usize;
    let count = read_u16(object, SECTION_COUNT)? as usize;
    (0..count)
        .map(|index| {
            let at = table.checked_add(index * entry)?;
            Some((read_u64(object, at.checked_add(SECTION_FLAGS)?)?, read_u64(object, at.checked_add(SECTION_SIZE)?)?))
        })
        .collect()
}

fn read_u64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::code_size;

    #[test]
    fn damaged_objects_have_no_code() {
        for bytes in [&b""[..], b"\x7fELF", b"\x7fELF\x02\x01", &[0xff; 80]] {
            assert_eq!(code_size(bytes), 0);
        }
    }
}
