//! Operators on integers. Python's raise for a zero divisor and a negative shift or exponent; NumPy's answer 0,
//! shift everything out, and raise for the exponent. Both wrap, unless `overflow="raise"` is asked for.

use super::errors::Failure;
use super::function::Lowering;
use crate::hir::BinaryOp;
use crate::host::ErrorModel;
use crate::lir::{IntCond, Op, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::DType;

impl Lowering<'_> {
    pub(super) fn integer_op(
        &mut self,
        op: BinaryOp,
        dtype: DType,
        is_python: bool,
        a: Value,
        b: Value,
    ) -> Result<Value, Reason> {
        Ok(match op {
            BinaryOp::Add => self.wrapping(is_python, Op::AddInt, Op::AddOverflowsSint, a, b),
            BinaryOp::Sub => self.wrapping(is_python, Op::SubInt, Op::SubOverflowsSint, a, b),
            BinaryOp::Mul => self.wrapping(is_python, Op::MulInt, Op::MulOverflowsSint, a, b),
            BinaryOp::And => self.b.and_bits(a, b),
            BinaryOp::Or => self.b.or_bits(a, b),
            BinaryOp::Xor => self.b.xor_bits(a, b),
            BinaryOp::FloorDiv => self.floor_divide(dtype, is_python, a, b).0,
            BinaryOp::Mod => self.modulo(dtype, is_python, a, b),
            BinaryOp::LShift => self.shift(dtype, is_python, a, b, true),
            BinaryOp::RShift => self.shift(dtype, is_python, a, b, false),
            BinaryOp::Pow | BinaryOp::TrueDiv | BinaryOp::MatMul => {
                return Err(Reason::Internal(format!("operator {} is lowered elsewhere", op.symbol())));
            }
        })
    }

    fn wrapping(&mut self, is_python: bool, op: Op, overflows: Op, a: Value, b: Value) -> Value {
        if is_python && self.options.is_overflow_checked {
            let has_overflowed = self.b.plain_inst(overflows, &[a, b]);
            self.raise_if(
                has_overflowed,
                &Failure::new("OverflowError", "integer overflow: the result exceeds 64 bits"),
            );
        }
        self.b.plain_inst(op, &[a, b])
    }

    /// `a / b` of Python ints, rounded once.
    pub(super) fn divide_python_ints(&mut self, a: Value, b: Value) -> Value {
        self.check_divisor(b, "division by zero");
        if self.fits_float(a) && self.fits_float(b) {
            let (a, b) = (self.b.sint_to_float(a, Machine::F64), self.b.sint_to_float(b, Machine::F64));
            return self.b.div_float(a, b);
        }
        let limit = self.b.const_i64(1 << 53);
        let wide = self.b.const_i64(1 << 54);
        let mut is_small = None;
        for number in [a, b] {
            let shifted = self.b.add_int(number, limit);
            let is_in = self.b.cmp_int(IntCond::Ule, shifted, wide);
            is_small = Some(is_small.map_or(is_in, |known| self.b.and_bits(known, is_in)));
        }
        let (fast, slow, rest) = (self.b.add_block(), self.b.add_cold_block(), self.b.add_block());
        let result = self.b.add_param(rest, Machine::F64);
        self.b.branch_if(is_small.expect("there are two operands"), fast, slow);
        self.b.switch_to(fast);
        let (x, y) = (self.b.sint_to_float(a, Machine::F64), self.b.sint_to_float(b, Machine::F64));
        let quotient = self.b.div_float(x, y);
        self.b.jump(rest, &[quotient]);
        self.b.switch_to(slow);
        let quotient = self.b.call_runtime(Symbol::DivideInts, &[a, b]).expect("the routine has a result");
        self.b.jump(rest, &[quotient]);
        self.b.switch_to(rest);
        result
    }

    /// A constant that a float holds exactly.
    fn fits_float(&self, number: Value) -> bool {
        self.b.func.as_const_int(number).is_some_and(|number| number.unsigned_abs() <= 1 << 53)
    }

    /// Raises `ZeroDivisionError` where an integer divisor is 0, unless NumPy's error model is asked for.
    fn check_divisor(&mut self, b: Value, message: &str) {
        if self.options.error_model == ErrorModel::NumPy {
            return;
        }
        if self.b.func.as_const_int(b).is_some_and(|number| number != 0) {
            return;
        }
        let zero = self.b.const_int(self.b.type_of(b), 0);
        let is_zero = self.b.cmp_int(IntCond::Eq, b, zero);
        self.raise_if(is_zero, &Failure::new("ZeroDivisionError", message));
    }

    /// `a // b` and `a % b` as the divisor's checks leave them: quotient and remainder.
    pub(super) fn floor_divide(&mut self, dtype: DType, is_python: bool, a: Value, b: Value) -> (Value, Value) {
        if is_python {
            self.check_divisor(b, "integer division or modulo by zero");
        }
        self.divide_with_remainder(dtype, a, b)
    }

    fn modulo(&mut self, dtype: DType, is_python: bool, a: Value, b: Value) -> Value {
        if is_python {
            self.check_divisor(b, "integer modulo by zero");
        }
        self.divide_with_remainder(dtype, a, b).1
    }

    /// Quotient towards minus infinity and remainder with the divisor's sign; both 0 for a zero divisor.
    fn divide_with_remainder(&mut self, dtype: DType, a: Value, b: Value) -> (Value, Value) {
        let ty = self.b.type_of(a);
        if let Some(divisor) = self.b.func.as_const_int(b) {
            if dtype.is_signed() && divisor > 0 && (divisor & (divisor - 1)) == 0 {
                return self.divide_by_power_of_two(a, divisor);
            }
            if divisor != 0 && divisor != -1 {
                return self.divide_plain(dtype, a, b);
            }
        }
        let zero = self.b.const_int(ty, 0);
        let one = self.b.const_int(ty, 1);
        let is_zero = self.b.cmp_int(IntCond::Eq, b, zero);
        if !dtype.is_signed() {
            let safe = self.b.select(is_zero, one, b);
            let (quotient, remainder) = self.divide_plain(dtype, a, safe);
            return (self.b.select(is_zero, zero, quotient), self.b.select(is_zero, zero, remainder));
        }
        let minus_one = self.b.const_int(ty, -1);
        let is_minus_one = self.b.cmp_int(IntCond::Eq, b, minus_one);
        let is_special = self.b.or_bits(is_zero, is_minus_one);
        let safe = self.b.select(is_special, one, b);
        let (quotient, remainder) = self.divide_plain(dtype, a, safe);
        let negated = self.b.neg_int(a);
        let special = self.b.select(is_zero, zero, negated);
        (self.b.select(is_special, special, quotient), self.b.select(is_special, zero, remainder))
    }

    fn divide_by_power_of_two(&mut self, a: Value, divisor: i64) -> (Value, Value) {
        let ty = self.b.type_of(a);
        let shift = self.b.const_int(ty, i64::from(divisor.trailing_zeros()));
        let mask = self.b.const_int(ty, divisor - 1);
        (self.b.shr_sint(a, shift), self.b.and_bits(a, mask))
    }

    /// For a divisor that is neither 0 nor, if signed, -1.
    fn divide_plain(&mut self, dtype: DType, a: Value, b: Value) -> (Value, Value) {
        if !dtype.is_signed() {
            return (self.b.div_uint(a, b), self.b.rem_uint(a, b));
        }
        let ty = self.b.type_of(a);
        let quotient = self.b.div_sint(a, b);
        let product = self.b.mul_int(quotient, b);
        let remainder = self.b.sub_int(a, product);
        let zero = self.b.const_int(ty, 0);
        let is_inexact = self.b.cmp_int(IntCond::Ne, remainder, zero);
        let signs = self.b.xor_bits(remainder, b);
        let differ = self.b.cmp_int(IntCond::Slt, signs, zero);
        let is_off = self.b.and_bits(is_inexact, differ);
        let one = self.b.const_int(ty, 1);
        let lower = self.b.sub_int(quotient, one);
        let wrapped = self.b.add_int(remainder, b);
        (self.b.select(is_off, lower, quotient), self.b.select(is_off, wrapped, remainder))
    }

    fn shift(&mut self, dtype: DType, is_python: bool, a: Value, b: Value, is_left: bool) -> Value {
        let ty = self.b.type_of(a);
        let bits = i64::from(ty.bits());
        let zero = self.b.const_int(ty, 0);
        if let Some(count) = self.b.func.as_const_int(b)
            && (0..bits).contains(&count)
        {
            return self.shift_inside(dtype, a, b, is_left);
        }
        if is_python {
            let is_negative = self.b.cmp_int(IntCond::Slt, b, zero);
            self.raise_if(is_negative, &Failure::new("ValueError", "negative shift count"));
        }
        let width = self.b.const_int(ty, bits);
        let is_inside = self.b.cmp_int(IntCond::Ult, b, width);
        let shifted = self.shift_inside(dtype, a, b, is_left);
        let outside = if is_left || !dtype.is_signed() {
            zero
        } else {
            let last = self.b.const_int(ty, bits - 1);
            self.b.shr_sint(a, last)
        };
        self.b.select(is_inside, shifted, outside)
    }

    fn shift_inside(&mut self, dtype: DType, a: Value, b: Value, is_left: bool) -> Value {
        match (is_left, dtype.is_signed()) {
            (true, _) => self.b.shl_int(a, b),
            (false, true) => self.b.shr_sint(a, b),
            (false, false) => self.b.shr_uint(a, b),
        }
    }

    pub(super) fn integer_power(&mut self, dtype: DType, is_python: bool, base: Value, exponent: Value) -> Value {
        let ty = self.b.type_of(base);
        if let Some(count @ 0..=3) = self.b.func.as_const_int(exponent) {
            return self.small_power(is_python, base, count);
        }
        if dtype.is_signed() {
            let zero = self.b.const_int(ty, 0);
            let is_negative = self.b.cmp_int(IntCond::Slt, exponent, zero);
            self.raise_if(is_negative, &negative_power(is_python));
        }
        let wide = if dtype.is_signed() {
            [self.widen_signed(base), self.widen_signed(exponent)]
        } else {
            [self.widen_unsigned(base), self.widen_unsigned(exponent)]
        };
        if is_python && self.options.is_overflow_checked {
            return self.checked_power(wide[0], wide[1]);
        }
        let power = self.b.call_runtime(Symbol::IntPower, &wide).expect("the routine has a result");
        if ty == Machine::I64 { power } else { self.b.truncate_int(power, ty) }
    }

    fn small_power(&mut self, is_python: bool, base: Value, count: i64) -> Value {
        let mut power = None;
        for _ in 0..count {
            power = Some(match power {
                None => base,
                Some(known) => self.wrapping(is_python, Op::MulInt, Op::MulOverflowsSint, known, base),
            });
        }
        power.unwrap_or_else(|| self.b.const_int(self.b.type_of(base), 1))
    }

    fn checked_power(&mut self, base: Value, exponent: Value) -> Value {
        let slot = self.b.add_slot(8);
        let address = self.b.slot_address(slot);
        let status = self.b.call_runtime(Symbol::IntPowerChecked, &[base, exponent, address]);
        self.raise_by_status(status.expect("the routine has a result"), crate::library::math_rules::INTEGER_STATUS);
        self.b.load(Machine::I64, address, 0, crate::lir::Region::Frame)
    }

    fn widen_signed(&mut self, value: Value) -> Value {
        if self.b.type_of(value) == Machine::I64 { value } else { self.b.extend_sint(value, Machine::I64) }
    }

    fn widen_unsigned(&mut self, value: Value) -> Value {
        if self.b.type_of(value) == Machine::I64 { value } else { self.b.extend_uint(value, Machine::I64) }
    }
}

/// Python's int becomes a float, which a compiled function's type cannot; NumPy's raises.
fn negative_power(is_python: bool) -> Failure {
    if is_python {
        Failure::new("ValueError", "an int to a negative power is a float; write float(x) ** n")
    } else {
        Failure::new("ValueError", "Integers to negative integer powers are not allowed.")
    }
}
