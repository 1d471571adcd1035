//! Functions that NumPy computes by its own loops or by the C library, and angles.

use super::arithmetic::pick;
use super::plans::{float_pair_plan, float_plan, inexact_plan};
use crate::hir::BinaryOp;
use crate::library::{Ufunc, UfuncPlan};
use crate::lir::{FloatCond, Value};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::runtime::ufuncs as loops;
use crate::typing::{DType, Kind, ScalarOp, Type, promote};

ufuncs! {
    SQRT "numpy.sqrt" 1 inexact_plan, |lowering, ufunc, plan, a| {
        if plan.result.kind() == Some(Kind::Complex) {
            return complex(lowering, ufunc, plan, &a[0]);
        }
        Ok(Repr::from_slice(&[lowering.b.sqrt_float(a[0][0])]))
    };
    EXP "numpy.exp" 1 inexact_plan, numpy_loop;
    EXP2 "numpy.exp2" 1 inexact_plan, numpy_loop;
    EXPM1 "numpy.expm1" 1 inexact_plan, numpy_loop;
    LOG "numpy.log" 1 inexact_plan, numpy_loop;
    LOG2 "numpy.log2" 1 inexact_plan, numpy_loop;
    LOG10 "numpy.log10" 1 inexact_plan, numpy_loop;
    LOG1P "numpy.log1p" 1 inexact_plan, numpy_loop;
    SIN "numpy.sin" 1 inexact_plan, numpy_loop;
    COS "numpy.cos" 1 inexact_plan, numpy_loop;
    TAN "numpy.tan" 1 inexact_plan, numpy_loop;
    ARCSIN "numpy.arcsin" 1 inexact_plan, numpy_loop;
    ARCCOS "numpy.arccos" 1 inexact_plan, numpy_loop;
    ARCTAN "numpy.arctan" 1 inexact_plan, numpy_loop;
    SINH "numpy.sinh" 1 inexact_plan, numpy_loop;
    COSH "numpy.cosh" 1 inexact_plan, numpy_loop;
    TANH "numpy.tanh" 1 inexact_plan, numpy_loop;
    ARCSINH "numpy.arcsinh" 1 inexact_plan, numpy_loop;
    ARCCOSH "numpy.arccosh" 1 inexact_plan, numpy_loop;
    ARCTANH "numpy.arctanh" 1 inexact_plan, numpy_loop;
    CBRT "numpy.cbrt" 1 float_plan, numpy_loop;
    ARCTAN2 "numpy.arctan2" 2 float_pair_plan, numpy_loop;
    HYPOT "numpy.hypot" 2 float_pair_plan, numpy_loop;
    LOGADDEXP "numpy.logaddexp" 2 float_pair_plan, |l, _, p, a| Ok(log_sum(l, p, a, false));
    LOGADDEXP2 "numpy.logaddexp2" 2 float_pair_plan, |l, _, p, a| Ok(log_sum(l, p, a, true));
    DEG2RAD "numpy.deg2rad" 1 float_plan, |l, _, p, a| Ok(to_radians(l, p, &a[0]));
    RADIANS "numpy.radians" 1 float_plan, |l, _, p, a| Ok(to_radians(l, p, &a[0]));
    RAD2DEG "numpy.rad2deg" 1 float_plan, |l, _, p, a| Ok(to_degrees(l, p, &a[0]));
    DEGREES "numpy.degrees" 1 float_plan, |l, _, p, a| Ok(to_degrees(l, p, &a[0]));
}

/// A loop of NumPy's, with the types it takes.
pub struct NumpyLoop {
    /// Its index among `runtime::ufuncs::LOOPS`.
    pub index: i64,
    /// The types of its operands and result.
    pub plan: UfuncPlan,
}

/// NumPy's loop for an operation on arrays of these elements, where its bits are not those of lir operations.
pub fn numpy_loop_of(op: ScalarOp, elements: &[Type]) -> Option<NumpyLoop> {
    let (name, plan) = match op {
        ScalarOp::Ufunc(ufunc) => (ufunc.name.trim_start_matches("numpy."), (ufunc.plan)(elements)?),
        ScalarOp::Binary(BinaryOp::Mul | BinaryOp::Pow) => {
            let ScalarOp::Binary(operator) = op else { return None };
            let common = promote::binary(operator, elements.first()?, elements.get(1)?)?;
            let plan = UfuncPlan { operands: vec![common.operand; 2], result: common.result };
            (if operator == BinaryOp::Mul { "multiply" } else { "power" }, plan)
        }
        ScalarOp::Binary(_) | ScalarOp::Unary(_) | ScalarOp::Compare(_) => return None,
    };
    let types = plan.operands.iter().chain([&plan.result]).map(letter).collect::<Option<String>>()?;
    let plan = UfuncPlan {
        operands: plan.operands.iter().map(|ty| ty.dtype().map(Type::Scalar)).collect::<Option<_>>()?,
        result: plan.result,
    };
    loops::index(name, &types).map(|index| NumpyLoop { index, plan })
}

