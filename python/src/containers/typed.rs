//! Containers of compiled code as Python objects: what `upshift.typed` wraps.
//!
//! Such an object owns its container, which is passed as it is: nothing is converted in a call, and what compiled code
//! changes is changed. Its items are numbers, tuples of numbers and optional ones: an item that is an object of its
//! own, such as an array argument, would have to outlive the call that puts it in.

use std::ffi::c_void;
use std::sync::OnceLock;

use parking_lot::Mutex;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lower::header_positions;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::Type;

use super::codec::Codec;
use crate::encoding;

/// An instance of `upshift._upshift.Container`, or of a class derived from it.
#[repr(C)]
struct Container {
    head: ffi::PyObject,
    /// Null until its type is known.
    header: *mut Header,
    /// Position of its type among those known, plus 1.
    type_number: usize,
}

struct ContainerType(*mut ffi::PyTypeObject);

// SAFETY: the type lives as long as the process and is used under the GIL only.
unsafe impl Send for ContainerType {}
// SAFETY: as above.
unsafe impl Sync for ContainerType {}

static CONTAINER_TYPE: OnceLock<ContainerType> = OnceLock::new();

/// Types of such objects, each once.
static TYPES: Mutex<Vec<Type>> = Mutex::new(Vec::new());

/// Makes the type.
pub(crate) fn initialize_type(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let mut slots = [
        ffi::PyType_Slot { slot: ffi::Py_tp_dealloc, pfunc: dealloc as *mut c_void },
        ffi::PyType_Slot { slot: 0, pfunc: std::ptr::null_mut() },
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"upshift._upshift.Container".as_ptr(),
        basicsize: size_of::<Container>() as i32,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete and its slots end with a zero; the GIL is held.
    unsafe {
        let class = ffi::PyType_FromSpec(&raw mut spec);
        let class = Bound::from_owned_ptr_or_err(py, class)?;
        let _ = CONTAINER_TYPE.set(ContainerType(class.clone().into_ptr().cast()));
        Ok(class)
    }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: called once, with the GIL, by the last reference; the object owns a reference to its container, and as
    // an instance of a heap type one to its type.
    unsafe {
        let class = ffi::Py_TYPE(object);
        if let Some(header) = (*object.cast::<Container>()).header.as_mut() {
            header.object = std::ptr::null_mut();
            memory::release(header);
        }
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}

fn fields<'a>(object: &Bound<'a, PyAny>) -> Option<&'a mut Container> {
    let class = CONTAINER_TYPE.get()?.0;
    // SAFETY: the GIL is held; an instance of the class has these fields, which are plain data.
    unsafe { (ffi::PyObject_TypeCheck(object.as_ptr(), class) != 0).then(|| &mut *object.as_ptr().cast::<Container>()) }
}

/// The type of the container in an object; `None` if there is none.
pub(crate) fn type_of(object: &Bound<'_, PyAny>) -> Option<Type> {
    let number = fields(object)?.type_number;
    TYPES.lock().get(number.checked_sub(1)?).cloned()
}

/// The number that objects with a container of this type have, if this is one.
pub(crate) fn type_number(object: &Bound<'_, PyAny>) -> Option<usize> {
    fields(object).map(|fields| fields.type_number).filter(|&number| number > 0)
}

/// The container of an object with this number.
///
/// # Safety
/// The GIL is held and the object is an instance of a class derived from the type.
#[inline]
pub(crate) unsafe fn header_of(object: *mut ffi::PyObject, number: usize) -> Option<*mut Header> {
    // SAFETY: the caller's promise.
    unsafe {
        let container = &*object.cast::<Container>();
        (container.type_number == number).then_some(container.header)
    }
}

/// Gives an object without one an empty container of the type that prints as `code`.
#[pyfunction]
pub(crate) fn make_container(object: &Bound<'_, PyAny>, code: &str) -> PyResult<()> {
    let ty = encoding::parse(code)?;
    let items = match &ty {
        Type::List(item) | Type::Set(item) => Type::tuple(vec![(**item).clone()]),
        Type::Dict(entry) => Type::tuple(vec![entry.0.clone(), entry.1.clone()]),
        _ => return Err(PyTypeError::new_err(format!("{code} is not a container"))),
    };
    let codec = Codec::new(&ty).filter(|_| header_positions(&items).is_empty());
    let codec = codec.ok_or_else(|| {
        PyTypeError::new_err(format!("a typed container holds numbers and tuples of numbers, not what {code} does"))
    })?;
    let Some(fields) = fields(object) else { return Err(PyTypeError::new_err("it takes a typed container")) };
    if !fields.header.is_null() {
        return Err(PyValueError::new_err("the container has its type"));
    }
    let header = codec.new_header();
    if header.is_null() {
        return Err(pyo3::exceptions::PyMemoryError::new_err(()));
    }
    // SAFETY: fresh; the object lets go of the container before it is freed, so that no reference is needed.
    unsafe { (*header).object = object.as_ptr().cast() };
    let mut types = TYPES.lock();
    let known = types.iter().position(|known| *known == ty).unwrap_or_else(|| {
        types.push(ty);
        types.len() - 1
    });
    fields.header = header;
    fields.type_number = known + 1;
    Ok(())
}

/// The type of the container in an object as text; `None` if there is none yet.
#[pyfunction]
pub(crate) fn container_type(object: &Bound<'_, PyAny>) -> Option<String> {
    type_of(object).map(|ty| ty.to_string())
}
