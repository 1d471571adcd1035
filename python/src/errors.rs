//! Refusals and faults as exceptions of `upshift.errors`.

use std::any::Any;

use pyo3::exceptions::{PyMemoryError, PyRuntimeError};
use pyo3::prelude::*;
use upshift_core::refusal::{Refusal, RefusalClass};
use upshift_core::tier::CompileError;

use crate::class;

/// The exception for a refusal. `upshift.errors` reads the line of source and puts the text together.
pub(crate) fn refusal(py: Python<'_>, refusal: &Refusal) -> PyErr {
    let class = match refusal.reason.class() {
        RefusalClass::Unsupported => "UnsupportedError",
        RefusalClass::Typing => "TypingError",
        RefusalClass::Limit => "LimitError",
        RefusalClass::Internal => "InternalError",
    };
    let at = refusal.location;
    let called_from: Vec<(&str, &str, u32)> =
        refusal.called_from.iter().map(|(function, file, line)| (&**function, &**file, *line)).collect();
    let place = (&*refusal.filename, at.line, at.end_line, at.column, at.end_column);
    compose(py, class, &refusal.reason.to_string(), place, &refusal.function, called_from)
}

/// An exception that points to the definition of a jitted function.
pub(crate) fn at_definition(this: &Bound<'_, PyAny>, class: &str, reason: &str) -> PyErr {
    let place = || {
        let function = class::as_dispatcher(this)?.function(this.py());
        let code = function.getattr("__code__").ok()?;
        let filename = code.getattr("co_filename").ok()?.extract::<String>().ok()?;
        let line = code.getattr("co_firstlineno").ok()?.extract::<u32>().ok()?;
        Some((filename, line, function.getattr("__qualname__").ok()?.extract::<String>().ok()?))
    };
    let (filename, line, function) = place().unwrap_or_default();
    compose(this.py(), class, reason, (&filename, line, line, 0, 0), &function, Vec::new())
}

fn compose(
    py: Python<'_>,
    class: &str,
    reason: &str,
    place: (&str, u32, u32, u32, u32),
    function: &str,
    called_from: Vec<(&str, &str, u32)>,
) -> PyErr {
    let made = py
        .import("upshift.errors")
        .and_then(|errors| errors.getattr("compose"))
        .and_then(|compose| compose.call1((class, reason, place, function, called_from)));
    match made {
        Ok(instance) => PyErr::from_value(instance),
        Err(error) => error,
    }
}

/// A fault of ours.
pub(crate) fn internal(py: Python<'_>, what: &str) -> PyErr {
    let text = format!("internal error of upshift: {what}; please report it");
    match py.import("upshift.errors").and_then(|errors| errors.getattr("InternalError")) {
        Ok(class) => class.call1((text,)).map_or_else(|error| error, PyErr::from_value),
        Err(_) => PyRuntimeError::new_err(text),
    }
}

/// What a tier refused.
pub(crate) fn compile_error(py: Python<'_>, error: &CompileError) -> PyErr {
    match error {
        CompileError::OutOfMemory => PyMemoryError::new_err(error.to_string()),
        CompileError::TooLarge(_) => match py.import("upshift.errors").and_then(|it| it.getattr("LimitError")) {
            Ok(class) => class.call1((error.to_string(),)).map_or_else(|error| error, PyErr::from_value),
            Err(error) => error,
        },
        CompileError::Bug { stage, message } => internal(py, &format!("{message} (in {stage})")),
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}
