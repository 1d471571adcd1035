//! What the program adds to the library by `upshift.extending`: names, and the question which function a call means.
//!
//! The additions themselves are Python objects of that module, which lives as long as the process; here is known which
//! names have any, so that a compilation that meets none never asks Python.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use upshift_core::bytecode::Constant;
use upshift_core::host::{Extension, Given};
use upshift_core::typing::{Fact, FunctionKey, Type};

use crate::{canonical_names, class};

static KINDS: LazyLock<Mutex<HashMap<String, Extension>>> = LazyLock::new(Mutex::default);

/// What was added under a canonical name.
pub(crate) fn kind(name: &str) -> Option<Extension> {
    KINDS.lock().get(name).copied()
}

/// States that there is an addition under this name.
#[pyfunction]
pub(crate) fn add_extension(name: String, is_attribute: bool) -> PyResult<()> {
    let kind = if is_attribute { Extension::Attribute } else { Extension::Function };
    if *KINDS.lock().entry(name.clone()).or_insert(kind) != kind {
        return Err(PyValueError::new_err(format!("{name} is a method and an attribute at once")));
    }
    Ok(())
}

/// The canonical name of a callable; one that has none gets this one.
#[pyfunction]
pub(crate) fn canonical_name(object: &Bound<'_, PyAny>, otherwise: &str) -> PyResult<String> {
    if let Some(name) = canonical_names::of(object)? {
        return Ok(name.to_string());
    }
    Ok(canonical_names::give(object, otherwise).to_string())
}

/// The function that stands for a call with these arguments. Typing functions run here: any exception may come out.
pub(crate) fn choose(py: Python<'_>, name: &str, arguments: &[Given]) -> PyResult<Option<FunctionKey>> {
    let given = arguments.iter().map(|(keyword, fact)| {
        let literal = literal(py, fact)?;
        Ok((keyword.as_deref(), code(&fact.ty), literal).into_pyobject(py)?.into_any())
    });
    let given = PyList::new(py, given.collect::<PyResult<Vec<_>>>()?)?;
    let chosen = py.import("upshift.extending")?.getattr("_choose")?.call1((name, given))?;
    if chosen.is_none() {
        return Ok(None);
    }
    let key = class::as_dispatcher(&chosen).map(|dispatcher| dispatcher.key);
    key.map(Some).ok_or_else(|| PyValueError::new_err("upshift.extending chose what is no jitted function"))
}

/// The value of an argument that is known when compiling, in a tuple; `None` for any other.
fn literal<'py>(py: Python<'py>, fact: &Fact) -> PyResult<Option<Bound<'py, PyTuple>>> {
    let value = match (&fact.ty, &fact.constant) {
        (Type::Str(text), _) => text.into_pyobject(py)?.into_any(),
        (_, Some(Constant::Bool(truth))) => truth.into_pyobject(py)?.to_owned().into_any(),
        (_, Some(Constant::Int(number))) => number.into_pyobject(py)?.into_any(),
        _ => return Ok(None),
    };
    PyTuple::new(py, [value]).map(Some)
}

/// A type as text, in which strings that are known when compiling are strings.
fn code(ty: &Type) -> String {
    fn plain(ty: &Type) -> Type {
        match ty {
            Type::Str(_) => Type::String,
            Type::Tuple(items) => Type::tuple(items.iter().map(plain).collect::<Vec<_>>()),
            other => other.clone(),
        }
    }
    plain(ty).to_string()
}

/// An exception of a typing function as text: its class, what it says, and the place that raised it.
pub(crate) fn what_was_said(py: Python<'_>, error: &PyErr) -> String {
    let place = || {
        let mut innermost = error.traceback(py)?.into_any();
        while let Ok(next) = innermost.getattr("tb_next")
            && !next.is_none()
        {
            innermost = next;
        }
        let line = innermost.getattr("tb_lineno").ok()?.extract::<u32>().ok()?;
        let code = innermost.getattr("tb_frame").ok()?.getattr("f_code").ok()?;
        let file = code.getattr("co_filename").ok()?.extract::<String>().ok()?;
        (!file.ends_with("upshift/extending.py")).then(|| format!(" ({file}:{line})"))
    };
    format!("{error}{}", place().unwrap_or_default())
}
