//! Inner functions: what they capture of the variables around them.
//!
//! A closure is the identity of its code and the values that it captures: calls of it are direct, and its type says
//! all that is known. A variable is captured by value where the closure is made, which means the same as CPython's cell
//! if nothing stores to it from there on; else it lives in a cell, and that is captured. A variable whose only store is that of an inner function (`def`, or a lambda)
//! is not captured at all: whoever uses it makes the closure again, from what that function captures. So inner
//! functions may call themselves and each other, and each captures what any of those it leads to captures.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::build::{Builder, Entry};
use super::build_assigned;
use super::function::{Location, Op, Value};
use crate::bytecode::{Code, Construct, Decoded, Instruction, LocalKind, Rejection};

/// An inner function.
#[derive(Clone, PartialEq, Debug)]
pub struct InnerFunction {
    /// Its code.
    pub code: Arc<Code>,
    /// The variables that it captures, in the order of its parameters behind those of the code.
    pub captures: Vec<Arc<str>>,
    /// Those of them that are cells.
    pub cells: Vec<Arc<str>>,
    /// The inner functions that it can name, by their number in the function around it.
    pub siblings: Vec<(Arc<str>, u32)>,
    /// What each of these captures.
    pub sibling_captures: Vec<Vec<Arc<str>>>,
    /// Which defaults follow the captured values.
    pub defaults: Defaults,
    /// The name by which it calls itself.
    pub own_name: Option<Arc<str>>,
}

impl InnerFunction {
    /// Whether the name is a variable that it captures, or an inner function that it can make.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.captures.iter().any(|known| **known == *name) || self.siblings.iter().any(|(known, _)| **known == *name)
    }

    /// The names of the parameters behind those of the code.
    pub(super) fn captured_names(&self) -> Vec<Arc<str>> {
        let defaults = (self.defaults != Defaults::None).then(|| DEFAULTS.into());
        self.captures.iter().cloned().chain(defaults).collect()
    }
}

/// Which defaults of an inner function follow what it captures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Defaults {
    /// None.
    None,
    /// The tuple of those of positional parameters.
    Positional,
    /// A tuple of that and of those of keyword-only parameters, by name.
    All,
}

impl Defaults {
    fn of(flags: u32) -> Defaults {
        match (flags & MAKE_DEFAULTS != 0, flags & MAKE_KEYWORD_DEFAULTS != 0) {
            (false, false) => Defaults::None,
            (true, false) => Defaults::Positional,
            (_, true) => Defaults::All,
        }
    }
}

/// The name of the parameter that holds the defaults, which no variable has.
const DEFAULTS: &str = ".defaults";

/// What a function being built knows of its inner functions.
#[derive(Default)]
pub(super) struct InnerFunctions {
    /// In the order in which they are made.
    pub(super) all: Vec<InnerFunction>,
    /// Variables of the function that live in cells.
    pub(super) cells: Vec<u32>,
    /// For each instruction that makes one its number.
    made_at: Vec<(usize, u32)>,
}

impl InnerFunctions {
    /// Finds the inner functions of a function. `is_captured` says whether a free variable of it is a value that it was
    /// given, or a name of the module's program.
    pub(super) fn find(
        code: &Code,
        decoded: &Decoded<'_>,
        is_captured: &dyn Fn(&str) -> bool,
        outer_cells: &[Arc<str>],
    ) -> Result<InnerFunctions, Rejection> {
        let mut found = Finder { code, decoded, made: Vec::new() };
        found.collect();
        let named: Vec<Option<Arc<str>>> = (0..found.made.len()).map(|index| found.only_name(index)).collect();
        let cells = found.cells(&named, is_captured);
        let mut functions = InnerFunctions::default();
        for (index, &(at, inner, flags)) in found.made.iter().enumerate() {
            let (captures, siblings) = found.captures(index, &named, is_captured);
            let of_sibling = |&(_, sibling): &(Arc<str>, u32)| found.captures(sibling as usize, &named, is_captured).0;
            let sibling_captures: Vec<Vec<Arc<str>>> = siblings.iter().map(of_sibling).collect();
            // With defaults it is a variable for others, which are made before it if it leads to them.
            if named[index].as_ref().is_some_and(|own| sibling_captures.iter().any(|captures| captures.contains(own))) {
                return Err(rejected(Construct::SiblingDefaults, decoded.locations[at]));
            }
            let is_cell = |name: &Arc<str>| match decoded.slot_at(at, name) {
                Some(slot) => cells.contains(&slot),
                None => outer_cells.contains(name),
            };
            functions.made_at.push((at, index as u32));
            functions.all.push(InnerFunction {
                code: inner.clone(),
                cells: captures.iter().filter(|name| is_cell(name)).cloned().collect(),
                captures,
                siblings,
                sibling_captures,
                defaults: Defaults::of(flags),
                own_name: named[index].clone(),
            });
        }
        functions.cells = cells;
        Ok(functions)
    }

