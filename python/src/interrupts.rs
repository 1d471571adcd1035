//! Signals while compiled code runs: its loops ask (`upshift_core::runtime::ticker`), Python's handlers run, and what
//! they raise leaves the compiled code as its own exceptions do.
//!
//! ```text
//! loop: a tick --> check --> main thread? --> GIL --> PyErr_CheckSignals --> raised: in flight, answer true
//!                                                                                 |
//! references are dropped, frames recorded, handlers of the function tried <-------'
//! ```
//!
//! CPython runs handlers of signals in the main thread only, and so does this. With `nogil=True` the question takes
//! the GIL, which other threads may be long to give: then it is asked at every fourth tick only.

use std::cell::Cell;

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lir::FunctionId;
use upshift_core::runtime::{errors, ticker};

use crate::engine;

/// Ticks between two questions of code that has released the GIL.
const PATIENCE: u32 = 4;

thread_local! {
    /// Ticks since this thread last asked without the GIL.
    static TICKS: Cell<u32> = const { Cell::new(0) };
}

/// Called once, by the engine's start.
///
/// # Errors
/// What `threading` raises.
pub(crate) fn register(py: Python<'_>, is_synchronous: bool) -> PyResult<()> {
    ticker::install(check, watch, main_thread(py)?);
    if is_synchronous {
        ticker::attend_always();
    }
    Ok(())
}

/// The id of Python's main thread. To import `threading` for it would double the time of a program's first call: where
/// nobody has, this is the main thread, if it is the one that the process began with.
fn main_thread(py: Python<'_>) -> PyResult<usize> {
    #[cfg(target_os = "linux")]
    if !py.import("sys")?.getattr("modules")?.contains("threading")? {
        // SAFETY: these have no preconditions.
        unsafe {
            if libc::gettid() == libc::getpid() {
                return Ok(libc::pthread_self() as usize);
            }
        }
    }
    py.import("threading")?.call_method0("main_thread")?.getattr("ident")?.extract()
}

/// Called by loops, with or without the GIL, when none has run for a while.
extern "C" fn watch() {
    if let Some(engine) = engine::running() {
        engine.manager.watch();
    }
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
    errors::raise_from_python();
    true
}
