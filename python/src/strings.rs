//! Strings and bytes between Python and compiled code, and what the runtime of strings asks of CPython.
//!
//! A Python string is lent, not copied: its text is a header on the dispatcher's stack whose data are the object's.
//! A string that comes back unchanged is the same object; a constant becomes an object once.

use std::ffi::c_void;

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::runtime::strings::text::{self, IMMORTAL};
use upshift_core::runtime::strings::unicode::{self, Database};
use upshift_core::runtime::strings::{Text, output};

use crate::attached::with_gil;

unsafe extern "C" {
    fn _PyUnicode_IsAlpha(point: u32) -> i32;
    fn _PyUnicode_IsDecimalDigit(point: u32) -> i32;
    fn _PyUnicode_IsDigit(point: u32) -> i32;
    fn _PyUnicode_IsNumeric(point: u32) -> i32;
    fn _PyUnicode_IsLowercase(point: u32) -> i32;
    fn _PyUnicode_IsUppercase(point: u32) -> i32;
    fn _PyUnicode_IsTitlecase(point: u32) -> i32;
    fn _PyUnicode_IsXidStart(point: u32) -> i32;
    fn _PyUnicode_IsXidContinue(point: u32) -> i32;
    fn _PyUnicode_IsPrintable(point: u32) -> i32;
    fn _PyUnicode_IsWhitespace(point: u32) -> i32;
    fn _PyUnicode_IsLinebreak(point: u32) -> i32;
    fn _PyUnicode_IsCased(point: u32) -> i32;
    fn _PyUnicode_IsCaseIgnorable(point: u32) -> i32;
    fn _PyUnicode_ToDecimalDigit(point: u32) -> i32;
    fn _PyUnicode_ToLowerFull(point: u32, mapped: *mut u32) -> i32;
    fn _PyUnicode_ToUpperFull(point: u32, mapped: *mut u32) -> i32;
    fn _PyUnicode_ToTitleFull(point: u32, mapped: *mut u32) -> i32;
    fn _PyUnicode_ToFoldedFull(point: u32, mapped: *mut u32) -> i32;
    fn _Py_HashBytes(bytes: *const u8, length: isize) -> isize;
}

/// Gives the runtime CPython's Unicode database, its hash, and the way to `sys.stdout`.
pub(crate) fn initialize() {
    unicode::install(Database {
        is_alpha: _PyUnicode_IsAlpha,
        is_decimal: _PyUnicode_IsDecimalDigit,
        is_digit: _PyUnicode_IsDigit,
        is_numeric: _PyUnicode_IsNumeric,
        is_lower: _PyUnicode_IsLowercase,
        is_upper: _PyUnicode_IsUppercase,
        is_title: _PyUnicode_IsTitlecase,
        is_identifier_start: _PyUnicode_IsXidStart,
        is_identifier_part: _PyUnicode_IsXidContinue,
        is_printable: _PyUnicode_IsPrintable,
        is_space: _PyUnicode_IsWhitespace,
        is_line_break: _PyUnicode_IsLinebreak,
        is_cased: _PyUnicode_IsCased,
        is_case_ignorable: _PyUnicode_IsCaseIgnorable,
        to_decimal: _PyUnicode_ToDecimalDigit,
        to_lower: _PyUnicode_ToLowerFull,
        to_upper: _PyUnicode_ToUpperFull,
        to_title: _PyUnicode_ToTitleFull,
        to_folded: _PyUnicode_ToFoldedFull,
        hash_bytes: _Py_HashBytes,
    });
    output::install(write_output);
}

/// Writes to `sys.stdout`, or flushes it where the text is null. Takes the GIL, which the caller may have.
unsafe extern "C" fn write_output(text: *const Text) -> i32 {
    with_gil(|py| {
        let written = py.import("sys").and_then(|sys| sys.getattr("stdout")).and_then(|stdout| {
            if stdout.is_none() {
                return Ok(());
            }
            if text.is_null() {
                return stdout.call_method0("flush").map(drop);
            }
            // SAFETY: the text is alive during the call, and the GIL is held.
            let object = unsafe { Bound::from_owned_ptr_or_err(py, new_string(text))? };
            stdout.call_method1("write", (object,)).map(drop)
        });
        match written {
            Ok(()) => 0,
            Err(error) => {
                error.restore(py);
                1
            }
        }
    })
}