    /// The number of the function that the instruction makes.
    pub(super) fn made_at(&self, instruction: usize) -> Option<u32> {
        self.made_at.iter().find(|(at, _)| *at == instruction).map(|(_, index)| *index)
    }
}

/// `co_name` of generator expressions.
const GENERATOR_EXPRESSION: &str = "<genexpr>";

/// Built-in functions that run an iterator to its end, or never again.
const CONSUMERS: [&str; 9] = ["all", "any", "dict", "list", "max", "min", "set", "sorted", "sum"];

/// `MAKE_FUNCTION`: defaults are on the stack.
pub(super) const MAKE_DEFAULTS: u32 = 1;
/// `MAKE_FUNCTION`: defaults of keyword-only parameters are on the stack.
pub(super) const MAKE_KEYWORD_DEFAULTS: u32 = 2;
/// `MAKE_FUNCTION`: annotations are on the stack.
pub(super) const MAKE_ANNOTATIONS: u32 = 4;
/// `MAKE_FUNCTION`: cells are on the stack.
pub(super) const MAKE_CLOSURE: u32 = 8;

/// The names of captured variables; those of other inner functions with their numbers.
type Captures = (Vec<Arc<str>>, Vec<(Arc<str>, u32)>);

struct Finder<'a> {
    code: &'a Code,
    decoded: &'a Decoded<'a>,
    /// Where each is made, its code, and the flags.
    made: Vec<(usize, &'a Arc<Code>, u32)>,
}

