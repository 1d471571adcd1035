//! Tuples: the machine values of their items, one after the other.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::bytecode::Constant;
use crate::hir::{self, BinaryOp};
use crate::lir::{IntCond, Value};
use crate::refusal::Reason;
use crate::typing::index::{slice_positions, tuple_position};
use crate::typing::{Fact, Type, keyword_position, unrolled_tuple};

/// The machine values of a tuple's item.
pub fn item(repr: &Repr, types: &[Type], position: usize) -> Repr {
    let start: usize = types[..position].iter().map(|ty| machine_types(ty).len()).sum();
    let count = machine_types(&types[position]).len();
    Repr::from_slice(&repr[start..start + count])
}

impl Lowering<'_> {
    /// An item of a tuple of the function.
    pub fn tuple_item(&mut self, tuple: hir::Value, position: usize) -> Repr {
        let repr = self.repr(tuple);
        match unrolled_tuple(&self.fact(tuple).ty) {
            Type::Tuple(types) => item(&repr, types, position),
            Type::Method(method) => item(&repr, method.0.as_tuple().unwrap_or_default(), position),
            ty => match ty.keyword_values() {
                Some(types) => item(&repr, &types, position),
                None => Repr::new(),
            },
        }
    }

    pub(super) fn join_tuples(&mut self, op: BinaryOp, a: hir::Value, b: hir::Value) -> Repr {
        if op == BinaryOp::Add {
            return self.repr(a).into_iter().chain(self.repr(b)).collect();
        }
        let count = self.fact(b).as_int().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        let repr = self.repr(a);
        std::iter::repeat_n(repr, count).flatten().collect()
    }

    /// Checks the number of items; the items of an array are loaded, those of a tuple are there.
    pub(super) fn unpack(&mut self, a: hir::Value, count: u32) -> Result<Repr, Reason> {
        let repr = self.repr(a);
        let (array, length) = match self.fact(a).ty.clone() {
            Type::Array(array) => (array, repr[2]),
            Type::List(item) => return Ok(self.unpack_list(repr[0], &item, count)),
            Type::Object => return Ok(self.unpack_object(repr[0], count)),
            _ => return Ok(repr),
        };
        self.check_count(length, count);
        let mut items = Repr::new();
        for position in 0..count {
            let index = self.b.const_i64(i64::from(position));
            items.extend(self.first_axis_item(&repr, &array, index));
        }
        Ok(items)
    }

    /// Raises unless a sequence has so many items.
    pub(super) fn check_count(&mut self, length: Value, count: u32) {
        let expected = self.b.const_i64(i64::from(count));
        let is_less = self.b.cmp_int(IntCond::Slt, length, expected);
        let message = format!("not enough values to unpack (expected {count}, got {{0}})");
        self.raise_if(is_less, &Failure::new("ValueError", message).with_numbers(length, None));
        let is_more = self.b.cmp_int(IntCond::Sgt, length, expected);
        let message = format!("too many values to unpack (expected {count})");
        self.raise_if(is_more, &Failure::new("ValueError", message));
    }

    pub(super) fn build_slice(&mut self, args: &[hir::Value], fact: &Fact) -> Repr {
        let Type::Slice(parts) = &fact.ty else { return Repr::new() };
        let parts = parts.clone();
        let mut repr = Repr::new();
        for (part, &arg) in parts.iter().zip(args) {
            if *part == Type::Int {
                let own = self.repr(arg);
                let ty = self.fact(arg).ty.clone();
                repr.push(self.to_index(&own, &ty));
            }
        }
        repr
    }

    /// `a[b]` of a tuple.
    pub(super) fn tuple_subscript(&mut self, a: hir::Value, index: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        let repr = self.repr(a);
        if let Some(position) = keyword_position(&self.fact(a).ty, self.fact(index)) {
            return Ok(self.tuple_item(a, position));
        }
        let Type::Tuple(types) = self.fact(a).ty.clone() else {
            return Err(Reason::Internal("a subscript of no tuple".to_owned()));
        };
        let index_fact = self.fact(index).clone();
        if let Some(number) = index_fact.as_int() {
            let position = tuple_position(types.len(), number)
                .ok_or_else(|| Reason::Internal("a tuple index out of range".to_owned()))?;
            return Ok(item(&repr, &types, position));
        }
        if let (Type::Slice(_), Some(Constant::Tuple(parts))) = (&index_fact.ty, &index_fact.constant) {
            let positions = slice_positions(parts, types.len()).unwrap_or_default();
            return Ok(positions.into_iter().flat_map(|position| item(&repr, &types, position)).collect());
        }
        let own = self.repr(index);
        let number = self.to_index(&own, &index_fact.ty);
        let length = self.b.const_i64(types.len() as i64);
        let position = self.wrap_index(number, length);
        let is_inside = self.b.cmp_int(IntCond::Ult, position, length);
        self.raise_unless(is_inside, &Failure::new("IndexError", "tuple index out of range"));
        Ok(self.select_item(&repr, &types, position, &fact.ty))
    }

    /// The item at a position that is known when running: a chain of selections.
    pub(super) fn select_item(&mut self, repr: &Repr, types: &[Type], position: Value, to: &Type) -> Repr {
        let mut selected: Option<Repr> = None;
        for index in (0..types.len()).rev() {
            let own = self.convert(&item(repr, types, index), &types[index], to);
            selected = Some(match selected {
                None => own,
                Some(rest) => {
                    let number = self.b.const_i64(index as i64);
                    let is_it = self.b.cmp_int(IntCond::Eq, position, number);
                    own.iter().zip(&rest).map(|(&own, &rest)| self.b.select(is_it, own, rest)).collect()
                }
            });
        }
        selected.unwrap_or_default()
    }
}
