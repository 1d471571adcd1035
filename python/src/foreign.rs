//! `ctypes` function pointers as the compiler sees them: an address, and the C types that the program states.

use pyo3::ffi::c_str;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use upshift_core::typing::{DType, ForeignFunction};

/// The function behind a `ctypes` function pointer, or why compiled code cannot call it: text that continues "argument
/// 'f' is ". `None` for any other object.
pub(crate) fn describe(object: &Bound<'_, PyAny>) -> Option<Result<ForeignFunction, String>> {
    let py = object.py();
    let modules = py.import("sys").and_then(|sys| sys.getattr("modules")).ok()?.cast_into::<PyDict>().ok()?;
    // A program that has one has imported it.
    let pointer = modules.get_item("_ctypes").ok()??.getattr("CFuncPtr").ok()?;
    if !object.is_instance(&pointer).ok()? {
        return None;
    }
    Some(function(object).unwrap_or_else(|error| Err(format!("a ctypes function that fails to answer: {error}"))))
}

fn function(object: &Bound<'_, PyAny>) -> PyResult<Result<ForeignFunction, String>> {
    let py = object.py();
    let name = object.getattr("__name__").and_then(|name| name.extract::<String>()).unwrap_or("function".to_owned());
    let Ok(stated) = object.getattr("argtypes")?.cast_into::<PyTuple>() else {
        let message = "a ctypes function without argument types; set its argtypes and restype";
        return Ok(Err(message.to_owned()));
    };
    if !object.getattr("errcheck").map_or(true, |check| check.is_none()) {
        return Ok(Err("a ctypes function with an errcheck, which compiled code does not call".to_owned()));
    }
    let mut parameters = Vec::new();
    for class in stated.iter() {
        match dtype(&class) {
            Some(dtype) => parameters.push(dtype),
            None => return Ok(Err(refusal(&class))),
        }
    }
    let class = object.getattr("restype")?;
    let result = if class.is_none() { None } else { Some(dtype(&class)) };
    if result == Some(None) {
        return Ok(Err(refusal(&class)));
    }
    let locals = PyDict::new(py);
    locals.set_item("function", object)?;
    let address = c_str!("__import__('ctypes').cast(function, __import__('ctypes').c_void_p).value");
    let address: usize = py.eval(address, None, Some(&locals))?.extract()?;
    Ok(Ok(ForeignFunction { name: name.into(), address, parameters, result: result.flatten() }))
}

fn refusal(class: &Bound<'_, PyAny>) -> String {
    let name = class.getattr("__name__").and_then(|name| name.extract::<String>()).unwrap_or_default();
    format!("a ctypes function of {name}, but compiled code passes numbers to C functions; use integers and floats")
}

/// The dtype of a C type of numbers.
fn dtype(class: &Bound<'_, PyAny>) -> Option<DType> {
    let code: String = class.getattr("_type_").ok()?.extract().ok()?;
    Some(match code.as_str() {
        "?" => DType::Bool,
        "b" => DType::Int8,
        "B" => DType::UInt8,
        "h" => DType::Int16,
        "H" => DType::UInt16,
        "i" => DType::Int32,
        "I" => DType::UInt32,
        "l" | "q" => DType::Int64,
        "L" | "Q" => DType::UInt64,
        "f" => DType::Float32,
        "d" => DType::Float64,
        _ => return None,
    })
}
