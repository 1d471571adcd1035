//! The one type of a variable that several paths assign.
//!
//! Joins go up: `bool` to `int` to `float` to `complex`, a Python number to the NumPy scalar that it meets. An int
//! that meets a NumPy integer becomes a type that holds both, so that a bound such as 1000 survives next to uint8.

use std::sync::Arc;

use super::objects::{is_exception, is_exception_class};
use super::promote::{promote, promote_dtypes};
use super::types::{ArrayType, ClosureType, DType, FunctionKey, IteratorType, Layout, Type};

/// The join of two types, or `None` if no type holds both.
pub fn unify(a: &Type, b: &Type) -> Option<Type> {
    if a == b {
        return Some(a.clone());
    }
    match (a, b) {
        (Type::Array(a), Type::Array(b)) => unify_arrays(a, b).map(Type::Array),
        (Type::Tuple(a), Type::Tuple(b)) if a.class == b.class => unify_lists(a, b).map(|items| a.with(items)),
        (Type::Closure(a), Type::Closure(b)) if a.key == b.key => {
            let captures = unify_lists(&a.captures, &b.captures)?;
            Some(Type::Closure(ClosureType { captures, ..**a }.into()))
        }
        (Type::Partial(a), Type::Partial(b)) => {
            let [function, arguments, keywords] = &**a;
            let parts = [unify(function, &b[0])?, unify(arguments, &b[1])?, unify(keywords, &b[2])?];
            (parts[0] == *function).then(|| Type::Partial(parts.into()))
        }
        (Type::Keywords(a), Type::Keywords(b)) if a.len() == b.len() => {
            let joined =
                a.iter().zip(b.iter()).map(|(a, b)| Some((a.0.clone(), unify(&a.1, &b.1).filter(|_| a.0 == b.0)?)));
            joined.collect::<Option<_>>().map(Type::Keywords)
        }
        (Type::Buffer(a), Type::Buffer(b)) => a.unify(b).map(Type::Buffer),
        (Type::Range(_), Type::Range(_)) => Some(Type::Range(None)),
        (a, b) if a.is_string() && b.is_string() => Some(Type::String),
        (a, b) if is_exception(a) && is_exception(b) => Some(Type::AnyException),
        (a, b) if is_exception_class(a) && is_exception_class(b) => Some(Type::AnyExceptionClass),
        (Type::Optional(a), Type::Optional(b)) => unify(a, b).map(optional),
        (Type::Optional(inner), Type::None) | (Type::None, Type::Optional(inner)) => Some(optional((**inner).clone())),
        (Type::Optional(a), b) | (b, Type::Optional(a)) => unify(a, b).map(optional),
        (Type::None, inner) | (inner, Type::None) if inner.is_string() => Some(optional(Type::String)),
        (Type::None, inner) | (inner, Type::None) if is_exception(inner) => Some(optional(Type::AnyException)),
        (Type::None, inner) | (inner, Type::None) if has_optional(inner) => Some(optional(inner.clone())),
        (Type::Iterator(a), Type::Iterator(b)) => unify_iterators(a, b).map(|kind| Type::Iterator(kind.into())),
        _ => match (a.as_functions(), b.as_functions()) {
            (Some(a), Some(b)) => Some(one_of(a.into_iter().chain(b).collect())),
            _ => unify_numbers(a, b),
        },
    }
}

/// One of these functions.
pub fn one_of(mut keys: Vec<FunctionKey>) -> Type {
    keys.sort_unstable();
    keys.dedup();
    Type::OneOf(keys.into())
}

fn optional(inner: Type) -> Type {
    Type::Optional(Arc::new(inner))
}

/// True for values that may be absent: those that a variable can hold by themselves.
fn has_optional(ty: &Type) -> bool {
    ty.is_number()
        || matches!(ty, Type::Scalar(_))
        || ty.is_container()
        || matches!(
            ty,
            Type::Tuple(_)
                | Type::Array(_)
                | Type::Bytes
                | Type::Buffer(_)
                | Type::Generator(_)
                | Type::Member(_)
                | Type::Instance(_)
                | Type::Function(_)
                | Type::OneOf(_)
                | Type::Closure(_)
                | Type::Partial(_)
        )
}

fn unify_numbers(a: &Type, b: &Type) -> Option<Type> {
    // A member would be one no more.
    if matches!(a, Type::Member(_)) || matches!(b, Type::Member(_)) {
        return None;
    }
    let common = promote(a, b)?;
    let is_weak_int = |ty: &Type| matches!(ty, Type::Int);
    match common {
        Type::Scalar(dtype) if (is_weak_int(a) || is_weak_int(b)) && dtype.is_integer() => {
            Some(Type::Scalar(promote_dtypes(dtype, DType::Int64)))
        }
        _ => Some(common),
    }
}

fn unify_arrays(a: &ArrayType, b: &ArrayType) -> Option<ArrayType> {
    if (a.dtype, a.ndim) != (b.dtype, b.ndim) {
        return None;
    }
    let layout = if a.layout == b.layout { a.layout } else { Layout::A };
    Some(ArrayType { layout, is_writable: a.is_writable && b.is_writable, ..*a })
}

fn unify_lists(a: &[Type], b: &[Type]) -> Option<Vec<Type>> {
    if a.len() != b.len() {
        return None;
    }
    a.iter().zip(b).map(|(a, b)| unify(a, b)).collect()
}

fn unify_iterators(a: &IteratorType, b: &IteratorType) -> Option<IteratorType> {
    match (a, b) {
        (IteratorType::Range { .. }, IteratorType::Range { .. }) => Some(IteratorType::Range { step: None }),
        (IteratorType::Buffer(a), IteratorType::Buffer(b)) => a.unify(b).map(IteratorType::Buffer),
        (IteratorType::Flat(a), IteratorType::Flat(b)) => unify_arrays(a, b).map(IteratorType::Flat),
        (IteratorType::Array(a), IteratorType::Array(b)) => unify_arrays(a, b).map(IteratorType::Array),
        (IteratorType::Tuple(a), IteratorType::Tuple(b)) => {
            unify_lists(a, b).map(|items| IteratorType::Tuple(items.into()))
        }
        (IteratorType::Enumerate(a), IteratorType::Enumerate(b)) => unify(a, b).map(IteratorType::Enumerate),
        (IteratorType::Zip(a), IteratorType::Zip(b)) => unify_lists(a, b).map(IteratorType::Zip),
        _ => None,
    }
}