/// The text of a Python string, lent.
///
/// # Safety
/// The GIL is held, the object is a string and outlives the text, and there is room for a header.
#[inline]
pub(crate) unsafe fn lend_string(object: *mut ffi::PyObject, header: *mut Header) -> bool {
    // SAFETY: the caller's promise; a string that is ready has these fields.
    unsafe {
        if ffi::PyUnicode_READY(object) != 0 {
            return false;
        }
        let hash = (*object.cast::<ffi::PyASCIIObject>()).hash;
        let (width, data) = (ffi::PyUnicode_KIND(object), ffi::PyUnicode_DATA(object));
        lend(object, header, ffi::PyUnicode_GET_LENGTH(object), i64::from(width), data, hash);
    }
    true
}

/// The same of bytes.
///
/// # Safety
/// As for `lend_string`, of bytes.
#[inline]
pub(crate) unsafe fn lend_bytes(object: *mut ffi::PyObject, header: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        let data = ffi::PyBytes_AS_STRING(object).cast::<c_void>();
        lend(object, header, ffi::PyBytes_Size(object), 1, data.cast_mut(), text::NO_HASH as isize);
    }
}

unsafe fn lend(
    object: *mut ffi::PyObject,
    header: *mut Header,
    length: isize,
    width: i64,
    data: *mut c_void,
    hash: isize,
) {
    // SAFETY: the caller's promise: there is room for a header, which a text has the size of.
    unsafe {
        header.cast::<Text>().write(Text {
            references: 1,
            size: 0,
            object: object.cast(),
            contents: 0,
            length: length as i64,
            width,
            data: data.cast(),
            hash: hash as i64,
        });
    }
}

/// The Python string of a text whose reference is handed over; null with an exception.
///
/// # Safety
/// The GIL is held, and the text is alive.
pub(crate) unsafe fn take_string(text: *mut Text) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    unsafe { take(text, &raw mut ffi::PyUnicode_Type, new_string) }
}

/// The Python bytes of a text whose reference is handed over; null with an exception.
///
/// # Safety
/// The GIL is held, and the text is alive.
pub(crate) unsafe fn take_bytes(text: *mut Text) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    unsafe { take(text, &raw mut ffi::PyBytes_Type, new_bytes) }
}

unsafe fn take(
    text: *mut Text,
    class: *mut ffi::PyTypeObject,
    make: unsafe fn(*const Text) -> *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise. A text with an object leads to one that lives: that of an argument, or that of a
    // constant, which it keeps for ever. The shortest constants stand for strings and for bytes.
    unsafe {
        let known = (*text).object.cast::<ffi::PyObject>();
        if !known.is_null() && ffi::Py_TYPE(known) == class {
            let object = ffi::Py_NewRef(known);
            // Not the last of an argument's own header; perhaps that of one which a container made.
            memory::release(text.cast());
            return object;
        }
        let object = make(text);
        if (*text).references >= IMMORTAL / 2 {
            if !object.is_null() && known.is_null() {
                (*text).object = ffi::Py_NewRef(object).cast();
            }
            return object;
        }
        memory::release(text.cast());
        object
    }
}

/// The Python string of a text, which stays whose it is.
///
/// # Safety
/// The text is alive.
pub(crate) unsafe fn string_of<'py>(py: Python<'py>, text: *const Text) -> PyResult<Bound<'py, PyString>> {
    // SAFETY: the caller's promise.
    Ok(unsafe { Bound::from_owned_ptr_or_err(py, new_string(text))?.cast_into()? })
}

/// A new text of a Python string's code points.
pub(crate) fn text_of(string: &Bound<'_, PyString>) -> PyResult<*mut Text> {
    let mut header = std::mem::MaybeUninit::<Header>::uninit();
    // SAFETY: there is room for a header; the string outlives what is read of it, and its copy is a text of its own.
    let made = unsafe {
        if !lend_string(string.as_ptr(), header.as_mut_ptr()) {
            return Err(PyErr::fetch(string.py()));
        }
        text::of_view(Text::view(header.as_ptr().cast()))
    };
    if made.is_null() { Err(PyMemoryError::new_err(())) } else { Ok(made) }
}

unsafe fn new_string(text: *const Text) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise: a live text has so many code points of this width.
    unsafe { ffi::PyUnicode_FromKindAndData((*text).width as i32, (*text).data.cast(), (*text).length as isize) }
}

unsafe fn new_bytes(text: *const Text) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise: live bytes have so many.
    unsafe { ffi::PyBytes_FromStringAndSize((*text).data.cast(), (*text).length as isize) }
}
