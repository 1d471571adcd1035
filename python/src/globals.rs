//! What the value of a name means to the compiler.

use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyModule, PySet, PyTuple, PyType};
use upshift_core::bytecode::Constant;
use upshift_core::host::{Global, GlobalArray, GlobalContainer};
use upshift_core::typing::{ArrayType, DType, Type, global_type, is_partial_function};

use crate::containers::collections;
use crate::kept::Kept;
use crate::numpy::{self, ScalarFields};
use crate::options::Choices;
use crate::typeof_object::typeof_object;
use crate::{
    canonical_names, class, classes, closures, encoding, exception_classes, foreign, library, numpy_loops, partials,
    random, snapshot, times,
};

/// Classifies a value, and keeps what compiled code will refer to.
pub(crate) fn classify(object: &Bound<'_, PyAny>, kept: &mut Kept) -> PyResult<Global> {
    if let Ok(items) = object.cast_exact::<PyTuple>() {
        return classify_tuple(items, kept);
    }
    match snapshot::constant(object)? {
        Constant::Other(_) | Constant::Code(_) => {}
        constant => return Ok(Global::Constant(constant)),
    }
    if let Some(dispatcher) = class::as_dispatcher(object) {
        kept.keep_function(object, dispatcher.key);
        return Ok(Global::Function(dispatcher.key));
    }
    if let Ok(module) = object.cast::<PyModule>() {
        return Ok(Global::Module(module.name()?.extract::<String>()?.into()));
    }
    if let Some(global) = classify_numpy(object, kept) {
        return Ok(global);
    }
    if let Some(container) = classify_container(object, kept) {
        return Ok(Global::Container(container));
    }
    if let Some(name) = exception_classes::name(object)? {
        return Ok(Global::ExceptionClass(name));
    }
    if let Some(name) = canonical_names::of(object)? {
        if name.starts_with("numpy.") {
            numpy_loops::install(object.py());
        }
        return Ok(Global::Library(name));
    }
    if let Some(ty) = type_object(object)? {
        return Ok(Global::TypeObject(ty));
    }
    if let Some(class) = classes::describe(object)? {
        kept.keep_object(object);
        return Ok(Global::Class(class));
    }
    if let Some(global) = classes::classify_instance(object, kept)? {
        return Ok(global);
    }
    if let Some(Ok(function)) = foreign::describe(object) {
        kept.keep_object(object);
        return Ok(Global::Foreign(function.into()));
    }
    if let Some((ty, slots)) = closures::constant_of(object.as_ptr()) {
        kept.keep_object(object);
        return Ok(Global::Closure(ty, slots.into()));
    }
    if closures::type_of(object.as_ptr()).is_some() {
        return Ok(Global::Other("closure that changes a list, dict or set of Python's".into()));
    }
    if let Some(parts) = partials::parts(object) {
        return classify_partial(&parts, kept);
    }
    if random::is_generator(object) {
        return Ok(Global::Random(kept.keep_object(object)));
    }
    if let Some(function) = decorated(object)? {
        return context_function(&function, kept);
    }
    if let Some(global) = library::helper(object)? {
        return Ok(global);
    }
    Ok(Global::Other(object.get_type().name()?.extract::<String>()?.into()))
}

/// The type that an object of `upshift.types` stands for.
fn type_object(object: &Bound<'_, PyAny>) -> PyResult<Option<Type>> {
    let modules = object.py().import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
    let Some(types) = modules.get_item("upshift.types")? else { return Ok(None) };
    if !object.is_instance(&types.getattr("Type")?)? {
        return Ok(None);
    }
    Ok(encoding::parse(&object.getattr("code")?.extract::<String>()?).ok())
}

/// The function that `contextlib.contextmanager` decorated, if the object is what it made.
pub(crate) fn decorated<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    // SAFETY: the object is live and the GIL is held.
    if unsafe { ffi::PyFunction_Check(object.as_ptr()) } == 0 || !object.hasattr("__wrapped__")? {
        return Ok(None);
    }
    let code = object.getattr("__code__")?;
    let contextlib = object.py().import("contextlib")?;
    let is_helper = code.getattr("co_name")?.eq("helper")?
        && code
            .getattr("co_filename")?
            .eq(contextlib.getattr("contextmanager")?.getattr("__code__")?.getattr("co_filename")?)?;
    if is_helper { object.getattr("__wrapped__").map(Some) } else { Ok(None) }
}

