//! What the library's Python source needs and Python cannot say: `upshift.library.intrinsics`.
//!
//! Indexes are not checked, and strides are what the caller says they are: for use in `python/upshift/library` only.

use super::{Arguments, Entry};
use crate::lir::{Region, Type as Machine};
use crate::lower::arrays::{data, shape};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::promote::promote_dtypes;
use crate::typing::{ArrayType, DType, Fact, Kind, Layout, Type};

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
    // The dtype and the number of dimensions of the array that `np.array` makes of nested lists and tuples of numbers.
    Entry::call("upshift.library.intrinsics.element_dtype", element_dtype, lower_nothing),
    Entry::call("upshift.library.intrinsics.depth", depth, lower_nothing),
    Entry::call("upshift.library.intrinsics.is_generator", is_generator, lower_nothing),
    // Raises unless a condition holds: condition, exception's name, message with {0} and {1}, two ints.
    Entry::call("upshift.library.intrinsics.raise_unless", raise_unless, lower_raise_unless),
    // Refuses the call of the library function that calls it, for this reason.
    Entry::call("upshift.library.intrinsics.refuse", refuse, lower_nothing),
];

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

/// The dtype of what is nested in lists and tuples, and how deeply; `None` if it is no number.
fn elements(ty: &Type) -> Option<(DType, u8)> {
    let inside = |item: &Type| elements(item).map(|(dtype, depth)| (dtype, depth + 1));
    match ty {
        Type::List(item) | Type::Deque(item) => inside(item),
        Type::Range(_) => Some((DType::Int64, 1)),
        Type::Array(array) if array.record().is_none() => Some((array.dtype, array.ndim)),
        Type::Tuple(items) => {
            let all: Option<Vec<(DType, u8)>> = items.iter().map(inside).collect();
            let joined = all?.into_iter().map(Some).reduce(|one, other| {
                let ((first, depth), (second, own)) = (one?, other?);
                (depth == own).then(|| (promote_dtypes(first, second), depth))
            });
            joined.unwrap_or(Some((DType::Float64, 1)))
        }
        ty => Some((ty.dtype()?, 0)).filter(|_| ty.is_number()),
    }
}

fn nested(arguments: &Arguments) -> Result<(DType, u8), Reason> {
    let first = arguments.positional.first().and_then(|operand| elements(&operand.fact.ty));
    first.ok_or_else(|| arguments.refuse("it takes nested lists or tuples of numbers, or an array"))
}

fn element_dtype(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::DTypeClass(nested(arguments)?.0)))
}

fn depth(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::int(i64::from(nested(arguments)?.1)))
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
