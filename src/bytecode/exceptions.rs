//! `co_exceptiontable` of CPython 3.11 and up: regions of code with their handlers.
//!
//! Entries of four numbers: start, length and target in code units, and depth. A number is in groups of six bits,
//! highest first; bit 6 says that another follows, bit 7 marks the first byte of an entry.
//! See `Objects/exception_handling_notes.txt` in CPython.

/// An entry, in code units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Region {
    pub(super) start: u32,
    pub(super) length: u32,
    pub(super) target: u32,
    /// Entries of the stack that are kept, doubled; bit 0 says that the place of the exception is pushed.
    pub(super) depth: u32,
}

/// All entries; `None` if the table is damaged.
pub(super) fn decode(mut bytes: &[u8]) -> Option<Vec<Region>> {
    let mut regions = Vec::new();
    while let Some(&first) = bytes.first() {
        if first & 0x80 == 0 {
            return None;
        }
        let start = number(&mut bytes)?;
        let length = number(&mut bytes)?;
        let target = number(&mut bytes)?;
        let depth = number(&mut bytes)?;
        regions.push(Region { start, length, target, depth });
    }
    Some(regions)
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0;
    for _ in 0..5 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value = value << 6 | u32::from(byte & 63);
        if byte & 64 == 0 {
            return Some(value);
        }
    }
    None
}
