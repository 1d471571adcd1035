//! The constant byte strings of a unit: 16-byte aligned, at addresses known before the code is generated.

use upshift_core::lir::{Data, Unit};

const ALIGNMENT: usize = 16;

/// The bytes, which the unit's code memory keeps.
pub(crate) struct UnitData {
    // A u128 is 16-byte aligned.
    bytes: Box<[u128]>,
    // For each function, the positions of its strings in `bytes`.
    positions: Vec<Vec<usize>>,
}

impl UnitData {
    /// Copies the strings of all functions.
    pub(crate) fn new(unit: &Unit) -> UnitData {
        let mut bytes: Vec<u128> = Vec::new();
        let mut positions = Vec::with_capacity(unit.functions.len());
        for func in &unit.functions {
            let mut of_function = Vec::with_capacity(func.data.len());
            for string in &func.data {
                of_function.push(bytes.len());
                bytes.extend(string.chunks(ALIGNMENT).map(padded));
            }
            positions.push(of_function);
        }
        UnitData { bytes: bytes.into_boxed_slice(), positions }
    }

    /// The address of a string of the function at `function` in the unit.
    pub(crate) fn address(&self, function: usize, data: Data) -> usize {
        self.bytes.as_ptr() as usize + self.positions[function][data.index()] * ALIGNMENT
    }
}

fn padded(chunk: &[u8]) -> u128 {
    let mut bytes = [0; ALIGNMENT];
    bytes[..chunk.len()].copy_from_slice(chunk);
    u128::from_ne_bytes(bytes)
}
