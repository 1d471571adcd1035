//! Classes of the program's that compiled code knows: what they are, what they are called with, and their methods.
//!
//! A class is known by a key, through a weak reference: it goes when the program lets go of it. What compiled code
//! refers to is kept alive by the function that refers to it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use upshift_core::host::Global;
use upshift_core::typing::{Class, ClassKey, ClassKind, Constructor, FunctionKey, Parameters, TupleType, Type};

use crate::kept::Kept;
use crate::options::Choices;
use crate::typeof_object::typeof_object;
use crate::{class, dataclasses, enumerations, globals, registry};

/// A class that was met.
struct Known {
    weak: Py<PyAny>,
    /// What it is; `None` inside for one that compiled code does not know.
    class: Option<Option<Arc<Class>>>,
    /// The dispatchers of its methods, as long as someone keeps them.
    methods: HashMap<usize, FunctionKey>,
}

#[derive(Default)]
struct Classes {
    last_key: u64,
    by_address: HashMap<usize, ClassKey>,
    known: HashMap<ClassKey, Known>,
    /// How many there may be before those that are gone are forgotten.
    limit: usize,
}

static CLASSES: LazyLock<Mutex<Classes>> = LazyLock::new(Mutex::default);

/// Special methods without which a named tuple is not what compiled code takes it for.
const METHODS_OF_TUPLES: [&str; 16] = [
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__len__",
    "__getitem__",
    "__iter__",
    "__contains__",
    "__add__",
    "__mul__",
    "__getattribute__",
    "index",
    "count",
];

/// The key of a class.
fn key_of(class: &Bound<'_, PyType>) -> PyResult<ClassKey> {
    let py = class.py();
    let address = class.as_ptr() as usize;
    let found = {
        let classes = CLASSES.lock();
        classes.by_address.get(&address).map(|key| (*key, classes.known[key].weak.clone_ref(py)))
    };
    if let Some((key, weak)) = found
        && weak.bind(py).call0()?.is(class)
    {
        return Ok(key);
    }
    let weak = py.import("weakref")?.getattr("ref")?.call1((class,))?.unbind();
    forget_dead(py)?;
    let mut classes = CLASSES.lock();
    classes.last_key += 1;
    let key = ClassKey(classes.last_key);
    classes.by_address.insert(address, key);
    classes.known.insert(key, Known { weak, class: None, methods: HashMap::new() });
    Ok(key)
}

/// Forgets classes that are gone, each time that the table has doubled.
fn forget_dead(py: Python<'_>) -> PyResult<()> {
    let all: Vec<(ClassKey, Py<PyAny>)> = {
        let classes = CLASSES.lock();
        if classes.known.len() < classes.limit.max(64) {
            return Ok(());
        }
        classes.known.iter().map(|(key, known)| (*key, known.weak.clone_ref(py))).collect()
    };
    let mut dead = Vec::new();
    for (key, weak) in all {
        if weak.bind(py).call0()?.is_none() {
            dead.push(key);
        }
    }
    let mut classes = CLASSES.lock();
    let removed: Vec<Known> = dead.iter().filter_map(|key| classes.known.remove(key)).collect();
    classes.by_address.retain(|_, key| !dead.contains(key));
    classes.limit = 2 * classes.known.len();
    drop(classes);
    drop(removed);
    Ok(())
}

/// The class of a key, if it is still there.
pub(crate) fn object<'py>(py: Python<'py>, key: ClassKey) -> Option<Bound<'py, PyType>> {
    let weak = CLASSES.lock().known.get(&key)?.weak.clone_ref(py);
    weak.bind(py).call0().ok()?.cast_into::<PyType>().ok()
}

/// What a class is to compiled code; `None` if it does not know it.
pub(crate) fn describe(object: &Bound<'_, PyAny>) -> PyResult<Option<Arc<Class>>> {
    let Ok(class) = object.cast::<PyType>() else { return Ok(None) };
    if !may_be_known(class) {
        return Ok(None);
    }
    let key = key_of(class)?;
    if let Some(Some(known)) = CLASSES.lock().known.get(&key).map(|known| known.class.clone()) {
        return Ok(known);
    }
    let made = make(class, key)?.map(Arc::new);
    if let Some(known) = CLASSES.lock().known.get_mut(&key) {
        known.class = Some(made.clone());
    }
    Ok(made)
}

/// A quick look that most objects do not pass.
fn may_be_known(class: &Bound<'_, PyType>) -> bool {
    // SAFETY: the class is live and the GIL is held.
    unsafe {
        let pointer = class.as_ptr().cast::<ffi::PyTypeObject>();
        let is_on_heap = (*pointer).tp_flags & ffi::Py_TPFLAGS_HEAPTYPE != 0;
        let is_tuple = ffi::PyType_FastSubclass(pointer, ffi::Py_TPFLAGS_TUPLE_SUBCLASS) != 0;
        is_on_heap && (is_tuple || enumerations::is_enumeration(class) || dataclasses::is_dataclass(class))
    }
}

