//! Exceptions of compiled code: the record that it left becomes a Python exception whose traceback shows the
//! user's file and line for every compiled frame.

use std::ffi::{CString, c_char, c_int, c_void};

use pyo3::exceptions::PySystemError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use upshift_core::lir::{Site, SiteArgument};
use upshift_core::runtime::errors::{self, Exception, Frame, HeldText, Line, Origin, Raised};
use upshift_core::typing::{DType, Type};

use crate::attached::with_gil;
use crate::boxing::Boxing;
use crate::{exception_classes, registry};

unsafe extern "C" {
    /// Adds a made-up frame to the traceback of the exception that is set. Exported by CPython since 3.3 for
    /// extension modules that have frames of their own.
    fn _PyTraceback_Add(function: *const c_char, filename: *const c_char, line: c_int);
}

/// Sets the Python exception for a status other than 0.
#[cold]
pub(crate) fn raise() {
    // Compiled code was called with the GIL, which is held again. Attached, so that what is dropped here is dropped now.
    Python::attach(|py| match errors::take() {
        Some(exception) => match Chain::default().object(py, &exception) {
            Ok(object) => {
                set_outer_context(&object);
                restore(object);
            }
            Err(error) => error.restore(py),
        },
        None if PyErr::occurred(py) => {}
        None => PySystemError::new_err("compiled code failed without saying why").restore(py),
    });
}

/// What compiled code may do with exceptions of Python's.
pub(crate) fn set_hooks() {
    errors::set_hooks(errors::Hooks { take: take_from_python, release: release_object });
}

fn take_from_python() -> Option<(*mut c_void, i64)> {
    with_gil(|py| {
        let object = object_of(py, PyErr::take(py)?);
        let class = exception_classes::id_of_instance(&object);
        Some((object.into_ptr().cast(), class))
    })
}

fn release_object(object: *mut c_void) {
    // SAFETY: the reference was taken by `take_from_python`. The GIL is taken, since code that released it may hold what a
    // signal's handler raised.
    unsafe {
        let state = ffi::PyGILState_Ensure();
        ffi::Py_XDECREF(object.cast());
        ffi::PyGILState_Release(state);
    }
}

/// An exception object with its traceback.
fn object_of<'py>(py: Python<'py>, error: PyErr) -> Bound<'py, PyAny> {
    let traceback = error.traceback(py);
    let object = error.into_value(py).into_bound(py).into_any();
    // Setting a traceback does not fail.
    let _ = object.setattr("__traceback__", traceback);
    object
}

/// Sets an exception object as the exception in flight.
fn restore(object: Bound<'_, PyAny>) {
    let py = object.py();
    PyErr::from_value(object).restore(py);
}

/// What Python code around the call handles is the context of the first exception, as of those raised by Python code.
fn set_outer_context(object: &Bound<'_, PyAny>) {
    // SAFETY: the GIL is held; the answer is a new reference or null.
    let outer = unsafe { Bound::from_owned_ptr_or_opt(object.py(), ffi::PyErr_GetHandledException()) };
    let Some(outer) = outer.filter(|outer| !outer.is_none()) else { return };
    let mut first = object.clone();
    while !first.is(&outer) {
        match first.getattr("__context__") {
            Ok(context) if !context.is_none() => first = context,
            _ => {
                // Setting a context that is an exception does not fail.
                let _ = first.setattr("__context__", outer);
                return;
            }
        }
    }
}

/// The most exceptions of a chain of contexts or causes that Python sees.
const MOST_LINKS: usize = 500;

/// Exceptions that are linked by contexts and causes, each made once.
#[derive(Default)]
struct Chain<'py> {
    made: Vec<(Exception, Bound<'py, PyAny>)>,
}

impl<'py> Chain<'py> {
    fn object(&mut self, py: Python<'py>, exception: &Exception) -> PyResult<Bound<'py, PyAny>> {
        if let Some((_, known)) = self.made.iter().find(|(known, _)| known.is_same(exception)) {
            return Ok(known.clone());
        }
        let object = plain_object(py, &exception.borrow())?;
        self.made.push((exception.clone(), object.clone()));
        let (context, cause) = (exception.borrow().context.clone(), exception.borrow().cause.clone());
        if self.made.len() < MOST_LINKS {
            if let Some(context) = context {
                object.setattr("__context__", self.object(py, &context)?)?;
            }
            if let Some(cause) = cause {
                let cause = cause.map(|cause| self.object(py, &cause)).transpose()?;
                object.setattr("__cause__", cause)?;
            }
        }
        Ok(object)
    }
}

/// The exception object with its traceback, linked to no other.
fn plain_object<'py>(py: Python<'py>, raised: &Raised) -> PyResult<Bound<'py, PyAny>> {
    restore(bare_object(py, raised)?);
    let shown = raised.frames.iter().filter(|frame| add_frame(frame, false)).count();
    if let (0, Some(frame)) = (shown, raised.frames.first()) {
        add_frame(frame, true);
    }
    let error = PyErr::take(py).ok_or_else(|| PySystemError::new_err("an exception was lost"))?;
    Ok(object_of(py, error))
}

