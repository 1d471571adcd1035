//! Views and copies in another shape: `reshape ravel flatten transpose`.

use super::attributes::reversed_layout;
use super::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Value};
use crate::lower::arrays::shape;
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{ArrayType, DType, Fact, Layout, Type};

/// Functions and methods that change shapes.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("ndarray.reshape", reshape, lower_reshape),
    Entry::call("numpy.reshape", reshape, lower_reshape),
    Entry::call("ndarray.ravel", ravel, lower_ravel),
    Entry::call("numpy.ravel", ravel, lower_ravel),
    Entry::call("ndarray.flatten", flatten, lower_flatten),
    Entry::call("ndarray.transpose", transpose, lower_transpose),
    Entry::call("numpy.transpose", transpose, lower_transpose),
];

fn receiver(arguments: &Arguments) -> Result<ArrayType, Reason> {
    let a = arguments.positional.first().ok_or_else(|| arguments.refuse(""))?;
    a.fact.ty.as_array().copied().ok_or_else(|| arguments.refuse("it takes an array"))
}

/// The operands that state the new lengths: `reshape(2, 3)` or `reshape((2, 3))`.
fn lengths(arguments: &Arguments) -> Result<Vec<Type>, Reason> {
    let is_integer = |ty: &Type| *ty == Type::Int || ty.dtype().is_some_and(DType::is_integer);
    let types = match &arguments.positional[1..] {
        [Operand { fact: Fact { ty: Type::Tuple(items), .. }, .. }] => items.to_vec(),
        operands => operands.iter().map(|operand| operand.fact.ty.clone()).collect(),
    };
    if types.iter().all(is_integer) && arguments.named.is_empty() && arguments.positional.len() > 1 {
        Ok(types)
    } else {
        Err(arguments.refuse("the shape is ints or a tuple of ints"))
    }
}

fn reshape(arguments: &Arguments) -> Result<Fact, Reason> {
    let array = receiver(arguments)?;
    let ndim = lengths(arguments)?.len() as u8;
    Ok(Fact::of(Type::Array(ArrayType { ndim, layout: Layout::C, ..array })))
}

fn lower_reshape(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let array = receiver(arguments)?;
    let types = lengths(arguments)?;
    let repr = lowering.argument(&arguments.positional[0]);
    let own: Repr = arguments.positional[1..].iter().flat_map(|operand| lowering.argument(operand)).collect();
    let wanted: Vec<Value> =
        types.iter().zip(&own).map(|(ty, &value)| lowering.to_index(&Repr::from_slice(&[value]), ty)).collect();
    let size = lowering.array_size(&repr, &array);
    let wanted = resolve_lengths(lowering, &wanted, size);
    let mut flat = lowering.in_c_order(&repr, &array);
    flat.truncate(2);
    flat.extend(wanted.iter().copied());
    let Type::Array(result) = fact.ty else { return Err(arguments.refuse("")) };
    flat.extend(lowering.contiguous_strides(&result, &wanted));
    Ok(flat)
}

