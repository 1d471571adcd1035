//! Which function and which line lies where, read from an object before it is linked: its symbols, and the line table
//! that debug locations became.
//!
//! An object has one section of code, so what is known of it moves to memory by one distance: that of the body's symbol.

use gimli::{EndianSlice, LineProgramHeader, LittleEndian};
use object::elf::FileHeader64;
use object::read::elf::ElfFile;
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SymbolKind};
use upshift_core::code_symbols::{CodeLine, CodeSymbol};
use upshift_core::lir::Unit;

use crate::translate::Names;

type Elf<'data> = ElfFile<'data, FileHeader64<object::Endianness>>;
type Bytes<'a> = EndianSlice<'a, LittleEndian>;

/// A row of the line table: position in the section of code; function of the file and line, or the end of a sequence.
struct Row {
    position: u64,
    place: Option<(usize, u32)>,
}

/// The symbols of an object. Their addresses are positions in its code; `moved` makes them addresses. Empty if the
/// object is not understood: profilers then know the code by its addresses only.
pub(crate) fn read_symbols(object: &[u8], unit: &Unit, names: &Names) -> Vec<CodeSymbol> {
    let Ok(elf) = Elf::parse(object) else { return Vec::new() };
    // The file, too, is a symbol of this name.
    let mut code = elf.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    let Some(body) = code.find(|symbol| symbol.name() == Ok(&names.body)) else { return Vec::new() };
    let Some(section) = body.section_index() else { return Vec::new() };
    let rows = read_lines(&elf, section).unwrap_or_default();
    let mut symbols: Vec<CodeSymbol> = elf
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.section_index() == Some(section))
        .filter_map(|symbol| {
            let function = place_of(symbol.name().ok()?, unit, names)?;
            let (start, size) = (symbol.address(), symbol.size());
            let lines = lines_between(&rows, start, start + size);
            Some(CodeSymbol { function, address: start as usize, size: size as usize, lines })
        })
        .collect();
    symbols.sort_by_key(|symbol| symbol.address);
    symbols
}

/// The symbols at the addresses where the linker put them: `body` is that of the unit's first function.
pub(crate) fn moved(mut symbols: Vec<CodeSymbol>, body: usize) -> Vec<CodeSymbol> {
    let position = symbols.iter().find(|symbol| symbol.function == 0).map_or(0, |symbol| symbol.address);
    for symbol in &mut symbols {
        symbol.address = body + symbol.address - position;
    }
    symbols
}

/// The place in the unit of the function with this name in the module.
fn place_of(name: &str, unit: &Unit, names: &Names) -> Option<usize> {
    if name == names.body || name == names.entry {
        return Some(usize::from(name == names.entry));
    }
    (2..unit.functions.len()).find(|&place| names.of(place, unit) == name)
}

/// What the table says of a stretch of code: its own rows, and before them the one that it begins in.
fn lines_between(rows: &[Row], start: u64, end: u64) -> Vec<CodeLine> {
    let mut lines: Vec<CodeLine> = Vec::new();
    for row in rows.iter().filter(|row| (start..end).contains(&row.position)) {
        let Some((function, line)) = row.place else { continue };
        let line = CodeLine { offset: (row.position - start) as usize, function, line };
        match lines.last_mut() {
            // The last of several rows at one place counts.
            Some(last) if last.offset == line.offset => *last = line,
            Some(last) if (last.function, last.line) == (line.function, line.line) => {}
            _ => lines.push(line),
        }
    }
    lines
}

/// The rows of the line table that are about `section`, by position.
fn read_lines(elf: &Elf<'_>, section: SectionIndex) -> Option<Vec<Row>> {
    let table = elf.section_by_name(".debug_line")?;
    let mut bytes = table.data().ok()?.to_vec();
    // The only addresses in it are those where sequences begin. Other sections of code get a position of their own.
    for (offset, relocation) in table.relocations() {
        let RelocationTarget::Symbol(symbol) = relocation.target() else { continue };
        let symbol = elf.symbol_by_index(symbol).ok()?;
        let is_ours = symbol.section_index() == Some(section);
        let position = if is_ours { symbol.address().wrapping_add_signed(relocation.addend()) } else { u64::MAX >> 1 };
        let at = usize::try_from(offset).ok()?;
        bytes.get_mut(at..at + 8)?.copy_from_slice(&position.to_le_bytes());
    }
    let table = gimli::DebugLine::from(Bytes::new(&bytes, LittleEndian));
    let program = table.program(gimli::DebugLineOffset(0), 8, None, None).ok()?;
    let mut rows = program.rows();
    let mut found = Vec::new();
    while let Some((header, row)) = rows.next_row().ok()? {
        let line = row.line().and_then(|line| u32::try_from(line.get()).ok()).unwrap_or(0);
        let function = function_of(header, row.file_index());
        let place = if row.end_sequence() { None } else { function.map(|function| (function, line)) };
        found.push(Row { position: row.address(), place });
    }
    found.sort_by_key(|row| row.position);
    Some(found)
}

/// Files are named by the place of their function; see `translate/lines.rs`.
fn function_of(header: &LineProgramHeader<Bytes<'_>>, file: u64) -> Option<usize> {
    match header.file(file)?.path_name() {
        gimli::AttributeValue::String(name) => name.to_string().ok()?.parse().ok(),
        _ => None,
    }
}
