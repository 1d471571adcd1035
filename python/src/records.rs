//! Structured dtypes and records between NumPy and compiled code.
//!
//! A dtype is known by its text, which says all that matters, and whether its arrays are `numpy.recarray`. Those that
//! the program computes with are kept as long as the process, as their numbers in compiled code are.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::records::{RecordField, RecordId, RecordType};
use upshift_core::typing::{ArrayType, DType, Layout, Type};

use crate::block;
use crate::numpy::{self, DescrFields, WRITEABLE};

/// `PyVoidScalarObject`, as far as it is read.
#[repr(C)]
pub(crate) struct VoidFields {
    head: ffi::PyVarObject,
    pub(crate) data: *mut c_void,
    pub(crate) descr: *mut DescrFields,
    pub(crate) flags: c_int,
}

/// What is known of a structured dtype.
struct Known {
    descr: usize,
    text: Arc<str>,
    is_recarray: bool,
}

#[derive(Default)]
struct Records {
    /// By number.
    known: Vec<Known>,
    by_text: HashMap<(Arc<str>, bool), RecordId>,
    /// Texts of dtype objects that live as long as the process.
    texts: HashMap<usize, Arc<str>>,
}

static RECORDS: LazyLock<Mutex<Records>> = LazyLock::new(Mutex::default);

fn text_of(descr: *mut DescrFields) -> Option<Arc<str>> {
    if let Some(known) = RECORDS.lock().texts.get(&(descr as usize)) {
        return Some(Arc::clone(known));
    }
    // SAFETY: the GIL is held wherever dtypes are looked at, and the object is live.
    let object = unsafe { Bound::from_borrowed_ptr(Python::assume_attached(), descr.cast()) };
    if object.getattr("names").ok()?.is_none() {
        return None;
    }
    Some(object.repr().ok()?.extract::<String>().ok()?.into())
}

/// The number of a structured dtype; `None` for other dtypes.
#[cold]
pub(crate) fn of_descr(descr: *mut DescrFields, is_recarray: bool) -> Option<DType> {
    let text = text_of(descr)?;
    if let Some(id) = RECORDS.lock().by_text.get(&(Arc::clone(&text), is_recarray)) {
        return Some(DType::Record(*id));
    }
    // SAFETY: as in `text_of`.
    let object = unsafe { Bound::from_borrowed_ptr(Python::assume_attached(), descr.cast()) };
    let record = describe(&object, is_recarray).ok()?;
    let id = RecordId::new(record);
    let mut records = RECORDS.lock();
    debug_assert_eq!(records.known.len(), id.index());
    // The reference is given up to the process.
    records.known.push(Known { descr: object.into_ptr() as usize, text: Arc::clone(&text), is_recarray });
    records.texts.insert(descr as usize, Arc::clone(&text));
    records.by_text.insert((text, is_recarray), id);
    Some(DType::Record(id))
}

/// True if a dtype object is this dtype.
#[cold]
pub(crate) fn fits(descr: *mut DescrFields, id: RecordId) -> bool {
    text_of(descr).is_some_and(|text| RECORDS.lock().known.get(id.index()).is_some_and(|known| known.text == text))
}

/// The dtype object of a structured dtype.
pub(crate) fn descr(id: RecordId) -> *mut DescrFields {
    RECORDS.lock().known.get(id.index()).map_or(std::ptr::null_mut(), |known| known.descr as *mut DescrFields)
}

/// True for the dtype of a `numpy.recarray`.
pub(crate) fn is_recarray(dtype: DType) -> bool {
    match dtype {
        DType::Record(id) => RECORDS.lock().known.get(id.index()).is_some_and(|known| known.is_recarray),
        _ => false,
    }
}

