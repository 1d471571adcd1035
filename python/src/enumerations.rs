//! Enumerations: what their classes say, and members as numbers on both ways.

use std::sync::Arc;

use pyo3::exceptions::PyOverflowError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyString, PyType};
use upshift_core::bytecode::Constant;
use upshift_core::typing::{Class, EnumBase, EnumClass, Member, constant_fact};

use crate::{classes, snapshot};

/// What an enumeration may not say otherwise than `enum` does.
const METHODS: [&str; 22] = [
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__bool__",
    "__len__",
    "__iter__",
    "__contains__",
    "__or__",
    "__and__",
    "__xor__",
    "__invert__",
    "__getattribute__",
    "__str__",
    "__repr__",
    "__format__",
    "_missing_",
    "name",
    "value",
];

/// True for classes that `enum`'s metaclass made, if the module is imported.
pub(crate) fn is_enumeration(class: &Bound<'_, PyType>) -> bool {
    let metaclass = class.get_type();
    metaclass.is_subclass_of::<PyType>().unwrap_or(false)
        && class
            .py()
            .import("sys")
            .and_then(|sys| sys.getattr("modules")?.get_item("enum"))
            .is_ok_and(|module| module.getattr("EnumType").is_ok_and(|expected| metaclass.is(&expected)))
}

/// What an enumeration is; `None` if members are more than compiled code makes of them.
pub(crate) fn make(class: &Bound<'_, PyType>) -> PyResult<Option<EnumClass>> {
    let module = class.py().import("enum")?;
    let is_derived = |name: &str| class.is_subclass(&module.getattr(name)?);
    let member_type = class.getattr("_member_type_")?;
    let is_mixed = |ty: Bound<'_, PyType>| member_type.is(&ty);
    let is_int = is_mixed(class.py().get_type::<PyInt>());
    let base = match is_derived("Flag")? {
        true if is_int => EnumBase::IntFlag,
        false if is_int => EnumBase::Int,
        false if is_mixed(class.py().get_type::<PyString>()) => EnumBase::Text,
        false if is_mixed(class.py().get_type::<PyFloat>()) => EnumBase::Float,
        is_flag if is_mixed(class.py().get_type::<PyAny>()) => {
            if is_flag {
                EnumBase::Flag
            } else {
                EnumBase::Plain
            }
        }
        _ => return Ok(None),
    };
    if !is_usual(class, &member_type)? {
        return Ok(None);
    }
    let number = |name: &str| if base.is_flag() { class.getattr(name)?.extract::<i64>() } else { Ok(0) };
    let mut made = EnumClass {
        base,
        members: Vec::new(),
        all_bits: number("_all_bits_")?,
        flag_mask: number("_flag_mask_")?,
        singles_mask: number("_singles_mask_")?,
    };
    if base.is_flag() {
        let usual = if is_int { "KEEP" } else { "STRICT" };
        if !class.getattr("_boundary_")?.is(&module.getattr(usual)?) {
            return Ok(None);
        }
    }
    let iterated: Vec<Bound<'_, PyAny>> = class.try_iter()?.collect::<PyResult<_>>()?;
    for (name, member) in class.getattr("_member_map_")?.cast_into::<PyDict>()?.iter() {
        if !member.getattr("_name_")?.eq(&name)? {
            continue;
        }
        let value = snapshot::constant(&member.getattr("_value_")?)?;
        let number = match (&value, base) {
            (_, EnumBase::Plain) | (Constant::Str(_), EnumBase::Text) | (Constant::Float(_), EnumBase::Float) => {
                made.members.len() as i64
            }
            (Constant::Int(number), _) => *number,
            _ => return Ok(None),
        };
        if constant_fact(&value).is_none() {
            return Ok(None);
        }
        made.members.push(Member {
            name: name.extract::<String>()?.into(),
            value,
            number,
            is_iterated: iterated.iter().any(|other| other.is(&member)),
            hash: member.hash()? as i64,
            texts: [member.str()?.extract::<String>()?.into(), member.repr()?.extract::<String>()?.into()],
        });
    }
    Ok(Some(made))
}

