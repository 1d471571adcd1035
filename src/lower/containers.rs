//! Operations on any container, by its kind; and iterating over containers.
//!
//! An iterator over a list has the list and a position, and asks for the length each time, as CPython's does. One over
//! a dict or set has also the number of items that it must keep, one over a deque the number of changes: another one
//! raises `RuntimeError`.

use super::errors::Failure;
use super::function::Lowering;
use super::items::{key_layout, set_key_layout, value_layout};
use super::repr::Repr;
use crate::hir::{self, BinaryOp, Inst, InstData, Op};
use crate::lir::{IntCond, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DictPart, Fact, IteratorType, Type, has_defaults};

impl Lowering<'_> {
    pub(super) fn container_item(&mut self, a: hir::Value, index: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        match self.fact(a).ty.clone() {
            Type::List(item) => self.get_list_item(a, index, &item),
            Type::Deque(item) => self.get_deque_item(a, index, &item),
            Type::Dict(entry) => self.get_dict_item(a, index, &entry),
            other => Err(Reason::Internal(format!("an item of {other}, {}", fact.ty))),
        }
    }

    /// `a[b]` where a function answers: in dicts with defaults for what is not there.
    pub(super) fn container_item_by_call(
        &mut self,
        inst: Inst,
        (a, index): (hir::Value, hir::Value),
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        match self.fact(a).ty.clone() {
            Type::Dict(entry) if has_defaults(&self.fact(a).ty) => self.get_or_missing(inst, (a, index), &entry, fact),
            _ => self.call_target(inst, fact),
        }
    }

    pub(super) fn set_container_item(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        value: hir::Value,
    ) -> Result<(), Reason> {
        match self.fact(a).ty.clone() {
            Type::List(item) => self.set_list_item(a, index, value, &item),
            Type::Deque(item) => self.set_deque_item(a, index, value, &item),
            Type::Dict(entry) => self.set_dict_item(a, index, value, &entry),
            other => Err(Reason::Internal(format!("an item of {other} is assigned"))),
        }
    }

    /// `del a[b]`
    pub(super) fn delete_item(&mut self, a: hir::Value, index: hir::Value) -> Result<(), Reason> {
        match self.fact(a).ty.clone() {
            Type::List(_) => self.delete_list_item(a, index),
            Type::Deque(_) => self.delete_deque_item(a, index),
            Type::Dict(entry) => self.delete_dict_item(a, index, &entry)?,
            Type::Buffer(buffer) => self.delete_buffer_item(a, index, &buffer),
            other => return Err(Reason::Internal(format!("an item of {other} is deleted"))),
        }
        Ok(())
    }

    pub(super) fn container_operator(
        &mut self,
        inst: Inst,
        op: BinaryOp,
        is_inplace: bool,
        operands: (hir::Value, hir::Value),
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        match fact.ty {
            Type::List(_) => self.list_operator(inst, op, is_inplace, operands, fact),
            _ => self.call_target(inst, fact),
        }
    }

    /// A new container without items, which Python code may share.
    pub fn empty_container(&mut self, ty: &Type, is_shared: bool) -> Result<Repr, Reason> {
        let made = self.new_empty(ty)?;
        if is_shared {
            self.share_container(made[0], ty)?;
        }
        Ok(made)
    }

    /// `a in b` where a function of the library answers.
    pub(super) fn contains_by_call(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Repr, Reason> {
        let found = self.call(inst, data, fact)?;
        let is_answer = matches!(self.fact(data.args[1]).ty, Type::Array(_));
        match data.op {
            Op::Contains { is_negated: true } if !is_answer => Ok(Repr::from_slice(&[self.b.not_bool(found[0])])),
            _ => Ok(found),
        }
    }

    /// The value that one of two pieces of code makes; what they make is borrowed, the result owns its references.
    pub fn choose(
        &mut self,
        condition: Value,
        ty: &Type,
        on_true: &mut dyn FnMut(&mut Self) -> Result<Repr, Reason>,
        on_false: &mut dyn FnMut(&mut Self) -> Result<Repr, Reason>,
    ) -> Result<Repr, Reason> {
        let chosen = self.branch_values(condition, ty, on_true, on_false)?;
        self.retain_parts(&chosen, ty);
        Ok(chosen)
    }

    /// The same, where each piece of code makes what owns its references.
    pub fn branch_values(
        &mut self,
        condition: Value,
        ty: &Type,
        on_true: &mut dyn FnMut(&mut Self) -> Result<Repr, Reason>,
        on_false: &mut dyn FnMut(&mut Self) -> Result<Repr, Reason>,
    ) -> Result<Repr, Reason> {
        let (then, otherwise, joined) = (self.b.add_block(), self.b.add_block(), self.b.add_block());
        let result = super::machine_types(ty).into_iter().map(|ty| self.b.add_param(joined, ty)).collect();
        self.b.branch_if(condition, then, otherwise);
        self.b.switch_to(then);
        let repr = on_true(self)?;
        self.b.jump(joined, &repr);
        self.b.switch_to(otherwise);
        let repr = on_false(self)?;
        self.b.jump(joined, &repr);
        self.b.switch_to(joined);
        Ok(result)
    }

    /// The first state of an iterator over a container.
    pub(super) fn start_container(&mut self, container: Value, kind: &IteratorType) -> Repr {
        let zero = self.b.const_i64(0);
        match kind {
            IteratorType::ReversedList(_) => {
                let length = self.container_length(container);
                let one = self.b.const_i64(1);
                Repr::from_slice(&[container, self.b.sub_int(length, one)])
            }
            IteratorType::Dict(..) | IteratorType::Set(_) => {
                let length = self.container_length(container);
                Repr::from_slice(&[container, zero, length])
            }
            IteratorType::Deque(_) => {
                let changes = self.deque_changes(container);
                Repr::from_slice(&[container, zero, changes])
            }
            _ => Repr::from_slice(&[container, zero]),
        }
    }

    /// Whether an iterator over a container has another item.
    pub(super) fn container_has(&mut self, state: &Repr, kind: &IteratorType) -> Value {
        let length = self.container_length(state[0]);
        match kind {
            IteratorType::Dict(..) => {
                self.check_is_kept(length, state[2], "dictionary changed size during iteration");
                let position = self.next_position(state, Symbol::DictNext);
                let end = self.container_end(state[0]);
                self.b.cmp_int(IntCond::Slt, position, end)
            }
            IteratorType::Set(_) => {
                self.check_is_kept(length, state[2], "Set changed size during iteration");
                let position = self.next_position(state, Symbol::SetNext);
                let end = self.container_end(state[0]);
                self.b.cmp_int(IntCond::Slt, position, end)
            }
            IteratorType::Deque(_) => {
                let changes = self.deque_changes(state[0]);
                self.check_is_kept(changes, state[2], "deque mutated during iteration");
                self.b.cmp_int(IntCond::Ult, state[1], length)
            }
            // From the end, the position before the first is -1: as an unsigned number it is past any length.
            _ => self.b.cmp_int(IntCond::Ult, state[1], length),
        }
    }

    fn check_is_kept(&mut self, number: Value, expected: Value, message: &str) {
        let differs = self.b.cmp_int(IntCond::Ne, number, expected);
        self.raise_if(differs, &Failure::new("RuntimeError", message));
    }

    /// Where the next element stands: entries of a dict and places of a set may be empty.
    fn next_position(&mut self, state: &Repr, symbol: Symbol) -> Value {
        if symbol == Symbol::SetNext {
            return self.b.call_runtime(symbol, &[state[0], state[1]]).unwrap_or(state[1]);
        }
        // No entry was deleted: the usual case.
        let end = self.container_end(state[0]);
        let length = self.container_length(state[0]);
        let is_dense = self.b.cmp_int(IntCond::Eq, end, length);
        let (search, joined) = (self.b.add_block(), self.b.add_block());
        let position = self.b.add_param(joined, Machine::I64);
        let calls = [(joined, &state[1..2]), (search, &state[..0])];
        let [dense, sparse] = calls.map(|(block, args)| crate::lir::block_call(block, args));
        self.b.branch_with(is_dense, dense, sparse);
        self.b.switch_to(search);
        let found = self.b.call_runtime(symbol, &[state[0], state[1]]).unwrap_or(state[1]);
        self.b.jump(joined, &[found]);
        self.b.switch_to(joined);
        position
    }

    /// The item that an iterator over a container stands at.
    pub(super) fn container_iterator_item(&mut self, state: &Repr, kind: &IteratorType) -> Repr {
        match kind {
            IteratorType::List(item) | IteratorType::ReversedList(item) | IteratorType::Deque(item) => {
                self.list_item(state[0], state[1], item)
            }
            IteratorType::Dict(part, entry) => {
                let position = self.next_position(state, Symbol::DictNext);
                let (key, value) = (key_layout(&entry.0), value_layout(&entry.0, &entry.1));
                let address = self.entry_address(state[0], position, entry);
                let mut repr = Repr::new();
                if *part != DictPart::Values {
                    repr.extend(self.load_item(address, &key));
                }
                if *part != DictPart::Keys {
                    repr.extend(self.load_item(address, &value));
                }
                repr
            }
            IteratorType::Set(key) => {
                let position = self.next_position(state, Symbol::SetNext);
                let layout = set_key_layout(key);
                let address = self.element_address(state[0], position, layout.size);
                self.load_item(address, &layout)
            }
            _ => Repr::new(),
        }
    }

    /// The iterator, one item on.
    pub(super) fn advance_container(&mut self, state: &Repr, kind: &IteratorType) -> Repr {
        let position = match kind {
            IteratorType::Dict(..) => self.next_position(state, Symbol::DictNext),
            IteratorType::Set(_) => self.next_position(state, Symbol::SetNext),
            _ => state[1],
        };
        let one = self.b.const_i64(1);
        let mut next = state.clone();
        next[1] = match kind {
            IteratorType::ReversedList(_) => self.b.sub_int(position, one),
            _ => self.b.add_int(position, one),
        };
        next
    }
}
