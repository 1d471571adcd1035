//! Function pointers of `ctypes` and `cffi` as the compiler sees them: an address, and the C types that the program
//! states.

use pyo3::ffi::c_str;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use upshift_core::typing::{DType, ForeignFunction};

/// The function behind a function pointer, or why compiled code cannot call it: text that continues "argument 'f' is ".
/// `None` for any other object.
pub(crate) fn describe(object: &Bound<'_, PyAny>) -> Option<Result<ForeignFunction, String>> {
    let py = object.py();
    let modules = py.import("sys").and_then(|sys| sys.getattr("modules")).ok()?.cast_into::<PyDict>().ok()?;
    // A program that has one has imported it.
    let imported = |name: &str| modules.get_item(name).ok().flatten();
    let is_pointer =
        |class: Option<Bound<'_, PyAny>>| class.is_some_and(|class| object.is_instance(&class).unwrap_or(false));
    if is_pointer(imported("_ctypes").and_then(|ctypes| ctypes.getattr("CFuncPtr").ok())) {
        return Some(
            function(object).unwrap_or_else(|error| Err(format!("a ctypes function that fails to answer: {error}"))),
        );
    }
    let backend = imported("_cffi_backend")?;
    if !is_pointer(backend.getattr("_CDataBase").ok()) {
        return None;
    }
    let ty = backend.getattr("typeof").and_then(|typeof_| typeof_.call1((object,))).ok()?;
    if !ty.getattr("kind").and_then(|kind| kind.eq("function")).ok()? {
        return None;
    }
    Some(
        cffi_function(&backend, object, &ty)
            .unwrap_or_else(|error| Err(format!("a cffi function that fails to answer: {error}"))),
    )
}

fn cffi_function(
    backend: &Bound<'_, PyAny>,
    object: &Bound<'_, PyAny>,
    ty: &Bound<'_, PyAny>,
) -> PyResult<Result<ForeignFunction, String>> {
    let name_of = |ty: &Bound<'_, PyAny>| ty.getattr("cname").and_then(|name| name.extract::<String>());
    let name = name_of(ty)?;
    let refusal = |what: &str| Ok(Err(format!("a cffi function of {what}, but {NUMBERS_ONLY}")));
    if ty.getattr("ellipsis")?.is_truthy()? {
        return refusal("variable arguments");
    }
    let (mut parameters, mut names) = (Vec::new(), Vec::new());
    for parameter in ty.getattr("args")?.try_iter()? {
        let parameter = parameter?;
        let own = name_of(&parameter)?;
        match cffi_dtype(backend, &parameter)? {
            Some(dtype) => parameters.push(dtype),
            None => return refusal(&own),
        }
        names.push(own.into());
    }
    let result = ty.getattr("result")?;
    let is_void = result.getattr("kind")?.eq("void")?;
    let known = if is_void { None } else { cffi_dtype(backend, &result)? };
    if known.is_none() && !is_void {
        return refusal(&name_of(&result)?);
    }
    let address = backend.getattr("new_primitive_type")?.call1(("uintptr_t",))?;
    let address = backend.getattr("cast")?.call1((address, object))?.call_method0("__int__")?.extract()?;
    let fitting = Some(names.into());
    Ok(Ok(ForeignFunction { name: name.into(), address, parameters, result: known, fitting }))
}

/// The dtype of a number's C type in cffi. Characters are bytes there, and no numbers.
fn cffi_dtype(backend: &Bound<'_, PyAny>, ty: &Bound<'_, PyAny>) -> PyResult<Option<DType>> {
    let name: String = ty.getattr("cname")?.extract()?;
    if !ty.getattr("kind")?.eq("primitive")? {
        return Ok(None);
    }
    match name.as_str() {
        "_Bool" => return Ok(Some(DType::Bool)),
        "float" => return Ok(Some(DType::Float32)),
        "double" => return Ok(Some(DType::Float64)),
        "long double" | "char" | "wchar_t" | "char16_t" | "char32_t" => return Ok(None),
        name if name.contains("_Complex") => return Ok(None),
        _ => {}
    }
    let size: usize = backend.getattr("sizeof")?.call1((ty,))?.extract()?;
    let least = backend.getattr("cast")?.call1((ty, -1))?.call_method0("__int__")?;
    Ok(Some(match (size, least.lt(0)?) {
        (1, true) => DType::Int8,
        (1, false) => DType::UInt8,
        (2, true) => DType::Int16,
        (2, false) => DType::UInt16,
        (4, true) => DType::Int32,
        (4, false) => DType::UInt32,
        (_, true) => DType::Int64,
        (_, false) => DType::UInt64,
    }))
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
    Ok(Ok(ForeignFunction { name: name.into(), address, parameters, result: result.flatten(), fitting: None }))
}

const NUMBERS_ONLY: &str = "compiled code passes numbers to C functions; use integers and floats";

fn refusal(class: &Bound<'_, PyAny>) -> String {
    let name = class.getattr("__name__").and_then(|name| name.extract::<String>()).unwrap_or_default();
    format!("a ctypes function of {name}, but {NUMBERS_ONLY}")
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
