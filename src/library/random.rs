//! What the functions of `random`, `statistics` and `time` are made of: the generator's numbers, its seed, exact
//! averages, the clocks.
//!
//! The functions themselves are Python source (`python/upshift/library/random_numbers.py`), each a method of
//! `random.Random`; those of the module are the same with the module's own generator.

use super::{Arguments, Entry, Operand};
use crate::lir::Type as Machine;
use crate::lower::{Lowering, Repr, Statuses};
use crate::refusal::Reason;
use crate::runtime::objects::Operation;
use crate::runtime::status;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{Fact, Type};

/// The functions.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("upshift.library.intrinsics.random_float", |a| drawn(a, Type::Float), lower_float),
    Entry::call("upshift.library.intrinsics.random_bits", |a| drawn(a, Type::Int), lower_bits),
    // Seeds a generator as its method `seed` does.
    Entry::call("upshift.library.intrinsics.random_seed", seeded, lower_seed),
    // The normal number that is left from the last pair, or NaN; there is none any more.
    Entry::call("upshift.library.intrinsics.take_normal", |a| drawn(a, Type::Float), lower_take),
    // Leaves one of a pair for the next call.
    Entry::call("upshift.library.intrinsics.keep_normal", |a| drawn(a, Type::None), lower_keep),
    // The exact mean, variance or standard deviation of a list of floats.
    Entry::call("upshift.library.intrinsics.spread", spread, lower_spread),
    Entry::call("time.time", |a| clock(a, Type::Float), lower_seconds),
    Entry::call("time.monotonic", |a| clock(a, Type::Float), lower_seconds),
    Entry::call("time.perf_counter", |a| clock(a, Type::Float), lower_seconds),
    Entry::call("time.process_time", |a| clock(a, Type::Float), lower_seconds),
    Entry::call("time.thread_time", |a| clock(a, Type::Float), lower_seconds),
    Entry::call("time.time_ns", |a| clock(a, Type::Int), lower_nanoseconds),
    Entry::call("time.monotonic_ns", |a| clock(a, Type::Int), lower_nanoseconds),
    Entry::call("time.perf_counter_ns", |a| clock(a, Type::Int), lower_nanoseconds),
    Entry::call("time.process_time_ns", |a| clock(a, Type::Int), lower_nanoseconds),
    Entry::call("time.thread_time_ns", |a| clock(a, Type::Int), lower_nanoseconds),
];

/// The generator, and a number if there is a second argument.
fn drawn(arguments: &Arguments, result: Type) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [a, rest @ ..] if a.fact.ty == Type::Random && rest.iter().all(|operand| operand.fact.ty.is_number()) => {
            Ok(Fact::of(result))
        }
        _ => Err(arguments.refuse("")),
    }
}

fn address(lowering: &mut Lowering<'_>, arguments: &Arguments) -> crate::lir::Value {
    let repr = lowering.argument(&arguments.positional[0]);
    repr.first().copied().unwrap_or_else(|| lowering.b.const_ptr(0))
}

fn lower_float(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let generator = address(lowering, arguments);
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::RandomFloat, &[generator])]))
}

fn lower_bits(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let generator = address(lowering, arguments);
    let count = &arguments.positional[1];
    let own = lowering.argument(count);
    let count = lowering.to_index(&own, &count.fact.ty);
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::RandomBits, &[generator, count])]))
}

fn seeded(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [generator, seed] if generator.fact.ty == Type::Random && is_seed(seed) => Ok(Fact::of(Type::None)),
        _ => Err(arguments.refuse("the seed is an int, a float, a string, bytes or None")),
    }
}

fn is_seed(operand: &Operand) -> bool {
    let ty = &operand.fact.ty;
    ty.is_text() || matches!(ty, Type::None | Type::Bool | Type::Float) || is_index(ty)
}

fn lower_seed(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let generator = address(lowering, arguments);
    let seed = &arguments.positional[1];
    let repr = lowering.argument(seed);
    lowering.ask_with_argument(Operation::Seed, generator, &repr, &seed.fact.ty);
    Ok(Repr::new())
}

fn lower_take(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let generator = address(lowering, arguments);
    let answer = lowering.ask(Operation::TakeNormal, generator, None, None);
    Ok(Repr::from_slice(&[lowering.b.load(Machine::F64, answer, 0, crate::lir::Region::Frame)]))
}

fn lower_keep(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let generator = address(lowering, arguments);
    let kept = &arguments.positional[1];
    let repr = lowering.argument(kept);
    let number = lowering.convert(&repr, &kept.fact.ty, &Type::Float)[0];
    lowering.ask(Operation::KeepNormal, generator, None, Some(number));
    Ok(Repr::new())
}

fn clock(arguments: &Arguments, result: Type) -> Result<Fact, Reason> {
    arguments.bind([], 0).map(|[]| Fact::of(result))
}

fn clock_number(lowering: &mut Lowering<'_>, arguments: &Arguments) -> crate::lir::Value {
    let name = arguments.name.trim_start_matches("time.").trim_end_matches("_ns");
    lowering.b.const_i64(match name {
        "time" => 0,
        "process_time" => 2,
        "thread_time" => 3,
        _ => 1,
    })
}

fn lower_seconds(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let clock = clock_number(lowering, arguments);
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::ClockSeconds, &[clock])]))
}

fn lower_nanoseconds(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let clock = clock_number(lowering, arguments);
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::ClockNanoseconds, &[clock])]))
}

fn spread(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [numbers, _, _] if numbers.fact.ty == Type::list(Type::Float) => Ok(Fact::of(Type::Float)),
        _ => Err(arguments.refuse("it takes a list of floats")),
    }
}

fn lower_spread(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let mut args = Vec::new();
    for operand in &arguments.positional {
        args.push(lowering.argument(operand)[0]);
    }
    let statuses: Statuses = &[
        (status::RANGE, "OverflowError", "integer division result too large for a float"),
        (status::NO_MEMORY, "MemoryError", "the data have more than 2**32 items"),
    ];
    let address = lowering.call_with_status(Symbol::ExactSpread, &args, 8, statuses);
    Ok(Repr::from_slice(&[lowering.b.load(Machine::F64, address, 0, crate::lir::Region::Frame)]))
}
