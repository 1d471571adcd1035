//! Calls of Python functions: jitted ones, inner ones, and those of the library that mean something else by type.

use std::sync::Arc;

use super::binding::bind;
use super::fact::Fact;
use super::index;
use super::infer::{Argument, Failure, FunctionCall, Inference, Parameters};
use super::keywords::{self, keyword_operands};
use super::rules::{Named, is_unpacked_by_iterating, no_operation, operand};
use super::types::{ClosureType, FunctionKey, Type};
use crate::bytecode::Constant;
use crate::hir::{Defaults, Inst, InstData, Op, Value};
use crate::host::Global;
use crate::library::Operand;
use crate::refusal::Reason;

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
        // The type of a variable that they share is not known yet: nothing was stored to it here.
        let is_unset = |ty: &Type| matches!(ty, Type::Cell(content) if **content == Type::Never);
        let is_open = closure.captures.iter().any(is_unset);
        if is_open && !self.asks_callees {
            return Ok(None);
        }
        let at = |inside: &[u32]| Argument::Captured(callee, [path, inside].concat().into());
        let parameters = self.closure_parameters(closure)?;
        let last = (closure.captures.len() as u32).saturating_sub(1);
        let (defaults, by_name) = (closure.positional_defaults(), closure.keyword_defaults());
        let first = parameters.positional.saturating_sub(defaults.len());
        let mut bound = bind(&parameters, positional, named)?;
        for (position, operand) in bound.iter_mut().enumerate() {
            if !matches!(operand.source, Argument::Default(_)) {
                continue;
            }
            let name = &parameters.names[position];
            let (ty, source) = match by_name.iter().position(|(known, _)| known == name) {
                Some(item) => (&by_name[item].1, at(&[last, 1, item as u32])),
                None if closure.defaults == Defaults::All => {
                    (&defaults[position - first], at(&[last, 0, (position - first) as u32]))
                }
                None => (&defaults[position - first], at(&[last, (position - first) as u32])),
            };
            *operand = Operand { fact: Fact::of(ty.clone()), source };
        }
        let captured = closure.captures.iter().zip(0..);
        bound.extend(captured.map(|(ty, position)| Operand { fact: Fact::of(ty.clone()), source: at(&[position]) }));
        if is_open {
            if let Err(Failure::InCallee(refusal)) = self.bound_call(closure.key, bound) {
                self.widen_shared(&refusal.reason);
            }
            return Ok(None);
        }
        self.call_bound(inst, closure.key, bound)
    }

    /// The parameters of an inner function; those that have a default are marked by one.
    fn closure_parameters(&mut self, closure: &ClosureType) -> Result<Parameters, Failure> {
        let mut parameters = (*self.env.parameters(closure.key)?).clone();
        let first = parameters.positional.saturating_sub(closure.positional_defaults().len());
        let is_named = |name: &Arc<str>| closure.keyword_defaults().iter().any(|(known, _)| known == name);
        let positional = first..parameters.positional;
        for (position, (name, default)) in parameters.names.iter().zip(&mut parameters.defaults).enumerate() {
            if positional.contains(&position) || is_named(name) {
                *default = Some(Global::Constant(Constant::None));
            }
        }
        Ok(parameters)
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
            let (callee, iterable) = (operand(&facts[0], data, 0), operand(&facts[1], data, 1));
            if let Some(length) = self.known_length(&iterable) {
                let operands = vec![callee, iterable, places(length as u32)];
                return self.call_library(inst, "iterable.__call_known__", operands, named);
            }
            return self.call_with_items(inst, [callee, iterable], named);
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
        let parameters = match &callee.fact.ty {
            Type::Library(name) if &**name == "builtins.print" => {
                return self.call_library(inst, "builtins.print.__starred__", vec![iterable], named);
            }
            Type::Library(name) if matches!(&**name, "builtins.max" | "builtins.min") => {
                return refusal("pass the items as one argument: max(items)");
            }
            Type::Library(name) if &**name == "builtins.zip" => {
                return refusal(
                    "the length of what it gives is not known; index the items in a loop, or use an array's T",
                );
            }
            Type::Function(key) => (*self.env.parameters(*key)?).clone(),
            Type::Closure(closure) => self.closure_parameters(closure)?,
            _ => return refusal("pass a tuple, or the items by their positions"),
        };
        let names = &parameters.names[..parameters.positional];
        let count = names.iter().position(|name| named.iter().any(|(known, _)| known == name));
        let count = count.unwrap_or(names.len());
        if parameters.has_rest {
            return refusal(
                "the function takes any number of arguments; pass a tuple, or give it a parameter for the items",
            );
        }
        let optional = parameters.defaults[..count].iter().filter(|default| default.is_some()).count();
        let text = |text: &Arc<str>| Operand {
            fact: Fact::of(Type::Str(text.clone())),
            source: Argument::Default(Global::Constant(Constant::Str(text.clone()))),
        };
        let required = Type::tuple(names[..count - optional].iter().cloned().map(Type::Str).collect::<Vec<_>>());
        let required = Operand { fact: Fact::of(required), source: Argument::Rest(Vec::new()) };
        let mut operands = vec![callee, iterable, text(&parameters.qualname), required];
        if optional == 0 {
            return self.call_library(inst, "iterable.__call__", operands, named);
        }
        operands.push(places(optional as u32));
        self.call_library(inst, "iterable.__call_some__", operands, named)
    }

    pub(super) fn call_bound(
        &mut self,
        inst: Inst,
        key: FunctionKey,
        bound: Vec<Operand>,
    ) -> Result<Option<Fact>, Failure> {
        let is_own = key == self.env.own_key() && !self.typed.hir.is_generator && self.has_own_types(&bound);
        // What recursion gives may say what containers hold: `memo[n] = f(n - 1, memo)`.
        let own = |result: &Option<Type>| result.clone().filter(|ty| is_own && ty.has_unknown());
        let Some(call) = self.bound_call(key, bound)? else {
            return Ok(self.typed.result.clone().filter(|_| is_own && self.learns).map(Fact::of));
        };
        let result = call.result.clone().or_else(|| own(&self.typed.result));
        self.typed.calls.insert(inst, call);
        Ok(result.filter(|result| *result != Type::Never).map(Fact::of))
    }

    /// Makes room in a variable of this function's for what an inner function stores to it; false if there is no such
    /// variable, or it has room.
    pub(super) fn widen_shared(&mut self, refused: &Reason) -> bool {
        let Reason::SharedType { name, joined, .. } = refused else { return false };
        let function = self.typed.hir.clone();
        for data in function.insts.iter().filter(|data| matches!(&data.op, Op::NewCell(own) if own == name)) {
            let Some(cell) = data.result else { continue };
            let content = match &self.typed.facts[cell.index()] {
                Some(Fact { ty: Type::Cell(content), .. }) => (**content).clone(),
                _ => continue,
            };
            let wider = match content {
                Type::Never => Some((**joined).clone()),
                _ => self.unknowns.unify(&content, joined),
            };
            if let Some(wider) = wider.filter(|wider| *wider != content) {
                self.set(cell, Fact::of(Type::Cell(wider.into())));
                return true;
            }
        }
        false
    }

    /// True for arguments of the types of the function that is being typed.
    fn has_own_types(&self, bound: &[Operand]) -> bool {
        let params = &self.typed.hir.blocks[0].params;
        let spelled = |fact: &Fact| self.unknowns.spell_out(&fact.ty);
        let own = params.iter().map(|param| self.typed.facts[param.index()].as_ref().map(spelled));
        own.eq(bound.iter().map(|operand| Some(spelled(&operand.fact))))
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
        ty => is_iterated(ty) || ty.is_text() || matches!(ty, Type::Instance(_)),
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
        ("math.prod", [Operand { fact, .. }, ..]) if is_iterated(&fact.ty) || fact.ty.as_array().is_some() => {
            "iterable.__prod__"
        }
        ("str.join", [_, Operand { fact, .. }]) if !matches!(fact.ty, Type::List(_)) && is_iterated(&fact.ty) => {
            "str.__join__"
        }
        _ => name,
    }
}
