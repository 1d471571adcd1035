//! Arithmetic beyond the operators: extremes, signs, neighbours, remainders, powers.

use super::operators::operator_emit;
use super::plans::{common_dtype, float_pair_plan, float_plan, inexact_plan, real_pair_plan, same_plan, scalar_plan};
use crate::hir::BinaryOp;
use crate::library::{Ufunc, UfuncPlan};
use crate::lir::{FloatCond, IntCond, Op, Type as Machine, Value};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Kind, ScalarOp, Type};

ufuncs! {
    ABSOLUTE "numpy.absolute" 1 absolute_plan, |lowering, _, plan, a| Ok(lowering.absolute(&plan.operands[0], &a[0]));
    FABS "numpy.fabs" 1 float_plan, |l, _, _, a| one(l.b.abs_float(a[0][0]));
    SQUARE "numpy.square" 1 number_plan, square;
    RECIPROCAL "numpy.reciprocal" 1 number_plan, reciprocal;
    SIGN "numpy.sign" 1 sign_plan, sign;
    COPYSIGN "numpy.copysign" 2 float_pair_plan, |l, _, _, a| one(l.b.copysign_float(a[0][0], a[1][0]));
    NEXTAFTER "numpy.nextafter" 2 float_pair_plan, |l, _, p, a| {
        let symbol = pick(p, Symbol::NextAfter, Symbol::NextAfterF32);
        one(l.call_float(symbol, &[a[0][0], a[1][0]]))
    };
    SPACING "numpy.spacing" 1 float_plan, |l, _, _, a| one(spacing(l, a[0][0]));
    HEAVISIDE "numpy.heaviside" 2 float_pair_plan, |l, _, _, a| one(heaviside(l, a[0][0], a[1][0]));
    FMOD "numpy.fmod" 2 fmod_plan, |l, _, p, a| one(fmod(l, p, a[0][0], a[1][0]));
    FLOAT_POWER "numpy.float_power" 2 float_power_plan, float_power;
    MAXIMUM "numpy.maximum" 2 real_pair_plan, |l, _, p, a| Ok(extreme(l, p, a, true));
    MINIMUM "numpy.minimum" 2 real_pair_plan, |l, _, p, a| Ok(extreme(l, p, a, false));
    FMAX "numpy.fmax" 2 real_pair_plan, |l, _, p, a| Ok(numeric_extreme(l, p, a, true));
    FMIN "numpy.fmin" 2 real_pair_plan, |l, _, p, a| Ok(numeric_extreme(l, p, a, false));
    FLOOR "numpy.floor" 1 rounding_plan, |l, _, p, a| Ok(rounding(l, p, &a[0], Op::FloorFloat));
    CEIL "numpy.ceil" 1 rounding_plan, |l, _, p, a| Ok(rounding(l, p, &a[0], Op::CeilFloat));
    TRUNC "numpy.trunc" 1 rounding_plan, |l, _, p, a| Ok(rounding(l, p, &a[0], Op::TruncFloat));
    RINT "numpy.rint" 1 inexact_plan, |l, _, p, a| Ok(rounding(l, p, &a[0], Op::RoundEvenFloat));
    CONJUGATE "numpy.conjugate" 1 number_plan, |l, _, _, a| Ok(conjugate(l, &a[0]));
}

/// `numpy.absolute`, which the built-in `abs` is on arrays.
pub(in crate::library) fn absolute() -> &'static Ufunc {
    &ABSOLUTE
}

/// `array ** number` for the numbers of `PLAIN_EXPONENTS`.
pub(crate) fn plain_power() -> &'static Ufunc {
    static PLAIN_POWER: Ufunc =
        Ufunc { name: "numpy.power", inputs: 2, plan: float_pair_plan, emit: |l, _, _, a| one(power_by_choice(l, a)) };
    &PLAIN_POWER
}