fn make(class: &Bound<'_, PyType>, key: ClassKey) -> PyResult<Option<Class>> {
    let (kind, fields) = if enumerations::is_enumeration(class) {
        match enumerations::make(class)? {
            Some(made) => (ClassKind::Enum(made), Vec::new()),
            None => return Ok(None),
        }
    } else if dataclasses::is_dataclass(class) {
        match dataclasses::make(class)? {
            Some((made, fields)) => (ClassKind::Dataclass(made), fields),
            None => return Ok(None),
        }
    } else {
        match fields_of_named_tuple(class)? {
            Some(fields) => (ClassKind::NamedTuple, fields),
            None => return Ok(None),
        }
    };
    let mut bases = Vec::new();
    for base in class.mro().iter().skip(1) {
        if let Ok(base) = base.cast::<PyType>() {
            bases.push(key_of(base)?);
        }
    }
    let match_args = names(class, "__match_args__")?.unwrap_or_default();
    Ok(Some(Class { key, name: class.name()?.extract::<String>()?.into(), kind, match_args, fields, bases }))
}

fn fields_of_named_tuple(class: &Bound<'_, PyType>) -> PyResult<Option<Vec<Arc<str>>>> {
    let Some(fields) = names(class, "_fields")? else { return Ok(None) };
    let tuple = class.py().get_type::<PyTuple>();
    for method in METHODS_OF_TUPLES {
        if !class.getattr(method)?.is(&tuple.getattr(method)?) {
            return Ok(None);
        }
    }
    Ok(Some(fields))
}

/// A tuple of strings.
fn names(class: &Bound<'_, PyType>, attribute: &str) -> PyResult<Option<Vec<Arc<str>>>> {
    let Ok(names) = class.getattr(attribute) else { return Ok(None) };
    let Ok(names) = names.cast_exact::<PyTuple>() else { return Ok(None) };
    if !names.iter().all(|name| name.is_exact_instance_of::<PyString>()) {
        return Ok(None);
    }
    names.iter().map(|name| Ok(name.extract::<String>()?.into())).collect::<PyResult<_>>().map(Some)
}

/// The type of an instance of a class of the program's; `None` if compiled code does not know the class.
pub(crate) fn typeof_instance(object: &Bound<'_, PyAny>) -> Option<Result<Type, String>> {
    let class = describe(object.get_type().as_any()).ok()??;
    if class.as_enum().is_some() {
        return Some(Ok(Type::Member(class)));
    }
    if class.as_dataclass().is_some() {
        return Some(dataclasses::typeof_instance(object, class));
    }
    let items = object.cast::<PyTuple>().ok()?;
    if items.len() != class.fields.len() {
        return None;
    }
    let types = items.iter().map(|item| typeof_object(&item)).collect::<Result<Vec<Type>, String>>();
    let name = class.name.clone();
    Some(
        types
            .map(|types| Type::Tuple(TupleType { items: types.into(), class: Some(class) }))
            .map_err(|inner| format!("a {name} that holds {inner}")),
    )
}

/// What an instance means as a global; `None` for other objects.
pub(crate) fn classify_instance(object: &Bound<'_, PyAny>, kept: &mut Kept) -> PyResult<Option<Global>> {
    let Some(class) = describe(object.get_type().as_any())? else { return Ok(None) };
    if let Some(members) = class.as_enum() {
        kept.keep_object(object.get_type().as_any());
        let number = enumerations::number_of(object, members)?;
        return Ok(number.map(|number| Global::Member(class, number)));
    }
    let Ok(items) = object.cast::<PyTuple>() else { return Ok(None) };
    if items.len() != class.fields.len() {
        return Ok(None);
    }
    kept.keep_object(object.get_type().as_any());
    let items = items.iter().map(|item| globals::classify(&item, kept)).collect::<PyResult<Vec<Global>>>()?;
    Ok(Some(Global::Named(class, items.into())))
}

/// An attribute of a class as compiled code sees it through an instance.
pub(crate) fn attribute(py: Python<'_>, key: ClassKey, name: &str, kept: &mut Kept) -> PyResult<Option<Global>> {
    let Some(class) = object(py, key) else { return Ok(None) };
    if described(key).is_some_and(|class| class.as_enum().is_some())
        && let Ok(member) = class.getattr("_member_map_")?.get_item(name)
    {
        return globals::classify(&member, kept).map(Some);
    }
    for base in class.mro().iter() {
        let base = base.cast_into::<PyType>()?;
        // SAFETY: the class is live and the GIL is held.
        let is_on_heap = unsafe { (*base.as_ptr().cast::<ffi::PyTypeObject>()).tp_flags } & ffi::Py_TPFLAGS_HEAPTYPE;
        if is_on_heap == 0 || base.getattr("__module__")?.eq("enum")? {
            continue;
        }
        let Ok(found) = base.getattr("__dict__")?.get_item(name) else { continue };
        return classify_attribute(key, &found, kept);
    }
    Ok(None)
}

