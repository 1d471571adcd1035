//! `co_linetable` of CPython 3.11 and up: where in the source each code unit stands.
//!
//! A sequence of entries, each for 1 to 8 code units: a byte `1 code:4 length-1:3`, then what the code says.
//! See `Objects/locations.md` in CPython.

use crate::hir::Location;

/// Walks the table along the code.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    line: i64,
    current: Location,
    /// The first unit after the current entry.
    end: u32,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8], first_line: u32) -> Self {
        Lines { bytes, line: i64::from(first_line), current: Location::default(), end: 0 }
    }

    /// The location of a unit; units must be asked for in order. Past the end of the table nothing is known.
    /// `None` if the table is damaged.
    pub(super) fn at(&mut self, unit: u32) -> Option<Location> {
        while unit >= self.end {
            if self.bytes.is_empty() {
                return Some(Location::default());
            }
            self.read_entry()?;
        }
        Some(self.current)
    }

    fn read_entry(&mut self) -> Option<()> {
        let head = self.byte()?;
        if head & 0x80 == 0 {
            return None;
        }
        self.end = self.end.checked_add(u32::from(head & 7) + 1)?;
        let code = (head >> 3) & 15;
        self.current = match code {
            0..=9 => {
                let columns = self.byte()?;
                let column = u32::from(code) << 3 | u32::from(columns >> 4 & 7);
                self.location(0, 0, column, column + u32::from(columns & 15))?
            }
            10..=12 => {
                let column = u32::from(self.byte()?);
                let end_column = u32::from(self.byte()?);
                self.location(i64::from(code) - 10, 0, column, end_column)?
            }
            13 => {
                let delta = self.signed()?;
                self.location(delta, 0, 0, 0)?
            }
            14 => {
                let delta = self.signed()?;
                let lines = self.unsigned()?;
                let column = self.unsigned()?;
                let end_column = self.unsigned()?;
                // Columns are stored one up, so that 0 is unknown.
                self.location(delta, lines, column.saturating_sub(1), end_column.saturating_sub(1))?
            }
            _ => Location::default(),
        };
        Some(())
    }

    fn location(&mut self, delta: i64, lines: u32, column: u32, end_column: u32) -> Option<Location> {
        self.line += delta;
        let line = u32::try_from(self.line).ok()?;
        Some(Location { line, end_line: line.checked_add(lines)?, column, end_column })
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    /// Six bits a byte, lowest first; bit 6 says that another follows.
    fn unsigned(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in [0, 6, 12, 18, 24] {
            let byte = self.byte()?;
            value |= u32::from(byte & 63) << shift;
            if byte & 64 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The sign is in the lowest bit.
    fn signed(&mut self) -> Option<i64> {
        let value = i64::from(self.unsigned()?);
        Some(if value & 1 == 1 { -(value >> 1) } else { value >> 1 })
    }
}