fn power_by_choice(lowering: &mut Lowering<'_>, a: &[Repr]) -> Value {
    let (x, exponent) = (a[0][0], a[1][0]);
    let ty = lowering.b.type_of(x);
    let unit = lowering.b.const_float(ty, 1.0);
    let choices = [
        (2.0, lowering.b.mul_float(x, x)),
        (0.5, lowering.b.sqrt_float(x)),
        (1.0, x),
        (-1.0, lowering.b.div_float(unit, x)),
    ];
    let mut result = unit;
    for (number, power) in choices {
        let number = lowering.b.const_float(ty, number);
        let is_it = lowering.b.cmp_float(FloatCond::Eq, exponent, number);
        result = lowering.b.select(is_it, power, result);
    }
    result
}

fn one(value: Value) -> Result<Repr, Reason> {
    Ok(Repr::from_slice(&[value]))
}

/// The routine of the plan's width.
pub(super) fn pick(plan: &UfuncPlan, double: Symbol, single: Symbol) -> Symbol {
    match plan.operands[0].dtype() {
        Some(DType::Float32 | DType::Complex64) => single,
        _ => double,
    }
}

fn absolute_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = types[0].dtype()?;
    Some(scalar_plan(dtype, dtype.real(), 1))
}

/// A number in its own dtype; bools compute as int8.
fn number_plan(types: &[Type]) -> Option<UfuncPlan> {
    if types[0].dtype()? == DType::Bool { Some(scalar_plan(DType::Int8, DType::Int8, 1)) } else { same_plan(types) }
}

fn square(lowering: &mut Lowering<'_>, _: &Ufunc, plan: &UfuncPlan, a: &[Repr]) -> Result<Repr, Reason> {
    let twice = UfuncPlan { operands: vec![plan.operands[0].clone(); 2], result: plan.result.clone() };
    operator_emit(lowering, ScalarOp::Binary(BinaryOp::Mul), &twice, &[a[0].clone(), a[0].clone()])
}

/// 1 / x; of integers as C cuts the float, so that all but 1 and -1 give 0 and 0 the smallest integer.
fn reciprocal(lowering: &mut Lowering<'_>, _: &Ufunc, plan: &UfuncPlan, a: &[Repr]) -> Result<Repr, Reason> {
    let dtype = plan.result.dtype().unwrap_or(DType::Float64);
    if dtype.is_complex() {
        return Ok(complex_reciprocal(lowering, &a[0]));
    }
    let float = if dtype.is_float() { dtype } else { DType::Float64 };
    let x = lowering.cast(&a[0], dtype, float)[0];
    let unit = lowering.b.const_float(float.machine(), 1.0);
    let quotient = lowering.b.div_float(unit, x);
    Ok(lowering.cast(&Repr::from_slice(&[quotient]), float, dtype))
}

/// 1 / z by Smith's formula, as NumPy has it: scaled by the larger part.
fn complex_reciprocal(lowering: &mut Lowering<'_>, z: &Repr) -> Repr {
    let unit = lowering.b.const_float(lowering.b.type_of(z[0]), 1.0);
    let minus_one = lowering.b.neg_float(unit);
    let sizes = [0, 1].map(|part| lowering.b.abs_float(z[part]));
    let is_real_larger = lowering.b.cmp_float(FloatCond::Le, sizes[1], sizes[0]);
    let [ours, theirs] = [(1, 0), (0, 1)].map(|(small, large)| {
        let ratio = lowering.b.div_float(z[small], z[large]);
        let share = lowering.b.mul_float(z[small], ratio);
        (ratio, lowering.b.add_float(z[large], share))
    });
    let negated = lowering.b.neg_float(ours.0);
    let real = [lowering.b.div_float(unit, ours.1), lowering.b.div_float(theirs.0, theirs.1)];
    let imaginary = [lowering.b.div_float(negated, ours.1), lowering.b.div_float(minus_one, theirs.1)];
    let choose = |lowering: &mut Lowering<'_>, pair: [Value; 2]| lowering.b.select(is_real_larger, pair[0], pair[1]);
    Repr::from_slice(&[choose(lowering, real), choose(lowering, imaginary)])
}

fn sign_plan(types: &[Type]) -> Option<UfuncPlan> {
    match types[0].kind()? {
        Kind::Bool | Kind::Complex => None,
        _ => same_plan(types),
    }
}

