//! Methods of strings and bytes that are more than one routine: tuples of prefixes, several results, what is joined.

use super::methods::{int_argument, is_alike, text_argument};
use crate::library::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::status::NO_MEMORY;
use crate::runtime::strings::calls::mode;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{Fact, Type};

/// The methods.
pub(in crate::library) const ENTRIES: &[Entry] = &[
    Entry::call("str.startswith", affix, lower_affix),
    Entry::call("str.endswith", affix, lower_affix),
    Entry::call("bytes.startswith", affix, lower_affix),
    Entry::call("bytes.endswith", affix, lower_affix),
    Entry::call("str.partition", partition, lower_partition),
    Entry::call("str.rpartition", partition, lower_partition),
    Entry::call("bytes.partition", partition, lower_partition),
    Entry::call("bytes.rpartition", partition, lower_partition),
    Entry::call("str.join", join, lower_join),
    Entry::call("bytes.join", join, lower_join),
    Entry::call("str.__str__", itself, lower_itself),
];

fn receiver(arguments: &Arguments) -> &Type {
    &arguments.positional[0].fact.ty
}

/// The type of new text like the receiver.
fn text_type(arguments: &Arguments) -> Type {
    if *receiver(arguments) == Type::Bytes { Type::Bytes } else { Type::String }
}

fn affix(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, Some(affix), start, end] = arguments.bind(["self", "prefix", "start", "end"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let is_text = |ty: &Type| is_alike(receiver(arguments), ty);
    let is_affix = match &affix.fact.ty {
        Type::Tuple(items) => items.iter().all(is_text),
        ty => is_text(ty),
    };
    let is_bound = |ty: &Type| *ty == Type::None || is_index(ty) || *ty == Type::Bool;
    if !is_affix || ![start, end].into_iter().flatten().all(|bound| is_bound(&bound.fact.ty)) {
        return Err(arguments.refuse("it takes a string or a tuple of strings"));
    }
    Ok(Fact::of(Type::Bool))
}

fn bound(lowering: &mut Lowering<'_>, operand: Option<&Operand>, default: i64) -> Value {
    match operand.filter(|operand| operand.fact.ty != Type::None) {
        Some(operand) => int_argument(lowering, operand),
        None => lowering.b.const_i64(default),
    }
}

fn lower_affix(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [_, Some(affix), start, end] = arguments.bind(["self", "prefix", "start", "end"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let text = text_argument(lowering, &arguments.positional[0]);
    let (start, end) = (bound(lowering, start, 0), bound(lowering, end, i64::MAX));
    let is_start = arguments.name.ends_with("startswith");
    let mode = lowering.b.const_i64(if is_start { mode::STARTS } else { mode::ENDS });
    let own = lowering.argument(affix);
    let affixes: Vec<Value> = match &affix.fact.ty {
        Type::Tuple(items) => {
            let items = items.clone();
            (0..items.len()).map(|index| lowering.text_in_tuple(&own, &items, index)).collect()
        }
        ty => vec![lowering.text(&own, ty)],
    };
    let zero = lowering.b.const_i64(0);
    let mut is_any = lowering.b.const_bool(false);
    for affix in affixes {
        let answer = lowering.call_float(Symbol::TextFind, &[text, affix, start, end, mode]);
        let has_it = lowering.b.cmp_int(IntCond::Ne, answer, zero);
        is_any = lowering.b.or_bits(is_any, has_it);
    }
    Ok(Repr::from_slice(&[is_any]))
}

fn partition(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, Some(separator)] = arguments.bind(["self", "sep"], 2)? else { return Err(arguments.refuse("")) };
    if !is_alike(receiver(arguments), &separator.fact.ty) {
        return Err(arguments.refuse(""));
    }
    let text = text_type(arguments);
    Ok(Fact::of(Type::tuple(vec![text.clone(), text.clone(), text])))
}

/// Raises where a separator is empty.
pub(super) fn check_separator(lowering: &mut Lowering<'_>, separator: Value) {
    let length = lowering.text_length(separator);
    let zero = lowering.b.const_i64(0);
    let is_empty = lowering.b.cmp_int(IntCond::Eq, length, zero);
    lowering.raise_if(is_empty, &Failure::new("ValueError", "empty separator"));
}

fn lower_partition(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let text = text_argument(lowering, &arguments.positional[0]);
    let separator = text_argument(lowering, &arguments.positional[1]);
    check_separator(lowering, separator);
    let from_end = arguments.name.ends_with("rpartition");
    let mode = lowering.b.const_i64(if from_end { mode::FRONT } else { 0 });
    let slot = lowering.b.add_slot(24);
    let address = lowering.b.slot_address(slot);
    let answer = lowering.call_float(Symbol::TextPartition, &[text, separator, mode, address]);
    let parts: Repr = (0..3).map(|index| lowering.b.load(Machine::Ptr, address, 8 * index, Region::Frame)).collect();
    let failed = lowering.b.const_int(Machine::I32, NO_MEMORY.into());
    let has_failed = lowering.b.cmp_int(IntCond::Eq, answer, failed);
    // Null is no reference, so what there is goes.
    parts.iter().for_each(|&part| lowering.hold_temporary(part));
    lowering.raise_if(has_failed, &Failure::of_class("MemoryError"));
    parts.iter().for_each(|&part| lowering.forget_temporary(part));
    Ok(parts)
}

fn join(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, Some(items)] = arguments.bind(["self", "iterable"], 2)? else { return Err(arguments.refuse("")) };
    let fits = match &items.fact.ty {
        Type::Tuple(items) => items.iter().all(|item| is_alike(receiver(arguments), item)),
        Type::List(item) => is_alike(receiver(arguments), item) && !matches!(**item, Type::Str(_)),
        ty => ty.is_string() && receiver(arguments).is_string(),
    };
    if fits { Ok(Fact::of(text_type(arguments))) } else { Err(arguments.refuse("join a tuple or list of strings")) }
}

fn lower_join(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let separator = text_argument(lowering, &arguments.positional[0]);
    let items = &arguments.positional[1];
    let own = lowering.argument(items);
    if let Type::List(_) = &items.fact.ty {
        return Ok(Repr::from_slice(&[super::lists::join_list(lowering, separator, own[0])]));
    }
    let Type::Tuple(types) = &items.fact.ty else {
        let text = lowering.text(&own, &items.fact.ty);
        return Ok(Repr::from_slice(&[lowering.new_text(Symbol::TextInterleave, &[separator, text])]));
    };
    let types = types.clone();
    let texts: Vec<Value> = (0..types.len()).map(|index| lowering.text_in_tuple(&own, &types, index)).collect();
    Ok(Repr::from_slice(&[lowering.join_with(separator, &texts)]))
}

fn itself(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1).map(|_| Fact::of(Type::String))
}

fn lower_itself(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operand = &arguments.positional[0];
    let repr = lowering.argument(operand);
    Ok(Repr::from_slice(&[lowering.str_of(&repr, &operand.fact.ty)?]))
}
