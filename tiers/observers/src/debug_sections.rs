//! DWARF for gdb: functions, lines, and how to find the caller's frame. Addresses are absolute: the code is where it is.

use gimli::write::{
    Address, AttributeValue, CallFrameInstruction, CommonInformationEntry, DebugFrame, DwarfUnit, EndianVec,
    FrameDescriptionEntry, FrameTable, LineProgram, LineString, Result, Sections, UnitEntryId,
};
use gimli::{Encoding, Format, LineEncoding, LittleEndian, Register, SectionId};

use crate::view::SeenFunction;

const ENCODING: Encoding = Encoding { format: Format::Dwarf32, version: 4, address_size: 8 };
// DWARF's numbers of x86-64's registers.
const RBP: Register = Register(6);
const RSP: Register = Register(7);
const RETURN_ADDRESS: Register = Register(16);
/// `push rbp; mov rbp, rsp`: what functions of both tiers begin with, as a rule.
const PROLOGUE: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];

/// The sections, by name.
pub(crate) fn debug_sections(functions: &[SeenFunction]) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let mut dwarf = DwarfUnit::new(ENCODING);
    let main = functions.first().map_or("?", |function| &*function.file);
    let name = LineString::String(main.into());
    let mut program =
        LineProgram::new(ENCODING, LineEncoding::default(), LineString::String(b"/".to_vec()), None, name, None);
    functions.iter().for_each(|function| add_lines(&mut program, function));
    let root = dwarf.unit.root();
    for function in functions {
        add_function(&mut dwarf, root, &mut program, function);
    }
    dwarf.unit.line_program = program;
    let start = functions.iter().map(|function| function.address).min().unwrap_or(0);
    let end = functions.iter().map(|function| function.address + function.size).max().unwrap_or(0);
    let entry = dwarf.unit.get_mut(root);
    entry.set(gimli::DW_AT_producer, AttributeValue::String(b"upshift".to_vec()));
    entry.set(gimli::DW_AT_name, AttributeValue::String(main.into()));
    entry.set(gimli::DW_AT_comp_dir, AttributeValue::String(b"/".to_vec()));
    entry.set(gimli::DW_AT_low_pc, AttributeValue::Address(Address::Constant(start as u64)));
    entry.set(gimli::DW_AT_high_pc, AttributeValue::Udata((end - start) as u64));
    let mut sections = Sections::new(EndianVec::new(LittleEndian));
    dwarf.write(&mut sections)?;
    let mut made = vec![(SectionId::DebugFrame.name(), frames(functions)?)];
    sections.for_each_mut(|id, data| {
        let bytes = data.take();
        if !bytes.is_empty() {
            made.push((id.name(), bytes));
        }
        Ok::<(), gimli::write::Error>(())
    })?;
    Ok(made)
}

fn add_lines(program: &mut LineProgram, function: &SeenFunction) {
    program.begin_sequence(Some(Address::Constant(function.address as u64)));
    for line in function.lines.iter().filter(|line| line.line > 0) {
        let directory = program.default_directory();
        let file = program.add_file(LineString::String(line.file.clone().into_bytes()), directory, None);
        let row = program.row();
        row.address_offset = (line.address - function.address) as u64;
        row.file = file;
        row.line = u64::from(line.line);
        program.generate_row();
    }
    program.end_sequence(function.size as u64);
}

fn add_function(dwarf: &mut DwarfUnit, root: UnitEntryId, program: &mut LineProgram, function: &SeenFunction) {
    let directory = program.default_directory();
    let file = program.add_file(LineString::String(function.file.clone().into_bytes()), directory, None);
    let id = dwarf.unit.add(root, gimli::DW_TAG_subprogram);
    let entry = dwarf.unit.get_mut(id);
    entry.set(gimli::DW_AT_name, AttributeValue::String(function.name.clone().into_bytes()));
    entry.set(gimli::DW_AT_decl_file, AttributeValue::FileIndex(Some(file)));
    entry.set(gimli::DW_AT_decl_line, AttributeValue::Udata(u64::from(function.line)));
    entry.set(gimli::DW_AT_low_pc, AttributeValue::Address(Address::Constant(function.address as u64)));
    entry.set(gimli::DW_AT_high_pc, AttributeValue::Udata(function.size as u64));
}

/// How to find the frames of callers. A function that begins in another way, as LLVM's do that need their frame on one
/// path only, is left to what the debugger finds out itself.
fn frames(functions: &[SeenFunction]) -> Result<Vec<u8>> {
    let mut table = FrameTable::default();
    let mut shared = CommonInformationEntry::new(ENCODING, 1, -8, RETURN_ADDRESS);
    shared.add_instruction(CallFrameInstruction::Cfa(RSP, 8));
    shared.add_instruction(CallFrameInstruction::Offset(RETURN_ADDRESS, -8));
    let shared = table.add_cie(shared);
    for function in functions.iter().filter(|function| function.code().starts_with(&PROLOGUE)) {
        let mut frame = FrameDescriptionEntry::new(Address::Constant(function.address as u64), function.size as u32);
        frame.add_instruction(1, CallFrameInstruction::CfaOffset(16));
        frame.add_instruction(1, CallFrameInstruction::Offset(RBP, -16));
        frame.add_instruction(4, CallFrameInstruction::CfaRegister(RBP));
        table.add_fde(shared, frame);
    }
    let mut section = DebugFrame::from(EndianVec::new(LittleEndian));
    table.write_debug_frame(&mut section)?;
    Ok(section.take())
}
