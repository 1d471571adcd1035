//! Number classes and functions: `int float complex bool abs round`, NumPy's scalar classes, methods of numbers.

use super::{Arguments, Entry, math_rules};
use crate::lir::{FloatCond, IntCond, Region, Type as Machine, Value};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::objects::Operation;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, Kind, Type};

/// Number classes, functions and methods.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("builtins.int", |a| number(a, Type::Int), lower_int),
    Entry::call("builtins.float", |a| number(a, Type::Float), lower_float),
    Entry::call("builtins.bool", bool_, lower_bool),
    Entry::call("builtins.complex", complex, lower_complex),
    Entry::call("builtins.abs", abs, lower_abs),
    Entry::call("builtins.round", round, lower_round),
    Entry::call("numpy.generic", generic, lower_generic),
    Entry::call("int.conjugate", itself, lower_itself),
    Entry::call("float.conjugate", itself, lower_itself),
    Entry::call("complex.conjugate", itself, lower_conjugate),
    Entry::call("generic.conjugate", itself, lower_conjugate),
    Entry::call("generic.conj", itself, lower_conjugate),
    Entry::call("generic.item", item, lower_itself),
    Entry::call("float.is_integer", is_integer, lower_is_integer),
    Entry::call("generic.is_integer", is_integer, lower_is_integer),
    Entry::call("int.bit_length", int_method, lower_bit_length),
    Entry::call("int.bit_count", int_method, lower_bit_count),
];

/// The number that a conversion takes; none converts to zero.
fn number(arguments: &Arguments, result: Type) -> Result<Fact, Reason> {
    if let Some(answer) = super::strings::parsed(arguments, result.clone()) {
        return answer;
    }
    let [a] = arguments.bind(["x"], 0)?;
    let Some(a) = a else { return Ok(Fact::of(result)) };
    if a.fact.ty == Type::Object {
        return Ok(Fact::of(result));
    }
    let kind = element_kind(&a.fact.ty).ok_or_else(|| arguments.refuse("convert a number"))?;
    if kind == Kind::Complex {
        return Err(arguments.refuse("take the .real of a complex number"));
    }
    Ok(Fact { constant: a.fact.constant.clone().filter(|_| a.fact.ty == result), ty: result })
}

/// The kind of a number or of a 0-d array.
fn element_kind(ty: &Type) -> Option<Kind> {
    match ty {
        Type::Array(array) if array.ndim == 0 => Some(array.dtype.kind()),
        _ => ty.kind(),
    }
}

/// The argument as a number: a 0-d array's element.
fn scalar(lowering: &mut Lowering<'_>, arguments: &Arguments, index: usize) -> Option<(Repr, Type)> {
    let operand = arguments.positional.get(index)?;
    let repr = lowering.argument(operand);
    Some(match &operand.fact.ty {
        Type::Array(array) => (lowering.load_element(repr[1], array.dtype), Type::Scalar(array.dtype)),
        ty => (repr, ty.clone()),
    })
}

fn lower_int(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    if let Some(repr) = super::strings::lower_parsed(lowering, arguments, fact) {
        return Ok(repr);
    }
    let Some((repr, ty)) = scalar(lowering, arguments, 0) else {
        return Ok(Repr::from_slice(&[lowering.b.const_i64(0)]));
    };
    if ty == Type::Object {
        return Ok(Repr::from_slice(&[lowering.ask_object(Operation::Int, &repr, &ty, None, Machine::I64)]));
    }
    match ty.dtype() {
        Some(dtype) if dtype.is_float() => {
            let number = lowering.cast(&repr, dtype, DType::Float64);
            Ok(Repr::from_slice(&[float_to_int(lowering, number[0])]))
        }
        Some(DType::UInt64) => {
            let zero = lowering.b.const_i64(0);
            let is_large = lowering.b.cmp_int(IntCond::Slt, repr[0], zero);
            let message = "the number exceeds a 64-bit integer";
            lowering.raise_if(is_large, &Failure::new("OverflowError", message));
            Ok(repr)
        }
        Some(dtype) => Ok(lowering.cast(&repr, dtype, DType::Int64)),
        None => Err(arguments.refuse("")),
    }
}

