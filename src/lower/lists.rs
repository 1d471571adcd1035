//! Lists: displays, items, slices, operators, and appending.
//!
//! Length, capacity and the items' address are read from the header each time, because whatever is called may change
//! them; the passes read once what nothing changes. What is done to many items at once is the runtime's.

use super::errors::Failure;
use super::function::Lowering;
use super::items::item_layout;
use super::repr::Repr;
use crate::hir::{self, BinaryOp, Inst};
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::list::OTHER_COUNT;
use crate::runtime::memory::{CAPACITY_OFFSET, LENGTH_OFFSET};
use crate::runtime::symbols::Symbol;
use crate::typing::{Fact, Type};

impl Lowering<'_> {
    /// `[a, b, ...]`
    pub(super) fn build_list(&mut self, args: &[hir::Value], fact: &Fact) -> Result<Repr, Reason> {
        let Type::List(item) = &fact.ty else { return Err(Reason::Internal("a display of no list".to_owned())) };
        let items: Vec<Repr> = args.iter().map(|&arg| self.converted(arg, item)).collect();
        self.list_of(item, &items)
    }

    /// A value of the function as one of another type.
    pub(super) fn converted(&mut self, value: hir::Value, to: &Type) -> Repr {
        let (repr, from) = (self.repr(value), self.fact(value).ty.clone());
        self.convert(&repr, &from, to)
    }

    /// A new list of these items.
    pub(super) fn list_of(&mut self, item: &Type, items: &[Repr]) -> Result<Repr, Reason> {
        let list = self.new_list(item, items.len())?;
        let layout = item_layout(item);
        if !items.is_empty() {
            let data = self.container_data(list);
            for (index, repr) in items.iter().enumerate() {
                let offset = self.b.const_i64((index * layout.size) as i64);
                let address = self.b.ptr_add(data, offset);
                self.retain_parts(repr, item);
                self.store_item(address, &layout, repr);
            }
        }
        Ok(Repr::from_slice(&[list]))
    }

    /// A new list with room for so many items, whose length says that they are there.
    fn new_list(&mut self, item: &Type, length: usize) -> Result<Value, Reason> {
        let contents = self.contents_constant(&Type::list(item.clone()))?;
        let length = self.b.const_i64(length as i64);
        let made = self.b.call_runtime(Symbol::ListNew, &[contents, length]);
        self.check_made(made)
    }

    /// The position that an index names; raises `IndexError` with this message if it has none.
    pub fn list_position(&mut self, list: Value, index: Value, message: &str) -> Value {
        let length = self.container_length(list);
        let position = self.wrap_index(index, length);
        if self.options.is_boundschecked {
            let is_inside = self.b.cmp_int(IntCond::Ult, position, length);
            self.raise_unless(is_inside, &Failure::new("IndexError", message));
        }
        position
    }

    /// The item at a position in range; whoever keeps it adds references.
    pub fn list_item(&mut self, list: Value, position: Value, item: &Type) -> Repr {
        let layout = item_layout(item);
        let address = self.element_address(list, position, layout.size);
        self.load_item(address, &layout)
    }

    /// Writes an item at a position in range, where none stands whose references are the list's.
    pub fn store_list_item(&mut self, list: Value, position: Value, repr: &Repr, item: &Type) {
        let layout = item_layout(item);
        let address = self.element_address(list, position, layout.size);
        self.store_item(address, &layout, repr);
    }

    /// Sets a list's length to a smaller one; the references of what is behind it are the caller's.
    pub fn shorten_list(&mut self, list: Value, length: Value) {
        self.b.store(length, list, LENGTH_OFFSET, Region::Headers);
        self.mark_changed(list);
    }

    fn index_of(&mut self, index: hir::Value) -> Value {
        let (repr, ty) = (self.repr(index), self.fact(index).ty.clone());
        self.to_index(&repr, &ty)
    }

    /// `a[b]` of a list.
    pub(super) fn get_list_item(&mut self, a: hir::Value, index: hir::Value, item: &Type) -> Result<Repr, Reason> {
        let list = self.repr(a)[0];
        if matches!(self.fact(index).ty, Type::Slice(_)) {
            let [start, count, step] = self.list_span(list, index);
            let made = self.b.call_runtime(Symbol::ListSlice, &[list, start, count, step]);
            return Ok(Repr::from_slice(&[self.check_made(made)?]));
        }
        let number = self.index_of(index);
        let position = self.list_position(list, number, "list index out of range");
        Ok(self.list_item(list, position, item))
    }

    /// Start, number of items and step of a slice.
    fn list_span(&mut self, list: Value, index: hir::Value) -> [Value; 3] {
        let (repr, ty) = (self.repr(index), self.fact(index).ty.clone());
        let length = self.container_length(list);
        let span = self.span(&repr, &ty, length);
        let step = span.step.unwrap_or_else(|| self.b.const_i64(1));
        [span.start, span.length, step]
    }

    /// `a[b] = c` of a list.
    pub(super) fn set_list_item(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        value: hir::Value,
        item: &Type,
    ) -> Result<(), Reason> {
        let list = self.repr(a)[0];
        if matches!(self.fact(index).ty, Type::Slice(_)) {
            return self.assign_list_slice(list, index, value);
        }
        let repr = self.converted(value, item);
        let number = self.index_of(index);
        let position = self.list_position(list, number, "list assignment index out of range");
        let layout = item_layout(item);
        let address = self.element_address(list, position, layout.size);
        self.replace_item(address, &layout, &repr, item);
        self.mark_changed(list);
        Ok(())
    }

    fn assign_list_slice(&mut self, list: Value, index: hir::Value, value: hir::Value) -> Result<(), Reason> {
        let other = self.repr(value)[0];
        let [start, count, step] = self.list_span(list, index);
        let status = self.b.call_runtime(Symbol::ListAssign, &[list, start, count, step, other]);
        let status = self.check_status(status)?;
        if self.b.func.as_const_int(step) != Some(1) {
            let differs = self.b.const_int(Machine::I32, i64::from(OTHER_COUNT));
            let has_failed = self.b.cmp_int(IntCond::Eq, status, differs);
            let length = self.container_length(other);
            let message = "attempt to assign sequence of size {0} to extended slice of size {1}";
            self.raise_if(has_failed, &Failure::new("ValueError", message).with_numbers(length, Some(count)));
        }
        Ok(())
    }

    /// `del a[b]` of a list.
    pub(super) fn delete_list_item(&mut self, a: hir::Value, index: hir::Value) {
        let list = self.repr(a)[0];
        let [start, count, step] = if matches!(self.fact(index).ty, Type::Slice(_)) {
            self.list_span(list, index)
        } else {
            let number = self.index_of(index);
            let position = self.list_position(list, number, "list assignment index out of range");
            let one = self.b.const_i64(1);
            [position, one, one]
        };
        self.b.call_runtime(Symbol::ListDelete, &[list, start, count, step]);
    }

    /// `+`, `*` and their in-place forms.
    pub(super) fn list_operator(
        &mut self,
        inst: Inst,
        op: BinaryOp,
        is_inplace: bool,
        (a, b): (hir::Value, hir::Value),
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        if self.typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        let list_is_left = matches!(self.fact(a).ty, Type::List(_));
        let (list, other) = if list_is_left { (a, b) } else { (b, a) };
        let list = self.repr(list)[0];
        if op == BinaryOp::Mul {
            let count = self.index_of(other);
            if is_inplace && list_is_left {
                let status = self.b.call_runtime(Symbol::ListRepeatInPlace, &[list, count]);
                self.check_status(status)?;
                return Ok(Repr::from_slice(&[list]));
            }
            let made = self.b.call_runtime(Symbol::ListRepeat, &[list, count]);
            return Ok(Repr::from_slice(&[self.check_made(made)?]));
        }
        let other = self.repr(other)[0];
        if is_inplace {
            let status = self.b.call_runtime(Symbol::ListExtend, &[list, other]);
            self.check_status(status)?;
            return Ok(Repr::from_slice(&[list]));
        }
        let made = self.b.call_runtime(Symbol::ListConcat, &[list, other]);
        Ok(Repr::from_slice(&[self.check_made(made)?]))
    }

    /// `list.append(item)`
    pub fn append_to_list(&mut self, list: Value, repr: &Repr, item: &Type) -> Result<(), Reason> {
        let length = self.container_length(list);
        self.make_room(list, length)?;
        let address = self.element_address(list, length, item_layout(item).size);
        self.put_into_gap(list, length, address, repr, item);
        Ok(())
    }

    /// `list.insert(position, item)` at a position up to the list's length.
    pub fn insert_into_list(
        &mut self,
        list: Value,
        (length, position): (Value, Value),
        repr: &Repr,
        item: &Type,
    ) -> Result<(), Reason> {
        self.make_room(list, length)?;
        let size = item_layout(item).size;
        let address = self.element_address(list, position, size);
        let size = self.b.const_i64(size as i64);
        let next = self.b.ptr_add(address, size);
        let count = self.b.sub_int(length, position);
        let bytes = self.b.mul_int(count, size);
        self.b.call_runtime(Symbol::MoveBytes, &[address, next, bytes]);
        self.put_into_gap(list, length, address, repr, item);
        Ok(())
    }

    /// Lets a list have a capacity above its length.
    fn make_room(&mut self, list: Value, length: Value) -> Result<(), Reason> {
        let capacity = self.b.load(Machine::I64, list, CAPACITY_OFFSET, Region::Headers);
        let is_full = self.b.cmp_int(IntCond::Eq, length, capacity);
        let (grow, rest) = (self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(is_full, grow, rest);
        self.b.switch_to(grow);
        let status = self.b.call_runtime(Symbol::ListGrow, &[list]);
        self.check_status(status)?;
        self.b.jump(rest, &[]);
        self.b.switch_to(rest);
        Ok(())
    }

    /// Writes an item to where none stands, and lets the list be longer by one.
    fn put_into_gap(&mut self, list: Value, length: Value, address: Value, repr: &Repr, item: &Type) {
        self.retain_parts(repr, item);
        self.store_item(address, &item_layout(item), repr);
        let one = self.b.const_i64(1);
        let longer = self.b.add_int(length, one);
        self.b.store(longer, list, LENGTH_OFFSET, Region::Headers);
        self.mark_changed(list);
    }

    /// The items of a list that must have so many.
    pub(super) fn unpack_list(&mut self, list: Value, item: &Type, count: u32) -> Repr {
        let length = self.container_length(list);
        self.check_count(length, count);
        let mut items = Repr::new();
        for position in 0..count {
            let position = self.b.const_i64(i64::from(position));
            items.extend(self.list_item(list, position, item));
        }
        items
    }

    /// `*before, list, *after`
    pub(super) fn unpack_starred(
        &mut self,
        a: hir::Value,
        (before, after): (u32, u32),
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        let Type::Tuple(types) = fact.ty.clone() else { return Err(Reason::Internal("a starred target".to_owned())) };
        let (before, after) = (before as usize, after as usize);
        let Type::List(item) = types[before].clone() else {
            return Err(Reason::Internal("no starred list".to_owned()));
        };
        let repr = self.repr(a);
        let mut parts = Repr::new();
        if let Type::Tuple(own) = self.fact(a).ty.clone() {
            let last = own.len() - after;
            let part = |index: usize| super::tuples::item(&repr, &own, index);
            let middle: Vec<Repr> =
                (before..last).map(|index| self.convert(&part(index), &own[index], &item)).collect();
            for index in (0..before).chain(last..own.len()) {
                self.retain_parts(&part(index), &own[index]);
            }
            parts.extend((0..before).flat_map(part));
            parts.extend(self.list_of(&item, &middle)?);
            parts.extend((last..own.len()).flat_map(part));
            return Ok(parts);
        }
        let list = repr[0];
        let length = self.container_length(list);
        let least = self.b.const_i64((before + after) as i64);
        let is_less = self.b.cmp_int(IntCond::Slt, length, least);
        let message = format!("not enough values to unpack (expected at least {}, got {{0}})", before + after);
        self.raise_if(is_less, &Failure::new("ValueError", message).with_numbers(length, None));
        let count = self.b.sub_int(length, least);
        let (start, one) = (self.b.const_i64(before as i64), self.b.const_i64(1));
        let made = self.b.call_runtime(Symbol::ListSlice, &[list, start, count, one]);
        let middle = self.check_made(made)?;
        for index in 0..before + after {
            let mut position = self.b.const_i64(index as i64);
            if index >= before {
                position = self.b.add_int(position, count);
            }
            let own = self.list_item(list, position, &item);
            self.retain_parts(&own, &item);
            if index == before {
                parts.push(middle);
            }
            parts.extend(own);
        }
        if after == 0 {
            parts.push(middle);
        }
        Ok(parts)
    }
}