/// The lengths with -1 replaced by what is left; raises if they do not hold all elements.
fn resolve_lengths(lowering: &mut Lowering<'_>, wanted: &[Value], size: Value) -> Vec<Value> {
    let (zero, one) = (lowering.b.const_i64(0), lowering.b.const_i64(1));
    let (mut unknown, mut product) = (zero, one);
    for &length in wanted {
        let is_unknown = lowering.b.cmp_int(IntCond::Slt, length, zero);
        let own = lowering.b.select(is_unknown, one, zero);
        unknown = lowering.b.add_int(unknown, own);
        let factor = lowering.b.select(is_unknown, one, length);
        product = lowering.b.mul_int(product, factor);
    }
    let has_many = lowering.b.cmp_int(IntCond::Sgt, unknown, one);
    lowering.raise_if(has_many, &Failure::new("ValueError", "can only specify one unknown dimension"));
    let is_empty = lowering.b.cmp_int(IntCond::Eq, product, zero);
    let divisor = lowering.b.select(is_empty, one, product);
    let rest = lowering.b.div_uint(size, divisor);
    let has_unknown = lowering.b.cmp_int(IntCond::Eq, unknown, one);
    let full = lowering.b.mul_int(product, rest);
    let total = lowering.b.select(has_unknown, full, product);
    let differs = lowering.b.cmp_int(IntCond::Ne, total, size);
    let is_hopeless = lowering.b.and_bits(has_unknown, is_empty);
    let fails = lowering.b.or_bits(differs, is_hopeless);
    if let [rows, columns] = wanted {
        // NumPy leaves an unknown length out in front, and calls it "newaxis" behind.
        for (length, other, shape) in [(rows, columns, "({1})"), (columns, rows, "({1},newaxis)")] {
            let is_unknown = lowering.b.cmp_int(IntCond::Slt, *length, zero);
            let fails_so = lowering.b.and_bits(fails, is_unknown);
            let message = format!("cannot reshape array of size {{0}} into shape {shape}");
            lowering.raise_if(fails_so, &Failure::new("ValueError", message).with_numbers(size, Some(*other)));
        }
    }
    let places: Vec<String> = (1..=wanted.len()).map(|position| format!("{{{position}}}")).collect();
    let comma = if wanted.len() == 1 { "," } else { "" };
    let message = format!("cannot reshape array of size {{0}} into shape ({}{comma})", places.join(","));
    let numbers = std::iter::once(size).chain(wanted.iter().copied());
    lowering.raise_if(fails, &Failure::new("ValueError", message).with_all_numbers(numbers));
    wanted
        .iter()
        .map(|&length| {
            let is_unknown = lowering.b.cmp_int(IntCond::Slt, length, zero);
            lowering.b.select(is_unknown, rest, length)
        })
        .collect()
}

fn ravel(arguments: &Arguments) -> Result<Fact, Reason> {
    let array = receiver(arguments)?;
    if arguments.positional.len() > 1 || !arguments.named.is_empty() {
        return Err(arguments.refuse("it takes no order here"));
    }
    Ok(Fact::of(Type::Array(ArrayType { ndim: 1, layout: Layout::C, ..array })))
}

fn flat(lowering: &mut Lowering<'_>, mut repr: Repr, array: &ArrayType) -> Repr {
    let size = lowering.array_size(&repr, array);
    repr.truncate(2);
    repr.push(size);
    repr.push(lowering.b.const_i64(i64::from(array.dtype.size())));
    repr
}

fn lower_ravel(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let array = receiver(arguments)?;
    let repr = lowering.argument(&arguments.positional[0]);
    let own = lowering.in_c_order(&repr, &array);
    Ok(flat(lowering, own, &array))
}

fn flatten(arguments: &Arguments) -> Result<Fact, Reason> {
    let array = receiver(arguments)?;
    Ok(Fact::of(Type::Array(ArrayType { ndim: 1, layout: Layout::C, is_writable: true, ..array })))
}

fn lower_flatten(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let array = receiver(arguments)?;
    let repr = lowering.argument(&arguments.positional[0]);
    let own = lowering.copy_array(&repr, &array, &ArrayType { layout: Layout::C, ..array });
    Ok(flat(lowering, own, &array))
}

fn transpose(arguments: &Arguments) -> Result<Fact, Reason> {
    let array = receiver(arguments)?;
    if arguments.positional.len() > 1 || !arguments.named.is_empty() {
        return Err(arguments.refuse("it takes no axes here"));
    }
    Ok(Fact::of(Type::Array(ArrayType { layout: reversed_layout(&array), ..array })))
}

fn lower_transpose(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let array = receiver(arguments)?;
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain(repr[0]);
    debug_assert_eq!(shape(&repr, array.ndim).len(), usize::from(array.ndim));
    Ok(lowering.transposed(&repr, &array))
}
