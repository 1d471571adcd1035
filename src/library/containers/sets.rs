//! Methods of sets.

use super::super::{Arguments, Entry};
use super::lists::converted;
use crate::lower::items::key_fields;
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{Fact, Type, unify};

/// Methods of sets.
pub(in super::super) const ENTRIES: &[Entry] = &[
    Entry::call("set.add", add, lower_add),
    Entry::call("set.remove", remove, lower_remove),
    Entry::call("set.discard", remove, lower_discard),
    Entry::call("set.pop", pop, lower_pop),
    Entry::call("set.clear", no_arguments, lower_clear),
    Entry::call("set.copy", copy, lower_copy),
    Entry::call("set.__contains__", contains, lower_contains),
    // a.update(b) of sets of one type, in the order of CPython's set_merge.
    Entry::call("upshift.library.intrinsics.set_merge", merge, lower_merge),
    // Exchanges what two sets of one type hold.
    Entry::call("upshift.library.intrinsics.set_exchange", merge, lower_exchange),
];

fn key_of(arguments: &Arguments) -> Result<Type, Reason> {
    match arguments.positional.first().map(|operand| &operand.fact.ty) {
        Some(Type::Set(key)) => Ok((**key).clone()),
        _ => Err(arguments.refuse("it takes a set")),
    }
}

fn no_arguments(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::None))
}

fn add(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self", "elem"], 2)?;
    Ok(Fact::of(Type::None))
}

fn lower_add(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let key = key_of(arguments)?;
    let set = lowering.argument(&arguments.positional[0])[0];
    let repr = converted(lowering, &arguments.positional[1], &key);
    lowering.add_to_set(set, &repr, &key)?;
    Ok(Repr::new())
}

fn check_key(arguments: &Arguments) -> Result<(), Reason> {
    let key = key_of(arguments)?;
    match arguments.positional.get(1) {
        Some(given) if unify::unify(&given.fact.ty, &key).is_some_and(|joined| joined == key) => Ok(()),
        _ => Err(arguments.refuse("the item has another type than the items of the set")),
    }
}

fn remove(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self", "elem"], 2)?;
    check_key(arguments)?;
    Ok(Fact::of(Type::None))
}

fn lower_remove(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let key = key_of(arguments)?;
    let set = lowering.argument(&arguments.positional[0])[0];
    let repr = converted(lowering, &arguments.positional[1], &key);
    let place = lowering.find_place(set, &repr, &key)?;
    let is_found = lowering.is_found(place);
    let error = lowering.key_error(&repr, &key);
    lowering.raise_unless(is_found, &error);
    lowering.b.call_runtime(Symbol::SetDiscard, &[set, place]);
    Ok(Repr::new())
}

fn lower_discard(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let key = key_of(arguments)?;
    let set = lowering.argument(&arguments.positional[0])[0];
    let repr = converted(lowering, &arguments.positional[1], &key);
    let place = lowering.find_place(set, &repr, &key)?;
    let is_found = lowering.is_found(place);
    lowering.branch_values(
        is_found,
        &Type::None,
        &mut |lowering| {
            lowering.b.call_runtime(Symbol::SetDiscard, &[set, place]);
            Ok(Repr::new())
        },
        &mut |_| Ok(Repr::new()),
    )
}

fn pop(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    key_of(arguments).map(Fact::of)
}

fn lower_pop(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let key = key_of(arguments)?;
    let set = lowering.argument(&arguments.positional[0])[0];
    let place = lowering.b.call_runtime(Symbol::SetToPop, &[set]);
    let place = place.ok_or_else(|| Reason::Internal("a routine without a result".to_owned()))?;
    let is_found = lowering.is_found(place);
    lowering.raise_unless(is_found, &Failure::new("KeyError", "pop from an empty set"));
    let repr = lowering.place_key(place, &key);
    if key_fields(&key).is_empty() {
        lowering.b.call_runtime(Symbol::SetRemove, &[set, place]);
    } else {
        // What stands behind the key has references of its own.
        lowering.retain_parts(&repr, &key);
        lowering.b.call_runtime(Symbol::SetDiscard, &[set, place]);
    }
    Ok(repr)
}

fn lower_clear(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let set = lowering.argument(&arguments.positional[0])[0];
    let status = lowering.b.call_runtime(Symbol::SetClear, &[set]);
    lowering.check_status(status)?;
    Ok(Repr::new())
}

fn copy(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(arguments.positional[0].fact.ty.clone()))
}

fn lower_copy(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let set = lowering.argument(&arguments.positional[0])[0];
    let made = lowering.b.call_runtime(Symbol::SetCopy, &[set]);
    Ok(Repr::from_slice(&[lowering.check_made(made)?]))
}

fn contains(arguments: &Arguments) -> Result<Fact, Reason> {
    check_key(arguments)?;
    Ok(Fact::of(Type::Bool))
}

fn lower_contains(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let key = key_of(arguments)?;
    let set = lowering.argument(&arguments.positional[0])[0];
    let repr = converted(lowering, &arguments.positional[1], &key);
    let place = lowering.find_place(set, &repr, &key)?;
    Ok(Repr::from_slice(&[lowering.is_found(place)]))
}

fn merge(arguments: &Arguments) -> Result<Fact, Reason> {
    let key = key_of(arguments)?;
    match arguments.positional.get(1).map(|operand| &operand.fact.ty) {
        Some(Type::Set(other)) if **other == key => Ok(Fact::of(Type::None)),
        _ => Err(arguments.refuse("it takes two sets of one type")),
    }
}

fn lower_exchange(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let set = lowering.argument(&arguments.positional[0])[0];
    let other = lowering.argument(&arguments.positional[1])[0];
    lowering.b.call_runtime(Symbol::SetExchange, &[set, other]);
    Ok(Repr::new())
}

fn lower_merge(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let set = lowering.argument(&arguments.positional[0])[0];
    let other = lowering.argument(&arguments.positional[1])[0];
    let status = lowering.b.call_runtime(Symbol::SetMerge, &[set, other]);
    lowering.check_status(status)?;
    Ok(Repr::new())
}
