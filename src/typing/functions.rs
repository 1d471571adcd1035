//! Functions as values: one of several, and `functools.partial`.

use std::sync::Arc;

use super::binding::bind;
use super::fact::Fact;
use super::global_containers;
use super::infer::{Argument, Failure, FunctionCall, Inference, global_type};
use super::rules::{Named, no_operation};
use super::types::{FunctionKey, Type};
use crate::bytecode::Constant;
use crate::hir::{Inst, InstData};
use crate::host::{Global, NamedGlobals};
use crate::library::Operand;
use crate::refusal::Reason;

impl FunctionKey {
    /// The bit that marks inner functions, which hosts do not know; hosts number theirs from 1.
    const INNER: u64 = 1 << 63;
    /// Bits for the number of an inner function; above them stands the key of the outermost function.
    const NUMBER_BITS: u32 = 20;
    /// Bits of the keys of hosts.
    const HOST_BITS: u32 = 42;

    /// The key of an inner function by its number among those inside of a function that the host knows.
    pub fn inner(owner: FunctionKey, number: u64) -> FunctionKey {
        FunctionKey(FunctionKey::INNER | owner.0 << FunctionKey::NUMBER_BITS | number)
    }

    /// True for an inner function, which hosts do not know.
    pub fn is_inner(self) -> bool {
        self.0 & FunctionKey::INNER != 0
    }

    /// The function that the host knows: the outermost one around an inner one.
    pub fn owner(self) -> FunctionKey {
        let above = if self.is_inner() { self.0 >> FunctionKey::NUMBER_BITS } else { self.0 };
        FunctionKey(above & ((1 << FunctionKey::HOST_BITS) - 1))
    }
}

impl Type {
    /// The functions that a value of this type may be, if they are told apart when it runs: jitted ones, and inner ones
    /// that capture nothing.
    pub fn as_functions(&self) -> Option<Vec<FunctionKey>> {
        match self {
            Type::Function(key) => Some(vec![*key]),
            Type::OneOf(keys) => Some(keys.to_vec()),
            Type::Closure(closure) if closure.captures.is_empty() => Some(vec![closure.key]),
            _ => None,
        }
    }
}

/// Functions of the library for which a number decides how long tuples are, by the argument's position or name: they are
/// told it by its type, as text behind a mark.
const REMEMBERING: &[(&str, usize, &str)] = &[
    ("itertools.combinations", 1, "r"),
    ("itertools.combinations_with_replacement", 1, "r"),
    ("itertools.permutations", 1, "r"),
    ("itertools.product", usize::MAX, "repeat"),
    ("itertools.tee", 1, "n"),
];

/// Text that stands for a number begins with it.
pub const MARK: char = '\0';

/// The text that stands for a number that is known when compiling.
pub fn remembered(fact: &Fact) -> Option<Arc<str>> {
    let number = fact.as_int().filter(|_| fact.ty == Type::Int)?;
    Some(format!("{MARK}{number}").into())
}

