//! What the library's Python source needs and Python cannot say: `upshift.library.intrinsics`.
//!
//! Indexes are not checked, and strides are what the caller says they are: for use in `python/upshift/library` only.

use super::{Arguments, Entry};
use crate::lir::{Region, Type as Machine};
use crate::lower::arrays::{data, shape};
use crate::lower::{Failure, Lowering, Repr, machine_types};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::unify::unify;
use crate::typing::{ArrayType, Fact, Kind, Layout, Type};

/// The intrinsics.
pub(super) const ENTRIES: &[Entry] = &[
    // The element of a 1-d array at an index that is in range and not negative.
    Entry::call("upshift.library.intrinsics.item", item, lower_item),
    // The same elements as a view in the order of NumPy's reductions: axes by falling stride, those that can be one
    // axis joined; lengths of 1 come first to keep the number of axes. A 0-d array becomes 1-d.
    Entry::call("upshift.library.intrinsics.coalesced", coalesced, lower_coalesced),
    // The view of a 1-d array whose stride is the size of its element.
    Entry::call("upshift.library.intrinsics.contiguous", contiguous, lower_view),
    // "C", "F" or "A".
    Entry::call("upshift.library.intrinsics.layout", layout, lower_nothing),
    // "b", "i", "u", "f" or "c", as `dtype.kind`.
    Entry::call("upshift.library.intrinsics.kind", kind, lower_nothing),
    Entry::call("upshift.library.intrinsics.is_generator", is_generator, lower_nothing),
    // Raises unless a condition holds: condition, exception's name, message with {0} and {1}, two ints.
    Entry::call("upshift.library.intrinsics.raise_unless", raise_unless, lower_raise_unless),
    // Zero of the type that the items of lists and tuples of numbers have, however deep these nest.
    Entry::call("upshift.library.intrinsics.zero_item", zero_item, lower_zeros),
    // As many zeros as such lists and tuples nest.
    Entry::call("upshift.library.intrinsics.zero_shape", zero_shape, lower_zeros),
    // Refuses the call of the library function that calls it, for this reason.
    Entry::call("upshift.library.intrinsics.refuse", refuse, lower_nothing),
];

fn zero_item(arguments: &Arguments) -> Result<Fact, Reason> {
    let number = arguments.positional.first().and_then(|operand| innermost(&operand.fact.ty));
    number.map(Fact::of).ok_or_else(|| Reason::Arguments("it takes numbers, in lists or tuples of one type".to_owned()))
}

fn zero_shape(arguments: &Arguments) -> Result<Fact, Reason> {
    fn depth(ty: &Type) -> usize {
        match ty {
            Type::List(item) => 1 + depth(item),
            Type::Tuple(items) => 1 + items.first().map_or(0, depth),
            _ => 0,
        }
    }
    let depth = arguments.positional.first().map_or(0, |operand| depth(&operand.fact.ty));
    Ok(Fact::of(Type::tuple(vec![Type::Int; depth])))
}

/// The type of the numbers in lists and tuples.
fn innermost(ty: &Type) -> Option<Type> {
    match ty {
        Type::List(item) => innermost(item),
        Type::Tuple(items) => {
            let (first, rest) = items.split_first()?;
            rest.iter().try_fold(innermost(first)?, |known, item| unify(&known, &innermost(item)?))
        }
        ty => ty.is_number().then(|| ty.as_number()),
    }
}

fn lower_zeros(lowering: &mut Lowering<'_>, _: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    Ok(machine_types(&fact.ty).into_iter().map(|ty| lowering.zero(ty)).collect())
}

fn array(arguments: &Arguments) -> Result<ArrayType, Reason> {
    let first = arguments.positional.first().and_then(|operand| operand.fact.ty.as_array());
    first.copied().ok_or_else(|| arguments.refuse("it takes an array"))
}

fn vector(arguments: &Arguments) -> Result<ArrayType, Reason> {
    array(arguments).and_then(|array| if array.ndim == 1 { Ok(array) } else { Err(arguments.refuse("")) })
}

fn item(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::Scalar(vector(arguments)?.dtype)))
}