/// 1, 0 or -1; NaN stays.
fn sign(lowering: &mut Lowering<'_>, _: &Ufunc, plan: &UfuncPlan, a: &[Repr]) -> Result<Repr, Reason> {
    let x = a[0][0];
    let ty = lowering.b.type_of(x);
    let is_signed = plan.operands[0].kind() == Some(Kind::Signed);
    if plan.operands[0].kind() == Some(Kind::Float) {
        let zero = lowering.b.const_float(ty, 0.0);
        let units = [1.0, -1.0].map(|unit| lowering.b.const_float(ty, unit));
        let is_above = lowering.b.cmp_float(FloatCond::Gt, x, zero);
        let is_below = lowering.b.cmp_float(FloatCond::Lt, x, zero);
        let is_zero = lowering.b.cmp_float(FloatCond::Eq, x, zero);
        let rest = lowering.b.select(is_zero, zero, x);
        let rest = lowering.b.select(is_below, units[1], rest);
        return one(lowering.b.select(is_above, units[0], rest));
    }
    let zero = lowering.b.const_int(ty, 0);
    let units = [1, -1].map(|unit| lowering.b.const_int(ty, unit));
    let is_zero = lowering.b.cmp_int(IntCond::Eq, x, zero);
    let mut nonzero = units[0];
    if is_signed {
        let is_below = lowering.b.cmp_int(IntCond::Slt, x, zero);
        nonzero = lowering.b.select(is_below, units[1], units[0]);
    }
    one(lowering.b.select(is_zero, zero, nonzero))
}

/// The distance to the neighbour away from zero, with the sign of x; NaN of what is not finite.
fn spacing(lowering: &mut Lowering<'_>, x: Value) -> Value {
    let ty = lowering.b.type_of(x);
    let bits_type = if ty == Machine::F32 { Machine::I32 } else { Machine::I64 };
    let bits = lowering.b.float_to_bits(x, bits_type);
    let unit = lowering.b.const_int(bits_type, 1);
    let next_bits = lowering.b.add_int(bits, unit);
    let next = lowering.b.bits_to_float(next_bits, ty);
    let distance = lowering.b.sub_float(next, x);
    let smallest = lowering.b.bits_to_float(unit, ty);
    let zero = lowering.b.const_float(ty, 0.0);
    let is_zero = lowering.b.cmp_float(FloatCond::Eq, x, zero);
    let distance = lowering.b.select(is_zero, smallest, distance);
    let is_finite = lowering.is_finite(x);
    let nan = lowering.b.const_float(ty, f64::NAN);
    lowering.b.select(is_finite, distance, nan)
}

fn heaviside(lowering: &mut Lowering<'_>, x: Value, at_zero: Value) -> Value {
    let ty = lowering.b.type_of(x);
    let zero = lowering.b.const_float(ty, 0.0);
    let unit = lowering.b.const_float(ty, 1.0);
    let is_above = lowering.b.cmp_float(FloatCond::Gt, x, zero);
    let is_below = lowering.b.cmp_float(FloatCond::Lt, x, zero);
    let is_zero = lowering.b.cmp_float(FloatCond::Eq, x, zero);
    let rest = lowering.b.select(is_zero, at_zero, x);
    let rest = lowering.b.select(is_below, zero, rest);
    lowering.b.select(is_above, unit, rest)
}

fn fmod_plan(types: &[Type]) -> Option<UfuncPlan> {
    match common_dtype(types)? {
        DType::Bool => Some(scalar_plan(DType::Int8, DType::Int8, 2)),
        dtype => (!dtype.is_complex()).then(|| scalar_plan(dtype, dtype, 2)),
    }
}

/// The remainder with the sign of the dividend, as C has it; 0 of integers for a divisor that is 0.
fn fmod(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: Value, b: Value) -> Value {
    let ty = lowering.b.type_of(a);
    if plan.result.kind() == Some(Kind::Float) {
        return lowering.call_float(pick(plan, Symbol::Fmod, Symbol::FmodF32), &[a, b]);
    }
    let zero = lowering.b.const_int(ty, 0);
    let unit = lowering.b.const_int(ty, 1);
    let mut is_special = lowering.b.cmp_int(IntCond::Eq, b, zero);
    if plan.result.kind() == Some(Kind::Unsigned) {
        let safe = lowering.b.select(is_special, unit, b);
        return lowering.b.rem_uint(a, safe);
    }
    let minus_one = lowering.b.const_int(ty, -1);
    let is_minus_one = lowering.b.cmp_int(IntCond::Eq, b, minus_one);
    is_special = lowering.b.or_bits(is_special, is_minus_one);
    let safe = lowering.b.select(is_special, unit, b);
    lowering.b.rem_sint(a, safe)
}

