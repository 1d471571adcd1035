//! New arrays: `zeros ones empty full`, their `_like` forms, `arange`; copies and conversions.

use super::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Type as Machine, Value};
use crate::lower::arrays::{Fill, data, shape};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{ArrayType, DType, Fact, Layout, Type, dtype_of, new_array, promote};

/// Functions and methods that make arrays.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("numpy.zeros", filled, lower_zeros),
    Entry::call("numpy.empty", filled, lower_empty),
    Entry::call("numpy.ones", filled, lower_ones),
    Entry::call("numpy.full", full, lower_full),
    Entry::call("numpy.zeros_like", filled_like, lower_zeros_like),
    Entry::call("numpy.empty_like", filled_like, lower_empty_like),
    Entry::call("numpy.ones_like", filled_like, lower_ones_like),
    Entry::call("numpy.full_like", full_like, lower_full_like),
    Entry::call("numpy.arange", arange, lower_arange),
    Entry::call("numpy.copy", copy, lower_copy),
    Entry::call("ndarray.copy", copy, lower_copy),
    Entry::call("numpy.ascontiguousarray", contiguous, lower_contiguous),
    Entry::call("ndarray.astype", astype, lower_astype),
    Entry::call("ndarray.fill", fill, lower_fill),
];

/// The dtype that an argument names; float64 without one.
fn dtype_argument(arguments: &Arguments, operand: Option<&Operand>, default: DType) -> Result<DType, Reason> {
    match operand.map(|operand| &operand.fact.ty) {
        None | Some(Type::None) => Ok(default),
        Some(Type::DTypeClass(dtype)) => Ok(*dtype),
        Some(Type::Str(name)) => dtype_from_text(name).ok_or_else(|| arguments.refuse("the dtype is unknown")),
        Some(Type::Library(name)) => match &**name {
            "builtins.float" => Ok(DType::Float64),
            "builtins.int" => Ok(DType::Int64),
            "builtins.bool" => Ok(DType::Bool),
            "builtins.complex" => Ok(DType::Complex128),
            _ => Err(arguments.refuse("dtype is a NumPy number type such as np.float32")),
        },
        Some(_) => Err(arguments.refuse("dtype is a NumPy number type such as np.float32")),
    }
}

/// NumPy's names and short codes: `float32`, `f4`, `i8`.
fn dtype_from_text(text: &str) -> Option<DType> {
    DType::from_name(text).or(match text {
        "?" | "b1" => Some(DType::Bool),
        "i1" | "b" => Some(DType::Int8),
        "i2" | "h" => Some(DType::Int16),
        "i4" | "i" => Some(DType::Int32),
        "i8" | "l" | "q" | "int" => Some(DType::Int64),
        "u1" | "B" => Some(DType::UInt8),
        "u2" | "H" => Some(DType::UInt16),
        "u4" | "I" => Some(DType::UInt32),
        "u8" | "L" | "Q" => Some(DType::UInt64),
        "f4" | "f" => Some(DType::Float32),
        "f8" | "d" | "float" => Some(DType::Float64),
        "c8" | "F" => Some(DType::Complex64),
        "c16" | "D" | "complex" => Some(DType::Complex128),
        _ => None,
    })
}

/// The number of dimensions that a shape argument has.
fn shape_ndim(arguments: &Arguments, operand: &Operand) -> Result<u8, Reason> {
    let is_integer = |ty: &Type| *ty == Type::Int || ty.dtype().is_some_and(DType::is_integer);
    match &operand.fact.ty {
        Type::Tuple(items) if items.iter().all(is_integer) && items.len() <= 64 => Ok(items.len() as u8),
        ty if is_integer(ty) => Ok(1),
        _ => Err(arguments.refuse("the shape is an int or a tuple of ints")),
    }
}

/// The lengths of a shape argument.
pub(super) fn shape_values(lowering: &mut Lowering<'_>, operand: &Operand) -> Vec<Value> {
    let repr = lowering.argument(operand);
    let single = [operand.fact.ty.clone()];
    let types = operand.fact.ty.as_tuple().unwrap_or(&single);
    types.iter().zip(&repr).map(|(ty, &value)| lowering.to_index(&Repr::from_slice(&[value]), ty)).collect()
}

fn order_layout(arguments: &Arguments, order: Option<&Operand>, ndim: u8) -> Result<Layout, Reason> {
    match order.map(|order| &order.fact.ty) {
        None => Ok(Layout::C),
        Some(Type::Str(order)) if matches!(&**order, "C" | "c") => Ok(Layout::C),
        Some(Type::Str(order)) if matches!(&**order, "F" | "f") => Ok(if ndim > 1 { Layout::F } else { Layout::C }),
        Some(_) => Err(arguments.refuse("order is \"C\" or \"F\"")),
    }
}

