//! Methods of deques that Python source cannot say (`library/deques.py` has the others), and the classes of
//! `collections` called without items.

use super::super::{Arguments, Attribute, Entry};
use super::lists::{converted, item_of, lower_insert};
use crate::lir::IntCond;
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::deque::LIMIT_OFFSET;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{Fact, Type};

/// Methods of deques, and constructors.
pub(in super::super) const ENTRIES: &[Entry] = &[
    Entry::call("collections.deque", made_elsewhere, lower_new_deque),
    Entry::call("collections.Counter", made_elsewhere, lower_new_dict),
    Entry::call("collections.OrderedDict", made_elsewhere, lower_new_dict),
    Entry::call("collections.defaultdict", made_elsewhere, lower_new_dict),
    Entry::call("deque.pop", pop, |lowering, arguments, _| lower_pop(lowering, arguments, false)),
    Entry::call("deque.popleft", pop, |lowering, arguments, _| lower_pop(lowering, arguments, true)),
    Entry::call("deque.clear", nothing, lower_clear),
    Entry::call("deque.copy", copy, lower_copy),
    Entry::call("deque.reverse", nothing, lower_reverse),
    Entry::call("deque.rotate", rotate, lower_rotate),
    // The limit of the length, or -1.
    Entry::call("upshift.library.intrinsics.deque_limit", number, lower_limit),
    // How often it was changed so that iterators over it end.
    Entry::call("upshift.library.intrinsics.deque_changes", number, lower_changes),
    // Appends where the limit is not reached.
    Entry::call("upshift.library.intrinsics.deque_append", put, lower_append),
    // Inserts at a position where the limit is not reached.
    Entry::call("upshift.library.intrinsics.deque_insert", put, lower_insert_item),
];

/// Attributes of deques.
pub(in super::super) const ATTRIBUTES: &[Attribute] = &[Attribute {
    name: "deque.maxlen",
    typing: |_| Ok(Fact::of(Type::Optional(Type::Int.into()))),
    lower: |lowering, a, _| {
        let limit = lowering.deque_limit(a[0]);
        let zero = lowering.b.const_i64(0);
        let has_limit = lowering.b.cmp_int(IntCond::Sge, limit, zero);
        Ok(Repr::from_slice(&[has_limit, limit]))
    },
}];

/// What they are called with says what they make: `typing/collections.rs`.
fn made_elsewhere(arguments: &Arguments) -> Result<Fact, Reason> {
    Err(arguments.refuse("call it with what it is to hold"))
}

fn lower_new_deque(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let Type::Deque(item) = &fact.ty else { return Err(Reason::Internal("no deque is made".to_owned())) };
    let [_, limit] = arguments.bind(["iterable", "maxlen"], 0)?;
    let limit = match limit.filter(|limit| limit.fact.ty != Type::None) {
        None => lowering.b.const_i64(-1),
        Some(limit) => {
            let repr = lowering.argument(limit);
            lowering.limit_of(&repr, &limit.fact.ty)
        }
    };
    Ok(Repr::from_slice(&[lowering.new_deque(item, limit)?]))
}

fn lower_new_dict(lowering: &mut Lowering<'_>, _: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let Type::Dict(entry) = &fact.ty else { return Err(Reason::Internal("no dict is made".to_owned())) };
    Ok(Repr::from_slice(&[lowering.new_table(&fact.ty, &entry.0)?]))
}

fn nothing(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::None))
}

fn number(arguments: &Arguments) -> Result<Fact, Reason> {
    item_of(arguments, 0).map(|_| Fact::of(Type::Int))
}

fn put(_: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::None))
}

fn pop(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    item_of(arguments, 0).map(Fact::of)
}

/// The references of the item go from the deque to the result.
fn lower_pop(lowering: &mut Lowering<'_>, arguments: &Arguments, is_left: bool) -> Result<Repr, Reason> {
    let item = item_of(arguments, 0)?;
    let deque = lowering.argument(&arguments.positional[0])[0];
    let length = lowering.check_deque_has_items(deque);
    let one = lowering.b.const_i64(1);
    let position = if is_left { lowering.b.const_i64(0) } else { lowering.b.sub_int(length, one) };
    let repr = lowering.list_item(deque, position, &item);
    if is_left {
        lowering.b.call_runtime(Symbol::ListTakeOut, &[deque, position]);
    } else {
        lowering.shorten_list(deque, position);
    }
    lowering.count_change(deque);
    Ok(repr)
}

fn lower_clear(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let deque = lowering.argument(&arguments.positional[0])[0];
    let length = lowering.container_length(deque);
    let (zero, one) = (lowering.b.const_i64(0), lowering.b.const_i64(1));
    lowering.b.call_runtime(Symbol::ListDelete, &[deque, zero, length, one]);
    lowering.count_change(deque);
    Ok(Repr::new())
}

fn copy(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(arguments.positional[0].fact.ty.clone()))
}

fn lower_copy(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let deque = lowering.argument(&arguments.positional[0])[0];
    let length = lowering.container_length(deque);
    let (zero, one) = (lowering.b.const_i64(0), lowering.b.const_i64(1));
    let made = lowering.b.call_runtime(Symbol::ListSlice, &[deque, zero, length, one]);
    let made = lowering.check_made(made)?;
    let limit = lowering.deque_limit(deque);
    lowering.b.store(limit, made, LIMIT_OFFSET, crate::lir::Region::Headers);
    Ok(Repr::from_slice(&[made]))
}

fn lower_reverse(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let deque = lowering.argument(&arguments.positional[0])[0];
    lowering.b.call_runtime(Symbol::ListReverse, &[deque]);
    Ok(Repr::new())
}

fn rotate(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, steps] = arguments.bind(["self", "n"], 1)?;
    match steps {
        Some(steps) if !is_index(&steps.fact.ty) && steps.fact.ty != Type::Bool => {
            Err(arguments.refuse("the number of steps is an integer"))
        }
        _ => Ok(Fact::of(Type::None)),
    }
}

fn lower_rotate(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let deque = lowering.argument(&arguments.positional[0])[0];
    let steps = match arguments.positional.get(1) {
        None => lowering.b.const_i64(1),
        Some(steps) => {
            let repr = lowering.argument(steps);
            lowering.to_index(&repr, &steps.fact.ty)
        }
    };
    let status = lowering.b.call_runtime(Symbol::DequeRotate, &[deque, steps]);
    lowering.check_status(status)?;
    Ok(Repr::new())
}

fn lower_limit(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let deque = lowering.argument(&arguments.positional[0])[0];
    Ok(Repr::from_slice(&[lowering.deque_limit(deque)]))
}

fn lower_changes(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let deque = lowering.argument(&arguments.positional[0])[0];
    Ok(Repr::from_slice(&[lowering.deque_changes(deque)]))
}

fn lower_append(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let item = item_of(arguments, 0)?;
    let deque = lowering.argument(&arguments.positional[0])[0];
    let repr = converted(lowering, &arguments.positional[1], &item);
    lowering.append_to_list(deque, &repr, &item)?;
    lowering.count_change(deque);
    Ok(Repr::new())
}

fn lower_insert_item(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let made = lower_insert(lowering, arguments, fact)?;
    let deque = lowering.argument(&arguments.positional[0])[0];
    lowering.count_change(deque);
    Ok(made)
}