fn float_power_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = if common_dtype(types)?.is_complex() { DType::Complex128 } else { DType::Float64 };
    Some(scalar_plan(dtype, dtype, 2))
}

fn float_power(lowering: &mut Lowering<'_>, _: &Ufunc, plan: &UfuncPlan, a: &[Repr]) -> Result<Repr, Reason> {
    if plan.result.kind() == Some(Kind::Complex) {
        let parts = [a[0][0], a[0][1], a[1][0], a[1][1]];
        return Ok(lowering.call_complex(Symbol::NumpyComplexPower, &parts, Machine::F64, &[]));
    }
    one(lowering.call_float(Symbol::Pow, &[a[0][0], a[1][0]]))
}

/// The larger or smaller; a NaN wins, the first of two.
pub(super) fn extreme(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], is_maximum: bool) -> Repr {
    if plan.result.kind() != Some(Kind::Float) {
        return integer_extreme(lowering, plan, a, is_maximum);
    }
    let (x, y) = (a[0][0], a[1][0]);
    let is_better = lowering.b.cmp_float(if is_maximum { FloatCond::Ge } else { FloatCond::Le }, x, y);
    let is_nan = lowering.b.cmp_float(FloatCond::Unordered, x, x);
    let is_first = lowering.b.or_bits(is_better, is_nan);
    Repr::from_slice(&[lowering.b.select(is_first, x, y)])
}

/// The larger or smaller; a number wins over NaN.
fn numeric_extreme(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], is_maximum: bool) -> Repr {
    if plan.result.kind() != Some(Kind::Float) {
        return integer_extreme(lowering, plan, a, is_maximum);
    }
    let (x, y) = (a[0][0], a[1][0]);
    let is_better = lowering.b.cmp_float(if is_maximum { FloatCond::Ge } else { FloatCond::Le }, x, y);
    let is_nan = lowering.b.cmp_float(FloatCond::Unordered, y, y);
    let is_first = lowering.b.or_bits(is_better, is_nan);
    Repr::from_slice(&[lowering.b.select(is_first, x, y)])
}

fn integer_extreme(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], is_maximum: bool) -> Repr {
    let (x, y) = (a[0][0], a[1][0]);
    let kind = plan.result.kind();
    if kind == Some(Kind::Bool) {
        let joined = if is_maximum { lowering.b.or_bits(x, y) } else { lowering.b.and_bits(x, y) };
        return Repr::from_slice(&[joined]);
    }
    let cond = match (is_maximum, kind == Some(Kind::Unsigned)) {
        (true, true) => IntCond::Uge,
        (false, true) => IntCond::Ule,
        (true, false) => IntCond::Sge,
        (false, false) => IntCond::Sle,
    };
    let is_first = lowering.b.cmp_int(cond, x, y);
    Repr::from_slice(&[lowering.b.select(is_first, x, y)])
}

/// Integers are whole already: NumPy gives them back.
fn rounding_plan(types: &[Type]) -> Option<UfuncPlan> {
    if types[0].kind()? == Kind::Complex { None } else { same_plan(types) }
}

fn rounding(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &Repr, op: Op) -> Repr {
    if !matches!(plan.operands[0].kind(), Some(Kind::Float | Kind::Complex)) {
        return a.clone();
    }
    a.iter().map(|&part| lowering.b.plain_inst(op, &[part])).collect()
}

fn conjugate(lowering: &mut Lowering<'_>, a: &Repr) -> Repr {
    let mut result = a.clone();
    if let Some(&imaginary) = a.get(1) {
        result[1] = lowering.b.neg_float(imaginary);
    }
    result
}
