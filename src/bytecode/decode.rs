//! Bytes to stack code.

use std::sync::Arc;

use super::code::{Code, Constant, LocalKind, Version};
use super::constructs::{Construct, Rejection};
use super::instructions::{Decoded, Handler, Instruction};
use super::lines::Lines;
use super::opcodes::{Meaning, Table};
use super::{comprehensions, cpython311, exceptions};
use crate::hir::{BinaryOp, CompareOp, Conversion, Location};
use crate::refusal::Reason;

/// The most instructions a function may have.
const MOST_INSTRUCTIONS: usize = 100_000;

/// The operators of `BINARY_OP`, in its order; in-place ones follow in the same order.
const BINARY_OPS: [BinaryOp; 13] = [
    BinaryOp::Add,
    BinaryOp::And,
    BinaryOp::FloorDiv,
    BinaryOp::LShift,
    BinaryOp::MatMul,
    BinaryOp::Mul,
    BinaryOp::Mod,
    BinaryOp::Or,
    BinaryOp::Pow,
    BinaryOp::RShift,
    BinaryOp::Sub,
    BinaryOp::TrueDiv,
    BinaryOp::Xor,
];

/// The comparisons of `COMPARE_OP`, in its order.
const COMPARE_OPS: [CompareOp; 6] =
    [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];

/// Decodes a code object's instructions, locations and handlers.
pub fn decode(code: &Code) -> Result<Decoded<'_>, Rejection> {
    let mut decoder = Decoder::new(code)?;
    decoder.read_instructions()?;
    decoder.resolve_jumps()?;
    let handlers = decoder.read_handlers()?;
    let Decoder { instructions, locations, locals, .. } = decoder;
    comprehensions::inline(Decoded { instructions, locations, locals, handlers, scopes: Vec::new() })
}

/// Whether the code stores to, or deletes, a variable that it shares with other functions.
pub fn stores_to(code: &Code, slot: u32) -> bool {
    let Ok(table) = table_of(code) else { return true };
    let (mut unit, mut operand) = (0, 0u32);
    while let Some(&[opcode, low]) = code.bytecode.get(2 * unit..2 * unit + 2) {
        let opcode = table[usize::from(opcode)];
        operand = operand << 8 | u32::from(low);
        unit += 1 + usize::from(opcode.caches);
        if opcode.meaning == Meaning::ExtendedArg {
            continue;
        }
        if matches!(opcode.meaning, Meaning::StoreDeref | Meaning::DeleteDeref) && operand == slot {
            return true;
        }
        operand = 0;
    }
    false
}

fn table_of(code: &Code) -> Result<&'static Table, Rejection> {
    match code.version {
        Version { major: 3, minor: 11 } => Ok(&cpython311::OPCODES),
        Version { major, minor } => {
            let location = Location { line: code.first_line, end_line: code.first_line, ..Location::default() };
            Err(damaged(format!("it is of Python {major}.{minor}"), location))
        }
    }
}

struct Decoder<'a> {
    code: &'a Code,
    table: &'static Table,
    instructions: Vec<Instruction<'a>>,
    locations: Vec<Location>,
    /// For each code unit the instruction that starts there, or `u32::MAX`.
    starts: Vec<u32>,
    /// The code's variables; those that inner functions capture are locals.
    locals: Vec<(Arc<str>, LocalKind)>,
}

fn plain_kind(kind: LocalKind) -> LocalKind {
    match kind {
        LocalKind::Local | LocalKind::Cell => LocalKind::Local,
        LocalKind::Free => LocalKind::Free,
    }
}

