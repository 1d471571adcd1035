//! Operations that work on numbers, and element by element on arrays: operators, comparisons, ufuncs.

use super::promote;
use super::types::{ArrayType, DType, Kind, Layout, Type};
use crate::hir::{BinaryOp, CompareOp, UnaryOp};
use crate::library::Ufunc;

/// An operation on numbers.
#[derive(Clone, Copy, Debug)]
pub enum ScalarOp {
    /// `a op b`
    Binary(BinaryOp),
    /// `op a`
    Unary(UnaryOp),
    /// `a op b`
    Compare(CompareOp),
    /// A NumPy ufunc.
    Ufunc(&'static Ufunc),
}

impl ScalarOp {
    /// As users write it, for messages.
    pub fn describe(self) -> String {
        match self {
            ScalarOp::Binary(op) => format!("operator {}", op.symbol()),
            ScalarOp::Unary(UnaryOp::Neg) => "unary operator -".to_owned(),
            ScalarOp::Unary(UnaryOp::Pos) => "unary operator +".to_owned(),
            ScalarOp::Unary(UnaryOp::Invert) => "unary operator ~".to_owned(),
            ScalarOp::Unary(UnaryOp::Not) => "operator not".to_owned(),
            ScalarOp::Compare(op) => format!("operator {}", op.symbol()),
            ScalarOp::Ufunc(ufunc) => ufunc.name.to_owned(),
        }
    }
}

/// The result of the operation on numbers.
pub fn scalar_result(op: ScalarOp, operands: &[Type]) -> Option<Type> {
    match op {
        ScalarOp::Binary(op) => promote::binary(op, &operands[0], &operands[1]).map(|plan| plan.result),
        ScalarOp::Unary(op) => promote::unary(op, &operands[0]).map(|plan| plan.result),
        ScalarOp::Compare(_) => {
            promote::comparison(&operands[0], &operands[1])?;
            Some(promote::comparison_result(&operands[0], &operands[1]))
        }
        ScalarOp::Ufunc(ufunc) => (ufunc.plan)(operands).map(|plan| plan.result),
    }
}

/// The type that stands for an operand when the operation works on its elements.
pub fn element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Array(array) => (array.dtype.kind() != Kind::Other).then_some(Type::Scalar(array.dtype)),
        _ if ty.is_number() => Some(ty.as_number()),
        _ => None,
    }
}

/// The result of the operation on numbers and arrays, broadcast. A result of no dimensions is a number.
pub fn elementwise_result(op: ScalarOp, operands: &[Type]) -> Option<Type> {
    let elements: Option<Vec<Type>> = operands.iter().map(element).collect();
    let result = scalar_result(op, &elements?)?;
    let ndim = operands.iter().filter_map(Type::as_array).map(|array| array.ndim).max().unwrap_or(0);
    if ndim == 0 {
        return Some(result);
    }
    let dtype = result.dtype()?;
    Some(Type::Array(ArrayType { dtype, ndim, layout: result_layout(operands, ndim), is_writable: true }))
}

/// Fortran order if every operand of full dimension has it, else C order.
fn result_layout(operands: &[Type], ndim: u8) -> Layout {
    let mut full = operands.iter().filter_map(Type::as_array).filter(|array| array.ndim == ndim);
    let mut others = operands.iter().filter_map(Type::as_array).filter(|array| array.ndim != ndim && array.ndim > 0);
    if full.all(|array| array.layout == Layout::F) && others.next().is_none() { Layout::F } else { Layout::C }
}

/// True if NumPy's in-place operators may store a result of dtype `from` in an array of dtype `to` (`same_kind`).
pub fn is_same_kind_cast(from: DType, to: DType) -> bool {
    from.kind() < to.kind() && !(from.is_signed() && to.kind() == super::Kind::Unsigned) || from.kind() == to.kind()
}
