//! Changed containers to the objects they came from.
//!
//! The object keeps its identity, and so do items of a list that are what they were: an object stays where it stands
//! if it would unbox to what the container has there.

use pyo3::ffi;
use upshift_core::runtime::memory::Header;

use super::codec::{Codec, Element, Kind, MOST_SLOTS};
use super::{collections, instances, making, python_sets};
use crate::guard::{Outcome, Target};

/// Makes the object of a container hold what the container holds; -1 with a Python exception.
///
/// # Safety
/// The GIL is held; the header is that of a container of the codec's type, which stands for an object.
pub(super) unsafe fn write_back(codec: &Codec, header: *mut Header) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let object = (*header).object.cast::<ffi::PyObject>();
        if object.is_null() {
            // A typed container has it now.
            return 0;
        }
        match &codec.kind {
            Kind::List(item) => write_list(item, header, object),
            Kind::Dict(_, key, value) => {
                ffi::PyDict_Clear(object);
                making::fill_dict(key, value, header, object, ffi::PyDict_SetItem)
            }
            Kind::Deque(item, _) => collections::write_deque(item, header, object),
            Kind::Collection(collection, _, key, value) => collection.write_back(key, value, header, object),
            Kind::Set(_, key) => python_sets::write_back(key, header, object),
            Kind::Instance(_, fields, _) => instances::write_back(fields, header, object),
        }
    }
}

unsafe fn write_list(item: &Element, header: *mut Header, object: *mut ffi::PyObject) -> i32 {
    // SAFETY: as for `write_back`; dropping old items may run code that changes the list, whose size is asked anew.
    unsafe {
        let count = (*header).length() as isize;
        for position in 0..count {
            let element = (*header).item(position as usize);
            let size = ffi::PyList_GET_SIZE(object);
            if position < size && is_kept(item, ffi::PyList_GET_ITEM(object, position), element) {
                continue;
            }
            let made = item.make(element);
            if made.is_null() {
                return -1;
            }
            if position < ffi::PyList_GET_SIZE(object) {
                // Takes over the reference.
                if ffi::PyList_SetItem(object, position, made) != 0 {
                    return -1;
                }
            } else {
                let status = ffi::PyList_Append(object, made);
                ffi::Py_DECREF(made);
                if status != 0 {
                    return status;
                }
            }
        }
        if ffi::PyList_GET_SIZE(object) > count {
            return ffi::PyList_SetSlice(object, count, ffi::PyList_GET_SIZE(object), std::ptr::null_mut());
        }
        0
    }
}

/// True if the object is what the element is, bit for bit. Elements that hold blocks are made anew: they find their
/// objects themselves.
pub(super) unsafe fn is_kept(item: &Element, object: *mut ffi::PyObject, element: *const u8) -> bool {
    if !item.headers.is_empty() {
        return false;
    }
    let (mut own, mut other) = ([0; MOST_SLOTS], [0; MOST_SLOTS]);
    let mut target = Target { slots: own.as_mut_ptr(), headers: std::ptr::null_mut() };
    // SAFETY: the object is live, an element stands at the address, and elements without headers need none.
    unsafe {
        if item.guard.unbox_nested(object, &mut target) != Outcome::Fits {
            ffi::PyErr_Clear();
            return false;
        }
        item.load(element, &mut other);
    }
    own[..item.slot_count()] == other[..item.slot_count()]
}
