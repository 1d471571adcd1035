//! Rust code that CPython calls by itself, through a type's slots and pending calls, or that compiled code calls.

use pyo3::ffi;
use pyo3::prelude::*;

/// Runs `work` with pyo3 knowing that the thread is attached to the interpreter. A thread that it does not know to be
/// attached drops its owned references (`Py`, `PyErr`) into a list, which is emptied the next time that pyo3
/// attaches, maybe never.
///
/// # Safety
/// The GIL is held.
pub(crate) unsafe fn attached<R>(work: impl FnOnce(Python<'_>) -> R) -> R {
    let mut work = Some(work);
    let mut run = |py: Python<'_>| work.take().map(|work| work(py));
    let done = Python::try_attach(&mut run).flatten();
    // While the interpreter ends pyo3 refuses to attach, and what is put off does not matter any more.
    // SAFETY: the caller's promise.
    done.or_else(|| run(unsafe { Python::assume_attached() })).expect("the work is done once")
}

/// Runs `work` with the GIL, which compiled code that asks for it may hold or have released: pyo3 does not know of
/// what a call released, so its own `attach` would not take it again.
pub(crate) fn with_gil<R>(work: impl FnOnce(Python<'_>) -> R) -> R {
    // SAFETY: the thread's state is given back as it was; between the two the GIL is held.
    unsafe {
        let state = ffi::PyGILState_Ensure();
        let result = attached(work);
        ffi::PyGILState_Release(state);
        result
    }
}
