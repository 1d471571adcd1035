//! `cmath`: functions of complex numbers. Every argument becomes a complex number first, as in CPython.

use super::math::{float, tolerances};
use super::math_rules::{CMATH_FUNCTIONS, CMATH_STATUS, COMPLEX_DIVIDE_STATUS, StatusRule};
use super::{Arguments, Entry, Operand};
use crate::lir::{FloatCond, Op, Type as Machine, Value};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, Type};

/// Functions of complex numbers.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("cmath.acos", by_table, lower_by_table),
    Entry::call("cmath.acosh", by_table, lower_by_table),
    Entry::call("cmath.asin", by_table, lower_by_table),
    Entry::call("cmath.asinh", by_table, lower_by_table),
    Entry::call("cmath.atan", by_table, lower_by_table),
    Entry::call("cmath.atanh", by_table, lower_by_table),
    Entry::call("cmath.cos", by_table, lower_by_table),
    Entry::call("cmath.cosh", by_table, lower_by_table),
    Entry::call("cmath.exp", by_table, lower_by_table),
    Entry::call("cmath.log10", by_table, lower_by_table),
    Entry::call("cmath.sin", by_table, lower_by_table),
    Entry::call("cmath.sinh", by_table, lower_by_table),
    Entry::call("cmath.sqrt", by_table, lower_by_table),
    Entry::call("cmath.tan", by_table, lower_by_table),
    Entry::call("cmath.tanh", by_table, lower_by_table),
    Entry::call("cmath.log", |a| numbers(a, 1, 2, Type::Complex), lower_log),
    Entry::call("cmath.rect", rect, lower_rect),
    Entry::call("cmath.phase", |a| numbers(a, 1, 1, Type::Float), lower_phase),
    Entry::call("cmath.polar", |a| numbers(a, 1, 1, Type::tuple(vec![Type::Float, Type::Float])), lower_polar),
    Entry::call(
        "cmath.isnan",
        |a| numbers(a, 1, 1, Type::Bool),
        |l, a, _| Ok(tested(l, a, |l, x| l.b.cmp_float(FloatCond::Unordered, x, x), Op::OrBits)),
    ),
    Entry::call(
        "cmath.isinf",
        |a| numbers(a, 1, 1, Type::Bool),
        |l, a, _| Ok(tested(l, a, |l, x| l.is_infinite(x), Op::OrBits)),
    ),
    Entry::call(
        "cmath.isfinite",
        |a| numbers(a, 1, 1, Type::Bool),
        |l, a, _| Ok(tested(l, a, |l, x| l.is_finite(x), Op::AndBits)),
    ),
    Entry::call("cmath.isclose", is_close, lower_is_close),
];

fn numbers(arguments: &Arguments, least: usize, most: usize, result: Type) -> Result<Fact, Reason> {
    let given = arguments.positional.len();
    if given < least || given > most || !arguments.named.is_empty() {
        return Err(Reason::Arguments(format!("{}() takes {least} arguments ({given} given)", arguments.name)));
    }
    if arguments.positional.iter().all(|operand| operand.fact.ty.is_number()) {
        Ok(Fact::of(result))
    } else {
        Err(arguments.refuse("it takes numbers"))
    }
}

fn complex(lowering: &mut Lowering<'_>, operand: &Operand) -> Repr {
    let repr = lowering.argument(operand);
    lowering.cast(&repr, operand.fact.ty.dtype().unwrap_or(DType::Complex128), DType::Complex128)
}

fn symbol(arguments: &Arguments) -> Result<Symbol, Reason> {
    let name = arguments.name.trim_start_matches("cmath.");
    let row = CMATH_FUNCTIONS.iter().find(|(known, _)| *known == name);
    row.map(|&(_, symbol)| symbol).ok_or_else(|| Reason::Internal(format!("{name} has no routine")))
}

fn by_table(arguments: &Arguments) -> Result<Fact, Reason> {
    numbers(arguments, 1, 1, Type::Complex)
}

fn lower_by_table(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let z = complex(lowering, &arguments.positional[0]);
    Ok(lowering.call_complex(symbol(arguments)?, &z, Machine::F64, CMATH_STATUS))
}

/// With a base, CPython forgets an error of the first logarithm: `log(0, 2)` is -inf+nanj. A zero divisor is a
/// domain error.
fn lower_log(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let Some(base) = arguments.positional.get(1) else { return lower_by_table(lowering, arguments, fact) };
    let z = complex(lowering, &arguments.positional[0]);
    let base = complex(lowering, base);
    let dividend = log_or_pole(lowering, &z);
    let divisor = lowering.call_complex(Symbol::CmathLog, &base, Machine::F64, CMATH_STATUS);
    let parts = [dividend[0], dividend[1], divisor[0], divisor[1]];
    let rules: Vec<StatusRule> =
        COMPLEX_DIVIDE_STATUS.iter().map(|rule| StatusRule { status: rule.status, ..CMATH_STATUS[0] }).collect();
    Ok(lowering.call_complex(Symbol::ComplexDivide, &parts, Machine::F64, &rules))
}

