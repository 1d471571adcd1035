//! Dates and durations between NumPy and compiled code: their units, and scalars of them.
//!
//! Where NumPy keeps the unit of a dtype and of a scalar is part of its ABI since 1.7, as `numpy.rs` says of the rest.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::sync::LazyLock;

use parking_lot::Mutex;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::typing::{DType, TimeType};

use crate::numpy::{self, DURATIONS, DescrFields};

/// `PyArray_DatetimeMetaData`
#[repr(C)]
#[derive(Clone, Copy)]
struct Unit {
    base: c_int,
    count: c_int,
}

/// `PyArray_DatetimeDTypeMetaData`
#[repr(C)]
pub(crate) struct UnitData {
    head: [*mut c_void; 4],
    unit: Unit,
}

/// `PyDatetimeScalarObject`, and that of durations.
#[repr(C)]
struct TimeFields {
    head: ffi::PyObject,
    value: i64,
    unit: Unit,
}

/// dtype objects, which live as long as the process.
static DESCRS: LazyLock<Mutex<HashMap<TimeType, usize>>> = LazyLock::new(Mutex::default);

fn time_of(is_delta: bool, unit: Unit) -> TimeType {
    TimeType { is_delta, base: unit.base as u8, count: unit.count as u32 }
}

/// The dtype of a dtype object of dates or durations.
#[cold]
pub(crate) fn of_descr(descr: &DescrFields) -> DType {
    // SAFETY: a dtype of these numbers has a unit as long as it lives.
    let unit = unsafe { (*descr.extra).unit };
    DType::Time(time_of(descr.type_num == DURATIONS, unit))
}

/// The dtype object; null with a Python exception if NumPy does not make it.
pub(crate) fn descr(time: TimeType) -> *mut DescrFields {
    if let Some(known) = DESCRS.lock().get(&time) {
        return *known as *mut DescrFields;
    }
    // SAFETY: the GIL is held wherever dtypes are asked for.
    let py = unsafe { Python::assume_attached() };
    let made = py.import("numpy").and_then(|numpy| numpy.getattr("dtype")?.call1((time.name(),)));
    match made {
        Ok(descr) => {
            // The reference is given up to the process.
            let descr = descr.into_ptr();
            DESCRS.lock().insert(time, descr as usize);
            descr.cast()
        }
        Err(error) => {
            error.restore(py);
            std::ptr::null_mut()
        }
    }
}

/// The type of a date or duration; `None` for other objects.
pub(crate) fn typeof_scalar(object: &Bound<'_, PyAny>) -> Option<TimeType> {
    let position = numpy::get().time_types.iter().position(|known| *known == object.get_type_ptr())?;
    // SAFETY: the class was compared, so the object has these fields.
    let unit = unsafe { (*object.as_ptr().cast::<TimeFields>()).unit };
    Some(time_of(position == 1, unit))
}

/// The unit of a scalar: NumPy's number of it, and how many of it one is.
///
/// # Safety
/// The object is a date or a duration.
pub(crate) unsafe fn unit_of(object: *mut ffi::PyObject) -> (i32, i32) {
    // SAFETY: the caller's promise.
    let unit = unsafe { (*object.cast::<TimeFields>()).unit };
    (unit.base, unit.count)
}

/// A new date or duration, or null with a Python exception.
///
/// # Safety
/// The GIL is held.
pub(crate) unsafe fn make_scalar(time: TimeType, value: u64) -> *mut ffi::PyObject {
    let class = numpy::get().time_types[usize::from(time.is_delta)];
    // SAFETY: the class is a static one of NumPy's, whose instances have these fields.
    unsafe {
        let allocate = (*class).tp_alloc.unwrap_or(ffi::PyType_GenericAlloc);
        let object = allocate(class, 0);
        if !object.is_null() {
            let fields = &mut *object.cast::<TimeFields>();
            fields.value = value as i64;
            fields.unit = Unit { base: c_int::from(time.base), count: time.count as c_int };
        }
        object
    }
}