/// True if the class has no special methods of its own.
fn is_usual(class: &Bound<'_, PyType>, member_type: &Bound<'_, PyAny>) -> PyResult<bool> {
    for base in class.mro().iter() {
        let base = base.cast_into::<PyType>()?;
        let module = base.getattr("__module__")?;
        if module.eq("enum")? || module.eq("builtins")? {
            continue;
        }
        let contents = base.getattr("__dict__")?;
        for method in METHODS {
            let Ok(found) = contents.get_item(method) else { continue };
            // `enum` itself puts some of its own and of what is mixed in into each class.
            // SAFETY: the object is live and the GIL is held.
            let is_function = unsafe { ffi::PyFunction_Check(found.as_ptr()) } != 0;
            let is_mixed_in = found.getattr("__objclass__").is_ok_and(|class| class.is(member_type));
            if !(is_mixed_in || is_function && found.getattr("__module__")?.eq("enum")?) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// What a member is when it runs; `None` for a combination of flags that is none of the class's, which cannot be.
pub(crate) fn number_of(member: &Bound<'_, PyAny>, class: &EnumClass) -> PyResult<Option<i64>> {
    if class.is_by_value() {
        return member.getattr("_value_")?.extract::<i64>().map(Some);
    }
    let name = member.getattr("_name_")?.extract::<String>()?;
    Ok(class.members.iter().find(|known| *known.name == *name).map(|known| known.number))
}

/// The members of an enumeration as objects.
pub(crate) struct Members {
    class: Py<PyAny>,
    /// Members with their numbers; the class keeps them alive.
    known: Box<[(usize, i64)]>,
    is_by_value: bool,
}

impl Members {
    /// Those of a class; `None` if it is gone.
    pub(crate) fn new(py: Python<'_>, class: &Arc<Class>) -> Option<Members> {
        let object = classes::object(py, class.key)?;
        let members = class.as_enum()?;
        let map = object.getattr("_member_map_").ok()?;
        let known = members.members.iter().map(|member| {
            let found = map.get_item(&*member.name).ok()?;
            Some((found.as_ptr() as usize, member.number))
        });
        Some(Members {
            known: known.collect::<Option<_>>()?,
            class: object.into_any().unbind(),
            is_by_value: members.is_by_value(),
        })
    }

    /// The class.
    pub(crate) fn class(&self) -> *mut ffi::PyObject {
        self.class.as_ptr()
    }

    /// What a member is when it runs; `None` with a Python exception.
    ///
    /// # Safety
    /// The GIL is held, and the object is an instance of the class.
    pub(crate) unsafe fn number_of(&self, object: *mut ffi::PyObject) -> Option<i64> {
        if let Some(found) = self.known.iter().find(|known| known.0 == object as usize) {
            return Some(found.1);
        }
        // SAFETY: the caller's promise. Only combined flags come here, which are ints that the class made.
        let (py, member) = unsafe {
            let py = Python::assume_attached();
            (py, Bound::from_borrowed_ptr(py, object))
        };
        let value = member.getattr("_value_").and_then(|value| value.extract::<i64>());
        value.map_err(|_| PyOverflowError::new_err("flags have 63 bits in compiled code").restore(py)).ok()
    }

    /// The member that a number is, or null with a Python exception.
    ///
    /// # Safety
    /// The GIL is held.
    pub(crate) unsafe fn object_of(&self, number: i64) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise; the class keeps its members alive.
        unsafe {
            if let Some(found) = self.known.iter().find(|known| known.1 == number) {
                return ffi::Py_NewRef(found.0 as *mut ffi::PyObject);
            }
            debug_assert!(self.is_by_value, "a position is that of a member");
            let value = ffi::PyLong_FromLongLong(number);
            if value.is_null() {
                return value;
            }
            let made = ffi::PyObject_CallOneArg(self.class.as_ptr(), value);
            ffi::Py_DECREF(value);
            made
        }
    }
}