impl Inference<'_> {
    /// Has a function of the library told numbers by their types.
    pub(super) fn remember_numbers(&mut self, name: &str, positional: &mut Vec<Operand>, named: &mut Named) {
        let Some((_, position, keyword)) = REMEMBERING.iter().find(|(known, ..)| *known == name) else { return };
        if let ("itertools.permutations", [iterable]) = (name, &positional[..])
            && let Some(length) = self.known_length(iterable)
        {
            positional.push(Operand { fact: Fact::int(length as i64), source: Argument::Unset });
        }
        let by_name = named.iter_mut().filter(|(known, _)| **known == **keyword).map(|(_, operand)| operand);
        for operand in positional.iter_mut().skip(*position).take(1).chain(by_name) {
            if let Some(text) = remembered(&operand.fact) {
                let source = Argument::Default(Global::Constant(Constant::Str(text.clone())));
                *operand = Operand { fact: Fact::of(Type::Str(text)), source };
            }
        }
    }

    /// A call of whichever of these functions the value is: each is typed, and the results are joined.
    pub(super) fn call_one_of(
        &mut self,
        inst: Inst,
        keys: &[FunctionKey],
        positional: Vec<Operand>,
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let Some((positional, named)) = self.spelled_out(positional, named) else { return Ok(None) };
        let mut calls = Vec::with_capacity(keys.len());
        let mut joined: Option<Type> = None;
        for &key in keys {
            let parameters = self.env.parameters(key)?;
            let bound = bind(&parameters, positional.clone(), named.clone())?;
            let types: Vec<Type> = bound.iter().map(|operand| operand.fact.ty.clone()).collect();
            let (id, result) = self.env.specialize(key, &types)?;
            let arguments = bound.into_iter().map(|operand| operand.source).collect();
            calls.push((key, FunctionCall { id, arguments, types, result: result.clone() }));
            let Some(result) = result.filter(|result| *result != Type::Never) else { continue };
            joined = Some(match joined {
                None => result,
                Some(known) => self.unknowns.unify(&known, &result).ok_or_else(|| Reason::NoCommonType {
                    variable: Some("result of the call".into()),
                    types: vec![known.to_string(), result.to_string()],
                })?,
            });
        }
        let is_known = calls.iter().all(|(_, call)| call.result.is_some());
        // An earlier sweep may have known of one function only.
        self.typed.calls.remove(&inst);
        self.typed.choices.insert(inst, calls);
        Ok(joined.or_else(|| is_known.then_some(Type::None)).map(Fact::of))
    }

    /// A call of the partial at a path in the first operand: its arguments first, its keywords where the call has none of their name.
    pub(super) fn call_partial(
        &mut self,
        inst: Inst,
        data: &InstData,
        parts: &[Type; 3],
        path: &[u32],
        positional: Vec<Operand>,
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let (mut all, mut keywords) = partial_operands(parts, data.args[0], path);
        all.extend(positional);
        for (name, operand) in named {
            keywords.retain(|(known, _)| *known != name);
            keywords.push((name, operand));
        }
        self.call_part(inst, data, (&Fact::of(parts[0].clone()), &[path, &[0]].concat()), all, keywords)
    }
}

/// The arguments and keywords of a partial that stands at a path in this value.
pub fn partial_operands(parts: &[Type; 3], value: crate::hir::Value, path: &[u32]) -> (Vec<Operand>, Named) {
    let operand = |part: u32, item: usize, ty: &Type| Operand {
        fact: Fact::of(ty.clone()),
        source: Argument::Captured(value, [path, &[part, item as u32]].concat().into()),
    };
    let arguments = parts[1].as_tuple().unwrap_or_default();
    let positional = arguments.iter().enumerate().map(|(item, ty)| operand(1, item, ty)).collect();
    let named = match &parts[2] {
        Type::Keywords(items) => {
            items.iter().enumerate().map(|(item, (name, ty))| (Arc::clone(name), operand(2, item, ty))).collect()
        }
        _ => Vec::new(),
    };
    (positional, named)
}

/// True for functions that a partial can be of.
pub fn is_partial_function(ty: &Type) -> bool {
    matches!(ty, Type::Function(_) | Type::Library(_) | Type::ExceptionClass(_) | Type::Closure(_) | Type::Partial(_))
}

/// The type of `functools.partial(a, *b, **c)`.
///
/// # Errors
/// For what has to be passed along to be called.
pub fn partial(function: &Type, arguments: &[Operand], named: &[(Arc<str>, Operand)]) -> Result<Type, Reason> {
    if !is_partial_function(function) {
        let advice = "it takes jitted functions, those of the library, and inner functions; write a lambda";
        return Err(no_operation("functools.partial()", &[function], advice));
    }
    let types = arguments.iter().map(|operand| operand.fact.ty.clone()).collect::<Vec<_>>();
    let keywords = named.iter().map(|(name, operand)| (name.clone(), operand.fact.ty.clone()));
    Ok(Type::Partial(Arc::new([function.clone(), Type::tuple(types), Type::Keywords(keywords.collect())])))
}

/// What is known of a global partial; the name of its Python type if compiled code has no form for it.
pub(super) fn partial_of_globals(
    function: &Global,
    arguments: &[Global],
    keywords: &NamedGlobals,
) -> Result<Fact, String> {
    let types = arguments.iter().map(|argument| Ok(global_type(argument)?.ty));
    let types = types.collect::<Result<Vec<Type>, String>>()?;
    let named = keywords.iter().map(|(name, value)| Ok((name.clone(), global_type(value)?.ty)));
    let parts = [global_type(function)?.ty, Type::tuple(types), Type::Keywords(named.collect::<Result<_, String>>()?)];
    if parts.iter().any(global_containers::leads_on) {
        return Err("partial that holds a list, dict or set".to_owned());
    }
    Ok(Fact::of(Type::Partial(Arc::new(parts))))
}
