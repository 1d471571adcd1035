//! The types that ufuncs compute in.

use crate::bytecode::Constant;
use crate::library::{Ufunc, UfuncPlan};
use crate::typing::{DType, Fact, Kind, ScalarOp, Type, promote, scalar_result};

/// Python numbers among themselves become NumPy scalars; next to NumPy's they stay weak.
pub(super) fn strong(types: &[Type]) -> Vec<Type> {
    if types.iter().all(Type::is_python_number) {
        types.iter().map(|ty| ty.dtype().map_or_else(|| ty.clone(), Type::Scalar)).collect()
    } else {
        types.to_vec()
    }
}

pub(super) fn operator_plan(op: ScalarOp, types: &[Type]) -> Option<UfuncPlan> {
    let operands = strong(types);
    if let ScalarOp::Binary(op) = op {
        let plan = promote::binary(op, &operands[0], &operands[1])?;
        return Some(UfuncPlan { operands: vec![plan.operand; 2], result: plan.result });
    }
    let result = scalar_result(op, &operands)?;
    Some(UfuncPlan { operands, result })
}

pub(super) fn scalar_plan(operand: DType, result: DType, inputs: usize) -> UfuncPlan {
    UfuncPlan { operands: vec![Type::Scalar(operand); inputs], result: Type::Scalar(result) }
}

/// One number in its own dtype.
pub(super) fn same_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = types[0].dtype()?;
    Some(scalar_plan(dtype, dtype, 1))
}

/// A test of one number in its own dtype.
pub(super) fn test_plan(types: &[Type]) -> Option<UfuncPlan> {
    Some(scalar_plan(types[0].dtype()?, DType::Bool, 1))
}

/// The float dtype that NumPy computes a function of real numbers in; float16, which is not here, is `None`.
pub(super) fn float_dtype(dtype: DType) -> Option<DType> {
    match dtype {
        DType::Bool | DType::Int8 | DType::UInt8 | DType::Complex64 | DType::Complex128 => None,
        DType::Int16 | DType::UInt16 | DType::Float32 => Some(DType::Float32),
        _ => Some(DType::Float64),
    }
}

/// A real number in a float dtype.
pub(super) fn float_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = float_dtype(types[0].dtype()?)?;
    Some(scalar_plan(dtype, dtype, 1))
}

/// A number in a float or complex dtype.
pub(super) fn inexact_plan(types: &[Type]) -> Option<UfuncPlan> {
    match types[0].dtype()? {
        dtype if dtype.is_complex() => Some(scalar_plan(dtype, dtype, 1)),
        _ => float_plan(types),
    }
}

/// The float dtype that two real numbers meet in. A Python number widens only what has no floats at all.
fn float_dtype_of_pair(types: &[Type]) -> Option<DType> {
    let types = strong(types);
    if types.iter().any(|ty| ty.kind() == Some(Kind::Complex)) {
        return None;
    }
    let own: Vec<DType> = types.iter().filter(|ty| !ty.is_weak()).filter_map(Type::dtype).collect();
    let has_weak = |weak: &Type| types.contains(weak);
    let is_all_bool = own.iter().all(|dtype| *dtype == DType::Bool);
    let has_no_float = !own.iter().any(|dtype| dtype.is_float());
    if has_weak(&Type::Float) && has_no_float || has_weak(&Type::Int) && is_all_bool {
        return Some(DType::Float64);
    }
    own.into_iter().filter_map(float_dtype).max()
}

/// Two real numbers in a float dtype.
pub(super) fn float_pair_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = float_dtype_of_pair(types)?;
    Some(scalar_plan(dtype, dtype, 2))
}

/// The dtype that numbers meet in.
pub(super) fn common_dtype(types: &[Type]) -> Option<DType> {
    let types = strong(types);
    let mut common = types.first()?.clone();
    for ty in &types[1..] {
        common = promote::promote(&common, ty)?;
    }
    common.dtype()
}

/// Two real numbers in their common dtype.
pub(super) fn real_pair_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = common_dtype(types)?;
    (!dtype.is_complex()).then(|| scalar_plan(dtype, dtype, 2))
}

/// The exponents for which NumPy's `array ** number` is not `power`: a number of one of them is `plain_power`.
pub(crate) const PLAIN_EXPONENTS: [f64; 5] = [2.0, 0.5, 1.0, -1.0, 0.0];

/// The ufunc that NumPy's `array ** number` is for a few numbers; `None` elsewhere.
pub(crate) fn array_power(base: &Type, exponent: &Fact) -> Option<&'static Ufunc> {
    let Type::Array(array) = base else { return None };
    if !matches!(array.dtype.kind(), Kind::Float | Kind::Complex) || exponent.ty.kind() == Some(Kind::Complex) {
        return None;
    }
    let number = match exponent.constant.as_ref()? {
        Constant::Int(number) => *number as f64,
        Constant::Float(number) => *number,
        _ => return None,
    };
    if number == 2.0 {
        Some(&super::arithmetic::SQUARE)
    } else if number == 0.5 {
        Some(&super::transcendental::SQRT)
    } else if number == 1.0 {
        Some(&super::operators::POSITIVE)
    } else if number == -1.0 {
        Some(&super::arithmetic::RECIPROCAL)
    } else {
        None
    }
}
