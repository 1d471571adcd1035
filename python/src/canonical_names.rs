//! The one name of each function and class that the compiler's library may know, however the program imported it.
//!
//! A map from address to name over the modules below, made at the first look-up; the modules keep the objects alive.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::numpy_loops;

/// Later modules do not rename what earlier ones named. Those that are not imported have no names in the program.
const MODULES: [&str; 7] = ["builtins", "math", "cmath", "numpy", "numpy.linalg", "numpy.fft", "numpy.random"];

static NAMES: OnceLock<HashMap<usize, Arc<str>>> = OnceLock::new();

/// The name of an object: `numpy.sin`, `builtins.range`.
pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Arc<str>>> {
    let names = match NAMES.get() {
        Some(names) => names,
        None => {
            let names = collect(object.py())?;
            NAMES.get_or_init(|| names)
        }
    };
    let name = names.get(&(object.as_ptr() as usize)).cloned();
    if name.as_ref().is_some_and(|name| name.starts_with("numpy.")) {
        numpy_loops::install(object.py());
    }
    Ok(name)
}

fn collect(py: Python<'_>) -> PyResult<HashMap<usize, Arc<str>>> {
    let mut names = HashMap::new();
    let modules = py.import("sys")?.getattr("modules")?;
    // In serial code a parallel loop is a loop.
    let prange = py.import("upshift")?.getattr("prange")?;
    names.insert(prange.as_ptr() as usize, Arc::from("builtins.range"));
    for module_name in MODULES {
        let Ok(module) = modules.get_item(module_name) else { continue };
        let contents = module.getattr("__dict__")?.cast_into::<PyDict>()?;
        // Of several names the object's own wins: `numpy.absolute`, whose alias is `numpy.abs`.
        for wants_own_name in [true, false] {
            for (name, value) in contents.iter() {
                let Ok(name) = name.extract::<String>() else { continue };
                // SAFETY: the value is live and the GIL is held.
                let is_callable = unsafe { ffi::PyCallable_Check(value.as_ptr()) } != 0;
                if name.starts_with('_') || !is_callable || has_own_name(&value, &name) != wants_own_name {
                    continue;
                }
                names.entry(value.as_ptr() as usize).or_insert_with(|| format!("{module_name}.{name}").into());
            }
        }
    }
    Ok(names)
}

fn has_own_name(value: &Bound<'_, PyAny>, name: &str) -> bool {
    value.getattr("__name__").and_then(|own| own.eq(name)).unwrap_or(false)
}
