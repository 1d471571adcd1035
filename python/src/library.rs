//! Functions of `upshift.library`: Python source that implements NumPy's functions, compiled on demand; and plain
//! functions of the program that are registered to be compiled where compiled code calls them.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::Mutex;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use upshift_core::host::Global;
use upshift_core::typing::FunctionKey;

use crate::options::Choices;
use crate::{blas, class};

/// Dispatchers of library functions by the address of the Python function; they live as long as the process.
static REGISTERED: LazyLock<Mutex<HashMap<usize, FunctionKey>>> = LazyLock::new(Mutex::default);

/// The function that implements `name`, such as `numpy.sum`.
pub(crate) fn function(py: Python<'_>, name: &str) -> PyResult<Option<FunctionKey>> {
    let table = py.import("upshift.library")?.getattr("FUNCTIONS")?;
    let Ok(entry) = table.get_item(name) else { return Ok(None) };
    let (module, function) = entry.extract::<(String, String)>()?;
    if module == "products" {
        blas::install(py)?;
    }
    let module = py.import(format!("upshift.library.{module}"))?;
    register(&module.getattr(function.as_str())?, Choices::of_library()).map(Some)
}

/// What a plain function of a library module is, which library functions call; `None` for anything else.
pub(crate) fn helper(object: &Bound<'_, PyAny>) -> PyResult<Option<Global>> {
    // SAFETY: the object is live and the GIL is held.
    if unsafe { ffi::PyFunction_Check(object.as_ptr()) } == 0 {
        return Ok(None);
    }
    if let Some(key) = REGISTERED.lock().get(&(object.as_ptr() as usize)) {
        return Ok(Some(Global::Function(*key)));
    }
    let module = object.getattr("__module__")?.extract::<Option<String>>()?.unwrap_or_default();
    if module == "upshift.library.intrinsics" {
        let name = object.getattr("__name__")?.extract::<String>()?;
        return Ok(Some(Global::Library(format!("{module}.{name}").into())));
    }
    if module.starts_with("upshift.library.") {
        return register(object, Choices::of_library()).map(|key| Some(Global::Function(key)));
    }
    Ok(None)
}

/// Compiles this plain function where compiled code calls it, from now on.
#[pyfunction]
pub(crate) fn register_function(function: &Bound<'_, PyAny>, options: &Bound<'_, PyDict>) -> PyResult<()> {
    register(function, Choices::read(options)?).map(drop)
}

fn register(function: &Bound<'_, PyAny>, choices: Choices) -> PyResult<FunctionKey> {
    let address = function.as_ptr() as usize;
    if let Some(key) = REGISTERED.lock().get(&address) {
        return Ok(*key);
    }
    let dispatcher = class::new(function, choices)?;
    let key = class::as_dispatcher(&dispatcher).expect("made as one").key;
    // The reference is given up to the process: the table holds only the key.
    let _ = dispatcher.into_ptr();
    REGISTERED.lock().insert(address, key);
    Ok(key)
}
