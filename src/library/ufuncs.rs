//! NumPy's ufuncs: functions of numbers that work element by element on arrays.
//!
//! Operators under their NumPy names compute as the operators do; Python numbers become NumPy scalars first, so that
//! `np.add(1, 2)` is an `int64`. There is no float16: functions of int8 and bool that NumPy computes in it are refused.

use super::{Body, Entry, Ufunc, UfuncPlan};
use crate::hir::{BinaryOp, CompareOp, UnaryOp};
use crate::lir::{FloatCond, IntCond, Op, Value};
use crate::lower::{Lowering, Number, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::runtime::ufuncs as loops;
use crate::typing::{DType, Kind, ScalarOp, Type, promote, scalar_result};

macro_rules! ufuncs {
    ($( $static_name:ident $name:literal $inputs:literal $plan:expr, $emit:expr; )*) => {
        $( static $static_name: Ufunc = Ufunc { name: $name, inputs: $inputs, plan: $plan, emit: $emit }; )*
        /// All ufuncs.
        pub(super) const ENTRIES: &[Entry] =
            &[ $( Entry { name: $name, body: Body::Elementwise(&$static_name) }, )* ];
    };
}

ufuncs! {
    ADD "numpy.add" 2 |t| binary_plan(BinaryOp::Add, t), |l, _, p, a| binary_emit(l, BinaryOp::Add, p, a);
    SUBTRACT "numpy.subtract" 2 |t| binary_plan(BinaryOp::Sub, t), |l, _, p, a| binary_emit(l, BinaryOp::Sub, p, a);
    MULTIPLY "numpy.multiply" 2 |t| binary_plan(BinaryOp::Mul, t), |l, _, p, a| binary_emit(l, BinaryOp::Mul, p, a);
    DIVIDE "numpy.divide" 2 |t| binary_plan(BinaryOp::TrueDiv, t), |l, _, p, a| binary_emit(l, BinaryOp::TrueDiv, p, a);
    FLOOR_DIVIDE "numpy.floor_divide" 2 |t| binary_plan(BinaryOp::FloorDiv, t), |l, _, p, a| binary_emit(l, BinaryOp::FloorDiv, p, a);
    REMAINDER "numpy.remainder" 2 |t| binary_plan(BinaryOp::Mod, t), |l, _, p, a| binary_emit(l, BinaryOp::Mod, p, a);
    POWER "numpy.power" 2 |t| binary_plan(BinaryOp::Pow, t), |l, _, p, a| binary_emit(l, BinaryOp::Pow, p, a);
    LEFT_SHIFT "numpy.left_shift" 2 |t| binary_plan(BinaryOp::LShift, t), |l, _, p, a| binary_emit(l, BinaryOp::LShift, p, a);
    RIGHT_SHIFT "numpy.right_shift" 2 |t| binary_plan(BinaryOp::RShift, t), |l, _, p, a| binary_emit(l, BinaryOp::RShift, p, a);
    BITWISE_AND "numpy.bitwise_and" 2 |t| binary_plan(BinaryOp::And, t), |l, _, p, a| binary_emit(l, BinaryOp::And, p, a);
    BITWISE_OR "numpy.bitwise_or" 2 |t| binary_plan(BinaryOp::Or, t), |l, _, p, a| binary_emit(l, BinaryOp::Or, p, a);
    BITWISE_XOR "numpy.bitwise_xor" 2 |t| binary_plan(BinaryOp::Xor, t), |l, _, p, a| binary_emit(l, BinaryOp::Xor, p, a);
    NEGATIVE "numpy.negative" 1 |types| operator_plan(ScalarOp::Unary(UnaryOp::Neg), types),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Unary(UnaryOp::Neg), plan, a);
    POSITIVE "numpy.positive" 1 |types| operator_plan(ScalarOp::Unary(UnaryOp::Pos), types),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Unary(UnaryOp::Pos), plan, a);
    INVERT "numpy.invert" 1 |types| operator_plan(ScalarOp::Unary(UnaryOp::Invert), types),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Unary(UnaryOp::Invert), plan, a);
    EQUAL "numpy.equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Eq), p, a);
    NOT_EQUAL "numpy.not_equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Ne), p, a);
    LESS "numpy.less" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Lt), p, a);
    LESS_EQUAL "numpy.less_equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Le), p, a);
    GREATER "numpy.greater" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Gt), p, a);
    GREATER_EQUAL "numpy.greater_equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Ge), p, a);
    ABSOLUTE "numpy.absolute" 1 absolute_plan, |lowering, _, plan, a| Ok(lowering.absolute(&plan.operands[0], &a[0]));
    SQUARE "numpy.square" 1 |types| operator_plan(ScalarOp::Binary(BinaryOp::Mul), &[types[0].clone(), types[0].clone()]).map(first_operand),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Binary(BinaryOp::Mul), &twice(plan), &[a[0].clone(), a[0].clone()]);
    SQRT "numpy.sqrt" 1 real_plan, |lowering, _, _, a| Ok(Repr::from_slice(&[lowering.b.sqrt_float(a[0][0])]));
    FLOOR "numpy.floor" 1 rounding_plan, |l, _, p, a| rounding(l, p, a, Op::FloorFloat);
    CEIL "numpy.ceil" 1 rounding_plan, |l, _, p, a| rounding(l, p, a, Op::CeilFloat);
    TRUNC "numpy.trunc" 1 rounding_plan, |l, _, p, a| rounding(l, p, a, Op::TruncFloat);
    RINT "numpy.rint" 1 real_plan, |lowering, _, _, a| Ok(Repr::from_slice(&[lowering.b.round_even_float(a[0][0])]));
    ISNAN "numpy.isnan" 1 test_plan, |l, _, p, a| test(l, p, a, Test::Nan);
    ISINF "numpy.isinf" 1 test_plan, |l, _, p, a| test(l, p, a, Test::Infinite);
    ISFINITE "numpy.isfinite" 1 test_plan, |l, _, p, a| test(l, p, a, Test::Finite);
    MAXIMUM "numpy.maximum" 2 extreme_plan, |l, _, p, a| extreme(l, p, a, true);
    MINIMUM "numpy.minimum" 2 extreme_plan, |l, _, p, a| extreme(l, p, a, false);
    EXP "numpy.exp" 1 real_plan, numpy_loop;
    EXP2 "numpy.exp2" 1 real_plan, numpy_loop;
    EXPM1 "numpy.expm1" 1 real_plan, numpy_loop;
    LOG "numpy.log" 1 real_plan, numpy_loop;
    LOG2 "numpy.log2" 1 real_plan, numpy_loop;
    LOG10 "numpy.log10" 1 real_plan, numpy_loop;
    LOG1P "numpy.log1p" 1 real_plan, numpy_loop;
    SIN "numpy.sin" 1 real_plan, numpy_loop;
    COS "numpy.cos" 1 real_plan, numpy_loop;
    TAN "numpy.tan" 1 real_plan, numpy_loop;
    ARCSIN "numpy.arcsin" 1 real_plan, numpy_loop;
    ARCCOS "numpy.arccos" 1 real_plan, numpy_loop;
    ARCTAN "numpy.arctan" 1 real_plan, numpy_loop;
    SINH "numpy.sinh" 1 real_plan, numpy_loop;
    COSH "numpy.cosh" 1 real_plan, numpy_loop;
    TANH "numpy.tanh" 1 real_plan, numpy_loop;
    ARCSINH "numpy.arcsinh" 1 real_plan, numpy_loop;
    ARCCOSH "numpy.arccosh" 1 real_plan, numpy_loop;
    ARCTANH "numpy.arctanh" 1 real_plan, numpy_loop;
    CBRT "numpy.cbrt" 1 real_plan, numpy_loop;
    ARCTAN2 "numpy.arctan2" 2 real_pair_plan, numpy_loop;
    HYPOT "numpy.hypot" 2 real_pair_plan, numpy_loop;
}