/// The logarithm; that of zero, which the routine leaves out, is -inf with the angle of its signs.
fn log_or_pole(lowering: &mut Lowering<'_>, z: &Repr) -> Repr {
    let log = lowering.call_complex(Symbol::CmathLog, z, Machine::F64, &[]);
    let angle = lowering.call_float(Symbol::Atan2, &[z[1], z[0]]);
    let zero = lowering.b.const_f64(0.0);
    let pole = lowering.b.const_f64(f64::NEG_INFINITY);
    let tests = [0, 1].map(|part| lowering.b.cmp_float(FloatCond::Eq, z[part], zero));
    let is_zero = lowering.b.and_bits(tests[0], tests[1]);
    let real = lowering.b.select(is_zero, pole, log[0]);
    Repr::from_slice(&[real, lowering.b.select(is_zero, angle, log[1])])
}

fn rect(arguments: &Arguments) -> Result<Fact, Reason> {
    let fact = numbers(arguments, 2, 2, Type::Complex)?;
    let is_complex = |operand: &Operand| operand.fact.ty.dtype().is_some_and(DType::is_complex);
    if arguments.positional.iter().any(is_complex) { Err(arguments.refuse("it takes real numbers")) } else { Ok(fact) }
}

fn lower_rect(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let parts: Vec<Value> = arguments.positional.iter().map(|operand| float(lowering, operand)).collect();
    Ok(lowering.call_complex(Symbol::CmathRect, &parts, Machine::F64, CMATH_STATUS))
}

/// An angle that is too small for a float is CPython's range error, unlike in `polar`.
fn lower_phase(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let z = complex(lowering, &arguments.positional[0]);
    let angle = lowering.call_float(Symbol::Atan2, &[z[1], z[0]]);
    let zero = lowering.b.const_f64(0.0);
    let is_zero = lowering.b.cmp_float(FloatCond::Eq, angle, zero);
    let is_off_axis = lowering.b.cmp_float(FloatCond::Ne, z[1], zero);
    let is_finite = lowering.is_finite(z[0]);
    let has_underflowed = lowering.b.and_bits(is_zero, is_off_axis);
    let has_underflowed = lowering.b.and_bits(has_underflowed, is_finite);
    let range = &CMATH_STATUS[1];
    lowering.raise_if(has_underflowed, &Failure::new(range.exception, range.message));
    Ok(Repr::from_slice(&[angle]))
}

fn lower_polar(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let z = complex(lowering, &arguments.positional[0]);
    let length = lowering.call_float(Symbol::Hypot, &[z[0], z[1]]);
    let mut has_overflowed = lowering.is_infinite(length);
    for &part in &z {
        let is_finite = lowering.is_finite(part);
        has_overflowed = lowering.b.and_bits(has_overflowed, is_finite);
    }
    let range = &CMATH_STATUS[1];
    lowering.raise_if(has_overflowed, &Failure::new(range.exception, range.message));
    Ok(Repr::from_slice(&[length, lowering.call_float(Symbol::Atan2, &[z[1], z[0]])]))
}

fn tested(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments,
    test: fn(&mut Lowering<'_>, Value) -> Value,
    join: Op,
) -> Repr {
    let z = complex(lowering, &arguments.positional[0]);
    let tests = [0, 1].map(|part| test(lowering, z[part]));
    Repr::from_slice(&[lowering.b.plain_inst(join, &tests)])
}

fn is_close(arguments: &Arguments) -> Result<Fact, Reason> {
    let [a, b, tolerances @ ..] = arguments.bind(["a", "b", "rel_tol", "abs_tol"], 2)?;
    let are_numbers = [a, b].iter().flatten().all(|operand| operand.fact.ty.is_number());
    let are_real = |operand: &&Operand| operand.fact.ty.dtype().is_some_and(|dtype| !dtype.is_complex());
    if are_numbers && arguments.positional.len() == 2 && tolerances.iter().flatten().all(are_real) {
        Ok(Fact::of(Type::Bool))
    } else {
        Err(arguments.refuse("it takes numbers, and tolerances by keyword"))
    }
}

fn lower_is_close(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [Some(a), Some(b), relative, absolute] = arguments.bind(["a", "b", "rel_tol", "abs_tol"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let (a, b) = (complex(lowering, a), complex(lowering, b));
    let [relative, absolute] = tolerances(lowering, [relative, absolute]);
    let args = [a[0], a[1], b[0], b[1], relative, absolute];
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::CmathIsClose, &args)]))
}