fn filled(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(shape), dtype, order] = arguments.bind(["shape", "dtype", "order"], 1)? else {
        return Err(arguments.refuse(""));
    };
    let ndim = shape_ndim(arguments, shape)?;
    let dtype = dtype_argument(arguments, dtype, DType::Float64)?;
    let layout = order_layout(arguments, order, ndim)?;
    Ok(Fact::of(Type::Array(ArrayType { dtype, ndim, layout, is_writable: true })))
}

fn result_array(fact: &Fact) -> Result<ArrayType, Reason> {
    fact.ty.as_array().copied().ok_or_else(|| Reason::Internal(format!("{} is no array", fact.ty)))
}

fn make(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact, fill: Fill) -> Result<Repr, Reason> {
    let [Some(shape), ..] = arguments.bind(["shape", "fill_value", "dtype", "order"], 1)? else {
        return Err(arguments.refuse(""));
    };
    let lengths = shape_values(lowering, shape);
    Ok(lowering.new_array(&result_array(fact)?, &lengths, fill))
}

fn lower_zeros(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let [Some(shape), ..] = arguments.bind(["shape", "dtype", "order"], 1)? else { return Err(arguments.refuse("")) };
    let lengths = shape_values(lowering, shape);
    Ok(lowering.new_array(&result_array(fact)?, &lengths, Fill::Zeroed))
}

fn lower_empty(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let [Some(shape), ..] = arguments.bind(["shape", "dtype", "order"], 1)? else { return Err(arguments.refuse("")) };
    let lengths = shape_values(lowering, shape);
    Ok(lowering.new_array(&result_array(fact)?, &lengths, Fill::Uninitialized))
}

/// Stores a number to every element of a new array.
fn fill_with(
    lowering: &mut Lowering<'_>,
    target: Repr,
    array: &ArrayType,
    repr: &Repr,
    ty: &Type,
) -> Result<Repr, Reason> {
    lowering.hold_temporary(target[0]);
    lowering.assign_repr(&target, array, repr, ty)?;
    lowering.forget_temporary(target[0]);
    Ok(target)
}

fn lower_ones(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let target = lower_empty(lowering, arguments, fact)?;
    let one = Repr::from_slice(&[lowering.b.const_i64(1)]);
    fill_with(lowering, target, &result_array(fact)?, &one, &Type::Int)
}

fn full(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(shape), Some(value), dtype, order] = arguments.bind(["shape", "fill_value", "dtype", "order"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let ndim = shape_ndim(arguments, shape)?;
    let own = value.fact.ty.dtype().ok_or_else(|| arguments.refuse("the fill value is a number"))?;
    let dtype = dtype_argument(arguments, dtype, own)?;
    if own.is_complex() && !dtype.is_complex() {
        return Err(arguments.refuse("take the .real of a complex number"));
    }
    let layout = order_layout(arguments, order, ndim)?;
    Ok(Fact::of(Type::Array(ArrayType { dtype, ndim, layout, is_writable: true })))
}

fn lower_full(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let [_, Some(value), ..] = arguments.bind(["shape", "fill_value", "dtype", "order"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let target = make(lowering, arguments, fact, Fill::Uninitialized)?;
    let repr = lowering.argument(value);
    fill_with(lowering, target, &result_array(fact)?, &repr, &value.fact.ty)
}

/// NumPy's `order="K"`: Fortran order stays, everything else becomes C order.
fn like(array: &ArrayType, dtype: DType) -> Type {
    let layout = if array.layout == Layout::F { Layout::F } else { Layout::C };
    Type::Array(ArrayType { dtype, layout, is_writable: true, ..*array })
}

fn filled_like(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), dtype] = arguments.bind(["a", "dtype"], 1)? else { return Err(arguments.refuse("")) };
    let array = a.fact.ty.as_array().ok_or_else(|| arguments.refuse("it takes an array"))?;
    Ok(Fact::of(like(array, dtype_argument(arguments, dtype, array.dtype)?)))
}

fn make_like(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact, fill: Fill) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    let array = result_array(fact)?;
    let lengths = shape(&repr, array.ndim).to_vec();
    Ok(lowering.new_array_like(&array, &lengths, fill))
}

fn lower_zeros_like(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    make_like(lowering, arguments, fact, Fill::Zeroed)
}

fn lower_empty_like(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    make_like(lowering, arguments, fact, Fill::Uninitialized)
}

