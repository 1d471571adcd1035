//! An ELF file in memory that describes code which is in memory already: symbols and debug sections, and a section of
//! code without bytes, at the address of the real one.
//!
//! ```text
//! header | debug sections | symbols | their names | names of sections | table of sections
//! ```

use crate::view::SeenFunction;

const HEADER_SIZE: usize = 64;
const SECTION_HEADER_SIZE: usize = 64;
const SYMBOL_SIZE: u64 = 24;

// Types of sections.
const PROGBITS: u32 = 1;
const SYMTAB: u32 = 2;
const STRTAB: u32 = 3;
const NOBITS: u32 = 8;
// Flags: in memory, executable.
const ALLOC_EXECUTE: u64 = 2 | 4;
/// A global function.
const SYMBOL_INFO: u8 = 1 << 4 | 2;
/// Index of the section of code.
const CODE: u16 = 1;

#[derive(Default)]
struct Section {
    name: String,
    kind: u32,
    flags: u64,
    address: u64,
    /// Of a section without bytes.
    size: u64,
    bytes: Vec<u8>,
    link: u32,
    info: u32,
    entry_size: u64,
}

/// The file for these functions, which lie side by side.
pub(crate) fn object_file(functions: &[SeenFunction], debug_sections: Vec<(&'static str, Vec<u8>)>) -> Vec<u8> {
    let start = functions.iter().map(|function| function.address).min().unwrap_or(0);
    let end = functions.iter().map(|function| function.address + function.size).max().unwrap_or(0);
    let mut sections = vec![
        Section::default(),
        Section {
            name: ".text".to_owned(),
            kind: NOBITS,
            flags: ALLOC_EXECUTE,
            address: start as u64,
            size: (end - start) as u64,
            ..Section::default()
        },
    ];
    for (name, bytes) in debug_sections {
        sections.push(Section { name: name.to_owned(), kind: PROGBITS, bytes, ..Section::default() });
    }
    let (symbols, names) = symbols(functions, start);
    let names_index = sections.len() as u32 + 1;
    sections.push(Section {
        name: ".symtab".to_owned(),
        kind: SYMTAB,
        bytes: symbols,
        link: names_index,
        // The first symbol that is not local.
        info: 1,
        entry_size: SYMBOL_SIZE,
        ..Section::default()
    });
    sections.push(Section { name: ".strtab".to_owned(), kind: STRTAB, bytes: names, ..Section::default() });
    sections.push(Section { name: ".shstrtab".to_owned(), kind: STRTAB, ..Section::default() });
    assemble(sections)
}

/// The table of symbols, by positions in the section of code, and their names.
fn symbols(functions: &[SeenFunction], start: usize) -> (Vec<u8>, Vec<u8>) {
    let (mut table, mut names) = (vec![0; SYMBOL_SIZE as usize], vec![0]);
    for function in functions {
        table.extend((names.len() as u32).to_le_bytes());
        table.extend([SYMBOL_INFO, 0]);
        table.extend(CODE.to_le_bytes());
        table.extend(((function.address - start) as u64).to_le_bytes());
        table.extend((function.size as u64).to_le_bytes());
        names.extend(function.name.as_bytes());
        names.push(0);
    }
    (table, names)
}

/// Puts the parts one behind the other, the names of sections into the last one.
fn assemble(mut sections: Vec<Section>) -> Vec<u8> {
    let mut names = vec![0];
    let mut name_positions = vec![0];
    for section in &sections[1..] {
        name_positions.push(names.len());
        names.extend(section.name.as_bytes());
        names.push(0);
    }
    if let Some(last) = sections.last_mut() {
        last.bytes = names;
    }
    let mut bytes = vec![0; HEADER_SIZE];
    let mut table = Vec::new();
    for (section, name) in sections.iter().zip(name_positions) {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let size = if section.kind == NOBITS { section.size } else { section.bytes.len() as u64 };
        table.extend((name as u32).to_le_bytes());
        table.extend(section.kind.to_le_bytes());
        for number in [section.flags, section.address, bytes.len() as u64, size] {
            table.extend(number.to_le_bytes());
        }
        table.extend(section.link.to_le_bytes());
        table.extend(section.info.to_le_bytes());
        table.extend(if section.kind == 0 { 0_u64 } else { 8 }.to_le_bytes());
        table.extend(section.entry_size.to_le_bytes());
        bytes.extend(&section.bytes);
    }
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let header = header(bytes.len() as u64, sections.len() as u16);
    bytes[..HEADER_SIZE].copy_from_slice(&header);
    bytes.extend(table);
    bytes
}

/// A relocatable file for x86-64 whose table of sections is at `table`.
fn header(table: u64, count: u16) -> Vec<u8> {
    let mut header = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    for number in [1_u16, 62] {
        header.extend(number.to_le_bytes());
    }
    header.extend(1_u32.to_le_bytes());
    for number in [0, 0, table] {
        header.extend(number.to_le_bytes());
    }
    header.extend(0_u32.to_le_bytes());
    for number in [HEADER_SIZE as u16, 0, 0, SECTION_HEADER_SIZE as u16, count, count - 1] {
        header.extend(number.to_le_bytes());
    }
    header
}

#[cfg(test)]
mod tests {
    use gimli::{DebugLine, DebugLineOffset, EndianSlice, LittleEndian};
    use object::elf::FileHeader64;
    use object::read::elf::ElfFile;
    use object::{Endianness, Object, ObjectSection, ObjectSymbol, SymbolKind};

    use super::*;
    use crate::debug_sections::debug_sections;
    use crate::view::SeenLine;

    /// Code that begins as functions do, to be described where it lies.
    static CODE: [u8; 16] =
        [0x55, 0x48, 0x89, 0xe5, 0x90, 0x90, 0x5d, 0xc3, 0x55, 0x48, 0x89, 0xe5, 0x90, 0x90, 0x5d, 0xc3];

    fn functions() -> Vec<SeenFunction> {
        let start = CODE.as_ptr() as usize;
        let line = |address, line| SeenLine { address, file: format!("/user/{line}.py"), line };
        let function = |name: &str, address, lines| {
            let file = "/user/me.py".to_owned();
            SeenFunction { name: name.to_owned(), address, size: 8, line: 3, file, lines }
        };
        vec![
            function("py::f", start, vec![line(start, 4), line(start + 4, 0), line(start + 6, 5)]),
            function("py::g", start + 8, Vec::new()),
        ]
    }

    #[test]
    fn the_file_has_the_symbols_at_their_addresses() {
        let functions = functions();
        let bytes = object_file(&functions, debug_sections(&functions).expect("they fit"));
        let elf = ElfFile::<FileHeader64<Endianness>>::parse(&*bytes).expect("it is ELF");
        let text = elf.section_by_name(".text").expect("it is there");
        assert_eq!((text.address(), text.size()), (CODE.as_ptr() as u64, 16));
        let symbols: Vec<_> = elf
            .symbols()
            .map(|symbol| {
                assert_eq!((symbol.kind(), symbol.section_index()), (SymbolKind::Text, Some(text.index())));
                (symbol.name().expect("it is text"), symbol.address(), symbol.size())
            })
            .collect();
        assert_eq!(symbols, [("py::f", 0, 8), ("py::g", 8, 8)]);
    }

    #[test]
    fn the_file_has_the_lines() {
        let functions = functions();
        let bytes = object_file(&functions, debug_sections(&functions).expect("they fit"));
        let elf = ElfFile::<FileHeader64<Endianness>>::parse(&*bytes).expect("it is ELF");
        let section = elf.section_by_name(".debug_line").expect("it is there").data().expect("it has bytes");
        let table = DebugLine::from(EndianSlice::new(section, LittleEndian));
        let program = table.program(DebugLineOffset(0), 8, None, None).expect("it is a table");
        let mut rows = program.rows();
        let mut found = Vec::new();
        while let Some((header, row)) = rows.next_row().expect("it is a row") {
            let gimli::AttributeValue::String(name) = header.file(row.file_index()).expect("it is known").path_name()
            else {
                panic!("the name stands elsewhere")
            };
            if !row.end_sequence() {
                let line = row.line().map_or(0, u64::from);
                found.push((row.address() - CODE.as_ptr() as u64, name.to_string_lossy().into_owned(), line));
            }
        }
        assert_eq!(found, [(0, "/user/4.py".to_owned(), 4), (6, "/user/5.py".to_owned(), 5)]);
        for name in [".debug_info", ".debug_abbrev", ".debug_frame"] {
            assert!(elf.section_by_name(name).is_some_and(|section| section.size() > 0), "{name}");
        }
    }
}
