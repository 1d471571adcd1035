//! The type of a Python object in compiled code.

use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyList, PySet, PySlice, PyTuple};
use upshift_core::typing::{
    ArrayType, DType, DictKind, MOST_PARTS, Type, has_too_many_parts, is_hashable, is_partial_function, unify,
};

use crate::containers::{collections, typed};
use crate::{
    buffers, canonical_names, class, classes, closures, exception_classes, foreign, generators, numpy, numpy_loops,
    partials, random, records, times,
};

/// How deep containers and tuples may be inside of each other. One that holds itself has no end.
const MOST_NESTED: usize = 64;

/// The type, or why there is none: text that continues "argument 'x' is ".
pub(crate) fn typeof_object(object: &Bound<'_, PyAny>) -> Result<Type, String> {
    let ty = typeof_inside(object, 0)?;
    if has_too_many_parts(&ty) {
        return Err(format!("a tuple of more than {MOST_PARTS} parts; pass a list or an array"));
    }
    Ok(ty)
}

/// The type of an object that is this many containers deep.
fn typeof_inside(object: &Bound<'_, PyAny>, depth: usize) -> Result<Type, String> {
    if let Some(ty) = typeof_builtin(object) {
        return Ok(ty);
    }
    if let Some(buffer) = buffers::type_of(object) {
        return buffer.map(Type::Buffer);
    }
    let numpy = numpy::get();
    if let Some(fields) = numpy.any_array_fields(object.as_ptr()) {
        return typeof_array(fields, object);
    }
    if depth == MOST_NESTED {
        return Err(TOO_DEEP.to_owned());
    }
    if let Ok(items) = object.cast_exact::<PyTuple>() {
        let types = items.iter().map(|item| typeof_inside(&item, depth + 1)).collect::<Result<Vec<Type>, String>>();
        return types.map(Type::tuple).map_err(|inner| holding("tuple", inner));
    }
    if let Some(ty) = typed::type_of(object) {
        return Ok(ty);
    }
    if let Some(generator) = generators::type_of(object) {
        return Ok(Type::Generator(generator));
    }
    if let Some(container) = typeof_container(object, depth) {
        return container;
    }
    if let Some(dtype) = numpy.dtype_of_class(object.get_type_ptr()) {
        return Ok(Type::Scalar(dtype));
    }
    if object.get_type_ptr() == &raw mut ffi::PyRange_Type {
        return Ok(Type::Range(None));
    }
    if let Some(time) = times::typeof_scalar(object) {
        return Ok(Type::Scalar(DType::Time(time)));
    }
    if let Some(record) = records::typeof_scalar(object) {
        return Ok(record);
    }
    if let Ok(slice) = object.cast_exact::<PySlice>() {
        return typeof_slice(slice.as_any());
    }
    if object.is(object.py().Ellipsis()) {
        return Ok(Type::Ellipsis);
    }
    if let Some(dispatcher) = class::as_dispatcher(object) {
        return Ok(Type::Function(dispatcher.key));
    }
    if let Some(closure) = closures::type_of(object.as_ptr()) {
        return Ok(Type::Closure(closure));
    }
    if let Some(parts) = partials::parts(object) {
        return typeof_partial(&parts, depth);
    }
    if let Some(dtype) = numpy.dtype_of_class(object.as_ptr().cast()) {
        return Ok(Type::DTypeClass(dtype));
    }
    if let Some(Ok(dtype)) = numpy.dtype_of_object(object) {
        return Ok(Type::DTypeClass(dtype));
    }
    if let Some(instance) = classes::typeof_instance(object) {
        return instance;
    }
    if let Some(function) = foreign::describe(object) {
        return function.map(|function| Type::Foreign(function.into()));
    }
    if random::is_generator(object) {
        return Ok(Type::Random);
    }
    if let Some(function) = typeof_named(object) {
        return Ok(function);
    }
    Err(refusal(object))
}

/// The type of a `functools.partial`.
fn typeof_partial(parts: &partials::Parts<'_>, depth: usize) -> Result<Type, String> {
    let in_partial = |inner: String| format!("a partial of {inner}");
    let function = typeof_inside(&parts.function, depth + 1).map_err(in_partial)?;
    if !is_partial_function(&function) {
        return Err(format!("a partial of {function}; pass a partial of a jitted function"));
    }
    let arguments = typeof_inside(parts.arguments.as_any(), depth + 1).map_err(in_partial)?;
    let keywords = parts.keywords.iter().map(|(name, value)| {
        let ty = typeof_inside(&value, depth + 1).map_err(in_partial)?;
        let name = name.extract::<String>().map_err(|_| in_partial("keywords that are no strings".to_owned()))?;
        Ok((name.as_str().into(), ty))
    });
    let keywords = Type::Keywords(keywords.collect::<Result<_, String>>()?);
    Ok(Type::Partial(Arc::new([function, arguments, keywords])))
}

