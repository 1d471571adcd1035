//! Functions of `math` from floats: those of `math_rules::FLOAT_RULES`, roundings, tests, and parts of floats.
//!
//! Every argument becomes a float first, as in CPython. Errors cost one test of the result; what it means is decided
//! in a cold block.

use super::math_rules::{self, Failure as Rule, FloatRule, InfinityRule};
use super::numbers::float_to_int;
use super::{Arguments, Entry, Operand};
use crate::hir::BinaryOp;
use crate::lir::{FloatCond, Region, Type as Machine, Value};
use crate::lower::{Failure, Lowering, Number, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, ScalarOp, Type, scalar_result};

/// Functions of floats.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("math.acos", by_rule, lower_by_rule),
    Entry::call("math.acosh", by_rule, lower_by_rule),
    Entry::call("math.asin", by_rule, lower_by_rule),
    Entry::call("math.asinh", by_rule, lower_by_rule),
    Entry::call("math.atan", by_rule, lower_by_rule),
    Entry::call("math.atan2", by_rule, lower_by_rule),
    Entry::call("math.atanh", by_rule, lower_by_rule),
    Entry::call("math.cbrt", by_rule, lower_by_rule),
    Entry::call("math.cos", by_rule, lower_by_rule),
    Entry::call("math.cosh", by_rule, lower_by_rule),
    Entry::call("math.erf", by_rule, lower_by_rule),
    Entry::call("math.erfc", by_rule, lower_by_rule),
    Entry::call("math.exp", by_rule, lower_by_rule),
    Entry::call("math.exp2", by_rule, lower_by_rule),
    Entry::call("math.expm1", by_rule, lower_by_rule),
    Entry::call("math.fmod", by_rule, lower_by_rule),
    Entry::call("math.gamma", by_rule, lower_by_rule),
    Entry::call("math.lgamma", by_rule, lower_by_rule),
    Entry::call("math.log10", by_rule, lower_by_rule),
    Entry::call("math.log1p", by_rule, lower_by_rule),
    Entry::call("math.log2", by_rule, lower_by_rule),
    Entry::call("math.nextafter", by_rule, lower_by_rule),
    Entry::call("math.pow", by_rule, lower_by_rule),
    Entry::call("math.remainder", by_rule, lower_by_rule),
    Entry::call("math.sin", by_rule, lower_by_rule),
    Entry::call("math.sinh", by_rule, lower_by_rule),
    Entry::call("math.tan", by_rule, lower_by_rule),
    Entry::call("math.tanh", by_rule, lower_by_rule),
    Entry::call("math.ulp", by_rule, lower_by_rule),
    Entry::call("math.log", |a| numbers(a, 1, 2, Type::Float), lower_log),
    Entry::call("math.sqrt", |a| numbers(a, 1, 1, Type::Float), lower_sqrt),
    Entry::call("math.fabs", |a| numbers(a, 1, 1, Type::Float), |l, a, _| inline(l, a, |l, x| l.b.abs_float(x[0]))),
    Entry::call(
        "math.copysign",
        |a| numbers(a, 2, 2, Type::Float),
        |l, a, _| inline(l, a, |l, x| l.b.copysign_float(x[0], x[1])),
    ),
    Entry::call(
        "math.degrees",
        |a| numbers(a, 1, 1, Type::Float),
        |l, a, _| scaled(l, a, 180.0 / std::f64::consts::PI),
    ),
    Entry::call(
        "math.radians",
        |a| numbers(a, 1, 1, Type::Float),
        |l, a, _| scaled(l, a, std::f64::consts::PI / 180.0),
    ),
    Entry::call(
        "math.isnan",
        |a| numbers(a, 1, 1, Type::Bool),
        |l, a, _| inline(l, a, |l, x| l.b.cmp_float(FloatCond::Unordered, x[0], x[0])),
    ),
    Entry::call("math.isinf", |a| numbers(a, 1, 1, Type::Bool), |l, a, _| inline(l, a, |l, x| l.is_infinite(x[0]))),
    Entry::call("math.isfinite", |a| numbers(a, 1, 1, Type::Bool), |l, a, _| inline(l, a, |l, x| l.is_finite(x[0]))),
    Entry::call("math.isclose", is_close, lower_is_close),
    Entry::call("math.floor", |a| numbers(a, 1, 1, Type::Int), |l, a, _| whole(l, a, |l, x| l.b.floor_float(x))),
    Entry::call("math.ceil", |a| numbers(a, 1, 1, Type::Int), |l, a, _| whole(l, a, |l, x| l.b.ceil_float(x))),
    Entry::call("math.trunc", trunc, |l, a, _| whole(l, a, |l, x| l.b.trunc_float(x))),
    Entry::call("math.frexp", |a| numbers(a, 1, 1, Type::tuple(vec![Type::Float, Type::Int])), lower_frexp),
    Entry::call("math.modf", |a| numbers(a, 1, 1, Type::tuple(vec![Type::Float, Type::Float])), lower_modf),
    Entry::call("math.ldexp", ldexp, lower_ldexp),
    Entry::call("math.hypot", |a| numbers(a, 0, usize::MAX, Type::Float), lower_hypot),
    Entry::call("math.dist", dist, lower_dist),
    Entry::call("math.fsum", fsum, lower_fsum),
    Entry::call("math.prod", |a| prod(a).map(|(_, fact)| fact), lower_prod),
];