impl<'a> Decoder<'a> {
    fn new(code: &'a Code) -> Result<Self, Rejection> {
        let location = Location { line: code.first_line, end_line: code.first_line, ..Location::default() };
        let table = table_of(code)?;
        let units = code.bytecode.len() / 2;
        if units > MOST_INSTRUCTIONS {
            let reason = Reason::TooLarge(format!("it has more than {MOST_INSTRUCTIONS} bytecode instructions"));
            return Err(Rejection { reason, location });
        }
        if !code.bytecode.len().is_multiple_of(2) {
            return Err(damaged("it ends in the middle of an instruction", location));
        }
        Ok(Decoder {
            code,
            table,
            instructions: Vec::with_capacity(units),
            locations: Vec::with_capacity(units),
            starts: vec![u32::MAX; units],
            locals: code.locals.iter().map(|(name, kind)| (name.clone(), plain_kind(*kind))).collect(),
        })
    }

    fn read_instructions(&mut self) -> Result<(), Rejection> {
        let mut lines = Lines::new(&self.code.line_table, self.code.first_line);
        let (mut unit, mut start, mut operand) = (0, 0, 0u32);
        while unit < self.starts.len() {
            let opcode = self.table[usize::from(self.code.bytecode[2 * unit])];
            let Some(location) = lines.at(unit as u32) else {
                return Err(damaged("its line table is damaged", Location::default()));
            };
            operand = operand << 8 | u32::from(self.code.bytecode[2 * unit + 1]);
            unit += 1;
            if opcode.meaning == Meaning::ExtendedArg {
                continue;
            }
            unit += usize::from(opcode.caches);
            let instruction = self.instruction(opcode.meaning, operand, unit as u32).map_err(|what| {
                damaged(format!("{what} at offset {} ({} {operand})", 2 * start, opcode.name), location)
            })?;
            self.starts[start] = self.instructions.len() as u32;
            self.instructions.push(instruction);
            self.locations.push(location);
            (start, operand) = (unit, 0);
        }
        Ok(())
    }

