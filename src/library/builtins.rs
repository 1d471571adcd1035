//! Python's built-in functions.

use std::sync::Arc;

use super::{Arguments, Entry, Operand};
use crate::hir::BinaryOp;
use crate::lir::{IntCond, Type as MachineType};
use crate::lower::{Failure, Lowering, Number, Repr};
use crate::refusal::Reason;
use crate::runtime::objects::Operation;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, Kind, ScalarOp, Type, dict_view, promote, unify};

/// Python's built-in functions.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("builtins.range", range, lower_range),
    Entry::call("upshift.prange", range, lower_range),
    Entry::call("builtins.len", len, lower_len),
    Entry::call("builtins.enumerate", enumerate, lower_enumerate),
    Entry::call("builtins.zip", zip, lower_zip),
    Entry::call("builtins.tuple", tuple, lower_tuple),
    Entry::call("builtins.min", extreme, lower_extreme),
    Entry::call("builtins.max", extreme, lower_extreme),
    Entry::call("upshift.literal_unroll", literal_unroll, lower_same),
    Entry::call("builtins.divmod", divmod, lower_divmod),
    Entry::call("builtins.pow", pow, lower_pow),
];

fn lower_same(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(lowering.argument(&arguments.positional[0]))
}

fn literal_unroll(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["container"], 1)? else { return Err(arguments.refuse("")) };
    match &a.fact.ty {
        Type::Tuple(_) => {
            let constant = a.fact.constant.clone();
            Ok(Fact { constant, ..iterable("unrolled", vec![a.fact.ty.clone()]) })
        }
        _ => Err(arguments.refuse("it takes a tuple")),
    }
}

fn is_integer(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Int) || ty.dtype().is_some_and(DType::is_integer)
}

fn range(arguments: &Arguments) -> Result<Fact, Reason> {
    let count = arguments.positional.len();
    if !(1..=3).contains(&count) || !arguments.named.is_empty() {
        return Err(Reason::Arguments(format!("range expected 1 to 3 arguments, got {count}")));
    }
    if let Some(wrong) = arguments.positional.iter().find(|operand| !is_integer(&operand.fact.ty)) {
        return Err(Reason::Arguments(format!("'{}' object cannot be interpreted as an integer", wrong.fact.ty)));
    }
    let step = match arguments.positional.get(2) {
        None => Some(1),
        Some(step) => step.fact.as_int(),
    };
    Ok(Fact::of(Type::Range(step.filter(|&step| step != 0))))
}

fn lower_range(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let mut numbers = Vec::new();
    for operand in &arguments.positional {
        let repr = lowering.argument(operand);
        numbers.push(lowering.to_index(&repr, &operand.fact.ty));
    }
    let zero = lowering.b.const_i64(0);
    let one = lowering.b.const_i64(1);
    let (start, stop, step) = match numbers[..] {
        [stop] => (zero, stop, one),
        [start, stop] => (start, stop, one),
        [start, stop, step, ..] => (start, stop, step),
        [] => return Err(Reason::Internal("range without arguments".to_owned())),
    };
    Ok(lowering.make_range(start, stop, step))
}

fn len(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["obj"], 1)? else { return Err(arguments.refuse("")) };
    match &a.fact.ty {
        Type::Tuple(items) => Ok(Fact::int(items.len() as i64)),
        Type::Keywords(items) => Ok(Fact::int(items.len() as i64)),
        Type::Str(text) => Ok(Fact::int(text.chars().count() as i64)),
        Type::Class(class) if class.as_enum().is_some() => {
            Ok(Fact::int(class.as_enum().map_or(0, |class| class.iterated().count()) as i64))
        }
        Type::Array(array) if array.ndim > 0 => Ok(Fact::of(Type::Int)),
        ty if ty.is_container() => Ok(Fact::of(Type::Int)),
        Type::Range(_) | Type::String | Type::Bytes | Type::Buffer(_) | Type::Object => Ok(Fact::of(Type::Int)),
        ty if dict_view(ty).is_some() => Ok(Fact::of(Type::Int)),
        _ => Err(arguments.refuse("tuples, containers, ranges, strings and arrays have a length")),
    }
}