fn is_real(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => array.ndim == 0 && !array.dtype.is_complex(),
        _ => ty.dtype().is_some_and(|dtype| !dtype.is_complex()),
    }
}

/// The call takes `least` to `most` real numbers, by position.
fn numbers(arguments: &Arguments, least: usize, most: usize, result: Type) -> Result<Fact, Reason> {
    let given = arguments.positional.len();
    let short = arguments.name.trim_start_matches("math.");
    if let Some((name, _)) = arguments.named.first() {
        return Err(Reason::Arguments(format!("math.{short}() takes no keyword arguments, '{name}' was given")));
    }
    if given < least || given > most {
        let wanted = if least == most { format!("exactly {least}") } else { format!("{least} to {most}") };
        return Err(Reason::Arguments(format!("math.{short}() takes {wanted} arguments ({given} given)")));
    }
    if arguments.positional.iter().all(|operand| is_real(&operand.fact.ty)) {
        return Ok(Fact::of(result));
    }
    let is_array = |operand: &Operand| operand.fact.ty.as_array().is_some_and(|array| array.ndim > 0);
    Err(arguments.refuse(if arguments.positional.iter().any(is_array) {
        "math works on numbers; numpy's function of that meaning works on arrays"
    } else {
        "it takes real numbers"
    }))
}

/// An argument as a float.
pub(super) fn float(lowering: &mut Lowering<'_>, operand: &Operand) -> Value {
    let repr = lowering.argument(operand);
    let (repr, dtype) = match &operand.fact.ty {
        Type::Array(array) => (lowering.load_element(repr[1], array.dtype), array.dtype),
        ty => (repr, ty.dtype().unwrap_or(DType::Float64)),
    };
    lowering.cast(&repr, dtype, DType::Float64)[0]
}

fn floats(lowering: &mut Lowering<'_>, arguments: &Arguments) -> Vec<Value> {
    arguments.positional.iter().map(|operand| float(lowering, operand)).collect()
}

fn inline(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments,
    emit: fn(&mut Lowering<'_>, &[Value]) -> Value,
) -> Result<Repr, Reason> {
    let args = floats(lowering, arguments);
    Ok(Repr::from_slice(&[emit(lowering, &args)]))
}

/// CPython multiplies by a constant that is computed in this order.
fn scaled(lowering: &mut Lowering<'_>, arguments: &Arguments, factor: f64) -> Result<Repr, Reason> {
    let x = float(lowering, &arguments.positional[0]);
    let factor = lowering.b.const_f64(factor);
    Ok(Repr::from_slice(&[lowering.b.mul_float(x, factor)]))
}

// ---- functions with a rule ----

fn rule(arguments: &Arguments) -> Result<&'static FloatRule, Reason> {
    let name = arguments.name.trim_start_matches("math.");
    math_rules::float_rule(name).ok_or_else(|| Reason::Internal(format!("{name} has no rule")))
}

fn by_rule(arguments: &Arguments) -> Result<Fact, Reason> {
    let count = rule(arguments)?.symbol.info().params.len();
    numbers(arguments, count, count, Type::Float)
}

fn lower_by_rule(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let rule = rule(arguments)?;
    let args = floats(lowering, arguments);
    Ok(Repr::from_slice(&[call_by_rule(lowering, rule, &args)]))
}

/// Calls the routine and raises what the rule says of its result.
fn call_by_rule(lowering: &mut Lowering<'_>, rule: &FloatRule, args: &[Value]) -> Value {
    let result = lowering.call_float(rule.symbol, args);
    let is_suspect = match (rule.on_nan, rule.on_infinity) {
        (None, InfinityRule::Answer) => return result,
        (Some(_), InfinityRule::Answer) => lowering.b.cmp_float(FloatCond::Unordered, result, result),
        (None, _) => lowering.is_infinite(result),
        (Some(_), _) => {
            let is_finite = lowering.is_finite(result);
            lowering.b.not_bool(is_finite)
        }
    };
    let (cold, rest) = (lowering.b.add_cold_block(), lowering.b.add_block());
    lowering.b.branch_if(is_suspect, cold, rest);
    lowering.b.switch_to(cold);
    raise_by_rule(lowering, rule, args, result);
    lowering.b.jump(rest, &[]);
    lowering.b.switch_to(rest);
    result
}

