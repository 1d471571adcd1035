//! Python objects to containers.

use std::mem::MaybeUninit;

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::runtime::{dict, list, set};

use super::codec::{Codec, Element, Kind, MOST_ARRAYS, MOST_SLOTS};
use super::{collections, conversion, hashing, instances, python_sets};
use crate::guard::{Outcome, Target};

impl Codec {
    /// The class whose instances it converts.
    pub(crate) fn class(&self) -> *mut ffi::PyTypeObject {
        match self.kind {
            Kind::List(_) => &raw mut ffi::PyList_Type,
            Kind::Dict(..) => &raw mut ffi::PyDict_Type,
            Kind::Deque(_, ref class) => class.as_ptr().cast(),
            Kind::Collection(ref collection, ..) => collection.class(),
            Kind::Set(..) => &raw mut ffi::PySet_Type,
            Kind::Instance(ref class, ..) => class.as_ptr().cast(),
        }
    }

    /// A new empty container, or null when there is no memory.
    pub(super) fn new_header(&self) -> *mut Header {
        match &self.kind {
            Kind::List(_) | Kind::Deque(..) => list::new(self.contents, 0),
            Kind::Dict(shape, ..) | Kind::Collection(_, shape, ..) => dict::new(self.contents, *shape),
            Kind::Set(shape, _) => set::new(self.contents, *shape),
            Kind::Instance(_, _, size) => memory::allocate_contents(self.contents, *size as i64),
        }
    }

    /// The container that the object becomes in this call: a slot with its header, which the conversion holds.
    ///
    /// # Safety
    /// The GIL is held, a conversion has begun, and the object is an instance of the class.
    #[inline(never)]
    pub(crate) unsafe fn unbox(&self, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
        if let Some(known) = conversion::find(object) {
            // SAFETY: it was made by a codec; one object has one type unless it is empty.
            return unsafe {
                if (*known).contents != self.contents {
                    return Outcome::Differs;
                }
                target.push(known as u64);
                Outcome::Fits
            };
        }
        // SAFETY: the caller's promise.
        unsafe {
            let made = self.new_header();
            if made.is_null() {
                return no_memory();
            }
            ffi::Py_INCREF(object);
            (*made).object = object.cast();
            // Noted before it is filled: a list may hold itself, which its type excludes but its object may not.
            conversion::note(object, made, self);
            target.push(made as u64);
            let outcome = match &self.kind {
                Kind::List(item) => fill_list(item, object, made),
                Kind::Dict(_, key, value) => fill_dict(key, value, object, made),
                Kind::Deque(item, _) => collections::fill_deque(item, object, made),
                Kind::Collection(collection, _, key, value) => collection.fill(key, value, object, made),
                Kind::Set(_, key) => python_sets::fill(key, object, made),
                Kind::Instance(_, fields, _) => instances::fill(fields, object, made),
            };
            (*made).fields.is_changed = 0;
            outcome
        }
    }
}

#[cold]
pub(super) fn no_memory() -> Outcome {
    // SAFETY: guards run with the GIL.
    PyMemoryError::new_err(()).restore(unsafe { Python::assume_attached() });
    Outcome::Raised
}

unsafe fn fill_list(item: &Element, object: *mut ffi::PyObject, made: *mut Header) -> Outcome {
    // SAFETY: the object is a list, which nobody changes meanwhile; there is room for each item when it is written.
    unsafe {
        let count = ffi::PyList_GET_SIZE(object);
        if list::reserve(made, count as i64) != 0 {
            return no_memory();
        }
        let mut slots = [0; MOST_SLOTS];
        for position in 0..count {
            let outcome = item.unbox(ffi::PyList_GET_ITEM(object, position), &mut slots);
            if outcome != Outcome::Fits {
                return outcome;
            }
            item.store(&slots, (*made).item(position as usize));
            (*made).fields.length = position as i64 + 1;
        }
        Outcome::Fits
    }
}

/// Fills a new dict from an object whose class is `dict` or derives from it.
///
/// # Safety
/// As for `Codec::unbox`; nobody changes the object meanwhile.
pub(super) unsafe fn fill_dict(
    key: &Element,
    value: &Element,
    object: *mut ffi::PyObject,
    made: *mut Header,
) -> Outcome {
    // SAFETY: the caller's promise.
    unsafe {
        let mut position = 0;
        let (mut key_object, mut value_object) = (std::ptr::null_mut(), std::ptr::null_mut());
        while ffi::PyDict_Next(object, &raw mut position, &raw mut key_object, &raw mut value_object) != 0 {
            let outcome = add_entry(key, value, (key_object, value_object), made);
            if outcome != Outcome::Fits {
                return outcome;
            }
        }
        Outcome::Fits
    }
}

/// Adds an entry of these objects to a dict.
///
/// # Safety
/// As for `Codec::unbox`; the header is that of a dict of such entries.
pub(super) unsafe fn add_entry(
    key: &Element,
    value: &Element,
    (key_object, value_object): (*mut ffi::PyObject, *mut ffi::PyObject),
    made: *mut Header,
) -> Outcome {
    let (mut key_slots, mut value_slots) = ([0; MOST_SLOTS], [0; MOST_SLOTS]);
    // SAFETY: the caller's promise; `place` answers an entry with room for a value.
    unsafe {
        let outcome = key.unbox(key_object, &mut key_slots);
        if outcome != Outcome::Fits {
            return outcome;
        }
        let outcome = value.unbox(value_object, &mut value_slots);
        if outcome != Outcome::Fits {
            key.for_each_header(&key_slots, |header| memory::release(header));
            return outcome;
        }
        let hash = hashing::hash(&key.ty, &key_slots);
        key.add_compared_fields(&mut key_slots);
        let entry = dict::place(made, hash, key_slots.as_ptr());
        // The entry has references of its own.
        key.for_each_header(&key_slots, |header| memory::release(header));
        if entry.is_null() {
            value.for_each_header(&value_slots, |header| memory::release(header));
            return no_memory();
        }
        value.store(&value_slots, entry);
        Outcome::Fits
    }
}

impl Element {
    /// The object in slots, with a reference of its own to each header.
    ///
    /// # Safety
    /// As for `Codec::unbox`; there is a slot for each value.
    pub(super) unsafe fn unbox(&self, object: *mut ffi::PyObject, slots: &mut [u64; MOST_SLOTS]) -> Outcome {
        let mut headers = MaybeUninit::<[Header; MOST_ARRAYS]>::uninit();
        let first: *mut Header = headers.as_mut_ptr().cast();
        let mut target = Target { slots: slots.as_mut_ptr(), headers: first };
        // SAFETY: both buffers are as large as the codec's construction compared.
        let outcome = unsafe { self.guard.unbox_nested(object, &mut target) };
        if outcome != Outcome::Fits {
            return outcome;
        }
        let end = first.wrapping_add(MOST_ARRAYS);
        for (index, &position) in self.headers.iter().enumerate() {
            let header = slots[position] as *mut Header;
            // SAFETY: headers in slots are those of containers, which are live, or of this buffer.
            unsafe {
                if (first..end).contains(&header) {
                    let kept = memory::allocate(0);
                    if kept.is_null() {
                        self.headers[..index]
                            .iter()
                            .for_each(|&earlier| memory::release(slots[earlier] as *mut Header));
                        return no_memory();
                    }
                    (*kept).object = (*header).object;
                    if self.has_text {
                        (*kept).fields = (*header).fields;
                    }
                    ffi::Py_INCREF((*kept).object.cast());
                    slots[position] = kept as u64;
                } else {
                    memory::retain(header);
                }
            }
        }
        outcome
    }
}
