//! Objects of Python's that compiled code holds: what `upshift_core::runtime::objects` asks of them.
//!
//! A block stands for an exception, which becomes an object when it is first asked, or for another object, to which it
//! holds a reference. Operands that compiled code knows travel as the only argument of an exception.

use std::ffi::c_void;

use pyo3::exceptions::{PyMemoryError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use upshift_core::runtime::errors::{self, Exception};
use upshift_core::runtime::memory::{self, BlockKind, Header};
use upshift_core::runtime::objects::{self, Operation};
use upshift_core::runtime::strings::Text;

use crate::attached::with_gil;
use crate::{buffers, exception_classes, raise, strings};

/// Gives the runtime the way to objects.
pub(crate) fn initialize() {
    objects::install(operate);
}

/// A new reference to the object of a block whose reference is handed over; null with a Python exception.
///
/// # Safety
/// The GIL is held, and the block is that of an exception or of another object.
pub(crate) unsafe fn take(header: *mut Header) -> *mut ffi::PyObject {
    with_gil(|py| {
        // SAFETY: the caller's promise; the reference keeps the block alive until the object is there.
        let object = unsafe {
            match (*header).contents.kind() {
                BlockKind::Exception => raise::object_with_traceback(py, &Exception::at(header)),
                _ => object_of(py, header),
            }
        };
        // SAFETY: the reference was handed over.
        unsafe { memory::release(header) };
        match object {
            Ok(object) => object.into_ptr(),
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
        }
    })
}

unsafe fn operate(operation: Operation, a: *mut Header, b: *mut Header, answer: *mut u64) -> i32 {
    // SAFETY: the caller's promise.
    if operation == Operation::Resize && unsafe { buffers::resize_in_place(a, answer.read() as i64) } {
        return 0;
    }
    with_gil(|py| {
        // SAFETY: the caller's promise.
        match unsafe { apply(py, operation, a, b, answer) } {
            Ok(()) => 0,
            Err(error) => {
                error.restore(py);
                // In flight, so that the frames that it passes are added.
                errors::raise_from_python();
                1
            }
        }
    })
}

/// The object of a block.
///
/// # Safety
/// The GIL is held, and the block is alive.
unsafe fn object_of<'py>(py: Python<'py>, header: *mut Header) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the caller's promise.
    unsafe {
        match (*header).contents.kind() {
            BlockKind::Exception => raise::object_of_exception(py, &Exception::at(header)),
            _ => Bound::from_borrowed_ptr_or_err(py, (*header).object.cast()),
        }
    }
}

/// The second operand of an operation: an object, or the argument of an exception.
unsafe fn operand_of<'py>(py: Python<'py>, header: *mut Header) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the caller's promise.
    unsafe {
        match (*header).contents.kind() {
            BlockKind::Exception => raise::argument_of_exception(py, &Exception::at(header)),
            _ => object_of(py, header),
        }
    }
}

unsafe fn apply(
    py: Python<'_>,
    operation: Operation,
    a: *mut Header,
    b: *mut Header,
    answer: *mut u64,
) -> PyResult<()> {
    if operation == Operation::Class {
        // SAFETY: the number of the class stands at the answer's place.
        let class = exception_classes::class_of_id(py, unsafe { answer.read() } as i64);
        // SAFETY: there is room for an answer; so for all that follow.
        return unsafe { answer_object(class, answer) };
    }
    if matches!(operation, Operation::Seed | Operation::TakeNormal | Operation::KeepNormal) {
        // SAFETY: the caller's promise: the address is that of a generator's object.
        return unsafe { apply_to_generator(py, operation, a, b, answer) };
    }
    if operation as i64 >= Operation::NewByteArray as i64 {
        // SAFETY: the caller's promise.
        return unsafe { buffers::apply(py, operation, a, b, answer) };
    }
    // SAFETY: the caller's promise.
    let object = unsafe { object_of(py, a)? };
    // SAFETY: the caller's promise; a text that names something is alive.
    let name = || unsafe { strings::string_of(py, b.cast::<Text>()) };
    // SAFETY: as above.
    unsafe {
        match operation {
            Operation::Repr => answer_text(&object.repr()?, answer),
            Operation::Ascii => {
                let shown = Bound::from_owned_ptr_or_err(py, ffi::PyObject_ASCII(object.as_ptr()))?;
                answer_text(shown.cast()?, answer)
            }
            Operation::Str => answer_text(&object.str()?, answer),
            Operation::Format => {
                let made = object.call_method1("__format__", (name()?,))?;
                answer_text(made.cast()?, answer)
            }
            Operation::Attribute => answer_object(object.getattr(name()?)?, answer),
            Operation::Item => answer_object(object.get_item(operand_of(py, b)?)?, answer),
            Operation::Length => answer_number(object.len()? as i64, answer),
            Operation::Truth => answer_number(i64::from(object.is_truthy()?), answer),
            Operation::Int => {
                let number = py.import("builtins")?.getattr("int")?.call1((object,))?;
                let number: i64 =
                    number.extract().map_err(|_| PyOverflowError::new_err("the number exceeds a 64-bit integer"))?;
                answer_number(number, answer)
            }
            Operation::Float => {
                let number: f64 = py.import("builtins")?.getattr("float")?.call1((object,))?.extract()?;
                answer_number(number.to_bits() as i64, answer)
            }
            Operation::IsInstance => {
                let class = py.import("builtins")?.getattr(name()?)?;
                answer_number(i64::from(object.is_instance(&class)?), answer)
            }
            Operation::Less
            | Operation::LessEqual
            | Operation::Equal
            | Operation::NotEqual
            | Operation::Greater
            | Operation::GreaterEqual => compare(operation, &object, &operand_of(py, b)?, answer),
            Operation::Cause => answer_exception(object.getattr("__cause__")?, answer),
            Operation::Context => answer_exception(object.getattr("__context__")?, answer),
            Operation::CheckCount => check_count(&object, answer.read() as usize),
            Operation::Class
            | Operation::Seed
            | Operation::TakeNormal
            | Operation::KeepNormal
            | Operation::NewByteArray
            | Operation::Resize
            | Operation::Slice
            | Operation::AssignSlice
            | Operation::AssignItem
            | Operation::NewView
            | Operation::Cast
            | Operation::ReadOnly
            | Operation::Release
            | Operation::Bytes
            | Operation::SameItems => Ok(()),
        }
    }
}