/// The type of a function or class that the library knows, or of an exception class.
fn typeof_named(object: &Bound<'_, PyAny>) -> Option<Type> {
    // SAFETY: the object is live and the GIL is held.
    if unsafe { ffi::PyCallable_Check(object.as_ptr()) } == 0 {
        return None;
    }
    if let Some(name) = exception_classes::name(object).ok()? {
        return Some(Type::ExceptionClass(name));
    }
    let name = canonical_names::of(object).ok()??;
    if name.starts_with("numpy.") {
        numpy_loops::install(object.py());
    }
    Some(Type::Library(name))
}

/// The type of what `binding` makes of `**kwargs`.
pub(crate) fn typeof_keywords(object: &Bound<'_, PyAny>) -> Result<Type, String> {
    let damaged = || "no keywords".to_owned();
    let items = object.cast_exact::<PyTuple>().map_err(|_| damaged())?;
    let names = items.iter().last().and_then(|names| names.extract::<Vec<String>>().ok()).ok_or_else(damaged)?;
    let typed = names.iter().zip(items.iter()).map(|(name, value)| {
        let ty = typeof_object(&value).map_err(|what| format!("keywords in which '{name}' is {what}"))?;
        Ok((name.as_str().into(), ty))
    });
    Ok(Type::Keywords(typed.collect::<Result<_, String>>()?))
}

fn typeof_builtin(object: &Bound<'_, PyAny>) -> Option<Type> {
    let class = object.get_type_ptr();
    let types = [
        (&raw mut ffi::PyLong_Type, Type::Int),
        (&raw mut ffi::PyFloat_Type, Type::Float),
        (&raw mut ffi::PyBool_Type, Type::Bool),
        (&raw mut ffi::PyComplex_Type, Type::Complex),
        (&raw mut ffi::PyUnicode_Type, Type::String),
        (&raw mut ffi::PyBytes_Type, Type::Bytes),
    ];
    if object.is_none() {
        return Some(Type::None);
    }
    types.into_iter().find(|(known, _)| *known == class).map(|(_, ty)| ty)
}

fn typeof_array(fields: &numpy::ArrayFields, object: &Bound<'_, PyAny>) -> Result<Type, String> {
    // SAFETY: an array has a descr as long as it lives.
    let own = unsafe { (*fields.descr).dtype() };
    let is_plain = numpy::get().array_fields(object.as_ptr()).is_some();
    let Some(dtype) = (if is_plain { own } else { records::of_descr(fields.descr, true) }) else {
        let dtype = object.getattr("dtype").map(|dtype| dtype.to_string()).unwrap_or_default();
        return Err(format!(
            "an array of dtype {dtype}, which compiled code does not take; convert it with astype to one of bool, int8 \
             to int64, uint8 to uint64, float32, float64, complex64, complex128 in native byte order"
        ));
    };
    if fields.flags & numpy::ALIGNED == 0 {
        return Err("an array whose elements are not aligned in memory; pass a copy of it".to_owned());
    }
    Ok(Type::Array(ArrayType {
        dtype,
        ndim: fields.ndim as u8,
        layout: numpy::layout_of(fields.flags),
        is_writable: fields.flags & numpy::WRITEABLE != 0,
    }))
}

/// The type of a list, deque, dict or set; its items must have one type.
fn typeof_container(object: &Bound<'_, PyAny>, depth: usize) -> Option<Result<Type, String>> {
    if let Ok(items) = object.cast_exact::<PyList>() {
        return Some(typeof_items("list", items.iter(), depth).map(Type::list));
    }
    if let Ok(items) = object.cast_exact::<PySet>() {
        return Some(typeof_items("set", items.iter(), depth).and_then(typeof_key).map(|key| Type::Set(Arc::new(key))));
    }
    if collections::is_deque(object) {
        let items = object.try_iter().ok()?.collect::<PyResult<Vec<_>>>().ok()?;
        return Some(typeof_items("deque", items.into_iter(), depth).map(|item| Type::Deque(Arc::new(item))));
    }
    let entries = object.cast::<PyDict>().ok()?;
    let kind = match object.cast_exact::<PyDict>() {
        Ok(_) => Ok(DictKind::Plain),
        Err(_) => collections::kind_of(object)?,
    };
    Some(kind.and_then(|kind| {
        let name = kind.class_name();
        let key = typeof_items(name, entries.iter().map(|entry| entry.0), depth).and_then(typeof_key)?;
        let value = typeof_items(name, entries.iter().map(|entry| entry.1), depth)?;
        Ok(Type::Dict(Arc::new((key, value, kind))))
    }))
}

