//! Methods of dicts, and their views.

use std::sync::Arc;

use super::super::{Arguments, Entry};
use super::lists::converted;
use crate::lir::{IntCond, Type as Machine, Value};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DictKind, Entries, Fact, Type, is_hashable, makes_known_value, unify};

/// Methods of dicts.
pub(in super::super) const ENTRIES: &[Entry] = &[
    Entry::call("dict.keys", keys, lower_same),
    Entry::call("dict.values", values, lower_same),
    Entry::call("dict.items", items, lower_same),
    Entry::call("dict.get", get, lower_get),
    Entry::call("dict.setdefault", setdefault, lower_setdefault),
    Entry::call("dict.pop", pop, lower_pop),
    Entry::call("dict.popitem", popitem, lower_popitem),
    Entry::call("dict.clear", clear, lower_clear),
    Entry::call("dict.copy", copy, lower_copy),
    Entry::call("dict.__contains__", contains, lower_contains),
    Entry::call("dict_keys.__contains__", contains, lower_contains),
    Entry::call("builtins.hash", hash, lower_hash),
    // Whether the types say what the factory of a defaultdict makes.
    Entry::call("upshift.library.intrinsics.makes_known_value", has_known_value, lower_nothing),
    // That: zero, or an empty text or container.
    Entry::call("upshift.library.intrinsics.new_value", new_value, lower_new_value),
    // Whether the class of a dict is `dict` itself.
    Entry::call("upshift.library.intrinsics.is_plain_dict", is_plain, lower_nothing),
];

/// Key and value of the dict that is the first argument, or of the dict that it is a view of.
fn entry_of(arguments: &Arguments) -> Result<Entries, Reason> {
    let first = arguments.positional.first().map(|operand| &operand.fact.ty);
    let dict = match first {
        Some(Type::Iterable(iterable)) => iterable.1.first(),
        other => other,
    };
    match dict {
        Some(Type::Dict(entry)) => Ok((**entry).clone()),
        _ => Err(arguments.refuse("it takes a dict")),
    }
}

fn view(arguments: &Arguments, name: &str) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::Iterable(Arc::new((name.into(), vec![arguments.positional[0].fact.ty.clone()])))))
}

fn keys(arguments: &Arguments) -> Result<Fact, Reason> {
    view(arguments, "keys")
}

fn values(arguments: &Arguments) -> Result<Fact, Reason> {
    view(arguments, "values")
}

fn items(arguments: &Arguments) -> Result<Fact, Reason> {
    view(arguments, "items")
}

fn lower_same(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(lowering.argument(&arguments.positional[0]))
}

/// The key that is the second argument must be one of the dict's type: a float is looked up among ints by its value.
fn check_key(arguments: &Arguments, key: &Type) -> Result<(), Reason> {
    match arguments.positional.get(1) {
        Some(given) if unify::unify(&given.fact.ty, key).is_some_and(|joined| joined == *key) => Ok(()),
        _ => Err(arguments.refuse("the key has another type than the keys of the dict")),
    }
}

fn get(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, _, default] = arguments.bind(["self", "key", "default"], 2)?;
    let entry = entry_of(arguments)?;
    check_key(arguments, &entry.0)?;
    let default = default.map_or(Type::None, |default| default.fact.ty.clone());
    match unify::unify(&entry.1, &default) {
        Some(ty) => Ok(Fact::of(ty)),
        None => Err(arguments.refuse("the default has another type than the values of the dict")),
    }
}

fn lower_get(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let entry = entry_of(arguments)?;
    let dict = lowering.argument(&arguments.positional[0])[0];
    let key = converted(lowering, &arguments.positional[1], &entry.0);
    let default = match arguments.positional.get(2) {
        Some(default) => converted(lowering, default, &fact.ty),
        None => lowering.convert(&Repr::new(), &Type::None, &fact.ty),
    };
    let address = lowering.find_entry(dict, &key, &entry.0)?;
    let is_found = lowering.is_found(address);
    lowering.choose(
        is_found,
        &fact.ty,
        &mut |lowering| {
            let value = lowering.entry_value(address, &entry);
            Ok(lowering.convert(&value, &entry.1, &fact.ty))
        },
        &mut |_| Ok(default.clone()),
    )
}

fn setdefault(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self", "key", "default"], 3)?;
    let entry = entry_of(arguments)?;
    check_key(arguments, &entry.0)?;
    Ok(Fact::of(entry.1))
}

fn lower_setdefault(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let entry = entry_of(arguments)?;
    let dict = lowering.argument(&arguments.positional[0])[0];
    let key = converted(lowering, &arguments.positional[1], &entry.0);
    let default = converted(lowering, &arguments.positional[2], &entry.1);
    let address = lowering.find_entry(dict, &key, &entry.0)?;
    let is_found = lowering.is_found(address);
    lowering.choose(is_found, &fact.ty, &mut |lowering| Ok(lowering.entry_value(address, &entry)), &mut |lowering| {
        lowering.set_entry(dict, &key, &default, &entry)?;
        Ok(default.clone())
    })
}

