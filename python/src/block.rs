//! The Python object that keeps the memory of an array alive after compiled code handed it over.

use std::ffi::c_void;
use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::memory::{self, Header};

#[repr(C)]
struct Block {
    head: ffi::PyObject,
    header: *mut Header,
}

struct BlockType(*mut ffi::PyTypeObject);

// SAFETY: the type lives as long as the process and is used under the GIL only.
unsafe impl Send for BlockType {}
// SAFETY: as above.
unsafe impl Sync for BlockType {}

static BLOCK_TYPE: OnceLock<BlockType> = OnceLock::new();

/// Makes the type.
pub(crate) fn initialize(py: Python<'_>) -> PyResult<()> {
    let mut slots = [
        ffi::PyType_Slot { slot: ffi::Py_tp_dealloc, pfunc: dealloc as *mut c_void },
        ffi::PyType_Slot { slot: 0, pfunc: std::ptr::null_mut() },
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"upshift._upshift.Block".as_ptr(),
        basicsize: size_of::<Block>() as i32,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete and its slots end with a zero; the GIL is held.
    let class = unsafe { ffi::PyType_FromSpec(&raw mut spec) };
    if class.is_null() {
        return Err(PyErr::fetch(py));
    }
    let _ = BLOCK_TYPE.set(BlockType(class.cast()));
    Ok(())
}

/// An object that owns one reference to `header`, or null with a Python exception; then the reference is dropped.
///
/// # Safety
/// The GIL is held and the caller owns the reference.
pub(crate) unsafe fn new(header: *mut Header) -> *mut ffi::PyObject {
    let class = BLOCK_TYPE.get().expect("the module's initialization has made the type").0;
    // SAFETY: the type is ready; the field is written before anyone sees the object.
    unsafe {
        let object = ffi::PyType_GenericAlloc(class, 0);
        if object.is_null() {
            memory::release(header);
        } else {
            (*object.cast::<Block>()).header = header;
        }
        object
    }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: called once, with the GIL, by the last reference; the object owns a reference to the header and, as
    // an instance of a heap type, one to its type.
    unsafe {
        let class = ffi::Py_TYPE(object);
        memory::release((*object.cast::<Block>()).header);
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}