impl Finder<'_> {
    fn collect(&mut self) {
        for (index, pair) in self.decoded.instructions.windows(2).enumerate() {
            if let [Instruction::Code(code), Instruction::MakeFunction(flags)] = *pair {
                self.made.push((index + 1, code, flags));
            }
        }
    }

    /// The variable whose only store is that of this function.
    fn only_name(&self, index: usize) -> Option<Arc<str>> {
        let at = self.made[index].0;
        let Some(Instruction::StoreLocal(slot)) = self.decoded.instructions.get(at + 1) else { return None };
        let changes = self.decoded.instructions.iter().filter(|instruction| is_change(instruction, *slot)).count();
        let name = &self.decoded.locals[*slot as usize].0;
        let is_plain =
            *slot >= self.code.parameter_count() && !self.made.iter().any(|(_, inner, _)| stores(inner, name));
        (changes == 1 && is_plain).then(|| name.clone())
    }

    fn has_defaults(&self, index: usize) -> bool {
        Defaults::of(self.made[index].2) != Defaults::None
    }

    /// What a function captures, with all those that it leads to; and these.
    fn captures(&self, index: usize, named: &[Option<Arc<str>>], is_captured: &dyn Fn(&str) -> bool) -> Captures {
        let (mut captures, mut siblings) = (Vec::new(), Vec::new());
        let mut open = vec![index];
        let mut seen = vec![index];
        while let Some(one) = open.pop() {
            for (name, kind) in &self.made[one].1.locals {
                if *kind != LocalKind::Free {
                    continue;
                }
                let sibling = named.iter().position(|named| named.as_ref() == Some(name));
                if let Some(other) = sibling.filter(|&other| other == index || !self.has_defaults(other)) {
                    if !siblings.iter().any(|(known, _)| known == name) {
                        siblings.push((name.clone(), other as u32));
                    }
                    if !seen.contains(&other) {
                        seen.push(other);
                        open.push(other);
                    }
                    continue;
                }
                let is_own = self.decoded.slot_at(self.made[index].0, name).is_some();
                if (is_own || is_captured(name)) && !captures.contains(name) {
                    captures.push(name.clone());
                }
            }
        }
        captures.sort();
        siblings.sort();
        (captures, siblings)
    }

    /// The variables that are stored to after they were captured, or by an inner function.
    fn cells(&self, named: &[Option<Arc<str>>], is_captured: &dyn Fn(&str) -> bool) -> Vec<u32> {
        let mut cells = Vec::new();
        for (index, &(at, ..)) in self.made.iter().enumerate() {
            for name in self.captures(index, named, is_captured).0 {
                let Some(slot) = self.decoded.slot_at(at, &name) else { continue };
                let is_stored_inside = self.made.iter().any(|(_, inner, _)| stores(inner, &name));
                let is_changed = || !self.is_consumed_at_once(index) && self.is_changed_after(at, slot);
                if !cells.contains(&slot) && (is_stored_inside || is_changed()) {
                    cells.push(slot);
                }
            }
        }
        cells
    }

    /// True for a generator expression that a built-in function runs to its end where it stands, as in `sum(i * k for i in
    /// a)`: whatever is stored later, it has ended.
    fn is_consumed_at_once(&self, index: usize) -> bool {
        let (at, code, _) = self.made[index];
        let instructions = &self.decoded.instructions;
        let is_filler = |instruction: &&Instruction<'_>| {
            matches!(instruction, Instruction::Nop | Instruction::LoadClosure | Instruction::BuildTuple(_))
        };
        let callee = instructions[..at.saturating_sub(1)].iter().rev().find(|instruction| !is_filler(instruction));
        let Some(Instruction::Global { name, .. }) = callee else { return false };
        if &*code.name != GENERATOR_EXPRESSION || !CONSUMERS.contains(&&***name) {
            return false;
        }
        // Its iterable may hold other generator expressions.
        let mut open = 1;
        let mut rest = instructions[at + 1..].iter().filter(|instruction| **instruction != Instruction::Nop).peekable();
        while let Some(instruction) = rest.next() {
            match instruction {
                Instruction::Code(code) if &*code.name == GENERATOR_EXPRESSION => open += 1,
                Instruction::GetIter if rest.peek() == Some(&&Instruction::Call(0)) => open -= 1,
                _ => {}
            }
            if open == 0 {
                return rest.nth(1) == Some(&Instruction::Call(1));
            }
        }
        false
    }

    /// Whether a store to the variable is reached from an instruction.
    fn is_changed_after(&self, at: usize, slot: u32) -> bool {
        let instructions = &self.decoded.instructions;
        let mut seen = vec![false; instructions.len()];
        let mut open = vec![at];
        while let Some(index) = open.pop() {
            if index >= instructions.len() || std::mem::replace(&mut seen[index], true) {
                continue;
            }
            let instruction = &instructions[index];
            if is_change(instruction, slot) {
                return true;
            }
            open.extend(instruction.target().map(|target| target as usize));
            open.extend(instruction.falls_through().then_some(index + 1));
            let handlers = self.decoded.handlers.iter();
            let covering = handlers.filter(|handler| (handler.start as usize..handler.end as usize).contains(&index));
            open.extend(covering.map(|handler| handler.target as usize));
        }
        false
    }
}