fn raise_by_rule(lowering: &mut Lowering<'_>, rule: &FloatRule, args: &[Value], result: Value) {
    if let Some(failure) = rule.on_nan {
        let mut is_new = lowering.b.cmp_float(FloatCond::Unordered, result, result);
        for &arg in args {
            let is_number = lowering.b.cmp_float(FloatCond::Ordered, arg, arg);
            is_new = lowering.b.and_bits(is_new, is_number);
        }
        lowering.raise_if(is_new, &raised(failure));
    }
    if rule.on_infinity == InfinityRule::Answer {
        return;
    }
    let mut is_new = lowering.is_infinite(result);
    for &arg in args {
        let is_finite = lowering.is_finite(arg);
        is_new = lowering.b.and_bits(is_new, is_finite);
    }
    let zero = lowering.b.const_f64(0.0);
    let pole = match rule.on_infinity {
        InfinityRule::Answer | InfinityRule::Range => None,
        InfinityRule::Domain => Some(is_new),
        InfinityRule::DomainAtZero => Some(lowering.b.cmp_float(FloatCond::Eq, args[0], zero)),
        InfinityRule::DomainUpToZero => Some(lowering.b.cmp_float(FloatCond::Le, args[0], zero)),
    };
    if let Some(pole) = pole {
        let is_pole = lowering.b.and_bits(is_new, pole);
        lowering.raise_if(is_pole, &raised(Rule::Domain));
    }
    if rule.on_infinity != InfinityRule::Domain {
        lowering.raise_if(is_new, &raised(Rule::Range));
    }
}

fn raised(failure: Rule) -> Failure {
    Failure::new(failure.exception(), failure.message())
}

/// `log(x, base)` is the quotient of logarithms, whose zero divisor is Python's.
fn lower_log(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let rule = rule(arguments)?;
    let x = float(lowering, &arguments.positional[0]);
    let mut result = call_by_rule(lowering, rule, &[x]);
    if let Some(base) = arguments.positional.get(1) {
        let base = float(lowering, base);
        let divisor = call_by_rule(lowering, rule, &[base]);
        lowering.check_float_divisor(true, divisor, "float division by zero");
        result = lowering.b.div_float(result, divisor);
    }
    Ok(Repr::from_slice(&[result]))
}

fn lower_sqrt(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let x = float(lowering, &arguments.positional[0]);
    let zero = lowering.b.const_f64(0.0);
    let is_negative = lowering.b.cmp_float(FloatCond::Lt, x, zero);
    lowering.raise_if(is_negative, &raised(Rule::Domain));
    Ok(Repr::from_slice(&[lowering.b.sqrt_float(x)]))
}

// ---- roundings to int ----

/// `math.trunc` asks the number, and of NumPy's scalars only float64, which is a float, has an answer.
fn trunc(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a] if matches!(a.fact.ty, Type::Scalar(dtype) if dtype != DType::Float64) => {
            Err(arguments.refuse("convert the number with int or float first"))
        }
        _ => numbers(arguments, 1, 1, Type::Int),
    }
}

/// Python's integers are whole; NumPy's become floats first, as in CPython.
fn whole(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments,
    emit: fn(&mut Lowering<'_>, Value) -> Value,
) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    if matches!(a.fact.ty, Type::Bool | Type::Int) {
        let repr = lowering.argument(a);
        return Ok(lowering.convert(&repr, &a.fact.ty, &Type::Int));
    }
    let x = float(lowering, a);
    let rounded = emit(lowering, x);
    Ok(Repr::from_slice(&[float_to_int(lowering, rounded)]))
}

// ---- parts ----

fn lower_frexp(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let x = float(lowering, &arguments.positional[0]);
    let mantissa = lowering.call_float(Symbol::FrexpMantissa, &[x]);
    Ok(Repr::from_slice(&[mantissa, lowering.call_float(Symbol::FrexpExponent, &[x])]))
}

fn lower_modf(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let x = float(lowering, &arguments.positional[0]);
    let fraction = lowering.call_float(Symbol::ModfFraction, &[x]);
    Ok(Repr::from_slice(&[fraction, lowering.b.trunc_float(x)]))
}

