//! Methods of lists, and what sorts them.

use std::sync::Arc;

use super::super::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Type as Machine, Value};
use crate::lower::items::item_layout;
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::sort::SortPart;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{DType, Fact, Type};

/// Methods of lists.
pub(in super::super) const ENTRIES: &[Entry] = &[
    Entry::call("list.append", append, lower_append),
    Entry::call("list.insert", insert, lower_insert),
    Entry::call("list.pop", pop, lower_pop),
    Entry::call("list.clear", no_arguments, lower_clear),
    Entry::call("list.copy", copy, lower_copy),
    Entry::call("list.reverse", no_arguments, lower_reverse),
    Entry::call("builtins.reversed", reversed, lower_reversed),
    // The item of a list at a position that is in range and not negative.
    Entry::call("upshift.library.intrinsics.list_item", list_item, lower_list_item),
    // a.extend(b) of lists of one type.
    Entry::call("upshift.library.intrinsics.list_extend", list_extend, lower_list_extend),
    // Whether two values have one type.
    Entry::call("upshift.library.intrinsics.has_same_type", has_same_type, lower_nothing),
    // Whether a list has ints and the value is one, so that `list_find` finds it.
    Entry::call("upshift.library.intrinsics.is_int_among_ints", is_int_among_ints, lower_nothing),
    // The position of an int in a list of ints from a position on that is not negative; -1 if it is not there.
    Entry::call("upshift.library.intrinsics.list_find", list_find, lower_list_find),
    // Whether the items of a list are numbers, or tuples of numbers, which `list_sort` sorts.
    Entry::call("upshift.library.intrinsics.is_sortable", is_sortable, lower_nothing),
    // Sorts a list in place by the items of another, which may be itself; the last argument says whether in reverse.
    Entry::call("upshift.library.intrinsics.list_sort", list_sort, lower_list_sort),
];

fn lower_nothing(_: &mut Lowering<'_>, _: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(Repr::new())
}

/// The type of the items of the list or deque that is the argument at a position.
pub(super) fn item_of(arguments: &Arguments, position: usize) -> Result<Type, Reason> {
    match arguments.positional.get(position).map(|operand| &operand.fact.ty) {
        Some(Type::List(item) | Type::Deque(item)) => Ok((**item).clone()),
        _ => Err(arguments.refuse("it takes a list")),
    }
}

fn list_of(lowering: &mut Lowering<'_>, arguments: &Arguments) -> Value {
    lowering.argument(&arguments.positional[0])[0]
}

fn no_arguments(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::None))
}

/// An operand as what a container holds.
pub(super) fn converted(lowering: &mut Lowering<'_>, operand: &Operand, to: &Type) -> Repr {
    let repr = lowering.argument(operand);
    lowering.convert(&repr, &operand.fact.ty, to)
}

fn append(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self", "object"], 2)?;
    Ok(Fact::of(Type::None))
}

fn lower_append(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let item = item_of(arguments, 0)?;
    let list = list_of(lowering, arguments);
    let repr = converted(lowering, &arguments.positional[1], &item);
    lowering.append_to_list(list, &repr, &item)?;
    Ok(Repr::new())
}

fn insert(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, Some(index), _] = arguments.bind(["self", "index", "object"], 3)? else { return Err(arguments.refuse("")) };
    if is_index(&index.fact.ty) || index.fact.ty == Type::Bool {
        return Ok(Fact::of(Type::None));
    }
    Err(arguments.refuse("the index is an integer"))
}

pub(super) fn lower_insert(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let item = item_of(arguments, 0)?;
    let list = list_of(lowering, arguments);
    let repr = converted(lowering, &arguments.positional[2], &item);
    let own = lowering.argument(&arguments.positional[1]);
    let number = lowering.to_index(&own, &arguments.positional[1].fact.ty);
    let length = lowering.container_length(list);
    let wrapped = lowering.wrap_index(number, length);
    let zero = lowering.b.const_i64(0);
    let is_before = lowering.b.cmp_int(IntCond::Slt, wrapped, zero);
    let raised = lowering.b.select(is_before, zero, wrapped);
    let is_behind = lowering.b.cmp_int(IntCond::Sgt, raised, length);
    let position = lowering.b.select(is_behind, length, raised);
    if matches!(arguments.positional[0].fact.ty, Type::List(_)) {
        lowering.insert_into_list(list, (length, position), &repr, &item)?;
        return Ok(Repr::new());
    }
    let one = lowering.b.const_i64(1);
    let status = lowering.b.call_runtime(Symbol::ListOpenGap, &[list, position, one]);
    lowering.check_status(status)?;
    lowering.retain_parts(&repr, &item);
    lowering.store_list_item(list, position, &repr, &item);
    Ok(Repr::new())
}