fn lower_item(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let array = vector(arguments)?;
    let [Some(a), Some(index)] = arguments.bind(["a", "index"], 2)? else { return Err(arguments.refuse("")) };
    let repr = lowering.argument(a);
    let own = lowering.argument(index);
    let position = lowering.to_index(&own, &index.fact.ty);
    let stride = lowering.stride(&repr, &array, 0);
    let ptr = lowering.advance_by(data(&repr), position, stride);
    Ok(lowering.load_element(ptr, array.dtype))
}

fn coalesced(arguments: &Arguments) -> Result<Fact, Reason> {
    let array = array(arguments)?;
    Ok(Fact::of(Type::Array(ArrayType { ndim: array.ndim.max(1), layout: Layout::A, ..array })))
}

fn lower_coalesced(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let array = array(arguments)?;
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain(repr[0]);
    let mut view = Repr::from_slice(&repr[..2]);
    if array.ndim == 0 {
        view.push(lowering.b.const_i64(1));
        view.push(lowering.b.const_i64(i64::from(array.dtype.size())));
        return Ok(view);
    }
    let count = usize::from(array.ndim);
    let slot = lowering.b.add_slot((16 * count) as u32);
    let address = lowering.b.slot_address(slot);
    let mut numbers = Repr::from_slice(shape(&repr, array.ndim));
    numbers.extend((0..count).map(|axis| lowering.stride(&repr, &array, axis)));
    for (index, &number) in numbers.iter().enumerate() {
        lowering.b.store(number, address, 8 * index as i32, Region::Frame);
    }
    let ndim = lowering.b.const_i64(count as i64);
    lowering.b.call_runtime(Symbol::CoalesceAxes, &[address, ndim]);
    view.extend((0..2 * count).map(|index| lowering.b.load(Machine::I64, address, 8 * index as i32, Region::Frame)));
    Ok(view)
}

fn contiguous(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::Array(ArrayType { layout: Layout::C, ..vector(arguments)? })))
}

fn lower_view(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain(repr[0]);
    Ok(repr)
}

fn layout(arguments: &Arguments) -> Result<Fact, Reason> {
    let name = match array(arguments)?.layout {
        Layout::C => "C",
        Layout::F => "F",
        Layout::A => "A",
    };
    Ok(Fact::of(Type::Str(name.into())))
}

fn is_generator(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["a"], 1)? else { return Err(arguments.refuse("")) };
    Ok(Fact::bool(matches!(a.fact.ty, Type::Generator(_))))
}

fn kind(arguments: &Arguments) -> Result<Fact, Reason> {
    let letter = match array(arguments)?.dtype.kind() {
        Kind::Bool => "b",
        Kind::Signed => "i",
        Kind::Unsigned => "u",
        Kind::Float => "f",
        Kind::Complex => "c",
        Kind::Other => "V",
    };
    Ok(Fact::of(Type::Str(letter.into())))
}

/// The class and the message of `raise_unless`; condition and numbers are its other arguments.
fn raising(arguments: &Arguments) -> Result<(&str, &str), Reason> {
    if let [condition, exception, message, numbers @ ..] = &arguments.positional[..]
        && let (Some(exception), Some(message)) = (exception.fact.as_str(), message.fact.as_str())
        && condition.fact.ty == Type::Bool
        && numbers.iter().all(|operand| is_index(&operand.fact.ty))
    {
        return Ok((exception, message));
    }
    Err(arguments.refuse(""))
}

fn raise_unless(arguments: &Arguments) -> Result<Fact, Reason> {
    raising(arguments).map(|_| Fact::of(Type::None))
}

fn lower_raise_unless(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let (exception, message) = raising(arguments)?;
    let condition = lowering.argument(&arguments.positional[0])[0];
    let mut numbers = Vec::new();
    for operand in &arguments.positional[3..] {
        let own = lowering.argument(operand);
        numbers.push(lowering.to_index(&own, &operand.fact.ty));
    }
    lowering.raise_unless(condition, &Failure::new(exception, message).with_all_numbers(numbers.into_iter()));
    Ok(Repr::new())
}

fn refuse(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.positional.first().and_then(|operand| operand.fact.as_str()) {
        Some(text) => Err(Reason::Arguments(text.to_owned())),
        None => Err(arguments.refuse("it takes a string")),
    }
}

fn lower_nothing(_: &mut Lowering<'_>, _: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(Repr::new())
}
