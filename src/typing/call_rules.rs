//! Calls of Python functions: jitted ones, inner ones, and those of the library that mean something else by type.

use std::sync::Arc;

use super::binding::bind;
use super::fact::Fact;
use super::infer::{Argument, Failure, FunctionCall, Inference};
use super::types::{ClosureType, FunctionKey, Type};
use crate::bytecode::Constant;
use crate::hir::{Inst, Value};
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

/// True for what `min` and `max` iterate over; tuples of numbers they take apart.
fn is_iterated(ty: &Type) -> bool {
    ty.is_container() || matches!(ty, Type::Iterable(_) | Type::Range(_) | Type::Generator(_))
}

/// The name under which the library has a built-in function that means something else for one array.
pub(super) fn overload<'a>(name: &'a str, positional: &[Operand]) -> &'a str {
    match (name, positional) {
        ("builtins.min", [Operand { fact: Fact { ty: Type::Array(_), .. }, .. }]) => "ndarray.__min__",
        ("builtins.max", [Operand { fact: Fact { ty: Type::Array(_), .. }, .. }]) => "ndarray.__max__",
        ("builtins.min", [Operand { fact, .. }]) if is_iterated(&fact.ty) => "iterable.__min__",
        ("builtins.max", [Operand { fact, .. }]) if is_iterated(&fact.ty) => "iterable.__max__",
        ("builtins.reversed", [Operand { fact: Fact { ty: Type::Deque(_), .. }, .. }]) => "deque.__reversed__",
        ("str.join", [_, Operand { fact, .. }]) if !matches!(fact.ty, Type::List(_)) && is_iterated(&fact.ty) => {
            "str.__join__"
        }
        _ => name,
    }
}