fn pop(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, index] = arguments.bind(["self", "index"], 1)?;
    if index.is_some_and(|index| !is_index(&index.fact.ty)) {
        return Err(arguments.refuse("the index is an integer"));
    }
    item_of(arguments, 0).map(Fact::of)
}

/// The references of the item go from the list to the result.
fn lower_pop(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let item = item_of(arguments, 0)?;
    let list = list_of(lowering, arguments);
    let length = lowering.container_length(list);
    let zero = lowering.b.const_i64(0);
    let is_empty = lowering.b.cmp_int(IntCond::Eq, length, zero);
    lowering.raise_if(is_empty, &Failure::new("IndexError", "pop from empty list"));
    let Some(index) = arguments.positional.get(1) else {
        let one = lowering.b.const_i64(1);
        let last = lowering.b.sub_int(length, one);
        let repr = lowering.list_item(list, last, &item);
        lowering.shorten_list(list, last);
        return Ok(repr);
    };
    let own = lowering.argument(index);
    let number = lowering.to_index(&own, &index.fact.ty);
    let position = lowering.list_position(list, number, "pop index out of range");
    let repr = lowering.list_item(list, position, &item);
    lowering.b.call_runtime(Symbol::ListTakeOut, &[list, position]);
    Ok(repr)
}

fn lower_clear(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let list = list_of(lowering, arguments);
    let length = lowering.container_length(list);
    let (zero, one) = (lowering.b.const_i64(0), lowering.b.const_i64(1));
    lowering.b.call_runtime(Symbol::ListDelete, &[list, zero, length, one]);
    Ok(Repr::new())
}

fn copy(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    item_of(arguments, 0).map(|item| Fact::of(Type::list(item)))
}

fn lower_copy(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let list = list_of(lowering, arguments);
    let length = lowering.container_length(list);
    let (zero, one) = (lowering.b.const_i64(0), lowering.b.const_i64(1));
    let made = lowering.b.call_runtime(Symbol::ListSlice, &[list, zero, length, one]);
    Ok(Repr::from_slice(&[lowering.check_made(made)?]))
}

fn lower_reverse(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let list = list_of(lowering, arguments);
    lowering.b.call_runtime(Symbol::ListReverse, &[list]);
    Ok(Repr::new())
}

fn reversed(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["sequence"], 1)? else { return Err(arguments.refuse("")) };
    match &a.fact.ty {
        Type::List(_) => Ok(Fact::of(Type::Iterable(Arc::new(("reversed".into(), vec![a.fact.ty.clone()]))))),
        Type::Range(step) => Ok(Fact::of(Type::Range(step.and_then(i64::checked_neg)))),
        Type::Tuple(items) => Ok(Fact::of(Type::tuple(items.iter().rev().cloned().collect::<Vec<_>>()))),
        _ => Err(arguments.refuse("it takes lists, tuples and ranges")),
    }
}

fn lower_reversed(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    Ok(match &arguments.positional[0].fact.ty {
        Type::Range(_) => {
            let length = lowering.range_length(&repr);
            let one = lowering.b.const_i64(1);
            let before_last = lowering.b.sub_int(length, one);
            let distance = lowering.b.mul_int(before_last, repr[2]);
            let start = lowering.b.add_int(repr[0], distance);
            let stop = lowering.b.sub_int(repr[0], repr[2]);
            let step = lowering.b.neg_int(repr[2]);
            Repr::from_slice(&[start, stop, step])
        }
        Type::Tuple(items) => {
            let items = items.clone();
            let mut end = repr.len();
            let mut reversed = Repr::new();
            for ty in items.iter().rev() {
                let start = end - crate::lower::machine_types(ty).len();
                reversed.extend(repr[start..end].iter().copied());
                end = start;
            }
            reversed
        }
        _ => repr,
    })
}

fn list_item(arguments: &Arguments) -> Result<Fact, Reason> {
    item_of(arguments, 0).map(Fact::of)
}

fn lower_list_item(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let item = item_of(arguments, 0)?;
    let list = list_of(lowering, arguments);
    let own = lowering.argument(&arguments.positional[1]);
    let position = lowering.to_index(&own, &arguments.positional[1].fact.ty);
    let repr = lowering.list_item(list, position, &item);
    lowering.retain_parts(&repr, &item);
    Ok(repr)
}

