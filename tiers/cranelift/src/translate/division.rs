//! Division and remainder by constants: products with the reciprocal.
//!
//! ```text
//! v2 = div_sint v0, 10      -->     q = smulhi v0, 0x6666666666666667; (q >> 2) + (q >>> 63)
//! ```
//!
//! A division takes twenty times as long as a product. The numbers are those of H. S. Warren, "Hacker's Delight",
//! second edition, chapter 10: `multiplier` = (2^(width + shift) + excess) / divisor, where the excess is too small to
//! reach the next integer.

use cranelift_codegen::ir::{InstBuilder, Value};
use upshift_core::lir::{InstData, Op, Type};

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

/// Multiplier and shift of a signed division by a `divisor` that is no power of two.
fn signed_reciprocal(divisor: u64, width: u32) -> (u128, u32) {
    let (divisor, half) = (u128::from(divisor), 1_u128 << (width - 1));
    let largest = half - 1 - half % divisor;
    smallest(divisor, largest, width)
}

/// Multiplier and shift of an unsigned division by a `divisor` that is no power of two; the multiplier may have a bit
/// more than `width`.
fn unsigned_reciprocal(divisor: u64, width: u32) -> (u128, u32) {
    let divisor = u128::from(divisor);
    let most = (1_u128 << width) - 1;
    let largest = most - (most - (divisor - 1)) % divisor;
    smallest(divisor, largest, width)
}

/// The smallest shift with which dividends to `largest`, the last one before a multiple, are divided exactly. There is
/// one: the divisor's own length.
fn smallest(divisor: u128, largest: u128, width: u32) -> (u128, u32) {
    let mut shift = 0;
    loop {
        let power = 1_u128 << (width + shift);
        let excess = divisor - power % divisor;
        if power > largest * excess {
            return ((power + excess) / divisor, shift);
        }
        shift += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{signed_reciprocal, unsigned_reciprocal};

    const DIVISORS: [u64; 14] =
        [3, 5, 6, 7, 9, 10, 11, 100, 641, 1000, 1_000_000_007, 0x7fff_fffe, 0x7fff_ffff, (1 << 30) + 1];

    /// Dividends around multiples and at the ends.
    fn dividends(divisor: u64, most: u64) -> Vec<u64> {
        let multiples =
            [1, 2, 3, 1000, most / divisor / 2, most / divisor].map(|factor| factor.min(most / divisor) * divisor);
        let near = |number: u64| [number.saturating_sub(1), number, number.saturating_add(1).min(most)];
        multiples.into_iter().chain([0, most]).flat_map(near).collect()
    }

    #[test]
    fn products_with_the_reciprocal_are_quotients() {
        for width in [32, 64] {
            let most = u64::MAX >> (64 - width);
            for divisor in DIVISORS {
                let (multiplier, shift) = unsigned_reciprocal(divisor, width);
                assert!(multiplier >> (width + 1) == 0, "{divisor}");
                for dividend in dividends(divisor, most) {
                    let (low, high) = (multiplier & u128::from(u64::MAX), multiplier >> 64);
                    let product = ((low * u128::from(dividend)) >> 32) + ((high * u128::from(dividend)) << 32);
                    let quotient = (product >> (width + shift - 32)) as u64;
                    assert_eq!(quotient, dividend / divisor, "{dividend} / {divisor}, {width} bits");
                }
                let (multiplier, shift) = signed_reciprocal(divisor, width);
                assert!(multiplier >> width == 0, "{divisor}");
                for dividend in dividends(divisor, most >> 1) {
                    let quotient = (multiplier * u128::from(dividend)) >> (width + shift);
                    assert_eq!(quotient as u64, dividend / divisor, "{dividend} / {divisor}, {width} bits");
                    // Negative ones are rounded down, and get 1 by their sign.
                    let negative = (multiplier as i128 * -i128::from(dividend)) >> (width + shift);
                    let expected = -i128::from(dividend / divisor) - i128::from(dividend > 0);
                    assert_eq!(negative, expected, "-{dividend} / {divisor}, {width} bits");
                }
            }
        }
    }
}
