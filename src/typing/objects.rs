//! The types of what is asked of exceptions, of their classes, and of objects of Python's.
//!
//! A caught exception may be of any class with any arguments, so that these and its attributes are objects whose type
//! is not known when compiling. They have a text, compare, convert to numbers, and go back to Python; an exception that
//! the function has just made is known by its parts.

use std::sync::Arc;

use super::fact::Fact;
use super::index::is_index;
use super::rules::no_operation;
use super::types::Type;
use crate::bytecode::Constant;
use crate::hir::CompareOp;
use crate::refusal::Reason;
use crate::runtime::exception_classes;

/// What is said where an object meets an operation that it does not have.
pub(super) const CONVERT: &str =
    "what an exception holds has no type when compiling; convert it with int(x), float(x) or str(x) first";

/// True for what an object can be compared with, and an exception made with.
pub(super) fn is_argument(ty: &Type) -> bool {
    match ty {
        Type::Tuple(items) => items.iter().all(is_argument),
        Type::None | Type::Object | Type::AnyException => true,
        other => other.is_number() || other.is_text(),
    }
}

/// True for exceptions, whether their class is known or not.
pub fn is_exception(ty: &Type) -> bool {
    matches!(ty, Type::Exception(_) | Type::AnyException)
}

/// True for classes of exceptions, whether they are known or not.
pub fn is_exception_class(ty: &Type) -> bool {
    matches!(ty, Type::ExceptionClass(_) | Type::AnyExceptionClass)
}

/// The name that a class was defined with.
fn plain_name(class: &str) -> &str {
    let qualified = class.split('#').next().unwrap_or(class);
    qualified.rsplit('.').next().unwrap_or(qualified)
}

/// True for classes whose `args` are what they are called with: `OSError` keeps two of them.
fn keeps_arguments(class: &str, count: usize) -> bool {
    let is_os_error = match (exception_classes::id(class), exception_classes::id("OSError")) {
        (Some(class), Some(base)) => exception_classes::is_subclass(class, base),
        _ => true,
    };
    exception_classes::is_builtin(class) && (!is_os_error || count < 3)
}

/// True for an exception that is known by its parts wherever its `args` are asked for.
pub fn has_known_arguments(ty: &Type) -> bool {
    matches!(ty, Type::Exception(exception) if keeps_arguments(&exception.0, exception.1.len()))
}

/// `a.name`; `None` for a value of another type.
pub(super) fn attribute(a: &Type, name: &str) -> Option<Result<Fact, Reason>> {
    let object = || Ok(Fact::of(Type::Object));
    let refuse = || {
        let what = format!("attribute '{name}' of {a}");
        Err(Reason::NotInLibrary(what))
    };
    let is_method = matches!(name, "add_note" | "with_traceback" | "split" | "subgroup" | "derive");
    Some(match (a, name) {
        (Type::Exception(exception), "args") if has_known_arguments(a) => {
            Ok(Fact::of(Type::tuple(exception.1.clone())))
        }
        (Type::Exception(exception), "__class__") => Ok(Fact::of(Type::ExceptionClass(exception.0.clone()))),
        (Type::AnyException, "__class__") => Ok(Fact::of(Type::AnyExceptionClass)),
        (Type::Exception(_), "__cause__" | "__context__") => {
            Ok(Fact { ty: Type::None, constant: Some(Constant::None) })
        }
        (Type::AnyException, "__cause__" | "__context__") => Ok(Fact::of(Type::Optional(Arc::new(Type::AnyException)))),
        (Type::Exception(_) | Type::AnyException, _) if is_method => refuse(),
        (Type::Exception(_) | Type::AnyException | Type::Object, _) => object(),
        (Type::ExceptionClass(class), "__name__") => {
            let name: Arc<str> = plain_name(class).into();
            Ok(Fact { ty: Type::Str(name.clone()), constant: Some(Constant::Str(name)) })
        }
        (Type::ExceptionClass(_) | Type::AnyExceptionClass, "__name__" | "__qualname__" | "__module__") => {
            Ok(Fact::of(Type::String))
        }
        (Type::ExceptionClass(_) | Type::AnyExceptionClass, _) => refuse(),
        _ => return None,
    })
}

/// `a op b`, compared, where one of them is an object or a class; `None` where none is.
pub(super) fn compare(op: CompareOp, a: &Type, b: &Type) -> Option<Result<Fact, Reason>> {
    let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    if is_class(a) && is_class(b) && is_equality {
        return is(a, b, op == CompareOp::Ne);
    }
    if *a != Type::Object && *b != Type::Object {
        return None;
    }
    let is_other = |ty: &Type| is_argument(ty) && *ty != Type::AnyException;
    if is_other(a) && is_other(b) {
        return Some(Ok(Fact::of(Type::Bool)));
    }
    Some(Err(no_operation(format!("operator {}", op.symbol()), &[a, b], CONVERT)))
}

/// True for classes: of exceptions, of numbers, and those that the library knows.
fn is_class(ty: &Type) -> bool {
    is_exception_class(ty) || matches!(ty, Type::Library(_) | Type::DTypeClass(_))
}

/// `a is b` of classes, exceptions and objects; `None` of other values.
pub(super) fn is(a: &Type, b: &Type, is_negated: bool) -> Option<Result<Fact, Reason>> {
    let answer = |is_same: bool| Some(Ok(Fact::bool(is_same != is_negated)));
    match (a, b) {
        (Type::Object, Type::None) | (Type::None, Type::Object) | (Type::AnyException, Type::AnyException) => {
            Some(Ok(Fact::of(Type::Bool)))
        }
        (Type::Object, _) | (_, Type::Object) => {
            Some(Err(no_operation("operator is", &[a, b], "compare with ==, or with None")))
        }
        (a, b) if is_exception_class(a) && is_exception_class(b) => match (a, b) {
            (Type::ExceptionClass(a), Type::ExceptionClass(b)) => answer(a == b),
            _ => Some(Ok(Fact::of(Type::Bool))),
        },
        (a, b) if is_class(a) && is_class(b) => answer(a == b),
        _ => None,
    }
}

/// `a[index]` of an object.
pub(super) fn item(index: &Type) -> Result<Fact, Reason> {
    if is_index(index) || *index == Type::Bool || index.is_string() {
        return Ok(Fact::of(Type::Object));
    }
    Err(no_operation("indexing", &[&Type::Object, index], "index it with an integer or a string"))
}
