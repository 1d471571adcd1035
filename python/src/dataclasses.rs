//! Dataclasses: what `dataclass` made of a class, how it is called, and the types of an instance's fields.

use std::cell::Cell;
use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use upshift_core::host::Global;
use upshift_core::typing::{Class, Constructor, Dataclass, Field, InstanceType, Parameters, Type, is_hashable};

use crate::globals;
use crate::kept::Kept;
use crate::numpy;
use crate::typeof_object::{is_empty_refusal, typeof_object};

/// How deep instances may hold instances.
const MOST_NESTED: usize = 24;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// True for classes that `dataclass` made, themselves or their bases.
pub(crate) fn is_dataclass(class: &Bound<'_, PyType>) -> bool {
    class.hasattr("__dataclass_fields__").unwrap_or(false)
}

fn is_generated(class: &Bound<'_, PyType>, name: &str) -> bool {
    let file = class.getattr(name).and_then(|method| method.getattr("__code__")?.getattr("co_filename"));
    file.is_ok_and(|file| file.eq("<string>").unwrap_or(false))
}

/// What `dataclass` made of a class, and the names of the fields; `None` if its instances are more than fields.
pub(crate) fn make(class: &Bound<'_, PyType>) -> PyResult<Option<(Dataclass, Vec<Arc<str>>)>> {
    let py = class.py();
    let object = py.get_type::<PyAny>();
    let is_of_object = |name: &str| Ok::<bool, PyErr>(class.getattr(name)?.is(&object.getattr(name)?));
    let parameters = class.getattr("__dataclass_params__")?;
    let flag = |name: &str| parameters.getattr(name)?.extract::<bool>();
    let is_frozen = flag("frozen")?;
    let has_own_set = if is_frozen { !is_generated(class, "__setattr__") } else { !is_of_object("__setattr__")? };
    if has_own_set || class.hasattr("__getattr__")? {
        return Ok(None);
    }
    for method in ["__getattribute__", "__new__"] {
        if !is_of_object(method)? {
            return Ok(None);
        }
    }
    let hints = hints_of(class);
    let (mut names, mut fields) = (Vec::new(), Vec::new());
    for (name, field) in class.getattr("__dataclass_fields__")?.cast_into::<PyDict>()?.iter() {
        let kind = field.getattr("_field_type")?.getattr("name")?.extract::<String>()?;
        match kind.as_str() {
            "_FIELD" => {}
            "_FIELD_CLASSVAR" => continue,
            _ => return Ok(None),
        }
        let text = name.extract::<String>()?;
        let is = |name: &str| field.getattr(name)?.is_truthy();
        let hint = hints.as_ref().and_then(|hints| hints.get_item(&text).ok()).and_then(|hint| type_of_hint(&hint));
        fields.push(Field { is_init: is("init")?, is_compared: is("compare")?, is_shown: is("repr")?, hint });
        names.push(text.into());
    }
    let has_repr = class.getattr("__repr__")?.getattr("__wrapped__").and_then(|inner| inner.getattr("__code__"));
    let has_repr =
        has_repr.and_then(|code| code.getattr("co_filename")).is_ok_and(|file| file.eq("<string>").unwrap_or(false));
    let qualname = if has_repr { Some(class.qualname()?.extract::<String>()?.into()) } else { None };
    let made = Dataclass {
        is_frozen,
        has_eq: is_generated(class, "__eq__"),
        has_order: is_generated(class, "__lt__"),
        has_hash: has_generated_hash(class)?,
        qualname,
        has_post_init: class.hasattr("__post_init__")?,
        has_truth: class.hasattr("__bool__")? || class.hasattr("__len__")?,
        fields,
    };
    Ok(Some((made, names)))
}

