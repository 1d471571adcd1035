//! Which type an operation computes in, and what it gives: NumPy 2's promotion (NEP 50) with Python's own numbers.
//!
//! Typing asks for the result, lowering for the operand types: both read the same `Plan`, so that they cannot
//! disagree. A *number* here is a Python number or a NumPy scalar; an array operation has the plan of its elements.

use super::types::{DType, Kind, Type};
use crate::hir::{BinaryOp, UnaryOp};

/// How a number operation runs: operands are converted to `operand`, computed, and the result is `result`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The type the operands are converted to.
    pub operand: Type,
    /// The type of the result.
    pub result: Type,
}

impl Plan {
    fn same(ty: Type) -> Plan {
        Plan { operand: ty.clone(), result: ty }
    }
}

/// NumPy's `result_type` of two dtypes.
pub fn promote_dtypes(a: DType, b: DType) -> DType {
    let (low, high) = if a.kind() <= b.kind() { (a, b) } else { (b, a) };
    match (low.kind(), high.kind()) {
        (Kind::Bool, _) => high,
        (Kind::Signed, Kind::Signed)
        | (Kind::Unsigned, Kind::Unsigned)
        | (Kind::Float, Kind::Float)
        | (Kind::Complex, Kind::Complex) => low.max(high),
        (Kind::Signed, Kind::Unsigned) => promote_signs(low, high),
        (Kind::Signed | Kind::Unsigned, Kind::Float) => promote_dtypes(high, float_holding(low)),
        (_, Kind::Complex) => {
            let real = promote_dtypes(low, high.real());
            if real == DType::Float32 { DType::Complex64 } else { DType::Complex128 }
        }
        // Records come to no operator; the higher kind stands for what is out of order.
        _ => high,
    }
}

fn promote_signs(signed: DType, unsigned: DType) -> DType {
    if signed.size() > unsigned.size() {
        return signed;
    }
    match unsigned {
        DType::UInt8 => DType::Int16,
        DType::UInt16 => DType::Int32,
        DType::UInt32 => DType::Int64,
        _ => DType::Float64,
    }
}

/// The float dtype that NumPy converts an integer dtype to when it meets a float; there is no float16 here.
fn float_holding(dtype: DType) -> DType {
    if dtype.size() <= 2 { DType::Float32 } else { DType::Float64 }
}

/// The common type of two numbers in arithmetic.
pub fn promote(a: &Type, b: &Type) -> Option<Type> {
    let (a, b) = (&a.as_number(), &b.as_number());
    let (kind_a, kind_b) = (a.kind()?, b.kind()?);
    if a.is_python_number() && b.is_python_number() {
        return Some(if kind_a >= kind_b { a.clone() } else { b.clone() });
    }
    if a.is_weak() {
        return Some(Type::Scalar(promote_weak(kind_a, b.dtype()?)));
    }
    if b.is_weak() {
        return Some(Type::Scalar(promote_weak(kind_b, a.dtype()?)));
    }
    Some(Type::Scalar(promote_dtypes(a.dtype()?, b.dtype()?)))
}

/// NEP 50: a Python number of kind `weak` meets `dtype`.
fn promote_weak(weak: Kind, dtype: DType) -> DType {
    match (weak, dtype.kind()) {
        (Kind::Signed, Kind::Bool) => DType::Int64,
        (Kind::Float, Kind::Bool | Kind::Signed | Kind::Unsigned) => DType::Float64,
        (Kind::Complex, Kind::Bool | Kind::Signed | Kind::Unsigned) => DType::Complex128,
        (Kind::Complex, Kind::Float) if dtype == DType::Float32 => DType::Complex64,
        (Kind::Complex, Kind::Float) => DType::Complex128,
        _ => dtype,
    }
}

/// The plan of `a op b` on numbers; `None` if these types do not have the operation.
pub fn binary(op: BinaryOp, a: &Type, b: &Type) -> Option<Plan> {
    let common = promote(a, b)?;
    let kind = common.kind()?;
    match op {
        BinaryOp::MatMul => None,
        BinaryOp::Add | BinaryOp::Mul => Some(arithmetic(common)),
        BinaryOp::Sub => match common {
            Type::Scalar(DType::Bool) => None,
            _ => Some(arithmetic(common)),
        },
        BinaryOp::TrueDiv => Some(true_division(common)),
        BinaryOp::FloorDiv | BinaryOp::Mod if kind == Kind::Complex => None,
        BinaryOp::FloorDiv | BinaryOp::Mod | BinaryOp::Pow => Some(match common {
            Type::Scalar(DType::Bool) => Plan::same(Type::Scalar(DType::Int8)),
            _ => arithmetic(common),
        }),
        BinaryOp::LShift | BinaryOp::RShift => match (kind, common) {
            (Kind::Bool, Type::Scalar(_)) => Some(Plan::same(Type::Scalar(DType::Int8))),
            (Kind::Bool | Kind::Signed | Kind::Unsigned, common) => Some(arithmetic(common)),
            _ => None,
        },
        BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => {
            (!matches!(kind, Kind::Float | Kind::Complex)).then(|| Plan::same(common))
        }
    }
}

