//! What `for` loops run over, and what iterators give.

use std::sync::Arc;

use super::collections::DictPart;
use super::enums::members_of;
use super::fact::Fact;
use super::index;
use super::rules::no_operation;
use super::types::{IteratorType, Type};
use super::unify::unify;
use crate::refusal::Reason;

/// What a `for` loop runs over.
pub(super) fn iterator(a: &Fact) -> Result<IteratorType, Reason> {
    match &a.ty {
        Type::Range(step) => Ok(IteratorType::Range { step: *step }),
        Type::Array(array) if array.ndim > 0 => Ok(IteratorType::Array(*array)),
        text if text.is_text() => Ok(IteratorType::Text { is_bytes: *text == Type::Bytes }),
        Type::Buffer(buffer) if buffer.ndim == 1 => Ok(IteratorType::Buffer(*buffer)),
        Type::List(item) => Ok(IteratorType::List((**item).clone())),
        Type::Dict(entry) => Ok(IteratorType::Dict(DictPart::Keys, entry.clone())),
        Type::Set(key) => Ok(IteratorType::Set((**key).clone())),
        Type::Deque(item) => Ok(IteratorType::Deque((**item).clone())),
        Type::Array(_) => Err(no_operation("iteration", &[&a.ty], "a 0-d array has no items")),
        Type::Tuple(items) => {
            let mut joined = items.first().cloned();
            for item in items.iter() {
                joined = joined.and_then(|known| unify(&known, item));
            }
            match joined {
                None if !items.is_empty() => Err(no_operation(
                    "iteration",
                    &[&a.ty],
                    "items of different types have no common type; index the tuple with constants",
                )),
                _ => Ok(IteratorType::Tuple(items.items.clone())),
            }
        }
        Type::Keywords(items) => {
            let names = items.iter().map(|(name, _)| Type::Str(name.clone()));
            Ok(IteratorType::Tuple(names.collect()))
        }
        Type::Class(class) if class.as_enum().is_some() => {
            Ok(IteratorType::Tuple(members_of(class).unwrap_or_default().into()))
        }
        Type::Iterable(iterable) => iterable_iterator(&iterable.0, &iterable.1),
        Type::Iterator(kind) => Ok((**kind).clone()),
        Type::Generator(generator) => Ok(IteratorType::Generator(generator.clone())),
        other => Err(no_operation(
            "iteration",
            &[other],
            "iterate over range(), tuples, containers, arrays, enumerate() or zip()",
        )),
    }
}

/// The tuple that `literal_unroll` was called for; any other type as it is.
pub fn unrolled_tuple(ty: &Type) -> &Type {
    match ty {
        Type::Iterable(iterable) if &*iterable.0 == "unrolled" => &iterable.1[0],
        _ => ty,
    }
}

/// For a tuple whose items have no common type, or that asks for it: that its loop is written out.
pub(super) fn written_out(at: u32, a: &Fact) -> Option<Reason> {
    let is_forced = *unrolled_tuple(&a.ty) != a.ty;
    let items = unrolled_tuple(&a.ty).as_tuple()?;
    let mut joined = items.first().cloned();
    for item in items {
        joined = joined.and_then(|known| unify(&known, item));
    }
    let is_mixed = joined.is_none() && !items.is_empty();
    (is_mixed || is_forced).then_some(Reason::Unroll((at, items.len() as u32)))
}

