//! Operators on floats. Python's raise for a zero divisor; NumPy's follow IEEE 754.

use super::errors::Failure;
use super::function::Lowering;
use crate::hir::BinaryOp;
use crate::host::ErrorModel;
use crate::lir::{FloatCond, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::DType;

impl Lowering<'_> {
    pub(super) fn float_op(
        &mut self,
        op: BinaryOp,
        dtype: DType,
        is_python: bool,
        a: Value,
        b: Value,
    ) -> Result<Value, Reason> {
        let is_single = dtype == DType::Float32;
        let routine = |double, single| if is_single { single } else { double };
        Ok(match op {
            BinaryOp::Add => self.b.add_float(a, b),
            BinaryOp::Sub => self.b.sub_float(a, b),
            BinaryOp::Mul => self.b.mul_float(a, b),
            BinaryOp::TrueDiv => {
                self.check_float_divisor(is_python, b, "float division by zero");
                self.b.div_float(a, b)
            }
            BinaryOp::FloorDiv => {
                self.check_float_divisor(is_python, b, "float floor division by zero");
                self.call_float(routine(Symbol::FloorDivide, Symbol::FloorDivideF32), &[a, b])
            }
            BinaryOp::Mod => {
                self.check_float_divisor(is_python, b, "float modulo");
                self.call_float(routine(Symbol::Modulo, Symbol::ModuloF32), &[a, b])
            }
            _ => return Err(Reason::Internal(format!("floats have no operator {}", op.symbol()))),
        })
    }

    /// Calls a routine that has a result.
    pub fn call_float(&mut self, symbol: Symbol, args: &[Value]) -> Value {
        self.b.call_runtime(symbol, args).expect("the routine has a result")
    }

    /// Raises `ZeroDivisionError` where a Python float divisor is 0, unless NumPy's error model is asked for.
    pub fn check_float_divisor(&mut self, is_python: bool, b: Value, message: &str) {
        if !is_python || self.options.error_model == ErrorModel::NumPy || self.is_nonzero_constant(b) {
            return;
        }
        let zero = self.b.const_float(self.b.type_of(b), 0.0);
        let is_zero = self.b.cmp_float(FloatCond::Eq, b, zero);
        self.raise_if(is_zero, &Failure::new("ZeroDivisionError", message));
    }

    fn is_nonzero_constant(&self, value: Value) -> bool {
        self.as_const_f64(value).is_some_and(|number| number != 0.0)
    }

    /// The value of a float constant, or of a constant that was converted to a float.
    pub(super) fn as_const_f64(&self, value: Value) -> Option<f64> {
        use crate::lir::{Immediate, Op};
        let data = self.b.func.def_inst(value)?;
        match (data.op, data.immediate) {
            (Op::ConstFloat, Immediate::Float(bits)) if self.b.type_of(value) == Machine::F64 => {
                Some(f64::from_bits(bits))
            }
            (Op::ConstFloat, Immediate::Float(bits)) => Some(f64::from(f32::from_bits(bits as u32))),
            (Op::DemoteFloat, _) => self.as_const_f64(data.args[0]).map(|number| f64::from(number as f32)),
            (Op::SintToFloat, _) => self.b.func.as_const_int(data.args[0]).map(|number| number as f64),
            _ => None,
        }
    }

    /// `a ** b`: libm's `pow`, but for the constant exponents that are one operation.
    pub(super) fn float_power(&mut self, dtype: DType, is_python: bool, base: Value, exponent: Value) -> Value {
        let known = self.as_const_f64(exponent);
        if is_python && known.is_none_or(|exponent| exponent < 0.0 || exponent.fract() != 0.0) {
            let zero = self.b.const_f64(0.0);
            self.check_power_domain(base, exponent, zero);
        }
        let power = known.and_then(|exponent| self.simple_power(base, exponent)).unwrap_or_else(|| {
            let symbol = if dtype == DType::Float32 { Symbol::PowF32 } else { Symbol::Pow };
            self.call_float(symbol, &[base, exponent])
        });
        if is_python && known != Some(0.5) {
            self.check_power_range(base, exponent, power);
        }
        power
    }

    /// Square, root and reciprocal: the operation is rounded correctly, as NumPy has it for arrays, where `pow` is off
    /// by one unit in the last place for one number in a thousand.
    fn simple_power(&mut self, base: Value, exponent: f64) -> Option<Value> {
        let ty = self.b.type_of(base);
        if exponent == 2.0 {
            Some(self.b.mul_float(base, base))
        } else if exponent == -1.0 {
            let one = self.b.const_float(ty, 1.0);
            Some(self.b.div_float(one, base))
        } else if exponent == 0.5 {
            // `pow` knows no negative zero and no negative infinity.
            let root = self.b.sqrt_float(base);
            let root = self.b.abs_float(root);
            let infinity = self.b.const_float(ty, f64::INFINITY);
            let lowest = self.b.const_float(ty, f64::NEG_INFINITY);
            let is_lowest = self.b.cmp_float(FloatCond::Eq, base, lowest);
            Some(self.b.select(is_lowest, infinity, root))
        } else {
            None
        }
    }

    /// A zero base takes no negative exponent; a negative base takes whole exponents only: Python's answer would
    /// be complex, which a float variable cannot hold.
    fn check_power_domain(&mut self, base: Value, exponent: Value, zero: Value) {
        let is_base_zero = self.b.cmp_float(FloatCond::Eq, base, zero);
        let is_exponent_negative = self.b.cmp_float(FloatCond::Lt, exponent, zero);
        let is_exponent_finite = self.is_finite(exponent);
        let is_pole = self.b.and_bits(is_base_zero, is_exponent_negative);
        let is_pole = self.b.and_bits(is_pole, is_exponent_finite);
        let message = "0.0 cannot be raised to a negative power";
        self.raise_if(is_pole, &Failure::new("ZeroDivisionError", message));
        let is_base_negative = self.b.cmp_float(FloatCond::Lt, base, zero);
        let whole = self.b.trunc_float(exponent);
        let is_fraction = self.b.cmp_float(FloatCond::Ne, whole, exponent);
        let is_number = self.b.cmp_float(FloatCond::Ordered, exponent, exponent);
        let is_finite_base = self.is_finite(base);
        let is_complex = self.b.and_bits(is_base_negative, is_fraction);
        let is_complex = self.b.and_bits(is_complex, is_number);
        let is_complex = self.b.and_bits(is_complex, is_finite_base);
        let message = "a negative float to a fractional power is complex; write complex(x) ** y";
        self.raise_if(is_complex, &Failure::new("ValueError", message));
    }

    fn check_power_range(&mut self, base: Value, exponent: Value, power: Value) {
        let is_power_finite = self.is_finite(power);
        let is_power_number = self.b.cmp_float(FloatCond::Ordered, power, power);
        let is_infinite = self.b.xor_bits(is_power_finite, is_power_number);
        let is_base_finite = self.is_finite(base);
        let mut is_overflow = self.b.and_bits(is_infinite, is_base_finite);
        if self.as_const_f64(exponent).is_none_or(f64::is_infinite) {
            let is_exponent_finite = self.is_finite(exponent);
            is_overflow = self.b.and_bits(is_overflow, is_exponent_finite);
        }
        let message = "(34, 'Numerical result out of range')";
        self.raise_if(is_overflow, &Failure::new("OverflowError", message));
    }

    /// Whether a float is neither infinite nor NaN.
    pub fn is_finite(&mut self, value: Value) -> Value {
        let ty = self.b.type_of(value);
        let magnitude = self.b.abs_float(value);
        let infinity = self.b.const_float(ty, f64::INFINITY);
        self.b.cmp_float(FloatCond::Lt, magnitude, infinity)
    }

    /// Whether a float is infinite.
    pub fn is_infinite(&mut self, value: Value) -> Value {
        let ty = self.b.type_of(value);
        let magnitude = self.b.abs_float(value);
        let infinity = self.b.const_float(ty, f64::INFINITY);
        self.b.cmp_float(FloatCond::Eq, magnitude, infinity)
    }
}
