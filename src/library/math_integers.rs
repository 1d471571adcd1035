//! Functions of `math` from integers: those of `math_rules::INTEGER_RULES`.
//!
//! Python's integers grow; where the answer exceeds 64 bits compiled code raises `OverflowError`.

use super::math_rules::{self, IntegerRule};
use super::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, Type};

/// Functions of integers.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("math.gcd", |a| integers(a, 0, usize::MAX), |l, a, _| fold(l, a, 0)),
    Entry::call("math.lcm", |a| integers(a, 0, usize::MAX), |l, a, _| fold(l, a, 1)),
    Entry::call("math.comb", |a| integers(a, 2, 2), lower_by_rule),
    Entry::call("math.perm", perm, lower_perm),
    Entry::call("math.factorial", |a| integers(a, 1, 1), lower_by_rule),
    Entry::call("math.isqrt", |a| integers(a, 1, 1), lower_by_rule),
];

fn is_integer(operand: &Operand) -> bool {
    let ty = &operand.fact.ty;
    matches!(ty, Type::Bool | Type::Int) || ty.dtype().is_some_and(|dtype| dtype.is_integer() && dtype != DType::UInt64)
}

fn integers(arguments: &Arguments, least: usize, most: usize) -> Result<Fact, Reason> {
    let given = arguments.positional.len();
    if given < least || given > most || !arguments.named.is_empty() {
        return Err(Reason::Arguments(format!("{}() takes {least} arguments ({given} given)", arguments.name)));
    }
    if let Some(wrong) = arguments.positional.iter().find(|operand| !is_integer(operand)) {
        let advice = format!("'{}' object cannot be interpreted as an integer", wrong.fact.ty);
        return Err(arguments.refuse(&advice));
    }
    Ok(Fact::of(Type::Int))
}

fn rule(name: &str) -> Result<&'static IntegerRule, Reason> {
    let name = name.trim_start_matches("math.");
    math_rules::INTEGER_RULES
        .iter()
        .find(|rule| rule.name == name)
        .ok_or_else(|| Reason::Internal(format!("{name} has no rule")))
}

fn integer(lowering: &mut Lowering<'_>, operand: &Operand) -> Value {
    let repr = lowering.argument(operand);
    lowering.to_index(&repr, &operand.fact.ty)
}

fn lower_by_rule(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let args: Vec<Value> = arguments.positional.iter().map(|operand| integer(lowering, operand)).collect();
    Ok(Repr::from_slice(&[call(lowering, rule(arguments.name)?, &args)]))
}

/// Calls the routine; raises for negative arguments and what does not fit.
fn call(lowering: &mut Lowering<'_>, rule: &IntegerRule, args: &[Value]) -> Value {
    let zero = lowering.b.const_i64(0);
    for (&arg, &message) in args.iter().zip(rule.negative) {
        let is_negative = lowering.b.cmp_int(IntCond::Slt, arg, zero);
        lowering.raise_if(is_negative, &Failure::new("ValueError", message));
    }
    if rule.symbol.info().returns == [Machine::I64] {
        return lowering.call_float(rule.symbol, args);
    }
    let slot = lowering.b.add_slot(8);
    let address = lowering.b.slot_address(slot);
    let mut all = args.to_vec();
    all.push(address);
    let status = lowering.call_float(rule.symbol, &all);
    lowering.raise_by_status(status, math_rules::INTEGER_STATUS);
    lowering.b.load(Machine::I64, address, 0, Region::Frame)
}

/// `gcd` and `lcm` of any number of integers, from their neutral element.
fn fold(lowering: &mut Lowering<'_>, arguments: &Arguments, neutral: i64) -> Result<Repr, Reason> {
    let rule = rule(arguments.name)?;
    let mut args: Vec<Value> = arguments.positional.iter().map(|operand| integer(lowering, operand)).collect();
    if args.len() < 2 {
        args.insert(0, lowering.b.const_i64(neutral));
    }
    let mut result = args[0];
    for &arg in &args[1..] {
        result = call(lowering, rule, &[result, arg]);
        if rule.symbol == Symbol::Gcd {
            let zero = lowering.b.const_i64(0);
            let is_too_large = lowering.b.cmp_int(IntCond::Slt, result, zero);
            let limit = &math_rules::INTEGER_STATUS[0];
            lowering.raise_if(is_too_large, &Failure::new(limit.exception, limit.message));
        }
    }
    Ok(Repr::from_slice(&[result]))
}

/// `perm(n, k=None)`: without k all of n.
fn perm(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [n, k] if k.fact.ty == Type::None && is_integer(n) => Ok(Fact::of(Type::Int)),
        _ => integers(arguments, 1, 2),
    }
}

fn lower_perm(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    match &arguments.positional[..] {
        [n, rest @ ..] if rest.iter().all(|k| k.fact.ty == Type::None) => {
            let n = integer(lowering, n);
            Ok(Repr::from_slice(&[call(lowering, rule("factorial")?, &[n])]))
        }
        _ => lower_by_rule(lowering, arguments, fact),
    }
}
