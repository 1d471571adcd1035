//! `hash` of what can be a key, to the bit as CPython's.

use super::function::Lowering;
use super::repr::Repr;
use crate::lir::{IntCond, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::hashing::{TUPLE_END, TUPLE_FACTOR, TUPLE_START, TUPLE_STEP};
use crate::runtime::symbols::Symbol;
use crate::typing::{Kind, Type};

/// The hash of `None` cannot be CPython's, which is an address.
const NONE: i64 = 0xfca8_6420;

impl Lowering<'_> {
    /// `hash` of a value.
    pub fn hash(&mut self, repr: &Repr, ty: &Type) -> Result<Value, Reason> {
        if let Type::Tuple(items) = ty {
            return self.hash_tuple(repr, items);
        }
        if let Type::Instance(instance) = ty {
            let (mut fields, mut types) = (Repr::new(), Vec::new());
            for (position, field) in instance.compared_fields() {
                fields.extend(self.load_field(repr[0], instance, position));
                types.push(field.clone());
            }
            return self.hash_tuple(&fields, &types);
        }
        if let Some(hash) = self.hash_of_member(repr, ty) {
            return Ok(hash);
        }
        let refuse = || Reason::Internal(format!("a hash of {ty}"));
        if ty.is_text() {
            let text = self.text(repr, ty);
            return self.b.call_runtime(Symbol::TextHash, &[text]).ok_or_else(refuse);
        }
        let hash = match ty.kind() {
            Some(Kind::Bool) => Some(self.b.extend_uint(repr[0], Machine::I64)),
            Some(Kind::Unsigned) => {
                let number = self.to_index(repr, ty);
                self.b.call_runtime(Symbol::HashUint, &[number])
            }
            Some(Kind::Signed) => {
                let number = self.to_index(repr, ty);
                self.b.call_runtime(Symbol::HashInt, &[number])
            }
            Some(Kind::Float) => self.hash_float(repr[0]),
            Some(Kind::Complex) => {
                let (real, imaginary) = (self.hash_float(repr[0]), self.hash_float(repr[1]));
                let factor = self.b.const_i64(1_000_003);
                let scaled = self.b.mul_int(imaginary.ok_or_else(refuse)?, factor);
                let sum = self.b.add_int(real.ok_or_else(refuse)?, scaled);
                Some(self.never_minus_one(sum, -2))
            }
            Some(Kind::Other) => None,
            None if *ty == Type::None => Some(self.b.const_i64(NONE)),
            None => None,
        };
        hash.ok_or_else(refuse)
    }

    fn hash_float(&mut self, number: Value) -> Option<Value> {
        let wide =
            if self.b.type_of(number) == Machine::F32 { self.b.promote_float(number, Machine::F64) } else { number };
        self.b.call_runtime(Symbol::HashFloat, &[wide])
    }

    fn never_minus_one(&mut self, hash: Value, instead: i64) -> Value {
        let minus_one = self.b.const_i64(-1);
        let is_minus_one = self.b.cmp_int(IntCond::Eq, hash, minus_one);
        let instead = self.b.const_i64(instead);
        self.b.select(is_minus_one, instead, hash)
    }

    /// The steps of `runtime::hashing::hash_tuple`.
    fn hash_tuple(&mut self, repr: &Repr, items: &[Type]) -> Result<Value, Reason> {
        let mut sum = self.b.const_i64(TUPLE_START as i64);
        for (index, ty) in items.iter().enumerate() {
            let item = self.hash(&super::tuples::item(repr, items, index), ty)?;
            let factor = self.b.const_i64(TUPLE_FACTOR as i64);
            let scaled = self.b.mul_int(item, factor);
            sum = self.b.add_int(sum, scaled);
            let (left, right) = (self.b.const_i64(31), self.b.const_i64(33));
            let (high, low) = (self.b.shl_int(sum, left), self.b.shr_uint(sum, right));
            let rotated = self.b.or_bits(high, low);
            let step = self.b.const_i64(TUPLE_STEP as i64);
            sum = self.b.mul_int(rotated, step);
        }
        let end = self.b.const_i64((items.len() as u64 ^ TUPLE_END) as i64);
        let hash = self.b.add_int(sum, end);
        Ok(self.never_minus_one(hash, 1_546_275_796))
    }
}