/// Python's bools compute as ints; everything else as itself.
fn arithmetic(common: Type) -> Plan {
    Plan::same(if common == Type::Bool { Type::Int } else { common })
}

fn true_division(common: Type) -> Plan {
    match common {
        Type::Bool | Type::Int => Plan { operand: Type::Int, result: Type::Float },
        Type::Scalar(dtype) if dtype <= DType::UInt64 => Plan::same(Type::Scalar(DType::Float64)),
        _ => Plan::same(common),
    }
}

/// The plan of `op a` on a number; `Not` is not arithmetic and has none.
pub fn unary(op: UnaryOp, a: &Type) -> Option<Plan> {
    let a = &a.as_number();
    let kind = a.kind()?;
    match op {
        UnaryOp::Not => None,
        UnaryOp::Neg | UnaryOp::Pos if *a == Type::Scalar(DType::Bool) => None,
        UnaryOp::Neg | UnaryOp::Pos => Some(arithmetic(a.clone())),
        UnaryOp::Invert => match (kind, a) {
            (Kind::Float | Kind::Complex, _) => None,
            (_, Type::Bool) => Some(Plan::same(Type::Int)),
            _ => Some(Plan::same(a.clone())),
        },
    }
}

/// The operands as the operator sees them. NumPy's float64 is a `float` of Python's: `complex` on its left, which is
/// no class below it, takes it as one, so that the result is a `complex` and division by zero raises.
pub fn as_operands(a: &Type, b: &Type) -> (Type, Type) {
    match (a, b) {
        (Type::Complex, Type::Scalar(DType::Float64)) => (Type::Complex, Type::Float),
        _ => (a.clone(), b.clone()),
    }
}

/// How two numbers are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both converted to this type.
    In(Type),
    /// An integer with a Python float, exactly; the flag says that the float is the left one.
    IntWithFloat {
        /// The float stands left.
        is_swapped: bool,
    },
    /// A signed with an unsigned 64-bit integer, exactly; the flag says that the unsigned one is the left one.
    SignedWithUnsigned {
        /// The unsigned one stands left.
        is_swapped: bool,
    },
}

/// The plan of a comparison of numbers. Python's numbers compare exactly; NumPy converts to the common type, but
/// compares integers exactly whatever their width.
pub fn comparison(a: &Type, b: &Type) -> Option<Comparison> {
    let (a, b) = (&a.as_number(), &b.as_number());
    let (kind_a, kind_b) = (a.kind()?, b.kind()?);
    let is_integral = |kind| matches!(kind, Kind::Bool | Kind::Signed | Kind::Unsigned);
    if is_integral(kind_a) && is_integral(kind_b) {
        let is_wide = |ty: &Type| ty.dtype() == Some(DType::UInt64);
        return Some(match (is_wide(a), is_wide(b)) {
            (true, true) => Comparison::In(Type::Scalar(DType::UInt64)),
            (true, false) => Comparison::SignedWithUnsigned { is_swapped: true },
            (false, true) => Comparison::SignedWithUnsigned { is_swapped: false },
            (false, false) if kind_a == Kind::Bool && kind_b == Kind::Bool => Comparison::In(Type::Bool),
            (false, false) if a.dtype() == b.dtype() => Comparison::In(a.clone()),
            (false, false) => Comparison::In(Type::Int),
        });
    }
    if a.is_python_number() && b.is_python_number() {
        match (a, b) {
            (Type::Int, Type::Float) => return Some(Comparison::IntWithFloat { is_swapped: false }),
            (Type::Float, Type::Int) => return Some(Comparison::IntWithFloat { is_swapped: true }),
            _ => {}
        }
    }
    promote(a, b).map(Comparison::In)
}

/// The type of a comparison's result.
pub fn comparison_result(a: &Type, b: &Type) -> Type {
    if a.is_python_number() && b.is_python_number() { Type::Bool } else { Type::Scalar(DType::Bool) }
}