fn ldexp(arguments: &Arguments) -> Result<Fact, Reason> {
    let fact = numbers(arguments, 2, 2, Type::Float)?;
    if matches!(arguments.positional[1].fact.ty, Type::Bool | Type::Int) {
        Ok(fact)
    } else {
        Err(arguments.refuse("Expected an int as second argument to ldexp."))
    }
}

fn lower_ldexp(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [a, exponent] = [&arguments.positional[0], &arguments.positional[1]];
    let x = float(lowering, a);
    let repr = lowering.argument(exponent);
    let exponent = lowering.to_index(&repr, &exponent.fact.ty);
    let result = lowering.call_float(math_rules::LDEXP, &[x, exponent]);
    let is_infinite = lowering.is_infinite(result);
    let was_finite = lowering.is_finite(x);
    let has_overflowed = lowering.b.and_bits(is_infinite, was_finite);
    lowering.raise_if(has_overflowed, &raised(Rule::Range));
    Ok(Repr::from_slice(&[result]))
}

fn is_close(arguments: &Arguments) -> Result<Fact, Reason> {
    let bound = arguments.bind(["a", "b", "rel_tol", "abs_tol"], 2)?;
    if arguments.positional.len() > 2 {
        return Err(Reason::Arguments("isclose() takes its tolerances by keyword".to_owned()));
    }
    if bound.iter().flatten().all(|operand| is_real(&operand.fact.ty)) {
        Ok(Fact::of(Type::Bool))
    } else {
        Err(arguments.refuse("it takes real numbers"))
    }
}

/// The relative and absolute tolerance, checked.
pub(super) fn tolerances(lowering: &mut Lowering<'_>, given: [Option<&Operand>; 2]) -> [Value; 2] {
    let [relative, absolute] = [(given[0], 1e-9), (given[1], 0.0)].map(|(operand, default)| match operand {
        Some(operand) => float(lowering, operand),
        None => lowering.b.const_f64(default),
    });
    if given.iter().any(Option::is_some) {
        let zero = lowering.b.const_f64(0.0);
        let tests = [relative, absolute].map(|tolerance| lowering.b.cmp_float(FloatCond::Lt, tolerance, zero));
        let is_negative = lowering.b.or_bits(tests[0], tests[1]);
        lowering.raise_if(is_negative, &Failure::new("ValueError", math_rules::NEGATIVE_TOLERANCE));
    }
    [relative, absolute]
}

fn lower_is_close(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [Some(a), Some(b), relative, absolute] = arguments.bind(["a", "b", "rel_tol", "abs_tol"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let (a, b) = (float(lowering, a), float(lowering, b));
    let [relative, absolute] = tolerances(lowering, [relative, absolute]);
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::IsClose, &[a, b, relative, absolute])]))
}

// ---- any number of arguments ----

/// The length of the vector of these coordinates.
fn norm(lowering: &mut Lowering<'_>, coordinates: &[Value]) -> Value {
    match *coordinates {
        [] => lowering.b.const_f64(0.0),
        [x] => lowering.b.abs_float(x),
        [x, y] => lowering.call_float(Symbol::MathHypot, &[x, y]),
        [x, y, z] => lowering.call_float(Symbol::MathHypot3, &[x, y, z]),
        _ => {
            let (address, count) = in_memory(lowering, coordinates);
            lowering.call_float(Symbol::MathHypotMany, &[address, count])
        }
    }
}

fn in_memory(lowering: &mut Lowering<'_>, numbers: &[Value]) -> (Value, Value) {
    let slot = lowering.b.add_slot(8 * numbers.len().max(1) as u32);
    let address = lowering.b.slot_address(slot);
    for (index, &number) in numbers.iter().enumerate() {
        lowering.b.store(number, address, 8 * index as i32, Region::Frame);
    }
    (address, lowering.b.const_i64(numbers.len() as i64))
}

fn lower_hypot(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let coordinates = floats(lowering, arguments);
    Ok(Repr::from_slice(&[norm(lowering, &coordinates)]))
}

/// The items of a tuple of numbers.
fn items(operand: &Operand) -> Option<&[Type]> {
    operand.fact.ty.as_tuple().filter(|items| items.iter().all(Type::is_number))
}

fn is_real_tuple(operand: &Operand) -> bool {
    items(operand).is_some_and(|items| items.iter().all(is_real))
}

fn dist(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [p, q] if arguments.named.is_empty() && is_real_tuple(p) && is_real_tuple(q) => {
            if items(p).map(<[Type]>::len) != items(q).map(<[Type]>::len) {
                return Err(arguments.refuse("both points must have the same number of dimensions"));
            }
            Ok(Fact::of(Type::Float))
        }
        _ => Err(arguments.refuse("it takes two tuples of real numbers")),
    }
}