/// # Safety
/// As for `apply`; a is the address of the generator's object itself.
unsafe fn apply_to_generator(
    py: Python<'_>,
    operation: Operation,
    a: *mut Header,
    b: *mut Header,
    answer: *mut u64,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let generator = Bound::from_borrowed_ptr_or_err(py, a.cast())?;
        match operation {
            Operation::Seed => generator.call_method1("seed", (operand_of(py, b)?,)).map(drop),
            Operation::TakeNormal => {
                let left = generator.getattr("gauss_next")?;
                let number = if left.is_none() { f64::NAN } else { left.extract::<f64>()? };
                generator.setattr("gauss_next", py.None())?;
                answer_number(number.to_bits() as i64, answer)
            }
            _ => generator.setattr("gauss_next", f64::from_bits(answer.read())),
        }
    }
}

unsafe fn compare(operation: Operation, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>, answer: *mut u64) -> PyResult<()> {
    let is_it = match operation {
        Operation::Less => a.lt(b)?,
        Operation::LessEqual => a.le(b)?,
        Operation::NotEqual => a.ne(b)?,
        Operation::Greater => a.gt(b)?,
        Operation::GreaterEqual => a.ge(b)?,
        _ => a.eq(b)?,
    };
    // SAFETY: the caller's promise.
    unsafe { answer_number(i64::from(is_it), answer) }
}

/// Raises as unpacking does, of tuples and lists.
fn check_count(object: &Bound<'_, PyAny>, expected: usize) -> PyResult<()> {
    let Ok(count) = object.len() else {
        let class = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("cannot unpack non-iterable {class} object")));
    };
    if count < expected {
        let message = format!("not enough values to unpack (expected {expected}, got {count})");
        return Err(PyValueError::new_err(message));
    }
    if count > expected {
        return Err(PyValueError::new_err(format!("too many values to unpack (expected {expected})")));
    }
    Ok(())
}

/// # Safety
/// There is room for an answer; so for all of these.
unsafe fn answer_number(number: i64, answer: *mut u64) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { answer.write(number as u64) };
    Ok(())
}

unsafe fn answer_text(text: &Bound<'_, PyString>, answer: *mut u64) -> PyResult<()> {
    let made = strings::text_of(text)?;
    // SAFETY: the caller's promise.
    unsafe { answer.write(made as u64) };
    Ok(())
}

unsafe fn answer_object(object: Bound<'_, PyAny>, answer: *mut u64) -> PyResult<()> {
    let block = objects::new_block(object.into_ptr().cast::<c_void>());
    if block.is_null() {
        return Err(PyMemoryError::new_err(()));
    }
    // SAFETY: the caller's promise.
    unsafe { answer.write(block as u64) };
    Ok(())
}

/// An exception, or null for `None`.
unsafe fn answer_exception(object: Bound<'_, PyAny>, answer: *mut u64) -> PyResult<()> {
    let address = if object.is_none() {
        0
    } else {
        let class = exception_classes::id_of_instance(&object);
        Exception::foreign(object.into_ptr().cast(), class).into_address() as u64
    };
    // SAFETY: the caller's promise.
    unsafe { answer.write(address) };
    Ok(())
}
