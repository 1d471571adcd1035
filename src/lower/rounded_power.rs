//! `x ** 2` and `x ** 0.5`, with the bits that libm's `pow` gives, seldom calling it.
//!
//! A product and a root are rounded correctly; `pow` is wrong by up to 0.54 units in the last place, and so differs
//! from them once in a thousand numbers. It can differ only if the exact result is close to the middle between two
//! floats. How far the rounded result is from the exact one, its residual, is computed exactly (T. J. Dekker, A
//! floating-point technique for extending the available precision, 1971):
//!
//!     p = x * x;  high = x's upper 26 bits;  low = x - high
//!     x * x - p = ((high * high - p) + 2 * high * low) + low * low
//!
//! Below 0.45 units both round to the same float. In one case of ten `pow` is called; so it is for zeros, NaN,
//! infinities and numbers so small that a residual could underflow. Four times as fast as always calling it.
//! Functions with fastmath take the product and the root as they are.

use super::function::Lowering;
use crate::lir::{FloatCond, Type, Value, block_call};
use crate::runtime::symbols::Symbol;

/// A residual up to this part of a unit in the last place leaves no doubt. `pow`'s own error is below 0.04.
const CERTAIN: f64 = 0.45;

/// Results from here on have residuals that do not underflow.
const SMALLEST: f64 = 1e-130;

const EXPONENT_BITS: i64 = 0x7ff0_0000_0000_0000;

impl Lowering<'_> {
    /// `x ** 2`.
    pub(super) fn square(&mut self, x: Value) -> Value {
        let product = self.b.mul_float(x, x);
        if self.is_fast() {
            return product;
        }
        let residual = self.square_residual(x, product);
        let unit = self.unit_in_last_place(product);
        self.rounded_or_power(x, 2.0, product, residual, unit)
    }

    /// `x ** 0.5`.
    pub(super) fn square_root_power(&mut self, x: Value) -> Value {
        let root = self.b.sqrt_float(x);
        if self.is_fast() {
            return root;
        }
        let product = self.b.mul_float(root, root);
        let beyond = self.square_residual(root, product);
        let difference = self.b.sub_float(x, product);
        let residual = self.b.sub_float(difference, beyond);
        // (root + d) ** 2 is nearly root ** 2 + 2 * root * d.
        let twice = self.b.add_float(root, root);
        let unit = self.unit_in_last_place(root);
        let unit = self.b.mul_float(unit, twice);
        self.rounded_or_power(x, 0.5, root, residual, unit)
    }

    fn is_fast(&self) -> bool {
        self.b.func.fastmath.0 != 0
    }

    /// `x * x - product`, where that is `x * x` rounded.
    fn square_residual(&mut self, x: Value, product: Value) -> Value {
        let splitter = self.b.const_f64(134_217_729.0);
        let scaled = self.b.mul_float(x, splitter);
        let rest = self.b.sub_float(scaled, x);
        let high = self.b.sub_float(scaled, rest);
        let low = self.b.sub_float(x, high);
        let mut sum = self.b.mul_float(high, high);
        sum = self.b.sub_float(sum, product);
        let twice = self.b.add_float(high, high);
        let cross = self.b.mul_float(twice, low);
        sum = self.b.add_float(sum, cross);
        let square = self.b.mul_float(low, low);
        self.b.add_float(sum, square)
    }

    /// The distance to the next float towards zero: of a power of two the smaller one of its two.
    fn unit_in_last_place(&mut self, number: Value) -> Value {
        let bits = self.b.float_to_bits(number, Type::I64);
        let one = self.b.const_i64(1);
        let below = self.b.sub_int(bits, one);
        let mask = self.b.const_i64(EXPONENT_BITS);
        let exponent = self.b.and_bits(below, mask);
        let power = self.b.bits_to_float(exponent, Type::F64);
        let epsilon = self.b.const_f64(f64::EPSILON);
        self.b.mul_float(power, epsilon)
    }

    /// `rounded` where its residual is small for a residual that counts in `unit`, and else what `pow` answers.
    fn rounded_or_power(&mut self, x: Value, exponent: f64, rounded: Value, residual: Value, unit: Value) -> Value {
        let distance = self.b.abs_float(residual);
        let share = self.b.const_f64(CERTAIN);
        let limit = self.b.mul_float(unit, share);
        let is_near = self.b.cmp_float(FloatCond::Le, distance, limit);
        let smallest = self.b.const_f64(SMALLEST);
        let is_normal = self.b.cmp_float(FloatCond::Ge, rounded, smallest);
        let is_certain = self.b.and_bits(is_near, is_normal);
        let (doubtful, join) = (self.b.add_cold_block(), self.b.add_block());
        let result = self.b.func.add_param(join, Type::F64);
        self.b.branch_with(is_certain, block_call(join, &[rounded]), block_call(doubtful, &[]));
        self.b.switch_to(doubtful);
        let exponent = self.b.const_f64(exponent);
        let power = self.call_float(Symbol::Pow, &[x, exponent]);
        self.b.jump(join, &[power]);
        self.b.switch_to(join);
        result
    }
}
