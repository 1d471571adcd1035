//! Instances of dataclasses: read field by field into a block, and written back so.
//!
//! Fields are read and written as `object.__getattribute__` and `object.__setattr__` do it: classes that do it
//! otherwise are not taken.

use pyo3::exceptions::PyAttributeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use upshift_core::runtime::memory::{HEADER_SIZE, Header};

use super::codec::{Element, MOST_SLOTS};
use super::write_back;
use crate::guard::Outcome;

type Fields = [(Py<PyString>, Element)];

unsafe fn behind(header: *mut Header) -> *mut u8 {
    // SAFETY: the block of an instance is larger than its header.
    unsafe { header.cast::<u8>().add(HEADER_SIZE) }
}

/// Fills a new block from an instance.
///
/// # Safety
/// The GIL is held; the object is an instance of the class, the block a fresh one of the fields' size.
pub(super) unsafe fn fill(fields: &Fields, object: *mut ffi::PyObject, made: *mut Header) -> Outcome {
    let mut slots = [0; MOST_SLOTS];
    for (name, field) in fields {
        // SAFETY: the caller's promise; what a block holds of a value has references of its own.
        unsafe {
            let value = ffi::PyObject_GenericGetAttr(object, name.as_ptr());
            if value.is_null() {
                return without_field();
            }
            let outcome = field.unbox(value, &mut slots);
            ffi::Py_DECREF(value);
            if outcome != Outcome::Fits {
                return outcome;
            }
            field.store(&slots, behind(made));
        }
    }
    Outcome::Fits
}

/// A field that was deleted: the type of the instance says so.
#[cold]
fn without_field() -> Outcome {
    // SAFETY: guards run with the GIL.
    let py = unsafe { Python::assume_attached() };
    match PyErr::take(py) {
        Some(error) if !error.is_instance_of::<PyAttributeError>(py) => {
            error.restore(py);
            Outcome::Raised
        }
        _ => Outcome::Differs,
    }
}

/// A new instance with the fields of a block, or null with a Python exception.
///
/// # Safety
/// The GIL is held; the header is that of a block of these fields.
pub(super) unsafe fn make(class: *mut ffi::PyTypeObject, fields: &Fields, header: *mut Header) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; `object.__new__` takes no arguments but the class.
    unsafe {
        let arguments = ffi::PyTuple_New(0);
        let Some(new) = (&raw const ffi::PyBaseObject_Type).as_ref().and_then(|base| base.tp_new) else {
            return std::ptr::null_mut();
        };
        if arguments.is_null() {
            return arguments;
        }
        let made = new(class, arguments, std::ptr::null_mut());
        ffi::Py_DECREF(arguments);
        if made.is_null() {
            return made;
        }
        for (name, field) in fields {
            let value = field.make(behind(header));
            let status = if value.is_null() { -1 } else { ffi::PyObject_GenericSetAttr(made, name.as_ptr(), value) };
            ffi::Py_XDECREF(value);
            if status != 0 {
                ffi::Py_DECREF(made);
                return std::ptr::null_mut();
            }
        }
        made
    }
}

/// Gives an instance the fields of its block; -1 with a Python exception.
///
/// # Safety
/// As for `make`; the object is the instance that the block stands for.
pub(super) unsafe fn write_back(fields: &Fields, header: *mut Header, object: *mut ffi::PyObject) -> i32 {
    for (name, field) in fields {
        // SAFETY: the caller's promise.
        unsafe {
            let known = ffi::PyObject_GenericGetAttr(object, name.as_ptr());
            if known.is_null() {
                ffi::PyErr_Clear();
            } else if write_back::is_kept(field, known, behind(header)) {
                ffi::Py_DECREF(known);
                continue;
            }
            let value = field.make(behind(header));
            let is_other = value != known;
            ffi::Py_XDECREF(known);
            if value.is_null() {
                return -1;
            }
            let status = if is_other { ffi::PyObject_GenericSetAttr(object, name.as_ptr(), value) } else { 0 };
            ffi::Py_DECREF(value);
            if status != 0 {
                return status;
            }
        }
    }
    0
}
