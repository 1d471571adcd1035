//! The pointers that calls go through: the one place where running code meets code that is published meanwhile.
//!
//! A pointer is stored with Release after the tier has written the code and made it executable, and loaded with Acquire
//! by dispatchers and compiled code: whoever sees the pointer sees the code.

use std::ffi::c_void;

use crate::sync::{AtomicPtr, Ordering};

/// Where calls to a function go. Both are null until the function is published. Read with acquire order.
#[repr(C, align(64))]
#[derive(Debug, Default)]
pub struct EntryCell {
    /// For the dispatcher: `extern "C" fn(*mut u64) -> i32`.
    pub entry: AtomicPtr<c_void>,
    /// For compiled callers: the function with its own signature.
    pub body: AtomicPtr<c_void>,
}

impl EntryCell {
    /// Moves compiled callers to the code at this address, which is complete.
    pub(crate) fn publish_body(&self, address: usize) {
        self.body.store(address as *mut c_void, Ordering::Release);
    }

    /// Moves dispatchers to the code at this address. At a first publication the bodies of the batch come before.
    pub(crate) fn publish_entry(&self, address: usize) {
        self.entry.store(address as *mut c_void, Ordering::Release);
    }
}
