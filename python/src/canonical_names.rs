//! The one name of each function and class that the compiler's library may know, however the program imported it.
//!
//! A map from address to name over the modules below, made at the first look-up; the modules keep the objects alive.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use upshift_core::typing::Type;

use crate::{exception_classes, random};

/// Later modules do not rename what earlier ones named. Those that are not imported have no names in the program.
const MODULES: &[&str] = &[
    "builtins",
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
    "contextlib",
    "numpy",
    "numpy.linalg",
    "numpy.fft",
    "numpy.random",
];

/// Names by address, and how many of the modules they come from.
#[derive(Default)]
struct Names {
    by_address: HashMap<usize, Arc<str>>,
    module_count: usize,
}

/// Names that the program gave to functions of its own, which live as long as the process.
static GIVEN: LazyLock<Mutex<HashMap<usize, Arc<str>>>> = LazyLock::new(Mutex::default);

static NAMES: LazyLock<Mutex<Names>> = LazyLock::new(Mutex::default);

/// The name of an object: `numpy.sin`, `builtins.range`.
pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Arc<str>>> {
    let address = object.as_ptr() as usize;
    if let Some(name) = GIVEN.lock().get(&address) {
        return Ok(Some(Arc::clone(name)));
    }
    let known_count = {
        let names = NAMES.lock();
        if let Some(name) = names.by_address.get(&address) {
            return Ok(Some(Arc::clone(name)));
        }
        names.module_count
    };
    // Modules may have been imported since.
    let modules = imported(object.py())?;
    if modules.len() == known_count {
        return Ok(None);
    }
    let fresh = Names { module_count: modules.len(), by_address: collect(object.py(), &modules)? };
    let name = fresh.by_address.get(&address).cloned();
    *NAMES.lock() = fresh;
    Ok(name)
}

/// The object of a name.
pub(crate) fn object<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyAny>> {
    let address = |known: &HashMap<usize, Arc<str>>| {
        known.iter().find(|(_, own)| ***own == *name).map(|(&address, _)| address as *mut ffi::PyObject)
    };
    let found = address(&GIVEN.lock()).or_else(|| address(&NAMES.lock().by_address));
    // SAFETY: given names keep their objects, and others are those of modules, which live as long as the process.
    found.map(|found| unsafe { Bound::from_borrowed_ptr(py, found) })
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

fn imported(py: Python<'_>) -> PyResult<Vec<(&'static str, Bound<'_, PyAny>)>> {
    let modules = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
    let mut found = Vec::new();
    for &name in MODULES {
        if let Some(module) = modules.get_item(name)? {
            found.push((name, module));
        }
    }
    Ok(found)
}

fn collect(py: Python<'_>, modules: &[(&str, Bound<'_, PyAny>)]) -> PyResult<HashMap<usize, Arc<str>>> {
    let mut names = HashMap::new();
    // In serial code a parallel loop is a loop.
    let prange = py.import("upshift")?.getattr("prange")?;
    names.insert(prange.as_ptr() as usize, Arc::from("builtins.range"));
    let literal_unroll = py.import("upshift")?.getattr("literal_unroll")?;
    names.insert(literal_unroll.as_ptr() as usize, Arc::from("upshift.literal_unroll"));
    for (module_name, module) in modules {
        if *module_name == "random" {
            random::install(module);
        }
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