fn typeof_key(key: Type) -> Result<Type, String> {
    if is_hashable(&key) { Ok(key) } else { Err(format!("a container with keys of type {key}")) }
}

/// The one type of the items of a container.
fn typeof_items<'py>(name: &str, items: impl Iterator<Item = Bound<'py, PyAny>>, depth: usize) -> Result<Type, String> {
    let mut known: Option<Type> = None;
    let mut empty = None;
    for item in items {
        let ty = match typeof_inside(&item, depth + 1) {
            Ok(ty) => ty,
            // An empty list among others has their type.
            Err(what) if what.starts_with(EMPTY) => {
                empty = Some(what);
                continue;
            }
            Err(what) => return Err(holding(name, what)),
        };
        known = match known {
            None => Some(ty),
            Some(known) if known == ty => Some(known),
            Some(known) => match unify::unify(&known, &ty) {
                Some(joined) if is_joined(&known, &ty) => Some(joined),
                _ => {
                    return Err(format!(
                        "a {name} that holds {known} and {ty}, but what a container holds has one type in compiled \
                         code; convert its items, or pass a tuple"
                    ));
                }
            },
        };
    }
    match (known, empty) {
        (Some(Type::Function(key)), _) => Ok(unify::one_of(vec![key])),
        (Some(known), _) => Ok(known),
        (None, Some(empty)) => Err(empty),
        (None, None) => Err(format!(
            "{EMPTY} {name}, whose item type cannot be told; call it with items first, or make it in the function"
        )),
    }
}

/// The refusal of what holds something that is refused.
fn holding(name: &str, inside: String) -> String {
    if inside == TOO_DEEP { inside } else { format!("a {name} that holds {inside}") }
}

const TOO_DEEP: &str = "nested more than 64 deep, or holds itself; pass something flat";

/// True for what is said of an empty container.
pub(crate) fn is_empty_refusal(what: &str) -> bool {
    what.starts_with(EMPTY)
}

/// How the refusal of an empty container begins.
const EMPTY: &str = "an empty";

/// True for types that differ in what arrays or absent values make of them, and not in numbers.
fn is_joined(a: &Type, b: &Type) -> bool {
    let is_absent = |ty: &Type| matches!(ty, Type::None | Type::Optional(_));
    let are_functions = a.as_functions().is_some() && b.as_functions().is_some();
    matches!((a, b), (Type::Array(_), Type::Array(_))) || are_functions || is_absent(a) || is_absent(b)
}

fn typeof_slice(slice: &Bound<'_, PyAny>) -> Result<Type, String> {
    let part = |name: &str| match slice.getattr(name) {
        Ok(part) if part.is_none() => Ok(Type::None),
        Ok(part) if part.is_exact_instance_of::<PyInt>() => Ok(Type::Int),
        _ => Err("a slice with parts other than int and None".to_owned()),
    };
    Ok(Type::Slice([part("start")?, part("stop")?, part("step")?].into()))
}

fn refusal(object: &Bound<'_, PyAny>) -> String {
    let class = object.get_type();
    let name = class.fully_qualified_name().map(|name| name.to_string()).unwrap_or_else(|_| "object".to_owned());
    let mro = class.mro();
    // SAFETY: the array type lives as long as the process.
    let array_type = unsafe { Bound::from_borrowed_ptr(object.py(), numpy::get().array_type.cast()) };
    // SAFETY: the object is live and the GIL is held.
    let is_function = unsafe { ffi::PyFunction_Check(object.as_ptr()) } != 0;
    let advice = if mro.iter().any(|base| base.is(&array_type)) {
        "pass numpy.asarray of it"
    } else if object.is_instance_of::<PyInt>() || object.is_instance_of::<PyFloat>() {
        "pass a plain int or float"
    } else if is_function {
        "decorate it with upshift.jit"
    } else {
        "pass numbers, tuples and NumPy arrays"
    };
    format!("a {name}, which compiled code does not take; {advice}")
}
