//! Operations on constants that types depend on: tuple indexes, `x is None`, `a.ndim == 2`, `-1`.
//!
//! Arithmetic on values is lir's to fold; here are only ints, bools and what decides branches.

use super::fact::Fact;
use super::types::Type;
use crate::bytecode::Constant;
use crate::hir::{BinaryOp, CompareOp, UnaryOp};

/// `a op b` of int constants, if it stays in 64 bits.
pub(super) fn binary(op: BinaryOp, a: &Fact, b: &Fact) -> Option<Fact> {
    let (Some(Constant::Int(a)), Some(Constant::Int(b))) = (&a.constant, &b.constant) else { return None };
    let number = match op {
        BinaryOp::Add => a.checked_add(*b)?,
        BinaryOp::Sub => a.checked_sub(*b)?,
        BinaryOp::Mul => a.checked_mul(*b)?,
        _ => return None,
    };
    Some(Fact::int(number))
}

/// `op a` of a number constant.
pub(super) fn unary(op: UnaryOp, a: &Fact) -> Option<Fact> {
    match (op, a.constant.as_ref()?) {
        (UnaryOp::Neg, Constant::Int(number)) => Some(Fact::int(number.checked_neg()?)),
        (UnaryOp::Neg, Constant::Float(number)) => {
            Some(Fact { ty: Type::Float, constant: Some(Constant::Float(-number)) })
        }
        _ => None,
    }
}

/// `a op b` of constants and of types that decide it: ints, strings, dtypes, `None`.
pub(super) fn compare(op: CompareOp, a: &Fact, b: &Fact) -> Option<Fact> {
    if let (Some(a), Some(b)) = (a.as_int(), b.as_int()) {
        return Some(Fact::bool(match op {
            CompareOp::Lt => a < b,
            CompareOp::Le => a <= b,
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            CompareOp::Gt => a > b,
            CompareOp::Ge => a >= b,
        }));
    }
    if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
        // The order of UTF-8 is that of code points.
        return Some(Fact::bool(match op {
            CompareOp::Lt => a < b,
            CompareOp::Le => a <= b,
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            CompareOp::Gt => a > b,
            CompareOp::Ge => a >= b,
        }));
    }
    if a.ty.is_text() && b.ty.is_text() {
        return None;
    }
    // Arrays are compared element by element; what may be absent, and which class it is, is not known yet.
    let is_open = |ty: &Type| matches!(ty, Type::Array(_) | Type::Optional(_) | Type::Object | Type::AnyExceptionClass);
    if is_open(&a.ty) || is_open(&b.ty) {
        return None;
    }
    let is_class = |ty: &Type| matches!(ty, Type::DTypeClass(_) | Type::Library(_) | Type::ExceptionClass(_));
    let is_symbolic = |ty: &Type| is_class(ty) || matches!(ty, Type::Str(_) | Type::None | Type::Ellipsis);
    if is_symbolic(&a.ty) || is_symbolic(&b.ty) {
        return match op {
            CompareOp::Eq => Some(Fact::bool(a.ty == b.ty)),
            CompareOp::Ne => Some(Fact::bool(a.ty != b.ty)),
            _ => None,
        };
    }
    None
}

/// The truth value of a constant, or of a type whose values all have one.
pub fn truth(a: &Fact) -> Option<bool> {
    match &a.ty {
        Type::None => Some(false),
        Type::Str(text) => Some(!text.is_empty()),
        Type::String => None,
        Type::Bytes => match &a.constant {
            Some(Constant::Bytes(bytes)) => Some(!bytes.is_empty()),
            _ => None,
        },
        Type::Tuple(items) => Some(!items.is_empty()),
        Type::Keywords(items) => Some(!items.is_empty()),
        Type::ExceptionClass(_) | Type::AnyExceptionClass => Some(true),
        Type::Function(_) | Type::Library(_) | Type::Module(_) | Type::DTypeClass(_) => Some(true),
        _ => a.as_int().map(|number| number != 0),
    }
}
