//! Signals while compiled code runs: its loops ask (`upshift_core::runtime::ticker`), Python's handlers run, and what
//! they raise leaves the compiled code as its own exceptions do.
//!
//! ```text
//! loop: a tick --> check --> main thread? --> GIL --> PyErr_CheckSignals --> raised: keep it, answer true
//!                                                                                 |
//! references are dropped, frames recorded <--------------------------------------'
//! raise.rs: the exception is set, with those frames
//! ```
//!
//! The exception is kept here meanwhile, since code on the way out expects none to be set. CPython runs handlers in
//! the main thread only, and so does this. With `nogil=True` the question takes the GIL, which other threads may be
//! long to give: then it is asked at every fourth tick only.

use std::cell::{Cell, RefCell};

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lir::FunctionId;
use upshift_core::runtime::{errors, ticker};

use crate::engine;

/// Ticks between two questions of code that has released the GIL.
const PATIENCE: u32 = 4;

thread_local! {
    /// What a handler raised, until compiled code is left.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
    /// Ticks since this thread last asked without the GIL.
    static TICKS: Cell<u32> = const { Cell::new(0) };
}

/// Called once, by the engine's start.
///
/// # Errors
/// What `threading` raises.
pub(crate) fn register(py: Python<'_>) -> PyResult<()> {
    let main_thread = py.import("threading")?.call_method0("main_thread")?.getattr("ident")?.extract::<usize>()?;
    ticker::install(check, main_thread);
    Ok(())
}

/// The exception of a handler, given up by compiled code that has been left.
pub(crate) fn take() -> Option<PyErr> {
    RAISED.with_borrow_mut(Option::take)
}

/// Called by compiled code, with or without the GIL.
extern "C" fn check(function: i64) -> bool {
    if let (Some(engine), Ok(id)) = (engine::running().filter(|engine| engine.is_synchronous), u32::try_from(function))
    {
        engine.manager.poll(FunctionId(id));
    }
    if !ticker::is_main_thread() {
        return false;
    }
    // SAFETY: the thread has a state, with which it called compiled code; the GIL is taken if it was released, and
    // released again.
    unsafe {
        if ffi::PyGILState_Check() != 0 {
            return run_handlers();
        }
        let ticks = TICKS.get() + 1;
        TICKS.set(ticks % PATIENCE);
        if ticks < PATIENCE {
            return false;
        }
        let state = ffi::PyGILState_Ensure();
        let has_raised = run_handlers();
        ffi::PyGILState_Release(state);
        has_raised
    }
}

/// # Safety
/// The GIL is held.
unsafe fn run_handlers() -> bool {
    // SAFETY: the caller's promise.
    if unsafe { ffi::PyErr_CheckSignals() } == 0 {
        return false;
    }
    // SAFETY: the caller's promise.
    let error = PyErr::fetch(unsafe { Python::assume_attached() });
    RAISED.with_borrow_mut(|raised| *raised = Some(error));
    errors::raise_outside();
    true
}
