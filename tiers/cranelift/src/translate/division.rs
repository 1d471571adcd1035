//! Division and remainder by constants: products with the reciprocal.
//!
//! ```text
//! v2 = div_sint v0, 10      -->     q = smulhi v0, 0x6666666666666667; (q >> 2) + (q >>> 63)
//! ```
//!
//! A division takes twenty times as long as a product.

use cranelift_codegen::ir::{InstBuilder, Value};
use upshift_core::lir::{InstData, Op, Type, signed_reciprocal, unsigned_reciprocal};

use super::function::Translator;

impl Translator<'_> {
    /// `div_sint`, `div_uint`, `rem_sint`, `rem_uint`.
    pub(super) fn divide(&mut self, data: &InstData) -> Value {
        let [a, b] = [0, 1].map(|position| self.operand(data, position));
        let (width, divisor) = (self.result_type(data).bits(), self.func.as_const_int(data.args[1]).unwrap_or(0));
        let is_signed = matches!(data.op, Op::DivSint | Op::RemSint);
        // A negative constant is an unsigned one with the highest bit set, or a signed one that nobody writes.
        if divisor < 2 || !matches!(self.result_type(data), Type::I32 | Type::I64) {
            return match data.op {
                Op::DivSint => self.ins().sdiv(a, b),
                Op::DivUint => self.ins().udiv(a, b),
                Op::RemSint => self.ins().srem(a, b),
                _ => self.ins().urem(a, b),
            };
        }
        let divisor = divisor as u64;
        let quotient = match is_signed {
            true => self.divide_signed(a, divisor, width),
            false => self.divide_unsigned(a, divisor, width),
        };
        if matches!(data.op, Op::DivSint | Op::DivUint) {
            return quotient;
        }
        let product = self.ins().imul_imm_u(quotient, divisor as i64);
        self.ins().isub(a, product)
    }

    fn divide_signed(&mut self, a: Value, divisor: u64, width: u32) -> Value {
        if divisor.is_power_of_two() {
            // Towards zero: a negative dividend gets the divisor less 1 before.
            let bits = i64::from(divisor.trailing_zeros());
            let sign = self.ins().sshr_imm_u(a, i64::from(width) - 1);
            let bias = self.ins().ushr_imm_u(sign, i64::from(width) - bits);
            let biased = self.ins().iadd(a, bias);
            return self.ins().sshr_imm_u(biased, bits);
        }
        let (multiplier, shift) = signed_reciprocal(divisor, width);
        let factor = self.reciprocal(a, multiplier);
        let mut quotient = self.ins().smulhi(a, factor);
        if multiplier >> (width - 1) & 1 == 1 {
            // The factor is taken as negative, 2^width too small.
            quotient = self.ins().iadd(quotient, a);
        }
        let shifted = self.ins().sshr_imm_u(quotient, i64::from(shift));
        let sign = self.ins().ushr_imm_u(shifted, i64::from(width) - 1);
        self.ins().iadd(shifted, sign)
    }

    fn divide_unsigned(&mut self, a: Value, divisor: u64, width: u32) -> Value {
        if divisor.is_power_of_two() {
            return self.ins().ushr_imm_u(a, i64::from(divisor.trailing_zeros()));
        }
        let (multiplier, shift) = unsigned_reciprocal(divisor, width);
        let factor = self.reciprocal(a, multiplier);
        let high = self.ins().umulhi(a, factor);
        if multiplier >> width == 0 {
            return self.ins().ushr_imm_u(high, i64::from(shift));
        }
        // The multiplier has a bit more than fits: (a + high) >> shift, without overflow.
        let rest = self.ins().isub(a, high);
        let half = self.ins().ushr_imm_u(rest, 1);
        let sum = self.ins().iadd(half, high);
        self.ins().ushr_imm_u(sum, i64::from(shift) - 1)
    }

    /// The low bits of a multiplier, of the type of the dividend.
    fn reciprocal(&mut self, a: Value, multiplier: u128) -> Value {
        let ty = self.builder.func.dfg.value_type(a);
        let mask = u64::MAX >> (64 - ty.bits());
        self.ins().iconst(ty, (multiplier as u64 & mask) as i64)
    }
}
