//! Where functions and lines lie in machine code, for profilers and debuggers, and its form at the C interface.
//!
//! A tier makes symbols only when it is asked for them (`Tier::compile_described`). At the interface they are numbers of
//! 8 bytes, the least byte first: for each symbol function, address, size and the count of its lines; for each line
//! offset, function, line.

/// A function in code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeSymbol {
    /// Which function of the unit, by its place there.
    pub function: usize,
    /// Where its code starts.
    pub address: usize,
    /// Bytes of its code.
    pub size: usize,
    /// Where lines begin, by rising offsets.
    pub lines: Vec<CodeLine>,
}

/// From `offset` on, code stands for a line of a function's file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// Bytes from the start of the symbol.
    pub offset: usize,
    /// Whose file the line is in, by its place in the unit: another function's where that was inlined.
    pub function: usize,
    /// The line, 0 if none.
    pub line: u32,
}

/// The symbols as bytes.
pub fn encode_symbols(symbols: &[CodeSymbol]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut add = |number: usize| bytes.extend((number as u64).to_le_bytes());
    for symbol in symbols {
        [symbol.function, symbol.address, symbol.size, symbol.lines.len()].into_iter().for_each(&mut add);
        for line in &symbol.lines {
            [line.offset, line.function, line.line as usize].into_iter().for_each(&mut add);
        }
    }
    bytes
}

/// The symbols that `encode_symbols` was given; `None` for other bytes.
pub fn decode_symbols(bytes: &[u8]) -> Option<Vec<CodeSymbol>> {
    let mut numbers = bytes.chunks(8).map(|chunk| Some(u64::from_le_bytes(chunk.try_into().ok()?) as usize));
    let mut symbols = Vec::new();
    while let Some(function) = numbers.next() {
        let mut next = || numbers.next().flatten();
        let (address, size, count) = (next()?, next()?, next()?);
        let mut lines = Vec::new();
        for _ in 0..count {
            let (offset, function, line) = (next()?, next()?, next()?);
            lines.push(CodeLine { offset, function, line: u32::try_from(line).ok()? });
        }
        symbols.push(CodeSymbol { function: function?, address, size, lines });
    }
    Some(symbols)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_round_trip() {
        let line = |offset, line| CodeLine { offset, function: 2, line };
        let symbols = vec![
            CodeSymbol { function: 0, address: 0x7fff_0000_1000, size: 64, lines: vec![line(0, 3), line(9, 0)] },
            CodeSymbol { function: 1, address: 0x7fff_0000_1040, size: 7, lines: Vec::new() },
        ];
        let bytes = encode_symbols(&symbols);
        assert_eq!(decode_symbols(&bytes), Some(symbols));
        assert_eq!(decode_symbols(&[]), Some(Vec::new()));
        for len in [1, 8, 31, bytes.len() - 8] {
            assert_eq!(decode_symbols(&bytes[..len]), None, "{len}");
        }
    }
}