fn describe(dtype: &Bound<'_, PyAny>, is_recarray: bool) -> PyResult<RecordType> {
    let all = dtype.getattr("fields")?;
    let mut fields = Vec::new();
    for name in dtype.getattr("names")?.cast::<PyTuple>()?.iter() {
        let entry = all.get_item(&name)?;
        let (own, offset) = (entry.get_item(0)?, entry.get_item(1)?.extract::<u32>()?);
        let shape = own.getattr("shape")?.extract::<Vec<i64>>()?;
        let base = own.getattr("base")?;
        let pointer = base.as_ptr().cast::<DescrFields>();
        let is_nested = !base.getattr("names")?.is_none();
        // Records in a recarray are seen as one too.
        // SAFETY: a dtype object has these fields as long as it lives.
        let dtype = if is_nested { of_descr(pointer, is_recarray) } else { unsafe { (*pointer).dtype() } };
        fields.push(RecordField { name: name.extract::<String>()?.into(), offset, dtype, shape });
    }
    let parts: Vec<String> = fields
        .iter()
        .map(|field| format!("{}: {}", field.name, field.dtype.map_or("?".to_owned(), |dtype| dtype.to_string())))
        .collect();
    let name = format!("record({})", parts.join(", ")).into();
    Ok(RecordType { name, size: dtype.getattr("itemsize")?.extract()?, fields })
}

/// The type of a scalar of a structured dtype; `None` for other objects.
pub(crate) fn typeof_scalar(object: &Bound<'_, PyAny>) -> Option<Type> {
    let fields = scalar_fields(object.as_ptr())?;
    match of_descr(fields.descr, false)? {
        DType::Record(id) => Some(Type::Record(id, fields.flags & WRITEABLE != 0)),
        _ => None,
    }
}

/// The fields of a `numpy.void` or an instance of a class derived from it.
pub(crate) fn scalar_fields<'a>(object: *mut ffi::PyObject) -> Option<&'a VoidFields> {
    // SAFETY: the class was compared, so the object has these fields; the caller keeps it alive.
    unsafe {
        let is_void = ffi::PyObject_TypeCheck(object, numpy::get().void_type) != 0;
        is_void.then(|| &*object.cast::<VoidFields>())
    }
}

/// The scalar for a record, or null with a Python exception; takes over the reference to its header.
///
/// # Safety
/// The GIL is held; the record stands at `data`, in memory that the header keeps.
pub(crate) unsafe fn make_scalar(
    id: RecordId,
    is_writable: bool,
    header: *mut Header,
    data: *mut c_void,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; the header carries a reference for us, or leads to a Python object that the
    // caller of the function holds.
    unsafe {
        let object = (*header).object.cast::<ffi::PyObject>();
        let base = if object.is_null() {
            block::new(header)
        } else {
            if scalar_fields(object).is_some_and(|fields| fields.data == data && fits(fields.descr, id)) {
                ffi::Py_INCREF(object);
                memory::release(header);
                return object;
            }
            ffi::Py_INCREF(object);
            memory::release(header);
            object
        };
        if base.is_null() {
            return base;
        }
        // A scalar that is a view comes from an array without dimensions.
        let ty = ArrayType { dtype: DType::Record(id), ndim: 0, layout: Layout::C, is_writable };
        let none = std::ptr::null();
        let array = numpy::get().new_array(&ty, data, none, none, base);
        if array.is_null() {
            return array;
        }
        let index = ffi::PyTuple_New(0);
        let made = if index.is_null() { index } else { ffi::PyObject_GetItem(array, index) };
        ffi::Py_XDECREF(index);
        ffi::Py_DECREF(array);
        made
    }
}

/// `numpy.recarray`, if it is there.
pub(crate) fn recarray_class(py: Python<'_>) -> Option<*mut ffi::PyTypeObject> {
    static CLASS: Mutex<usize> = Mutex::new(0);
    let mut known = CLASS.lock();
    if *known == 0 {
        let modules = py.import("sys").ok()?.getattr("modules").ok()?.cast_into::<PyDict>().ok()?;
        let class = modules.get_item("numpy").ok()??.getattr("recarray").ok()?;
        // The reference is given up to the process.
        *known = class.into_ptr() as usize;
    }
    Some(*known as *mut ffi::PyTypeObject)
}