/// A float towards zero as an int: inline where it fits, by the runtime for the errors.
pub(super) fn float_to_int(lowering: &mut Lowering<'_>, number: Value) -> Value {
    let limit = lowering.b.const_f64(9_223_372_036_854_775_808.0);
    let low = lowering.b.const_f64(-9_223_372_036_854_775_808.0);
    let is_below = lowering.b.cmp_float(FloatCond::Lt, number, limit);
    let is_above = lowering.b.cmp_float(FloatCond::Ge, number, low);
    let fits = lowering.b.and_bits(is_below, is_above);
    let is_nan = lowering.b.cmp_float(FloatCond::Unordered, number, number);
    let is_infinite = lowering.is_infinite(number);
    let [nan, infinite, large] = [0, 1, 2].map(|index| {
        let rule = &math_rules::FLOAT_TO_INT_STATUS[index];
        Failure::new(rule.exception, rule.message)
    });
    let (slow, rest) = (lowering.b.add_cold_block(), lowering.b.add_block());
    lowering.b.branch_if(fits, rest, slow);
    lowering.b.switch_to(slow);
    lowering.raise_if(is_nan, &nan);
    lowering.raise_if(is_infinite, &infinite);
    lowering.raise(&large);
    lowering.b.switch_to(rest);
    lowering.b.float_to_sint_sat(number, Machine::I64)
}

fn lower_float(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    if let Some(repr) = super::strings::lower_parsed(lowering, arguments, fact) {
        return Ok(repr);
    }
    match scalar(lowering, arguments, 0) {
        None => Ok(Repr::from_slice(&[lowering.b.const_f64(0.0)])),
        Some((repr, ty)) if ty == Type::Object => {
            Ok(Repr::from_slice(&[lowering.ask_object(Operation::Float, &repr, &ty, None, Machine::F64)]))
        }
        Some((repr, ty)) => match ty.dtype() {
            Some(dtype) => Ok(lowering.cast(&repr, dtype, DType::Float64)),
            None => Err(arguments.refuse("")),
        },
    }
}

fn bool_(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.bind(["x"], 0)? {
        [None] => Ok(Fact::bool(false)),
        [Some(a)] => crate::typing::truth(&a.fact),
    }
}

fn lower_bool(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operand = &arguments.positional[0];
    let repr = lowering.argument(operand);
    Ok(Repr::from_slice(&[lowering.truth_of(&repr, &operand.fact)?]))
}

fn complex(arguments: &Arguments) -> Result<Fact, Reason> {
    if let Some(answer) = super::strings::parsed(arguments, Type::Complex) {
        return answer;
    }
    let parts = arguments.bind(["real", "imag"], 0)?;
    if parts.iter().flatten().all(|part| part.fact.ty.is_number()) {
        Ok(Fact::of(Type::Complex))
    } else {
        Err(arguments.refuse("it takes numbers"))
    }
}

/// `complex(a, b)` is a + b * 1j of parts that may be complex themselves.
fn lower_complex(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    if let Some(repr) = super::strings::lower_parsed(lowering, arguments, fact) {
        return Ok(repr);
    }
    let bound = arguments.bind(["real", "imag"], 0)?;
    let mut parts = Vec::new();
    for operand in bound {
        parts.push(match operand {
            None => None,
            Some(operand) => {
                let repr = lowering.argument(operand);
                let dtype = operand.fact.ty.dtype().unwrap_or(DType::Float64);
                let to = if dtype.is_complex() { DType::Complex128 } else { DType::Float64 };
                Some(lowering.cast(&repr, dtype, to))
            }
        });
    }
    let zero = lowering.b.const_f64(0.0);
    let mut real = parts[0].as_ref().map_or(zero, |part| part[0]);
    let mut imaginary = parts[0].as_ref().and_then(|part| part.get(1).copied());
    if let Some(second) = &parts[1] {
        imaginary = Some(imaginary.map_or(second[0], |known| lowering.b.add_float(known, second[0])));
        if let Some(&part) = second.get(1) {
            real = lowering.b.sub_float(real, part);
        }
    }
    Ok(Repr::from_slice(&[real, imaginary.unwrap_or(zero)]))
}

