//! Python's ints as arguments: the digits are read where they stand.

use std::ffi::c_int;

use pyo3::exceptions::PyOverflowError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::guard::{Outcome, Target};

/// CPython 3.11's int: a count of 30-bit digits with the sign, then the digits.
#[repr(C)]
struct IntFields {
    head: ffi::PyVarObject,
    digits: [u32; 2],
}

/// The value of an int of at most two digits; `None` for a larger one.
///
/// # Safety
/// The object is an int.
#[inline(always)]
pub(crate) unsafe fn small_int(object: *mut ffi::PyObject) -> Option<i64> {
    let fields = object.cast::<IntFields>();
    // SAFETY: an int has these fields, and as many digits as its size says.
    unsafe {
        let size = (*fields).head.ob_size as i64;
        let digits = &raw const (*fields).digits;
        // Sign times digit: 0 has a size of 0, and a digit.
        if (-1..=1).contains(&size) {
            return Some(size * i64::from((*digits)[0]));
        }
        if size.abs() != 2 {
            return None;
        }
        let value = i64::from((*digits)[0]) | i64::from((*digits)[1]) << 30;
        Some(if size < 0 { -value } else { value })
    }
}

/// Pushes the value of any int; raises `OverflowError` for one of more than 64 bits.
///
/// # Safety
/// As for `small_int`, and the GIL is held.
#[cold]
pub(crate) unsafe fn unbox_large_int(object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
    // SAFETY: the object is an int and the GIL is held.
    unsafe {
        let mut overflow: c_int = 0;
        let value = ffi::PyLong_AsLongLongAndOverflow(object, &raw mut overflow);
        if overflow != 0 {
            PyOverflowError::new_err("Python int too large for compiled code, where int has 64 bits")
                .restore(Python::assume_attached());
            return Outcome::Raised;
        }
        target.push(value as u64);
        Outcome::Fits
    }
}