fn tuple_floats(lowering: &mut Lowering<'_>, operand: &Operand) -> Vec<Value> {
    let repr = lowering.argument(operand);
    let types = items(operand).unwrap_or_default();
    repr.iter()
        .zip(types)
        .map(|(&part, ty)| {
            let dtype = ty.dtype().unwrap_or(DType::Float64);
            lowering.cast(&Repr::from_slice(&[part]), dtype, DType::Float64)[0]
        })
        .collect()
}

fn lower_dist(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let p = tuple_floats(lowering, &arguments.positional[0]);
    let q = tuple_floats(lowering, &arguments.positional[1]);
    let differences: Vec<Value> = p
        .into_iter()
        .zip(q)
        .map(|(p, q)| {
            let difference = lowering.b.sub_float(p, q);
            lowering.b.abs_float(difference)
        })
        .collect();
    Ok(Repr::from_slice(&[norm(lowering, &differences)]))
}

fn fsum(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a] if arguments.named.is_empty() && is_real_tuple(a) => Ok(Fact::of(Type::Float)),
        [a] if arguments.named.is_empty() && a.fact.ty == Type::list(Type::Float) => Ok(Fact::of(Type::Float)),
        [a] if arguments.named.is_empty()
            && matches!(a.fact.ty, Type::Array(array) if array.ndim == 1 && array.dtype == DType::Float64) =>
        {
            Ok(Fact::of(Type::Float))
        }
        _ => {
            Err(arguments
                .refuse("it takes a list of floats, a tuple of real numbers, or a float64 array of one dimension"))
        }
    }
}

fn lower_fsum(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let (address, count, stride) = if let Type::Array(array) = &a.fact.ty {
        let repr = lowering.argument(a);
        (repr[1], repr[2], lowering.stride(&repr, array, 0))
    } else if let Type::List(_) = &a.fact.ty {
        let list = lowering.argument(a)[0];
        let (data, count) = (lowering.container_data(list), lowering.container_length(list));
        (data, count, lowering.b.const_i64(8))
    } else {
        let numbers = tuple_floats(lowering, a);
        let (address, count) = in_memory(lowering, &numbers);
        (address, count, lowering.b.const_i64(8))
    };
    let slot = lowering.b.add_slot(8);
    let out = lowering.b.slot_address(slot);
    let status = lowering.call_float(Symbol::MathSum, &[address, count, stride, out]);
    lowering.raise_by_status(status, math_rules::SUM_STATUS);
    Ok(Repr::from_slice(&[lowering.b.load(Machine::F64, out, 0, Region::Frame)]))
}

/// The types that the product goes through, and its own.
fn prod(arguments: &Arguments) -> Result<(Type, Fact), Reason> {
    let bound = arguments.bind(["iterable", "start"], 1)?;
    let [Some(a), start] = bound else { return Err(arguments.refuse("")) };
    let types = items(a).ok_or_else(|| arguments.refuse("it takes a tuple of numbers"))?;
    let first = start.map_or(Type::Int, |start| start.fact.ty.clone());
    let mut product = first.clone();
    for ty in types {
        product = scalar_result(ScalarOp::Binary(BinaryOp::Mul), &[product, ty.clone()])
            .ok_or_else(|| arguments.refuse("start is a number"))?;
    }
    Ok((first, Fact::of(product)))
}

fn lower_prod(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let (first, _) = prod(arguments)?;
    let [Some(a), start] = arguments.bind(["iterable", "start"], 1)? else { return Err(arguments.refuse("")) };
    let mut repr = match start {
        Some(start) => lowering.argument(start),
        None => Repr::from_slice(&[lowering.b.const_i64(1)]),
    };
    let mut ty = first;
    let all = lowering.argument(a);
    let mut position = 0;
    for item in items(a).unwrap_or_default() {
        let count = if item.dtype().is_some_and(DType::is_complex) { 2 } else { 1 };
        let own = Number { repr: Repr::from_slice(&all[position..position + count]), ty: item.clone() };
        position += count;
        let operands = [Number { repr, ty: ty.clone() }, own];
        repr = lowering.scalar_op(ScalarOp::Binary(BinaryOp::Mul), &operands)?;
        ty = scalar_result(ScalarOp::Binary(BinaryOp::Mul), &[ty, item.clone()])
            .ok_or_else(|| Reason::Internal("a product without a type".to_owned()))?;
    }
    Ok(repr)
}
