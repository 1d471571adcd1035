//! Calls of Python functions: jitted ones, inner ones, and those of the library that mean something else by type.

use std::sync::Arc;

use super::binding::bind;
use super::fact::Fact;
use super::index;
use super::infer::{Argument, Failure, FunctionCall, Inference};
use super::keywords::{self, keyword_operands};
use super::rules::{Named, is_unpacked_by_iterating, no_operation, operand};
use super::types::{ClosureType, FunctionKey, Type};
use crate::bytecode::Constant;
use crate::hir::{Inst, InstData, Value};
use crate::host::Global;
use crate::library::Operand;

impl Inference<'_> {
    pub(super) fn call_function(
        &mut self,
        inst: Inst,
        key: FunctionKey,
        positional: Vec<Operand>,
        named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        let parameters = self.env.parameters(key)?;
        let bound = bind(&parameters, positional, named)?;
        self.call_bound(inst, key, bound)
    }

    pub(super) fn call_closure(
        &mut self,
        inst: Inst,
        (callee, path): (Value, &[u32]),
        closure: &ClosureType,
        positional: Vec<Operand>,
        named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        // The type of a variable that they share is not known yet: nothing was stored to it.
        if closure.captures.iter().any(|ty| matches!(ty, Type::Cell(content) if **content == Type::Never)) {
            return Ok(None);
        }
        let at = |inside: &[u32]| Argument::Captured(callee, [path, inside].concat().into());
        let mut parameters = (*self.env.parameters(closure.key)?).clone();
        let last = closure.captures.len() as u32;
        let defaults = closure.captures.last().filter(|_| closure.has_defaults).and_then(Type::as_tuple);
        let defaults = defaults.unwrap_or_default();
        let first = parameters.positional.saturating_sub(defaults.len());
        parameters.defaults[first..parameters.positional].fill(Some(Global::Constant(Constant::None)));
        let mut bound = bind(&parameters, positional, named)?;
        for (position, operand) in bound.iter_mut().enumerate() {
            if let (Argument::Default(_), Some(item)) = (&operand.source, position.checked_sub(first)) {
                let source = at(&[last - 1, item as u32]);
                *operand = Operand { fact: Fact::of(defaults[item].clone()), source };
            }
        }
        let captured = closure.captures.iter().zip(0..);
        bound.extend(captured.map(|(ty, position)| Operand { fact: Fact::of(ty.clone()), source: at(&[position]) }));
        self.call_bound(inst, closure.key, bound)
    }

    pub(super) fn call(
        &mut self,
        inst: Inst,
        data: &InstData,
        facts: &[Fact],
        keywords: &[Arc<str>],
    ) -> Result<Option<Fact>, Failure> {
        let positional_end = facts.len() - keywords.len();
        let positional = (1..positional_end).map(|index| operand(&facts[index], data, index)).collect();
        let named = keywords
            .iter()
            .enumerate()
            .map(|(index, name)| (name.clone(), operand(&facts[positional_end + index], data, positional_end + index)))
            .collect();
        self.call_value(inst, data, &facts[0], positional, named)
    }

    pub(super) fn call_starred(
        &mut self,
        inst: Inst,
        data: &InstData,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let named = match facts.get(2) {
            None => Vec::new(),
            Some(Fact { ty: Type::Keywords(_), .. }) => keyword_operands(&facts[2], data.args[2]),
            Some(other) => return Err(keywords::refuse_unknown(&other.ty).into()),
        };
        let Type::Tuple(items) = &facts[1].ty else {
            let operands = [operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
            return self.call_with_items(inst, operands, named);
        };
        let positional = (0..items.len())
            .map(|position| Operand {
                fact: index::tuple_item(&facts[1], position),
                source: Argument::Item(data.args[1], position as u32),
            })
            .collect();
        self.call_value(inst, data, &facts[0], positional, named)
    }

    /// `f(*a, **named)` of what is no tuple: a function of the library takes as many items as f has parameters for them.
    pub(super) fn call_with_items(
        &mut self,
        inst: Inst,
        [callee, iterable]: [Operand; 2],
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let refusal = |advice: &str| Err(no_operation("a call with *", &[&iterable.fact.ty], advice).into());
        let ty = &iterable.fact.ty;
        if !ty.is_container() && !is_unpacked_by_iterating(ty) && ty.as_array().is_none() {
            return refusal("pass a tuple");
        }
        let key = match &callee.fact.ty {
            Type::Library(name) if &**name == "builtins.print" => {
                return self.call_library(inst, "builtins.print.__starred__", vec![iterable], named);
            }
            Type::Function(key) => *key,
            Type::Closure(closure) if !closure.has_defaults => closure.key,
            _ => return refusal("pass a tuple, or the items by their positions"),
        };
        let parameters = self.env.parameters(key)?;
        let names = &parameters.names[..parameters.positional];
        let count = names.iter().position(|name| named.iter().any(|(known, _)| known == name));
        let count = count.unwrap_or(names.len());
        if parameters.has_rest || parameters.defaults[..count].iter().any(Option::is_some) {
            return refusal("the function takes more than one number of arguments; pass a tuple");
        }
        let text = |text: &Arc<str>| Operand {
            fact: Fact::of(Type::Str(text.clone())),
            source: Argument::Default(Global::Constant(Constant::Str(text.clone()))),
        };
        let names = Type::tuple(names[..count].iter().cloned().map(Type::Str).collect::<Vec<_>>());
        let names = Operand { fact: Fact::of(names), source: Argument::Rest(Vec::new()) };
        let operands = vec![callee, iterable, text(&parameters.qualname), names];
        self.call_library(inst, "iterable.__call__", operands, named)
    }

    pub(super) fn call_bound(
        &mut self,
        inst: Inst,
        key: FunctionKey,
        bound: Vec<Operand>,
    ) -> Result<Option<Fact>, Failure> {
        let Some(call) = self.bound_call(key, bound)? else { return Ok(None) };
        let result = call.result.clone();
        self.typed.calls.insert(inst, call);
        Ok(result.filter(|result| *result != Type::Never).map(Fact::of))
    }

    /// A call of a function with these arguments; `None` while their types are not known.
    pub(super) fn bound_call(
        &mut self,
        key: FunctionKey,
        bound: Vec<Operand>,
    ) -> Result<Option<FunctionCall>, Failure> {
        let types: Vec<Type> = bound.iter().map(|operand| self.unknowns.spell_out(&operand.fact.ty)).collect();
        if types.iter().any(Type::has_unknown) {
            if self.asks_callees {
                self.unknowns.put_all(self.env.learn(key, &types, self.unknowns.count()));
            }
            return Ok(None);
        }
        let (id, result) = self.env.specialize(key, &types)?;
        let arguments = bound.into_iter().map(|operand| operand.source).collect();
        Ok(Some(FunctionCall { id, arguments, types, result }))
    }
}