/// `numpy.absolute`, which the built-in `abs` is on arrays.
pub(super) fn absolute() -> &'static Ufunc {
    &ABSOLUTE
}

/// Python numbers among themselves become NumPy scalars; next to NumPy's they stay weak.
fn strong(types: &[Type]) -> Vec<Type> {
    if types.iter().all(Type::is_python_number) {
        types.iter().map(|ty| ty.dtype().map_or_else(|| ty.clone(), Type::Scalar)).collect()
    } else {
        types.to_vec()
    }
}

fn operator_plan(op: ScalarOp, types: &[Type]) -> Option<UfuncPlan> {
    let operands = strong(types);
    let result = scalar_result(op, &operands)?;
    Some(UfuncPlan { operands, result })
}

fn binary_plan(op: BinaryOp, types: &[Type]) -> Option<UfuncPlan> {
    operator_plan(ScalarOp::Binary(op), types)
}

fn binary_emit(lowering: &mut Lowering<'_>, op: BinaryOp, plan: &UfuncPlan, reprs: &[Repr]) -> Result<Repr, Reason> {
    operator_emit(lowering, ScalarOp::Binary(op), plan, reprs)
}

fn comparison_plan(types: &[Type]) -> Option<UfuncPlan> {
    operator_plan(ScalarOp::Compare(CompareOp::Eq), types)
}

fn operator_emit(lowering: &mut Lowering<'_>, op: ScalarOp, plan: &UfuncPlan, reprs: &[Repr]) -> Result<Repr, Reason> {
    let numbers: Vec<Number> =
        reprs.iter().zip(&plan.operands).map(|(repr, ty)| Number { repr: repr.clone(), ty: ty.clone() }).collect();
    lowering.scalar_op(op, &numbers)
}

