//! Calls of C functions: arguments become what the C types say, and the runtime puts them into registers.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::Repr;
use crate::hir;
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::runtime::foreign::{ForeignResult, MOST_FLOATS, MOST_INTEGERS};
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, ForeignFunction, Kind, Type};

impl Lowering<'_> {
    /// The result of a call.
    pub(super) fn call_foreign(&mut self, function: &ForeignFunction, args: &[hir::Value]) -> Repr {
        let [integers, floats] = [MOST_INTEGERS, MOST_FLOATS].map(|count| {
            let slot = self.b.add_slot(8 * count as u32);
            self.b.slot_address(slot)
        });
        let (mut integer_count, mut float_count) = (0, 0);
        for (position, (&parameter, &arg)) in function.parameters.iter().zip(args).enumerate() {
            let (repr, ty) = (self.repr(arg), self.fact(arg).ty.clone());
            if parameter.is_float() {
                let number = self.cast(&repr, ty.dtype().unwrap_or(DType::Float64), parameter)[0];
                self.b.store(number, floats, 8 * float_count, Region::Frame);
                float_count += 1;
                continue;
            }
            let word = if let Some(names) = &function.fitting {
                self.fitting_integer(&repr, &ty, parameter, &names[position])
            } else if parameter == DType::Bool {
                let truth = self.is_nonzero(&ty, &repr);
                self.b.extend_uint(truth, Machine::I64)
            } else {
                let number = self.to_index(&repr, &ty);
                let cut = self.cast(&Repr::from_slice(&[number]), DType::Int64, parameter)[0];
                match self.b.type_of(cut) {
                    Machine::I64 => cut,
                    _ if parameter.is_signed() => self.b.extend_sint(cut, Machine::I64),
                    _ => self.b.extend_uint(cut, Machine::I64),
                }
            };
            self.b.store(word, integers, 8 * integer_count, Region::Frame);
            integer_count += 1;
        }
        let kind = match function.result {
            Some(DType::Float64) => ForeignResult::Double,
            Some(DType::Float32) => ForeignResult::Single,
            _ => ForeignResult::Integer,
        };
        let out_slot = self.b.add_slot(8);
        let out = self.b.slot_address(out_slot);
        let (address, kind) = (self.b.const_ptr(function.address), self.b.const_i64(kind as i64));
        self.b.call_runtime(Symbol::CallForeign, &[address, integers, floats, kind, out]);
        let Some(result) = function.result else { return Repr::new() };
        if result == DType::Bool {
            let byte = self.b.load(Machine::I8, out, 0, Region::Frame);
            let zero = self.b.const_int(Machine::I8, 0);
            return Repr::from_slice(&[self.b.cmp_int(IntCond::Ne, byte, zero)]);
        }
        let own = self.b.load(result.machine(), out, 0, Region::Frame);
        let wide = if result.is_float() { DType::Float64 } else { DType::Int64 };
        self.cast(&Repr::from_slice(&[own]), result, wide)
    }

    /// An integer that must fit the C type of a parameter.
    fn fitting_integer(&mut self, repr: &Repr, ty: &Type, parameter: DType, name: &str) -> Value {
        let number = self.to_index(repr, ty);
        let is_unsigned = ty.kind() == Some(Kind::Unsigned);
        if !parameter.is_signed() && !is_unsigned {
            let zero = self.b.const_i64(0);
            let is_negative = self.b.cmp_int(IntCond::Slt, number, zero);
            self.raise_if(is_negative, &Failure::new("OverflowError", "can't convert negative number to unsigned"));
        }
        // A bound of its own for what is wider than a bit: a bool has but two values.
        let bits = if parameter == DType::Bool { 1 } else { 8 * parameter.size() };
        if bits < 64 {
            let bits = if parameter.is_signed() { bits - 1 } else { bits };
            let least = if parameter.is_signed() { -(1_i64 << bits) } else { 0 };
            let (least, most) = (self.b.const_i64(least), self.b.const_i64((1_i64 << bits) - 1));
            let failure = Failure::new("OverflowError", format!("integer {{0}} does not fit '{name}'"));
            let failure = failure.with_numbers(number, None);
            let is_below = self.b.cmp_int(IntCond::Slt, number, least);
            self.raise_if(is_below, &failure);
            let is_above = self.b.cmp_int(IntCond::Sgt, number, most);
            self.raise_if(is_above, &failure);
        }
        number
    }

    /// The call of a value, if it is a C function.
    pub(super) fn foreign_call(&mut self, args: &[hir::Value]) -> Option<Repr> {
        let Type::Foreign(function) = self.fact(args[0]).ty.clone() else { return None };
        Some(self.call_foreign(&function, &args[1..]))
    }
}