fn abs(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["x"], 1)? else { return Err(arguments.refuse("")) };
    match &a.fact.ty {
        Type::Bool => Ok(Fact::of(Type::Int)),
        Type::Complex => Ok(Fact::of(Type::Float)),
        Type::Scalar(dtype) => Ok(Fact::of(Type::Scalar(dtype.real()))),
        Type::Array(_) => super::ufunc_rule(super::ufuncs::absolute(), arguments),
        ty if ty.is_number() => Ok(Fact::of(ty.clone())),
        _ => Err(arguments.refuse("it takes a number or an array")),
    }
}

fn lower_abs(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    if matches!(a.fact.ty, Type::Array(_)) {
        return lowering.elementwise_call(super::ufuncs::absolute(), arguments, fact);
    }
    let repr = lowering.argument(a);
    let (repr, ty) = if a.fact.ty == Type::Bool {
        (lowering.convert(&repr, &Type::Bool, &Type::Int), Type::Int)
    } else {
        (repr, a.fact.ty.clone())
    };
    Ok(lowering.absolute(&ty, &repr))
}

fn round(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), digits] = arguments.bind(["number", "ndigits"], 1)? else { return Err(arguments.refuse("")) };
    let has_digits = digits.is_some_and(|digits| digits.fact.ty != Type::None);
    if digits.is_some_and(|digits| !matches!(digits.fact.ty, Type::None | Type::Int | Type::Bool)) {
        return Err(arguments.refuse("ndigits is an int"));
    }
    match (&a.fact.ty, has_digits) {
        (Type::Bool | Type::Int, _) | (Type::Float, false) => Ok(Fact::of(Type::Int)),
        (Type::Float, true) => Ok(Fact::of(Type::Float)),
        (Type::Scalar(dtype), false) if dtype.is_float() => Ok(Fact::of(Type::Int)),
        (Type::Scalar(dtype), true) if dtype.is_float() => Ok(Fact::of(Type::Scalar(*dtype))),
        (Type::Scalar(dtype), false) if dtype.is_integer() => Ok(Fact::of(Type::Int)),
        _ => Err(arguments.refuse("it takes a real number")),
    }
}

fn lower_round(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let [Some(a), digits] = arguments.bind(["number", "ndigits"], 1)? else { return Err(arguments.refuse("")) };
    let repr = lowering.argument(a);
    let dtype = a.fact.ty.dtype().ok_or_else(|| arguments.refuse(""))?;
    let Some(digits) = digits.filter(|digits| digits.fact.ty != Type::None) else {
        if !dtype.is_float() {
            return Ok(lowering.cast(&repr, dtype, DType::Int64));
        }
        let wide = lowering.cast(&repr, dtype, DType::Float64);
        let rounded = lowering.b.round_even_float(wide[0]);
        return Ok(Repr::from_slice(&[float_to_int(lowering, rounded)]));
    };
    let own = lowering.argument(digits);
    let count = lowering.to_index(&own, &digits.fact.ty);
    match &fact.ty {
        Type::Float => Ok(Repr::from_slice(&[round_float(lowering, repr[0], count)])),
        Type::Scalar(DType::Float32) => {
            Ok(Repr::from_slice(&[lowering.call_float(Symbol::RoundScaledF32, &[repr[0], count])]))
        }
        Type::Scalar(_) => Ok(Repr::from_slice(&[lowering.call_float(Symbol::RoundScaled, &[repr[0], count])])),
        _ => {
            let number = lowering.cast(&repr, dtype, DType::Int64);
            let slot = lowering.b.add_slot(8);
            let address = lowering.b.slot_address(slot);
            let status = lowering.call_float(Symbol::IntRoundDigits, &[number[0], count, address]);
            lowering.raise_by_status(status, math_rules::INTEGER_STATUS);
            Ok(Repr::from_slice(&[lowering.b.load(Machine::I64, address, 0, Region::Frame)]))
        }
    }
}

fn round_float(lowering: &mut Lowering<'_>, number: Value, digits: Value) -> Value {
    let rounded = lowering.call_float(Symbol::RoundDigits, &[number, digits]);
    let is_infinite = lowering.is_infinite(rounded);
    let was_finite = lowering.is_finite(number);
    let has_overflowed = lowering.b.and_bits(is_infinite, was_finite);
    lowering.raise_if(has_overflowed, &Failure::new("OverflowError", "rounded value too large to represent"));
    rounded
}

