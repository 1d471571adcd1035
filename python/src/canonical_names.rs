//! The one name of each function and class that the compiler's library may know, however the program imported it.
//!
//! The first of the modules below that has the object under the object's own name: `numpy.abs` is `numpy.absolute`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{ffi, intern};
use upshift_core::typing::Type;

use crate::{exception_classes, random};

/// In the order in which they are asked. Those that are not imported have no names in the program.
const MODULES: &[&str] = &[
    "builtins",
    "collections",
    "math",
    "cmath",
    "heapq",
    "bisect",
    "dataclasses",
    "operator",
    "functools",
    "itertools",
    "random",
    "statistics",
    "time",
    "array",
    "contextlib",
    "numpy",
    "numpy.linalg",
    "numpy.fft",
    "numpy.random",
    "upshift.typed",
];

/// Functions of our own package, and what they mean: in serial code a parallel loop is a loop.
const OURS: &[(&str, &str)] = &[("prange", "builtins.range"), ("literal_unroll", "upshift.literal_unroll")];

/// Names that the program gave to functions of its own, which live as long as the process.
static GIVEN: LazyLock<Mutex<HashMap<usize, Arc<str>>>> = LazyLock::new(Mutex::default);

/// The name of an object: `numpy.sin`, `builtins.range`.
pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Arc<str>>> {
    let address = object.as_ptr() as usize;
    if let Some(name) = GIVEN.lock().get(&address) {
        return Ok(Some(Arc::clone(name)));
    }
    let Ok(own_name) = object.getattr(intern!(object.py(), "__name__")) else { return Ok(None) };
    let Ok(own_name) = own_name.cast_into::<PyString>() else { return Ok(None) };
    if own_name.to_cow()?.starts_with('_') {
        return Ok(None);
    }
    let modules = object.py().import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
    for &(ours, known_as) in OURS {
        if own_name == ours && object.py().import("upshift")?.getattr(ours)?.is(object) {
            return Ok(Some(known_as.into()));
        }
    }
    for &module_name in MODULES {
        let Some(module) = modules.get_item(module_name)? else { continue };
        let contents = module.getattr("__dict__")?.cast_into::<PyDict>()?;
        if contents.get_item(&own_name)?.is_some_and(|known| known.is(object)) {
            if module_name == "random" {
                random::install(&module);
            }
            // Not `str()` of the name, which would run handlers of signals.
            return Ok(Some(format!("{module_name}.{}", own_name.to_cow()?).into()));
        }
    }
    Ok(None)
}

/// The object of a name.
pub(crate) fn object<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyAny>> {
    let given = GIVEN.lock().iter().find(|(_, known)| ***known == *name).map(|(&address, _)| address);
    if let Some(address) = given {
        // SAFETY: what has a given name lives as long as the process.
        return Some(unsafe { Bound::from_borrowed_ptr(py, address as *mut ffi::PyObject) });
    }
    if let Some((ours, _)) = OURS.iter().find(|(_, known_as)| *known_as == name && !known_as.starts_with("builtins.")) {
        return py.import("upshift").ok()?.getattr(*ours).ok();
    }
    let (module, own_name) = name.rsplit_once('.')?;
    let modules = py.import("sys").ok()?.getattr("modules").ok()?.cast_into::<PyDict>().ok()?;
    modules.get_item(module).ok()??.getattr(own_name).ok()
}

/// The object that a type names, which compiled code has no values for.
pub(crate) fn object_of<'py>(py: Python<'py>, ty: &Type) -> Option<Bound<'py, PyAny>> {
    match ty {
        Type::Library(name) => object(py, name),
        Type::ExceptionClass(name) => Some(exception_classes::class(py, name)),
        _ => None,
    }
}

/// Names a function of the program, which has no name yet; a number makes the name its own.
pub(crate) fn give(object: &Bound<'_, PyAny>, name: &str) -> Arc<str> {
    let mut given = GIVEN.lock();
    let mut own = name.to_owned();
    let mut number = 1;
    while given.values().any(|known| **known == *own) {
        number += 1;
        own = format!("{name}#{number}");
    }
    let own: Arc<str> = own.into();
    given.insert(object.clone().into_ptr() as usize, Arc::clone(&own));
    own
}
