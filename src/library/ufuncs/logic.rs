//! Truth, and tests of floats.

use super::plans::{float_dtype, scalar_plan, test_plan};
use crate::library::UfuncPlan;
use crate::lir::{FloatCond, IntCond, Type as Machine, Value};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{DType, Kind, Type};

ufuncs! {
    ISNAN "numpy.isnan" 1 test_plan, |l, _, p, a| test(l, p, a, Test::Nan);
    ISINF "numpy.isinf" 1 test_plan, |l, _, p, a| test(l, p, a, Test::Infinite);
    ISFINITE "numpy.isfinite" 1 test_plan, |l, _, p, a| test(l, p, a, Test::Finite);
    SIGNBIT "numpy.signbit" 1 signbit_plan, |l, _, _, a| Ok(Repr::from_slice(&[signbit(l, a[0][0])]));
    LOGICAL_NOT "numpy.logical_not" 1 test_plan, |l, _, p, a| {
        let truth = l.is_nonzero(&p.operands[0], &a[0]);
        Ok(Repr::from_slice(&[l.b.not_bool(truth)]))
    };
    LOGICAL_AND "numpy.logical_and" 2 truths_plan, |l, _, p, a| {
        let [x, y] = truths(l, p, a);
        Ok(Repr::from_slice(&[l.b.and_bits(x, y)]))
    };
    LOGICAL_OR "numpy.logical_or" 2 truths_plan, |l, _, p, a| {
        let [x, y] = truths(l, p, a);
        Ok(Repr::from_slice(&[l.b.or_bits(x, y)]))
    };
    LOGICAL_XOR "numpy.logical_xor" 2 truths_plan, |l, _, p, a| {
        let [x, y] = truths(l, p, a);
        Ok(Repr::from_slice(&[l.b.xor_bits(x, y)]))
    };
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

/// The sign of a small integer is that of the float16 NumPy makes of it, and of any wider float.
fn signbit_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = types[0].dtype()?;
    let float = if dtype.size() == 1 { Some(DType::Float32) } else { float_dtype(dtype) };
    float.map(|float| scalar_plan(float, DType::Bool, 1))
}

fn signbit(lowering: &mut Lowering<'_>, x: Value) -> Value {
    let bits_type = if lowering.b.type_of(x) == Machine::F32 { Machine::I32 } else { Machine::I64 };
    let bits = lowering.b.float_to_bits(x, bits_type);
    let zero = lowering.b.const_int(bits_type, 0);
    lowering.b.cmp_int(IntCond::Slt, bits, zero)
}

fn truths_plan(types: &[Type]) -> Option<UfuncPlan> {
    let operands = types.iter().map(|ty| ty.dtype().map(Type::Scalar)).collect::<Option<_>>()?;
    Some(UfuncPlan { operands, result: Type::Scalar(DType::Bool) })
}

fn truths(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr]) -> [Value; 2] {
    [0, 1].map(|index| lowering.is_nonzero(&plan.operands[index], &a[index]))
}