/// `np.float32(x)`: the class is the first argument. An array converts to an array.
fn generic(arguments: &Arguments) -> Result<Fact, Reason> {
    let Type::DTypeClass(dtype) = arguments.positional[0].fact.ty else { return Err(arguments.refuse("")) };
    match &arguments.positional[1..] {
        [] => Ok(Fact::of(Type::Scalar(dtype))),
        [a] if a.fact.ty.is_number() => {
            if a.fact.ty.kind() == Some(Kind::Complex) && !dtype.is_complex() {
                return Err(arguments.refuse("take the .real of a complex number"));
            }
            Ok(Fact::of(Type::Scalar(dtype)))
        }
        _ => Err(arguments.refuse("it takes one number; convert arrays with astype")),
    }
}

fn lower_generic(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let dtype = fact.ty.dtype().ok_or_else(|| arguments.refuse(""))?;
    let Some(a) = arguments.positional.get(1) else {
        let zero = lowering.zero(dtype.machine());
        return Ok(Repr::from_elem(zero, if dtype.is_complex() { 2 } else { 1 }));
    };
    let repr = lowering.argument(a);
    match (&a.fact.ty, a.fact.ty.dtype()) {
        (Type::Int, _) => Ok(lowering.convert(&repr, &Type::Int, &fact.ty)),
        (_, Some(from)) => Ok(lowering.cast(&repr, from, dtype)),
        _ => Err(arguments.refuse("")),
    }
}

fn itself(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a] if a.fact.ty == Type::Bool => Ok(Fact::of(Type::Int)),
        [a] => Ok(Fact::of(a.fact.ty.clone())),
        _ => Err(arguments.refuse("it takes no arguments")),
    }
}

fn lower_itself(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    Ok(match (a.fact.ty.dtype(), fact.ty.dtype()) {
        (Some(from), Some(to)) => lowering.cast(&repr, from, to),
        _ => repr,
    })
}

fn lower_conjugate(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let mut repr = lowering.argument(&arguments.positional[0]);
    if repr.len() == 2 {
        repr[1] = lowering.b.neg_float(repr[1]);
    }
    Ok(repr)
}

/// `x.item()`: the NumPy scalar as a Python number.
fn item(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["self"], 1)? else { return Err(arguments.refuse("")) };
    Ok(Fact::of(match a.fact.ty.kind() {
        Some(Kind::Bool) => Type::Bool,
        Some(Kind::Signed) => Type::Int,
        Some(Kind::Float) => Type::Float,
        Some(Kind::Complex) => Type::Complex,
        Some(Kind::Unsigned) if a.fact.ty != Type::Scalar(DType::UInt64) => Type::Int,
        _ => return Err(arguments.refuse("")),
    }))
}

fn is_integer(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a] if a.fact.ty.kind() == Some(Kind::Float) => Ok(Fact::of(Type::Bool)),
        _ => Err(arguments.refuse("it takes a float")),
    }
}

fn lower_is_integer(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let number = lowering.argument(&arguments.positional[0])[0];
    let whole = lowering.b.trunc_float(number);
    let is_whole = lowering.b.cmp_float(FloatCond::Eq, whole, number);
    let is_finite = lowering.is_finite(number);
    Ok(Repr::from_slice(&[lowering.b.and_bits(is_whole, is_finite)]))
}

fn int_method(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a] if matches!(a.fact.ty, Type::Int | Type::Bool) => Ok(Fact::of(Type::Int)),
        _ => Err(arguments.refuse("it takes no arguments")),
    }
}

fn magnitude(lowering: &mut Lowering<'_>, arguments: &Arguments) -> Value {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    let number = lowering.to_index(&repr, &a.fact.ty);
    lowering.absolute(&Type::Int, &Repr::from_slice(&[number]))[0]
}

fn lower_bit_length(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let number = magnitude(lowering, arguments);
    let zeros = lowering.b.count_leading_zeros(number);
    let width = lowering.b.const_i64(64);
    Ok(Repr::from_slice(&[lowering.b.sub_int(width, zeros)]))
}

fn lower_bit_count(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let number = magnitude(lowering, arguments);
    Ok(Repr::from_slice(&[lowering.b.count_ones(number)]))
}
