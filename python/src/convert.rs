//! Conversions that explicit signatures ask for: arguments to the declared types, results to the declared result.
//!
//! Only conversions that lose nothing but precision: an int may become a float, never a float an int.

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyFloat, PyTuple};
use upshift_core::typing::{DType, Kind, Type};

use crate::class;
use crate::guard::{Guard, Outcome, Target};
use crate::numpy;
use crate::typeof_object::typeof_object;

/// Converts arguments to the declared signature that needs the least: in the order unlike conversions, then any.
///
/// # Errors
/// `TypeError` when none suits.
pub(crate) fn to_signature<'py>(
    this: &Bound<'py, PyAny>,
    arguments: &[Bound<'py, PyAny>],
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let dispatcher = class::as_dispatcher(this).expect("called for dispatchers only");
    let declared: Vec<Vec<Type>> =
        dispatcher.state().borrow().specializations.iter().map(|known| known.arguments.clone()).collect();
    let mut best: Option<(u32, Vec<Bound<'py, PyAny>>)> = None;
    for types in declared.iter().filter(|types| types.len() == arguments.len()) {
        if let Some(found) = convert_all(types, arguments)
            && best.as_ref().is_none_or(|known| found.0 < known.0)
        {
            best = Some(found);
        }
    }
    best.map(|(_, converted)| converted).ok_or_else(|| no_match(arguments))
}

fn convert_all<'py>(types: &[Type], arguments: &[Bound<'py, PyAny>]) -> Option<(u32, Vec<Bound<'py, PyAny>>)> {
    let mut cost = 0;
    let mut converted = Vec::with_capacity(arguments.len());
    for (ty, argument) in types.iter().zip(arguments) {
        let (one, object) = convert_argument(ty, argument)?;
        cost += one;
        converted.push(object);
    }
    Some((cost, converted))
}

fn no_match(arguments: &[Bound<'_, PyAny>]) -> PyErr {
    let types: Vec<String> = arguments
        .iter()
        .map(|argument| match typeof_object(argument) {
            Ok(ty) => ty.to_string(),
            Err(_) => argument.get_type().to_string(),
        })
        .collect();
    PyTypeError::new_err(format!("No matching definition for argument type(s) {}", types.join(", ")))
}

/// The argument as the type, and what that costs.
fn convert_argument<'py>(ty: &Type, argument: &Bound<'py, PyAny>) -> Option<(u32, Bound<'py, PyAny>)> {
    if fits(ty, argument) {
        return Some((0, argument.clone()));
    }
    if let (Type::Tuple(types), Ok(items)) = (ty, argument.cast_exact::<PyTuple>()) {
        let items: Vec<Bound<'py, PyAny>> = items.iter().collect();
        let (cost, items) = (types.len() == items.len()).then(|| convert_all(types, &items)).flatten()?;
        return Some((cost, PyTuple::new(argument.py(), items).ok()?.into_any()));
    }
    let given = typeof_object(argument).ok()?;
    let cost = conversion_cost(given.dtype()?, ty.dtype()?)?;
    Some((cost, convert_number(argument, ty)?))
}

fn fits(ty: &Type, argument: &Bound<'_, PyAny>) -> bool {
    let Some(guard) = Guard::new(ty, None) else { return false };
    let mut slots = vec![0; upshift_core::lower::machine_types(ty).len() + 1];
    let mut headers = Vec::with_capacity(guard.header_count());
    let mut target = Target { slots: slots.as_mut_ptr(), headers: headers.as_mut_ptr() };
    // SAFETY: the object is live, the GIL is held, and both buffers have room for a value of this type.
    let outcome = unsafe { guard.unbox(argument.as_ptr(), &mut target) };
    if outcome == Outcome::Raised {
        let _ = PyErr::take(argument.py());
    }
    outcome != Outcome::Differs
}

/// 1 within a kind, 4 from one kind to the next; `None` where value or part of it would be lost.
fn conversion_cost(from: DType, to: DType) -> Option<u32> {
    let rank = |dtype: DType| match dtype.kind() {
        Kind::Bool => 0,
        Kind::Signed | Kind::Unsigned => 1,
        Kind::Float => 2,
        Kind::Complex => 3,
        Kind::Other => 4,
    };
    let (from, to) = (rank(from), rank(to));
    (from <= to).then(|| if from == to { 1 } else { 4 * (to - from) })
}

/// The number as an instance of the type's class; `None` where it does not fit, such as 300 into `int8`.
fn convert_number<'py>(number: &Bound<'py, PyAny>, ty: &Type) -> Option<Bound<'py, PyAny>> {
    let py = number.py();
    match ty {
        Type::Bool => Some(number.is_truthy().ok()?.into_pyobject(py).ok()?.to_owned().into_any()),
        // SAFETY: the object is live and the GIL is held; null comes with an exception, which is taken.
        Type::Int => unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyNumber_Long(number.as_ptr())).ok() },
        Type::Float => Some(PyFloat::new(py, number.extract().ok()?).into_any()),
        Type::Complex => {
            let value = number.extract::<Complex>().ok()?;
            Some(PyComplex::from_doubles(py, value.0, value.1).into_any())
        }
        Type::Scalar(dtype) => {
            // SAFETY: the class lives as long as the process.
            let class = unsafe { Bound::from_borrowed_ptr(py, numpy::get().scalar_class(*dtype).cast()) };
            class.call1((number,)).ok()
        }
        _ => None,
    }
}

struct Complex(f64, f64);

impl<'a, 'py> FromPyObject<'a, 'py> for Complex {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Complex> {
        // SAFETY: the object is live and the GIL is held.
        let value = unsafe { ffi::PyComplex_AsCComplex(object.as_ptr()) };
        match PyErr::take(object.py()) {
            Some(error) => Err(error),
            None => Ok(Complex(value.real, value.imag)),
        }
    }
}

/// True if a result of type `from` can be handed out as `to`: numbers, but not complex ones as real.
pub(crate) fn can_convert_result(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Array(from), Type::Array(to)) => from.dtype == to.dtype && from.ndim == to.ndim,
        (_, Type::None) => true,
        _ => match (from.dtype(), to.dtype()) {
            (Some(from), Some(to)) => to.is_complex() || !from.is_complex(),
            _ => false,
        },
    }
}

/// The result as the declared type; takes over the reference. Null stays null.
///
/// # Safety
/// The GIL is held.
pub(crate) unsafe fn result(object: *mut ffi::PyObject, ty: &Type) -> *mut ffi::PyObject {
    if object.is_null() {
        return object;
    }
    // SAFETY: the caller's promise, and the reference is ours.
    let object = unsafe { Bound::from_owned_ptr(Python::assume_attached(), object) };
    let converted = match ty {
        Type::None => return object.py().None().into_ptr(),
        Type::Array(_) => return object.into_ptr(),
        _ => convert_number(&object, ty),
    };
    match converted {
        Some(converted) => converted.into_ptr(),
        None => {
            PyTypeError::new_err(format!("the result {object} is not a value of the declared type {ty}"))
                .restore(object.py());
            std::ptr::null_mut()
        }
    }
}
