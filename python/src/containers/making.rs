//! Containers to Python objects.

use std::ffi::c_int;

use pyo3::ffi;
use upshift_core::runtime::dict;
use upshift_core::runtime::memory::{self, Header};

use super::codec::{Codec, Element, Kind, MOST_SLOTS};
use super::typed::Wrapping;
use super::{collections, instances, python_sets};

impl Codec {
    /// The object of a container, or null with a Python exception; takes over a reference to it.
    ///
    /// # Safety
    /// The GIL is held; the header is that of a container of this type.
    #[inline(never)]
    pub(crate) unsafe fn make(&self, header: *mut Header) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise; the object of a live container is live.
        unsafe {
            let mut object = (*header).object.cast::<ffi::PyObject>();
            if object.is_null()
                && (*header).contents.is_shared()
                && let Some(wrapping) = Wrapping::new(&self.ty)
            {
                return wrapping.make(header);
            }
            if object.is_null() {
                object = self.new_object(header);
                if !object.is_null() {
                    // Found again if it comes a second time, and dropped with the container.
                    (*header).object = ffi::Py_NewRef(object).cast();
                }
            } else {
                ffi::Py_INCREF(object);
            }
            memory::release(header);
            object
        }
    }

    unsafe fn new_object(&self, header: *mut Header) -> *mut ffi::PyObject {
        // SAFETY: as for `make`.
        unsafe {
            match &self.kind {
                Kind::List(item) => new_list(item, header),
                Kind::Dict(_, key, value) => {
                    let made = ffi::PyDict_New();
                    if !made.is_null() && fill_dict(key, value, header, made, ffi::PyDict_SetItem) != 0 {
                        ffi::Py_DECREF(made);
                        return std::ptr::null_mut();
                    }
                    made
                }
                Kind::Deque(item, class) => collections::make_deque(item, class.as_ptr(), header),
                Kind::Collection(collection, _, key, value) => collection.make(key, value, header),
                Kind::Set(_, key) => python_sets::make(key, header),
                Kind::Instance(class, fields, _) => instances::make(class.as_ptr().cast(), fields, header),
            }
        }
    }
}

unsafe fn new_list(item: &Element, header: *mut Header) -> *mut ffi::PyObject {
    // SAFETY: as for `make`; the new list is filled before anyone sees it.
    unsafe {
        let count = (*header).length();
        let made = ffi::PyList_New(count as isize);
        if made.is_null() {
            return made;
        }
        for position in 0..count {
            let object = item.make((*header).item(position));
            if object.is_null() {
                ffi::Py_DECREF(made);
                return object;
            }
            ffi::PyList_SET_ITEM(made, position as isize, object);
        }
        made
    }
}

/// Adds the entries of a dict to a Python dict with `set`, which is a derived class's own; -1 with a Python exception.
///
/// # Safety
/// As for `make`.
pub(super) unsafe fn fill_dict(
    key: &Element,
    value: &Element,
    header: *mut Header,
    object: *mut ffi::PyObject,
    set: unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject, *mut ffi::PyObject) -> c_int,
) -> i32 {
    // SAFETY: the caller's promise; positions that `next` answers are those of entries.
    unsafe {
        let mut position = dict::next(header, 0);
        while position < (*header).fields.capacity {
            let entry = (*header).item(position as usize);
            let (key, value) = (key.make(entry), value.make(entry));
            let is_made = !key.is_null() && !value.is_null();
            let status = if is_made { set(object, key, value) } else { -1 };
            ffi::Py_XDECREF(key);
            ffi::Py_XDECREF(value);
            if status != 0 {
                return status;
            }
            position = dict::next(header, position + 1);
        }
        0
    }
}

impl Element {
    /// The object of the element at an address, or null with a Python exception.
    ///
    /// # Safety
    /// The GIL is held, and an element stands there.
    pub(super) unsafe fn make(&self, element: *const u8) -> *mut ffi::PyObject {
        let mut slots = [0; MOST_SLOTS];
        // SAFETY: the caller's promise; what is made takes over references, which are added here.
        unsafe {
            self.load(element, &mut slots);
            self.for_each_header(&slots, |header| memory::retain(header));
            let mut next = slots.as_ptr();
            self.boxing.make(&mut next)
        }
    }
}