fn iterable_iterator(name: &str, arguments: &[Type]) -> Result<IteratorType, Reason> {
    let inner = |ty: &Type| iterator(&Fact::of(ty.clone())).map(|kind| Type::Iterator(Arc::new(kind)));
    match name {
        "flat" => match &arguments[0] {
            Type::Array(array) => Ok(IteratorType::Flat(*array)),
            other => Err(no_operation("iteration", &[other], "")),
        },
        "enumerate" => Ok(IteratorType::Enumerate(inner(&arguments[0])?)),
        "reversed" => match &arguments[0] {
            Type::List(item) => Ok(IteratorType::ReversedList((**item).clone())),
            other => Err(no_operation("reversed()", &[other], "")),
        },
        "keys" | "values" | "items" => match (name, &arguments[0]) {
            ("keys", Type::Dict(entry)) => Ok(IteratorType::Dict(DictPart::Keys, entry.clone())),
            ("values", Type::Dict(entry)) => Ok(IteratorType::Dict(DictPart::Values, entry.clone())),
            (_, Type::Dict(entry)) => Ok(IteratorType::Dict(DictPart::Items, entry.clone())),
            (_, other) => Err(no_operation("iteration", &[other], "")),
        },
        _ => Ok(IteratorType::Zip(arguments.iter().map(inner).collect::<Result<_, _>>()?)),
    }
}

/// True for an iterator whose type says that it has no items.
pub(super) fn is_always_empty(ty: &Type) -> bool {
    let Type::Iterator(kind) = ty else { return false };
    match &**kind {
        IteratorType::Range { .. }
        | IteratorType::Array(_)
        | IteratorType::Flat(_)
        | IteratorType::Text { .. }
        | IteratorType::Buffer(_)
        | IteratorType::List(_)
        | IteratorType::ReversedList(_)
        | IteratorType::Dict(..)
        | IteratorType::Generator(_)
        | IteratorType::Deque(_)
        | IteratorType::Set(_) => false,
        IteratorType::Tuple(items) => items.is_empty(),
        IteratorType::Enumerate(inner) => is_always_empty(inner),
        IteratorType::Zip(inner) => inner.is_empty() || inner.iter().any(is_always_empty),
    }
}

/// What an iterator gives.
pub(super) fn iterator_item(ty: &Type) -> Result<Type, Reason> {
    let Type::Iterator(kind) = ty else { return Err(Reason::Internal(format!("{ty} is not an iterator"))) };
    Ok(match &**kind {
        IteratorType::Range { .. } => Type::Int,
        IteratorType::Array(array) => index::first_axis_item(array),
        IteratorType::Flat(array) => array.item(),
        IteratorType::Generator(generator) => generator.item.clone(),
        IteratorType::Buffer(buffer) => buffer.item(),
        IteratorType::Text { is_bytes: false } => Type::String,
        IteratorType::Text { is_bytes: true } => Type::Int,
        IteratorType::List(item)
        | IteratorType::ReversedList(item)
        | IteratorType::Deque(item)
        | IteratorType::Set(item) => item.clone(),
        IteratorType::Dict(DictPart::Keys, entry) => entry.0.clone(),
        IteratorType::Dict(DictPart::Values, entry) => entry.1.clone(),
        IteratorType::Dict(DictPart::Items, entry) => Type::tuple(vec![entry.0.clone(), entry.1.clone()]),
        IteratorType::Tuple(items) => {
            let mut joined = items.first().cloned().unwrap_or(Type::None);
            for item in items.iter() {
                joined = unify(&joined, item).ok_or_else(|| no_operation("iteration", &[ty], ""))?;
            }
            joined
        }
        IteratorType::Enumerate(inner) => Type::tuple(vec![Type::Int, iterator_item(inner)?]),
        IteratorType::Zip(inner) => Type::tuple(inner.iter().map(iterator_item).collect::<Result<Vec<_>, _>>()?),
    })
}

/// What `yield from` an iterator gives in the end.
pub(super) fn iterator_result(kind: &IteratorType) -> Fact {
    match kind {
        IteratorType::Generator(generator) => Fact::of(generator.returned.clone()),
        _ => Fact::of(Type::None),
    }
}

/// True for functions whose result is an iterator that remembers where it stands.
pub(super) fn is_lazy(name: &str) -> bool {
    matches!(name, "builtins.zip" | "builtins.enumerate" | "builtins.reversed")
}
