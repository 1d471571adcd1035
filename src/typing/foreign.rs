//! C functions that a program has as pointers of `ctypes` or `cffi` with stated argument and result types.

use std::sync::Arc;

use super::fact::Fact;
use super::rules::no_operation;
use super::types::{DType, Type};
use crate::library::Operand;
use crate::refusal::Reason;
use crate::runtime::foreign::{MOST_FLOATS, MOST_INTEGERS};

/// A C function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ForeignFunction {
    /// Its name, for messages.
    pub name: Arc<str>,
    /// Where it is.
    pub address: usize,
    /// Its parameters, as the C type of the dtype.
    pub parameters: Vec<DType>,
    /// Its result; `None` for void.
    pub result: Option<DType>,
    /// The names of the C types of its parameters, if integers must fit them, as `cffi` demands; else they are cut, as
    /// by `ctypes`.
    pub fitting: Option<Arc<[Arc<str>]>>,
}

/// The result of a call of a C function, a Python number as `ctypes` and `cffi` make it; other values cannot be called.
pub(super) fn call(callee: &Type, positional: &[Operand], has_named: bool) -> Result<Fact, Reason> {
    let Type::Foreign(function) = callee else {
        return Err(no_operation("a call", &[callee], "only jitted and library functions can be called"));
    };
    let name = &function.name;
    if has_named {
        return Err(Reason::Arguments(format!("{name}() takes no keyword arguments: it is a C function")));
    }
    let (expected, given) = (function.parameters.len(), positional.len());
    if expected != given {
        let message = format!("this function takes {expected} argument{} ({given} given)", plural(expected));
        return Err(Reason::Arguments(format!("{name}(): {message}")));
    }
    for (position, (parameter, operand)) in function.parameters.iter().zip(positional).enumerate() {
        let Some(kind) = operand.fact.ty.dtype() else {
            return Err(no_operation(format!("{name}()"), &[&operand.fact.ty], "C functions take numbers here"));
        };
        let fits = match parameter {
            DType::Bool if function.fitting.is_none() => true,
            parameter if parameter.is_float() => !kind.is_complex(),
            _ => kind.is_integer() || kind == DType::Bool,
        };
        if !fits {
            let advice = format!("argument {} of the C function is {parameter}; convert the number", position + 1);
            return Err(no_operation(format!("{name}()"), &[&operand.fact.ty], &advice));
        }
    }
    let floats = function.parameters.iter().filter(|parameter| parameter.is_float()).count();
    if floats > MOST_FLOATS || expected - floats > MOST_INTEGERS {
        let what = format!("{name}() has more than {MOST_INTEGERS} integers or {MOST_FLOATS} floats");
        return Err(Reason::TooLarge(what));
    }
    Ok(Fact::of(match function.result {
        None => Type::None,
        Some(DType::Bool) => Type::Bool,
        Some(dtype) if dtype.is_float() => Type::Float,
        Some(_) => Type::Int,
    }))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
