//! `functools.partial` objects: taken apart where they come in, made where they go back to Python.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use upshift_core::typing::Type;

use crate::boxing::Boxing;
use crate::guard::{Guard, Outcome, Target};

/// What a partial must be: its function, its arguments, and its keywords in their order.
pub(crate) struct PartialGuard {
    function: Guard,
    arguments: Box<[Guard]>,
    keywords: Box<[(Py<PyString>, Guard)]>,
}

/// How a partial is made.
pub(crate) struct PartialBoxing {
    function: Boxing,
    arguments: Box<[Boxing]>,
    keywords: Box<[(Box<str>, Boxing)]>,
}

/// The three parts of a partial.
pub(crate) struct Parts<'py> {
    pub(crate) function: Bound<'py, PyAny>,
    pub(crate) arguments: Bound<'py, PyTuple>,
    pub(crate) keywords: Bound<'py, PyDict>,
}

/// The class.
pub(crate) fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "functools", "partial")
}

/// The parts of a partial; `None` for any other object.
pub(crate) fn parts<'py>(object: &Bound<'py, PyAny>) -> Option<Parts<'py>> {
    let class = class(object.py()).ok()?;
    if !object.get_type().is(class) {
        return None;
    }
    Some(Parts {
        function: object.getattr("func").ok()?,
        arguments: object.getattr("args").ok()?.cast_into().ok()?,
        keywords: object.getattr("keywords").ok()?.cast_into().ok()?,
    })
}

impl PartialGuard {
    /// For these types; a sample has them.
    pub(crate) fn new(types: &[Type; 3], sample: Option<&Bound<'_, PyAny>>) -> Option<PartialGuard> {
        let sample = sample.and_then(parts);
        let arguments = types[1].as_tuple()?.iter().enumerate().map(|(position, ty)| {
            let own = sample.as_ref().and_then(|sample| sample.arguments.get_item(position).ok());
            Guard::new(ty, own.as_ref())
        });
        let Type::Keywords(named) = &types[2] else { return None };
        let keywords = named.iter().map(|(name, ty)| {
            let own = sample.as_ref().and_then(|sample| sample.keywords.get_item(&**name).ok().flatten());
            // SAFETY: the GIL is held wherever guards are made.
            let name = PyString::new(unsafe { Python::assume_attached() }, name).unbind();
            Some((name, Guard::new(ty, own.as_ref())?))
        });
        Some(PartialGuard {
            function: Guard::new(&types[0], sample.as_ref().map(|sample| &sample.function))?,
            arguments: arguments.collect::<Option<_>>()?,
            keywords: keywords.collect::<Option<_>>()?,
        })
    }

    /// All guards of what it holds.
    pub(crate) fn guards(&self) -> impl Iterator<Item = &Guard> {
        std::iter::once(&self.function).chain(&self.arguments).chain(self.keywords.iter().map(|(_, guard)| guard))
    }

    /// Compares, and stores the machine values.
    ///
    /// # Safety
    /// As for `Guard::unbox`, and the object is of the class.
    pub(crate) unsafe fn unbox(&self, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
        // SAFETY: the caller's promise. The partial holds what it is made of.
        unsafe {
            let py = Python::assume_attached();
            let Some(parts) = parts(&Bound::from_borrowed_ptr(py, object)) else { return Outcome::Differs };
            if parts.arguments.len() != self.arguments.len() || parts.keywords.len() != self.keywords.len() {
                return Outcome::Differs;
            }
            let mut outcome = self.function.unbox_nested(parts.function.as_ptr(), target);
            for (position, guard) in self.arguments.iter().enumerate() {
                if outcome == Outcome::Fits {
                    let item = ffi::PyTuple_GET_ITEM(parts.arguments.as_ptr(), position as isize);
                    outcome = guard.unbox_nested(item, target);
                }
            }
            for ((name, guard), (known, value)) in self.keywords.iter().zip(parts.keywords.iter()) {
                if outcome == Outcome::Fits {
                    let is_named = known.eq(name).unwrap_or(false);
                    outcome = if is_named { guard.unbox_nested(value.as_ptr(), target) } else { Outcome::Differs };
                }
            }
            outcome
        }
    }
}

impl PartialBoxing {
    /// For these types; `None` if a part has no form in Python.
    pub(crate) fn new(types: &[Type; 3]) -> Option<PartialBoxing> {
        let Type::Keywords(named) = &types[2] else { return None };
        let keywords = named.iter().map(|(name, ty)| Some(((**name).into(), Boxing::new(ty)?)));
        Some(PartialBoxing {
            function: Boxing::new(&types[0])?,
            arguments: types[1].as_tuple()?.iter().map(Boxing::new).collect::<Option<_>>()?,
            keywords: keywords.collect::<Option<_>>()?,
        })
    }

    /// Calls `visit` on each object that it keeps alive.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        let parts = std::iter::once(&self.function).chain(&self.arguments);
        parts.chain(self.keywords.iter().map(|(_, boxing)| boxing)).for_each(|boxing| boxing.for_each_object(visit));
    }

    /// A new partial, or null with a Python exception.
    ///
    /// # Safety
    /// As for `Boxing::make`.
    pub(crate) unsafe fn make(&self, slots: &mut *const u64) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise. All values are made, whatever fails, so that their references are taken over.
        unsafe {
            let py = Python::assume_attached();
            let function = Bound::from_owned_ptr_or_err(py, self.function.make(slots));
            let mut arguments = Vec::with_capacity(1 + self.arguments.len());
            arguments.push(function);
            for boxing in &self.arguments {
                arguments.push(Bound::from_owned_ptr_or_err(py, boxing.make(slots)));
            }
            let mut values = Vec::with_capacity(self.keywords.len());
            for (name, boxing) in &self.keywords {
                values.push((name, Bound::from_owned_ptr_or_err(py, boxing.make(slots))));
            }
            let make = || {
                let keywords = PyDict::new(py);
                for (name, value) in values {
                    keywords.set_item(&**name, value?)?;
                }
                let arguments = PyTuple::new(py, arguments.into_iter().collect::<PyResult<Vec<_>>>()?)?;
                class(py)?.call(arguments, Some(&keywords))
            };
            match make() {
                Ok(partial) => partial.into_ptr(),
                Err(error) => {
                    error.restore(py);
                    std::ptr::null_mut()
                }
            }
        }
    }
}