fn lower_len(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    Ok(Repr::from_slice(&[match &a.fact.ty {
        Type::Range(_) => lowering.range_length(&repr),
        Type::Object => lowering.ask_object(Operation::Length, &repr, &a.fact.ty, None, MachineType::I64),
        Type::String | Type::Bytes => lowering.text_length(repr[0]),
        Type::Array(_) => repr[2],
        Type::Buffer(buffer) => lowering.buffer_length(repr[0], buffer),
        _ => lowering.container_length(repr[0]),
    }]))
}

fn iterable(name: &'static str, arguments: Vec<Type>) -> Fact {
    Fact::of(Type::Iterable(Arc::new((name.into(), arguments))))
}

fn enumerate(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), start] = arguments.bind(["iterable", "start"], 1)? else { return Err(arguments.refuse("")) };
    if start.is_some_and(|start| !is_integer(&start.fact.ty)) {
        return Err(arguments.refuse("start is an int"));
    }
    Ok(iterable("enumerate", vec![a.fact.ty.clone(), Type::Int]))
}

fn lower_enumerate(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [Some(a), start] = arguments.bind(["iterable", "start"], 1)? else { return Err(arguments.refuse("")) };
    let mut repr = lowering.argument(a);
    let start = match start {
        None => lowering.b.const_i64(0),
        Some(start) => {
            let own = lowering.argument(start);
            lowering.to_index(&own, &start.fact.ty)
        }
    };
    repr.push(start);
    Ok(repr)
}

fn zip(arguments: &Arguments) -> Result<Fact, Reason> {
    if !arguments.named.is_empty() {
        return Err(arguments.refuse("zip takes no keywords here"));
    }
    Ok(iterable("zip", arguments.positional.iter().map(|operand| operand.fact.ty.clone()).collect()))
}

fn lower_zip(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(arguments.positional.iter().flat_map(|operand| lowering.argument(operand)).collect())
}

/// `tuple(t)` of a tuple is t; calls with `*t` ask for it.
fn tuple(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.bind(["iterable"], 0)? {
        [None] => Ok(Fact::of(Type::tuple(Vec::new()))),
        [Some(Operand { fact: Fact { ty: Type::Tuple(items), constant }, .. })] => {
            Ok(Fact { ty: Type::tuple(items.items.clone()), constant: constant.clone() })
        }
        _ => Err(arguments.refuse("the length of a tuple is part of its type; make a list of it, or pass a tuple")),
    }
}

fn lower_tuple(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(arguments.positional.first().map(|operand| lowering.argument(operand)).unwrap_or_default())
}

/// The numbers that `min` or `max` chooses from: its arguments, or the items of a tuple.
fn candidates(arguments: &Arguments) -> Result<Vec<Type>, Reason> {
    let types = match &arguments.positional[..] {
        [Operand { fact: Fact { ty: Type::Tuple(items), .. }, .. }] => items.to_vec(),
        operands => operands.iter().map(|operand| operand.fact.ty.clone()).collect(),
    };
    if types.is_empty() || !types.iter().all(Type::is_number) || !arguments.named.is_empty() {
        return Err(arguments.refuse("it takes two or more numbers, or a tuple of numbers"));
    }
    if types.len() == 1 && arguments.positional[0].fact.ty.is_number() {
        return Err(arguments.refuse("it takes two or more numbers, or a tuple of numbers"));
    }
    if types.iter().any(|ty| ty.kind() == Some(Kind::Complex)) {
        return Err(arguments.refuse("complex numbers have no order"));
    }
    Ok(types)
}

fn extreme(arguments: &Arguments) -> Result<Fact, Reason> {
    let types = candidates(arguments)?;
    let mut joined = types[0].clone();
    for ty in &types[1..] {
        joined = unify::unify(&joined, ty).ok_or_else(|| arguments.refuse("convert the numbers to one type"))?;
    }
    Ok(Fact::of(joined))
}

