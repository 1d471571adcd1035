//! The containers that the arguments of one call became.
//!
//! Guards find the conversion in a thread-local slot, so that calls without containers know nothing of it. Unboxing
//! runs no Python code, so there is one at a time.

use std::cell::RefCell;
use std::ffi::c_void;
use std::rc::Rc;

use parking_lot::Mutex;
use pyo3::ffi;
use rustc_hash::FxHashMap;
use upshift_core::runtime::memory::{self, Header};

use super::codec::Codec;
use super::write_back;
use crate::keeping::Kept;

/// What a call's arguments became.
#[derive(Default)]
pub(crate) struct Conversion {
    made: Vec<Made>,
    /// Positions in `made` by the address of the object.
    by_object: FxHashMap<usize, usize>,
    /// What generators and closures among the arguments keep.
    linked: Vec<Rc<Kept>>,
}

struct Made {
    header: *mut Header,
    /// Null for what is nothing to write back: a buffer.
    codec: *const Codec,
}

thread_local! {
    static CURRENT: RefCell<Conversion> = RefCell::default();
}

/// What was to be dropped without the GIL.
static DROPPED: Mutex<Vec<Dropped>> = Mutex::new(Vec::new());

/// What a block gave up.
pub(crate) enum Dropped {
    /// A reference.
    Object(*mut ffi::PyObject),
    /// A buffer.
    Buffer(Box<ffi::Py_buffer>),
}

// SAFETY: the object is only touched again with the GIL.
unsafe impl Send for Dropped {}

impl Dropped {
    /// Drops it.
    ///
    /// # Safety
    /// The GIL is held.
    unsafe fn drop_now(self) {
        // SAFETY: the caller's promise; what was given up is dropped once.
        unsafe {
            match self {
                Dropped::Object(object) => ffi::Py_DECREF(object),
                Dropped::Buffer(mut view) => ffi::PyBuffer_Release(&raw mut *view),
            }
        }
    }
}

/// States how blocks drop their references to Python objects.
pub(crate) fn initialize() {
    memory::set_release_object(release_object);
}

/// Runs when the GIL is held next, which it may be: what a block gives up.
pub(crate) fn drop_later(dropped: Dropped) {
    // SAFETY: asking takes no GIL.
    if unsafe { ffi::PyGILState_Check() } == 0 {
        DROPPED.lock().push(dropped);
    } else {
        // SAFETY: the GIL is held.
        unsafe { dropped.drop_now() };
    }
}

unsafe fn release_object(object: *mut c_void) {
    // The block owned a reference; without the GIL it waits for the next call that has it.
    drop_later(Dropped::Object(object.cast()));
}

impl Conversion {
    /// Begins the conversion of a call's arguments.
    pub(crate) fn begin() {
        let dropped = std::mem::take(&mut *DROPPED.lock());
        // SAFETY: the GIL is held.
        dropped.into_iter().for_each(|dropped| unsafe { dropped.drop_now() });
        CURRENT.with_borrow_mut(|current| debug_assert!(current.made.is_empty()));
    }

    /// Ends it: what the arguments became.
    pub(crate) fn end() -> Conversion {
        CURRENT.with_borrow_mut(std::mem::take)
    }

    /// True if there is nothing to write back.
    pub(crate) fn is_empty(&self) -> bool {
        self.made.is_empty() && self.linked.iter().all(|kept| !kept.has_containers())
    }

    /// Puts this conversion in the place of the one that is under way, and answers that.
    pub(super) fn exchange(self) -> Conversion {
        CURRENT.replace(self)
    }

    /// Writes what was changed back to the objects; -1 with a Python exception.
    ///
    /// # Safety
    /// The GIL is held.
    pub(crate) unsafe fn write_back(&self) -> i32 {
        for kept in &self.linked {
            // SAFETY: the caller's promise.
            if unsafe { kept.write_back() } != 0 {
                return -1;
            }
        }
        for made in &self.made {
            // SAFETY: the conversion holds a reference to each container; codecs belong to the caller's plan.
            unsafe {
                let Some(codec) = made.codec.as_ref() else { continue };
                let is_changed = std::mem::take(&mut (*made.header).fields.is_changed) != 0;
                if is_changed && write_back::write_back(codec, made.header) != 0 {
                    return -1;
                }
            }
        }
        0
    }
}

impl Drop for Conversion {
    fn drop(&mut self) {
        for made in self.made.drain(..) {
            // SAFETY: the conversion owns a reference to each.
            unsafe { memory::release(made.header) };
        }
    }
}

/// Has the conversion that is under way write back what an argument keeps.
pub(crate) fn link(kept: &Rc<Kept>) {
    CURRENT.with_borrow_mut(|current| {
        if !current.linked.iter().any(|known| Rc::ptr_eq(known, kept)) {
            current.linked.push(kept.clone());
        }
    });
}

/// The container that the object became in this call, if it did already.
pub(crate) fn find(object: *mut ffi::PyObject) -> Option<*mut Header> {
    CURRENT.with_borrow(|current| current.by_object.get(&(object as usize)).map(|&index| current.made[index].header))
}

/// Notes what an object became; the conversion takes over a reference to the container.
pub(crate) fn note(object: *mut ffi::PyObject, header: *mut Header, codec: *const Codec) {
    CURRENT.with_borrow_mut(|current| {
        current.by_object.insert(object as usize, current.made.len());
        current.made.push(Made { header, codec });
    });
}
