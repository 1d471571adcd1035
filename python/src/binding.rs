//! Arguments to parameters: keywords, defaults and `*args`, with CPython's messages.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use upshift_core::bytecode::Code;

/// The parameters of a function.
pub(crate) struct Parameters {
    /// Names: positional ones, keyword-only ones, then those of `*args` and `**kwargs`.
    pub(crate) names: Vec<Arc<str>>,
    interned: Vec<Py<PyString>>,
    positional: usize,
    positional_only: usize,
    keyword_only: usize,
    pub(crate) has_varargs: bool,
    pub(crate) has_varkeywords: bool,
}

/// Arguments in the order of parameters.
pub(crate) struct BoundArguments<'py> {
    /// One for each parameter. For `**kwargs` a tuple: the values, then a tuple of their names.
    pub(crate) args: Vec<*mut ffi::PyObject>,
    /// Holds what the caller does not.
    _held: [Option<Bound<'py, PyAny>>; 4],
}

impl Parameters {
    /// Reads a code object.
    pub(crate) fn new(code: &Bound<'_, PyAny>) -> PyResult<Parameters> {
        let number = |name: &str| code.getattr(name)?.extract::<usize>();
        let flags = code.getattr("co_flags")?.extract::<u32>()?;
        let (positional, keyword_only) = (number("co_argcount")?, number("co_kwonlyargcount")?);
        let (has_varargs, has_varkeywords) = (flags & Code::VARARGS != 0, flags & Code::VARKEYWORDS != 0);
        let count = positional + keyword_only + usize::from(has_varargs) + usize::from(has_varkeywords);
        let names = code.getattr("co_varnames")?;
        let names = names.cast::<PyTuple>()?;
        let interned: Vec<Bound<'_, PyString>> =
            names.iter().take(count).map(|name| Ok(name.cast_into::<PyString>()?)).collect::<PyResult<_>>()?;
        Ok(Parameters {
            names: interned.iter().map(|name| Ok(name.to_str()?.into())).collect::<PyResult<_>>()?,
            interned: interned.into_iter().map(Bound::unbind).collect(),
            positional,
            positional_only: number("co_posonlyargcount")?,
            keyword_only,
            has_varargs,
            has_varkeywords,
        })
    }

    /// How many arguments a call without keywords and defaults has; `usize::MAX` if calls always have to be bound.
    pub(crate) fn simple_count(&self) -> usize {
        let is_simple = self.keyword_only == 0 && !self.has_varargs && !self.has_varkeywords;
        if is_simple { self.positional } else { usize::MAX }
    }

    fn position_of(&self, keyword: &Bound<'_, PyAny>) -> Option<usize> {
        let named = &self.interned[self.positional_only..self.positional + self.keyword_only];
        let by_identity = named.iter().position(|name| name.as_ptr() == keyword.as_ptr());
        by_identity
            .or_else(|| {
                let text = keyword.cast::<PyString>().ok()?.to_str().ok()?;
                let named = &self.names[self.positional_only..self.positional + self.keyword_only];
                named.iter().position(|name| **name == *text)
            })
            .map(|position| position + self.positional_only)
    }
}