/// NumPy's letter of an inexact type.
fn letter(ty: &Type) -> Option<char> {
    match ty.dtype()? {
        DType::Float32 => Some('f'),
        DType::Float64 => Some('d'),
        DType::Complex64 => Some('F'),
        DType::Complex128 => Some('D'),
        _ => None,
    }
}

/// NumPy's own inner loop for one element, which gives its bits.
fn numpy_loop(lowering: &mut Lowering<'_>, ufunc: &Ufunc, plan: &UfuncPlan, a: &[Repr]) -> Result<Repr, Reason> {
    if plan.result.kind() == Some(Kind::Complex) {
        return complex(lowering, ufunc, plan, &a[0]);
    }
    let is_single = plan.result == Type::Scalar(DType::Float32);
    let letter = if is_single { "f" } else { "d" };
    let name = ufunc.name.trim_start_matches("numpy.");
    let index = loops::index(name, &letter.repeat(ufunc.inputs + 1))
        .ok_or_else(|| Reason::Internal(format!("{} has no loop", ufunc.name)))?;
    let symbol = match (ufunc.inputs, is_single) {
        (1, false) => Symbol::NumpyUnary,
        (1, true) => Symbol::NumpyUnaryF32,
        (_, false) => Symbol::NumpyBinary,
        (_, true) => Symbol::NumpyBinaryF32,
    };
    let mut args = vec![lowering.b.const_i64(index)];
    args.extend(a.iter().map(|repr| repr[0]));
    Ok(Repr::from_slice(&[lowering.call_float(symbol, &args)]))
}

/// A function of complex numbers: the C library's.
fn complex(lowering: &mut Lowering<'_>, ufunc: &Ufunc, plan: &UfuncPlan, z: &Repr) -> Result<Repr, Reason> {
    let suffix = if plan.result == Type::Scalar(DType::Complex64) { "_f32" } else { "" };
    let name = format!("upshift_numpy_complex_{}{suffix}", ufunc.name.trim_start_matches("numpy."));
    let symbol = Symbol::from_name(&name).ok_or_else(|| Reason::Internal(format!("there is no {name}")))?;
    let machine = plan.result.dtype().unwrap_or(DType::Complex128).machine();
    Ok(lowering.call_complex(symbol, z, machine, &[]))
}

/// The logarithm of the sum of exponentials, of base e or 2: the larger plus log(1 + exp(-distance)).
fn log_sum(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], is_binary: bool) -> Repr {
    use std::f64::consts::{LN_2, LOG2_E};
    let (x, y) = (a[0][0], a[1][0]);
    let ty = lowering.b.type_of(x);
    let exp =
        if is_binary { pick(plan, Symbol::Exp2, Symbol::Exp2F32) } else { pick(plan, Symbol::Exp, Symbol::ExpF32) };
    let zero = lowering.b.const_float(ty, 0.0);
    let difference = lowering.b.sub_float(x, y);
    let distance = lowering.b.abs_float(difference);
    let negative = lowering.b.neg_float(distance);
    let power = lowering.call_float(exp, &[negative]);
    let mut correction = lowering.call_float(pick(plan, Symbol::Log1p, Symbol::Log1pF32), &[power]);
    if is_binary {
        let scale = lowering.b.const_float(ty, LOG2_E);
        correction = lowering.b.mul_float(scale, correction);
    }
    let is_first = lowering.b.cmp_float(FloatCond::Gt, difference, zero);
    let larger = lowering.b.select(is_first, x, y);
    let sum = lowering.b.add_float(larger, correction);
    let is_nan = lowering.b.cmp_float(FloatCond::Unordered, difference, difference);
    let sum = lowering.b.select(is_nan, difference, sum);
    // Equal infinities have no difference.
    let of_equals = lowering.b.const_float(ty, if is_binary { 1.0 } else { LN_2 });
    let doubled = lowering.b.add_float(x, of_equals);
    let are_equal = lowering.b.cmp_float(FloatCond::Eq, x, y);
    Repr::from_slice(&[lowering.b.select(are_equal, doubled, sum)])
}

fn to_radians(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &Repr) -> Repr {
    let single = std::f32::consts::PI / 180.0;
    scaled(lowering, plan, a, std::f64::consts::PI / 180.0, single)
}

fn to_degrees(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &Repr) -> Repr {
    let single = 180.0 / std::f32::consts::PI;
    scaled(lowering, plan, a, 180.0 / std::f64::consts::PI, single)
}

/// The factor is computed in the width of the plan.
fn scaled(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &Repr, double: f64, single: f32) -> Repr {
    let factor: Value = match plan.result {
        Type::Scalar(DType::Float32) => lowering.b.const_f32(single),
        _ => lowering.b.const_f64(double),
    };
    Repr::from_slice(&[lowering.b.mul_float(a[0], factor)])
}