/// The function may be a plain one, which is compiled for this use.
fn context_function(function: &Bound<'_, PyAny>, kept: &mut Kept) -> PyResult<Global> {
    let dispatcher = match class::as_dispatcher(function) {
        Some(_) => function.clone(),
        None => class::new(function, Choices::read(&PyDict::new(function.py()))?)?,
    };
    let key = class::as_dispatcher(&dispatcher).expect("made as one").key;
    kept.keep_function(&dispatcher, key);
    Ok(Global::ContextFunction(key))
}

fn classify_tuple(items: &Bound<'_, PyTuple>, kept: &mut Kept) -> PyResult<Global> {
    let items = items.iter().map(|item| classify(&item, kept)).collect::<PyResult<Vec<Global>>>()?;
    let constants = items.iter().map(|item| match item {
        Global::Constant(constant) => Some(constant.clone()),
        _ => None,
    });
    Ok(match constants.collect::<Option<Arc<[Constant]>>>() {
        Some(constants) => Global::Constant(Constant::Tuple(constants)),
        None => Global::Tuple(items.into()),
    })
}

fn classify_partial(parts: &partials::Parts<'_>, kept: &mut Kept) -> PyResult<Global> {
    let function = classify(&parts.function, kept)?;
    if !global_type(&function).is_ok_and(|fact| is_partial_function(&fact.ty)) {
        return Ok(Global::Other("partial of what compiled code does not call".into()));
    }
    let arguments = parts.arguments.iter().map(|value| classify(&value, kept)).collect::<PyResult<_>>()?;
    let keywords = parts.keywords.iter().map(|(name, value)| {
        let name = name.extract::<String>()?;
        Ok((name.into(), classify(&value, kept)?))
    });
    let keywords = keywords.collect::<PyResult<_>>()?;
    Ok(Global::Partial(Arc::new((function, arguments, keywords))))
}

fn classify_container(object: &Bound<'_, PyAny>, kept: &mut Kept) -> Option<GlobalContainer> {
    let is_plain = object.is_exact_instance_of::<PyList>()
        || object.is_exact_instance_of::<PyDict>()
        || object.is_exact_instance_of::<PySet>()
        || collections::is_deque(object)
        || object.is_instance_of::<PyDict>()
        || !object.is_instance_of::<PyType>() && object.get_type().hasattr("__dataclass_fields__").unwrap_or(false);
    let ty = is_plain.then(|| typeof_object(object).ok())??;
    let header = kept.keep_container(object, &ty)?;
    Some(GlobalContainer { ty, header })
}

fn classify_numpy(object: &Bound<'_, PyAny>, kept: &mut Kept) -> Option<Global> {
    let numpy = numpy::get();
    let time = times::typeof_scalar(object).map(DType::Time);
    if let Some(dtype) = time.or_else(|| numpy.dtype_of_class(object.get_type_ptr())) {
        let mut bytes = [0; 16];
        // SAFETY: a scalar of this dtype has so many bytes of value, 16 at most.
        unsafe {
            let value = &raw const (*object.as_ptr().cast::<ScalarFields>()).value;
            std::ptr::copy_nonoverlapping(value.cast::<u8>(), bytes.as_mut_ptr(), dtype.size() as usize);
        }
        return Some(Global::Scalar(dtype, bytes));
    }
    if let Some(dtype) = numpy.dtype_of_class(object.as_ptr().cast()) {
        return Some(Global::DType(dtype));
    }
    if let Some(Ok(dtype)) = numpy.dtype_of_object(object) {
        return Some(Global::DType(dtype));
    }
    classify_array(object, kept)
}

fn classify_array(object: &Bound<'_, PyAny>, kept: &mut Kept) -> Option<Global> {
    let fields = numpy::get().array_fields(object.as_ptr())?;
    let Ok(Type::Array(ty)) = typeof_object(object) else { return None };
    // SAFETY: an array has `ndim` lengths and strides; one of no dimensions may have null pointers.
    let list = |numbers: *const ffi::Py_ssize_t| unsafe {
        (0..usize::from(ty.ndim)).map(|axis| *numbers.add(axis) as i64).collect::<Vec<i64>>()
    };
    Some(Global::Array(GlobalArray {
        ty: ArrayType { is_writable: false, ..ty },
        header: kept.keep_array(object),
        data: fields.data as usize,
        shape: list(fields.shape),
        strides: list(fields.strides),
    }))
}