/// Binds the arguments of a vectorcall.
///
/// # Errors
/// `TypeError` as CPython raises it, in the order in which CPython looks.
///
/// # Safety
/// `args` leads to `count` live objects and one more for each of `keywords`, which is null or a tuple.
pub(crate) unsafe fn bind<'py>(
    function: &Bound<'py, PyAny>,
    parameters: &Parameters,
    args: *const *mut ffi::PyObject,
    count: usize,
    keywords: *mut ffi::PyObject,
) -> PyResult<BoundArguments<'py>> {
    let py = function.py();
    let mut bound = vec![std::ptr::null_mut(); parameters.positional + parameters.keyword_only];
    let mut others: (Vec<Bound<'py, PyAny>>, Vec<Bound<'py, PyAny>>) = (Vec::new(), Vec::new());
    let given = count.min(parameters.positional);
    // SAFETY: the caller's promise.
    let objects = unsafe { std::slice::from_raw_parts(if count == 0 { [].as_ptr() } else { args }, count) };
    bound[..given].copy_from_slice(&objects[..given]);
    if !keywords.is_null() {
        // SAFETY: the caller's promise; values of keywords stand behind the positional arguments.
        unsafe {
            let keywords = Bound::from_borrowed_ptr(py, keywords);
            let keywords = keywords.cast::<PyTuple>()?;
            for (position, keyword) in keywords.iter().enumerate() {
                let value = *args.add(count + position);
                if parameters.has_varkeywords && parameters.position_of(&keyword).is_none() {
                    others.0.push(keyword);
                    others.1.push(Bound::from_borrowed_ptr(py, value));
                    continue;
                }
                bind_keyword(function, parameters, &mut bound, keywords, &keyword, value)?;
            }
        }
    }
    if count > parameters.positional && !parameters.has_varargs {
        return Err(too_many(function, parameters, &bound, count)?);
    }
    // SAFETY: it is a Python function; both calls answer a borrowed reference or null.
    let (defaults, keyword_defaults) = unsafe {
        let known = |object: *mut ffi::PyObject| Bound::from_borrowed_ptr_or_opt(py, object);
        (known(ffi::PyFunction_GetDefaults(function.as_ptr())), known(ffi::PyFunction_GetKwDefaults(function.as_ptr())))
    };
    fill_defaults(function, parameters, &mut bound, defaults.as_ref(), count)?;
    fill_keyword_defaults(function, parameters, &mut bound, keyword_defaults.as_ref())?;
    let mut rest = None;
    if parameters.has_varargs {
        // SAFETY: the objects are live.
        let items = objects[given..].iter().map(|object| unsafe { Bound::from_borrowed_ptr(py, *object) });
        let tuple = PyTuple::new(py, items.collect::<Vec<Bound<'_, PyAny>>>())?.into_any();
        bound.push(tuple.as_ptr());
        rest = Some(tuple);
    }
    let mut keywords = None;
    if parameters.has_varkeywords {
        let (names, mut values) = others;
        values.push(PyTuple::new(py, names)?.into_any());
        let tuple = PyTuple::new(py, values)?.into_any();
        bound.push(tuple.as_ptr());
        keywords = Some(tuple);
    }
    Ok(BoundArguments { args: bound, _held: [defaults, keyword_defaults, rest, keywords] })
}

fn bind_keyword(
    function: &Bound<'_, PyAny>,
    parameters: &Parameters,
    bound: &mut [*mut ffi::PyObject],
    keywords: &Bound<'_, PyTuple>,
    keyword: &Bound<'_, PyAny>,
    value: *mut ffi::PyObject,
) -> PyResult<()> {
    let Some(position) = parameters.position_of(keyword) else {
        return Err(unexpected(function, parameters, keywords, keyword)?);
    };
    if !bound[position].is_null() {
        let name = name_of(function)?;
        return Err(PyTypeError::new_err(format!(
            "{name}() got multiple values for argument '{}'",
            parameters.names[position]
        )));
    }
    bound[position] = value;
    Ok(())
}

fn unexpected(
    function: &Bound<'_, PyAny>,
    parameters: &Parameters,
    keywords: &Bound<'_, PyTuple>,
    keyword: &Bound<'_, PyAny>,
) -> PyResult<PyErr> {
    let name = name_of(function)?;
    let given: Vec<String> = keywords.iter().map(|keyword| keyword.extract()).collect::<PyResult<_>>()?;
    let positional_only = parameters.names[..parameters.positional_only].iter();
    let wrong: Vec<&str> =
        positional_only.filter(|known| given.iter().any(|given| **given == ***known)).map(|name| &**name).collect();
    Ok(PyTypeError::new_err(if wrong.is_empty() {
        format!("{name}() got an unexpected keyword argument '{}'", keyword.str()?)
    } else {
        let wrong = wrong.join(", ");
        format!("{name}() got some positional-only arguments passed as keyword arguments: '{wrong}'")
    }))
}

fn fill_defaults(
    function: &Bound<'_, PyAny>,
    parameters: &Parameters,
    bound: &mut [*mut ffi::PyObject],
    defaults: Option<&Bound<'_, PyAny>>,
    count: usize,
) -> PyResult<()> {
    let defaults = defaults.and_then(|defaults| defaults.cast::<PyTuple>().ok());
    let default_count = defaults.map_or(0, |defaults| defaults.len());
    let required = parameters.positional - default_count.min(parameters.positional);
    let missing: Vec<&str> =
        (count.min(required)..required).filter(|&at| bound[at].is_null()).map(|at| &*parameters.names[at]).collect();
    if !missing.is_empty() {
        return Err(missing_error(&name_of(function)?, "positional", &missing));
    }
    let optional = &mut bound[required..parameters.positional];
    for (position, object) in optional.iter_mut().enumerate().filter(|(_, object)| object.is_null()) {
        if let Some(defaults) = defaults {
            // The tuple, which the caller holds, holds the item.
            *object = defaults.get_borrowed_item(position)?.as_ptr();
        }
    }
    Ok(())
}

