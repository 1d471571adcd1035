//! Code objects and defaults as plain data, copied under the GIL.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyComplex, PyComplexMethods, PyDict, PyFloat, PyInt, PyString, PyTuple};
use upshift_core::bytecode::{Code, Constant, LocalKind, Version};
use upshift_core::host::{FunctionSource, Global};

use crate::kept::Kept;
use crate::{class, globals};

/// The snapshot of a jitted function, made once.
pub(crate) fn source(this: &Bound<'_, PyAny>) -> PyResult<Arc<FunctionSource>> {
    let dispatcher = class::as_dispatcher(this).expect("called for dispatchers only");
    if let Some(source) = &dispatcher.state().borrow().source {
        return Ok(Arc::clone(source));
    }
    let function = dispatcher.function(this.py());
    let mut kept = Kept::new(dispatcher.key);
    let code = Arc::new(code(&function.getattr("__code__")?)?);
    let defaults = match function.getattr("__defaults__")?.cast::<PyTuple>() {
        Ok(values) => {
            values.iter().map(|value| globals::classify(&value, &mut kept)).collect::<PyResult<Vec<Global>>>()?
        }
        Err(_) => Vec::new(),
    };
    let mut keyword_defaults = Vec::new();
    if let Ok(values) = function.getattr("__kwdefaults__")?.cast::<PyDict>() {
        for (name, value) in values.iter() {
            keyword_defaults.push((name.extract::<String>()?.into(), globals::classify(&value, &mut kept)?));
        }
    }
    let mut state = dispatcher.state().borrow_mut();
    state.kept.append(kept);
    let source = Arc::new(FunctionSource {
        code,
        defaults,
        keyword_defaults,
        options: state.options.clone(),
        is_library: state.is_library,
    });
    state.source = Some(Arc::clone(&source));
    Ok(source)
}

/// A code object.
pub(crate) fn code(object: &Bound<'_, PyAny>) -> PyResult<Code> {
    let number = |name: &str| object.getattr(name)?.extract::<u32>();
    let text = |name: &str| Ok::<Arc<str>, PyErr>(object.getattr(name)?.extract::<String>()?.into());
    let bytes = |name: &str| Ok::<Vec<u8>, PyErr>(object.getattr(name)?.cast::<PyBytes>()?.as_bytes().to_vec());
    let version = object.py().version_info();
    let constants = object.getattr("co_consts")?;
    Ok(Code {
        version: Version { major: version.major, minor: version.minor },
        name: text("co_name")?,
        qualname: text("co_qualname")?,
        filename: text("co_filename")?,
        first_line: number("co_firstlineno")?,
        argument_count: number("co_argcount")?,
        positional_only_count: number("co_posonlyargcount")?,
        keyword_only_count: number("co_kwonlyargcount")?,
        flags: number("co_flags")?,
        bytecode: bytes("co_code")?,
        constants: constants.cast::<PyTuple>()?.iter().map(|item| constant(&item)).collect::<PyResult<_>>()?,
        names: names(object, "co_names")?,
        locals: locals(object)?,
        exception_table: bytes("co_exceptiontable")?,
        line_table: bytes("co_linetable")?,
    })
}

fn names(object: &Bound<'_, PyAny>, attribute: &str) -> PyResult<Vec<Arc<str>>> {
    let names = object.getattr(attribute)?;
    names.cast::<PyTuple>()?.iter().map(|name| Ok(name.extract::<String>()?.into())).collect()
}

/// `co_localsplusnames`: local variables, arguments first; cells that are no arguments; free variables.
fn locals(object: &Bound<'_, PyAny>) -> PyResult<Vec<(Arc<str>, LocalKind)>> {
    let cells = names(object, "co_cellvars")?;
    let variables = names(object, "co_varnames")?;
    let only_cells: Vec<Arc<str>> = cells.iter().filter(|name| !variables.contains(name)).cloned().collect();
    let kind = |name: &Arc<str>| if cells.contains(name) { LocalKind::Cell } else { LocalKind::Local };
    let mut locals: Vec<(Arc<str>, LocalKind)> =
        variables.into_iter().map(|name| (Arc::clone(&name), kind(&name))).collect();
    locals.extend(only_cells.into_iter().map(|name| (name, LocalKind::Cell)));
    locals.extend(names(object, "co_freevars")?.into_iter().map(|name| (name, LocalKind::Free)));
    Ok(locals)
}

/// A constant, or the value of a global; `Constant::Other` for what is none.
pub(crate) fn constant(object: &Bound<'_, PyAny>) -> PyResult<Constant> {
    if object.is_none() {
        return Ok(Constant::None);
    }
    if object.is(object.py().Ellipsis()) {
        return Ok(Constant::Ellipsis);
    }
    if let Ok(truth) = object.cast_exact::<pyo3::types::PyBool>() {
        return Ok(Constant::Bool(truth.is_true()));
    }
    if object.is_exact_instance_of::<PyInt>() {
        return Ok(match object.extract::<i64>() {
            Ok(number) => Constant::Int(number),
            Err(_) => Constant::BigInt(object.str()?.extract()?),
        });
    }
    if let Ok(number) = object.cast_exact::<PyFloat>() {
        return Ok(Constant::Float(number.value()));
    }
    if let Ok(number) = object.cast_exact::<PyComplex>() {
        return Ok(Constant::Complex(number.real(), number.imag()));
    }
    if let Ok(text) = object.cast_exact::<PyString>() {
        // A lone surrogate has no UTF-8 form; such a string is no constant that compiled code could use.
        return Ok(text.to_str().map_or_else(|_| Constant::Other("str".into()), |text| Constant::Str(text.into())));
    }
    if let Ok(bytes) = object.cast_exact::<PyBytes>() {
        return Ok(Constant::Bytes(bytes.as_bytes().into()));
    }
    if let Ok(items) = object.cast_exact::<PyTuple>() {
        return Ok(Constant::Tuple(items.iter().map(|item| constant(&item)).collect::<PyResult<_>>()?));
    }
    if let Ok(items) = object.cast_exact::<pyo3::types::PyFrozenSet>() {
        return Ok(Constant::FrozenSet(items.iter().map(|item| constant(&item)).collect::<PyResult<_>>()?));
    }
    if let Ok(inner) = object.cast::<pyo3::types::PyCode>() {
        return Ok(Constant::Code(Arc::new(code(inner.as_any())?)));
    }
    Ok(Constant::Other(object.get_type().name()?.extract::<String>()?.into()))
}
