//! Calls: of jitted functions, of the library, of inner functions and of classes.

use std::sync::Arc;

use super::binding::bind;
use super::enums;
use super::exceptions::{ANY_CLASS, exception};
use super::fact::Fact;
use super::foreign;
use super::index;
use super::infer::{Argument, Failure, FunctionCall, Inference};
use super::rules::{no_operation, operand};
use super::types::{ClosureType, FunctionKey, Type};
use crate::bytecode::Constant;
use crate::hir::{Inst, InstData, Value};
use crate::host::Global;
use crate::library::{self, Arguments, Body, Operand};
use crate::lower::has_shape;
use crate::refusal::Reason;
use crate::runtime::random;

impl Inference<'_> {
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
        let Type::Tuple(items) = &facts[1].ty else {
            return Err(no_operation("a call with *", &[&facts[1].ty], "pass a tuple").into());
        };
        let positional = (0..items.len())
            .map(|position| Operand {
                fact: index::tuple_item(&facts[1], position),
                source: Argument::Item(data.args[1], position as u32),
            })
            .collect();
        self.call_value(inst, data, &facts[0], positional, Vec::new())
    }

    fn call_value(
        &mut self,
        inst: Inst,
        data: &InstData,
        callee: &Fact,
        mut positional: Vec<Operand>,
        named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        match &callee.ty {
            Type::Function(key) => self.call_function(inst, *key, positional, named),
            Type::Library(name) if &**name == "dataclasses.replace" => self.replace_fields(inst, &positional, named),
            Type::Library(name) if &**name == "dataclasses.astuple" => Ok(self.fields_as_tuple(inst, &positional)?),
            Type::Library(name) if is_empty_container(name, data) => Ok(Some(self.build_container(inst, data, &[])?)),
            Type::Library(name) => self.call_library(inst, name, positional, named),
            Type::Closure(closure) => self.call_closure(inst, data.args[0], closure, positional, named),
            Type::Class(class) => self.construct(inst, class, positional, named),
            Type::Method(method) => {
                if let Some(answer) = self.call_method(inst, data.args[0], method, &positional, &named)? {
                    return Ok(answer);
                }
                let receiver = Operand { fact: Fact::of(method.0.clone()), source: Argument::Value(data.args[0]) };
                positional.insert(0, receiver);
                let name = format!("{}.{}", library::class_name(&method.0), method.1);
                self.call_library(inst, &name, positional, named)
            }
            Type::DTypeClass(_) => {
                positional.insert(0, Operand { fact: callee.clone(), source: Argument::Value(data.args[0]) });
                self.call_library(inst, "numpy.generic", positional, named)
            }
            Type::Foreign(function) => Ok(Some(foreign::call(function, &positional, !named.is_empty())?)),
            Type::ExceptionClass(name) => Ok(Some(exception(name, &positional, &named)?)),
            Type::AnyExceptionClass => Ok(Some(exception(&ANY_CLASS.into(), &positional, &named)?)),
            other => Err(no_operation("a call", &[other], "only jitted and library functions can be called").into()),
        }
    }

    /// Calls a function that the library knows: one of the built-in entries, or one written in Python.
    pub(super) fn call_library(
        &mut self,
        inst: Inst,
        name: &str,
        mut positional: Vec<Operand>,
        mut named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        if let Some(answer) = self.extended_call(inst, name, &positional, &named)? {
            return Ok(answer);
        }
        let operands = positional.iter_mut().chain(named.iter_mut().map(|(_, operand)| operand));
        operands.for_each(|operand| enums::as_argument(name, &mut operand.fact));
        let method = name.strip_prefix("random.").map(|function| format!("Random.{function}"));
        let method = method.filter(|method| self.env.library_function(method).is_some());
        if method.is_some() && random::default_generator() != 0 {
            let source = Argument::Default(Global::Generator(random::default_generator()));
            positional.insert(0, Operand { fact: Fact::of(Type::Generator), source });
        }
        let name = overload(method.as_deref().unwrap_or(name), &positional);
        self.note_puts(name, &positional)?;
        if let Some(fact) = self.container_call(name, &positional, &named)? {
            return Ok(fact);
        }
        let Some((positional, named)) = self.spelled_out(positional, named) else { return Ok(None) };
        if let Some(entry) = library::entry(name) {
            let arguments = Arguments { name: entry.name, positional, named };
            return match entry.body {
                Body::Call { typing, .. } => Ok(Some(typing(&arguments)?)),
                Body::Elementwise(ufunc) => Ok(Some(library::ufunc_rule(ufunc, &arguments)?)),
            };
        }
        match self.env.library_function(name) {
            Some(key) => self.call_function(inst, key, positional, named),
            None => Err(Reason::NotInLibrary(name.to_owned()).into()),
        }
    }

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

    fn call_closure(
        &mut self,
        inst: Inst,
        callee: Value,
        closure: &ClosureType,
        positional: Vec<Operand>,
        named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        // The type of a variable that they share is not known yet: nothing was stored to it.
        if closure.captures.iter().any(|ty| matches!(ty, Type::Cell(content) if **content == Type::Never)) {
            return Ok(None);
        }
        let mut parameters = (*self.env.parameters(closure.key)?).clone();
        let last = closure.captures.len() as u32;
        let defaults = closure.captures.last().filter(|_| closure.has_defaults).and_then(Type::as_tuple);
        let defaults = defaults.unwrap_or_default();
        let first = parameters.positional.saturating_sub(defaults.len());
        parameters.defaults[first..parameters.positional].fill(Some(Global::Constant(Constant::None)));
        let mut bound = bind(&parameters, positional, named)?;
        for (position, operand) in bound.iter_mut().enumerate() {
            if let (Argument::Default(_), Some(item)) = (&operand.source, position.checked_sub(first)) {
                let source = Argument::Captured(callee, last - 1, Some(item as u32));
                *operand = Operand { fact: Fact::of(defaults[item].clone()), source };
            }
        }
        let captured = closure.captures.iter().zip(0..);
        bound.extend(captured.map(|(ty, position)| Operand {
            fact: Fact::of(ty.clone()),
            source: Argument::Captured(callee, position, None),
        }));
        self.call_bound(inst, closure.key, bound)
    }

    fn call_bound(&mut self, inst: Inst, key: FunctionKey, bound: Vec<Operand>) -> Result<Option<Fact>, Failure> {
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
                self.learn_from_callee(key, &types);
            }
            return Ok(None);
        }
        let (id, result) = self.env.specialize(key, &types)?;
        let arguments = bound.into_iter().map(|operand| operand.source).collect();
        Ok(Some(FunctionCall { id, arguments, types, result }))
    }

    /// What a callee puts into the containers that are passed to it is in them here.
    fn learn_from_callee(&mut self, key: FunctionKey, types: &[Type]) {
        let Some(learned) = self.env.ask_callee(key, types) else { return };
        for (own, learned) in types.iter().zip(&learned) {
            // What both sides hold in common is what has no unknowns in it; types that do not join are refused later.
            if own.has_unknown() && !learned.has_unknown() {
                self.unknowns.join(own, learned);
            }
        }
    }
}

