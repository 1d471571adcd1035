//! What the shared library does when the process ends: nothing.
//!
//! LLVM's globals (options, registries of passes and targets) have destructors, which `exit` runs on the thread that
//! ends the process. A compilation that is still under way on another thread would lose the ground under its feet;
//! waiting for it would let a process take seconds to end. So the destructors are not registered: `build.rs` has the
//! linker send the library's calls of `__cxa_atexit` here. The system takes the memory back, which is all that they do
//! for a process that ends.
//!
//! Rejected: `_exit`, which skips what other libraries do at exit; stopping the thread with a signal, which could leave
//! the allocator locked.

use std::ffi::{c_int, c_void};

/// Stands for `__cxa_atexit` in this library: claims to have registered the destructor.
#[unsafe(no_mangle)]
extern "C" fn __wrap___cxa_atexit(_: extern "C" fn(*mut c_void), _: *mut c_void, _: *mut c_void) -> c_int {
    0
}
