//! Exception classes by the names and numbers that compiled code has for them (`runtime/exception_classes.rs`).
//!
//! A class that is not built in gets its number when it is first met, and lives as long as the process from then on:
//! compiled code may raise it at any time.

use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use upshift_core::runtime::exception_classes;

/// Classes that are not built in, by position, with their names.
static CLASSES: Mutex<Vec<(Py<PyType>, Arc<str>)>> = Mutex::new(Vec::new());

/// The name of an exception class; `None` for an object that is none.
pub(crate) fn name(object: &Bound<'_, PyAny>) -> PyResult<Option<Arc<str>>> {
    // SAFETY: the object is live and the GIL is held.
    if unsafe { ffi::PyExceptionClass_Check(object.as_ptr()) } == 0 {
        return Ok(None);
    }
    name_of_class(object.cast::<PyType>()?).map(Some)
}

fn name_of_class(class: &Bound<'_, PyType>) -> PyResult<Arc<str>> {
    if let Some((_, name)) = CLASSES.lock().iter().find(|(known, _)| known.is(class)) {
        return Ok(name.clone());
    }
    let plain: Arc<str> = class.qualname()?.extract::<String>()?.into();
    let is_builtin = class.getattr("__module__")?.eq("builtins")?;
    if is_builtin && exception_classes::id(&plain).is_some() {
        return Ok(plain);
    }
    let mut bases = Vec::new();
    for base in class.getattr("__bases__")?.cast::<PyTuple>()?.iter() {
        bases.extend(name(&base)?.and_then(|name| exception_classes::id(&name)));
    }
    let mut classes = CLASSES.lock();
    let name: Arc<str> = match exception_classes::id(&plain) {
        Some(_) => format!("{plain}#{}", classes.len()).into(),
        None => plain,
    };
    exception_classes::register(name.clone(), bases);
    classes.push((class.clone().unbind(), name.clone()));
    Ok(name)
}

/// The number of the class of an exception object.
pub(crate) fn id_of_instance(instance: &Bound<'_, PyAny>) -> i64 {
    let name = name_of_class(&instance.get_type()).ok();
    name.and_then(|name| exception_classes::id(&name)).or_else(|| exception_classes::id("Exception")).unwrap_or(0)
}

/// The class of a number.
pub(crate) fn class_of_id(py: Python<'_>, id: i64) -> Bound<'_, PyAny> {
    class(py, &exception_classes::name_of(id).unwrap_or_else(|| "Exception".into()))
}

/// The class of a name.
pub(crate) fn class<'py>(py: Python<'py>, name: &str) -> Bound<'py, PyAny> {
    if let Some(index) = exception_classes::user_index(name)
        && let Some((class, _)) = CLASSES.lock().get(index)
    {
        return class.bind(py).clone().into_any();
    }
    let class = py.import("builtins").and_then(|builtins| builtins.getattr(name));
    class.unwrap_or_else(|_| py.get_type::<PyRuntimeError>().into_any())
}