fn lower_ones_like(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let target = make_like(lowering, arguments, fact, Fill::Uninitialized)?;
    let one = Repr::from_slice(&[lowering.b.const_i64(1)]);
    fill_with(lowering, target, &result_array(fact)?, &one, &Type::Int)
}

fn full_like(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(value), dtype] = arguments.bind(["a", "fill_value", "dtype"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let array = a.fact.ty.as_array().ok_or_else(|| arguments.refuse("it takes an array"))?;
    if !value.fact.ty.is_number() {
        return Err(arguments.refuse("the fill value is a number"));
    }
    Ok(Fact::of(like(array, dtype_argument(arguments, dtype, array.dtype)?)))
}

fn lower_full_like(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let [_, Some(value), _] = arguments.bind(["a", "fill_value", "dtype"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let target = make_like(lowering, arguments, fact, Fill::Uninitialized)?;
    let repr = lowering.argument(value);
    fill_with(lowering, target, &result_array(fact)?, &repr, &value.fact.ty)
}

/// Start, stop, step and dtype of `arange`.
type ArangeArguments<'a> = ([Option<&'a Operand>; 3], Option<&'a Operand>);

fn arange_arguments(arguments: &Arguments) -> Result<ArangeArguments<'_>, Reason> {
    let [a, b, c, dtype] = arguments.bind(["start", "stop", "step", "dtype"], 1)?;
    Ok(if b.is_none() { ([None, a, c], dtype) } else { ([a, b, c], dtype) })
}

fn arange(arguments: &Arguments) -> Result<Fact, Reason> {
    let (bounds, dtype) = arange_arguments(arguments)?;
    // NumPy starts from its default integer, so that arange(np.float32(3)) is float64.
    let mut own = Type::Scalar(DType::Int64);
    for bound in bounds.into_iter().flatten() {
        let ty = &bound.fact.ty;
        own = promote::promote(&own, ty).ok_or_else(|| arguments.refuse("it takes numbers"))?;
    }
    let own = own.dtype().unwrap_or(DType::Int64);
    if own.is_complex() {
        return Err(arguments.refuse("it takes real numbers"));
    }
    Ok(Fact::of(new_array(dtype_argument(arguments, dtype, own)?, 1)))
}

/// NumPy's: the length is ceil((stop - start) / step) in float64, the items are start + i * delta, where delta is
/// the difference of the first two.
fn lower_arange(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let (bounds, _) = arange_arguments(arguments)?;
    let array = result_array(fact)?;
    let mut numbers = Vec::new();
    let mut is_integral = true;
    for (index, bound) in bounds.into_iter().enumerate() {
        match bound {
            None => numbers.push((Repr::from_slice(&[lowering.b.const_i64(i64::from(index == 2))]), Type::Int)),
            Some(bound) => {
                is_integral &= !bound.fact.ty.dtype().is_some_and(DType::is_float);
                numbers.push((lowering.argument(bound), bound.fact.ty.clone()));
            }
        }
    }
    let to = if is_integral { DType::Int64 } else { DType::Float64 };
    let values: Vec<Value> =
        numbers.iter().map(|(repr, ty)| lowering.cast(repr, ty.dtype().unwrap_or(DType::Int64), to)[0]).collect();
    let length = if is_integral { integral_length(lowering, &values) } else { float_length(lowering, &values) };
    let target = lowering.new_array(&array, &[length], Fill::Uninitialized);
    let (first, delta) = if array.dtype.is_float() {
        let first = lowering.cast(&Repr::from_slice(&values[..1]), to, array.dtype)[0];
        let second = if is_integral {
            lowering.b.add_int(values[0], values[2])
        } else {
            lowering.b.add_float(values[0], values[2])
        };
        let second = lowering.cast(&Repr::from_slice(&[second]), to, array.dtype)[0];
        (first, lowering.b.sub_float(second, first))
    } else {
        let first = lowering.cast(&Repr::from_slice(&values[..1]), to, DType::Int64)[0];
        let second = if is_integral {
            lowering.b.add_int(values[0], values[2])
        } else {
            lowering.b.add_float(values[0], values[2])
        };
        let second = lowering.cast(&Repr::from_slice(&[second]), to, DType::Int64)[0];
        (first, lowering.b.sub_int(second, first))
    };
    let item = lowering.b.const_i64(i64::from(array.dtype.size()));
    let dtype = array.dtype;
    lowering.counted_loop(length, &mut |lowering, index| {
        let ptr = lowering.advance_by(data(&target), index, item);
        let element = if dtype.is_float() {
            let position = lowering.b.sint_to_float(index, dtype.machine());
            let offset = lowering.b.mul_float(position, delta);
            Repr::from_slice(&[lowering.b.add_float(first, offset)])
        } else {
            let offset = lowering.b.mul_int(index, delta);
            let number = lowering.b.add_int(first, offset);
            lowering.cast(&Repr::from_slice(&[number]), DType::Int64, dtype)
        };
        lowering.store_element(ptr, &element);
        Ok(())
    })?;
    Ok(target)
}

fn integral_length(lowering: &mut Lowering<'_>, values: &[Value]) -> Value {
    let zero = lowering.b.const_i64(0);
    let is_zero = lowering.b.cmp_int(IntCond::Eq, values[2], zero);
    lowering.raise_if(is_zero, &Failure::new("ZeroDivisionError", "division by zero"));
    lowering.range_length(&Repr::from_slice(values))
}

fn float_length(lowering: &mut Lowering<'_>, values: &[Value]) -> Value {
    lowering.check_float_divisor(true, values[2], "float division by zero");
    let distance = lowering.b.sub_float(values[1], values[0]);
    let count = lowering.b.div_float(distance, values[2]);
    let count = lowering.b.ceil_float(count);
    let is_nan = lowering.b.cmp_float(crate::lir::FloatCond::Unordered, count, count);
    lowering.raise_if(is_nan, &Failure::new("ValueError", "arange: cannot compute length"));
    let limit = lowering.b.const_f64(9.2e18);
    let fits = lowering.b.cmp_float(crate::lir::FloatCond::Lt, count, limit);
    lowering.raise_unless(fits, &Failure::new("ValueError", "Maximum allowed size exceeded"));
    let count = lowering.b.float_to_sint_sat(count, Machine::I64);
    let zero = lowering.b.const_i64(0);
    let is_negative = lowering.b.cmp_int(IntCond::Slt, count, zero);
    lowering.b.select(is_negative, zero, count)
}

fn copy(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["a"], 1)? else { return Err(arguments.refuse("")) };
    let array = a.fact.ty.as_array().ok_or_else(|| arguments.refuse("it takes an array"))?;
    let keeps_order = arguments.name == "numpy.copy";
    let layout = if keeps_order && array.layout == Layout::F { Layout::F } else { Layout::C };
    Ok(Fact::of(Type::Array(ArrayType { layout, is_writable: true, ..*array })))
}