/// The exception object with its traceback and its links, for Python to keep.
pub(crate) fn object_with_traceback<'py>(py: Python<'py>, exception: &Exception) -> PyResult<Bound<'py, PyAny>> {
    // What it is made of is the same object from now on, wherever it goes.
    object_of_exception(py, exception)?;
    let object = Chain::default().object(py, exception)?;
    exception.borrow_mut().frames.clear();
    Ok(object)
}

/// The exception object, which the exception is from now on; its frames are added when it leaves compiled code.
pub(crate) fn object_of_exception<'py>(py: Python<'py>, exception: &Exception) -> PyResult<Bound<'py, PyAny>> {
    let object = bare_object(py, &exception.borrow())?;
    if !matches!(exception.borrow().origin, Origin::Foreign(_)) {
        let foreign = errors::Foreign { object: object.clone().into_ptr().cast() };
        let before = std::mem::replace(&mut exception.borrow_mut().origin, Origin::Foreign(foreign));
        drop(before);
    }
    Ok(object)
}

/// The only argument of an exception that nobody raises.
pub(crate) fn argument_of_exception<'py>(py: Python<'py>, exception: &Exception) -> PyResult<Bound<'py, PyAny>> {
    object_of_exception(py, exception)?.getattr("args")?.get_item(0)
}

/// The exception object as it is made, without what compiled code knows beside.
fn bare_object<'py>(py: Python<'py>, raised: &Raised) -> PyResult<Bound<'py, PyAny>> {
    Ok(match &raised.origin {
        Origin::Foreign(foreign) if foreign.object.is_null() => {
            PySystemError::new_err("compiled code failed without saying why").into_value(py).into_bound(py).into_any()
        }
        // SAFETY: the record holds a reference to a live object.
        Origin::Foreign(foreign) => unsafe { Bound::from_borrowed_ptr(py, foreign.object.cast()) },
        Origin::Site { function, site, numbers, text, texts } => match registry::function_info(*function) {
            Some(info) => match info.sites.get(*site) {
                Some(site) => {
                    // Boxing takes the strings over.
                    texts.iter().for_each(HeldText::retain);
                    new_object(py, (raised.class, site), numbers, text.as_deref())?
                }
                None => return Err(PySystemError::new_err("compiled code raised at an unknown place")),
            },
            None => return Err(PySystemError::new_err("compiled code raised at an unknown place")),
        },
    })
}

fn new_object<'py>(
    py: Python<'py>,
    (class, site): (i64, &Site),
    numbers: &[i64],
    text: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = exception_classes::class_of_id(py, class);
    if let Some(template) = &site.message {
        return class.call1((fill(template, numbers, text),));
    }
    let slots: Vec<u64> = numbers.iter().map(|&number| number as u64).collect();
    let mut position = slots.as_ptr();
    let mut arguments = Vec::with_capacity(site.arguments.len());
    for argument in &site.arguments {
        let boxing = Boxing::new(&type_of(argument)).ok_or_else(|| PySystemError::new_err("an unknown argument"))?;
        // SAFETY: the GIL is held, and lowering passed the machine values of each argument.
        arguments.push(unsafe { Bound::from_owned_ptr_or_err(py, boxing.make(&mut position)) }?);
    }
    class.call1(PyTuple::new(py, arguments)?)
}

/// The type of an argument.
fn type_of(argument: &SiteArgument) -> Type {
    match argument {
        SiteArgument::None => Type::None,
        SiteArgument::Text(text) => Type::Str(text.as_str().into()),
        SiteArgument::String => Type::String,
        SiteArgument::Bytes => Type::Bytes,
        SiteArgument::Bool => Type::Bool,
        SiteArgument::Int => Type::Int,
        SiteArgument::Float => Type::Float,
        SiteArgument::Complex => Type::Complex,
        SiteArgument::Object => Type::Object,
        SiteArgument::Scalar(name) => DType::from_name(name).map_or(Type::None, Type::Scalar),
        SiteArgument::Tuple(items) => Type::tuple(items.iter().map(type_of).collect::<Vec<_>>()),
    }
}

/// Puts the numbers into the message.
fn fill(template: &str, numbers: &[i64], text: Option<&str>) -> String {
    let template = template.replace("{text}", text.unwrap_or(""));
    let numbers = numbers.iter().enumerate();
    numbers.fold(template, |text, (index, number)| text.replace(&format!("{{{index}}}"), &number.to_string()))
}

/// Adds a frame; frames of upshift's library only when there is nothing else to show.
fn add_frame(frame: &Frame, shows_library: bool) -> bool {
    let Some(info) = registry::function_info(frame.function) else { return false };
    if info.is_library && !shows_library {
        return false;
    }
    let line = match frame.line {
        Line::Number(line) => line,
        Line::Site(site) => info.sites.get(site).map_or(0, |site| site.line),
    };
    let text = |text: &str| CString::new(text).unwrap_or_default();
    let (name, filename) = (text(&info.name), text(&info.filename));
    // SAFETY: the GIL is held, an exception is set, and both strings end with a zero.
    unsafe { _PyTraceback_Add(name.as_ptr(), filename.as_ptr(), line as c_int) };
    true
}
