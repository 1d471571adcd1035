//! What a jitted function keeps alive because its compiled code refers to it: functions that it calls, arrays and
//! containers that it reads.

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::memory::Header;
use upshift_core::typing::{FunctionKey, Type};

use crate::containers::constants;

/// Objects, the headers of arrays, and containers.
pub(crate) struct Kept {
    /// Whose code refers to them. It does not keep itself.
    owner: FunctionKey,
    objects: Vec<Py<PyAny>>,
    headers: Vec<ArrayHeader>,
    containers: Vec<constants::Constant>,
}

/// A header that compiled code addresses; it stands for an array among the objects.
struct ArrayHeader(*mut Header);

// SAFETY: the header belongs to this value alone; code that addresses it is gone when it is dropped.
unsafe impl Send for ArrayHeader {}

impl Kept {
    /// Nothing so far.
    pub(crate) fn new(owner: FunctionKey) -> Kept {
        Kept { owner, objects: Vec::new(), headers: Vec::new(), containers: Vec::new() }
    }

    /// Keeps a jitted function, by its key.
    pub(crate) fn keep_function(&mut self, function: &Bound<'_, PyAny>, key: FunctionKey) {
        if key != self.owner {
            self.keep_object(function);
        }
    }

    /// Keeps an object that compiled code depends on; its address.
    pub(crate) fn keep_object(&mut self, object: &Bound<'_, PyAny>) -> usize {
        if !self.objects.iter().any(|known| known.is(object)) {
            self.objects.push(object.clone().unbind());
        }
        object.as_ptr() as usize
    }

    /// Keeps an array; the address of its header.
    pub(crate) fn keep_array(&mut self, array: &Bound<'_, PyAny>) -> usize {
        let header = Box::into_raw(Header::of_object(array.as_ptr().cast()));
        self.objects.push(array.clone().unbind());
        self.headers.push(ArrayHeader(header));
        header as usize
    }

    /// Keeps a list, dict or set of this type, converted: its address. `None` if it has no form in compiled code.
    pub(crate) fn keep_container(&mut self, object: &Bound<'_, PyAny>, ty: &Type) -> Option<usize> {
        let constant = constants::Constant::new(object, ty)?;
        let address = constant.address();
        self.containers.push(constant);
        Some(address)
    }

    /// Adds what another one of the same owner keeps.
    pub(crate) fn append(&mut self, other: Kept) {
        debug_assert_eq!(self.owner, other.owner);
        for object in other.objects {
            if !self.objects.iter().any(|known| known.is(&object)) {
                self.objects.push(object);
            }
        }
        self.headers.extend(other.headers);
        self.containers.extend(other.containers);
    }

    /// Takes the objects out, to break a cycle of garbage.
    pub(crate) fn take_objects(&mut self) -> Vec<Py<PyAny>> {
        std::mem::take(&mut self.objects)
    }

    /// Calls `visit` on each object.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        self.objects.iter().for_each(|object| visit(object.as_ptr()));
    }
}

impl Drop for ArrayHeader {
    fn drop(&mut self) {
        // SAFETY: made by `keep_array`; the owner's code, and with it all that addresses the header, is not called
        // any more.
        drop(unsafe { Box::from_raw(self.0) });
    }
}
