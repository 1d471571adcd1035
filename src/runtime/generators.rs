//! Generators as the runtime sees them: a record whose first slot says where the generator stands.
//!
//! Compiled code makes and runs them (`lower/generators.rs`). The rest is here: throwing an exception into one, and
//! closing one that goes while it stands at a `yield` inside of `try` or `with`, as CPython does. Such a generator's
//! block names the function that runs it; what runs it is the host's hook.

use std::sync::OnceLock;

use super::memory::Header;
use crate::lir::FunctionId;

/// Where a generator stands that has not begun.
pub const BEGINS: i64 = 0;
/// Where a generator stands that has ended.
pub const ENDED: i64 = -1;
/// Where a generator stands that runs.
pub const RUNS: i64 = -2;
/// Added to where it stands when an exception is thrown into it.
pub const THROWN: i64 = 1 << 32;

/// The slot of its item's first machine value.
pub const ITEM: usize = 1;

/// The address of a slot of a generator.
///
/// # Safety
/// The header is that of a generator with such a slot.
pub unsafe fn slot(generator: *mut Header, index: usize) -> *mut u64 {
    // SAFETY: the slots stand behind the header.
    unsafe { generator.add(1).cast::<u64>().add(index) }
}

/// Where a generator stands.
///
/// # Safety
/// As for `slot`.
pub unsafe fn state(generator: *mut Header) -> *mut i64 {
    // SAFETY: the caller's promise.
    unsafe { slot(generator, 0).cast() }
}

/// An exception in flight is to be thrown into a generator: true if it is to be resumed for that. One that has not begun
/// ends, and the exception goes on.
///
/// # Safety
/// As for `slot`.
pub unsafe extern "C" fn prepare_throw(generator: *mut Header) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let state = state(generator);
        match *state {
            BEGINS | ENDED => {
                *state = ENDED;
                false
            }
            RUNS => true,
            _ => {
                *state += THROWN;
                true
            }
        }
    }
}

static CLOSE: OnceLock<unsafe fn(*mut Header, FunctionId)> = OnceLock::new();

/// States how generators that go are closed.
pub fn set_close(close: unsafe fn(*mut Header, FunctionId)) {
    // A second call states the same.
    let _ = CLOSE.set(close);
}

/// Closes a record that goes if it is a generator that stands inside of `try` or `with`: its length names the function
/// that runs it, plus 1.
///
/// # Safety
/// As for `slot`.
pub unsafe fn close(generator: *mut Header) {
    // SAFETY: the caller's promise; nobody uses the length of a record otherwise.
    unsafe {
        let number = (*generator).fields.length;
        if number == 0 || *state(generator) <= BEGINS {
            return;
        }
        if let Some(close) = CLOSE.get() {
            close(generator, FunctionId((number - 1) as u32));
        }
        // Whatever it did, it is not run again.
        *state(generator) = ENDED;
    }
}