/// True if `hash` is that of the fields that are compared.
fn has_generated_hash(class: &Bound<'_, PyType>) -> PyResult<bool> {
    if !is_generated(class, "__eq__") || !is_generated(class, "__hash__") {
        return Ok(false);
    }
    for (_, field) in class.getattr("__dataclass_fields__")?.cast_into::<PyDict>()?.iter() {
        let own = field.getattr("hash")?;
        if !own.is_none() && !own.eq(field.getattr("compare")?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn hints_of<'py>(class: &Bound<'py, PyType>) -> Option<Bound<'py, PyAny>> {
    let typing = class.py().import("typing").ok()?;
    typing.getattr("get_type_hints").ok()?.call1((class,)).ok()
}

/// The type that an annotation names, as far as it names one.
fn type_of_hint(hint: &Bound<'_, PyAny>) -> Option<Type> {
    let py = hint.py();
    if hint.is_none() || hint.is(py.None().bind(py).get_type()) {
        return Some(Type::None);
    }
    if let Ok(class) = hint.cast::<PyType>()
        && let Some(dtype) = numpy::get().dtype_of_class(class.as_ptr().cast())
    {
        return Some(Type::Scalar(dtype));
    }
    let typing = py.import("typing").ok()?;
    let origin = typing.getattr("get_origin").ok()?.call1((hint,)).ok()?;
    if origin.is_none() {
        let name = hint.cast::<PyType>().ok()?.name().ok()?.extract::<String>().ok()?;
        let is_builtin = hint.getattr("__module__").ok()?.eq("builtins").ok()?;
        return match name.as_str() {
            _ if !is_builtin => None,
            "int" => Some(Type::Int),
            "float" => Some(Type::Float),
            "bool" => Some(Type::Bool),
            "complex" => Some(Type::Complex),
            "str" => Some(Type::String),
            "bytes" => Some(Type::Bytes),
            _ => None,
        };
    }
    let arguments = typing.getattr("get_args").ok()?.call1((hint,)).ok()?.cast_into::<PyTuple>().ok()?;
    let types = || arguments.iter().map(|one| type_of_hint(&one)).collect::<Option<Vec<Type>>>();
    let name = origin.getattr("__name__").ok().and_then(|name| name.extract::<String>().ok()).unwrap_or_default();
    let types = types()?;
    match (name.as_str(), &types[..]) {
        ("list", [item]) => Some(Type::list(item.clone())),
        ("set", [key]) if is_hashable(key) => Some(Type::Set(Arc::new(key.clone()))),
        ("dict", [key, value]) if is_hashable(key) => Some(Type::dict(key.clone(), value.clone())),
        ("tuple", items) => Some(Type::tuple(items.to_vec())),
        (_, [inner, Type::None] | [Type::None, inner]) if *inner != Type::None => {
            Some(Type::Optional(Arc::new(inner.clone())))
        }
        _ => None,
    }
}

/// The type of an instance: its values say it, and annotations where values do not.
pub(crate) fn typeof_instance(object: &Bound<'_, PyAny>, class: Arc<Class>) -> Result<Type, String> {
    let depth = DEPTH.get();
    if depth == MOST_NESTED {
        return Err(format!("a {} that holds others more than {MOST_NESTED} deep", class.name));
    }
    DEPTH.set(depth + 1);
    let fields = typeof_fields(object, &class);
    DEPTH.set(depth);
    Ok(Type::Instance(Arc::new(InstanceType { fields: fields?, class })))
}

fn typeof_fields(object: &Bound<'_, PyAny>, class: &Class) -> Result<Vec<Type>, String> {
    let mut types = Vec::new();
    for (position, name) in class.fields.iter().enumerate() {
        let within = |inner: String| format!("a {} whose field '{name}' is {inner}", class.name);
        let hint = class.as_dataclass().and_then(|class| class.fields[position].hint.clone());
        let name = PyString::new(object.py(), name);
        // SAFETY: both objects are live and the GIL is held.
        let value = unsafe {
            let value = ffi::PyObject_GenericGetAttr(object.as_ptr(), name.as_ptr());
            Bound::from_owned_ptr_or_err(object.py(), value)
        };
        let value = value.map_err(|_| within("not set".to_owned()))?;
        types.push(match (typeof_object(&value), hint) {
            (Ok(Type::None), Some(hint @ Type::Optional(_))) => hint,
            (Ok(ty), Some(Type::Optional(inner))) if ty == *inner => Type::Optional(inner),
            (Ok(ty), _) => ty,
            (Err(what), Some(hint @ (Type::List(_) | Type::Dict(_) | Type::Set(_)))) if is_empty_refusal(&what) => hint,
            (Err(what), _) => return Err(within(what)),
        });
    }
    Ok(types)
}

/// What a dataclass is called with; `None` if its `__init__` is its own.
pub(crate) fn constructor(class: &Bound<'_, PyType>, known: &Class, kept: &mut Kept) -> PyResult<Option<Constructor>> {
    if !is_generated(class, "__init__") {
        return Ok(None);
    }
    let missing = class.py().import("dataclasses")?.getattr("MISSING")?;
    let all = class.getattr("__dataclass_fields__")?;
    let (mut by_position, mut by_keyword, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for name in &known.fields {
        let field = all.get_item(&**name)?;
        let (value, factory) = (field.getattr("default")?, field.getattr("default_factory")?);
        let default = if !value.is(&missing) {
            Some(globals::classify(&value, kept)?)
        } else if !factory.is(&missing) {
            Some(classify_factory(&factory)?)
        } else {
            None
        };
        if !field.getattr("init")?.is_truthy()? {
            others.extend(default.map(|default| (name.clone(), default)));
        } else if field.getattr("kw_only")?.is_truthy()? {
            by_keyword.push((name.clone(), default));
        } else {
            by_position.push((name.clone(), default));
        }
    }
    let (positional, keyword_only) = (by_position.len() + 1, by_keyword.len());
    let (names, defaults) = std::iter::once(("self".into(), None)).chain(by_position).chain(by_keyword).unzip();
    let name: Arc<str> = format!("{}.__init__", class.qualname()?.extract::<String>()?).into();
    let parameters = Parameters {
        qualname: name.clone(),
        name,
        names,
        positional,
        positional_only: 1,
        keyword_only,
        has_rest: false,
        has_keywords: false,
        defaults,
    };
    Ok(Some(Constructor { parameters, others }))
}

/// `list`, `dict`, `set`, and what gives a zero.
fn classify_factory(factory: &Bound<'_, PyAny>) -> PyResult<Global> {
    let name = factory.getattr("__name__").and_then(|name| name.extract::<String>()).unwrap_or_default();
    let is_builtin = factory.py().import("builtins")?.getattr(name.as_str()).is_ok_and(|known| known.is(factory));
    Ok(match name.as_str() {
        "list" | "dict" | "set" if is_builtin => Global::Factory(name.into()),
        "int" | "float" | "bool" | "complex" | "str" | "tuple" | "bytes" if is_builtin => {
            globals::classify(&factory.call0()?, &mut Kept::new(upshift_core::typing::FunctionKey(0)))?
        }
        _ => Global::Other(format!("default_factory {name}").into()),
    })
}