fn pop(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, _, default] = arguments.bind(["self", "key", "default"], 2)?;
    let entry = entry_of(arguments)?;
    check_key(arguments, &entry.0)?;
    let default = default.map_or_else(|| entry.1.clone(), |default| default.fact.ty.clone());
    match unify::unify(&entry.1, &default) {
        Some(ty) => Ok(Fact::of(ty)),
        None => Err(arguments.refuse("the default has another type than the values of the dict")),
    }
}

/// Takes an entry out: its value, with its references.
fn take(lowering: &mut Lowering<'_>, dict: Value, address: Value, entry: &Entries) -> Repr {
    let value = lowering.entry_value(address, entry);
    lowering.b.call_runtime(Symbol::DictRemove, &[dict, address]);
    value
}

fn lower_pop(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let entry = entry_of(arguments)?;
    let dict = lowering.argument(&arguments.positional[0])[0];
    let key = converted(lowering, &arguments.positional[1], &entry.0);
    let Some(default) = arguments.positional.get(2) else {
        let address = lowering.need_entry(dict, &key, &entry.0)?;
        return Ok(take(lowering, dict, address, &entry));
    };
    let default = converted(lowering, default, &fact.ty);
    let address = lowering.find_entry(dict, &key, &entry.0)?;
    let is_found = lowering.is_found(address);
    lowering.branch_values(
        is_found,
        &fact.ty,
        &mut |lowering| {
            let value = take(lowering, dict, address, &entry);
            Ok(lowering.convert(&value, &entry.1, &fact.ty))
        },
        &mut |lowering| {
            lowering.retain_parts(&default, &fact.ty);
            Ok(default.clone())
        },
    )
}

fn popitem(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    let entry = entry_of(arguments)?;
    Ok(Fact::of(Type::tuple(vec![entry.0, entry.1])))
}

fn lower_popitem(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let entry = entry_of(arguments)?;
    let dict = lowering.argument(&arguments.positional[0])[0];
    let length = lowering.container_length(dict);
    let zero = lowering.b.const_i64(0);
    let is_empty = lowering.b.cmp_int(IntCond::Eq, length, zero);
    lowering.raise_if(is_empty, &Failure::new("KeyError", "popitem(): dictionary is empty"));
    // Deleted entries at the end are gone (`runtime/dict.rs`): the last one lives.
    let end = lowering.container_end(dict);
    let one = lowering.b.const_i64(1);
    let last = lowering.b.sub_int(end, one);
    let address = lowering.entry_address(dict, last, &entry);
    let mut repr = lowering.entry_key(address, &entry);
    lowering.retain_parts(&repr, &entry.0);
    repr.extend(take(lowering, dict, address, &entry));
    Ok(repr)
}

fn clear(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::None))
}

fn lower_clear(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let dict = lowering.argument(&arguments.positional[0])[0];
    lowering.b.call_runtime(Symbol::DictClear, &[dict]);
    Ok(Repr::new())
}

fn copy(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(arguments.positional[0].fact.ty.clone()))
}

fn lower_copy(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let dict = lowering.argument(&arguments.positional[0])[0];
    let made = lowering.b.call_runtime(Symbol::DictCopy, &[dict]);
    Ok(Repr::from_slice(&[lowering.check_made(made)?]))
}

fn contains(arguments: &Arguments) -> Result<Fact, Reason> {
    let entry = entry_of(arguments)?;
    check_key(arguments, &entry.0)?;
    Ok(Fact::of(Type::Bool))
}

fn lower_contains(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let entry = entry_of(arguments)?;
    let dict = lowering.argument(&arguments.positional[0])[0];
    let key = converted(lowering, &arguments.positional[1], &entry.0);
    let address = lowering.find_entry(dict, &key, &entry.0)?;
    Ok(Repr::from_slice(&[lowering.is_found(address)]))
}

fn has_known_value(arguments: &Arguments) -> Result<Fact, Reason> {
    let entry = entry_of(arguments)?;
    Ok(Fact::bool(matches!(&entry.2, DictKind::Default(factory) if makes_known_value(factory))))
}

fn lower_nothing(_: &mut Lowering<'_>, _: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(Repr::new())
}

fn new_value(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::of(entry_of(arguments)?.1))
}

fn lower_new_value(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    lowering.new_empty(&entry_of(arguments)?.1)
}

fn is_plain(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::bool(entry_of(arguments)?.2 == DictKind::Plain))
}

fn hash(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["obj"], 1)? else { return Err(arguments.refuse("")) };
    if is_hashable(&a.fact.ty) { Ok(Fact::of(Type::Int)) } else { Err(arguments.refuse("it takes numbers and tuples")) }
}

fn lower_hash(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    let hash = lowering.hash(&repr, &arguments.positional[0].fact.ty)?;
    debug_assert_eq!(lowering.b.type_of(hash), Machine::I64);
    Ok(Repr::from_slice(&[hash]))
}