fn fill_keyword_defaults(
    function: &Bound<'_, PyAny>,
    parameters: &Parameters,
    bound: &mut [*mut ffi::PyObject],
    defaults: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let mut missing = Vec::new();
    let keyword_only = parameters.interned.iter().zip(&parameters.names).zip(bound).skip(parameters.positional);
    for ((name, text), object) in keyword_only.filter(|(_, object)| object.is_null()) {
        let defaults = defaults.and_then(|defaults| defaults.cast::<PyDict>().ok());
        let default = defaults.and_then(|defaults| defaults.get_item(name).transpose());
        match default.transpose()? {
            // The dict, which the caller holds, holds the value as long as nobody changes it; a call that detaches
            // from the interpreter only reads values that were unboxed before.
            Some(value) => *object = value.as_ptr(),
            None => missing.push(&**text),
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_error(&name_of(function)?, "keyword-only", &missing)) }
}

fn missing_error(name: &str, kind: &str, missing: &[&str]) -> PyErr {
    let quoted: Vec<String> = missing.iter().map(|name| format!("'{name}'")).collect();
    let list = match quoted.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
        [] => String::new(),
    };
    let plural = if missing.len() == 1 { "" } else { "s" };
    PyTypeError::new_err(format!("{name}() missing {} required {kind} argument{plural}: {list}", missing.len()))
}

fn too_many(
    function: &Bound<'_, PyAny>,
    parameters: &Parameters,
    bound: &[*mut ffi::PyObject],
    count: usize,
) -> PyResult<PyErr> {
    let plural = |number: usize| if number == 1 { "" } else { "s" };
    let default_count = function.getattr("__defaults__")?.cast::<PyTuple>().map_or(0, |defaults| defaults.len());
    let positional = parameters.positional;
    let (takes, takes_plural) = if default_count > 0 {
        (format!("from {} to {positional}", positional - default_count), "s")
    } else {
        (positional.to_string(), plural(positional))
    };
    let keywords = bound[positional..].iter().filter(|object| !object.is_null()).count();
    let also = if keywords > 0 {
        format!(" positional argument{} (and {keywords} keyword-only argument{})", plural(count), plural(keywords))
    } else {
        String::new()
    };
    let verb = if count == 1 && keywords == 0 { "was" } else { "were" };
    let name = name_of(function)?;
    Ok(PyTypeError::new_err(format!(
        "{name}() takes {takes} positional argument{takes_plural} but {count}{also} {verb} given"
    )))
}

fn name_of(function: &Bound<'_, PyAny>) -> PyResult<String> {
    function.getattr("__qualname__")?.extract()
}

/// Whether the last item of a tuple is a tuple of these strings.
///
/// # Safety
/// The GIL is held, and the object is a live tuple.
pub(crate) unsafe fn has_names(names: &[Box<str>], object: *mut ffi::PyObject) -> bool {
    // SAFETY: the object is a tuple that `binding` made, or any other, whose items live as long as it does.
    unsafe {
        let count = ffi::PyTuple_GET_SIZE(object);
        if count as usize != names.len() + 1 {
            return false;
        }
        let given = ffi::PyTuple_GET_ITEM(object, count - 1);
        ffi::PyTuple_CheckExact(given) != 0
            && ffi::PyTuple_GET_SIZE(given) as usize == names.len()
            && names.iter().enumerate().all(|(position, name)| {
                let mut length = 0;
                let text =
                    ffi::PyUnicode_AsUTF8AndSize(ffi::PyTuple_GET_ITEM(given, position as isize), &raw mut length);
                if text.is_null() {
                    ffi::PyErr_Clear();
                    return false;
                }
                std::slice::from_raw_parts(text.cast::<u8>(), length as usize) == name.as_bytes()
            })
    }
}
