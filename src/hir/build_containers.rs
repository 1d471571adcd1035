//! Displays of lists, sets and dicts, and what comprehensions add to them.
//!
//! `[a, b]` is one operation; whatever comes to a container later goes through its methods. Where bytecode makes a
//! tuple by way of a list, as for `(*a, b)`, it is a tuple from the start: the list ends in `list_to_tuple`, which
//! stands at the same place of the source as the list's beginning.

use std::sync::Arc;

use smallvec::smallvec;

use super::build::{Builder, Entry};
use super::build_translate::Args;
use super::function::{BinaryOp, Op, Value};
use crate::bytecode::{Constant, Instruction, Rejection};

impl Builder<'_> {
    /// Translates an instruction that makes or fills a container.
    pub(super) fn container(&mut self, instruction: &Instruction<'_>) -> Result<(), Rejection> {
        match *instruction {
            Instruction::BuildList(count) if self.becomes_tuple() => {
                let items = self.pop_many(count)?;
                let tuple = self.emit(Op::BuildTuple, items);
                self.stack.push(Entry::Tuple(tuple));
                Ok(())
            }
            Instruction::BuildList(count) => self.apply(Op::BuildList, count),
            Instruction::BuildSet(count) => self.apply(Op::BuildSet, count),
            Instruction::BuildDict(count) => {
                let items = self.pop_many(count.saturating_mul(2))?;
                self.push_dict(items);
                Ok(())
            }
            Instruction::BuildConstantKeyDict(count) => self.constant_key_dict(count),
            Instruction::ListAppend(distance) => {
                let item = self.pop()?;
                self.add_to_list(distance, "append", item)
            }
            Instruction::ListExtend(distance) => {
                let iterable = self.pop()?;
                self.add_to_list(distance, "extend", iterable)
            }
            Instruction::ListToTuple => match self.pop_entry()? {
                Entry::Tuple(items) => {
                    self.stack.push(Entry::Value(items));
                    Ok(())
                }
                Entry::Value(list) => {
                    let tuple = self.tuple_of(list);
                    self.stack.push(Entry::Value(tuple));
                    Ok(())
                }
                Entry::Place(_) | Entry::Null | Entry::Code | Entry::Cells => Err(self.damaged("a list is missing")),
            },
            Instruction::SetAdd(distance) => self.add_by_method(distance, "add", 1),
            Instruction::SetUpdate(distance) | Instruction::DictUpdate(distance) => {
                self.add_by_method(distance, "update", 1)
            }
            Instruction::DictMerge(distance) => self.merge_keywords(distance),
            Instruction::DictAdd(distance) => {
                let (value, key) = (self.pop()?, self.pop()?);
                let dict = self.entry_value(distance)?;
                self.effect(Op::SetItem, smallvec![dict, key, value]);
                Ok(())
            }
            _ => Err(self.internal("an instruction that is no container's")),
        }
    }

    /// `[1, 2, 3]` is bytecode that extends an empty list by a constant tuple; here it is a display of its items.
    /// True if the instruction is the first of such and all is done.
    pub(super) fn constant_display(&mut self, index: usize) -> bool {
        let Some(&[first, Instruction::Constant(constant), last]) = self.decoded.instructions.get(index..index + 3)
        else {
            return false;
        };
        let (op, items) = match (first, constant, last) {
            (Instruction::BuildList(0), Constant::Tuple(items), Instruction::ListExtend(1)) => (Op::BuildList, items),
            (Instruction::BuildSet(0), Constant::FrozenSet(items), Instruction::SetUpdate(1)) => (Op::BuildSet, items),
            _ => return false,
        };
        if op == Op::BuildList && self.becomes_tuple() {
            return false;
        }
        let items: Args = items.iter().map(|item| self.emit(Op::Constant(item.clone()), smallvec![])).collect();
        self.push_op(op, items);
        self.taken = 2;
        true
    }

    fn constant_key_dict(&mut self, count: u32) -> Result<(), Rejection> {
        let keys = self.pop()?;
        let values = self.pop_many(count)?;
        let keys = match self.ssa.defining_op(keys) {
            Some(Op::Constant(Constant::Tuple(keys))) if keys.len() == values.len() => keys.clone(),
            _ => return Err(self.damaged("a dict's keys are missing")),
        };
        let mut items = Args::new();
        for (key, value) in keys.iter().zip(values) {
            items.push(self.emit(Op::Constant(key.clone()), smallvec![]));
            items.push(value);
        }
        self.push_dict(items);
        Ok(())
    }

    /// The names that are the keys of a dict display; `None` if others are among them.
    fn constant_names(&self, items: &Args) -> Option<Arc<[Arc<str>]>> {
        let name = |&key: &Value| match self.ssa.defining_op(key) {
            Some(Op::Constant(Constant::Str(name))) => Some(name.clone()),
            _ => None,
        };
        items.iter().step_by(2).map(name).collect()
    }

    /// Pops the dict display of a function's keyword-only defaults, which becomes keywords.
    pub(super) fn pop_keywords(&mut self) -> Result<Value, Rejection> {
        let dict = self.pop()?;
        let display =
            self.ssa.definition_mut(dict).filter(|inst| inst.op == Op::BuildDict).map(|inst| inst.args.clone());
        let names = display.as_ref().and_then(|items| self.constant_names(items));
        match (names, self.ssa.definition_mut(dict), display) {
            (Some(names), Some(inst), Some(items)) => {
                inst.op = Op::BuildKeywords(names);
                inst.args = items.into_iter().skip(1).step_by(2).collect();
                Ok(dict)
            }
            _ => Err(self.damaged("the defaults of keywords are no dict")),
        }
    }

    /// `f(*[a, b])` passes the items, so that they keep their types.
    pub(super) fn pass_display(&mut self, args: Value) {
        if let Some(display) = self.ssa.definition_mut(args).filter(|inst| inst.op == Op::BuildList)
            && let Some(&Instruction::BuildList(count)) = self.decoded.instructions.get(self.index.wrapping_sub(1))
            && count as usize == display.args.len()
        {
            display.op = Op::BuildTuple;
        }
    }

    /// A dict display of keys and values by turns; or the keyword arguments of a call.
    fn push_dict(&mut self, items: Args) {
        match self.constant_names(&items).filter(|_| self.becomes_keywords()) {
            Some(names) => {
                let values = items.into_iter().skip(1).step_by(2).collect();
                self.push_op(Op::BuildKeywords(names), values);
            }
            None => self.push_op(Op::BuildDict, items),
        }
    }

    /// True if the dict that ends here is that of a call's keyword arguments, or one that is merged into it at once.
    fn becomes_keywords(&self) -> bool {
        let instructions = &self.decoded.instructions;
        let is_call = |instruction: &Instruction<'_>| *instruction == Instruction::CallStarred { has_keywords: true };
        let mut all = instructions.iter().zip(&self.decoded.locations);
        matches!(instructions.get(self.index + 1), Some(Instruction::DictMerge(_)))
            || all.any(|(instruction, location)| is_call(instruction) && *location == self.location)
    }

    /// `{**a, **b}` of a call's keyword arguments.
    fn merge_keywords(&mut self, distance: u32) -> Result<(), Rejection> {
        let more = self.pop()?;
        let keywords = self.entry_value(distance)?;
        let merged = self.emit(Op::MergeKeywords, smallvec![keywords, more]);
        let position = self.position(distance)?;
        self.stack[position] = Entry::Value(merged);
        Ok(())
    }

    /// True if the list that starts here ends as a tuple.
    fn becomes_tuple(&self) -> bool {
        let mut all = self.decoded.instructions.iter().zip(&self.decoded.locations);
        all.any(|(instruction, location)| *instruction == Instruction::ListToTuple && *location == self.location)
    }

    fn add_to_list(&mut self, distance: u32, method: &'static str, value: Value) -> Result<(), Rejection> {
        let position = self.position(distance)?;
        match self.stack[position] {
            Entry::Tuple(tuple) => {
                let items = match method {
                    "append" => self.emit(Op::BuildTuple, smallvec![value]),
                    _ => self.tuple_of(value),
                };
                // `a + b` of tuples is a new one.
                let op = Op::Binary { op: BinaryOp::Add, is_inplace: false };
                let longer = self.emit(op, smallvec![tuple, items]);
                self.stack[position] = Entry::Tuple(longer);
            }
            Entry::Value(list) => self.call_method(list, method, smallvec![value]),
            Entry::Place(_) | Entry::Null | Entry::Code | Entry::Cells => {
                return Err(self.damaged("a list is missing"));
            }
        }
        Ok(())
    }

    fn tuple_of(&mut self, iterable: Value) -> Value {
        let tuple = self.emit(Op::Global(Arc::from("tuple")), smallvec![]);
        self.emit(self.call_op(), smallvec![tuple, iterable])
    }

    fn add_by_method(&mut self, distance: u32, method: &'static str, count: u32) -> Result<(), Rejection> {
        let args = self.pop_many(count)?;
        let container = self.entry_value(distance)?;
        self.call_method(container, method, args);
        Ok(())
    }

    pub(super) fn entry_value(&mut self, distance: u32) -> Result<Value, Rejection> {
        match self.stack[self.position(distance)?] {
            Entry::Value(value) => Ok(value),
            _ => Err(self.damaged("a container is missing")),
        }
    }

    fn call_method(&mut self, container: Value, method: &'static str, mut args: Args) {
        let bound = self.emit(Op::GetAttr(Arc::from(method)), smallvec![container]);
        args.insert(0, bound);
        self.emit(self.call_op(), args);
    }
}
