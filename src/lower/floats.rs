//! Operators on floats. Python's raise for a zero divisor; NumPy's follow IEEE 754.

use super::errors::Failure;
use super::function::Lowering;
use crate::hir::BinaryOp;
use crate::host::ErrorModel;
use crate::lir::{FloatCond, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::DType;

/// Whose `**` it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PowerRule {
    /// Python's `float`: raises.
    Python,
    /// NumPy's scalars: libm's answer.
    Scalars,
    /// NumPy's arrays: squares and roots by product and `sqrt`.
    Elements,
}

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

    /// The value of an F64 constant, or of an integer constant that was converted to F64.
    pub(super) fn as_const_f64(&self, value: Value) -> Option<f64> {
        use crate::lir::{Immediate, Op};
        let data = self.b.func.def_inst(value)?;
        match (data.op, data.immediate) {
            (Op::ConstFloat, Immediate::Float(bits)) if self.b.type_of(value) == Machine::F64 => {
                Some(f64::from_bits(bits))
            }
            (Op::SintToFloat, _) => self.b.func.as_const_int(data.args[0]).map(|number| number as f64),
            _ => None,
        }
    }

    /// `a ** b`.
    pub(super) fn float_power(&mut self, rule: PowerRule, dtype: DType, base: Value, exponent: Value) -> Value {
        let constant = self.as_const_f64(exponent);
        if rule != PowerRule::Python {
            return self.unchecked_power(rule, dtype, base, exponent);
        }
        let zero = self.b.const_f64(0.0);
        if !constant.is_some_and(|exponent| exponent >= 0.0 && exponent.fract() == 0.0) {
            self.check_power_domain(base, exponent, zero);
        }
        let power = self.unchecked_power(rule, dtype, base, exponent);
        if constant != Some(0.5) {
            self.check_power_range(base, exponent, power);
        }
        power
    }

    fn unchecked_power(&mut self, rule: PowerRule, dtype: DType, base: Value, exponent: Value) -> Value {
        let is_single = dtype == DType::Float32;
        match self.as_const_f64(exponent) {
            Some(2.0) if is_single || rule == PowerRule::Elements => self.b.mul_float(base, base),
            Some(0.5) if rule == PowerRule::Elements => self.b.sqrt_float(base),
            Some(2.0) => self.square(base),
            Some(0.5) if !is_single => self.square_root_power(base),
            _ => self.call_float(if is_single { Symbol::PowF32 } else { Symbol::Pow }, &[base, exponent]),
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