/// True for what `min` and `max` iterate over; tuples of numbers they take apart.
fn is_iterated(ty: &Type) -> bool {
    ty.is_container() || matches!(ty, Type::Iterable(_) | Type::Range(_))
}

/// True for `list()`, `dict()` and `set()`.
fn is_empty_container(name: &str, data: &InstData) -> bool {
    data.args.len() == 1 && matches!(name, "builtins.list" | "builtins.dict" | "builtins.set")
}

/// The name under which the library has a built-in function that means something else for one array.
fn overload<'a>(name: &'a str, positional: &[Operand]) -> &'a str {
    match (name, positional) {
        ("builtins.min", [Operand { fact: Fact { ty: Type::Array(_), .. }, .. }]) => "ndarray.__min__",
        ("builtins.max", [Operand { fact: Fact { ty: Type::Array(_), .. }, .. }]) => "ndarray.__max__",
        ("builtins.min", [Operand { fact, .. }]) if is_iterated(&fact.ty) => "iterable.__min__",
        ("builtins.max", [Operand { fact, .. }]) if is_iterated(&fact.ty) => "iterable.__max__",
        ("builtins.str" | "builtins.repr", [Operand { fact, .. }]) if !has_shape(&fact.ty) => match fact.ty {
            Type::List(_) => "list.__repr__",
            Type::Dict(_) => "dict.__repr__",
            Type::Set(_) => "set.__repr__",
            _ => name,
        },
        ("str.join", [_, Operand { fact, .. }]) if !matches!(fact.ty, Type::List(_)) && is_iterated(&fact.ty) => {
            "str.__join__"
        }
        _ => name,
    }
}
