//! Deques: their items by position, and what tells iterators of changes. All else is as for lists (`lists.rs`).

use super::errors::Failure;
use super::function::Lowering;
use super::items::item_layout;
use super::repr::Repr;
use crate::hir;
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::deque::{CHANGES_OFFSET, LIMIT_OFFSET};
use crate::runtime::symbols::Symbol;
use crate::typing::Type;

const OUT_OF_RANGE: &str = "deque index out of range";

impl Lowering<'_> {
    /// A new empty deque; the limit is -1 if there is none.
    pub fn new_deque(&mut self, item: &Type, limit: Value) -> Result<Value, Reason> {
        let contents = self.contents_constant(&Type::Deque(item.clone().into()))?;
        let made = self.b.call_runtime(Symbol::DequeNew, &[contents, limit]);
        self.check_made(made)
    }

    /// The limit of a deque's length, or -1.
    pub fn deque_limit(&mut self, deque: Value) -> Value {
        self.b.load(Machine::I64, deque, LIMIT_OFFSET, Region::Headers)
    }

    /// How often a deque was changed so that iterators over it end.
    pub fn deque_changes(&mut self, deque: Value) -> Value {
        self.b.load(Machine::I64, deque, CHANGES_OFFSET, Region::Headers)
    }

    /// Counts a change of that kind.
    pub fn count_change(&mut self, deque: Value) {
        let changes = self.deque_changes(deque);
        let one = self.b.const_i64(1);
        let more = self.b.add_int(changes, one);
        self.b.store(more, deque, CHANGES_OFFSET, Region::Headers);
    }

    /// What `maxlen=` of this type says as a limit; raises `ValueError` for one less than 0.
    pub fn limit_of(&mut self, repr: &Repr, ty: &Type) -> Value {
        let (zero, none) = (self.b.const_i64(0), self.b.const_i64(-1));
        let (limit, is_given) = match ty {
            Type::Optional(inner) => (self.to_index(&Repr::from_slice(&repr[1..]), inner), Some(repr[0])),
            ty => (self.to_index(repr, ty), None),
        };
        let is_less = self.b.cmp_int(IntCond::Slt, limit, zero);
        let is_wrong = is_given.map_or(is_less, |is_given| self.b.and_bits(is_given, is_less));
        self.raise_if(is_wrong, &Failure::new("ValueError", "maxlen must be non-negative"));
        is_given.map_or(limit, |is_given| self.b.select(is_given, limit, none))
    }

    fn deque_position(&mut self, deque: Value, index: hir::Value) -> Value {
        let (repr, ty) = (self.repr(index), self.fact(index).ty.clone());
        let number = self.to_index(&repr, &ty);
        self.list_position(deque, number, OUT_OF_RANGE)
    }

    pub(super) fn get_deque_item(&mut self, a: hir::Value, index: hir::Value, item: &Type) -> Result<Repr, Reason> {
        let deque = self.repr(a)[0];
        let position = self.deque_position(deque, index);
        Ok(self.list_item(deque, position, item))
    }

    pub(super) fn set_deque_item(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        value: hir::Value,
        item: &Type,
    ) -> Result<(), Reason> {
        let deque = self.repr(a)[0];
        let repr = self.converted(value, item);
        let position = self.deque_position(deque, index);
        let layout = item_layout(item);
        let address = self.element_address(deque, position, layout.size);
        self.replace_item(address, &layout, &repr, item);
        self.mark_changed(deque);
        Ok(())
    }

    pub(super) fn delete_deque_item(&mut self, a: hir::Value, index: hir::Value) {
        let deque = self.repr(a)[0];
        let position = self.deque_position(deque, index);
        let one = self.b.const_i64(1);
        self.b.call_runtime(Symbol::ListDelete, &[deque, position, one, one]);
        self.count_change(deque);
    }

    /// Raises `IndexError` for an empty deque.
    pub fn check_deque_has_items(&mut self, deque: Value) -> Value {
        let length = self.container_length(deque);
        let zero = self.b.const_i64(0);
        let is_empty = self.b.cmp_int(IntCond::Eq, length, zero);
        self.raise_if(is_empty, &Failure::new("IndexError", "pop from an empty deque"));
        length
    }
}