fn lower_copy(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    let from = result_array(&a.fact)?;
    Ok(lowering.copy_array(&repr, &from, &result_array(fact)?))
}

fn contiguous(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["a"], 1)? else { return Err(arguments.refuse("")) };
    let array = a.fact.ty.as_array().filter(|array| array.ndim > 0);
    let array = array.ok_or_else(|| arguments.refuse("it takes an array of one dimension or more"))?;
    Ok(Fact::of(Type::Array(ArrayType { layout: Layout::C, ..*array })))
}

/// The array itself if it is in C order, else a copy.
fn lower_contiguous(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    let from = result_array(&a.fact)?;
    debug_assert!(fact.ty.as_array().is_some_and(|array| array.layout == Layout::C));
    Ok(lowering.in_c_order(&repr, &from))
}

fn astype(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(dtype)] = arguments.bind(["self", "dtype"], 2)? else { return Err(arguments.refuse("")) };
    let array = a.fact.ty.as_array().ok_or_else(|| arguments.refuse("it takes an array"))?;
    Ok(Fact::of(like(array, dtype_argument(arguments, Some(dtype), array.dtype)?)))
}

fn lower_astype(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    let target = make_like(lowering, arguments, fact, Fill::Uninitialized)?;
    fill_with(lowering, target, &result_array(fact)?, &repr, &a.fact.ty)
}

fn fill(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(value)] = arguments.bind(["self", "value"], 2)? else { return Err(arguments.refuse("")) };
    let array = a.fact.ty.as_array().ok_or_else(|| arguments.refuse("it takes an array"))?;
    if !array.is_writable {
        return Err(arguments.refuse("the array is read-only; fill a copy"));
    }
    dtype_of(&value.fact.ty)
        .filter(|_| value.fact.ty.is_number())
        .ok_or_else(|| arguments.refuse("fill with a number"))?;
    Ok(Fact::of(Type::None))
}

fn lower_fill(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let (a, value) = (&arguments.positional[0], &arguments.positional[1]);
    let (target, repr) = (lowering.argument(a), lowering.argument(value));
    lowering.assign_repr(&target, &result_array(&a.fact)?, &repr, &value.fact.ty)?;
    Ok(Repr::new())
}
