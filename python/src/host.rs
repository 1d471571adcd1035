//! The compiler's questions about the program, answered under the GIL.
//!
//! The answer to a question about a name is kept: globals and variables of enclosing functions are frozen when they
//! are first read. What its code will refer to is kept alive by the function that reads the name.

use std::sync::Arc;

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use upshift_core::host::{Extension, FunctionSource, Given, Global, Host};
use upshift_core::typing::{ClassKey, Constructor, FunctionKey};

use crate::kept::Kept;
use crate::{class, classes, extensions, globals, library, registry, snapshot};

/// The program, for the time of a compilation.
pub(crate) struct PythonHost<'py> {
    py: Python<'py>,
    error: Option<PyErr>,
    /// What an addition of the program to the library raised last.
    cause: Option<PyErr>,
}

impl<'py> PythonHost<'py> {
    /// A host that no Python exception has met yet.
    pub(crate) fn new(py: Python<'py>) -> PythonHost<'py> {
        PythonHost { py, error: None, cause: None }
    }

    /// The first Python exception that an answer met, such as one of a module's `__getattr__`.
    pub(crate) fn take_error(&mut self) -> Option<PyErr> {
        self.error.take()
    }

    /// The exception behind the refusal of a call by an addition of the program.
    pub(crate) fn take_cause(&mut self) -> Option<PyErr> {
        self.cause.take()
    }

    /// Keeps an exception for later; the compiler is told that there is no such name.
    fn note<T>(&mut self, outcome: PyResult<Option<T>>) -> Option<T> {
        outcome.unwrap_or_else(|error| {
            self.error.get_or_insert(error);
            None
        })
    }

    /// An answer that may refer to objects, which the function of this key keeps.
    fn keeping<T>(
        &mut self,
        key: FunctionKey,
        answer: impl FnOnce(Python<'py>, &mut Kept) -> PyResult<Option<T>>,
    ) -> Option<T> {
        let this = registry::dispatcher(self.py, key)?;
        let mut kept = Kept::new(key);
        let found = answer(self.py, &mut kept);
        class::as_dispatcher(&this)?.state().borrow_mut().kept.append(kept);
        self.note(found)
    }

    fn named(
        &mut self,
        key: FunctionKey,
        name: &str,
        is_free: bool,
        look_up: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>>,
    ) -> Option<Global> {
        let this = registry::dispatcher(self.py, key)?;
        let dispatcher = class::as_dispatcher(&this)?;
        if let Some(known) = dispatcher.state().borrow().names.get(&(is_free, name.into())) {
            return known.clone();
        }
        let found = look_up(&dispatcher.function(self.py));
        let object = self.note(found);
        let mut kept = Kept::new(key);
        let global = object.as_ref().and_then(|object| {
            let global = globals::classify(object, &mut kept).map(Some);
            self.note(global)
        });
        let mut state = dispatcher.state().borrow_mut();
        state.kept.append(kept);
        state.names.insert((is_free, name.into()), global.clone());
        global
    }
}

/// Modules whose functions the library has.
const LIBRARY: [&str; 15] = [
    "array",
    "bisect",
    "cmath",
    "collections",
    "contextlib",
    "dataclasses",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "random",
    "statistics",
    "string",
    "time",
];

impl Host for PythonHost<'_> {
    fn function(&mut self, key: FunctionKey) -> Arc<FunctionSource> {
        let this = registry::dispatcher(self.py, key).expect("a key names a function that is alive");
        match snapshot::source(&this) {
            Ok(source) => source,
            Err(error) => std::panic::panic_any(format!("a code object cannot be read: {error}")),
        }
    }

    fn global(&mut self, key: FunctionKey, name: &str) -> Option<Global> {
        self.named(key, name, false, |function| {
            let globals = function.getattr("__globals__")?.cast_into::<PyDict>()?;
            if let Some(value) = globals.get_item(name)? {
                return Ok(Some(value));
            }
            function.getattr("__builtins__")?.cast_into::<PyDict>()?.get_item(name)
        })
    }

    fn free_variable(&mut self, key: FunctionKey, name: &str) -> Option<Global> {
        self.named(key, name, true, |function| {
            let names = function.getattr("__code__")?.getattr("co_freevars")?;
            let position = names.cast::<PyTuple>()?.iter().position(|known| known.eq(name).unwrap_or(false));
            let Some(position) = position else { return Ok(None) };
            // An empty cell has no contents: the variable is not assigned yet.
            Ok(function.getattr("__closure__")?.get_item(position)?.getattr("cell_contents").ok())
        })
    }

    fn module_attribute(&mut self, key: FunctionKey, module: &str, name: &str) -> Option<Global> {
        let this = registry::dispatcher(self.py, key)?;
        let mut kept = Kept::new(key);
        let found = (|| {
            let modules = self.py.import("sys")?.getattr("modules")?;
            let value = match modules.get_item(module)?.getattr(name) {
                Ok(value) => value,
                Err(error) if error.is_instance_of::<PyAttributeError>(self.py) => return Ok(None),
                Err(error) => return Err(error),
            };
            globals::classify(&value, &mut kept).map(Some)
        })();
        class::as_dispatcher(&this)?.state().borrow_mut().kept.append(kept);
        self.note(found)
    }

    fn import(&mut self, name: &str) -> Option<Global> {
        let found = (|| {
            // These do nothing that a program would see when they are loaded early.
            let is_known = LIBRARY.contains(&name) || self.py.import("sys")?.getattr("modules")?.contains(name)?;
            if !is_known {
                return Ok(None);
            }
            let module = self.py.import(name)?;
            Ok(Some(Global::Module(module.name()?.extract::<String>()?.into())))
        })();
        self.note(found)
    }

    fn class_attribute(&mut self, key: FunctionKey, class: ClassKey, name: &str) -> Option<Global> {
        self.keeping(key, |py, kept| classes::attribute(py, class, name, kept))
    }

    fn constructor(&mut self, key: FunctionKey, class: ClassKey) -> Option<Arc<Constructor>> {
        self.keeping(key, |py, kept| classes::constructor(py, class, kept))
    }

    fn library_function(&mut self, name: &str) -> Option<FunctionKey> {
        let found = library::function(self.py, name);
        self.note(found)
    }

    fn extension(&mut self, name: &str) -> Option<Extension> {
        extensions::kind(name)
    }

    fn extension_for(&mut self, name: &str, arguments: &[Given]) -> Result<Option<FunctionKey>, String> {
        let chosen = extensions::choose(self.py, name, arguments);
        chosen.map_err(|error| {
            let said = extensions::what_was_said(self.py, &error);
            self.cause = Some(error);
            said
        })
    }
}
