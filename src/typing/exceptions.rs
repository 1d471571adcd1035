//! The types of operations on exceptions.

use std::sync::Arc;

use super::fact::Fact;
use super::objects::{is_argument, is_exception, is_exception_class};
use super::rules::no_operation;
use super::types::Type;
use crate::library::Operand;
use crate::refusal::Reason;

/// Stands for the name of a class that only running shows.
pub(super) const ANY_CLASS: &str = "type(...)";

/// The exception that a call of its class makes.
pub(super) fn exception(
    class: &Arc<str>,
    positional: &[Operand],
    named: &[(Arc<str>, Operand)],
) -> Result<Fact, Reason> {
    if let Some((keyword, operand)) = named.first() {
        return Err(no_operation(format!("{class}({keyword}=...)"), &[&operand.fact.ty], "pass arguments by position"));
    }
    let types: Vec<Type> = positional.iter().map(|operand| operand.fact.ty.clone()).collect();
    if let Some(other) = types.iter().find(|ty| !is_argument(ty)) {
        let advice = "exceptions take numbers, strings, None and tuples of these";
        return Err(no_operation(format!("{class}(...)"), &[other], advice));
    }
    Ok(Fact::of(match &**class {
        ANY_CLASS => Type::AnyException,
        _ => Type::Exception(Arc::new((class.clone(), types))),
    }))
}

/// Whether an exception is of a class, or of one of a tuple.
pub(super) fn matches_exception(class: &Type) -> Result<Fact, Reason> {
    let classes = class.as_tuple().unwrap_or(std::slice::from_ref(class));
    if let Some(other) = classes.iter().find(|class| !is_exception_class(class)) {
        return Err(no_operation("except", &[other], "catch exception classes"));
    }
    let is_base = |class: &Type| matches!(class, Type::ExceptionClass(name) if &**name == "BaseException");
    Ok(match classes {
        [] => Fact::bool(false),
        _ if classes.iter().any(is_base) => Fact::bool(true),
        _ => Fact::of(Type::Bool),
    })
}

/// `raise a from b`
pub(super) fn with_cause(exception: &Type, cause: &Type) -> Result<Fact, Reason> {
    let is_raised = |ty: &Type| is_exception(ty) || is_exception_class(ty);
    if !is_raised(exception) {
        return Err(no_operation("raise", &[exception], "raise an exception such as ValueError(\"message\")"));
    }
    if !is_raised(cause) && *cause != Type::None {
        return Err(no_operation("raise ... from", &[cause], "the cause is an exception or None"));
    }
    Ok(Fact::of(Type::AnyException))
}