fn list_extend(arguments: &Arguments) -> Result<Fact, Reason> {
    if item_of(arguments, 0)? != item_of(arguments, 1)? {
        return Err(arguments.refuse(""));
    }
    Ok(Fact::of(Type::None))
}

fn lower_list_extend(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let list = list_of(lowering, arguments);
    let other = lowering.argument(&arguments.positional[1])[0];
    let status = lowering.b.call_runtime(Symbol::ListExtend, &[list, other]);
    lowering.check_status(status)?;
    Ok(Repr::new())
}

fn has_same_type(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a, b] => Ok(Fact::bool(a.fact.ty == b.fact.ty)),
        _ => Err(arguments.refuse("")),
    }
}

fn is_int_among_ints(arguments: &Arguments) -> Result<Fact, Reason> {
    let value = arguments.positional.get(1).map(|operand| &operand.fact.ty);
    Ok(Fact::bool(item_of(arguments, 0)? == Type::Int && value == Some(&Type::Int)))
}

fn list_find(arguments: &Arguments) -> Result<Fact, Reason> {
    match (item_of(arguments, 0)?, arguments.positional.len()) {
        (Type::Int, 3) => Ok(Fact::of(Type::Int)),
        _ => Err(arguments.refuse("")),
    }
}

fn lower_list_find(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let list = list_of(lowering, arguments);
    let [number, start] = [1, 2].map(|index| converted(lowering, &arguments.positional[index], &Type::Int)[0]);
    let found = lowering.b.call_runtime(Symbol::ListFindInt, &[list, number, start]);
    Ok(Repr::from_slice(&[found.ok_or_else(|| arguments.refuse(""))?]))
}

/// How the parts of an item are compared, in order; `None` if that takes more than comparing numbers.
fn sort_parts(item: &Type) -> Option<Vec<i64>> {
    let mut kinds = Vec::new();
    push_sort_kinds(item, &mut kinds)?;
    let layout = item_layout(item);
    Some(kinds.into_iter().zip(&layout.parts).map(|(kind, &(_, offset))| kind as i64 | (offset as i64) << 8).collect())
}

fn push_sort_kinds(ty: &Type, out: &mut Vec<SortPart>) -> Option<()> {
    if let Type::Tuple(items) = ty {
        return items.iter().try_for_each(|item| push_sort_kinds(item, out));
    }
    out.push(match ty.dtype()? {
        DType::Bool => SortPart::Bool,
        DType::Int8 => SortPart::Int8,
        DType::Int16 => SortPart::Int16,
        DType::Int32 => SortPart::Int32,
        DType::Int64 => SortPart::Int64,
        DType::UInt8 => SortPart::UInt8,
        DType::UInt16 => SortPart::UInt16,
        DType::UInt32 => SortPart::UInt32,
        DType::UInt64 => SortPart::UInt64,
        DType::Float32 => SortPart::Float32,
        DType::Float64 => SortPart::Float64,
        DType::Complex64 | DType::Complex128 | DType::Record(_) | DType::Time(_) => return None,
    });
    Some(())
}

fn is_sortable(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::bool(sort_parts(&item_of(arguments, 0)?).is_some()))
}

fn list_sort(arguments: &Arguments) -> Result<Fact, Reason> {
    match sort_parts(&item_of(arguments, 1)?) {
        Some(_) if arguments.positional.len() == 3 => Ok(Fact::of(Type::None)),
        _ => Err(arguments.refuse("")),
    }
}

fn lower_list_sort(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let parts = sort_parts(&item_of(arguments, 1)?).ok_or_else(|| arguments.refuse(""))?;
    let list = list_of(lowering, arguments);
    let keys = lowering.argument(&arguments.positional[1])[0];
    let reverse = lowering.argument(&arguments.positional[2]);
    let is_reversed = lowering.truth_of(&reverse, &arguments.positional[2].fact)?;
    let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
    let data = lowering.b.add_data(bytes);
    let address = lowering.b.data_address(data);
    let count = lowering.b.const_i64(parts.len() as i64);
    let status = lowering.b.call_runtime(Symbol::ListSortBy, &[list, keys, address, count, is_reversed]);
    lowering.check_status(status)?;
    debug_assert!(!parts.is_empty() || lowering.b.type_of(list) == Machine::Ptr);
    Ok(Repr::new())
}