    /// The instruction of an opcode; jump targets are still code units. `next` is the unit after it.
    fn instruction(&self, meaning: Meaning, operand: u32, next: u32) -> Result<Instruction<'a>, &'static str> {
        let flag = operand & 1 != 0;
        Ok(match meaning {
            Meaning::Unknown | Meaning::ExtendedArg => return Err("unknown instruction"),
            Meaning::Nop => Instruction::Nop,
            Meaning::Pop => Instruction::Pop,
            Meaning::Copy => Instruction::Copy(operand),
            Meaning::Swap => Instruction::Swap(operand),
            Meaning::PushNull => Instruction::PushNull,
            Meaning::Constant => self.constant(operand)?,
            Meaning::Global => Instruction::Global { name: self.name(operand >> 1)?, pushes_null: flag },
            Meaning::AssertionError => Instruction::Builtin("AssertionError"),
            Meaning::LoadDeref => match self.slot(operand, LocalKind::Free) {
                Ok(name) => Instruction::Free(name),
                Err(_) => Instruction::LoadLocal(self.local(operand)?),
            },
            Meaning::StoreDeref => match self.local(operand) {
                Ok(slot) => Instruction::StoreLocal(slot),
                Err(_) => Instruction::StoreFree(self.slot(operand, LocalKind::Free)?),
            },
            Meaning::DeleteDeref => match self.local(operand) {
                Ok(slot) => Instruction::DeleteLocal(slot),
                Err(_) => Instruction::Refused(Construct::NonlocalAssignment),
            },
            Meaning::LoadClosure => Instruction::LoadClosure,
            Meaning::MakeFunction => Instruction::MakeFunction(operand),
            Meaning::LoadLocal => Instruction::LoadLocal(self.local(operand)?),
            Meaning::StoreLocal => Instruction::StoreLocal(self.local(operand)?),
            Meaning::DeleteLocal => Instruction::DeleteLocal(self.local(operand)?),
            Meaning::Unary(op) => Instruction::Unary(op),
            Meaning::Binary => binary(operand)?,
            Meaning::Compare { shift } => {
                Instruction::Compare(*COMPARE_OPS.get((operand >> shift) as usize).ok_or("unknown comparison")?)
            }
            Meaning::Is => Instruction::Is { is_negated: flag },
            Meaning::Contains => Instruction::Contains { is_negated: flag },
            Meaning::FormatValue => {
                let conversion = [Conversion::None, Conversion::Str, Conversion::Repr, Conversion::Ascii];
                Instruction::FormatValue { conversion: conversion[(operand & 3) as usize], has_spec: operand & 4 != 0 }
            }
            Meaning::BuildString => Instruction::BuildString(operand),
            Meaning::BuildTuple => Instruction::BuildTuple(operand),
            Meaning::BuildList => Instruction::BuildList(operand),
            Meaning::ListAppend => Instruction::ListAppend(operand),
            Meaning::ListExtend => Instruction::ListExtend(operand),
            Meaning::ListToTuple => Instruction::ListToTuple,
            Meaning::BuildSet => Instruction::BuildSet(operand),
            Meaning::SetAdd => Instruction::SetAdd(operand),
            Meaning::SetUpdate => Instruction::SetUpdate(operand),
            Meaning::BuildDict => Instruction::BuildDict(operand),
            Meaning::BuildConstantKeyDict => Instruction::BuildConstantKeyDict(operand),
            Meaning::DictAdd => Instruction::DictAdd(operand),
            Meaning::DictUpdate => Instruction::DictUpdate(operand),
            Meaning::DictMerge => Instruction::DictMerge(operand),
            Meaning::UnpackStarred => Instruction::UnpackStarred { before: operand & 0xff, after: operand >> 8 },
            Meaning::BuildSlice => Instruction::BuildSlice { has_step: operand == 3 },
            Meaning::Unpack => Instruction::Unpack(operand),
            Meaning::GetItem => Instruction::GetItem,
            Meaning::SetItem => Instruction::SetItem,
            Meaning::DelItem => Instruction::DelItem,
            Meaning::GetAttr => Instruction::GetAttr { name: self.name(operand)?, pushes_null: false },
            Meaning::Method => Instruction::GetAttr { name: self.name(operand)?, pushes_null: true },
            Meaning::SetAttr => Instruction::SetAttr(self.name(operand)?),
            Meaning::ImportName => Instruction::ImportName(self.name(operand)?),
            Meaning::ImportFrom => Instruction::ImportFrom(self.name(operand)?),
            Meaning::Keywords => self.keywords(operand)?,
            Meaning::Call => Instruction::Call(operand),
            Meaning::CallStarred => Instruction::CallStarred { has_keywords: flag },
            Meaning::GetIter => Instruction::GetIter,
            Meaning::ForIter => Instruction::ForIter(forward(next, operand)?),
            Meaning::JumpForward => Instruction::Jump(forward(next, operand)?),
            Meaning::JumpBackward => Instruction::Jump(backward(next, operand)?),
            Meaning::PopJumpForward(test) => Instruction::PopJump(test, forward(next, operand)?),
            Meaning::PopJumpBackward(test) => Instruction::PopJump(test, backward(next, operand)?),
            Meaning::JumpOrPop { keeps } => Instruction::JumpOrPop { keeps, target: forward(next, operand)? },
            Meaning::Return => Instruction::Return,
            // It is popped at once.
            Meaning::ReturnGenerator => Instruction::PushNull,
            Meaning::Yield => Instruction::Yield,
            Meaning::Send => Instruction::Send(forward(next, operand)?),
            Meaning::Resume if matches!(operand & 3, 1 | 2) => Instruction::Resume,
            Meaning::Resume => Instruction::Nop,
            Meaning::Raise => match operand {
                0 => Instruction::RaiseAgain,
                1 => Instruction::Raise,
                _ => Instruction::RaiseFrom,
            },
            Meaning::Reraise => Instruction::Reraise,
            Meaning::BeginHandling => Instruction::BeginHandling,
            Meaning::EndHandling => Instruction::EndHandling,
            Meaning::MatchException => Instruction::MatchException,
            Meaning::EnterWith => Instruction::EnterWith,
            Meaning::ExitWith => Instruction::ExitWith,
            Meaning::Length => Instruction::Length,
            Meaning::MatchSequence => Instruction::MatchSequence,
            Meaning::MatchClass => Instruction::MatchClass(operand),
            Meaning::Refused(construct) => Instruction::Refused(construct),
        })
    }