fn first_operand(plan: UfuncPlan) -> UfuncPlan {
    UfuncPlan { operands: plan.operands[..1].to_vec(), result: plan.result }
}

fn twice(plan: &UfuncPlan) -> UfuncPlan {
    UfuncPlan { operands: vec![plan.operands[0].clone(); 2], result: plan.result.clone() }
}

fn scalar_plan(operand: DType, result: DType, inputs: usize) -> UfuncPlan {
    UfuncPlan { operands: vec![Type::Scalar(operand); inputs], result: Type::Scalar(result) }
}

fn absolute_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = types[0].dtype()?;
    Some(scalar_plan(dtype, dtype.real(), 1))
}

/// The float dtype that NumPy computes a function of real numbers in.
pub(super) fn float_dtype(dtype: DType) -> Option<DType> {
    match dtype {
        DType::Bool | DType::Int8 | DType::UInt8 | DType::Complex64 | DType::Complex128 => None,
        DType::Int16 | DType::UInt16 | DType::Float32 => Some(DType::Float32),
        _ => Some(DType::Float64),
    }
}

fn real_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = float_dtype(types[0].dtype()?)?;
    Some(scalar_plan(dtype, dtype, 1))
}

fn real_pair_plan(types: &[Type]) -> Option<UfuncPlan> {
    let types = strong(types);
    let dtype = float_dtype(promote::promote(&types[0], &types[1])?.dtype()?)?;
    Some(scalar_plan(dtype, dtype, 2))
}

/// Integers are whole already: NumPy gives them back.
fn rounding_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = types[0].dtype()?;
    (!dtype.is_complex()).then(|| scalar_plan(dtype, dtype, 1))
}

fn rounding(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], op: Op) -> Result<Repr, Reason> {
    if plan.operands[0].kind() != Some(Kind::Float) {
        return Ok(a[0].clone());
    }
    Ok(Repr::from_slice(&[lowering.b.plain_inst(op, &a[0])]))
}

fn test_plan(types: &[Type]) -> Option<UfuncPlan> {
    Some(scalar_plan(types[0].dtype()?, DType::Bool, 1))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Test {
    Nan,
    Infinite,
    Finite,
}

/// Tests both parts of a complex number: one that is NaN or infinite decides, both must be finite.
fn test(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], test: Test) -> Result<Repr, Reason> {
    if !matches!(plan.operands[0].kind(), Some(Kind::Float | Kind::Complex)) {
        return Ok(Repr::from_slice(&[lowering.b.const_bool(test == Test::Finite)]));
    }
    let parts: Vec<Value> = a[0]
        .iter()
        .map(|&part| match test {
            Test::Nan => lowering.b.cmp_float(FloatCond::Unordered, part, part),
            Test::Infinite => lowering.is_infinite(part),
            Test::Finite => lowering.is_finite(part),
        })
        .collect();
    let joined = parts.into_iter().reduce(|x, y| match test {
        Test::Finite => lowering.b.and_bits(x, y),
        Test::Nan | Test::Infinite => lowering.b.or_bits(x, y),
    });
    joined.map(|value| Repr::from_slice(&[value])).ok_or_else(|| Reason::Internal("a number of no parts".to_owned()))
}

fn extreme_plan(types: &[Type]) -> Option<UfuncPlan> {
    let types = strong(types);
    let dtype = promote::promote(&types[0], &types[1])?.dtype()?;
    (!dtype.is_complex()).then(|| scalar_plan(dtype, dtype, 2))
}

/// The larger or smaller; a NaN wins, the first of two.
fn extreme(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], is_maximum: bool) -> Result<Repr, Reason> {
    let (x, y) = (a[0][0], a[1][0]);
    let is_first = match plan.result.kind() {
        Some(Kind::Float) => {
            let cond = if is_maximum { FloatCond::Ge } else { FloatCond::Le };
            let is_better = lowering.b.cmp_float(cond, x, y);
            let is_nan = lowering.b.cmp_float(FloatCond::Unordered, x, x);
            lowering.b.or_bits(is_better, is_nan)
        }
        Some(Kind::Bool) => {
            let joined = if is_maximum { lowering.b.or_bits(x, y) } else { lowering.b.and_bits(x, y) };
            return Ok(Repr::from_slice(&[joined]));
        }
        kind => {
            let cond = match (is_maximum, kind) {
                (true, Some(Kind::Unsigned)) => IntCond::Uge,
                (false, Some(Kind::Unsigned)) => IntCond::Ule,
                (true, _) => IntCond::Sge,
                (false, _) => IntCond::Sle,
            };
            lowering.b.cmp_int(cond, x, y)
        }
    };
    Ok(Repr::from_slice(&[lowering.b.select(is_first, x, y)]))
}

/// NumPy's own inner loop for one element, which gives its bits.
fn numpy_loop(lowering: &mut Lowering<'_>, ufunc: &Ufunc, plan: &UfuncPlan, a: &[Repr]) -> Result<Repr, Reason> {
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
