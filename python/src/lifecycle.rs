//! What happens to the compiler's threads when the process forks or ends.
//!
//! Registered from here and not from a module of the package, whose import would take longer than a compilation.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{engine, settings, trace};

/// How long the end of the process waits for a compilation: most take less, and none is needed any more.
const PATIENCE: Duration = Duration::from_millis(20);

/// What has been registered: neither hook must be there twice. Relaxed: written under the GIL.
static HAS_FORK_HOOKS: AtomicBool = AtomicBool::new(false);
static HAS_EXIT_HOOK: AtomicBool = AtomicBool::new(false);

/// Called by the engine's start, until it succeeds.
///
/// # Errors
/// What `os` and `atexit` raise.
pub(crate) fn register(py: Python<'_>) -> PyResult<()> {
    if !HAS_FORK_HOOKS.load(Relaxed) {
        let hooks = PyDict::new(py);
        hooks.set_item("before", wrap_pyfunction!(before_fork, py)?)?;
        hooks.set_item("after_in_parent", wrap_pyfunction!(after_fork_in_parent, py)?)?;
        hooks.set_item("after_in_child", wrap_pyfunction!(after_fork_in_child, py)?)?;
        py.import("os")?.getattr("register_at_fork")?.call((), Some(&hooks))?;
        HAS_FORK_HOOKS.store(true, Relaxed);
    }
    if !HAS_EXIT_HOOK.load(Relaxed) {
        py.import("atexit")?.call_method1("register", (wrap_pyfunction!(at_exit, py)?,))?;
        HAS_EXIT_HOOK.store(true, Relaxed);
    }
    Ok(())
}

/// Refuses to be imported by any interpreter of the process but its first.
///
/// # Errors
/// `ImportError`: compiled code, types and settings are the process's own, and objects must not pass between
/// interpreters.
pub(crate) fn check_interpreter(_: Python<'_>) -> PyResult<()> {
    // SAFETY: the thread is attached to an interpreter.
    if unsafe { ffi::PyInterpreterState_Get() != ffi::PyInterpreterState_Main() } {
        return Err(PyImportError::new_err("upshift does not support subinterpreters; import it in the main one"));
    }
    Ok(())
}

#[pyfunction]
fn before_fork(py: Python<'_>) {
    engine::before_fork(py);
}

#[pyfunction]
fn after_fork_in_parent() {
    engine::after_fork(false);
}

#[pyfunction]
fn after_fork_in_child() {
    engine::after_fork(true);
}

/// Reports if that is asked for, and ends the engine's threads.
#[pyfunction]
fn at_exit(py: Python<'_>) -> PyResult<()> {
    let reported = print_report(py);
    if let Some(engine) = engine::running() {
        py.detach(|| engine.manager.shutdown(PATIENCE));
        if let Some(observers) = &engine.observers {
            observers.finish();
        }
    }
    trace::finish();
    reported
}

fn print_report(py: Python<'_>) -> PyResult<()> {
    if settings::are_defaults(py)? || !py.import("upshift.config")?.getattr("UPSHIFT_STATS")?.is_truthy()? {
        return Ok(());
    }
    py.import("upshift.tiering")?.call_method0("print_report")?;
    Ok(())
}