impl Builder<'_> {
    /// `MAKE_FUNCTION`
    pub(super) fn make_function(&mut self, index: usize, flags: u32) -> Result<(), Rejection> {
        if self.pop_entry()? != Entry::Code {
            return Err(self.damaged("a function is made without code"));
        }
        if flags & MAKE_CLOSURE != 0 {
            self.pop_cells()?;
        }
        if flags & MAKE_ANNOTATIONS != 0 {
            self.pop()?;
        }
        let by_name = if flags & MAKE_KEYWORD_DEFAULTS != 0 { Some(self.pop_keywords()?) } else { None };
        let defaults = if flags & MAKE_DEFAULTS != 0 { Some(self.pop()?) } else { None };
        let defaults = match by_name {
            Some(by_name) => {
                let positional = defaults.unwrap_or_else(|| self.emit(Op::BuildTuple, smallvec![]));
                Some(self.emit(Op::BuildTuple, smallvec![positional, by_name]))
            }
            None => defaults,
        };
        let number = self.inner.made_at(index).ok_or_else(|| self.damaged("a function is made of no code"))?;
        let mut args: SmallVec<[Value; 4]> = SmallVec::new();
        for name in self.inner.all[number as usize].captures.clone() {
            args.push(self.variable(index, &name)?);
        }
        args.extend(defaults);
        self.push_op(Op::MakeFunction { number, is_outer: false }, args);
        Ok(())
    }

    /// Makes the cells of variables that inner functions share, at the start of the function.
    pub(super) fn make_cells(&mut self) {
        for slot in self.inner.cells.clone() {
            let name = self.decoded.locals[slot as usize].0.clone();
            let argument = (slot < self.parameter_count()).then(|| self.ssa.read(0, slot));
            let cell = self.emit(Op::NewCell(name.clone()), smallvec![]);
            if let Some(argument) = argument {
                self.effect(Op::StoreCell(name), smallvec![cell, argument]);
            }
            self.ssa.write(0, slot, cell);
        }
    }

    /// Whether the variable lives in a cell.
    pub(super) fn is_cell(&self, slot: u32) -> bool {
        self.inner.cells.contains(&slot)
    }

    /// Stores the top of the stack to a variable of an enclosing function.
    pub(super) fn store_free(&mut self, name: &Arc<str>) -> Result<(), Rejection> {
        if !self.scope.is_some_and(|scope| scope.cells.contains(name)) {
            return Err(self.rejected(Construct::NonlocalAssignment.reason()));
        }
        let value = self.pop()?;
        let cell = self.variable(usize::MAX, name)?;
        self.effect(Op::StoreCell(name.clone()), smallvec![cell, value]);
        Ok(())
    }

    pub(super) fn pop_cells(&mut self) -> Result<(), Rejection> {
        match self.pop_entry()? {
            Entry::Cells => Ok(()),
            _ => Err(self.damaged("cells are missing")),
        }
    }

    /// The value of a variable that an inner function captures, which an instruction makes; of one of its own for none.
    fn variable(&mut self, instruction: usize, name: &str) -> Result<Value, Rejection> {
        if let Some(slot) = self.decoded.slot_at(instruction, name) {
            if self.is_cell(slot) {
                return Ok(self.ssa.read(self.block, slot));
            }
            if !build_assigned::contains(&self.slots, slot) {
                return Err(self.rejected(Construct::UnboundCapture.reason()));
            }
            return Ok(self.load(slot));
        }
        match self.scope {
            // A sibling: whatever else is captured is a variable.
            Some(scope) => self.captured(scope, name),
            None => Err(self.damaged("a captured variable does not exist")),
        }
    }

    /// The value of a free variable: it was captured, or it is an inner function, which is made again.
    pub(super) fn captured(&mut self, scope: &InnerFunction, name: &str) -> Result<Value, Rejection> {
        let Some(position) = scope.siblings.iter().position(|(known, _)| **known == *name) else {
            let value = self.variable(usize::MAX, name)?;
            let Some(name) = scope.cells.iter().find(|cell| ***cell == *name) else { return Ok(value) };
            return Ok(self.emit(Op::LoadCell { name: name.clone(), is_free: true }, smallvec![value]));
        };
        let mut args: SmallVec<[Value; 4]> = SmallVec::new();
        for name in &scope.sibling_captures[position] {
            args.push(self.variable(usize::MAX, name)?);
        }
        if scope.defaults != Defaults::None && scope.own_name.as_deref() == Some(name) {
            args.push(self.variable(usize::MAX, DEFAULTS)?);
        }
        let number = scope.siblings[position].1;
        Ok(self.emit(Op::MakeFunction { number, is_outer: true }, args))
    }
}

fn is_change(instruction: &Instruction<'_>, changed: u32) -> bool {
    matches!(instruction, Instruction::StoreLocal(slot) | Instruction::DeleteLocal(slot) if *slot == changed)
}

/// Whether the code, or code inside of it, stores to a variable of this name around it.
fn stores(code: &Code, name: &str) -> bool {
    let Some(slot) = code.locals.iter().position(|(known, kind)| **known == *name && *kind == LocalKind::Free) else {
        return false;
    };
    crate::bytecode::stores_to(code, slot as u32)
        || code.constants.iter().any(|constant| match constant {
            crate::bytecode::Constant::Code(inner) => stores(inner, name),
            _ => false,
        })
}

fn rejected(construct: Construct, location: Location) -> Rejection {
    Rejection { reason: construct.reason(), location }
}
