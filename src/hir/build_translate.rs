//! One instruction of stack code to hir.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::build::{Builder, Entry};
use super::build_assigned;
use super::function::{Op, UnaryOp, Value};
use crate::bytecode::{Constant, Construct, Instruction, Rejection};
use crate::refusal::Reason;

/// The most items that one assignment may unpack.
const MOST_UNPACKED: u32 = 4096;

pub(super) type Args = SmallVec<[Value; 4]>;

impl Builder<'_> {
    /// Translates an instruction that does not end a block.
    pub(super) fn translate(&mut self, instruction: &Instruction<'_>) -> Result<(), Rejection> {
        match *instruction {
            Instruction::Nop => {}
            Instruction::Pop => drop(self.pop_entry()?),
            Instruction::Copy(distance) => self.stack.push(self.stack[self.position(distance)?]),
            Instruction::Swap(distance) => {
                let (position, top) = (self.position(distance)?, self.position(1)?);
                self.stack.swap(position, top);
            }
            Instruction::PushNull => self.stack.push(Entry::Null),
            Instruction::Constant(constant) => self.push_op(Op::Constant(constant.clone()), smallvec![]),
            Instruction::Global { name, pushes_null } => {
                self.push_null_if(pushes_null);
                self.push_op(Op::Global(name.clone()), smallvec![]);
            }
            Instruction::Builtin(name) => self.push_op(Op::Global(Arc::from(name)), smallvec![]),
            Instruction::Free(name) => {
                let value = match self.scope {
                    Some(scope) if scope.knows(name) => self.captured(scope, name)?,
                    _ => self.emit(Op::Free(name.clone()), smallvec![]),
                };
                self.stack.push(Entry::Value(value));
            }
            Instruction::Code(_) => self.stack.push(Entry::Code),
            Instruction::LoadClosure => self.stack.push(Entry::Cells),
            Instruction::BuildTuple(count) if self.stack.last() == Some(&Entry::Cells) => {
                for _ in 0..count {
                    self.pop_cells()?;
                }
                self.stack.push(Entry::Cells);
            }
            Instruction::LoadLocal(slot) => {
                let value = self.load(slot);
                self.stack.push(Entry::Value(value));
            }
            Instruction::StoreLocal(slot) => self.store(slot)?,
            Instruction::StoreFree(name) => self.store_free(name)?,
            Instruction::DeleteLocal(slot) if self.is_cell(slot) => {
                return Err(self.rejected(Construct::DeletedCapture.reason()));
            }
            Instruction::DeleteLocal(slot) => self.delete(slot),
            Instruction::Unary(op) => self.apply(Op::Unary(op), 1)?,
            Instruction::Binary { op, is_inplace } => self.apply(Op::Binary { op, is_inplace }, 2)?,
            Instruction::Compare(op) => self.apply(Op::Compare(op), 2)?,
            Instruction::Is { is_negated } => self.apply(Op::Is { is_negated }, 2)?,
            Instruction::Contains { is_negated } => self.apply(Op::Contains { is_negated }, 2)?,
            Instruction::FormatValue { conversion, has_spec } => {
                self.apply(Op::Format(conversion), 1 + u32::from(has_spec))?;
            }
            Instruction::BuildString(count) => self.apply(Op::JoinStrings, count)?,
            Instruction::BuildTuple(count) => self.apply(Op::BuildTuple, count)?,
            Instruction::BuildList(_)
            | Instruction::ListAppend(_)
            | Instruction::ListExtend(_)
            | Instruction::ListToTuple
            | Instruction::BuildSet(_)
            | Instruction::SetAdd(_)
            | Instruction::SetUpdate(_)
            | Instruction::BuildDict(_)
            | Instruction::BuildConstantKeyDict(_)
            | Instruction::DictAdd(_)
            | Instruction::DictMerge(_)
            | Instruction::DictUpdate(_) => self.container(instruction)?,
            Instruction::BuildSlice { has_step } => {
                if !has_step {
                    self.push_op(Op::Constant(Constant::None), smallvec![]);
                }
                self.apply(Op::BuildSlice, 3)?;
            }
            Instruction::Unpack(count) => self.unpack(Op::Unpack(count), count)?,
            Instruction::UnpackStarred { before, after } => {
                self.unpack(Op::UnpackStarred { before, after }, before.saturating_add(after).saturating_add(1))?;
            }
            Instruction::GetItem => self.apply(Op::GetItem, 2)?,
            Instruction::SetItem => {
                let (index, container, value) = (self.pop()?, self.pop()?, self.pop()?);
                self.effect(Op::SetItem, smallvec![container, index, value]);
            }
            Instruction::DelItem => {
                let (index, container) = (self.pop()?, self.pop()?);
                self.effect(Op::DelItem, smallvec![container, index]);
            }
            Instruction::GetAttr { name, pushes_null } => {
                let object = self.pop()?;
                self.push_null_if(pushes_null);
                self.push_op(Op::GetAttr(name.clone()), smallvec![object]);
            }
            Instruction::SetAttr(name) => {
                let (object, value) = (self.pop()?, self.pop()?);
                self.effect(Op::SetAttr(name.clone()), smallvec![object, value]);
            }
            Instruction::ImportName(name) => self.import(name)?,
            Instruction::ImportFrom(name) => {
                let module = self.top()?;
                self.push_op(Op::GetAttr(name.clone()), smallvec![module]);
            }
            Instruction::Keywords(names) => {
                let names = names.iter().filter_map(|name| match name {
                    Constant::Str(name) => Some(name.clone()),
                    _ => None,
                });
                self.keywords = Some(names.collect());
            }
            Instruction::Call(count) => self.call(count)?,
            Instruction::CallStarred { has_keywords } => {
                let keywords = if has_keywords { Some(self.pop()?) } else { None };
                let (args, callable) = (self.pop()?, self.pop()?);
                self.pass_display(args);
                if self.pop_entry()? != Entry::Null {
                    return Err(self.damaged("a call's null is missing"));
                }
                self.push_op(Op::CallStarred, [callable, args].into_iter().chain(keywords).collect());
            }
            Instruction::GetIter => self.apply(Op::GetIter { at: self.index as u32 }, 1)?,
            Instruction::TupleItem(position) => {
                let tuple = self.top()?;
                self.push_op(Op::UnpackedItem(position), smallvec![tuple]);
            }
            Instruction::BeginHandling => {
                let exception = self.pop()?;
                self.effect(Op::BeginHandling, smallvec![exception]);
                // What was handled before stands here in CPython; the runtime keeps it.
                if self.is_generator() {
                    self.stack.push(Entry::Place(exception));
                } else {
                    self.push_op(Op::Constant(Constant::None), smallvec![]);
                }
                self.stack.push(Entry::Value(exception));
            }
            Instruction::EndHandling => {
                self.pop()?;
                self.effect(Op::EndHandling, smallvec![]);
            }
            Instruction::EnterWith => {
                let manager = self.pop()?;
                self.push_op(Op::GetAttr(Arc::from("__exit__")), smallvec![manager]);
                let enter = self.emit(Op::GetAttr(Arc::from("__enter__")), smallvec![manager]);
                let op = self.call_op();
                self.push_op(op, smallvec![enter]);
            }
            Instruction::ExitWith => {
                let exit = self.entry_value(4)?;
                let exception = self.top()?;
                let none = self.emit(Op::Constant(Constant::None), smallvec![]);
                // The exception stands for its class too; nobody asks for that.
                let op = self.call_op();
                self.push_op(op, smallvec![exit, exception, exception, none]);
            }
            Instruction::Length => {
                let subject = self.top()?;
                let length = self.emit(Op::Global(Arc::from("len")), smallvec![]);
                let op = self.call_op();
                self.push_op(op, smallvec![length, subject]);
            }
            Instruction::MatchSequence => {
                let subject = self.top()?;
                self.push_op(Op::MatchSequence, smallvec![subject]);
            }
            Instruction::MatchClass(count) => self.apply(Op::MatchClass(count), 3)?,
            Instruction::MatchException => {
                let class = self.pop()?;
                let exception = self.top()?;
                self.push_op(Op::MatchesException, smallvec![exception, class]);
            }
            Instruction::Comprehension(_) => return Err(self.rejected(Construct::Comprehension.reason())),
            Instruction::Refused(construct) => return Err(self.rejected(construct.reason())),
            Instruction::Resume => self.push_op(Op::Resumed, smallvec![]),
            Instruction::ForIter(_)
            | Instruction::Send(_)
            | Instruction::Yield
            | Instruction::MakeFunction(_)
            | Instruction::Jump(_)
            | Instruction::PopJump(..)
            | Instruction::JumpOrPop { .. }
            | Instruction::Return
            | Instruction::Raise
            | Instruction::RaiseFrom
            | Instruction::RaiseAgain
            | Instruction::Reraise => return Err(self.internal("a jump inside a block")),
        }
        Ok(())
    }

    /// The truth of a value, which is the value itself if it is known to be a `bool`.
    pub(super) fn truth(&mut self, value: Value) -> Value {
        match self.ssa.defining_op(value) {
            Some(
                Op::Truth
                | Op::Unary(UnaryOp::Not)
                | Op::Is { .. }
                | Op::Contains { .. }
                | Op::IterHas
                | Op::MatchesException
                | Op::MatchSequence
                | Op::Constant(Constant::Bool(_)),
            ) => value,
            _ => self.emit(Op::Truth, smallvec![value]),
        }
    }

    pub(super) fn load(&mut self, slot: u32) -> Value {
        if self.is_cell(slot) {
            let cell = self.ssa.read(self.block, slot);
            let name = self.decoded.locals[slot as usize].0.clone();
            return self.emit(Op::LoadCell { name, is_free: false }, smallvec![cell]);
        }
        self.check_bound(slot);
        self.ssa.read(self.block, slot)
    }

    /// Raises unless the variable has a value.
    fn check_bound(&mut self, slot: u32) {
        if !build_assigned::contains(&self.slots, slot) {
            if let Some(companion) = self.companion(slot) {
                let flag = self.ssa.read(self.block, companion);
                self.effect(Op::CheckBound(self.decoded.locals[slot as usize].0.clone()), smallvec![flag]);
            }
            // A handler finds what was before the read; behind it the flag is true as it is.
            if !self.is_caught() {
                self.set_bound(slot, true);
            }
        }
    }

    fn store(&mut self, slot: u32) -> Result<(), Rejection> {
        let value = self.pop()?;
        if self.is_cell(slot) {
            let cell = self.ssa.read(self.block, slot);
            self.effect(Op::StoreCell(self.decoded.locals[slot as usize].0.clone()), smallvec![cell, value]);
            return Ok(());
        }
        self.ssa.name(value, &self.decoded.locals[slot as usize].0);
        self.ssa.write(self.block, slot, value);
        self.set_bound(slot, true);
        Ok(())
    }

    fn delete(&mut self, slot: u32) {
        // A handler is passed what stands before anything that raises.
        let undefined = self.emit(Op::Undefined, smallvec![]);
        self.check_bound(slot);
        self.ssa.name(undefined, &self.decoded.locals[slot as usize].0);
        self.ssa.write(self.block, slot, undefined);
        self.set_bound(slot, false);
    }

    fn set_bound(&mut self, slot: u32, is_bound: bool) {
        if let Some(companion) = self.companion(slot) {
            // A generator that is resumed has not run its beginning, where constants would stand.
            let flag = match self.is_generator() {
                true => self.emit(Op::Constant(Constant::Bool(is_bound)), smallvec![]),
                false => self.ssa.flag(is_bound),
            };
            self.ssa.write(self.block, companion, flag);
        }
    }

    fn unpack(&mut self, op: Op, count: u32) -> Result<(), Rejection> {
        if count > MOST_UNPACKED {
            return Err(self.rejected(Reason::TooLarge(format!("it unpacks more than {MOST_UNPACKED} items at once"))));
        }
        let sequence = self.pop()?;
        let tuple = self.emit(op, smallvec![sequence]);
        let bottom = self.stack.len();
        for index in 0..count {
            let item = self.emit(Op::UnpackedItem(index), smallvec![tuple]);
            self.stack.push(Entry::Value(item));
        }
        self.stack[bottom..].reverse();
        Ok(())
    }

    /// `import a.b` gives a, and `from a.b import c` asks a.b; for `import a.b as c` b is asked for next.
    fn import(&mut self, name: &str) -> Result<(), Rejection> {
        let (names, level) = (self.pop()?, self.pop()?);
        let is_constant = |value: Value, constant: &Constant| match self.ssa.defining_op(value) {
            Some(Op::Constant(known)) => known == constant,
            _ => false,
        };
        if !is_constant(level, &Constant::Int(0)) {
            return Err(self.rejected(Construct::Import.reason()));
        }
        let outermost = name.split('.').next().unwrap_or(name);
        let module = if is_constant(names, &Constant::None) { outermost } else { name };
        self.push_op(Op::Import(module.into()), smallvec![]);
        Ok(())
    }

    fn call(&mut self, count: u32) -> Result<(), Rejection> {
        let mut args = self.pop_many(count)?;
        let callable = self.pop()?;
        args.insert(0, callable);
        match self.pop_entry()? {
            Entry::Null => {}
            // What looks like the callable is the first argument.
            Entry::Value(callable) => args.insert(0, callable),
            Entry::Place(_) | Entry::Tuple(_) | Entry::Code | Entry::Cells => {
                return Err(self.damaged("what is no value is called"));
            }
        }
        let keywords = self.keywords.take().unwrap_or_else(|| self.no_keywords.clone());
        if keywords.len() >= args.len() {
            return Err(self.damaged("a call has more keywords than arguments"));
        }
        self.push_op(Op::Call { keywords }, args);
        Ok(())
    }

    pub(super) fn call_op(&self) -> Op {
        Op::Call { keywords: self.no_keywords.clone() }
    }

    /// Pops the operands of an operation and pushes its result.
    pub(super) fn apply(&mut self, op: Op, count: u32) -> Result<(), Rejection> {
        let args = self.pop_many(count)?;
        self.push_op(op, args);
        Ok(())
    }

    pub(super) fn push_op(&mut self, op: Op, args: Args) {
        let value = self.emit(op, args);
        self.stack.push(Entry::Value(value));
    }

    fn push_null_if(&mut self, pushes_null: bool) {
        if pushes_null {
            self.stack.push(Entry::Null);
        }
    }
}
