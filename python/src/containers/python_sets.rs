//! The tables of CPython's sets: copied place by place, because the order of iteration shows them.
//!
//! `Objects/setobject.h` of CPython 3.11 to 3.13. An entry without a key was never used; one whose key is the dummy
//! is gone. Small tables lie in the object.

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::runtime::set::{self, GONE, KEY_OFFSET, LEAST_PLACE, NO_KEY, UNUSED};

use super::codec::{Element, MOST_SLOTS};
use super::hashing;
use crate::guard::Outcome;

const SMALL_TABLE: usize = 8;

#[repr(C)]
struct SetObject {
    head: ffi::PyObject,
    fill: ffi::Py_ssize_t,
    used: ffi::Py_ssize_t,
    mask: ffi::Py_ssize_t,
    table: *mut Entry,
    hash: ffi::Py_hash_t,
    finger: ffi::Py_ssize_t,
    small_table: [Entry; SMALL_TABLE],
    weak_references: *mut ffi::PyObject,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    key: *mut ffi::PyObject,
    hash: ffi::Py_hash_t,
}

unsafe extern "C" {
    /// What stands for a key that is gone.
    static _PySet_Dummy: *mut ffi::PyObject;
}

/// Fills a set of compiled code from a Python set.
///
/// # Safety
/// The GIL is held; the object is a set, the header that of an empty set with keys of this type.
pub(super) unsafe fn fill(key: &Element, object: *mut ffi::PyObject, made: *mut Header) -> Outcome {
    // SAFETY: the caller's promise; the table has a place for each index up to the mask.
    unsafe {
        let source = &*object.cast::<SetObject>();
        let places = source.mask as usize + 1;
        let used_words = KEY_OFFSET / 8 + key.row_length();
        let words = used_words.max(LEAST_PLACE / 8);
        let mut table = vec![0; places * words];
        let mut slots = [0; MOST_SLOTS];
        for index in 0..places {
            let entry = *source.table.add(index);
            let row = &mut table[index * words..][..words];
            if entry.key.is_null() || entry.key == _PySet_Dummy {
                row[0] = NO_KEY as u64;
                row[1] = if entry.key.is_null() { UNUSED } else { GONE };
                continue;
            }
            let outcome = key.unbox(entry.key, &mut slots);
            if outcome != Outcome::Fits {
                return outcome;
            }
            key.add_compared_fields(&mut slots);
            key.for_each_compared_header(&slots, |header| memory::retain(header));
            row[0] = hashing::hash(&key.ty, &slots) as u64;
            row[1..used_words].copy_from_slice(&slots[..used_words - 1]);
        }
        let (fill, finger) = (source.fill as usize, source.finger as usize);
        if set::take_table(made, &table, places, fill, finger) != 0 {
            return super::unboxing::no_memory();
        }
        Outcome::Fits
    }
}

/// A Python set with the table of a set, or null with a Python exception.
///
/// # Safety
/// The GIL is held; the header is that of a set with keys of this type.
pub(super) unsafe fn make(key: &Element, header: *mut Header) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; the new set is filled before anyone sees it.
    unsafe {
        let made = ffi::PySet_New(std::ptr::null_mut());
        if !made.is_null() && write_back(key, header, made) != 0 {
            ffi::Py_DECREF(made);
            return std::ptr::null_mut();
        }
        made
    }
}

/// Gives a Python set the table of a set; -1 with a Python exception.
///
/// # Safety
/// As for `make`.
pub(super) unsafe fn write_back(key: &Element, header: *mut Header, object: *mut ffi::PyObject) -> i32 {
    // SAFETY: the caller's promise. The old keys are dropped by `PySet_Clear`, behind which the small table is empty
    // and in use; keys are made before the table changes, because making them may fail.
    unsafe {
        let places = (*header).fields.capacity as usize;
        let mut table = Vec::with_capacity(places);
        for index in 0..places {
            let place = (*header).item(index).cast::<u64>();
            let hash = *place as i64;
            let entry = match *place.add(1) {
                _ if hash != NO_KEY => Entry { key: key.make(place.cast()), hash: hash as ffi::Py_hash_t },
                GONE => Entry { key: ffi::Py_NewRef(_PySet_Dummy), hash: -1 },
                _ => Entry { key: std::ptr::null_mut(), hash: 0 },
            };
            if entry.key.is_null() && hash != NO_KEY {
                table.iter().for_each(|entry: &Entry| ffi::Py_XDECREF(entry.key));
                return -1;
            }
            table.push(entry);
        }
        if ffi::PySet_Clear(object) != 0 {
            table.iter().for_each(|entry| ffi::Py_XDECREF(entry.key));
            return -1;
        }
        install(object.cast(), &table, header)
    }
}

unsafe fn install(target: *mut SetObject, table: &[Entry], header: *mut Header) -> i32 {
    // SAFETY: the set was just cleared: its small table is in use and empty. Dummies are not counted by CPython.
    unsafe {
        let mut place = (&raw mut (*target).small_table).cast::<Entry>();
        if table.len() > SMALL_TABLE {
            place = ffi::PyMem_Malloc(size_of_val(table)).cast();
            if place.is_null() {
                table.iter().for_each(|entry| ffi::Py_XDECREF(entry.key));
                PyMemoryError::new_err(()).restore(Python::assume_attached());
                return -1;
            }
        }
        for (index, entry) in table.iter().enumerate() {
            if entry.key == _PySet_Dummy {
                ffi::Py_DECREF(entry.key);
            }
            place.add(index).write(*entry);
        }
        let (fill, finger) = set::counts(header);
        (*target).table = place;
        (*target).mask = table.len() as isize - 1;
        (*target).fill = fill as isize;
        (*target).used = (*header).length() as isize;
        (*target).finger = finger as isize;
        0
    }
}