    fn constant(&self, index: u32) -> Result<Instruction<'a>, &'static str> {
        match self.code.constants.get(index as usize).ok_or("a constant that does not exist")? {
            Constant::Code(inner) => Ok(match Construct::of_inner_code(&inner.name) {
                Some(Construct::Comprehension) => Instruction::Comprehension(inner),
                Some(construct) => Instruction::Refused(construct),
                None => Instruction::Code(inner),
            }),
            constant => Ok(Instruction::Constant(constant)),
        }
    }

    fn keywords(&self, index: u32) -> Result<Instruction<'a>, &'static str> {
        match self.code.constants.get(index as usize) {
            Some(Constant::Tuple(names)) if names.iter().all(|name| matches!(name, Constant::Str(_))) => {
                Ok(Instruction::Keywords(names))
            }
            _ => Err("keywords that are no tuple of strings"),
        }
    }

    fn name(&self, index: u32) -> Result<&'a Arc<str>, &'static str> {
        self.code.names.get(index as usize).ok_or("a name that does not exist")
    }

    fn local(&self, index: u32) -> Result<u32, &'static str> {
        self.slot(index, LocalKind::Local).map(|_| index)
    }

    fn slot(&self, index: u32, kind: LocalKind) -> Result<&'a Arc<str>, &'static str> {
        match (self.locals.get(index as usize), self.code.locals.get(index as usize)) {
            (Some((_, found)), Some((name, _))) if *found == kind => Ok(name),
            _ => Err("a variable that does not exist"),
        }
    }

    fn resolve_jumps(&mut self) -> Result<(), Rejection> {
        for (instruction, location) in self.instructions.iter_mut().zip(&self.locations) {
            let (Instruction::ForIter(target)
            | Instruction::Send(target)
            | Instruction::Jump(target)
            | Instruction::PopJump(_, target)
            | Instruction::JumpOrPop { target, .. }) = instruction
            else {
                continue;
            };
            match self.starts.get(*target as usize) {
                Some(&start) if start != u32::MAX => *target = start,
                _ => return Err(damaged("a jump leads into the middle of an instruction", *location)),
            }
        }
        Ok(())
    }

    fn read_handlers(&self) -> Result<Vec<Handler>, Rejection> {
        let error = || damaged("its exception table is damaged", Location::default());
        let start = |unit: u32| {
            let start = self.starts.get(unit as usize).copied();
            start.filter(|&start| start != u32::MAX).ok_or_else(error)
        };
        exceptions::decode(&self.code.exception_table)
            .ok_or_else(error)?
            .into_iter()
            .map(|region| {
                let end = region.start.checked_add(region.length).ok_or_else(error)?;
                Ok(Handler {
                    start: start(region.start)?,
                    end: if end as usize == self.starts.len() { self.instructions.len() as u32 } else { start(end)? },
                    target: start(region.target)?,
                    depth: region.depth >> 1,
                    pushes_place: region.depth & 1 != 0,
                })
            })
            .collect()
    }
}

fn damaged(what: impl Into<String>, location: Location) -> Rejection {
    Rejection { reason: Reason::Bytecode(what.into()), location }
}

fn binary(operand: u32) -> Result<Instruction<'static>, &'static str> {
    let index = operand as usize;
    let is_inplace = index >= BINARY_OPS.len();
    let op = BINARY_OPS.get(if is_inplace { index - BINARY_OPS.len() } else { index });
    Ok(Instruction::Binary { op: *op.ok_or("unknown operator")?, is_inplace })
}

fn forward(next: u32, distance: u32) -> Result<u32, &'static str> {
    next.checked_add(distance).ok_or("a jump out of the function")
}

fn backward(next: u32, distance: u32) -> Result<u32, &'static str> {
    next.checked_sub(distance).ok_or("a jump out of the function")
}
