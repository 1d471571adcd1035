//! Context managers: generator functions that `contextlib.contextmanager` decorates.

use std::sync::Arc;

use super::fact::Fact;
use super::types::Type;

/// What `contextlib.contextmanager` makes of a generator function.
pub(crate) fn context_function(function: Type) -> Type {
    Type::Method(Arc::new((function, CONTEXT.into())))
}

/// True for such a function.
pub(super) fn is_context_function(method: &(Type, Arc<str>)) -> bool {
    matches!(method.0, Type::Function(_) | Type::Closure(_)) && &*method.1 == CONTEXT
}

/// What a call of that makes of the generator.
pub(super) fn context_manager(generator: Type) -> Fact {
    Fact::of(Type::Iterable(Arc::new((CONTEXT.into(), vec![generator]))))
}

const CONTEXT: &str = "contextmanager";