/// The first of equal numbers wins, and a NaN that comes first, as in CPython.
fn lower_extreme(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let types = candidates(arguments)?;
    let all: Repr = arguments.positional.iter().flat_map(|operand| lowering.argument(operand)).collect();
    let op = if arguments.name == "builtins.min" { crate::hir::CompareOp::Lt } else { crate::hir::CompareOp::Gt };
    let mut best: Option<(Number, Repr)> = None;
    for (index, ty) in types.iter().enumerate() {
        let number = Number { repr: Repr::from_slice(&[all[index]]), ty: ty.clone() };
        let converted = lowering.convert(&number.repr, ty, &fact.ty);
        best = Some(match best {
            None => (number, converted),
            Some((known, value)) => {
                let is_better = lowering.compare_numbers(op, &number, &known)?[0];
                let chosen = lowering.b.select(is_better, converted[0], value[0]);
                let repr = Repr::from_slice(&[chosen]);
                (Number { repr: repr.clone(), ty: fact.ty.clone() }, repr)
            }
        });
    }
    best.map(|(_, repr)| repr).ok_or_else(|| arguments.refuse(""))
}

fn divmod(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(b)] = arguments.bind(["x", "y"], 2)? else { return Err(arguments.refuse("")) };
    let quotient = promote::binary(BinaryOp::FloorDiv, &a.fact.ty, &b.fact.ty);
    match quotient {
        Some(plan) => Ok(Fact::of(Type::tuple(vec![plan.result.clone(), plan.result]))),
        None => Err(arguments.refuse("it takes two real numbers")),
    }
}

fn lower_divmod(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operands = [&arguments.positional[0], &arguments.positional[1]];
    let plan = promote::binary(BinaryOp::FloorDiv, &operands[0].fact.ty, &operands[1].fact.ty);
    if plan.is_some_and(|plan| plan.operand == Type::Float) {
        let (repr, ty) = (lowering.argument(operands[1]), operands[1].fact.ty.clone());
        let divisor = lowering.convert(&repr, &ty, &Type::Float);
        lowering.check_float_divisor(true, divisor[0], "float divmod()");
    }
    let mut repr = lowering.apply(ScalarOp::Binary(BinaryOp::FloorDiv), &operands)?;
    repr.extend(lowering.apply(ScalarOp::Binary(BinaryOp::Mod), &operands)?);
    Ok(repr)
}

fn pow(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(b), modulus] = arguments.bind(["base", "exp", "mod"], 2)? else {
        return Err(arguments.refuse(""));
    };
    match modulus {
        None => promote::binary(BinaryOp::Pow, &a.fact.ty, &b.fact.ty)
            .map(|plan| Fact::of(plan.result))
            .ok_or_else(|| arguments.refuse("write a ** b for arrays")),
        Some(modulus) => {
            let all = [a, b, modulus].iter().all(|operand| matches!(operand.fact.ty, Type::Bool | Type::Int));
            if all { Ok(Fact::of(Type::Int)) } else { Err(arguments.refuse("with a modulus it takes ints")) }
        }
    }
}

fn lower_pow(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let bound = arguments.bind(["base", "exp", "mod"], 2)?;
    let operands: Vec<&Operand> = bound.into_iter().flatten().collect();
    if operands.len() == 2 {
        return lowering.apply(ScalarOp::Binary(BinaryOp::Pow), &operands);
    }
    let mut numbers = Vec::new();
    for operand in operands {
        let repr = lowering.argument(operand);
        numbers.push(lowering.to_index(&repr, &operand.fact.ty));
    }
    let zero = lowering.b.const_i64(0);
    let is_zero = lowering.b.cmp_int(IntCond::Eq, numbers[2], zero);
    lowering.raise_if(is_zero, &Failure::new("ValueError", "pow() 3rd argument cannot be 0"));
    let slot = lowering.b.add_slot(8);
    let address = lowering.b.slot_address(slot);
    numbers.push(address);
    let status = lowering.b.call_runtime(Symbol::PowerModulo, &numbers);
    let status = status.ok_or_else(|| Reason::Internal("pow".to_owned()))?;
    let zero = lowering.b.const_int(MachineType::I32, 0);
    let has_failed = lowering.b.cmp_int(IntCond::Ne, status, zero);
    let message = "base is not invertible for the given modulus";
    lowering.raise_if(has_failed, &Failure::new("ValueError", message));
    let result = lowering.b.load(MachineType::I64, address, 0, crate::lir::Region::Frame);
    Ok(Repr::from_slice(&[result]))
}
