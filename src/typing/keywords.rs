//! `**` in calls, and what `**kwargs` holds: names that are known when compiling, each with a value of its own type.

use std::sync::Arc;

use super::fact::Fact;
use super::infer::Argument;
use super::rules::no_operation;
use super::types::Type;
use crate::hir::Value;
use crate::library::Operand;
use crate::refusal::Reason;

impl Type {
    /// The types of the values of keywords, as those of a tuple.
    pub fn keyword_values(&self) -> Option<Vec<Type>> {
        match self {
            Type::Keywords(items) => Some(items.iter().map(|(_, ty)| ty.clone()).collect()),
            _ => None,
        }
    }
}

/// `{name: a, ...}`; of values under one name the last counts.
pub(super) fn build(names: &[Arc<str>], facts: &[Fact]) -> Fact {
    let items = names.iter().zip(facts).map(|(name, fact)| (name.clone(), fact.ty.clone()));
    Fact::of(Type::Keywords(items.collect()))
}

/// `{**a, **b}` of a call.
pub(super) fn merge(a: &Fact, b: &Fact) -> Result<Fact, Reason> {
    let (Type::Keywords(first), Type::Keywords(second)) = (&a.ty, &b.ty) else {
        let other = if matches!(a.ty, Type::Keywords(_)) { b } else { a };
        return Err(refuse_unknown(&other.ty));
    };
    if let Some((name, _)) = second.iter().find(|(name, _)| first.iter().any(|(known, _)| known == name)) {
        return Err(Reason::Arguments(format!("a call got multiple values for keyword argument '{name}'")));
    }
    Ok(Fact::of(Type::Keywords(first.iter().chain(second.iter()).cloned().collect())))
}

/// What is passed by `**` and is nothing whose names are known.
pub(super) fn refuse_unknown(ty: &Type) -> Reason {
    let advice =
        "its keys must be known when compiling: write the dict with string keys in the call, or pass on **kwargs";
    no_operation("** in a call", &[ty], advice)
}

/// The values as keyword arguments of a call.
pub fn keyword_operands(fact: &Fact, value: Value) -> Vec<(Arc<str>, Operand)> {
    let Type::Keywords(items) = &fact.ty else { return Vec::new() };
    let operand = |(position, (name, ty)): (usize, &(Arc<str>, Type))| {
        (name.clone(), Operand { fact: Fact::of(ty.clone()), source: Argument::Item(value, position as u32) })
    };
    items.iter().enumerate().map(operand).collect()
}

/// The position of a key.
pub fn keyword_position(ty: &Type, key: &Fact) -> Option<usize> {
    let Type::Keywords(items) = ty else { return None };
    let name = key.as_str()?;
    items.iter().position(|(known, _)| **known == *name)
}

/// `kwargs[name]`
pub(super) fn item(ty: &Type, key: &Fact) -> Result<Fact, Reason> {
    let Type::Keywords(items) = ty else { return Err(refuse_unknown(ty)) };
    match keyword_position(ty, key) {
        Some(position) => Ok(Fact::of(items[position].1.clone())),
        None if key.as_str().is_some() => {
            Err(no_operation("indexing", &[ty, &key.ty], "there is no such key; ask with in, or call get"))
        }
        None => Err(no_operation("indexing", &[ty, &key.ty], "keys of **kwargs must be known when compiling")),
    }
}

/// `name in kwargs`
pub(super) fn contains(ty: &Type, key: &Type) -> Result<bool, Reason> {
    match key {
        Type::Str(_) => Ok(keyword_position(ty, &Fact::of(key.clone())).is_some()),
        _ => Err(no_operation("operator in", &[key, ty], "keys of **kwargs must be known when compiling")),
    }
}