/// A tuple of nothing, whose type tells the library a number.
pub(super) fn places(count: u32) -> Operand {
    let fact = Fact::of(Type::tuple(vec![Type::None; count as usize]));
    Operand { fact, source: Argument::Rest(Vec::new()) }
}

/// True if two of the operands may be one generator.
pub(super) fn may_share(operands: &[Operand]) -> bool {
    let generators = || operands.iter().filter(|operand| matches!(operand.fact.ty, Type::Generator(_)));
    generators().enumerate().any(|(index, one)| generators().skip(index + 1).any(|other| one.fact.ty == other.fact.ty))
}

/// True for what `min` and `max` iterate over; tuples of numbers they take apart.
fn is_iterated(ty: &Type) -> bool {
    ty.is_container() || matches!(ty, Type::Iterable(_) | Type::Range(_) | Type::Generator(_) | Type::Buffer(_))
}

/// True for one thing to iterate over with keywords, or one whose items are no numbers.
fn is_searched(positional: &[Operand], named: &Named) -> bool {
    let [one] = positional else { return false };
    let has_numbers = |items: &[Type]| items.iter().all(Type::is_number);
    match &one.fact.ty {
        Type::Tuple(items) => !named.is_empty() || !has_numbers(items),
        Type::Array(_) => !named.is_empty(),
        ty => is_iterated(ty) || ty.is_text(),
    }
}

/// True for arguments that are compared as they are: with a key, or no numbers.
fn are_compared(positional: &[Operand], named: &Named) -> bool {
    positional.len() > 1 && (!named.is_empty() || positional.iter().any(|one| !one.fact.ty.is_number()))
}

/// The name under which the library has a built-in function that means something else for these types.
pub(super) fn overload<'a>(name: &'a str, positional: &[Operand], named: &Named) -> &'a str {
    match (name, positional) {
        ("builtins.min", _) if is_searched(positional, named) => "iterable.__min__",
        ("builtins.max", _) if is_searched(positional, named) => "iterable.__max__",
        ("builtins.min", _) if are_compared(positional, named) => "arguments.__min__",
        ("builtins.max", _) if are_compared(positional, named) => "arguments.__max__",
        ("builtins.min", [Operand { fact: Fact { ty: Type::Array(_), .. }, .. }]) => "ndarray.__min__",
        ("builtins.max", [Operand { fact: Fact { ty: Type::Array(_), .. }, .. }]) => "ndarray.__max__",
        ("builtins.reversed", [Operand { fact: Fact { ty: Type::Deque(_), .. }, .. }]) => "deque.__reversed__",
        ("builtins.reversed", [one]) if one.fact.ty.is_text() || matches!(one.fact.ty, Type::Buffer(_)) => {
            "str.__reversed__"
        }
        ("builtins.reversed", [Operand { fact: Fact { ty: Type::Dict(_), .. }, .. }]) => "dict.__reversed__",
        ("builtins.str", [_, _, ..]) => "str.__decode__",
        ("builtins.str", [one]) if !named.is_empty() && matches!(one.fact.ty, Type::Bytes | Type::Buffer(_)) => {
            "str.__decode__"
        }
        ("bytes.hex", _) if positional.len() + named.len() > 1 => "bytes.__hex__",
        ("str.join", [_, Operand { fact, .. }]) if !matches!(fact.ty, Type::List(_)) && is_iterated(&fact.ty) => {
            "str.__join__"
        }
        _ => name,
    }
}
