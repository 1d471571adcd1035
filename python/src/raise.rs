//! Exceptions of compiled code: the record that it left becomes a Python exception whose traceback shows the
//! user's file and line for every compiled frame.

use std::ffi::{CString, c_char, c_int};

use pyo3::exceptions::{PyRuntimeError, PySystemError};
use pyo3::prelude::*;
use upshift_core::lir::FunctionId;
use upshift_core::runtime::errors::{self, Frame, Raised};

use crate::{interrupts, registry};

unsafe extern "C" {
    /// Adds a made-up frame to the traceback of the exception that is set. Exported by CPython since 3.3 for
    /// extension modules that have frames of their own.
    fn _PyTraceback_Add(function: *const c_char, filename: *const c_char, line: c_int);
}

/// Sets the Python exception for a status other than 0.
#[cold]
pub(crate) fn raise() {
    // SAFETY: compiled code was called with the GIL, which is held again.
    let py = unsafe { Python::assume_attached() };
    match errors::take() {
        Some(raised) => set(py, &raised),
        None if PyErr::occurred(py) => {}
        None => PySystemError::new_err("compiled code failed without saying why").restore(py),
    }
}

fn set(py: Python<'_>, raised: &Raised) {
    if raised.site == errors::OUTSIDE {
        return set_outside(py, raised);
    }
    let info = registry::function_info(raised.function);
    let Some(site) = info.as_ref().and_then(|info| info.sites.get(raised.site)) else {
        PySystemError::new_err("compiled code raised at an unknown place").restore(py);
        return;
    };
    let class = py.import("builtins").and_then(|builtins| builtins.getattr(site.exception.as_str()));
    let class = class.unwrap_or_else(|_| py.get_type::<PyRuntimeError>().into_any());
    let instance = match &site.message {
        Some(template) => class.call1((fill(template, raised),)),
        None => class.call0(),
    };
    match instance {
        Ok(instance) => PyErr::from_value(instance).restore(py),
        Err(error) => error.restore(py),
    }
    let has_frame = add_frame(raised.function, site.line, false);
    if !add_frames(&raised.frames) && !has_frame {
        add_frame(raised.function, site.line, true);
    }
}

/// What a signal's handler raised, with the frames that it left.
fn set_outside(py: Python<'_>, raised: &Raised) {
    let Some(error) = interrupts::take() else {
        return PySystemError::new_err("compiled code raised what nobody has").restore(py);
    };
    error.restore(py);
    if !add_frames(&raised.frames)
        && let Some(frame) = raised.frames.first()
    {
        add_frame(frame.function, frame.line, true);
    }
}

/// Adds the frames of callers; whether there was one to show.
fn add_frames(frames: &[Frame]) -> bool {
    frames.iter().fold(false, |has_frame, frame| add_frame(frame.function, frame.line, false) | has_frame)
}

/// Puts the numbers into the message.
fn fill(template: &str, raised: &Raised) -> String {
    let numbers = raised.numbers.iter().chain(&raised.more_numbers).enumerate();
    numbers
        .fold(template.to_owned(), |text, (index, number)| text.replace(&format!("{{{index}}}"), &number.to_string()))
}

/// Adds a frame; frames of upshift's library only when there is nothing else to show.
fn add_frame(function: FunctionId, line: u32, shows_library: bool) -> bool {
    let Some(info) = registry::function_info(function) else { return false };
    if info.is_library && !shows_library {
        return false;
    }
    let text = |text: &str| CString::new(text).unwrap_or_default();
    let (name, filename) = (text(&info.name), text(&info.filename));
    // SAFETY: the GIL is held, an exception is set, and both strings end with a zero.
    unsafe { _PyTraceback_Add(name.as_ptr(), filename.as_ptr(), line as c_int) };
    true
}