fn classify_attribute(key: ClassKey, found: &Bound<'_, PyAny>, kept: &mut Kept) -> PyResult<Option<Global>> {
    let py = found.py();
    if found.is_instance(&py.import("builtins")?.getattr("property")?)? {
        let getter = found.getattr("fget")?;
        return Ok(method(key, &getter, kept)?.map(Global::Property));
    }
    for (wrapper, made) in [
        ("staticmethod", Global::StaticMethod as fn(FunctionKey) -> Global),
        ("classmethod", Global::ClassMethod as fn(FunctionKey) -> Global),
    ] {
        if found.is_instance(&py.import("builtins")?.getattr(wrapper)?)? {
            return Ok(method(key, &found.getattr("__func__")?, kept)?.map(made));
        }
    }
    if let Some(key) = method(key, found, kept)? {
        return Ok(Some(Global::Function(key)));
    }
    // Fields and what generated classes bring along are descriptors.
    if found.get_type().hasattr("__get__")? && class::as_dispatcher(found).is_none() {
        return Ok(None);
    }
    Ok(Some(globals::classify(found, kept)?))
}

/// The dispatcher of a plain function in a class, made when it is first called.
fn method(key: ClassKey, function: &Bound<'_, PyAny>, kept: &mut Kept) -> PyResult<Option<FunctionKey>> {
    let py = function.py();
    // SAFETY: the object is live and the GIL is held.
    if unsafe { ffi::PyFunction_Check(function.as_ptr()) } == 0 {
        return Ok(None);
    }
    // What `dataclass` makes of a text, the compiler has rules for.
    let code = function.getattr("__code__")?;
    if code.getattr("co_filename")?.eq("<string>")? && code.getattr("co_name")?.extract::<String>()?.starts_with("__") {
        return Ok(None);
    }
    let address = function.as_ptr() as usize;
    let known = CLASSES.lock().known.get(&key).and_then(|known| known.methods.get(&address).copied());
    if let Some(known) = known
        && let Some(dispatcher) = registry::dispatcher(py, known)
        && class::as_dispatcher(&dispatcher).is_some_and(|dispatcher| dispatcher.function(py).is(function))
    {
        kept.keep_function(&dispatcher, known);
        return Ok(Some(known));
    }
    let dispatcher = class::new(function, Choices::of_function())?;
    let made = class::as_dispatcher(&dispatcher).expect("made as one").key;
    kept.keep_function(&dispatcher, made);
    if let Some(known) = CLASSES.lock().known.get_mut(&key) {
        known.methods.insert(address, made);
    }
    Ok(Some(made))
}

/// What a class is called with; `None` if its instances are not made as it says itself.
pub(crate) fn constructor(py: Python<'_>, key: ClassKey, kept: &mut Kept) -> PyResult<Option<Arc<Constructor>>> {
    let (Some(class), Some(known)) = (object(py, key), described(key)) else { return Ok(None) };
    kept.keep_object(class.as_any());
    if known.as_dataclass().is_some() {
        return Ok(dataclasses::constructor(&class, &known, kept)?.map(Arc::new));
    }
    let new = class.getattr("__new__")?;
    // `namedtuple` makes it of a text, for this class or the one that it derives from.
    let Ok(code) = new.getattr("__code__") else { return Ok(None) };
    let is_generated = code.getattr("co_filename")?.eq("<string>")?;
    if !is_generated || !class.getattr("__init__")?.is(&py.get_type::<PyAny>().getattr("__init__")?) {
        return Ok(None);
    }
    let defaults = class.getattr("_field_defaults")?.cast_into::<PyDict>()?;
    let mut names: Vec<Arc<str>> = vec!["_cls".into()];
    let mut values = vec![None];
    for field in &known.fields {
        names.push(field.clone());
        values.push(match defaults.get_item(&**field)? {
            Some(value) => Some(globals::classify(&value, kept)?),
            None => None,
        });
    }
    let name: Arc<str> = format!("{}.__new__", known.name).into();
    let parameters = Parameters {
        qualname: name.clone(),
        name,
        positional: names.len(),
        names,
        positional_only: 1,
        keyword_only: 0,
        has_rest: false,
        has_keywords: false,
        defaults: values,
    };
    Ok(Some(Arc::new(Constructor { parameters, others: Vec::new() })))
}

fn described(key: ClassKey) -> Option<Arc<Class>> {
    CLASSES.lock().known.get(&key)?.class.clone()?
}
