//! `for` loops: iterators are machine values that a loop carries along.
//!
//! A range with step 1 or -1 carries position and stop; any other carries position, items left and step, so that no
//! position past the last item is ever computed and the loop's trip count is plain to optimizers.

use super::errors::Failure;
use super::function::Lowering;
use super::references::header_positions;
use super::repr::{Repr, machine_types};
use crate::hir;
use crate::lir::{IntCond, Type as Machine, Value, block_call};
use crate::refusal::Reason;
use crate::typing::{DType, Fact, IteratorType, Type};

/// True for an iterator that runs code when it is asked for an item.
fn runs_generators(ty: &Type) -> bool {
    let Type::Iterator(kind) = ty else { return false };
    match &**kind {
        IteratorType::Generator(_) => true,
        IteratorType::Enumerate(inner) => runs_generators(inner),
        IteratorType::Zip(inner) => inner.iter().any(runs_generators),
        _ => false,
    }
}

impl Lowering<'_> {
    pub(super) fn get_iter(&mut self, a: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        let repr = self.repr(a);
        let ty = self.fact(a).ty.clone();
        let Type::Iterator(kind) = &fact.ty else { return Err(Reason::Internal("no iterator".to_owned())) };
        self.start(&repr, &ty, kind)
    }

    /// The first state of an iterator over a value.
    fn start(&mut self, repr: &Repr, ty: &Type, kind: &IteratorType) -> Result<Repr, Reason> {
        let mut state = Repr::new();
        match (ty, kind) {
            (Type::Iterator(_), _) => state = repr.clone(),
            // Its names are known.
            (Type::Keywords(_), _) => state.push(self.b.const_i64(0)),
            (Type::Class(class), _) => {
                for member in class.as_enum().into_iter().flat_map(|class| class.iterated()) {
                    state.push(self.b.const_i64(member.number));
                }
                state.push(self.b.const_i64(0));
            }
            (Type::Range(_), IteratorType::Range { step: Some(1 | -1) }) => state.extend([repr[0], repr[1]]),
            (Type::Range(_), _) => state = self.range_state(repr[0], repr[1], repr[2]),
            (Type::Iterable(iterable), IteratorType::Enumerate(inner)) => {
                let count = machine_types(&iterable.1[0]).len();
                state.push(repr[count]);
                let Type::Iterator(inner) = inner else { return Err(Reason::Internal("enumerate".to_owned())) };
                state.extend(self.start(&Repr::from_slice(&repr[..count]), &iterable.1[0], inner)?);
            }
            (Type::Iterable(iterable), IteratorType::Zip(inner)) => {
                for (index, inner) in inner.iter().enumerate() {
                    let own = super::tuples::item(repr, &iterable.1, index);
                    let Type::Iterator(inner) = inner else { return Err(Reason::Internal("zip".to_owned())) };
                    state.extend(self.start(&own, &iterable.1[index], inner)?);
                }
            }
            (
                _,
                IteratorType::List(_)
                | IteratorType::ReversedList(_)
                | IteratorType::Dict(..)
                | IteratorType::Deque(_)
                | IteratorType::Set(_),
            ) => {
                state = self.start_container(repr[0], kind);
            }
            (ty, IteratorType::Text { .. }) => {
                state.push(self.text(repr, ty));
                state.push(self.b.const_i64(0));
            }
            (_, IteratorType::Generator(_)) => state = repr.clone(),
            _ => {
                state = repr.clone();
                state.push(self.b.const_i64(0));
            }
        }
        Ok(state)
    }

    /// Position, items left and step of a range.
    pub(super) fn range_state(&mut self, start: Value, stop: Value, step: Value) -> Repr {
        let length = self.range_length(&Repr::from_slice(&[start, stop, step]));
        Repr::from_slice(&[start, length, step])
    }

    /// How many items a range has; as an unsigned number, since it may exceed 2^63.
    pub fn range_length(&mut self, range: &Repr) -> Value {
        let (start, stop, step) = (range[0], range[1], range[2]);
        let zero = self.b.const_i64(0);
        let one = self.b.const_i64(1);
        let known = self.b.func.as_const_int(step);
        let is_up = match known {
            Some(step) => self.b.const_bool(step > 0),
            None => self.b.cmp_int(IntCond::Sgt, step, zero),
        };
        let (low, high) = (self.b.select(is_up, start, stop), self.b.select(is_up, stop, start));
        let negated = self.b.neg_int(step);
        let stride = self.b.select(is_up, step, negated);
        let is_empty = self.b.cmp_int(IntCond::Sge, low, high);
        let distance = self.b.sub_int(high, low);
        let before_last = self.b.sub_int(distance, one);
        let divisor = if known.is_some_and(|step| step != 0) {
            self.b.const_i64(known.map_or(1, i64::wrapping_abs))
        } else {
            let is_zero = self.b.cmp_int(IntCond::Eq, stride, zero);
            self.b.select(is_zero, one, stride)
        };
        let whole = self.b.div_uint(before_last, divisor);
        let count = self.b.add_int(whole, one);
        self.b.select(is_empty, zero, count)
    }

    pub(super) fn iter_has(&mut self, a: hir::Value) -> Repr {
        let repr = self.repr(a);
        let Type::Iterator(kind) = self.fact(a).ty.clone() else { return Repr::new() };
        Repr::from_slice(&[self.has(&repr, &kind)])
    }

    fn has(&mut self, state: &Repr, kind: &IteratorType) -> Value {
        match kind {
            IteratorType::Range { step: Some(1) } => self.b.cmp_int(IntCond::Slt, state[0], state[1]),
            IteratorType::Range { step: Some(-1) } => self.b.cmp_int(IntCond::Sgt, state[0], state[1]),
            IteratorType::Range { .. } => {
                let zero = self.b.const_i64(0);
                self.b.cmp_int(IntCond::Ne, state[1], zero)
            }
            IteratorType::List(_)
            | IteratorType::ReversedList(_)
            | IteratorType::Dict(..)
            | IteratorType::Deque(_)
            | IteratorType::Set(_) => self.container_has(state, kind),
            IteratorType::Generator(generator) => self.resume(state[0], generator),
            IteratorType::Buffer(buffer) => {
                let length = self.buffer_length(state[0], buffer);
                self.b.cmp_int(IntCond::Slt, state[1], length)
            }
            IteratorType::Array(_) => self.b.cmp_int(IntCond::Slt, state[state.len() - 1], state[2]),
            IteratorType::Flat(array) => {
                let size = self.array_size(state, array);
                self.b.cmp_int(IntCond::Slt, state[state.len() - 1], size)
            }
            IteratorType::Text { .. } => {
                let length = self.text_length(state[0]);
                self.b.cmp_int(IntCond::Slt, state[1], length)
            }
            IteratorType::Tuple(types) => {
                let length = self.b.const_i64(types.len() as i64);
                self.b.cmp_int(IntCond::Slt, state[state.len() - 1], length)
            }
            IteratorType::Enumerate(inner) => {
                let Type::Iterator(inner) = inner else { return state[0] };
                self.has(&Repr::from_slice(&state[1..]), inner)
            }
            IteratorType::Zip(inner) if inner.iter().any(runs_generators) => self.zip_has(state, inner),
            IteratorType::Zip(inner) => {
                let mut all = self.b.const_bool(!inner.is_empty());
                for (index, ty) in inner.iter().enumerate() {
                    let Type::Iterator(kind) = ty else { continue };
                    let own = self.has(&super::tuples::item(state, inner, index), kind);
                    all = self.b.and_bits(all, own);
                }
                all
            }
        }
    }

    /// Asks one iterator after the other, and none behind the first that has no more items: generators run. Items of
    /// those before it are dropped.
    fn zip_has(&mut self, state: &Repr, inner: &[Type]) -> Value {
        let done = self.b.add_block();
        let answer = self.b.add_param(done, Machine::Bool);
        for (index, ty) in inner.iter().enumerate() {
            let Type::Iterator(kind) = ty else { continue };
            let own = self.has(&super::tuples::item(state, inner, index), kind);
            let (rest, ends) = (self.b.add_block(), self.b.add_block());
            self.b.branch_if(own, rest, ends);
            self.b.switch_to(ends);
            self.drop_items(state, &inner[..index]);
            let no = self.b.const_bool(false);
            self.b.jump(done, &[no]);
            self.b.switch_to(rest);
        }
        let yes = self.b.const_bool(true);
        self.b.jump(done, &[yes]);
        self.b.switch_to(done);
        answer
    }

    /// Drops the items that generators hold among these iterators.
    fn drop_items(&mut self, state: &Repr, iterators: &[Type]) {
        for (index, ty) in iterators.iter().enumerate() {
            let Type::Iterator(kind) = ty else { continue };
            let own = super::tuples::item(state, iterators, index);
            match &**kind {
                IteratorType::Generator(generator) => {
                    let item = self.take_item(own[0], generator);
                    self.release_parts(&item, &generator.item);
                }
                IteratorType::Enumerate(inner) => {
                    self.drop_items(&Repr::from_slice(&own[1..]), std::slice::from_ref(inner));
                }
                IteratorType::Zip(inner) => self.drop_items(&own, inner),
                _ => {}
            }
        }
    }

    pub(super) fn iter_item(&mut self, a: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        let repr = self.repr(a);
        let Type::Iterator(kind) = self.fact(a).ty.clone() else {
            return Err(Reason::Internal("an item of no iterator".to_owned()));
        };
        let item = self.item(&repr, &kind, &fact.ty);
        if kind.makes_items() {
            // What is made carries references, so everything else must.
            self.retain_all_but_made(&item, &kind, &fact.ty);
        }
        Ok(item)
    }

    fn item(&mut self, state: &Repr, kind: &IteratorType, ty: &Type) -> Repr {
        match kind {
            IteratorType::Range { .. } => Repr::from_slice(&state[..1]),
            IteratorType::List(_)
            | IteratorType::ReversedList(_)
            | IteratorType::Dict(..)
            | IteratorType::Deque(_)
            | IteratorType::Set(_) => self.container_iterator_item(state, kind),
            IteratorType::Array(array) => {
                let position = state[state.len() - 1];
                self.first_axis_item(&Repr::from_slice(&state[..state.len() - 1]), array, position)
            }
            IteratorType::Flat(array) => {
                let ptr = self.flat_address(state, array, state[state.len() - 1]);
                self.element_at(state[0], ptr, array.dtype)
            }
            IteratorType::Generator(generator) => self.take_item(state[0], generator),
            IteratorType::Text { is_bytes } => self.text_item(state[0], state[1], *is_bytes),
            IteratorType::Buffer(buffer) => self.buffer_element(state[0], state[1], buffer),
            IteratorType::Tuple(types) => {
                let position = state[state.len() - 1];
                self.select_item(&Repr::from_slice(&state[..state.len() - 1]), types, position, ty)
            }
            IteratorType::Enumerate(inner) => {
                let mut repr = Repr::from_slice(&state[..1]);
                if let (Type::Iterator(inner), Type::Tuple(items)) = (inner, ty) {
                    repr.extend(self.item(&Repr::from_slice(&state[1..]), inner, &items[1]));
                }
                repr
            }
            IteratorType::Zip(inner) => {
                let Type::Tuple(items) = ty else { return Repr::new() };
                let mut repr = Repr::new();
                for (index, own) in inner.iter().enumerate() {
                    if let Type::Iterator(kind) = own {
                        let part = super::tuples::item(state, inner, index);
                        repr.extend(self.item(&part, kind, &items[index]));
                    }
                }
                repr
            }
        }
    }

    /// Adds references to what an iterator gave beside what it made.
    fn retain_all_but_made(&mut self, item: &Repr, kind: &IteratorType, ty: &Type) {
        let inner: &[Type] = match kind {
            IteratorType::Text { .. } | IteratorType::Generator(_) => return,
            IteratorType::Enumerate(inner) => std::slice::from_ref(inner),
            IteratorType::Zip(inner) => inner,
            _ => &[],
        };
        let Type::Tuple(items) = ty else { return };
        let first = items.len() - inner.len();
        for (index, own) in inner.iter().enumerate() {
            let Type::Iterator(kind) = own else { continue };
            let part = super::tuples::item(item, items, first + index);
            if kind.makes_items() {
                self.retain_all_but_made(&part, kind, &items[first + index]);
            } else {
                for position in header_positions(&items[first + index]) {
                    self.retain(part[position]);
                }
            }
        }
    }

    pub(super) fn iter_advance(&mut self, a: hir::Value) -> Repr {
        let repr = self.repr(a);
        let Type::Iterator(kind) = self.fact(a).ty.clone() else { return repr };
        self.advance(&repr, &kind)
    }

    fn advance(&mut self, state: &Repr, kind: &IteratorType) -> Repr {
        let mut next = state.clone();
        let one = self.b.const_i64(1);
        match kind {
            IteratorType::Range { step: Some(1) } => next[0] = self.b.add_int(state[0], one),
            IteratorType::Range { step: Some(-1) } => next[0] = self.b.sub_int(state[0], one),
            IteratorType::Range { .. } => {
                next[0] = self.b.add_int(state[0], state[2]);
                next[1] = self.b.sub_int(state[1], one);
            }
            IteratorType::List(_)
            | IteratorType::ReversedList(_)
            | IteratorType::Dict(..)
            | IteratorType::Deque(_)
            | IteratorType::Set(_) => {
                next = self.advance_container(state, kind);
            }
            IteratorType::Array(_)
            | IteratorType::Flat(_)
            | IteratorType::Tuple(_)
            | IteratorType::Buffer(_)
            | IteratorType::Text { .. } => {
                let last = state.len() - 1;
                next[last] = self.b.add_int(state[last], one);
            }
            IteratorType::Generator(_) => {}
            IteratorType::Enumerate(inner) => {
                next[0] = self.b.add_int(state[0], one);
                if let Type::Iterator(inner) = inner {
                    let rest = self.advance(&Repr::from_slice(&state[1..]), inner);
                    next.truncate(1);
                    next.extend(rest);
                }
            }
            IteratorType::Zip(inner) => {
                next.clear();
                for (index, own) in inner.iter().enumerate() {
                    if let Type::Iterator(kind) = own {
                        next.extend(self.advance(&super::tuples::item(state, inner, index), kind));
                    }
                }
            }
        }
        next
    }

    /// The machine values of `range(start, stop, step)`; a step of 0 raises.
    pub fn make_range(&mut self, start: Value, stop: Value, step: Value) -> Repr {
        if self.b.func.as_const_int(step).is_none_or(|step| step == 0) {
            let zero = self.b.const_i64(0);
            let is_zero = self.b.cmp_int(IntCond::Eq, step, zero);
            self.raise_if(is_zero, &Failure::new("ValueError", "range() arg 3 must not be zero"));
        }
        Repr::from_slice(&[start, stop, step])
    }

    /// A counted loop: `body` runs with 0, 1, ... `count` - 1.
    pub fn counted_loop(
        &mut self,
        count: Value,
        body: &mut dyn FnMut(&mut Self, Value) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        let (header, inside, exit) = (self.b.add_block(), self.b.add_block(), self.b.add_block());
        let index = self.b.add_param(header, DType::Int64.machine());
        let zero = self.b.const_i64(0);
        self.b.jump(header, &[zero]);
        self.b.switch_to(header);
        let has_more = self.b.cmp_int(IntCond::Slt, index, count);
        self.b.branch_if(has_more, inside, exit);
        self.b.switch_to(inside);
        body(self, index)?;
        let one = self.b.const_i64(1);
        let next = self.b.add_int(index, one);
        self.poll(block_call(header, &[next]));
        self.b.switch_to(exit);
        Ok(())
    }
}
