//! Context managers: a value with a mark in its type, and what `python/upshift/library/contexts.py` needs of it.

use std::sync::Arc;

use super::{Arguments, Entry};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{Fact, GeneratorType, Type, context_function};

/// Functions of `contextlib` and intrinsics.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("contextlib.contextmanager", contextmanager, lower_contextmanager),
    Entry::call("contextlib.nullcontext", nullcontext, lower_nullcontext),
    Entry::call("contextlib.suppress", suppress, lower_nothing),
    Entry::call("contextlib.closing", closing, lower_closing),
    Entry::call("upshift.library.intrinsics.content", content, lower_content),
    Entry::call("upshift.library.intrinsics.throw", throw, lower_throw),
    Entry::call("upshift.library.intrinsics.thrown_item", thrown_item, lower_thrown_item),
    Entry::call("upshift.library.intrinsics.is_stopped", is_stopped, lower_is_stopped),
    Entry::call("upshift.library.intrinsics.frame_count", frame_count, lower_frame_count),
    Entry::call("upshift.library.intrinsics.forget_frames", forget_frames, lower_forget_frames),
];

/// The function with a mark in its type: calls of it make context managers.
fn contextmanager(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.bind(["func"], 1)? {
        [Some(function)] if matches!(function.fact.ty, Type::Function(_) | Type::Closure(_)) => {
            Ok(Fact::of(context_function(function.fact.ty.clone())))
        }
        _ => Err(arguments.refuse("it decorates generator functions")),
    }
}

fn lower_contextmanager(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}

fn nullcontext(arguments: &Arguments) -> Result<Fact, Reason> {
    let [content] = arguments.bind(["enter_result"], 0)?;
    let content = content.map_or(Type::None, |content| content.fact.ty.clone());
    Ok(Fact::of(Type::Iterable(Arc::new(("nullcontext".into(), vec![content])))))
}

fn lower_nullcontext(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [content] = arguments.bind(["enter_result"], 0)?;
    Ok(content.map(|content| lowering.argument(content)).unwrap_or_default())
}

/// The classes are in its type.
fn suppress(arguments: &Arguments) -> Result<Fact, Reason> {
    let classes: Vec<Type> = arguments.positional.iter().map(|operand| operand.fact.ty.clone()).collect();
    if !arguments.named.is_empty() || !classes.iter().all(|class| matches!(class, Type::ExceptionClass(_))) {
        return Err(arguments.refuse("it takes exception classes"));
    }
    Ok(Fact::of(Type::Iterable(Arc::new(("suppress".into(), vec![Type::tuple(classes)])))))
}

fn lower_nothing(_: &mut Lowering<'_>, _: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(Repr::new())
}

fn closing(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.bind(["thing"], 1)? {
        [Some(thing)] => Ok(Fact::of(Type::Iterable(Arc::new(("closing".into(), vec![thing.fact.ty.clone()]))))),
        _ => Err(arguments.refuse("it takes one object")),
    }
}

fn lower_closing(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(lowering.argument(&arguments.positional[0]))
}

/// What a context manager is made of.
fn content(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.positional.first().map(|operand| &operand.fact.ty) {
        Some(Type::Iterable(parts)) if parts.1.len() == 1 => Ok(Fact::of(parts.1[0].clone())),
        _ => Err(arguments.refuse("it takes a context manager")),
    }
}

fn lower_content(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}

/// The generator among the arguments, where an exception stands behind it.
fn generator(arguments: &Arguments) -> Result<Arc<GeneratorType>, Reason> {
    match &arguments.positional[..] {
        [generator, exception] if exception.fact.ty == Type::AnyException => match &generator.fact.ty {
            Type::Generator(generator) => Ok(generator.clone()),
            _ => Err(arguments.refuse("it takes a generator")),
        },
        _ => Err(arguments.refuse("it takes a generator and an exception")),
    }
}

fn throw(arguments: &Arguments) -> Result<Fact, Reason> {
    generator(arguments).map(|_| Fact::of(Type::Bool))
}

fn lower_throw(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let ty = generator(arguments)?;
    let frame = lowering.argument(&arguments.positional[0])[0];
    let exception = lowering.argument(&arguments.positional[1])[0];
    Ok(Repr::from_slice(&[lowering.throw_into(frame, exception, &ty)]))
}

/// The item at which a generator stands that `throw` has resumed.
fn thrown_item(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.positional.first().map(|operand| &operand.fact.ty) {
        Some(Type::Generator(generator)) => Ok(Fact::of(generator.item.clone())),
        _ => Err(arguments.refuse("it takes a generator")),
    }
}

fn lower_thrown_item(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let generator = &arguments.positional[0];
    let Type::Generator(ty) = generator.fact.ty.clone() else { return Err(Reason::Internal("no generator".into())) };
    let frame = lowering.argument(generator)[0];
    Ok(lowering.take_item(frame, &ty))
}

fn is_stopped(arguments: &Arguments) -> Result<Fact, Reason> {
    let are_exceptions = arguments.positional.iter().all(|operand| operand.fact.ty == Type::AnyException);
    if are_exceptions && arguments.positional.len() == 2 {
        return Ok(Fact::of(Type::Bool));
    }
    Err(arguments.refuse("it takes two exceptions"))
}

fn lower_is_stopped(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let exceptions = [&arguments.positional[0], &arguments.positional[1]].map(|operand| lowering.argument(operand)[0]);
    Ok(lowering.b.call_runtime(Symbol::IsStopped, &exceptions).into_iter().collect())
}

fn exception(arguments: &Arguments) -> Result<(), Reason> {
    match arguments.positional.first() {
        Some(exception) if exception.fact.ty == Type::AnyException => Ok(()),
        _ => Err(arguments.refuse("it takes an exception")),
    }
}

fn frame_count(arguments: &Arguments) -> Result<Fact, Reason> {
    exception(arguments).map(|()| Fact::of(Type::Int))
}

fn lower_frame_count(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let exception = lowering.argument(&arguments.positional[0])[0];
    Ok(lowering.b.call_runtime(Symbol::FrameCount, &[exception]).into_iter().collect())
}

fn forget_frames(arguments: &Arguments) -> Result<Fact, Reason> {
    exception(arguments).map(|()| Fact::of(Type::None))
}

fn lower_forget_frames(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let exception = lowering.argument(&arguments.positional[0])[0];
    let count = lowering.argument(&arguments.positional[1])[0];
    lowering.b.call_runtime(Symbol::ForgetFrames, &[exception, count]);
    Ok(Repr::new())
}
